"""What is not saved, where nothing is saved, and a folder of models: what lies in a folder is never lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.forge import FILES, tree, version_of
from tests.models import odd_model, small_model
from topics import store
from topics.errors import ModelError
from topics.model import TopicModel
from topics.passages import Passages
from topics.values import Removed, Skipped


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


# --- what is not saved ------------------------------------------------------------------------------------------------


def assert_unsaved(model: TopicModel, folder: Path, match: str) -> None:
    store.save(small_model(), folder)
    before = tree(folder)
    with pytest.raises(ModelError, match=match):
        store.save(model, folder)
    assert tree(folder) == before


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda m: {"vectors": m.vectors * np.float32("nan")}, r"vectors\.safetensors .*vectors has a value in row 0"),
        (lambda m: {"positions": m.positions.astype(np.float64)}, "positions is of type float64"),
        (
            lambda m: {"removed": (Removed("gone.txt", 0, 1, "share"),)},
            "from 'gone.txt', which is none of the documents",
        ),
        (
            lambda m: {"removed": (Removed("report.md", 0, 10**6, "share"),)},
            "removed from document 2 is no place in it",
        ),
        (lambda m: {"all_labels": m.all_labels + 1}, "labels has a topic that level 'coarse' does not have"),
        (lambda m: {"all_labels": np.zeros_like(m.all_labels)}, "topic 0 of level 'coarse' says 13 passages, not 24"),
        (lambda m: {"themes": ()}, "matches a theme that is not listed"),
        (lambda m: {"skipped": (Skipped("a", None),)}, "must be a text"),  # type: ignore[arg-type]
        (lambda m: {"skipped": (Skipped("a", Path("b")),)}, "neither text nor a finite number"),  # type: ignore[arg-type]
    ],
)
def test_a_model_that_would_not_come_back_is_not_saved(
    tmp_path: Path, change: Callable[[TopicModel], dict[str, Any]], match: str
) -> None:
    assert_unsaved(small_model(**change(small_model())), tmp_path / "m", f"cannot be saved.*{match}")


def test_half_a_surrogate_pair_in_a_document_is_refused_with_its_place(tmp_path: Path) -> None:
    assert_unsaved(odd_model("bad \ud83d", {}), tmp_path / "m", r"the id in row 4 holds half .*'\\ud83d'")
    model = small_model()
    first, *rest = model.passages.documents
    documents = [replace(first, text=first.text + "\udc00"), *rest]
    columns = (model.passages.document, model.passages.start, model.passages.end, model.passages.language)
    passages = Passages(documents, *columns, languages=model.passages.languages)
    assert_unsaved(small_model(passages=passages), tmp_path / "n", r"the text in row 0 holds half")


@pytest.mark.parametrize("name", ["notes.txt", "v-mine", ".tmp-mine"])
def test_a_folder_that_is_no_model_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(ModelError, match=f"it holds '{re.escape(name)}' and is no saved model"):
        store.save(small_model(), tmp_path)
    with pytest.raises(ModelError, match="is no saved model"):
        store.check_target(tmp_path)
    assert tree(tmp_path) == {name: b"mine"}


def test_another_programs_current_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("MANIFEST-000001\n")
    (tmp_path / "000003.log").write_text("a database")
    with pytest.raises(ModelError, match=r"it holds '000003\.log' and is no saved model"):
        store.save(small_model(), tmp_path)
    assert tree(tmp_path) == {"CURRENT": b"MANIFEST-000001\n", "000003.log": b"a database"}


def test_what_else_lies_in_a_models_folder_stays(saved: Path) -> None:
    (saved / "README.md").write_text("what this model is")
    store.save(small_model(level="fine"), saved)
    assert (saved / "README.md").read_text() == "what this model is"
    assert store.load(saved).level == "fine"


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_file_in_the_way_is_left_alone(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("mine")
    for refuse in (lambda: store.save(small_model(), tmp_path / path), lambda: store.check_target(tmp_path / path)):
        with pytest.raises(ModelError, match="file is in the way and no folder"):
            refuse()
    assert (tmp_path / "file").read_text() == "mine"


def test_a_target_is_checked_without_writing(tmp_path: Path, saved: Path) -> None:
    store.check_target(saved)
    store.check_target(str(tmp_path / "new" / "deep"))
    assert not (tmp_path / "new").exists()


# --- a folder of models -----------------------------------------------------------------------------------------------


def test_models_are_listed_with_size_and_date(saved: Path, tmp_path: Path) -> None:
    store.save(small_model(level="fine"), tmp_path / "another")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "linked").symlink_to(saved)
    another, town = store.list_models(tmp_path)
    assert (another.name, another.topics, town.name, town.topics) == ("another", 6, "town", 4)
    assert (town.documents, town.passages, town.path, town.problem) == (4, 24, saved, None)
    assert town.bytes == sum((version_of(saved) / name).stat().st_size for name in FILES)
    assert town.saved.timestamp() == pytest.approx((saved / "CURRENT").stat().st_mtime)
    assert town.saved.tzinfo is not None


def test_a_damaged_model_is_listed_with_its_problem(saved: Path) -> None:
    (version_of(saved) / "manifest.json").write_text("{}")
    (model,) = store.list_models(saved.parent)
    assert model.passages == 0
    assert model.problem is not None
    assert "manifest.json is damaged: its sha256" in model.problem


def test_no_folder_of_models_is_no_models(tmp_path: Path) -> None:
    assert store.list_models(tmp_path / "models") == ()
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match=r"cannot read .*file: Not a directory"):
        store.list_models(tmp_path / "file")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("seeds", "seeds"),
        ("år 2020/../x", "år-2020-..-x"),
        ("../../etc", "etc"),
        ("C:\\x", "C-x"),
        ("con", "model-con"),
        ("LPT1.txt", "model-LPT1.txt"),
        ("a" * 80, "a" * 64),
        (".hidden.", "hidden"),
        ("\0", "model"),
        ("", "model"),
    ],
)
def test_any_text_gives_a_plain_name(text: str, name: str) -> None:
    assert store.name_for(text) == name
