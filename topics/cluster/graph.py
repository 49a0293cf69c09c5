"""The default engine: topics that two halves of the corpus agree on.

0. Of more than 50,000 distinct passages a sample is drawn, with what it misses (:mod:`topics.cluster.sample`).
1. The corpus is cut in two at random, many times, and each half is clustered at every depth. How far the two halves
   agree says how many topics to believe.
2. Passages are moved towards their neighbours, and fall into units: many small communities of the neighbour graph, as
   small as made the halves agree. How often two units stay together in the halves is their agreement.
3. A dendrogram over the agreement is cut at three depths, so the levels nest.
4. The units' centroids are the prototypes of the assignment rule: a topic is a union of units, of any shape.

Named themes enter in steps 2 and 3: passages that stand out for different themes share no unit, and units of different
themes are kept apart as long as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from topics.cluster import LEVELS, Clustering, Guide, sample
from topics.cluster.consensus import Run, agreement, survival
from topics.cluster.halves import UNITS, Half, Look, look
from topics.cluster.levels import by_size, nested_cuts
from topics.cluster.matching import match_themes
from topics.cluster.neighbours import centroids, communities, distinct, neighbour_graph, settled, smoothed
from topics.cluster.rule import Rule, one_each
from topics.cluster.tree import joins
from topics.protocols import Floats, Ints, Tick
from topics.settings import Settings

_MOST_TOPICS = 1000  # that are looked for, at any size
_STEPS = 3  # of clustering after the halves
_FEW = 8  # passages below which halves say nothing
_MANY = 1000  # passages from which fewer pairs of halves are enough
_FINER = 12  # resolutions that are tried for units, each half as high again
_PARTS = 1.5  # units for each topic, at least, where there are so many topics that the usual units are too few
_THEME_TOGETHER, _THEME_APART = 0.1, 2.0  # how named themes shrink and stretch the distances between units


def fit(vectors: Floats, settings: Settings, guides: Sequence[Guide], progress: Tick | None) -> Clustering:
    """Group passages by consensus communities; see :func:`topics.cluster.cluster`."""
    rows, which = distinct(vectors)
    smallest = _smallest(len(vectors))
    seen, rule, units, claims = _sampled(
        vectors[rows], _claims(guides, which, len(rows)), len(vectors) // (2 * smallest), settings.seed, progress
    )
    halves = [half for pair in seen.pairs for half in pair]
    runs = [Run(half.rows, groups) for half in halves for groups in half.groups.values()]
    unit_of = rule.labels(vectors)[0]
    sizes = np.bincount(unit_of, minlength=len(rule.prototypes))
    led = _led(_majority(units, claims, len(sizes), len(guides)), sizes, smallest)
    distance = _apart(1.0 - (agreement(runs, units, len(sizes)) if runs else _closeness(rule.prototypes)), led)
    cuts, best = nested_cuts(distance, sizes, led, seen.trust, smallest=smallest)
    cuts = by_size(cuts, unit_of)
    labels = cuts[:, unit_of]
    return Clustering(
        rule=Rule(rule.prototypes, cuts),
        levels=LEVELS,
        stability=tuple(_stability(halves, cut[units], int(cut.max()) + 1) for cut in cuts),
        shown=LEVELS[1 if (led >= 0).any() else best],
        themes=tuple(match_themes(label, guides) for label in labels),
        joins=joins(
            cuts,
            distance,
            labels=labels[-1],
            guides=guides,
            rows=cuts[-1][units],
            runs_at=lambda k: [half.near(k) for half in halves],
        ),
    )


def _sampled(whole: Floats, claims: Ints, most: int, seed: int, progress: Tick | None) -> tuple[Look, Rule, Ints, Ints]:
    """Look at distinct passages, or a sample of them, and find their units.

    Where the others hold what the sample misses, it is drawn in, and all is done once more.

    Returns
    -------
    tuple
        What halves show, the rule by which each unit is a topic, and the unit and the claim of each passage drawn.
    """
    rows = sample.drawn(len(whole), seed)
    drawn = len(rows)
    while True:
        space = whole[rows]
        steps = _Steps(progress)
        seen = _look(space, most, seed, steps.of_halves)
        rule = _by_units(space, _units(space, claims[rows], seen.finest if seen.is_finer else 0, seed, steps.add))
        units = rule.labels(space)[0]
        steps.end()
        missed = (
            sample.missed(whole, rows, rule.prototypes, units, seed) if len(rows) == drawn < len(whole) else rows[:0]
        )
        if not len(missed):
            return seen, rule, units, claims[rows]
        rows = np.union1d(rows, missed)


class _Steps:
    """Tells the steps of clustering: a pair of halves is one, and so is each of what follows."""

    def __init__(self, progress: Tick | None) -> None:
        self._progress, self._pairs, self._done = progress, 0, 0

    def of_halves(self, done: int, total: int) -> None:
        self._pairs = total
        self._tell(done)

    def add(self) -> None:
        self._done += 1
        self._tell(self._pairs)

    def end(self) -> None:
        self._done = _STEPS
        self._tell(self._pairs)

    def _tell(self, pairs: int) -> None:
        if self._progress is not None:
            total = self._pairs + _STEPS
            self._progress(min(pairs + self._done, total), total)


def _claims(guides: Sequence[Guide], which: Ints, n: int) -> Ints:
    """Return which guide each distinct passage stands out for, or -1, shape (n,)."""
    claims = np.full(n, -1, np.int32)
    for number, guide in enumerate(guides):
        claims[which[guide.members]] = number
    return claims


def _units(space: Floats, claims: Ints, topics: int, seed: int, step: Callable[[], None]) -> Ints:
    """Group distinct passages into small communities, none of which mixes passages of two themes, shape (n,).

    They are as small as it takes to tell so many ``topics``.
    """
    if len(space) < _FEW:
        return np.arange(len(space), dtype=np.int32)
    smooth = smoothed(space)
    step()
    graph = neighbour_graph(smooth)
    step()
    for finer in range(_FINER):
        found = communities(graph, UNITS[0] * 2 ** (finer / 2), seed)
        if found.max() >= _PARTS * topics:
            break
    pairs = found.astype(np.int64) * (int(claims.max()) + 2) + (claims + 1)
    apart = np.unique(pairs, return_inverse=True)[1].astype(np.int32)
    return settled(smooth, apart)[1]


def _by_units(space: Floats, units: Ints) -> Rule:
    """Return the rule that gives each vector the unit with the nearest centroid; no unit is without a passage."""
    hearts = centroids(space, units, int(units.max()) + 1).astype(np.float32)
    won = np.unique(one_each(hearts).labels(space)[0])
    return one_each(hearts[won])


def _look(space: Floats, most: int, seed: int, progress: Tick | None) -> Look:
    if len(space) < _FEW:
        return Look((), {})
    pairs = 30 if len(space) < _MANY else 10
    return look(space, pairs, max(2, min(most, _MOST_TOPICS)), seed, progress)


def _closeness(prototypes: Floats) -> NDArray[np.float64]:
    """Return cosines between units as agreements from 0 to 1, for corpora too small to resample."""
    cosine = np.clip(prototypes.astype(np.float64) @ prototypes.T.astype(np.float64), 0.0, 1.0)
    np.fill_diagonal(cosine, 1.0)
    return np.round(cosine, 6)


def _majority(units: Ints, claims: Ints, k: int, guides: int) -> Ints:
    """Return the theme that most passages of each unit stand out for, or -1, shape (u,)."""
    votes = np.zeros((k, guides + 1))
    np.add.at(votes, (units, claims + 1), 1.0)
    majority: Ints = (votes.argmax(axis=1) - 1).astype(np.int32)
    return majority


def _apart(distance: NDArray[np.float64], claims: Ints) -> NDArray[np.float64]:
    """Draw units of one theme together and hold units of different themes apart."""
    distance = np.maximum((distance + distance.T) / 2, 0.0)
    both = (claims[:, None] >= 0) & (claims[None, :] >= 0)
    same = claims[:, None] == claims[None, :]
    distance = np.where(both & same, distance * _THEME_TOGETHER, distance)
    distance = np.where(both & ~same, distance + _THEME_APART, distance)
    np.fill_diagonal(distance, 0.0)
    return distance


def _led(unit_claims: Ints, sizes: NDArray[np.int64], smallest: int) -> Ints:
    """Return the themes of units, without the themes that have too few passages to be topics, shape (u,)."""
    led = unit_claims.copy()
    for theme in np.unique(unit_claims[unit_claims >= 0]):
        if sizes[unit_claims == theme].sum() < smallest:
            led[unit_claims == theme] = -1
    return led


def _smallest(n: int) -> int:
    """Return the fewest passages that make a topic of ``n``."""
    return 1 if n < 6 else 2 if n < 30 else 3


def _stability(halves: Sequence[Half], labels: Ints, k: int) -> Floats:
    if not halves:
        return np.full(k, np.nan, np.float32)
    found = survival([half.near(k) for half in halves], labels)
    return np.concatenate([found, np.full(k - len(found), np.nan, np.float32)])
