"""Documents that are set aside come back as they were, whole or in part, and are not held."""

import random
import tempfile
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models import FakeEmbedder
from topics import shelved
from topics.copies import sharing
from topics.intake import take_in
from topics.present import spans_of
from topics.read import read_source
from topics.settings import Settings
from topics.shelved import Shelved
from topics.values import Document

texts = st.lists(st.text(st.characters(codec=None), max_size=40), max_size=8)


def shelf_of(documents):
    shelf = Shelved()
    for document in documents:
        shelf.add(document)
    return shelf


@given(texts, st.integers(1, 9), st.data())
def test_any_text_comes_back_whole_and_in_part(parts, block, data):
    documents = [
        Document(f"d#{row}", text, {"title": text}, tuple(range(0, len(text), 3)), row or None)
        for row, text in enumerate(parts)
    ]
    before = shelved._BLOCK
    shelved._BLOCK = block
    try:
        shelf = shelf_of(documents)
        assert list(shelf) == documents
        assert shelf.lengths.tolist() == [len(text) for text in parts]
        assert [shelf.id(row) for row in range(len(shelf))] == [document.id for document in documents]
        for row, text in enumerate(parts):
            start, end = sorted((data.draw(st.integers(0, 50)), data.draw(st.integers(0, 50))))
            assert shelf.piece(row, start, end) == text[start:end]
            assert shelf.excerpt(row, start, end).text == text[start:end]
            assert shelf.text(row) == text
    finally:
        shelved._BLOCK = before


def test_more_may_come_after_something_was_asked_for():
    shelf = shelf_of([Document("a", "One.")])
    assert shelf[0].text == "One."
    shelf.add(Document("b", "Två."))
    assert [document.text for document in shelf] == ["One.", "Två."]


def test_without_a_temporary_folder_they_are_held(monkeypatch):
    def none(**_):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryFile", none)
    monkeypatch.setattr(shelved, "_BLOCK", 5)
    documents = [Document("a", "One and two."), Document("b", "Three and four.")]
    assert shelf_of(documents) == documents


def test_passages_copies_and_reports_are_those_of_documents_that_are_held(tmp_path):
    story = "The ferry to Holm left at noon with thirty people on board, and it came back empty in the evening because"
    story += " the storm had closed the harbour of the island for all ships, as Anna Berg of the harbour office said."
    mail = f"Dear all,\n\nsee below.\n\nOn 3 May 2021, Karin wrote:\n> {story}\n"
    (tmp_path / "a.txt").write_text(f"News of the day\n\n{story}\n\nA café 🐝 opens 港口.\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text(f"Other paper\n\n{story}\n", encoding="utf-8")
    (tmp_path / "c.eml").write_text(f"From: a@b.example\nTo: c@d.example\nSubject: Ferry\n\n{mail}", encoding="utf-8")
    (tmp_path / "t.csv").write_text("text,city\nThe light is broken again.,Holm\n00123,NA\n=1+1,null\n")
    (tmp_path / "empty.txt").write_text(" ")
    held, aside = (read_source(tmp_path, aside=aside) for aside in (False, True))
    assert isinstance(aside.documents, Shelved) and aside.documents == held.documents and aside.files == held.files
    one, other = (take_in(reading, Settings(), FakeEmbedder()) for reading in (held, aside))
    assert (one.passages, one.removed, one.skipped, one.files) == (
        other.passages, other.removed, other.skipped, other.files,
    )  # fmt: skip
    assert any(span.of for span in one.removed)
    for spans in (one, other):
        assert [span["text"] for span in spans_of(spans.removed, spans.documents)] == [
            span["text"] for span in spans_of(one.removed, one.documents)
        ]


def sentence(row):
    """Return one of many sentences of few words: at most 2,000, so that those remembered take no room to speak of."""
    words = random.Random(row).choices(range(2000), k=12)
    return " ".join(f"word{word}" for word in words).capitalize() + "."


def written(folder, sentences, files):
    """Write so many different sentences, four a paragraph, into so many files; return how many characters."""
    own, size = sentences // files, 0
    for number in range(files):
        rows = range(number * own, (number + 1) * own)
        text = "\n\n".join(" ".join(map(sentence, rows[at : at + 4])) for at in range(0, own, 4))
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        size += len(text)
    return size


def peak_of(folder):
    """Return the most memory that it takes to read a folder as ``topics read`` does, in bytes."""
    tracemalloc.start()
    reading = read_source(folder, aside=True)
    taken = take_in(reading, Settings(language="en"), FakeEmbedder())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(taken.passages) >= 100 and not taken.removed
    return peak


@pytest.mark.parametrize(("files", "most"), [(1, 1.3), (40, 0.5)])
def test_what_is_held_does_not_grow_with_the_files(tmp_path, monkeypatch, files, most):
    """One long text is held once, while it is cut; of several none is."""
    for name, value in (("_PART", 1 << 16), ("_IN_MEMORY", 1 << 16), ("_BATCH", 1 << 14)):
        monkeypatch.setattr(sharing, name, value)
    monkeypatch.setattr(shelved, "_BLOCK", 1 << 14)
    monkeypatch.setattr("topics.intake._CHARACTERS", 1 << 14)
    peaks = []
    for times in (0.25, 1, 4):  # with the first one, what is loaded once is loaded
        folder = tmp_path / str(times)
        folder.mkdir()
        size = written(folder, int(times * 3200), int(files * times) if files > 1 else 1)
        peaks.append((peak_of(folder), size))
    _, (less, short), (more, long) = peaks
    assert more - less < most * (long - short)
