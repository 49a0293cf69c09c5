"""New documents for a fitted and edited model, and new fits that carry ids and edits over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

import topics
from tests.models import FakeEmbedder, small_model, small_tree
from tests.planted_texts import FOREIGN, WORDS, planted_documents
from topics import edit, hierarchy, store, update
from topics.errors import EncoderError, ReadError
from topics.history import Edit
from topics.model import TopicModel
from topics.settings import Settings
from topics.values import Document

LEVELS = ("coarse", "medium", "fine")
NEW = planted_documents(8, seed=7, first=40)


@pytest.fixture(scope="module")
def fitted() -> TopicModel:
    """120 passages of 40 documents on six things."""
    return topics.fit(planted_documents(40), embedder=FakeEmbedder(), layout="pca")


def about(model: TopicModel, word: str, level: str = "medium") -> int:
    """Return the topic of a level that a sentence of a thing's words belongs to."""
    return model.at(level).assign([WORDS[word]])[0].topic


def of(model: TopicModel, topic: int, n: int) -> list[str]:
    return [model.passages[int(row)].id for row in model.rows(topic)[:n]]


def edited(model: TopicModel) -> TopicModel:
    """Return a model with an edit of nearly every kind."""
    model = model.at("medium")
    bus, solar, bike = about(model, "bus"), about(model, "solar"), about(model, "bike")
    model = edit.rename(model, bus, "Public transport", author="ann", reason="as we call it")
    model = edit.merge(model, [about(model, "park"), bike])
    model = edit.split(model, about(model, "bike"), phrases=[WORDS["park"], WORDS["bike"]])
    model = edit.move(model, of(model, bus, 2), about(model, "class"))
    model = edit.pin(model, of(model, solar, 1))
    model = edit.junk(model, passages=of(model, about(model, "lunch"), 1))
    return edit.junk(model, solar)


def same_labels(one: TopicModel, other: TopicModel) -> bool:
    return one.level_names == other.level_names and np.array_equal(one.all_labels, other.all_labels)


# adding


def test_old_passages_and_topics_stay_and_all_is_counted_anew(fitted: TopicModel) -> None:
    added = update.add(fitted, NEW, author="ann", reason="week 41")
    model, n = added.model, len(fitted.passages)
    assert list(model.passages)[:n] == list(fitted.passages)
    assert model.passages.documents[40:] == tuple(NEW)
    assert np.array_equal(model.vectors[:n], fitted.vectors)
    assert np.array_equal(model.positions[:n], fitted.positions)
    assert np.array_equal(model.all_labels[:, :n], fitted.all_labels)
    assert added.rows == range(n, n + len(added.topics))
    assert len(added.rows) == 24
    assert np.array_equal(added.topics, model.labels[n:])
    for level in LEVELS:
        seen, before = model.at(level), fitted.at(level)
        assert {topic.id: topic.name for topic in seen.topics} == {topic.id: topic.name for topic in before.topics}
        for topic in seen.topics:
            assert topic.size == (seen.labels == topic.id).sum()
            assert topic.share == pytest.approx(topic.size / len(model.passages))
            assert sum(topic.languages.values()) == topic.size
            assert topic.evidence is not None
            assert topic.evidence.contains <= topic.size
            assert 0 <= topic.evidence.fits <= 1
        assert sum(topic.evidence.contains for topic in seen.topics) >= sum(
            topic.evidence.contains for topic in before.topics
        )
    hierarchy.check(model.tree.merges, model.tree.topics, model.levels)
    entry = model.history.edits[-1]
    assert (entry.kind, entry.author, entry.reason, entry.asked["documents"]) == ("add", "ann", "week 41", 8)


def test_new_passages_get_the_topics_of_what_they_are_about(fitted: TopicModel) -> None:
    for word in WORDS:
        added = update.add(fitted, planted_documents(2, seed=3, first=90, about=[word]))
        assert set(added.topics.tolist()) == {about(fitted, word)}
        assert (added.confidence > 0.5).all()


