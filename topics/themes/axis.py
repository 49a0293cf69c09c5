"""Two-pole axes: where each passage and each document stands between two things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.nearest import unit
from topics.protocols import Ints
from topics.themes.scale import Chance, Scale, Told
from topics.values import Pole

_SAME = 0.95  # cosine above which two poles cannot be told apart
_LEVEL = 2 / 3  # of the intervals: what is called likely
_PARTS = 20  # a pole of more phrases than this is varied in so many parts
_DECIMALS = 6

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """Where passages, or documents, stand between two poles; every array has shape (n,).

    Parameters
    ----------
    relevance
        How much a passage is about the pole that it is more about: its likeness to the pole's phrases, about 0 where
        there is none, seldom above 1. For a document, the share of its passages that have to do with a pole, 0 to 1.
    direction
        How much more it is about the right pole than about the left one, in units of likeness: below 0 it leans to
        the left, above 0 to the right, and at 0 it is as much about the one as about the other. For a document, the
        mean over its passages that have to do with a pole, weighted by their relevance; ``nan`` if there are none.
    low, high
        The likely range of the direction (a two-thirds interval): how far it would move if the poles had been told in
        other phrases of the same kind; for a document, also if it had other passages of the same kind, so far as the
        corpus has documents with several that have to do with a pole. ``nan`` where a pole has one phrase, since how
        much hangs on its wording cannot be known.
    side
        ``"left"`` or ``"right"``; ``"unclear"`` where it is about a pole but the interval holds 0, so that its side
        hangs on how the poles were told; ``"neither"`` where it is about neither pole. Where the interval is unknown,
        the direction decides.
    """

    relevance: Values
    direction: Values
    low: Values
    high: Values
    side: NDArray[np.str_]

    @property
    def relevant(self) -> NDArray[np.bool_]:
        """Which ones have to do with a pole, whether their side is clear or not; the others are ``"neither"``."""
        relevant: NDArray[np.bool_] = self.side != "neither"
        return relevant


@dataclass(frozen=True, eq=False, slots=True)
class Axis(Placed):
    """Where each passage and each document stands between two poles; the arrays are those of the passages.

    Parameters
    ----------
    left, right
        The poles.
    documents
        The same for the documents, in their order.
    """

    left: Pole
    right: Pole
    documents: Placed


@dataclass(frozen=True, eq=False, slots=True)
class End:
    """A pole on the scale of a corpus: its name and phrases, what passages are measured by, and what chance reaches."""

    pole: Pole
    told: Told
    chance: Chance


@dataclass(frozen=True, eq=False, slots=True)
class _Reading:
    """How far above chance each passage is for one pole.

    ``full`` (n,) is measured by all phrases, ``without`` (n, g) with one part of them left out in turn; g is 0 where
    there is but one phrase.
    """

    full: Values
    without: Values
    likeness: Values
    stands_out: NDArray[np.bool_]


def axis(scale: Scale, left: End, right: End, documents: Ints, count: int | None = None) -> Axis:
    """Place passages and documents between two poles.

    A passage is about a pole where its likeness to the pole's phrases (:meth:`Scale.likeness`) stands out from what
    phrases that mean nothing reach in this corpus (:meth:`Chance.stands_out`). Its direction is the difference between
    the two poles, each measured from its own bar: equal likeness is the middle, however one-sided the corpus.

    The interval is by the jackknife over the phrases of each pole (Tukey 1958; Efron and Stein 1981), with Student's
    t for so few (Welch 1947); for a document, with the variance of its mean added, taken from the spread of passages
    around their document, over all documents.

    Parameters
    ----------
    scale
        The passages.
    left, right
        The poles.
    documents
        The document of each passage, shape (n,), from 0.
    count
        How many documents there are; by default, up to the last one that has a passage. One without a passage, such
        as a copy of another, is about neither pole.

    Raises
    ------
    ValueError
        The two poles share an example, or mean the same to the encoder.
    """
    _check(left, right)
    one, other = _read(scale, left), _read(scale, right)
    relevance = np.maximum(one.likeness, other.likeness)
    relevant = one.stands_out | other.stands_out
    direction = other.full - one.full
    low, high = _interval(direction, [_variance(one.without), _variance(other.without)])
    placed = _placed(relevance, direction, low, high, relevant)
    return Axis(
        placed.relevance,
        placed.direction,
        placed.low,
        placed.high,
        placed.side,
        left.pole,
        right.pole,
        _documents(documents, int(documents.max()) + 1 if count is None else count, placed, (one, other)),
    )


def _check(left: End, right: End) -> None:
    shared = set(left.told.rows[left.told.rows >= 0]) & set(right.told.rows[right.told.rows >= 0])
    if shared:
        raise ValueError(
            f"the poles {left.pole.name!r} and {right.pole.name!r} share {len(shared)} of their example passages; "
            "choose poles without a passage in common"
        )
    ends = unit(np.stack([side.told.vectors.mean(axis=0) for side in (left, right)]))
    if float(ends[0] @ ends[1]) > _SAME:
        raise ValueError(
            f"the poles {left.pole.name!r} and {right.pole.name!r} mean the same to the encoder; choose two that differ"
        )


def _read(scale: Scale, end: End) -> _Reading:
    """Measure the passages by all phrases of a pole, and with each part of them left out."""
    count = len(end.told)
    parts = min(count, _PARTS) if count > 1 else 0
    keep = np.ones((count, 1 + parts), bool)
    for part in range(parts):
        keep[part::parts, 1 + part] = False
    likeness = scale.likeness(end.told, keep=keep)
    above = likeness - end.chance.bar
    return _Reading(above[:, 0], above[:, 1:], likeness[:, 0], end.chance.stands_out(likeness[:, 0]))


def _variance(without: Values) -> tuple[Values, int]:
    """Return the jackknife's estimate of variance, shape (n,), and its degrees of freedom; 0 where unknown."""
    parts = without.shape[1]
    if parts < 2:
        return np.full(len(without), np.nan), 0
    return (parts - 1) * without.var(axis=1), parts - 1


