"""Runs each method in the process of its library: one that cannot be imported, or crashes, takes no other along."""

from __future__ import annotations

import contextlib
import io
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from types import TracebackType

from benchmarks.peers import METHODS, Grouping, Job


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """What a run gave: groupings and seconds, or the problem that kept it from giving any."""

    groupings: tuple[Grouping, ...] = ()
    seconds: float = 0.0
    problem: str = ""


class Workers:
    """One process for each library, started when it is first needed and kept until the end."""

    def __init__(self) -> None:
        self._pools: dict[str, ProcessPoolExecutor] = {}

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)

    def run(self, name: str, job: Job) -> Outcome:
        """Run the method called ``name`` on a job, and return what it gave or why it gave nothing."""
        library = METHODS[name].library
        if library not in self._pools:
            self._pools[library] = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        future = self._pools[library].submit(_timed, name, job)
        error = future.exception()
        if error is None:
            return future.result()
        if type(error).__name__ == "BrokenProcessPool":  # a process that died is replaced for the next job
            self._pools.pop(library).shutdown()
            return Outcome(problem="its process ended; was there too little memory?")
        sentence = " ".join(str(error).split()) or "no message"
        return Outcome(problem=f"{type(error).__name__}: {sentence[:200]}")


def _timed(name: str, job: Job) -> Outcome:
    """Run a method with its chatter put aside."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")  # the peers' warnings are for those who write them
        start = time.perf_counter()
        found = METHODS[name].fit(job)
        return Outcome(tuple(found), time.perf_counter() - start)
