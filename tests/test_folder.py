"""Which version is in force, and what a manifest of another release says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.forge import forge, version_of
from tests.models import small_model
from topics import store
from topics.errors import ModelError
from topics.store import folder


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


@pytest.mark.parametrize(
    "change",
    [
        lambda name: name,
        lambda name: f"{name}\n\n",
        lambda name: f"{name}\r\n",
        lambda name: f" {name}\n",
        lambda name: f"../town/{name}\n",
        lambda name: name.upper() + "\n",
        lambda name: "v-\n",
        lambda name: "",
    ],
)
def test_the_pointer_names_a_version_and_ends_its_line(saved: Path, change: Callable[[str], str]) -> None:
    (saved / "CURRENT").write_bytes(change(version_of(saved).name).encode())
    with pytest.raises(ModelError, match=r"CURRENT is damaged: it does not name a version"):
        store.load(saved)


@pytest.mark.parametrize(
    ("packages", "told"),
    [
        ({"topics": "9.8.7"}, "topics 9.8.7"),
        ({"topics": "9" * 40}, f"topics {'9' * 40}"),
        ({"topics": "9" * 41}, "a newer release"),
        ({"topics": "9\x1b[31m"}, "a newer release"),
        ({"topics": ""}, "a newer release"),
        ({"topics": 9}, "a newer release"),
        ({}, "a newer release"),
        (["topics"], "a newer release"),
        (None, "a newer release"),
    ],
)
def test_a_newer_format_is_told_whatever_its_manifest_says_of_its_release(
    saved: Path, packages: object, told: str
) -> None:
    forge(saved, change=lambda manifest: manifest.update(format_version=99, packages=packages))
    with pytest.raises(ModelError) as error:
        store.load(saved)
    assert f"is in format 99, saved by {told}, but this is topics" in str(error.value)


@pytest.mark.parametrize("version", [True, 1.0, 0, -1, None, "2", [2]])
def test_a_format_is_a_whole_number_above_zero(saved: Path, version: object) -> None:
    forge(saved, change=lambda manifest: manifest.update(format_version=version))
    with pytest.raises(ModelError, match="format_version is missing, or no whole number above 0"):
        store.load(saved)


def test_a_version_that_cannot_be_listed_is_told(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = folder.os.listdir

    def refuse(path: Any) -> list[str]:
        if Path(path).name.startswith("v-"):
            raise OSError(5, "Input/output error")
        return real(path)

    monkeypatch.setattr(folder.os, "listdir", refuse)
    with pytest.raises(ModelError, match=r"cannot read .*v-\w+: Input/output error; check the disk"):
        store.load(saved)


def test_a_version_without_a_file_or_with_one_more_is_no_version(saved: Path) -> None:
    for name in ("b.txt", "a.txt"):
        (version_of(saved) / name).write_text("mine")
    with pytest.raises(ModelError, match=r"a\.txt does not belong to the model that is saved there; move it"):
        store.load(saved)
    for name in ("b.txt", "a.txt"):
        (version_of(saved) / name).unlink()
    (version_of(saved) / "edits.jsonl").unlink()
    with pytest.raises(ModelError, match=r"edits\.jsonl is damaged: it is missing"):
        store.load(saved)
