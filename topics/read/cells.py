"""Values of any library become cells of text as they would be written; what is missing is an empty cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from topics.paragraphs import word_count

DEEPEST = 30
"""How many levels of nested values are told apart."""

_SPEAKERS = ("role", "speaker", "from", "author", "sender", "user", "name")
_SPOKEN = ("content", "text", "value", "message", "body")
_PROSE = 5  # mean number of words from which on the texts of a list are paragraphs
_EXACT = 1e15


def cell(value: object) -> str:
    """Return a value as a cell: numbers and truth values as they are written, dates as ISO 8601, missing ones empty."""
    if isinstance(value, str):
        return str(value)
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(float(value))
    if isinstance(value, datetime):
        is_day = value.tzinfo is None and value == datetime(value.year, value.month, value.day)
        return value.date().isoformat() if is_day else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return _from_bytes(value)
    if isinstance(value, Mapping | list | tuple) or hasattr(value, "tolist"):
        return _nested(value)
    return str(value)


def flatten(record: Mapping[str, object], take: Callable[[str, str], None], prefix: str = "", depth: int = 0) -> None:
    """Hand every value of a record to ``take(name, cell)``; a nested field is called ``outer.inner``.

    A list of objects that are turns of a conversation is one text, a paragraph each with the speaker in front; of
    other objects, their values field by field.
    """
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            if depth < DEEPEST:
                flatten(value, take, f"{name}.", depth + 1)
            else:
                take(name, ", ".join(_leaves(value)))
        elif isinstance(value, list | tuple):
            _list(name, value, take, depth)
        else:
            take(name, cell(value))


def _list(name: str, values: Sequence[object], take: Callable[[str, str], None], depth: int) -> None:
    objects = [value for value in values if isinstance(value, Mapping)]
    if not objects or len(objects) < len(values) or depth >= DEEPEST:
        take(name, _joined(values))
    elif all(_spoken(value) for value in objects):
        take(name, "\n\n".join(_turn(value) for value in objects))
    else:
        columns: dict[str, list[str]] = {}
        for value in objects:
            flatten(value, lambda key, found: columns.setdefault(key, []).append(found), f"{name}.", depth + 1)
        for key, found in columns.items():
            take(key, _joined(found))


def _spoken(value: Mapping[str, object]) -> str:
    """Return what is said in a turn of a conversation, or "" where it is none."""
    if not any(isinstance(value.get(key), str) for key in _SPEAKERS):
        return ""
    return next((told for key in _SPOKEN if isinstance(told := value.get(key), str)), "")


def _turn(value: Mapping[str, object]) -> str:
    speaker = next(told for key in _SPEAKERS if isinstance(told := value.get(key), str))
    return f"{speaker}: {_spoken(value)}"


def _joined(values: Sequence[object]) -> str:
    """Return a list as one cell: pieces of a marked-up text end to end, texts as paragraphs, the rest with commas."""
    pieces = [
        value["text"] if isinstance(value, Mapping) and "type" in value and "text" in value else value
        for value in values
    ]
    if (
        len(values)
        and any(isinstance(value, Mapping) for value in values)
        and all(isinstance(piece, str) for piece in pieces)
    ):
        return "".join(map(str, pieces))
    nested = any(isinstance(value, Mapping | list | tuple) for value in values)
    cells = _leaves(values) if nested else [found for value in values if (found := cell(value))]
    prose = bool(cells) and sum(map(word_count, cells)) / len(cells) >= _PROSE
    return ("\n\n" if prose else ", ").join(cells)


def _leaves(value: object) -> list[str]:
    """Return the values within a nested one, in order, as cells; without recursion, however deep it is."""
    found: list[str] = []
    stack = [value]
    while stack:
        now = stack.pop()
        if isinstance(now, Mapping):
            stack.extend(reversed(list(now.values())))
        elif isinstance(now, list | tuple):
            stack.extend(reversed(now))
        elif told := cell(now):
            found.append(told)
    return found


def _nested(value: object) -> str:
    plain = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(plain, list | tuple):
        return _joined(plain)
    return ", ".join(_leaves(plain)) if isinstance(plain, Mapping) else cell(plain)


def _from_bytes(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return ""
