"""The commands that edit a saved model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.models import small_model, small_tree
from tests.test_cli import answer, one_sentence, run
from topics import edit, store


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOPICS_AUTHOR", "Ann")
    return small_model(tree=small_tree()).save(tmp_path / "town")


def test_a_rename_is_saved_and_told(saved: Path) -> None:
    done = run("rename", saved, "0", "On two wheels", "--reason", "as the paper says")
    assert done.stdout.startswith("Edit 1: rename topic 0, Cars vs. bicycles, to On two wheels (level medium).\n")
    assert "On two wheels" in done.stdout.splitlines()[-1]
    model = store.load(saved)
    assert model.topic(0).name == "On two wheels"
    [entry] = model.history.edits
    assert (entry.author, entry.reason) == ("Ann", "as the paper says")


def test_an_edit_at_another_level_leaves_the_level_shown(saved: Path) -> None:
    told = answer("rename", saved, "4", "Full classes", "--level", "fine", "--author", "Bob")
    assert (told["model"], told["level"]) == (str(saved), "fine")
    assert [topic["name"] for topic in told["topics"]] == ["Full classes"]
    assert (told["gone"], told["moved"]) == ([], 0)
    assert told["edit"]["author"] == "Bob"
    model = store.load(saved)
    assert model.level == "medium"
    assert model.at("fine").topic(4).name == "Full classes"


def test_passages_are_moved_pinned_and_junked_by_their_ids(saved: Path) -> None:
    ids = [passage.id for passage in small_model().passages]
    assert answer("move", saved, "2", ids[1])["moved"] >= 1
    assert "pin passage" in answer("pin", saved, ids[2])["edit"]["what"]
    assert answer("junk", saved, "--passage", ids[3], "--passage", ids[4])["moved"] >= 2
    model = store.load(saved)
    assert model.labels[1] == 2
    assert model.labels[3:5].tolist() == [-1, -1]
    assert [one.kind for one in model.history.edits] == ["move", "pin", "junk"]


def test_junk_is_listed_last_and_restored(saved: Path) -> None:
    answer("junk", saved, "0")
    lines = [line for line in run("show", saved).stdout.splitlines() if line[:1].isdigit()]
    assert "Cars vs. bicycles [junk]" in lines[-1]
    assert [topic["junk"] for topic in answer("show", saved)["topics"]] == [True, False, False, False]
    answer("restore", saved, "0")
    assert "[junk]" not in run("show", saved).stdout


def test_keywords_undo_redo_and_the_history(saved: Path) -> None:
    assert run("history", saved).stdout == "Nothing was edited.\n"
    before = [keyword.term for keyword in store.load(saved).topic(1).keywords]
    answer("keywords", saved, "1", "lunch", "kitchen")
    answer("undo", saved, "--reason", "a mistake")
    assert [keyword.term for keyword in store.load(saved).topic(1).keywords] == before
    told = answer("history", saved)
    assert [(one["number"], one["kind"], one["state"]) for one in told] == [
        (1, "keywords", "undone"), (2, "undo", "noted")
    ]  # fmt: skip
    assert told[0]["what"] == "give topic 1 the keywords lunch, kitchen"
    plain = run("history", saved).stdout
    assert "Ann, undone" in plain.splitlines()[0]
    assert "because: a mistake" in plain
    answer("redo", saved)
    assert [keyword.term for keyword in store.load(saved).topic(1).keywords] == ["lunch", "kitchen"]
    assert [one["state"] for one in answer("history", saved)] == ["in force", "noted", "noted"]


def test_topics_are_merged_and_split(seeds_model: object, saved_seeds: Path, tmp_path: Path) -> None:
    target = store.load(saved_seeds).save(tmp_path / "seeds")
    first, second = (topic.id for topic in store.load(target).topics[:2])
    merged = answer("merge", target, first, second, "--into", second)
    assert merged["gone"] == [first]
    parts = answer("split", target, second, "-k", "2")["edit"]["asked"]["parts"]
    assert len(parts) == 2
    answer("undo", target)
    by = answer("split", target, second, "--phrase", "private data", "--phrase", "cloud services")
    assert {"private data", "cloud services"} <= {topic["name"] for topic in by["topics"]}
    assert len({*parts, *by["edit"]["asked"]["parts"]}) == 3, "an id is never given again"


def test_mistakes_are_told_in_a_sentence(saved: Path) -> None:
    assert "there is no topic 9" in one_sentence(run("rename", saved, "9", "X"), 2)
    assert "two topics or more" in one_sentence(run("merge", saved, "1"), 2)
    assert "there is no passage 'x'" in one_sentence(run("move", saved, "1", "x"), 2)
    assert "either k or phrases" in one_sentence(run("split", saved, "1"), 2)
    assert "either a topic or passages" in one_sentence(run("junk", saved), 2)
    assert "no edit to undo" in one_sentence(run("undo", saved), 2)
    assert "Missing argument" in one_sentence(run("keywords", saved, "1"), 2)
    assert "no model" in one_sentence(run("undo", saved / "none"), 1).lower()
    assert "are made at" in one_sentence(run("rename", saved, "1", "X", "--level", "5"), 2).replace("edited", "made")
    assert store.load(saved).history.edits == ()


def test_a_conflict_says_to_run_it_again(
    saved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from topics.cli import main

    changed = edit.rename

    def slowly(*asked: object, **by: object) -> object:
        other = store.load(saved)
        store.save(edit.junk(other, 1), saved)
        return changed(*asked, **by)

    monkeypatch.setattr(edit, "rename", slowly)
    with pytest.raises(SystemExit) as ended:
        main(["rename", os.fspath(saved), "0", "X"])
    assert ended.value.code == 1
    said = capsys.readouterr().err.strip()
    assert said == (
        f"Error: {saved} was changed by someone else while this command ran, so nothing was saved; run it again"
    )
    assert [one.kind for one in store.load(saved).history.edits] == ["junk"]
