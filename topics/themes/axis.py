"""Two-pole axes: where each passage stands between two things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Floats
from topics.values import Pole

_SAME = 0.95  # cosine above which two poles cannot be told apart
_UNRELATED = 0.9  # of pairs of passages are less alike than a passage and a pole that it is about
_SAMPLE = 300  # passages that the pairs are drawn from


@dataclass(frozen=True, eq=False, slots=True)
class Axis:
    """Where each passage stands between two poles.

    Every array has shape (n,). ``relevance`` is how much a passage is about either pole: its cosine to the nearer one,
    -1 to 1. ``direction`` is where it leans, in standard deviations over the corpus: below 0 towards ``left``, above 0
    towards ``right``. ``low`` and ``high`` bound the direction when each phrase is left out in turn; equal to it where
    a pole has one phrase. ``relevant`` marks the passages whose direction means something: nearer to a pole than nine
    in ten pairs of passages are to each other.
    """

    left: Pole
    right: Pole
    relevance: NDArray[np.float64]
    direction: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    relevant: NDArray[np.bool_]


def as_pole(pole: str | Pole | Sequence[str]) -> Pole:
    """Return a pole from a phrase, several phrases (the first gives the name), or a pole.

    Raises
    ------
    ValueError
        There is no phrase, or one is empty.
    """
    if isinstance(pole, Pole):
        return pole if pole.phrases else Pole(pole.name, (pole.name,))
    phrases = (pole,) if isinstance(pole, str) else tuple(pole)
    if not phrases or not all(phrase.strip() for phrase in phrases):
        raise ValueError("a pole needs at least one phrase, and none may be empty")
    return Pole(phrases[0], phrases)


def axis(vectors: Floats, left: Pole, right: Pole, left_vectors: Floats, right_vectors: Floats) -> Axis:
    """Place passages between two poles: the projection on the difference of the poles' means.

    After SemAxis (An et al. 2018, "SemAxis: A Lightweight Framework to Characterize Domain-Specific Word Semantics
    Beyond Sentiment"), with sentences for words.

    Parameters
    ----------
    vectors
        Centred unit vectors of the passages, shape (n, d).
    left, right
        The poles.
    left_vectors, right_vectors
        Centred unit vectors of their phrases, shape (phrases, d), at least one each.

    Raises
    ------
    ValueError
        The two poles mean the same to the encoder.
    """
    space = vectors.astype(np.float64)
    ends = [_unit(side.astype(np.float64).mean(axis=0)) for side in (left_vectors, right_vectors)]
    if float(ends[0] @ ends[1]) > _SAME:
        raise ValueError(
            f"the poles {left.name!r} and {right.name!r} mean the same to the encoder; choose two that differ"
        )
    near = space @ np.stack(ends, axis=1)
    relevance = near.max(axis=1)
    direction = _lean(space, left_vectors, right_vectors)
    variants = [
        _lean(space, *sides)
        for sides in (
            *((np.delete(left_vectors, i, axis=0), right_vectors) for i in _leave_out(left_vectors)),
            *((left_vectors, np.delete(right_vectors, i, axis=0)) for i in _leave_out(right_vectors)),
        )
    ] or [direction]
    return Axis(
        left,
        right,
        np.round(relevance, 6),
        np.round(direction, 6),
        np.round(np.min([direction, *variants], axis=0), 6),
        np.round(np.max([direction, *variants], axis=0), 6),
        relevance > _chance(space),
    )


def _chance(space: NDArray[np.float64]) -> float:
    """Return the cosine that one in ten pairs of passages exceed; 0 where there are too few to tell."""
    if len(space) < 3:
        return 0.0
    drawn = np.unique(np.linspace(0, len(space) - 1, min(len(space), _SAMPLE)).astype(np.int64))
    cosines = space[drawn] @ space[drawn].T
    return float(np.quantile(cosines[np.triu_indices(len(drawn), 1)], _UNRELATED))


def _leave_out(phrases: Floats) -> range:
    return range(len(phrases) if len(phrases) > 1 else 0)


def _lean(space: NDArray[np.float64], left: Floats, right: Floats) -> NDArray[np.float64]:
    along = space @ _unit(right.astype(np.float64).mean(axis=0) - left.astype(np.float64).mean(axis=0))
    spread = float(along.std())
    lean: NDArray[np.float64] = (along - along.mean()) / spread if spread > 0 else np.zeros(len(along))
    return lean


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    norm = float(np.linalg.norm(vector))
    return vector / norm if norm > 0 else vector
