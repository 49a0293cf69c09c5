"""Fits that run behind the page: started once, watched from any run of the script, stopped on request."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from topics.errors import TopicsError
from topics.protocols import Progress
from topics.ui import text
from topics.values import FileReport

State = Literal["running", "done", "failed", "cancelled"]

_KEPT = 20


class _Cancelled(Exception):
    """Ends a fit at its next report of progress."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far one stage of a fit has come."""

    name: str
    done: int
    total: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Status:
    """A fit at one moment: its stages in the order in which they began, and what there is to say at its end."""

    state: State = "running"
    stages: tuple[Stage, ...] = ()
    message: str = ""
    cancelling: bool = False


class Filed:
    """What became of the files of a fit, as far as that is known: told by the fit, shown by the page."""

    def __init__(self) -> None:
        self._files: tuple[FileReport, ...] = ()

    @property
    def files(self) -> tuple[FileReport, ...]:
        """A report a file; empty until they are read."""
        return self._files

    def tell(self, files: Sequence[FileReport]) -> None:
        """Replace the reports."""
        self._files = tuple(files)


class Job:
    """One fit in a thread of its own.

    Parameters
    ----------
    name
        What its result will be called.
    work
        Does everything; it is given a :data:`~topics.protocols.Progress` to report to.
    filed
        Where it tells what became of files.
    """

    def __init__(self, name: str, work: Callable[[Progress], None], filed: Filed | None = None) -> None:
        self.filed = filed or Filed()
        self.id = secrets.token_urlsafe(6)
        self.name = name
        self._work = work
        self._lock = threading.Lock()
        self._status = Status()
        self._began: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run, name=f"fit-{self.id}", daemon=True)

    @property
    def status(self) -> Status:
        """How it stands now."""
        with self._lock:
            return self._status

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask it to stop; it does at its next report of progress."""
        with self._lock:
            self._status = replace(self._status, cancelling=True)

    def wait(self, seconds: float) -> Status:
        """Return how it stands once it has ended, or after so many seconds."""
        self._thread.join(seconds)
        return self.status

    def _run(self) -> None:
        state: State = "failed"
        message = text.FIT_FAILED  # what stands if an error of ours passes through to the log
        try:
            self._work(self._advance)
            state, message = "done", ""
        except _Cancelled:
            state, message = "cancelled", text.FIT_CANCELLED
        except (TopicsError, ValueError) as error:
            message = str(error)
        finally:
            with self._lock:
                self._status = replace(self._status, state=state, message=message)

    def _advance(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        with self._lock:
            if self._status.cancelling:
                raise _Cancelled
            began = self._began.setdefault(stage, now)
            stages = {known.name: known for known in self._status.stages}
            before = stages[stage].done if stage in stages else 0
            stages[stage] = Stage(stage, max(before, done), total, now - began)
            self._status = replace(self._status, stages=tuple(stages.values()))


class Jobs:
    """The fits of this server by their ids; the oldest that have ended are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, name: str, work: Callable[[Progress], None], filed: Filed | None = None) -> Job:
        """Begin a fit and return it."""
        job = Job(name, work, filed)
        with self._lock:
            ended = [known for known in self._jobs.values() if known.status.state != "running"]
            for old in ended[: max(0, len(self._jobs) - _KEPT + 1)]:
                del self._jobs[old.id]
            self._jobs[job.id] = job
        job.start()
        return job

    def get(self, job_id: str) -> Job | None:
        """Return a fit, if it is known."""
        with self._lock:
            return self._jobs.get(job_id)
