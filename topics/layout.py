"""Vectors -> a 2-D map on which passages about the same thing lie together."""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from topics.manifold import principal, unfold
from topics.nearest import largest, sums, unit
from topics.protocols import Floats, Ints, Tick
from topics.settings import Layout

_LOG = logging.getLogger(__name__)
_FEW = 10  # distinct vectors below which neighbours mean nothing, and the plain projection is the honest map
_MANY = 3_000  # distinct vectors from which UMAP is done sooner than t-SNE, its import and compile counted
_MOST = 20_000  # distinct vectors that are laid out; the others are placed among their neighbours
_PERPLEXITY = 30.0
_NEIGHBOURS = 15
_NEAREST = 5
_BLOCK = 512
_LOOKED_AT = 8  # that are nearest in single precision, of which the nearest are
_THREADS = 4
_PULL = 0.25  # how far a vector is drawn to the heart of its topic, where topics are given


def layout(
    vectors: Floats,
    *,
    method: Layout = "auto",
    seed: int = 0,
    labels: Ints | None = None,
    progress: Tick | None = None,
) -> Floats:
    """Place vectors on a 2-D map.

    Identical vectors share a place. The order in which vectors come does not matter: permuting them permutes the map.

    Parameters
    ----------
    vectors
        Unit vectors, shape (n, d), n at least 1, finite.
    method
        ``"pca"``: a linear projection. ``"tsne"``: t-SNE (van der Maaten and Hinton 2008), started from that projection
        (Kobak and Berens 2019). ``"umap"``: UMAP (McInnes et al. 2018). ``"auto"``: the projection below 10 distinct
        vectors, t-SNE below 3,000, UMAP from there on.
    seed
        The seed of every random choice, 0 or more.
    labels
        The topic of each vector, shape (n,), -1 where it has none: if given, the vectors of a topic are drawn together
        a little, so that its area on the map is easier to see.
    progress
        Called as ``progress(done, total)``, in distinct vectors; those that are laid out are done all at once.

    Returns
    -------
    ndarray of float32, shape (n, 2)
        Positions from -1 to 1, centred, in the proportions of the map; vectors that are all alike lie at 0.

    Raises
    ------
    ValueError
        ``vectors`` or ``labels`` have the wrong shape, or ``method`` is not known.
    """
    if vectors.ndim != 2 or not len(vectors):
        raise ValueError(f"vectors have shape {vectors.shape}, but must be (n, d) with n at least 1")
    if labels is not None and labels.shape != (len(vectors),):
        raise ValueError(f"labels have shape {labels.shape}, but must be ({len(vectors)},), one a vector")
    if method not in ("auto", "pca", "tsne", "umap"):
        raise ValueError(f"method is {method!r}, but must be one of auto, pca, tsne, umap")
    with _one_thread():
        return _layout(vectors, method, seed, labels, progress or _silent)


def _silent(_done: int, _total: int) -> None:
    """Tell nothing."""


def among(vectors: Floats, anchors: Floats, positions: Floats) -> Floats:
    """Place vectors on a map that is there already: each at the weighted mean of the five nearest that are on it.

    A vector that is on the map gets its place. What one gets depends on no other that is new.

    Parameters
    ----------
    vectors
        Unit vectors, shape (m, d).
    anchors
        The unit vectors on the map, shape (n, d), n at least 1.
    positions
        Their places, shape (n, 2).
    """
    places = np.empty((len(vectors), 2))
    for start in range(0, len(vectors), _BLOCK):
        rows = slice(start, start + _BLOCK)
        places[rows] = _mean_places(vectors[rows], anchors, positions.astype(np.float64))
    return np.clip(places, -1.0, 1.0).astype(np.float32)


def _one_thread() -> AbstractContextManager[object]:
    """Limit computing to one thread: several add up in no fixed order, so that the map would differ by their number."""
    try:
        limit: AbstractContextManager[object] = threadpool_limits(1)
        return limit
    except OSError as error:  # what computes is looked up in a file of the system, and topics do not hang on it
        told = error.strerror or error
        _LOG.warning("cannot look up what computes in threads (%s); the same fit may give a slightly other map", told)
        return nullcontext()


