import numpy as np
import pytest

from tests.planted import planted
from topics.cluster.consensus import Run, agreement, resample, survival


def test_units_of_one_group_agree_and_of_two_groups_do_not() -> None:
    vectors, labels = planted(4, 30)
    units = (labels * 2 + np.arange(len(labels)) % 2).astype(np.int32)  # two units a group
    joint = agreement(resample(vectors, 20, seed=0), units)
    assert (joint == joint.T).all()
    assert (np.diag(joint) == 1).all()
    same = np.arange(8)[:, None] // 2 == np.arange(8)[None, :] // 2
    assert joint[same].min() > joint[~same].max()


def test_resamples_repeat_with_their_seed() -> None:
    vectors, _ = planted(3, 20)
    first, second = (resample(vectors, 5, seed=4) for _ in range(2))
    assert all((a.rows == b.rows).all() and (a.groups == b.groups).all() for a, b in zip(first, second, strict=True))


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    resample(planted(2, 10)[0], 3, seed=0, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_topic_that_every_resample_finds_survives_whole() -> None:
    rows = np.arange(10, dtype=np.int32)
    groups = np.array([0] * 5 + [1] * 5, np.int32)
    halves = np.array([0] * 5 + [1, 2, 1, 2, 1], np.int32)
    runs = [Run(rows, groups), Run(rows, halves), Run(rows, halves)]
    assert survival(runs, groups) == pytest.approx([1.0, 1.0])  # one run in three is judged: the one with two groups
    assert survival(runs[1:], groups) == pytest.approx([1.0, 0.6])


def test_planted_groups_are_stable_and_random_ones_are_not() -> None:
    vectors, labels = planted(4, 30)
    runs = resample(vectors, 20, seed=0)
    assert survival(runs, labels).min() > 0.9
    shuffled = np.random.default_rng(0).permutation(labels).astype(np.int32)
    assert survival(runs, shuffled).max() < 0.4
