"""A contrast as people ask for it: poles as they are written, and which passages show where its ends and middle are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from topics.model import TopicModel
from topics.protocols import Ints
from topics.themes.axis import Axis
from topics.values import Pole, Theme

_TOPIC = re.compile(r"topic:\d{1,9}", re.ASCII)
_SEPARATOR = "|"


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """Rows of passages that show an axis: its left end, its middle, its right end; the most telling ones first."""

    left: Ints
    middle: Ints
    right: Ints


def contrasts(model: TopicModel) -> tuple[Theme, ...]:
    """Return the named themes of a model that have two poles."""
    return tuple(theme for theme in model.themes if len(theme.poles) == 2)


def parts_of(told: str) -> list[str | int]:
    """Read a pole as it is written on the command line and in a link: phrases, ids of passages, topics as ``topic:3``.

    Raises
    ------
    ValueError
        Something begins like a topic and names none.
    """
    parts = [part.strip() for part in told.split(_SEPARATOR)]
    for part in parts:
        if part.startswith("topic:") and not _TOPIC.fullmatch(part):
            raise ValueError(f"{part!r} names no topic; write topic: and a number, such as topic:3")
    return [int(part.removeprefix("topic:")) if _TOPIC.fullmatch(part) else part for part in parts]


def written(pole: Pole) -> str:
    """Return a pole as :func:`parts_of` reads it: its name and its phrases, which gives the same axis as the pole."""
    parts = dict.fromkeys(" ".join(part.replace(_SEPARATOR, " ").split()) for part in (pole.name, *pole.phrases))
    return f" {_SEPARATOR} ".join(parts)


def shown(model: TopicModel, axis: Axis, n: int = 5) -> Shown:
    """Choose the passages that show an axis.

    The furthest at each end; in the middle, those about a pole whose side is unclear, the nearest to the middle first.
    Where a language has passages in a part and none of them is among its first ``n``, its first one comes behind them.
    """
    order = {
        "left": np.argsort(axis.direction, kind="stable"),
        "unclear": np.argsort(np.abs(axis.direction), kind="stable"),
        "right": np.argsort(-axis.direction, kind="stable"),
    }
    parts = {side: rows[axis.side[rows] == side].astype(np.int32) for side, rows in order.items()}
    left, middle, right = (_first_of_each(model, parts[side], n) for side in ("left", "unclear", "right"))
    return Shown(left, middle, right)


def _first_of_each(model: TopicModel, rows: Ints, n: int) -> Ints:
    chosen = rows[:n].tolist()
    spoken = {int(model.passages.language[row]) for row in chosen}
    for row in rows[n:].tolist():
        language = int(model.passages.language[row])
        if language not in spoken:
            spoken.add(language)
            chosen.append(row)
    return np.array(chosen, np.int32)
