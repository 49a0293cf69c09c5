"""Where passages and documents stand between two poles, as HTML: every dot is a link to its passage."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from topics.model import TopicModel
from topics.protocols import Ints
from topics.themes.axis import Axis, Placed
from topics.ui import text
from topics.ui.markup import esc

MOST = 1000
"""The most dots that a chart draws."""

_SNIPPET = 140  # characters
_SIZES = ((120, 10, 1.15), (400, 7, 0.8), (MOST, 5, 0.55))  # dots up to which each is so many pixels, and percent, wide
_LANES = 25
_HALF = 47  # percent of the chart from its middle to the furthest dot


def extent(placed: Placed) -> float:
    """Return how far from the middle the furthest one stands that is about a pole."""
    held = np.abs(placed.direction[placed.relevant])
    return float(held.max(initial=1e-6))


def thinned(rows: Ints, most: int = MOST) -> Ints:
    """Return rows, evenly fewer of them where they are too many to draw."""
    return rows[:: max(1, -(-len(rows) // most))]


def strip(model: TopicModel, axis: Axis, rows: Ints, link: Callable[[int], str], reach: float) -> str:
    """Return one row of dots, from left to right.

    Parameters
    ----------
    model, axis
        The passages, and where they stand.
    rows
        The passages of this row; those about neither pole are left out.
    link
        Gives the address of a passage.
    reach
        The direction at the edge of the chart.
    """
    held = rows[axis.relevant[rows]]
    held = held[np.argsort(axis.direction[held], kind="stable")]
    _, size, width = next(entry for entry in _SIZES if len(held) <= entry[0] or entry is _SIZES[-1])
    places = [place_of(float(axis.direction[row]), reach) for row in held.tolist()]
    lanes = lanes_of(places, width)
    spread = max((abs(lane) for lane in lanes), default=0)
    dots = "".join(
        f'<a class="ax-dot ax-{axis.side[row]}" tabindex="-1" target="_self" href="{esc(link(row))}" '
        f'style="left:{place:.2f}%;top:calc(50% + {lane * (size + 1)}px);width:{size}px;height:{size}px" '
        f'title="{esc(_told(model, axis, row))}"></a>'
        for row, place, lane in zip(held.tolist(), places, lanes, strict=True)
    )
    return f'<div class="ax-strip" style="height:{(2 * spread + 1) * (size + 1) + 14}px">{dots}</div>'


def lanes_of(places: Sequence[float], width: float) -> list[int]:
    """Return how far above or below the line each dot stands, so that none covers another; places ascend."""
    order = [0] + [sign * lane for lane in range(1, _LANES) for sign in (1, -1)]
    last = dict.fromkeys(order, -1000.0)
    lanes = []
    for place in places:
        lane = next((lane for lane in order if place - last[lane] >= width), min(order, key=lambda one: last[one]))
        last[lane] = place
        lanes.append(lane)
    return lanes


def interval(placed: Placed, row: int, reach: float) -> str:
    """Return the likely range of one direction as a bar with a mark; nothing where it is about neither pole."""
    if not placed.relevant[row]:
        return '<div class="ax-strip ax-range"></div>'
    mark = place_of(float(placed.direction[row]), reach)
    bar = ""
    if not np.isnan(placed.low[row]):
        low, high = (place_of(float(bound), reach) for bound in (placed.low[row], placed.high[row]))
        bar = f'<i class="ax-bar" style="left:{low:.2f}%;width:{high - low:.2f}%"></i>'
    drawn = f'<b class="ax-mark ax-{placed.side[row]}" style="left:{mark:.2f}%"></b>'
    return f'<div class="ax-strip ax-range">{bar}{drawn}</div>'


def place_of(direction: float, reach: float) -> float:
    """Return where a direction is, in percent of the chart's width."""
    return 50 + _HALF * float(np.clip(direction / reach, -50 / _HALF, 50 / _HALF))


def _told(model: TopicModel, axis: Axis, row: int) -> str:
    words = " ".join(model.passages[row].text.split())
    words = words if len(words) <= _SNIPPET else f"{words[: _SNIPPET - 1]}…"
    return f"{text.stands(axis, row)} {words}"
