import numpy as np
import pytest

from tests.planted import levels_nest, planted
from topics.cluster.choice import Grouping, chosen, judge_of, levels

SPACE, LABELS = planted(6, 12, noise=0.8)


def grouping(labels: np.ndarray, smallest: int = 3) -> Grouping:
    return Grouping(labels.astype(np.int32), smallest)


def with_loose(labels: np.ndarray, *rows: int) -> np.ndarray:
    out = labels.copy()
    out[list(rows)] = -1
    return out


def test_the_planted_grouping_is_chosen_whatever_is_left_out_of_it() -> None:
    rng = np.random.default_rng(0)
    planted_but_loose = grouping(with_loose(LABELS, 0, 13, 26))
    offered = [grouping(LABELS // 3), grouping(rng.permutation(LABELS)), planted_but_loose, grouping(LABELS * 0)]
    assert chosen(SPACE, offered, judge_of(SPACE)) is planted_but_loose


def test_levels_nest_around_what_was_found() -> None:
    halves = LABELS * 2 + np.tile([0, 1], 36)
    cuts = levels(SPACE, LABELS, [grouping(halves)], judge_of(SPACE), keep=False)
    assert cuts["medium"].tolist() == LABELS.tolist()
    assert 2 <= cuts["coarse"].max() + 1 <= 4
    assert cuts["fine"].max() + 1 == 12
    assert levels_nest([cuts["coarse"], cuts["medium"], cuts["fine"]])


def test_topics_without_neighbours_in_common_are_merged_by_their_centroids() -> None:
    pairs = [(1, 0, 0), (1, 0.3, 0), (0, 1, 0), (0, 1, 0.3), (0, 0, 1), (0.3, 0, 1)]
    space = np.repeat(np.array(pairs), 12, axis=0) + np.random.default_rng(0).normal(size=(72, 3)) * 0.01
    space = (space / np.linalg.norm(space, axis=1, keepdims=True)).astype(np.float32)
    cuts = levels(space, LABELS, [grouping(LABELS)], judge_of(space), keep=False)
    assert cuts["coarse"].tolist() == (LABELS // 2).tolist()


@pytest.mark.parametrize("keep", [True, False])
def test_what_was_left_out_is_loose_at_every_level_or_at_none(keep: bool) -> None:
    found = with_loose(LABELS, 5, 40)
    cuts = levels(SPACE, found, [grouping(LABELS)], judge_of(SPACE), keep=keep)
    for cut in cuts.values():
        assert np.flatnonzero(cut < 0).tolist() == ([5, 40] if keep else [])
    assert keep or cuts["medium"].tolist() == LABELS.tolist()


def test_levels_that_would_say_nothing_new_are_left_out() -> None:
    pair = (LABELS[:24] > 0).astype(np.int32)
    assert set(levels(SPACE[:24], pair, [grouping(pair)], judge_of(SPACE[:24]), keep=False)) == {"medium"}
    few = np.array([0, 1, 2, 3, 4], np.int32)
    assert set(levels(SPACE[:5], few, [grouping(few, 1)], judge_of(SPACE[:5]), keep=False)) == {"medium"}


@pytest.mark.parametrize("p", [1, 2, 3])
def test_a_handful_of_passages_can_be_judged(p: int) -> None:
    space = planted(p, 1)[0]
    one, each = np.zeros(p, np.int32), np.arange(p, dtype=np.int32)
    assert chosen(space, [grouping(one), grouping(each)], judge_of(space)).labels.tolist() == one.tolist()
