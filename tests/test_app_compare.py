"""The compare page, without a browser."""

import html
import re

import pytest

from tests.app_steps import html_of, keyed, open_page, passages_in, started, url
from tests.models import small_model
from tests.test_periods import dated_model
from topics.compare.groups import by_value
from topics.compare.periods import by_period
from topics.ui import text
from topics.ui.markup import esc
from topics.values import LOOSE


@pytest.fixture
def town(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    return started(tmp_path, monkeypatch)


def showing(model, tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    monkeypatch.setattr("topics.ui.session.open_model", lambda path: model)
    return started(tmp_path, monkeypatch)


def test_the_two_largest_topics_stand_side_by_side(town):
    drawn = html_of(open_page(town, "compare"))
    one, other = small_model().topics[:2]
    assert f"Only in “{one.name}”" in drawn
    assert f"Only in “{other.name}”" in drawn
    assert f"{one.size} passages" in drawn
    assert "Of all 6 pairs of topics at this level" in drawn
    assert text.PAIR_BETWEEN in drawn


def test_other_topics_are_chosen_and_kept_in_the_url(town):
    app = open_page(town, "compare")
    app.selectbox(key=keyed(app, "first")).set_value(3).run()
    app.selectbox(key=keyed(app, "second")).set_value(2).run()
    assert url(app) == {"model": "town", "level": "medium", "a": "t3", "b": "t2"}
    assert "Only in “Solar panels”" in html_of(app)
    app.selectbox(key=keyed(app, "second")).set_value(3).run()
    assert [entry.value for entry in app.warning] == [text.COMPARE_SAME]
    app.segmented_control(key="level").set_value("fine").run()
    assert url(app)["a"] == url(app)["b"] == "t5"


def test_a_topic_that_is_gone_and_other_odd_links_are_told_of(town):
    app = open_page(town, "compare", a="t9", b="x", how="sideways", column="nothing", bins="decade")
    told = " ".join(entry.value for entry in app.warning)
    assert "t9" in told
    for name in ("b", "how", "column", "bins"):
        assert f"“{name}”" in told
    assert "Only in “Cars vs. bicycles”" in html_of(app)


def test_groups_have_count_and_share_and_each_cell_leads_to_its_passages(town):
    app = open_page(town, "compare", how="groups")
    drawn = html_of(app)
    facet = small_model().memo.facets[0]
    told = by_value(small_model(), facet)
    cells = re.findall(r'<td[^>]*>(?:<a href="([^"]+)"[^>]*><b>(\d+)</b>|<span>0</span>)', drawn)
    assert [int(count or 0) for _, count in cells] == told.counts.ravel().tolist()
    assert html.unescape(cells[0][0]) == "./?model=town&level=medium&topic=t0&where=language%3Den"
    assert "fewer than 10 passages" in drawn
    assert 'class="is-few"' in drawn
    assert esc("en: 6 of 18 passages, 33 % (95 % interval 16–56 %)") in drawn
    app.query_params["topic"], app.query_params["where"] = "t0", "language=en"
    app.switch_page("views/explore.py").run()
    assert len(passages_in(app)) == told.counts[0, 0]


def test_without_columns_groups_say_what_is_needed(tmp_path, monkeypatch):
    from topics.passages import Passages

    own = small_model().passages
    passages = Passages(own.documents, own.document, own.start, own.end, own.language * 0, ("en",))
    app = open_page(showing(small_model(passages=passages), tmp_path, monkeypatch), "compare", how="groups")
    assert text.GROUPS_NONE in html_of(app)


def test_time_shows_the_share_of_each_period_with_interval_and_n(tmp_path, monkeypatch):
    model = dated_model()
    app = open_page(showing(model, tmp_path, monkeypatch), "compare", how="time", bins="year")
    drawn = html_of(app)
    told = by_period(model, "year")
    share = f"{told.counts[0, 0]} of {told.totals[0]} passages"
    assert f"2019: {share}" in drawn
    assert "6 passages without such a date are left out" in drawn
    numbers = drawn.split('<details class="numbers">')[1]
    assert re.findall(r'<th scope="row">(\d+)</th><td>(\d+)</td>', numbers) == [("2019", "7"), ("2020", "11")]
    app.segmented_control(key="bins").set_value("month").run()
    assert url(app)["bins"] == "month"
    assert "2019-12: no passage" in html_of(app)


def test_without_dates_time_says_how_to_get_them(town):
    assert esc(text.TIME_NONE) in html_of(open_page(town, "compare", how="time"))


def test_another_model_is_compared_topic_by_topic(tmp_path, monkeypatch):
    labels = small_model().all_labels.copy()
    labels[1, :2] = (3, 2)
    small_model().save(tmp_path / "models" / "after")
    small_model().save(tmp_path / "models" / "town")
    after = small_model(all_labels=labels)
    monkeypatch.setattr("topics.ui.session.open_model", lambda path: after if path.name == "after" else small_model())
    app = open_page(started(tmp_path, monkeypatch), "compare", model="town", how="models")
    drawn = html_of(app)
    assert "24 passages in both: 22 stayed with their topic, 2 moved." in drawn
    assert drawn.count(f'<th scope="row">{text.table("kinds")["same"]}</th>') == 4
    assert "Cars vs. bicycles → Solar panels" in drawn
    assert "model=after" in drawn
    told = [entry.value for entry in open_page(app, "compare", model="town", how="models", other="x").warning]
    assert len(told) == 1
    assert "after" in told[0]


def test_alone_on_the_shelf_there_is_no_other_model(town):
    assert text.MODELS_NONE in html_of(open_page(town, "compare", how="models"))


@pytest.mark.parametrize("how", ["topics", "groups", "time", "models"])
def test_no_topics_or_one_are_drawn_on_purpose(how, tmp_path, monkeypatch):
    from dataclasses import replace

    from topics.values import Level

    labels = small_model().all_labels * 0 + LOOSE
    levels = tuple(Level(level.name, ()) for level in small_model().levels)
    none = replace(small_model(), levels=levels, all_labels=labels, _memo=None)
    assert text.COMPARE_TITLE in html_of(open_page(showing(none, tmp_path, monkeypatch), "compare", how=how))


HOSTILE = "<img src=x onerror=alert(1)> $x$ :red[a] `b` المدرسة 学校 🚲"


@pytest.mark.parametrize("how", ["topics", "groups", "time", "models"])
def test_names_of_topics_and_values_are_shown_as_they_are(how, tmp_path, monkeypatch):
    from dataclasses import replace

    from topics.passages import Passages
    from topics.values import Level

    own = small_model().passages
    documents = tuple(
        replace(document, meta={"source": HOSTILE if at % 2 else "b", "date": f"20{10 + at}"})
        for at, document in enumerate(own.documents)
    )
    levels = tuple(
        Level(level.name, tuple(replace(topic, name=f"{topic.id} {HOSTILE}") for topic in level.topics))
        for level in small_model().levels
    )
    passages = Passages(documents, own.document, own.start, own.end, own.language, own.languages)
    model = replace(small_model(), levels=levels, passages=passages, _memo=None)
    small_model().save(tmp_path / "models" / "other")
    drawn = html_of(open_page(showing(model, tmp_path, monkeypatch), "compare", how=how, column="source"))
    assert "<img" not in drawn
    assert esc(HOSTILE) in drawn


@pytest.mark.parametrize("page", ["axis", "compare", "export"])
@pytest.mark.parametrize("n", [1, 2])
def test_the_smallest_models_are_drawn(page, n, tmp_path, monkeypatch):
    import topics
    from tests.models import FakeEmbedder

    model = topics.fit(["One text about a bus", "Another of a bike"][:n], embedder=FakeEmbedder())
    app = open_page(showing(model, tmp_path, monkeypatch), page, left="bus | line", right="bike | lane")
    assert "<h1" in html_of(app)
