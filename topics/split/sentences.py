"""Sentences of a paragraph, and the cutting of a sentence that is too long for the encoder."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from topics.paragraphs import stripped
from topics.protocols import Ints
from topics.spans import Spans
from topics.split.joints import goes_on, is_counter
from topics.split.marks import legible, more_ends
from topics.values import Span

CountTokens = Callable[[Sequence[str]], "Ints | Sequence[int]"]
"""Counts how many tokens each text costs the encoder."""

_OPENS = re.compile(r"(?:^|\s)([“„«‘‚(\[¿¡]\s?)$|[.!?…][\"'”’»)]*\s(\(?\d{1,3}[.)]\s*)$")
_NEWLINE = re.compile(r"\n+")
_CLAUSE = re.compile(r"(?<=[;:,—–…、，；：،؛)])\s*(?=\S)")
_SPACE = re.compile(r"\s+")
_CHARS_A_TOKEN = 8
_OPENING = 12
_TAIL = 24
_COUNTER = 24  # characters that the longest counter of an item does not have
_STRETCH = 10_000  # characters in which sentences are looked for at a time


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or what part of it fits the encoder, and how many tokens it costs."""

    span: Span
    cost: int


class Pieces(Sequence[Piece]):
    """Pieces in columns, since a paragraph may be as long as a book."""

    def __init__(self) -> None:
        self.spans = Spans()
        self.costs = array("i")

    def add(self, pieces: Iterable[Piece]) -> None:
        """Put more behind the others."""
        for piece in pieces:
            self.spans.add(piece.span.start, piece.span.end)
            self.costs.append(piece.cost)

    def part(self, first: int, last: int) -> Pieces:
        """Return those from row ``first`` up to, and without, row ``last``."""
        found = Pieces()
        found.spans, found.costs = self.spans.part(first, last), self.costs[first:last]
        return found

    def __len__(self) -> int:
        return len(self.costs)

    @overload
    def __getitem__(self, index: int) -> Piece: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Piece, ...]: ...
    def __getitem__(self, index: int | slice) -> Piece | tuple[Piece, ...]:
        if isinstance(index, slice):
            return tuple(map(Piece, self.spans[index], self.costs[index]))
        return Piece(self.spans[index], self.costs[index])


def sentences(text: str, language: str) -> Iterator[Span]:
    """Find the sentences of a paragraph, in order, none empty; together they hold all that is not whitespace.

    The boundaries are sentencex's, with those of :mod:`topics.split.marks` and without those that
    :mod:`topics.split.joints` tells to be none. Offsets are into ``text``.
    """
    clear = legible(text)
    before: Span | None = None
    held = 0
    joins = False
    for end in _ends(clear, language):
        start = held
        opened = _OPENS.search(clear, max(start, end - _OPENING), end) if end < len(clear) else None
        if opened is not None and opened.start(opened.lastindex or 0) > start:
            end = opened.start(opened.lastindex or 0)
        held = end
        piece = stripped(text, start, end)
        if piece.start == piece.end:
            continue
        if before is None:
            before = piece
        elif joins or not _has_words(text, piece) or _goes_on(clear, before, piece, language):
            before = Span(before.start, piece.end)
        else:
            yield before
            before = piece
        counts = before.end - before.start <= _COUNTER and is_counter(clear[before.start : before.end])
        joins = counts or not _has_words(text, before)
    if before is not None:
        yield before
    rest = stripped(text, held, len(text))
    if rest.start < rest.end:
        yield rest


def _ends(text: str, language: str) -> Iterator[int]:
    """Find where sentences seem to end, ascending; in a long text, stretch by stretch."""
    import sentencex

    start = 0
    while start < len(text):
        stretch = text[start : start + _STRETCH]
        ends = {boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(language, stretch)}
        found = sorted(ends.union(more_ends(stretch, language)))
        whole = start + len(stretch) == len(text)
        inside = found if whole else [end for end in found if end < len(stretch) - _TAIL] or [len(stretch)]
        yield from (start + end for end in inside)
        start = len(text) if whole else start + inside[-1]


def cut_long(text: str, spans: Iterable[Span], count_tokens: CountTokens, max_tokens: int) -> list[Piece]:
    """Cut each span that costs more than ``max_tokens``: at a line's end, a clause's, a word's, a character's.

    The texts are counted together, in as few calls as there are rounds of cutting.
    """
    pieces = [piece for span in spans for piece in _chopped(text, span, max_tokens * _CHARS_A_TOKEN)]
    costs: dict[Span, int] = {}
    while True:
        fresh = [piece for piece in pieces if piece not in costs]
        costs.update(zip(fresh, _counted(text, fresh, count_tokens), strict=True))
        finer = [part for piece in pieces for part in (_halved(text, piece) if costs[piece] > max_tokens else [piece])]
        if finer == pieces:
            return [Piece(piece, costs[piece]) for piece in pieces]
        pieces = finer


def plainly_fits(text: str, span: Span, max_tokens: int) -> bool:
    """Tell whether a span cannot cost more than ``max_tokens``.

    Every token of plain Latin letters stands for one of them at least, but for a mark of the beginning.
    """
    return span.end - span.start < max_tokens and text[span.start : span.end].isascii()


def _counted(text: str, spans: Sequence[Span], count_tokens: CountTokens) -> list[int]:
    return [int(cost) for cost in count_tokens([text[span.start : span.end] for span in spans])] if spans else []


def _chopped(text: str, span: Span, length: int) -> list[Span]:
    """Cut a span that is far too long into pieces of at most ``length`` characters."""
    pieces = []
    start = span.start
    while span.end - start > length:
        cut = _boundary(text, start + length // 2, start + length, start + length)
        piece = stripped(text, start, cut)
        if piece.end > piece.start:
            pieces.append(piece)
        start = cut
    last = stripped(text, start, span.end)
    return [*pieces, last] if last.end > last.start else pieces


def _halved(text: str, span: Span) -> list[Span]:
    quarter = (span.end - span.start) // 4
    middle = (span.start + span.end) // 2
    cut = _boundary(text, span.start + quarter, span.end - quarter, middle)
    halves = [stripped(text, span.start, cut), stripped(text, cut, span.end)]
    return [half for half in halves if half.end > half.start]


def _boundary(text: str, low: int, high: int, wanted: int) -> int:
    """Find the best place to cut between ``low`` and ``high``, near to ``wanted``."""
    for pattern in (_NEWLINE, _CLAUSE, _SPACE):
        places = [match.end() for match in pattern.finditer(text, low, high) if low < match.end() < high]
        if places:
            return _nearest(places, wanted)
    whole = [place for place in range(low + 1, high + 1) if not _is_inside_character(text, place)]
    return _nearest(whole, wanted) if whole else high


def _nearest(places: Sequence[int], wanted: int) -> int:
    """Return the place that is nearest to the one wanted, the first of two."""
    return places[min(range(len(places)), key=lambda row: abs(places[row] - wanted))]


def _is_inside_character(text: str, place: int) -> bool:
    """Whether a cut here would part a letter from its marks, or the parts of an emoji."""
    if place >= len(text):
        return False
    after, before = text[place], text[place - 1]
    return (
        unicodedata.category(after).startswith("M")
        or "\u200d" in (after, before)
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )


def _goes_on(text: str, before: Span, piece: Span, language: str) -> bool:
    tail = text[max(before.start, before.end - _TAIL) : before.end]
    return goes_on(tail, text[piece.start : piece.end], language, apart=piece.start > before.end)


def _has_words(text: str, span: Span) -> bool:
    return any(text[place].isalnum() for place in range(span.start, span.end))
