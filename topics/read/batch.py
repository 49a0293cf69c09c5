"""Files become documents, several at a time: told by their content, unpacked, parsed where it is safe."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from topics.errors import ReadError
from topics.passages import ids_of, lengths_of
from topics.read import archive, formats
from topics.read.files import Found, Upload, cause_of, check_size
from topics.read.parsed import Columns, Parsed
from topics.read.sniff import sniff_file
from topics.values import Document, FileReport, Skipped

if TYPE_CHECKING:
    from topics.protocols import Tick
    from topics.read.pool import Pool
    from topics.shelved import Shelved

_SMALL = 8 << 20
"""The most bytes of a plain text that this process decodes itself."""

_IN_FLIGHT = 256 << 20
"""About how many bytes of unpacked files wait to be parsed."""

_AHEAD = 4
"""How many files a process are on their way."""

_PACKED = re.compile(r"\.gz$", re.IGNORECASE)

_DEPTH = 2
"""An archive in an archive is unpacked; one in that is not."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file on its way: what it is, and what comes of it now or later."""

    id: str
    format: str
    parsed: Parsed | Future[Parsed]
    size: int = 0


def read_files(
    entries: Iterable[Found | Upload | Skipped],
    columns: Columns,
    tick: Callable[[int], None] | None = None,
    *,
    workers: int | None = None,
    shelf: Shelved | None = None,
) -> tuple[Sequence[Document], list[FileReport]]:
    """Read files and say what became of each, in the order of ``entries`` whatever order they are ready in.

    Parameters
    ----------
    entries
        Files, and those that are left out already.
    columns
        What to look for in tables.
    tick
        Called as ``tick(done)`` when so many entries are done.
    workers
        The most processes that parse files; one a processor by default.
    shelf
        What the documents are put on as they come; a list by default.

    Returns
    -------
    tuple
        The documents, and a report a file; a zip archive has one for each of its files instead, and one of its own
        only where it is not read whole.
    """
    with _Batch(columns, tick, workers, [] if shelf is None else shelf) as batch:
        for done, entry in enumerate(entries, start=1):
            for file in batch.opened(entry):
                batch.add(file)
            batch.add(done)
        batch.finish()
        return batch.documents, batch.reports


