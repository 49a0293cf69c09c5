"""What a person might edit in a model: topics that are nearly one, topics that are two, topics that are hardly any.

Nothing here is a number that suits one corpus: what is usual at the level that is shown is the measure. Each topic is
cut in two halves, as its passages lie. Two topics that are more alike than the halves of one topic in four are nearly
one; a topic whose halves are less alike than usual neighbours is two.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topics.model import TopicModel
from topics.nearest import unit
from topics.protocols import Bools, Floats
from topics.values import Topic

__all__ = ["Kind", "Suggestion", "suggestions"]

Kind = Literal["alike", "mixed", "tiny"]

_DRAWN = 400  # passages of a topic that tell where its halves are
_ROUNDS = 20  # of moving passages to the nearer half
_POWERS = 8  # steps towards a topic's widest direction; where two are as wide, either will do
_LEAST = 4  # passages that can be two groups
_COMPARED = 3  # topics from which on it can be said what is usual
_FENCE = 1.5  # interquartile ranges beyond the quartile, from which on a value is unusual (Tukey 1977)
_DECIMALS = 6  # cosines are rounded here, so that the order of a sum never decides


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that a person may want to edit, with what speaks for it.

    Parameters
    ----------
    kind
        ``"alike"``: two topics are nearly one, to be merged. ``"mixed"``: a topic is two, to be split. ``"tiny"``: a
        topic is hardly any, to be merged into its nearest, or to be marked as junk.
    topics
        The topics, by id: the two that are alike, larger first; the one that is mixed; the tiny one and, if there is
        another, its nearest.
    likeness
        The cosine of the two topics, of the two halves, or of the tiny topic and its nearest.
    usual
        What that is compared with: for ``"alike"`` the cosine below which one topic in four has its halves, for
        ``"mixed"`` the median cosine of a topic and its nearest, for ``"tiny"`` the median size, all of the level.
    sizes
        How many passages the two topics or the two halves hold, or the tiny topic.
    rows
        A passage of each half, by its row; empty but for ``"mixed"``.
    """

    kind: Kind
    topics: tuple[int, ...]
    likeness: float
    usual: float
    sizes: tuple[int, ...]
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class _Cut:
    """A topic in two halves: their cosine, how many passages each holds, and the row nearest to the heart of each."""

    likeness: float
    sizes: tuple[int, int]
    rows: tuple[int, int]


def suggestions(model: TopicModel) -> tuple[Suggestion, ...]:
    """Return what a person might edit at the level shown: alike, then mixed, then tiny, the clearest first.

    Topics that are marked as junk are left alone, and two topics that bear different named themes are not called alike.
    A topic is in one suggestion at most. With fewer than three topics nothing is usual, and nothing is suggested.
    """
    topics = [topic for topic in model.topics if topic.size and not topic.junk]
    if len(topics) < _COMPARED:
        return ()
    near = _likeness(model, topics)
    cuts = [_halves(model, topic) for topic in topics]
    found = [*_alike(topics, near, cuts), *_mixed(topics, near, cuts), *_tiny(topics, near)]
    taken: set[int] = set()
    kept = []
    for one in found:
        own = one.topics[:1] if one.kind == "tiny" else one.topics
        if taken.isdisjoint(own):
            kept.append(one)
            taken.update(own)
    return tuple(kept)


def _alike(topics: list[Topic], near: NDArray[np.float64], cuts: list[_Cut | None]) -> list[Suggestion]:
    """Return pairs that are each other's nearest, and more alike than the halves of one topic in four."""
    inside = [cut.likeness for cut in cuts if cut is not None]
    if not inside:
        return []
    usual, first = float(np.quantile(inside, 0.25)), near.argmax(axis=1)
    found = [
        Suggestion("alike", (topics[a].id, topics[b].id), float(near[a, b]), usual, (topics[a].size, topics[b].size))
        for a, b in combinations(range(len(topics)), 2)
        if first[a] == b and first[b] == a and near[a, b] > usual and not _two_themes(topics[a], topics[b])
    ]
    return sorted(found, key=lambda one: (-one.likeness, one.topics))


def _mixed(topics: list[Topic], near: NDArray[np.float64], cuts: list[_Cut | None]) -> list[Suggestion]:
    """Return topics whose halves are less alike than usual neighbours, each half as large as a topic may be."""
    usual, least = float(np.median(near.max(axis=1))), _least([topic.size for topic in topics])
    found = [
        Suggestion("mixed", (topic.id,), cut.likeness, usual, cut.sizes, cut.rows)
        for topic, cut in zip(topics, cuts, strict=True)
        if cut is not None and cut.likeness < usual and min(cut.sizes) > 1 and min(cut.sizes) >= least
    ]
    return sorted(found, key=lambda one: (one.likeness, one.topics))


