"""The search page: what is found, why, and what narrows it down."""

import html
import re

import pytest

from tests.app_steps import html_of, keyed, open_page, passages_in, started, url
from tests.models import FakeEmbedder, small_model
from tests.test_app_filters import HOSTILE, model_with
from tests.test_app_topic import links_in
from topics import store
from topics.findings import find
from topics.ui import session, text

MODEL = model_with("North", "South", "North", None)


@pytest.fixture
def town(tmp_path, monkeypatch):
    """The small model, with the encoder that it was made with at hand."""
    MODEL.save(tmp_path / "models" / "town")
    monkeypatch.setattr(session, "open_model", lambda path: store.load(path).with_embedder(FakeEmbedder()))
    return started(tmp_path, monkeypatch)


def expected(query, by, **choices):
    model = small_model(embedder=FakeEmbedder(), passages=MODEL.passages)
    return [model.passages.text(row) for row in find(model, query, by, **choices).ranking.rows.tolist()]


@pytest.mark.parametrize("by", ["words", "meaning", "both"])
def test_it_finds_what_the_library_finds(town, by):
    app = open_page(town, "search", q="bus lane", by=by)
    assert not app.warning
    assert passages_in(app) == expected("bus lane", by)[:10]


def test_only_the_words_asked_for_are_marked(town):
    app = open_page(town, "search", q='bus "bike lane"', by="words")
    marks = {mark.casefold() for mark in re.findall(r"<mark>(.*?)</mark>", html_of(app))}
    assert marks == {"bus", "bike lane"}
    assert any("buses" in passage.casefold() for passage in passages_in(app))


def test_a_passage_says_how_it_answers(town):
    shown = html_of(open_page(town, "search", q="bus lane", by="both"))
    assert text.HOLDS_SOME in shown
    assert "nearest by meaning (" in shown
    assert "number 2 by meaning (" in shown
    shown = html_of(open_page(town, "search", q="bus", by="words"))
    assert text.HOLDS_WORD in shown
    assert "by meaning" not in re.sub(r"<p class=\"lead\">.*?</p>", "", shown)


def test_values_narrow_down_with_counts_and_are_in_the_url(town):
    app = open_page(town, "search", q="bus", by="words")
    columns = dict(find(MODEL, "bus", "words").columns)
    counts = {value: count for value, count in columns["office"] if count}
    assert app.pills(key="narrow_0").options == [f"{value} ({count})" for value, count in counts.items()]
    app.pills(key="narrow_0").set_value(["North"]).run()
    assert url(app)["where"] == "office=North"
    assert passages_in(app) == expected("bus", "words", where=[("office", "North")])
    assert len(passages_in(app)) == counts["North"]


def test_a_topic_narrows_down_and_leads_to_the_map_with_the_same_query(town):
    app = open_page(town, "search", q="the", by="words")
    app.pills(key=keyed(app, "narrow_topic")).set_value(1).run()
    assert url(app)["topic"] == "t1"
    assert passages_in(app) == expected("the", "words", topic=1)
    (lead,) = [element.proto for element in app.get("page_link") if element.proto.label == text.SHOW_ON_MAP]
    assert all(part in lead.query_string for part in ("q=the", "by=words", "topic=t1"))
    assert {asked["topic"] for page, asked in links_in(app) if page == "topic"} == {"t1"}


def test_typing_and_the_way_to_search_are_in_the_url(town):
    app = open_page(town, "search")
    assert passages_in(app) == []
    app.text_input(key="find").set_value("bus").run()
    app.segmented_control(key="find_by").set_value("words").run()
    assert url(app) == {**url(app), "q": "bus", "by": "words"}
    assert passages_in(app) == expected("bus", "words")


def test_many_results_have_pages(town):
    app = open_page(town, "search", q="bus the", by="both", sheet="2")
    assert passages_in(app) == expected("bus the", "both")[10:20]
    app.button(key="sheet_back").click().run()
    assert passages_in(app) == expected("bus the", "both")[:10]


def test_nothing_left_offers_to_drop_the_choices(town):
    app = open_page(town, "search", q="bus", by="words", topic="t1", where="office=South")
    assert text.NOTHING_LEFT in html_of(app)
    app.button(key="drop_choices").click().run()
    assert passages_in(app) == expected("bus", "words")
    assert {"topic", "where"}.isdisjoint(url(app))


@pytest.mark.parametrize(
    "query", ["zeppelin", "<script>window.pwn=1</script>", '"unclosed', "x" * 10_000, "مرحبا", HOSTILE]
)
def test_odd_queries_are_harmless(town, query):
    app = open_page(town, "search", q=query, by="words")
    shown = html_of(app)
    assert not re.search(r"<script|<img", shown)
    assert "0 passages with" in html.unescape(shown)


@pytest.mark.parametrize(("page", "query"), [("search", "🦜"), ("search", "?!"), ("explore", "?!")])
def test_a_query_without_a_word_is_told(town, page, query):
    app = open_page(town, page, q=query)
    assert passages_in(app) == []
    assert ("holds no word to search for" if page == "search" else "0 passages for") in html_of(app)


def test_without_the_encoder_words_are_searched_and_that_is_told(tmp_path, monkeypatch):
    MODEL.save(tmp_path / "models" / "town")
    app = open_page(started(tmp_path, monkeypatch), "search", q="bus")
    assert any("passages that have the words" in warning.value for warning in app.warning)
    assert passages_in(app) == expected("bus", "words")
