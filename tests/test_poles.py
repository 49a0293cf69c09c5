import re

import numpy as np
import pytest

from tests.models import small_model
from topics.model import TopicModel
from topics.themes.poles import Examples, as_pole
from topics.values import Passage, Pole


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return small_model()


def test_poles_from_phrases(model: TopicModel) -> None:
    assert as_pole("tea", model) == Examples("tea", ("tea",))
    assert as_pole(["tea", "a cup", "tea"], model) == Examples("tea", ("tea", "a cup"))
    assert as_pole(Pole("tea"), model) == Examples("tea", ("tea",))
    assert as_pole(Pole("tea", ("green tea", "tea")), model).pole == Pole("tea", ("tea", "green tea"))


def test_poles_from_passages(model: TopicModel) -> None:
    passage = model.passages[4]
    for given in (passage, passage.id, [passage, passage.id]):
        found = as_pole(given, model)
        assert found.rows == (4,)
        assert found.texts == (passage.text,)
        assert found.phrases == ()
        assert passage.text.startswith(found.name.removesuffix(" …"))
    assert as_pole([passage, "solar"], model).phrases == ("solar",)


def test_poles_from_topics(model: TopicModel) -> None:
    topic = model.topics[2]
    for given in (topic, 2, np.int32(2), [topic], np.array([2])):
        found = as_pole(given, model)
        assert found.name == topic.name
        assert {int(model.labels[row]) for row in found.rows} == {2}
    assert as_pole(model.at("fine").topics[5], model).rows == as_pole(5, model.at("fine")).rows


@pytest.mark.parametrize(
    ("pole", "message"),
    [
        ("", "a phrase of a pole is empty"),
        ([" "], "a phrase of a pole is empty"),
        (["tea", "…"], "a phrase of a pole is empty"),
        ([], "at least one phrase, passage or topic"),
        (4, "there is no topic 4 at level 'medium', which has 0 to 3"),
        (-1, "there is no topic -1"),
        (True, "not by a bool"),
        (2.5, "not by a float"),
        (None, "not by a NoneType"),
        ("report.md:0-3", "there is no passage 'report.md:0-3'"),
        (Passage("elsewhere:0-3", "elsewhere", 0, 3, "abc", "en"), "there is no passage 'elsewhere:0-3'"),
        (small_model(level="fine").topics[0].__class__(9, "Odd", (), 1, 0.1, 0.5, "medium"), "'Odd' is not one of"),
    ],
)
def test_what_tells_nothing_is_named(pole: object, message: str, model: TopicModel) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        as_pole(pole, model)  # type: ignore[arg-type]


def test_what_only_looks_like_an_id_is_a_phrase(model: TopicModel) -> None:
    assert as_pole("open hours: 9-17", model).phrases == ("open hours: 9-17",)
    assert as_pole("score:3-2", model).phrases == ("score:3-2",)
