"""What a page of a PDF shows: each piece of text with its place, its size and how it is set.

pypdf parses the file and its fonts; the operators that place text are followed here (ISO 32000-1, 9.2 to 9.4), since
the order in which a file shows text, and the spaces in it, often are not those of the page.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from topics.errors import ReadError
from topics.read.pdf_fonts import Fonts, Typeface, dictionary_of

if TYPE_CHECKING:
    from pypdf import PageObject
    from pypdf.generic import ContentStream, DictionaryObject

Matrix = tuple[float, float, float, float, float, float]

RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
"""A character that is written from right to left."""
ACCENTS = dict(
    zip("`´¨ˆ˜¯˘˙˚¸˝ˇ˛", "\u0300\u0301\u0308\u0302\u0303\u0304\u0306\u0307\u030a\u0327\u030b\u030c\u0328", strict=True)
)
"""The accents that stand for themselves, as old fonts set one over a letter, and the marks that join a letter."""

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FURTHEST = 1e6
_MOST_RUNS = 200_000
_MOST_FORMS = 2_000
_DEEPEST_FORM = 12

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one line, in the coordinates of its own reading direction.

    ``left`` and ``right`` lie along that direction and ``base`` across it, growing upwards, in points; ``angle`` is the
    direction in degrees. ``artifact`` says that the file calls it furniture of the page.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    angle: int = 0
    bold: bool = False
    artifact: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: its runs of text, how many pictures, and how many characters no one can tell."""

    runs: tuple[Run, ...]
    pictures: int = 0
    unknown: int = 0


def shown(page: PageObject, fonts: Fonts) -> Shown:
    """Follow the operators of a page and return what it shows.

    Text outside the page's visible box is left out: no reader sees it.

    Raises
    ------
    ReadError
        The page shows more pieces of text or nested forms than a page can.
    """
    from pypdf.generic import ContentStream, DictionaryObject

    contents = page.get("/Contents")
    if contents is None:
        return Shown(())
    walk = _Walk(fonts, page.pdf)
    resources = dictionary_of(page.get("/Resources")) or DictionaryObject()
    walk.follow(ContentStream(contents, page.pdf, "bytes"), resources, _IDENTITY)
    box = page.cropbox
    corners = [float(value) for value in (box.left, box.bottom, box.right, box.top)]
    return Shown(tuple(_within(walk.runs, corners)), walk.pictures, walk.unknown)


@dataclass(frozen=True, slots=True)
class _State:
    ctm: Matrix = _IDENTITY
    font: Typeface | None = None
    size: float = 12.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


