import numpy as np
import pytest

from topics.passages import Passages
from topics.values import Document, Passage

DOCUMENTS = (Document("a.txt", "One. Två."), Document("b.txt", "Three."))
ROWS = (
    Passage("a.txt:0-4", "a.txt", 0, 4, "One.", "en"),
    Passage("a.txt:5-9", "a.txt", 5, 9, "Två.", "sv"),
    Passage("b.txt:0-6", "b.txt", 0, 6, "Three.", "en"),
)


def test_columns_give_back_the_passages() -> None:
    passages = Passages.of(DOCUMENTS, ROWS)
    assert tuple(passages) == ROWS
    assert passages[-1] == ROWS[2]
    assert passages[:2] == ROWS[:2]
    assert passages.texts() == ["One.", "Två.", "Three."]
    assert passages.language_codes() == ["en", "sv", "en"]
    assert repr(passages) == "<Passages: 3 of 2 documents>"
    with pytest.raises(IndexError, match="passage 3 of 3"):
        _ = passages[3]


def test_columns_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Passages.of(DOCUMENTS, ROWS).start[0] = 2


def test_no_passages_are_fine() -> None:
    assert len(Passages.of(DOCUMENTS, ())) == 0


@pytest.mark.parametrize(
    ("document", "start", "end", "language", "message"),
    [
        ([0], [0], [99], [0], "passage 0 has offsets 0-99, outside its document of 9 characters"),
        ([0], [4], [4], [0], "offsets 4-4"),
        ([2], [0], [1], [0], "'document' points outside its table of 2 entries"),
        ([0], [0], [1], [1], "'language' points outside its table of 1 entries"),
        ([0], [0, 1], [1], [0], r"'start' has shape \(2,\)"),
    ],
)
def test_columns_that_do_not_fit_are_refused(
    document: list[int], start: list[int], end: list[int], language: list[int], message: str
) -> None:
    columns = [np.array(column, np.int32) for column in (document, start, end, language)]
    with pytest.raises(ValueError, match=message):
        Passages(DOCUMENTS, *columns, languages=("en",))


def test_a_passage_tells_its_page_and_its_row() -> None:
    documents = (Document("a.pdf", "One. Two. Three.", pages=(0, 5, 10)), Document("t.csv#3", "Four.", row=3))
    rows = Passages.of(
        documents,
        [
            Passage("", "a.pdf", 0, 4, "One.", "en"),
            Passage("", "a.pdf", 5, 16, "Two. Three.", "en"),
            Passage("", "t.csv#3", 0, 5, "Four.", "en"),
        ],
    )
    assert [(passage.page, passage.row) for passage in rows] == [(1, None), (2, None), (None, 3)]
    columns = rows.columns()
    assert columns["page"] == [1, 2, None]
    assert columns["row"] == [None, None, 3]
    assert columns["passage"] == ["a.pdf:0-4", "a.pdf:5-16", "t.csv#3:0-5"]


def test_metadata_is_told_for_each_passage() -> None:
    documents = (Document("a", "One. Two.", {"author": "Ann"}), Document("b", "Three.", {"age": "7", "author": "Bo"}))
    rows = [
        Passage("", "a", 0, 4, "One.", "en"),
        Passage("", "a", 5, 9, "Two.", "en"),
        Passage("", "b", 0, 6, "Three.", "en"),
    ]
    assert Passages.of(documents, rows).metadata() == {"author": ["Ann", "Ann", "Bo"], "age": [None, None, "7"]}
    assert Passages.of(DOCUMENTS, ROWS).metadata() == {}


def test_documents_are_found_by_their_ids():
    documents = [Document("b.txt", "ab"), Document("a.txt", "cd")]
    assert Passages.of(documents, []).document_rows() == {"b.txt": 0, "a.txt": 1}
