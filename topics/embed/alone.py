"""Texts read one at a time on a pool of threads: no text can change what another one gives."""

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

    workers = min(threads or _processors(), len(texts))
    done = 0
    # Closing at once matters where ``progress`` raises: the frame, and with it the pool, would outlive the call.
    with closing(_spread(work, len(texts), workers, stop)) as counts:
        for count in counts:
            done += count
            if progress is not None:
                progress(done, len(texts))
    return rows


def _spread(work: Callable[[range], int], n: int, threads: int, stop: threading.Event) -> Generator[int]:
    """Yield ``work(span)`` for spans that cover ``range(n)``, as they get done; leaving early stops the others."""
    size = max(1, min(_SPAN, n // (4 * max(1, threads))))
    spans = [range(start, min(start + size, n)) for start in range(0, n, size)]
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


def _processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux tells
        return os.cpu_count() or 1
