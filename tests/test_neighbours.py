import tracemalloc

import numpy as np
import pytest

from tests.planted import planted
from topics.cluster.neighbours import centroids, communities, distinct, neighbour_graph


@pytest.mark.parametrize(
    ("n", "width", "values"), [(0, 5, 2), (1, 3, 2), (9, 1, 2), (400, 8, 2), (900, 5, 3), (900, 3, 3)]
)
def test_distinct_is_numpys_unique(n: int, width: int, values: int) -> None:
    vectors = np.random.default_rng(n).integers(-1, values - 1, (n, width)).astype(np.float32)
    _, first, inverse = np.unique(vectors, axis=0, return_index=True, return_inverse=True)
    rows, which = distinct(vectors)
    assert (rows == first).all()
    assert (which == inverse.reshape(-1)).all()


def test_distinct_holds_no_copy_of_the_vectors() -> None:
    vectors = np.random.default_rng(0).normal(size=(20_000, 64)).astype(np.float32)
    vectors[::2] = vectors[0]
    tracemalloc.start()
    rows, _ = distinct(vectors)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(rows) == 10_001
    assert peak < 0.9 * vectors.nbytes


def test_distinct_does_not_depend_on_order() -> None:
    vectors, _ = planted(3, 4)
    repeated = np.concatenate([vectors, vectors[:5]])
    rows, which = distinct(repeated)
    assert len(rows) == 12
    assert (repeated[rows][which] == repeated).all()
    order = np.random.default_rng(0).permutation(len(repeated))
    assert (repeated[order][distinct(repeated[order])[0]] == repeated[rows]).all()


def test_neighbours_lie_mostly_in_the_same_group() -> None:
    vectors, labels = planted(4, 25)
    graph = neighbour_graph(vectors, 8).tocoo()
    assert (abs(graph - graph.T) > 1e-9).nnz == 0
    assert graph.data.min() > 0
    assert (graph.row != graph.col).all()
    assert graph.data[labels[graph.row] == labels[graph.col]].sum() / graph.data.sum() > 0.95


def test_more_neighbours_than_vectors_is_all_of_them() -> None:
    vectors, _ = planted(1, 4)
    assert neighbour_graph(vectors, 15).nnz == 12


def test_communities_find_planted_groups_and_repeat() -> None:
    vectors, labels = planted(4, 25)
    graph = neighbour_graph(vectors, 8)
    found = communities(graph, 1.0, seed=3)
    assert len({*zip(found.tolist(), labels.tolist(), strict=True)}) == 4
    assert (found == communities(graph, 1.0, seed=3)).all()


def test_centroids_are_unit_means() -> None:
    vectors = np.array([[1, 0], [0, 1], [0, -1]], np.float32)
    assert np.allclose(centroids(vectors, np.array([0, 0, 1], np.int32), 2), [[0.5**0.5, 0.5**0.5], [0, -1]])
