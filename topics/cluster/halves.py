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

from topics.cluster.consensus import Run, alike
from topics.cluster.neighbours import settled, small_communities, smoothed
from topics.protocols import Floats, Ints, Tick

UNITS = (8.0, 16.0)
"""The resolutions of Louvain at which a half falls into units, before its passages are taken one by one."""

_FURTHER = 4  # times as many topics are looked for then
_SINGLE = 400  # passages up to which each is a unit of its own
_LARGEST = 3000  # passages in a half; what they have in common shows in far fewer
_PROBES = 2000  # passages on which two halves are compared
_AS_STEADY = 0.01  # a difference in steadiness that says nothing
_DECIMALS = 6  # cosines are rounded here, so that the order of a sum never decides
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
    """What pairs of halves show.

    Parameters
    ----------
    pairs
        The halves.
    trust
        Number of topics -> how far each pair of halves agrees on it, at most 1; only the numbers that every half was
        cut at.
    is_finer
        Whether smaller units than the usual ones were needed to see as many topics.
    """

    pairs: Sequence[tuple[Half, Half]]
    trust: Mapping[int, Sequence[float]]
    is_finer: bool = False

    @property
    def most(self) -> int:
        """The most topics that were looked for."""
        return max(self.trust, default=2)

    @property
    def fine(self) -> int:
        """The number of topics at which the finest third of those that were tried begins, on a log scale."""
        return math.ceil(math.pow(self.most, 2 / 3))

    @property
    def is_cut_short(self) -> bool:
        """Whether the halves were as steady at the finest cut as at any nearly as fine."""
        return self.finest == self.most

    @property
    def finest(self) -> int:
        """The largest number of topics on which the halves are as steady as on any nearly as large."""
        enough = self.steadiest(self.fine) - _AS_STEADY
        return max((k for k, trust in self.trust.items() if np.mean(trust) >= enough), default=2)

    def steadiest(self, least: int) -> float:
        """Return the highest mean trust in so many topics or more; -1 where so many were not tried."""
        return max((float(np.mean(trust)) for k, trust in self.trust.items() if k >= least), default=-1.0)


def depths(most: int) -> list[int]:
    """Return the numbers of topics to look at: 2 to ``most``, in steps that grow with them."""
    found = []
    k = 2
    while k < most:
        found.append(k)
        k = max(k + 1, round(k * _STEP))
    return [*found, most] if most >= 2 else []


def look(space: Floats, pairs: int, most: int, seed: int, progress: Tick | None = None) -> Look:
    """Look at halves in ever smaller units, as long as more topics than before turn out as steady.

    Units make large topics steadier, but no half can be cut finer than its units. Where it is as steady at the finest
    cut as at any that is nearly as fine, it is they that set the end, not the corpus: smaller units are tried, and then
    the passages one by one.

    Parameters
    ----------
    space
        Distinct unit vectors, shape (n, d), n at least 8.
    pairs
        How often the passages are cut in two.
    most
        The most topics to look for.
    progress
        Called as ``progress(done, total)``; the total grows where more topics are looked for.
    """
    found = _at(space, pairs, most, seed, UNITS[0], progress)
    for tried, resolution in enumerate((*UNITS[1:], None), start=1):
        if found.most >= most or not found.is_cut_short:
            break
        told = None if progress is None else partial(_further, progress, tried * pairs)
        finer = _at(space, pairs, min(most, _FURTHER * found.most), seed, resolution, told)
        if finer.steadiest(found.most + 1) < found.steadiest(found.fine) - _AS_STEADY:
            break
        found = finer
    return found


def _at(space: Floats, pairs: int, most: int, seed: int, resolution: float | None, progress: Tick | None) -> Look:
    halved = halve(space, pairs, most, seed, resolution, progress)
    shared = set.intersection(*(set(half.groups) for pair in halved for half in pair))
    trust = {k: steadiness(halved, k) for k in sorted(shared)}
    return Look(halved, trust, resolution != UNITS[0])


def _further(progress: Tick, before: int, done: int, total: int) -> None:
    progress(before + done, before + total)


