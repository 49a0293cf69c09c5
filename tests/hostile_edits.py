"""Histories that were crafted to harm whoever loads them; every hash is right.

``CRAFTED`` maps a description to the content of edits.jsonl; most are an entry or two for the small model of
:mod:`tests.models`.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

Content = Callable[[], bytes]

WORD = {"term": "word", "weight": 1.0, "language": "en"}
TOPIC = {
    "level": "fine", "id": 6, "name": "New", "keywords": [WORD],
    "stability": None, "theme": None, "evidence": None, "junk": False,
}  # fmt: skip
TOLD: dict[str, Any] = {
    "effect": "told", "level": "fine", "topic": 0, "name": "New", "junk": None, "keywords": None,
}  # fmt: skip


def ints(values: Any, shape: Any = None) -> dict[str, Any]:
    """Return whole numbers as they stand in the file; the shape may be another."""
    array = np.asarray(values, np.int32)
    steps = np.diff(array.reshape(-1), prepend=np.int32(0)).astype("<i4")
    planes = np.ascontiguousarray(steps.view(np.uint8).reshape(-1, 4).T).tobytes()
    packed = base64.b64encode(zlib.compress(planes)).decode()
    return {"shape": list(array.shape if shape is None else shape), "i32": packed}


def floats(values: Any) -> dict[str, Any]:
    """Return numbers as they stand in the file."""
    array = np.asarray(values, "<f4")
    return {"shape": list(array.shape), "f32": base64.b64encode(array.tobytes()).decode()}


def unit(rows: int = 1) -> Any:
    """Return unit vectors."""
    return np.eye(16, dtype=np.float32)[:rows]


def placed(**fields: Any) -> dict[str, Any]:
    """Return the effect of a move of passage 0 to topic 1 of level fine, but for some fields."""
    good = {
        "vectors": floats(unit()), "topics_of": ints([[0], [0], [1]]), "rows": ints([0]), "pin": ints([0]),
    }  # fmt: skip
    return {"effect": "placed", **good, **fields}


def divided(**fields: Any) -> dict[str, Any]:
    """Return the effect of a division of topic 0 of level fine, which has 5 passages, but for some fields."""
    good = {
        "groups": [[0]], "prototypes": floats(unit(2)), "prototype_part": ints([0, 1]),
        "topics_of": ints([[0, 0], [0, 0], [0, 6]]), "part": ints([0, 1, 0, 1, 0]),
    }  # fmt: skip
    return {"effect": "divided", **good, **fields}


def entry(*effects: Any, **fields: Any) -> dict[str, Any]:
    """Return an entry of the log."""
    good = {
        "number": 1, "kind": "split", "level": "fine", "time": "2026-01-02T03:04:05+00:00", "author": "",
        "reason": "", "asked": {},
    }  # fmt: skip
    return {**good, "effects": list(effects), **fields}


def log(*entries: Any) -> Content:
    """Return a log of entries."""
    return lambda: b"".join(json.dumps(one).encode() + b"\n" for one in entries)


def large(make: Callable[[], Any]) -> Content:
    """Return a log of one entry, whose effect is made when it is needed."""
    return lambda: one(make())()


def one(*effects: Any, **fields: Any) -> Content:
    """Return a log of one entry."""
    return log(entry(*effects, **fields))


def raw(change: Callable[[bytes], bytes]) -> Content:
    """Return a log of one good entry whose bytes are changed."""
    return lambda: change(log(entry(TOLD))())


MADE = {"effect": "made", "topics": [TOPIC]}
JOINED = {"effect": "joined", "level": "fine", "into": 0, "gone": [1]}


def joined(**fields: Any) -> dict[str, Any]:
    """Return the effect of a merge, but for some fields."""
    return {**JOINED, **fields}


def made(**fields: Any) -> dict[str, Any]:
    """Return the effect of a topic that is new, but for some fields of the topic."""
    return {"effect": "made", "topics": [{**TOPIC, **fields}]}


def told(**fields: Any) -> dict[str, Any]:
    """Return the effect of a rename, but for some fields."""
    return {**TOLD, **fields}


def parted(**ids: Any) -> dict[str, Any]:
    """Return the effect of a split along finer topics."""
    return {"effect": "parted", "ids": ids}


GOOD: dict[str, Content] = {
    "a rename": one(TOLD),
    "a move": one(placed()),
    "a division": one(MADE, divided()),
    "a merge": one(JOINED),
}
"""What the rest is made of; a row here is loaded, so that the others fail for what they say they do."""

CRAFTED: dict[str, Content] = {
    "a name for a topic that is not there": one(told(topic=99)),
    "a name at a level that is not there": one(told(level="finest")),
    "a level with a name of a megabyte": one(told(level="x" * 10**6)),
    "an entry of a level that is not there": one(TOLD, level="12"),
    "a name of ten megabytes": large(lambda: told(name="x" * 10**7)),
    "a name with control characters": one(told(name="a\x1b[31mb")),
    "a name that turns the text around": one(told(name="a\u202eb")),
    "a name of half a surrogate pair": one(told(name="\ud800")),
    "an empty name": one(told(name=" ")),
    "the name of another topic": one(told(name="PARKING SPACES")),
    "a keyword of a megabyte": one(told(keywords=[{**WORD, "term": "x" * 10**6}])),
    "a keyword without bounds": one(told(keywords=[{**WORD, "weight": 10**400}])),
    "an author of a megabyte": one(TOLD, author="x" * 10**6),
    "a reason with an escape": one(TOLD, reason="\x1b[2J"),
    "a topic with a huge id": one(made(id=2**31 - 1), told(topic=2**31 - 1)),
    "a topic with a negative id": one(made(id=-1)),
    "a topic of no level": one(made(level="")),
    "a topic of a theme that is not there": one(MADE, divided(), made(theme="Unheard of")),
    "a topic with a key for code": one(made(__reduce__=["os.system", "touch ran"])),
    "a merge into itself": one(joined(gone=[0])),
    "a merge of nothing": one(joined(gone=[])),
    "a merge of one topic a million times": large(lambda: joined(gone=[1] * 1_000_000)),
    "a merge into what is gone": one(JOINED, joined(into=1, gone=[0])),
    "a merge of a topic that is not there": one(joined(gone=[1, 77])),
    "rows behind the last passage": one(placed(rows=ints([24]))),
    "rows before the first passage": one(placed(rows=ints([-1]))),
    "rows that descend": one(placed(rows=ints([3, 1]), pin=ints([0, 0]))),
    "rows twice": one(placed(rows=ints([1, 1]), pin=ints([0, 0]))),
    "rows of other pins": one(placed(pin=ints([7]))),
    "rows without pins": one(placed(pin=ints([], (0,)))),
    "pins of other width": one(placed(vectors=floats(np.eye(8)[:1]))),
    "pins that draw everything": one(placed(vectors=floats(unit() * 1e30))),
    "pins of nothing": one(placed(vectors=floats(unit() * 0))),
    "pins that are no numbers": one(placed(vectors=floats(unit() * np.float32("nan")))),
    "pins of topics that are not there": one(placed(topics_of=ints([[0], [0], [99]]))),
    "pins that break the levels": one(placed(topics_of=ints([[1], [0], [1]]))),
    "pins with a topic at one level only": one(placed(topics_of=ints([[0], [0], [-1]]))),
    "pins of too few levels": one(placed(topics_of=ints([[0], [1]]))),
    "a division of no columns": one(MADE, divided(groups=[], topics_of=ints(np.zeros((3, 0))), part=ints([], (0,)))),
    "a division of an empty group": one(MADE, divided(groups=[[]])),
    "a division of columns that are not there": one(MADE, divided(groups=[[99]])),
    "a division of one column twice": one(MADE, divided(groups=[[0, 0]])),
    "a division of two topics as one": one(MADE, divided(groups=[[0, 1]])),
    "groups that overlap": one(MADE, divided(groups=[[0], [0]], topics_of=ints([[0] * 4, [0] * 4, [0, 6] * 2]))),
    "a division of columns that are gone": log(entry(MADE, divided()), entry(divided(), number=2)),
    "a part without a prototype": one(MADE, divided(prototype_part=ints([0, 2]))),
    "a part of two thousand million": one(MADE, divided(prototype_part=ints([0, 2**31 - 1]))),
    "two thousand million parts of nothing": one(
        divided(groups=[], prototype_part=ints([0, 2**31 - 2]), topics_of=ints(np.zeros((3, 0))), part=ints([], (0,)))
    ),
    "a part below none": one(MADE, divided(prototype_part=ints([0, -1]))),
    "passages in parts that are not there": one(MADE, divided(part=ints([0, 1, 2, 1, 0]))),
    "a division of other passages": one(MADE, divided(part=ints([0, 1]))),
    "a division into topics that are not there": one(divided()),
    "a division that breaks the levels": one(MADE, divided(topics_of=ints([[0, 1], [0, 0], [0, 6]]))),
    "a division into a topic of another": one(MADE, divided(topics_of=ints([[0, 0], [0, 0], [0, 2]]))),
    "prototypes that draw everything": one(MADE, divided(prototypes=floats(unit(2) * 1e30))),
    "ids that do not nest": one(parted(medium={"a": 1})),
    "ids that break the levels": one(parted(medium=[[0, 3]])),
    "ids that go round": one(parted(coarse=[[0, 1], [1, 0], [2, 1], [3, 0]])),
    "ids of the finest level by itself": one(parted(fine=[[0, 1]])),
    "ids that are not there": one(parted(medium=[[0, 99]])),
    "ids that are no pairs": one(parted(medium=[[0], [1, 2, 3]])),
    "ids given twice": one(parted(medium=[[0, 1], [0, 2]])),
    "ids of a level that is not there": one(parted(**{"x" * 10**6: [[0, 1]]})),
    "numbers for some topics only": one({"effect": "numbered", "ids": {"fine": [[0, 5]]}}),
    "an undo without an edit": one(kind="undo"),
    "a redo without an undo": one(kind="redo"),
    "an edit of a kind to come": one(TOLD, kind="dream"),
    "an effect of a kind to come": one({"effect": "dream"}),
    "an entry out of order": one(TOLD, number=2),
    "a time that is none": one(TOLD, time="2026-99-99T03:04:05+00:00"),
    "a time in another zone": one(TOLD, time="2026-01-02T03:04:05+02:00"),
    "what was asked is deep": one(TOLD, asked={"a": [[[[[[1]]]]]]}),
    "a line that is deep": lambda: b"[" * 1_000_000 + b"\n",
    "a line that is wide": lambda: b"[" + b"[]," * 5_000_000 + b"[]]\n",
    "a line of 40 megabytes": lambda: b'{"number": "' + b"x" * (40 << 20) + b'"}\n',
    "a million lines": lambda: b"{}\n" * 1_000_000,
    "a million empty lines": lambda: b"\n" * 1_000_000,
    "a line that is cut off": raw(lambda data: data[:-1]),
    "a key twice": raw(lambda data: data.replace(b'"number": 1', b'"number": 1, "number": 1')),
    "no UTF-8": raw(lambda data: data.replace(b"New", b"\xff\xfe")),
    "a number that is none": raw(lambda data: data.replace(b'"topic": 0', b'"topic": NaN')),
    "a shape that overflows": one(placed(rows=ints([0], [2**31 - 1, 2**31 - 1]))),
    "a shape of a thousand million": one(placed(rows=ints([0], [1_000_000_000]))),
    "a shape of sixteen million": one(placed(rows=ints([0], [1 << 24]))),
    "sixteen million packed in a few bytes": large(lambda: placed(rows=ints(np.zeros(1 << 24, np.int32)))),
    "almost sixteen million packed in a few bytes": large(
        lambda: placed(rows=ints(np.zeros((1 << 24) - 100, np.int32)), pin=ints([0]))
    ),
    "more behind what is packed": one(placed(rows={"shape": [1], "i32": ints([0])["i32"] + "AAAA"})),
    "what was packed by nothing": one(placed(rows={"shape": [1], "i32": "AAAA"})),
    "what is no base64": one(placed(rows={"shape": [1], "i32": "$$$"})),
    "a shape below none": one(placed(rows={"shape": [-1], "i32": ""})),
}
