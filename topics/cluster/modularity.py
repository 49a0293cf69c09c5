"""How well a grouping fits the neighbour graph, at a chosen resolution: what decides where the density engines cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_DECIMALS = 9  # scores are rounded here, so that the order of a sum never decides


class Modularity:
    """Modularity of groupings of a graph's nodes (Newman and Girvan 2004; resolution: Reichardt and Bornholdt 2006).

    Parameters
    ----------
    graph
        Symmetric weights above 0, shape (n, n), without loops.
    """

    def __init__(self, graph: csr_matrix) -> None:
        edges = graph.tocoo()
        self._heads, self._tails = edges.row, edges.col
        self._total = max(float(edges.data.sum()), 1e-300)
        self._weights = edges.data.astype(np.float64) / self._total
        self._degrees = np.asarray(graph.sum(axis=1), np.float64).reshape(-1) / self._total

    def score(self, labels: Ints, resolution: float = 1.0) -> float:
        """Return the weight inside the groups less what chance would put there; at most 1.

        Parameters
        ----------
        labels
            The group of each node, shape (n,), 0 or more.
        resolution
            Above 1 favours more and smaller groups, below 1 fewer and larger ones.
        """
        inside = self._weights[labels[self._heads] == labels[self._tails]].sum()
        volumes = np.bincount(labels, weights=self._degrees)
        return float(np.round(inside - resolution * (volumes**2).sum(), _DECIMALS))

    def merged(self, labels: Ints, resolution: float, *, least: int = 2) -> Ints:
        """Merge groups, the best pair first, while the score rises (Clauset, Newman and Moore 2004).

        Parameters
        ----------
        labels
            The group of each node, shape (n,), ids 0 to k - 1.
        resolution
            As for :meth:`score`.
        least
            Where merging stops at the latest.

        Returns
        -------
        ndarray of int32, shape (n,)
            The merged group of each node, ids from 0.
        """
        k = int(labels.max()) + 1
        between = np.zeros((k, k))
        np.add.at(between, (labels[self._heads], labels[self._tails]), self._weights)
        volumes = np.bincount(labels, weights=self._degrees, minlength=k).astype(np.float64)
        merged = np.arange(k)
        for _ in range(k - least):
            best = _best_pair(between, volumes, resolution)
            if best is None:
                break
            first, second = best
            merged[merged == second] = first
            between[first] += between[second]
            between[:, first] += between[:, second]
            between[second] = between[:, second] = 0.0
            volumes[first] += volumes[second]
            volumes[second] = np.nan
        _, compact = np.unique(merged, return_inverse=True)
        return compact[labels].astype(np.int32)


def _best_pair(between: NDArray[np.float64], volumes: NDArray[np.float64], resolution: float) -> tuple[int, int] | None:
    """Return the two groups whose merging raises the score most; none where no merging does."""
    gain = np.round(between - resolution * np.outer(volumes, volumes), _DECIMALS)
    gain[~np.triu(np.ones(gain.shape, dtype=bool), k=1) | np.isnan(gain)] = 0.0
    first, second = np.unravel_index(int(gain.argmax()), gain.shape)
    return (int(first), int(second)) if gain[first, second] > 0 else None
