"""Which paragraphs belong together: a heading and its text, a lead-in and its list, the short items of a list."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from topics.paragraphs import MARKER, TURN, word_count
from topics.spans import Made, Spans
from topics.values import Span

_MARKDOWN_HEADING = re.compile(r"#{1,6}\s")
_ENDS = re.compile(r"[.,;…。，；、][\"'”’»)\]*_]*$")
_ASKS = re.compile(r"[?!？！][\"'”’»)\]*_]*$")
_LEADS = re.compile(r"[:：][*_]*$")
_SENTENCE = re.compile(r"[.!?…。！？।؟][\"'”’»)\]*_]*(?=\s|$)|[。！？]")

_HEADING_CHARS, _HEADING_WORDS, _QUESTION_WORDS = 110, 14, 8
_TITLE_CHARS, _TITLE_WORDS = 160, 24
_HEADINGS = 3
_CELLS = " | "
_NOT_BLANK = re.compile(r"\S")
_TEXT_WORDS = 15
_ITEM_WORDS = 20


@dataclass(frozen=True, slots=True)
class Unit:
    """What passages are cut from: the text of one or more paragraphs, and the headings and lead-ins before it."""

    heads: tuple[Span, ...]
    items: Spans
    language: str

    @property
    def is_list(self) -> bool:
        """Whether it is a list of short items, each of which counts as a sentence."""
        return len(self.items) > 1


@dataclass(frozen=True, slots=True)
class _Paragraph:
    span: Span
    text: str
    language: str
    is_first: bool
    page: int

    @property
    def words(self) -> int:
        return word_count(self.text)

    @property
    def is_heading(self) -> bool:
        if _MARKDOWN_HEADING.match(self.text):
            return True
        if self.is_row or TURN.match(self.text):
            return False
        plain = self.text[match.end() :] if (match := MARKER.match(self.text)) else self.text
        chars, words = (_TITLE_CHARS, _TITLE_WORDS) if self.is_first else (_HEADING_CHARS, _HEADING_WORDS)
        if len(plain) > chars or "\n" in plain or plain[:1].islower() or _ENDS.search(plain):
            return False
        if not any(map(str.isalpha, plain)):
            return False
        return self.words <= (_QUESTION_WORDS if _ASKS.search(plain) else words)

    @property
    def is_marked(self) -> bool:
        return bool(MARKER.match(self.text))

    @property
    def is_numbered(self) -> bool:
        return self.is_marked and self.text.lstrip(" \t(")[0].isalnum()

    @property
    def leads(self) -> bool:
        return bool(_LEADS.search(self.text)) and not self.is_row

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table, its cells a bar apart."""
        return _CELLS in self.text and "\n" not in self.text

    @property
    def is_quoted(self) -> bool:
        return self.text.startswith(">")

    @property
    def is_item(self) -> bool:
        return self.is_row or (self.is_marked and self.words <= _ITEM_WORDS)

    def is_text_under(self, heading: _Paragraph) -> bool:
        """Whether this can be what a heading heads: running text, and more of it."""
        is_text = bool(_SENTENCE.search(self.text)) or self.words >= _TEXT_WORDS or self.leads
        return is_text and (self.leads or len(self.text) > len(heading.text))


def units_of(text: str, spans: Spans, languages: Sequence[str], pages: Sequence[int] = ()) -> Iterator[Unit]:
    """Group the paragraphs of one kept span into units, in order, each paragraph in one of them.

    A list that goes on behind the start of one of ``pages``, which are offsets into the text, is parted there.
    """
    begins = _NOT_BLANK.search(text)
    top = begins.start() if begins else 0

    def paragraph(row: int) -> _Paragraph:
        span = spans[row]
        page = bisect_right(pages, span.start)
        return _Paragraph(span, text[span.start : span.end], languages[row], span.start == top, page)

    rows = Made(len(spans), paragraph)
    row = 0
    while row < len(rows):
        heads = _heads(rows, row)
        body = row + heads
        count = max(1, _items(rows, body)) if body < len(rows) else 0
        if count:
            longest = max(range(body, body + count), key=lambda at: spans.ends[at] - spans.starts[at])
            yield Unit(spans[row:body], spans.part(body, body + count), languages[longest])
        row = body + count


def _heads(rows: Sequence[_Paragraph], row: int) -> int:
    """Count the headings and lead-ins from here that belong to what comes after them."""
    end = row
    while end < len(rows) - 1 and end - row <= _HEADINGS and _may_head(rows[end], rows[end + 1]):
        end += 1
    if end == row or end - row > _HEADINGS:
        return 0
    last = rows[end - 1]
    return end - row if last.leads or rows[end].is_text_under(last) or _items(rows, end) > 1 else 0


def _may_head(paragraph: _Paragraph, after: _Paragraph) -> bool:
    """Whether one paragraph can be the heading of the next: the title of an item heads an item only."""
    if paragraph.is_quoted != after.is_quoted and not paragraph.leads:
        return False
    if _MARKDOWN_HEADING.match(after.text) and not _MARKDOWN_HEADING.match(paragraph.text):
        return False
    if not paragraph.is_item:
        return paragraph.is_heading or paragraph.leads
    if paragraph.leads:
        return True
    is_next_item = after.is_item and after.is_heading
    return paragraph.is_heading and not is_next_item and (paragraph.is_numbered or after.is_marked)


def _items(rows: Sequence[_Paragraph], row: int) -> int:
    """Count the short items of a list from here; 0 or 1 where there is none."""
    end = row
    while end < len(rows) and rows[end].is_item and rows[end].page == rows[row].page:
        heads = end + 1 < len(rows) and _may_head(rows[end], rows[end + 1]) and rows[end + 1].is_text_under(rows[end])
        if heads and not (rows[end].is_numbered and end > row):
            break
        end += 1
    return end - row
