"""Paragraphs that stand on several pages: what a site puts on each of them."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.clean.blocks import Block, Page, page_of
from topics.protocols import Bools
from topics.values import Document

_LEAST_PAGES = 3
_MANY_PAGES = 6
_NEARLY_ALL = 2 / 3
_TOP, _BOTTOM = 4, 8
_LEAST_WORDS, _MOST_WORDS = 4, 80
_SENTENCE_WORDS = 8
_VOTING_SHARE = 0.3
_REMOVED_SHARE = 0.5
_QUOTES = re.compile(r"[>\"“”„‟«»‹›「『]")


def find_repeated(documents: Sequence[Document]) -> frozenset[str]:
    """Find the paragraphs that stand at the top or the bottom of several documents that otherwise differ.

    Several are three, or in a large corpus half the square root of the number of documents: less does no harm, and may
    be a quotation. A sentence must stand on six, or on more than two in three, for reports of one event may share one;
    one that opens with a quotation mark is content wherever it stands. What a document says of its own before it
    (after it, at the bottom) makes a paragraph part of the text. Copies and new versions of one text do not make its
    paragraphs furniture: a document has a say only if most of it is its own. What documents say at their edges is not
    held, only hashes of it; those that share something are looked at twice.

    Returns
    -------
    frozenset of str
        The paragraphs in plain form, to be given to :func:`topics.clean.clean`.
    """
    at_edges, said, bounds, lines = array("q"), array("q"), array("q", (0,)), 0
    for document in documents:
        page = _Edges.of(page_of(document.text))
        said.extend(map(hash, page.shares))
        at_edges.extend(hash(line.key) for line in page.lines)
        bounds.append(len(at_edges))
        lines += bool(page.lines)
    count = len(bounds) - 1
    least = max(_LEAST_PAGES, math.isqrt(count) // 2)
    hashes, times = np.unique(np.array(said, np.int64), return_counts=True)
    several = hashes[times >= least]
    rows = _rows_with(np.isin(np.array(at_edges, np.int64), several), np.array(bounds, np.int64))
    votes, sentences = _votes((documents[row] for row in rows), frozenset(several.tolist()))
    nearly_all = _NEARLY_ALL * lines
    return frozenset(
        key
        for key, count in votes.items()
        if count >= least and (key not in sentences or count >= _MANY_PAGES or count > nearly_all)
    )


def _rows_with(marked: Bools, bounds: NDArray[np.int64]) -> list[int]:
    """Return the rows between whose bounds something is marked."""
    before = np.concatenate(([0], np.cumsum(marked)))
    return np.flatnonzero(before[bounds[1:]] > before[bounds[:-1]]).tolist()


def _votes(documents: Iterable[Document], hashes: Collection[int]) -> tuple[Counter[str], set[str]]:
    """Look at documents again for the paragraphs of several pages, which are known by their hashes.

    Returns
    -------
    tuple
        In how many documents each stands between an edge and what is the document's own, and which are sentences.
    """
    votes: Counter[str] = Counter()
    sentences: set[str] = set()
    for document in documents:
        page = _Edges.of(page_of(document.text))
        several = {line.key for line in page.lines if hash(line.key) in hashes}
        if sum(page.shares[key] for key in page.shares.keys() & several) <= _VOTING_SHARE:
            votes.update(page.outside(several))
        sentences.update(line.key for line in page.lines if line.is_sentence and hash(line.key) in hashes)
    return votes, sentences


def mark_repeated(page: Page, reasons: list[str | None], repeated: Collection[str]) -> None:
    """Mark the paragraphs of a page that other pages have too, unless little else would be left."""
    if not repeated:
        return
    rows = [row for row, block in enumerate(page.blocks) if reasons[row] is None and block.plain in repeated]
    total = page.blocks.characters
    if sum(len(page.blocks[row].text) for row in rows) <= _REMOVED_SHARE * total:
        for row in rows:
            reasons[row] = "repeated-across-documents"


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph at an edge: its plain form, and whether it says something in a sentence."""

    key: str
    is_sentence: bool


@dataclass(frozen=True, slots=True)
class _Edges:
    """What stands at the top and the bottom of a page.

    Parameters
    ----------
    lines
        The paragraphs from the top on, and then those from the bottom on.
    top
        How many of them are from the top.
    shares
        What share of the page each is that may be furniture, by plain form.
    """

    lines: tuple[_Line, ...]
    top: int
    shares: dict[str, float]

    @classmethod
    def of(cls, page: Page) -> _Edges:
        """Look at a page; an only paragraph has no edge."""
        count, total = len(page.blocks), page.blocks.characters
        if count < 2:
            return cls((), 0, {})
        top, bottom = range(min(_TOP, count)), range(count - 1, max(-1, count - 1 - _BOTTOM), -1)
        blocks = {row: page.blocks[row] for row in sorted({*top, *bottom})}
        lines = {row: _Line(block.plain, _is_sentence(block)) for row, block in blocks.items()}
        return cls(
            tuple(lines[row] for row in (*top, *bottom)),
            len(top),
            {block.plain: len(block.text) / total for block in blocks.values() if _may_be_furniture(block)},
        )

    def outside(self, several: Collection[str]) -> set[str]:
        """Return what of ``several`` stands between an edge of the page and the first sentence of its own."""
        sides = (self.lines[: self.top], self.lines[self.top :])
        return {key for side in sides for key in _until_own(side, several) if key in self.shares and key in several}


def _until_own(lines: Iterable[_Line], several: Collection[str]) -> Iterator[str]:
    for line in lines:
        if line.is_sentence and line.key not in several:
            return
        yield line.key


def _is_sentence(block: Block) -> bool:
    return block.is_prose or (block.length >= _SENTENCE_WORDS and block.ends_sentence)


def _may_be_furniture(block: Block) -> bool:
    """Whether it is as long as a notice; headings and questions belong to what follows, and quotations are content."""
    in_bounds = _LEAST_WORDS <= block.length <= _MOST_WORDS and block.text[-1] not in "?:？："
    return in_bounds and not _QUOTES.match(block.text)
