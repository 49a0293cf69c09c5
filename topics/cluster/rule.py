"""The one rule that says which topic a vector belongs to, before saving and after loading alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.cluster.confidence import Hearts, confidence
from topics.protocols import Bools, Floats, Ints
from topics.values import LOOSE

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
class Rule:
    """Nearest prototype: a vector belongs to the topic whose prototype has the highest cosine with it.

    Parameters
    ----------
    prototypes
        Unit vectors, shape (p, d), p at least 1.
    topics
        The topic of each prototype at each level, coarsest level first, shape (levels, p); -1 is loose.

    Raises
    ------
    ValueError
        The shapes do not fit together.
    """

    prototypes: Floats
    topics: Ints

    def __post_init__(self) -> None:
        if self.prototypes.ndim != 2 or not len(self.prototypes):
            raise ValueError(f"prototypes have shape {self.prototypes.shape}, but must be (p, d) with p at least 1")
        if self.topics.ndim != 2 or self.topics.shape[1] != len(self.prototypes):
            raise ValueError(f"topics have shape {self.topics.shape}, but must be (levels, {len(self.prototypes)})")

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
        parts = [self._nearest(scores, level) for scores in self._scores(vectors)]
        if not parts:
            no_ids, no_scores = np.zeros(0, np.int32), np.zeros(0, np.float32)
            return Nearest(no_ids, no_scores, no_ids, no_scores, no_scores)
        topic, score, runner_up, margin = map(np.concatenate, zip(*parts, strict=True))
        if middle is None:
            return Nearest(topic, score, runner_up, margin, np.full(len(topic), np.nan, np.float32))
        sure = confidence(vectors, topic, middle, members=members, reading=reading, excess=excess)
        return Nearest(topic, score, runner_up, margin, sure)

    def labels(self, vectors: Floats) -> Ints:
        """Return the topic of every vector at every level, shape (levels, n)."""
        winners = [scores.argmax(axis=1) for scores in self._scores(vectors)]
        labels: Ints = self.topics[:, np.concatenate(winners or [np.zeros(0, np.int64)])]
        return labels

    def _nearest(self, scores: NDArray[np.float64], level: int) -> tuple[Ints, Floats, Ints, Floats]:
        """Return topic, score, runner-up and margin of each row of prototype scores."""
        rows = np.arange(len(scores))
        winner = scores.argmax(axis=1)
        topic, score = self.topics[level][winner], scores[rows, winner]
        order = np.argsort(self.topics[level], kind="stable")
        ids, starts = np.unique(self.topics[level][order], return_index=True)
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

    def _scores(self, vectors: Floats) -> Iterator[NDArray[np.float64]]:
        if vectors.ndim != 2 or vectors.shape[1] != self.prototypes.shape[1]:
            width = self.prototypes.shape[1]
            raise ValueError(f"vectors have shape {vectors.shape}, but the prototypes are {width} wide")
        prototypes = self.prototypes.T.astype(np.float64)
        step = max(1, _CHUNK // len(self.prototypes))
        for start in range(0, len(vectors), step):
            yield np.round(vectors[start : start + step].astype(np.float64) @ prototypes, _DECIMALS)
