"""How topics join on the way from level to level, and what is known of what comes about."""

import numpy as np
import pytest

from tests.planted import planted
from topics import hierarchy
from topics.cluster import Guide, cluster
from topics.cluster.consensus import Run
from topics.cluster.tree import joins, merged
from topics.hierarchy import nodes_at
from topics.settings import Settings

PLACES = np.array([0.0, 1.0, 3.0, 10.0, 11.5, 20.0])
DISTANCE = np.abs(PLACES[:, None] - PLACES[None, :])


def partition(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == topic).tolist()) for topic in np.unique(labels)}


def test_the_nearest_join_first_but_never_across_a_coarser_topic() -> None:
    cuts = np.array([[0, 0, 0, 0, 0, 1], [0, 0, 1, 2, 2, 3], [0, 1, 2, 3, 4, 5]], np.int32)
    assert merged(cuts, DISTANCE).tolist() == [[0, 1], [3, 4], [6, 2], [8, 7], [9, 5]]
    one = np.arange(6, dtype=np.int32)[None, :]
    assert merged(one, DISTANCE).tolist() == [[0, 1], [3, 4], [6, 2], [7, 5], [8, 9]]
    assert merged(np.zeros((3, 4), np.int32), DISTANCE[:4, :4]).shape == (0, 2)


def test_linkage_is_the_average_over_units_and_loose_units_stay_out() -> None:
    cuts = np.array([[0, 0, 1, -1, 2, 2]], np.int32)  # 2.5 from 0 to 1; 13 from 1 to 2
    assert merged(cuts, DISTANCE).tolist() == [[0, 1], [3, 2]]


@pytest.mark.parametrize("engine", ["graph", "density"])
def test_the_tree_leads_through_the_levels(engine: str) -> None:
    vectors, _ = planted(9, 14, noise=1.3)
    found = cluster(vectors, [str(row) for row in range(len(vectors))], Settings(engine=engine))
    assert found.joins is not None
    leaves = int(found.rule.topics[-1].max()) + 1
    assert found.joins.merges.shape == (leaves - 1, 2)
    finest = found.rule.topics[-1]
    for cut in found.rule.topics:
        nodes = nodes_at(found.joins.merges, leaves, int(cut.max()) + 1)
        assert partition(nodes[finest]) == partition(cut)
    told = found.joins.stability
    assert np.isnan(told[-1])
    assert ((told[:-1] >= 0) & (told[:-1] <= 1)).all()


def test_topics_are_renumbered_in_the_tree_too() -> None:
    vectors, _ = planted(6, 20, noise=1.0)
    leading = np.ones(len(vectors), bool)
    leading[:19] = False  # topic 0 of the passages that lead is not the largest of all
    found = cluster(vectors, [str(row) for row in range(len(vectors))], Settings(), leading=leading)
    assert found.joins is not None
    finest = found.rule.topics[-1]
    for cut in found.rule.topics:
        nodes = nodes_at(found.joins.merges, int(finest.max()) + 1, int(cut.max()) + 1)
        assert partition(nodes[finest]) == partition(cut)


def test_nodes_know_their_theme_and_how_they_survive() -> None:
    labels = np.repeat(np.arange(4, dtype=np.int32), 10)
    cuts = np.arange(4, dtype=np.int32)[None, :]
    distance = np.abs(np.subtract.outer([0.0, 1.0, 5.0, 7.0], [0.0, 1.0, 5.0, 7.0]))
    both = Guide("Both", np.array([1.0, 0.0], np.float32), np.arange(20, dtype=np.int32))
    pairs = Run(np.arange(40, dtype=np.int32), (labels // 2).astype(np.int32))
    asked: list[int] = []

    def runs_at(k: int) -> list[Run]:
        asked.append(k)
        return [pairs]

    found = joins(cuts, distance, labels=labels, guides=(both,), rows=labels, runs_at=runs_at)
    assert found is not None
    assert found.merges.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert found.themes == {0: "Both", 2: "Both"}  # a theme of half the corpus fits it all as well
    assert found.stability.tolist()[:2] == [1.0, 1.0]
    assert np.isnan(found.stability[2])
    assert sorted(asked) == [2, 3]
    unknown = joins(cuts, distance, labels=labels, guides=(), rows=labels, runs_at=lambda _: [])
    assert unknown is not None
    assert np.isnan(unknown.stability).all()


def test_thousands_of_topics_have_no_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topics.cluster.tree.MOST", 3)
    cuts = np.arange(4, dtype=np.int32)[None, :]
    labels = np.arange(4, dtype=np.int32)
    assert joins(cuts, DISTANCE[:4, :4], labels=labels, guides=(), rows=labels, runs_at=lambda _: []) is None
    assert hierarchy.MOST == 2000


def test_ties_and_permutations_do_not_matter() -> None:
    vectors, _ = planted(5, 12, noise=1.4)
    order = np.random.default_rng(3).permutation(len(vectors))
    one = cluster(vectors, [str(row) for row in range(len(vectors))], Settings())
    other = cluster(vectors[order], [str(row) for row in order], Settings())
    assert one.joins is not None
    assert other.joins is not None
    leaves = int(one.rule.topics[-1].max()) + 1
    labels = one.rule.labels(vectors)[-1], other.rule.labels(vectors)[-1]
    for k in range(1, leaves + 1):
        cuts = [nodes_at(each.joins.merges, leaves, k)[own] for each, own in zip((one, other), labels, strict=True)]
        assert partition(cuts[0]) == partition(cuts[1])
