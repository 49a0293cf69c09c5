"""A model as files for others: a report in one page, tables of topics and passages, everything as JSON."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import BinaryIO, Literal, get_args

from topics.errors import TopicsError
from topics.model import TopicModel
from topics.share import page, tables

What = Literal["report", "topics", "passages", "model"]

_WRITERS: dict[tuple[What, str], Callable[[TopicModel, BinaryIO, str], int]] = {
    ("report", ".html"): page.write,
    ("topics", ".csv"): tables.write_topics_csv,
    ("topics", ".parquet"): tables.write_topics_parquet,
    ("passages", ".csv"): tables.write_passages_csv,
    ("passages", ".parquet"): tables.write_passages_parquet,
    ("model", ".json"): tables.write_json,
}

_MODE = 0o644  # a temporary file is its owner's alone; a report is for others


@dataclass(frozen=True, slots=True)
class Shared:
    """A file that was written: where, what it holds, how many rows (topics, of a report) and how many bytes."""

    path: Path
    what: What
    rows: int
    bytes: int


def write(model: TopicModel, path: str | PathLike[str], what: What | None = None, *, title: str = "Topics") -> Shared:
    """Write what a model holds, at the level it shows, to a file; its ending says in which format.

    ``.html`` is a report on one page, ``.json`` the whole model, ``.csv`` and ``.parquet`` a table. The same model
    gives the same bytes. A file that is there is replaced once the new one is whole.

    Parameters
    ----------
    model
        Any model; ``model.at(...)`` chooses the level.
    path
        The file; missing folders are made.
    what
        ``"report"``, ``"topics"``, ``"passages"`` or ``"model"``; by default told by the file's name.
    title
        What the report is called.

    Raises
    ------
    ValueError
        The name of the file does not say what it is to hold, or that has no such format.
    TopicsError
        The file cannot be written.
    """
    target = Path(path)
    chosen = what_of(target, what)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        rows, size = _whole(target, lambda file: _WRITERS[chosen, target.suffix.lower()](model, file, title))
    except OSError as error:
        raise TopicsError(f"cannot write {target}: {error.strerror or error}; name another file") from error
    return Shared(target, chosen, rows, size)


def what_of(path: Path, what: What | None = None) -> What:
    """Return what a file is to hold, by what is asked for or by its name.

    Raises
    ------
    ValueError
        Its name does not say, or there is no such format of it.
    """
    suffix = path.suffix.lower()
    fitting = [name for name, ending in _WRITERS if ending == suffix]
    if not fitting:
        raise ValueError(
            f"{path.name!r} says no format that is written; end it in .html (a report), .json, .csv or .parquet"
        )
    if what is not None:
        if what not in get_args(What):
            raise ValueError(f"what is {what!r}, but must be one of {', '.join(get_args(What))}")
        if what not in fitting:
            endings = " or ".join(ending for name, ending in _WRITERS if name == what)
            raise ValueError(f"{what} cannot be written as {suffix}; name a file that ends in {endings}")
        return what
    if len(fitting) == 1:
        return fitting[0]
    named = [name for name in fitting if path.stem.lower().startswith(name)]
    if not named:
        raise ValueError(
            f"{path.name!r} does not say what it is to hold; call it topics{suffix} or passages{suffix}, or say what "
            "(--what topics or --what passages)"
        )
    return named[0]


def _whole(target: Path, write_to: Callable[[BinaryIO], int]) -> tuple[int, int]:
    """Write a file beside the target and put it in its place once it is whole; return its rows and bytes."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=target.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            rows = write_to(file)
            size = file.tell()
        os.chmod(name, _MODE)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
    return rows, size
