"""What the map is drawn from, packed for the browser: it keeps a parcel, and is told afterwards only which one counts.

A parcel is named by a digest of what is in it. So the map is drawn anew whenever a place, a topic, a name or a colour
is another, whoever changed it, and only then.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from topics.deferred import Memo
from topics.facets import Facet
from topics.ids import COLOURED, coloured, ids_of, places_of
from topics.model import TopicModel
from topics.protocols import Ints
from topics.shades import NONE, STEPS, Shade
from topics.ui import palette
from topics.values import LOOSE

T = TypeVar("T")

MOST = 1_000_000
"""How many dots are drawn at most."""

_NAMED = 500  # topics whose names the browser knows
_SHORT = np.iinfo(np.uint16).max


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """Bytes for the browser, and the digest by which the map asks for them."""

    digest: str
    data: bytes


_KEPT: WeakKeyDictionary[Memo, dict[str, tuple[tuple[object, ...], Any]]] = WeakKeyDictionary()


def kept(model: TopicModel, name: str, sources: tuple[object, ...], make: Callable[[], T]) -> T:
    """Return what was made before from the very same sources for this model, else make it and keep it."""
    known = _KEPT.setdefault(model.memo, {})
    before = known.get(name)
    if before is None or len(before[0]) != len(sources) or any(a is not b for a, b in zip(before[0], sources)):  # noqa: B905
        before = known[name] = (sources, make())
    found: T = before[1]
    return found


def drawn(model: TopicModel) -> Ints:
    """Return the rows that have a dot, ascending: all, or of a larger corpus each topic's share of :data:`MOST`."""
    return kept(model, "drawn", (model.all_labels,), lambda: _sample(model.all_labels[-1]))


def points(model: TopicModel) -> Parcel:
    """Return the places of the dots: two float32 each."""
    places = model.positions

    def make() -> Parcel:
        return _parcel("points", {}, np.ascontiguousarray(places[drawn(model)], "<f4"))

    return kept(model, "points", (places, drawn(model)), make)


def topics(model: TopicModel) -> Parcel:
    """Return the topic of each dot at the level shown, with the topics' names and colours."""
    level = model.levels[model.level_names.index(model.level)]
    sources = (level, model.all_labels, model.positions, drawn(model))
    return kept(model, f"topics {model.level}", sources, lambda: _topics(model))


def colours(model: TopicModel, source: Facet | Shade) -> Parcel:
    """Return the colour of each dot by a column or a shade."""

    def make() -> Parcel:
        codes = source.codes
        if isinstance(source, Facet):
            codes = np.where((codes < 0) | (codes >= COLOURED), NONE, codes)
        table = _table(COLOURED) if isinstance(source, Facet) else _ramp()
        return _parcel("colours", {"table": table}, codes[drawn(model)].astype(np.uint8))

    return kept(model, "colours", (source.codes, drawn(model)), make)


def index_of(model: TopicModel, topic: int | None) -> int | None:
    """Return a topic's index in the parcel of topics: its place among the ids, loose passages behind the last."""
    if topic is None:
        return None
    known = ids_of(model.topics)
    return len(known) if topic == LOOSE else int(places_of(np.array([topic], np.int32), known)[0])


def marked(found: Ints | None, rows: Ints, n: int) -> dict[str, Any] | None:
    """Return which dots were found, in whichever of two ways is shorter: their indices, or a bit for each dot."""
    if found is None:
        return None
    mask = np.zeros(n, bool)
    mask[found] = True
    flags = mask[rows]
    indices = np.flatnonzero(flags).astype("<u4")
    bits = np.packbits(flags, bitorder="little")
    kind, data = ("rows", indices.tobytes()) if indices.nbytes <= bits.nbytes else ("bits", bits.tobytes())
    return {"kind": kind, "n": len(indices), "data": b64encode(data).decode("ascii")}


def _sample(labels: Ints) -> Ints:
    n = len(labels)
    if n <= MOST:
        return np.arange(n, dtype=np.int32)
    rng = np.random.default_rng(0)
    _, inverse, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    share = np.maximum(1, np.floor(sizes * (MOST / n))).astype(np.int64)
    share[np.argmax(sizes)] -= max(0, int(share.sum()) - MOST)  # where many tiny topics have one each
    order = np.lexsort((rng.random(n), inverse))  # by topic, within it at random
    rank = np.arange(n) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    rows: Ints = np.sort(order[rank < share[inverse[order]]]).astype(np.int32)
    return rows


def _topics(model: TopicModel) -> Parcel:
    known = ids_of(model.topics)
    places = places_of(model.labels, known)
    index = np.where(places < 0, len(known), places)
    wide = len(known) > _SHORT
    of_id = {topic: at for at, topic in enumerate(known.tolist())}
    centres = _centres(model, index, len(known))
    names = [
        {"index": of_id[topic.id], "id": topic.id, "name": topic.name, **centres[of_id[topic.id]]}
        for topic in model.topics[:_NAMED]
        if topic.size
    ]
    head = {
        "wide": wide,
        "names": names,
        "places": {of_id[topic]: place for topic, place in coloured(model.topics).items()},
        "table": _table(COLOURED),
    }
    return _parcel("topics", head, index[drawn(model)].astype("<u4" if wide else "<u2"))


def _centres(model: TopicModel, index: Ints, k: int) -> list[dict[str, float]]:
    """Return the middle of each topic on the map: the median of its places, which no straggler moves."""
    order = np.argsort(index, kind="stable")
    ends = np.searchsorted(index[order], np.arange(k + 1))
    groups = (model.positions[order[first:last]] for first, last in pairwise(ends))
    middles = [np.median(group, axis=0).tolist() if len(group) else [0.0, 0.0] for group in groups]
    return [{"x": round(x, 4), "y": round(y, 4)} for x, y in middles]


def _table(n: int) -> dict[str, Any]:
    return {
        theme: {
            "codes": [_pair(palette.colour_at(place, dark=dark)) for place in range(n)],
            "rest": _pair(palette.colour_at(LOOSE, dark=dark)),
            "ink": palette.ink(dark=dark),
        }
        for theme, dark in (("light", False), ("dark", True))
    }


def _ramp() -> dict[str, Any]:
    steps = [step / (STEPS - 1) for step in range(STEPS)]
    own = {
        theme: {"codes": [_pair(palette.shade_at(step, dark=dark)) for step in steps]}
        for theme, dark in (("light", False), ("dark", True))
    }
    return {theme: parts | own[theme] for theme, parts in _table(0).items()}


def _pair(colour: palette.Colour) -> list[str]:
    return [colour.fill, colour.edge]


def _parcel(slot: str, head: dict[str, Any], values: NDArray[Any]) -> Parcel:
    """Pack the length of a head in four bytes, the head as JSON, and numbers, which begin on a boundary of 8."""
    payload = values.tobytes()
    plain = json.dumps({"slot": slot, **head}, ensure_ascii=False, sort_keys=True)
    digest = blake2b(plain.encode(), digest_size=12)
    digest.update(payload)
    named = json.dumps({"slot": slot, "digest": digest.hexdigest(), **head}, ensure_ascii=False).encode()
    named += b" " * (-(len(named) + 4) % 8)
    return Parcel(digest.hexdigest(), len(named).to_bytes(4, "little") + named + payload)
