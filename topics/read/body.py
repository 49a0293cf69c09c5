"""The text of a document as its reader puts it together: paragraphs, list items, table rows, and where pages begin.

A blank line stands between paragraphs; the items of a list and the rows of a table stand a line each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from topics.read.encoding import normalise

Kind = Literal["paragraph", "item", "row"]
"""What a block of text is; blocks of the same kind that follow each other belong together, unless paragraphs."""

CELL = " | "
"""What stands between the cells of a table row."""

_BULLET = re.compile(r"\s*[•●○◦▪▫■□➢➤▶‣⁃✓✔]\s*")
_BREAKS = re.compile(r"(?<![ \t\xa0])[ \t\xa0]*[\n\v\f]\s*")
_BLANKS = re.compile(r"[ \t]+")


class Body:
    """A text that grows block by block."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._last: Kind | None = None
        self._pages: list[int] = []

    def add(self, text: str, kind: Kind = "paragraph", page: int = 0) -> None:
        """Add a block; one without a character that can be seen is left out."""
        self.add_parts([(page, text)], kind)

    def add_typed(self, text: str, page: int = 0) -> None:
        """Add a paragraph, as a list item where it begins with a bullet that was typed."""
        bullet = _BULLET.match(text)
        if bullet is None:
            self.add(text, page=page)
        elif text[bullet.end() :].strip():
            self.add(f"- {text[bullet.end() :]}", "item", page)

    def add_row(self, cells: Iterable[str], page: int = 0) -> None:
        """Add a table row, without the cells that are empty at its end; line breaks in cells become spaces."""
        plain = [one_line(cell) for cell in cells]
        while plain and not plain[-1]:
            plain.pop()
        if any(plain):
            self.add(CELL.join(plain), "row", page)

    def add_parts(self, parts: Sequence[tuple[int, str]], kind: Kind = "paragraph") -> None:
        """Add a block that may run over several pages, as (page, counted from 1, and text that is on it); 0 is no page.

        What should stand between two parts, be it a space, is in the first of them.
        """
        tidied = [(page, tidy(text) if len(parts) == 1 else normalise(text)) for page, text in parts]
        if not any(text.strip() for _, text in tidied):
            return
        if self._last is not None:
            self._append("\n" if kind == self._last != "paragraph" else "\n\n")
        for page, text in tidied:
            self._reach(page)
            self._append(text)
        self._last = kind

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self._parts)

    @property
    def length(self) -> int:
        """How many characters the text has so far."""
        return self._length

    def pages(self, count: int) -> tuple[int, ...]:
        """Return where each of ``count`` pages begins; a page without text begins where the next one does."""
        self._reach(count)
        return tuple(self._pages)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _reach(self, page: int) -> None:
        while len(self._pages) < page:
            self._pages.append(self._length)


def tidy(text: str) -> str:
    """Return a block's text with single spaces, no space at line ends and no blank line in it."""
    return _BREAKS.sub("\n", _BLANKS.sub(" ", normalise(text))).strip()


def one_line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())
