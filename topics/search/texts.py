"""Finding the row of a text among many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np

from topics.protocols import Ints


class TextIndex:
    """Finds the row of a text among many, exactly, without keeping a second copy of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        hashes = np.fromiter((_hash(text) for text in texts), dtype=np.uint64, count=len(texts))
        self._order = np.argsort(hashes, kind="stable")
        self._sorted = hashes[self._order]

    def rows(self, texts: Iterable[str]) -> Ints:
        """Return the first row that holds each text, or -1, shape (len(texts),)."""
        return np.array([self._row(text) for text in texts], dtype=np.int32)

    def _row(self, text: str) -> int:
        key = np.uint64(_hash(text))
        for at in range(int(np.searchsorted(self._sorted, key)), len(self._sorted)):
            if self._sorted[at] != key:
                break
            row = int(self._order[at])
            if self._texts[row] == text:
                return row
        return -1


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
