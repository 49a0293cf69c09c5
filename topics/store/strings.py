"""Texts that lie one behind another in one array, with where each of them ends in another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from topics.store.blocks import BLOCK
from topics.store.strict import Damage
from topics.store.tensors import Array, Column

Ends = NDArray[np.int64]


class Strings:
    """Short texts that are in memory, or mapped into it.

    Raises
    ------
    Damage
        They do not end one after another, the last where the bytes end.
    """

    def __init__(self, file: str, name: str, data: Array, ends: Ends) -> None:
        check_ends(file, name, ends, len(data))
        self._file, self._name = file, name
        self._data, self._ends = data.data, ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    def at(self, row: int) -> str:
        """Return one text.

        Raises
        ------
        Damage
            It is no UTF-8.
        """
        try:
            return str(self._raw(row), "utf-8")
        except UnicodeDecodeError as error:
            raise Damage(self._file, f"{self._name} holds in row {row} what is no UTF-8 ({error.reason})") from error

    def are_distinct(self) -> bool:
        """Return whether no two of them are equal; of a million texts this keeps a number each."""
        hashes = np.fromiter((hash(bytes(self._raw(row))) for row in range(len(self))), np.int64, len(self))
        if len(np.unique(hashes)) == len(hashes):
            return True
        return len({bytes(self._raw(row)) for row in range(len(self))}) == len(self)

    def _raw(self, row: int) -> memoryview:
        return self._data[self._ends[row] : self._ends[row + 1]]


def check_ends(file: str, name: str, ends: Array, length: int) -> None:
    """See to it that parts begin at 0, follow one another and end at ``length``.

    Raises
    ------
    Damage
        They do not.
    """
    if not len(ends) or ends[0] != 0 or ends[-1] != length or (ends[1:] < ends[:-1]).any():
        raise Damage(file, f"the parts of {name} do not follow one another from its beginning to its end")


def ends_of(lengths: Iterable[int]) -> Ends:
    """Return where parts of these lengths end, one after another, 0 before them."""
    return np.cumsum([0, *lengths], dtype=np.int64)


def encoded(file: str, name: str, row: int, text: object) -> bytes:
    """Return a text as UTF-8.

    Raises
    ------
    Damage
        It is no text, or holds half of a surrogate pair.
    """
    if not isinstance(text, str):
        raise Damage(file, f"the {name} in row {row} is {type(text).__name__}, but must be a text")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Damage(
            file,
            f"the {name} in row {row} holds half of a surrogate pair ({error.object[error.start]!a}), which is no "
            "text; replace it before fitting",
        ) from error


def joined(file: str, name: str, texts: Iterable[str]) -> tuple[Array, Ends]:
    """Return short texts as bytes one behind another, and where each ends."""
    parts = [encoded(file, name, row, text) for row, text in enumerate(texts)]
    return np.frombuffer(b"".join(parts), np.uint8), ends_of(map(len, parts))


def long_column(size: int, parts: Callable[[], Iterable[bytes]]) -> Column:
    """Return the column of texts that are made anew each time they are written, a megabyte at a time."""

    def pieces() -> Iterator[bytes]:
        held, length = [], 0
        for part in parts():
            held.append(part)
            length += len(part)
            if length >= BLOCK:
                yield b"".join(held)
                held, length = [], 0
        yield b"".join(held)

    return Column("U8", (size,), pieces)
