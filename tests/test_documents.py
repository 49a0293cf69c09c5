"""Documents and what was removed from them, in files: what they must be, and what is kept unread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.forge import arrays_of, forge_arrays
from tests.models import small_model
from topics import store
from topics.deferred import changed
from topics.errors import ModelError
from topics.passages import Passages
from topics.store import blocks, documents
from topics.store.strict import Damage
from topics.values import Document, Removed

TEXT = Document("a", "åbcde", {"x": "y"}, (0, 2), 3)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


def written(*held: Document, removed: tuple[Removed, ...] = ()) -> dict[str, bytes]:
    """Return the bytes of both files."""
    return {
        name: b"".join(map(bytes, stream.pieces()))
        for name, stream in zip(("documents", "texts"), documents.encode(held, removed), strict=True)
    }


@pytest.mark.parametrize(
    ("document", "match"),
    [
        (replace(TEXT, meta={"x": 1}), "texts.*the meta of document 1 holds what is no text"),
        (replace(TEXT, id=5), "documents.*the id in row 1 is int, but must be a text"),
        (replace(TEXT, row=0), "the row of document 1 is 0, but must be above 0"),
        (replace(TEXT, pages=(0, 6)), "the pages of document 1 do not begin in it"),
    ],
)
def test_what_is_no_document_is_not_written(document: Document, match: str) -> None:
    with pytest.raises(Damage, match=match):
        written(replace(TEXT, id="first"), document)


@pytest.mark.parametrize(
    ("span", "match"),
    [
        (Removed("b", 0, 1, "share"), "a removed span is from 'b', which is none of the documents"),
        (Removed("a", 0, 1, "share", ""), "a removed span is a copy of a passage without an id"),
    ],
)
def test_what_was_removed_is_of_a_document_and_a_copy_of_something(span: Removed, match: str) -> None:
    assert written(TEXT, removed=(replace(span, document_id="a", of=None), replace(span, document_id="a", of="a:0-1")))
    with pytest.raises(Damage, match=match):
        written(TEXT, removed=(span,))


def spans(start: int, end: int) -> dict[str, Any]:
    """Return the columns of one span, of the second of two documents of nine characters."""
    no_text = np.zeros(0, np.uint8)
    return {
        "removed": np.array([[1], [start], [end], [0]], np.int32),
        "reasons": np.frombuffer(b"share", np.uint8),
        "reason_ends": np.array([0, 5]),
        "copied": no_text,
        "copied_ends": np.array([0, 0]),
    }


class Two:
    """Two documents of nine characters."""

    columns = {"characters": np.array([9, 9], np.int32)}  # noqa: RUF012 - nobody changes it

    def __len__(self) -> int:
        return 2

    def id(self, row: int) -> str:
        return "ab"[row]


@pytest.mark.parametrize(("start", "end"), [(0, 0), (0, 9), (3, 5), (9, 9)])
def test_a_removed_span_lies_in_its_document(start: int, end: int) -> None:
    found = documents._Removals(spans(start, end), Two())  # type: ignore[arg-type]
    assert found.all() == (Removed("b", start, end, "share"),)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 4), (0, 10), (10, 9), (-2, -1)])
def test_a_span_that_does_not_is_refused(start: int, end: int) -> None:
    with pytest.raises(Damage, match="a span removed from document 1 is no place in it"):
        documents._Removals(spans(start, end), Two())  # type: ignore[arg-type]


@pytest.mark.parametrize(("row", "value", "what"), [(0, 2, "document"), (0, -1, "document"), (3, 1, "reason")])
def test_a_removed_span_has_a_document_and_a_reason(row: int, value: int, what: str) -> None:
    columns = spans(0, 1)
    columns["removed"][row, 0] = value
    with pytest.raises(Damage, match=f"a removed span has a {what} that is not there"):
        documents._Removals(columns, Two())  # type: ignore[arg-type]


def test_a_row_of_a_table_comes_back_and_none_is_none(saved: Path, tmp_path: Path) -> None:
    model = small_model()
    first, second, *others = model.passages.documents
    held = [replace(first, row=1, pages=(0, 4, 4)), replace(second, row=2**31 - 1), *others]
    loaded = store.load(
        store.save(small_model(passages=Passages.of(held, list(model.passages))), tmp_path / "rows")
    ).passages.documents
    assert [one.row for one in loaded] == [1, 2**31 - 1, None, None]
    assert [one.pages for one in loaded] == [(0, 4, 4), (), (), ()]
    rows = arrays_of(saved, "documents.safetensors")["rows"]
    assert rows.tolist() == [0, 0, 0, 0]
    forge_arrays(saved, "documents.safetensors", rows=rows - np.array([0, 0, 1, 0], np.int32))
    with pytest.raises(ModelError, match="the row of document 2 is -1, which is none"):
        store.load(saved)


def test_other_spans_of_documents_that_are_unread(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 100)
    loaded = store.load(saved)
    removed = (Removed("report.md", 0, 3, "share"), Removed("council/minutes.txt", 1, 2, "menu"))
    again = store.load(store.save(changed(loaded, removed=removed), tmp_path / "other"))
    assert again.removed == removed
    assert again.passages.documents == small_model().passages.documents
    assert again.passages.documents.lengths.tolist() == [len(one.text) for one in small_model().passages.documents]  # type: ignore[attr-defined]


def test_a_text_that_is_damaged_is_told_with_its_file_wherever_it_is_read(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 100)
    characters = arrays_of(saved, "documents.safetensors")["characters"]
    forge_arrays(saved, "documents.safetensors", characters=characters + np.array([0, 0, 0, 1], np.int32))
    held = store.load(saved).passages.documents
    assert held[0].text
    for read in (lambda: held[3], lambda: held.text(3)):  # type: ignore[attr-defined]
        with pytest.raises(ModelError, match=r"v-\w+/texts\.safetensors is damaged: document 3 has [\d,]+ characters"):
            read()
