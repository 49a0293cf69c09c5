"""JSON and JSON Lines: objects become records, their fields columns, nested ones with dots; values as they are written.

Numbers are taken over as they stand in the file, never counted with: 1e5, 0.10 and one of 5,000 digits stay what they
are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from topics.errors import ReadError
from topics.paragraphs import word_count
from topics.read.cells import flatten
from topics.read.columns import MOST, is_header, unique
from topics.read.encoding import damage, normalise
from topics.read.lines import Lines, lines_of
from topics.read.names import rank
from topics.read.parsed import Columns, Parsed
from topics.read.table import Naming, Troubles, parsed_of
from topics.values import Document

LARGEST = 1 << 28
"""The most bytes of a JSON file, which is in memory at once; JSON Lines are read line by line."""

_CELLS = 50_000_000
_DEEP = 3  # levels of wrapping in which records are looked for
_NAMED = 5  # names in a message
_SHORT = 200  # characters of what is said of all records
_WORDS = 30  # a field of so many words is a text, whatever it is called
_DOUBLED = "line{s} {at}: a key twice, the second stands as 'key (2)'"
_NAN = "line{s} {at}: NaN or Infinity, which JSON has not, taken for missing"
_NO_RECORD = "line{s} {at} left out: neither an object nor a text"


class _Number(str):
    """A number as it stands in the file, and no text."""

    __slots__ = ()


class Rows:
    """Records of any fields as rows of cells; a field seen for the first time is a new column."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self._rows: list[list[str] | None] = []
        self._row: list[str] = []
        self._cells = 0

    def add(self, record: Mapping[str, object]) -> None:
        """Add a record.

        Raises
        ------
        ReadError
            There are too many different fields.
        """
        self._row = []
        flatten(record, self._take)
        self._rows.append(self._row)
        self._cells += len(self._row)
        if len(self.names) > MOST or self._cells > _CELLS:
            raise ReadError(f"has {len(self.names):,} different fields, more than the {MOST:,} columns that are read")

    def skip(self) -> None:
        """Add the place of a record that could not be read."""
        self._rows.append(None)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[list[str] | None]:
        """Give the rows, and let go of them."""
        self._rows.reverse()
        width = len(self.names)
        while self._rows:
            row = self._rows.pop()
            yield None if row is None else row + [""] * (width - len(row))

    def _take(self, name: str, told: str) -> None:
        place = self.names.setdefault(name, len(self.names))
        if place == len(self._row):
            self._row.append(told)
            return
        self._row += [""] * (place + 1 - len(self._row))
        self._row[place] = f"{self._row[place]}, {told}" if self._row[place] and told else told or self._row[place]


