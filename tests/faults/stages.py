"""Kills a process in every stage of a new fit, and looks at what is left.

python -m tests.faults.stages [TIMES]       # kills in each stage, 20 by default
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults.harness import scratch
from tests.faults.scenarios import BUSES, SCENARIOS, whole_refit, with_news
from tests.forge import tree
from tests.models import FakeEmbedder
from topics import store, update

TOLD = {"read": 1, "split": 5, "embed": 20, "cluster": 30}
"""The stages of which a fit tells, and how often at least it does."""

STAGES = (*TOLD, "describe", "save")
_DESCRIBING, _SAVING = 0.12, 0.02  # seconds of the processor, and of the clock, that these take at least


def killed(times: int, base: Path, seed: int = 0) -> Counter[tuple[str, str]]:
    """Kill a new fit so many times in each stage; return how often each state was found after that.

    Raises
    ------
    AssertionError
        What was left is no whole model, a fit that was not saved left something, or it cannot be done again.
    """
    draw, found = random.Random(seed), Counter[tuple[str, str]]()
    scenario = SCENARIOS["whole refit"]
    with_news(base / "prepared")
    before = tree(base / "prepared")
    whole_refit(_copied(base, "warm"))  # imports what it needs
    for stage in STAGES:
        for _turn in range(times):
            folder = _copied(base, "here")
            child = os.fork()
            if child == 0:
                _refit(folder, stage, draw.random())
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            assert code in (-signal.SIGKILL, -signal.SIGALRM, -signal.SIGPROF) or (stage, code) == ("save", 0), stage
            state = scenario.state(folder)
            assert state == scenario.before or (stage, state) == ("save", scenario.after), (stage, state)
            assert stage == "save" or tree(folder) == before, stage
            found[stage, "old" if state == scenario.before else "new"] += 1
        if state == scenario.before:
            whole_refit(folder)
            assert scenario.state(folder) == scenario.after, f"it could not be done again after a kill in {stage}"
    return found


def _copied(base: Path, name: str) -> Path:
    shutil.rmtree(base / name, ignore_errors=True)
    return shutil.copytree(base / "prepared", base / name)


def _refit(folder: Path, stage: str, when: float) -> None:
    """Fit again in the forked process, and be killed in a stage, ``when`` of the way through it."""
    left = int(when * TOLD.get(stage, 1)) + 1

    def tell(now: str, done: int, total: int) -> None:
        nonlocal left
        left -= now == stage
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        if stage == "describe" and (now, done) == ("cluster", total):
            signal.setitimer(signal.ITIMER_PROF, 0.001 + when * _DESCRIBING)

    try:
        found = update.refit(store.load(folder, embedder=FakeEmbedder()), folder / BUSES, progress=tell)
        if stage == "describe":
            os.kill(os.getpid(), signal.SIGKILL)  # the last moment of it
        signal.setitimer(signal.ITIMER_REAL, 0.0001 + when * _SAVING)
        store.save(found.model, folder)
        os._exit(0)
    finally:
        os._exit(1)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=scratch()) as base:
        for (stage, state), count in killed(int((*sys.argv[1:], "20")[0]), Path(base)).items():
            sys.stdout.write(f"{stage}: {state} {count}\n")
