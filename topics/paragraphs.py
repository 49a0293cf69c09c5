"""Where the paragraphs of a plain text are: cleaning and splitting must see the same ones.

A newline means three things. In most texts it ends a paragraph; in text wrapped at a fixed width (mail, old books)
it is a space; in verse it ends a line of a stanza. Which of them it is shows in the shape of the lines: text was
wrapped where the next word would not have fitted on the line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from topics.spaceless import HIRAGANA, RUN
from topics.spans import Spans
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
_ENDS, _CLOSES, _PAUSES = ".!?…:。！？।؟", "\"'”’»)]", ",;،；，—–-"

_WIDTHS = (30, 132)
_VERSE_WIDTH = 70
_FULL_LINE = 40


class _Line(NamedTuple):
    """A line without the white space around it, how far it is indented, and whether a blank line is before it."""

    start: int
    end: int
    indent: int
    after_gap: bool


def paragraphs(text: str) -> Spans:
    """Find the paragraphs of a text, in order, none empty, none with whitespace at its ends.

    Every character that is not whitespace lies in exactly one of them. Front matter and a fenced block of code are one
    paragraph each.
    """
    found = Spans()
    front = front_matter(text)
    position = 0
    if front is not None:
        found.add(front.start, front.end)
        position = front.end
    for fence in _FENCE.finditer(text, position) if "```" in text or "~~~" in text else ():
        _Plain(text, position, fence.start()).put(found)
        block = stripped(text, fence.start(), fence.end())
        found.add(block.start, block.end)
        position = fence.end()
    _Plain(text, position, len(text)).put(found)
    return found


def front_matter(text: str) -> Span | None:
    """Find the block of ``key: value`` lines (YAML or TOML) that opens some Markdown files, or None."""
    match = _FRONT.match(text)
    if match is None:
        return None
    lines = match[2].split("\n")
    if not any(line.strip() for line in lines) or not all(_FRONT_LINE.match(line) for line in lines):
        return None
    return stripped(text, match.start(), match.end())


def clip(spans: Spans | Sequence[Span], start: int, end: int, text: str) -> Spans:
    """Return what lies in ``text[start:end]`` of each of the sorted ``spans``, stripped, without the empty ones."""
    columns = spans if isinstance(spans, Spans) else Spans(spans)
    inside = Spans()
    for row in range(max(0, bisect_right(columns.starts, start) - 1), len(columns)):
        if columns.starts[row] >= end:
            break
        cut = stripped(text, max(columns.starts[row], start), min(columns.ends[row], end))
        if cut.end > cut.start:
            inside.add(cut.start, cut.end)
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


class _Plain:
    """A stretch of text without front matter and fences. Its lines are gone through twice and never held together."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end

    def put(self, found: Spans) -> None:
        """Add its paragraphs: lines are joined as the width at which it was wrapped says, or as verse."""
        if not any(self.text.find(mark, self.start, self.end) >= 0 for mark in "\n\f\v"):
            only = stripped(self.text, self.start, self.end)
            if only.end > only.start:
                found.add(only.start, only.end)
            return
        width, verses = self._shape()
        group, before, verse = -1, None, False
        for line in self._lines():
            if before is None or line.after_gap:
                group += 1
                verse = width == 0 and bool(verses[group])
                found.add(line.start, line.end)
            elif self._continues(before, line, width, verse):
                found.ends[-1] = line.end
            else:
                found.add(line.start, line.end)
            before = line

    def _shape(self) -> tuple[int, bytearray]:
        """Return the width at which the text was wrapped, 0 where it was not, and which groups of lines are verse."""
        wrapped, verse, verses = _Wrapped(), _Verse(), bytearray()
        before: _Line | None = None
        for line in self._lines():
            if before is not None and line.after_gap:
                verses.append(verse.told())
                verse = _Verse()
            elif before is not None and not (self._stands_alone(line) or self._are_rows(before, line)):
                length = before.end - before.start
                first = self._first_letter(line)
                wrapped.add(length, length + self._first_word(line), self._ends_sentence(before), first)
            verse.add(line.end - line.start, self.text[line.end - 1])
            before = line
        verses.append(verse.told())
        return wrapped.width(), verses

    def _lines(self) -> Iterator[_Line]:
        text, last = self.text, self.start
        held: _Line | None = None
        ends_quoted = False
        for match in _LINE.finditer(text, self.start, self.end):
            span = stripped(text, match.start(), match.end())
            if span.start == span.end:
                continue
            if held is not None and text[held.start] == ">" and _QUOTED.fullmatch(text, span.start, span.end):
                held = held._replace(end=span.end)  # a blank line within a quotation
                ends_quoted = True
                continue
            gap = text[last : match.start()]
            blank = held is not None and (ends_quoted or gap.count("\n") > 1 or "\f" in gap or "\v" in gap)
            if held is not None:
                yield held
            held = _Line(span.start, span.end, span.start - match.start(), blank)
            last = span.end
            ends_quoted = False
        if held is not None:
            yield held

    def _continues(self, before: _Line, line: _Line, width: int, verse: bool) -> bool:
        text, length = self.text, before.end - before.start
        if text[before.start] == "|" == text[line.start]:
            return True
        if self._are_rows(before, line):
            return False
        if not verse and length >= _FULL_LINE and self._is_aside(before, line):
            return True
        if self._stands_alone(line) or _OWN_LINE.fullmatch(text, before.start, before.end) or text[before.start] == "#":
            return False
        if verse or text.count("[", before.start, before.end) > text.count("]", before.start, before.end):
            return True
        runs_on = self._first_letter(line).islower() and not self._ends_sentence(before)
        if width:
            is_full = length + self._first_word(line) > 0.8 * width
            return runs_on or (is_full and not self._is_indented(before, line))
        return runs_on and _FULL_LINE <= length <= _WIDTHS[1] and line.end - line.start <= length + 12

    def _is_indented(self, before: _Line, line: _Line) -> bool:
        return line.indent > before.indent + 1 and self._ends_sentence(before)

    def _is_aside(self, before: _Line, line: _Line) -> bool:
        """Whether a dash at the start of a line goes on with the sentence before, and opens no list item."""
        dash = _DASH.match(self.text, line.start, line.end)
        return dash is not None and self.text[dash.end()].islower() and not self._ends_sentence(before)

    def _stands_alone(self, line: _Line) -> bool:
        opens = any(pattern.match(self.text, line.start, line.end) for pattern in (MARKER, _OWN_LINE, TURN))
        return opens or self.text[line.start] == "|"

    def _are_rows(self, before: _Line, line: _Line) -> bool:
        return self.text.find(_CELLS, before.start, before.end) >= 0 <= self.text.find(_CELLS, line.start, line.end)

    def _first_letter(self, line: _Line) -> str:
        place = self._unquoted(line)
        while place < line.end and self.text[place] in "\"'“‘«([*_":
            place += 1
        return self.text[place : min(line.end, place + 1)]

    def _first_word(self, line: _Line) -> int:
        """Return how much longer the line before would be with the first word of this one."""
        word = _RUN_OF_LETTERS.search(self.text, self._unquoted(line), line.end)
        if word is None:
            return 1
        return 1 if _UNSPACED.match(self.text, word.start()) else 1 + word.end() - word.start()

    def _unquoted(self, line: _Line) -> int:
        mark = _QUOTED.match(self.text, line.start, line.end)
        return mark.end() if mark else line.start

    def _ends_sentence(self, line: _Line) -> bool:
        place = line.end - 1
        while place > line.start and self.text[place] in _CLOSES:
            place -= 1
        return self.text[place] in _ENDS


