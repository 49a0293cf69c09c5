"""Paragraphs that stand on several pages: what a site puts on each of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable

from topics.clean.blocks import Page, page_of
from topics.values import Document

_LEAST_PAGES = 3
_TOP, _BOTTOM = 4, 8
_LEAST_WORDS, _MOST_WORDS = 4, 80
_VOTING_SHARE = 0.3
_REMOVED_SHARE = 0.5


def find_repeated(documents: Iterable[Document]) -> frozenset[str]:
    """Find the paragraphs that stand at the top or the bottom of several documents that otherwise differ.

    Several are three, or in a large corpus half the square root of the number of documents: less does no harm, and may
    be a quotation. Copies and new versions of one text do not make its paragraphs furniture: a document has a say only
    if most of it is its own.

    Returns
    -------
    frozenset of str
        The paragraphs in plain form, to be given to :func:`topics.clean.clean`.
    """
    pages = [_edges(page_of(document.text)) for document in documents]
    least = max(_LEAST_PAGES, math.isqrt(len(pages)) // 2)
    seen = Counter(key for edges in pages for key in edges)
    several = {key for key, count in seen.items() if count >= least}
    votes: Counter[str] = Counter()
    for edges in pages:
        shared = edges.keys() & several
        if sum(edges[key] for key in shared) <= _VOTING_SHARE:
            votes.update(shared)
    return frozenset(key for key, count in votes.items() if count >= least)


def mark_repeated(page: Page, reasons: list[str | None], repeated: Collection[str]) -> None:
    """Mark the paragraphs of a page that other pages have too, unless little else would be left."""
    if not repeated:
        return
    rows = [row for row, block in enumerate(page.blocks) if reasons[row] is None and block.plain in repeated]
    total = page.blocks.characters
    if sum(len(page.blocks[row].text) for row in rows) <= _REMOVED_SHARE * total:
        for row in rows:
            reasons[row] = "repeated-across-documents"


def _edges(page: Page) -> dict[str, float]:
    """Return what share of the page each paragraph at its top and bottom is, by plain form.

    Short headings and questions belong to what follows them, and are left out.
    """
    count = len(page.blocks)
    total = page.blocks.characters
    rows = {*range(min(_TOP, count)), *range(max(0, count - _BOTTOM), count)} if count > 1 else set()
    return {
        page.blocks[row].plain: len(page.blocks[row].text) / total
        for row in sorted(rows)
        if _LEAST_WORDS <= page.blocks[row].length <= _MOST_WORDS and page.blocks[row].text[-1] not in "?:？："
    }
