"""A process that parses files, one after the other, within limits that it sets on itself.

It is started by :mod:`topics.read.pool` as ``python -m topics.read.worker SECONDS BYTES``. A request on standard input
is ``{"home", "id", "columns", "path", "size"}``, with so many bytes behind it where there is no path. The answer on
standard output is ``{"documents": [[id, text, meta, pages, row], ...]}``, any number of times, and then ``{"problem"}``
or ``{"error"}``; with ``"last": true`` the process ends behind it. What readers log goes along as ``"log"``.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from topics.errors import ReadError
from topics.read import wire
from topics.read.files import bytes_of
from topics.read.needs import missing
from topics.read.parsed import Columns, Parsed, Reader
from topics.values import Document

_BATCH = 1_000_000
"""About how many characters of text go into one message."""

_LONG = 1 << 20  # characters; a longer text goes over in pieces

_FORBIDDEN = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
              "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
              "os.forkpty"}  # fmt: skip
_LARGEST_FILE = 64 << 20
_MOST_SAID, _LONGEST_SAID = 20, 1000
_YOUNG = 100_000
"""So many new objects are looked through for cycles at once: those of a table have none, and cost half the time."""

_WORN = 0.6
"""A process that holds so much of its memory after a file is replaced before the next."""


def main() -> None:
    """Answer requests until there are no more."""
    seconds, memory = int(sys.argv[1]), int(sys.argv[2])
    requests, answers = _streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends this process
    _limit_memory(memory)
    sys.addaudithook(_refuse)
    gc.set_threshold(_YOUNG, 10, 10)
    said = _Said()
    while True:
        try:
            request = wire.read(requests)
            body = wire.read_bytes(requests, int(request["size"]))
        except EOFError:
            return
        _limit_time(seconds)
        closing = _answered(answers, request, body)
        del request, body
        last = closing.pop("last", False) or _held() > _WORN * memory
        wire.write(answers, {**closing, "last": last, "log": said.taken()})
        if last:
            return


class _Said(logging.Handler):
    """What readers log of a file; libraries, which log of every file, are not listened to."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._records: list[list[object]] = []
        logger = logging.getLogger("topics.read")
        logger.setLevel(logging.INFO)
        logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._records) < _MOST_SAID:
            self._records.append([record.levelno, record.getMessage()[:_LONGEST_SAID]])

    def taken(self) -> list[list[object]]:
        """Return the levels and messages of one file, and forget them."""
        records, self._records = self._records, []
        return records


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Return where requests come from and answers go; what a parser prints goes elsewhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    return requests, answers


def _answered(answers: BinaryIO, request: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Write the documents of a file, and return what closes the answer."""
    try:
        parsed = _parsed(request, body)
        _send(answers, parsed.documents)
    except ReadError as error:
        return {"error": str(error)}
    except ModuleNotFoundError as error:
        return {"error": missing(error)}
    except MemoryError:
        return {"error": "memory", "last": True}
    except Exception as error:  # noqa: BLE001 - parsers of hostile bytes raise anything; all of it is said of the file
        return {"error": f"made its parser fail ({type(error).__name__})"}
    return {"problem": parsed.problem}


def _parsed(request: Mapping[str, Any], body: bytes) -> Parsed:
    module, _, name = request["home"].partition(":")
    reader: Reader = getattr(import_module(module), name)
    data = body if request["path"] is None else bytes_of(Path(request["path"]))
    return reader(data, request["id"], Columns(**request["columns"]))


def _send(answers: BinaryIO, documents: Sequence[Document]) -> None:
    """Write documents, several in a message, and a long text in pieces before what else is said of its document."""
    batch: list[list[object]] = []
    size = 0
    for document in documents:
        whole = len(document.text) <= _LONG
        if not whole:
            for start in range(0, len(document.text), _LONG):
                wire.write(answers, {"text": document.text[start : start + _LONG]})
        text = document.text if whole else None
        batch.append([document.id, text, dict(document.meta), document.pages, document.row])
        size += len(text or "")
        if size >= _BATCH or len(batch) >= 1000 or not whole:
            wire.write(answers, {"documents": batch})
            batch, size = [], 0
    if batch:
        wire.write(answers, {"documents": batch})


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Keep parsers from the network and from other programs; what they do in C is out of reach."""
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} is not for parsers")


def _limit_memory(memory: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, _LARGEST_FILE), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (allowed, hard))
        except (ValueError, OSError):
            continue  # macOS has the name of the limit on memory, and refuses to set it


def _limit_time(seconds: int) -> None:
    """Let the next file have so many seconds of the processor, should the parent no longer be there to stop it."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = int(used.ru_utime + used.ru_stime) + seconds + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _held() -> int:
    """Return how many bytes of address space the process holds; 0 where that is not told."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


if __name__ == "__main__":
    main()
