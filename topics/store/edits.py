"""The history of a model to edits.jsonl and back: one entry a line, oldest first, in plain data."""

from __future__ import annotations

import base64
import binascii
import math
import re
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from topics.cluster.rule import Parts
from topics.history import KINDS, Edit, History
from topics.history.effects import Divided, Effect, Joined, Made, Numbered, Parted, Placed, Told
from topics.history.limits import LONGEST_LINE, checked
from topics.store import nouns
from topics.store.folder import EDITS
from topics.store.strict import Damage, Record, dump, parse
from topics.store.tensors import Array

_MOST = 2**31 - 1
_MOST_EDITS = 50_000
_MOST_VALUES = 3_000_000  # in the JSON of all lines together
_MOST_NUMBERS = 1 << 24  # in the arrays of all lines together
_DEEPEST = 4  # lists and objects in one another, in what was asked for
_ENTRY = ("number", "kind", "level", "time", "author", "reason", "asked", "effects")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_F32, _I32 = np.dtype("<f4"), np.dtype("<i4")


def encode(history: History) -> bytes:
    """Return the content of edits.jsonl; nothing where nothing was edited."""
    try:
        return b"".join(dump(_from_edit(edit)) + b"\n" for edit in history.edits)
    except (TypeError, ValueError, RecursionError) as error:  # no text where one must be, or not a finite number
        raise Damage(EDITS, f"something in it is neither text nor a finite number ({error})") from error


def decode(data: bytes) -> History:
    """Return the history.

    Raises
    ------
    Damage
        A line is no entry, or the entries do not follow one another; the message names the line.
    """
    if data[-1:] not in (b"", b"\n"):
        raise Damage(EDITS, "its last line is cut off")
    if data.count(b"\n") > _MOST_EDITS:
        raise Damage(EDITS, f"it has more than {_MOST_EDITS:,} lines")
    if sum(data.count(mark) for mark in (b"[", b"{", b",", b":")) > _MOST_VALUES:
        raise Damage(EDITS, f"it has more than {_MOST_VALUES:,} values")
    budget = _Budget(_MOST_NUMBERS)
    lines = data.split(b"\n")[:-1]
    edits = tuple(_to_edit(number, line, budget) for number, line in enumerate(lines, start=1))
    try:
        return History(edits)
    except ValueError as error:
        raise Damage(EDITS, str(error)) from error


class _Budget:
    """How many numbers the arrays may still have, since a few bytes can stand for many."""

    def __init__(self, numbers: int) -> None:
        self._left = numbers

    def take(self, numbers: int) -> None:
        """Take some of it.

        Raises
        ------
        Damage
            So many are not left.
        """
        self._left -= numbers
        if self._left < 0:
            raise Damage(EDITS, f"its arrays have more than {_MOST_NUMBERS:,} numbers")


def _from_edit(edit: Edit) -> dict[str, Any]:
    return {
        "number": edit.number,
        "kind": edit.kind,
        "level": edit.level,
        "time": edit.time,
        "author": edit.author,
        "reason": edit.reason,
        "asked": dict(edit.asked),
        "effects": [_from_effect(effect) for effect in edit.effects],
    }


def _to_edit(number: int, line: bytes, budget: _Budget) -> Edit:
    where = f"line {number}"
    entry = Record(EDITS, where, parse(EDITS, line), _ENTRY)
    kind = next((kind for kind in KINDS if kind == entry.text("kind")), None)
    if kind is None:
        raise Damage(EDITS, f"{where} is an edit of a kind that this release does not know: {entry.text('kind')!r:.40}")
    time, asked = entry.text("time"), entry.mapping("asked", object)
    if not _is_time(time):
        raise Damage(EDITS, f"{where}.time is no time in UTC: {time!r:.40}")
    if not _is_plain(asked, _DEEPEST):
        raise Damage(EDITS, f"{where}.asked is more than lists of texts and numbers")
    try:
        author, reason = (checked(entry.text(name), f"the {name}", LONGEST_LINE) for name in ("author", "reason"))
    except ValueError as error:
        raise Damage(EDITS, f"{where}: {error}") from error
    found = entry.records("effects", ("effect",), tuple(sorted(_FIELDS)))
    effects = tuple(_to_effect(where, item, budget) for item in found)
    return Edit(entry.whole("number", 1, _MOST), kind, entry.text("level"), time, author, reason, asked, effects)


