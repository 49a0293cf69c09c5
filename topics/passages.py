"""A sequence of passages kept as columns, so that a million of them fit."""

from __future__ import annotations

import re
from abc import abstractmethod
from array import array
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import overload

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Ints
from topics.values import Document, Passage

ID = re.compile(r"(.+):([0-9]{1,10})-([0-9]{1,10})", re.DOTALL)
"""The id of a passage: document, first character, end."""


class Shelf(Sequence[Document]):
    """Documents that are made when they are asked for; equal to any sequence of the same documents."""

    @property
    @abstractmethod
    def lengths(self) -> NDArray[np.int64]:
        """How many characters each document has, shape (n,)."""

    @abstractmethod
    def id(self, row: int) -> str:
        """Return the id of one document."""

    @abstractmethod
    def text(self, row: int) -> str:
        """Return the text of one document."""

    @abstractmethod
    def document(self, row: int) -> Document:
        """Return one document, by its row from 0."""

    def piece(self, row: int, start: int, end: int) -> str:
        """Return ``text[start:end]`` of one document."""
        return self.text(row)[start:end]

    def excerpt(self, row: int, start: int, end: int) -> Document:
        """Return one document with no more of its text than ``text[start:end]``."""
        document = self.document(row)
        return replace(document, text=document.text[start:end])

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Document, ...]: ...
    def __getitem__(self, index: int | slice) -> Document | tuple[Document, ...]:
        if isinstance(index, slice):
            return tuple(self.document(row) for row in range(*index.indices(len(self))))
        row = int(index)
        if not -len(self) <= row < len(self):
            raise IndexError(f"document {row} of {len(self)}")
        return self.document(row % len(self))

    def __iter__(self) -> Iterator[Document]:
        return (self.document(row) for row in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Shelf | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        raise TypeError("documents on a shelf have no hash, as a list has none: they are equal to others")


def ids_of(documents: Sequence[Document]) -> Iterator[str]:
    """Yield the id of each document; of those on a shelf nothing else is made."""
    if isinstance(documents, Shelf):
        return map(documents.id, range(len(documents)))
    return (document.id for document in documents)


def lengths_of(documents: Sequence[Document]) -> NDArray[np.int64]:
    """Return how many characters each document has, shape (n,)."""
    if isinstance(documents, Shelf):
        return documents.lengths
    return np.fromiter((len(document.text) for document in documents), np.int64, len(documents))


def piece_of(documents: Sequence[Document], row: int, start: int, end: int) -> str:
    """Return ``text[start:end]`` of one of several documents."""
    return documents.piece(row, start, end) if isinstance(documents, Shelf) else documents[row].text[start:end]


class Passages(Sequence[Passage]):
    """Passages as columns over their documents; a :class:`Passage` is made when it is asked for.

    Parameters
    ----------
    documents
        The documents, in order; kept as a tuple, or as the :class:`Shelf` that they are on.
    document
        Which document each passage is from: row in ``documents``, shape (n,).
    start, end
        Character offsets into that document's text, shape (n,).
    language
        Index into ``languages`` of each passage, shape (n,).
    languages
        ISO 639-1 codes, or ``"und"``.

    Raises
    ------
    ValueError
        The columns differ in length, or an offset lies outside its document.
    """

    __slots__ = ("document", "documents", "end", "language", "languages", "start")

    def __init__(
        self,
        documents: Sequence[Document],
        document: Ints,
        start: Ints,
        end: Ints,
        language: Ints,
        languages: Sequence[str],
    ) -> None:
        self.documents: Shelf | tuple[Document, ...] = documents if isinstance(documents, Shelf) else tuple(documents)
        self.languages = tuple(languages)
        self.document, self.start, self.end, self.language = (
            _column(name, values, len(document))
            for name, values in (("document", document), ("start", start), ("end", end), ("language", language))
        )
        self._check()

    def _check(self) -> None:
        if not len(self.document):
            return
        for name, column, bound in (
            ("document", self.document, len(self.documents)),
            ("language", self.language, len(self.languages)),
        ):
            if column.min() < 0 or column.max() >= bound:
                raise ValueError(f"passage column {name!r} points outside its table of {bound} entries")
        lengths = lengths_of(self.documents)
        wrong = (self.start < 0) | (self.end <= self.start) | (self.end > lengths[self.document])
        if wrong.any():
            row = int(wrong.argmax())
            raise ValueError(
                f"passage {row} has offsets {self.start[row]}-{self.end[row]}, outside its document of "
                f"{lengths[self.document[row]]} characters"
            )

    @classmethod
    def of(cls, documents: Sequence[Document], passages: Iterable[Passage]) -> Passages:
        """Build the columns from single passages, which must come from ``documents``."""
        row_of = {document.id: row for row, document in enumerate(documents)}
        rows = list(passages)
        languages = sorted({passage.language for passage in rows})
        code_of = {language: code for code, language in enumerate(languages)}
        columns = np.array(
            [(row_of[p.document_id], p.start, p.end, code_of[p.language]) for p in rows], dtype=np.int32
        ).reshape(-1, 4)
        document, start, end, language = (np.ascontiguousarray(column) for column in columns.T)
        return cls(documents, document, start, end, language, languages)

    def only(self, rows: Ints) -> Passages:
        """Return the passages of these rows, in their order."""
        return Passages(
            self.documents,
            self.document[rows],
            self.start[rows],
            self.end[rows],
            self.language[rows],
            self.languages,
        )

    def text(self, row: int) -> str:
        """Return the text of one passage, by its row from 0."""
        return piece_of(self.documents, int(self.document[row]), int(self.start[row]), int(self.end[row]))

    def __len__(self) -> int:
        return len(self.document)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Passages | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        raise TypeError("passages in columns have no hash, as a list has none: they are equal to others")

    @overload
    def __getitem__(self, index: int) -> Passage: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, index: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(index, slice):
            return tuple(self._at(row) for row in range(*index.indices(len(self))))
        row = int(index)
        if not -len(self) <= row < len(self):
            raise IndexError(f"passage {row} of {len(self)}")
        return self._at(row % len(self))

    def __iter__(self) -> Iterator[Passage]:
        return (self._at(row) for row in range(len(self)))

    def __repr__(self) -> str:
        return f"<Passages: {len(self):,} of {len(self.documents):,} documents>"

    def _at(self, row: int) -> Passage:
        own, start, end = int(self.document[row]), int(self.start[row]), int(self.end[row])
        shelf = self.documents if isinstance(self.documents, Shelf) else None
        document = self.documents[own] if shelf is None else shelf.excerpt(own, start, end)
        return Passage(
            id=f"{document.id}:{start}-{end}",
            document_id=document.id,
            start=start,
            end=end,
            text=document.text[start:end] if shelf is None else document.text,
            language=self.languages[self.language[row]],
            page=bisect_right(document.pages, start) if document.pages else None,
            row=document.row,
        )

    def row_of(self, passage_id: str) -> int:
        """Return the row of the passage with an id, ``"<document id>:<start>-<end>"``.

        Raises
        ------
        ValueError
            There is none.
        """
        return int(self.rows_of([passage_id])[0])

    def rows_of(self, passage_ids: Sequence[str]) -> Ints:
        """Return the row of the passage with each id, shape (n,); faster than one after the other.

        Raises
        ------
        ValueError
            There is none of one of them.
        """
        places = [ID.fullmatch(own) or ID.fullmatch(own.strip()) for own in passage_ids]
        wanted = {place[1] for place in places if place is not None}
        documents = {own: row for row, own in enumerate(ids_of(self.documents)) if own in wanted}
        rows = []
        for passage_id, place in zip(passage_ids, places, strict=True):
            there = np.zeros(0, np.int64)
            if place is not None and place[1] in documents:
                inside = np.flatnonzero(self.document == documents[place[1]])
                there = inside[(self.start[inside] == int(place[2])) & (self.end[inside] == int(place[3]))]
            if not len(there):
                raise ValueError(f"there is no passage {passage_id!r:.80} in this model")
            rows.append(int(there[0]))
        return np.array(rows, np.int32)

    def document_rows(self) -> dict[str, int]:
        """Return the row of each document by its id."""
        return {own: row for row, own in enumerate(ids_of(self.documents))}

    def columns(self) -> dict[str, Sequence[object]]:
        """Return the place of every passage, in order, by column; page and row are ``None`` where there are none."""
        documents = [self.documents[row] for row in self.document.tolist()]
        places = list(zip(documents, self.start.tolist(), self.end.tolist(), strict=True))
        return {
            "passage": [f"{document.id}:{start}-{end}" for document, start, end in places],
            "document": [document.id for document in documents],
            "start": [start for _, start, _ in places],
            "end": [end for _, _, end in places],
            "page": [bisect_right(document.pages, start) or None for document, start, _ in places],
            "row": [document.row for document in documents],
            "language": self.language_codes(),
        }

    def metadata(self) -> dict[str, list[str | None]]:
        """Return for each column of metadata, in the order in which documents name them, every passage's value.

        ``None`` stands where a document does not have it.
        """
        names = dict.fromkeys(name for document in self.documents for name in document.meta)
        own = self.document.tolist()
        columns = {}
        for name in names:
            values = [document.meta.get(name) for document in self.documents]
            columns[name] = [values[row] for row in own]
        return columns

    def texts(self) -> list[str]:
        """Return the text of every passage, in order."""
        texts, last, text = [], -1, ""
        for row, start, end in zip(self.document.tolist(), self.start.tolist(), self.end.tolist(), strict=True):
            if row != last:  # passages mostly stand in the order of their documents, and a shelf has to make the text
                last = row
                text = self.documents.text(row) if isinstance(self.documents, Shelf) else self.documents[row].text
            texts.append(text[start:end])
        return texts

    def language_codes(self) -> list[str]:
        """Return the language of every passage, in order."""
        return [self.languages[code] for code in self.language.tolist()]


class Gathered:
    """Passages as they come out of their documents, in columns from the start.

    Parameters
    ----------
    documents
        The documents, in order.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._document, self._start, self._end, self._language = (array("i") for _ in range(4))
        self._codes: dict[str, int] = {}

    def add(self, document: int, start: int, end: int, language: str) -> None:
        """Put one more behind the others: the row of its document, its place there, and its language."""
        self._document.append(document)
        self._start.append(start)
        self._end.append(end)
        self._language.append(self._codes.setdefault(language, len(self._codes)))

    def __len__(self) -> int:
        return len(self._document)

    def passages(self, *, alike: bool = True) -> Passages:
        """Return the passages, in the columns that they were gathered in: nothing can be added afterwards.

        Those of one text get one language, the most frequent, so that identical texts never part; unless ``alike`` is
        false, where each keeps its own, whatever comes with it.
        """
        languages = sorted(self._codes)
        order = np.array([languages.index(code) for code in self._codes], np.int32)
        document, start, end = map(_frozen, (self._document, self._start, self._end))
        own = order[_frozen(self._language)]
        own.flags.writeable = False
        found = Passages(self._documents, document, start, end, own, languages)
        if not alike:
            return found
        agreed = own.copy()
        for rows in _groups(first_alike(len(found), found.text)):
            codes, counts = np.unique(own[rows], return_counts=True)
            agreed[rows] = codes[counts.argmax()]  # of two as frequent, the first in the alphabet
        agreed.flags.writeable = False
        return Passages(self._documents, document, start, end, agreed, languages)


def _frozen(column: array[int]) -> Ints:
    """Return a column as it is, without a copy; nothing can be added to it as long as it is held."""
    return np.frombuffer(memoryview(column).toreadonly(), np.int32) if column else np.empty(0, np.int32)


def first_alike(count: int, key: Callable[[int], Hashable], hashes: NDArray[np.int64] | None = None) -> Ints:
    """Return for each of several things the first one whose key is equal, shape (count,); no key is kept.

    Parameters
    ----------
    count
        How many things there are.
    key
        Gives the key of each; asked for twice where two may be equal.
    hashes
        The hash of each key, where it is known, shape (count,).
    """
    first = np.arange(count, dtype=np.int32)
    if hashes is None:
        hashes = np.fromiter((hash(key(row)) for row in range(count)), np.int64, count)
    for rows in _groups(hashes):
        seen: dict[Hashable, int] = {}
        for row in rows.tolist():
            first[row] = seen.setdefault(key(row), row)
    return first


def _groups(values: NDArray[np.int64] | Ints) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each value that several rows have, ascending."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    bounds = np.concatenate(([0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1, [len(values)]))
    for group in np.flatnonzero(np.diff(bounds) > 1).tolist():
        yield order[bounds[group] : bounds[group + 1]]


def _column(name: str, values: Ints, length: int) -> Ints:
    column = np.asarray(values, dtype=np.int32)
    if column.shape != (length,):
        raise ValueError(f"passage column {name!r} has shape {column.shape}, but the others have ({length},)")
    column = column.copy() if column.flags.writeable else column
    column.flags.writeable = False
    return column