@dataclass(slots=True)
class _Decoder:
    """Parses JSON, numbers as they are written, and remembers what it had to mend."""

    doubled: bool = False
    nan: bool = False
    _decoder: json.JSONDecoder = field(init=False)

    def __post_init__(self) -> None:
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=self._constant,
            strict=False,
        )

    def parse(self, text: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
        """Return what a text holds.

        Raises
        ------
        ValueError, RecursionError
            It is not JSON, or nested too deeply.
        """
        self.doubled = self.nan = False
        return self._decoder.decode(text)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        self.doubled = True
        return dict(zip(unique([key for key, _ in pairs]), (value for _, value in pairs), strict=True))

    def _constant(self, told: str) -> None:
        self.nan = True


def read_json(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the documents of a JSON file: one a record of the list in it, or one of the object or text that it is.

    Raises
    ------
    ReadError
        It is not JSON, is too large, or holds no text; the message continues the file's name.
    """
    if len(data) > LARGEST:
        raise ReadError(f"is JSON of more than {LARGEST >> 20:,} MB; save it as JSON Lines, one object a line")
    lines, decoder = lines_of(data), _Decoder()
    try:
        value = decoder.parse("".join(lines))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and error.lineno > 1:
            return read_jsonl(data, id, columns)
        raise ReadError(f"is not JSON: {error.msg.lower()} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise ReadError("is JSON that is nested too deeply") from error
    troubles = Troubles()
    troubles.say(damage(lines.damaged))
    if decoder.doubled:
        troubles.say("has objects with a key twice, the second stands as 'key (2)'")
    if decoder.nan:
        troubles.say("has NaN or Infinity, which JSON has not, taken for missing")
    return _of_value(value, id, columns, troubles)


def read_jsonl(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the documents of a JSON Lines file, one a line; lines that are not JSON are left out and reported.

    Raises
    ------
    ReadError
        No line is JSON, or none holds text; the message continues the file's name.
    """
    lines, decoder, rows, troubles = lines_of(data), _Decoder(), Rows(), Troubles()
    troubles.say(damage(lines.damaged))
    good = 0
    for number, line in enumerate(lines, start=1):
        if line.isspace():
            continue
        try:
            value = decoder.parse(line)
        except json.JSONDecodeError as error:
            troubles.at(f"line{{s}} {{at}} left out: not JSON ({error.msg.lower()})", number)
            rows.skip()
            continue
        except RecursionError:
            troubles.at("line{s} {at} left out: nested too deeply", number)
            rows.skip()
            continue
        good += _add(rows, value, number, decoder, troubles)
    if 2 * good < len(rows) and (whole := _whole(lines)) is not None:
        return _of_value(whole, id, columns, Troubles())
    if not good:
        raise ReadError(f"has no line that is a JSON object: {troubles}")
    return parsed_of(rows, list(rows.names), columns, Naming(f"{id}#"), troubles)


def _add(rows: Rows, value: object, number: int, decoder: _Decoder, troubles: Troubles) -> bool:
    if decoder.doubled:
        troubles.at(_DOUBLED, number)
    if decoder.nan:
        troubles.at(_NAN, number)
    record = _record(value)
    if record is None:
        troubles.at(_NO_RECORD, number)
        rows.skip()
        return False
    rows.add(record)
    return True


def _whole(lines: Lines) -> object | None:
    """Return what a file with hardly a good line holds where it is one JSON value, laid out over several lines."""
    try:
        value: object = _Decoder().parse("".join(lines))
    except (ValueError, RecursionError):
        return None
    return value


def _record(value: object) -> Mapping[str, object] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str) and not isinstance(value, _Number):
        return {"text": value}
    if isinstance(value, list) and value and not any(isinstance(part, list | dict) for part in value):
        return {f"column {place}": part for place, part in enumerate(value, start=1)}
    return None


def _of_value(value: object, id: str, columns: Columns, troubles: Troubles) -> Parsed:
    if isinstance(value, str) and not isinstance(value, _Number):
        text = normalise(value)
        if not text.strip():
            raise ReadError("is empty")
        return Parsed((Document(id, text),), str(troubles))
    found, beside = _records(value)
    rows = Rows()
    if found is None:
        if not isinstance(value, Mapping):
            raise ReadError("holds no object and no text")
        rows.add(value)
        parsed = parsed_of(rows, list(rows.names), columns, Naming(id, own=False), troubles)
        return replace(parsed, documents=(replace(parsed.documents[0], id=id, row=None),))
    shared = {name: told for name, told in beside.items() if _is_short(told)}
    lost = [name[:60] for name, told in beside.items() if name not in shared and _has_text(told)]
    if lost:
        more = f" and {len(lost) - _NAMED:,} more" if len(lost) > _NAMED else ""
        troubles.say(f"holds more beside its list of records, which is left out: {', '.join(lost[:_NAMED])}{more}")
    for number, entry in enumerate(found, start=1):
        record = _record(entry)
        if record is None:
            troubles.at("record{s} {at} left out: neither an object nor a text", number)
            rows.skip()
        else:
            rows.add({**record, **{name: told for name, told in shared.items() if name not in record}})
    return parsed_of(rows, list(rows.names), columns, Naming(f"{id}#"), troubles)


def _records(value: object, depth: int = 0) -> tuple[Sequence[object] | None, dict[str, object]]:
    """Return the records that a JSON value holds in one of the usual ways, and the fields beside them.

    There are no records where the value is itself one.
    """
    if isinstance(value, list):
        return (_from_lists(value) if value and all(isinstance(row, list) for row in value) else value), {}
    if not isinstance(value, Mapping) or depth > _DEEP or _is_text(value):
        return None, {}
    names, rows = value.get("columns"), value.get("data")
    if isinstance(names, list) and isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows):
        records = [dict(zip(unique([str(name) for name in names]), row, strict=False)) for row in rows]
        return records, {name: told for name, told in value.items() if name not in ("columns", "data", "index")}
    whole = _from_columns(value) or _from_index(value)
    return (whole, {}) if whole else _longest(value, depth)


def _is_text(value: Mapping[str, object]) -> bool:
    """Tell whether an object is a text with what is known of it, and not the wrapping of a list of records."""
    texts = {name: word_count(told) for name, told in value.items() if isinstance(told, str)}
    return any(words >= _WORDS or (words >= 3 and rank("text", name) is not None) for name, words in texts.items())


def _from_lists(value: list[list[object]]) -> Sequence[object]:
    first = [told if isinstance(told, str) else "" for told in value[0]]
    others = [[told if isinstance(told, str) else "" for told in row] for row in value[1:200]]
    if not is_header(first, others, Columns()):
        return value
    names = unique(first)
    return [dict(zip(names, row, strict=False)) for row in value[1:]]


def _from_columns(value: Mapping[str, object]) -> Sequence[object] | None:
    """Return the records of an object of columns: lists of one length, or objects with the same numbers for keys."""
    columns: dict[str, list[object]] = {}
    keys: list[str] | None = None
    for name, column in value.items():
        if isinstance(column, Mapping) and column and all(key.isdecimal() for key in column):
            if keys is not None and list(column) != keys:
                return None
            keys = list(column)
            column = list(column.values())
        if not isinstance(column, list) or any(isinstance(told, Mapping) for told in column[:10]):
            return None
        columns[name] = column
    if not columns or len({len(column) for column in columns.values()}) > 1:
        return None
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _from_index(value: Mapping[str, object]) -> Sequence[object] | None:
    """Return the records of an object of at least two objects with the same fields, each called by its id."""
    inner = list(value.values())
    if len(inner) < 2 or not all(isinstance(record, Mapping) and record for record in inner):
        return None
    fields = [set(record) for record in inner if isinstance(record, Mapping)]
    if len(set.union(*fields)) > 2 * min(map(len, fields)) or not set.intersection(*fields):
        return None
    return [{"id": name, **record} for name, record in value.items() if isinstance(record, Mapping)]


def _longest(value: Mapping[str, object], depth: int) -> tuple[Sequence[object] | None, dict[str, object]]:
    """Return the longest list of records somewhere in an object, such as {"data": [...]} or {"messages": [...]}."""
    best: tuple[Sequence[object] | None, dict[str, object]] = None, {}
    for name, inner in value.items():
        records, beside = _records(inner, depth + 1) if isinstance(inner, list | Mapping) else (None, {})
        if records and _are_records(records) and (best[0] is None or len(records) > len(best[0])):
            others = {other: told for other, told in value.items() if other != name}
            best = records, others | {f"{name}.{other}": told for other, told in beside.items()}
    return best


def _is_short(value: object) -> bool:
    """Tell whether a value beside records is said of each of them, such as the date of an edition."""
    return isinstance(value, bool) or (isinstance(value, str) and len(value) <= _SHORT)


def _has_text(value: object) -> bool:
    stack = [value]
    while stack:
        now = stack.pop()
        if isinstance(now, str) and not isinstance(now, _Number) and any(map(str.isalpha, now)):
            return True
        stack += now.values() if isinstance(now, Mapping) else now if isinstance(now, list) else ()
    return False


def _are_records(records: Sequence[object]) -> bool:
    """Tell whether a list holds records, and not the tags or the names of one."""
    first = records[:100]
    if all(isinstance(record, str) for record in first):
        return any(word_count(record) > 1 for record in first if isinstance(record, str))
    return all(isinstance(record, Mapping | str) for record in first)