def _interval(centre: Values, sources: Sequence[tuple[Values, int]]) -> tuple[Values, Values]:
    """Return the bounds of the interval around estimates whose variances from several sources add up."""
    from scipy.special import stdtrit

    total: Values = np.sum([variance for variance, _ in sources], axis=0)
    if any(freedom < 1 for _, freedom in sources):
        return np.full(len(centre), np.nan), np.full(len(centre), np.nan)
    per_source: Values = np.sum([variance**2 / freedom for variance, freedom in sources], axis=0)
    none = np.sum([freedom for _, freedom in sources])
    freedom = np.divide(total**2, per_source, out=np.full(len(centre), float(none)), where=per_source > 0)
    half = stdtrit(freedom, 0.5 + _LEVEL / 2) * np.sqrt(total)
    return centre - half, centre + half


def _placed(relevance: Values, direction: Values, low: Values, high: Values, relevant: NDArray[np.bool_]) -> Placed:
    centre, bounds = np.round(direction, _DECIMALS), (np.round(low, _DECIMALS), np.round(high, _DECIMALS))
    known = ~np.isnan(bounds[0])
    clear = np.where(known, (bounds[0] > 0) | (bounds[1] < 0), centre != 0)
    leaning = np.where(centre < 0, "left", "right")
    side = np.where(relevant, np.where(clear, leaning, "unclear"), "neither")
    return Placed(np.round(relevance, _DECIMALS), centre, *bounds, side)


def _documents(document: Ints, count: int, passages: Placed, readings: tuple[_Reading, _Reading]) -> Placed:
    """Place so many documents by their relevant passages."""
    weight = np.where(passages.relevant, np.maximum(passages.relevance, 1e-6), 0.0)
    total = np.bincount(document, weight, count)
    met = np.maximum(total, 1e-12)

    def mean(values: Values) -> Values:
        return np.stack([np.bincount(document, weight * column, count) / met for column in values.T], axis=1)

    direction = mean(passages.direction[:, None])[:, 0]
    sources = [_variance(mean(reading.without)) for reading in readings if reading.without.shape[1]]
    if len(sources) < 2:  # a pole of one phrase: unknown
        sources = [(np.full(count, np.nan), 0)]
    spread, freedom = _spread(document, weight, passages.direction - direction[document])
    if freedom:
        sources.append((spread * np.bincount(document, weight**2, count) / met**2, freedom))
    low, high = _interval(direction, sources)
    relevant = total > 0
    share = np.bincount(document, passages.relevant, count) / np.maximum(np.bincount(document, minlength=count), 1)
    placed = _placed(share, direction, low, high, relevant)
    for values in (placed.direction, placed.low, placed.high):
        values[~relevant] = np.nan
    return placed


def _spread(document: Ints, weight: Values, away: Values) -> tuple[float, int]:
    """Return the variance of passages around their document, over all documents, and its degrees of freedom."""
    within = np.bincount(document[weight > 0])
    freedom = int((within[within > 0] - 1).sum())
    if freedom < 1:
        return 0.0, 0
    total = np.bincount(document, weight)
    counted = float((total - np.bincount(document, weight**2) / np.maximum(total, 1e-12)).sum())
    return float((weight * away**2).sum()) / max(counted, 1e-12), freedom
