"""Vectors of length 1, whether they are finite, and their nearest neighbours, exactly, a block of rows at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Floats, Ints

_BLOCK = 1 << 24  # cosines held at once: 64 MB
_NAMED = 5  # rows that a message names at most


def nearest(vectors: Floats, k: int) -> tuple[Ints, Floats]:
    """Find the nearest other vectors of each vector, exactly.

    Parameters
    ----------
    vectors
        Unit vectors, shape (n, d), n at least 2.
    k
        How many, 1 to n - 1.

    Returns
    -------
    tuple
        Their rows, nearest first, and their cosines, each of shape (n, k).

    Raises
    ------
    ValueError
        ``k`` is out of range.
    """
    n = len(vectors)
    if not 1 <= k < n:
        raise ValueError(f"k is {k}, but {n} vectors have 1 to {n - 1} others to be near to")
    rows, cosines = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    step = max(1, _BLOCK // n)
    for start in range(0, n, step):
        block = vectors[start : start + step] @ vectors.T
        block[np.arange(len(block)), np.arange(start, start + len(block))] = -np.inf
        found = np.argpartition(-block, k - 1, axis=1)[:, :k]
        close = np.take_along_axis(block, found, axis=1)
        order = np.argsort(-close, axis=1, kind="stable")
        rows[start : start + step] = np.take_along_axis(found, order, axis=1)
        cosines[start : start + step] = np.take_along_axis(close, order, axis=1)
    return rows, cosines


def unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale each row to length 1; a zero row stays zero."""
    scaled: NDArray[np.float64] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return scaled


def check_finite(vectors: Floats) -> None:
    """Refuse vectors with a value that is no finite number, and name their rows.

    Raises
    ------
    ValueError
        A row of ``vectors``, shape (n, d), holds one.
    """
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1)).tolist()
    if broken:
        named = ", ".join(map(str, broken[:_NAMED])) + (" and others" if len(broken) > _NAMED else "")
        raise ValueError(
            f"vectors of {len(broken)} passages are not finite: rows {named}, counted from 0; "
            "leave these texts out, or use another encoder"
        )
