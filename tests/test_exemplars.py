import numpy as np
import pytest

from tests.planted import planted
from topics.cluster import Guide
from topics.cluster.consensus import Run
from topics.cluster.exemplars import as_clustering, filled, refined

AXES = np.eye(4, dtype=np.float32)


def on_a_circle(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def test_groups_that_are_not_convex_stay_as_they_are() -> None:
    space = on_a_circle(0, 40, 80, 120, 160, 200, 240, 280)
    groups = ints(0, 1, 0, 1, 0, 1, 0, 1)
    found = as_clustering(space, space, {"medium": groups}, ())
    labels = found.rule.labels(space)[0]
    assert len({*zip(labels.tolist(), groups.tolist(), strict=True)}) == 2
    near = on_a_circle(41, 79)
    assert found.rule.labels(near)[0].tolist() == labels[[1, 2]].tolist()


def test_topics_are_numbered_by_the_passages_not_by_the_distinct_ones() -> None:
    vectors = AXES[[0, 0, 0, 1, 2]]
    found = as_clustering(vectors, AXES[:3], {"medium": ints(1, 0, 0)}, ())
    assert found.rule.labels(vectors)[0].tolist() == [0, 0, 0, 1, 1]


def test_passages_that_the_rule_cannot_tell_apart_share_a_topic_and_no_topic_is_empty() -> None:
    twins = np.concatenate([AXES[:1], AXES[:1] + np.float32(1e-8) * AXES[1:2], AXES[2:3]])
    found = as_clustering(twins, twins, {"medium": ints(0, 1, 2)}, ())
    assert found.rule.labels(twins)[0].tolist() == [0, 0, 1]
    assert [len(own) for own in found.stability] == [2]


def test_levels_that_say_the_same_go() -> None:
    medium = ints(0, 0, 1, 2)
    cuts = {"fine": ints(2, 2, 0, 1), "medium": medium, "coarse": ints(0, 0, 1, 1)}
    found = as_clustering(AXES, AXES, cuts, ())
    assert found.levels == ("coarse", "medium")
    assert found.shown == "medium"


def test_loose_passages_stay_loose() -> None:
    found = as_clustering(AXES, AXES, {"medium": ints(0, 0, -1, 1)}, ())
    assert found.rule.labels(AXES)[0].tolist() == [0, 0, -1, 1]


def test_a_topic_that_matches_a_theme_is_named_after_it_at_each_level() -> None:
    guide = Guide("tides", AXES[0], ints(0, 1))
    found = as_clustering(AXES, AXES, {"coarse": ints(0, 0, 1, 1), "medium": ints(0, 0, 1, 2)}, (guide,))
    assert found.themes == ({0: "tides"}, {0: "tides"})


def test_stability_is_how_well_resamples_bring_a_topic_back() -> None:
    rows = ints(0, 1, 2, 3)
    cuts = {"medium": ints(0, 0, 1, 1)}
    kept = as_clustering(AXES, AXES, cuts, (), [Run(rows, ints(1, 1, 0, 0))])
    mixed = as_clustering(AXES, AXES, cuts, (), [Run(rows, ints(0, 1, 0, 1))])
    assert kept.stability[0].tolist() == [1.0, 1.0]
    assert mixed.stability[0] == pytest.approx([1 / 3, 1 / 3])
    assert np.isnan(as_clustering(AXES, AXES, cuts, ()).stability[0]).all()


def test_loose_passages_do_not_count_for_stability() -> None:
    cuts = {"medium": ints(0, 0, 1, -1)}
    found = as_clustering(AXES, AXES, cuts, (), [Run(ints(0, 1, 2, 3), ints(0, 0, 1, 0))])
    assert found.stability[0].tolist() == [1.0, 1.0]
    loose = as_clustering(AXES, AXES, cuts, (), [Run(ints(3), ints(0))])
    assert np.isnan(loose.stability[0]).all()


def test_what_is_left_out_goes_to_the_nearest_topic() -> None:
    space = on_a_circle(0, 10, 90, 100, 30, 70)
    assert filled(space, ints(0, 0, 1, 1, -1, -1)).tolist() == [0, 0, 1, 1, 0, 1]
    assert filled(space, np.full(6, -1, np.int32)).tolist() == [0] * 6


def test_splits_follow_the_finer_grouping_where_the_parts_are_large_enough() -> None:
    space = on_a_circle(0, 1, 20, 21, 22, 90, 91, 110)
    coarse, fine = ints(0, 0, 0, 0, 0, 1, 1, 1), ints(0, 0, 1, 1, 1, 2, 2, 3)
    split = refined(space, coarse, fine, 2)
    assert split.tolist() == [0, 0, 1, 1, 1, 2, 2, 2]
    crossing = refined(space, coarse, ints(0, 0, 1, 1, 2, 2, 0, 0), 2)
    assert crossing.tolist() == [0, 0, 1, 1, 1, 2, 2, 2]


def test_splits_of_planted_groups_nest() -> None:
    space, labels = planted(6, 10, noise=1.5)
    coarse = (labels // 3).astype(np.int32)
    split = refined(space, coarse, np.random.default_rng(0).permutation(labels).astype(np.int32), 3)
    assert all(len(np.unique(coarse[split == part])) == 1 for part in np.unique(split))
    assert np.bincount(split).min() >= 3
