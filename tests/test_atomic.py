"""How a version takes over, call by call: what is synced, linked, read and left open, and what is said of a fault."""

from __future__ import annotations

import errno
import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.forge import tree, version_of
from tests.models import small_model
from tests.test_store_faults import NEW, OLD, commit_to, level_of
from topics import store
from topics.deferred import changed
from topics.errors import ConflictError, ModelError
from topics.store import atomic, blocks
from topics.store.tensors import Stream
from topics.values import Skipped


class OtherOs:
    """The module ``os`` with some calls replaced."""

    def __init__(self, **calls: Callable[..., Any]) -> None:
        self.__dict__.update(calls)

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


def failing(code: int, name: str) -> Callable[..., Any]:
    """Return a call that fails where the name of a path in it begins so."""
    real = getattr(os, name)

    def call(path: Any, *rest: Any) -> Any:
        if any(Path(one).name.startswith((".tmp-", "v-", "CURRENT")) for one in (path, *rest)):
            raise OSError(code, os.strerror(code))
        return real(path, *rest)

    return call


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


# --- what a save does -------------------------------------------------------------------------------------------------


def test_a_save_returns_the_name_of_the_version_in_force(tmp_path: Path) -> None:
    for packed in (OLD, NEW, NEW, OLD):  # a new one, another, the same again, and one that is there already
        name = atomic.commit(tmp_path / "m", *packed, check=lambda *_: None)
        assert name == version_of(tmp_path / "m").name


def test_what_was_expected_may_be_in_force_or_gone_but_no_other(tmp_path: Path) -> None:
    first, second = (atomic.commit(tmp_path / "m", *packed, check=lambda *_: None) for packed in (OLD, NEW))

    def again(packed: Any, expected: str) -> str:
        return atomic.commit(tmp_path / "m", *packed, check=lambda *_: None, expected=expected)

    assert again(OLD, second) == first
    assert again(OLD, second) == first, "it is in force already"
    with pytest.raises(ConflictError, match=f"it is at {first} now, and was at {second}; load it again"):
        again(NEW, second)
    assert version_of(tmp_path / "m").name == first
    (tmp_path / "m" / "CURRENT").unlink()
    assert again(NEW, "v-0123456789abcdef") == second


def counted(packed: Any) -> tuple[dict[str, object], dict[str, Stream], list[str]]:
    """Return a content that takes note of each time that a file of it is made."""
    about, files = packed
    made: list[str] = []

    def noting(name: str, stream: Stream) -> Stream:
        def pieces() -> Iterator[bytes | memoryview]:
            made.append(name)
            yield from stream.pieces()

        return Stream(stream.size, pieces)

    return about, {name: noting(name, stream) for name, stream in files.items()}, made


def test_what_is_larger_than_all_that_is_there_is_made_only_once(tmp_path: Path) -> None:
    commit_to(tmp_path / "m", OLD)
    about, files, made = counted(store.codec.pack(small_model(skipped=(Skipped("a", "long " * 99),))))
    commit_to(tmp_path / "m", (about, files))
    assert len(made) == len(files)
    made.clear()
    commit_to(tmp_path / "m", (about, files))
    assert len(made) == len(files), "to see that it is there already"


def test_pieces_are_written_a_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "BLOCK", 4)
    gathered = [bytes(piece) for piece in atomic._gathered([b"ab", b"cd", b"efgh", b"", b"i", b"jklmn", b"o", b"p"])]
    assert gathered == [b"abcd", b"efgh", b"ijklmn", b"op"]
    assert list(atomic._gathered([])) == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted by Linux's /proc")
