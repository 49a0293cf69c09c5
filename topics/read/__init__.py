"""Sources become documents: a file, a folder, texts, a table. Whatever is left out is listed with the reason."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from topics.errors import ReadError
from topics.read.cells import cell
from topics.read.encoding import normalise
from topics.read.files import Found, Upload, as_id, files_of, files_under
from topics.read.formats import FORMATS
from topics.read.frames import is_frame, read_dicts, read_frame
from topics.read.parsed import Columns, Parsed
from topics.values import Document, FileReport, Skipped

if TYPE_CHECKING:
    import pandas as pd

    from topics.protocols import Tick
    from topics.read.frames import Arrow, Exchanged

    Files = str | Path | Iterable[Path | Upload | Skipped]
    Source = (
        Files | Iterable[str] | Iterable[Document] | Iterable[Mapping[str, object]] | pd.DataFrame | Arrow | Exchanged
    )

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of a source: the documents, and each file or text that was left out, with the reason.

    ``files`` says what became of each file, in the order of the documents; it is empty where the source was no files.
    """

    documents: Sequence[Document]
    skipped: tuple[Skipped, ...]
    files: tuple[FileReport, ...] = ()


def read_documents(source: Source) -> tuple[Document, ...]:
    """Read documents from files, a folder, texts or a data frame; log a warning for each that was left out.

    See :func:`read_source`, which returns what was left out instead.
    """
    reading = read_source(source)
    for skipped in reading.skipped:
        _log.warning("%s was left out: it %s", skipped.path, skipped.reason)
    return tuple(reading.documents)


def read_source(
    source: Source,
    *,
    columns: Columns | None = None,
    leave: Path | None = None,
    needed: bool = True,
    aside: bool = False,
    progress: Tick | None = None,
) -> Reading:
    r"""Read documents from files, a folder, texts or a data frame.

    Parameters
    ----------
    source
        - a path (``str`` or ``Path``) of a file, or of a folder, which is read with its subfolders: documents in the
          order of their ids, which are their paths below the folder;
        - several ``Path``: files and folders in the order given, ids relative to the folder common to them;
        - several :class:`~topics.read.files.Upload`, files in memory, with their names as ids; among them may be paths,
          and :class:`~topics.values.Skipped` for what was not to be had;
        - several ``str``: texts, with the ids ``"0"``, ``"1"``, ...;
        - several :class:`~topics.values.Document`;
        - a table: a data frame of pandas, polars or another library, an Arrow table, or several ``dict``; one document
          a record, with its column ``id`` or its number from 0 as the id. Any of these may be an iterator.
    columns
        Which columns of tables hold the text, the date and so on; found by looking by default (docs/tables.md).
    leave
        A file that is as if it were not there.
    needed
        Whether a source without a document is an error.
    aside
        Whether documents of files are set aside in a temporary file as they come, and made again when they are asked
        for, so that what is held does not grow with the files; they are a tuple otherwise.
    progress
        Called as ``progress(done, total)`` after each file.

    Returns
    -------
    Reading
        At least one document where that is ``needed``, with unique ids. Every text has ``\n`` for newlines and
        neither byte-order mark nor control characters (see :func:`topics.read.encoding.normalise`).

    Raises
    ------
    ReadError
        There is nothing there, nothing of it can be read, or two documents share an id.
    ValueError
        The source is of none of these kinds.
    """
    if isinstance(source, str | os.PathLike):
        reading = _from_entries(files_under(_as_path(source), leave), columns or Columns(), progress, aside)
    elif is_frame(source):
        reading = _from_table(lambda: read_frame(source, columns or Columns()))
    elif isinstance(source, bytes | Mapping) or not isinstance(source, Iterable):
        raise ValueError(f"cannot read documents from {type(source).__name__}; {_KINDS}")
    else:
        reading = _from_items(list(source), columns or Columns(), leave, progress, aside)
    _refuse_twins(reading.documents)
    if needed and not reading.documents:
        raise ReadError(_nothing(source, reading.skipped))
    return reading


_KINDS = "give a path, a list of texts, of pathlib.Path, of dicts or of topics.Document, or a data frame"


def _as_path(source: str | os.PathLike[str]) -> Path:
    if isinstance(source, str) and ("\n" in source or not source.strip()):
        raise ReadError("A single str is taken for a path, and this one cannot be: to read texts, give a list of them")
    return Path(source).expanduser()


def _from_entries(
    entries: Sequence[Found | Upload | Skipped], columns: Columns, progress: Tick | None, aside: bool
) -> Reading:
    from topics.read.batch import counting, read_files  # what runs processes is not for the processes to import
    from topics.shelved import Shelved

    shelf = Shelved() if aside else None
    documents, files = read_files(entries, columns, counting(progress, entries), shelf=shelf)
    skipped = tuple(Skipped(file.path, file.reason) for file in files if file.status == "refused")
    return Reading(tuple(documents) if shelf is None else shelf, skipped, tuple(files))


