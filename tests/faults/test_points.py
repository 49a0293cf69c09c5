"""P5: whichever file operation of an action fails or is the last before a kill, the old or the new model is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import harness
from tests.faults.scenarios import SCENARIOS

pytestmark = pytest.mark.skipif(
    harness.compiler() is None, reason="needs Linux and a C compiler to stand in front of file operations"
)
EVERY = {"delete": 1}
"""Every operation of the quick one, every fourth of the others; ``python -m tests.faults.harness`` tries them all."""

RETRIED = ("short write", "interrupted")
"""What need not stop an action, as it goes on after it."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harness.built(tmp_path_factory.mktemp("interposer"))


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in ("torn", "whole refit")])
def test_p5_the_old_or_the_new_model_is_whole(library: Path, name: str) -> None:
    every = EVERY.get(name, 4)
    found = harness.tried(name, library, every)
    assert found.pop("repeated", 0) > 0 or name == "delete", "some leave something behind, but for a delete"
    assert found.pop("points") * every >= 200
    for fault in harness.FAULTS[1:]:
        assert found.get(f"{fault}: new", 0) > 0, "some come too late to matter"
        assert found.get(f"{fault}: old", 0) > 0 or fault in RETRIED, "and some in time"
    assert "short write: old" not in found, "a write that takes a part is continued"


def test_p5_a_fit_before_it_changes_nothing_of_that(library: Path) -> None:
    found = harness.tried("whole refit", library, 48)  # each point is a fit of its own, and most come before the save
    assert found["points"] > 20
    assert found["short write: new"] > 3
    assert found["kill: old"] > 3


def test_the_harness_finds_an_action_that_is_not_atomic(library: Path) -> None:
    with pytest.raises(AssertionError, match=r"(is damaged|nothing was done and nothing said)"):
        harness.tried("torn", library)
