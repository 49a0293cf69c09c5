"""The default engine: communities of a neighbour graph, made steady by consensus over resamples.

1. Passages fall into units: many small communities of the neighbour graph.
2. Resamples of the passages are clustered at many resolutions; how often two units stay together is their agreement.
3. A dendrogram over that agreement is cut at three depths, so the levels nest.
4. The units' centroids are the prototypes of the assignment rule: a topic is a union of units, of any shape.

Named themes enter in step 1 and 3: passages that stand out for different themes share no unit, and units of different
themes are kept apart as long as possible.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics.cluster import LEVELS, Clustering, Guide
from topics.cluster.consensus import Run, agreement, resample, survival
from topics.cluster.levels import by_size, clearest, nested_cuts
from topics.cluster.matching import match_themes
from topics.cluster.neighbours import centroids, communities, distinct, neighbour_graph
from topics.cluster.rule import Rule
from topics.protocols import Floats, Ints, Tick
from topics.settings import Settings

_NEIGHBOURS = 15  # of a passage, in the graph whose communities are the units
_UNIT_RESOLUTION = 8.0  # high: units are small and pure
_MOST_GROUPED = 50_000  # distinct passages that make the units; the rest are assigned by the rule
_FEW = 8  # passages below which resampling says nothing
_ROUNDS = 3  # of moving passages to the nearest unit
_THEME_TOGETHER, _THEME_APART = 0.1, 2.0  # how named themes shrink and stretch the distances between units


def fit(
    vectors: Floats, texts: Sequence[str], settings: Settings, guides: Sequence[Guide], progress: Tick | None
) -> Clustering:
    """Group passages by consensus communities; see :func:`topics.cluster.cluster`."""
    rows, which = distinct(vectors)
    space = vectors[rows]
    claims = _claims(guides, which, len(rows))
    drawn = _drawn(len(rows), settings.seed)
    space, claims = space[drawn], claims[drawn]

    units = _units(space, claims, settings.seed)
    prototypes, units = _settle(space, units)
    runs = _resamples(space, settings.seed, progress)
    distance = 1.0 - (agreement(runs, units) if runs else _closeness(prototypes))

    rule = Rule(prototypes, np.zeros((1, len(prototypes)), np.int32))
    unit_of = _unit_of(rule, vectors)
    sizes = np.bincount(unit_of, minlength=len(prototypes))
    smallest = _smallest(len(vectors))
    led = _led(_majority(units, claims, len(guides)), sizes, smallest)
    distance = _apart(distance, led)
    cuts = by_size(nested_cuts(distance, sizes, led, smallest=smallest), unit_of)
    shown = 1 if (led >= 0).any() else clearest(distance, cuts[:2])
    labels = cuts[:, unit_of]
    return Clustering(
        rule=Rule(prototypes, cuts),
        levels=LEVELS,
        stability=tuple(_stability(runs, cut[units], int(cut.max()) + 1) for cut in cuts),
        shown=LEVELS[shown],
        themes=tuple(match_themes(label, guides) for label in labels),
    )


def _drawn(n: int, seed: int) -> NDArray[np.int64]:
    if n <= _MOST_GROUPED:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, _MOST_GROUPED, replace=False))


def _claims(guides: Sequence[Guide], which: Ints, n: int) -> Ints:
    """Return which guide each distinct passage stands out for, or -1, shape (n,)."""
    claims = np.full(n, -1, np.int32)
    for number, guide in enumerate(guides):
        claims[which[guide.members]] = number
    return claims


def _units(space: Floats, claims: Ints, seed: int) -> Ints:
    """Group distinct passages into small communities, none of which mixes passages of two themes, shape (n,)."""
    if len(space) < _FEW:
        return np.arange(len(space), dtype=np.int32)
    found = communities(neighbour_graph(space, _NEIGHBOURS), _UNIT_RESOLUTION, seed)
    pairs = found.astype(np.int64) * (int(claims.max()) + 2) + (claims + 1)
    units: Ints = np.unique(pairs, return_inverse=True)[1].astype(np.int32)
    return units


def _settle(space: Floats, units: Ints) -> tuple[Floats, Ints]:
    """Move passages to the unit whose centroid is nearest, a few rounds; empty units go.

    Returns
    -------
    tuple
        The units' centroids, shape (u, d), and the unit of each passage, shape (n,).
    """
    for _ in range(_ROUNDS):
        prototypes = centroids(space, units, int(units.max()) + 1).astype(np.float32)
        moved = _unit_of(Rule(prototypes, np.zeros((1, len(prototypes)), np.int32)), space)
        kept, compact = np.unique(moved, return_inverse=True)
        if len(kept) == len(prototypes) and (moved == units).all():
            break
        units = compact.astype(np.int32)
        prototypes = prototypes[kept]
    return prototypes, units


def _unit_of(rule: Rule, vectors: Floats) -> Ints:
    everyone = Rule(rule.prototypes, np.arange(len(rule.prototypes), dtype=np.int32)[None, :])
    units: Ints = everyone.labels(vectors)[0]
    return units


def _resamples(space: Floats, seed: int, progress: Tick | None) -> tuple[Run, ...]:
    if len(space) < _FEW:
        return ()
    return resample(space, 60 if len(space) < 1000 else 20, seed, progress)


def _closeness(prototypes: Floats) -> NDArray[np.float64]:
    """Return cosines between units as agreements from 0 to 1, for corpora too small to resample."""
    cosine = np.clip(prototypes.astype(np.float64) @ prototypes.T.astype(np.float64), 0.0, 1.0)
    np.fill_diagonal(cosine, 1.0)
    return np.round(cosine, 6)


def _majority(units: Ints, claims: Ints, guides: int) -> Ints:
    """Return the theme that most passages of each unit stand out for, or -1, shape (u,)."""
    votes = np.zeros((int(units.max()) + 1, guides + 1))
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


def _stability(runs: Sequence[Run], labels: Ints, k: int) -> Floats:
    if not runs:
        return np.full(k, np.nan, np.float32)
    found = survival(runs, labels)
    return np.concatenate([found, np.full(k - len(found), np.nan, np.float32)])
