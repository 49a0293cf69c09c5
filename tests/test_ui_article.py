"""An article as HTML holds every character of it, each passage at its place."""

import html
import re
from dataclasses import replace

import pytest

import topics
from tests.models import FakeEmbedder, small_model
from topics.passages import Passages
from topics.ui import article, places
from topics.values import Document, Passage, Removed


@pytest.fixture
def model():
    return small_model()


def words_of(markup):
    return html.unescape(re.sub(r"<[^>]+>", " ", markup)).split()


def test_nothing_of_the_document_is_missing(model):
    for row, document in enumerate(model.passages.documents):
        pieces = article.pieces_of(model, row)
        covered = " ".join(document.text[piece.start : piece.end] for piece in pieces)
        assert covered.split() == document.text.split()
        shown = words_of(article.html_of(model, row, topic=None, place=None))
        assert [word for word in document.text.split() if word not in shown] == []


def test_the_current_passage_is_marked_and_no_other(model):
    passage = model.passages[3]
    row = places.document_row(model, passage.document_id)
    markup = article.html_of(model, row, topic=None, place=passage.start)
    current = re.findall(r'<section class="[^"]*is-current[^"]*".*?</section>', markup)
    assert len(current) == 1
    assert passage.text in html.unescape(re.sub(r"<[^>]+>", "", current[0]))


def test_what_was_left_out_is_folded_away_with_its_reason(model):
    markup = article.html_of(model, 1, topic=None, place=None)
    assert markup.count("<details") == 1
    assert "Leave a comment" in markup.split("<details", 1)[1]
    assert "comment form" in markup


def test_keywords_are_marked_in_passages_of_the_chosen_topic_only(model):
    bus_lines = 2
    marks = re.findall(r"<mark>(.*?)</mark>", article.html_of(model, 1, topic=bus_lines, place=None))
    assert marks == ["bus", "bus"]
    assert "<mark>" not in article.html_of(model, 1, topic=None, place=None)


def test_a_topic_is_named_where_it_begins(model):
    names = re.findall(r'class="art-name"[^>]*>(.*?)<', article.html_of(model, 0, topic=None, place=None))
    assert names == ["Cars vs. bicycles", "Bus lines", "School lunches", "Solar panels", "Cars vs. bicycles"]


def test_text_between_passages_is_shown_plainly():
    text = "Kept sentence.\n\n* * *\n\nAnother <b>one</b>."
    document = Document("a.txt", text)
    cut = [Passage("", "a.txt", 0, 14, text[:14], "en"), Passage("", "a.txt", 23, len(text), text[23:], "en")]
    model = _of(document, cut)
    markup = article.html_of(model, 0, topic=None, place=None)
    assert "art-plain" in markup
    assert "Another &lt;b&gt;one&lt;/b&gt;." in markup


def test_a_heading_within_a_passage_is_set_as_one():
    text = "A Powerful Start\nThe partnership began in 2019."
    model = _of(Document("a.txt", text), [Passage("", "a.txt", 0, len(text), text, "en")])
    markup = article.html_of(model, 0, topic=None, place=None)
    assert '<p class="art-heading">A Powerful Start</p><p>The partnership began in 2019.</p>' in markup


def test_the_ribbon_has_a_part_for_each_piece(model):
    ribbon = article.ribbon_of(model, 0, None)
    assert ribbon.count("<i ") == len(article.pieces_of(model, 0)) == 9
    assert ribbon.count('class="gap"') == 2


def _of(document, passages):
    model = small_model()
    n = len(passages)
    return small_model(
        passages=Passages.of([document], passages),
        vectors=model.vectors[:n].copy(),
        all_labels=model.all_labels[:, :n].copy(),
        positions=model.positions[:n].copy(),
        removed=(),
    )


def test_pages_are_told_where_they_begin():
    source = Document("a.pdf", "Bees fly.\n\nBirds sing.\n\nShips sail.", pages=(0, 11, 24))
    rows = [Passage("", "a.pdf", 0, 9, "Bees fly.", "en"), Passage("", "a.pdf", 24, 35, "Ships sail.", "en")]
    model = topics.fit([Document("x", "Bees fly. Birds sing.")], embedder=FakeEmbedder(), language="en")
    passages = Passages.of([source], rows)
    two = [0, 0]
    arrays = {"vectors": model.vectors[two], "positions": model.positions[two], "all_labels": model.all_labels[:, two]}
    paged = replace(model, passages=passages, removed=(), _memo=None, **arrays)
    shown = article.html_of(paged, 0, topic=None, place=None)
    assert re.findall(r'class="art-page">(.*?)<', shown) == ["page 1", "page 2", "page 3"]
    assert shown.index("page 2") < shown.index("Birds sing.") < shown.index("page 3") < shown.index("Ships sail.")
    assert "art-page" not in article.html_of(small_model(), 0, topic=None, place=None)


def test_a_document_that_is_all_left_out_can_be_read_at_once(model):
    source = model.passages.documents[0]
    gone = Document("copy.txt", source.text)
    spans = (Removed("copy.txt", 0, len(source.text), "copy", model.passages[0].id),)
    own = Passages(
        (*model.passages.documents, gone), model.passages.document, model.passages.start, model.passages.end,
        model.passages.language, model.passages.languages,
    )  # fmt: skip
    changed = replace(model, passages=own, removed=spans, _memo=None)
    shown = article.html_of(changed, len(own.documents) - 1, topic=None, place=None)
    assert '<details class="art-out" open>' in shown
    assert " open>" not in article.html_of(model, 1, topic=None, place=None)
