"""Saved models in odd places and on odd systems: names, links, clocks, rights, locks, memory, interrupts."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.edit_steps import check
from tests.models import FakeEmbedder, small_model
from tests.test_store_faults import FaultyOs, commit_to, faulty, level_of
from topics import edit, store
from topics.deferred import changed
from topics.errors import ConflictError, ModelError, TopicsError
from topics.model import TopicModel
from topics.store import blocks, codec, lock

ROOT = Path(__file__).parents[1]
UNIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


# --- places -----------------------------------------------------------------------------------------------------------

NAMES = [
    "two words",
    "line\nbreak",
    " blank ",
    "-o",
    "--help",
    "con",
    "nul.txt",
    "a" * 255,
    unicodedata.normalize("NFC", "Åre åäö"),
    unicodedata.normalize("NFD", "Åre åäö"),
    "主题模型",
    "🚲",
    "\u202eright to left",
    '\'; rm -rf "$HOME" #',
    "%s {name} \\n",
]


@pytest.mark.skipif(os.name == "nt", reason="some of these are no names there")
@pytest.mark.parametrize("name", NAMES)
def test_a_model_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / name
    renamed = edit.rename(store.load(store.save(small_model(), folder)), 0, "Another")
    store.save(renamed, str(folder))
    assert store.load(folder).topic(0).name == "Another"
    assert [model.name for model in store.list_models(folder.parent)] == [name]
    store.delete(folder)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["a" * 256, "a\0b", "/".join(["deep"] * 2000)])
def test_a_name_that_no_disk_takes_is_said_in_a_sentence(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    for refuse in (
        lambda: store.save(small_model(), folder),
        lambda: store.load(folder),
        lambda: store.delete(folder),
    ):
        with pytest.raises(ModelError, match=r"cannot save|there is no model at|cannot delete"):
            refuse()


def test_a_model_goes_on_after_the_process_changed_its_folder(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 100)
    model = store.load("town", embedder=FakeEmbedder())
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    check(model)
    assert [document.text for document in model.passages.documents]
    store.save(edit.rename(model, 0, "First"), saved)
    with pytest.raises(ConflictError, match="has changed since you opened it"):
        store.save(edit.rename(model, 0, "Second"), "../town")
    assert store.load(saved).topic(0).name == "First"


@UNIX
def test_a_folder_that_was_removed_under_the_process(saved: Path, tmp_path: Path) -> None:
    """Whole paths go on; those that begin there lead nowhere."""
    gone = tmp_path / "gone"
    gone.mkdir()
    script = """
        import os, sys
        from tests.models import small_model
        from topics import edit, store
        from topics.errors import ModelError
        os.rmdir(os.getcwd())
        model = store.load(sys.argv[1])
        store.save(edit.rename(model, 0, "From nowhere"), sys.argv[1])
        for refuse in (lambda: store.load("town"), lambda: store.save(model, "town"), lambda: store.delete("town"),
                       lambda: store.check_target("town")):
            try:
                refuse()
            except ModelError as error:
                print(error)
        print(store.list_models("models"), store.list_models("."))
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script), str(saved)]
    done = subprocess.run(command, cwd=gone, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("there is no model at town: ")
    assert lines[1].startswith("cannot save ")
    assert lines[2].startswith("there is no model at town: ")
    assert store.load(saved).topic(0).name == "From nowhere"


# --- clocks, homes, languages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stamp", [0, -(10**9), 2**31, 2**34, 2**40])
def test_a_clock_that_is_wrong_changes_nothing(saved: Path, stamp: int) -> None:
    before = store.fingerprint(store.load(saved))
    os.utime(saved / "CURRENT", (stamp, stamp))
    assert store.fingerprint(store.load(saved)) == before
    (model,) = store.list_models(saved.parent)
    assert (model.problem, model.saved.tzinfo) == (None, UTC)


def test_edits_keep_their_order_when_the_clock_is_set_back(saved: Path) -> None:
    years = (2026, 1999, 2030, 1970)
    for year in years:
        model = store.load(saved)
        when = datetime(year, 3, 29, 2, 30, tzinfo=UTC)
        store.save(edit.rename(model, 0, f"Named in {year}", time=when), saved)
    model = store.load(saved)
    assert [one.time[:4] for one in model.history.edits] == [str(year) for year in years]
    assert model.topic(0).name == "Named in 1970"
    assert edit.undo(model).topic(0).name == "Named in 2030"


SURROUNDINGS: dict[str, dict[str, str | None]] = {
    "no home": {"HOME": None, "XDG_CACHE_HOME": None, "USER": None, "LOGNAME": None},
    "a home that is not there": {"HOME": "/nonexistent/home"},
    "a home that is a file": {"HOME": "/dev/null"},
    "no place for temporary files": {"TMPDIR": "/nonexistent", "TEMP": None, "TMP": None},
    "a language of no letters": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "another zone": {"TZ": "Pacific/Kiritimati"},
}

WORK = """
import sys
from datetime import datetime
from pathlib import Path
from tests.models import FakeEmbedder, small_model
from topics import edit, store
folder = Path(sys.argv[1])
store.save(small_model(), folder)
model = edit.rename(store.load(folder, embedder=FakeEmbedder()), 0, "\\u00c5re \\u4e3b\\u9898")
store.save(edit.merge(model.at("fine"), [2, 3], author="\\u00c5sa"), folder)
print([entry.time for entry in store.load(folder).history.edits])
"""


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_models_are_saved_and_edited_in_any_surroundings(tmp_path: Path, name: str) -> None:
    changed = {**os.environ, "PYTHONPATH": str(ROOT), **SURROUNDINGS[name]}
    environment = {key: value for key, value in changed.items() if value is not None}
    command = [sys.executable, "-W", "ignore", "-c", WORK, str(tmp_path / "å town")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    first, second = store.load(tmp_path / "å town").history.edits
    assert first.asked["name"] == "Åre 主题"
    assert second.author == "Åsa"
    for entry in (first, second):
        assert abs((datetime.fromisoformat(entry.time) - datetime.now(UTC)).total_seconds()) < 600
    assert [path.name for path in tmp_path.iterdir()] == ["å town"], "nothing is left elsewhere"


# --- disks, rights and locks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "code"),
    [("rename", errno.EXDEV), ("rename", errno.EBUSY), ("replace", errno.EBUSY), ("replace", errno.ESTALE)],
)
def test_a_network_disk_that_does_not_rename_is_an_error_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    old, new = (codec.pack(small_model(level=level)) for level in ("coarse", "fine"))
    commit_to(tmp_path / "m", old)
    with faulty(monkeypatch, FaultyOs(0)) as counting:
        commit_to(tmp_path / "count", new)
    with (
        faulty(monkeypatch, FaultyOs(counting.calls.index(call) + 1, code)),
        pytest.raises(ModelError, match=r"cannot save the model .* is untouched"),
    ):
        commit_to(tmp_path / "count2", new)
    assert level_of(tmp_path / "m") == "coarse"


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EIO, errno.EACCES])
def test_a_disk_that_cannot_lock_is_an_error_in_time(saved: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(lock, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(ModelError, match=r"cannot save the model|another process has been saving"):
        store.save(small_model(level="fine"), saved)
    assert store.load(saved).level == "medium"


def test_a_lock_that_is_a_folder_is_an_error(saved: Path) -> None:
    (saved / ".lock").unlink(missing_ok=True)
    (saved / ".lock").mkdir()
    with pytest.raises(ModelError, match="cannot save the model"):
        store.save(small_model(level="fine"), saved)
    assert store.load(saved).level == "medium"


def _as(user: int, act: Callable[[], object]) -> str:
    """Return what an act says as another user: its error, or nothing."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            os.setuid(user)
            act()
        except TopicsError as error:
            said = str(error)
        except BaseException as error:  # noqa: BLE001 - the parent must hear of it
            said = f"not told: {error!r}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        return pipe.read()


@UNIX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user")
def test_the_lock_of_another_user_is_an_error_and_no_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(lock, "LOCK_SECONDS", 0.2)
    with tempfile.TemporaryDirectory() as base:
        folder = store.save(small_model(), Path(base) / "m")
        for path in (Path(base), folder, *folder.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        assert _as(65534, lambda: store.save(small_model(level="fine"), folder)) == "", "who may write may save"
        (folder / ".lock").unlink()
        (folder / ".lock").touch(mode=0o600)
        said = _as(65534, lambda: store.save(small_model(level="coarse"), folder))
        assert said.startswith(("cannot save the model", "another process has been saving")), said
        assert store.load(folder).level == "fine"


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KB."""
    (tmp_path / "tiny").mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path / "tiny")]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small disk, on Linux")
    yield tmp_path / "tiny"
    subprocess.run(["umount", str(tmp_path / "tiny")], check=True)


