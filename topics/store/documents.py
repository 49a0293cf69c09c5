"""Documents, and what was removed from them, to two files of columns and back.

The texts lie one behind another in a file of their own, so that a large corpus is opened without reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from topics.deferred import Later
from topics.passages import Shelf
from topics.store import tensors
from topics.store.blocks import BLOCK, Content, damaged
from topics.store.folder import DOCUMENTS, TEXTS
from topics.store.strict import Damage, dump, parse
from topics.store.strings import Strings, check_ends, encoded, ends_of, joined, long_column
from topics.store.tensors import Array, Column, Stream, column, places, stream
from topics.values import Document, Removed

_LENGTHS = {"characters": "I32", "rows": "I32"}
_BYTES = {"pages": "I32", "ids": "U8", "reasons": "U8", "copied": "U8"}
_ENDS = ("page_ends", "id_ends", "text_ends", "meta_ends", "reason_ends", "copied_ends")
_OF_REMOVED = ("removed", "reasons", "reason_ends", "copied", "copied_ends")
_MOST = 2**31 - 1

T = TypeVar("T")
Taken = tuple[Removed, ...]
Removals = Taken | Later[Taken]


@dataclass(frozen=True, slots=True)
class Known:
    """Arrays that stand for what was removed, as they were loaded."""

    columns: Mapping[str, Array]


class Stored(Shelf):
    """The documents of a saved model, made from its files when they are asked for.

    Parameters
    ----------
    columns
        The arrays of the file of documents.
    content
        The file of texts.
    starts
        Where in that file the metas and the texts begin.
    """

    def __init__(self, columns: Mapping[str, Array], content: Content, starts: tuple[int, int]) -> None:
        self.columns = columns
        self.content = content
        self._metas_at, self._texts_at = starts
        self._ids = Strings(DOCUMENTS, "ids", columns["ids"], columns["id_ends"])
        if not self._ids.are_distinct():
            raise Damage(DOCUMENTS, "two documents have the same id")

    def __len__(self) -> int:
        return len(self.columns["characters"])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many characters each document has, shape (n,)."""
        return self.columns["characters"].astype(np.int64)

    def text(self, row: int) -> str:
        """Return the text of one document."""
        return self._told(self._text, row)

    def document(self, row: int) -> Document:
        """Return one document, by its row from 0."""
        return self._told(self.read, row)

    def id(self, row: int) -> str:
        """Return the id of one document."""
        return self._told(self._ids.at, row)

    def read(self, row: int) -> Document:
        """Return one document; unlike :meth:`document` it raises Damage, not ModelError, where it is none."""
        text = self._text(row)
        number = int(self.columns["rows"][row])
        if number < 0:
            raise Damage(DOCUMENTS, f"the row of document {row} is {number}, which is none")
        return Document(self._ids.at(row), text, self._meta(row), self._pages(row, len(text)), number or None)

    def _told(self, read: Callable[[int], T], row: int) -> T:
        try:
            return read(row)
        except Damage as damage:
            raise damaged(self.content.path.with_name(damage.file), damage.what) from damage

    def _text(self, row: int) -> str:
        text = self._slice(row, "text_ends", self._texts_at)
        if len(text) != self.columns["characters"][row]:
            raise Damage(TEXTS, f"document {row} has {len(text):,} characters, but says another number")
        return text

    def _meta(self, row: int) -> dict[str, str]:
        meta = parse(TEXTS, self._slice(row, "meta_ends", self._metas_at))
        if not isinstance(meta, dict) or not all(isinstance(value, str) for value in meta.values()):
            raise Damage(TEXTS, f"the meta of document {row} is no JSON object of texts")
        return meta

    def _pages(self, row: int, length: int) -> tuple[int, ...]:
        start, end = self.columns["page_ends"][row : row + 2]
        pages: list[int] = self.columns["pages"][start:end].tolist()
        _check_pages(row, pages, length)
        return tuple(pages)

    def _slice(self, row: int, ends: str, at: int) -> str:
        start, end = self.columns[ends][row : row + 2].tolist()
        try:
            return str(self.content.read(at + start, at + end), "utf-8")
        except UnicodeDecodeError as error:
            raise Damage(TEXTS, f"document {row} holds what is no UTF-8 ({error.reason})") from error


def encode(documents: Sequence[Document], removed: Removals) -> tuple[Stream, Stream]:
    """Return the content of the file of documents, and of the file of their texts.

    Raises
    ------
    Damage
        A text holds half of a surrogate pair, a document is not what it must be, or a removed span is from none.
    """
    if isinstance(documents, Stored):
        kept = documents.content
        arrays, texts = dict(documents.columns), Stream(len(kept), lambda: pieces(kept), kept)
    else:
        arrays, texts = _fresh(documents)
    if isinstance(removed, Later) and isinstance(removed.source, Known):
        spans = removed.source.columns
    else:
        spans = _from_removed(documents, removed.get() if isinstance(removed, Later) else removed)
    columns = {name: column(DOCUMENTS, name, array) for name, array in (arrays | dict(spans)).items()}
    return stream(columns), texts


