"""Saved web pages: the main text, without the page around it, and what the page says of itself."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING

from topics.errors import ReadError
from topics.read.encoding import decode, normalise
from topics.read.parsed import Columns, Parsed
from topics.read.web_blocks import Block, blocks_of, keys_of, render
from topics.read.web_choice import Said, choose
from topics.read.web_flat import flat_blocks
from topics.read.web_meta import about
from topics.values import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DECLARED = re.compile(
    rb"""<(?:meta\b[^<>]{0,200}?charset\s*=|\?xml\b[^<>]{0,100}?encoding\s*=)\s*["']?\s*([\w.:-]+)""", re.I
)
_BYTES_TAG = re.compile(rb"<[^<>]{0,2000}>")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]{2}")
_DAMAGED_SHARE = 0.02
_SOUND = 10
_HEAD = 4096
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
    "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-16-be": "utf-8",
}  # fmt: skip
"""What browsers read where a page names an encoding: the larger one that contains it."""

_DATA = re.compile(r"data:[\w/+.;=-]{0,100};base64,[A-Za-z0-9+/=]{200,}")
_CROWDED_TAG = re.compile(r"<([A-Za-z][\w:-]{0,50})[\s/][^<>]{20000,}>")
_ATTRIBUTES = 2000
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,1000})</title", re.IGNORECASE)
_HIDING = re.compile(r"display\s*:\s*none", re.IGNORECASE)
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
    decoded, damaged = _decoded(data)
    text = _DATA.sub("data:", decoded)
    text = _CROWDED_TAG.sub(_uncrowded, text)
    tree = _tree(text)
    if tree is None:
        _log.info("%s is nested or large beyond what the parser takes: its text is read without its structure", id)
        title = _TITLE.search(text)
        blocks: Sequence[Block] = flat_blocks(text)
        meta = {"title": " ".join(title[1].split())} if title else {}
    else:
        said = about(tree)
        blocks, meta = _main_text(tree, said.said), said.meta
    found = normalise(render(blocks)).strip()
    if not found:
        raise ReadError(_why_nothing(text, tree))
    problem = f"{damaged:,} damaged characters were replaced by U+FFFD" if damaged else ""
    return Parsed((Document(id, found, {key: normalise(value) for key, value in meta.items()}),), problem)


def _decoded(data: bytes) -> tuple[str, int]:
    """Decode a page: its byte-order mark, UTF-8 where it is that, the encoding that it names, what it looks like.

    Returns
    -------
    str, int
        The text, and how many damaged characters in it became U+FFFD.
    """
    if b"\0" in data or data.startswith(codecs.BOM_UTF8):
        marked = decode(data)
        return marked.text, marked.damaged
    try:
        return normalise(data.decode("utf-8")), 0
    except UnicodeDecodeError:
        named = _named(data)
    text = data.decode(named or "utf-8", errors="replace")
    damaged = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - damaged
    is_utf8 = named in ("", "utf-8") and sound >= _SOUND * damaged  # nothing else has so many whole sequences
    if is_utf8 or (named and damaged <= 1 + len(text) // 1000):
        return normalise(text), damaged
    try:
        guessed = decode(_BYTES_TAG.sub(b" ", data))  # what tags are made of would look strange between letters
    except ReadError:
        if damaged > _DAMAGED_SHARE * len(text) or _CONTROLS.search(data):
            raise
        return normalise(text), damaged
    text = data.decode(guessed.encoding, errors="replace")
    return normalise(text), text.count("\ufffd")


def _named(data: bytes) -> str:
    match = _DECLARED.search(data[:_HEAD])
    if match is None:
        return ""
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        return ""
    return _MEANT.get(name, name)


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
    return bool(_HIDING.search(element.get("style") or ""))


def _why_nothing(text: str, tree: HtmlElement | None) -> str:
    if tree is None:
        return "holds no text"
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
