from dataclasses import replace

import numpy as np
import pytest

from tests.models import GAPS, gapped_model, small_model
from tests.planted import planted
from topics import Assignment
from topics.cluster.confidence import (
    BUILT_IN,
    FIRST,
    UNREAD,
    confidence,
    confident,
    evidence,
    hearts,
    outside,
    outside_alone,
)


def everyone(vectors: np.ndarray) -> np.ndarray:
    return np.ones(len(vectors), np.bool_)


def test_passages_between_two_topics_are_less_sure_than_those_at_the_heart() -> None:
    vectors, labels = planted(3, 20, noise=0.3)
    middle = hearts(vectors, labels, np.full(3, 0.5))
    between = vectors[0] + vectors[20]
    both = np.stack([vectors[0], between / np.linalg.norm(between)]).astype(np.float32)
    at_heart, torn = confidence(both, np.array([0, 0], np.int32), middle)
    assert at_heart > 0.8 > 0.7 > torn


def test_a_passage_in_the_wrong_topic_is_loose() -> None:
    vectors, labels = planted(3, 20, noise=0.3)
    middle = hearts(vectors, labels, np.full(3, 0.6))
    assert confidence(vectors[:1], np.array([2], np.int32), middle)[0] < 0.2


def test_topics_that_survive_resampling_are_surer() -> None:
    vectors, labels = planted(2, 20)
    steady, shaky = (confidence(vectors, labels, hearts(vectors, labels, np.full(2, s))) for s in (0.9, 0.2))
    assert (steady > shaky).all()


def test_a_passage_of_a_small_topic_is_told_by_the_others_in_it() -> None:
    vectors, labels = planted(3, 4, noise=0.3)
    labels[[0, 11]] = labels[[11, 0]]  # both are in the wrong topic, and pull its middle towards themselves
    middle = hearts(vectors, labels, np.full(3, 0.7))
    by_others = confidence(vectors, labels, middle, members=everyone(vectors))
    by_all = confidence(vectors, labels, middle)
    assert by_others[[0, 11]].max() < 0.3 < by_others[np.arange(1, 11)].min()
    assert (by_all[[0, 11]] > by_others[[0, 11]]).all()


def test_what_a_passage_is_told_by_is_the_middle_without_it() -> None:
    vectors, labels = planted(2, 5, noise=1.0)
    middle = hearts(vectors, labels, np.full(2, 0.5))
    rest = vectors[1:5].astype(np.float64).sum(axis=0)
    wanted = vectors[0] @ rest / np.linalg.norm(rest)
    assert middle.nearness(vectors[:1], labels[:1], everyone(vectors[:1]))[0] == pytest.approx(wanted, abs=2e-6)
    apart = vectors @ np.stack([rest / np.linalg.norm(rest), middle.centres[1]], axis=1)
    odds = evidence(vectors[:1], labels[:1], middle, everyone(vectors[:1]))[0, 0]
    assert odds == pytest.approx(10 * (apart[0, 0] - apart[0, 1]), abs=1e-4)


def test_a_passage_without_a_topic_is_not_sure_at_all_and_an_only_topic_is_sure() -> None:
    vectors, _ = planted(1, 6)
    labels = np.array([0, 0, 0, 0, 0, -1], np.int32)
    middle = hearts(vectors, labels, np.array([np.nan]))
    assert confidence(vectors, labels, middle)[5] == 0
    assert evidence(vectors[:5], labels[:5], middle, everyone(vectors[:5]))[:, 0].tolist() == [7.0] * 5
    one = hearts(vectors[:1], labels[:1], np.array([np.nan]))
    assert confidence(vectors[:1], labels[:1], one, members=everyone(vectors[:1]))[0] > 0.9


def test_of_a_topic_of_one_passage_nothing_can_be_told_but_its_stability() -> None:
    vectors, _ = planted(2, 3)
    labels = np.array([0, 0, 0, 0, 0, 1], np.int32)
    middle = hearts(vectors, labels, np.full(2, 0.5))
    told = evidence(vectors[5:], labels[5:], middle, everyone(vectors[5:]))
    assert told.tolist() == [[0.0, 0.5]]
    sure = confidence(vectors[5:], labels[5:], middle, members=everyone(vectors[5:]))
    assert sure == pytest.approx(confident(told))


def test_opposite_or_identical_passages_of_a_topic_give_numbers() -> None:
    vectors = np.array([[1, 0], [-1, 0], [0, 1], [0, 1]], np.float32)
    labels = np.array([0, 0, 1, 1], np.int32)
    sure = confidence(vectors, labels, hearts(vectors, labels, np.full(2, 0.5)), members=everyone(vectors))
    assert np.isfinite(sure).all()
    assert sure[:2].max() < 0.1 < 0.9 < sure[2:].min()


def test_where_the_encoder_does_not_read_the_language_the_topic_is_right_by_chance() -> None:
    vectors, labels = planted(3, 20, noise=0.3)
    middle = hearts(vectors, labels, np.full(3, 0.7))
    one, topic = vectors[:1], labels[:1]
    read, partly, unread, unknown = (
        confidence(one, topic, middle, reading=np.array([share]))[0] for share in (1.0, 0.8, 0.0, np.nan)
    )
    assert read == confidence(one, topic, middle)[0] > partly > unknown > unread
    assert unread == pytest.approx(UNREAD[1], abs=1e-6)


