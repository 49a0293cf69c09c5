import numpy as np
import pytest

from topics.cluster.consensus import Run, agreement, survival


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
