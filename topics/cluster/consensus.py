"""What many clusterings of parts of the passages agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Bools, Floats, Ints


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """One clustering of a part: ``rows`` of the passages drawn, shape (s,), and their ``groups``, shape (s,)."""

    rows: Ints
    groups: Ints

    @property
    def k(self) -> int:
        """How many groups it found."""
        return int(self.groups.max()) + 1


def agreement(runs: Sequence[Run], units: Ints, k: int) -> NDArray[np.float64]:
    """Return how often passages of two of ``k`` units fell into one group, shape (k, k), 0 to 1, diagonal 1.

    This is the co-association of evidence accumulation (Fred and Jain 2005), over units of passages instead of single
    ones.
    """
    together, met = np.zeros((k, k)), np.zeros((k, k))
    for run in runs:
        counts = np.zeros((k, run.k))
        np.add.at(counts, (units[run.rows], run.groups), 1.0)
        total = counts.sum(axis=1)
        shares = counts / np.maximum(total, 1.0)[:, None]
        together += shares @ shares.T
        met += np.outer(total > 0, total > 0)
    joint = together / np.maximum(met, 1.0)
    np.fill_diagonal(joint, 1.0)
    return joint


def alike(one: Ints, other: Ints) -> float:
    """Return how far two groupings of the same things agree, at most 1, and about 0 where only by chance.

    The mean of adjusted mutual information, which small groups count in (Vinh et al. 2010), and the adjusted Rand
    index, which large ones rule (Hubert and Arabie 1985); both from one table, as scikit-learn defines them.

    Parameters
    ----------
    one, other
        The group of each, shape (n,), ids from 0.
    """
    from sklearn.metrics.cluster import expected_mutual_information

    n, wide = len(one), int(other.max()) + 1
    table = np.bincount(one.astype(np.int64) * wide + other, minlength=(int(one.max()) + 1) * wide).reshape(-1, wide)
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    if max(table.shape) == np.count_nonzero(table):
        return float(min(table.shape) == max(table.shape))  # the same groups, or all in one against many
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    joint, by_chance = _pairs(table), _pairs(rows) * _pairs(columns) / _pairs(np.array([n]))
    rand = (joint - by_chance) / ((_pairs(rows) + _pairs(columns)) / 2 - by_chance)
    row, column = np.nonzero(table)
    shares = table[row, column] / n
    mutual = (shares * np.log(shares * n * n / (rows[row] * columns[column]))).sum()
    expected = expected_mutual_information(table, n)
    information = (mutual - expected) / ((_entropy(rows) + _entropy(columns)) / 2 - expected)
    return float(rand + information) / 2


def _pairs(counts: NDArray[np.int64]) -> float:
    return float((counts * (counts - 1)).sum() / 2)


def _entropy(counts: NDArray[np.int64]) -> float:
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def survival(runs: Sequence[Run], labels: Ints, *, joined: Bools | None = None, k: int | None = None) -> Floats:
    """Return the stability of each topic, shape (k,), 0 to 1: how much of it one group of a part holds.

    The mean over parts of the best Jaccard overlap between the topic and a group (Hennig 2007, "Cluster-wise
    assessment of cluster stability"), over the third of the clusterings whose number of groups is nearest to k, and
    those that are as near.

    Parameters
    ----------
    runs
        The clusterings of parts of the passages.
    labels
        The topic of each passage, shape (n,), ids from 0.
    joined
        Sets of topics to judge instead of each by itself, shape (sets, k), true where a topic is in a set.
    k
        How many groups a clustering should have to tell; as many as there are topics by default.
    """
    parts = np.eye(int(labels.max()) + 1) if joined is None else joined.astype(np.float64)
    k = k or parts.shape[1]
    distance = np.array([abs(np.log(run.k / k)) for run in runs])
    chosen = np.flatnonzero(distance <= np.sort(distance)[max(1, len(runs) // 3) - 1])
    total, seen = np.zeros(len(parts)), np.zeros(len(parts))
    for run in (runs[int(i)] for i in chosen):
        overlap = np.zeros((parts.shape[1], run.k))
        np.add.at(overlap, (labels[run.rows], run.groups), 1.0)
        whole = overlap.sum(axis=0)
        overlap = parts @ overlap
        size = overlap.sum(axis=1)
        union = size[:, None] + whole[None, :] - overlap
        total += (overlap / np.maximum(union, 1.0)).max(axis=1)
        seen += size > 0
    return np.where(seen > 0, total / np.maximum(seen, 1.0), np.nan).astype(np.float32)
