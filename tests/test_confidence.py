import numpy as np
import pytest

from tests.models import small_model
from tests.planted import planted
from topics import Assignment
from topics.cluster.confidence import confidence, confident, evidence, hearts


def test_passages_between_two_topics_are_less_sure_than_those_at_the_heart() -> None:
    vectors, labels = planted(3, 20, noise=0.3)
    middle = hearts(vectors, labels, np.full(3, 0.5))
    between = vectors[0] + vectors[20]
    both = np.stack([vectors[0], between / np.linalg.norm(between)]).astype(np.float32)
    at_heart, torn = confidence(both, np.array([0, 0], np.int32), middle)
    assert at_heart > 0.8 > 0.5 > torn


def test_a_passage_in_the_wrong_topic_is_loose() -> None:
    vectors, labels = planted(3, 20, noise=0.3)
    middle = hearts(vectors, labels, np.full(3, 0.6))
    assert confidence(vectors[:1], np.array([2], np.int32), middle)[0] < 0.2


def test_topics_that_survive_resampling_are_surer() -> None:
    vectors, labels = planted(2, 20)
    steady, shaky = (confidence(vectors, labels, hearts(vectors, labels, np.full(2, s))) for s in (0.9, 0.2))
    assert (steady > shaky).all()


def test_a_passage_without_a_topic_is_not_sure_at_all_and_an_only_topic_is_distinct() -> None:
    vectors, _ = planted(1, 6)
    labels = np.array([0, 0, 0, 0, 0, -1], np.int32)
    middle = hearts(vectors, labels, np.array([np.nan]))
    assert confidence(vectors, labels, middle)[5] == 0
    assert evidence(vectors[:5], labels[:5], middle)[:, 0].tolist() == [1.0] * 5


def test_confidence_is_a_probability_that_rises_with_what_is_told() -> None:
    told = np.array([[-1.0, 0.0], [0.0, 0.5], [1.0, 1.0]])
    found = confident(told)
    assert (np.diff(found) > 0).all()
    assert 0 < found[0] < 0.05
    assert 0.95 < found[2] < 1


def test_each_answer_depends_on_its_own_row() -> None:
    vectors, labels = planted(4, 12, noise=1.0)
    middle = hearts(vectors, labels, np.full(4, 0.7))
    whole = confidence(vectors, labels, middle)
    assert [confidence(vectors[i : i + 1], labels[i : i + 1], middle)[0] for i in range(48)] == whole.tolist()


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
