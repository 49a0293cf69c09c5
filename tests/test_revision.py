"""A model as its fit and its history make it: trees, levels, and what stays readable of the fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.edit_steps import TIME, check, planted_model
from tests.models import FakeEmbedder, small_model, small_tree
from topics import edit, hierarchy, store
from topics.deferred import Later, changed, given
from topics.history import Edit, History
from topics.history.effects import Joined, Made, Numbered, Placed, Told
from topics.model import TopicModel
from topics.revision import edited, fitted, grown_over, named, revised, state_of
from topics.values import Skipped

STAMP = "2026-01-02T03:04:05+00:00"


@pytest.fixture
def model() -> TopicModel:
    return small_model(level="fine", tree=small_tree())


def test_the_fit_is_beneath_and_has_no_history(model: TopicModel) -> None:
    merged = edit.merge(model, [0, 1], time=TIME)
    base = fitted(merged)
    assert base.history.edits == ()
    assert base.fitted is None
    assert store.fingerprint(base) == store.fingerprint(model)
    assert fitted(model.at(3)).level_names == ("coarse", "medium", "fine")
    assert base.memo is model.memo, "what was worked out for the fit is kept"


def test_what_else_was_changed_is_not_lost_with_the_edits(model: TopicModel) -> None:
    told = changed(edit.merge(model, [0, 1], time=TIME), skipped=(Skipped("a", "b"),))
    assert fitted(told).skipped == (Skipped("a", "b"),)
    assert edit.undo(told).skipped == (Skipped("a", "b"),)
    assert isinstance(edit.undo(told).embedder, FakeEmbedder)


def test_a_history_is_of_levels_that_are_there_and_says_what_does_not_fit(model: TopicModel) -> None:
    wrong = History((Edit(1, "merge", "finest", STAMP),))
    with pytest.raises(ValueError, match=r"edit 1 \(merge\) is of level 'finest', which is not there"):
        revised(model, wrong)
    wrong = History(
        (Edit(1, "junk", "fine", STAMP), Edit(2, "merge", "fine", STAMP, effects=(Joined("fine", 0, (9,)),)))
    )
    with pytest.raises(ValueError, match=r"edit 2 \(merge\) does not fit the model: there is no topic 9"):
        revised(model, wrong)
    with pytest.raises(ValueError, match=r"edit 1 \(rename\) does not fit the model: there is no topic 9"):
        edited(model, Edit(1, "rename", "fine", STAMP, effects=(Told("fine", 9, name="a"),)))


def test_names_alone_leave_the_tree_as_it_was(model: TopicModel) -> None:
    renamed = edit.rename(model, 0, "Another")
    assert isinstance(given(renamed, "tree"), hierarchy.Tree)
    assert renamed.tree is not None
    assert np.array_equal(renamed.tree.merges, small_tree().merges)
    assert repr(renamed.tree.topics) == repr(small_tree().topics)


def test_a_tree_over_edited_topics_is_made_when_it_is_asked_for(model: TopicModel) -> None:
    merged = edit.merge(model, [0, 1], time=TIME)
    assert isinstance(given(merged, "tree"), Later)
    assert isinstance(given(merged.at("coarse"), "tree"), Later), "a named level needs no tree"
    assert [len(merged.at(k).topics) for k in range(1, 6)] == [1, 2, 3, 4, 5]
    assert edit.merge(small_model(level="fine"), [0, 1]).tree is None, "where there was none, there is none"
    check(merged)


def test_a_node_between_bears_the_name_of_the_largest_topic_in_it() -> None:
    model = edit.split(planted_model(5, 8), 0, k=2, time=TIME)
    tree = model.tree
    assert tree is not None
    leaves = len(model.levels[-1].topics)
    held = hierarchy.members(tree.merges, leaves)
    for node in tree.topics:
        inside = [t for t, here in zip(model.levels[-1].topics, held[node.id - leaves], strict=True) if here]
        assert node.size == sum(topic.size for topic in inside)
        names = {topic.name for level in model.levels for topic in level.topics}
        assert node.name in names


def _joined(model: TopicModel) -> list[set[str]]:
    """Return the names of the finest topics in each node of the tree, in the order of the joins."""
    assert model.tree is not None
    names = np.array([topic.name for topic in model.levels[-1].topics])
    return [set(names[inside].tolist()) for inside in hierarchy.members(model.tree.merges, len(names))]


def test_topics_of_other_ids_are_joined_as_they_were(model: TopicModel) -> None:
    """The finest topics stand in another order among one another, and those of the level above do not."""
    first = Numbered({"fine": {0: 9, 1: 3, 2: 11, 3: 0, 4: 20, 5: 4}, "medium": {0: 0, 1: 1, 2: 2, 3: 7}})
    then = Numbered({"fine": {9: 1, 3: 30, 11: 2, 0: 8, 20: 0, 4: 5}})
    for effects in ((first,), (first, then)):
        new = edited(model, Edit(1, "refit", "fine", STAMP, effects=effects))
        assert isinstance(given(new, "tree"), hierarchy.Tree), "nothing is joined anew"
        assert [topic.name for topic in new.levels[-1].topics] != [topic.name for topic in model.levels[-1].topics]
        assert _joined(new) == _joined(model)


def test_a_topic_of_what_was_put_there_by_hand_alone_is_joined_by_that(model: TopicModel) -> None:
    by_hand, rows = replace(model.topic(2), id=9, name="By hand"), model.rows(1)[:2].astype(np.int32)
    chain = np.array([[0, 0], [0, 0], [9, 9]], np.int32)
    placed = Placed(model.vectors[rows], chain, rows, np.array([0, 1], np.int32))
    new = edited(model, Edit(1, "move", "fine", STAMP, effects=(Made((by_hand,)), placed)))
    assert sum(topic.parent == 0 for topic in new.levels[-1].topics) > 2, "there are others that it could be joined to"
    assert next(names for names in _joined(new) if "By hand" in names) == {"By hand", model.topic(1).name}


def test_thousands_of_topics_have_no_tree(monkeypatch: pytest.MonkeyPatch, model: TopicModel) -> None:
    monkeypatch.setattr(hierarchy, "MOST", 5)
    assert grown_over(model.levels, state_of(model)) is None
    monkeypatch.setattr(hierarchy, "MOST", 6)
    assert grown_over(model.levels, state_of(model)) is not None


def test_undo_and_redo_show_the_level_that_was_shown(model: TopicModel) -> None:
    merged = edit.merge(model, [0, 1], time=TIME).at("coarse")
    assert edit.undo(merged).level == "coarse"
    assert edit.undo(merged.at(3)).level == "3"
    assert named(merged.at(3)).level == "fine"
    assert edit.undo(merged).fitted is not None, "its history is not empty"
    assert edit.undo(merged).levels == fitted(merged).levels


def test_a_model_keeps_the_fit_beneath_its_edits() -> None:
    model = planted_model()
    renamed = edit.rename(model, model.topics[0].id, "Another name")
    assert fitted(renamed).levels == fitted(model).levels


@pytest.mark.parametrize("seed", range(4))
def test_a_tree_over_edited_topics_joins_those_that_are_most_alike_first(seed: int) -> None:
    planted = planted_model(9, 6, seed=seed)
    model = edit.merge(planted.at("fine"), [0, 1], time=TIME)
    state = state_of(model)
    tree = grown_over(model.levels, state)
    assert tree is not None
    finest, usable = model.levels[-1].topics, ~state.rule.gone
    hearts = np.stack(
        [state.rule.hearts[(state.rule.topics[-1] == topic.id) & usable].mean(axis=0) for topic in finest]
    )
    hearts /= np.linalg.norm(hearts, axis=1, keepdims=True)
    alike = hearts @ hearts.T
    pairs = [tuple(pair) for pair in tree.merges.tolist() if max(pair) < len(finest)]
    joined = [float(alike[pair]) for pair in pairs]
    assert joined == sorted(joined, reverse=True)
    parents = [topic.parent for topic in finest]
    siblings = [(a, b) for b in range(len(finest)) for a in range(b) if parents[a] == parents[b]]
    assert joined[0] == max(float(alike[pair]) for pair in siblings)
