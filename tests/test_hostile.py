"""Hostile files: each ends in time, with a report, and the file beside it is read."""

import importlib
import logging
import os
import resource
import time
from pathlib import Path

import pytest

from tests.hostile_files import FILES
from topics.read import read_source
from topics.read.formats import BY_SUFFIX
from topics.read.pool import SECONDS

_log = logging.getLogger(__name__)  # shown by pytest --log-cli-level=INFO

GOOD = "Bees fly out at dawn, and the hive hums."
PEAK = 1_500 << 10  # kilobytes that the parent may ever hold: what it is sent, and what this file makes


def needs_reader(name: str) -> None:
    format = BY_SUFFIX.get(Path(name).suffix)
    if format is not None:
        try:
            importlib.import_module(format.home.partition(":")[0])
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("topics."):
                pytest.skip(f"no reader of {format.name} is in this tree")


@pytest.mark.parametrize("name", FILES)
def test_it_ends_in_time_with_a_report_and_the_next_file_is_read(name: str, tmp_path: Path) -> None:
    needs_reader(name)
    data = FILES[name]()
    (tmp_path / name).write_bytes(data)
    (tmp_path / "zzz.txt").write_text(GOOD, encoding="utf-8")
    del data
    start = time.monotonic()
    reading = read_source(tmp_path)
    seconds = time.monotonic() - start
    assert seconds < SECONDS + 5
    assert reading.documents[-1].text == GOOD
    own = [file for file in reading.files if file.path != "zzz.txt"]
    assert own
    for file in own:
        assert file.path.startswith(name)
        assert file.reason or file.status == "read"
        assert bool(file.documents) == (file.status != "refused") or file.format == "zip"
    _log.info("%-16s %5.1f s  %-8s %-8s %s", name, seconds, own[0].status, own[0].format, own[0].reason)
    assert not any("root:" in document.text for document in reading.documents)


def test_this_process_stayed_small() -> None:
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < PEAK


@pytest.mark.skipif(os.name == "nt", reason="pipes and links of POSIX systems")
def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "self.docx").symlink_to(tmp_path / "self.docx")
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "null.csv").symlink_to("/dev/zero")
    reading = read_source(tmp_path, needed=False)
    assert {file.path: file.reason for file in reading.files} == {
        "null.csv": "is not a file but a pipe, socket or device",
        "pipe.pdf": "is not a file but a pipe, socket or device",
        "self.docx": "is a link to nothing",
        "up": "is a link to a folder that is read anyway",
    }
