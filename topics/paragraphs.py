"""Where the paragraphs of a plain text are: cleaning and splitting must see the same ones.

A newline means three things. In most texts it ends a paragraph; in text wrapped at a fixed width (mail, old books)
it is a space; in verse it ends a line of a stanza. Which of them it is shows in the shape of the lines: text was
wrapped where the next word would not have fitted on the line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from topics.spaceless import HIRAGANA, RUN
from topics.values import Span

MARKER = re.compile(r"[ \t]*(?:[-*+•‣◦▪●·–—]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)])[ \t\xa0]+(?=\S)")
"""What opens a list item or a line of dialogue, when it stands first on a line."""

TURN = re.compile(
    r"(?:[\[(]?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp][Mm])?[\])]?[\s–-]*(?=[^\W\d_])[^\n:]{1,40}:\s"
    r"|(?=[^\W\d_])(?:(?![^\W\d_])[\w .'’-]|(?![a-zà-öø-ÿа-яёα-ω])[^\W\d_]){2,40}:\s|[QAFS][.:]\s)\s*(?=\S)"
)
"""What opens a turn of a transcript, when it stands first on a line: a time, a name in capitals, Q or A."""

_CELLS = " | "
"""What stands between the cells of a table's row, a line each; one line that has it may be a formula."""

