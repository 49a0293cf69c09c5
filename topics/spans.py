"""Sequences over a long text that hold places in it, or a few things made of them, and not an object for each."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

from topics.values import Span

T = TypeVar("T")

_RECENT = 128


class Spans(Sequence[Span]):
    """Spans in two columns of numbers: those of a long document take less room than its text."""

    __slots__ = ("ends", "starts")

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self.starts, self.ends = array("i"), array("i")
        for span in spans:
            self.add(span.start, span.end)

    def add(self, start: int, end: int) -> None:
        """Put one more behind the others."""
        self.starts.append(start)
        self.ends.append(end)

    def part(self, first: int, last: int) -> Spans:
        """Return those from row ``first`` up to, and without, row ``last``."""
        found = Spans()
        found.starts, found.ends = self.starts[first:last], self.ends[first:last]
        return found

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Span, ...]: ...
    def __getitem__(self, index: int | slice) -> Span | tuple[Span, ...]:
        if isinstance(index, slice):
            return tuple(map(Span, self.starts[index], self.ends[index]))
        return Span(self.starts[index], self.ends[index])

    def __iter__(self) -> Iterator[Span]:
        return map(Span, self.starts, self.ends)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Spans | tuple | list) else NotImplemented

    def __hash__(self) -> int:
        raise TypeError("spans have no hash, as a list has none: they are equal to others")

    def __repr__(self) -> str:
        return f"<Spans: {len(self):,}>"


class Made(Sequence[T], Generic[T]):
    """Things that are made when they are asked for; the last few are kept, for neighbours are asked for together.

    Parameters
    ----------
    count
        How many there are.
    make
        Makes the one of a row, always alike.
    """

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count, self._make = count, make
        self._recent: list[tuple[int, T] | None] = [None] * min(_RECENT, count)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            return tuple(self._at(row) for row in range(*index.indices(self._count)))
        if not -self._count <= index < self._count:
            raise IndexError(f"row {index} of {self._count}")
        return self._at(index % self._count)

    def __iter__(self) -> Iterator[T]:
        return map(self._at, range(self._count))

    def _at(self, row: int) -> T:
        kept = self._recent[row % _RECENT]
        if kept is None or kept[0] != row:
            kept = self._recent[row % _RECENT] = (row, self._make(row))
        return kept[1]
