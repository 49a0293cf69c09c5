"""The records of a table become documents: one each, with the other columns as what is known of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from topics.errors import ReadError
from topics.read.columns import Roles, find
from topics.read.dates import as_iso, as_moment, order_of
from topics.read.encoding import normalise
from topics.read.languages import as_code
from topics.read.lines import is_odd
from topics.read.parsed import Columns, Parsed
from topics.values import Document

SAMPLE = 1000
"""How many records are looked at to find the columns."""

_NAMED = 5  # numbers of records in a message
_CANONICAL = ("title", "author", "date", "source", "language", "label")
_SHORT = 40  # characters of a cell that is kept once for all records that have it
_SHARED = 50_000  # such cells

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Troubles:
    """What of a table could not be read as it should, gathered while it is read."""

    places: dict[str, list[int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def at(self, what: str, place: int) -> None:
        """Note a line or a record by its number."""
        self.counts[what] = self.counts.get(what, 0) + 1
        known = self.places.setdefault(what, [])
        if len(known) < _NAMED:
            known.append(place)

    def say(self, remark: str) -> None:
        """Note something about the whole, unless it is nothing."""
        if remark:
            self.remarks.append(remark)

    def __str__(self) -> str:
        """Return everything in words that follow the file's name."""
        found = [
            what.format(count=f"{count:,}", s="" if count == 1 else "s", at=_numbers(self.places[what], count))
            for what, count in self.counts.items()
        ]
        return "; ".join([*self.remarks, *found])


def _numbers(places: Sequence[int], count: int) -> str:
    more = f" and {count - len(places):,} more" if count > len(places) else ""
    return ", ".join(map(str, places)) + more


@dataclass(frozen=True, slots=True)
class Naming:
    """How documents are called: ``prefix`` with what tells a record from the others.

    A record's number counts from ``first``. Where ``own`` is set, an id column that is only found is used as well, not
    only one that is named.
    """

    prefix: str = ""
    first: int = 1
    own: bool = False

    def number(self, row: int) -> int:
        """Return how a record is numbered, from its place counted from 1."""
        return row - 1 + self.first


def documents_of(
    records: Iterable[Sequence[str] | None],
    names: Sequence[str],
    roles: Roles,
    columns: Columns,
    naming: Naming,
    troubles: Troubles,
) -> tuple[Document, ...]:
    """Make the documents of a table.

    Parameters
    ----------
    records
        Each with one cell for every name; missing cells are empty. ``None`` is a record that could not be read, which
        was reported before and counts all the same.
    names
        What the columns are called.
    roles
        What they are for.
    columns
        Which of them were named.
    naming
        How the documents are called.
    troubles
        Takes the records that have no text.

    Raises
    ------
    ReadError
        Two records have the same value in the id column that was named.
    """
    by_id = roles.id is not None and (naming.own or columns.id is not None)
    plan = _Plan.of(names, roles, by_id=by_id)
    texts: list[tuple[int, str, str]] = []
    metas: list[dict[str, str]] = []
    for row, record in enumerate(records, start=1):
        if record is None:
            continue
        text = plan.text(record)
        if not text:
            troubles.at("{count} record{s} without text left out (record{s} {at})", row)
            continue
        given = " ".join(_plain(record[roles.id]).split()) if by_id and roles.id is not None else ""
        texts.append((row, given, text))
        metas.append(plan.meta(record))
    plan.settle(metas)
    if columns.id is not None:
        _refuse_twins(texts)
    metas.reverse()
    return tuple(
        Document(f"{naming.prefix}{given or naming.number(row)}", text, metas.pop(), row=row)
        for row, given, text in texts
    )


def parsed_of(
    rows: Iterable[Sequence[str] | None],
    names: Sequence[str],
    columns: Columns,
    naming: Naming,
    troubles: Troubles,
) -> Parsed:
    """Find the columns of a table by its first records, and make its documents.

    Raises
    ------
    ReadError
        A named column is missing, there is no column of text, or no record has any; the message continues the name.
    """
    rows = iter(rows)
    head = list(islice(rows, SAMPLE))
    sample = [record for record in head if record is not None]
    roles = found(names, sample, columns, naming.prefix.rstrip("#"), troubles)
    del sample
    documents = documents_of(popped(head, rows), names, roles, columns, naming, troubles)
    if not documents:
        raise ReadError(f"has no text in its column {names[roles.text]!r}")
    return Parsed(documents, str(troubles))