class _Wrapped:
    """What the lines of a text that follow each other tell of the width at which it was wrapped, in characters."""

    def __init__(self) -> None:
        self._pairs = self._open = self._cased = self._low = 0
        self._lengths: Counter[int] = Counter()
        self._full: Counter[int] = Counter()

    def add(self, length: int, longer: int, ends_sentence: bool, first: str) -> None:
        """Take in a line: its length, alone and with the next word; whether a sentence ends; what comes next."""
        self._pairs += 1
        self._open += not ends_sentence
        self._cased += first.lower() != first.upper()
        self._low += first.islower()
        self._lengths[min(length, _WIDTHS[1] + 1)] += 1
        self._full[min(longer, _WIDTHS[1] + 1)] += 1

    def width(self) -> int:
        """Return the width, or 0 where the text was not wrapped."""
        if self._pairs < 2 or self._open < 0.5 * self._pairs or self._low < 0.4 * self._cased:
            return 0
        for percent in (90, 75):  # a line with a long address may stick out of the block
            width = _ranked(self._lengths, (self._pairs - 1) * percent // 100)
            full = sum(count for longer, count in self._full.items() if longer > width)
            if _WIDTHS[0] <= width <= _WIDTHS[1] and full >= 0.6 * self._pairs:
                return width
        return 0


class _Verse:
    """What the lines between two blank ones tell of whether they are a stanza."""

    def __init__(self) -> None:
        self._count = self._pauses = 0
        self._last = False
        self._lengths: Counter[int] = Counter()

    def add(self, length: int, last: str) -> None:
        """Take in a line: its length and its last character."""
        self._pauses += self._last
        self._count += 1
        self._last = last in _PAUSES
        self._lengths[min(length, _VERSE_WIDTH + 1)] += 1

    def told(self) -> bool:
        """Whether it is verse."""
        if self._count < 3 or max(self._lengths) > _VERSE_WIDTH:
            return False
        middle = [_ranked(self._lengths, (self._count - 1) // 2), _ranked(self._lengths, self._count // 2)]
        return sum(middle) >= 16 and self._pauses >= 0.25 * (self._count - 1)


def _ranked(counts: Counter[int], rank: int) -> int:
    """Return the number that stands at a rank, from 0, where all are sorted."""
    for number in sorted(counts):
        rank -= counts[number]
        if rank < 0:
            return number
    raise ValueError(f"there is no rank {rank} behind all numbers")
