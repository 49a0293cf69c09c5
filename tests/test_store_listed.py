"""A folder of models as it is listed: what each says, and what is said of one that cannot be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.forge import forge, version_of
from tests.models import small_model
from topics import store
from topics.store import SavedModel

MOST = 2**31 - 1
WHEN = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "models" / "town")


def listed(folder: Path) -> SavedModel:
    os.utime(folder / "CURRENT", (WHEN.timestamp(),) * 2)
    (found,) = store.list_models(folder.parent)
    return found


def test_a_model_is_listed_with_all_that_its_manifest_says(saved: Path) -> None:
    forge(saved, change=lambda m: m.update(counts={"documents": 0, "passages": MOST, "topics": 7}))
    size = sum(path.stat().st_size for path in version_of(saved).iterdir() if path.name != "manifest.json")
    assert listed(saved) == SavedModel("town", saved, 0, MOST, 7, size, WHEN, None)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            lambda m: m["counts"].update(documents=-1),
            "counts.documents is -1, but must be a whole number from 0",
        ),
        (lambda m: m["counts"].update(topics=MOST + 1), f"counts.topics is {MOST + 1}, but must be"),
        (lambda m: m["counts"].pop("passages"), "counts.passages is missing"),
        (lambda m: m.update(counts=[]), "counts is [], but must be an object"),
    ],
)
def test_counts_that_cannot_be_read_are_a_problem_and_no_numbers(
    saved: Path, change: Callable[[Any], object], what: str
) -> None:
    version = forge(saved, change=change)
    found = listed(saved)
    assert str(found.problem).startswith(f"{version / 'manifest.json'} is damaged: {what}")
    assert found == SavedModel("town", saved, 0, 0, 0, 0, WHEN, found.problem)


@pytest.mark.parametrize("pointer", [b"", b"?\n", b"v-0123456789abcdef\n"])
def test_a_model_that_names_no_version_is_a_problem_and_no_numbers(saved: Path, pointer: bytes) -> None:
    (saved / "CURRENT").write_bytes(pointer)
    found = listed(saved)
    assert "is damaged: it" in str(found.problem)
    assert found == SavedModel("town", saved, 0, 0, 0, 0, WHEN, found.problem)


def test_one_that_cannot_be_read_hides_no_other(saved: Path) -> None:
    (saved / "CURRENT").write_bytes(b"?")
    for name in ("another", "zoo"):
        store.save(small_model(), saved.parent / name)
    (saved.parent / "no model").mkdir()
    assert [(one.name, one.problem is None) for one in store.list_models(saved.parent)] == [
        ("another", True),
        ("town", False),
        ("zoo", True),
    ]


@pytest.mark.parametrize("stamp", [1e20, -1e20, float("nan")])
def test_a_time_that_no_calendar_has_is_1970(stamp: float) -> None:
    assert store._time(stamp) == datetime(1970, 1, 1, tzinfo=UTC)
