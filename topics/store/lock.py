"""One writer at a time: the lock of a saved model's folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from topics.errors import ModelError

if TYPE_CHECKING:
    from filelock import FileLock

LOCK = ".lock"
LOCK_SECONDS = 60.0
"""How long a save waits for another one to the same folder."""

_PAUSE = 0.01  # seconds between two tries


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Be the only one who writes to a folder; the system takes the lock from a process that has died.

    Raises
    ------
    ModelError
        Another process keeps saving to it.
    """
    from filelock import Timeout

    lock = _lock(folder / LOCK, os.getpid())
    try:
        try:
            lock.acquire(timeout=LOCK_SECONDS, poll_interval=_PAUSE)
        except Timeout as error:
            raise ModelError(
                f"another process has been saving to {folder} for {LOCK_SECONDS:.0f} s; save again when it is done"
            ) from error
        yield
    finally:
        lock.release(force=True)


@lru_cache(maxsize=4096)
def _lock(path: Path, _process: int) -> FileLock:
    """Return the lock of a folder, one for each process.

    It outlives the save: an interrupt that reaches Python in the finalizer of a lock is lost, and the program runs on.
    So there is room for more folders than a process is likely to save to.
    """
    from filelock import FileLock

    return FileLock(path)