def decode(documents: Content, texts: Content, n: int) -> tuple[Stored | tuple[Document, ...], Removals]:
    """Return the documents and what was removed from them; large ones are read when they are asked for.

    Parameters
    ----------
    documents, texts
        The two files.
    n
        How many documents there are.

    Raises
    ------
    Damage
        They are no such files, an id is there twice, or a span lies outside its document.
    """
    shapes = {name: (kind, (n,)) for name, kind in _LENGTHS.items()} | {"removed": ("I32", (4, -1))}
    shapes |= {name: (kind, (-1,)) for name, kind in _BYTES.items()} | dict.fromkeys(_ENDS, ("I64", (-1,)))
    shapes |= dict.fromkeys(("page_ends", "id_ends", "text_ends", "meta_ends"), ("I64", (n + 1,)))
    arrays = tensors.decode(DOCUMENTS, documents, shapes)
    found = places(TEXTS, texts, {"metas": ("U8", (-1,)), "texts": ("U8", (-1,))})
    check_ends(DOCUMENTS, "pages", arrays["page_ends"], len(arrays["pages"]))
    for name, ends in (("metas", "meta_ends"), ("texts", "text_ends")):
        check_ends(TEXTS, name, arrays[ends], found[name][2][0])
    spans = {name: arrays.pop(name) for name in _OF_REMOVED}
    stored = Stored(arrays, texts, (found["metas"][0], found["texts"][0]))
    taken = _Removals(spans, stored)
    later = Later(taken.all, source=Known(spans)) if documents.mapped else taken.all()
    return stored if texts.mapped else tuple(map(stored.read, range(n))), later


class _Removals:
    """What was removed, as columns: document, start, end and reason of each span, and the passage that a copy is of."""

    def __init__(self, columns: Mapping[str, Array], documents: Stored) -> None:
        self._columns = columns
        self._documents = documents
        self._reasons = Strings(DOCUMENTS, "reasons", columns["reasons"], columns["reason_ends"])
        self._copied = Strings(DOCUMENTS, "copied", columns["copied"], columns["copied_ends"])
        document, start, end, reason = columns["removed"]
        if len(self._copied) != len(document):
            raise Damage(DOCUMENTS, f"copied has {len(self._copied)} rows instead of {len(document)}")
        for name, codes, bound in (("document", document, len(documents)), ("reason", reason, len(self._reasons))):
            if len(codes) and not 0 <= codes.min() <= codes.max() < bound:
                raise Damage(DOCUMENTS, f"a removed span has a {name} that is not there")
        wrong = (start < 0) | (end < start) | (end > documents.columns["characters"][document])
        if wrong.any():
            row = int(document[wrong.argmax()])
            raise Damage(DOCUMENTS, f"a span removed from document {row} is no place in it")

    def all(self) -> Taken:
        """Return the spans."""
        reasons = [self._reasons.at(row) for row in range(len(self._reasons))]
        rows = zip(*self._columns["removed"].tolist(), strict=True)
        return tuple(
            Removed(self._documents.id(document), start, end, reasons[reason], self._copied.at(row) or None)
            for row, (document, start, end, reason) in enumerate(rows)
        )


def _fresh(documents: Sequence[Document]) -> tuple[dict[str, Array], Stream]:
    """Return the columns of documents that are in memory, and their texts, which are encoded as they are written."""
    for row, document in enumerate(documents):
        _check(row, document)
    ids, id_ends = joined(DOCUMENTS, "id", (document.id for document in documents))
    meta_ends = ends_of(len(_meta(document)) for document in documents)
    text_ends = ends_of(len(encoded(TEXTS, "text", row, document.text)) for row, document in enumerate(documents))
    texts: dict[str, Column] = {
        "metas": long_column(int(meta_ends[-1]), lambda: map(_meta, documents)),
        "texts": long_column(int(text_ends[-1]), lambda: (document.text.encode() for document in documents)),
    }
    columns: dict[str, Array] = {
        "characters": np.array([len(document.text) for document in documents], np.int32),
        "rows": np.array([document.row or 0 for document in documents], np.int32),
        "pages": np.array(list(chain.from_iterable(document.pages for document in documents)), np.int32),
        "page_ends": ends_of(len(document.pages) for document in documents),
        "ids": ids,
        "id_ends": id_ends,
        "meta_ends": meta_ends,
        "text_ends": text_ends,
    }
    return columns, stream(texts)


def _check(row: int, document: Document) -> None:
    if not all(isinstance(value, str) for value in document.meta.values()):
        raise Damage(TEXTS, f"the meta of document {row} holds what is no text")
    if document.row is not None and not 0 < document.row <= _MOST:
        raise Damage(DOCUMENTS, f"the row of document {row} is {document.row}, but must be above 0")
    _check_pages(row, document.pages, len(document.text))


def _check_pages(row: int, pages: Sequence[int], length: int) -> None:
    if not all(0 <= start <= length for start in pages) or any(one > other for one, other in pairwise(pages)):
        raise Damage(DOCUMENTS, f"the pages of document {row} do not begin in it, one after another")


def _meta(document: Document) -> bytes:
    return dump(dict(document.meta))


def _from_removed(documents: Sequence[Document], removed: Taken) -> dict[str, Array]:
    ids = map(documents.id, range(len(documents))) if isinstance(documents, Stored) else (d.id for d in documents)
    rows = {id: row for row, id in enumerate(ids)} if removed else {}
    codes: dict[str, int] = {}
    spans = []
    for span in removed:
        if span.document_id not in rows:
            raise Damage(DOCUMENTS, f"a removed span is from {span.document_id!r}, which is none of the documents")
        if span.of == "":
            raise Damage(DOCUMENTS, "a removed span is a copy of a passage without an id")
        code = codes.setdefault(span.reason, len(codes))
        spans.append((rows[span.document_id], span.start, span.end, code))
    reasons, reason_ends = joined(DOCUMENTS, "reason", codes)
    copied, copied_ends = joined(DOCUMENTS, "copy", (span.of or "" for span in removed))
    return {
        "removed": np.array(spans, np.int32).reshape(-1, 4).T,
        "reasons": reasons,
        "reason_ends": reason_ends,
        "copied": copied,
        "copied_ends": copied_ends,
    }


def pieces(content: Content) -> Iterator[memoryview]:
    """Yield the bytes of a file, a block at a time."""
    for start in range(0, len(content), BLOCK):
        yield content.read(start, min(start + BLOCK, len(content)))
