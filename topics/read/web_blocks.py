"""A page's tree becomes blocks: paragraphs, headings, list items, table rows, quotes and code, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from topics.paragraphs import word_count
from topics.read.markup import BLOCKS, UNSEEN

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NEVER = UNSEEN | frozenset(
    "title math link meta embed applet area button option optgroup input progress meter dialog fencedframe frameset "
    "frame".split()
)
_AROUND = frozenset("nav footer aside form menu figcaption".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_NAMES = {
    "head": "h2", "list": "ul", "item": "li", "row": "tr", "cell": "td", "lb": "br", "ref": "a", "quote": "blockquote",
}  # fmt: skip
_SPACES = re.compile(r"[^\S\n]+")
_ANY_SPACES = re.compile(r"\s+")
_NOT_KEY = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_ENDS = re.compile(r"[.!?…。！？।؟։።][\"'”’»)\]]*(?=\s|$)|[。！？]")
_JOINED = frozenset({"item", "row"})


@dataclass(frozen=True)
class Block:
    """A piece of a page.

    Parameters
    ----------
    text
        Its text, without the marker of a list item.
    kind
        ``"text"``, ``"head"``, ``"item"``, ``"row"``, ``"quote"`` or ``"code"``.
    links
        The share of its characters that are links, 0 to 1.
    marker
        What stands before a list item: ``"- "`` or ``"1. "``.
    home
        The tags and classes of the elements that it is in, innermost first: blocks of one text have the same.
    aside
        Whether it stands in the navigation, a form, the footer, a caption or beside the text.
    """

    text: str
    kind: str = "text"
    links: float = 0.0
    marker: str = ""
    home: tuple[str, ...] = ()
    aside: bool = False

    @cached_property
    def key(self) -> str:
        """Its letters and digits in lower case: what two readings of a page have in common."""
        return _NOT_KEY.sub("", self.text).casefold()

    @cached_property
    def words(self) -> int:
        """How many words it has."""
        return word_count(self.text)

    @cached_property
    def sentences(self) -> int:
        """How many sentences end in it."""
        return len(_ENDS.findall(self.text))


def render(blocks: Sequence[Block]) -> str:
    """Return the text of blocks: a blank line between paragraphs, items of a list and rows of a table line by line."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if before is not None:
            parts.append("\n" if before.kind == block.kind and block.kind in _JOINED else "\n\n")
        if block.kind == "code" and "\n" in block.text:
            parts.append(f"```\n{block.text}\n```")
        else:
            parts.append(block.marker + block.text)
        before = block
    return "".join(parts)


def blocks_of(tree: HtmlElement) -> tuple[Block, ...]:
    """Return the blocks of a page, or of what trafilatura made of one."""
    walk = _Walk()
    walk.visit(tree)
    walk.flush()
    return tuple(walk.blocks)


class _Walk:
    """One walk through a tree: the blocks so far, and the run of text that is open."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._kind = "text"
        self._marker = ""
        self._home: list[str] = []
        self._in_link = 0
        self._aside = 0
        self._in_code = 0
        self._count: list[int] = []

    def visit(self, element: HtmlElement) -> None:
        """Walk through an element; what follows it (its tail) belongs to its parent."""
        tag = _tag(element)
        if not tag or tag in _NEVER:
            return
        if tag == "br":
            self._pieces.append("\n")
        elif tag == "tr" and self._row(element):
            return
        elif tag in BLOCKS or (tag == "code" and "\n" in (element.text or "")):
            self._block(element, tag)
        else:
            link = tag == "a"
            self._in_link += link
            self._children(element)
            self._in_link -= link

    def flush(self) -> None:
        """Close the open run of text."""
        raw = "".join(self._pieces)
        text = raw.strip("\n").rstrip() if self._in_code else _tidy(raw)
        if text.strip():
            share = min(1.0, self._linked / max(1, len(_ANY_SPACES.sub("", text))))
            home = tuple(self._home[:-4:-1])
            self.blocks.append(Block(text, self._kind, share, self._marker, home, self._aside > 0))
            self._marker = ""
        self._pieces.clear()
        self._linked = 0

    def _block(self, element: HtmlElement, tag: str) -> None:
        self.flush()
        kept = self._kind, self._marker
        self._kind, self._marker = self._opened(element, tag)
        self._home.append(_signature(element, tag))
        around, code = tag in _AROUND, self._kind == "code"
        self._aside += around
        self._in_code += code
        if tag in ("ul", "ol", "menu", "dir"):
            self._count.append(0 if tag == "ol" or element.get("rend") == "ol" else -1)
            self._children(element)
            self._count.pop()
        else:
            self._children(element)
        self.flush()
        self._in_code -= code
        self._aside -= around
        self._home.pop()
        self._kind, self._marker = kept

    def _opened(self, element: HtmlElement, tag: str) -> tuple[str, str]:
        if tag in _HEADINGS:
            return "head", ""
        if tag == "li":
            return "item", self._next_marker()
        if tag == "blockquote":
            return "quote", ""
        if tag == "code" or (tag == "pre" and element.find(".//code") is not None):
            return "code", ""
        if tag in ("p", "div", "span", "dd", "dt", "section") and self._kind == "item":
            return self._kind, self._marker
        return ("quote", "") if self._kind == "quote" else ("text", "")

    def _next_marker(self) -> str:
        if not self._count or self._count[-1] < 0:
            return "- "
        self._count[-1] += 1
        return f"{self._count[-1]}. "

    def _children(self, element: HtmlElement) -> None:
        self._add(element.text)
        for child in element:
            self.visit(child)
            self._add(child.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text if self._in_code else _ANY_SPACES.sub(" ", text))
            if self._in_link:
                self._linked += len(_ANY_SPACES.sub("", text))

    def _row(self, row: HtmlElement) -> bool:
        """Take a table's row as one block, unless the table only lays out the page."""
        cells = [cell for cell in row if _tag(cell) in ("td", "th")]
        if len(cells) < 2 or any(_lays_out(cell) for cell in cells):
            return False
        self.flush()
        texts, linked, total = [], 0.0, 0
        for cell in cells:
            inside = blocks_of(cell)
            texts.append(" ".join(_ANY_SPACES.sub(" ", block.marker + block.text) for block in inside))
            linked += sum(block.links * len(block.text) for block in inside)
            total += sum(len(block.text) for block in inside)
        if any(texts):
            home = (_signature(row, "tr"), *self._home[:-3:-1])
            self.blocks.append(
                Block(" | ".join(filter(None, texts)), "row", linked / max(1, total), "", home, self._aside > 0)
            )
        return True


def _tag(element: HtmlElement) -> str:
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return _NAMES.get(tag, tag)


def _lays_out(cell: HtmlElement) -> bool:
    """Whether a cell holds a part of the page: a table, headings, several paragraphs, or a great deal of text."""
    if cell.find(".//table") is not None or any(cell.find(f".//{name}") is not None for name in ("h1", "h2", "form")):
        return True
    return sum(1 for _ in cell.iter("p")) > 2


def _signature(element: HtmlElement, tag: str) -> str:
    return f"{tag}.{_DIGITS.sub('', element.get('class') or element.get('itemprop') or '')}"


def _tidy(raw: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in raw.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def keys_of(blocks: Iterable[Block]) -> str:
    """Return the keys of blocks as one string, in which a block can be looked for."""
    return "".join(block.key for block in blocks)
