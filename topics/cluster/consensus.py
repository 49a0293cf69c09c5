"""What many clusterings of resampled passages agree on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.cluster.neighbours import communities, neighbour_graph
from topics.protocols import Floats, Ints, Tick

_SHARE = 0.8  # of the passages in each resample
_LARGEST = 3000  # passages in a resample; what units have in common shows in far fewer
_RESOLUTIONS = (0.1, 3.0)  # from a handful of groups to many; drawn evenly on a log scale


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """One clustering of a resample: ``rows`` of the passages drawn, shape (s,), and their ``groups``, shape (s,)."""

    rows: Ints
    groups: Ints

    @property
    def k(self) -> int:
        """How many groups it found."""
        return int(self.groups.max()) + 1


def resample(vectors: Floats, runs: int, seed: int, progress: Tick | None = None) -> tuple[Run, ...]:
    """Cluster many resamples of the passages by Louvain at random resolutions.

    Parameters
    ----------
    vectors
        Distinct unit vectors, shape (n, d), n at least 4.
    runs
        How many resamples.
    """
    return tuple(_runs(vectors, runs, np.random.default_rng(seed), progress))


def agreement(runs: Sequence[Run], units: Ints) -> NDArray[np.float64]:
    """Return how often passages of two units fell into one group, shape (units, units), 0 to 1, diagonal 1.

    This is the co-association of evidence accumulation (Fred and Jain 2005), over units of passages instead of single
    ones.
    """
    k = int(units.max()) + 1
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


def survival(runs: Sequence[Run], labels: Ints) -> Floats:
    """Return the stability of each topic, shape (k,), 0 to 1: how much of it one group of a resample holds.

    The mean over resamples of the best Jaccard overlap between the topic and a group (Hennig 2007, "Cluster-wise
    assessment of cluster stability"), over the third of the resamples whose number of groups is nearest to k.

    Parameters
    ----------
    runs
        The clusterings of resamples.
    labels
        The topic of each passage, shape (n,), ids from 0.
    """
    k = int(labels.max()) + 1
    distance = np.array([abs(np.log(run.k / k)) for run in runs])
    chosen = np.argsort(distance, kind="stable")[: max(1, len(runs) // 3)]
    total, seen = np.zeros(k), np.zeros(k)
    for run in (runs[i] for i in chosen):
        overlap = np.zeros((k, run.k))
        np.add.at(overlap, (labels[run.rows], run.groups), 1.0)
        size = overlap.sum(axis=1)
        union = size[:, None] + overlap.sum(axis=0)[None, :] - overlap
        total += (overlap / np.maximum(union, 1.0)).max(axis=1)
        seen += size > 0
    return np.where(seen > 0, total / np.maximum(seen, 1.0), np.nan).astype(np.float32)


def _runs(vectors: Floats, runs: int, rng: np.random.Generator, progress: Tick | None) -> Iterator[Run]:
    n = len(vectors)
    size = min(max(3, round(_SHARE * n)), _LARGEST)
    low, high = np.log(_RESOLUTIONS)
    for done in range(runs):
        rows = np.sort(rng.choice(n, size, replace=False)).astype(np.int32)
        graph = neighbour_graph(vectors[rows], max(2, round(np.sqrt(size))))
        groups = communities(graph, float(np.exp(rng.uniform(low, high))), int(rng.integers(2**31)))
        yield Run(rows, groups)
        if progress is not None:
            progress(done + 1, runs)