def _layout(vectors: Floats, method: Layout, seed: int, labels: Ints | None, progress: Tick) -> Floats:
    drawn = vectors if labels is None else _drawn_together(vectors, labels)
    space, which = np.unique(np.ascontiguousarray(drawn, np.float32) + np.float32(0.0), axis=0, return_inverse=True)
    progress(0, len(space))
    if len(space) <= _MOST:
        places = _place(space, method, seed)
    else:
        chosen = np.sort(np.random.default_rng(seed).choice(len(space), _MOST, replace=False))
        places = _place_among(space, chosen, _place(space[chosen], method, seed), progress)
    progress(len(space), len(space))
    positions: Floats = _scaled(places)[which.reshape(-1)]
    return positions


def _place(space: Floats, method: Layout, seed: int) -> NDArray[np.float64]:
    n = len(space)
    if method == "auto":
        method = "pca" if n < _FEW else "tsne" if n < _MANY else "umap"
    if method == "pca" or n < 5:
        return principal(space, 2)
    if method == "tsne":
        return _tsne(space, seed)
    return unfold(space, 2, neighbours=min(_NEIGHBOURS, n), seed=seed).astype(np.float64)


def _tsne(space: Floats, seed: int) -> NDArray[np.float64]:
    from sklearn.manifold import TSNE

    start = principal(space, 2)
    start *= 1e-4 / max(float(start[:, 0].std()), 1e-12)
    perplexity = min(_PERPLEXITY, (len(space) - 1) / 3)
    fit = TSNE(2, perplexity=perplexity, init=start.astype(np.float32), metric="cosine", random_state=seed)
    return np.asarray(fit.fit_transform(space), np.float64)


def _place_among(
    space: Floats, chosen: NDArray[np.int64], places: NDArray[np.float64], progress: Tick
) -> NDArray[np.float64]:
    """Place every vector that was not laid out at the weighted mean of its five nearest that were."""
    _LOG.info("%d of %d vectors are laid out, the others placed among their neighbours", len(chosen), len(space))
    everyone = np.empty((len(space), 2))
    everyone[chosen] = places
    rest = np.setdiff1d(np.arange(len(space)), chosen)
    anchors = space[chosen]

    def place(start: int) -> None:
        rows = rest[start : start + _BLOCK]
        everyone[rows] = _mean_places(space[rows], anchors, places)

    # a block is for one thread, so that their number changes no place
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        for done, _ in enumerate(pool.map(place, range(0, len(rest), _BLOCK)), start=1):
            progress(min(len(chosen) + done * _BLOCK, len(space)), len(space))
    return everyone


def _mean_places(vectors: Floats, anchors: Floats, places: NDArray[np.float64]) -> NDArray[np.float64]:
    drawn, _ = largest(vectors @ anchors.T, min(_LOOKED_AT, len(anchors)))
    drawn = np.sort(drawn, axis=1)
    wide = np.einsum("id,ijd->ij", vectors.astype(np.float64), anchors[drawn].astype(np.float64))
    at, close = largest(np.round(wide, 6), min(_NEAREST, len(anchors)))
    near = np.take_along_axis(drawn, at, axis=1)
    weight = np.maximum(close, 1e-3) ** 4
    found: NDArray[np.float64] = (places[near] * weight[:, :, None]).sum(axis=1) / weight.sum(axis=1)[:, None]
    on_it = close[:, 0] >= 1.0
    found[on_it] = places[near[on_it, 0]]
    return found


def _drawn_together(vectors: Floats, labels: Ints) -> Floats:
    """Move each vector that has a topic towards the topic's mean."""
    topics, inside = np.unique(labels, return_inverse=True)
    hearts = unit(sums(vectors, inside.astype(np.int32), len(topics)))
    hearts[topics < 0] = 0.0
    together = np.empty(vectors.shape, np.float32)
    for start in range(0, len(vectors), _BLOCK):
        rows = slice(start, start + _BLOCK)
        together[rows] = unit((1 - _PULL) * vectors[rows].astype(np.float64) + _PULL * hearts[inside[rows]])
    return together


def _scaled(places: NDArray[np.float64]) -> Floats:
    """Centre the map's box on 0 and scale its longer side to 2."""
    low, high = places.min(axis=0), places.max(axis=0)
    half = float((high - low).max()) / 2
    scaled: Floats = ((places - (low + high) / 2) / (half if half > 1e-12 else 1.0)).astype(np.float32)
    return np.clip(scaled, -1.0, 1.0)