def halve(
    space: Floats,
    pairs: int,
    most: int,
    seed: int,
    resolution: float | None = UNITS[0],
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
        How small the units of a large half are: of Louvain, above 1; ``None`` takes its passages one by one, as those
        of a small half are.
    """
    rng = np.random.default_rng(seed)
    n = len(space)
    size = min(n // 2, _LARGEST)
    probes = space if n <= _PROBES else space[np.sort(rng.choice(n, _PROBES, replace=False))]
    resolution = resolution if size > _SINGLE else None
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


def steadiness(pairs: Sequence[tuple[Half, Half]], k: int) -> tuple[float, ...]:
    """Return how far the two halves of each pair agree on ``k`` topics, at most 1.

    That is how alike the two make the same passages (Lange et al. 2004, "Stability-Based Validation of Clustering
    Solutions"). Pairs that have not as many are left out.
    """
    shared = [(one.told[k], other.told[k]) for one, other in pairs if k in one.told and k in other.told]
    return tuple(round(alike(*told), 6) for told in shared)


def _half(
    space: Floats, rows: Ints, probes: Floats, wanted: Sequence[int], resolution: float | None, seed: int
) -> Half:
    own = np.ascontiguousarray(space[rows])
    units, merges = _tree(own, resolution, seed)
    cuts = {k: _cut(merges, k) for k in wanted if k <= len(merges)}  # a topic for each unit would say nothing
    if not cuts:
        return Half(rows, {}, {})
    finest = cuts[max(cuts)]
    sums = np.zeros((max(cuts), own.shape[1]))
    np.add.at(sums, finest[units], own.astype(np.float64))
    likeness = probes.astype(np.float64) @ sums.T
    told = {k: _told(likeness, sums, cut[np.unique(finest, return_index=True)[1]]) for k, cut in cuts.items()}
    return Half(rows, {k: cut[units] for k, cut in cuts.items()}, told)


def _tree(own: Floats, resolution: float | None, seed: int) -> tuple[Ints, Ints]:
    """Return the unit of each passage, and which units join, step by step, by Ward's criterion."""
    from scipy.cluster.hierarchy import linkage

    smooth = smoothed(own)
    if resolution is None:
        units, tree = np.arange(len(own), dtype=np.int32), linkage(_distances(smooth), "ward")
    else:
        prototypes, units = settled(smooth, small_communities(smooth, resolution, seed))
        tree = linkage(prototypes, "ward")
    return units, tree[:, :2].astype(np.int32)


def _distances(vectors: Floats) -> NDArray[np.float64]:
    """Return the Euclidean distances between unit vectors, condensed as scipy takes them."""
    from scipy.spatial.distance import squareform

    wide = vectors.astype(np.float64)
    square = np.sqrt(np.maximum(2.0 - 2.0 * np.round(wide @ wide.T, _DECIMALS), 0.0))
    condensed: NDArray[np.float64] = squareform(square, checks=False)
    return condensed


def _cut(merges: Ints, k: int) -> Ints:
    """Return the group of each leaf once ``k`` groups are left, shape (u,), ids from 0."""
    u = len(merges) + 1
    left = 2 * u - k  # nodes that have come about by then
    above = np.arange(left)
    above[merges[: u - k]] = np.arange(u, left)[:, None]
    while not np.array_equal(higher := above[above], above):
        above = higher
    return np.unique(above[:u], return_inverse=True)[1].astype(np.int32)


def _told(likeness: NDArray[np.float64], sums: NDArray[np.float64], belongs: Ints) -> Ints:
    """Return the topic whose centroid is nearest to each probe.

    Parameters
    ----------
    likeness
        The dot product of each probe with the sum of each group's vectors, shape (p, groups).
    sums
        Those sums, shape (groups, d).
    belongs
        The topic that each group is a part of, shape (groups,).
    """
    order = np.argsort(belongs, kind="stable")
    starts = np.unique(belongs[order], return_index=True)[1]
    lengths = np.linalg.norm(np.add.reduceat(sums[order], starts, axis=0), axis=1)
    cosines = np.add.reduceat(likeness[:, order], starts, axis=1) / np.maximum(lengths, 1e-12)
    told: Ints = np.round(cosines, _DECIMALS).argmax(axis=1).astype(np.int32)
    return told
