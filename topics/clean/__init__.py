"""Spans that are web furniture, each with a reason. Cleaning removes spans and never rewrites text.

The rules are general: what buttons, forms and notices say in a dozen languages, what link lists, file names and
signatures look like, what is said twice on a page or on many pages. In doubt a paragraph stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from topics.clean.blocks import Block, Page, page_of
from topics.clean.mail import mark_mail
from topics.clean.markup import commands, tags_around
from topics.clean.neighbours import mark_company, mark_link_lists, mark_repeated_title
from topics.clean.repeats import find_repeated, mark_repeated
from topics.clean.running import running_lines
from topics.clean.shapes import RULES, phrase
from topics.paragraphs import clip, stripped
from topics.spans import Spans
from topics.values import Document, Removed, Span

__all__ = ["REASONS", "Cleaned", "clean", "find_repeated"]

Marked = tuple[Span, str]
"""A span and the reason for which it goes."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "front-matter": "The block of metadata at the head of a Markdown file",
        "comment-form": "The form for comments, and how many there are",
        "navigation": "Menus, breadcrumbs, tags, page numbers, ways to the top or to the next page",
        "share-button": "A button to share, follow, print or copy",
        "listen-button": "A button to listen to the text",
        "subscription": "An invitation to subscribe or log in",
        "cookie-notice": "A notice about cookies",
        "advertisement": "A label of an advertisement",
        "media-file-name": "The name of a picture, sound or video file",
        "embed-signature": "The name, handle and date under an embedded post",
        "credit": "Who took the picture, translated the text or published it first",
        "byline": "Who wrote the text, when, and how long it takes to read",
        "dateline": "The date under the title, alone on its line",
        "caption": "What a picture shows, with who took it",
        "link-list": "Links to other texts, or an address that stands alone",
        "repeated-title": "The title, said again",
        "repeated-across-documents": "A paragraph that stands on several pages",
        "markup": "Tags or template commands that stand alone or around a paragraph",
        "code": "A fenced block of program code",
        "mail-header": "The lines above a quoted or forwarded mail that say who wrote it and when",
        "mail-signature": "The signature under a mail",
        "mail-disclaimer": "The legal notice under a mail",
        "running-head": "A line at the top or the bottom of page after page",
        "page-number": "The number of a page",
        "separator": "A line of dashes or the like, without a word",
        "copy": "A passage that an earlier one says already; topics.copies finds them, once all documents are split",
    }
)
"""The code of every reason, and what it means."""

