"""Topics that an edit made are described beside the others of their level."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from tests.edit_steps import check
from tests.models import small_model
from topics import edit
from topics.edit.wording import Wording, tidied
from topics.history.effects import Joined
from topics.revision import state_of
from topics.values import Keyword


def test_a_changed_topic_gets_words_a_name_and_evidence_of_its_own() -> None:
    model = small_model(level="fine")
    state = Joined("fine", 3, (4,)).applied(state_of(model))
    [told] = Wording(model, state).told("fine", {3: model.topic(3)}, {})
    assert told.id == 3
    assert told.level == "fine"
    assert math.isnan(told.stability)
    assert told.evidence is not None
    assert 0 < told.evidence.contains <= 8
    inside = {model.passages[int(row)].id for row in np.flatnonzero(state.labels[2] == 3)}
    assert set(told.evidence.passages) <= inside
    assert told.keywords[0].weight == 1.0
    assert told.name.casefold() not in {topic.name.casefold() for topic in model.topics if topic.id not in (3, 4)}


def test_a_name_that_is_given_is_kept_without_evidence() -> None:
    model = small_model(level="fine")
    [told] = Wording(model, state_of(model)).told("fine", {3: model.topic(3)}, {3: "Food"})
    assert (told.name, told.evidence) == ("Food", None)


def test_a_topic_without_passages_keeps_its_name_to_itself() -> None:
    model = small_model(level="fine")
    inside = [model.passages[int(row)] for row in np.flatnonzero(model.labels == 5)]
    emptied = edit.move(model, inside, 2)
    assert emptied.topic(5).size == 0
    joined = edit.merge(emptied, [0, 1])
    assert joined.topic(5).name == "Solar roofs"
    check(joined)
    alone = edit.merge(emptied, [5, 4], into=5)
    assert alone.topic(5).size == model.topic(4).size
    check(alone)


def test_words_of_the_corpus_are_made_fit_for_the_history() -> None:
    topic = small_model().topic(0)
    odd = replace(topic, name="so\u00adlar\n roofs" + "x" * 300, keywords=(Keyword("a\u202eb", 1.0, "en"),))
    assert tidied(odd).name.startswith("solar roofsxx")
    assert len(tidied(odd).name) == 200
    assert tidied(odd).keywords[0].term == "ab"
    assert tidied(replace(topic, id=7, name="\u00ad")).name == "Topic 7"
    assert tidied(topic) == topic
