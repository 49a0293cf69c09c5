"""Two topics of a model side by side: what they share, how alike they are, and what lies between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.compare import hearts
from topics.ids import ids_of, places_of
from topics.model import TopicModel
from topics.protocols import Ints


@dataclass(frozen=True, eq=False, slots=True)
class Pair:
    """Two topics of the level shown.

    Parameters
    ----------
    only_a, both, only_b
        The keywords that one has and the other has not, and those of both, in the order of the first that has them.
    similarity
        The cosine of their mean vectors, -1 to 1: around 0 for topics that have nothing to do with each other.
    rank, pairs
        Which pair it is from the most alike one on, from 1, and of how many pairs of the level.
    between
        The rows of the passages of either topic that are as near to the mean of the other, the closest call first.
    """

    only_a: tuple[str, ...]
    both: tuple[str, ...]
    only_b: tuple[str, ...]
    similarity: float
    rank: int
    pairs: int
    between: Ints


def pair(model: TopicModel, a: int, b: int, n: int = 6) -> Pair:
    """Compare two topics of the level that a model shows; ``n`` passages between them at most.

    Raises
    ------
    ValueError
        There is no such topic, or it is one topic twice.
    """
    if a == b:
        raise ValueError(f"topic {a} is compared with itself; choose two topics")
    words_a, words_b = ([keyword.term for keyword in model.topic(topic).keywords] for topic in (a, b))
    known_a, known_b = ({term.casefold() for term in words} for words in (words_a, words_b))
    means = hearts(model.vectors, model)
    at, to = places_of(np.array([a, b], np.int32), ids_of(model.topics)).tolist()
    cosines = np.round(means @ means.T, 6)
    of_pairs = cosines[np.triu_indices(len(means), 1)]
    similarity = float(cosines[at, to])
    return Pair(
        only_a=tuple(term for term in words_a if term.casefold() not in known_b),
        both=tuple(term for term in words_a if term.casefold() in known_b),
        only_b=tuple(term for term in words_b if term.casefold() not in known_a),
        similarity=similarity,
        rank=1 + int((of_pairs > similarity).sum()),
        pairs=len(of_pairs),
        between=_between(model, (a, b), means[[at, to]], n),
    )


def _between(model: TopicModel, topics: tuple[int, int], means: NDArray[np.float64], n: int) -> Ints:
    rows = np.flatnonzero(np.isin(model.labels, topics)).astype(np.int32)
    near = model.vectors[rows].astype(np.float64) @ means.T
    gap = np.round(np.abs(near[:, 0] - near[:, 1]), 6)
    likely = near.max(axis=1) > 0  # nearer to one of the two than chance
    order = np.lexsort((rows, gap, ~likely))
    return rows[order[: min(n, int(likely.sum()))]]
