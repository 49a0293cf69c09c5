"""The explorer, page by page, without a browser."""

import ast
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_steps import ENTRY, ROOT, html_of, open_page, passages_in, started, url
from tests.models import PIECES, small_model, small_tree
from topics.passages import Passages
from topics.ui import catalog, session, text
from topics.ui.markup import md
from topics.values import LOOSE

HOSTILE = "<img src=x onerror=alert(1)> ![i](https://evil.example/p.png) $x$ :red[a] `b`"


@pytest.fixture
def town(tmp_path, monkeypatch):
    """The app in a folder with one saved model, ``town``."""
    small_model().save(tmp_path / "models" / "town")
    return started(tmp_path, monkeypatch)


def test_it_opens_at_once_with_topics_and_a_passage_of_each(town):
    town.run()
    shown = html_of(town)
    assert '<h1 class="title">town</h1>' in shown
    assert "4 documents, 24 passages: English 18, Swedish 6" in shown
    for topic in small_model().topics:
        assert f">{topic.name}</span>" in shown
        assert town.button(key=f"choose_{topic.id}").label == md(text.topic_label(topic.name, topic.size))
    assert len(passages_in(town)) == 4
    assert text.FOOTER in shown
    assert not town.warning


def test_the_root_entry_opens_the_model_it_was_started_with(tmp_path, monkeypatch):
    path = small_model().save(tmp_path / "elsewhere")
    monkeypatch.setattr(sys, "argv", ["app.py", str(path)])
    app = AppTest.from_file(ROOT / "app.py", default_timeout=30).run()
    assert '<h1 class="title">elsewhere</h1>' in html_of(app)


def test_named_themes_sizes_shares_keywords_and_languages_are_in_the_list(town):
    shown = html_of(town.run())
    row = shown.split('<div class="row tc-0">', 1)[1].split("</div></div></div>")[0]
    for part in (
        "Cars vs. bicycles",
        ">9<",
        "38 %",
        "parking, bike, cykelbanan, parkering",
        text.THEME_TAG,
        "en 6 · sv 3",
    ):
        assert part in row
    assert shown.count('class="theme"') == 2


def test_choosing_a_topic_shows_its_card_and_its_passages(town):
    town.run()
    town.button(key="choose_2").click().run()
    shown = html_of(town)
    assert '<h2 class="card-name" dir="auto">Bus lines</h2>' in shown
    assert "4 passages, 17 % of the corpus, in 3 of 4 documents." in shown
    assert "Steady: when parts of the corpus are left out, 75 % of this group comes back." in shown
    wanted = [piece for pieces in PIECES.values() for kind, piece in pieces if kind == 2]
    assert sorted(passages_in(town)) == sorted(wanted)
    assert "<mark>bus</mark>" in shown
    assert "minutes.txt" in shown
    assert "paragraph 4, characters 234–288" in shown
    assert url(town) == {"model": "town", "level": "medium", "topic": "t2"}


def test_choosing_it_again_or_its_chip_shows_all_topics(town):
    town.run()
    town.button(key="choose_2").click().run()
    town.button(key="choose_2").click().run()
    assert "topic" not in url(town)
    town.button(key="choose_1").click().run()
    town.button(key="chip_topic").click().run()
    assert "topic" not in url(town)
    assert text.AT_A_GLANCE in html_of(town)


def test_another_level_shows_its_topics_and_follows_the_chosen_one(town):
    town.run()
    town.button(key="choose_3").click().run()
    town.segmented_control(key="level").set_value("fine").run()
    assert url(town) == {"model": "town", "level": "fine", "topic": "t5"}
    assert '<h2 class="card-name" dir="auto">Solar roofs</h2>' in html_of(town)
    assert town.button(key="choose_5").label == md("Solar roofs, 3 passages")


@pytest.mark.parametrize("page", text.pages())
def test_a_link_may_ask_for_a_number_of_topics_on_every_page(tmp_path, monkeypatch, page):
    model = small_model(tree=small_tree())
    for name in ("town", "village"):
        model.save(tmp_path / "models" / name)
    asked = {"model": "town", "level": "5", "topic": "t1", "how": "models", "q": "bus", "w": "bus", "by": "words"}
    app = open_page(started(tmp_path, monkeypatch), page, **asked)
    shown = html_of(app)
    assert not [one.value for one in app.warning if "level" in one.value]
    switches = [one for one in app.segmented_control if one.key == "level"]
    assert all(one.value == "5" and "5 topics" in one.options for one in switches)
    assert len(switches) == (page in ("explore", "compare", "curate", "export"))
    if page == "explore":
        assert shown.count('<div class="row tc-') == 5
        switches[0].set_value("coarse").run()
        assert url(app)["level"] == "coarse" and "5 topics" not in app.segmented_control(key="level").options