@dataclass(slots=True)
class _Walk:
    """The state of text and graphics while the operators of a page are followed."""

    fonts: Fonts
    pdf: Any
    runs: list[Run] = field(default_factory=list)
    pictures: int = 0
    unknown: int = 0
    state: _State = _State()
    text: Matrix = _IDENTITY
    line: Matrix = _IDENTITY
    resources: DictionaryObject | None = None
    stack: list[_State] = field(default_factory=list)
    marks: list[bool] = field(default_factory=list)
    forms: int = 0
    depth: int = 0

    def follow(self, content: ContentStream, resources: DictionaryObject, ctm: Matrix) -> None:
        """Follow a stream of operators; ``Do`` follows the form that it names in turn."""
        outer = (self.state, self.stack, self.text, self.line, self.resources, self.marks)
        self.state = replace(self.state, ctm=ctm)
        self.stack, self.resources, self.marks = [], resources, [any(self.marks)]
        for operands, operator in content.operations:
            step = _STEPS.get(operator)
            if step is not None:
                step(self, operands)
        self.state, self.stack, self.text, self.line, self.resources, self.marks = outer

    def show(self, data: object) -> None:
        """Show a string and move on by its width."""
        if isinstance(data, str):
            data = data.encode("latin-1", "replace")
        state = self.state
        if not isinstance(data, bytes) or not data:
            return
        if state.font is None or not state.font.readable:
            self.unknown += len(data)
            return
        glyphs = state.font.decode(data)
        whole = "".join(glyph for glyph, _, _ in glyphs)
        self.unknown += whole.count("\ufffd")
        apart = bool(RTL.search(whole)) or any(glyph in ACCENTS for glyph in whole)
        start = self.text
        if not apart:
            spaces = state.word_spacing * sum(is_space for _, _, is_space in glyphs) if state.word_spacing else 0.0
            width = sum(width for _, width, _ in glyphs) * state.size / 1000
            self.advance(width + state.spacing * len(glyphs) + spaces)
            self.put(whole, start)
            return
        for glyph, width, is_space in glyphs:
            start = self.text
            self.advance(width * state.size / 1000 + state.spacing + (state.word_spacing if is_space else 0.0))
            self.put(glyph, start)

    def put(self, text: str, start: Matrix) -> None:
        """Note what was shown between the place ``start`` and the present one."""
        state = self.state
        begin = _times((state.size * state.scale, 0.0, 0.0, state.size, 0.0, state.rise), _times(start, state.ctm))
        end = _times((1.0, 0.0, 0.0, 1.0, 0.0, state.rise), _times(self.text, state.ctm))
        size = math.hypot(begin[2], begin[3])
        if not text or size < 0.1 or max(map(abs, (*begin, *end))) > _FURTHEST:
            return
        if len(self.runs) >= _MOST_RUNS:
            raise ReadError(f"shows more than {_MOST_RUNS:,} pieces of text")
        turn = math.atan2(begin[1], begin[0])
        angle = 5 * round(math.degrees(turn) / 5) % 360
        cos, sin = _direction(angle)
        left, right = begin[4] * cos + begin[5] * sin, end[4] * cos + end[5] * sin
        bold = state.font is not None and state.font.bold
        base = begin[5] * cos - begin[4] * sin
        self.runs.append(
            Run(text, min(left, right), max(left, right), base, size, int(angle), bold, self.marks[-1:] == [True])
        )

    def advance(self, distance: float) -> None:
        """Move the pen along the line."""
        self.text = _times((1.0, 0.0, 0.0, 1.0, distance * self.state.scale, 0.0), self.text)

    def move(self, across: float, up: float) -> None:
        """Begin a line at a distance from the start of the last one."""
        self.line = self.text = _times((1.0, 0.0, 0.0, 1.0, across, up), self.line)


def _within(runs: Sequence[Run], box: Sequence[float]) -> list[Run]:
    """Return the runs that begin or end on the visible page, each once: some files print bold by printing twice."""
    left, bottom, right, top = min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])
    kept: list[Run] = []
    seen: set[tuple[str, int, int, int]] = set()
    for run in runs:
        cos, sin = _direction(run.angle)
        middle = (run.left + run.right) / 2
        x, y = middle * cos - run.base * sin, middle * sin + run.base * cos
        if right > left and top > bottom and not (left <= x <= right and bottom - 1 <= y <= top):
            continue
        unit = max(0.2, 0.1 * run.size)
        key = (run.text, run.angle, round(run.left / unit), round(run.base / unit))
        if key in seen and run.text.strip():
            continue
        seen.add(key)
        if kept and kept[-1].text in ACCENTS and _covers(run, kept[-1]):
            accent = kept.pop()
            run = replace(run, text=normalize("NFC", run.text[0] + ACCENTS[accent.text]) + run.text[1:])
        kept.append(run)
    return kept


def _covers(run: Run, accent: Run) -> bool:
    """Whether a letter shown after an accent stands under it."""
    same = run.angle == accent.angle and abs(run.base - accent.base) < run.size
    return same and run.text[:1].isalpha() and run.left - 0.1 * run.size <= accent.left < run.right


@cache
def _direction(angle: int) -> tuple[float, float]:
    return math.cos(math.radians(angle)), math.sin(math.radians(angle))


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _numbers(operands: Sequence[object], count: int) -> list[float]:
    values = [float(value) if isinstance(value, int | float) else 0.0 for value in operands[:count]]
    return [value if abs(value) < _FURTHEST else 0.0 for value in values] + [0.0] * (count - len(values))


def _matrix(operands: Sequence[object]) -> Matrix:
    a, b, c, d, e, f = _numbers(operands, 6)
    return (a, b, c, d, e, f)


Step = Callable[[_Walk, Sequence[object]], None]


def _set(name: str, factor: float = 1.0) -> Step:
    def step(walk: _Walk, operands: Sequence[object]) -> None:
        change: dict[str, Any] = {name: _numbers(operands, 1)[0] * factor}
        walk.state = replace(walk.state, **change)

    return step


def _save(walk: _Walk, operands: Sequence[object]) -> None:
    if len(walk.stack) < 1000:
        walk.stack.append(walk.state)


