"""Runs of text on a page become lines in the order in which a person reads them: columns one after the other.

A column ends at a gutter, a strip that hardly any line crosses; lines that cross it (a title, a wide figure's caption)
part what stands above them from what stands below. Short cells on the same baselines are a table, not columns.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from topics.read.body import CELL
from topics.read.pdf_runs import RTL, Run

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": "-", "\u200b": ""}
)
_LEFT_TO_RIGHT = re.compile(r"[0-9A-Za-z\u00c0-\u024f][0-9A-Za-z\u00c0-\u024f.,:/%@_-]*(?<![.,:/_-])|[0-9]")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")

_SAME_LINE = 0.25
_RAISED, _RAISED_SIZE, _RAISED_RUNS, _SHELF = 0.5, 0.86, 12, 24.0
_WORD_GAP = 0.14
_SEGMENT_GAP = 1.0
_CELL_GAP = 1.8
_BIN = 2.0
_GUTTER = 8.0
_CROSSING = 0.4
_ROWS = 3
_CELL = 18
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Segment:
    """Runs of one baseline with no wide gap between them."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    artifact: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column: one segment, several that belong together, or the cells of a table row."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    is_row: bool = False
    artifact: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """Lines that stand below each other; ``sideways`` where they are turned against the page's main direction."""

    lines: tuple[Line, ...]
    sideways: bool = False


def regions_of(runs: Sequence[Run]) -> list[Region]:
    """Put a page's runs in the order of reading.

    Returns
    -------
    list of Region
        Columns in order, those of the page's main direction first.
    """
    turned: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        turned[run.angle].append(run)
    weight = {angle: sum(len(run.text.strip()) for run in group) for angle, group in turned.items()}
    regions = []
    for number, angle in enumerate(sorted(turned, key=lambda angle: (-weight[angle], angle))):
        for group in _ordered(_segments(turned[angle]), 0):
            lines = tuple(_line(row) for row in _rows(group))
            if lines:
                regions.append(Region(lines, number > 0))
    return regions


def _segments(runs: Sequence[Run]) -> list[Segment]:
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.base, run.left)):
        if rows and rows[-1][0].base - run.base <= _SAME_LINE * min(rows[-1][0].size, run.size):
            rows[-1].append(run)
        else:
            rows.append([run])
    groups = [group for row in rows for group in _split(row)]
    return [segment for group in _raised(groups) if (segment := _segment(group)).text]


