"""The history of a model to edits.jsonl and back: one entry a line, oldest first, in plain data."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from topics.cluster.rule import Parts
from topics.history import KINDS, Edit, History
from topics.history.effects import Divided, Effect, Joined, Made, Numbered, Parted, Placed, Told
from topics.store import nouns
from topics.store.folder import EDITS
from topics.store.strict import Damage, Record, dump, parse
from topics.store.tensors import Array

_MOST = 2**31 - 1
_MOST_EDITS = 1_000_000
_LARGEST = 1 << 28  # numbers in one array of an edit
_ENTRY = ("number", "kind", "level", "time", "author", "reason", "asked", "effects")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_TYPES = {"f32": np.dtype("<f4"), "i32": np.dtype("<i4")}


def encode(history: History) -> bytes:
    """Return the content of edits.jsonl; nothing where nothing was edited."""
    try:
        return b"".join(dump(_from_edit(edit)) + b"\n" for edit in history.edits)
    except (TypeError, ValueError) as error:  # not a text where one must be, or not a finite number
        raise Damage(EDITS, f"something in it is neither text nor a finite number ({error})") from error


def decode(data: bytes) -> History:
    """Return the history.

    Raises
    ------
    Damage
        A line is no entry, or the entries do not follow one another; the message names the line.
    """
    lines = data.split(b"\n")
    if lines.pop():
        raise Damage(EDITS, "its last line is cut off")
    if len(lines) > _MOST_EDITS:
        raise Damage(EDITS, f"it has more than {_MOST_EDITS:,} lines")
    edits = tuple(_to_edit(number, line) for number, line in enumerate(lines, start=1))
    try:
        return History(edits)
    except ValueError as error:
        raise Damage(EDITS, str(error)) from error


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


def _to_edit(number: int, line: bytes) -> Edit:
    where = f"line {number}"
    entry = Record(EDITS, where, parse(EDITS, line), _ENTRY)
    kind = next((kind for kind in KINDS if kind == entry.text("kind")), None)
    if kind is None:
        raise Damage(EDITS, f"{where} is an edit of a kind that this release does not know: {entry.text('kind')!r:.40}")
    if not _TIME.fullmatch(entry.text("time")):
        raise Damage(EDITS, f"{where}.time is no time in UTC: {entry.text('time')!r:.40}")
    effects = tuple(_to_effect(where, item) for item in entry.records("effects", ("effect",), tuple(sorted(_FIELDS))))
    return Edit(
        entry.whole("number", 1, _MOST),
        kind,
        entry.text("level"),
        entry.text("time"),
        entry.text("author"),
        entry.text("reason"),
        entry.mapping("asked", object),
        effects,
    )


def _from_effect(effect: Effect) -> dict[str, Any]:
    match effect:
        case Told():
            words = None if effect.keywords is None else [nouns.from_keyword(word) for word in effect.keywords]
            told = {"level": effect.level, "topic": effect.topic, "name": effect.name, "junk": effect.junk}
            return {"effect": "told", **told, "keywords": words}
        case Made():
            topics = [{**nouns.from_topic(topic), "level": topic.level, "junk": topic.junk} for topic in effect.topics]
            return {"effect": "made", "topics": topics}
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
                "part": effect.parts.part,
                "topics_of": effect.ids,
                "rows": effect.rows,
                "column": effect.column,
            }
            groups = [list(group) for group in effect.parts.groups]
            return {"effect": "divided", "groups": groups, **{name: _from_array(a) for name, a in arrays.items()}}
        case Placed():
            arrays = {"vectors": effect.vectors, "topics_of": effect.topics, "rows": effect.rows, "pin": effect.pin}
            return {"effect": "placed", **{name: _from_array(array) for name, array in arrays.items()}}
    raise Damage(EDITS, f"it would hold an effect that cannot be saved, {type(effect).__name__}")


def _told(record: Record) -> Effect:
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


def _made(record: Record) -> Effect:
    return Made(tuple(nouns.to_made(topic) for topic in record.records("topics", nouns.MADE)))


def _joined(record: Record) -> Effect:
    return Joined(record.text("level"), record.whole("into", 0, _MOST), record.wholes("gone", 0, _MOST))


def _parted(record: Record) -> Effect:
    return Parted(_to_ids(record))


def _numbered(record: Record) -> Effect:
    levels = record.mapping("used", int)
    used = {level: record.record("used", levels).whole(level, -1, _MOST) for level in levels}
    return Numbered(_to_ids(record), used)


def _divided(record: Record) -> Effect:
    parts = Parts(
        tuple(record.lists("groups", 0, _MOST)),
        _to_array(record, "prototypes", "f32", 2),
        _to_array(record, "part", "i32", 1),
    )
    return Divided(
        parts,
        _to_array(record, "topics_of", "i32", 2),
        _to_array(record, "rows", "i32", 1),
        _to_array(record, "column", "i32", 1),
    )


def _placed(record: Record) -> Effect:
    return Placed(
        _to_array(record, "vectors", "f32", 2),
        _to_array(record, "topics_of", "i32", 2),
        _to_array(record, "rows", "i32", 1),
        _to_array(record, "pin", "i32", 1),
    )


_EFFECTS: Mapping[str, tuple[tuple[str, ...], Callable[[Record], Effect]]] = {
    "told": (("level", "topic", "name", "keywords", "junk"), _told),
    "made": (("topics",), _made),
    "joined": (("level", "into", "gone"), _joined),
    "parted": (("ids",), _parted),
    "numbered": (("ids", "used"), _numbered),
    "divided": (("groups", "prototypes", "part", "topics_of", "rows", "column"), _divided),
    "placed": (("vectors", "topics_of", "rows", "pin"), _placed),
}
_FIELDS = {name for names, _ in _EFFECTS.values() for name in names}


def _to_effect(where: str, record: Record) -> Effect:
    kind = record.text("effect")
    if kind not in _EFFECTS:
        raise Damage(EDITS, f"{where} has an effect that this release does not know: {kind!r:.40}")
    keys, make = _EFFECTS[kind]
    return make(record.narrowed(("effect", *keys)))


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
    kind = "f32" if array.dtype.kind == "f" else "i32"
    if kind == "f32" and not np.isfinite(array).all():
        raise ValueError("an array is not finite")
    data = np.ascontiguousarray(array, _TYPES[kind]).tobytes()
    return {"shape": list(array.shape), kind: base64.b64encode(data).decode("ascii")}


def _to_array(record: Record, name: str, kind: str, dimensions: int) -> Array:
    told = record.record(name, ("shape", kind))
    shape = told.wholes("shape", 0, _MOST)
    if len(shape) != dimensions or math.prod(shape) > _LARGEST:
        raise Damage(EDITS, f"{name} of an edit has the shape {list(shape)}, but must have {dimensions} dimensions")
    try:
        data = base64.b64decode(told.text(kind), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Damage(EDITS, f"{name} of an edit is no base64 ({error})") from error
    if len(data) != math.prod(shape) * 4:
        raise Damage(EDITS, f"{name} of an edit has {len(data)} bytes, which is not what its shape says")
    array = np.frombuffer(data, _TYPES[kind]).reshape(shape)
    if kind == "f32" and not np.isfinite(array).all():
        raise Damage(EDITS, f"{name} of an edit holds a number that is not finite")
    return array.astype(np.float32 if kind == "f32" else np.int32)
