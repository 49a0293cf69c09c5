"""A model as files for others: a report in one page, tables, a picture of the map, citations, everything as JSON."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import numpy as np

from topics.errors import TopicsError
from topics.model import TopicModel
from topics.protocols import Ints
from topics.share import chart, citations, figure, page, tables

What = Literal["report", "topics", "passages", "citations", "map", "model"]

_WRITERS: dict[tuple[What, str], Callable[[TopicModel, BinaryIO, str, Ints | None], int]] = {
    ("report", ".html"): page.write,
    ("topics", ".csv"): tables.write_topics_csv,
    ("topics", ".parquet"): tables.write_topics_parquet,
    ("passages", ".csv"): tables.write_passages_csv,
    ("passages", ".parquet"): tables.write_passages_parquet,
    ("passages", ".json"): tables.write_passages_json,
    ("citations", ".txt"): citations.write_text,
    ("citations", ".bib"): citations.write_bibtex,
    ("map", ".svg"): figure.write_svg,
    ("map", ".png"): figure.write_png,
    ("model", ".json"): tables.write_json,
}

KINDS: tuple[tuple[What, str], ...] = tuple(_WRITERS)
"""What can be written, and how."""

WHOLE: frozenset[What] = frozenset({"report", "model"})
"""What is always of the whole model."""

_UNTOLD: dict[str, What] = {".json": "model"}  # what a format holds where the name of the file does not say
_SAMPLE = 60  # passages by which the size of a file is estimated

_MODE = 0o644  # a temporary file is its owner's alone; a report is for others


@dataclass(frozen=True, slots=True)
class Shared:
    """A file that was written: where, what it holds, how many rows (topics, of a report) and how many bytes."""

    path: Path
    what: What
    rows: int
    bytes: int


def write(
    model: TopicModel,
    path: str | PathLike[str],
    what: What | None = None,
    *,
    title: str = "Topics",
    chosen: Ints | None = None,
) -> Shared:
    """Write what a model holds, at the level it shows, to a file; its ending says in which format.

    ``.html`` is a report on one page, ``.csv`` and ``.parquet`` a table, ``.json`` the whole model, or passages where
    the file is called so, ``.svg`` and ``.png`` the map, ``.txt`` and ``.bib`` citations. The same model gives the same
    bytes. A file that is there is replaced once the new one is whole.

    Parameters
    ----------
    model
        Any model; ``model.at(...)`` chooses the level.
    path
        The file; missing folders are made.
    what
        ``"report"``, ``"topics"``, ``"passages"``, ``"citations"``, ``"map"`` or ``"model"``; by default told by the
        file's name.
    title
        What the report or the map is called.
    chosen
        The rows of the passages that are meant, in any order: those of a table, with their topics; those that are
        cited; those in colour on the map. All by default; a report and a model are always whole.

    Raises
    ------
    ValueError
        The name of the file does not say what it is to hold, that has no such format, or it is always whole.
    TopicsError
        The file cannot be written.
    """
    target = Path(path)
    kind = what_of(target, what)
    _check_whole(kind, chosen)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        rows, size = _whole(target, lambda file: _WRITERS[kind, target.suffix.lower()](model, file, title, chosen))
    except OSError as error:
        raise TopicsError(f"cannot write {target}: {error.strerror or error}; name another file") from error
    return Shared(target, kind, rows, size)


def made(model: TopicModel, what: What, suffix: str, *, title: str = "Topics", chosen: Ints | None = None) -> bytes:
    """Return the bytes of the file that :func:`write` would write; ``suffix`` is its ending, with the dot.

    Raises
    ------
    ValueError
        There is no such format of it, or it is always whole.
    """
    kind = what_of(Path(f"{what}{suffix}"), what)
    _check_whole(kind, chosen)
    file = io.BytesIO()
    _WRITERS[kind, suffix](model, file, title, chosen)
    return file.getvalue()


def estimate(model: TopicModel, what: What, suffix: str, chosen: Ints | None = None) -> int:
    """Return about how many bytes a file will have, without making it.

    Tables and citations are told by a sample of their rows; the others by what they hold.
    """
    n = len(model.passages)
    rows = np.arange(n, dtype=np.int32) if chosen is None else np.unique(chosen).astype(np.int32)
    if what in ("passages", "citations") and len(rows):
        sample = _sample(rows)
        return len(made(model, what, suffix, chosen=sample)) * len(rows) // len(sample)
    if what == "topics":
        return len(made(model, what, suffix, chosen=rows))
    drawn = len(chart.drawn(n))
    if what == "map":
        return (190_000 + 150 * drawn) if suffix == ".png" else (6_000 + 14 * drawn)
    if what == "report":
        letters = int((model.passages.end - model.passages.start).sum())
        shown = min(n, page.PASSAGES * len(model.topics))
        return 12_000 + 14 * drawn + len(model.topics) * 900 + shown * 350 + shown * letters // max(1, n)
    topics = sum(len(level.topics) for level in model.levels)
    return 4_000 + estimate(model, "passages", ".json") + 900 * topics + 160 * len(model.removed)


def _sample(rows: Ints) -> Ints:
    """Return runs of rows from three places, so that a document has as many of them as it has of all."""
    if len(rows) <= _SAMPLE:
        return rows
    run = _SAMPLE // 3
    starts = np.linspace(0, len(rows) - run, 3).astype(int)
    return np.unique(np.concatenate([rows[start : start + run] for start in starts]))


def _check_whole(what: What, chosen: Ints | None) -> None:
    if chosen is not None and what in WHOLE:
        raise ValueError(f"a {what} is always of the whole model; leave out which passages are chosen")


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
            f"{path.name!r} says no format that is written; end it in .html (a report), .json, .csv, .parquet, .svg or "
            ".png (the map), .txt or .bib (citations)"
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
    if not named and suffix in _UNTOLD:
        return _UNTOLD[suffix]
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
