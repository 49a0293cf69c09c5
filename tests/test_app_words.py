"""The page of words: how a word is used, by whom and where, and what each line leads to."""

import html
import re

import pytest

from tests.app_steps import html_of, open_page, started, url
from tests.models import small_model
from tests.test_app_filters import HOSTILE
from tests.test_app_topic import dated, links_in
from topics import usage
from topics.passages import Passages
from topics.ui import text
from topics.values import Document, Passage

MODEL = small_model()


@pytest.fixture
def town(tmp_path, monkeypatch):
    MODEL.save(tmp_path / "models" / "town")
    return started(tmp_path, monkeypatch)


def words_in(app):
    """The hits in their lines."""
    return [html.unescape(hit) for hit in re.findall(r"<mark>(.*?)</mark>", html_of(app))]


def test_without_a_word_the_telling_words_are_offered(town):
    app = open_page(town, "words")
    offered = [asked["w"] for page, asked in links_in(app) if page == "words"]
    assert offered == [keyword.term for _, keywords in usage.telling(MODEL.topics, 6) for keyword in keywords]
    assert 'class="kwic"' not in html_of(app)


def test_a_word_says_where_it_is_and_which_topics_use_it(town):
    app = open_page(town, "words", w="BUS")
    shown, rows = html.unescape(html_of(app)), MODEL.memo.words.rows("bus")
    assert f"In {len(rows)} of 24 passages ({text.percent(len(rows) / 24)}), in 1 of 4 topics." in shown
    (use,) = usage.by_topic(rows, MODEL.labels)
    assert f"{text.percent(use.share)}</td><td>{use.lift:.1f}</td>" in shown
    searches = [asked for page, asked in links_in(app) if page == "search"]
    assert searches == [{**searches[0], "q": '"BUS"', "by": "words", "topic": f"t{use.topic}"}]


def test_each_line_leads_to_its_place(town):
    app = open_page(town, "words", w="bus")
    places = [asked for page, asked in links_in(app) if page == "read"]
    assert len(places) == len(words_in(app)) > 3
    texts = {document.id: document.text for document in MODEL.passages.documents}
    for asked, word in zip(places, words_in(app), strict=True):
        assert texts[asked["doc"]][int(asked["p"]) :].startswith(word)
        assert word.casefold() == "bus"
    assert [asked["topic"] for page, asked in links_in(app) if page == "topic"]


def test_what_is_typed_is_looked_up_and_in_the_url(town):
    app = open_page(town, "words", w="bus", sheet="1")
    app.text_input(key="word").set_value(" cykelbanan ").run()
    assert url(app)["w"] == "cykelbanan"
    assert {word.casefold() for word in words_in(app)} == {"cykelbanan"}


@pytest.mark.parametrize(("asked", "hits"), [('"bike lane"', {"bike lane"}), ("LANGS an", {"längs ån"})])
def test_a_phrase_is_whole_and_accents_are_folded(town, asked, hits):
    assert set(words_in(open_page(town, "words", w=asked))) == hits


def test_many_passages_have_pages(tmp_path, monkeypatch):
    longer = [Document(f"{n}.txt", "a bus, " * 9 if n else "a bus") for n in range(24)]
    passages = Passages.of(longer, [Passage("", d.id, 0, len(d.text), d.text, "en") for d in longer])
    small_model(passages=passages, removed=(), skipped=()).save(tmp_path / "models" / "town")
    monkeypatch.setattr("topics.ui.words._PER_PAGE", 10)
    app = open_page(started(tmp_path, monkeypatch), "words", w="bus")
    assert len(words_in(app)) == 1 + 9 * 6
    assert text.say("more_in_passage", number="3") in html_of(app)
    app.button(key="sheet_on").click().run()
    app.button(key="sheet_on").click().run()
    assert url(app)["sheet"] == "3"
    assert len(words_in(app)) == 4 * 6


def test_time_is_there_where_there_are_dates(tmp_path, monkeypatch):
    dated("2019-01-01", "2020-01-01", "2020-06-01", "2022-01-01").save(tmp_path / "models" / "town")
    shown = html_of(open_page(started(tmp_path, monkeypatch), "words", w="bus"))
    assert '<th scope="row">2021</th><td>0</td>' in shown


@pytest.mark.parametrize("asked", ["zeppelin", "<script>window.pwn=1</script>", "x" * 10_000, "مرحبا", HOSTILE])
def test_a_word_that_is_nowhere_is_told_and_harmless(town, asked):
    app = open_page(town, "words", w=asked)
    shown = html_of(app)
    assert "No passage has" in shown
    assert not re.search(r"<script|<img", shown)
    assert len(app.get("page_link")[-1].proto.query_string) < 4000


@pytest.mark.parametrize("asked", ["🦜", "?!", "—"])
def test_what_is_no_word_is_told(town, asked):
    assert "holds no word to look up" in html_of(open_page(town, "words", w=asked))


def test_quotation_marks_alone_look_up_nothing(town):
    assert text.TELLING_HEADING in html_of(open_page(town, "words", w='""'))


def test_chinese_words_of_two_characters_are_found(tmp_path, monkeypatch):
    documents = [Document(f"{n}.txt", "公車每十分鐘一班,開放源碼模型" if n < 3 else "別的") for n in range(24)]
    passages = Passages.of(documents, [Passage("", d.id, 0, len(d.text), d.text, "zh") for d in documents])
    small_model(passages=passages, removed=(), skipped=()).save(tmp_path / "models" / "town")
    app = open_page(started(tmp_path, monkeypatch), "words", w="模型")
    assert words_in(app) == ["模型"] * 3