def test_confidence_is_a_probability_that_rises_with_what_is_told() -> None:
    found = confident(np.array([[-7.0, 0.0], [0.0, 0.5], [7.0, 1.0]]))
    assert (np.diff(found) > 0).all()
    assert 0 < found[0] < 0.05
    assert 0.95 < found[2] < 1


def test_each_answer_depends_on_its_own_row() -> None:
    vectors, labels = planted(4, 12, noise=1.0)
    middle = hearts(vectors, labels, np.full(4, 0.7))
    members = np.arange(48) % 2 == 0
    whole = confidence(vectors, labels, middle, members=members)
    one_by_one = (
        confidence(vectors[i : i + 1], labels[i : i + 1], middle, members=members[i : i + 1])[0] for i in range(48)
    )
    assert list(one_by_one) == whole.tolist()


def test_a_model_tells_the_same_for_passages_as_for_their_texts() -> None:
    model = small_model()
    told = [found.confidence for found in model.assign(model.passages.texts())]
    assert told == pytest.approx(model.confidence.tolist())
    assert (model.loose == (model.confidence < 0.5)).all()
    assert not model.confidence.flags.writeable
    assert model.to_frame()["loose"].tolist() == model.loose.tolist()


@pytest.mark.parametrize("text", ["", "   ", "— … !"])
def test_a_text_that_says_nothing_has_no_topic(text: str) -> None:
    assert small_model().assign([text]) == [Assignment(-1, 0.0, -1, 0.0, 0.0)]


def test_a_text_that_is_far_from_every_topic_is_loose() -> None:
    vectors, labels = planted(3, 20, noise=0.3)
    middle = hearts(vectors, labels, np.full(3, 0.9))
    heart = middle.centres[0]
    aside = np.linalg.qr(np.stack([*middle.centres, np.ones(32)]).T)[0][:, 3]  # at right angles to every topic
    far = (0.1 * heart + aside)[None, :] / np.linalg.norm(0.1 * heart + aside)
    assert confidence(far.astype(np.float32), np.array([0], np.int32), middle)[0] < 0.2


def test_an_id_that_no_topic_has_is_of_size_0_and_changes_no_answer() -> None:
    plain, gapped = small_model(level="fine"), gapped_model(level="fine")
    stability = np.full(13, np.nan)
    stability[list(GAPS["fine"])] = 0.7
    middle = hearts(gapped.vectors, gapped.labels, stability)
    expected = hearts(plain.vectors, plain.labels, np.full(6, 0.7))
    assert np.flatnonzero(middle.sizes).tolist() == list(GAPS["fine"])
    assert middle.sizes[list(GAPS["fine"])].tolist() == expected.sizes.tolist()
    np.testing.assert_array_equal(
        confidence(gapped.vectors, gapped.labels, middle), confidence(plain.vectors, plain.labels, expected)
    )


def test_what_lies_beyond_every_edge_is_outside() -> None:
    vectors, labels = planted(4, 40)
    middle = hearts(vectors, labels, np.full(4, np.nan))
    own = outside_alone(vectors, labels, middle, np.arange(len(vectors), dtype=np.int32))
    assert own.mean() == pytest.approx(0.05, abs=0.03)
    assert outside_alone(vectors, labels, middle, labels).all(), "nothing is left of a topic without its only document"
    elsewhere, _ = planted(3, 20, seed=9)
    assert outside(elsewhere, middle).mean() > 0.9
    assert not outside(elsewhere[:0], middle).size


def test_what_speaks_for_the_theme_of_its_topic_makes_a_passage_surer_and_what_does_not_less_sure() -> None:
    vectors, labels = planted(3, 20, noise=0.6)
    middle = hearts(vectors, labels, np.full(3, 0.5), themes=[1, -1, 0])
    excess = np.zeros((60, 2), np.float32)
    before = confidence(vectors, labels, middle, excess=excess)
    assert before.tobytes() == confidence(vectors, labels, middle).tobytes()
    excess[0, 1], excess[1, 1], excess[2, 0], excess[20] = 0.3, -0.3, 0.3, 0.3
    after = confidence(vectors, labels, middle, excess=excess)
    assert after[0] > before[0]
    assert after[1] < before[1]
    assert after[2] == before[2]  # for another theme
    assert after[20] == before[20]  # in a topic that stands for none
    assert (after[21:] == before[21:]).all()


def test_what_is_told_by_words_counts_in_a_language_that_is_hardly_read() -> None:
    vectors, labels = planted(2, 20, noise=0.6)
    middle = hearts(vectors, labels, np.full(2, 0.5), themes=[0, -1])
    reading, excess = np.full(40, 0.2), np.full((40, 1), 0.4, np.float32)
    unread, told = (confidence(vectors, labels, middle, reading=reading, excess=e) for e in (None, excess))
    assert (told[:20] > 2 * unread[:20]).all()


def test_a_model_keeps_its_calibration() -> None:
    vectors, labels = planted(2, 20, noise=0.6)
    own = replace(BUILT_IN, weights=(0.0, 0.0, 0.0), unread=(1.0, 0.3))
    middle = hearts(vectors, labels, np.full(2, 0.5), calibration=own)
    sure = confidence(vectors, labels, middle)
    assert sure.max() == 0.5
    assert confidence(vectors[:1], labels[:1], middle, reading=np.zeros(1))[0] == pytest.approx(0.6 * sure[0])


def test_the_calibration_of_models_that_were_saved_without_one_never_changes() -> None:
    assert (FIRST.weights, FIRST.unread) == ((-0.13, 0.62, 1.82), (1.34, 0.16))
