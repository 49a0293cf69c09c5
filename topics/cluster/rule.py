"""The one rule that says which topic a vector belongs to, before saving and after loading alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.cluster.confidence import Hearts, confidence
from topics.nearest import unit
from topics.protocols import Bools, Floats, Ints
from topics.values import LOOSE

NEAR = 0.95
"""Cosine to a pinned passage from which a text is taken for a copy of it, and gets its topic."""

_CHUNK = 1 << 22  # scores held at once: 32 MB
_DECIMALS = 6  # cosines are rounded here, so that the order of a sum inside the linear algebra never decides a topic


@dataclass(frozen=True, eq=False, slots=True)
class Nearest:
    """What the rule says of n vectors; every field has shape (n,). Without hearts, ``confidence`` is ``nan``."""

    topic: Ints
    score: Floats
    runner_up: Ints
    margin: Floats
    confidence: Floats


def one_each(prototypes: Floats) -> Rule:
    """Return the rule, of one level, by which each prototype is a topic of its own, numbered by its row."""
    return Rule(prototypes, np.arange(len(prototypes), dtype=np.int32)[None, :])


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """How what belongs to some columns of a rule is divided: by the nearest of prototypes that only they have.

    Each group of columns becomes as many new columns as there are parts, in the order of the groups and, within a
    group, of the parts. The best part of a group scores what the group would have scored; another falls behind by as
    much as its own prototypes do. So what belongs elsewhere stays there.

    Parameters
    ----------
    groups
        The columns that are replaced, group by group; no column twice.
    prototypes
        Unit vectors, shape (m, d).
    part
        The part that each stands for, shape (m,), 0 to q - 1, each of them there.
    """

    groups: tuple[tuple[int, ...], ...]
    prototypes: Floats
    part: Ints

    @property
    def count(self) -> int:
        """How many parts there are."""
        return int(self.part.max(initial=-1)) + 1

    @property
    def columns(self) -> int:
        """How many columns the division adds."""
        return len(self.groups) * self.count

    def best(self, vectors: Floats) -> NDArray[np.float64]:
        """Return the score of each part for each vector, shape (n, q)."""
        own = np.round(vectors.astype(np.float64) @ self.prototypes.T.astype(np.float64), _DECIMALS)
        return np.stack([own[:, self.part == part].max(axis=1) for part in range(self.count)], axis=1)

    def heirs(self, columns: NDArray[np.int64], best: NDArray[np.float64], first: int) -> NDArray[np.int64]:
        """Return the columns that take the place of some, shape (n,), where the new ones begin with ``first``."""
        for number, group in enumerate(self.groups):
            heir = first + number * self.count + best.argmax(axis=1)
            columns = np.where(np.isin(columns, group), heir, columns)
        return columns

    def check(self, columns: int, width: int) -> None:
        """Make sure that this divides columns of a rule that has so many, over vectors of that width."""
        named = [column for group in self.groups for column in group]
        distinct = bool(named) and all(self.groups) and len(set(named)) == len(named)
        if not distinct or not 0 <= min(named) <= max(named) < columns:
            raise ValueError(f"the groups of a division are not distinct columns of the {columns} that there are")
        if (
            self.prototypes.ndim != 2
            or self.prototypes.shape[1] != width
            or self.part.shape != self.prototypes.shape[:1]
        ):
            raise ValueError(
                f"the prototypes of a division have shape {self.prototypes.shape}, but vectors are {width} wide"
            )
        if not 0 < self.count <= len(self.part) or not np.array_equal(np.unique(self.part), np.arange(self.count)):
            raise ValueError("a division has a part without a prototype")


@dataclass(frozen=True, eq=False, slots=True)
class Pins:
    """Passages whose topic a person chose; they take what is nearly the same with them.

    Parameters
    ----------
    vectors
        Their unit vectors, shape (m, d); of equally near ones the last decides.
    topics
        The topic of each at each level, shape (levels, m); -1 is none.
    """

    vectors: Floats
    topics: Ints

    def nearest(self, vectors: Floats) -> tuple[Ints, NDArray[np.float64]]:
        """Return which pin each vector follows, or -1, and the cosine to it, shape (n,) each."""
        pin, cosine = np.full(len(vectors), -1, np.int32), np.zeros(len(vectors))
        pins = self.vectors[::-1].T.astype(np.float64)
        step = max(1, _CHUNK // max(1, len(self.vectors)))
        for start in range(0, len(vectors) if len(self.vectors) else 0, step):
            rows = slice(start, start + step)
            scores = np.round(vectors[rows].astype(np.float64) @ pins, _DECIMALS)
            best = scores.argmax(axis=1)
            cosine[rows] = scores[np.arange(len(scores)), best]
            pin[rows] = np.where(cosine[rows] >= NEAR, len(self.vectors) - 1 - best, -1)
        return pin, cosine


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """Nearest prototype: a vector belongs to the topic whose prototype has the highest cosine with it.

    A column is what scores: each prototype is one, and divisions add some in place of others. Of equally good ones the
    first wins, and what belonged to a column that was divided belongs to one of its parts, whatever else scores as
    well. A vector that is nearly that of a pinned passage follows it instead.

    Parameters
    ----------
    prototypes
        Unit vectors, shape (p, d), p at least 1.
    topics
        The topic of each column at each level, coarsest level first, shape (levels, columns); -1 is loose.
    parts
        Divisions of columns, in the order in which they were made.
    pins
        Passages whose topic was chosen by hand.

    Raises
    ------
    ValueError
        The shapes do not fit together.
    """

    prototypes: Floats
    topics: Ints
    parts: tuple[Parts, ...] = ()
    pins: Pins | None = None

    def __post_init__(self) -> None:
        if self.prototypes.ndim != 2 or not len(self.prototypes):
            raise ValueError(f"prototypes have shape {self.prototypes.shape}, but must be (p, d) with p at least 1")
        columns, width = self.prototypes.shape
        for division in self.parts:
            division.check(columns, width)
            columns += division.columns
        replaced = [column for division in self.parts for group in division.groups for column in group]
        if len(set(replaced)) < len(replaced):
            raise ValueError("two divisions replace the same column")
        if self.topics.ndim != 2 or self.topics.shape[1] != columns:
            raise ValueError(f"topics have shape {self.topics.shape}, but must be (levels, {columns})")
        pins = self.pins
        if pins is not None and (pins.vectors.ndim != 2 or pins.vectors.shape[1] != width):
            raise ValueError(f"pins have shape {pins.vectors.shape}, but vectors are {width} wide")
        if pins is not None and pins.topics.shape != (len(self.topics), len(pins.vectors)):
            wanted = (len(self.topics), len(pins.vectors))
            raise ValueError(f"topics of pins have shape {pins.topics.shape}, but must be {wanted}")

    @property
    def gone(self) -> Bools:
        """Which columns others have taken the place of, shape (columns,)."""
        gone = np.zeros(self.topics.shape[1], np.bool_)
        gone[[column for division in self.parts for group in division.groups for column in group]] = True
        return gone

    @property
    def hearts(self) -> Floats:
        """Return what stands for each column: a unit vector, shape (columns, d)."""
        found = [self.prototypes]
        for division in self.parts:
            means = [division.prototypes[division.part == part].mean(axis=0) for part in range(division.count)]
            found.append(np.tile(unit(np.stack(means)).astype(np.float32), (len(division.groups), 1)))
        return np.concatenate(found)

    def seen(self, topics: Ints, pinned: Ints | None) -> Rule:
        """Return the same rule with other levels: the topics of the columns and of the pins at each of them."""
        pins = None if self.pins is None or pinned is None else Pins(self.pins.vectors, pinned)
        return Rule(self.prototypes, topics, self.parts, pins)

    def nearest(
        self,
        vectors: Floats,
        level: int,
        middle: Hearts | None = None,
        *,
        members: Bools | None = None,
        reading: NDArray[np.float64] | None = None,
        excess: Floats | None = None,
    ) -> Nearest:
        """Assign vectors at a level; each row's answer depends on that row alone.

        Parameters
        ----------
        vectors
            Unit vectors, shape (n, d).
        level
            The row of ``topics``.
        middle
            The hearts of that level's topics, from which the confidence is told.
        members, reading, excess
            Which vectors are passages of the corpus, how far the encoder reads the language of each, and how far above
            chance each is for each theme, as :func:`topics.cluster.confidence.confidence` takes them.
        """
        parts = [self._nearest(scores, winner, level) for scores, winner in self._scores(vectors)]
        if not parts:
            no_ids, no_scores = np.zeros(0, np.int32), np.zeros(0, np.float32)
            return Nearest(no_ids, no_scores, no_ids, no_scores, no_scores)
        topic, score, runner_up, margin = map(np.concatenate, zip(*parts, strict=True))
        found = Nearest(topic, score, runner_up, margin, np.full(len(topic), np.nan, np.float32))
        if middle is not None:
            sure = confidence(vectors, topic, middle, members=members, reading=reading, excess=excess)
            found = Nearest(topic, score, runner_up, margin, sure)
        return found if self.pins is None else self._pinned(found, vectors, level)

    def labels(self, vectors: Floats) -> Ints:
        """Return the topic of every vector at every level, shape (levels, n)."""
        labels: Ints = self.topics[:, self.columns(vectors)]
        if self.pins is not None:
            pin, _ = self.pins.nearest(vectors)
            labels = np.where(pin >= 0, self.pins.topics[:, np.maximum(pin, 0)], labels).astype(np.int32)
        return labels

    def banned(self, vectors: Floats, level: int) -> Bools:
        """Return which vectors follow a pinned passage that was taken out of all topics of a level, shape (n,)."""
        if self.pins is None or not (self.pins.topics[level] == LOOSE).any():
            return np.zeros(len(vectors), np.bool_)
        pin, _ = self.pins.nearest(vectors)
        banned: Bools = (pin >= 0) & (self.pins.topics[level][np.maximum(pin, 0)] == LOOSE)
        return banned

    def columns(self, vectors: Floats) -> NDArray[np.int64]:
        """Return the column that each vector belongs to, shape (n,), whatever is pinned."""
        winners = [winner for _, winner in self._scores(vectors)]
        return np.concatenate(winners or [np.zeros(0, np.int64)])

    def likeness(self, vectors: Floats, level: int) -> tuple[Ints, NDArray[np.float64]]:
        """Return the ids of a level's topics, ascending, and the best score of each for each vector, shape (n, k)."""
        order, ids, starts = self._by_topic(level)
        parts = [np.maximum.reduceat(scores[:, order], starts, axis=1) for scores, _ in self._scores(vectors)]
        found = np.concatenate(parts) if parts else np.zeros((0, len(ids)))
        return ids[ids >= 0], found[:, ids >= 0]

    def _by_topic(self, level: int) -> tuple[NDArray[np.int64], Ints, NDArray[np.int64]]:
        """Return the columns in the order of their topics, the topics, and where each begins."""
        columns = np.flatnonzero(~self.gone)
        order = columns[np.argsort(self.topics[level][columns], kind="stable")]
        ids, starts = np.unique(self.topics[level][order], return_index=True)
        return order, ids, starts

    def _pinned(self, found: Nearest, vectors: Floats, level: int) -> Nearest:
        """Let what is nearly a pinned passage follow it; what comes second is the best of the rest."""
        assert self.pins is not None
        pin, cosine = self.pins.nearest(vectors)
        follows = pin >= 0
        topic = np.where(follows, self.pins.topics[level][np.maximum(pin, 0)], found.topic).astype(np.int32)
        elsewhere = follows & (topic != found.topic)
        score = np.where(follows, cosine, found.score)
        second = np.where(elsewhere, found.score, found.score - found.margin)
        runner_up = np.where(elsewhere, found.topic, found.runner_up).astype(np.int32)
        margin = np.where(follows & (runner_up >= 0), np.maximum(score - second, 0.0), found.margin)
        margin = np.where(follows & (runner_up < 0), 0.0, margin)
        sure = np.where(follows, (topic >= 0).astype(np.float32), found.confidence)
        return Nearest(topic, score.astype(np.float32), runner_up, margin.astype(np.float32), sure.astype(np.float32))

    def _nearest(
        self, scores: NDArray[np.float64], winner: NDArray[np.int64], level: int
    ) -> tuple[Ints, Floats, Ints, Floats]:
        """Return topic, score, runner-up and margin of each row of column scores."""
        rows = np.arange(len(scores))
        topic, score = self.topics[level][winner], scores[rows, winner]
        order, ids, starts = self._by_topic(level)
        rivals = np.maximum.reduceat(scores[:, order], starts, axis=1)
        rivals[ids[None, :] == topic[:, None]] = -np.inf
        rivals[:, ids == LOOSE] = -np.inf  # being loose is never a runner-up
        second = rivals.argmax(axis=1)
        alone = np.isneginf(rivals[rows, second])
        runner_up = np.where(alone, LOOSE, ids[second])
        margin = np.where(alone, 0.0, score - np.where(alone, 0.0, rivals[rows, second]))
        return (
            topic.astype(np.int32),
            score.astype(np.float32),
            runner_up.astype(np.int32),
            np.maximum(margin, 0.0).astype(np.float32),
        )

    def _scores(self, vectors: Floats) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
        """Yield the score of every column, and the column that is the best, for some vectors at a time."""
        if vectors.ndim != 2 or vectors.shape[1] != self.prototypes.shape[1]:
            width = self.prototypes.shape[1]
            raise ValueError(f"vectors have shape {vectors.shape}, but the prototypes are {width} wide")
        prototypes = self.prototypes.T.astype(np.float64)
        step = max(1, _CHUNK // self.topics.shape[1])
        for start in range(0, len(vectors), step):
            rows = vectors[start : start + step]
            scores = np.round(rows.astype(np.float64) @ prototypes, _DECIMALS)
            winner = scores.argmax(axis=1)
            for division in self.parts:
                best = division.best(rows)
                winner = division.heirs(winner, best, scores.shape[1])
                scores = _divided(scores, division, best)
            yield scores, winner


def _divided(scores: NDArray[np.float64], division: Parts, best: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scores with a column for each part of each group, and none left for what they replace."""
    behind = best.max(axis=1, keepdims=True) - best
    fresh = [np.round(scores[:, group].max(axis=1, keepdims=True) - behind, _DECIMALS) for group in division.groups]
    scores = scores.copy()
    scores[:, [column for group in division.groups for column in group]] = -np.inf
    return np.concatenate([scores, *fresh], axis=1)