@pytest.mark.parametrize("change", [lambda model: model, edited], ids=["as fitted", "edited"])
def test_one_file_after_another_is_the_same_as_all_at_once(
    fitted: TopicModel, change: Callable[[TopicModel], TopicModel]
) -> None:
    model = change(fitted)
    whole, parts = update.add(model, NEW).model, model
    for document in NEW:
        parts = update.add(parts, [document]).model
    assert same_labels(whole, parts)
    assert np.array_equal(whole.positions, parts.positions)
    assert [topic.size for topic in whole.topics] == [topic.size for topic in parts.topics]


def test_edits_hold_for_new_passages_and_are_undone_for_them_too(fitted: TopicModel) -> None:
    model = edited(fitted)
    larger = update.add(model, NEW).model
    assert np.array_equal(larger.rule.labels(larger.vectors), larger.all_labels)
    undone, before = larger, model
    while before.history.last is not None:
        undone, before = edit.undo(undone), edit.undo(before)
        assert same_labels(undone, update.add(before, NEW).model)
    assert same_labels(undone, update.add(fitted.at("medium"), NEW).model)


def test_what_was_undone_before_is_not_done_again_after(fitted: TopicModel) -> None:
    model = edit.undo(edit.rename(fitted, 0, "Another name"))
    assert edit.redo(model).topic(0).name == "Another name"
    larger = update.add(model, NEW).model
    with pytest.raises(ValueError, match="no edit to do again"):
        edit.redo(larger)
    with pytest.raises(ValueError, match="no edit to undo"):
        edit.undo(larger)


def test_texts_are_assigned_alike_before_and_after_reload(fitted: TopicModel, tmp_path: Path) -> None:
    larger = update.add(edited(fitted), NEW).model
    larger.save(tmp_path / "m")
    again = store.load(tmp_path / "m", embedder=FakeEmbedder())
    texts = [*WORDS.values(), FOREIGN, NEW[0].text]
    assert again.assign(texts) == larger.assign(texts)
    assert same_labels(again, larger)
    assert list(again.passages) == list(larger.passages)
    assert [vars_of(one) for one in again.history.edits] == [vars_of(one) for one in larger.history.edits]
    assert [topic.evidence for topic in again.topics] == [topic.evidence for topic in larger.topics]
    more = update.add(again, planted_documents(2, seed=9, first=70))
    assert same_labels(more.model, update.add(larger, planted_documents(2, seed=9, first=70)).model)


def vars_of(one: Edit) -> tuple[object, ...]:
    return one.number, one.kind, one.level, one.time, dict(one.asked)


def test_known_documents_are_left_out_and_told(fitted: TopicModel) -> None:
    added = update.add(fitted, [*fitted.passages.documents[:3], NEW[0]])
    assert added.known == ("doc000.txt", "doc001.txt", "doc002.txt")
    assert added.documents == ("doc040.txt",)
    nothing = update.add(added.model, NEW[:1])
    assert nothing.model is added.model
    assert (nothing.documents, nothing.known, nothing.drift.added) == ((), ("doc040.txt",), 0)


def test_another_text_under_the_same_id_is_another_document(fitted: TopicModel) -> None:
    other = replace(NEW[0], id="doc003.txt")
    added = update.add(fitted, [other])
    assert added.renamed == {"doc003.txt": "doc003.txt (2)"}
    assert added.documents == ("doc003.txt (2)",)
    assert update.add(added.model, [other]).known == ("doc003.txt (2)",)
    third = update.add(added.model, [replace(NEW[1], id="doc003.txt")])
    assert third.documents == ("doc003.txt (3)",)
    texts = update.add(update.add(fitted, [WORDS["bus"]]).model, [WORDS["solar"]])
    assert texts.documents == ("0 (2)",)