def test_a_disk_that_is_really_full_is_said_and_nothing_is_lost(tiny: Path) -> None:
    folder = store.save(small_model(), tiny / "m")
    (tiny / "filler").write_bytes(bytes(os.statvfs(tiny).f_bavail * os.statvfs(tiny).f_frsize - 8192))
    before = store.fingerprint(store.load(folder))
    for _ in range(3):
        with pytest.raises(ModelError, match=r"cannot save the model \(0\.\d MB\) to .*: No space left on device"):
            store.save(edit.rename(store.load(folder), 0, "Another"), folder)
        assert store.fingerprint(store.load(folder)) == before
        assert not [path for path in folder.iterdir() if path.name.startswith(".tmp-")], "its room was given back"
    (tiny / "filler").unlink()
    store.save(edit.rename(store.load(folder), 0, "Another"), folder)
    assert store.load(folder).topic(0).name == "Another"


# --- memory and interrupts --------------------------------------------------------------------------------------------


@UNIX
@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by Linux's rules")
@pytest.mark.parametrize("megabytes", [0, 1, 2, 4, 8, 64])
def test_without_memory_a_model_is_the_old_or_the_new_one(saved: Path, megabytes: int) -> None:
    import resource

    store.save(edit.rename(store.load(saved), 1, "Before"), saved)  # imports what it needs
    child = os.fork()
    if child == 0:
        code = 4
        try:
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + (megabytes << 20),) * 2)
            store.save(edit.rename(store.load(saved), 0, "After"), saved)
            code = 0
        except (MemoryError, TopicsError):
            code = 3
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 3)
    model = store.load(saved)
    assert model.topic(1).name == "Before"
    assert (model.topic(0).name == "After") is (code == 0)


@UNIX
def test_p15_an_interrupted_save_leaves_a_whole_model_and_no_draft(saved: Path) -> None:
    store.save(small_model(level="fine"), saved)
    models = [small_model(level=level) for level in ("coarse", "fine")]
    for turn in range(30):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            _save_until_interrupted(models, saved, writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            pipe.read(1)
        time.sleep(0.002 * turn)
        os.kill(child, signal.SIGINT)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
        assert store.load(saved).level in ("coarse", "fine")
    store.save(small_model(), saved)
    assert {path.name[:2] for path in saved.iterdir()} <= {".l", "CU", "v-"}


def _save_until_interrupted(models: list[TopicModel], folder: Path, writer: int) -> None:
    """Save one model after another in the forked process, until Ctrl-C; 130 where that was heard."""
    code = 4
    try:
        gc.callbacks.clear()  # hypothesis has put one there, and what is raised in it is lost
        signal.alarm(60)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.write(writer, b"!")
        while True:
            for model in models:
                store.save(changed(model, origin=None), folder)
    except KeyboardInterrupt:
        code = 130
    finally:
        os._exit(code)
