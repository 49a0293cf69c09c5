import numpy as np
import pytest
from scipy.sparse import csr_matrix

from topics.cluster.modularity import Modularity


def ring_of_cliques(cliques: int, size: int) -> csr_matrix:
    n = cliques * size
    weights = np.kron(np.eye(cliques), np.ones((size, size))) - np.eye(n)
    for clique in range(cliques):
        here, there = clique * size, ((clique + 1) % cliques) * size + 1
        weights[here, there] = weights[there, here] = 1.0
    return csr_matrix(weights)


CLIQUES = np.repeat(np.arange(6), 4).astype(np.int32)


@pytest.fixture(scope="module")
def judge() -> Modularity:
    return Modularity(ring_of_cliques(6, 4))


def test_two_cliques_have_the_modularity_of_the_textbook() -> None:
    graph = csr_matrix(np.kron(np.eye(2), np.ones((3, 3)) - np.eye(3)))
    judge = Modularity(graph)
    assert judge.score(np.array([0, 0, 0, 1, 1, 1], np.int32)) == pytest.approx(0.5)
    assert judge.score(np.zeros(6, np.int32)) == pytest.approx(0.0)
    assert judge.score(np.zeros(6, np.int32), 0.5) == pytest.approx(0.5)


def test_the_cliques_fit_best(judge: Modularity) -> None:
    shuffled = np.random.default_rng(0).permutation(CLIQUES).astype(np.int32)
    assert judge.score(CLIQUES) > judge.score((CLIQUES // 2).astype(np.int32)) > judge.score(shuffled)


def test_a_higher_resolution_favours_smaller_groups(judge: Modularity) -> None:
    pairs, halves = (CLIQUES // 2).astype(np.int32), (CLIQUES // 3).astype(np.int32)
    assert judge.score(halves, 0.1) > judge.score(CLIQUES, 0.1)
    assert judge.score(CLIQUES, 2.0) > judge.score(pairs, 2.0) > judge.score(halves, 2.0)


def test_merging_follows_the_graph_and_never_splits(judge: Modularity) -> None:
    merged = judge.merged(CLIQUES, 0.3)
    assert 2 <= merged.max() + 1 < 6
    assert judge.score(merged, 0.3) > judge.score(CLIQUES, 0.3)
    assert all(len(np.unique(merged[CLIQUES == clique])) == 1 for clique in range(6))


def test_merging_stops_where_nothing_is_gained_and_at_the_least(judge: Modularity) -> None:
    assert judge.merged(CLIQUES, 3.0).tolist() == CLIQUES.tolist()
    assert judge.merged(CLIQUES, 0.0, least=3).max() + 1 == 3
    assert judge.merged(np.zeros(24, np.int32), 0.1).tolist() == [0] * 24


def test_a_graph_without_edges_scores_nothing() -> None:
    assert Modularity(csr_matrix((3, 3))).score(np.array([0, 1, 1], np.int32)) == 0.0
