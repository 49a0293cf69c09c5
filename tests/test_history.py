"""The log: what is in force, what can be undone and done again, and what no log may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.history import KINDS, Edit, History, Kind
from topics.history.effects import Joined, Made, Numbered, Parted
from topics.values import Topic

TIME = "2026-01-02T03:04:05+00:00"


def log(*kinds: Kind) -> History:
    return History(tuple(Edit(number, kind, "fine", TIME) for number, kind in enumerate(kinds, start=1)))


def numbers(history: History) -> tuple[list[int], list[int]]:
    return [edit.number for edit in history.active], [edit.number for edit in history.undone]


@pytest.mark.parametrize(
    ("kinds", "active", "undone"),
    [
        ((), [], []),
        (("rename", "merge"), [1, 2], []),
        (("rename", "merge", "undo"), [1], [2]),
        (("rename", "merge", "undo", "undo"), [], [2, 1]),
        (("rename", "merge", "undo", "undo", "redo"), [1], [2]),
        (("rename", "merge", "undo", "undo", "redo", "redo"), [1, 2], []),
        (("rename", "undo", "junk"), [3], []),
        (("rename", "add", "junk"), [1, 3], []),
        (("rename", "undo", "add"), [], []),
        (("rename", "refit"), [2], []),
        (("rename", "refit", "junk", "undo"), [2], [3]),
    ],
)
def test_what_is_in_force_follows_from_the_log(kinds: tuple[Kind, ...], active: list[int], undone: list[int]) -> None:
    history = log(*kinds)
    assert numbers(history) == (active, undone)


def test_the_last_edit_is_what_undo_takes_back() -> None:
    assert log().last is None
    last = log("rename", "merge", "undo").last
    assert last is not None
    assert last.number == 1
    assert log("rename", "refit").last is None, "what was done before a fit is not to be undone"
    assert log("rename", "undo").last is None


@pytest.mark.parametrize(
    ("kinds", "match"),
    [
        (("undo",), "entry 1 of the history undoes an edit, but there is none"),
        (("rename", "undo", "undo"), "entry 3 of the history undoes"),
        (("refit", "undo"), "entry 2 of the history undoes"),
        (("add", "undo"), "entry 2 of the history undoes"),
        (("redo",), "entry 1 of the history redoes an edit, but none was undone"),
        (("rename", "undo", "junk", "redo"), "entry 4 of the history redoes"),
    ],
)
def test_what_is_not_there_is_not_undone(kinds: tuple[Kind, ...], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        log(*kinds)


@pytest.mark.parametrize("number", [0, 2, -1])
def test_entries_are_numbered_from_one(number: int) -> None:
    with pytest.raises(ValueError, match=f"entry 1 of the history says that it is number {number}"):
        History((Edit(number, "rename", "fine", TIME),))


def test_a_longer_history_leaves_the_shorter_as_it_was() -> None:
    short = log("rename")
    long = short.with_(Edit(2, "undo", "fine", TIME))
    assert numbers(short) == ([1], [])
    assert numbers(long) == ([], [1])


def test_what_was_asked_cannot_be_changed() -> None:
    asked = {"topic": 1}
    edit = Edit(1, "rename", "fine", TIME, asked=asked)
    asked["topic"] = 2
    assert edit.asked == {"topic": 1}


def test_the_highest_id_counts_what_was_undone_as_well() -> None:
    topic = Topic(12, "a", (), 0, 0.0, 0.5, "fine")
    made = Edit(1, "split", "fine", TIME, effects=(Made((topic,)), Joined("fine", 3, (4,))))
    history = History((made, Edit(2, "undo", "fine", TIME)))
    assert (history.highest("fine"), history.highest("coarse"), log().highest("fine")) == (12, -1, -1)
    other = Edit(3, "split", "medium", TIME, effects=(Parted({"medium": {0: 20}}), Numbered({"coarse": {0: 30}})))
    longer = history.with_(other)
    assert (longer.highest("fine"), longer.highest("medium"), longer.highest("coarse")) == (12, 20, 30)


@given(st.lists(st.sampled_from(KINDS), max_size=30))
def test_it_is_two_stacks(kinds: list[Kind]) -> None:
    done: list[int] = []
    taken: list[int] = []
    told: list[Kind] = []
    for kind in kinds:
        top = told[done[-1] - 1] if done else None
        if (kind == "undo" and (not done or top == "refit")) or (kind == "redo" and not taken):
            continue
        told.append(kind)
        if kind == "undo":
            taken.append(done.pop())
        elif kind == "redo":
            done.append(taken.pop())
        else:
            taken = []
            done = [] if kind == "refit" else done
            done += [] if kind == "add" else [len(told)]
    assert numbers(log(*told)) == (done, taken)


def test_an_undone_edit_is_not_in_force() -> None:
    done, undone = (Edit(n, kind, "fine", "2026-01-02T03:04:05+00:00") for n, kind in ((1, "pin"), (2, "undo")))
    assert History((done,)).active == (done,)
    assert History((done, undone)).active == ()
    with pytest.raises(ValueError, match="entry 1"):
        History((Edit(1, "undo", "fine", "2026-01-02T03:04:05+00:00"),))
