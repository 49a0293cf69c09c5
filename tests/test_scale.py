import numpy as np
import pytest

from tests.planted import planted
from topics.themes.scale import Chance, Scale
from topics.words import read

TEXTS = ["Bees gather honey", "The hive and its bees", "A tide table", "Ebb and tide", "Honey from the hive"] * 3


def no_stops(language: str) -> frozenset[str]:
    return frozenset({"the", "and", "its", "a", "from"})


def test_a_passage_is_more_like_what_it_is_about() -> None:
    vectors, labels = planted(3, 10)
    scale = Scale(vectors)
    likeness = scale.likeness(scale.told(vectors[labels == 1][:2], ()))
    assert likeness[labels == 1].min() > likeness[labels != 1].max()


def test_one_phrase_that_fits_is_enough() -> None:
    vectors, labels = planted(2, 20, dimension=64)
    scale = Scale(vectors)
    one, both = (scale.likeness(scale.told(vectors[rows], ())) for rows in ([1], [1, 21]))
    assert both[labels == 0].mean() > 0.7 * one[labels == 0].mean()


def test_words_count_beside_meaning() -> None:
    vectors, _ = planted(15, 1, dimension=256)
    scale = Scale(vectors, read(TEXTS, ["en"] * 15, no_stops))
    phrases = read(["bees in a hive"], ["en"], no_stops)
    away = planted(16, 1, dimension=256)[0][15:]
    assert scale.likeness(scale.told(away, phrases)).argmax() in (1, 6, 11)


def test_subsets_of_the_phrases_are_what_they_would_be_alone() -> None:
    vectors, _ = planted(3, 8)
    texts = [f"{text} {number}" for number, text in enumerate(TEXTS)] + TEXTS[:9]
    scale = Scale(vectors, read(texts, ["en"] * 24, no_stops))
    phrases = planted(4, 1)[0]
    words = ["a hive", "the tide", "honey bees", "table"]

    def told(rows: list[int]):
        return scale.told(phrases[rows], read([words[row] for row in rows], ["en"] * len(rows), no_stops))

    keep = np.array([[1, 1], [1, 0], [0, 1], [1, 1]], bool)
    found = scale.likeness(told([0, 1, 2, 3]), keep=keep)
    assert found[:, 0] == pytest.approx(scale.likeness(told([0, 1, 3])))
    assert found[:, 1] == pytest.approx(scale.likeness(told([0, 2, 3])))


def test_an_example_does_not_tell_about_itself() -> None:
    vectors, _ = planted(6, 5, noise=2.0)
    scale = Scale(vectors)
    known = scale.likeness(scale.told_by(np.array([3, 4], np.int32)))
    naive = scale.likeness(scale.told(vectors[[3, 4]], ()))
    assert known[3] < naive[3]
    alone = scale.likeness(scale.told_by(np.array([3], np.int32)))
    assert alone[3] > 0.5  # nothing else tells


def test_chance_is_what_nine_in_ten_unrelated_phrases_stay_below() -> None:
    vectors, _ = planted(10, 20, dimension=64)
    scale = Scale(vectors)
    unrelated = scale.told(planted(60, 1, dimension=64, seed=5)[0], ())
    chance = scale.chance(unrelated)
    scores = np.stack([scale.likeness(scale.told(unrelated.vectors[row : row + 1], ())) for row in range(60)])
    assert (scores > chance.bar).mean() == pytest.approx(0.1, abs=0.01)
    stirred = [chance.stands_out(row).any() for row in scores]
    assert 0.52 < np.mean(stirred) < 0.68  # two in five that mean nothing stir too little


def test_a_corpus_that_is_not_stirred_has_no_passage_that_stands_out() -> None:
    scores = np.r_[np.full(99, 0.0), 0.3]
    assert Chance(0.2, 0.0).stands_out(scores).sum() == 1
    assert Chance(0.2, 0.01).stands_out(scores).sum() == 0


def test_passages_next_to_an_unrelated_passage_are_not_counted_as_unrelated() -> None:
    vectors, _ = planted(6, 4, noise=0.05)  # each has the three others of its group for neighbours
    scale = Scale(vectors)
    assert scale.chance(scale.told(vectors[[0, 4]], ())).bar > 0.9
    assert scale.chance(scale.told_by(np.array([0, 4], np.int32))).bar < 0.6


@pytest.mark.parametrize("n", [1, 2, 7])
def test_with_few_passages_every_likeness_above_0_stands_out(n: int) -> None:
    vectors, _ = planted(n, 1)
    scale = Scale(vectors)
    chance = scale.chance(scale.told_by(np.array([0], np.int32)))
    assert chance.stands_out(np.array([0.01, -0.01])).tolist() == [True, False]


def test_texts_of_stop_words_alone_are_told_apart_by_meaning() -> None:
    vectors, labels = planted(2, 5)
    scale = Scale(vectors, read(["the and"] * 10, ["en"] * 10, no_stops))
    likeness = scale.likeness(scale.told(vectors[:1], read(["the"], ["en"], no_stops)))
    assert likeness[labels == 0].min() > likeness[labels == 1].max()


def test_in_a_large_corpus_neighbours_are_of_the_same_group(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, labels = planted(3, 12)
    exact = Scale(vectors, groups=labels)
    monkeypatch.setattr("topics.themes.scale._EXACT", 5)
    grouped = Scale(vectors, groups=np.where(np.arange(36) == 35, 7, labels).astype(np.int32))
    told = exact.told(vectors[:1], ())
    assert grouped.likeness(told)[:12] == pytest.approx(exact.likeness(told)[:12], abs=1e-6)
    assert np.isfinite(grouped.likeness(told)).all()