def _raised(groups: list[list[Run]]) -> list[list[Run]]:
    """Put small text that is raised or lowered, such as the number of a note, into the line that it belongs to."""
    shelves: dict[int, list[list[Run]]] = defaultdict(list)
    for group in sorted(groups, key=lambda group: -group[0].size):
        shelf = int(group[0].base // _SHELF)
        near = [host for place in (shelf, shelf - 1, shelf + 1) for host in shelves[place]]
        host = next((host for host in near if _carries(host, group)), None) if len(group) <= _RAISED_RUNS else None
        if host is None:
            shelves[shelf].append(group)
        else:
            host += group
    return [sorted(group, key=lambda run: (run.left, -run.base)) for shelf in shelves.values() for group in shelf]


def _carries(host: Sequence[Run], group: Sequence[Run]) -> bool:
    size = host[0].size
    if group[0].size > _RAISED_SIZE * size or abs(host[0].base - group[0].base) > _RAISED * size:
        return False
    left, right = group[0].left, group[-1].right
    beside = any(run.left - 0.7 * size <= right and left <= run.right + 0.7 * size for run in host)
    over = sum(max(0.0, min(run.right, right) - max(run.left, left)) for run in host)
    return beside and over <= 0.4 * (right - left)


def _split(row: list[Run]) -> list[list[Run]]:
    row.sort(key=lambda run: (run.left, -run.base))
    groups: list[list[Run]] = []
    reach = -math.inf
    for run in row:
        near = run.left - reach <= _SEGMENT_GAP * run.size
        if run.text.strip():
            if near:
                groups[-1].append(run)
            else:
                groups.append([run])
            reach = max(reach, run.right) if near else run.right
        elif near and run.right - run.left < _SEGMENT_GAP * run.size:  # a space as wide as a gap is a gap
            groups[-1].append(run)
            reach = max(reach, run.right)
    return groups


def _segment(group: Sequence[Run]) -> Segment:
    inked = [run for run in group if run.text.strip()]
    sizes: dict[float, int] = defaultdict(int)
    bases: dict[float, int] = defaultdict(int)
    for run in inked:
        sizes[round(run.size, 1)] += len(run.text)
        bases[round(run.base, 1)] += len(run.text)
    size = max(sizes, key=lambda key: (sizes[key], key), default=1.0)
    letters = sum(len(run.text) for run in inked)
    return Segment(
        _text(group),
        inked[0].left if inked else 0.0,
        max((run.right for run in inked), default=0.0),
        max(bases, key=lambda key: (bases[key], key), default=0.0),
        size,
        sum(len(run.text) for run in inked if run.bold) > 0.8 * letters,
        bool(inked) and all(run.artifact for run in inked),
    )


def _text(group: Sequence[Run]) -> str:
    """Join runs from left to right, with a space where the gap between two is that of a word."""
    least = _word_gap(group)
    size = max(run.size for run in group)
    base = next(run.base for run in group if run.size == size)
    parts: list[str] = []
    reach = group[0].left
    for run in group:
        before = parts[-1][-1:] if parts else " "
        raised = run.size < _RAISED_SIZE * size and run.base > base + 0.1 * size
        is_note = raised and not run.text[:1].isalpha() and not before.isdigit()
        if (is_note or run.left - reach > least * run.size) and not (before + run.text[:1]).count(" "):
            parts.append(" ")
        parts.append(run.text)
        reach = max(reach, run.right)
    text = "".join(parts)
    if RTL.search(text):
        text = _logical(text)
    return " ".join(text.translate(_LIGATURES).split())


def _word_gap(group: Sequence[Run]) -> float:
    """Return the least gap between words, as a share of the size: more than a hair, more where letters are spread."""
    letters = [run for run in group if len(run.text.strip()) == 1]
    if len(letters) < 6 or len(letters) < 0.9 * len(group):
        return _WORD_GAP
    gaps = [(after.left - before.right) / after.size for before, after in pairwise(letters)]
    usual = median(gaps)
    return max(_WORD_GAP, 1.8 * usual) if usual > 0.6 * _WORD_GAP else _WORD_GAP


def _logical(text: str) -> str:
    """Turn a line that was put together from left to right into the order in which it is read."""
    letters = sum(character.isalpha() for character in text)
    if len(RTL.findall(text)) < 0.4 * letters:
        return re.sub(rf"{RTL.pattern}+(?:\s+{RTL.pattern}+)*", lambda match: match[0][::-1], text)
    turned = text[::-1].translate(_MIRRORED)
    return _LEFT_TO_RIGHT.sub(lambda match: match[0][::-1], turned)


def _ordered(segments: list[Segment], depth: int) -> list[list[Segment]]:
    gutter = _gutter(segments) if depth < _DEEPEST else None
    if gutter is None:
        return [segments] if segments else []
    ordered: list[list[Segment]] = []
    across: list[Segment] = []
    beside: list[Segment] = []
    for row in _rows(segments):
        if any(segment.left < gutter - 1 and segment.right > gutter + 1 for segment in row):
            if beside:
                ordered += _beside(beside, gutter, depth)
                beside = []
            across += row
        else:
            if across:
                ordered += _ordered(across, depth + 1)
                across = []
            beside += row
    return ordered + (_ordered(across, depth + 1) if across else _beside(beside, gutter, depth))


def _beside(segments: list[Segment], gutter: float, depth: int) -> list[list[Segment]]:
    left = [segment for segment in segments if segment.right <= gutter + 1]
    right = [segment for segment in segments if segment.right > gutter + 1]
    if not left or not right or _is_table(left, right):
        return [segments]
    return _ordered(left, depth + 1) + _ordered(right, depth + 1)


def _gutter(segments: Sequence[Segment]) -> float | None:
    """Find the middle of a strip with text on both sides that few segments cross, or None."""
    if len(segments) < 2 * _ROWS:
        return None
    first = min(segment.left for segment in segments)
    bins = int((max(segment.right for segment in segments) - first) / _BIN) + 1
    if bins > 20_000:
        return None
    change = [0] * (bins + 2)
    for segment in segments:
        change[int((segment.left - first) / _BIN)] += 1
        change[int((segment.right - first) / _BIN) + 1] -= 1
    covers, cover = [], 0
    for step in change[:bins]:
        cover += step
        covers.append(cover)
    best: tuple[float, float] | None = None
    place = None
    for start, end in _strips(covers, _CROSSING * len(segments)):
        middle = first + (start + end) / 2 * _BIN
        crossing = min(covers[start:end])
        if (end - start) * _BIN < _GUTTER - _BIN or not _parts(segments, middle):
            continue
        rank = (crossing / len(segments), -(end - start) * _BIN)
        if best is None or rank < best:
            best, place = rank, middle
    return place


def _strips(covers: Sequence[int], limit: float) -> Iterable[tuple[int, int]]:
    """Return the stretches of bins at whose edges the cover rises, lowest cover first within each valley."""
    start = 0
    for place in range(1, len(covers) + 1):
        if place == len(covers) or covers[place] != covers[start]:
            low = covers[start] <= limit
            rises = start > 0 and covers[start - 1] > covers[start]
            falls = place < len(covers) and covers[place] > covers[start]
            if low and rises and falls:
                yield start, place
            start = place


def _parts(segments: Sequence[Segment], gutter: float) -> bool:
    """Whether a gutter has columns of text on both sides, next to each other and no table."""
    left = [segment for segment in segments if segment.right <= gutter + 1]
    right = [segment for segment in segments if segment.left >= gutter - 1]
    if len(left) < _ROWS or len(right) < _ROWS or min(len(left), len(right)) < 0.1 * len(segments):
        return False
    top = min(max(segment.base for segment in left), max(segment.base for segment in right))
    bottom = max(min(segment.base for segment in left), min(segment.base for segment in right))
    return top > bottom and not _is_table(left, right)


def _is_table(left: Sequence[Segment], right: Sequence[Segment]) -> bool:
    """Whether short cells on the left have their partners on the same baselines on the right."""
    bases = sorted(segment.base for segment in right)
    paired = sum(_has_near(bases, segment.base, 0.3 * segment.size) for segment in left)
    short = min(median(len(segment.text) for segment in left), median(len(segment.text) for segment in right))
    return paired >= 0.7 * min(len(left), len(right)) and short < _CELL


def _has_near(values: Sequence[float], value: float, distance: float) -> bool:
    place = bisect_left(values, value - distance)
    return place < len(values) and values[place] <= value + distance


def _rows(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Group segments by baseline, from the top down, each row from left to right."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda segment: (-segment.base, segment.left)):
        if rows and rows[-1][0].base - segment.base <= 0.3 * min(rows[-1][0].size, segment.size):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda segment: segment.left) for row in rows]


def _line(row: Sequence[Segment]) -> Line:
    backwards = len(RTL.findall("".join(segment.text for segment in row))) > 0.4 * sum(len(s.text) for s in row)
    parts = [row[0].text]
    for before, segment in pairwise(row):
        gap = segment.left - before.right
        parts += [CELL if gap > _CELL_GAP * max(segment.size, before.size) else " ", segment.text]
    return Line(
        "".join(reversed(parts) if backwards else parts),
        row[0].left,
        max(segment.right for segment in row),
        row[0].base,
        max(row, key=lambda segment: len(segment.text)).size,
        all(segment.bold for segment in row),
        CELL in parts,
        all(segment.artifact for segment in row),
    )
