"""A save that is killed, fails or meets another leaves a whole model: the one from before or the new one."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.forge import tree, version_of
from tests.models import FakeEmbedder, small_model
from topics import edit, store
from topics.errors import ModelError
from topics.store import atomic, codec
from topics.store.tensors import Stream

CALLS = ("open", "write", "fsync", "close", "mkdir", "rename", "replace", "unlink", "rmdir", "listdir")
"""Everything by which a save touches the disk."""

OLD = codec.pack(small_model(level="coarse"))
NEW = codec.pack(small_model(level="fine"))


class FaultyOs:
    """The module ``os``, but its n-th call that touches the disk fails."""

    def __init__(self, fail_at: int, code: int = errno.EIO) -> None:
        self.calls: list[str] = []
        self._fail_at = fail_at
        self._code = code

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        return self._guarded(name, real) if name in CALLS else real

    def _guarded(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self.calls.append(name)
            here = len(self.calls)
            if here == self._fail_at:
                if name == "close":
                    real(*args)  # a close that reports an error has closed all the same
                if name == "write":
                    real(args[0], args[1][: len(args[1]) // 2])  # the disk was full half-way
                raise OSError(self._code, os.strerror(self._code))
            return real(*args, **named)

        return call


@contextmanager
def faulty(monkeypatch: pytest.MonkeyPatch, fault: FaultyOs) -> Iterator[FaultyOs]:
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "os", fault)
        yield fault


def commit_to(folder: Path, packed: tuple[dict[str, Any], dict[str, Stream]]) -> None:
    atomic.commit(folder, *packed, check=lambda *_: None)


def calls_of_a_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many calls one save over two older versions makes."""
    prepare(tmp_path / "count")
    with faulty(monkeypatch, FaultyOs(0)) as fault:
        commit_to(tmp_path / "count", NEW)
    assert set(fault.calls) == set(CALLS), "every kind of call is tried"
    return len(fault.calls)


def prepare(folder: Path) -> None:
    """Make a model with an older version, so that a save also has one to remove, and what a killed save left."""
    commit_to(folder, codec.pack(small_model()))
    commit_to(folder, OLD)
    (folder / f".tmp-{'0' * 32}").mkdir()
    (folder / f".tmp-{'0' * 32}" / "topics.json").write_text("{")
    (folder / "CURRENT.tmp").write_text("v-")


def level_of(folder: Path) -> str:
    return store.load(folder).level


def test_whichever_call_fails_the_model_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On every system; where there is a compiler, tests/faults tries more faults at more places."""
    total = calls_of_a_save(tmp_path, monkeypatch)
    assert total > 40
    prepare(tmp_path / "prepared")
    failed = 0
    for n in range(1, total + 1):
        folder = shutil.copytree(tmp_path / "prepared", tmp_path / str(n))
        told = False
        with faulty(monkeypatch, FaultyOs(n, errno.EIO)):
            try:
                commit_to(folder, NEW)
            except ModelError as error:
                told = True
                assert str(folder) in str(error)
        assert level_of(folder) in ("coarse", "fine"), n
        if not told:
            assert level_of(folder) == "fine", f"call {n} failed, and a save that did not save said nothing"
        failed += told
        commit_to(folder, NEW)
        assert level_of(folder) == "fine"
        assert len([path for path in folder.iterdir() if path.is_dir()]) <= 3
        commit_to(folder, OLD)
        commit_to(folder, NEW)
        assert sorted(path.name[:2] for path in folder.iterdir()) == [".l", "CU", "v-", "v-"], n
        shutil.rmtree(folder)
    assert failed > 30


def test_a_first_save_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty(monkeypatch, FaultyOs(0)) as fault:
        commit_to(tmp_path / "count" / "deep", NEW)
    for n in range(1, len(fault.calls) + 1):
        folder = tmp_path / str(n) / "deep"
        with faulty(monkeypatch, FaultyOs(n, errno.ENOSPC)):
            try:
                commit_to(folder, NEW)
            except ModelError:
                if (folder / "CURRENT").exists():
                    assert level_of(folder) == "fine"
                else:
                    with pytest.raises(ModelError, match="there is no model at"):
                        store.load(folder)
            else:
                assert level_of(folder) == "fine"
        commit_to(folder, NEW)
        assert level_of(folder) == "fine"


def test_a_full_disk_is_said_with_its_size_and_gives_its_room_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_to(tmp_path / "m", OLD)
    before = tree(tmp_path / "m")
    with faulty(monkeypatch, FaultyOs(0)) as fault:
        commit_to(tmp_path / "other", NEW)
    write = fault.calls.index("write") + 3
    with (
        faulty(monkeypatch, FaultyOs(write, errno.ENOSPC)),
        pytest.raises(
            ModelError,
            match=r"cannot save the model \(0\.0 MB\) to .*m: No space left on device; make room or save elsewhere",
        ),
    ):
        commit_to(tmp_path / "m", NEW)
    assert tree(tmp_path / "m") == before


def test_a_write_that_takes_only_some_bytes_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(FaultyOs):
        def __getattr__(self, name: str) -> Any:
            if name == "write":
                return lambda descriptor, data: os.write(descriptor, data[:1000])
            return super().__getattr__(name)

    with faulty(monkeypatch, Slow(0)):
        commit_to(tmp_path / "m", NEW)
    assert level_of(tmp_path / "m") == "fine"


def test_a_disk_that_cannot_sync_folders_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoFolders(FaultyOs):
        def __getattr__(self, name: str) -> Any:
            if name == "fsync":
                return self._sync
            return super().__getattr__(name)

        def _sync(self, descriptor: int) -> None:
            if os.path.isdir(f"/proc/self/fd/{descriptor}"):
                raise OSError(errno.EINVAL, "Invalid argument")

    with faulty(monkeypatch, NoFolders(0)):
        commit_to(tmp_path / "m", NEW)
    assert level_of(tmp_path / "m") == "fine"


class NotingOs:
    """The module ``os``, taking note of what is synced and named, in order."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._paths: dict[int, Path] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Path, *args: Any) -> int:
        descriptor = os.open(path, *args)
        self._paths[descriptor] = path
        return descriptor

    def fsync(self, descriptor: int) -> None:
        self.notes.append(f"sync {self._paths[descriptor].name[:5]}")
        os.fsync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        self.notes.append(f"rename {old.name[:5]} {new.name[:2]}")
        os.rename(old, new)

    def replace(self, old: Path, new: Path) -> None:
        self.notes.append(f"replace {old.name} {new.name}")
        os.replace(old, new)


