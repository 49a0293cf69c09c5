"""The markers of list items in files that number them by rules: "- ", "3.", "b)", "1.2."."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PLACE = re.compile(r"%(\d)")
BULLET = "-"
"""The marker of an item without a number."""


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of a list is numbered: the kind of number, a pattern such as ``"%1.%2."``, and the first number."""

    kind: str
    pattern: str = "%1."
    start: int = 1


class Counters:
    """Counts the items of every list of a file.

    Parameters
    ----------
    shapes
        The levels of each kind of list.
    lists
        Which kind each list is of.
    """

    def __init__(self, shapes: Mapping[str, Mapping[int, Level]], lists: Mapping[str, str]) -> None:
        self._shapes = shapes
        self._lists = lists
        self._counts: dict[str, dict[int, int]] = {}

    def marker(self, list: str, level: int) -> str:
        """Count an item and return its marker, without a space; empty where the list has none."""
        shape = self._lists.get(list, list)
        levels = self._shapes.get(shape, {})
        own = levels.get(level)
        if own is None or own.kind == "bullet":
            return BULLET
        counts = self._counts.setdefault(shape, {})
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        if own.kind == "none":
            return ""

        def number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            at = levels.get(place, own)
            return numeral(counts.get(place, at.start), at.kind)

        marker = _PLACE.sub(number, own.pattern).strip()
        return marker if any(map(str.isalnum, marker)) else BULLET


def numeral(value: int, kind: str) -> str:
    """Write a number as a list's level does: ``"lowerLetter"``, ``"upperRoman"`` and so on; else in digits."""
    if value < 1 or value > 3999:
        return str(value)
    if kind.endswith("Letter"):
        text = _LETTERS[(value - 1) % 26] * ((value - 1) // 26 + 1)
    elif kind.endswith("Roman"):
        text, rest = "", value
        for worth, sign in _ROMAN:
            text += sign * (rest // worth)
            rest %= worth
    else:
        return str(value)
    return text.upper() if kind.startswith("upper") else text