def test_a_language_that_cannot_be_told_is_called_so(tmp_path, monkeypatch):
    model = small_model()
    columns = (model.passages.document, model.passages.start, model.passages.end, model.passages.language)
    unknown = Passages(model.passages.documents, *columns, languages=("en", "und"))
    topics = tuple(
        replace(topic, languages={"und" if code == "sv" else code: n for code, n in topic.languages.items()})
        for topic in model.topics
    )
    levels = tuple(replace(level, topics=topics) if level.name == "medium" else level for level in model.levels)
    small_model(passages=unknown, levels=levels).save(tmp_path / "models" / "town")
    app = started(tmp_path, monkeypatch)
    app.query_params["where"] = "language=und"
    shown = html_of(app.run())
    assert "en 6 · language unknown 3" in shown
    assert "English 18, language unknown 6" in shown
    assert app.button(key="chip_where_0").label == md("Language: language unknown")


def test_the_card_leads_to_the_topics_above_and_below(town):
    town.run()
    town.button(key="choose_0").click().run()
    town.button(key="relative_fine_1").click().run()
    assert url(town)["level"] == "fine"
    assert '<h2 class="card-name" dir="auto">Parking spaces</h2>' in html_of(town)
    town.button(key="relative_medium_0").click().run()
    assert '<h2 class="card-name" dir="auto">Cars vs. bicycles</h2>' in html_of(town)


def test_loose_passages_are_listed_openly(tmp_path, monkeypatch):
    labels = small_model().all_labels.copy()
    labels[1, :3] = LOOSE
    model = small_model(all_labels=labels)
    small_model().save(tmp_path / "models" / "town")
    monkeypatch.setattr(session, "open_model", lambda path: model)
    app = started(tmp_path, monkeypatch).run()
    app.button(key="choose_loose").click().run()
    assert url(app)["topic"] == "loose"
    assert sorted(passages_in(app)) == sorted(small_model().passages[row].text for row in range(3))


def test_a_long_topic_is_read_page_by_page(town):
    town.query_params["level"] = "coarse"
    town.query_params["topic"] = "t0"
    town.run()
    first = passages_in(town)
    assert len(first) == 10
    town.button(key="page_on").click().run()
    assert url(town)["page"] == "2"
    assert len(passages_in(town)) == 3
    assert not set(first) & set(passages_in(town))


def test_searching_by_words_marks_them(town):
    town.query_params["by"] = "words"
    town.run()
    town.text_input(key="search").set_value("solceller").run()
    assert url(town)["q"] == "solceller"
    assert passages_in(town) == ["Solceller på taken ger mer än väntat – solpanelerna betalar sig."]
    assert "<mark>Solceller</mark>" in html_of(town)
    assert "1 passage for “solceller”" in html_of(town)


def test_a_search_without_a_hit_says_what_to_do(town):
    town.query_params["by"] = "words"
    town.query_params["q"] = "submarine"
    assert text.NO_HIT_WORDS in html_of(town.run())


def test_a_search_can_be_within_a_topic_and_a_region(town):
    model = small_model()
    for name, value in {"by": "words", "q": "parking", "topic": "t0", "area": "-1,-1_1,-1_1,1_-1,1"}.items():
        town.query_params[name] = value
    town.run()
    everything = passages_in(town)
    assert everything
    assert all("parking" in passage.lower() for passage in everything)
    row = next(row for row in model.rows(0).tolist() if "Forty parking" in model.passages[row].text)
    x, y = model.positions[row].tolist()
    town.query_params["area"] = f"{x - 0.01},{y - 0.01}_{x + 0.01},{y - 0.01}_{x},{y + 0.02}"
    assert [passage[:5] for passage in passages_in(town.run())] == ["Forty"]
    town.button(key="chip_area").click().run()
    assert passages_in(town) == everything


