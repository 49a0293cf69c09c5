"""Documents set aside in a temporary file as they are read, and made again when they are asked for."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from topics.passages import Shelf
from topics.spill import Aside, Spill
from topics.values import Document

_BLOCK = 1 << 18  # characters that are written together
_KINDS: tuple[tuple[str, type[np.unsignedinteger]], ...] = (
    ("latin-1", np.uint8),
    ("utf-16-le", np.uint16),
    ("utf-32-le", np.uint32),
)
"""How the characters of a block are written, all as wide as its widest, so that any run of them is found by number."""


class Shelved(Shelf):
    """Documents whose texts and metadata lie in a temporary file; in memory stand 16 bytes for each.

    Where no file can be written they are held in memory.
    """

    def __init__(self) -> None:
        self._spill = Spill(on_disk=True)
        self._texts, self._heads = _Run(self._spill), _Run(self._spill)

    def add(self, document: Document) -> None:
        """Put one more behind the others."""
        self.grow(document.text)
        self.end(document)

    def grow(self, text: str) -> None:
        """Put some more of the text of the next document behind what there is of it."""
        self._texts.grow(text)

    def end(self, document: Document) -> None:
        """Have the next document end with what there is of its text; the rest is said by one without."""
        self._texts.end()
        self._heads.grow(json.dumps([document.id, dict(document.meta), document.pages, document.row]))
        self._heads.end()

    @property
    def begun(self) -> int:
        """How many characters of the next document there are."""
        return self._texts.begun

    def take(self, documents: Sequence[Document], row: int, id: str) -> None:
        """Put one of several documents behind the others, under an id; of a long text some at a time is held."""
        if not isinstance(documents, Shelved):
            self.add(documents[row] if documents[row].id == id else replace(documents[row], id=id))
            return
        for part in documents.parts(row):
            self.grow(part)
        self.end(replace(documents.excerpt(row, 0, 0), id=id))

    def parts(self, row: int) -> Iterator[str]:
        """Yield the text of one document, some at a time."""
        return self._texts.parts(row)

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many characters each document has, shape (n,)."""
        ends = np.array(self._texts.ends, np.int64)
        ends[1:] -= ends[:-1].copy()
        return ends

    def id(self, row: int) -> str:
        """Return the id of one document."""
        return self._head(row).id

    def text(self, row: int) -> str:
        """Return the text of one document."""
        return self._texts.get(row)

    def document(self, row: int) -> Document:
        """Return one document, by its row from 0."""
        return self._head(row, self._texts.get(row))

    def piece(self, row: int, start: int, end: int) -> str:
        """Return ``text[start:end]`` of one document; no more of it is read."""
        return self._texts.get(row, start, end)

    def excerpt(self, row: int, start: int, end: int) -> Document:
        """Return one document with no more of its text than ``text[start:end]``."""
        return self._head(row, self._texts.get(row, start, end))

    def close(self) -> None:
        """Let go of the file; nothing can be asked for any more."""
        self._spill.close()

    def _head(self, row: int, text: str = "") -> Document:
        id, meta, pages, record = json.loads(self._heads.get(row))
        return Document(id, text, meta, tuple(pages), record)


class _Run:
    """Texts one behind the other, written in blocks of the same number of characters."""

    def __init__(self, spill: Spill) -> None:
        self.ends = array("q")
        self._spill = spill
        self._blocks: list[tuple[int, Aside]] = []
        self._waiting: list[str] = []
        self._size = 0

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def begun(self) -> int:
        """How many characters stand behind the last text that is whole."""
        return len(self._blocks) * _BLOCK + self._size - (self.ends[-1] if self.ends else 0)

    def grow(self, text: str) -> None:
        """Put some more of the next text behind what there is."""
        start = 0
        while self._size + len(text) - start >= _BLOCK:
            end = start + _BLOCK - self._size
            self._blocks.append(self._written("".join([*self._waiting, text[start:end]])))
            self._waiting, self._size, start = [], 0, end
        if start < len(text):
            self._waiting.append(text[start:])
            self._size += len(text) - start

    def end(self) -> None:
        """Have the next text end here."""
        self.ends.append(len(self._blocks) * _BLOCK + self._size)

    def parts(self, row: int, start: int = 0, end: int | None = None) -> Iterator[str]:
        """Yield a text, or what of it is between two places, some at a time."""
        first = self.ends[row - 1] if row else 0
        last = self.ends[row] if end is None else min(first + end, self.ends[row])
        return self._parts(min(first + start, last), last)

    def get(self, row: int, start: int = 0, end: int | None = None) -> str:
        """Return a text, or the part of it from ``start`` up to ``end``."""
        text = ""
        for part in self.parts(row, start, end):
            text += part  # grows where it is: no second copy of a long text is held
        return text

    def _parts(self, start: int, end: int) -> Iterator[str]:
        """Yield the characters between two places among all, block by block."""
        while start < end:
            number, at = divmod(start, _BLOCK)
            stop = min(_BLOCK, at + end - start)
            if number < len(self._blocks):
                kind, aside = self._blocks[number]
                encoding, width = _KINDS[kind]
                yield self._spill.get(aside, width, at, stop).tobytes().decode(encoding, "surrogatepass")
            else:
                self._waiting = ["".join(self._waiting)]
                yield self._waiting[0][at:stop]
            start += stop - at

    def _written(self, block: str) -> tuple[int, Aside]:
        """Set a block aside, each character of it as wide as the widest."""
        widest = 0 if block.isascii() else ord(max(block))
        kind = 0 if widest < 1 << 8 else 1 if widest < 1 << 16 else 2
        encoding, width = _KINDS[kind]
        return kind, self._spill.put(np.frombuffer(block.encode(encoding, "surrogatepass"), width))
