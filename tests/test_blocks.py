"""Files of a saved model as they are read: what is exchanged meanwhile is not followed, and nothing stays open."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.test_store_limits import content
from topics.errors import ModelError
from topics.store import blocks

OPEN = Path("/proc/self/fd")


def open_files() -> int:
    gc.collect()
    return len(list(OPEN.iterdir()))


class Exchanged:
    """The module ``os``, where a path becomes another thing right after it was looked at."""

    def __init__(self, exchange: Callable[[Path], object]) -> None:
        self._exchange = exchange

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def lstat(self, path: Path) -> os.stat_result:
        found = os.lstat(path)
        path.unlink()
        self._exchange(path)
        return found


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name")
@pytest.mark.parametrize(
    ("exchange", "match"),
    [
        (lambda path: path.symlink_to(path.with_name("other")), "cannot read .*file: .*symbolic links"),
        (os.mkfifo, "file is damaged: it is no regular file"),
        (lambda path: None, "file is damaged: it is missing"),
    ],
)
def test_what_a_file_becomes_between_two_calls_is_refused_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: Callable[[Path], object], match: str
) -> None:
    for name in ("file", "other"):
        (tmp_path / name).write_bytes(b"mine")
    monkeypatch.setattr(blocks, "os", Exchanged(exchange))
    with pytest.raises(ModelError, match=match):
        blocks.read_file(tmp_path / "file", 100)


@pytest.mark.skipif(not OPEN.exists(), reason="open files are counted by Linux's /proc")
def test_a_mapped_file_is_closed_when_nobody_has_it_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 0)
    before = open_files()
    found = content(tmp_path, b"abc")
    assert found.read(1, 3) == b"bc"
    assert open_files() > before
    del found
    assert open_files() == before


def test_a_file_that_cannot_be_mapped_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 0)
    monkeypatch.setattr(blocks.mmap, "mmap", refuse)
    with pytest.raises(ModelError, match=r"file cannot be mapped \(.*Cannot allocate memory\); load it where more"):
        content(tmp_path, b"abc")


def test_an_error_without_a_number_is_told_by_its_words(tmp_path: Path) -> None:
    assert str(blocks.unreadable(tmp_path, OSError("odd"))).endswith(": odd; check the disk and who may read it")


@pytest.mark.parametrize(("size", "where"), [(8, ""), (9, r" \(bytes 8 to 9\)")])
def test_a_change_is_told_with_its_place_where_there_is_more_than_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, where: str
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 8)
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 0)
    found = content(tmp_path, bytes(size))
    (tmp_path / "file").write_bytes(bytes(size - 1) + b"x")
    with pytest.raises(ModelError, match=f"so it was changed{where}; restore the model"):
        found.check()


def test_a_block_is_read_once_and_only_when_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 4)
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 0)
    found = content(tmp_path, bytes(range(40)))
    reads: list[int] = []
    real = os.pread

    def pread(descriptor: int, count: int, start: int) -> bytes:
        reads.append(start)
        return real(descriptor, count, start)

    monkeypatch.setattr(os, "pread", pread)
    for start, end, blocks_read in ((3, 4, [0]), (0, 5, [4]), (4, 9, [8]), (8, 12, []), (12, 12, [])):
        reads.clear()
        assert found.read(start, end) == bytes(range(start, end))
        assert reads == blocks_read
    found.check()
    assert sorted(reads) == [12, 16, 20, 24, 28, 32, 36]


def test_only_a_mapped_file_is_known_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not content(tmp_path, b"abc").is_there(tmp_path / "file"), "it may have been written over since"
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 0)
    found = content(tmp_path, b"abc")
    assert found.is_there(tmp_path / "file")
    (tmp_path / "copy").write_bytes(b"abc")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for other in ("copy", "link", "nothing"):
        assert not found.is_there(tmp_path / other)
