"""The map as a picture of its own, with a title and a legend: SVG that needs nothing else, and PNG."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from topics.ids import coloured
from topics.model import TopicModel
from topics.present import count, shorten
from topics.protocols import Ints
from topics.share import chart
from topics.share.chart import RADIUS, WIDTH
from topics.values import LOOSE

if TYPE_CHECKING:
    from PIL import ImageDraw
    from PIL.ImageFont import FreeTypeFont

PIXELS = 1920
"""The width of the picture."""

FILLS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#3a3a3c")
"""The colours of topics, by place; the same as in the report."""

ON = ("#ffffff", "#000000", "#000000", "#000000", "#000000", "#000000", "#000000", "#ffffff")
"""The colours of numbers on them."""

_REST, _ON_REST = "#c9c5ba", "#23221e"
_INK, _QUIET, _PAPER = "#23221e", "#66625a", "#ffffff"
_HEAD, _FOOT, _LINE, _COLUMNS = 78, 18, 21, 3
_TITLE, _NAME, _NUMBER, _SMALL = 22, 15, 14, 13  # letters
_LETTERS = 36  # of a name in the legend, sizes aside
_OVER = 2  # a PNG is drawn so much larger, and made smaller to smooth its edges
_FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "msyh.ttc")
_PLAIN, _BOLD = 400, 600  # weights
_NONE = "\U0010fffe"  # no font has a letter for it


@dataclass(frozen=True, eq=False, slots=True)
class _Picture:
    """What both formats draw. Dots of passages that are not chosen are as grey as loose ones."""

    title: str
    told: str
    places: chart.Places
    marks: chart.Marks
    shown: Ints
    legend: tuple[tuple[int, str], ...]

    @property
    def height(self) -> float:
        rows = -(-len(self.legend) // _COLUMNS)
        return _HEAD + self.places.height + (_FOOT + rows * _LINE if rows else 0) + _FOOT

    def spot(self, at: int) -> tuple[float, float]:
        """Return where an entry of the legend begins: the middle of its dot."""
        rows = -(-len(self.legend) // _COLUMNS)
        column, row = divmod(at, rows)
        return 26 + column * (WIDTH - 20) / _COLUMNS, _HEAD + self.places.height + _FOOT + (row + 0.5) * _LINE


def write_svg(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write the map as SVG, and return how many passages it draws."""
    picture = _picture(model, title, chosen)
    bright, width = coloured(model.topics), chart.dot(len(picture.shown))
    dots = []
    for topic in chart.order(model):
        own = np.flatnonzero(picture.shown == topic)
        if len(own):
            path = "".join(f"M{picture.places.x[row]:.1f} {picture.places.y[row]:.1f}h0" for row in own)
            dots.append(f'<path stroke="{_fill(bright.get(topic, LOOSE))}" d="{path}"/>')
    legend = []
    for at, (topic, told) in enumerate(picture.legend):
        x, y = picture.spot(at)
        legend.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_fill(bright.get(topic, LOOSE))}"/>')
        legend.append(f'<text x="{x + 12:.1f}" y="{y + 4.5:.1f}" font-size="{_SMALL}">{escape(told)}</text>')
    file.write(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {picture.height:.0f}" width="{PIXELS}" '
            f'height="{picture.height * PIXELS / WIDTH:.0f}" role="img" font-family="system-ui, sans-serif" '
            f'fill="{_INK}"><title>{escape(picture.title)}</title><desc>{escape(picture.told)}</desc>'
            f'<rect width="100%" height="100%" fill="{_PAPER}"/>'
            f'<text x="20" y="36" font-size="{_TITLE}" font-weight="650">{escape(picture.title)}</text>'
            f'<text x="20" y="60" font-size="{_SMALL}" fill="{_QUIET}">{escape(picture.told)}</text>'
            f'<g transform="translate(0 {_HEAD})"><g fill="none" stroke-linecap="round" stroke-opacity=".75" '
            f'stroke-width="{width:g}">{"".join(dots)}</g>{_svg_marks(model, picture)}</g>{"".join(legend)}</svg>\n'
        ).encode("utf-8", "replace")
    )
    return len(picture.shown)


