"""What a document is called, and where in it a passage stands."""

import pytest

from tests.models import small_model
from topics.store import load
from topics.ui import places, text
from topics.values import Document, Removed


@pytest.fixture
def model():
    return small_model()


def test_a_document_goes_by_its_own_title(model):
    assert places.title(model, Document("a.txt", "First line", {"title": " The title "})) == "The title"


def test_without_a_title_it_goes_by_the_first_line_that_was_kept():
    written = "photo_1.webp\n\n# Harbour  Street\n\nThe council voted."
    model = small_model(removed=(Removed("a.md", 0, 12, "image-name"),))
    assert places.title(model, Document("a.md", written)) == "Harbour Street"
    assert places.title(small_model(removed=()), Document("a.md", written)) == "photo_1.webp"


def test_a_long_first_line_is_cut_at_a_word(model):
    title = places.title(model, Document("a.txt", "word, " * 40))
    assert title.endswith("word …")
    assert len(title) <= 92


def test_an_empty_document_goes_by_its_id(model):
    assert places.title(model, Document("a.txt", " \n ")) == "a.txt"


def test_paragraphs_are_counted_from_one():
    document = Document("a.txt", "One.\n\nTwo. Still two.\nThree.")
    assert [places.paragraph(document, document.text.index(word)) for word in ("One", "Still", "Three")] == [1, 2, 3]


def test_every_document_finds_its_row_also_on_a_shelf(model, tmp_path):
    for own in (model, load(model.save(tmp_path / "saved"))):
        ids = [document.id for document in own.passages.documents]
        assert [places.document_row(own, id) for id in ids] == list(range(len(ids)))
        assert places.document_row(own, "not there") == 0


def test_a_place_reads_like_one(model):
    assert places.place(model, model.passages[1]) == ("minutes.txt", "paragraph 3, characters 134–232")


def test_pages_and_records_tell_the_place(model):
    assert text.place(7, 0, 9, page=3) == "page 3, characters 0–9"
    assert text.place(1, 0, 1234, row=1200) == "record 1,200, characters 0–1,234"


def test_a_record_goes_by_its_title_or_its_number(model):
    assert places.title(model, Document("t.csv#3", "An answer", {"title": "On buses"}, row=3)) == "On buses"
    assert places.title(model, Document("t.csv#3", "An answer", row=3)) == "t.csv#3"
    assert places.title(model, Document("a7", "An answer", row=3)) == "Record 3 (a7)"
