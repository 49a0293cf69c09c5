"""The passages at the heart of a topic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Floats, Ints

_DECIMALS = 6  # cosines are rounded here, so that the order of a sum inside the linear algebra never decides
_SAME_NEWS, _SAME_TEXT = 0.85, 0.95  # cosine from which two passages tell the same, and are nearly the same


def by_centrality(vectors: Floats) -> Ints:
    """Return the order of passages from the heart of their group outwards, by cosine to the group's mean.

    Parameters
    ----------
    vectors
        Unit rows, shape (n, d); n may be 0.

    Returns
    -------
    ndarray of int32, shape (n,)
        Row numbers, best first; rows that are equally near keep their order.
    """
    order: Ints = np.argsort(-_closeness(vectors), kind="stable").astype(np.int32)
    return order


def representatives(vectors: Floats, n: int) -> Ints:
    """Return up to ``n`` passages near the heart of their group, without near-duplicates.

    Each has a cosine below 0.85 to those before it: from there on, passages of news and forums tell the same event
    once more. Where the group has too few such passages, those below 0.95 fill up, since an encoder that reads a
    language poorly puts strangers close together; from there on, texts are copies, and fewer than ``n`` come back.

    Parameters
    ----------
    vectors
        Unit rows, shape (m, d); m may be 0.
    n
        How many at most, 0 or more.

    Returns
    -------
    ndarray of int32, shape (at most n,)
        Row numbers, best first.

    Raises
    ------
    ValueError
        ``n`` is negative.
    """
    if n < 0:
        raise ValueError(f"n is {n}, but must be 0 or more")
    order = by_centrality(vectors)
    nearest = np.full(len(vectors), -1.0)  # cosine of each row to the most similar one chosen
    chosen: list[int] = []
    for limit in (_SAME_NEWS, _SAME_TEXT):
        while len(chosen) < min(n, len(order)) and len(free := order[nearest[order] < limit]):
            chosen.append(int(free[0]))
            np.maximum(nearest, np.round(vectors @ vectors[free[0]], _DECIMALS), out=nearest)
            nearest[free[0]] = 1.0
    return np.array(chosen, dtype=np.int32)


def _closeness(vectors: Floats) -> NDArray[np.float64]:
    """Return the cosine of each row to the mean of all, shape (n,)."""
    if not len(vectors):
        return np.zeros(0)
    mean = vectors.mean(axis=0, dtype=np.float64)
    length = max(float(np.linalg.norm(mean)), 1e-12)
    closeness: NDArray[np.float64] = np.round(vectors @ (mean / length).astype(np.float32), _DECIMALS)
    return closeness
