"""The page of a topic: its words and passages with figures, and where each leads."""

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from tests.app_steps import html_of, open_page, passages_in, started, url
from tests.models import small_model
from tests.test_app_filters import HOSTILE, model_with
from topics import portrait
from topics.cluster.rule import Rule
from topics.passages import Passages
from topics.ui import text
from topics.values import LOOSE, Document, Level


@pytest.fixture
def town(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    return started(tmp_path, monkeypatch)


def links_in(app):
    """Where each link on the page leads: its page and its parameters."""
    found = [urlsplit(html.unescape(target)) for target in re.findall(r'href="([^"]+)"', html_of(app))]
    return [
        (target.path, {name: values[0] for name, values in parse_qs(target.query).items()})
        for target in found
        if not target.scheme
    ]


def dated(*dates):
    old = small_model().passages
    documents = [Document(d.id, d.text, {"date": date}) for d, date in zip(old.documents, dates, strict=True)]
    return small_model(passages=Passages(documents, old.document, old.start, old.end, old.language, old.languages))


def test_without_a_topic_there_is_a_table_of_all(town):
    app = open_page(town, "topic")
    shown = html_of(app)
    assert '<h1 class="title">Topics</h1>' in shown
    led = [asked["topic"] for page, asked in links_in(app) if page == "topic"]
    assert led == [f"t{topic.id}" for topic in small_model().topics]


def test_a_topic_tells_its_words_neighbours_and_passages(town):
    app = open_page(town, "topic", topic="t2")
    shown, model = html_of(app), small_model()
    assert f'<h1 class="title" dir="auto">{model.topic(2).name}</h1>' in shown
    assert text.stability(model.topic(2).stability) in html.unescape(shown)
    words = portrait.words(model, 2)
    assert [asked["w"] for page, asked in links_in(app) if page == "words"] == [word.keyword.term for word in words]
    for word in words:
        assert f"<td>{word.inside}</td><td>{word.outside}</td>" in shown
    neighbours = [asked["topic"] for page, asked in links_in(app) if page == "topic"][:3]
    assert neighbours == [f"t{other.topic}" for other in portrait.neighbours(model, 2)]
    assert passages_in(app) == [model.passages.text(row) for row in portrait.rows(model, 2, "best").tolist()]
    assert "<mark>" in shown


def test_a_passage_says_why_it_is_here(town):
    shown = html.unescape(html_of(open_page(town, "topic", topic="t2")))
    model = small_model()
    for reason in portrait.reasons(model, portrait.rows(model, 2, "best")):
        assert text.sure(reason.confidence) in shown
        assert f">{model.topic(reason.runner_up).name}</a>" in shown
    assert text.RUNNER_UP in shown


def test_a_passage_of_a_language_that_is_read_poorly_says_so(tmp_path, monkeypatch):
    model = small_model()
    card = model.encoder.__class__("fake", model.encoder.fingerprint, model.encoder.dimension, poorly_read=("sv",))
    small_model(encoder=card).save(tmp_path / "models" / "town")
    shown = html_of(open_page(started(tmp_path, monkeypatch), "topic", topic="t0"))
    assert text.READ_POORLY in shown


def test_the_least_sure_come_first_on_the_third_side_which_is_in_the_url(town):
    app = open_page(town, "topic", topic="t0")
    app.segmented_control(key="side").set_value("borderline").run()
    assert url(app)["side"] == "borderline"
    model = small_model()
    assert passages_in(app) == [model.passages.text(row) for row in portrait.rows(model, 0, "borderline").tolist()]


def test_reload_restores_side_and_page(town):
    app = open_page(town, "topic", topic="t0", side="typical", level="coarse", sheet="2")
    model = small_model(level="coarse")
    rows = portrait.rows(model, 0, "typical").tolist()
    assert passages_in(app) == [model.passages.text(row) for row in rows[10:20]]
    app.button(key="sheet_back").click().run()
    assert "sheet" not in url(app)
    assert passages_in(app) == [model.passages.text(row) for row in rows[:10]]


def test_what_a_topic_holds_is_a_topic_of_this_page_too(town):
    app = open_page(town, "topic", topic="t0")
    app.button(key="relative_fine_1").click().run()
    assert url(app) == {**url(app), "level": "fine", "topic": "t1"}
    assert f">{small_model(level='fine').topic(1).name}</h1>" in html_of(app)


def test_time_and_columns_are_counted(tmp_path, monkeypatch):
    dated("2019-01-01", "2020-01-01", "2020-06-01", "2022-01-01").save(tmp_path / "models" / "town")
    shown = html_of(open_page(started(tmp_path, monkeypatch), "topic", topic="t1"))
    model = small_model()
    mine = model.passages.document[model.labels == 1]
    of_2020, all_2020 = int(np.isin(mine, [1, 2]).sum()), int(np.isin(model.passages.document, [1, 2]).sum())
    share = text.percent(of_2020 / all_2020)
    assert f'<th scope="row">2020</th><td>{of_2020}</td><td>{share}</td>' in shown
    assert '<th scope="row">2021</th><td>0</td><td>0 %</td>' in shown
    assert '<th scope="row">English</th>' in shown


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"topic": "t99"}, "no topic t99"),
        ({"topic": "<script>"}, "says nothing here"),
        ({"topic": "t1", "side": "x" * 10_000}, "says nothing here"),
        ({"topic": "t1", "sheet": "99"}, "no page 99 of this list"),
    ],
)
def test_a_link_to_what_is_not_there_is_told(town, asked, said):
    app = open_page(town, "topic", **asked)
    assert any(said in warning.value for warning in app.warning)
    assert "<script>" not in html_of(app)


