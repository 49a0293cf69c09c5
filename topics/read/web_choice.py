"""The main text of a page, chosen between several readings of it by rules that need no example pages.

trafilatura reads the page twice, once balanced and once for precision. Where both agree, that is text; what only the
balanced reading has stays if it looks like prose. Then the page itself is asked for what both missed: the paragraphs
that stand in the same kind of place as the text that was found, those that the page's own data names as the article,
and the lead. Where trafilatura found nothing, or hardly anything, the densest part of the page is the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from topics.read.web_blocks import Block, keys_of

_PROSE_WORDS = 10
_LINKED = 0.5
_MOSTLY_LINKED = 0.8
_HOME_SHARE = 0.2
_PROBE = 30
_LITTLE = 0.1
_BARE = 0.02
_FEW_LINKS = 10
_SHORT_PAGE = 300


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of itself: its title, its descriptions, and the whole article where its data holds that."""

    title: str = ""
    descriptions: tuple[str, ...] = ()
    body: str = ""


def choose(page: Sequence[Block], balanced: Sequence[Block], precise: Sequence[Block], said: Said) -> tuple[Block, ...]:
    """Choose the blocks of the main text.

    Parameters
    ----------
    page
        All blocks of the page.
    balanced, precise
        The blocks that two readings found.
    said
        What the page says of itself.
    """
    if _is_bare(page):
        return tuple(block for block in page if block.key)
    prose = [block for block in page if is_prose(block) and not block.aside]
    if not prose:  # a list, a form, a few words: no part of it is more text than another
        return tuple(block for block in page if block.key and not block.aside) or tuple(page)
    by_key = {block.key: block for block in reversed(page)}
    found = _agreed([by_key.get(block.key, block) for block in balanced], precise, said)
    if sum(block.words for block in found) < _LITTLE * sum(block.words for block in prose):
        return _densest(page, prose)
    return _completed(page, found, said)


def _is_bare(page: Sequence[Block]) -> bool:
    """Whether a page is a document with nothing around it: hardly a link, no navigation, and mostly prose if long."""
    total = sum(len(block.text) for block in page)
    if sum(block.links * len(block.text) for block in page) >= _BARE * total:
        return False
    if any(block.aside for block in page) or sum(block.links > 0 for block in page) > _FEW_LINKS:
        return False
    words = sum(block.words for block in page)
    return words < _SHORT_PAGE or sum(block.words for block in page if is_prose(block)) >= 0.5 * words


def is_prose(block: Block) -> bool:
    """Whether a block is running text: words enough, a sentence that ends, few links."""
    return block.words >= _PROSE_WORDS and block.sentences > 0 and block.links <= _LINKED and block.kind != "code"


def _agreed(balanced: Sequence[Block], precise: Sequence[Block], said: Said) -> list[Block]:
    sure = keys_of(precise)
    body = _key(said.body)
    linked = _link_blocks(balanced)
    kept: list[Block] = []
    for row, block in enumerate(balanced):
        if not block.key or row in linked:
            continue
        agreed = not sure or block.key in sure or block.key in body
        if agreed or is_prose(block) or _belongs(block, balanced, row):
            kept.append(block)
    return kept


def _link_blocks(blocks: Sequence[Block]) -> frozenset[int]:
    """Find the blocks that are links and no more, and the headings over them, unless the text is made of links."""
    linked = {row for row, block in enumerate(blocks) if block.links > _MOSTLY_LINKED and block.kind != "row"}
    if sum(blocks[row].words for row in linked) > 0.5 * sum(block.words for block in blocks):
        return frozenset()
    for row in range(len(blocks) - 2, -1, -1):
        if blocks[row].kind == "head" and row + 1 in linked:
            linked.add(row)
    return frozenset(linked)


def _belongs(block: Block, blocks: Sequence[Block], row: int) -> bool:
    """Whether a block that is no prose belongs to prose: an item, a row, or a heading over one of these."""
    if block.links > 0.3:
        return False
    if block.kind in ("item", "row", "code"):
        return True
    if block.kind == "head":
        following = next((other for other in blocks[row + 1 :] if other.kind != "head"), None)
        return row > 0 and following is not None and is_prose(following)
    return False


def _completed(page: Sequence[Block], found: list[Block], said: Said) -> tuple[Block, ...]:
    """Add what both readings missed, each at its place on the page."""
    places = _places(page, found)
    have = keys_of(found)
    first = min(
        (place for place, block in zip(places, found, strict=True) if place >= 0 and is_prose(block)), default=0
    )
    homes = _homes(page, have)
    body, leads = _key(said.body), [_key(text) for text in said.descriptions]
    rows: list[tuple[int, Block]] = list(zip(places, found, strict=True))
    for place, block in enumerate(page):
        if block.aside or block.words < _PROSE_WORDS or block.links > _LINKED or _is_there(block.key, have):
            continue
        missed = is_prose(block) and (block.home in homes or (len(block.key) > _PROBE and block.key in body))
        if missed or (place < first and _is_lead(block, leads)):
            rows.append((place, block))
    return tuple(block for _, block in sorted(rows, key=lambda row: row[0]))


def _is_lead(block: Block, leads: Sequence[str]) -> bool:
    return any(len(lead) >= _PROBE and block.key[:_PROBE] == lead[:_PROBE] for lead in leads)


def _homes(page: Sequence[Block], have: str) -> frozenset[tuple[str, ...]]:
    """Find the kinds of place that a good part of the text stands in, of those that have a name."""
    weights: Counter[tuple[str, ...]] = Counter()
    for block in page:
        if is_prose(block) and _is_there(block.key, have):
            weights[block.home] += block.words
    total = sum(weights.values())
    named = (home for home in weights if any(not part.endswith(".") for part in home[:2]))
    return frozenset(home for home in named if weights[home] >= _HOME_SHARE * total)


def _places(page: Sequence[Block], found: Sequence[Block]) -> list[int]:
    """Find the place of each block on the page; one that is not to be found stands with the one before it."""
    by_key: dict[str, list[int]] = {}
    for place, block in enumerate(page):
        by_key.setdefault(block.key, []).append(place)
    places: list[int] = []
    last = -1
    for block in found:
        there = by_key.get(block.key, [])
        last = next((place for place in there if place > last), last)
        places.append(last)
    return places


def _is_there(key: str, have: str) -> bool:
    return key in have or key[:_PROBE] in have or key[-_PROBE:] in have


def _densest(page: Sequence[Block], prose: Sequence[Block]) -> tuple[Block, ...]:
    """Take all prose of the page, with the headings, items and rows that stand in the same places or over it."""
    homes = {block.home for block in prose}
    kept = []
    for row, block in enumerate(page):
        following = next((other for other in page[row + 1 : row + 3] if other.kind != "head"), None)
        heads = block.kind == "head" and following is not None and is_prose(following)
        if not block.aside and (is_prose(block) or heads or (block.home in homes and block.links <= _LINKED)):
            kept.append(block)
    return tuple(kept)


def _key(text: str) -> str:
    return Block(text).key
