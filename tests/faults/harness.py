"""Lets the n-th file operation of an action fail, for every n and every fault, and looks at what is left.

An action is a :class:`Scenario`. Each runs in a process of its own in front of whose file operations stands
``interpose.c``; it is forked once for every n, so that a kill costs milliseconds.

    python -m tests.faults.harness [SCENARIO ...]        # all of them, in full, with a table of the points
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.forge import tree

FAULTS = ("count", "kill", "no space", "no space from then on", "I/O error", "short write", "interrupted")
"""In the order of the enumeration in interpose.c."""

SOURCE = Path(__file__).with_name("interpose.c")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Scenario:
    """An action on a saved model.

    Parameters
    ----------
    prepare
        Makes the folder as it is before the action.
    act
        The action; it may raise TopicsError, which tells its author, and nothing else.
    state
        Says what is there now; it raises where that is no whole model.
    before, after
        What ``state`` says before the action, and after it.
    """

    prepare: Callable[[Path], object]
    act: Callable[[Path], object]
    state: Callable[[Path], str]
    before: str
    after: str


def compiler() -> str | None:
    """Return the C compiler, or None where there is none or nothing can be put in front of a program's files."""
    return shutil.which("cc") or shutil.which("gcc") if sys.platform == "linux" else None


def built(folder: Path) -> Path:
    """Compile the interposer into a folder."""
    library = folder / "interpose.so"
    told = [str(compiler()), "-O1", "-shared", "-fPIC", "-w", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(told, check=True, capture_output=True)
    return library


def scratch() -> str | None:
    """Return a folder in memory, where syncing costs nothing, if there is one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def tried(name: str, library: Path, every: int = 1) -> dict[str, int]:
    """Run a scenario with every fault at every ``every``-th operation; return the points tried and their ends.

    Raises
    ------
    AssertionError
        A fault left something that is neither the old nor the new model, or an error that says nothing to its author.
    """
    with tempfile.TemporaryDirectory(dir=scratch()) as base:
        done = subprocess.run(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                __spec__.name if __spec__ else __name__,
                "--in",
                name,
                base,
                str(every),
            ],
            env={**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, int] = json.loads(done.stdout)
    return found


def _run(scenario: Scenario, base: Path, every: int) -> Counter[str]:
    """Run in the process that the interposer is loaded into."""
    faults = ctypes.CDLL(None)
    scenario.prepare(base / "prepared")
    assert scenario.state(base / "prepared") == scenario.before
    warm = shutil.copytree(base / "prepared", base / "warm", copy_function=os.link)
    scenario.act(warm)  # imports what it needs
    assert scenario.state(warm) == scenario.after
    ends: Counter[str] = Counter()
    for fault in range(1, len(FAULTS)):
        n = 1
        while _point(scenario, base, fault, n, faults, ends):
            n += every
    return ends


def _point(scenario: Scenario, base: Path, fault: int, n: int, faults: ctypes.CDLL, ends: Counter[str]) -> bool:
    """Try one point; return whether there is an n-th operation."""
    folder = base / "here"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base / "prepared", folder)
    child = os.fork()
    if child == 0:
        _act(scenario, folder, fault, n, faults)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    where = f"{FAULTS[fault]} at operation {n}"
    state = scenario.state(folder)
    assert state in (scenario.before, scenario.after), (where, state)
    if code == 9:
        return False  # there is no n-th operation
    assert code in (-9, 0, 3), (where, code)
    assert code != 0 or state == scenario.after, f"{where}: nothing was done and nothing said"
    ends[f"{FAULTS[fault]}: {'old' if state == scenario.before else 'new'}"] += 1
    ends["points"] += 1
    if state == scenario.before and tree(folder) != tree(base / "prepared"):  # else it is the first time again
        scenario.act(folder)
        assert scenario.state(folder) == scenario.after, f"{where}: it could not be repeated"
        ends["repeated"] += 1
    return True


def _act(scenario: Scenario, folder: Path, fault: int, n: int, faults: ctypes.CDLL) -> None:
    """Act in the forked process, and end it: 0 done, 3 told, 9 too few operations, 4 something else."""
    from topics.errors import TopicsError

    code = 4
    try:
        faults.faults_arm(ctypes.c_long(n), fault)
        scenario.act(folder)
        code = 0
    except TopicsError:
        code = 3
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
        faults.faults_count()
        traceback.print_exc()
    if faults.faults_count() < n:
        code = 9 if code == 0 else code
    os._exit(code)


def main(asked: Sequence[str]) -> None:
    """Run scenarios in full."""
    from tests.faults.scenarios import SCENARIOS

    if asked[:1] == ["--in"]:
        sys.stdout.write(json.dumps(_run(SCENARIOS[asked[1]], Path(asked[2]), int(asked[3]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        library = built(Path(folder))
        for name in asked or [name for name in SCENARIOS if name != "torn"]:
            found = tried(name, library)
            points, again = found.pop("points"), found.pop("repeated", 0)
            ends = ", ".join(f"{end} {count}" for end, count in sorted(found.items()))
            sys.stdout.write(f"{name}: {points} points whole, {again} repeated on what was left; {ends}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