def test_everything_is_on_disk_before_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noting = NotingOs()
    monkeypatch.setattr(atomic, "os", noting)
    (tmp_path / "base").mkdir()
    commit_to(tmp_path / "base" / "model", NEW)
    files = ["docum", "texts", "passa", "vecto", "rule.", "topic", "edits", "manif"]
    draft = [*(f"sync {name}" for name in files), "sync .tmp-", "rename .tmp- v-", "sync model"]
    assert noting.notes == ["sync base", *draft, "sync CURRE", "replace CURRENT.tmp CURRENT", "sync model"]


def test_a_folder_that_may_not_be_written_is_said_before_a_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit_to(tmp_path / "m", OLD)
    monkeypatch.setattr(os, "access", lambda *_: False)
    for target in (tmp_path / "m", tmp_path / "new" / "one"):
        with pytest.raises(ModelError, match="may not be written; choose another folder"):
            store.check_target(target)
        with pytest.raises(ModelError, match="may not be written; choose another folder"):
            store.save(small_model(), target)
    assert level_of(tmp_path / "m") == "coarse"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user")
def test_a_model_that_may_only_be_read_answers_and_says_that_edits_are_saved_nowhere() -> None:
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "m"
        store.save(small_model(), folder)
        for path in (Path(base), folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        model = store.load(folder, embedder=FakeEmbedder())
        topic = model.assign([LUNCH])[0].topic  # imports what nobody may not read, too
        told = _as_nobody(folder)
        assert str(told.pop("error")).endswith("may not be written; choose another folder")
        assert told == {"topic": topic, "renamed": "A new name"}
        assert store.load(folder).topic(0).name == model.topic(0).name


LUNCH = "Lunch for the pupils"


def _as_nobody(folder: Path) -> dict[str, object]:
    """Open a model as a user that may write nothing, ask it, edit it and try to save that."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setuid(65534)
            model = store.load(folder, embedder=FakeEmbedder())
            edited = edit.rename(model, 0, "A new name")
            told = {"topic": model.assign([LUNCH])[0].topic, "renamed": edited.topic(0).name}
            try:
                store.save(edited, folder)
            except ModelError as error:
                told["error"] = str(error)
            os.write(writer, json.dumps(told).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as pipe:
        found: dict[str, object] = json.loads(pipe.read())
    return found


# --- with others ----------------------------------------------------------------------------------------------------


def test_a_link_in_place_of_a_leftover_is_removed_and_not_followed(tmp_path: Path) -> None:
    commit_to(tmp_path / "m", OLD)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "topics.json").write_text("mine")
    (tmp_path / "m" / f".tmp-{'a' * 32}").symlink_to(mine)
    (tmp_path / "m" / "CURRENT.tmp").symlink_to(mine / "topics.json")
    (tmp_path / "m" / f"v-{'b' * 32}").symlink_to(mine)
    commit_to(tmp_path / "m", NEW)
    assert tree(mine) == {"topics.json": b"mine"}
    assert level_of(tmp_path / "m") == "fine"


def test_a_file_of_the_users_in_an_old_version_is_not_deleted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    commit_to(tmp_path / "m", codec.pack(small_model()))
    (version_of(tmp_path / "m") / "notes.txt").write_text("mine")
    commit_to(tmp_path / "m", OLD)
    commit_to(tmp_path / "m", NEW)
    assert [path.read_text() for path in (tmp_path / "m").rglob("notes.txt")] == ["mine"]
    assert "is left over from a save and could not be removed" in caplog.text
    assert level_of(tmp_path / "m") == "fine"


WRITER = """
import sys
from pathlib import Path
from tests.test_store_faults import NEW, OLD, commit_to
for turn in range(int(sys.argv[2])):
    commit_to(Path(sys.argv[1]), (OLD, NEW)[turn % 2])
"""


def test_two_processes_save_and_a_third_reads_whole_models(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    commit_to(folder, OLD)
    before = tree(folder)
    commit_to(folder, NEW)
    whole = before | tree(folder)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(folder), str(turns)]) for turns in (60, 61)]
    reads = set()
    while any(writer.poll() is None for writer in writers):
        reads.add(level_of(folder))
    assert [writer.wait() for writer in writers] == [0, 0]
    assert reads == {"coarse", "fine"}
    assert {name: data for name, data in tree(folder).items() if name != "CURRENT"}.items() <= whole.items()