def test_no_file_stays_open(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_files() -> list[str]:
        gc.collect()
        found = (os.readlink(one) for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
        return sorted(one for one in found if one.startswith(str(tmp_path)))

    store.save(small_model(level="fine"), saved)
    assert open_files() == []
    monkeypatch.setattr(atomic, "os", OtherOs(fsync=failing_sync))
    with pytest.raises(ModelError, match="cannot save the model"):
        store.save(small_model(level="coarse"), saved)
    assert open_files() == []
    monkeypatch.undo()
    store.delete(saved)
    assert open_files() == []


def failing_sync(descriptor: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_damaged_version_makes_way_and_nothing_of_it_stays(saved: Path) -> None:
    (version_of(saved) / "topics.json").write_bytes(b"{}")
    store.save(small_model(), saved)
    assert sorted(path.name[:2] for path in saved.iterdir()) in (["CU", "v-"], [".l", "CU", "v-"])
    assert store.load(saved).level == "medium"


# --- links ------------------------------------------------------------------------------------------------------------


def test_a_link_to_a_file_that_was_exchanged_meanwhile_is_not_kept(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 100)
    loaded = store.load(saved)
    vectors, before = loaded.vectors.tobytes(), tree(saved)
    (tmp_path / "other").write_bytes(b"another file")
    links: list[str] = []

    def link(old: Path, new: Path) -> None:
        links.append(Path(old).name)
        os.link(tmp_path / "other", new)

    monkeypatch.setattr(atomic, "os", OtherOs(link=link))
    store.save(changed(loaded, skipped=()), tmp_path / "copy")
    assert sorted(links) == ["texts.safetensors", "vectors.safetensors"]
    assert (tmp_path / "other").read_bytes() == b"another file"
    assert (tmp_path / "other").stat().st_nlink == 1
    assert store.load(tmp_path / "copy").vectors.tobytes() == vectors
    assert tree(saved) == before


def test_a_file_that_is_linked_is_not_read(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 100)
    loaded = store.load(saved)
    assert len(loaded.vectors) == 24
    store.save(changed(loaded, skipped=()), tmp_path / "copy")
    for name in ("texts.safetensors", "vectors.safetensors"):
        assert (version_of(saved) / name).samefile(version_of(tmp_path / "copy") / name)
    assert not (version_of(saved) / "rule.safetensors").samefile(version_of(tmp_path / "copy") / "rule.safetensors")
    assert store.load(tmp_path / "copy").skipped == ()


# --- what fails -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "fails"), [(errno.EIO, True), (errno.ENOSPC, True), (errno.EINVAL, False)])
def test_a_disk_that_does_not_confirm_the_last_step_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, fails: bool
) -> None:
    commit_to(tmp_path / "m", OLD)
    replaced: list[Path] = []

    def replace(old: Path, new: Path) -> None:
        replaced.append(new)
        os.replace(old, new)

    def fsync(descriptor: int) -> None:
        if replaced:
            raise OSError(code, os.strerror(code))
        os.fsync(descriptor)

    monkeypatch.setattr(atomic, "os", OtherOs(replace=replace, fsync=fsync))
    if fails:
        with pytest.raises(ModelError, match=r"is saved at .*m, but the disk does not confirm .* save it once more"):
            commit_to(tmp_path / "m", NEW)
    else:
        commit_to(tmp_path / "m", NEW)
    assert level_of(tmp_path / "m") == "fine"


def test_older_versions_that_stay_are_no_error_but_are_told(
    saved: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = version_of(saved)
    store.save(small_model(level="fine"), saved)
    real = os.rename

    def rename(old: Path, new: Path) -> None:
        if old == first:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        real(old, new)

    monkeypatch.setattr(atomic, "os", OtherOs(rename=rename))
    store.save(small_model(level="coarse"), saved)
    assert level_of(saved) == "coarse"
    assert f"older versions of the model at {saved} could not be removed: [Errno 13]" in caplog.text
    assert first.is_dir()


@pytest.mark.parametrize("refused", [os.W_OK, os.X_OK])
def test_a_folder_must_let_one_write_and_enter(saved: Path, monkeypatch: pytest.MonkeyPatch, refused: int) -> None:
    monkeypatch.setattr(atomic, "os", OtherOs(access=lambda _, mode: not mode & refused))
    for target in (saved, saved.parent / "new" / "one"):
        with pytest.raises(ModelError, match="may not be written; choose another folder"):
            store.check_target(target)


def test_a_folder_that_cannot_be_listed_is_told(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> list[str]:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(atomic, "os", OtherOs(listdir=refuse))
    with pytest.raises(ModelError, match=r"cannot read .*town: Permission denied; choose another folder"):
        store.check_target(saved)


def test_an_error_without_a_number_is_told_by_its_words(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("the disk is odd")

    monkeypatch.setattr(atomic, "os", OtherOs(replace=refuse))
    with pytest.raises(ModelError, match=r"cannot save the model \(0\.0 MB\) to .*town: the disk is odd; make room"):
        store.save(small_model(level="fine"), saved)
    monkeypatch.setattr(atomic, "os", OtherOs(unlink=refuse))
    with pytest.raises(ModelError, match=r"cannot delete the model at .*town: the disk is odd; it is still there"):
        store.delete(saved)


# --- what a delete does -----------------------------------------------------------------------------------------------


def test_a_delete_is_on_disk_before_any_file_goes(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []

    def noting(name: str, told: Callable[..., str]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            notes.append(told(*args))
            return getattr(os, name)(*args)

        return call

    calls = {
        "unlink": noting("unlink", lambda path: f"unlink {path.name}"),
        "rename": noting("rename", lambda old, _: f"rename {old.name[:2]}"),
        "fsync": noting("fsync", lambda _: "sync"),
    }
    monkeypatch.setattr(atomic, "os", OtherOs(**calls))
    store.delete(saved)
    assert notes[:3] == ["unlink CURRENT", "sync", "rename v-"]
    assert notes[-1] == "unlink .lock"
    assert not saved.exists()


def test_a_delete_also_clears_what_killed_saves_left(saved: Path) -> None:
    (saved / f".tmp-{'0' * 32}").mkdir()
    (saved / f".tmp-{'0' * 32}" / "topics.json").write_text("{")
    (saved / "CURRENT.tmp").write_text("v-")
    store.delete(saved)
    assert not saved.exists()


def test_an_empty_folder_is_no_model_that_could_be_deleted(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"there is no model at .*empty: CURRENT is not there"):
        store.delete(tmp_path / "empty")
    assert (tmp_path / "empty").is_dir()


def test_a_model_whose_pointer_is_a_link_is_not_deleted(saved: Path, tmp_path: Path) -> None:
    (saved / "CURRENT").rename(tmp_path / "mine")
    (saved / "CURRENT").symlink_to(tmp_path / "mine")
    before = tree(saved)
    with pytest.raises(ModelError, match="or its CURRENT is a link; delete the model where it lies"):
        store.delete(saved)
    assert tree(saved) == before


@pytest.mark.parametrize(("call", "state"), [("unlink", "it is still there"), ("rename", None)])
def test_a_delete_that_fails_says_how_far_it_came(
    saved: Path, monkeypatch: pytest.MonkeyPatch, call: str, state: str | None
) -> None:
    monkeypatch.setattr(atomic, "os", OtherOs(**{call: failing(errno.EACCES, call)}))
    if state:
        with pytest.raises(ModelError, match=f"cannot delete .*: Permission denied; {state}; delete it once more"):
            store.delete(saved)
        assert level_of(saved) == "medium"
    else:  # it is gone for every reader, and what is left is told in the log
        store.delete(saved)
        assert store.list_models(saved.parent) == ()
    monkeypatch.undo()
    store.delete(saved)
    assert not saved.exists()


def test_a_delete_that_the_disk_does_not_confirm_says_that_it_is_gone(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "os", OtherOs(fsync=failing_sync))
    with pytest.raises(ModelError, match="Input/output error; it is gone, but not all of its files; delete it once"):
        store.delete(saved)
    monkeypatch.undo()
    store.delete(saved)
    assert not saved.exists()
