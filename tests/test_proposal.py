"""An edit before it is made: what it would do is what it does, and the same edit signed; back to any step."""

import pytest

from tests.edit_steps import TIME, planted_model
from tests.models import small_model
from topics import edit
from topics.proposal import ACTS, Proposal, back_at, preview, reverted, signed
from topics.store import fingerprint


@pytest.fixture
def model():
    return small_model(level="fine")


def first(model):
    return model.passages[0].id


def asked(model, act):
    """One proposal of each kind."""
    return {
        "rename": Proposal("rename", "fine", (0,), name="Cycling"),
        "keywords": Proposal("keywords", "fine", (0,), terms=("bike", "lane")),
        "merge": Proposal("merge", "fine", (0, 1)),
        "split": Proposal("split", "fine", (3,), parts=2),
        "move": Proposal("move", "fine", (2,), (first(model),)),
        "pin": Proposal("pin", "fine", passages=(first(model),)),
        "junk": Proposal("junk", "fine", (5,)),
        "restore": Proposal("restore", "fine", (5,)),
    }[act]


@pytest.mark.parametrize("act", ACTS)
def test_what_is_proposed_is_the_edit_itself(model, act):
    found = preview(model, asked(model, act))
    assert found.model.history.edits[-1].kind == act
    assert not model.history.edits
    by = {"author": "Ann", "reason": "why not", "time": TIME}
    made = asked(model, act).made(model, **by)
    assert fingerprint(signed(model, found.model, **by)) == fingerprint(made)


def test_a_merge_tells_what_becomes_one_and_what_goes(model):
    found = preview(model, asked(model, "merge"))
    sizes = {topic.id: topic.size for topic in model.topics}
    assert [change.after.size for change in found.changes] == [sizes[0] + sizes[1]]
    assert [topic.id for topic in found.gone] == [1]
    assert found.changes[0].before.id == 0
    assert found.moved == sizes[1]
    assert found.model.labels[found.changes[0].row] == 0


def test_a_split_tells_its_parts_with_a_passage_of_each(model):
    found = preview(model, asked(model, "split"))
    assert len(found.changes) == 2
    assert sum(change.after.size for change in found.changes) == model.topic(3).size
    assert [change.before is None for change in found.changes].count(True) == 1
    for change in found.changes:
        assert found.model.labels[change.row] == change.after.id
    by_phrases = preview(model, Proposal("split", "fine", (3,), terms=("soup", "kitchens of schools")))
    assert sorted(change.after.name for change in by_phrases.changes) == ["kitchens of schools", "soup"]


def test_an_edit_of_words_moves_nothing_and_changes_one_topic(model):
    found = preview(model, asked(model, "rename"))
    assert (found.moved, found.gone) == (0, ())
    assert [(change.before.name, change.after.name) for change in found.changes] == [("Bike lanes", "Cycling")]


def test_moved_passages_touch_both_topics(model):
    found = preview(model, asked(model, "move"))
    assert {change.after.id for change in found.changes} == {0, 2}
    assert found.moved >= 1
    with pytest.raises(ValueError, match="mark them as junk"):
        preview(model, Proposal("move", "fine", (-1,), (first(model),)))


def test_junk_is_a_topic_or_passages(model):
    assert [change.after.junk for change in preview(model, asked(model, "junk")).changes] == [True]
    found = preview(model, Proposal("junk", "fine", passages=(first(model),)))
    assert found.model.labels[0] == -1


def test_a_topic_that_is_left_empty_has_no_passage_to_show(model):
    everything = tuple(model.passages[int(row)].id for row in model.rows(5))
    found = preview(model, Proposal("junk", "fine", passages=everything))
    assert [(change.after.size, change.row) for change in found.changes if change.after.id == 5] == [(0, None)]


@pytest.mark.parametrize("act", ["rename", "keywords", "split", "junk", "restore", "move"])
def test_an_edit_about_nothing_is_refused(model, act):
    with pytest.raises(ValueError, match="no topic is given"):
        Proposal(act, "fine", name="a", terms=("a", "b")).made(model)


def test_only_the_next_edit_can_be_signed(model):
    twice = edit.rename(edit.rename(model, 0, "One"), 0, "Two")
    with pytest.raises(ValueError, match="only the next edit"):
        signed(model, twice, author="Ann")
    with pytest.raises(ValueError, match="author"):
        signed(model, edit.rename(model, 0, "One"), author="x" * 10_000)


def test_going_back_undoes_until_there_and_can_be_done_again():
    model = planted_model()
    states = [model]
    for number in range(5):
        states.append(edit.rename(states[-1], 0, f"Name {number}", time=TIME))
    back = reverted(states[-1], 2, author="Ann")
    assert [topic.name for topic in back.topics] == [topic.name for topic in states[2].topics]
    assert [one.kind for one in back.history.edits[5:]] == ["undo"] * 3
    assert {one.author for one in back.history.edits[5:]} == {"Ann"}
    again = edit.redo(edit.redo(edit.redo(back)))
    assert [topic.name for topic in again.topics] == [topic.name for topic in states[5].topics]
    one_by_one = states[-1]
    for _ in range(5):
        one_by_one = edit.undo(one_by_one, time=TIME)
    assert fingerprint(reverted(states[-1], 0, time=TIME)) == fingerprint(one_by_one)


def test_there_must_be_something_to_go_back_to(model):
    with pytest.raises(ValueError, match="no edit to undo"):
        reverted(model, 0)
    renamed = edit.rename(model, 0, "One")
    with pytest.raises(ValueError, match="not in force"):
        reverted(renamed, 7)
    with pytest.raises(ValueError, match="no edit to undo"):
        reverted(renamed, 1)


def test_a_level_that_is_no_longer_there_is_left():
    model = planted_model()
    assert back_at(model, "coarse").level == "coarse"
    assert back_at(model, "4").level == model.at("4").level
    assert back_at(model, "400").level == "fine"
