"""Passages in the order in which they answer a query, and why each does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Bools, Floats, Ints
from topics.values import Hit, Passage

NONE, SOME, ALL = 0, 1, 2
"""How many of a query's words a passage holds."""

_FUSION = 60  # the constant of reciprocal rank fusion; Cormack et al. 2009
_BLOCK = 1 << 22  # numbers turned into float64 at once: 32 MB


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """Passages, best first.

    Parameters
    ----------
    rows
        Which passages, shape (n,).
    scores
        How good each is, 0 to 1, shape (n,).
    held
        How many of the query's words each holds: :data:`ALL`, :data:`SOME` or :data:`NONE`, shape (n,).
    cosines
        How near each is to the query by meaning, shape (n,); ``nan`` where that was not asked.
    """

    rows: Ints
    scores: NDArray[np.float64]
    held: NDArray[np.int8]
    cosines: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)

    def within(self, chosen: Bools) -> Ranking:
        """Return those of the passages that are chosen, by their row, in the same order."""
        return self.only(chosen[self.rows])

    def only(self, kept: Bools) -> Ranking:
        """Return those in some places, of shape (n,), in the same order."""
        return self._at(np.flatnonzero(kept))

    def part(self, first: int, last: int) -> Ranking:
        """Return those from place ``first`` up to, and without, place ``last``."""
        return self._at(np.arange(len(self))[first:last])

    def hits(self, passages: Sequence[Passage], labels: Ints) -> list[Hit]:
        """Return them one by one, of all passages and their topics."""
        pairs = zip(self.rows.tolist(), self.scores.tolist(), strict=True)
        return [Hit(row, passages[row], int(labels[row]), score) for row, score in pairs]

    def _at(self, places: NDArray[np.int64]) -> Ranking:
        return Ranking(self.rows[places], self.scores[places], self.held[places], self.cosines[places])


def by_vector(vectors: Floats, query: Floats) -> Ranking:
    """Return all rows, those nearest to a query vector first, by cosine; negative cosines score 0.

    Parameters
    ----------
    vectors
        Unit rows, shape (n, d).
    query
        A unit vector, shape (d,).
    """
    wanted, cosines = query.astype(np.float64), np.zeros(len(vectors))
    step = max(1, _BLOCK // max(1, len(wanted)))
    for start in range(0, len(vectors), step):
        rows = slice(start, start + step)
        cosines[rows] = np.round(vectors[rows].astype(np.float64) @ wanted, 6)
    order = np.argsort(-cosines, kind="stable").astype(np.int32)
    ordered = cosines[order]
    return Ranking(order, np.clip(ordered, 0.0, 1.0), np.full(len(order), NONE, np.int8), ordered)


def fuse(rankings: Sequence[Ranking]) -> Ranking:
    """Join rankings by reciprocal rank fusion (Cormack et al. 2009), scaled so that first in all of them gives 1."""
    size = 1 + max((int(ranking.rows.max(initial=-1)) for ranking in rankings), default=-1)
    scores, held, cosines = np.zeros(size), np.full(size, NONE, np.int8), np.full(size, np.nan)
    for ranking in rankings:
        scores[ranking.rows] += 1.0 / (_FUSION + np.arange(len(ranking)))
        held[ranking.rows] = np.maximum(held[ranking.rows], ranking.held)
        cosines[ranking.rows] = np.fmax(cosines[ranking.rows], ranking.cosines)
    found = np.flatnonzero(scores)
    order = found[np.argsort(-scores[found], kind="stable")]
    most = len(rankings) / _FUSION
    return Ranking(order.astype(np.int32), scores[order] / most, held[order], cosines[order])
