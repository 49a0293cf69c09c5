"""The density engine: UMAP and HDBSCAN on the centred vectors, with nothing to set.

1. Distinct passages are laid out in five dimensions by UMAP.
2. HDBSCAN groups them at several sizes, by excess of mass and by leaves.
3. The grouping that fits the neighbour graph best (modularity) is the medium level; its topics are merged into coarse
   ones, and split along the other groupings into fine ones.
4. Passages that HDBSCAN leaves out get the nearest topic, or stay loose, as the settings say.

UMAP says little about a few dozen passages, so below that the cuts of their dendrogram take the place of 1 and 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.cluster import Clustering, Guide
from topics.cluster.choice import Grouping, chosen, judge_of, levels
from topics.cluster.consensus import Run
from topics.cluster.exemplars import as_clustering, filled
from topics.cluster.neighbours import distinct
from topics.manifold import unfold
from topics.protocols import Floats, Ints, Tick
from topics.settings import Settings
from topics.values import LOOSE

FEW = 40  # distinct passages below which a dendrogram is better than UMAP and HDBSCAN
_FEWEST, _SOME = 6, 30  # distinct passages below which a graph says nothing either; and two are enough for a topic
_RELATED = 0.1  # cosine above which two of very few passages are about the same
_MOST = 20_000  # distinct passages that are grouped; the rest are assigned by the rule
_DIMENSIONS = 5
_MAPS, _QUICK = 3, 500  # maps to try, and up to how many passages: UMAP leaves more to chance where they are few
_RESAMPLES, _SHARE, _FEW_TO_RESAMPLE = 5, 0.8, 8


@dataclass(frozen=True, eq=False, slots=True)
class Distinct:
    """The distinct passages that are grouped, in an order that does not depend on the order they came in.

    Parameters
    ----------
    space
        Their vectors, shape (p, d).
    counts
        How often each occurs, shape (p,).
    which
        Which of them each passage is, shape (n,); -1 where a large corpus was sampled and it was not drawn.
    """

    space: Floats
    counts: NDArray[np.int64]
    which: Ints


def fit(vectors: Floats, settings: Settings, guides: Sequence[Guide], progress: Tick | None) -> Clustering:
    """Group passages by UMAP and HDBSCAN; see :func:`topics.cluster.cluster`."""
    passages = distinct_passages(vectors, settings.seed)
    groupings = find(passages, settings.seed)
    judge = judge_of(passages.space)
    best = chosen(passages.space, groupings, judge)
    cuts = levels(passages.space, best.labels, groupings, judge, keep=settings.outliers == "keep")
    return as_clustering(vectors, passages.space, cuts, guides, resample(passages, settings.seed, progress))


def distinct_passages(vectors: Floats, seed: int) -> Distinct:
    """Return the distinct vectors; of too many, a sample."""
    rows, which = distinct(vectors)
    counts = np.bincount(which)
    if len(rows) > _MOST:
        drawn = np.sort(np.random.default_rng(seed).choice(len(rows), _MOST, replace=False))
        place = np.full(len(rows), LOOSE, np.int32)
        place[drawn] = np.arange(_MOST)
        rows, counts, which = rows[drawn], counts[drawn], place[which]
    return Distinct(np.ascontiguousarray(vectors[rows]), counts, which)


def find(passages: Distinct, seed: int, *, maps: int = _MAPS) -> tuple[Grouping, ...]:
    """Group distinct passages in many ways."""
    p = len(passages.space)
    if p < FEW:
        return _by_dendrogram(passages.space)
    neighbours = min(p, 60, max(15, round(float(np.sqrt(p)))))
    found: list[Grouping] = []
    for shift in range(maps if p <= _QUICK else 1):
        positions = unfold(passages.space, _DIMENSIONS, neighbours=neighbours, seed=seed + shift, min_dist=0.0)
        found += _by_density(positions, passages.counts)
    return tuple(found) or (Grouping(np.zeros(p, np.int32)),)


def resample(passages: Distinct, seed: int, progress: Tick | None = None) -> tuple[Run, ...]:
    """Group parts of the passages in the same many ways, to see which topics survive."""
    p = len(passages.space)
    if p < _FEW_TO_RESAMPLE:
        return ()
    random = np.random.default_rng(seed)
    runs: list[Run] = []
    for done in range(_RESAMPLES):
        rows = np.sort(random.choice(p, min(round(_SHARE * p), _QUICK), replace=False)).astype(np.int32)
        space = np.ascontiguousarray(passages.space[rows])
        part = Distinct(space, passages.counts[rows], np.arange(len(rows), dtype=np.int32))
        runs += [Run(rows, filled(space, way.labels)) for way in find(part, seed + done, maps=1)]
        if progress is not None:
            progress(done + 1, _RESAMPLES)
    return tuple(runs)


def _by_density(positions: Floats, counts: NDArray[np.int64]) -> list[Grouping]:
    """Group positions by HDBSCAN (Campello et al. 2013) at several sizes, by excess of mass and by leaves."""
    from hdbscan import HDBSCAN

    found = []
    for samples in (2, 5):
        for smallest in _sizes(len(positions)):
            for method in ("eom", "leaf"):
                model = HDBSCAN(
                    min_cluster_size=smallest,
                    min_samples=samples,
                    cluster_selection_method=method,
                    approx_min_span_tree=False,
                    core_dist_n_jobs=1,
                )
                labels = _with_repeated(np.asarray(model.fit(positions).labels_, np.int32), counts, smallest)
                if labels.max() >= 0:
                    found.append(Grouping(labels, smallest, positions))
    return found


def _sizes(p: int) -> list[int]:
    """Return the fewest passages that make a topic, from fine to coarse: around the square root, and shares of all."""
    root = float(np.sqrt(p))
    return sorted({max(3, round(size)) for size in (root / 4, root / 2, 0.7 * root, root, p / 50, p / 25)})


def _with_repeated(labels: Ints, counts: NDArray[np.int64], smallest: int) -> Ints:
    """Make a topic of each passage that was left out, but occurs often enough to be dense by itself."""
    alone = np.flatnonzero((labels < 0) & (counts >= smallest))
    added = labels.copy()
    added[alone] = int(labels.max(initial=LOOSE)) + 1 + np.arange(len(alone))
    return added


def _by_dendrogram(space: Floats) -> tuple[Grouping, ...]:
    """Cut the average-linkage dendrogram of a few passages at every number of groups that is not absurd."""
    p = len(space)
    if p < 2:
        return (Grouping(np.zeros(p, np.int32)),)
    from scipy.cluster.hierarchy import cut_tree, fcluster, linkage
    from scipy.spatial.distance import squareform

    cosines = np.clip(np.round(space.astype(np.float64) @ space.T.astype(np.float64), 6), -1.0, 1.0)
    np.fill_diagonal(cosines, 1.0)
    tree = linkage(squareform(1.0 - (cosines + cosines.T) / 2, checks=False), "average")
    if p < _FEWEST:
        groups = fcluster(tree, 1.0 - _RELATED, "distance")
        return (Grouping(np.unique(groups, return_inverse=True)[1].astype(np.int32)),)
    smallest = 2 if p < _SOME else 3
    cuts = [_without_small(cut, smallest) for cut in cut_tree(tree, n_clusters=range(1, p // 2 + 1)).T]
    return tuple(Grouping(cut, smallest) for cut in cuts if cut.max() >= 0)


def _without_small(labels: NDArray[np.int64], smallest: int) -> Ints:
    """Leave out the groups of fewer than ``smallest``; the others get ids from 0."""
    large = np.bincount(labels) >= smallest
    return np.where(large[labels], np.cumsum(large)[labels] - 1, LOOSE).astype(np.int32)
