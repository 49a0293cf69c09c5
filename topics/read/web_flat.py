"""Pages that no parser takes, nested or large beyond its limits: their text in one pass, without their structure."""

from __future__ import annotations

import re
from html import unescape

from topics.read.web_blocks import Block

_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]*)")
_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "title", "textarea", "iframe"})
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span "
    "strike strong sub "
    "sup time tt u var wbr".split()
)
_LONGEST_TAG = 100_000


def flat_blocks(text: str) -> tuple[Block, ...]:
    """Return the text between the tags of a page, a block for each run that no block element interrupts.

    Time and memory grow with the length of the text and with nothing else.
    """
    blocks: list[Block] = []
    run: list[str] = []
    place, length = 0, len(text)
    closed: set[str] = set()
    while place < length:
        opens = text.find("<", place)
        if opens < 0:
            opens = length
        run.append(text[place:opens])
        name, place = _tag_at(text, opens, closed)
        if name is not None and name not in _INLINE:
            _close(run, blocks)
    _close(run, blocks)
    return tuple(blocks)


def _tag_at(text: str, opens: int, closed: set[str]) -> tuple[str | None, int]:
    """Return the name of the tag that opens here (None where it is none) and where the text goes on."""
    if text.startswith("<!--", opens):
        return "", _behind(text, "-->", opens, closed)
    match = _NAME.match(text, opens + 1)
    if match is None:
        end = text.find(">", opens, opens + _LONGEST_TAG) if text.startswith(("<!", "<?"), opens) else -1
        return ("", end + 1) if end >= 0 else (None, opens + 1)
    name = match[1].lower()
    if name in _SKIPPED and text[opens + 1] != "/":
        return name, _behind(text, f"</{name}", opens, closed)
    end = text.find(">", opens, opens + _LONGEST_TAG)
    return name, end + 1 if end >= 0 else match.end()


def _behind(text: str, mark: str, start: int, closed: set[str]) -> int:
    """Return the place behind a mark, or behind the tag where it is known to come no more: each is looked for once."""
    if mark not in closed:
        end = text.find(mark, start)
        if end >= 0:
            end += len(mark)
            return end + text.startswith(">", end)
        closed.add(mark)
    return start + 1


def _close(run: list[str], blocks: list[Block]) -> None:
    plain = " ".join(unescape("".join(run)).split())
    run.clear()
    if plain:
        blocks.append(Block(plain))
