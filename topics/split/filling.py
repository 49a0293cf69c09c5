"""How the sentences of a unit are shared out: as few passages as fit, and then as even as can be."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from topics.split.sentences import Piece
from topics.values import Span


@dataclass(frozen=True, slots=True)
class Limits:
    """What a passage may hold: tokens at all, tokens of several sentences, and sentences."""

    max_tokens: int
    target_tokens: int
    max_sentences: int


def fill(heads: Sequence[Piece], pieces: Sequence[Piece], limits: Limits) -> list[Span]:
    """Share out a unit's sentences; its headings go with the first of them, if they fit the encoder together.

    Returns
    -------
    list of Span
        The passages, in order.
    """
    extra = sum(head.cost for head in heads)
    if heads and extra + pieces[0].cost > limits.max_tokens:
        return [head.span for head in heads] + fill((), pieces, limits)
    starts = _starts([piece.cost for piece in pieces], extra, limits) if len(pieces) > 1 else [0]
    ends = [*starts[1:], len(pieces)]
    spans = [Span(pieces[start].span.start, pieces[end - 1].span.end) for start, end in zip(starts, ends, strict=True)]
    return [Span(heads[0].span.start, spans[0].end), *spans[1:]] if heads else spans


def _starts(costs: Sequence[int], extra: int, limits: Limits) -> list[int]:
    """Find at which pieces passages begin, by dynamic programming: fewest passages, then least sum of squared costs."""
    best = deque([(0, 0)], maxlen=limits.max_sentences)  # up to each of the last few pieces: passages, sum of squares
    before = array("i")
    for end in range(1, len(costs) + 1):
        cost = 0
        options = []
        for start in range(end - 1, max(-1, end - 1 - limits.max_sentences), -1):
            cost += costs[start]
            spare = extra if start == 0 else 0
            if end - start > 1 and cost + spare > min(limits.max_tokens, limits.target_tokens + spare):
                break
            count, squares = best[start - end]
            options.append((count + 1, squares + (cost + spare) ** 2, start))
        count, squares, start = min(options)
        best.append((count, squares))
        before.append(start)
    starts = []
    end = len(costs)
    while end > 0:
        end = before[end - 1]
        starts.append(end)
    return starts[::-1]