def write_png(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write the map as PNG, :data:`PIXELS` wide, and return how many passages it draws.

    Names are drawn in fonts of this computer where the usual one lacks their letters, and left out, but for the number
    of their topic, where no font has them; an SVG shows every script.
    """
    from PIL import Image, ImageDraw

    picture, scale = _picture(model, title, chosen), PIXELS * _OVER / WIDTH
    image = Image.new("RGB", (PIXELS * _OVER, round(picture.height * scale)), _PAPER)
    pen = ImageDraw.Draw(image, "RGBA")
    _write_text(pen, (20, 36), picture.title, _TITLE, scale, _INK)
    _write_text(pen, (20, 60), picture.told, _SMALL, scale, _QUIET)
    bright, radius = coloured(model.topics), chart.dot(len(picture.shown)) / 2
    for topic in chart.order(model):
        colour = f"{_fill(bright.get(topic, LOOSE))}bf"
        for row in np.flatnonzero(picture.shown == topic):
            _disc(pen, (picture.places.x[row], picture.places.y[row] + _HEAD), radius, scale, colour)
    _png_marks(pen, model, picture, scale)
    for at, (topic, told) in enumerate(picture.legend):
        x, y = picture.spot(at)
        _disc(pen, (x, y), 5, scale, _fill(bright.get(topic, LOOSE)))
        _write_text(pen, (x + 12, y + 4.5), told, _SMALL, scale, _INK)
    size = (PIXELS, round(image.height / _OVER))
    image.resize(size, Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return len(picture.shown)


def _picture(model: TopicModel, title: str, chosen: Ints | None) -> _Picture:
    rows = chart.drawn(len(model.passages))
    places = chart.places_of(model, rows)
    shown = places.labels if chosen is None else np.where(np.isin(rows, chosen), places.labels, LOOSE).astype(np.int32)
    told = f"{count(len(model.passages), 'passage')} in {count(len(model.topics), 'topic')}."
    if chosen is not None:
        told += f" {count(len(chosen), 'passage')} in colour; the others are grey."
    if len(rows) < len(model.passages):
        told += f" {len(rows):,} are drawn, evenly over all."
    listed = model.topics[: chart.NUMBERED]
    legend = [(topic.id, f"{topic.id}  {shorten(topic.name, _LETTERS)}  ({topic.size:,})") for topic in listed]
    if len(listed) < len(model.topics):
        legend.append((LOOSE, f"and {count(len(model.topics) - len(listed), 'smaller topic')}"))
    return _Picture(shorten(title, 80), told, places, chart.marks(model, places), shown, tuple(legend))


def _fill(place: int) -> str:
    return _REST if place == LOOSE else FILLS[place]


def _on(place: int) -> str:
    return _ON_REST if place == LOOSE else ON[place]


def _svg_marks(model: TopicModel, picture: _Picture) -> str:
    bright, drawn = coloured(model.topics), []
    for topic, (x, y) in reversed(picture.marks.numbers.items()):
        place = bright.get(topic, LOOSE)
        drawn.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" fill="{_fill(place)}" stroke="{_PAPER}" stroke-width="2"/>'
            f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" font-size="{_NUMBER}" font-weight="650" '
            f'fill="{_on(place)}">{topic}</text>'
        )
    for name in picture.marks.names:
        drawn.append(
            f'<text x="{name.x:.1f}" y="{name.y:.1f}" text-anchor="{name.anchor}" font-size="{_NAME}" '
            f'font-weight="600" paint-order="stroke" stroke="{_PAPER}" stroke-width="4" stroke-linejoin="round">'
            f"{escape(name.text)}</text>"
        )
    return "".join(drawn)


def _png_marks(pen: ImageDraw.ImageDraw, model: TopicModel, picture: _Picture, scale: float) -> None:
    bright = coloured(model.topics)
    for topic, (x, y) in reversed(picture.marks.numbers.items()):
        place = bright.get(topic, LOOSE)
        _disc(pen, (x, y + _HEAD), RADIUS + 1, scale, _PAPER)
        _disc(pen, (x, y + _HEAD), RADIUS, scale, _fill(place))
        _write_text(pen, (x, y + _HEAD + 5), str(topic), _NUMBER, scale, _on(place), anchor="ms")
    for name in picture.marks.names:
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[name.anchor]
        _write_text(pen, (name.x, name.y + _HEAD), name.text, _NAME, scale, _INK, anchor=anchor)


def _disc(pen: ImageDraw.ImageDraw, at: tuple[float, float], radius: float, scale: float, colour: str) -> None:
    x, y = at
    pen.ellipse([(x - radius) * scale, (y - radius) * scale, (x + radius) * scale, (y + radius) * scale], fill=colour)


def _write_text(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    told: str,
    letters: float,
    scale: float,
    colour: str,
    anchor: str = "ls",
) -> None:
    size, bold = round(letters * scale), letters != _SMALL
    font = _font_for(told, size, bold=bold)
    if font is None:  # what can be drawn of it
        told = "".join(letter for letter in told if letter.isascii()).strip()
        font = _fonts(size, bold=bold)[0]
    halo = round(2 * scale) if letters == _NAME else 0
    place = at[0] * scale, at[1] * scale
    pen.text(place, told, fill=colour, font=font, anchor=anchor, stroke_width=halo, stroke_fill=_PAPER)


def _font_for(told: str, size: int, *, bold: bool = False) -> FreeTypeFont | None:
    """Return the first font that has every letter of a text; ``None`` where no font here has, or can lay it out."""
    from PIL import features

    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in told) and not features.check("raqm"):
        return None
    letters = {letter for letter in told if not letter.isspace() and not letter.isascii()}
    return next((font for font in _fonts(size, bold=bold) if all(_has(font, letter) for letter in letters)), None)


@cache
def _fonts(size: int, *, bold: bool = False) -> tuple[FreeTypeFont, ...]:
    """Return the fonts there are: the one of the explorer, those of this computer, and Pillow's own, which is ASCII."""
    from PIL import ImageFont

    found = []
    for path in (*_own_fonts(), *_FONTS):
        try:
            font = ImageFont.truetype(path, size)
        except OSError:  # not on this computer, or in a format that this Pillow does not read
            continue
        if path not in _FONTS:
            font.set_variation_by_axes([_BOLD if bold else _PLAIN])
        found.append(font)
    last = ImageFont.load_default(size)
    return (*found, last) if isinstance(last, ImageFont.FreeTypeFont) else tuple(found)


@cache
def _own_fonts() -> tuple[str, ...]:
    """Return where the explorer's font is: Source Sans, which Streamlit brings along."""
    found = find_spec("streamlit")
    folders = [] if found is None else list(found.submodule_search_locations or ())
    return tuple(str(path) for folder in folders for path in sorted(Path(folder).rglob("SourceSansVF-Upright*.woff2")))


def _has(font: FreeTypeFont, letter: str) -> bool:
    return bytes(font.getmask(letter)) != bytes(font.getmask(_NONE))
