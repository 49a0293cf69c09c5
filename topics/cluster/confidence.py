"""How sure it is that a passage is in the right topic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.cluster.neighbours import centroids
from topics.protocols import Floats, Ints

WEIGHTS = (-1.92, 2.51, 3.38)
"""Of 1, distinctness and stability in a logistic regression on corpora with labels: see benchmarks/confidence.py."""
SURE = 0.5
"""Confidence below which a passage is loosely attached: it is more likely misplaced than not."""

_UNTOLD = 0.6  # stability where it was not measured: that of a middling topic
_LEAST_COHESION = 0.05
_OUTSIDE = 0.05  # of a topic's passages lie beyond its edge


@dataclass(frozen=True, eq=False, slots=True)
class Hearts:
    """The middle of each topic of a level.

    Parameters
    ----------
    centres
        The unit mean of its passages, shape (k, d).
    cohesion
        The mean cosine of its passages to that, shape (k,).
    stability
        How well it survives resampling, 0 to 1, shape (k,).
    edge
        The cosine that all but a twentieth of its passages reach, shape (k,).
    """

    centres: NDArray[np.float64]
    cohesion: NDArray[np.float64]
    stability: NDArray[np.float64]
    edge: NDArray[np.float64]


def hearts(vectors: Floats, topics: Ints, stability: NDArray[np.float64]) -> Hearts:
    """Find the middle of each topic.

    Parameters
    ----------
    vectors
        Centred unit vectors of the passages, shape (n, d).
    topics
        The topic of each passage, shape (n,); -1 where it has none.
    stability
        That of each topic, shape (k,); ``nan`` where it was not measured.
    """
    k = len(stability)
    placed = topics >= 0
    own, ids = vectors[placed], topics[placed]
    centres = centroids(own, ids, k)
    cosines = np.einsum("ij,ij->i", own.astype(np.float64), centres[ids])
    sizes = np.maximum(np.bincount(ids, minlength=k), 1)
    cohesion = np.bincount(ids, weights=cosines, minlength=k) / sizes
    order = np.argsort(ids, kind="stable")
    parts = np.split(cosines[order], np.cumsum(np.bincount(ids, minlength=k))[:-1])
    edge = np.array([np.quantile(part, _OUTSIDE) if len(part) else 0.0 for part in parts])
    known = np.where(np.isnan(stability), _UNTOLD, stability)
    return Hearts(centres, np.round(cohesion, 6), known, np.round(np.maximum(edge, _LEAST_COHESION), 6))


def evidence(vectors: Floats, topics: Ints, middle: Hearts) -> NDArray[np.float64]:
    """Return what tells whether passages are in the right topic: distinctness and stability, shape (n, 2).

    Distinctness is how much nearer a passage is to the middle of its topic than to that of any other, as a share of
    how near the topic's passages are on average; 1 where there is no other topic.
    """
    cosines = np.round(vectors.astype(np.float64) @ middle.centres.T, 6)
    rows = np.arange(len(vectors))
    own = cosines[rows, topics].copy()
    cosines[rows, topics] = -np.inf
    gap = (own - cosines.max(axis=1)) / np.maximum(middle.cohesion[topics], _LEAST_COHESION)
    return np.stack([np.clip(gap, -1.0, 1.0), middle.stability[topics]], axis=1)


def belonging(vectors: Floats, topics: Ints, middle: Hearts) -> NDArray[np.float64]:
    """Return how far vectors lie within their topic, shape (n,): 1 within its edge, down to 0 at a cosine of 0."""
    own = np.round(np.einsum("ij,ij->i", vectors.astype(np.float64), middle.centres[topics]), 6)
    within: NDArray[np.float64] = np.clip(own / middle.edge[topics], 0.0, 1.0)
    return within


def confidence(vectors: Floats, topics: Ints, middle: Hearts) -> Floats:
    """Return how sure it is that each vector's topic is the right one, shape (n,), 0 to 1; 0 where it has none.

    A text that is further from its topic than the topic's own passages are is about something else, however much
    nearer it is to this topic than to others.

    Parameters
    ----------
    vectors
        Centred unit vectors, shape (n, d); passages of the corpus, or not.
    topics
        The topic of each, shape (n,), as the rule gave it.
    middle
        The middle of each topic of that level.
    """
    sure = np.zeros(len(vectors), np.float32)
    placed = np.flatnonzero(topics >= 0)
    own, ids = vectors[placed], topics[placed]
    sure[placed] = np.round(confident(evidence(own, ids, middle)) * belonging(own, ids, middle), 6)
    return sure


def confident(told: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn distinctness and stability, shape (n, 2), into a probability, shape (n,)."""
    base, *weights = WEIGHTS
    sure: NDArray[np.float64] = np.round(1.0 / (1.0 + np.exp(-(base + told @ np.array(weights)))), 6)
    return sure
