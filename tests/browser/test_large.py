"""Models of 200,000 and of 1,000,000 passages, made up: the map opens, a click and a lasso answer, little is sent."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.browser_long]

ROOT = Path(__file__).parents[2]
LIMITS = {  # seconds for the map to be drawn and for a topic or a lasso to be answered
    200_000: (20.0, 3.0),
    1_000_000: (60.0, 5.0),
}


@pytest.mark.parametrize("passages", LIMITS)
def test_a_large_model_opens_answers_and_sends_little(chromium, shots, timings, passages):
    command = [sys.executable, "tools/measure_map.py", str(passages), "--shots", str(shots)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    timings[f"{passages} passages"] = found
    opened, answered = LIMITS[passages]
    assert found["passages"] == passages
    assert found["first open, s"] < opened
    assert found["cold open, s"] < opened
    assert found["click to passages, s"] < answered
    assert found["lasso, s"] < answered
    assert found["equal"], f"{found['lasso said']}, but numpy counts {found['numpy']}"
    assert found["most of a click, kB"] < 100
    assert found["lasso up, kB"] < 50
