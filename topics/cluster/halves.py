"""The passages cut in two at random, again and again, and each half clustered at every depth on its own.

What two halves without a passage in common both find is in the corpus; what only one finds is chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.cluster.consensus import Run
from topics.cluster.neighbours import centroids, closest, settled, small_communities, smoothed
from topics.nearest import unit
from topics.protocols import Floats, Ints, Tick

_LARGEST = 3000  # passages in a half; what units have in common shows in far fewer
_SINGLE = 400  # passages up to which each is a unit of its own
_PROBES = 2000  # passages on which two halves are compared
_STEP = 1.15  # from one number of topics to the next; finer differences are noise


@dataclass(frozen=True, eq=False, slots=True)
class Half:
    """One half, clustered at many depths.

    Parameters
    ----------
    rows
        The passages drawn, ascending, shape (s,).
    groups
        Number of topics -> the topic of each of them, shape (s,), ids from 0.
    told
        Number of topics -> the topic that the half would give to each probe, shape (p,).
    """

    rows: Ints
    groups: dict[int, Ints]
    told: dict[int, Ints]

    def near(self, k: int) -> Run:
        """Return its clustering whose number of topics is nearest to ``k``."""
        depth = min(self.groups, key=lambda own: (abs(np.log(own / k)), own))
        return Run(self.rows, self.groups[depth])


def depths(most: int) -> list[int]:
    """Return the numbers of topics to look at: 2 to ``most``, in steps that grow with them."""
    found = []
    k = 2
    while k < most:
        found.append(k)
        k = max(k + 1, round(k * _STEP))
    return [*found, most] if most >= 2 else []


def halve(space: Floats, pairs: int, most: int, seed: int, progress: Tick | None = None) -> list[tuple[Half, Half]]:
    """Cut the passages in two at random and cluster both parts, ``pairs`` times.

    Parameters
    ----------
    space
        Distinct unit vectors, shape (n, d), n at least 8.
    most
        The most topics to look for.
    """
    rng = np.random.default_rng(seed)
    n = len(space)
    size = min(n // 2, _LARGEST)
    probes = space if n <= _PROBES else space[np.sort(rng.choice(n, _PROBES, replace=False))]
    found = []
    for done in range(pairs):
        order = rng.permutation(n).astype(np.int32)
        parts = (np.sort(order[:size]), np.sort(order[size : 2 * size]))
        first, second = (_half(space, rows, probes, depths(most), int(rng.integers(2**31))) for rows in parts)
        found.append((first, second))
        if progress is not None:
            progress(done + 1, pairs)
    return found


def steadiness(pairs: Sequence[tuple[Half, Half]], k: int) -> float:
    """Return how far two halves agree on ``k`` topics, at most 1.

    The mean over pairs of two scores of what the halves make of the same passages, both corrected for chance so that
    numbers of topics can be compared (Lange et al. 2004, "Stability-Based Validation of Clustering Solutions"):
    adjusted mutual information, which small topics count in (Vinh et al. 2010), and the adjusted Rand index, which
    large ones rule (Hubert and Arabie 1985). Not a number where no pair of halves has as many.
    """
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    shared = [(one.told[k], other.told[k]) for one, other in pairs if k in one.told and k in other.told]
    if not shared:
        return float("nan")
    found = [(adjusted_mutual_info_score(*told) + adjusted_rand_score(*told)) / 2 for told in shared]
    return float(np.round(np.mean(found), 6))


def _half(space: Floats, rows: Ints, probes: Floats, wanted: Sequence[int], seed: int) -> Half:
    from scipy.cluster.hierarchy import cut_tree

    own = np.ascontiguousarray(space[rows])
    units, tree = _tree(own, seed)
    possible = [k for k in wanted if k <= len(tree)]  # cut_tree gets one group for each unit wrong
    cuts = cut_tree(tree, n_clusters=possible).T
    groups = {k: cut[units].astype(np.int32) for k, cut in zip(possible, cuts, strict=True)}
    sums = centroids(own, units, len(tree) + 1) * np.bincount(units)[:, None]
    told = {k: _told(probes, sums, cut, k) for k, cut in zip(possible, cuts, strict=True)}
    return Half(rows, groups, told)


def _tree(own: Floats, seed: int) -> tuple[Ints, NDArray[np.float64]]:
    """Return the unit of each passage, and how the units join, by Ward's criterion."""
    from scipy.cluster.hierarchy import linkage

    smooth = smoothed(own)
    if len(own) <= _SINGLE:
        return np.arange(len(own), dtype=np.int32), linkage(smooth, "ward")
    prototypes, units = settled(smooth, small_communities(smooth, seed))
    return units, linkage(prototypes, "ward")


def _told(probes: Floats, sums: NDArray[np.float64], cut: Ints, k: int) -> Ints:
    """Return the topic whose centroid is nearest to each probe."""
    hearts = np.zeros((k, sums.shape[1]))
    np.add.at(hearts, cut, sums)
    return closest(probes, unit(hearts))
