"""What is counted of edited topics, and what no state may be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.models import small_model
from topics.cluster.rule import Pins, Rule
from topics.history.state import State, settled, with_pins
from topics.revision import state_of


@pytest.fixture
def state() -> State:
    return state_of(small_model())


def levels_of(state: State):
    passages = small_model().passages
    return settled(state, passages.languages, passages.language)


def test_what_is_counted_of_a_fit_is_what_the_fit_says(state: State) -> None:
    assert repr(levels_of(state)) == repr(small_model().levels)


def test_of_one_language_everything_is_in_that(state: State) -> None:
    told = settled(state, ("sv",), np.zeros(state.labels.shape[1], np.int32))
    assert all(topic.languages == {"sv": topic.size} for level in told for topic in level.topics)


def test_a_topic_stays_while_something_leads_to_it(state: State) -> None:
    labels = state.labels.copy()
    labels[:, labels[2] == 5] = state.chain("fine", 2)[:, None]
    emptied = levels_of(replace(state, labels=labels))
    assert emptied[2].topics[5].size == 0
    assert emptied[2].topics[5].languages == {}
    topics = state.rule.topics.copy()
    topics[:, 5] = state.chain("fine", 2)
    gone = levels_of(replace(state, labels=labels, rule=Rule(state.rule.prototypes, topics)))
    assert [topic.id for topic in gone[2].topics] == [0, 1, 2, 3, 4]
    assert [topic.id for topic in gone[1].topics] == [0, 1, 2]


def test_languages_come_most_first_and_then_as_the_passages_do(state: State) -> None:
    model = small_model()
    for first in (0, 1):
        language = np.full(24, 1 - first, np.int32)
        language[:12] = first
        [top] = settled(
            replace(state, names=("all",), topics={"all": {0: replace(model.levels[0].topics[0], level="all")}},
                    labels=np.zeros((1, 24), np.int32), rule=Rule(state.rule.prototypes, np.zeros((1, 6), np.int32))),
            ("en", "sv"), language,
        )  # fmt: skip
        assert list(top.topics[0].languages.items()) == [(("en", "sv")[first], 12), (("sv", "en")[first], 12)]


def test_no_passages_and_no_topics_are_counted_as_none(state: State) -> None:
    none = replace(state, labels=state.labels[:, :0])
    assert [topic.size for topic in settled(none, (), np.zeros(0, np.int32))[2].topics] == [0] * 6
    loose = replace(none, rule=Rule(state.rule.prototypes, np.full((3, 6), -1, np.int32)))
    assert [level.topics for level in settled(loose, ("en",), np.zeros(0, np.int32))] == [(), (), ()]


@pytest.mark.parametrize(("row", "value"), [(0, 1), (0, -1), (1, 3), (1, -1), (2, -1)])
def test_levels_that_do_not_nest_are_refused(state: State, row: int, value: int) -> None:
    labels = state.labels.copy()
    labels[row, 0] = value
    with pytest.raises(ValueError, match=r"a topic of level '(medium|fine)' would lie in two topics of the level"):
        levels_of(replace(state, labels=labels))
    topics = state.rule.topics.copy()
    topics[row, 0] = value
    with pytest.raises(ValueError, match="would lie in two topics"):
        levels_of(replace(state, rule=Rule(state.rule.prototypes, topics)))
    pins = Pins(np.eye(16, dtype=np.float32)[:1], np.array([[0], [0], [0]], np.int32))
    pins.topics[row] = value
    with pytest.raises(ValueError, match="would lie in two topics"):
        levels_of(replace(state, rule=with_pins(state.rule, pins)))


def test_topics_that_are_not_known_and_names_that_are_twice_are_refused(state: State) -> None:
    with pytest.raises(ValueError, match="there is no topic 5 at level 'fine'"):
        levels_of(replace(state, topics={**state.topics, "fine": {k: state.topics["fine"][k] for k in range(5)}}))
    twin = replace(state.topic("fine", 1), name="BIKE lanes")
    with pytest.raises(ValueError, match="two topics of level 'fine' would be called 'BIKE lanes'"):
        levels_of(state.knowing(twin))


def test_a_chain_goes_from_the_coarsest_level_down(state: State) -> None:
    assert state.chain("fine", 5).tolist() == [1, 3, 5]
    assert state.chain("coarse", 1).tolist() == [1]
    for level, topic, match in (("fine", 6, "topic 6 at level 'fine' holds nothing"), ("none", 0, "no level 'none'")):
        with pytest.raises(ValueError, match=match):
            state.chain(level, topic)
    assert state.led("medium") == [0, 1, 2, 3]


def test_pins_are_added_behind_those_that_are_there(state: State) -> None:
    pins = Pins(np.eye(16, dtype=np.float32)[:1], np.array([[0], [0], [0]], np.int32))
    rule = with_pins(with_pins(state.rule, pins), Pins(pins.vectors, pins.topics + 1))
    assert rule.pins is not None
    assert rule.pins.topics[2].tolist() == [0, 1]
    assert np.array_equal(rule.prototypes, state.rule.prototypes)
