"""T1, P4: crafted models run no code, read no file outside, open no socket, and end in an error at little cost."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.hostile_models import CONTROL, CRAFTED, SECRET

pytestmark = pytest.mark.skipif(
    not os.path.exists("/proc/self/clear_refs"), reason="memory is counted by Linux's /proc"
)


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Any]]:
    base = tmp_path_factory.mktemp("hostile")
    command = [sys.executable, "-W", "ignore", "-m", "tests.hostile_models", str(base)]
    subprocess.run(command, cwd=Path(__file__).parents[1], check=True)
    yield json.loads((base / "ends.json").read_bytes())


def test_there_are_as_many_as_were_promised() -> None:
    assert len(CRAFTED) >= 40
    assert hashlib.sha256(bytes(1 << 20)).hexdigest().startswith("30e14955ebf13522"), "of holes in sparse files"


@pytest.mark.parametrize("name", CRAFTED)
def test_p4_t1_a_crafted_model_ends_in_an_error_and_does_nothing_else(ends: Mapping[str, Any], name: str) -> None:
    end = ends[name]
    assert end["error"].startswith("ModelError: "), end["error"]
    assert SECRET not in end["error"]
    assert len(end["error"]) < 1000
    assert end["seen"] == []
    assert not end["ran"]
    assert end["work"] < 2, "seconds of the processor, so that it does not matter what else it does"
    assert end["seconds"] < 20, "and nothing is waited for"
    assert end["megabytes"] < 300


def test_what_a_load_may_not_do_would_be_noticed(ends: Mapping[str, Any]) -> None:
    end = ends[CONTROL]
    assert end["error"] == "none: it was loaded"
    assert [seen.split()[0] for seen in end["seen"]] == ["open", "socket.__new__", "os.system"]
    assert end["ran"]
    assert end["seconds"] > 0.1
    assert end["megabytes"] > 300
