"""Several processes rename topics of one model at once: each edit is kept or its author told, and no reader sees half.

python -m tests.faults.writers [WRITERS] [EDITS]       # 4 writers of 250 edits by default
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.faults.harness import ROOT, scratch
from tests.models import small_model
from topics import edit, store
from topics.errors import ConflictError


@dataclass(frozen=True)
class Outcome:
    """How many edits are in the model at the end, how many refusals their authors were told, and how many reads."""

    kept: int
    told: int
    reads: int
    seconds: float


def raced(writers: int, edits: int, folder: Path) -> Outcome:
    """Let writers make their edits, each again until it is accepted, and read all the while.

    Raises
    ------
    AssertionError
        An edit that was accepted is not in the model at the end, or a read found no whole model or lost an edit.
    """
    store.save(small_model(), folder)
    began = time.perf_counter()
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults.writers", "--in", str(folder), str(edits)]
    running = [
        subprocess.Popen([*command, f"w{number}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(writers)
    ]
    reads, seen = 0, 0
    while any(writer.poll() is None for writer in running):
        found = len(store.load(folder).history.edits)
        assert found >= seen, "an edit that was there is gone"
        reads, seen = reads + 1, found
    told = sum(int(writer.communicate()[0]) for writer in running)
    assert all(writer.returncode == 0 for writer in running)
    kept = [entry.reason for entry in store.load(folder).history.edits]
    for number in range(writers):
        own = [reason for reason in kept if reason.startswith(f"w{number}-")]
        assert own == [f"w{number}-{edit}" for edit in range(edits)], f"edits of writer {number} are lost"
    return Outcome(len(kept), told, reads, time.perf_counter() - began)


def _edit(folder: Path, edits: int, name: str) -> int:
    """Make edits, one after another, and return how many were refused on the way."""
    told = 0
    for number in range(edits):
        while True:
            model = store.load(folder)
            try:
                told_as = f"{name}-{number}"
                store.save(edit.rename(model, number % len(model.topics), told_as, author=name, reason=told_as), folder)
                break
            except ConflictError:
                told += 1
    return told


if __name__ == "__main__":
    if sys.argv[1:2] == ["--in"]:
        sys.stdout.write(str(_edit(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])))
    else:
        with tempfile.TemporaryDirectory(dir=scratch()) as base:
            asked = [*map(int, sys.argv[1:]), *(4, 250)[len(sys.argv) - 1 :]]
            sys.stdout.write(f"{raced(asked[0], asked[1], Path(base) / 'm')}\n")
