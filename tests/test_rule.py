import numpy as np
import pytest

from tests.planted import planted
from topics.cluster.rule import Pins, Rule


@pytest.fixture
def rule() -> Rule:
    prototypes = np.eye(4, dtype=np.float32)
    return Rule(prototypes, np.array([[0, 0, 1, 1], [0, 1, 2, -1]], np.int32))


def test_a_vector_belongs_to_the_nearest_prototype_at_every_level(rule: Rule) -> None:
    vectors = np.array([[0.9, 0.4, 0.1, 0], [0, 0.1, 0.9, 0.3]], np.float32)
    assert rule.labels(vectors).tolist() == [[0, 1], [0, 2]]
    assert rule.nearest(vectors, 0).topic.tolist() == [0, 1]
    fine = rule.nearest(vectors, 1)
    assert fine.topic.tolist() == [0, 2]
    assert fine.score == pytest.approx([0.9, 0.9])
    assert fine.runner_up.tolist() == [1, 1]  # -1 is never a runner-up, though its prototype is nearer to the second
    assert fine.margin == pytest.approx([0.5, 0.8])


def test_a_loose_prototype_makes_a_vector_loose(rule: Rule) -> None:
    found = rule.nearest(np.array([[0, 0, 0.1, 0.9]], np.float32), 1)
    assert found.topic.tolist() == [-1]
    assert found.runner_up.tolist() == [2]


def test_with_one_topic_there_is_no_runner_up() -> None:
    found = Rule(np.eye(2, dtype=np.float32), np.zeros((1, 2), np.int32)).nearest(np.eye(2, dtype=np.float32), 0)
    assert found.runner_up.tolist() == [-1, -1]
    assert found.margin.tolist() == [0, 0]


def test_answers_do_not_depend_on_the_batch() -> None:
    vectors, _ = planted(12, 40, dimension=384)
    rule = Rule(vectors[::7].copy(), np.arange(len(vectors[::7]), dtype=np.int32)[None, :] // 3)
    whole = rule.nearest(vectors, 0)
    order = np.random.default_rng(1).permutation(len(vectors))
    for batch in (1, 2, 7, 100):
        parts = [rule.nearest(vectors[order[i : i + batch]], 0) for i in range(0, len(vectors), batch)]
        for name in ("topic", "score", "runner_up", "margin"):
            together = np.concatenate([getattr(part, name) for part in parts])
            assert together.tobytes() == getattr(whole, name)[order].tobytes()


def test_ties_agree_between_levels_and_methods() -> None:
    same = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    rule = Rule(same, np.array([[1, 0, 0]], np.int32))
    assert rule.nearest(same[:1], 0).topic.tolist() == rule.labels(same[:1])[0].tolist() == [1]


def test_nothing_in_nothing_out(rule: Rule) -> None:
    none = np.zeros((0, 4), np.float32)
    assert rule.labels(none).shape == (2, 0)
    assert rule.nearest(none, 0).topic.shape == (0,)


@pytest.mark.parametrize(
    ("prototypes", "topics", "message"),
    [
        (np.zeros((0, 3), np.float32), np.zeros((1, 0), np.int32), "p at least 1"),
        (np.zeros((2, 3), np.float32), np.zeros((1, 3), np.int32), r"must be \(levels, 2\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(prototypes: np.ndarray, topics: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Rule(prototypes, topics)


def test_vectors_of_another_width_are_refused(rule: Rule) -> None:
    with pytest.raises(ValueError, match="prototypes are 4 wide"):
        rule.labels(np.zeros((1, 3), np.float32))


def test_what_follows_a_passage_without_a_topic_is_banned(rule: Rule) -> None:
    assert not rule.banned(np.eye(4, dtype=np.float32), 1).any()
    pins = Pins(np.eye(4, dtype=np.float32)[[0, 1, 0, 2]], np.array([[-1, -1, -1, 1], [-1, -1, 0, 2]], np.int32))
    own = Rule(rule.prototypes, rule.topics, (), pins)
    vectors = np.array([[1, 0, 0, 0], [0.1, 0.99, 0, 0], [0, 0.7, 0.7, 0], [0, 0, 1, 0]], np.float32)
    assert own.banned(vectors, 0).tolist() == [True, True, False, False]
    assert own.banned(vectors, 1).tolist() == [False, True, False, False], "of equally near pins the last decides"
    assert own.banned(vectors[:0], 1).tolist() == []
