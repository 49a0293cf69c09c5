"""Samples of what the scripts beside this do in full: kills at random, damaged files, several writers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import corrupt, harness, kills, stages, writers


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=harness.scratch()) as base:
        yield Path(base)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")
def test_p5_killed_at_random_while_it_saves(folder: Path) -> None:
    found = kills.killed(200, folder / "m", seed=1)
    assert found.total() == 200
    assert min(found.values()) > 10, "both were in force"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")
def test_p10_killed_at_random_while_it_edits(folder: Path) -> None:
    assert kills.killed_editing(25, folder / "m", seed=1) > 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")
def test_p5_killed_in_every_stage_of_a_new_fit(folder: Path) -> None:
    found = stages.killed(2, folder)
    for stage in stages.STAGES:
        assert found[stage, "old"] + found[stage, "new"] == 2
        assert stage == "save" or not found[stage, "new"]


def test_p6_any_damage_to_any_file_is_a_named_error(folder: Path) -> None:
    found = corrupt.corrupted(600, folder, seed=2)
    assert {damage for damage, _ in found} == {"flip", "truncate", "empty", "missing", "extra", "link", "swap"}
    assert corrupt.summed(found, 1, "edits.jsonl") > 5


def test_p9_four_writers_keep_every_edit_or_are_told(folder: Path) -> None:
    found = writers.raced(4, 20, folder / "m")
    assert found.kept == 80
    assert found.reads > 0