def _restore(walk: _Walk, operands: Sequence[object]) -> None:
    if walk.stack:
        walk.state = walk.stack.pop()


def _transform(walk: _Walk, operands: Sequence[object]) -> None:
    walk.state = replace(walk.state, ctm=_times(_matrix(operands), walk.state.ctm))


def _begin(walk: _Walk, operands: Sequence[object]) -> None:
    walk.text = walk.line = _IDENTITY


def _place(walk: _Walk, operands: Sequence[object]) -> None:
    walk.text = walk.line = _matrix(operands)


def _shift(walk: _Walk, operands: Sequence[object]) -> None:
    walk.move(*_numbers(operands, 2))


def _shift_and_lead(walk: _Walk, operands: Sequence[object]) -> None:
    walk.state = replace(walk.state, leading=-_numbers(operands, 2)[1])
    _shift(walk, operands)


def _next_line(walk: _Walk, operands: Sequence[object]) -> None:
    walk.move(0.0, -walk.state.leading)


def _font(walk: _Walk, operands: Sequence[object]) -> None:
    if walk.resources is not None and len(operands) > 1:
        font = walk.fonts.get(walk.resources, operands[0])
        walk.state = replace(walk.state, font=font, size=_numbers(operands[1:], 1)[0])


def _show(walk: _Walk, operands: Sequence[object]) -> None:
    if operands:
        walk.show(operands[0])


def _show_spaced(walk: _Walk, operands: Sequence[object]) -> None:
    items = operands[0] if operands else ()
    for item in items if isinstance(items, list) else ():
        if isinstance(item, int | float):
            walk.advance(-_numbers([item], 1)[0] / 1000 * walk.state.size)
        else:
            walk.show(item)


def _next_line_show(walk: _Walk, operands: Sequence[object]) -> None:
    _next_line(walk, ())
    _show(walk, operands)


def _spaced_line_show(walk: _Walk, operands: Sequence[object]) -> None:
    if len(operands) > 2:
        word, letter = _numbers(operands, 2)
        walk.state = replace(walk.state, word_spacing=word, spacing=letter)
        _next_line_show(walk, operands[2:])


def _mark(walk: _Walk, operands: Sequence[object]) -> None:
    walk.marks.append(any(walk.marks[-1:]) or operands[:1] == ["/Artifact"])


def _unmark(walk: _Walk, operands: Sequence[object]) -> None:
    if len(walk.marks) > 1:
        walk.marks.pop()


def _picture(walk: _Walk, operands: Sequence[object]) -> None:
    walk.pictures += 1


def _do(walk: _Walk, operands: Sequence[object]) -> None:
    from pypdf.generic import ContentStream, StreamObject

    known = dictionary_of(walk.resources.get("/XObject")) if walk.resources is not None else None
    form = dictionary_of(known.get(operands[0])) if known is not None and operands else None
    if form is None:
        return
    if form.get("/Subtype") == "/Image":
        walk.pictures += 1
    if form.get("/Subtype") != "/Form" or not isinstance(form, StreamObject) or walk.depth >= _DEEPEST_FORM:
        return
    walk.forms += 1
    if walk.forms > _MOST_FORMS:
        raise ReadError(f"shows more than {_MOST_FORMS:,} nested forms")
    walk.depth += 1
    own = form.get("/Matrix")
    matrix = _matrix(own) if isinstance(own, list) and len(own) == 6 else _IDENTITY
    resources = dictionary_of(form.get("/Resources")) or walk.resources
    if resources is not None:
        walk.follow(ContentStream(form, walk.pdf, "bytes"), resources, _times(matrix, walk.state.ctm))
    walk.depth -= 1


_STEPS = {
    b"q": _save, b"Q": _restore, b"cm": _transform, b"BT": _begin, b"Tm": _place, b"Td": _shift,
    b"TD": _shift_and_lead, b"T*": _next_line, b"Tf": _font, b"Tj": _show, b"TJ": _show_spaced,
    b"'": _next_line_show, b'"': _spaced_line_show, b"Do": _do, b"INLINE IMAGE": _picture,
    b"BMC": _mark, b"BDC": _mark, b"EMC": _unmark,
    b"Tc": _set("spacing"), b"Tw": _set("word_spacing"), b"Tz": _set("scale", 0.01), b"TL": _set("leading"),
    b"Ts": _set("rise"),
}  # fmt: skip
