"""What a search finds, narrowed by topic and metadata, and how much each further choice would leave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics import search
from topics.facets import among
from topics.model import TopicModel
from topics.protocols import Bools
from topics.search import By, Ranking
from topics.search.ranking import NONE

_NEAREST = (20, 200)  # passages that a search by meaning, which ranks them all, gives at least and at most

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Findings:
    """What a search found.

    Parameters
    ----------
    ranking
        The passages, best first.
    topics
        How many passages each topic would leave, with the other choices as they are: id and number, most first.
    columns
        The same for the values of each column that passages can be filtered by, in the order of the values.
    """

    ranking: Ranking
    topics: tuple[tuple[int, int], ...]
    columns: tuple[tuple[str, Counts], ...]


def find(
    model: TopicModel,
    query: str,
    by: By,
    *,
    topic: int | None = None,
    where: Sequence[tuple[str, str]] = (),
    inside: Bools | None = None,
) -> Findings:
    """Search a model, ranked as :meth:`TopicModel.search` ranks.

    By words, all passages that hold them are found; by meaning, the nearest ones: the square root of how many passages
    there are, from 20 to 200; by both, either.

    Parameters
    ----------
    model
        At the level whose topics are chosen.
    query, by
        As :meth:`TopicModel.search` takes them.
    topic
        Only passages of this topic; -1 for those of none.
    where
        Only passages with these values of columns: of one column either, of several all.
    inside
        Only these passages, shape (n,); all by default.

    Raises
    ------
    ValueError
        The query holds no word.
    EncoderError
        The encoder that this model was made with is not to be had; a search by words needs none.
    """
    ranking = search.ranked(
        query, by, lambda: model.memo.words, model.vectors, lambda: model.placement.place([query])[0]
    )
    ranking = ranking if inside is None else ranking.within(inside)
    n, known = len(model.passages), model.memo.facets
    in_topic = np.ones(n, np.bool_) if topic is None else model.labels == topic
    with_values = among(known, where, n)
    whole = _best(ranking, in_topic & with_values, n)
    of_topics = whole if topic is None else _best(ranking, with_values, n)
    columns = []
    for facet in known:
        others = [pair for pair in where if pair[0] != facet.name]
        left = whole if len(others) == len(where) else _best(ranking, in_topic & among(known, others, n), n)
        codes = facet.codes[left.rows]
        counts = np.bincount(codes[codes >= 0], minlength=len(facet.values)).tolist()
        columns.append((facet.name, tuple(zip(facet.values, counts, strict=True))))
    return Findings(whole, _by_topic(model.labels[of_topics.rows]), tuple(columns))


def _best(ranking: Ranking, chosen: Bools, n: int) -> Ranking:
    """Return what is chosen of a ranking: what holds a word, and the nearest by meaning."""
    left = ranking.within(chosen)
    if not len(left) or np.isnan(left.cosines).all():
        return left
    low, high = _NEAREST
    most = min(high, max(low, math.isqrt(n)))
    nearest = np.argsort(-left.cosines, kind="stable")[:most]
    kept = left.held != NONE
    kept[nearest] = True
    return left.only(kept)


def _by_topic(labels: NDArray[np.int32]) -> tuple[tuple[int, int], ...]:
    topics, counts = np.unique(labels, return_counts=True)
    return tuple(sorted(zip(topics.tolist(), counts.tolist(), strict=True), key=lambda told: (-told[1], told[0])))
