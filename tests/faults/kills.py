"""Kills a process at random moments while it saves or edits again and again, and looks at what is left.

python -m tests.faults.kills [TIMES]
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.edit_steps import step
from tests.faults.harness import scratch
from tests.faults.scenarios import NEW, OLD, fresh, level_of, log_of
from tests.models import FakeEmbedder
from topics import store


def killed(times: int, folder: Path, seed: int = 0) -> Counter[str]:
    """Return how often each state was found after a kill.

    Raises
    ------
    AssertionError
        What was left is no whole model, or the next save does not work.
    """
    draw, found = random.Random(seed), Counter[str]()
    longest = max(0.03, 6 * _seconds(lambda: store.save(fresh(OLD), folder)))
    for turn in range(times):
        child = os.fork()
        if child == 0:
            _save_on(folder)
        time.sleep(draw.uniform(0.0, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        state = level_of(folder)
        assert state in ("coarse", "fine"), (turn, state)
        found[state] += 1
        if turn % 20 == 19:
            store.save(fresh(OLD), folder)
            assert level_of(folder) == "coarse"
            assert not [path for path in folder.iterdir() if path.name.startswith(".tmp-")]
    return found


def killed_editing(times: int, folder: Path, seed: int = 0) -> int:
    """Kill a process that renames, merges, splits and undoes; return how many edits are in the log at the end.

    Raises
    ------
    AssertionError
        What was left is no whole model, is not what its log says, or lacks an edit that was there before.
    """
    draw, seen = random.Random(seed), 0
    store.save(fresh(OLD), folder)
    longest = max(0.15, 6 * _seconds(lambda: store.save(store.load(folder), folder)))
    for turn in range(times):
        child = os.fork()
        if child == 0:
            _edit_on(folder, turn)
        time.sleep(draw.uniform(0.0, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        log_of(folder)
        edits = len(store.load(folder).history.edits)
        assert edits >= seen, (turn, edits, seen)
        seen = edits
    return seen


def _seconds(act: Callable[[], object]) -> float:
    """Return how long something takes here and now: on a busy machine, kills must leave time to get anywhere."""
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _edit_on(folder: Path, seed: int) -> None:
    """Edit a model and save it, again and again, until killed."""
    draw = random.Random(seed)
    try:
        while True:
            model = store.load(folder, embedder=FakeEmbedder())
            store.save(step(model, draw, draw.choice(("rename", "merge", "split", "undo"))), folder)
    finally:
        os._exit(1)


def _save_on(folder: Path) -> None:
    """Save one model after the other until killed."""
    try:
        while True:
            for model in (NEW, OLD):
                store.save(fresh(model), folder)
    finally:
        os._exit(1)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=scratch()) as base:
        times = int((*sys.argv[1:], "200")[0])
        sys.stdout.write(f"saving: {dict(killed(times, Path(base) / 'm'))}, all whole\n")
        sys.stdout.write(f"editing: {killed_editing(times, Path(base) / 'n')} edits in {times} kills, all kept\n")
