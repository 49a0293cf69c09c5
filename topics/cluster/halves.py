"""The passages cut in two at random, again and again, and each half clustered at every depth on its own.

What two halves without a passage in common both find is in the corpus; what only one finds is chance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from topics.cluster.consensus import Run
from topics.cluster.neighbours import centroids, closest, settled, small_communities, smoothed
from topics.nearest import unit
from topics.protocols import Floats, Ints, Tick

RESOLUTIONS = (8.0, 32.0, 128.0)
"""Of units, by Louvain: high, so that they are small and pure; the finer ones only where they show more topics."""

_LARGEST = 3000  # passages in a half; what units have in common shows in far fewer
_SINGLE = 400  # passages up to which each is a unit of its own
_PROBES = 2000  # passages on which two halves are compared
_AS_STEADY = 0.01  # a difference in steadiness that says nothing
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


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """What pairs of halves show with units of one size.

    Parameters
    ----------
    resolution
        How small the units were: of Louvain, above 1.
    pairs
        The halves.
    trust
        Number of topics -> how far two halves agree on it, at most 1; only the numbers that every half was cut at.
    """

    resolution: float
    pairs: Sequence[tuple[Half, Half]]
    trust: Mapping[int, float]

    @property
    def fine(self) -> int:
        """The number of topics at which the finest third of those that were tried begins, on a log scale."""
        return math.ceil(math.pow(max(self.trust), 2 / 3))

    @property
    def is_cut_short(self) -> bool:
        """Whether the halves were as steady at the finest cut that they could make as at any nearly as fine."""
        return self.trust[max(self.trust)] >= self.steadiest(self.fine) - _AS_STEADY

    def steadiest(self, least: int) -> float:
        """Return the highest trust in so many topics or more; -1 where so many were not tried."""
        return max((trust for k, trust in self.trust.items() if k >= least), default=-1.0)


def depths(most: int) -> list[int]:
    """Return the numbers of topics to look at: 2 to ``most``, in steps that grow with them."""
    found = []
    k = 2
    while k < most:
        found.append(k)
        k = max(k + 1, round(k * _STEP))
    return [*found, most] if most >= 2 else []


def look(space: Floats, pairs: int, most: int, seed: int, progress: Tick | None = None) -> Look:
    """Look at halves with ever smaller units, as long as these show more topics, and steadier ones.

    Smaller units are tried where the finest cut that the halves can make is as steady as any that is nearly as fine:
    there, not the corpus but the size of the units sets the end.

    Parameters
    ----------
    space
        Distinct unit vectors, shape (n, d), n at least 8.
    pairs
        How often the passages are cut in two.
    most
        The most topics to look for.
    progress
        Called as ``progress(done, total)``; the total grows where smaller units are tried.
    """
    found = _at(space, pairs, most, seed, RESOLUTIONS[0], progress)
    for tried, resolution in enumerate(RESOLUTIONS[1:], start=1):
        if not found.is_cut_short:
            break
        told = None if progress is None else partial(_further, progress, tried * pairs)
        finer = _at(space, pairs, most, seed, resolution, told)
        if finer.steadiest(max(found.trust)) <= found.steadiest(found.fine):
            break
        found = finer
    return found


def _at(space: Floats, pairs: int, most: int, seed: int, resolution: float, progress: Tick | None) -> Look:
    halved = halve(space, pairs, most, seed, resolution, progress)
    shared = set.intersection(*(set(half.groups) for pair in halved for half in pair))
    return Look(resolution, halved, {k: steadiness(halved, k) for k in sorted(shared)})


def _further(progress: Tick, before: int, done: int, total: int) -> None:
    progress(before + done, before + total)


def halve(
    space: Floats,
    pairs: int,
    most: int,
    seed: int,
    resolution: float = RESOLUTIONS[0],
    progress: Tick | None = None,
) -> list[tuple[Half, Half]]:
    """Cut the passages in two at random and cluster both parts, ``pairs`` times.

    Parameters
    ----------
    space
        Distinct unit vectors, shape (n, d), n at least 8.
    most
        The most topics to look for.
    resolution
        How small the units of a half are: of Louvain, above 1.
    """
    rng = np.random.default_rng(seed)
    n = len(space)
    size = min(n // 2, _LARGEST)
    probes = space if n <= _PROBES else space[np.sort(rng.choice(n, _PROBES, replace=False))]
    found = []
    for done in range(pairs):
        order = rng.permutation(n).astype(np.int32)
        parts = (np.sort(order[:size]), np.sort(order[size : 2 * size]))
        first, second = (
            _half(space, rows, probes, depths(most), resolution, int(rng.integers(2**31))) for rows in parts
        )
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


def _half(space: Floats, rows: Ints, probes: Floats, wanted: Sequence[int], resolution: float, seed: int) -> Half:
    from scipy.cluster.hierarchy import cut_tree

    own = np.ascontiguousarray(space[rows])
    units, tree = _tree(own, resolution, seed)
    possible = [k for k in wanted if k <= len(tree)]  # cut_tree gets one group for each unit wrong
    cuts = cut_tree(tree, n_clusters=possible).T
    groups = {k: cut[units].astype(np.int32) for k, cut in zip(possible, cuts, strict=True)}
    sums = centroids(own, units, len(tree) + 1) * np.bincount(units)[:, None]
    told = {k: _told(probes, sums, cut, k) for k, cut in zip(possible, cuts, strict=True)}
    return Half(rows, groups, told)


def _tree(own: Floats, resolution: float, seed: int) -> tuple[Ints, NDArray[np.float64]]:
    """Return the unit of each passage, and how the units join, by Ward's criterion."""
    from scipy.cluster.hierarchy import linkage

    smooth = smoothed(own)
    if len(own) <= _SINGLE:
        return np.arange(len(own), dtype=np.int32), linkage(smooth, "ward")
    prototypes, units = settled(smooth, small_communities(smooth, resolution, seed))
    return units, linkage(prototypes, "ward")


def _told(probes: Floats, sums: NDArray[np.float64], cut: Ints, k: int) -> Ints:
    """Return the topic whose centroid is nearest to each probe."""
    hearts = np.zeros((k, sums.shape[1]))
    np.add.at(hearts, cut, sums)
    return closest(probes, unit(hearts))