def _tiny(topics: list[Topic], near: NDArray[np.float64]) -> list[Suggestion]:
    """Return topics that are unusually small for their level."""
    sizes = [topic.size for topic in topics]
    least, usual = _least(sizes), float(np.median(sizes))
    found = [
        Suggestion("tiny", (topic.id, topics[other].id), float(near[at, other]), usual, (topic.size,))
        for at, (topic, other) in enumerate(zip(topics, near.argmax(axis=1).tolist(), strict=True))
        if topic.size < least
    ]
    return sorted(found, key=lambda one: (one.sizes, one.topics))


def _least(sizes: list[int]) -> float:
    """Return how many passages a topic has at least, unless it is unusually small.

    That is one whose size is an outlier of its level, and below the square root of the usual size: where all are of
    nearly one size, one of half of it is an outlier, but not tiny.
    """
    logs = np.log(sizes)
    low, middle, high = np.quantile(logs, (0.25, 0.5, 0.75))
    return max(2.0, float(np.exp(min(low - _FENCE * (high - low), middle / 2))))


def _two_themes(one: Topic, other: Topic) -> bool:
    return one.theme is not None and other.theme is not None and one.theme != other.theme


def _likeness(model: TopicModel, topics: list[Topic]) -> NDArray[np.float64]:
    """Return the cosine of every topic to every other, shape (topics, topics); -1 to itself."""
    hearts = unit(
        np.stack([model.vectors[model.labels == topic.id].mean(axis=0, dtype=np.float64) for topic in topics])
    )
    near: NDArray[np.float64] = (hearts @ hearts.T).round(_DECIMALS)
    np.fill_diagonal(near, -1.0)
    return near


def _halves(model: TopicModel, topic: Topic) -> _Cut | None:
    """Cut a topic in two as its passages lie, or say that it is too small, or one passage again and again.

    It begins with the two sides of its middle along its widest direction, and moves passages to the nearer half until
    none moves.
    """
    rows = np.flatnonzero(model.labels == topic.id)
    vectors = model.vectors[rows]
    drawn = vectors[:: -(-len(vectors) // _DRAWN)].astype(np.float64)
    if len(drawn) < _LEAST:
        return None
    second = _along_widest(drawn) > 0
    for _ in range(_ROUNDS):
        if second.all() or not second.any():
            return None
        moved = _nearer_second(drawn, _hearts(drawn, second))
        if np.array_equal(moved, second):
            break
        second = moved
    if second.all() or not second.any():
        return None
    hearts = _hearts(drawn, second)
    own = _nearer_second(vectors, hearts)
    if own.all() or not own.any():
        return None
    typical = (vectors.astype(np.float64) @ hearts.T).round(_DECIMALS)
    first = int(rows[np.where(own, -2.0, typical[:, 0]).argmax()])
    other = int(rows[np.where(own, typical[:, 1], -2.0).argmax()])
    ends = _hearts(vectors, own)
    halves = [(int((~own).sum()), first), (int(own.sum()), other)]
    halves.sort(key=lambda half: (-half[0], half[1]))
    (more, its), (less, the) = halves
    return _Cut(round(float(ends[0] @ ends[1]), _DECIMALS), (more, less), (its, the))


def _along_widest(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where vectors lie along the direction in which they differ most, by power iteration from the outermost."""
    spread = vectors - vectors.mean(axis=0)
    way = spread[np.einsum("ij,ij->i", spread, spread).round(_DECIMALS).argmax()]
    for _ in range(_POWERS):
        way = unit((spread.T @ (spread @ way))[None, :])[0]
    along: NDArray[np.float64] = (spread @ way).round(_DECIMALS)
    return along


def _hearts(vectors: Floats | NDArray[np.float64], second: Bools) -> NDArray[np.float64]:
    return unit(
        np.stack([vectors[~second].mean(axis=0, dtype=np.float64), vectors[second].mean(axis=0, dtype=np.float64)])
    )


def _nearer_second(vectors: Floats | NDArray[np.float64], hearts: NDArray[np.float64]) -> Bools:
    near = (vectors.astype(np.float64) @ hearts.T).round(_DECIMALS)
    nearer: Bools = near[:, 1] > near[:, 0]
    return nearer
