"""Topics by the values of a column of metadata: how many passages of each value are in each topic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.compare.intervals import wilson
from topics.facets import Facet
from topics.model import TopicModel
from topics.values import LOOSE

FEW = 10
"""Passages of a value below which its shares say little: the interval of a half is then wider than .5."""

Counts = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Passages counted by topic and by something else.

    Parameters
    ----------
    topics
        The ids of the rows, the largest topic first; ``-1``, where there are loose passages, is the last.
    columns
        What the columns are called.
    counts
        How many passages are in each topic and column, shape (topics, columns).
    totals
        How many passages each column has, shape (columns,): what shares are of.
    unknown
        How many passages are in no column.
    """

    topics: tuple[int, ...]
    columns: tuple[str, ...]
    counts: Counts
    totals: Counts
    unknown: int

    @property
    def shares(self) -> Values:
        """The share of each column's passages that are in each topic, shape (topics, columns); ``nan`` of none."""
        shares: Values = self.counts / np.where(self.totals > 0, self.totals, np.nan)
        return shares

    @property
    def bounds(self) -> tuple[Values, Values]:
        """The 95 % interval of each share; see :func:`topics.compare.intervals.wilson`."""
        return wilson(self.counts, self.totals)

    @property
    def few(self) -> NDArray[np.bool_]:
        """Which columns have fewer than :data:`FEW` passages, shape (columns,)."""
        few: NDArray[np.bool_] = self.totals < FEW
        return few


def by_value(model: TopicModel, facet: Facet) -> Table:
    """Count the passages of a model by topic of the level shown and by the value that they have in a column."""
    return counted(model, facet.values, facet.codes.astype(np.int64))


def counted(model: TopicModel, columns: tuple[str, ...], codes: NDArray[np.int64]) -> Table:
    """Count passages by topic and column; ``codes`` is the column of each, shape (n,), -1 for none."""
    topics = [topic.id for topic in model.topics]
    labels = model.labels.astype(np.int64)
    if (labels == LOOSE).any():
        topics.append(LOOSE)
    known = codes >= 0
    counts = np.zeros((len(topics), len(columns)), np.int64)
    places = {topic: place for place, topic in enumerate(topics)}
    rows = np.array([places[topic] for topic in labels[known].tolist()], np.int64)
    np.add.at(counts, (rows, codes[known]), 1)
    return Table(tuple(topics), columns, counts, counts.sum(axis=0), int((~known).sum()))
