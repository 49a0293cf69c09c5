"""Neighbours of unit vectors: what they smooth, the graph they make, and its communities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from topics.nearest import nearest, sums, unit
from topics.protocols import Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_BLOCK = 1 << 22  # similarities held at once: 16 MB
_NEIGHBOURS = 15  # of a passage, where there are enough passages
_LEADING = 4  # numbers of a vector that are sorted by
_COMPARED = 1 << 12  # vectors that are compared at once
_ROUNDS = 3  # of moving passages to the nearest unit


def distinct(vectors: Floats) -> tuple[Ints, Ints]:
    """Find the distinct rows of ``vectors``, in an order that does not depend on the order they came in.

    Returns
    -------
    tuple
        The first row of each distinct vector, sorted by the vector, shape (m,); and which of them each row equals,
        shape (n,).
    """
    # As np.unique along an axis, which holds several copies of all vectors: few differ only past the first numbers.
    leading = vectors[:, :_LEADING]
    order = np.lexsort(leading.T[::-1])
    tied = np.flatnonzero((leading[order[1:]] == leading[order[:-1]]).all(axis=1)) + 1
    starts = np.ones(len(vectors), bool)
    for at in range(0, len(tied), _COMPARED):
        some = tied[at : at + _COMPARED]
        starts[some] = (vectors[order[some]] != vectors[order[some - 1]]).any(axis=1)
    for run in np.split(tied, np.flatnonzero(np.diff(tied) > 1) + 1):
        if starts[run].any():
            rows = order[run[0] - 1 : run[-1] + 1]
            _, which = np.unique(vectors[rows], axis=0, return_inverse=True)
            inside = np.argsort(which.reshape(-1), kind="stable")
            order[run[0] - 1 : run[-1] + 1] = rows[inside]
            starts[run] = np.diff(which.reshape(-1)[inside]) > 0
    inverse = np.empty(len(vectors), np.int32)
    inverse[order] = np.cumsum(starts) - 1
    return order[starts].astype(np.int32), inverse


def smoothed(vectors: Floats) -> Floats:
    """Move each vector halfway to the mean of its nearest neighbours, shape (n, d), unit rows.

    What a passage has in common with those like it is its subject; what it has alone is mostly the way it is put.
    """
    n = len(vectors)
    if n < 3:
        return vectors
    near_to, _ = nearest(vectors, min(_NEIGHBOURS, max(2, round(float(np.sqrt(n)))), n - 1))
    around = np.zeros(vectors.shape)
    for column in near_to.T:
        around += vectors[column]
    return unit(vectors + unit(around)).astype(np.float32)


def small_communities(vectors: Floats, resolution: float, seed: int) -> Ints:
    """Group vectors into many small and pure communities of their neighbour graph, shape (n,), ids from 0."""
    return communities(neighbour_graph(vectors), resolution, seed)


def settled(vectors: Floats, groups: Ints) -> tuple[Floats, Ints]:
    """Move vectors to the group whose centroid is nearest, a few rounds; groups that lose all go.

    Returns
    -------
    tuple
        The groups' centroids, shape (k, d), and the group of each vector, shape (n,).
    """
    for _ in range(_ROUNDS):
        hearts = centroids(vectors, groups, int(groups.max()) + 1).astype(np.float32)
        moved = closest(vectors, hearts)
        kept, compact = np.unique(moved, return_inverse=True)
        if len(kept) == len(hearts) and (moved == groups).all():
            break
        groups, hearts = compact.astype(np.int32), hearts[kept]
    return hearts, groups


def closest(vectors: Floats, hearts: NDArray[np.floating]) -> Ints:
    """Return the row of the heart nearest to each vector by cosine, shape (n,); of equals, the first."""
    cosines = np.round(vectors.astype(np.float64) @ hearts.T.astype(np.float64), 6)
    nearest_heart: Ints = cosines.argmax(axis=1).astype(np.int32)
    return nearest_heart


def neighbour_graph(vectors: Floats, k: int = _NEIGHBOURS) -> csr_matrix:
    """Join each vector to its ``k`` nearest by cosine, weighted by cosine times the share of neighbours in common.

    The shared-neighbour weight (Jarvis and Patrick 1973) thins the edges that lead out of a dense group.

    Returns
    -------
    scipy.sparse.csr_matrix
        Symmetric weights above 0, shape (n, n), without loops.
    """
    from scipy import sparse

    n = len(vectors)
    near_to, _ = nearest(vectors, min(k, n - 1))
    rows = np.repeat(np.arange(n), near_to.shape[1])
    reach = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, near_to.reshape(-1))), shape=(n, n))
    edges = sparse.triu(reach.maximum(reach.T), k=1).tocoo()
    near = (reach + sparse.identity(n, dtype=np.float32, format="csr")).tocsr()
    size = np.asarray(near.sum(axis=1)).reshape(-1)
    shared = np.asarray((near @ near.T).tocsr()[edges.row, edges.col]).reshape(-1)
    cosine = np.empty(len(edges.row))
    step = max(1, _BLOCK // (2 * vectors.shape[1]))
    for start in range(0, len(edges.row), step):
        a, b = edges.row[start : start + step], edges.col[start : start + step]
        cosine[start : start + step] = np.einsum("ij,ij->i", vectors[a], vectors[b], dtype=np.float64)
    weight = shared / (size[edges.row] + size[edges.col] - shared) * np.maximum(cosine, 1e-3)
    half = sparse.csr_matrix((weight, (edges.row, edges.col)), shape=(n, n))
    return (half + half.T).tocsr()


def communities(graph: csr_matrix, resolution: float, seed: int) -> Ints:
    """Group the nodes of a weighted graph by Louvain (Blondel et al. 2008), shape (n,), ids from 0.

    ``resolution`` above 1 gives more and smaller groups, below 1 fewer and larger ones.
    """
    from sknetwork.clustering import Louvain

    found = Louvain(resolution=resolution, random_state=seed, shuffle_nodes=True).fit_predict(graph)
    return np.asarray(found, dtype=np.int32)


def centroids(vectors: Floats, labels: Ints, k: int) -> NDArray[np.float64]:
    """Return the unit mean of each group, shape (k, d)."""
    return unit(sums(vectors, labels, k))
