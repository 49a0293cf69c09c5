"""Saved web pages: the main text, without the page around it, and what the page says of itself."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING

from topics.errors import ReadError
from topics.read.declared import decode_page
from topics.read.encoding import normalise
from topics.read.markup import HIDING, marked
from topics.read.meta import meta_of
from topics.read.parsed import Columns, Parsed
from topics.read.web_blocks import Block, blocks_of, keys_of, render
from topics.read.web_choice import Said, choose
from topics.read.web_meta import about
from topics.values import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DATA = re.compile(r"data:[\w/+.;=-]{0,100};base64,[A-Za-z0-9+/=]{200,}")
_CROWDED_TAG = re.compile(r"<([A-Za-z][\w:-]{0,50})[\s/][^<>]{20000,}>")
_ATTRIBUTES = 2000
_KINDS = {"paragraph": "text", "item": "item", "row": "row"}
_HIDDEN_CLASSES = frozenset({"hidden", "d-none", "sr-only", "visually-hidden", "screen-reader-text", "is-hidden"})
_HIDDEN_SHARE = 0.2
_MOST_ELEMENTS, _MOST_TEXT = 30_000, 1_500_000
_BODY_WORDS = 50
_BREAKS = re.compile(r"</p\s*>|<br\s*/?>|</h\d\s*>|</li\s*>|\n", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,1000}>")

_log = logging.getLogger(__name__)


def read_html(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of a saved web page: its main text, its title, author, date, site and language.

    trafilatura (https://trafilatura.readthedocs.io) reads the page; see :mod:`topics.read.web_choice` for what is made
    of that. A page that is no article, such as a list or a forum, gives the text that it has.

    Raises
    ------
    ReadError
        The page holds no text, and why: it is empty, a frame around other pages, or filled in by a script.
    """
    if not data.strip():
        raise ReadError("is empty")
    decoded = decode_page(data)
    text = _DATA.sub("data:", decoded.text)
    text = _CROWDED_TAG.sub(_uncrowded, text)
    tree = _tree(text)
    if tree is None:
        _log.info("%s is nested or large beyond what the parser takes: its text is read without its structure", id)
        flat = marked(text)
        blocks: Sequence[Block] = [Block(told, _KINDS[kind]) for kind, told in flat.blocks]
        meta = meta_of(title=flat.title, language=flat.language)
    else:
        said = about(tree)
        blocks, meta = _main_text(tree, said.said), said.meta
    found = normalise(render(blocks)).strip()
    if not found:
        raise ReadError(_why_nothing(tree))
    return Parsed((Document(id, found, meta),), decoded.problem)


def _uncrowded(match: re.Match[str]) -> str:
    """Take the attributes from a tag that has thousands: the parser takes minutes for them."""
    return f"<{match[1]}>" if len(re.findall(r"\s[\w:.-]+=", match[0])) > _ATTRIBUTES else match[0]


def _tree(text: str) -> HtmlElement | None:
    """Parse a page; ``None`` where the parser stopped at one of its limits, which it does without a word."""
    from lxml.etree import ErrorTypes, ParserError
    from lxml.html import Element, HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, no_network=True)
    try:
        tree = document_fromstring(text.encode("utf-8"), parser=parser)
    except ParserError:  # there is no element in it
        return Element("html")
    limited = any(entry.type == ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    return None if limited else tree


def _main_text(tree: HtmlElement, said: Said) -> Sequence[Block]:
    _drop_hidden(tree)
    page = blocks_of(tree)
    size = sum(len(block.text) for block in page)
    if size == 0:
        balanced: Sequence[Block] = ()
        precise: Sequence[Block] = ()
    elif size > _MOST_TEXT or sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        balanced = precise = ()
    else:
        balanced = _extracted(tree, precise=False)
        precise = _extracted(tree, precise=True)
    chosen = choose(page, balanced, precise, said)
    body = [Block(line) for part in _BREAKS.split(said.body) if (line := " ".join(_TAG.sub(" ", part).split()))]
    words = sum(block.words for block in body)
    shown = keys_of(page)
    if words >= _BODY_WORDS and sum(block.words for block in chosen if block.key in shown) < 0.5 * words:
        return body  # the page shows an excerpt, and its data holds the article
    return chosen


def _extracted(tree: HtmlElement, *, precise: bool) -> Sequence[Block]:
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it discards is decided here
    found = bare_extraction(deepcopy(tree), include_comments=False, favor_precision=precise)
    body = getattr(found, "body", None)
    return () if body is None else blocks_of(body)


def _drop_hidden(tree: HtmlElement) -> None:
    """Remove what a browser would not show, unless it is a good part of the page: then a script shows it."""
    hidden = [element for element in tree.iter() if isinstance(element.tag, str) and _is_hidden(element)]
    if not hidden:
        return
    most = _HIDDEN_SHARE * len(tree.text_content())
    for element in hidden:
        if element.getparent() is not None and len(element.text_content()) < most:
            element.drop_tree()


def _is_hidden(element: HtmlElement) -> bool:
    if element.tag in ("html", "body", "head", "script", "style"):
        return False
    if element.get("hidden") is not None or not _HIDDEN_CLASSES.isdisjoint((element.get("class") or "").split()):
        return True
    return bool(HIDING.search(element.get("style") or ""))


def _why_nothing(tree: HtmlElement | None) -> str:
    if tree is None:
        return "holds no text"
    if blocks_of(tree):
        return "holds no word, only signs"
    frames = [element.get("src") or "" for element in tree.iter("frame", "iframe")]
    if next(tree.iter("frameset", "frame"), None) is not None:
        named = ", ".join(name for name in frames[:3] if name)
        return f"is a frame around other pages{f' ({named})' if named else ''}; save those pages instead"
    if next(tree.iter("script"), None) is not None:
        return "holds no text of its own: a script fills it in; open it in a browser and save what is shown there"
    if frames:
        return "holds no text, only a frame with another page in it; save that page instead"
    if next(tree.iter("img", "svg", "canvas", "object", "embed"), None) is not None:
        return "holds pictures but no text"
    return "holds no text"
