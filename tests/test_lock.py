"""The lock of a saved model: one writer, no dead holder, no wait for ever, no interrupt lost."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from tests.test_store_faults import NEW, OLD, commit_to, level_of
from topics.errors import ModelError
from topics.store import lock


def test_the_lock_of_a_dead_process_does_not_hold(tmp_path: Path) -> None:
    commit_to(tmp_path / "m", OLD)
    script = """
        import os, signal, sys
        from filelock import FileLock
        FileLock(sys.argv[1]).acquire()
        os.kill(os.getpid(), signal.SIGKILL)
    """
    path = tmp_path / "m" / lock.LOCK
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script), str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    commit_to(tmp_path / "m", NEW)
    assert level_of(tmp_path / "m") == "fine"


def test_a_save_that_takes_too_long_to_begin_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit_to(tmp_path / "m", OLD)
    monkeypatch.setattr(lock, "LOCK_SECONDS", 0.1)
    with (
        FileLock(tmp_path / "m" / lock.LOCK, is_singleton=False),
        pytest.raises(ModelError, match=r"another process has been saving to .*m for 0 s; save again when it is done"),
    ):
        commit_to(tmp_path / "m", NEW)
    assert level_of(tmp_path / "m") == "coarse"


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    commit_to(tmp_path / "m", OLD)
    (tmp_path / "m" / lock.LOCK).unlink()
    (tmp_path / "m" / lock.LOCK).symlink_to(tmp_path / "made by the lock")
    with pytest.raises(ModelError, match="cannot save the model"):
        commit_to(tmp_path / "m", NEW)
    assert not (tmp_path / "made by the lock").exists()
    assert level_of(tmp_path / "m") == "coarse"


def test_one_writer_at_a_time_among_threads(tmp_path: Path) -> None:
    inside: list[int] = []
    most = []

    def write() -> None:
        for _ in range(20):
            with lock.held(tmp_path):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 80
    assert set(most) == {1}


def test_no_lock_is_finalized_after_a_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[FileLock] = []
    monkeypatch.setattr(FileLock, "__del__", ended.append)
    for level in (OLD, NEW) * 5:
        commit_to(tmp_path / "m", level)
    gc.collect()
    assert not ended, "Ctrl-C in a finalizer is lost"


def test_an_error_inside_frees_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LOCK_SECONDS", 0.1)
    with pytest.raises(KeyboardInterrupt), lock.held(tmp_path):
        raise KeyboardInterrupt
    with FileLock(tmp_path / lock.LOCK, timeout=0.1, is_singleton=False):
        pass
