"""How the topics of the finest level join on the way to the coarser ones, and from there until one is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from topics.cluster import Guide, Joins
from topics.cluster.consensus import Run, survival
from topics.cluster.matching import match_themes
from topics.hierarchy import MOST, members, nodes_at
from topics.protocols import Floats, Ints

_PLACES = 12  # numbers of topics at which the stability of nodes is measured, at most


def joins(
    cuts: Ints,
    distance: NDArray[np.float64],
    *,
    labels: Ints,
    guides: Sequence[Guide],
    rows: Ints,
    runs_at: Callable[[int], Sequence[Run]],
) -> Joins | None:
    """Join the topics of the finest level two at a time, and say what is known of each that comes about.

    Parameters
    ----------
    cuts
        The topic of each unit at each level, coarsest first, shape (levels, u); -1 is loose. They nest.
    distance
        Distances between units, shape (u, u), symmetric.
    labels
        The topic of each passage at the finest level, shape (n,).
    guides
        Named themes.
    rows
        The topic at the finest level of each passage that the runs know by its row, shape (p,).
    runs_at
        Number of topics -> clusterings of parts of the passages that have about as many, or none.

    Returns
    -------
    Joins, or None
        ``None`` where there are too many topics for a tree.
    """
    leaves = int(cuts[-1].max(initial=-1)) + 1
    if leaves > MOST:
        return None
    merges = merged(cuts, distance)
    themes: dict[int, str] = {}
    for number in range(len(merges) if guides else 0):
        nodes = nodes_at(merges, leaves, leaves - number - 1)
        groups = np.unique(nodes, return_inverse=True)[1].astype(np.int32)  # of the nodes the newest is the last
        found = match_themes(np.where(labels >= 0, groups[labels], np.int32(-1)), guides)
        if (newest := int(groups.max())) in found:
            themes[number] = found[newest]
    return Joins(merges, _stability(merges, leaves, rows, runs_at), themes)


def merged(cuts: Ints, distance: NDArray[np.float64]) -> Ints:
    """Return which two topics join, step by step, shape (k - 1, 2), in scipy's numbering; loose units stay out.

    The topics of each level join those of the same topic at the next coarser level, and those of the coarsest level
    any other: the nearest first, by average linkage of their units.
    """
    leaves = int(cuts[-1].max(initial=-1)) + 1
    belongs = (cuts[-1][None, :] == np.arange(leaves)[:, None]).astype(np.float64)
    counts = belongs.sum(axis=1)
    total, pairs = belongs @ distance @ belongs.T, np.outer(counts, counts)
    one_of_each = belongs.argmax(axis=1) if leaves else np.zeros(0, np.int64)
    nodes = np.arange(leaves)
    merges: list[tuple[int, int]] = []
    for parents in (*cuts[-2::-1, one_of_each], np.zeros(leaves, np.int32)):
        alive = np.isin(np.arange(leaves), np.unique(nodes, return_index=True)[1])
        allowed = np.triu(parents[:, None] == parents[None, :], 1) & alive[:, None] & alive[None, :]
        mean = np.where(allowed, np.round(total / np.maximum(pairs, 1.0), 9), np.inf)
        while mean.size and np.isfinite(mean.min()):
            keep, gone = (int(slot) for slot in np.unravel_index(int(mean.argmin()), mean.shape))
            merges.append((int(nodes[keep]), int(nodes[gone])))
            nodes[nodes == nodes[gone]] = nodes[keep]
            nodes[nodes == nodes[keep]] = leaves + len(merges) - 1
            for table in (total, pairs):
                table[keep] += table[gone]
                table[:, keep] += table[:, gone]
            mean[gone], mean[:, gone] = np.inf, np.inf
            fresh = np.round(total[keep] / np.maximum(pairs[keep], 1.0), 9)
            mean[keep] = np.where(np.isfinite(mean[keep]), fresh, np.inf)
            mean[:, keep] = np.where(np.isfinite(mean[:, keep]), fresh, np.inf)
    return np.array(merges, np.int32).reshape(-1, 2)


def _stability(merges: Ints, leaves: int, rows: Ints, runs_at: Callable[[int], Sequence[Run]]) -> Floats:
    """Return how well each node survives resampling, shape (merges,), by clusterings with about as many topics.

    Each is judged near the number of topics at which it comes about. That all passages make one topic is no finding:
    the last node's is not a number.
    """
    found = np.full(len(merges), np.nan, np.float32)
    if len(merges) < 2:
        return found
    left = leaves - 1 - np.arange(len(merges) - 1)  # topics that are left after each merge but the last: 2 or more
    places = np.unique(np.round(np.geomspace(2, max(2, leaves - 1), _PLACES)).astype(int))
    at = places[np.abs(np.log(left[:, None] / places[None, :])).argmin(axis=1)]
    held = members(merges, leaves)
    for k in np.unique(at).tolist():
        runs = runs_at(k)
        if runs:
            chosen = np.flatnonzero(at == k)
            found[chosen] = survival(runs, rows, joined=held[chosen], k=k)
    return found
