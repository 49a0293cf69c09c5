"""What might be edited: planted twins, mixtures and crumbs are found, what is sound is not, order never decides."""

from dataclasses import replace

import numpy as np
import pytest

from tests.edit_steps import planted_model
from tests.models import small_model
from topics import edit
from topics.suggest import suggestions

GROUPS, EACH = 8, 40


@pytest.fixture(scope="module")
def sound():
    """Eight planted groups, each a topic."""
    return planted_model(GROUPS, EACH, copies=0, loose=0)


def kinds(model):
    return [(one.kind, set(one.topics)) for one in suggestions(model)]


def test_sound_topics_are_left_alone(sound):
    assert suggestions(sound) == ()


def test_a_topic_of_two_groups_is_mixed(sound):
    model = edit.merge(sound, [1, 6])
    one = next(one for one in suggestions(model) if one.kind == "mixed")
    assert kinds(model) == [("mixed", set(one.topics))]
    assert sorted(one.sizes) == sorted(int((sound.labels == topic).sum()) for topic in (1, 6))
    assert {int(sound.labels[row]) for row in one.rows} == {1, 6}
    assert one.likeness < one.usual


def test_a_group_in_two_topics_is_alike(sound):
    model = edit.split(sound, 7, k=2)
    parts = model.history.last.asked["parts"]
    assert ("alike", set(parts)) in kinds(model)
    one = suggestions(model)[0]
    assert model.topic(one.topics[0]).size >= model.topic(one.topics[1]).size
    assert one.likeness > one.usual
    assert one.sizes == tuple(model.topic(topic).size for topic in one.topics)


def test_a_crumb_of_a_topic_is_tiny_and_goes_to_its_nearest(sound):
    labels = sound.all_labels.copy()
    mine = np.flatnonzero(labels[2] == 4)
    labels[2, mine[3:]] = -1
    topics = [replace(topic, size=3 if topic.id == 4 else topic.size) for topic in sound.levels[2].topics]
    levels = (*sound.levels[:2], replace(sound.levels[2], topics=tuple(topics)))
    model = replace(sound, all_labels=labels, levels=levels)
    one = next(one for one in suggestions(model) if one.kind == "tiny")
    assert (one.topics[0], one.sizes, one.usual) == (4, (3,), float(np.median([topic.size for topic in topics])))
    hearts = {t.id: model.vectors[model.labels == t.id].mean(axis=0) for t in topics}
    hearts = {topic: heart / np.linalg.norm(heart) for topic, heart in hearts.items()}
    assert one.topics[1] == max((t for t in hearts if t != 4), key=lambda t: float(hearts[t] @ hearts[4]))


def test_a_topic_is_in_one_suggestion_at_most_and_junk_in_none(sound):
    model = edit.merge(edit.split(sound, 7, k=2), [1, 6])
    named = [topic for one in suggestions(model) if one.kind != "tiny" for topic in one.topics]
    assert len(named) == len(set(named))
    for topic in named:
        model = edit.junk(model, topic)
    assert not set(named) & {topic for one in suggestions(model) for topic in one.topics[:1]}


def test_two_named_themes_are_not_called_alike(sound):
    model = edit.split(sound, 7, k=2)
    first, second = suggestions(model)[0].topics
    levels = []
    for level in model.levels:
        themes = {first: "A", second: "B"} if level.name == "fine" else {}
        levels.append(replace(level, topics=tuple(replace(t, theme=themes.get(t.id)) for t in level.topics)))
    assert ("alike", {first, second}) not in kinds(replace(model, levels=tuple(levels)))


def test_the_order_of_the_passages_decides_nothing(sound):
    model = edit.merge(sound, [1, 6])
    again = edit.merge(planted_model(GROUPS, EACH, copies=0, loose=0), [1, 6])
    assert suggestions(model) == suggestions(again)


@pytest.mark.parametrize("level", ["coarse", "medium", "fine"])
def test_small_models_and_few_topics_are_no_trouble(level):
    model = small_model(level=level)
    for one in suggestions(model):
        assert one.kind in ("alike", "mixed", "tiny")
    assert level != "coarse" or suggestions(model) == ()


def test_a_topic_that_is_one_passage_again_and_again_has_no_halves(sound):
    vectors = sound.vectors.copy()
    mine = sound.labels == 2
    vectors[mine] = vectors[np.flatnonzero(mine)[0]]
    assert all(2 not in one.topics for one in suggestions(replace(sound, vectors=vectors)) if one.kind == "mixed")
