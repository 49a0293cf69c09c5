"""Texts read on a pool of threads, each for itself: no text can change what another one gives."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing

import numpy as np

from topics.protocols import Floats, Tick

_SPAN = 16  # texts a worker takes at a time: few, so that progress moves and no worker waits long for the last one


def one_by_one(
    read: Callable[[str], Floats],
    texts: Sequence[str],
    dimension: int,
    *,
    threads: int | None = None,
    progress: Tick | None = None,
) -> Floats:
    """Return ``read(text)`` for every text, in order, as float32 of shape (n, dimension).

    Parameters
    ----------
    read
        Gives the vector of one text; called from several threads at once.
    texts
        Any number of texts.
    dimension
        The width of the vectors.
    threads
        How many texts are read at once; by default the processors that this process may use.
    progress
        Called in the caller's thread as ``progress(done, len(texts))``; where it raises, the workers stop.
    """
    rows: Floats = np.empty((len(texts), dimension), dtype=np.float32)
    stop = threading.Event()

    def work(span: range) -> int:
        for row in span:
            if stop.is_set():
                break
            rows[row] = read(texts[row])
        return len(span)

    workers = min(threads or processors(), len(texts))
    size = max(1, min(_SPAN, len(texts) // (4 * max(1, workers))))
    _all_of(work, _spans(len(texts), size), workers, stop, progress)
    return rows


def by_spans(
    read: Callable[[Sequence[str]], Floats],
    texts: Sequence[str],
    dimension: int,
    *,
    span: int,
    threads: int | None = None,
    progress: Tick | None = None,
) -> Floats:
    """Return the rows of ``read(texts)``, in order, reading at most ``span`` texts at a time; see :func:`one_by_one`.

    It is for a ``read`` that gives a text the same row whatever stands beside it, and is faster on many at once.
    """
    rows: Floats = np.empty((len(texts), dimension), dtype=np.float32)
    stop = threading.Event()

    def work(part: range) -> int:
        if not stop.is_set():
            rows[part.start : part.stop] = read(texts[part.start : part.stop])
        return len(part)

    spans = _spans(len(texts), span)
    _all_of(work, spans, min(threads or processors(), len(spans)), stop, progress)
    return rows


def processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux tells
        return os.cpu_count() or 1


def _spans(n: int, size: int) -> list[range]:
    return [range(start, min(start + size, n)) for start in range(0, n, size)]


def _all_of(
    work: Callable[[range], int], spans: Sequence[range], threads: int, stop: threading.Event, progress: Tick | None
) -> None:
    """Do the work of all spans, telling ``progress`` as they get done."""
    total, done = sum(map(len, spans)), 0
    # Closing at once matters where ``progress`` raises: the frame, and with it the pool, would outlive the call.
    with closing(_spread(work, spans, threads, stop)) as counts:
        for count in counts:
            done += count
            if progress is not None:
                progress(done, total)


def _spread(
    work: Callable[[range], int], spans: Sequence[range], threads: int, stop: threading.Event
) -> Generator[int]:
    """Yield ``work(span)`` for all spans, as they get done; leaving early stops the others."""
    if threads <= 1:
        yield from map(work, spans)
        return
    pool = ThreadPoolExecutor(threads, thread_name_prefix="topics-encoder")
    try:
        for future in as_completed([pool.submit(work, span) for span in spans]):
            yield future.result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
