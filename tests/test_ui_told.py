"""What the Curate page says of edits: in both languages, and of anything that a file may hold."""

import pytest

from tests.models import small_model
from topics import edit
from topics.history import KINDS, Edit
from topics.proposal import Proposal, preview
from topics.suggest import Suggestion
from topics.ui import told


@pytest.fixture
def model():
    return small_model(level="fine")


def history(model):
    """A model with one edit of each kind."""
    first = model.passages[0]
    model = edit.rename(model, 0, "Cycling")
    model = edit.keywords(model, 0, ["bike", "lane"])
    model = edit.merge(model, [0, 1])
    model = edit.split(model, 3, phrases=["soup", "kitchens"])
    model = edit.move(model, [first], 2)
    model = edit.pin(model, [first])
    model = edit.junk(model, 5)
    model = edit.restore(model, 5)
    model = edit.junk(model, passages=[first])
    return edit.redo(edit.undo(model)).history


ENGLISH = [
    "renamed Bike lanes to Cycling",
    "gave Cycling the keywords bike, lane",
    "merged Cycling + Parking spaces",
    "split Lunch and meals into 2 topics",
    "moved 1 passage to Electric buses",
    "pinned 1 passage",
    "marked Solar roofs as junk",
    "restored Solar roofs",
    "took 1 passage out of all topics",
    "undid step 9",
    "did step 9 again",
]


def test_every_kind_of_edit_is_told(model):
    assert [told.edit(done) for done in history(model).edits] == ENGLISH


def test_every_kind_of_edit_is_told_in_swedish(model, swedish):
    said = [told.edit(done) for done in history(model).edits]
    assert said[0] == "bytte namn på Bike lanes till Cycling"
    assert not set(said) & set(ENGLISH)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", [{}, {"names": 3}, {"passages": "x"}, {"parts": None}, {"documents": "many"}])
def test_what_a_file_says_of_an_edit_may_be_anything(kind, asked):
    assert told.edit(Edit(1, kind, "fine", "2026-01-02T03:04:05+00:00", asked=asked))


def test_an_entry_that_does_not_say_what_its_topic_was_called_names_the_id():
    done = Edit(1, "restore", "fine", "2026-01-02T03:04:05+00:00", asked={"topic": 5})
    assert told.edit(done) == "restored t5"


def test_braces_in_a_name_are_a_name(model):
    renamed = edit.rename(model, 0, "{edit.__class__} {0}")
    assert told.edit(renamed.history.edits[-1]) == "renamed Bike lanes to {edit.__class__} {0}"


def test_what_follows_moved_passages_is_told(model):
    passages = tuple(model.passages[int(row)].id for row in model.rows(0)[:2])
    asked = Proposal("move", "fine", (2,), passages)
    assert told.heading(model, asked, preview(model, asked)) == "2 passages → Electric buses"
    assert told.nearly(asked, preview(model, asked)) == ""
    one = Proposal("move", "fine", (2,), passages[:1])
    assert told.nearly(one, preview(model, asked)).endswith("2 passages in all.")


def test_sizes_say_what_they_were(model):
    assert told.size(None, 3) == told.size(3, 3) == "3 passages"
    assert told.size(5, 3) == "5 → 3 passages"


def test_a_suggestion_says_what_speaks_for_it(model):
    title, why = told.suggestion(model, Suggestion("mixed", (3,), 0.1, 0.4, (3, 2), (3, 10)))
    assert title == "Lunch and meals may be two topics"
    assert "two groups, of 3 and 2, whose likeness is 0.10" in why
    assert ("not steady" in why) == (model.topic(3).stability < 0.6)
    title, why = told.suggestion(model, Suggestion("tiny", (5, 4), 0.2, 9.0, (3,)))
    assert "holds 3 passages, where a usual topic here holds 9" in why
    assert "Crowded classrooms (likeness 0.20)" in why
