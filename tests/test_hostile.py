"""Hostile files: each ends in time, with a report, and the file beside it is read."""

import logging
import os
import resource
from functools import partial
from pathlib import Path

import pytest

from tests.hostile_files import FILES, LARGE, PARAGRAPH, docx
from tests.pdfs import pdf
from tests.test_read_pdf import encrypted
from topics.read import pool, read_source
from topics.read.pool import SECONDS

_log = logging.getLogger(__name__)  # shown by pytest --log-cli-level=INFO

GOOD = "Bees fly out at dawn, and the hive hums."
MEMORY = 1 << 30
PATIENCE = 5 * SECONDS  # by the clock, which on a busy machine says little: the processor's seconds are what is held
PEAK = 1_500 << 10  # kilobytes that the parent may ever hold: what it is sent, and what this file makes

SAID = {
    "bomb.docx": "unpacks to 102 MB", "bomb.odt": "unpacks to 61 MB", "bomb.epub": "unpacks to 61 MB",
    "bomb.xlsx": "unpacks to 81 MB", "bomb.parquet": "unfolds to more than 512 MB", "bomb.zip": "as only a bomb does",
    "forged.docx": "cannot be unpacked", "laughs.docx": "is not XML", "laughs.odt": "is not XML",
    "laughs.xlsx": "declares entities", "outside.xlsx": "declares entities", "outside.docx": "holds no text",
    "outside.odt": "holds no text", "outside.pptx": "holds no text", "flate.pdf": "is damaged and was not read",
    "twice.pdf": "is damaged and was not read", "loop.pdf": "cyclic page references", "form.pdf": "holds no text",
    "deep.json": "nested too deeply", "closed.json": "nested too deeply", "wide.csv": "has 500,001 columns",
    "deep.rtf": "nested deeper", "deep.docx": "is not XML", "picture.pdf": "is a picture (PNG)",
    "nested.zip": "holds more than 64 MB once unpacked", "deep.zip": "an archive in an archive in an archive",
    "many.zip": "is empty", "bomb.txt.gz": "as only a bomb does",
    "digits.jsonl": "line 3: NaN or Infinity", "twins.jsonl": "lines 1, 2, 3, 4, 5 and 99,995 more: a key twice",
}  # fmt: skip

READ = {
    "deep.html", "many.html", "large.html", "tables.html", "laughs.html", "outside.html", "encoding.html",
    "attribute.html", "quote.csv", "long.csv", "halves.json", "line.txt", "headers.eml", "many.mbox", "slip.zip",
    "outside.epub", "laughs.epub",
}  # fmt: skip


def _processor() -> float:
    """Return the seconds of the processor that this process and those that it has ended took."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.fixture(scope="module", autouse=True)
def held_before() -> int:
    """Return the most that this process held before the first hostile file: other tests ran in it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.fixture(autouse=True)
def small_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file have half of the memory that it may have: none of these should need more."""
    monkeypatch.setattr(pool, "Pool", partial(pool.Pool, memory=MEMORY, seconds=PATIENCE))


@pytest.mark.parametrize("name", FILES)
def test_it_ends_in_time_with_a_report_and_the_next_file_is_read(name: str, tmp_path: Path) -> None:
    check(name, FILES[name](), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_ones_end_in_time_as_well(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(pool, "Pool", partial(pool.Pool, seconds=PATIENCE))
    check(name, LARGE[name](), tmp_path, most=40)


def check(name: str, data: bytes, tmp_path: Path, most: float = 10) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data)
    (folder / "zzz.txt").write_text(GOOD, encoding="utf-8")
    del data
    before = _processor()
    reading = read_source(folder)
    busy = _processor() - before
    assert busy < most
    assert reading.documents[-1].text == GOOD
    own = [file for file in reading.files if file.path != "zzz.txt"]
    assert own
    for file in own:
        assert file.path.startswith(name)
        assert file.reason or file.status == "read"
        assert bool(file.documents) == (file.status != "refused") or file.format == "zip"
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    said = own[0].status, own[0].format, own[0].reason
    _log.info("%-16s %5.1f s of the processor, at most %d MB so far  %-8s %-8s %s", name, busy, peak, *said)
    assert any(SAID.get(name, "") in file.reason for file in own)
    assert name not in READ or {file.status for file in own} == {"read"}
    assert not any("root:" in document.text for document in reading.documents)
    assert not any("needs more" in file.reason or "parser fail" in file.reason for file in own)
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [name, "zzz.txt"]
    assert not Path("/tmp/slip.txt").exists()


def test_this_process_stayed_small(held_before: int) -> None:
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held_before < PEAK


def test_what_is_read_of_files_that_are_not_what_they_seem(tmp_path: Path) -> None:
    files = {
        "scan.pdf": pdf([b"q /Im Do Q"]),
        "locked.pdf": encrypted("secret"),
        "really.txt": docx(PARAGRAPH),
        "word.doc": docx(PARAGRAPH),
        "really.docx": b"Bees fly out at dawn.",
        "really.pdf": b"<!doctype html><html><body><p>Bees fly out at dawn.</p></body></html>",
        "really.csv": b"%PDF-1.4 is how it begins\n1 0 obj",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "folder.pdf" / "a.txt").write_text(GOOD, encoding="utf-8")
    reading = read_source(tmp_path)
    assert {file.path: (file.status, file.format, file.reason.partition(" (")[0]) for file in reading.files} == {
        "folder.pdf/a.txt": ("read", "text", ""),
        "scan.pdf": ("refused", "pdf", "its page holds no text: it is a picture; run OCR first"),
        "locked.pdf": ("refused", "pdf", "is encrypted; save it without a password"),
        "really.txt": ("read", "docx", ""),
        "word.doc": ("read", "docx", ""),
        "really.docx": ("read", "text", ""),
        "really.pdf": ("read", "html", ""),
        "really.csv": ("refused", "pdf", "is damaged: its pages cannot be found"),
    }


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
