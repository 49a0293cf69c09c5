"""Of many groupings of the same passages, which one to believe, and what is coarser and finer than it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topics.cluster.exemplars import SHOWN, filled, refined
from topics.cluster.modularity import Modularity
from topics.cluster.neighbours import centroids, neighbour_graph
from topics.protocols import Floats, Ints
from topics.values import LOOSE

_MEDIUM = 1.0  # resolution of the level that is shown
_COARSER, _FINER = (0.3, 0.15, 0.05), (3.0, 6.0, 12.0)  # resolutions of the others; the first that makes a difference
_STEP = 1.5  # as many topics, at least, as the coarser level has
_APART = 4  # topics from which a coarser level is worth having where they have nothing to do with each other
_FEWEST = 6  # passages below which there is one level


@dataclass(frozen=True, eq=False, slots=True)
class Grouping:
    """One way to group the distinct passages.

    Parameters
    ----------
    labels
        The group of each, shape (p,), ids from 0; -1 where left out. At least one group.
    smallest
        The fewest passages that make a group.
    positions
        Where they lie on the map on which the groups were found, shape (p, dimensions); ``None`` without a map.
    """

    labels: Ints
    smallest: int = 1
    positions: Floats | None = None


def judge_of(space: Floats) -> Modularity:
    """Return what judges groupings of these distinct passages, shape (p, d): their neighbour graph, k = sqrt(p)."""
    from scipy import sparse

    p = len(space)
    if p < 2:
        return Modularity(sparse.csr_matrix((p, p)))
    return Modularity(neighbour_graph(space, min(p - 1, max(3, round(float(np.sqrt(p)))))))


def chosen(space: Floats, groupings: Sequence[Grouping], judge: Modularity) -> Grouping:
    """Return the grouping that fits best once the passages left out are given to the nearest group."""
    scores = [judge.score(filled(space, grouping.labels), _MEDIUM) for grouping in groupings]
    return groupings[int(np.argmax(scores))]


def levels(
    space: Floats, found: Ints, groupings: Sequence[Grouping], judge: Modularity, *, keep: bool
) -> dict[str, Ints]:
    """Make the topics that were found the medium level, and find coarser and finer ones around them.

    Coarse topics are medium ones, merged while a lower resolution of the modularity favours it, or by their centroids
    where no neighbours lie across them; fine ones are medium ones, split along the grouping that a higher resolution
    favours.

    Parameters
    ----------
    space
        The distinct passages, shape (p, d).
    found
        The topic of each, shape (p,), ids from 0; -1 where left out.
    groupings
        What fine topics may be split along; without any there is no fine level.
    judge
        From :func:`judge_of`.
    keep
        Whether passages that were left out stay loose; otherwise each gets the nearest topic.

    Returns
    -------
    dict of str to ndarray of int32
        Level -> the topic of each passage, shape (p,); levels nest, and one that says nothing new is left out.
    """
    medium = filled(space, found)
    cuts = {SHOWN: medium}
    k = _topics(medium)
    if len(space) >= _FEWEST:
        coarser = [judge.merged(medium, resolution) for resolution in _COARSER]
        coarse = next((cut for cut in coarser if _topics(cut) * _STEP <= k), coarser[-1])
        if _topics(coarse) == k >= _APART:  # nothing in the graph joins them
            coarse = _by_hearts(space, medium)
        if 2 <= _topics(coarse) < k:
            cuts["coarse"] = coarse
    if len(space) >= _FEWEST and groupings:
        splits = [refined(space, medium, filled(space, way.labels), way.smallest) for way in groupings]
        scored = [[judge.score(split, resolution) for split in splits] for resolution in _FINER]
        finer = [splits[int(np.argmax(scores))] for scores in scored]
        fine = next((cut for cut in finer if _topics(cut) >= _STEP * k), finer[-1])
        if _topics(fine) > k:
            cuts["fine"] = fine
    return {level: np.where(found < 0, np.int32(LOOSE), cut) for level, cut in cuts.items()} if keep else cuts


def _by_hearts(space: Floats, labels: Ints) -> Ints:
    """Merge topics by average linkage of their centroids, at the widest gap that leaves 2 to k / 1.5 of them."""
    from scipy.cluster.hierarchy import cut_tree, linkage
    from scipy.spatial.distance import squareform

    k = _topics(labels)
    hearts = centroids(space, labels, k)
    tree = linkage(squareform(np.round(1.0 - hearts @ hearts.T, 6), checks=False), "average")
    gaps = np.diff(tree[:, 2])[::-1]  # of these, number i lies between i + 2 groups and i + 1
    groups = 2 + int(np.argmax(gaps[: int(k / _STEP) - 1]))
    merged: Ints = cut_tree(tree, n_clusters=groups)[:, 0][labels].astype(np.int32)
    return merged


def _topics(labels: Ints) -> int:
    return int(labels.max()) + 1
