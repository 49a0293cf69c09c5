"""What is asked of a fit, and how it is carried out: in a process of its own, which can be ended at any moment.

The process (:mod:`topics.ui.child`) is told on its standard input what to do, as one line of JSON, and says how far it
is on its standard output, a line of JSON each time. It ends when this process does, since its standard input then does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import mkdtemp
from typing import Any

from topics.errors import TopicsError
from topics.protocols import Progress
from topics.settings import Settings
from topics.values import FileReport, Theme

_BEAT = 0.2  # seconds between two looks at whether it is still wanted
_GRACE = 2.0  # seconds that it has to end


class SaidError(TopicsError):
    """What went wrong, by the key of the sentence that says it in the language of whoever looks."""

    def __init__(self, key: str, **gaps: str) -> None:
        super().__init__(key)
        self.key = key
        self.gaps = gaps


class Drop:
    """Files that someone dropped on the page, on disk under numbers; they go when nothing holds them any more.

    Their names are data: none ever becomes a place on disk.

    Parameters
    ----------
    files
        The name and the bytes of each.
    """

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        self.folder = Path(mkdtemp(prefix="topics-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)  # also when the program ends
        self.names = tuple(name for name, _ in files)
        for number, (_, data) in enumerate(files):
            (self.folder / str(number)).write_bytes(data)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with files: read, or, where there is a ``target``, fitted and saved there."""

    drop: Drop
    settings: Settings = field(default_factory=Settings)
    themes: tuple[Theme, ...] = ()
    target: Path | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a document as it was read.

    Parameters
    ----------
    file, title
        Where it is from, and what it is called; no title where it says none.
    text
        Its first characters.
    passages
        How many passages it gave.
    removed
        What was left out of it: reason and text of each span, the first ones.
    meta
        What it says of itself.
    """

    file: str
    title: str
    text: str
    passages: int
    removed: tuple[tuple[str, str], ...]
    meta: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of files once they are read: a report each, some documents, and the columns of tables."""

    files: tuple[FileReport, ...] = ()
    samples: tuple[Sample, ...] = ()
    columns: tuple[str, ...] = ()


def carry_out(order: Order, tell: Callable[[Seen], None], progress: Progress) -> None:
    """Carry an order out, and say how far it is.

    Parameters
    ----------
    order
        What is to be done.
    tell
        Given what is known of the files, each time that more is.
    progress
        Called as ``progress(stage, done, total)``, also when nothing has changed for a moment: what it raises ends the
        work at once.

    Raises
    ------
    SaidError
        None of the files could be read, or the system ended the process.
    TopicsError
        The work failed for another reason that can be told, which is the message.
    RuntimeError
        It failed otherwise; its own words are in the log.
    """
    with _child(order) as lines:
        at = ("", 0, 0)
        while True:
            try:
                message = lines.get(timeout=_BEAT)
            except Empty:
                message = {}
            if message is None:
                raise RuntimeError("the process of a fit ended without a word")
            if "stage" in message:
                at = (message["stage"], message["done"], message["total"])
            if at[0]:
                progress(*at)
            if "files" in message:
                tell(_seen(message))
            if "failed" in message:
                raise TopicsError(message["failed"])
            if "said" in message:
                raise SaidError(message["said"], **message.get("gaps", {}))
            if "end" in message:
                return


@contextmanager
def _child(order: Order) -> Iterator[SimpleQueue[dict[str, Any] | None]]:
    """Run the process; give its messages, ``None`` behind the last. It is ended when the block is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "topics.ui.child", str(order.drop.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=_environment(),
    )
    lines: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
    listener = threading.Thread(target=_listen, args=(process, lines), daemon=True)
    try:
        assert process.stdin is not None  # as it was started
        process.stdin.write(_written(order) + "\n")
        process.stdin.flush()
        listener.start()
        yield lines
    finally:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def _environment() -> dict[str, str]:
    """Return this process's environment, in which the same package is found, and nothing that lies where we stand."""
    home = str(Path(__file__).parents[2])
    known = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": known, "PYTHONSAFEPATH": "1"}


def _listen(process: subprocess.Popen[str], lines: SimpleQueue[dict[str, Any] | None]) -> None:
    assert process.stdout is not None  # as it was started
    try:
        for line in process.stdout:
            lines.put(json.loads(line))
        code = process.wait()
        if code < 0:
            lines.put({"said": "fit_killed", "gaps": {"signal": str(-code)}})
    except ValueError:
        pass  # closed by the one who waited, or half a line of a process that was ended
    lines.put(None)


def _written(order: Order) -> str:
    return json.dumps(
        {
            "names": order.drop.names,
            "settings": order.settings.to_dict(),
            "themes": [asdict(theme) for theme in order.themes],
            "target": None if order.target is None else str(order.target),
        }
    )


def _seen(message: Mapping[str, Any]) -> Seen:
    samples = [
        Sample(**{**sample, "removed": tuple((reason, said) for reason, said in sample["removed"])})
        for sample in message.get("samples", ())
    ]
    files = tuple(FileReport(**file) for file in message["files"])
    return Seen(files, tuple(samples), tuple(message.get("columns", ())))
