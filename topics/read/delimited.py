"""CSV and TSV: cells set apart by commas, semicolons, tabs or bars, whichever makes a table of the file."""

from __future__ import annotations

import csv
import logging
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from topics.errors import ReadError
from topics.formulas import restorer
from topics.read.columns import MOST, Roles, is_header, unique
from topics.read.encoding import damage
from topics.read.lines import lines_of
from topics.read.names import KNOWN, fold
from topics.read.parsed import Columns, Parsed
from topics.read.table import SAMPLE, Naming, Troubles, documents_of, found, popped

_DELIMITERS = ("\t", ";", "|", ",")
_PEEK_LINES, _PEEK = 200, 100_000  # lines and characters by which a table's shape is told
_EVEN = 0.6  # the least share of rows that have as many cells as most
_NAMED = 0.3  # what a header of usual names counts for
_QUOTED = re.compile(r'[^"].*|"(?:[^"]|"")*"|', re.DOTALL)
_PREAMBLE = 10
_FIELD = (1 << 31) - 1

_RAGGED_MORE = "line{s} {at}: more cells than columns, taken for text that holds the delimiter"
_RAGGED_LESS = "line{s} {at}: fewer cells than columns"
_OPEN = "line{s} {at}: a quote that is never closed, read as a character"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are set apart; an empty delimiter means that a line is one cell."""

    delimiter: str
    quoted: bool = True
    escape: str | None = None

    def reader(self, lines: Iterator[str], *, strict: bool = False) -> Iterator[list[str]]:
        """Return what cuts lines into cells."""
        return csv.reader(
            lines,
            delimiter=self.delimiter or "\x1f",
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            escapechar=self.escape,
            strict=strict,
        )


Row = tuple[int, list[str]]
"""The number of the line that a row begins on, from 1, and its cells."""


def read_csv(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the documents of a CSV or TSV file, one a record.

    Raises
    ------
    ReadError
        The bytes are no text, there is no column of text, or a named column is missing; the message continues the
        file's name.
    """
    if csv.field_size_limit() < _FIELD:
        csv.field_size_limit(_FIELD)  # one setting for the whole process: it is only ever raised
    lines, troubles = lines_of(data), Troubles()
    source, before = iter(lines), 0
    first = list(islice(source, 1))
    given = _stated(first[0]) if first else ""
    if given:
        first, before = [], 1
    peek = _peek(first, source)
    dialect = Dialect(given) if given else told(peek)
    _log.info("%s is in %s, cells set apart by %r", id, lines.encoding, dialect.delimiter)
    troubles.say(damage(lines.damaged))
    rows = _rows(chain(peek, source), dialect, troubles, before)
    head = list(islice(rows, SAMPLE + _PREAMBLE))
    names, head = headed(head, columns, troubles)
    return _parsed(head, rows, names, dialect, id, columns, troubles)


def _parsed(
    head: list[Row],
    rows: Iterator[Row],
    names: list[str],
    dialect: Dialect,
    id: str,
    columns: Columns,
    troubles: Troubles,
) -> Parsed:
    width = len(names)
    restore = restorer(names)  # of a table that this package exported
    sample = [cells for _, cells in head if len(cells) == width] or [_padded(cells, width) for _, cells in head]
    roles = found(names, sample, columns, id, troubles)
    del sample
    records = _even(popped(head, rows), width, roles, dialect, troubles)
    if restore is not None:
        records = map(restore, records)
    documents = documents_of(records, names, roles, columns, Naming(f"{id}#"), troubles)
    if not documents:
        raise ReadError(f"has no text in its column {names[roles.text]!r}")
    return Parsed(documents, str(troubles))


def told(peek: Sequence[str]) -> Dialect:
    """Tell the dialect of a table by its first lines: the one that gives the most rows of the same number of cells.

    A line is one cell where no delimiter makes a table. Of delimiters that do as well, a comma comes last, since texts
    are full of them; quotes are characters like any other where that makes more of a table.
    """
    text = "".join(peek)
    head = next((line for line in peek if line.strip()), "")
    if fold(head) in KNOWN and not any(mark in head for mark in _DELIMITERS):
        return Dialect("")
    marks = [mark for mark in _DELIMITERS if mark in text]
    candidates = [Dialect(mark) for mark in marks]
    if '\\"' in text:
        candidates += [Dialect(mark, escape="\\") for mark in marks]
    if '"' in text:
        candidates += [Dialect(mark, quoted=False) for mark in marks]
    scores = [(_evenness(peek, dialect), -place) for place, dialect in enumerate(candidates)]
    best, place = max(scores, default=(0.0, 0))
    return candidates[-place] if best >= _EVEN else Dialect("", quoted=text.lstrip().startswith('"'))


