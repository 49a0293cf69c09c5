"""What a web page says of itself: title, author, date, site and language, from its meta elements and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from topics.read.dates import as_iso
from topics.read.languages import as_code
from topics.read.meta import meta_of
from topics.read.web_choice import Said

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "title")
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl")
_DATES = (
    "article:published_time", "article:published", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.created", "dcterms.date", "dcterms.issued", "og:published_time", "parsely-pub-date", "sailthru.date",
    "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "citation_publication_date",
    "citation_date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_SITES = ("og:site_name", "publisher", "dc.publisher", "dcterms.publisher", "application-name")
_DESCRIPTIONS = ("description", "og:description", "twitter:description", "dc.description")
_LOCALES = ("content-language", "og:locale", "dc.language", "dcterms.language", "language")
_SECTIONS = ("article:section", "section", "parsely-section")

_ARTICLES = re.compile(r"Article$|Posting$|^Report$|^Review$|^WebPage$|Page$|^Recipe$")
_TAG = re.compile(r"<[^<>]{1,500}>")
_DEEPEST = 12
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class About:
    """The meta of a page's document, and what the choice of its text asks."""

    meta: dict[str, str]
    said: Said


def about(tree: HtmlElement) -> About:
    """Read what a page says of itself.

    Only what is said in so many words counts: nothing is guessed from addresses or from the text.
    """
    metas = _metas(tree)
    things = list(_things(tree))
    articles = [thing for thing in things if _ARTICLES.search(_type(thing))]
    source = _first(metas, _SITES) or _site(articles) or _site_itself(things)
    meta = meta_of(
        title=_title(tree, metas, articles, source),
        author=_author(metas, articles),
        date=_date(tree, metas, articles),
        source=source,
        language=_language(tree, metas),
        section=_first(metas, _SECTIONS),
        url=_address(tree, metas),
    )
    said = Said(
        meta.get("title", ""),
        tuple(metas[name] for name in _DESCRIPTIONS if name in metas),
        "\n\n".join(_bodies(articles)),
    )
    return About(meta, said)


def _metas(tree: HtmlElement) -> dict[str, str]:
    """Return the first content of each meta element, by its name in lower case."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = _plain(element.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _things(tree: HtmlElement) -> Iterator[dict[str, object]]:
    """Go through the things that JSON-LD speaks of; what is no JSON is passed over, as browsers do."""
    for element in tree.iter("script"):
        if (element.get("type") or "").strip().lower().partition(";")[0] != "application/ld+json":
            continue
        text = (element.text or "").strip().removeprefix("<!--").removesuffix("-->").rstrip("; \n")
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _inside(data, 0)


def _inside(data: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for item in data:
            yield from _inside(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed"):
            yield from _inside(data.get(key), depth + 1)


def _type(thing: dict[str, object]) -> str:
    kind = thing.get("@type")
    return str(kind[0]) if isinstance(kind, list) and kind else str(kind or "")


def _title(tree: HtmlElement, metas: dict[str, str], articles: list[dict[str, object]], source: str) -> str:
    headings = [text for element in tree.iter("h1") if (text := _plain(element.text_content()))]
    candidates = [_text(thing.get("headline")) for thing in articles]
    candidates += [metas[name] for name in _TITLES if name in metas]
    candidates += headings if len(headings) == 1 else []
    candidates += [_plain(element.text_content()) for element in tree.iter("title")]
    candidates += headings[:1]
    named = [text[:_LONGEST] for text in candidates if text]
    return next((text for text in named if text != source), next(iter(named), ""))


def _author(metas: dict[str, str], articles: list[dict[str, object]]) -> str:
    names: list[str] = []
    for thing in articles:
        names += _names(thing.get("author"))
    said = _first(metas, _AUTHORS, lambda text: "://" not in text and not text.startswith("@"))
    plain = list(dict.fromkeys(name for name in names if "://" not in name)) or ([said] if said else [])
    return ", ".join(re.sub(r"^by\s+", "", name, flags=re.IGNORECASE) for name in plain)[:_LONGEST]


def _names(value: object) -> list[str]:
    if isinstance(value, list):
        return [name for item in value[:20] for name in _names(item)]
    if isinstance(value, dict):
        return _names(value.get("name"))
    return [text] if (text := _text(value)) else []


def _date(tree: HtmlElement, metas: dict[str, str], articles: list[dict[str, object]]) -> str:
    candidates = [_text(thing.get(key)) for key in ("datePublished", "dateCreated") for thing in articles]
    candidates += [metas[name] for name in _DATES if name in metas]
    for element in tree.iter("time", "abbr", "span", "p", "div"):
        if element.get("pubdate") is not None or element.get("itemprop") == "datePublished":
            candidates.append(element.get("datetime") or element.get("content") or element.get("title") or "")
    times = [element.get("datetime") or "" for element in tree.iter("time")]
    if len(set(times)) == 1:
        candidates += times[:1]
    return next((iso for text in candidates if (iso := _day(text))), "")


def _day(text: str) -> str:
    """Return the date that a text is, or else begins with."""
    return as_iso(text) or as_iso(re.split(r"[T\s]", text.strip(), maxsplit=1)[0])


def _site(articles: list[dict[str, object]]) -> str:
    return next((name for thing in articles for name in _names(thing.get("publisher"))), "")


def _site_itself(things: list[dict[str, object]]) -> str:
    return next((name for thing in things if _type(thing) == "WebSite" for name in _names(thing.get("name"))), "")


def _language(tree: HtmlElement, metas: dict[str, str]) -> str:
    root = tree if tree.tag == "html" else tree.getroottree().getroot()
    said = [
        root.get("lang") or "",
        root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or "",
    ]
    said += [metas[name].partition(",")[0] for name in _LOCALES if name in metas]
    return next((code for text in said if (code := as_code(text))), "")


def _address(tree: HtmlElement, metas: dict[str, str]) -> str:
    links = (element.get("href") or "" for element in tree.iter("link") if (element.get("rel") or "") == "canonical")
    return next((link for link in [*links, metas.get("og:url", "")] if link.startswith(("http://", "https://"))), "")


def _bodies(articles: list[dict[str, object]]) -> list[str]:
    texts = [thing.get(key) for thing in articles for key in ("articleBody", "reviewBody", "text")]
    return list(dict.fromkeys(text for text in texts if isinstance(text, str) and text.strip()))


def _first(metas: dict[str, str], names: tuple[str, ...], fits: object = None) -> str:
    for name in names:
        value = metas.get(name, "")
        if value and (not callable(fits) or fits(value)):
            return value[:_LONGEST]
    return ""


def _text(value: object) -> str:
    return _plain(_TAG.sub("", value)) if isinstance(value, str) else ""


def _plain(text: str | None) -> str:
    from html import unescape

    return " ".join(unescape(text or "").split())
