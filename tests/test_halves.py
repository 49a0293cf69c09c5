import numpy as np
import pytest

from tests.planted import planted
from topics.cluster.consensus import alike, survival
from topics.cluster.halves import UNITS, depths, halve, look, steadiness


def test_depths_are_every_small_number_and_ever_fewer_large_ones() -> None:
    assert depths(10) == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert depths(2) == [2]
    assert depths(1) == []
    far = depths(200)
    assert far[-1] == 200
    assert len(far) < 32


def test_halves_share_no_passage() -> None:
    vectors, _ = planted(3, 21)
    for first, second in halve(vectors, 4, 6, seed=0):
        assert not set(first.rows.tolist()) & set(second.rows.tolist())
        assert len(first.rows) == len(second.rows) == 31
        assert set(first.groups) == set(first.told) == set(depths(6))


def test_halves_repeat_with_their_seed() -> None:
    vectors, _ = planted(3, 20)
    first, again = (halve(vectors, 2, 5, seed=4) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert (one[0].rows == other[0].rows).all()
        assert all((one[0].told[k] == other[0].told[k]).all() for k in one[0].told)


@pytest.mark.parametrize("each", [15, 120])  # passages of their own, and small communities
def test_halves_agree_best_on_the_planted_number_of_topics(each: int) -> None:
    vectors, labels = planted(8, each, noise=0.8)
    pairs = halve(vectors, 6, 30, seed=0)
    found = {k: float(np.mean(steadiness(pairs, k))) for k in depths(30)}
    assert max(found, key=lambda k: found[k]) == 8
    assert found[8] > 0.95
    kept = survival([half.near(8) for pair in pairs for half in pair], labels)
    assert kept.min() > 0.8


def test_halves_of_noise_agree_on_nothing() -> None:
    vectors, _ = planted(200, 1)
    pairs = halve(vectors, 6, 20, seed=0)
    assert max(np.mean(steadiness(pairs, k)) for k in depths(20)) < 0.5


def test_every_pair_tells_how_far_it_agrees() -> None:
    vectors, _ = planted(2, 10)
    pairs = halve(vectors, 2, 4, seed=0)
    assert len(steadiness(pairs, 2)) == 2
    assert steadiness(pairs, 9) == ()  # no half was cut at it


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    halve(planted(2, 10)[0], 3, 4, seed=0, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_cut_has_as_many_topics_as_it_says() -> None:
    vectors, _ = planted(30, 1)
    for pair in halve(vectors, 2, 15, seed=0):
        for half in pair:
            assert {k: len(np.unique(groups)) for k, groups in half.groups.items()} == {k: k for k in half.groups}
            assert max(half.groups) == 14  # of 15 passages: a topic for each would say nothing


def test_as_many_topics_are_looked_for_as_the_corpus_has() -> None:
    few, _ = planted(5, 300, noise=1.0)
    seen = look(few, 3, 200, seed=0)
    assert not seen.is_finer
    assert seen.most < 100
    many, _ = planted(120, 14, noise=0.8)
    seen = look(many, 3, 200, seed=0)
    assert seen.is_finer
    assert 100 < seen.finest <= 140


def test_the_passages_of_a_large_half_are_clustered_in_units_or_one_by_one() -> None:
    vectors, labels = planted(43, 24, noise=0.8)
    in_units, one_by_one = halve(vectors, 1, 400, 0, UNITS[0]), halve(vectors, 1, 400, 0, None)
    assert max(in_units[0][0].groups) < 100
    assert max(one_by_one[0][0].groups) == 400
    groups, told = one_by_one[0][0].groups[43], one_by_one[0][0].told[43]
    assert len(np.unique(groups)) == 43
    assert alike(told, labels) > 0.9


def test_a_second_look_goes_on_telling_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    look(planted(120, 14, noise=0.8)[0], 2, 200, seed=0, progress=lambda done, total: told.append((done, total)))
    assert told[:3] == [(1, 2), (2, 2), (3, 4)]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
