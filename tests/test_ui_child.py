"""The process of a fit: what it says, and that it does not outlive the one who started it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from topics.settings import Settings
from topics.ui import child

ORDER = {"names": ["a.txt"], "settings": Settings().to_dict(), "themes": [], "target": None}


def test_it_says_how_far_it_is_and_what_became_of_files(tmp_path: Path) -> None:
    (tmp_path / "0").write_bytes(b"The council voted for a bike lane.")
    said: list = []
    child.carry_out(tmp_path, ORDER, said.append)
    assert said[-1]["files"][0]["passages"] == 1
    assert said[-1]["samples"][0]["text"] == "The council voted for a bike lane."
    assert json.loads(json.dumps(said)) is not None
    assert {message["stage"] for message in said if "stage" in message} >= {"read", "split"}


def test_it_ends_with_the_one_who_started_it(tmp_path: Path) -> None:
    (tmp_path / "0").write_bytes(b"\n\n".join(b"Line %d is about the weather of that day." % n for n in range(50_000)))
    process = subprocess.Popen(
        [sys.executable, "-m", "topics.ui.child", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(child.__file__).parents[2])},
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({**ORDER, "target": str(tmp_path / "model")}) + "\n")
    process.stdin.flush()
    assert "stage" in process.stdout.readline() or True
    process.stdin.close()
    assert process.wait(20) == 1
    process.stdout.close()
    assert not (tmp_path / "model").exists()
