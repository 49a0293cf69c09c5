"""The map of a model as SVG that stands in a page: dots in the colours of their topics, with numbers and names."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topics.ids import coloured
from topics.model import TopicModel
from topics.present import shorten
from topics.protocols import Ints
from topics.values import LOOSE

MOST = 6000
"""The most passages that are drawn."""

WIDTH, _EDGE = 960, 44
_LOWEST, _HIGHEST = 300, 660  # of the picture
NUMBERED, _NAMED, _LETTERS = 40, 16, 30
_SIZES = ((150, 11.0), (600, 8.5), (3000, 6.0))  # passages up to which dots are so wide; then 4
RADIUS, _LINE, _LETTER = 13, 20, 7.7

_Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_inside(self, height: float) -> bool:
        return self.left >= 4 and self.top >= 4 and self.right <= WIDTH - 4 and self.bottom <= height - 4


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Where the passages that are drawn lie in a picture of this height, and their topics."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    labels: Ints
    height: float

    def inside(self, box: _Box) -> int:
        """Return how many of them a box hides."""
        across = (self.x > box.left) & (self.x < box.right)
        return int((across & (self.y > box.top) & (self.y < box.bottom)).sum())


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a topic, where it stands: ``anchor`` is its start, middle or end, ``y`` its base line."""

    text: str
    x: float
    y: float
    anchor: _Anchor


@dataclass(frozen=True, eq=False, slots=True)
class Marks:
    """What stands over the dots: the numbers of topics, by id, and names where there is room."""

    numbers: dict[int, tuple[float, float]]
    names: tuple[Name, ...]


def svg(model: TopicModel) -> str:
    """Return the map; beyond :data:`MOST` passages it shows every second, third ... one."""
    rows = drawn(len(model.passages))
    places = places_of(model, rows)
    width = dot(len(rows))
    classes, names = colours(model), {topic.id: topic.name for topic in model.topics}
    dots = []
    for topic in order(model):
        own = np.flatnonzero(places.labels == topic)
        if len(own):
            path = "".join(f"M{places.x[row]:.1f} {places.y[row]:.1f}h0" for row in own)
            title = "no topic" if topic == LOOSE else f"{topic} {names[topic]}"
            dots.append(f'<path class="{classes[topic]}" d="{path}"><title>{escape(title)}</title></path>')
    return (
        f'<svg class="map" viewBox="0 0 {WIDTH} {places.height:.0f}" role="img" aria-labelledby="map-title">'
        f'<title id="map-title">Map of {len(rows):,} passages; those that mean something alike lie close together. '
        "The table below lists the topics.</title>"
        f'<g class="dots" stroke-width="{width:g}">{"".join(dots)}</g>{drawn_marks(model, marks(model, places))}</svg>'
    )


def drawn(n: int) -> Ints:
    """Return which of ``n`` passages are drawn, evenly over all."""
    return np.arange(0, n, max(1, -(-n // MOST)), dtype=np.int32)


def dot(n: int) -> float:
    """Return how wide each of ``n`` dots is."""
    return next((size for most, size in _SIZES if n <= most), 4.0)


def order(model: TopicModel) -> tuple[int, ...]:
    """Return the ids of topics, -1 for loose passages among them, in the order in which their dots are drawn."""
    names, bright = [topic.id for topic in model.topics], coloured(model.topics)
    grey = [topic for topic in names if topic not in bright]
    return (*reversed(grey), LOOSE, *(topic for topic in names if topic in bright))


def colours(model: TopicModel) -> dict[int, str]:
    """Return the class that gives something the colour of a topic, by its id; -1 for loose passages."""
    bright = coloured(model.topics)
    own = {topic.id: f"t{bright[topic.id]}" if topic.id in bright else "rest" for topic in model.topics}
    return {LOOSE: "rest"} | own


def places_of(model: TopicModel, rows: Ints) -> Places:
    """Return where passages lie in a picture that they fill, both ways at the same scale if its height allows."""
    own = model.positions[rows].astype(np.float64)
    low, span = own.min(axis=0, initial=np.inf), np.ptp(own, axis=0) if len(own) else np.ones(2)
    x_span, y_span = np.maximum(span, 1e-9).tolist()
    inner = WIDTH - 2 * _EDGE
    height = float(np.clip(inner * y_span / x_span + 2 * _EDGE, _LOWEST, _HIGHEST))
    y_scale = (height - 2 * _EDGE) / y_span
    single = span < 1e-9  # all at one place: in the middle
    x = WIDTH / 2 + 0 * own[:, 0] if single[0] else _EDGE + (own[:, 0] - low[0]) * inner / x_span
    y = height / 2 + 0 * own[:, 1] if single[1] else height - _EDGE - (own[:, 1] - low[1]) * y_scale
    return Places(x, y, model.labels[rows], height)


def marks(model: TopicModel, places: Places) -> Marks:
    """Return the numbers of the largest topics where they lie, and names where there is room."""
    hearts = {}
    for large in model.topics[:NUMBERED]:
        own = places.labels == large.id
        if own.any():
            hearts[large.id] = (float(np.median(places.x[own])), float(np.median(places.y[own])))
    taken = [_around(*heart) for heart in hearts.values()]
    names = []
    for topic in list(hearts)[:_NAMED]:
        name = shorten(model.topic(topic).name, _LETTERS)
        found = _room(name, hearts[topic], taken, places)
        if found is not None:
            box, anchor = found
            taken.append(box)
            at = {"start": box.left, "middle": (box.left + box.right) / 2, "end": box.right}[anchor]
            names.append(Name(name, at, box.bottom - 5, anchor))
    return Marks(hearts, tuple(names))


def drawn_marks(model: TopicModel, found: Marks) -> str:
    """Return numbers and names as SVG."""
    classes = colours(model)
    numbers = [
        f'<g class="number {classes[topic]}"><circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}"/>'
        f'<text x="{x:.1f}" y="{y:.1f}" dy=".35em" text-anchor="middle">{topic}</text></g>'
        for topic, (x, y) in reversed(found.numbers.items())
    ]
    names = [
        f'<text class="name" x="{name.x:.1f}" y="{name.y:.1f}" text-anchor="{name.anchor}">{escape(name.text)}</text>'
        for name in found.names
    ]
    return "".join([*numbers, *names])


def _around(x: float, y: float) -> _Box:
    return _Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)


def _room(name: str, heart: tuple[float, float], taken: Sequence[_Box], places: Places) -> tuple[_Box, _Anchor] | None:
    """Return where a name stands near its number, touching no other and hiding the fewest dots; None for nowhere."""
    (x, y), half = heart, _width(name) / 2
    beside, beyond = RADIUS + 4, RADIUS + 2
    spots: list[tuple[float, float, _Anchor]]
    spots = [(x + beside, y - _LINE / 2, "start"), (x - beside - 2 * half, y - _LINE / 2, "end")]
    for away in (0, _LINE, 2 * _LINE):
        spots += [(x - half, y + beyond + away, "middle"), (x - half, y - beyond - _LINE - away, "middle")]
    boxes = [(_Box(left, top, left + 2 * half, top + _LINE), anchor) for left, top, anchor in spots]
    free = [
        (box, anchor)
        for box, anchor in boxes
        if box.is_inside(places.height) and not any(box.meets(other) for other in taken)
    ]
    return min(free, key=lambda spot: places.inside(spot[0]), default=None)


def _width(name: str) -> float:
    """Return about how wide a name is; letters of East Asian scripts are twice as wide."""
    return _LETTER * sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in name)