def test_without_its_encoder_a_model_is_searched_by_words_and_says_so(town):
    town.run()
    town.text_input(key="search").set_value("lunch").run()
    assert "was made with the encoder fake" in town.warning[0].value.replace("\\", "")
    assert passages_in(town)


def test_a_region_in_the_url_shows_its_passages(town):
    from topics.ui import region

    model = small_model()
    triangle = ((0.2, -1.0), (1.0, -1.0), (1.0, 1.0))
    town.query_params["area"] = "0.2,-1_1,-1_1,1"
    inside = region.inside(model.positions, triangle)
    assert f"{int(inside.sum())} passages in the region" in html_of(town.run())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"topic": "t99"}, "no topic t99"),
        ({"topic": "<script>alert(1)</script>"}, "“topic”"),
        ({"level": "gigantic"}, "no level called “gigantic”"),
        ({"model": "../../etc"}, "no saved model called “../../etc”"),
        ({"page": "9999", "topic": "t0"}, "no page 9,999"),
        ({"page": "-1"}, "“page”"),
        ({"area": "x"}, "“area”"),
    ],
)
def test_a_link_that_asks_for_what_is_not_there_is_explained(town, query, said):
    for name, value in query.items():
        town.query_params[name] = value
    town.run()
    assert text.FOOTER in html_of(town)
    assert len(town.warning) == 1
    assert said in town.warning[0].value.replace("\\", "")


def test_a_script_in_the_url_is_text(town):
    town.query_params["q"] = "<script>window.pwn=1</script>"
    shown = html_of(town.run())
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


# Several models


def test_the_saved_models_can_be_chosen_from(tmp_path, monkeypatch):
    for name in ("a", "b"):
        small_model().save(tmp_path / "models" / name)
    app = started(tmp_path, monkeypatch).run()
    assert app.selectbox(key="model_picker").options == ["a", "b"]
    app.selectbox(key="model_picker").set_value("b").run()
    assert url(app) == {"model": "b"}
    assert '<h1 class="title">b</h1>' in html_of(app)


def test_a_damaged_model_is_named_and_the_next_is_opened(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "good")
    (tmp_path / "models" / "broken").mkdir()
    (tmp_path / "models" / "broken" / "CURRENT").write_text("nonsense")
    app = started(tmp_path, monkeypatch)
    app.query_params["model"] = "broken"
    app.run()
    assert '<h1 class="title">good</h1>' in html_of(app)
    assert "broken" in app.warning[0].value


def test_without_any_model_the_demo_is_shown_and_says_that_it_is_one(tmp_path, monkeypatch):
    app = started(tmp_path, monkeypatch).run()
    shown = html_of(app)
    assert f'<h1 class="title">{catalog.DEMO}</h1>' in shown
    assert text.DEMO in shown and not app.warning
    assert any(link.proto.label == md(text.FIT_TITLE) for link in app.get("page_link"))
    assert len(passages_in(app)) >= 5
    assert app.get("bidi_component")
    assert list(tmp_path.iterdir()) == []


def test_one_s_own_models_come_without_the_demo_which_a_link_still_opens(town):
    assert text.DEMO not in html_of(town.run())
    assert "model_picker" not in [one.key for one in town.selectbox]
    town.query_params["model"] = catalog.DEMO
    shown = html_of(town.run())
    assert text.DEMO in shown and not town.warning
    assert town.selectbox(key="model_picker").options == ["town", catalog.DEMO]


def test_without_a_model_that_opens_the_way_to_ones_own_texts_is_shown(tmp_path, monkeypatch):
    (tmp_path / "models" / "broken").mkdir(parents=True)
    (tmp_path / "models" / "broken" / "CURRENT").write_text("nonsense")
    app = started(tmp_path, monkeypatch, tmp_path / "nowhere").run()
    assert text.NO_MODEL_TITLE in html_of(app)
    assert "no saved model at" in app.warning[0].value.replace("\\", "")


# Read


