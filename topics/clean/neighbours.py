"""Furniture that is told by what stands around it. Each rule marks reasons in the list that it is given."""

from __future__ import annotations

from topics.clean.blocks import Page
from topics.clean.phrases import load_phrases

_BUTTONS = frozenset({"comment-form", "navigation", "share-button", "listen-button", "subscription", "advertisement"})
_MENU_LENGTH = 3
_HEADLINE_WORDS = 18
_TITLE_WORDS = (3, 30)
_TITLE_ROWS = 8
_SITE_WORDS = 5


def mark_company(page: Page, reasons: list[str | None]) -> None:
    """Mark single words such as "Share" or "Name" where they stand next to furniture, or three or more together.

    A list that a line with a colon introduces is content, whatever it holds.
    """
    row = 0
    while row < len(reasons):
        codes: list[str | None] = []
        while row + len(codes) < len(reasons) and (code := _weak(page, row + len(codes), reasons)):
            codes.append(code)
        after = row + len(codes)
        introduced = row > 0 and reasons[row - 1] is None and page.blocks[row - 1].text.endswith((":", "："))
        around = {reasons[row - 1] if row else None, reasons[after] if after < len(reasons) else None}
        if codes and not introduced and (around & _BUTTONS or len(codes) >= _MENU_LENGTH):
            reasons[row:after] = codes
        row = max(row + 1, after)


def _weak(page: Page, row: int, reasons: list[str | None]) -> str | None:
    block = page.blocks[row]
    if reasons[row] is not None or block.length > 4:
        return None
    return next((code for code, known in load_phrases().weak.items() if known.fullmatch(block.plain)), None)


def mark_link_lists(page: Page, reasons: list[str | None]) -> None:
    """Mark a heading such as "Related articles" together with the headlines under it."""
    for row, block in enumerate(page.blocks):
        if reasons[row] is None and block.length <= 6 and load_phrases().related.fullmatch(block.plain):
            end = row + 1
            while end < len(reasons) and _is_headline(page, end):
                end += 1
            if end < len(reasons) and page.blocks[end].is_prose:
                end -= 1  # the last one heads what follows it
            if end > row + 1:
                reasons[row:end] = [reason or "link-list" for reason in reasons[row:end]]


def _is_headline(page: Page, row: int) -> bool:
    block = page.blocks[row]
    return block.length <= _HEADLINE_WORDS and not block.text.endswith((".", ":", "…"))


def mark_repeated_title(page: Page, reasons: list[str | None]) -> None:
    """Mark the title where the top of the page says it again, be it with other quotes or the site's name after it."""
    kept = [row for row in range(min(_TITLE_ROWS, len(reasons))) if reasons[row] is None]
    if not kept or not any(block.is_prose for block in page.blocks):
        return
    title = page.blocks[kept[0]]
    if not _TITLE_WORDS[0] <= title.length <= _TITLE_WORDS[1]:
        return
    for row in kept[1:]:
        again = page.blocks[row].plain
        if again == title.plain or (
            again.startswith(f"{title.plain} ")
            and len(again.split()) - len(title.plain.split()) <= _SITE_WORDS
            and not page.blocks[row].ends_sentence
        ):
            reasons[row] = "repeated-title"
