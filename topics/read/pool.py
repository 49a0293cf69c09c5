"""Processes that parse files for this one: a file that needs too much, or breaks its parser, is named and no more.

They are plain programs and not ``multiprocessing``, which would run a user's script again in each of them.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, cast

import topics
from topics.errors import ReadError
from topics.read import wire
from topics.read.parsed import Columns, Parsed
from topics.shelved import Shelved
from topics.values import Document

SECONDS = 60
"""How long a file may take."""

MEMORY = 2 << 30
"""How many bytes a process may hold."""

_MOST_TEXT = 1 << 29
"""The most characters of one file."""

_BIT = 1 << 16  # characters by which a long text grows

_KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ",
         "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")  # fmt: skip
_SET = {
    "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore", "PYTHONSAFEPATH": "1",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "ARROW_IO_THREADS": "1",
    "MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system",  # its own asks for half of the memory at once
}  # fmt: skip
_SHIFT = "; split it into smaller files"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """A file to parse: where its reader is, its id, and its bytes or where they are."""

    home: str
    id: str
    columns: Columns
    path: Path | None = None
    data: bytes = b""


def default_workers() -> int:
    """Return how many processes to run: one a processor, and no more than the memory has room for."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        room = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEMORY
    except (AttributeError, ValueError, OSError):
        room = 2
    return max(1, min(processors, room, 8))


class Pool:
    """Up to so many processes, each started when the others are busy, and replaced when it is lost.

    Parameters
    ----------
    workers
        The most processes.
    seconds, memory
        What one file may take: seconds by the clock, and bytes.
    aside
        Whether long texts are set aside as they come.
    command
        The program; for tests.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        aside: bool = False,
        command: tuple[str, ...] = (sys.executable, "-m", "topics.read.worker"),
    ) -> None:
        self.workers = workers or default_workers()
        self._seconds = seconds
        self._command = (*command, str(max(1, round(seconds))), str(memory))
        self._memory = memory
        self._aside = aside
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._closed = False
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="topics-read")

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, task: Task) -> Future[Parsed]:
        """Have a file parsed; the future raises ``ReadError`` where it cannot be."""
        return self._threads.submit(self._run, task)

    def close(self) -> None:
        """End every process, also those that are busy."""
        with self._lock:
            self._closed = True
            children = list(self._all)
        for child in children:
            child.end()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _run(self, task: Task) -> Parsed:
        child = self._taken()
        try:
            parsed = child.parse(task, self._seconds)
        finally:
            self._put_back(child)
        return parsed

    def _taken(self) -> _Child:
        with self._lock:
            if self._closed:
                raise ReadError("was not read: the reading was stopped")
            if self._idle:
                return self._idle.pop()
            child = _Child(self._command, self._memory, self._aside)
            self._all.add(child)
        return child

    def _put_back(self, child: _Child) -> None:
        with self._lock:
            if child.usable and not self._closed:
                self._idle.append(child)
                return
            self._all.discard(child)
        child.end()


class _Child:
    """One process, asked for one file at a time."""

    def __init__(self, command: tuple[str, ...], memory: int, aside: bool) -> None:
        self._memory, self._aside = memory, aside
        self._late = False
        self.usable = True
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise ReadError(f"cannot be parsed: no process could be started ({error.strerror})") from error

    def parse(self, task: Task, seconds: float) -> Parsed:
        """Return what a file holds; ``usable`` is false from then on where the process is spent or lost.

        Raises
        ------
        ReadError
            The file cannot be read, or the process was lost over it.
        """
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            return self._answer(task)
        except (EOFError, OSError) as error:
            raise ReadError(self._cause(seconds)) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # what came is not what a worker says
            self.end()
            reason = self._cause(seconds) if self._late else "made its parser fail: what it answered makes no sense"
            raise ReadError(reason) from error
        finally:
            timer.cancel()

    def end(self) -> None:
        """End the process, whatever it is at."""
        self.usable = False
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # what was still to be written has no reader any more

    def _expire(self) -> None:
        self._late = True
        self._process.kill()

    def _answer(self, task: Task) -> Parsed:
        path = None if task.path is None else str(task.path)
        request = {"home": task.home, "id": task.id, "columns": asdict(task.columns), "path": path}
        self.usable = False  # until the whole answer is there
        wire.write(cast(BinaryIO, self._process.stdin), {**request, "size": len(task.data)}, task.data)
        documents, message = self._documents(task.id)
        for level, said in message.get("log", ()):
            _log.log(int(level), "%s", str(said))
        if message.get("error") == "memory":
            raise ReadError(self._too_much())
        if "error" in message:
            self.usable = not message["last"]
            raise ReadError(str(message["error"]))
        self.usable = not message["last"]
        return Parsed(documents, str(message["problem"]))

    def _documents(self, id: str) -> tuple[Sequence[Document], dict[str, Any]]:
        """Return the documents of a file, and the message that closes them."""
        answered = _Answered(id, self._aside)
        text = ""
        while True:
            message = wire.read(cast(BinaryIO, self._process.stdout))
            if "text" in message:
                piece = answered.unheld(message["text"])
                for start in range(0, len(piece), _BIT):
                    text += piece[start : start + _BIT]  # in place, which Python does in loops that run often
            for row in message.get("documents", ()):
                answered.end(row, text)
                text = text if row[1] is not None else ""
            if "documents" not in message and "text" not in message:
                return answered.documents, message

    def _cause(self, seconds: float) -> str:
        """Say why the process is gone."""
        self.usable = False
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:  # it closed its output, and runs on
            self.end()
            return "made its parser fail: it stopped to answer"
        if self._late or code == -getattr(signal, "SIGXCPU", 0):
            return f"needs more than {seconds:.0f} s{_SHIFT}"
        if code == -9:
            return f"needs more memory than there is{_SHIFT}"
        if code < 0:
            return f"made its parser fail ({signal.Signals(-code).name})"
        return f"made its parser fail (its process ended with code {code})"

    def _too_much(self) -> str:
        return f"needs more than {self._memory / (1 << 30):.2g} GB of memory{_SHIFT}"


def environment() -> dict[str, str]:
    """Return what a process is told of its surroundings: where Python and its modules are, and no secrets."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    home = str(Path(topics.__file__).parents[1])
    if home not in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, (home, kept.get("PYTHONPATH"))))
    return kept | _SET


