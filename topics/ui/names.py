"""Where the names of topics stand on the map, so that none covers another.

ECharts can hide labels that overlap, but measures them before the font of the page is there, and then misjudges. So the
places are found here, on a sheet of the size that the map has in a window of ordinary size.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]

SHEET = (440.0, 520.0)  # pixels from edge to edge of the map
_WRAP = 20  # characters
_LINES = 3
_LETTER, _LINE = 7.0, 17.0  # pixels, at the size of an ordinary name
_STEPS = (0, 1, -1, 2, -2, 3, -3)  # half lines up and down that a name may move to find room


@dataclass(frozen=True, slots=True)
class Name:
    """A name in lines, and the point at its middle, in map units."""

    lines: str
    at: Point


def wrapped(name: str) -> str:
    """Return a name broken into lines for the map, three at most."""
    lines = textwrap.wrap(name, _WRAP, max_lines=_LINES, placeholder=" …", break_on_hyphens=False)
    return "\n".join(lines) or name[:_WRAP]


def placed(
    names: Sequence[str], centres: Sequence[Point], extent: float, first: int | None = None
) -> list[Name | None]:
    """Return a place for each name near its centre; None where there is no room.

    Parameters
    ----------
    names, centres
        The names, and where they belong, in map units; those before go first.
    extent
        The width of the map in map units.
    first
        The index of the name that goes before all others, in larger letters.
    """
    order = sorted(range(len(names)), key=lambda index: index != first)
    taken: list[tuple[float, float, float, float]] = []
    found: list[Name | None] = [None] * len(names)
    unit = SHEET[0] / extent, SHEET[1] / extent
    for index in order:
        lines = wrapped(names[index])
        scale = 1.18 if index == first else 1.0
        width, height = _size(lines, scale)
        for step in _STEPS if index != first else (0,):
            x, y = centres[index][0] * unit[0], centres[index][1] * unit[1] + step * _LINE / 2
            box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if not any(_meet(box, other) for other in taken):
                taken.append(box)
                found[index] = Name(lines, (centres[index][0], y / unit[1]))
                break
    return found


def _size(lines: str, scale: float) -> Point:
    parts = lines.split("\n")
    longest = max(sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in part) for part in parts)
    return longest * _LETTER * scale, len(parts) * _LINE * scale


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