def popped(head: list[T], rest: Iterator[T]) -> Iterator[T]:
    """Give what was read ahead, letting go of it, and then the rest."""
    head.reverse()
    while head:
        yield head.pop()
    yield from rest


def found(
    names: Sequence[str], sample: Sequence[Sequence[str]], columns: Columns, file: str, troubles: Troubles
) -> Roles:
    """Find the columns as :func:`topics.read.columns.find` does, and say which were taken.

    Raises
    ------
    ReadError
        A named column is missing, or there is no column of text.
    """
    if not any(cell.strip() for record in sample for cell in record):
        raise ReadError("has no records")
    roles = find(names, sample, columns)
    told = {role: getattr(roles, role) for role in ("text", "title", "date", "label", "language", "id")}
    taken = ", ".join(f"{role} from {names[place]!r}" for role, place in told.items() if place is not None)
    _log.info("%s: %s", file or "the table", taken)
    if roles.other_texts:
        others = " and ".join(repr(name[:60]) for name in roles.other_texts[:5])
        kept = "is only metadata" if len(roles.other_texts) == 1 else "are only metadata"
        troubles.say(
            f"has several columns of text: {names[roles.text][:60]!r} is read, {others} {kept}; "
            'name another with --text NAME (text="NAME")'
        )
    return roles


def _refuse_twins(texts: Sequence[tuple[int, str, str]]) -> None:
    seen: dict[str, int] = {}
    for row, given, _ in texts:
        if not given:
            continue
        if given in seen:
            raise ReadError(
                f"has the id {given[:60]!r} in records {seen[given]:,} and {row:,}; name a column of unique ids"
            )
        seen[given] = row


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of each column."""

    body: int
    title: int | None
    kept: tuple[tuple[str, int], ...]
    has_dates: bool
    has_languages: bool
    known: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Sequence[str], roles: Roles, *, by_id: bool) -> _Plan:
        """Give every column but the text a key: that of its role, and its own where that is another.

        A title stands under ``title`` alone; ids that documents are called by are not repeated.
        """
        places = {role: getattr(roles, role) for role in _CANONICAL}
        taken = {role for role, place in places.items() if place is not None}
        left_out = {roles.text, roles.title, roles.id if by_id else roles.text}
        keys = {
            (f"{name} (column)" if name in taken and places[name] != place else name): place
            for place, name in enumerate(names)
            if place not in left_out
        }
        keys |= {role: place for role, place in places.items() if place is not None}
        return cls(
            body=roles.text,
            title=roles.title,
            kept=tuple((normalise(key), place) for key, place in keys.items()),
            has_dates=roles.date is not None,
            has_languages=roles.language is not None,
        )

    def text(self, record: Sequence[str]) -> str:
        """Return the title as a paragraph of its own, where there is one, and the text."""
        body = _plain(record[self.body])
        if body.isspace():
            body = ""
        title = " ".join(_plain(record[self.title]).split()) if self.title is not None else ""
        if not title or body.lstrip().startswith(title):
            return body
        return f"{title}\n\n{body}" if body else title

    def meta(self, record: Sequence[str]) -> dict[str, str]:
        """Return what the other cells say, those that are not empty."""
        meta = {}
        for key, place in self.kept:
            cell = record[place]
            if not cell or cell.isspace():
                continue
            if len(cell) >= _SHORT:
                meta[key] = _plain(cell)
            elif (shared := self.known.get(cell)) is not None:
                meta[key] = shared
            else:
                meta[key] = plain = _plain(cell)
                if len(self.known) < _SHARED:
                    self.known[cell] = plain
        return meta

    def settle(self, metas: Sequence[dict[str, str]]) -> None:
        """Bring dates and languages to one form, now that whole columns are known; what is not sure stays as it is."""
        order = order_of(meta["date"] for meta in metas if "date" in meta) if self.has_dates else ""
        dates: dict[str, str] = {}
        codes: dict[str, str] = {}
        for meta in metas:
            if self.has_dates and "date" in meta:
                told = meta["date"]
                if told not in dates:
                    dates[told] = as_iso(told, order) or as_moment(told) or told
                meta["date"] = dates[told]
            if self.has_languages and "language" in meta:
                told = meta["language"]
                if told not in codes:
                    codes[told] = as_code(told) or told
                meta["language"] = codes[told]


def _plain(cell: str) -> str:
    return normalise(cell) if is_odd(cell) else cell
