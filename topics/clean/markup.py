"""Markup that stands in a text: code, template commands, tags around a paragraph."""

from __future__ import annotations

import re

from topics.clean.blocks import Page
from topics.values import Span

_TAG = r"</?[A-Za-z][\w-]{0,20}(?:\s[^<>]{0,400})?/?>|<!--[^<>]{0,400}-->|\{%[^{}]{1,400}%\}|\{:[^{}]{1,200}\}"
_OPENS = re.compile(rf"(?:(?:{_TAG})\s*)+")
_CLOSES = re.compile(rf"(?:\s*(?:{_TAG}))+$")
_COMMANDS = re.compile(
    r"(?m)^[ \t]*(?:\{%(?:(?!%\}).){1,3000}?%\}|<!--(?:(?!-->).){0,3000}?-->|<(?P<tag>style|script|svg"
    r"|iframe)\b(?:(?!<).){0,3000}?>"
    r"(?:(?!</(?P=tag)).){0,20000}?</(?P=tag)>)[ \t]*$",
    re.DOTALL,
)
_SYMBOLS = re.compile(r"[{}=;$]|\(\)|--\w|(?m:^\s*#)")
_TAIL = 600
_PROSE_WORDS = 20


def code(page: Page, row: int) -> str | None:
    """Tell a fenced block of code: it is no prose, and its words are those of its language and not of the text.

    Some fence in a quotation: what names no language and holds sentences is text.
    """
    block = page.blocks[row]
    if not (block.text.startswith(("```", "~~~")) and "\n" in block.text and block.text.endswith(block.text[:3])):
        return None
    names_language = bool(block.text.partition("\n")[0].strip("`~ "))
    is_text = block.length >= _PROSE_WORDS and 1 <= block.sentence_ends and not _SYMBOLS.search(block.text)
    return "code" if names_language or not is_text else None


def commands(text: str) -> list[tuple[Span, str]]:
    """Find template commands, comments, scripts and styles that have their lines to themselves, however many."""
    if "{%" not in text and "<" not in text:
        return []
    return [(Span(match.start(), match.end()), "markup") for match in _COMMANDS.finditer(text)]


def tags_around(text: str, offset: int) -> list[tuple[Span, str]]:
    """Find the tags that a paragraph opens and closes with; those inside stay, as they stand within sentences."""
    opens = _OPENS.match(text) if text[0] in "<{" else None
    start = opens.end() if opens else 0
    closes = _CLOSES.search(text, max(start, len(text) - _TAIL)) if text[-1] in ">}" else None
    end = closes.start() if closes else len(text)
    if start >= end:
        return []
    found = [(Span(offset, offset + start), "markup")] if start else []
    return [*found, (Span(offset + end, offset + len(text)), "markup")] if end < len(text) else found
