"""JSON that was written by someone else: read without trust, field by field, against a closed schema."""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Iterable, Sequence
from typing import Any

LIMIT = 32 << 20
"""How many bytes of JSON are read at most: 32 MB."""

_MOST_VALUES = 3_000_000  # brackets, commas and colons together: what JSON may cost in memory, whatever it looks like


class Damage(Exception):
    """A file of a saved model does not hold what it must: which file, and what is wrong with it."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}")
        self.file = file
        self.what = what


def dump(value: object, *, indent: int | None = None) -> bytes:
    """Return ``value`` as JSON in UTF-8, keys in their order; half of a surrogate pair becomes its escape."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return text.encode("utf-8", "backslashreplace") + (b"" if indent is None else b"\n")


def parse(file: str, data: bytes | str, limit: int = LIMIT) -> object:
    """Return what a piece of JSON says.

    Raises
    ------
    Damage
        It is too large, no JSON, too deep, or has a key twice, ``NaN`` or an endless number.
    """
    if len(data) > limit:
        raise Damage(file, f"it has {len(data):,} bytes of JSON, but at most {limit:,} are read")
    marks = [data.count(mark) for mark in "[{,:"] if isinstance(data, str) else [data.count(mark) for mark in b"[{,:"]
    if sum(marks) > _MOST_VALUES:
        raise Damage(file, f"it has more than {_MOST_VALUES:,} values")
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        return _DECODER.decode(text)
    except RecursionError as error:
        raise Damage(file, "it is nested too deeply") from error
    except ValueError as error:  # not UTF-8, not JSON, a key twice, a number of thousands of digits
        raise Damage(file, f"it is no valid JSON ({error})") from error


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {reprlib.repr(twice)} is there twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_distinct, parse_constant=_no_constant)


class Record:
    """A JSON object, read field by field; every method raises :class:`Damage` where a field is not what it must be.

    Parameters
    ----------
    file, where
        The file it is from and its place in there, for messages.
    value
        What the JSON says.
    keys
        The keys that it must have, all of them.
    optional
        The keys that it may have besides; it has no others.
    """

    def __init__(self, file: str, where: str, value: object, keys: Iterable[str], optional: Iterable[str] = ()) -> None:
        self._file = file
        self._where = where
        if not isinstance(value, dict):
            raise Damage(file, f"{where or 'it'} is {reprlib.repr(value)}, but must be an object")
        wanted = set(keys)
        for name in sorted(wanted - value.keys()):
            raise Damage(file, f"{self._path(name)} is missing")
        for name in sorted(value.keys() - wanted - set(optional)):
            raise Damage(file, f"{self._path(reprlib.repr(name))} is not known here")
        self._value = value

    def has(self, name: str) -> bool:
        """Return whether an optional field is there."""
        return name in self._value

    def text(self, name: str) -> str:
        """Return a text."""
        value = self._value[name]
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return value

    def yes(self, name: str) -> bool:
        """Return whether a field is true; it is true or false."""
        value = self._value[name]
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``."""
        value = self._value[name]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._wrong(name, f"a whole number from {low} to {high}")
        return value

    def real(self, name: str, low: float, high: float) -> float:
        """Return a finite number from ``low`` to ``high``."""
        value = self._value[name]
        if not _is_number(value) or not low <= value <= high:
            raise self._wrong(name, f"a number from {low} to {high}")
        return float(value)

    def reals(self, name: str, low: float, high: float) -> tuple[float, ...]:
        """Return a list of finite numbers from ``low`` to ``high``."""
        value = self._list(name)
        if not all(_is_number(item) and low <= item <= high for item in value):
            raise self._wrong(name, f"a list of numbers from {low} to {high}")
        return tuple(map(float, value))

    def is_null(self, name: str) -> bool:
        """Return whether a field is null; the other methods refuse that."""
        return self._value[name] is None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._list(name)
        if not all(isinstance(item, str) for item in value):
            raise self._wrong(name, "a list of texts")
        return tuple(value)

    def wholes(self, name: str, low: int, high: int) -> tuple[int, ...]:
        """Return a list of whole numbers from ``low`` to ``high``."""
        value = self._list(name)
        if not all(type(item) is int and low <= item <= high for item in value):
            raise self._wrong(name, f"a list of whole numbers from {low} to {high}")
        return tuple(value)

    def record(self, name: str, keys: Iterable[str], optional: Iterable[str] = ()) -> Record:
        """Return an object with exactly these keys, and any of the optional ones."""
        return Record(self._file, self._path(name), self._value[name], keys, optional)

    def records(self, name: str, keys: Sequence[str], optional: Sequence[str] = ()) -> list[Record]:
        """Return a list of objects with exactly these keys each, besides those that are optional."""
        path, items = self._path(name), self._list(name)
        return [Record(self._file, f"{path}[{row}]", item, keys, optional) for row, item in enumerate(items)]

    def lists(self, name: str, low: int, high: int) -> list[tuple[int, ...]]:
        """Return a list of lists of whole numbers from ``low`` to ``high``."""
        value = self._list(name)
        if not all(
            isinstance(item, list) and all(type(number) is int and low <= number <= high for number in item)
            for item in value
        ):
            raise self._wrong(name, f"a list of lists of whole numbers from {low} to {high}")
        return [tuple(item) for item in value]

    def narrowed(self, keys: Iterable[str]) -> Record:
        """Return the same object, which must have exactly these keys."""
        return Record(self._file, self._where, self._value, keys)

    def mapping(self, name: str, kind: type) -> dict[str, Any]:
        """Return an object of any keys, all of whose values are exactly of one type; ``object`` takes any."""
        value = self._value[name]
        if not isinstance(value, dict) or not all(kind is object or type(item) is kind for item in value.values()):
            raise self._wrong(name, f"an object of {kind.__name__} values")
        return dict(value)

    def _list(self, name: str) -> list[Any]:
        value = self._value[name]
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return value

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def _wrong(self, name: str, wanted: str) -> Damage:
        return Damage(self._file, f"{self._path(name)} is {reprlib.repr(self._value[name])}, but must be {wanted}")


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond every float
        return False
