"""What each edit does, what it says where it cannot be made, and what the history tells of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from tests.edit_steps import TIME, check, edited, planted_model
from tests.models import small_model, small_tree
from topics import edit, revision
from topics.deferred import changed
from topics.history.effects import Made, Placed
from topics.model import TopicModel
from topics.values import Topic

Change = Callable[[TopicModel], TopicModel]


@pytest.fixture
def model() -> TopicModel:
    return small_model(level="fine", tree=small_tree())


def names(model: TopicModel) -> dict[int, str]:
    return {topic.id: topic.name for topic in model.topics}


def test_a_rename_is_told_at_every_level_that_shows_the_same_passages(model: TopicModel) -> None:
    renamed = edit.rename(model, 2, "  Buses and\n trams ", author="Åsa", reason="shorter", time=TIME)
    assert renamed.topic(2).name == "Buses and trams"
    assert renamed.at("medium").topic(2).name == "Buses and trams"
    assert renamed.topic(2).evidence is None
    assert names(model)[2] == "Electric buses", "the model that was given is as it was"
    assert renamed.at("coarse").topics == model.at("coarse").topics
    [entry] = renamed.history.edits
    assert (entry.number, entry.kind, entry.level, entry.author, entry.reason) == (
        1,
        "rename",
        "fine",
        "Åsa",
        "shorter",
    )
    assert entry.time == "2026-01-02T03:04:05+00:00"
    assert entry.asked == {"topic": 2, "name": "Buses and trams", "before": "Electric buses"}
    with pytest.raises(TypeError):
        entry.asked["topic"] = 3  # type: ignore[index]


def test_a_rename_is_seen_in_the_cuts_of_the_tree(model: TopicModel) -> None:
    assert "Trams" in names(edit.rename(model, 2, "Trams").at(5)).values()
    tree = small_tree()
    alike = [changed_topic for changed_topic in tree.topics]
    alike[0] = Topic(10, "Getting around town", model.at("coarse").topic(0).keywords, 24, 1.0, float("nan"), "")
    grown = changed(model, tree=type(tree)(tree.merges, tuple(alike)))
    renamed = edit.rename(grown.at("coarse"), 0, "Traffic")
    assert [topic.name for topic in renamed.at(1).topics] == ["Traffic"]


@pytest.mark.parametrize("name", ["", " \n", "a" * 201, "a\x00b", "a\u202eb", "\ud800", "\u200b", None, 3])
def test_a_name_is_short_and_can_be_read(model: TopicModel, name: object) -> None:
    with pytest.raises(ValueError, match=r"a name (is empty|has 201 characters|holds the character)"):
        edit.rename(model, 0, name)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["می‌خواهم کتاب", "R&D <b>", "क्‍ष", "東京", "a" * 200, "x < y"])
def test_a_name_may_be_of_any_script(model: TopicModel, name: str) -> None:
    assert edit.rename(model, 0, name).topic(0).name == name


def test_two_topics_of_a_level_have_no_one_name(model: TopicModel) -> None:
    with pytest.raises(ValueError, match="topic 1 at level 'fine' is called 'Parking spaces' already; merge the two"):
        edit.rename(model, 0, "PARKING spaces")
    with pytest.raises(ValueError, match=r"topic 0 at level 'medium' is called 'Cars vs\. bicycles' already"):
        edit.rename(model, 2, "cars vs. bicycles")
    assert edit.rename(model, 0, "bike LANES").topic(0).name == "bike LANES"


def test_keywords_are_weighed_by_their_order(model: TopicModel) -> None:
    told = edit.keywords(model, 0, ["cyclists", "new word"]).topic(0).keywords
    assert [(k.term, k.weight, k.language) for k in told] == [("cyclists", 1.0, "en"), ("new word", 0.5, "en")]
    for terms, match in (
        ("bike", "must be a list of texts"),
        ([], "at least one keyword, and none twice"),
        (["a", "A"], "none twice"),
        ([""], "a keyword is empty"),
    ):
        with pytest.raises(ValueError, match=match):
            edit.keywords(model, 0, terms)


def test_a_topic_of_what_was_put_there_by_hand_alone_takes_more_and_is_not_split(model: TopicModel) -> None:
    """No edit of ours makes one, but a log may."""
    fresh = replace(model.topic(2), id=9, name="By hand")
    rows = np.array([0, 1], np.int32)
    placed = Placed(model.vectors[rows], np.array([[0, 0], [0, 0], [9, 9]], np.int32), rows, np.array([0, 1], np.int32))
    for count in (1, 2):
        one = Placed(placed.vectors[:count], placed.topics[:, :count], placed.rows[:count], placed.pin[:count])
        known = revision.edited(model, edit.entry(model, "move", {}, (Made((fresh,)), one), {"time": TIME}))
        more = edit.move(known, [known.passages[5]], 9)
        assert more.topic(9).size == count + 1
        assert more.all_labels[:, 5].tolist() == [0, 0, 9]
        check(more)
    with pytest.raises(ValueError, match="holds only what was put there by hand; move those passages instead"):
        edit.split(known, 9, k=2)


def test_the_whole_keeps_the_name_of_a_part_that_makes_two_thirds_of_it(model: TopicModel) -> None:
    seen = model.at("medium")
    assert [seen.topic(topic).size for topic in (1, 2, 3)] == [8, 4, 3]
    assert edit.merge(seen, [1, 2]).topic(1).name == "School lunches"
    assert edit.merge(edit.merge(seen, [2, 3]), [1, 2]).topic(1).name != "School lunches"


def test_what_junk_is_merged_into_is_no_junk(model: TopicModel) -> None:
    marked = edit.junk(model, 0)
    assert not edit.merge(marked, [0, 2], into=0).topic(0).junk
    assert edit.junk(edit.merge(model, [0, 2], into=0), 0).topic(0).junk


def test_a_junk_topic_is_marked_at_every_level_that_shows_it_and_restored(model: TopicModel) -> None:
    marked = edit.junk(model, 2)
    assert marked.topic(2).junk
    assert marked.at("medium").topic(2).junk
    assert np.array_equal(marked.all_labels, model.all_labels)
    assert not edit.restore(marked, 2).topic(2).junk
    with pytest.raises(ValueError, match="junk takes either a topic or passages"):
        edit.junk(model)
    with pytest.raises(ValueError, match="junk takes either a topic or passages"):
        edit.junk(model, 2, passages=[model.passages[0]])


def test_the_largest_of_merged_topics_stays_and_the_whole_is_described(model: TopicModel) -> None:
    joined = edit.merge(model, [3, 4])
    assert joined.topic(3).size == model.topic(3).size + model.topic(4).size
    with pytest.raises(ValueError, match="there is no topic 4"):
        joined.topic(4)
    assert joined.topic(3).evidence is not None
    assert joined.history.edits[0].asked["names"] == ["Lunch and meals", "Crowded classrooms"]
    assert edit.merge(model, [3, 4], into=4).topic(4).size == joined.topic(3).size
    check(joined)


def test_a_merged_topic_keeps_a_name_that_a_person_gave(model: TopicModel) -> None:
    named = edit.rename(model, 3, "Food")
    assert edit.merge(named, [3, 4], into=3).topic(3).name == "Food"
    assert edit.merge(model, [3, 4], into=3).topic(3).name != "Lunch and meals"


def test_a_merge_across_coarser_topics_takes_what_it_joins_along(model: TopicModel) -> None:
    joined = edit.merge(model, [0, 3], into=0)
    moved = model.labels == 3
    assert (joined.at("coarse").labels[moved] == 0).all()
    assert (joined.at("medium").labels[moved] == 0).all()
    gone = edit.merge(edit.merge(joined, [0, 4], into=0), [0, 5], into=0)
    assert [topic.id for topic in gone.at("coarse").topics] == [0], "nothing is left of the other"
    check(gone)


@pytest.mark.parametrize("ids", [[], [0], [0, 0]])
def test_a_merge_takes_two_topics_or_more(model: TopicModel, ids: list[int]) -> None:
    with pytest.raises(ValueError, match="takes two topics or more, each once"):
        edit.merge(model, ids)
    with pytest.raises(ValueError, match="there is no topic 9"):
        edit.merge(model, [0, 9])
    with pytest.raises(ValueError, match=r"topic 3 is not among those to merge, \[0, 1\]"):
        edit.merge(model, [0, 1], into=3)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda m: edit.split(m, 0), "takes either k or phrases"),
        (lambda m: edit.split(m, 0, k=2, phrases=["a", "b"]), "takes either k or phrases"),
        (lambda m: edit.split(m, 0, k=1), "it would stay whole; choose 2 to 5"),
        (lambda m: edit.split(m, 0, k=6), "it holds 5 different passages; choose 2 to 5"),
        (lambda m: edit.split(m, 9, k=2), "there is no topic 9"),
        (lambda m: edit.split(m, 0, phrases=["a"]), "two different phrases or more"),
        (lambda m: edit.split(m, 0, phrases=["a", "A"]), "two different phrases or more"),
        (lambda m: edit.split(m, 0, phrases="bike"), "two different phrases or more"),
        (lambda m: edit.split(m, 0, phrases=["", "b"]), "a phrase is empty"),
        (lambda m: edit.move(m, [], 0), "no passage to move"),
        (lambda m: edit.move(m, ["report.md:0-1"], 0), "there is no passage 'report.md:0-1' in this model"),
        (lambda m: edit.move(m, [m.passages[0]], 7), "there is no topic 7"),
        (lambda m: edit.pin(m, []), "no passage to pin"),
        (lambda m: edit.pin(edit.junk(m, passages=[m.passages[0]]), [m.passages[0]]), "has no topic to pin it to"),
        (lambda m: edit.undo(m), "there is no edit to undo"),
        (lambda m: edit.redo(m), "there is no edit to do again"),
        (lambda m: edit.redo(edit.junk(edit.undo(edit.junk(m, 0)), 1)), "there is no edit to do again"),
        (lambda m: edit.rename(m.at(5), 0, "a"), "edits are made at the levels coarse, medium, fine"),
        (lambda m: edit.pin(m.at(5), [m.passages[0]]), "use model.at"),
        (lambda m: edit.junk(m, 0, author="a\x1bb"), "the author holds the character"),
        (lambda m: edit.junk(m, 0, reason="a" * 2001), "the reason has 2,001 characters"),
        (lambda m: edit.junk(m, 0, author=3), "author must be a text, but is 3"),
        (lambda m: edit.junk(m, 0, time=datetime(2026, 1, 1)), "time has no zone"),
    ],
)
def test_what_cannot_be_done_is_said(model: TopicModel, change: Change, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        change(model)


def test_a_time_is_kept_in_utc(model: TopicModel) -> None:
    there = datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert edit.junk(model, 0, time=there).history.edits[0].time == "2026-01-02T03:04:05+00:00"
    now = datetime.fromisoformat(edit.junk(model, 0).history.edits[0].time)
    assert abs((datetime.now(UTC) - now).total_seconds()) < 100


def test_undo_and_redo_may_be_asked_for_at_any_number_of_topics(model: TopicModel) -> None:
    merged = edit.merge(model, [0, 1]).at(3)
    undone = edit.undo(merged)
    assert undone.level == "3"
    assert undone.history.edits[-1].level == "fine"
    assert edit.redo(undone).level == "3"
    assert len(edit.redo(edit.undo(edit.merge(model, [0, 1])).at(6)).topics) == 5, "it cannot show as many any more"


def test_a_passage_that_nothing_can_be_near_to_is_not_moved(model: TopicModel) -> None:
    vectors = model.vectors.copy()
    vectors[0] = 0
    with pytest.raises(ValueError, match="means the same as the whole corpus to the encoder"):
        edit.move(changed(model, vectors=vectors, _memo=None), [model.passages[0]], 1)


def test_a_passage_that_is_moved_at_a_coarse_level_goes_to_the_nearest_finer_topic() -> None:
    model = planted_model()
    row = int(np.flatnonzero(model.at("coarse").labels == 0)[0])
    moved = edit.move(model.at("coarse"), [model.passages[row]], 1)
    finest = moved.at("fine").labels[row]
    columns = np.flatnonzero(model.rule.topics[0] == 1)
    near = columns[(model.vectors[row] @ model.rule.hearts[columns].T).argmax()]
    assert finest == model.rule.topics[2, near]


def test_random_edits_keep_what_holds() -> None:
    for seed in range(3):
        check(edited(planted_model(seed=seed), random.Random(seed), 8))


def test_undo_takes_a_merge_back() -> None:
    model = planted_model()
    merged = edit.merge(model, [topic.id for topic in model.topics[:2]])
    assert len(merged.topics) == len(model.topics) - 1
    assert edit.undo(merged).topics == model.topics
