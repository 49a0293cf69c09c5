"""A topic in parts: along finer topics, by Ward's criterion, or by phrases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.edit_steps import TIME, check, planted_model
from tests.models import small_model, small_tree
from topics import edit
from topics.edit import parting
from topics.edit.parting import by_examples
from topics.history.effects import Divided, Parted
from topics.model import TopicModel
from topics.revision import state_of


@pytest.fixture
def model() -> TopicModel:
    return small_model(tree=small_tree())


def effects_of(model: TopicModel) -> set[type]:
    return {type(effect) for effect in model.history.edits[-1].effects}


def test_a_topic_with_finer_ones_is_split_along_them(model: TopicModel) -> None:
    parted = edit.split(model, 1, k=2)
    assert Parted in effects_of(parted)
    assert Divided not in effects_of(parted)
    assert np.array_equal(parted.at("fine").labels, model.at("fine").labels)
    parts = parted.history.edits[-1].asked["parts"]
    assert parts == [1, 4]
    assert [parted.topic(part).size for part in parts] == [4, 4]
    check(parted)


def test_what_a_split_leaves_whole_is_as_it_was_but_for_its_parent(model: TopicModel) -> None:
    for how in ({"k": 2}, {"phrases": ["lunch, classrooms and pupils", "solar roofs"]}):
        parted = edit.split(model.at("coarse"), 1, **how)  # type: ignore[arg-type]
        for level in ("medium", "fine"):
            before = {topic.id: replace(topic, parent=None) for topic in model.at(level).topics}
            assert before == {topic.id: replace(topic, parent=None) for topic in parted.at(level).topics}, how


def test_where_it_has_too_few_finer_ones_it_is_split_by_prototypes(model: TopicModel) -> None:
    parted = edit.split(model, 1, k=3)
    assert Divided in effects_of(parted)
    assert len(parted.history.edits[-1].asked["parts"]) == 3
    check(parted)


def test_a_split_of_a_coarse_topic_goes_through_the_levels_between() -> None:
    model = planted_model(8, 6)
    for k in (2, 3, 4, 7):
        parted = edit.split(model.at("coarse"), 0, k=k)
        assert len(parted.topics) == 1 + k
        check(parted)


def test_an_empty_finer_topic_goes_with_what_it_joins_first(model: TopicModel) -> None:
    inside = np.flatnonzero(model.at("fine").labels == 4)
    emptied = edit.move(model.at("fine"), [model.passages[int(row)] for row in inside], 3)
    assert emptied.topic(4).size == 0
    parted = edit.split(emptied.at("coarse"), 1, k=2)
    assert all(parted.topic(part).size for part in parted.history.edits[-1].asked["parts"])
    check(parted)


TOLD_APART = {
    0: "it holds no passage, and a split takes two that differ",
    1: "it holds one passage, and a split takes two that differ",
    2: "it holds 2 passages that mean the same to the encoder, and a split takes two that differ",
    3: "it holds 3 passages that mean the same to the encoder, and a split takes two that differ",
}


@pytest.mark.parametrize("size", TOLD_APART)
@pytest.mark.parametrize("how", [{"k": 2}, {"k": 1}, {"phrases": ["a bus", "a depot"]}], ids=str)
def test_what_holds_nothing_that_differs_cannot_be_split(size: int, how: dict[str, object]) -> None:
    vectors = small_model().vectors.copy()
    inside = np.flatnonzero(small_model(level="fine").labels == 2)
    vectors[inside[:size]] = vectors[inside[0]]
    model = small_model(tree=small_tree(), level="fine", vectors=vectors)
    shrunk = edit.move(model, [model.passages[int(row)] for row in inside[size:]], 0)
    assert shrunk.topic(2).size == size
    with pytest.raises(ValueError, match=f"^topic 2 cannot be split: {TOLD_APART[size]}$"):
        edit.split(shrunk, 2, **how)


def test_of_two_that_differ_there_are_two_parts(model: TopicModel) -> None:
    inside = np.flatnonzero(model.at("fine").labels == 2)
    shrunk = edit.move(model.at("fine"), [model.passages[int(row)] for row in inside[2:]], 0)
    with pytest.raises(ValueError, match=r"it holds 2 different passages; choose 2$"):
        edit.split(shrunk, 2, k=3)
    check(edit.split(shrunk, 2, k=2))


def test_copies_stay_together(model: TopicModel) -> None:
    planted = planted_model(2, 6, copies=6)
    parted = edit.split(planted, 0, k=5)
    cosine = planted.vectors @ planted.vectors.T
    same = np.argwhere(np.triu(cosine > 1 - 1e-6, 1))
    assert all(parted.labels[one] == parted.labels[other] for one, other in same)
    check(parted)


def test_an_empty_finer_topic_joins_the_one_that_is_nearest_in_the_tree_not_the_first() -> None:
    model = planted_model(9, 6, copies=0).at("fine")
    assert model.tree is not None
    inside = np.flatnonzero(model.labels == 8)
    emptied = edit.move(model, [model.passages[int(row)] for row in inside], 5)
    parted = edit.split(emptied.at("coarse"), 1, k=2)
    assert Parted in effects_of(parted)
    coarse, _, fine = parted.rule.topics
    assert coarse[fine == 8].tolist() == coarse[fine == 7].tolist() != coarse[fine == 5].tolist()


def test_examples_divide_a_topic_by_their_means(model: TopicModel) -> None:
    lunch, classes = (np.flatnonzero(model.at("fine").labels == topic)[:2] for topic in (3, 4))
    found = by_examples(model, model.topic(1), [lunch, classes])
    state = state_of(model)
    for effect in found.effects:
        state = effect.applied(state)
    own = state.labels[state.row("medium")]
    fine = model.at("fine").labels
    assert len({*own[fine == 3].tolist()}) == len({*own[fine == 4].tolist()}) == 1
    assert sorted({*own[fine == 3].tolist(), *own[fine == 4].tolist()}) == sorted(found.parts)
    with pytest.raises(ValueError, match="does not hold all 2 parts"):
        by_examples(model, model.topic(1), [lunch, lunch])


def test_phrases_name_their_parts_and_draw_what_is_nearer(model: TopicModel) -> None:
    fine = edit.split(model.at("medium"), 1, phrases=["lunch and soup", "classroom of pupils"], time=TIME)
    parts = {topic.name: topic.id for topic in fine.topics}
    assert {"lunch and soup", "classroom of pupils"} <= set(parts)
    lunch = model.at("fine").labels == 3
    assert (fine.labels[lunch] == parts["lunch and soup"]).all()
    assert fine.topic(parts["lunch and soup"]).evidence is None
    assert fine.assign(["Soup for lunch"])[0].topic == parts["lunch and soup"]
    check(fine)


def test_a_part_is_called_alike_at_every_level_but_where_another_has_the_name(model: TopicModel) -> None:
    phrases = ["lunch and soup", "solar roofs, classrooms and pupils"]

    def names(model: TopicModel, level: str) -> set[str]:
        return {topic.name for topic in model.at(level).topics}

    parted = edit.split(model.at("coarse"), 1, phrases=phrases)
    assert phrases[0] in names(parted, "coarse") & names(parted, "medium")
    for told in (phrases, phrases[::-1]):
        seen = edit.split(model.at("coarse"), 1, phrases=told)
        held: dict[str, set[bytes]] = {phrase: set() for phrase in phrases}
        for view in map(seen.at, seen.level_names):
            for topic in view.topics:
                held.setdefault(topic.name, set()).add((view.labels == topic.id).tobytes())
        assert all(len(held[phrase]) == 1 for phrase in phrases), "the name of a part is that of the same passages"
    taken = edit.rename(model.at("medium"), 2, "Lunch and soup")
    parted = edit.split(taken.at("coarse"), 1, phrases=phrases)
    assert phrases[0] in names(parted, "coarse") - names(parted, "medium")
    assert parted.at("medium").topic(2).name == "Lunch and soup"
    check(parted)


def test_a_phrase_that_is_the_name_of_another_topic_is_refused(model: TopicModel) -> None:
    with pytest.raises(ValueError, match="would be called 'Bus lines'"):
        edit.split(model.at("medium"), 1, phrases=["bus lines", "classroom of pupils"])


def test_a_phrase_that_nothing_is_near_to_is_refused(model: TopicModel) -> None:
    with pytest.raises(ValueError, match="no passage of topic 0 is nearer to"):
        edit.split(model.at("fine"), 0, phrases=["bike one", "bike two", "bike three", "bike four", "bike"])


def test_new_parts_have_no_theme_no_junk_and_no_stability(model: TopicModel) -> None:
    parted = edit.split(edit.junk(model, 1), 1, k=2)
    for part in parted.history.edits[-1].asked["parts"]:
        topic = parted.topic(part)
        assert topic.theme is None
        assert not topic.junk
        assert np.isnan(topic.stability)


def test_many_passages_are_split_by_a_sample_of_them() -> None:
    planted = planted_model(2, 2600, copies=0, loose=0)
    parted = edit.split(planted, 0, k=2)
    assert min(parted.topic(part).size for part in parted.history.edits[-1].asked["parts"]) > 500


@pytest.mark.parametrize("k", [2, 5, 12, 23])
def test_a_sample_is_large_enough_for_all_parts(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parting, "_MOST_TREED", 4)
    planted = planted_model(2, 24, copies=0, loose=0)
    vectors = planted.vectors[planted.labels == 0]
    part = parting._ward(vectors, k)
    assert np.array_equal(np.unique(part), np.arange(k))
    assert len(part) == len(vectors)