def _evenness(peek: Sequence[str], dialect: Dialect) -> float:
    """Return which share of rows has as many cells as most of them, less those with a quote that is never closed."""
    troubles = Troubles()
    rows = [cells for _, cells in _rows(iter(peek), dialect, troubles)]
    rows = rows[:-1] if len(rows) > 3 else rows  # the last may be cut short
    widths = Counter(map(len, rows))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    if width == 1:
        return 0.0
    named = len(rows[0]) == width and any(fold(name) in KNOWN for name in rows[0])
    return (count - max(0, troubles.counts.get(_OPEN, 0) - 1)) / len(rows) + (_NAMED if named else 0)


class _Held:
    """Lines that are given out, and kept until their row is sound: they may have to be given out again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.held: list[str] = []

    def __iter__(self) -> _Held:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.held.append(line)
        return line

    def take_back(self) -> str:
        """Return the first line that is held, and give out the others again."""
        first, *others = self.held
        self._again.extendleft(reversed(others))
        self.held = [first]
        return first


def _rows(lines: Iterator[str], dialect: Dialect, troubles: Troubles, before: int = 0) -> Iterator[Row]:
    """Cut lines into rows, without the empty ones; a quote that swallows what follows it is taken for a character."""
    source = _Held(lines)
    reader = dialect.reader(source, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = _mended(source.take_back(), dialect, troubles, before + 1)
        if any(cells):
            yield before + 1, cells
        before += len(source.held)
        source.held.clear()


def _mended(line: str, dialect: Dialect, troubles: Troubles, number: int) -> list[str]:
    """Cut a line whose quotes are not in order: they are characters in those cells in which they are not."""
    plain = line.rstrip("\n").split(dialect.delimiter) if dialect.delimiter else [line.rstrip("\n")]
    cells = next(dialect.reader(iter([line.rstrip("\n") + "\n"])), [])
    if len(cells) == len(plain) and not cells[-1].endswith("\n"):
        return [cell if _QUOTED.fullmatch(raw) else raw for cell, raw in zip(cells, plain, strict=True)]
    if not cells or not cells[-1].endswith("\n"):
        return cells
    troubles.at(_OPEN, number)
    rest = '"' + cells[-1].rstrip("\n")
    return [*cells[:-1], *(rest.split(dialect.delimiter) if dialect.delimiter else [rest])]


def _stated(line: str) -> str:
    """Return the delimiter that a first line for Excel states (``sep=;``), or ""."""
    plain = line.rstrip("\n")
    return plain[4] if len(plain) == 5 and plain[:4].lower() == "sep=" else ""


def _peek(first: list[str], source: Iterator[str]) -> list[str]:
    peek, size = list(first), sum(map(len, first))
    while size < _PEEK and len(peek) < _PEEK_LINES:
        line = next(source, "")
        if not line:
            break
        peek.append(line)
        size += len(line)
    return peek


def headed(head: list[Row], columns: Columns, troubles: Troubles) -> tuple[list[str], list[Row]]:
    """Return the names of the columns, and the rows below them; lines above the header are left out and reported.

    Raises
    ------
    ReadError
        There is no row, or there are too many columns.
    """
    if not head:
        raise ReadError("is empty")
    usual = Counter(len(cells) for _, cells in head)
    width = max(usual, key=lambda number: (usual[number], number))
    if max(width, len(head[0][1])) > MOST:
        raise ReadError(f"has {max(width, len(head[0][1])):,} columns, more than the {MOST:,} that are read")
    rows = [cells for _, cells in head]
    above = next((place for place, cells in enumerate(rows[:_PREAMBLE]) if _filled(cells) > 1), 0) if width > 1 else 0
    if above and not is_header(rows[above], rows[above + 1 :], columns):
        above = 0
    for line, cells in head[:above]:
        troubles.say(f"line {line} stands above the table and is left out ({' '.join(cells).strip()[:60]!r})")
    if not is_header(rows[above], rows[above + 1 :], columns):
        return unique([""] * width), head[above:]
    names, below = rows[above], head[above + 1 :]
    if len(names) == width - 1 and len({cells[0] for _, cells in below}) == len(below):
        names = ["", *names]  # row names without a name, as R writes them
    names = names + [""] * (width - len(names))
    used = max((_last(cells) for cells in rows[above + 1 :]), default=0)
    while names and not names[-1].strip() and len(names) > used:
        names = names[:-1]
    return unique(names), below


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _last(cells: Sequence[str]) -> int:
    """Return how many cells a row has up to the last that is not empty."""
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _padded(cells: list[str], width: int) -> list[str]:
    return cells[:width] + [""] * (width - len(cells))


def _even(
    rows: Iterator[Row], width: int, roles: Roles, dialect: Dialect, troubles: Troubles
) -> Iterator[Sequence[str]]:
    """Give every row as many cells as there are columns; what it has too many of belongs to the text."""
    for line, cells in rows:
        if len(cells) == width:
            yield cells
        elif len(cells) < width:
            troubles.at(_RAGGED_LESS, line)
            yield _padded(cells, width)
        else:
            surplus = max(width, _last(cells)) - width
            if surplus:
                troubles.at(_RAGGED_MORE, line)
                end = roles.text + surplus + 1
                cells = [*cells[: roles.text], dialect.delimiter.join(cells[roles.text : end]), *cells[end:]]
            yield cells[:width]