def test_an_article_is_read_whole_at_the_passage(town):
    model = small_model()
    passage = model.passages[min(model.rows(2).tolist())]
    open_page(town, "read", model="town", level="medium", topic="t2", doc=passage.document_id, p=str(passage.start))
    shown = html_of(town)
    current = shown.split("is-current", 2)
    assert len(current) == 3  # in the ribbon, and in the text
    assert passage.text[:30] in current[2].replace("<mark>", "").replace("</mark>", "").split("</section>")[0]
    assert "<details" in shown
    town.button(key="next_passage").click().run()
    following = url(town)
    assert (following["doc"], following["p"]) != (passage.document_id, str(passage.start))
    assert following["topic"] == "t2"


def test_the_passages_of_a_topic_are_read_in_order_from_first_to_last(town):
    model = small_model()
    rows = sorted(model.rows(2).tolist())
    first = model.passages[rows[0]]
    open_page(town, "read", topic="t2", doc=first.document_id, p=str(first.start))
    assert town.button(key="previous_passage").disabled
    seen = [url(town)["p"]]
    while not town.button(key="next_passage").disabled:
        town.button(key="next_passage").click().run()
        seen.append(url(town)["p"])
    assert seen == [str(model.passages[row].start) for row in rows]


def test_from_a_passage_of_another_topic_the_next_one_is_found(town):
    model = small_model()
    first, second, *_ = sorted(model.rows(2).tolist())
    other = model.passages[first + 1]
    assert model.labels[first + 1] != 2
    open_page(town, "read", topic="t2", doc=other.document_id, p=str(other.start))
    assert "1 of 4" not in html_of(town)
    town.button(key="next_passage").click().run()
    assert url(town)["p"] == str(model.passages[second].start)
    assert "2 of 4" in html_of(town)


def test_an_article_can_be_picked_and_read_without_a_topic(town):
    open_page(town, "read")
    assert "minutes.txt" in html_of(town)
    town.selectbox(key="document").set_value(2).run()
    assert url(town)["doc"] == "report.md"
    assert "report.md" in html_of(town)


def test_an_article_that_is_not_there_is_explained(town):
    open_page(town, "read", doc="../../etc/passwd", p="7")
    assert "no document called “../../etc/passwd”" in town.warning[0].value.replace("\\", "")
    assert "minutes.txt" in html_of(town)


# About


def test_the_model_card_tells_what_went_in_and_how(town):
    open_page(town, "about")
    shown = html_of(town)
    for part in (
        "English 18, Swedish 6",
        "coarse 2, medium 4, fine 6",
        "fake, 16 dimensions",
        "graph",
        "Space travel",
        text.UNMATCHED,
        "letters/scan.txt",
        "it holds bytes that are no text",
        "Leave a comment",
        "numpy",
    ):
        assert part in shown, part


# Your texts


def test_hostile_names_and_texts_reach_no_label_unescaped(tmp_path, monkeypatch):
    from dataclasses import replace

    model = small_model()
    levels = tuple(
        replace(level, topics=tuple(replace(topic, name=f"{HOSTILE} {topic.id}") for topic in level.topics))
        for level in model.levels
    )
    small_model(levels=levels).save(tmp_path / "models" / "town")
    app = started(tmp_path, monkeypatch)
    app.query_params["topic"] = "t1"
    app.run()
    assert "<img" not in html_of(app)
    labels = [button.label for button in app.button]
    assert any("evil" in label for label in labels)
    assert not [label for label in labels if re.search(r"(?<!\\)[!<$`\[]", label)]


def test_no_page_opens_a_door_for_markup():
    """No unsafe HTML, no embedded frames: what runs in the browser is Streamlit's own, and one script of ours."""
    banned = {"unsafe_allow_html", "unsafe_allow_javascript", "iframe", "write_stream"}
    for path in [ROOT / "app.py", *(ROOT / "topics" / "ui").rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & banned, path
        assert "components.v1" not in path.read_text(encoding="utf-8")


def test_exploring_imports_nothing_heavy(tmp_path):
    small_model().save(tmp_path / "models" / "town")
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({str(ENTRY)!r}, default_timeout=30).run()\n"
        "assert not app.exception\n"
        "app.button(key='choose_1').click().run()\n"
        "heavy = {'bertopic', 'umap', 'numba', 'hdbscan', 'torch', 'sklearn', 'onnxruntime'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_the_clone_and_the_package_have_one_configuration():
    own = (ROOT / "topics" / "ui" / ".streamlit" / "config.toml").read_bytes()
    assert (ROOT / ".streamlit" / "config.toml").read_bytes() == own