class _Batch(ExitStack):
    """Files on their way through the processes, and what came of those that are through."""

    def __init__(
        self,
        columns: Columns,
        tick: Callable[[int], None] | None,
        workers: int | None,
        documents: list[Document] | Shelved,
    ) -> None:
        super().__init__()
        self._workers = workers
        self.documents = documents
        self.reports: list[FileReport] = []
        self._columns = columns
        self._ids: set[str] = set()
        self._tick = tick
        self._pool: Pool | None = None
        self._window: deque[_File | FileReport | int] = deque()
        self._held = 0

    def add(self, item: _File | FileReport | int) -> None:
        """Take in a file that was begun, or the number of entries that are done once those before it are."""
        self._window.append(item)
        if isinstance(item, _File):
            self._held += item.size
        most = 1 if self._pool is None else self._pool.workers * _AHEAD
        while self._window and (len(self._window) > most or self._held > _IN_FLIGHT):
            self._settle()

    def finish(self) -> None:
        """Wait for all that is on its way."""
        while self._window:
            self._settle()

    def _settle(self) -> None:
        item = self._window.popleft()
        if isinstance(item, int):
            if self._tick is not None:
                self._tick(item)
        elif isinstance(item, FileReport):
            self.reports.append(item)
        else:
            self._held -= item.size
            self.reports.append(self._outcome(item))

    def _outcome(self, file: _File) -> FileReport:
        try:
            parsed = file.parsed if isinstance(file.parsed, Parsed) else file.parsed.result()
        except ReadError as error:
            return _refused(file.id, str(error), file.format)
        if not parsed.documents:
            return _refused(file.id, parsed.problem or "holds no text", file.format)
        for row, own in enumerate(ids_of(parsed.documents)):
            id = self._named_once(own)
            if not isinstance(self.documents, list):
                self.documents.take(parsed.documents, row, id)
            elif id == own:
                self.documents.append(parsed.documents[row])
            else:
                self.documents.append(replace(parsed.documents[row], id=id))
        return FileReport(
            file.id,
            "partly" if parsed.problem else "read",
            parsed.problem,
            file.format,
            documents=len(parsed.documents),
            characters=int(lengths_of(parsed.documents).sum()),
        )

    def _named_once(self, own: str) -> str:
        """Return an id that no other document has: a record of a table may be called as another file is."""
        id, number = own, 1
        while id in self._ids:
            number += 1
            id = f"{own} ({number})"
        self._ids.add(id)
        return id

    def opened(self, entry: Found | Upload | Skipped) -> Iterator[_File | FileReport]:
        """Begin the files that an entry stands for: itself, or those in it where it is an archive."""
        if isinstance(entry, Skipped):
            yield _refused(entry.path, entry.reason)
        elif isinstance(entry, Upload):
            yield from self._told(entry.name, BytesIO(entry.data), len(entry.data))
        else:
            try:
                with entry.path.open("rb") as file:
                    yield from self._told(entry.id, file, os.fstat(file.fileno()).st_size, path=entry.path)
            except OSError as error:
                yield _refused(entry.id, f"cannot be opened: {cause_of(error)}")

    def _told(
        self,
        id: str,
        file: BinaryIO,
        size: int,
        *,
        path: Path | None = None,
        depth: int = 0,
        budget: archive.Budget | None = None,
    ) -> Iterator[_File | FileReport]:
        format = ""
        try:
            check_size(size)
            format = sniff_file(file, _PACKED.sub("", id))
            if format == "zip":
                yield from self._unpacked(id, file, depth, budget)
            elif format == "gzip":
                if depth == _DEPTH:
                    raise ReadError("is packed several times over; unpack it")
                data = archive.gunzipped(file, archive.Limits(), budget)
                yield from self._told(id, BytesIO(data), len(data), depth=depth + 1, budget=budget)
            else:
                yield self._begun(id, format, file, size, path)
        except ReadError as error:
            yield _refused(id, str(error), getattr(error, "format", format))

    def _begun(self, id: str, name: str, file: BinaryIO, size: int, path: Path | None) -> _File:
        format = formats.FORMATS[name]
        file.seek(0)
        if format.plain and size <= _SMALL:
            return _File(id, name, format.reader()(file.read(), id, self._columns))
        from topics.read.pool import Pool, Task

        if self._pool is None:
            self._pool = self.enter_context(Pool(self._workers, aside=not isinstance(self.documents, list)))
        if path is not None:
            return _File(id, name, self._pool.submit(Task(format.home, id, self._columns, Path(os.path.abspath(path)))))
        return _File(id, name, self._pool.submit(Task(format.home, id, self._columns, data=file.read())), size)

    def _unpacked(
        self, id: str, file: BinaryIO, depth: int, budget: archive.Budget | None
    ) -> Iterator[_File | FileReport]:
        if depth == _DEPTH:
            raise ReadError("is an archive in an archive in an archive; unpack it")
        empty = True
        with archive.opened(file) as opened:
            limits = archive.Limits()
            left = budget or archive.Budget.of(opened, limits)
            for member in archive.members(opened, limits, left):
                empty = False
                if isinstance(member, archive.Member):
                    name = f"{id}/{member.name}"
                    inner = BytesIO(member.data)
                    yield from self._told(name, inner, len(member.data), depth=depth + 1, budget=left)
                elif member.path:
                    yield _refused(f"{id}/{member.path}", member.reason)
                else:
                    yield FileReport(id, "partly", member.reason, "zip")
        if empty:
            raise ReadError("is an archive without files")


def _refused(path: str, reason: str, format: str = "") -> FileReport:
    return FileReport(path, "refused", reason, format)


def counting(tick: Tick | None, entries: Sequence[object]) -> Callable[[int], None] | None:
    """Return a callback of how many entries are done that says also how many there are."""
    return None if tick is None else lambda done: tick(done, len(entries))
