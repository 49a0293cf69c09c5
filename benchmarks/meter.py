"""Seconds and memory of the stages of a run: functions are wrapped where they are called, and the innermost counts."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

_WORTH_TELLING = 2.0  # seconds of a stage that are told as soon as they are over
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(slots=True)
class Stage:
    """What one stage took: processor seconds of all threads, seconds by the clock, and the most memory held, in MB.

    ``silence`` is the longest time in it, in processor seconds, in which nothing was told of its progress.
    """

    cpu: float = 0.0
    wall: float = 0.0
    peak: float = 0.0
    silence: float = 0.0


class Meter:
    """Counts stages, one inside the other, each without those inside it."""

    def __init__(self) -> None:
        self.stages: dict[str, Stage] = {}
        self._open: list[str] = ["other"]
        self._cpu, self._wall, self._told = time.process_time(), time.perf_counter(), time.process_time()
        _forget_peak()

    def wrap(self, place: object, name: str, stage: str) -> None:
        """Count what ``place`` has under ``name`` as a stage from now on."""
        setattr(place, name, self.counted(getattr(place, name), stage))

    def counted(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """Return a function that does the same and counts as a stage."""

        @wraps(function)
        def counting(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the function takes and gives
            with self.stage(stage):
                return function(*args, **named)

        return counting

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what is done inside as a stage."""
        self._close()
        self._open.append(name)
        try:
            yield
        finally:
            self._close()
            self._open.pop()

    def progress(self, stage: str, done: int, total: int) -> None:
        """Take note that progress was told, as :func:`topics.fit` tells it."""
        del stage, done, total
        self._hear()

    def _hear(self) -> None:
        now = time.process_time()
        own = self.stages.setdefault(self._open[-1], Stage())
        own.silence = max(own.silence, now - self._told)
        self._told = now

    def _close(self) -> None:
        """Give the time since the last change to the stage that was open."""
        cpu, wall = time.process_time(), time.perf_counter()
        own = self.stages.setdefault(self._open[-1], Stage())
        own.cpu, own.wall, own.peak = own.cpu + cpu - self._cpu, own.wall + wall - self._wall, max(own.peak, _peak())
        own.silence = max(own.silence, cpu - self._told)
        if cpu - self._cpu > _WORTH_TELLING:
            print(f"{self._open[-1]}: {own.cpu:.1f} s so far, peak {own.peak:,.0f} MB", file=sys.stderr, flush=True)
        _forget_peak()
        self._cpu, self._wall = time.process_time(), time.perf_counter()


def _peak() -> float:
    """Return the most memory held since it was last forgotten, in MB; on other systems than Linux, since the start."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _forget_peak() -> None:
    if _CLEAR.exists():
        _CLEAR.write_text("5")