def test_copies_of_old_passages_are_counted_once() -> None:
    model = small_model()
    letter = model.passages.documents[1]
    long = (
        "The council of the town met on a Monday in the old hall and spoke for three hours about buses, and whether "
        "the last bus in the evening could leave a little later than it does at present."
    )
    first = update.add(model, [Document("long.txt", long)])
    assert first.copies == 0
    again = update.add(first.model, [Document("again.txt", long), Document("letter.txt", letter.text)])
    assert again.copies >= 1
    assert {entry.path: entry.reason for entry in again.skipped}["again.txt"] == "is a copy of long.txt"
    copy = next(span for span in again.model.removed if span.document_id == "again.txt")
    assert copy.of == first.model.passages[first.rows[0]].id
    kept = update.add(first.model, [Document("again.txt", long)], settings=Settings(keep=("copy",)))
    assert kept.copies == 0
    assert len(kept.rows) == 1
    assert kept.topics[0] == first.topics[0]


def test_what_fits_no_topic_is_told(fitted: TopicModel) -> None:
    held_out = update.add(fitted, planted_documents(20, seed=11, first=100)).drift
    foreign = update.add(fitted, planted_documents(20, seed=11, first=200, text=FOREIGN)).drift
    assert not held_out.high
    assert held_out.share < 0.25
    assert foreign.high
    assert foreign.share > 0.5
    for drift in (held_out, foreign):
        assert sum(one.added for one in drift.topics) == drift.added
        assert sum(one.beyond for one in drift.topics) == drift.beyond


def test_a_model_that_shows_a_cut_of_its_tree_still_does() -> None:
    model = small_model(tree=small_tree()).at(5)
    added = update.add(model, ["The bus was late, and the bus driver too."])
    assert added.model.level == "5"
    assert len(added.model.topics) == 5
    assert sum(topic.size for topic in added.model.topics) == len(added.model.passages)


