"""All about one topic: its words in figures, why its passages are in it, the topics around it, where it is spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from topics.facets import Facet
from topics.ids import ids_of
from topics.model import TopicModel
from topics.nearest import unit
from topics.protocols import Ints
from topics.values import LOOSE, Keyword

Side = Literal["best", "typical", "borderline"]

SIDES: tuple[Side, ...] = get_args(Side)
"""Passages that stand for a topic without repeating each other; nearest to its middle; those it is least sure of."""

_BEST = 10


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword, in how many of its topic's passages it stands, and in how many others."""

    keyword: Keyword
    inside: int
    outside: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a passage is in its topic.

    Parameters
    ----------
    row
        Which passage.
    confidence
        How sure it is that the topic is the right one, 0 to 1.
    runner_up
        The topic that comes second, or -1 where there is no other.
    """

    row: int
    confidence: float
    runner_up: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another topic: how near its middle is (cosine, -1 to 1), and for how many passages of the topic it is second."""

    topic: int
    likeness: float
    second: int


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a column: how many of the topic's passages have it, and how many passages of all."""

    value: str
    inside: int
    overall: int


def words(model: TopicModel, topic: int) -> tuple[Word, ...]:
    """Return a topic's keywords, and where they stand as they are written there; other forms of them do not count."""
    mine = model.labels == topic
    found = []
    for keyword in model.topic(topic).keywords:
        rows = model.memo.words.rows(keyword.term)
        inside = int(mine[rows].sum())
        found.append(Word(keyword, inside, len(rows) - inside))
    return tuple(found)


def rows(model: TopicModel, topic: int, side: Side) -> Ints:
    """Return rows of a topic: up to ten of the best, all from its middle outwards, or all from the least sure one on.

    Of loose passages all are as unsure, and none is the best.

    Raises
    ------
    ValueError
        There is no such topic at this level.
    """
    if side == "best" and topic != LOOSE:
        return model.typical(topic, _BEST)
    from_middle = model.rows(topic)
    if side != "borderline" or topic == LOOSE:
        return from_middle
    return from_middle[np.argsort(model.confidence[from_middle], kind="stable")]


def reasons(model: TopicModel, chosen: Ints) -> tuple[Reason, ...]:
    """Return why passages are in their topics."""
    second = model.assign_vectors(model.vectors[chosen]).runner_up
    told = zip(chosen.tolist(), model.confidence[chosen].tolist(), second.tolist(), strict=True)
    return tuple(Reason(row, sure, runner_up) for row, sure, runner_up in told)


def neighbours(model: TopicModel, topic: int, most: int = 5) -> tuple[Neighbour, ...]:
    """Return the topics whose middles are nearest to that of a topic, the nearest first."""
    others = [other for other in ids_of(model.topics).tolist() if other != topic]
    if not others:
        return ()
    second = model.assign_vectors(model.vectors[model.labels == topic]).runner_up
    centres = unit(model.middle.centres)
    cosines = np.round(centres[others] @ centres[topic], 6).tolist()
    found = [
        Neighbour(other, cosine, int((second == other).sum())) for other, cosine in zip(others, cosines, strict=True)
    ]
    return tuple(sorted(found, key=lambda other: (-other.likeness, other.topic))[:most])


def parts(facet: Facet, chosen: NDArray[np.integer]) -> tuple[Part, ...]:
    """Return the values that some passages have in a column, the most frequent first."""
    codes = facet.codes[chosen]
    inside = np.bincount(codes[codes >= 0], minlength=len(facet.values)).tolist()
    found = [Part(*told) for told in zip(facet.values, inside, facet.counts, strict=True)]
    return tuple(sorted((part for part in found if part.inside), key=lambda part: (-part.inside, part.value)))
