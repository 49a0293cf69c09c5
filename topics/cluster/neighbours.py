"""The neighbour graph of unit vectors, its communities, and the distinct vectors beneath it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from topics.nearest import nearest, unit
from topics.protocols import Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_BLOCK = 1 << 22  # similarities held at once: 16 MB


def distinct(vectors: Floats) -> tuple[Ints, Ints]:
    """Find the distinct rows of ``vectors``, in an order that does not depend on the order they came in.

    Returns
    -------
    tuple
        The first row of each distinct vector, sorted by the vector, shape (m,); and which of them each row equals,
        shape (n,).
    """
    _, first, inverse = np.unique(vectors, axis=0, return_index=True, return_inverse=True)
    return first.astype(np.int32), inverse.reshape(-1).astype(np.int32)


def neighbour_graph(vectors: Floats, k: int) -> csr_matrix:
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
    sums = np.zeros((k, vectors.shape[1]))
    np.add.at(sums, labels, vectors.astype(np.float64))
    return unit(sums)