def _is_time(text: str) -> bool:
    try:
        return bool(_TIME.fullmatch(text)) and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _is_plain(value: object, depth: int) -> bool:
    if isinstance(value, list | dict):
        held = value.values() if isinstance(value, dict) else value
        return depth > 0 and all(_is_plain(item, depth - 1) for item in held)
    return True


def _from_effect(effect: Effect) -> dict[str, Any]:
    match effect:
        case Told():
            words = None if effect.keywords is None else [nouns.from_keyword(word) for word in effect.keywords]
            told = {"level": effect.level, "topic": effect.topic, "name": effect.name, "junk": effect.junk}
            return {"effect": "told", **told, "keywords": words}
        case Made():
            return {"effect": "made", "topics": [nouns.from_made(topic) for topic in effect.topics]}
        case Joined():
            return {"effect": "joined", "level": effect.level, "into": effect.into, "gone": list(effect.gone)}
        case Parted():
            return {"effect": "parted", "ids": _from_ids(effect.ids)}
        case Numbered():
            used = {level: int(highest) for level, highest in effect.used.items()}
            return {"effect": "numbered", "ids": _from_ids(effect.ids), "used": used}
        case Divided():
            arrays = {
                "prototypes": effect.parts.prototypes,
                "prototype_part": effect.parts.part,
                "topics_of": effect.ids,
                "part": effect.part,
            }
            groups = [list(group) for group in effect.parts.groups]
            return {"effect": "divided", "groups": groups, **{name: _from_array(a) for name, a in arrays.items()}}
        case Placed():
            arrays = {"vectors": effect.vectors, "topics_of": effect.topics, "rows": effect.rows, "pin": effect.pin}
            return {"effect": "placed", **{name: _from_array(array) for name, array in arrays.items()}}
    raise Damage(EDITS, f"it would hold an effect that cannot be saved, {type(effect).__name__}")


def _told(record: Record, budget: _Budget) -> Effect:
    words = None
    if not record.is_null("keywords"):
        words = tuple(nouns.to_keyword(word) for word in record.records("keywords", nouns.KEYWORD))
    return Told(
        record.text("level"),
        record.whole("topic", 0, _MOST),
        None if record.is_null("name") else record.text("name"),
        words,
        None if record.is_null("junk") else record.yes("junk"),
    )


def _made(record: Record, budget: _Budget) -> Effect:
    return Made(tuple(nouns.to_made(topic) for topic in record.records("topics", nouns.MADE)))


def _joined(record: Record, budget: _Budget) -> Effect:
    return Joined(record.text("level"), record.whole("into", 0, _MOST), record.wholes("gone", 0, _MOST))


def _parted(record: Record, budget: _Budget) -> Effect:
    return Parted(_to_ids(record))


def _numbered(record: Record, budget: _Budget) -> Effect:
    levels = record.mapping("used", int)
    used = {level: record.record("used", levels).whole(level, -1, _MOST) for level in levels}
    return Numbered(_to_ids(record), used)


def _divided(record: Record, budget: _Budget) -> Effect:
    parts = Parts(
        tuple(record.lists("groups", 0, _MOST)),
        _to_array(record, "prototypes", "f32", 2, budget),
        _to_array(record, "prototype_part", "i32", 1, budget),
    )
    return Divided(parts, _to_array(record, "topics_of", "i32", 2, budget), _to_array(record, "part", "i32", 1, budget))


def _placed(record: Record, budget: _Budget) -> Effect:
    return Placed(
        _to_array(record, "vectors", "f32", 2, budget),
        _to_array(record, "topics_of", "i32", 2, budget),
        _to_array(record, "rows", "i32", 1, budget),
        _to_array(record, "pin", "i32", 1, budget),
    )


