import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from topics.cluster.consensus import Run, agreement, alike, survival


def test_units_that_runs_keep_together_agree() -> None:
    rows = np.arange(6, dtype=np.int32)
    units = np.array([0, 0, 1, 1, 2, 2], np.int32)
    together = Run(rows, np.array([0, 0, 0, 0, 1, 1], np.int32))
    apart = Run(rows[:4], np.array([0, 0, 1, 1], np.int32))  # does not meet unit 2
    joint = agreement([together, apart], units, 4)
    assert joint.tolist() == [[1.0, 0.5, 0.0, 0.0], [0.5, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]


def test_a_topic_that_every_resample_finds_survives_whole() -> None:
    rows = np.arange(10, dtype=np.int32)
    groups = np.array([0] * 5 + [1] * 5, np.int32)
    halves = np.array([0] * 5 + [1, 2, 1, 2, 1], np.int32)
    runs = [Run(rows, groups), Run(rows, halves), Run(rows, halves)]
    assert survival(runs, groups) == pytest.approx([1.0, 1.0])  # one run in three is judged: the one with two groups
    assert survival(runs[1:], groups) == pytest.approx([1.0, 0.6])


def test_runs_that_are_as_near_in_number_are_all_judged() -> None:
    rows = np.arange(4, dtype=np.int32)
    split = np.array([0, 0, 1, 1], np.int32)
    crossed = np.array([0, 1, 0, 1], np.int32)
    assert survival([Run(rows, split), Run(rows, crossed)], split) == pytest.approx([2 / 3, 2 / 3])


@pytest.mark.parametrize(("k", "n"), [(1, 10), (2, 10), (5, 300), (40, 300)])
def test_groupings_are_as_alike_as_both_adjusted_scores_say(k: int, n: int) -> None:
    rng = np.random.default_rng(k)
    one = rng.integers(0, k, n).astype(np.int32)
    other = np.where(rng.random(n) < 0.6, one, rng.integers(0, k, n) + 1).astype(np.int32)
    expected = (adjusted_mutual_info_score(one, other) + adjusted_rand_score(one, other)) / 2
    assert alike(one, other) == pytest.approx(expected)


def test_the_same_groups_are_wholly_alike_whatever_their_ids() -> None:
    single = np.arange(5, dtype=np.int32)
    none = np.zeros(5, np.int32)
    assert alike(single, single[::-1].copy()) == alike(none, none + 3) == 1.0
    assert alike(single, none) == alike(none, single) == 0.0