def test_bad_input_is_refused(fitted: TopicModel, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no file or folder"):
        update.add(fitted, tmp_path / "nothing")
    with pytest.raises(ReadError, match="nothing to read"):
        update.add(fitted, [])
    with pytest.raises(EncoderError, match="made with the encoder"):
        update.add(replace(fitted, embedder=FakeEmbedder("other"), _memo=None), NEW)
    with pytest.raises(ValueError, match="has no zone"):
        update.add(fitted, NEW, time=datetime(2026, 1, 1))


def test_progress_is_told(fitted: TopicModel) -> None:
    stages: list[str] = []
    update.add(fitted, NEW, progress=lambda stage, done, total: stages.append(stage))
    assert {"split", "embed"} <= set(stages)


# fitting again


def test_the_same_documents_give_the_same_topics_and_ids(fitted: TopicModel) -> None:
    again = update.refit(fitted)
    assert {change.kind for change in again.changes} == {"same"}
    assert same_labels(again.model, fitted)
    for level in (*LEVELS, *range(1, len(fitted.levels[-1].topics))):
        told = [[(t.id, t.name, t.size, t.parent) for t in model.at(level).topics] for model in (fitted, again.model)]
        assert told[0] == told[1]
    assert [one.kind for one in again.model.history.edits] == ["refit"]
    with pytest.raises(ValueError, match="no edit to undo"):
        edit.undo(again.model)


def test_all_edits_are_done_again_to_the_same_documents(fitted: TopicModel) -> None:
    model = edited(fitted)
    again = update.refit(model, author="bob", reason="spring")
    assert again.dropped == ()
    assert [one.edit.number for one in again.replayed] == [1, 2, 3, 4, 5, 6, 7]
    assert same_labels(again.model, model)
    told = [{t.id: (t.name, t.junk, t.size) for t in one.topics} for one in (model, again.model)]
    assert told[0] == told[1]
    first, second = again.model.history.edits[:2]
    assert (first.kind, first.author, first.reason, first.asked["edits"]) == ("refit", "bob", "spring", 7)
    before = model.history.edits[0]
    assert (second.kind, second.author, second.reason, second.time) == (
        "rename", before.author, before.reason, before.time
    )  # fmt: skip
    undone = again.model
    for _ in again.replayed:
        undone = edit.undo(undone)
    assert same_labels(undone, fitted.at("medium"))


def test_edits_are_kept_where_a_fifth_of_the_documents_is_new(fitted: TopicModel, tmp_path: Path) -> None:
    model = edited(fitted)
    again = update.refit(model, NEW)
    assert again.dropped == ()
    assert len(again.documents) == 8
    new = again.model
    names = [{topic.name: topic.id for topic in seen.topics} for seen in (model, new)]
    assert names[1]["Public transport"] == names[0]["Public transport"], "ids are stable"
    assert new.topic(about(new, "solar")).junk
    assert new.topic(about(new, "park")).name == WORDS["park"]
    assert about(new, "park") != about(new, "bike")
    rows = [new.passages.row_of(one) for one in model.history.edits[3].asked["passages"]]
    assert {int(label) for label in new.labels[rows]} == {about(new, "class")}
    [junk] = model.history.edits[5].asked["passages"]
    assert new.labels[new.passages.row_of(junk)] == -1
    new.save(tmp_path / "m")
    assert same_labels(store.load(tmp_path / "m"), new)


def test_added_documents_are_fitted_again_with_the_others(fitted: TopicModel) -> None:
    larger = update.add(edited(fitted), NEW).model
    again = update.refit(larger)
    assert again.dropped == ()
    assert len(again.model.passages) == len(larger.passages)
    assert "Public transport" in {topic.name for topic in again.model.topics}


def test_a_merge_of_topics_that_are_one_now_is_told_as_kept(fitted: TopicModel) -> None:
    medium = fitted.at("medium")
    split = edit.split(medium, about(medium, "bus"), phrases=["bus stops", "busmen drive"])
    parts = split.history.edits[0].asked["parts"]
    merged = edit.merge(split, parts)  # which the new fit is without either
    dropped_split = replace(merged.history.edits[0], asked={"topic": 0})
    model = replace(merged, history=type(merged.history)((dropped_split, merged.history.edits[1])))
    again = update.refit(model)
    assert [one.edit.kind for one in again.dropped] == ["split"]
    assert "does not say what its parts were" in again.dropped[0].reason
    [kept] = again.replayed
    assert (kept.edit.kind, kept.numbers) == ("merge", ())


def test_what_cannot_be_done_again_is_listed_with_its_reason(fitted: TopicModel) -> None:
    gone = planted_documents(3, seed=20, first=300, about=["bus"])
    larger = update.add(fitted.at("medium"), gone).model
    passages = [passage.id for passage in larger.passages if passage.document_id == "doc300.txt"]
    model = edit.move(larger, [passages[0], larger.passages[0].id], about(larger, "solar"))
    model = edit.pin(model, passages[1:])
    short = replace(
        model, settings=replace(model.settings, max_sentences=1)
    )  # the passages are others: nothing of the same text is left but by chance
    again = update.refit(short)
    assert [(one.edit.kind, one.reason.endswith("not there any more")) for one in again.dropped] == [
        ("move", True),
        ("pin", True),
    ]
    assert again.replayed == ()


def test_a_name_that_the_new_fit_gives_to_another_topic_is_told(fitted: TopicModel) -> None:
    medium = fitted.at("medium")
    bus, solar = about(medium, "bus"), about(medium, "solar")
    old = medium.topic(solar).name
    model = edit.rename(edit.rename(medium, solar, "Energy"), bus, old)
    keeps = replace(model.history.edits[0], kind="restore", asked={"topic": solar})
    again = update.refit(replace(model, history=type(model.history)((keeps, model.history.edits[1]))))
    [dropped] = again.dropped
    assert dropped.edit.kind == "rename"
    assert "is called" in dropped.reason


def test_ids_are_never_given_again(fitted: TopicModel) -> None:
    model = edit.split(fitted.at("medium"), about(fitted, "bus"), phrases=["bus stops", "busmen drive"])
    highest = max(topic.id for topic in model.topics)
    undone = update.refit(edit.undo(model)).model
    split = edit.split(undone, about(undone, "bus"), phrases=["bus stops", "busmen drive"])
    assert max(topic.id for topic in split.topics) == highest + 1
    twice = update.refit(update.refit(model).model)
    assert {topic.id for topic in twice.model.topics} == {topic.id for topic in model.topics}


def test_rooms_are_reached_from_the_package() -> None:
    assert topics.update.add is update.add
    assert topics.edit.merge is edit.merge
