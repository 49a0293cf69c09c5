"""Groups of any shape -> a clustering whose rule keeps them: every distinct passage is a prototype of its own topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from topics.cluster import LEVELS, Clustering, Guide, Joins
from topics.cluster.consensus import Run, survival
from topics.cluster.levels import by_size
from topics.cluster.matching import match_themes
from topics.cluster.neighbours import centroids
from topics.cluster.rule import Rule, one_each
from topics.cluster.tree import joins
from topics.protocols import Floats, Ints
from topics.values import LOOSE

SHOWN = "medium"


def as_clustering(
    vectors: Floats, space: Floats, cuts: Mapping[str, Ints], guides: Sequence[Guide], runs: Sequence[Run] = ()
) -> Clustering:
    """Turn the groups of distinct passages at each level into a clustering.

    The rule is the nearest distinct passage (Cover and Hart 1967): the groups of a density clustering are not convex,
    so that the nearest centroid would give passages away. Levels that say the same as the medium one go.

    Parameters
    ----------
    vectors
        Every passage, shape (n, d).
    space
        The distinct passages that were grouped, shape (p, d), in an order that does not depend on that of ``vectors``.
    cuts
        For each level, ``"medium"`` always among them, the group of each row of ``space``, shape (p,); -1 is loose.
        They nest.
    guides
        Named themes; a topic that matches one is named after it.
    runs
        Groupings of resamples of ``space``, from which stability is told; without any it is not a number.
    """
    nearest = one_each(space).labels(vectors)[0]
    # Of prototypes that the rule cannot tell apart only the first ever wins; the others would make empty topics.
    won, places = np.unique(nearest, return_inverse=True)
    which = places.astype(np.int32)
    kept = {level: cuts[level][won] for level in LEVELS if level in cuts}
    medium = kept[SHOWN]
    levels = tuple(level for level, cut in kept.items() if level == SHOWN or not _same(cut, medium))
    numbered = by_size(np.stack([kept[level] for level in levels]), which)
    rule = Rule(space[won], numbered)
    known = rule.labels(space)
    return Clustering(
        rule=rule,
        levels=levels,
        stability=tuple(_stability(runs, cut) for cut in known),
        shown=SHOWN,
        themes=tuple(match_themes(cut[which], guides) for cut in numbered),
        joins=_joins(numbered, rule.prototypes, numbered[-1][which], guides, known[-1], runs),
    )


def _joins(
    cuts: Ints, prototypes: Floats, labels: Ints, guides: Sequence[Guide], rows: Ints, runs: Sequence[Run]
) -> Joins | None:
    """Join the topics of the finest level by the cosines of their centroids."""
    k = int(cuts[-1].max()) + 1
    held = cuts[-1] >= 0
    hearts = centroids(prototypes[held], cuts[-1][held], k)
    first = np.array([int(np.argmax(cuts[-1] == topic)) for topic in range(k)])
    known = _held(runs, rows)
    return joins(
        cuts[:, first], 1.0 - hearts @ hearts.T, labels=labels, guides=guides, rows=rows, runs_at=lambda _: known
    )


def filled(space: Floats, labels: Ints) -> Ints:
    """Give every loose row the topic with the nearest centroid; without any topic, all rows are one.

    Parameters
    ----------
    space
        Unit vectors, shape (p, d).
    labels
        The topic of each, shape (p,), ids from 0; -1 is loose.
    """
    k = int(labels.max(initial=LOOSE)) + 1
    if k == 0:
        return np.zeros(len(labels), np.int32)
    held = labels >= 0
    hearts = centroids(space[held], labels[held], k)
    given = labels.copy()
    given[~held] = np.round(space[~held].astype(np.float64) @ hearts.T, 6).argmax(axis=1)
    return given


def refined(space: Floats, coarse: Ints, fine: Ints, smallest: int) -> Ints:
    """Split the groups of ``coarse`` along ``fine``, where that leaves parts of at least ``smallest`` rows.

    Within a group, smaller parts join the larger part with the nearest centroid.

    Parameters
    ----------
    space
        Unit vectors, shape (p, d).
    coarse, fine
        The group of each at two levels, shape (p,), 0 or more; they need not nest.

    Returns
    -------
    ndarray of int32, shape (p,)
        Ids from 0; every group lies in one group of ``coarse``.
    """
    parts = np.zeros(len(space), np.int32)
    for group in np.unique(coarse):
        inside = np.flatnonzero(coarse == group)
        ids, part, counts = np.unique(fine[inside], return_inverse=True, return_counts=True)
        large = np.flatnonzero(counts >= smallest)
        if len(large) < 2:
            continue
        rank = np.full(len(ids), LOOSE, np.int32)
        rank[large] = np.arange(len(large))
        parts[inside] = filled(space[inside], rank[part])
    _, numbers = np.unique(coarse.astype(np.int64) * (int(parts.max()) + 1) + parts, return_inverse=True)
    split: Ints = numbers.astype(np.int32)
    return split


def _stability(runs: Sequence[Run], labels: Ints) -> Floats:
    """Return how well each topic survives resampling, shape (k,), by those of its passages that are not loose."""
    k = int(labels.max()) + 1
    held = _held(runs, labels)
    return survival(held, labels) if held else np.full(k, np.nan, np.float32)


def _held(runs: Sequence[Run], labels: Ints) -> list[Run]:
    """Return the runs without the passages that are loose, and without those that have no other."""
    held = [Run(run.rows[labels[run.rows] >= 0], run.groups[labels[run.rows] >= 0]) for run in runs]
    return [run for run in held if len(run.rows)]


def _same(one: Ints, other: Ints) -> bool:
    """Tell whether two groupings are the same but for the numbers."""
    pairs = len(np.unique(np.stack([one, other]), axis=1).T)
    return pairs == len(np.unique(one)) == len(np.unique(other))