def test_hostile_columns_and_names_stay_text(tmp_path, monkeypatch):
    model_with(HOSTILE, "b", "b", "b", name=HOSTILE).save(tmp_path / "models" / "town")
    shown = html_of(open_page(started(tmp_path, monkeypatch), "topic", topic="t0"))
    assert "<img" not in shown
    assert html.escape(HOSTILE) in shown


def test_where_all_is_loose_the_passages_are_there(tmp_path, monkeypatch):
    base = small_model()
    nothing = Rule(base.rule.prototypes, np.full_like(base.rule.topics, LOOSE))
    levels = tuple(Level(level.name, ()) for level in base.levels)
    labels = np.full_like(base.all_labels, LOOSE)
    small_model(all_labels=labels, levels=levels, rule=nothing, tree=None).save(tmp_path / "models" / "town")
    app = open_page(started(tmp_path, monkeypatch), "topic")
    assert [asked["topic"] for page, asked in links_in(app) if page == "topic"] == ["loose"]
    app.query_params["topic"] = "loose"
    assert len(passages_in(app.run())) == 10


def test_a_single_topic_has_no_neighbour(tmp_path, monkeypatch):
    base = small_model()
    labels, columns = base.all_labels.copy(), base.rule.topics.copy()
    labels[0], columns[0] = 0, 0
    only = replace(base.levels[0].topics[0], size=24, share=1.0)
    medium = Level("medium", tuple(replace(topic, parent=0) for topic in base.levels[1].topics))
    small_model(
        all_labels=labels,
        rule=Rule(base.rule.prototypes, columns),
        levels=(Level("coarse", (only,)), medium, base.levels[2]),
        tree=None,
    ).save(tmp_path / "models" / "town")
    app = open_page(started(tmp_path, monkeypatch), "topic", topic="t0", level="coarse")
    assert text.NO_NEIGHBOURS in html_of(app)
    assert text.RUNNER_UP not in html_of(app)


def test_the_card_of_a_topic_leads_here(town):
    town.query_params["topic"] = "t1"
    town.run()
    leads = [element.proto for element in town.get("page_link") if element.proto.label == text.ALL_ON_THIS_TOPIC]
    assert len(leads) == 1
    assert "topic=t1" in leads[0].query_string