def _from_items(
    items: list[object], columns: Columns, leave: Path | None, progress: Tick | None, aside: bool
) -> Reading:
    strings = [item for item in items if isinstance(item, str)]
    dicts = [item for item in items if isinstance(item, Mapping)]
    paths = [item for item in items if isinstance(item, Path)]
    documents = [item for item in items if isinstance(item, Document)]
    if not items:
        return Reading((), ())
    if len(strings) == len(items):
        _refuse_paths(strings)
        return _from_texts((str(row), item, {}) for row, item in enumerate(strings))
    uploads = [item for item in items if isinstance(item, Upload | Skipped)]
    if len(paths) + len(uploads) == len(items):
        found = list(files_of([path.expanduser() for path in paths], leave)) if paths else []
        return _from_entries([*found, *_named(uploads)], columns, progress, aside)
    if len(documents) == len(items):
        return _from_documents(documents)
    if len(dicts) == len(items):
        return _from_table(lambda: read_dicts(dicts, columns))
    if strings and not paths and not documents and not any(cell(item) for item in items if not isinstance(item, str)):
        return _from_texts((str(row), cell(item), {}) for row, item in enumerate(items))
    kinds = ", ".join(sorted({type(item).__name__ for item in items}))
    raise ValueError(f"cannot read documents from a list of {kinds}; {_KINDS}")


def _named(uploads: Iterable[Upload | Skipped]) -> list[Upload | Skipped]:
    """Return uploads with names that are ids: no roots, and a number behind one that is there twice."""
    seen: Counter[str] = Counter()
    named: list[Upload | Skipped] = []
    for upload in uploads:
        if isinstance(upload, Skipped):
            named.append(upload)
            continue
        name = as_id(upload.name.replace("\\", "/").lstrip("/")) or "(no name)"
        seen[name] += 1
        named.append(Upload(name if seen[name] == 1 else f"{name} ({seen[name]})", upload.data))
    return named


def _refuse_paths(strings: list[str]) -> None:
    if all(0 < len(item) < 1000 and "\n" not in item and os.path.exists(item) for item in strings):
        raise ValueError("a list of str is taken for texts, but all of these name files: give pathlib.Path objects")


def _from_texts(rows: Iterable[tuple[str, str, Mapping[str, str]]]) -> Reading:
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for id, raw, meta in rows:
        plain = normalise(raw)
        if plain.strip():
            documents.append(Document(as_id(id), plain, meta))
        else:
            skipped.append(Skipped(id, "is empty"))
    return Reading(tuple(documents), tuple(skipped))


def _from_documents(given: Iterable[Document]) -> Reading:
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for document in given:
        plain = normalise(document.text)
        if not plain.strip():
            skipped.append(Skipped(document.id, "is empty"))
            continue
        pages = document.pages if len(plain) == len(document.text) else ()  # else they begin elsewhere
        documents.append(replace(document, id=as_id(document.id), text=plain, pages=pages))
    return Reading(tuple(documents), tuple(skipped))


def _from_table(parse: Callable[[], Parsed]) -> Reading:
    try:
        parsed = parse()
    except ReadError as error:
        raise ReadError(f"The table {error}") from error
    documents = tuple(replace(document, id=as_id(document.id)) for document in parsed.documents)
    return Reading(documents, (Skipped("the table", parsed.problem),) if parsed.problem else ())


def _refuse_twins(documents: Sequence[Document]) -> None:
    from topics.passages import ids_of  # brings numpy, which processes that parse start without

    seen: set[str] = set()
    for id in ids_of(documents):
        if id in seen:
            raise ReadError(f"Two documents have the id {id!r}; give each its own")
        seen.add(id)


def _nothing(source: Source, skipped: tuple[Skipped, ...]) -> str:
    is_path = isinstance(source, str | os.PathLike)
    if not skipped:
        formats = ", ".join(sorted({*FORMATS, "zip", "gz"}))
        return (
            f"The folder {str(source)!r} is empty; put files in it ({formats})"
            if is_path
            else ("There is nothing to read: no text, file or document was given; give at least one")
        )
    if is_path and not os.path.isdir(str(source)):
        return f"The file {str(source)!r} cannot be read: it {skipped[0].reason}"
    where = f"the folder {str(source)!r}" if is_path else "what was given"
    others = f" (and {len(skipped) - 1:,} more)" if len(skipped) > 1 else ""
    return f"There is no text to read in {where}: {skipped[0].path!r} {skipped[0].reason}{others}"
