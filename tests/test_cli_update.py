"""The commands that bring documents into a saved model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_cli import answer, one_sentence, run
from topics import store

TEXT = (
    "Databricks runs as a service on Azure, and Microsoft sells it to the customers of its cloud.\n\n"
    "Companies fear that private data leak into the models that OpenAI trains."
)


@pytest.fixture
def saved(saved_seeds: Path, tmp_path: Path) -> Path:
    return store.load(saved_seeds).save(tmp_path / "seeds")


def test_added_files_are_told_and_saved(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text(TEXT, encoding="utf-8")
    before = len(store.load(saved).passages)
    told = answer("add", saved, tmp_path / "new.txt", "--author", "Ann", "--reason", "week 41")
    assert (told["model"], told["documents"], told["known"], told["renamed"]) == (str(saved), ["new.txt"], [], {})
    assert {"added", "beyond", "share", "usual", "chance", "high", "topics"} == set(told["drift"])
    assert told["drift"]["added"] == len(told["passages"]) > 0
    assert {"id", "document", "topic", "name", "confidence"} == set(told["passages"][0])
    model = store.load(saved)
    assert len(model.passages) == before + len(told["passages"])
    assert model.history.edits[-1].author == "Ann"
    again = run("add", saved, tmp_path / "new.txt").stdout
    assert again.startswith("There is no new document.\nIn the model already: new.txt.\n")
    assert answer("history", saved)[0]["what"] == "add 1 document"


def test_columns_of_a_table_are_named(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f'a,b\n1,"{TEXT.splitlines()[0]}"\n2,"{TEXT.splitlines()[2]}"\n', encoding="utf-8")
    done = run("add", saved, tmp_path / "t.csv", "--text", "b", "-o", tmp_path / "other")
    assert done.returncode == 0, done.stderr
    assert "Added 2 passages of 2 documents." in done.stdout
    assert len(store.load(tmp_path / "other").passages) == len(store.load(saved).passages) + 2


def test_a_new_fit_keeps_names_and_says_what_became_of_topics(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text(TEXT, encoding="utf-8")
    topic = store.load(saved).topics[0].id
    answer("rename", saved, topic, "My own name")
    told = answer("refit", saved, tmp_path / "new.txt", "-o", tmp_path / "again")
    assert told["documents"] == ["new.txt"]
    assert [one["kind"] for one in told["replayed"]] == ["rename"]
    assert told["dropped"] == []
    assert sum(len(change["before"]) for change in told["diff"]["changes"]) == len(store.load(saved).topics)
    assert "My own name" in {own.name for own in store.load(tmp_path / "again").topics}
    plain = run("refit", saved).stdout
    assert "same       My own name (" in plain
    assert "1 edit still in force." in plain
    assert [one["kind"] for one in answer("history", saved)] == ["refit", "rename"]


def test_files_that_are_refused_or_read_in_part_are_told_as_by_fit(saved: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    rows = [f'{{"text": "{TEXT.splitlines()[0]}"}}', '{"text":', f'{{"text": "{TEXT.splitlines()[2]}"}}']
    (new / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (new / "empty.txt").write_text("", encoding="utf-8")
    for command in ("add", "refit"):
        plain = run(command, saved, new, "-o", tmp_path / command).stdout
        assert "Left out: empty.txt is empty.\n" in plain, command
        assert "Read in part: rows.jsonl: line 2 left out: not JSON" in plain, command
        told = answer(command, saved, new, "-o", tmp_path / f"{command} 2")
        assert told["skipped"] == [{"path": "empty.txt", "reason": "is empty"}]
        assert [file["path"] for file in told["partly"]] == ["rows.jsonl"]


def test_mistakes_are_told_in_a_sentence(saved: Path, tmp_path: Path) -> None:
    assert "nothing to read" in one_sentence(run("add", saved), 2)
    assert "no file or folder" in one_sentence(run("add", saved, tmp_path / "none.txt"), 1)
    assert "no model" in one_sentence(run("refit", tmp_path / "none"), 1).lower()
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "is in the way" in one_sentence(run("refit", saved, "-o", tmp_path / "file"), 1)
    assert store.load(saved).history.edits == ()
