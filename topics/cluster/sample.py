"""Of very many passages some are drawn to find the topics; and what the others hold that these do not.

A topic of a few hundred passages in a million leaves a handful in the sample, too few to be seen. Its passages then lie
outside everything that was found, and near to one another: as near as passages of the sample are to their neighbours.
"""

from __future__ import annotations

import logging

import numpy as np
from numpy.typing import NDArray

from topics.nearest import largest, nearest
from topics.protocols import Bools, Floats, Ints

MOST = 50_000
"""Distinct passages that topics are made from; the rest are assigned by the rule."""

_LOG = logging.getLogger(__name__)
_COMPANY = 8  # others like it that a passage of a missed topic has, at least as near as
_NEIGHBOURS, _SHARE = 15, 0.25  # the last of so many neighbours is to all but this share of the sample
_OUTSIDE = 0.05  # of a unit's passages lie beyond its edge
_PROBES = 2000  # passages of the sample that tell how near neighbours are
_BLOCK = 1 << 22  # cosines held at once: 16 MB
_DECIMALS = 6


def drawn(n: int, seed: int) -> NDArray[np.int64]:
    """Return which of ``n`` distinct passages topics are made from, ascending: all, or a sample by chance."""
    if n <= MOST:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, MOST, replace=False))


def missed(space: Floats, sample: NDArray[np.int64], hearts: Floats, units: Ints, seed: int) -> NDArray[np.int64]:
    """Return the passages outside the sample that lie outside all that was found in it, and hang together.

    Parameters
    ----------
    space
        Distinct unit vectors, shape (n, d).
    sample
        The rows that were drawn, ascending.
    hearts
        The middle of each unit that was found in them, shape (u, d).
    units
        The unit of each of them, shape (len(sample),).
    """
    rest = np.setdiff1d(np.arange(len(space)), sample, assume_unique=True)
    edge = _edges(space, sample, hearts, units)
    outside = rest[_beyond(space, rest, hearts, edge)]
    if len(outside) > MOST:
        outside = np.sort(np.random.default_rng(seed).choice(outside, MOST, replace=False))
    if len(outside) <= _COMPANY or len(sample) <= _NEIGHBOURS:
        return np.zeros(0, np.int64)
    _, company = nearest(space[outside], _COMPANY)
    found = outside[np.round(company[:, -1], _DECIMALS) >= _usual(space[sample])]
    if len(found):
        _LOG.info("%d passages lie outside the sample's topics and hang together; they are drawn as well", len(found))
    return found


def _edges(space: Floats, sample: NDArray[np.int64], hearts: Floats, units: Ints) -> NDArray[np.float32]:
    """Return for each unit the cosine to its middle that all but a twentieth of its passages reach, shape (u,)."""
    own = np.empty(len(sample), np.float32)
    step = max(1, _BLOCK // space.shape[1])
    for start in range(0, len(sample), step):
        rows = slice(start, start + step)
        own[rows] = np.einsum("ij,ij->i", space[sample[rows]], hearts[units[rows]])
    parts = np.split(own[np.argsort(units, kind="stable")], np.cumsum(np.bincount(units, minlength=len(hearts)))[:-1])
    return np.array([np.quantile(part, _OUTSIDE, method="lower") if len(part) else 1.0 for part in parts], np.float32)


def _beyond(space: Floats, rows: NDArray[np.int64], hearts: Floats, edge: NDArray[np.float32]) -> Bools:
    """Return which rows lie beyond the edge of every unit, shape (len(rows),)."""
    beyond = np.empty(len(rows), np.bool_)
    step = max(1, _BLOCK // len(hearts))
    for start in range(0, len(rows), step):
        some = slice(start, start + step)
        beyond[some] = ~(np.round(space[rows[some]] @ hearts.T, _DECIMALS) >= edge).any(axis=1)
    return beyond


def _usual(sampled: Floats) -> float:
    """Return how near all but a quarter of the sample are to their neighbours in it."""
    some = sampled[:: max(1, len(sampled) // _PROBES)]
    step = max(1, _BLOCK // len(sampled))
    last = [
        largest(some[start : start + step] @ sampled.T, _NEIGHBOURS + 1)[1][:, -1]
        for start in range(0, len(some), step)
    ]
    return float(np.round(np.quantile(np.concatenate(last), _SHARE), _DECIMALS))
