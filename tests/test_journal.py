"""What was done to a model, as plain values and in sentences."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.models import small_model
from topics import edit, journal, update
from topics.history import Edit
from topics.values import Document

BUS = Document("bus.txt", "The bus was late again. The bus driver had lost the key of the electric bus.")


def test_each_entry_of_the_history_is_told() -> None:
    model = small_model()
    ids = [passage.id for passage in model.passages]
    model = edit.merge(model, [0, 2], author="Ann", reason="one thing")
    model = edit.move(model, ids[:7], 1)
    model = edit.undo(update.add(model, [BUS]).model)
    told = journal.of_history(model)
    json.dumps(told)
    assert [(one["kind"], one["state"]) for one in told] == [
        ("merge", "in force"), ("move", "undone"), ("add", "noted"), ("undo", "noted")
    ]  # fmt: skip
    assert told[0]["what"] == "merge topics 0, 2 (Cars vs. bicycles, Bus lines) into 0"
    assert told[1]["what"].startswith("move passages council/minutes.txt:")
    assert told[1]["what"].endswith("and 2 more to topic 1, School lunches")
    assert (told[2]["what"], told[3]["what"]) == ("add 1 document", "undo edit 2")


def test_an_entry_that_says_nothing_is_told_by_its_kind() -> None:
    assert journal.told(Edit(1, "merge", "fine", "2026-01-01T00:00:00+00:00")) == "merge"
    assert journal.told(Edit(1, "add", "fine", "2026-01-01T00:00:00+00:00", asked={"documents": "x"})) == "add"


def test_what_an_edit_changed_is_told() -> None:
    before = small_model()
    told = journal.of_edited(before, edit.merge(before, [1, 3], into=3))
    assert told["gone"] == [1]
    assert [topic["id"] for topic in told["topics"]] == [3]
    assert told["moved"] == before.topic(1).size


def test_new_documents_are_told_in_sentences() -> None:
    model = small_model()
    other = replace(model.passages.documents[2], text="Half of the pupils eat the lunch. The lunch is soup.")
    added = update.add(model, [BUS, other, model.passages.documents[0]])
    said = journal.sentences_of_added(added)
    assert said[0] == "Added 2 passages of 2 documents."
    assert "In the model already: council/minutes.txt." in said
    assert "Another document is called report.md, so this one is report.md (2)." in said
    assert said[-1].startswith("0 of 2 new passages (0%) fit no topic; of the passages that the topics")
    json.dumps(journal.of_added(model, added))