class _Answered:
    """The documents of a file as they come.

    Parameters
    ----------
    id
        The file's.
    aside
        Whether a file with a long text is set aside.
    """

    def __init__(self, id: str, aside: bool) -> None:
        self.documents: list[Document] | Shelved = []
        self._id, self._aside = id, aside
        self._characters = 0

    def unheld(self, text: str) -> str:
        """Take some more of the next document's text, and return what is not set aside of it."""
        self._count(text)
        if not self._aside:
            return text
        if isinstance(self.documents, list):
            shelf = Shelved()
            for document in self.documents:
                shelf.add(document)
            self.documents = shelf
        self.documents.grow(text)
        return ""

    def end(self, row: list[Any], text: str) -> None:
        """Take what else is said of a document, with its text where that did not come in pieces."""
        own, said, meta, pages, record = row
        self._count(said or "")
        if isinstance(self.documents, list):
            whole = text if said is None else said
            self.documents.append(document_of([own, whole, meta, pages, record], self._id, len(whole)))
        else:
            self.documents.grow(said or "")
            self.documents.end(document_of([own, "", meta, pages, record], self._id, self.documents.begun))

    def _count(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > _MOST_TEXT:
            raise ReadError(f"holds more than {_MOST_TEXT >> 20} million characters{_SHIFT}")


def document_of(row: list[Any], id: str, length: int) -> Document:
    """Return the document that a worker answers, of so many characters, unless it breaks what readers promise.

    Raises
    ------
    ValueError, TypeError
        It does.
    """
    own, text, meta, pages, record = row
    if not (isinstance(own, str) and isinstance(text, str) and (own == id or own.startswith(f"{id}#"))):
        raise ValueError("a document of another file")
    if not all(isinstance(value, str) for pair in meta.items() for value in pair):
        raise ValueError("metadata that is no text")
    if any(not isinstance(page, int) or not 0 <= page <= length for page in pages):
        raise ValueError("pages outside the text")
    if not (record is None or isinstance(record, int)):
        raise ValueError("a row that is no number")
    return Document(own, text, meta, tuple(pages), record)
