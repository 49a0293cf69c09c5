"""Reading does the same wherever it is done: without a home, a temporary folder or a locale, and in any folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_copies import STORY, article

SURROUNDINGS = {
    "plain C": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"},
    "no home": {"HOME": None, "XDG_CACHE_HOME": None},
    "a home that is not there": {"HOME": "/nowhere/at/all"},
    "no temporary folder": {"TMPDIR": "/nowhere/at/all"},
    "another time": {"TZ": "Pacific/Apia"},
    "a clock that is unknown": {"TZ": "Nowhere/AtAll"},
    "no variables": {name: None for name in os.environ if name not in ("PATH", "SYSTEMROOT")},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("a folder\n of 'mine' åäö")
    (root / "två\nrader.txt").write_text(article(*STORY), encoding="utf-8")
    (root / "again.md").write_text(article(*STORY), encoding="utf-8")
    (root / "rows.csv").write_text("nr,text,date\n00123,Räksmörgås på bryggan.,2021-03-28 02:30\n", encoding="cp1252")
    (root / "empty.txt").write_bytes(b"")
    return root


def told(folder, **changes):
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    for name, value in changes.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    environment.setdefault("PYTHONPATH", str(Path(__file__).parents[1]))
    done = subprocess.run(
        [sys.executable, "-m", "topics.cli", "read", folder, "--json"],
        capture_output=True, env=environment, cwd=folder, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def expected(folder):
    found = told(folder)
    assert [(file["path"], file["status"]) for file in found["files"]] == [
        ("again.md", "read"), ("empty.txt", "refused"), ("rows.csv", "read"), ("två\nrader.txt", "read"),
    ]  # fmt: skip
    return found


@pytest.mark.skipif(os.name == "nt", reason="surroundings of POSIX systems")
@pytest.mark.parametrize("name", SURROUNDINGS)
def test_a_folder_is_read_as_anywhere_else(name, folder, expected):
    assert told(folder, **SURROUNDINGS[name]) == expected
