"""The lines of a PDF become paragraphs, also across columns and pages.

Where a line ends in a hyphen, the word goes on: the hyphen is dropped unless the document itself writes the word with
one, or the parts look like a compound (a digit, a capital or another hyphen next to it).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from topics.read.body import Kind
from topics.read.pdf_lines import Line, Region
from topics.spaceless import HIRAGANA, RUN

BROKEN = "\u00ad"
"""Stands where a line ended in a hyphen, until the whole text is known."""

_BULLET = re.compile(r"[•●○◦▪▫■□➢➤►▶‣⁃∙✓✔➔→·*–—-]\s+(?=\S)|[•●○◦▪▫■□➢➤►▶‣⁃]")
_NUMBER = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[A-Za-z][.)]|\(?[ivx]{1,5}[.)])\s+(?=\S)")
_ENDS = re.compile(r"[.!?…:;。！？।؟][\"'”’»)\]\d ]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]$")
_SPACELESS = re.compile(f"[{RUN}{HIRAGANA}\u3000-\u303f\uff00-\uffef]")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_MEND = re.compile(rf"([^\W\d_]+(?:-[^\W\d_]+)*){BROKEN}([^\W\d_]+)")

_ASIDE_SIZE = 0.94
_LOOK_BACK = 12
_FULL = 30
_FIGURES, _CAPTION = 4, 200


@dataclass(slots=True)
class Paragraph:
    """A paragraph: its text on each page that it touches, what kind it is, and how its lines were set.

    ``opens`` says that it is the first of a column, so that it may go on with the last of the column before; ``full``,
    that its last line runs to the end of the line; ``aside``, that the running text goes on past it, as it does past
    the head of a page or a caption.
    """

    parts: list[tuple[int, str]]
    kind: Kind
    size: float
    bold: bool
    opens: bool = False
    full: bool = False
    aside: bool = False

    @property
    def text(self) -> str:
        """What it says, over all pages."""
        return "".join(text for _, text in self.parts)


def paragraphs_of(region: Region, page: int, margins: Collection[Line] = ()) -> list[Paragraph]:
    """Put the lines of a column together; ``margins`` are those that are the page's head or foot."""
    body = [line for line in region.lines if line not in margins]
    setting = _Setting.of(body)
    groups: list[list[Line]] = []
    for line in body:
        if groups and not setting.parts(groups[-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    found = [_paragraph(group, page, setting) for group in groups]
    for paragraph in found:
        paragraph.aside = region.sideways
    if found and not region.sideways:  # figures with their captions may stand above the rest of a paragraph
        rows = [row for row, paragraph in enumerate(found[:_FIGURES]) if paragraph.text[0].islower()]
        first = rows[0] if rows and all(len(above.text) < _CAPTION for above in found[: rows[0]]) else 0
        found[first].opens = True
        for paragraph in found[:first]:
            paragraph.aside = True
    middle = max((line.base for line in body), default=0.0)
    heads = [line for line in region.lines if line in margins]
    above = [_margin(line, page) for line in heads if line.base >= middle]
    below = [_margin(line, page) for line in heads if line.base < middle]
    return [*above, *found, *below]


def joined(pages: Iterable[Sequence[Paragraph]]) -> list[Paragraph]:
    """Put paragraphs together that go on in the next column or on the next page.

    Notes and page margins that stand between the parts come before the paragraph, if they are on the page on which it
    begins, and after it otherwise: each page's text stays on that page.
    """
    out: list[Paragraph] = []
    for page in pages:
        for paragraph in page:
            place = _unfinished(out, paragraph) if paragraph.opens else None
            if place is None:
                out.append(paragraph)
                continue
            begun = out.pop(place)
            here, last = paragraph.parts[0][0], begun.parts[-1][0]
            later = [entry for entry in out[place:] if entry.parts[0][0] >= here > last]
            del out[len(out) - len(later) :]
            begun.parts[-1] = (last, led_on(begun.parts[-1][1], paragraph.text))
            begun.parts += paragraph.parts
            begun.full = paragraph.full
            out += [begun, *later]
    return out


def mend(paragraphs: Sequence[Paragraph]) -> None:
    """Decide for every word that was broken at a line's end whether its hyphen stays."""
    whole = {word.casefold() for paragraph in paragraphs for word in _WORD.findall(paragraph.text)}

    def decided(match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        is_compound = f"{first}-{second}".casefold() in whole or "-" in first or len(first) == 1
        stays = is_compound and (first + second).casefold() not in whole
        return f"{first}-{second}" if stays else first + second

    for paragraph in paragraphs:
        if BROKEN in paragraph.text:
            paragraph.parts = _mended(paragraph.parts, decided)


def _mended(parts: Sequence[tuple[int, str]], decided: Callable[[re.Match[str]], str]) -> list[tuple[int, str]]:
    """Mend each part; a word that runs over a page's end goes to the page on which it begins."""
    texts = [text for _, text in parts]
    for place in range(len(texts) - 1):
        if texts[place].endswith(BROKEN) and (rest := re.match(r"\S+\s?", texts[place + 1])):
            texts[place] += rest[0]
            texts[place + 1] = texts[place + 1][rest.end() :]
    mended = [_MEND.sub(decided, text).replace(BROKEN, "-") for text in texts]
    return [(page, text) for (page, _), text in zip(parts, mended, strict=True) if text]


def led_on(before: str, after: str) -> str:
    """Return a line's text as it stands before the next one: with a space, or with its hyphen as it may go."""
    if _HYPHEN.search(before) and after[:1].isalnum():
        return before[:-1] + BROKEN if after[0].islower() else before
    unspaced = _SPACELESS.match(before[-1:]) and _SPACELESS.match(after[:1])
    return before if unspaced else f"{before} "


def is_bullet(text: str) -> bool:
    """Whether a line begins with the mark of a list item that has no number."""
    return bool(_BULLET.match(text))


def _unfinished(out: Sequence[Paragraph], paragraph: Paragraph) -> int | None:
    """Find the paragraph that goes on with this one: the last of its size, if it is open and this one follows."""
    for place in range(len(out) - 1, max(-1, len(out) - 1 - _LOOK_BACK), -1):
        before = out[place]
        if before.aside or before.size < _ASIDE_SIZE * paragraph.size:
            continue
        alike = before.size <= paragraph.size / _ASIDE_SIZE and before.bold == paragraph.bold
        near = paragraph.parts[0][0] - before.parts[-1][0] <= 1
        plain = before.kind != "row" and paragraph.kind == "paragraph"
        goes_on = paragraph.text[0].islower() or before.full
        return place if alike and near and plain and goes_on and not _ENDS.search(before.text) else None
    return None


@dataclass(frozen=True, slots=True)
class _Setting:
    """How the lines of a column are set: from where to where they run, and how far apart they are at each size."""

    left: float
    right: Mapping[float, float]
    leading: Mapping[float, float]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Setting:
        drops: dict[float, list[float]] = defaultdict(list)
        for before, line in pairwise(lines):
            if abs(before.size - line.size) < 0.06 * line.size and before.base > line.base:
                drops[round(line.size)].append(before.base - line.base)
        leading = {size: sorted(found)[len(found) // 4] for size, found in drops.items() if len(found) > 1}
        left = min((line.left for line in lines), default=0.0)
        right: dict[float, float] = defaultdict(float)
        for line in lines:
            right[round(line.size)] = max(right[round(line.size)], line.right)
        return cls(left, right, leading)

    def parts(self, group: Sequence[Line], line: Line) -> bool:
        """Whether a line begins a paragraph of its own after a group of lines."""
        before = group[-1]
        if before.is_row or line.is_row or before.bold != line.bold or abs(before.size - line.size) > 0.12 * line.size:
            return True
        drop = before.base - line.base
        if not 0 < drop <= 1.25 * self.leading.get(round(line.size), 1.3 * line.size) + 0.5:
            return True
        ended = bool(_ENDS.search(before.text))
        if self._is_item(group, line, ended):
            return True
        if _marked(group[0].text) and line.left > group[0].left + 0.4 * line.size:
            return False
        shift = (line.left - before.left) / line.size
        if ended and (0.7 < shift < 8 or (shift < -0.7 and len(group) > 1)):
            return True
        return self._is_short(before, line, ended)

    def is_full(self, line: Line) -> bool:
        """Whether a line runs as far as lines of this column do."""
        right = self.right[round(line.size)]
        return line.right >= right - 0.08 * (right - self.left) and len(line.text) >= _FULL

    def _is_item(self, group: Sequence[Line], line: Line, ended: bool) -> bool:
        if bullet := _BULLET.match(line.text):
            sure = bullet[0][0] not in "–—-·∙" or bool(_BULLET.match(group[0].text))
        elif _NUMBER.match(line.text):
            sure = bool(_NUMBER.match(group[0].text))
        else:
            return False
        return sure or ended or self._is_short(group[-1], line, True)

    def _is_short(self, before: Line, line: Line, ended: bool) -> bool:
        """Whether the next word would have fitted on the line before."""
        if _HYPHEN.search(before.text):
            return False
        word = line.text.split(maxsplit=1)[0]
        letters = 2 if _SPACELESS.match(word) else sum(2 if letter > "\u1100" else 1 for letter in word)
        right = self.right[round(before.size)]
        room, needed = right - before.right, 0.5 * (letters + 1) * line.size
        if room <= needed:
            return False
        begins = line.text[0].isupper() or line.text[0].isdigit()
        wide = room > 0.3 * (right - self.left) and not line.text[0].islower()
        return ended or (begins and room > 1.15 * needed) or wide


def _marked(text: str) -> bool:
    return bool(_BULLET.match(text) or _NUMBER.match(text))


def _paragraph(group: Sequence[Line], page: int, setting: _Setting) -> Paragraph:
    text = ""
    for line in group:
        text = (led_on(text, line.text) if text else "") + line.text
    kind: Kind = "row" if group[0].is_row else "item" if _marked(text) else "paragraph"
    if bullet := _BULLET.match(text):
        text = f"- {text[bullet.end() :]}"
    return Paragraph([(page, text)], kind, group[0].size, group[0].bold, full=setting.is_full(group[-1]))


def _margin(line: Line, page: int) -> Paragraph:
    return Paragraph([(page, line.text)], "paragraph", line.size, line.bold, aside=True)
