"""Running heads and page numbers: what stands at the top or the bottom of page after page of a document."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from topics.paragraphs import stripped
from topics.values import Document, Span

_EDGE_LINES = 3
_LEAST_PAGES = 3
_SHARE = 0.3
_LONGEST = 120
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivxlcdm]{1,7}", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<before>[^\W\d_]{0,10}\.?\s?)[-–—|(\[\s]*(?P<number>\d{1,4})\s*(?:(?:/|[^\W\d_]{1,4})\s*\d{1,4})?[-–—|)\]\s]*"
)


def running_lines(document: Document) -> list[tuple[Span, str]]:
    """Find the running heads and page numbers of a document that has pages.

    A line at the top or the bottom of a page is one if it stands there on three pages at least and on a third of them,
    whatever numbers are in it; the first of them stays, for it may be the title. A number alone is one if it grows with
    the pages. Where there are but two pages, a head is the same on both, and a number has no word beside it.

    Returns
    -------
    list of (Span, str)
        The lines, in order, each with its reason.
    """
    if len(document.pages) < 2:
        return []
    edges = [_edge_lines(document.text, start, end) for start, end in _pages(document)]
    found = {span: "running-head" for span in _repeated(document.text, edges)}
    found.update({span: "page-number" for span in _numbers(document.text, edges)})
    return sorted(found.items(), key=lambda row: row[0].start)


def _pages(document: Document) -> list[tuple[int, int]]:
    bounds = [*document.pages, len(document.text)]
    return list(pairwise(bounds))


def _edge_lines(text: str, start: int, end: int) -> list[tuple[int, Span]]:
    """Return the first and the last lines of a page, each with its place: 0, 1, 2 from above, -1, -2, -3 from below."""
    lines: list[Span] = []
    position = start
    for line in text[start:end].split("\n"):
        span = stripped(text, position, position + len(line))
        position += len(line) + 1
        if span.end > span.start:
            lines.append(span)
    if len(lines) <= 2 * _EDGE_LINES:
        half = len(lines) // 2
        return [*enumerate(lines[:half]), *((row - len(lines), lines[row]) for row in range(half, len(lines)))]
    bottom = [(row - _EDGE_LINES, span) for row, span in enumerate(lines[-_EDGE_LINES:])]
    return [*enumerate(lines[:_EDGE_LINES]), *bottom]


def _repeated(text: str, edges: Sequence[list[tuple[int, Span]]]) -> list[Span]:
    least, few = _least(edges), len(edges) < _LEAST_PAGES
    shapes: defaultdict[str, list[Span]] = defaultdict(list)
    pages: Counter[str] = Counter()
    for lines in edges:
        own: dict[str, Span] = {}
        for place, span in lines:
            line = text[span.start : span.end]
            if len(line) <= _LONGEST and any(character.isalpha() for character in line):
                shape = line if few else _shape(line)
                own.setdefault(f"{'top' if place >= 0 else 'bottom'} {shape}", span)
        for shape, span in own.items():
            shapes[shape].append(span)
            pages[shape] += 1
    return [span for shape, spans in shapes.items() if pages[shape] >= least for span in spans[1:]]


def _shape(line: str) -> str:
    return " ".join(_DIGITS.sub("#", line).casefold().split())


def _numbers(text: str, edges: Sequence[list[tuple[int, Span]]]) -> list[Span]:
    """Find the numbers that are the number of their page plus a constant: of such constants, the most frequent."""
    by_offset: defaultdict[int, dict[int, Span]] = defaultdict(dict)
    few = len(edges) < _LEAST_PAGES
    for page, lines in enumerate(edges):
        for _, span in lines:
            line = text[span.start : span.end]
            number = _number(line)
            if number is not None and not (few and any(map(str.isalpha, line))):
                by_offset[number - page].setdefault(page, span)
    best = max(by_offset.values(), key=len, default={})
    return list(best.values()) if len(best) >= _least(edges) else []


def _least(edges: Sequence[object]) -> int:
    """Return on how many pages something stands that belongs to the pages, not to the text."""
    return min(len(edges), max(_LEAST_PAGES, int(_SHARE * len(edges))))


def _number(line: str) -> int | None:
    match = _NUMBER.fullmatch(line)
    if match is not None:
        return int(match["number"])
    return _roman(line.lower()) if _ROMAN.fullmatch(line) else None


def _roman(numeral: str) -> int:
    worth = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(worth, [*worth[1:], 0], strict=True))
