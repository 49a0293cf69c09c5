"""Vectors of length 1, whether they are finite, and their nearest neighbours, exactly, a block of rows at a time."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Floats, Ints

_BLOCK = 1 << 24  # cosines held at once: 64 MB
_GROUPS = 16  # groups for each value that is looked for
_FEW = 1 << 20  # numbers that are added up without scipy
_SUMMED = 1 << 24  # numbers in double precision held at once: 128 MB
_NAMED = 5  # rows that a message names at most

Value = TypeVar("Value", np.float32, np.float64)


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
        Their rows, nearest first, of equally near ones the first first, and their cosines, each of shape (n, k).

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
        rows[start : start + step], cosines[start : start + step] = largest(block, k)
    return rows, cosines


def largest(values: NDArray[Value], k: int) -> tuple[Ints, NDArray[Value]]:
    """Find the largest values of each row.

    A row is dealt out to groups. As many of them as are looked for have a largest value of at least that of the k-th
    best group, so that only the few values that reach it need to be put in order.

    Parameters
    ----------
    values
        Numbers, shape (m, n).
    k
        How many, 1 to n.

    Returns
    -------
    tuple
        Their columns, largest first, of equal ones the first first, and the values, each of shape (m, k).
    """
    m, n = values.shape
    dealt = max(1, n // (_GROUPS * k))
    groups = n // dealt
    best = values[:, : groups * dealt].reshape(m, dealt, groups).max(axis=1)
    least = np.partition(best, groups - k, axis=1)[:, groups - k]
    row, column = np.divmod(np.flatnonzero(values >= least[:, None]), n)
    found = values[row, column]
    first = np.searchsorted(row, np.arange(m))
    order = np.lexsort((column, -found, row))[first[:, None] + np.arange(k)]
    return column[order].astype(np.int32), found[order]


def sums(vectors: NDArray[np.floating], groups: Ints, k: int) -> NDArray[np.float64]:
    """Return the sum of the vectors of each group in double precision, shape (k, d), added in their order.

    ``groups`` tells the group of each vector, shape (n,); those below 0 belong to none.
    """
    if vectors.size <= _FEW:  # sooner done than scipy is imported; both add in the same order
        found = np.zeros((k, vectors.shape[1]))
        np.add.at(found, groups[groups >= 0], vectors[groups >= 0].astype(np.float64))
        return found
    from scipy.sparse import csr_array

    member = np.flatnonzero(groups >= 0)
    order = member[np.argsort(groups[member], kind="stable")]
    ends = np.concatenate(([0], np.cumsum(np.bincount(groups[member], minlength=k))))
    belongs = csr_array((np.ones(len(order)), order, ends), shape=(k, len(vectors)))
    found = np.empty((k, vectors.shape[1]))
    width = max(1, _SUMMED // max(1, len(vectors)))
    for start in range(0, vectors.shape[1], width):
        found[:, start : start + width] = belongs @ vectors[:, start : start + width].astype(np.float64)
    return found


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
