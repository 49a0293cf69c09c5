"""Work behind the page: started once, watched from any run of the script, stopped on request."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from topics.errors import TopicsError
from topics.protocols import Progress
from topics.ui.orders import Order, SaidError, Seen, carry_out

State = Literal["running", "done", "failed", "cancelled"]
Tell = Callable[[Seen], None]
Work = Callable[[Tell, Progress], None]

_KEPT = 20


class _Cancelled(Exception):
    """Ends a piece of work at its next report of progress."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far one stage has come."""

    name: str
    done: int
    total: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Status:
    """A piece of work at one moment.

    Parameters
    ----------
    state
        Whether it goes on, or how it ended.
    stages
        Its stages in the order in which they began.
    message
        Why it failed, in words; or, where ``key`` is set, nothing.
    key, gaps
        The sentence of the app that says why it ended, and what fills its gaps.
    cancelling
        Whether it was asked to stop.
    """

    state: State = "running"
    stages: tuple[Stage, ...] = ()
    message: str = ""
    key: str = ""
    gaps: Mapping[str, str] = field(default_factory=dict)
    cancelling: bool = False


class Job:
    """One piece of work, watched by a thread of its own.

    Parameters
    ----------
    name
        What its result will be called.
    work
        Does everything; it is given whom to tell what became of files, and a :data:`~topics.protocols.Progress`.
    order
        What it carries out.
    before
        The id of the job that read the same files first; empty for none.
    """

    def __init__(self, name: str, work: Work, order: Order | None = None, before: str = "") -> None:
        self.id = secrets.token_urlsafe(6)
        self.name = name
        self.order = order
        self.before = before
        self._work = work
        self._lock = threading.Lock()
        self._status = Status()
        self._seen = Seen()
        self._began: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run, name=f"fit-{self.id}", daemon=True)

    @property
    def status(self) -> Status:
        """How it stands now."""
        with self._lock:
            return self._status

    @property
    def seen(self) -> Seen:
        """What became of the files, as far as that is known."""
        with self._lock:
            return self._seen

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
        end = Status(state="failed", key="fit_failed")  # what stands if an error of ours passes through to the log
        try:
            self._work(self._tell, self._advance)
            end = Status(state="done")
        except _Cancelled:
            end = Status(state="cancelled", key="fit_cancelled")
        except SaidError as error:
            end = Status(state="failed", key=error.key, gaps=error.gaps)
        except (TopicsError, ValueError) as error:
            end = Status(state="failed", message=str(error))
        finally:
            with self._lock:
                self._status = replace(end, stages=self._status.stages, cancelling=self._status.cancelling)

    def _tell(self, seen: Seen) -> None:
        with self._lock:
            self._seen = seen

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
    """The work of this server by its ids; the oldest that has ended is forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, name: str, work: Work, order: Order | None = None, before: str = "") -> Job:
        """Begin a piece of work and return it."""
        job = Job(name, work, order, before)
        with self._lock:
            ended = [known for known in self._jobs.values() if known.status.state != "running"]
            for old in ended[: max(0, len(self._jobs) - _KEPT + 1)]:
                del self._jobs[old.id]
            self._jobs[job.id] = job
        job.start()
        return job

    def carry_out(self, name: str, order: Order, before: str = "") -> Job:
        """Begin to carry out an order, in a process of its own, and return the job."""
        return self.start(name, lambda tell, progress: carry_out(order, tell, progress), order, before)

    def get(self, job_id: str) -> Job | None:
        """Return a piece of work, if it is known."""
        with self._lock:
            return self._jobs.get(job_id)

    def running(self) -> tuple[Job, ...]:
        """Return what goes on now, the oldest first."""
        with self._lock:
            return tuple(job for job in self._jobs.values() if job.status.state == "running")