_UNSPACED = re.compile(f"[{RUN}{HIRAGANA}]")
_RUN_OF_LETTERS = re.compile(r"\S+")
_LONG = 100_000  # characters, beyond which words are counted without a list of them
_LINE = re.compile(r"[^\n\f\v]+")
_OWN_LINE = re.compile(r"#{1,6}\s|[-*_=~#+•·.\s]+$|\[[^\]]+\]:\s|(?:```|~~~)|[A-Z][\w-]{1,20}: \S")
_DASH = re.compile(r"[–—]\s+(?=\S)")
_QUOTED = re.compile(r"(?:[ \t]*>)+[ \t]?")
_FENCE = re.compile(r"(?m)^[ \t]*(```|~~~)[^\n]*\n(?:.*?\n)??[ \t]*\1[`~]*[ \t]*$", re.DOTALL)
_FRONT = re.compile(r"\s*?(---|\+\+\+)[ \t]*\n(.*?)\n(?:\1|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_LINE = re.compile(r"\s*(?:#.*|-\s.*|[\w.'\" -]+\s*[:=](?:\s.*)?|[\]}\[{].*)?$|\s+\S.*$")
_ENDS_SENTENCE = re.compile(r"[.!?…:。！？।؟][\"'”’»)\]]*$")
_ENDS_IN_PAUSE = re.compile(r"[,;،；，—–-]$")

_WIDTHS = (30, 132)
_VERSE_WIDTH = 70
_FULL_LINE = 40


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    indent: int
    after_gap: bool


def paragraphs(text: str) -> tuple[Span, ...]:
    """Find the paragraphs of a text, in order, none empty, none with whitespace at its ends.

    Every character that is not whitespace lies in exactly one of them. Front matter and a fenced block of code are one
    paragraph each.
    """
    found: list[Span] = []
    front = front_matter(text)
    position = 0
    if front is not None:
        found.append(front)
        position = front.end
    for fence in _FENCE.finditer(text, position):
        found.extend(_plain(text, position, fence.start()))
        found.append(stripped(text, fence.start(), fence.end()))
        position = fence.end()
    found.extend(_plain(text, position, len(text)))
    return tuple(found)


def front_matter(text: str) -> Span | None:
    """Find the block of ``key: value`` lines (YAML or TOML) that opens some Markdown files, or None."""
    match = _FRONT.match(text)
    if match is None:
        return None
    lines = match[2].split("\n")
    if not any(line.strip() for line in lines) or not all(_FRONT_LINE.match(line) for line in lines):
        return None
    return stripped(text, match.start(), match.end())


def clip(spans: Sequence[Span], start: int, end: int, text: str) -> list[Span]:
    """Return what lies in ``text[start:end]`` of each of the sorted ``spans``, stripped, without the empty ones."""
    first = max(0, bisect_right(spans, start, key=lambda span: span.start) - 1)
    inside = []
    for span in spans[first:]:
        if span.start >= end:
            break
        cut = stripped(text, max(span.start, start), min(span.end, end))
        if cut.end > cut.start:
            inside.append(cut)
    return inside


def stripped(text: str, start: int, end: int) -> Span:
    """Return ``text[start:end]`` without the whitespace at its ends; empty where it is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def word_count(text: str) -> int:
    """Return how many words a text has; two characters count as one where a script sets no spaces."""
    if len(text) > _LONG:
        return sum(1 for _ in _RUN_OF_LETTERS.finditer(text)) + sum(1 for _ in _UNSPACED.finditer(text)) // 2
    return len(text.split()) + len(_UNSPACED.findall(text)) // 2


def _plain(text: str, start: int, end: int) -> list[Span]:
    lines = _lines(text, start, end)
    groups: list[list[_Line]] = []
    for line in lines:
        if line.after_gap or not groups:
            groups.append([])
        groups[-1].append(line)
    width = _wrap_width(groups)
    spans: list[Span] = []
    for group in groups:
        spans.extend(_joined(group, width))
    return spans


def _lines(text: str, start: int, end: int) -> list[_Line]:
    lines: list[_Line] = []
    last = start
    ends_quoted = False
    for match in _LINE.finditer(text, start, end):
        span = stripped(text, match.start(), match.end())
        if span.start == span.end:
            continue
        gap = text[last : match.start()]
        if lines and lines[-1].text[0] == ">" and _QUOTED.fullmatch(text, span.start, span.end):
            lines[-1] = replace(lines[-1], end=span.end)  # a blank line within a quotation
            ends_quoted = True
            continue
        blank = bool(lines) and (ends_quoted or gap.count("\n") > 1 or "\f" in gap or "\v" in gap)
        lines.append(_Line(span.start, span.end, text[span.start : span.end], span.start - match.start(), blank))
        last = span.end
        ends_quoted = False
    return lines


def _joined(group: list[_Line], width: int) -> list[Span]:
    verse = width == 0 and _is_verse(group)
    spans: list[Span] = []
    before: _Line | None = None
    for line in group:
        if before is not None and _continues(before, line, width, verse):
            spans[-1] = Span(spans[-1].start, line.end)
        else:
            spans.append(Span(line.start, line.end))
        before = line
    return spans


def _continues(before: _Line, line: _Line, width: int, verse: bool) -> bool:
    if before.text[0] == "|" and line.text[0] == "|":
        return True
    if _are_rows(before, line):
        return False
    if not verse and len(before.text) >= _FULL_LINE and _is_aside(before, line):
        return True
    if _stands_alone(line) or _OWN_LINE.fullmatch(before.text) or before.text.startswith("#"):
        return False
    if verse or before.text.count("[") > before.text.count("]"):
        return True
    runs_on = _begins_low(line) and not _ENDS_SENTENCE.search(before.text)
    if width:
        return runs_on or (_is_full(before, line, 0.8 * width) and not _is_indented(before, line))
    return runs_on and _FULL_LINE <= len(before.text) <= _WIDTHS[1] and len(line.text) <= len(before.text) + 12


def _is_indented(before: _Line, line: _Line) -> bool:
    return line.indent > before.indent + 1 and bool(_ENDS_SENTENCE.search(before.text))


def _wrap_width(groups: list[list[_Line]]) -> int:
    """Find the width at which the text was wrapped, in characters, or 0 where it was not."""
    pairs = [pair for group in groups for pair in pairwise(group) if not (_stands_alone(pair[1]) or _are_rows(*pair))]
    if len(pairs) < 2:
        return 0
    open_ended = sum(not _ENDS_SENTENCE.search(before.text) for before, _ in pairs)
    cased = [line for _, line in pairs if _first_letter(line).lower() != _first_letter(line).upper()]
    low = sum(_begins_low(line) for line in cased)
    if open_ended < 0.5 * len(pairs) or low < 0.4 * len(cased):
        return 0
    lengths = sorted(len(before.text) for before, _ in pairs)
    for percent in (90, 75):  # a line with a long address may stick out of the block
        width = lengths[(len(lengths) - 1) * percent // 100]
        full = sum(_is_full(before, line, width) for before, line in pairs)
        if _WIDTHS[0] <= width <= _WIDTHS[1] and full >= 0.6 * len(pairs):
            return width
    return 0


def _is_verse(group: list[_Line]) -> bool:
    lengths = [len(line.text) for line in group]
    if len(group) < 3 or max(lengths) > _VERSE_WIDTH or median(lengths) < 8:
        return False
    pauses = sum(bool(_ENDS_IN_PAUSE.search(line.text)) for line in group[:-1])
    return pauses >= 0.25 * (len(group) - 1)


def _is_full(before: _Line, line: _Line, width: float) -> bool:
    """Whether the next line's first word would not have fitted at the end of this one."""
    words = _unquoted(line.text).split(maxsplit=1)
    first = words[0] if words else ""
    length = 1 if _UNSPACED.match(first) else 1 + len(first)
    return len(before.text) + length > width


def _is_aside(before: _Line, line: _Line) -> bool:
    """Whether a dash at the start of a line goes on with the sentence of the line before, and opens no list item."""
    dash = _DASH.match(line.text)
    return dash is not None and line.text[dash.end()].islower() and not _ENDS_SENTENCE.search(before.text)


def _stands_alone(line: _Line) -> bool:
    return bool(MARKER.match(line.text) or _OWN_LINE.match(line.text) or TURN.match(line.text) or line.text[0] == "|")


def _are_rows(before: _Line, line: _Line) -> bool:
    return _CELLS in before.text and _CELLS in line.text


def _begins_low(line: _Line) -> bool:
    return _first_letter(line).islower()


def _first_letter(line: _Line) -> str:
    return _unquoted(line.text).lstrip("\"'“‘«([*_")[:1]


def _unquoted(text: str) -> str:
    mark = _QUOTED.match(text)
    return text[mark.end() :] if mark else text
