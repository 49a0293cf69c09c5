"""Reading does the same wherever it is done: without a home, a temporary folder or a locale, and in any folder."""

import json
import os
import signal
import subprocess
import sys
import time
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


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")
@pytest.mark.parametrize("seconds", [0.2, 0.8, 1.5, 2.5, 4.0])
def test_ctrl_c_ends_reading_at_any_time_and_leaves_nothing(seconds, tmp_path):
    pages = [f"<html><body>{'<p>Bees fly out at dawn, and the hive hums.</p>' * 4000}</body></html>"] * 6
    (tmp_path / "in").mkdir()
    (tmp_path / "tmp").mkdir()
    for number, page in enumerate(pages):
        (tmp_path / "in" / f"{number}.html").write_text(page, encoding="utf-8")
    (tmp_path / "in" / "long.txt").write_text(article(*STORY) * 4000, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "topics.cli", "read", tmp_path / "in"], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path / "tmp")}, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    _, said = process.communicate(timeout=60)
    assert time.monotonic() - start < 10
    if process.returncode == 130:
        assert b"Traceback" not in said
    else:  # before the command began to run, or after it was done
        assert process.returncode in (0, -signal.SIGINT, 1)
    assert os.listdir(tmp_path / "tmp") == []
