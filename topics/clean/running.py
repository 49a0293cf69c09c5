"""Heads and feet of printed pages, and page numbers: short lines that come again from page to page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from topics.clean.blocks import Page

_LEAST_PAGES = 3
_MOST_WORDS, _MOST_CHARS = 16, 120
_EDGE = 4
_FURTHEST = 2
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\W*(?:\w{1,6}\W+)?#(?:\W+(?:\w{1,3}\W+)?#)?\W*")


def mark_running(page: Page, starts: Sequence[int], reasons: list[str | None]) -> None:
    """Mark what comes again, but for its numbers, at the edges of three or more pages, no two further apart than two.

    Its first place stays, unless it is nothing but a page number: the head of a chapter's pages often is its title.

    Parameters
    ----------
    page
        The document's paragraphs.
    starts
        Where each printed page begins, as offsets; empty where there are none.
    reasons
        The reason of each paragraph so far; changed in place.
    """
    if len(starts) < _LEAST_PAGES:
        return
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for rows in _pages(page, starts).values():
        for row in {*rows[:_EDGE], *rows[-_EDGE:]}:
            block = page.blocks[row]
            if len(block.text) <= _MOST_CHARS and block.length <= _MOST_WORDS:
                number = bisect_right(starts, block.span.start)
                places[_DIGITS.sub("#", block.text.casefold())].append((number, row))
    for key, found in places.items():
        found.sort()
        is_number = bool(_NUMBER.fullmatch(key))
        for run in _runs(found):
            if len({number for number, _ in run}) >= _LEAST_PAGES:
                for _, row in run if is_number else run[1:]:
                    reasons[row] = reasons[row] or "running-head"


def _pages(page: Page, starts: Sequence[int]) -> dict[int, list[int]]:
    """Return which paragraphs begin on each page."""
    rows: dict[int, list[int]] = defaultdict(list)
    for row, block in enumerate(page.blocks):
        rows[bisect_right(starts, block.span.start)].append(row)
    return rows


def _runs(found: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Divide places, sorted by page, where a page without is further than the other side of the sheet."""
    runs: list[list[tuple[int, int]]] = []
    for place in found:
        if runs and place[0] - runs[-1][-1][0] <= _FURTHEST:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs
