"""HTML in mail and books, and pages beyond what lxml takes, become blocks of text. Nothing is judged furniture here.

The parser of the standard library is used: it takes any input, needs no tree, and has no limit of nesting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from topics.read.body import CELL, Body, Kind, one_line

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p pre section summary table "
    "tbody td tfoot th thead tr ul".split()
)
"""The elements that end the run of text before them."""

UNSEEN = frozenset(
    "script style template head noscript object svg canvas audio video map select textarea iframe datalist "
    "noframes".split()
)
"""The elements whose content is no text of the page."""

HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
"""The styles of what a page does not show."""

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_QUOTE = re.compile(r"gmail_quote|cite|moz-cite", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LAYOUT_CELL = 300
_DEEPEST_QUOTE = _DEEPEST_TABLE = 20
_UNCLOSED = 500
_LONE = re.compile(r"<(?=[^<>]*(?:<|\Z))")
"""What opens a tag that no ``>`` closes: many of them would cost the parser time that grows with their square."""

Block = tuple[Kind, str]


@dataclass(slots=True)
class _Table:
    """A table that is being read: the cells of its last row, and whether one of them is open."""

    row: list[list[Block]] = field(default_factory=list)
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """What an HTML text holds: its blocks in order, the title and language that it names."""

    blocks: tuple[Block, ...]
    title: str = ""
    language: str = ""

    def write(self, body: Body) -> None:
        """Add the blocks to a text."""
        for kind, text in self.blocks:
            body.add(text, kind)


def marked(html: str, *, skip: Sequence[str] = (), quotes: bool = False) -> Marked:
    """Read HTML.

    Parameters
    ----------
    html
        The text of a page, or a part of one.
    skip
        Further elements that are left out with all that is in them.
    quotes
        Whether paragraphs of a quoted message begin with ``"> "``, as they do in plain mail.
    """
    if html.count("<") - html.count(">") > _UNCLOSED:
        html = _LONE.sub("&lt;", html)
    for trust_hidden in (True, False):  # a hidden element that is never closed would hide all that follows
        parser = _Parser(frozenset(skip), quotes, trust_hidden)
        parser.feed(html)
        parser.close()
        if not parser.is_hiding:
            break
    return parser.result()


class _Parser(HTMLParser):
    def __init__(self, skip: frozenset[str], quotes: bool, trust_hidden: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._skip = UNSEEN | skip
        self._quotes = quotes
        self._trust_hidden = trust_hidden
        self._quoted: list[bool] = []
        self._depth = 0
        self._base: list[Block] = []
        self._sinks = [self._base]
        self._tables: list[_Table] = []
        self._beyond = 0
        self._lists: list[int] = []
        self._marker = ""
        self._text: list[str] = []
        self._pre = 0
        self._gone: list[str] = []
        self._title: list[str] | None = None
        self._titled = ""
        self._language = ""

    def parse_html_declaration(self, i: int) -> int:
        """Pass over ``<![if ...]>`` and the like, which the library takes for SGML and stops at where they are not."""
        if not self.rawdata.startswith("<![", i):
            return super().parse_html_declaration(i)
        return self.rawdata.find(">", i) + 1 or -1

    @property
    def is_hiding(self) -> bool:
        """Whether an element that is not shown is still open."""
        return bool(self._gone) and self._gone[0] not in self._skip

    def result(self) -> Marked:
        """Return what was read."""
        while self._tables:
            self._end_table()
        self._flush()
        return Marked(tuple(self._base), one_line(self._titled), self._language)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self._note(tag, values)
        if self._gone:
            if tag == self._gone[-1]:
                self._gone.append(tag)
            return
        unseen = self._trust_hidden and ("hidden" in values or bool(HIDING.search(values.get("style", ""))))
        if tag not in _VOID and (tag in self._skip or unseen):
            if tag in BLOCKS:
                self._flush()
            self._gone.append(tag)
            return
        if tag == "br":
            self._text.append("\n")
        elif tag == "sup" and "".join(self._text[-1:])[-1:].isalnum():
            self._text.append(" ")  # the number of a note is no part of the word before it
        elif tag in BLOCKS:
            self._begin(tag, values)

    def _note(self, tag: str, values: dict[str, str]) -> None:
        """Take what a page says of itself; its body ends a head that was never closed."""
        if tag == "html":
            self._language = values.get("lang") or values.get("xml:lang") or ""
        elif tag == "title" and not self._titled:
            self._title = []
        elif tag == "body" and self._gone == ["head"]:
            self._gone = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.handle_starttag(tag, attrs)
        elif tag in BLOCKS and not self._gone:
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self._titled, self._title = "".join(self._title), None
        if self._gone:
            if tag == self._gone[-1]:
                self._gone.pop()
            return
        if tag in BLOCKS:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
        elif not self._gone:
            self._text.append(data if self._pre else _SPACES.sub(" ", data))

    def _begin(self, tag: str, values: dict[str, str]) -> None:
        self._flush()
        if tag in ("ul", "menu", "dir"):
            self._lists.append(-1)
        elif tag == "ol":
            start = values.get("start", "1")
            self._lists.append(int(start) if start.isdecimal() and len(start) < 6 else 1)
        elif tag == "li":
            self._item()
        elif tag == "pre":
            self._pre += 1
        elif tag == "blockquote":
            named = values.get("type", "") + values.get("class", "") + values.get("cite", "")
            self._quoted.append(self._quotes and bool(_QUOTE.search(named)))
            self._depth += self._quoted[-1]
        elif tag == "table":
            if len(self._tables) < _DEEPEST_TABLE:
                self._tables.append(_Table())
            else:
                self._beyond += 1  # each level hands its blocks to the one above it
        elif tag in ("tr", "td", "th") and self._tables and not self._beyond:
            self._end_cell()
            if tag == "tr":
                self._end_row()
            else:
                self._sinks.append([])
                self._tables[-1].is_open = True

    def _end(self, tag: str) -> None:
        self._flush()
        if tag in ("ul", "menu", "dir", "ol") and self._lists:
            self._lists.pop()
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag == "blockquote" and self._quoted:
            self._depth -= self._quoted.pop()
        elif tag == "table" and self._beyond:
            self._beyond -= 1
        elif tag == "table":
            self._end_table()
        elif tag in ("td", "th", "tr") and not self._beyond:
            self._end_cell()
            if tag == "tr":
                self._end_row()
        self._marker = "" if tag == "li" else self._marker

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else -1
        self._marker = "- " if number < 0 else f"{number}. "
        if number >= 0:
            self._lists[-1] += 1

    def _flush(self) -> None:
        """End the block that is open; two line breaks in a row end one as well."""
        whole = "".join(self._text)
        self._text = []
        if not whole.strip():
            return
        parts = [whole.strip("\n")] if self._pre else re.split(r"\n\s*\n", whole)
        for part in parts:
            text = part if self._pre else "\n".join(line.strip() for line in part.split("\n") if line.strip())
            if not text.strip():
                continue
            kind: Kind = "item" if self._marker else "paragraph"
            depth = min(self._depth, _DEEPEST_QUOTE)
            if depth:
                text = "\n".join("> " * depth + line for line in (self._marker + text).split("\n"))
            else:
                text = self._marker + text
            self._marker = ""
            self._sinks[-1].append((kind, text))

    def _end_cell(self) -> None:
        if self._tables and self._tables[-1].is_open:
            self._tables[-1].row.append(self._sinks.pop())
            self._tables[-1].is_open = False

    def _end_row(self) -> None:
        """Write a row of short cells as a line; a table that only lays out the page gives its blocks in order."""
        if not self._tables:
            return
        cells, self._tables[-1].row = self._tables[-1].row, []
        plain = all(len(cell) < 2 and _is_short(cell) for cell in cells)
        if plain and sum(map(bool, cells)) > 1:
            texts = [one_line(cell[0][1]) if cell else "" for cell in cells]
            while not texts[-1]:
                texts.pop()
            self._sinks[-1].append(("row", CELL.join(texts)))
        else:
            self._sinks[-1].extend(block for cell in cells for block in cell)

    def _end_table(self) -> None:
        self._end_cell()
        self._end_row()
        if self._tables:
            self._tables.pop()


def _is_short(cell: Sequence[Block]) -> bool:
    return all(kind == "paragraph" and len(text) <= _LAYOUT_CELL for kind, text in cell)
