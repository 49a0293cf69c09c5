"""Edits at random, at every level: what a model says after them fits together, and undo gives back what was there."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edit_steps import BY, STEPS, TIME, check, check_pins, planted_model, step
from tests.models import FakeEmbedder, small_model, small_tree
from topics import edit, store
from topics.model import TopicModel

MODELS = (
    lambda: small_model(tree=small_tree()),
    small_model,
    planted_model,
    lambda: planted_model(9, 6, seed=3, copies=8, loose=4),
    lambda: planted_model(1, 5, loose=0),
)
kinds = st.lists(st.sampled_from([*STEPS, "undo", "merge", "split"]), min_size=1, max_size=10)
thorough = settings(max_examples=40)


@thorough
@given(st.sampled_from(MODELS), kinds, st.integers(0, 2**32))
def test_after_any_edits_a_model_fits_together(make, steps: list[str], seed: int) -> None:
    model, draw = make(), random.Random(seed)
    for kind in steps:
        model = step(model, draw, kind)
    check(model)
    check_pins(model)


@thorough
@given(st.sampled_from(MODELS), kinds, st.integers(0, 2**32))
def test_p10_undo_gives_the_exact_state_before_and_redo_the_one_after(make, steps: list[str], seed: int) -> None:
    model, draw = make(), random.Random(seed)
    states = [model]
    for kind in steps:
        after = step(states[-1], draw, kind if kind not in ("undo", "redo") else "rename")
        if len(after.history.edits) > len(states[-1].history.edits):
            states.append(after)
    told = [store.fingerprint(state.at("fine")) for state in states]
    back = states[-1]
    for earlier in reversed(told[:-1]):
        back = edit.undo(back, **BY)
        assert store.fingerprint(back.at("fine")) == earlier
    with pytest.raises(ValueError, match="no edit to undo"):
        edit.undo(back)
    for later in told[1:]:
        back = edit.redo(back, **BY)
        assert store.fingerprint(back.at("fine")) == later
    with pytest.raises(ValueError, match="no edit to do again"):
        edit.redo(back)


@thorough
@given(st.sampled_from(MODELS), kinds, st.integers(0, 2**32))
def test_an_id_stays_its_own_and_is_never_given_again(make, steps: list[str], seed: int) -> None:
    model, draw = make(), random.Random(seed)
    ever = {level.name: {topic.id for topic in level.topics} for level in model.levels}
    for kind in steps:
        before, model = model, step(model, draw, kind)
        for old, new in zip(before.levels, model.levels, strict=True):
            fresh = {topic.id for topic in new.topics} - {topic.id for topic in old.topics}
            if kind not in ("undo", "redo"):
                assert not fresh & ever[new.name]
            ever[new.name] |= fresh


@thorough
@given(st.sampled_from(MODELS), kinds, st.integers(0, 2**32))
def test_p1_p3_what_is_saved_answers_the_same_bit_for_bit(make, steps: list[str], seed: int) -> None:
    model, draw = make(), random.Random(seed)
    for kind in steps:
        model = step(model, draw, kind)
    with tempfile.TemporaryDirectory() as folder:
        again = store.load(store.save(model, Path(folder) / "m"))
        assert store.fingerprint(again) == store.fingerprint(model)
        assert [entry.asked for entry in again.history.edits] == [entry.asked for entry in model.history.edits]
        for level in ("coarse", "medium", "fine"):
            one, other = (m.at(level).assign_vectors(m.vectors) for m in (model, again))
            for name in ("topic", "score", "runner_up", "margin", "confidence"):
                assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
        assert store.fingerprint(store.load(store.save(again, Path(folder) / "n"))) == store.fingerprint(model)
        undone = edit.undo(again, **BY) if again.history.last else again
        mine = edit.undo(model, **BY) if model.history.last else model
        assert store.fingerprint(undone) == store.fingerprint(mine)


@pytest.mark.parametrize("level", ["coarse", "medium", "fine"])
@pytest.mark.parametrize("make", MODELS[:4])
def test_a_split_changes_nothing_outside_its_topic_and_a_merge_nothing_outside_its_topics(make, level: str) -> None:
    for topic in make().at(level).topics:
        model = make().at(level)
        inside = model.labels == topic.id
        try:
            parted = edit.split(model, topic.id, k=2, time=TIME)
        except ValueError:
            assert len(np.unique(model.vectors[inside], axis=0)) < 2
            continue
        assert np.array_equal(parted.all_labels[:, ~inside], model.all_labels[:, ~inside])
        parts = np.unique(parted.labels[inside])
        assert len(parts) == 2
        assert topic.id in parts
        assert parted.topic(topic.id).size == max(parted.topic(int(part)).size for part in parts)
        other = next((t.id for t in model.topics if t.id != topic.id), None)
        if other is not None:
            joined = edit.merge(model, [topic.id, other], into=other, time=TIME)
            away = ~inside & (model.labels != other)
            assert np.array_equal(joined.all_labels[:, away], model.all_labels[:, away])
            assert (joined.labels[inside] == other).all()
            kept = {t.id: t.name for t in joined.topics if t.id != other}
            assert kept == {t.id: t.name for t in model.topics if t.id not in (topic.id, other)}


@pytest.mark.slow
def test_edits_of_the_seed_corpus(seeds_model: TopicModel, tmp_path: Path) -> None:
    model, draw = seeds_model, random.Random(5)
    for kind in (
        "rename",
        "split",
        "merge",
        "move",
        "split",
        "bin",
        "merge",
        "pin",
        "split",
        "undo",
        "redo",
        "keywords",
    ):
        model = step(model, draw, kind)
    check(model)
    texts = ["Companies ban chatbots because private data could leak", *model.passages.texts()[:5]]
    again = store.load(store.save(model, tmp_path / "m"))
    assert store.fingerprint(again) == store.fingerprint(model)
    assert again.assign(texts) == model.assign(texts) == [model.assign([text])[0] for text in texts]


def test_what_is_like_a_moved_passage_follows_it_also_when_it_is_new() -> None:
    model = small_model(level="fine")
    text = model.passages[0].text
    near = f"{text} Indeed."
    [before] = model.assign([near])
    assert before.topic == 0
    moved = edit.move(model, [model.passages[0]], 3, time=TIME)
    assert moved.labels[0] == 3
    told, copy = moved.assign([text, near])
    assert (told.topic, told.confidence) == (3, 1.0)
    assert copy.topic == 3
    assert moved.at("coarse").assign([near])[0].topic == 1
    binned = edit.junk(moved, passages=[model.passages[0]], time=TIME)
    assert [found.topic for found in binned.assign([text, near])] == [-1, -1]
    assert binned.all_labels[:, 0].tolist() == [-1, -1, -1]
    again = edit.move(binned, model.passages[0].id, 1, time=TIME)
    assert [found.topic for found in again.assign([text, near])] == [1, 1]


def test_copies_of_a_moved_passage_follow_it_through_later_edits() -> None:
    model = planted_model(4, 8, copies=6)
    twin = len(model.passages) - 3
    cosine = model.vectors @ model.vectors[twin]
    alike = np.flatnonzero(cosine >= 0.95)
    assert len(alike) > 1
    target = next(t.id for t in model.topics if t.id != model.labels[twin])
    moved = edit.move(model, [model.passages[twin]], target, time=TIME)
    assert (moved.labels[alike] == target).all()
    parted = edit.split(moved, target, k=3, time=TIME)
    assert len(np.unique(parted.labels[alike])) == 1
    check(parted)
    joined = edit.merge(parted, [t.id for t in parted.topics[:3]], time=TIME)
    check(joined)


def test_p2_an_answer_does_not_depend_on_the_batch() -> None:
    model = small_model(level="fine", embedder=FakeEmbedder())
    for kind, seed in (("split", 1), ("move", 2), ("bin", 3), ("merge", 4)):
        model = step(model, random.Random(seed), kind).at("fine")
    texts = [*model.passages.texts(), "More bike lanes", "Bussen kommer aldrig", "", "Nothing of the kind"]
    whole = model.assign(texts)
    assert [model.assign([text])[0] for text in texts] == whole
    assert model.assign(texts[::-1])[::-1] == whole
    assert [*model.assign(texts[:7]), *model.assign(texts[7:])] == whole