_FORM_WORDS = 5
_MAIL = frozenset({"from", "message-id"})  # metadata that mails have
_FIRM = frozenset({"comment-form", "cookie-notice", "subscription"})
_DOUBTFUL = frozenset(
    {
        "media-file-name",
        "embed-signature",
        "credit",
        "byline",
        "link-list",
        "repeated-title",
        "repeated-across-documents",
        "navigation",
        "dateline",
        "caption",
        "code",
        "mail-header",
        "mail-signature",
        "running-head",
        "page-number",
    }
)
_TAIL_SIGNATURE = re.compile(r"(?<=\s)[–—―-]{1,2}\s?[^\n()–—―]{1,60}\(@\w{1,30}\)[\s,·|]+[^\n.]{0,30}\d{4}$")
_IMAGE = re.compile(r"!\[(?P<alt>[^\[\]]*)\]\([^()]{1,400}\)(?:\{[^{}]*\})?")
_TAIL = 200
_CAPTION_WORDS = 4


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What of a document is kept and what is removed.

    The spans of both together hold every character that is not whitespace, each once, in order; a kept span never
    reaches across a removed one.
    """

    kept: tuple[Span, ...]
    removed: tuple[Removed, ...]


def clean(
    document: Document,
    *,
    stop_words: Collection[str] = frozenset(),
    repeated: Collection[str] = frozenset(),
    keep: Iterable[str] = (),
    found: Spans | None = None,
) -> Cleaned:
    """Tell the text of a document from the furniture of the page that it stood on.

    Parameters
    ----------
    document
        The document.
    stop_words
        The stop words of its language, lower case: without them, link lists are told by capitals alone.
    repeated
        The paragraphs that :func:`find_repeated` found in several documents.
    keep
        Reasons (codes of :data:`REASONS`) for which nothing is removed; copies are never removed here.
    found
        The paragraphs of the document (:func:`topics.paragraphs.paragraphs`), where they were found before.

    Raises
    ------
    ValueError
        ``keep`` holds a code that is not a reason.
    """
    spared = frozenset(keep)
    unknown = sorted(spared - REASONS.keys())
    if unknown:
        raise ValueError(f"unknown reason {unknown[0]!r} to keep; the reasons are {', '.join(REASONS)}")
    page = page_of(document.text, stop_words, found)
    lines = running_lines(document)
    reasons = _reasons(page, frozenset(repeated) - _own_title(document) if repeated else (), dict(lines))
    foreign = sorted([*lines, *_apart(commands(document.text), lines)], key=_start)
    spans: list[Marked] = []
    for block, reason in zip(page.blocks, reasons, strict=True):
        if reason is None:
            spans.extend(_cut(document.text, block, foreign))
        else:
            spans.append((block.span, reason))
    removed = [Removed(document.id, span.start, span.end, reason) for span, reason in spans if reason not in spared]
    return Cleaned(_between(document.text, removed), tuple(removed))


def _own_title(document: Document) -> frozenset[str]:
    """Return the subject of a mail or the title of a record: said of many, it is still what each is about."""
    title = document.meta.get("title", "")
    if not title.strip() or (document.row is None and _MAIL.isdisjoint(document.meta)):
        return frozenset()
    return frozenset(block.plain for block in page_of(title).blocks)


def _reasons(page: Page, repeated: Collection[str], lines: Mapping[Span, str]) -> list[str | None]:
    """Find the reason of each paragraph, or None; running heads and page numbers are known beforehand."""
    if len(page.blocks) == 1:
        return [_of_only(page)]
    reasons = [
        lines.get(block.span) or next((found for rule in RULES if (found := rule(page, row))), None)
        for row, block in enumerate(page.blocks)
    ]
    mark_link_lists(page, reasons)
    mark_company(page, reasons)
    mark_mail(page, reasons)
    mark_repeated_title(page, reasons)
    mark_repeated(page, reasons, repeated)
    return _in_doubt_kept(reasons)


def _of_only(page: Page) -> str | None:
    """Find the reason of an only paragraph: it is its own content, unless it is plainly a form or a notice."""
    if page.blocks[0].length < _FORM_WORDS:
        return None
    reason = next((found for rule in RULES[: RULES.index(phrase) + 1] if (found := rule(page, 0))), None)
    return reason if reason in _FIRM else None


def _in_doubt_kept(reasons: list[str | None]) -> list[str | None]:
    """Take back what leaves nothing."""
    if None in reasons:
        return reasons
    return [None if reason in _DOUBTFUL else reason for reason in reasons]


def _apart(spans: list[Marked], others: list[Marked]) -> list[Marked]:
    return [row for row in spans if not _touching(others, row[0].start, row[0].end)]


def _touching(spans: list[Marked], start: int, end: int) -> list[Marked]:
    """Return those of several spans, in order and apart from each other, that have a character between two places."""
    first = max(0, bisect_right(spans, start, key=_start) - 1)
    found = spans[first : bisect_left(spans, end, key=_start)]
    return [row for row in found if row[0].end > start]


def _start(row: Marked) -> int:
    return row[0].start


def _cut(text: str, block: Block, foreign: list[Marked]) -> list[Marked]:
    """Find what of a paragraph is to go: the lines in it that are not its own, and what stands at its ends."""
    start, end = block.span.start, block.span.end
    inside = [
        (piece, reason) for span, reason in _touching(foreign, start, end) for piece in clip([span], start, end, text)
    ]
    if not inside:
        return _within(block.text, start)
    bounds = [start, *(bound for span, _ in inside for bound in (span.start, span.end)), end]
    own = [stripped(text, at, to) for at, to in zip(bounds[::2], bounds[1::2], strict=True)]
    found = [row for span in own if span.end > span.start for row in _within(text[span.start : span.end], span.start)]
    return sorted([*inside, *found], key=_start)


def _within(text: str, offset: int) -> list[Marked]:
    """Find furniture inside a paragraph that stays: the signature at its end, the address of a captioned picture."""
    signature = _TAIL_SIGNATURE.search(text, max(0, len(text) - _TAIL))
    if signature is not None:
        return [(Span(offset + signature.start(), offset + signature.end()), "embed-signature")]
    image = _IMAGE.fullmatch(text)
    if image is None:
        return tags_around(text, offset)
    if len(image["alt"].split()) < _CAPTION_WORDS:
        return [(Span(offset, offset + len(text)), "media-file-name")]
    start, end = image.span("alt")
    return [
        (Span(offset, offset + start), "media-file-name"),
        (Span(offset + end, offset + len(text)), "media-file-name"),
    ]


def _between(text: str, removed: list[Removed]) -> tuple[Span, ...]:
    bounds = [0, *(bound for span in removed for bound in (span.start, span.end)), len(text)]
    between = [stripped(text, start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    return tuple(span for span in between if span.end > span.start)