_EFFECTS: Mapping[str, tuple[tuple[str, ...], Callable[[Record, _Budget], Effect]]] = {
    "told": (("level", "topic", "name", "keywords", "junk"), _told),
    "made": (("topics",), _made),
    "joined": (("level", "into", "gone"), _joined),
    "parted": (("ids",), _parted),
    "numbered": (("ids", "used"), _numbered),
    "divided": (("groups", "prototypes", "prototype_part", "topics_of", "part"), _divided),
    "placed": (("vectors", "topics_of", "rows", "pin"), _placed),
}
_FIELDS = {name for names, _ in _EFFECTS.values() for name in names}


def _to_effect(where: str, record: Record, budget: _Budget) -> Effect:
    kind = record.text("effect")
    if kind not in _EFFECTS:
        raise Damage(EDITS, f"{where} has an effect that this release does not know: {kind!r:.40}")
    keys, make = _EFFECTS[kind]
    return make(record.narrowed(("effect", *keys)), budget)


def _from_ids(ids: Mapping[str, Mapping[int, int]]) -> dict[str, list[list[int]]]:
    return {level: [[int(old), int(new)] for old, new in own.items()] for level, own in ids.items()}


def _to_ids(record: Record) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    levels = record.mapping("ids", list)
    for level in levels:
        pairs = record.record("ids", levels).lists(level, 0, _MOST)
        if not all(len(pair) == 2 for pair in pairs) or len({pair[0] for pair in pairs}) < len(pairs):
            raise Damage(EDITS, f"the ids of level {level!r:.40} are not distinct pairs")
        found[level] = {pair[0]: pair[1] for pair in pairs}
    return found


def _from_array(array: Array) -> dict[str, Any]:
    """Return an array as plain values: the bytes of its numbers, those of whole ones packed.

    What is packed are the steps from each whole number to the next, first the lowest bytes of all, then the next ones:
    of ascending rows, most of that is zeros.
    """
    shape = list(array.shape)
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise ValueError("an array is not finite")
        data = np.ascontiguousarray(array, _F32).tobytes()
        return {"shape": shape, "f32": base64.b64encode(data).decode("ascii")}
    steps = np.diff(np.ascontiguousarray(array, _I32).reshape(-1), prepend=_I32.type(0)).astype(_I32)
    planes = np.ascontiguousarray(steps.view(np.uint8).reshape(-1, 4).T).tobytes()
    return {"shape": shape, "i32": base64.b64encode(zlib.compress(planes, 6)).decode("ascii")}


def _to_array(record: Record, name: str, kind: str, dimensions: int, budget: _Budget) -> Array:
    told = record.record(name, ("shape", kind))
    shape = told.wholes("shape", 0, _MOST)
    if len(shape) != dimensions:
        raise Damage(EDITS, f"{name} of an edit has {len(shape)} dimensions, but must have {dimensions}")
    count = math.prod(shape)
    budget.take(count)
    try:
        data = base64.b64decode(told.text(kind), validate=True)
        data = data if kind == "f32" else _unpacked(data, count * 4)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise Damage(EDITS, f"{name} of an edit is damaged ({error})") from error
    if len(data) != count * 4:
        raise Damage(EDITS, f"{name} of an edit has {len(data)} bytes, which is not what its shape says")
    if kind == "i32":
        steps = np.ascontiguousarray(np.frombuffer(data, np.uint8).reshape(4, -1).T).view(_I32).reshape(-1)
        return np.cumsum(steps, dtype=np.int32).reshape(shape)
    array = np.frombuffer(data, _F32).reshape(shape).astype(np.float32)
    if not np.isfinite(array).all():
        raise Damage(EDITS, f"{name} of an edit holds a number that is not finite")
    return array


def _unpacked(data: bytes, size: int) -> bytes:
    """Return what was packed, of which there must be so many bytes and no more."""
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(data, size + 1)
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("it does not end where its shape says")
    return found
