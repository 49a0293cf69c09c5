"""Units -> topics at nested levels of detail, cut where the corpus holds its topics steady."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Ints

_BLUR = 0.75  # what it costs that two passages share a topic: a few huge topics are steady, and say little
_NEARLY = 0.5  # standard errors within which the medium level prefers fewer topics
_APART = 0.1  # by which the coarse and the fine level must differ for one of them to be shown first


def nested_cuts(
    distance: NDArray[np.float64],
    sizes: NDArray[np.int64],
    themes: Ints,
    trust: Mapping[int, Sequence[float]],
    *,
    smallest: int,
) -> tuple[Ints, int]:
    """Cut a dendrogram of units at three depths: coarse, medium and fine.

    The units are joined by average linkage. The possible numbers of topics are divided, on a log scale, into three
    bands, and each level takes the number in its band that scores best, and has more than the level before, where that
    can be; the medium level takes the fewest of those that score within half a standard error of the best. A number
    scores by how far two halves of the corpus agree on it, less three quarters of the chance that two passages share a
    topic.

    Parameters
    ----------
    distance
        Distances between units, shape (u, u), symmetric, 0 on the diagonal.
    sizes
        How many passages each unit holds, shape (u,).
    themes
        The named theme that each unit stands for, or -1, shape (u,); from the medium level on, no topic holds two.
    trust
        For the numbers of topics that were tried, how steady they are in each pair of halves; where empty, the groups'
        silhouettes tell.
    smallest
        The fewest passages that make a topic; smaller groups join the nearest one.

    Returns
    -------
    tuple
        The topic of each unit at each level, coarsest first, shape (3, u), nested; and the level to show first: the one
        that scores best, but the medium one where the coarse and the fine one score nearly alike, so that a small
        change of the corpus never leads from the one to the other. For the same reason the medium level counts here
        for as much as the fewest topics that score alike within chance, and not for its best score.
    """
    u = len(distance)
    if u == 1 or sizes.sum() < 2 * smallest:
        return np.zeros((3, u), np.int32), 1
    groups_at = _dendrogram(distance)
    least = next(k for k in range(1, u + 1) if not _mixes(groups_at[k], themes))
    most = max(2, least, min(max(trust, default=u), most_topics(u, int(sizes.sum()), smallest)))
    trust = trust or {k: (_clarity(distance, groups_at[k]),) for k in range(2, most + 1)}
    cuts, worth = [np.zeros(u, np.int32)], []
    for level, (low, high) in enumerate(_bands(most, least)):
        tried = [k for k in trust if low <= k <= high and k in groups_at] or [low]
        found = [_absorb(groups_at[k], cuts[-1], distance, sizes, smallest) for k in tried]
        scores = [_score(trust.get(k, ()), cut, sizes) for k, cut in zip(tried, found, strict=True)]
        finer = [row for row, cut in enumerate(found) if cut.max() > cuts[-1].max()] or range(len(found))
        best = max(finer, key=lambda row: (scores[row], -row))
        short = {row: scores[best] - scores[row] for row in finer}
        chance = {row: _chance(trust, tried[best], tried[row]) for row in finer}
        alike, nearly = (next(row for row in finer if short[row] <= part * chance[row]) for part in (1.0, _NEARLY))
        cuts.append(found[nearly if level == 1 else best])
        worth.append(scores[alike if level == 1 else best])
    return np.stack(cuts[1:]), _shown(worth)


def most_topics(units: int, passages: int, smallest: int) -> int:
    """Return the most topics that are looked for: on average they hold twice as many passages as the smallest may."""
    return max(2, min(units, passages // (2 * smallest)))


def _score(steadiness: Sequence[float], cut: Ints, sizes: NDArray[np.int64]) -> float:
    if not len(steadiness):
        return -1.0
    shares = np.bincount(cut, weights=sizes) / sizes.sum()
    return float(np.round(np.mean(steadiness) - _BLUR * (shares**2).sum(), 6))


def _chance(trust: Mapping[int, Sequence[float]], k: int, other: int) -> float:
    """Return the standard error of the difference in steadiness between two numbers of topics.

    More pairs of halves are no more corpus: for a test part as large as the one learnt from, the variance of the mean
    over J resamples is not 1/J but 1/J + 1 times theirs (Nadeau and Bengio 2003, "Inference for the Generalization
    Error").
    """
    gaps = np.subtract(trust.get(k, ()), trust.get(other, ())) if k in trust and other in trust else np.zeros(0)
    return float(np.round(gaps.std(ddof=1) * np.sqrt(1 / len(gaps) + 1), 6)) if len(gaps) > 1 else 0.0


def _shown(worth: Sequence[float]) -> int:
    coarse, _, fine = worth
    best = max(range(3), key=lambda row: worth[row])
    return best if abs(coarse - fine) > _APART else 1


def by_size(cuts: Ints, unit_of: Ints) -> Ints:
    """Renumber the topics of every level, so that topic 0 holds the most passages; ties keep the earlier unit first.

    Parameters
    ----------
    cuts
        The topic of each unit at each level, shape (levels, u); -1 stays -1.
    unit_of
        The unit of each passage, shape (n,).
    """
    renumbered = np.full_like(cuts, -1)
    for row, cut in enumerate(cuts):
        ids = np.unique(cut[cut >= 0])
        counts = np.bincount(cut[unit_of] + 1, minlength=int(cut.max(initial=-1)) + 2)[ids + 1]
        first = np.array([int(np.flatnonzero(cut == topic)[0]) for topic in ids])
        for new, old in enumerate(ids[np.lexsort((first, -counts))]):
            renumbered[row][cut == old] = new
    return renumbered


def _bands(most: int, least: int) -> list[tuple[int, int]]:
    """Return the range of k of each level: three even steps on a log scale from 2 to ``most``."""
    edges = np.exp(np.linspace(np.log(2), np.log(most + 1), 4))
    starts = [int(np.ceil(edge - 1e-9)) for edge in edges]
    bands = []
    for low, high in pairwise(starts):
        bands.append((min(max(low, 2), most), min(max(low, high - 1, 2), most)))
    if least > 2:  # named themes that have to stay apart at the medium level
        low = min(least, most)
        bands[0] = (2, max(2, min(bands[0][1], low - 1)))
        bands[1] = (low, max(low, min(2 * low, most)))
        bands[2] = (min(max(bands[2][0], low), most), most)
    return bands


def _mixes(groups: Ints, themes: Ints) -> bool:
    """Tell whether a group holds units of two named themes."""
    named = themes >= 0
    return len(np.unique(groups[named])) < len(np.unique(themes[named])) or any(
        len(np.unique(themes[named & (groups == group)])) > 1 for group in np.unique(groups[named])
    )


def _dendrogram(distance: NDArray[np.float64]) -> dict[int, Ints]:
    """Return the groups at every number of groups from 1 to u, by average linkage."""
    from scipy.cluster.hierarchy import cut_tree, linkage
    from scipy.spatial.distance import squareform

    cuts = cut_tree(linkage(squareform(distance, checks=False), "average"))
    return {int(column.max()) + 1: column.astype(np.int32) for column in cuts.T}


def _clarity(distance: NDArray[np.float64], groups: Ints) -> float:
    """Return the mean silhouette of units (Rousseeuw 1987), -1 to 1; groups of one count 0."""
    k = int(groups.max()) + 1
    if k < 2 or k >= len(groups):
        return 0.0
    member = np.zeros((len(groups), k))
    member[np.arange(len(groups)), groups] = 1.0
    sizes = member.sum(axis=0)
    sums = distance @ member
    own = sums[np.arange(len(groups)), groups] / np.maximum(sizes[groups] - 1, 1)
    others = sums / sizes
    others[np.arange(len(groups)), groups] = np.inf
    nearest = others.min(axis=1)
    silhouette = np.where(sizes[groups] > 1, (nearest - own) / np.maximum(np.maximum(nearest, own), 1e-12), 0.0)
    return float(np.round(silhouette.mean(), 6))


def _absorb(
    groups: Ints, parents: Ints, distance: NDArray[np.float64], sizes: NDArray[np.int64], smallest: int
) -> Ints:
    """Give the units of groups that are too small to the nearest group with the same parent."""
    groups = _refine(groups, parents)
    while True:
        counts = np.bincount(groups, weights=sizes)
        for group in np.lexsort((np.arange(len(counts)), counts)):
            if counts[group] >= smallest or counts[group] == 0:
                continue
            inside = groups == group
            parent = parents[inside][0]
            rivals = [g for g in np.unique(groups[parents == parent]) if g != group]
            if rivals:
                nearest = min(rivals, key=lambda g: (float(distance[np.ix_(inside, groups == g)].mean()), int(g)))
                groups = np.where(inside, nearest, groups).astype(np.int32)
                break
        else:
            return _compact(groups)


def _refine(groups: Ints, parents: Ints) -> Ints:
    """Split groups so that none lies in two parents."""
    return _compact(groups.astype(np.int64) * (int(parents.max()) + 1) + parents)


def _compact(groups: NDArray[np.int64] | Ints) -> Ints:
    _, compact = np.unique(groups, return_inverse=True)
    return compact.astype(np.int32)
