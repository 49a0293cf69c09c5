"""Books (epub): the chapters in the order of the spine, as one document.

The cover, the navigation and what the book itself calls not part of the reading order are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from topics.errors import ReadError
from topics.read.body import Body
from topics.read.declared import decode_page
from topics.read.markup import marked
from topics.read.meta import meta_of
from topics.read.package import Package, attribute, local, resolved
from topics.read.pages import which
from topics.read.parsed import Columns, Parsed
from topics.values import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/xml", "text/x-oeb1-document"})
_ENCRYPTION = "META-INF/encryption.xml"


@dataclass(frozen=True, slots=True)
class _Item:
    part: str
    kind: str
    properties: frozenset[str]


def read_epub(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of a book.

    Raises
    ------
    ReadError
        It is protected, damaged, or holds no text; the message continues the file's name.
    """
    package = Package(data, "epub")
    name = _root_file(package)
    root = package.xml(name)
    items = _items(root, name)
    chapters = list(_chapters(root, items, name))
    locked = _locked(package)
    if any(chapter in locked for chapter in chapters):
        raise ReadError("is protected against copying (DRM); get a copy without protection")
    body = Body()
    missing = []
    for number, chapter in enumerate(chapters, start=1):
        try:
            text = decode_page(package.bytes_of(chapter)).text if chapter in package else None
        except ReadError:
            text = None
        if text is None:
            missing.append(number)
        else:
            marked(text, skip=("nav",)).write(body)
    problem = which("chapter", missing, len(chapters), "cannot be read", "cannot be read") if missing else ""
    if not body.text.strip():
        raise ReadError(problem or "holds no text")
    problems = [told for told in (problem, package.problem) if told]
    return Parsed((Document(id, body.text, _meta(root)),), ". ".join(problems))


def _root_file(package: Package) -> str:
    """Return the part that lists the book's chapters."""
    container = "META-INF/container.xml"
    for child in package.optional(container):
        for element in child.iter():
            if local(element) == "rootfile" and attribute(element, "full-path") in package:
                return attribute(element, "full-path")
    found = next((name for name in package.names() if name.endswith(".opf")), None)
    if found is None:
        raise ReadError("is no epub book, or is damaged: it has no list of chapters")
    return found


def _items(root: Element, name: str) -> dict[str, _Item]:
    return {
        attribute(item, "id"): _Item(
            resolved(name, attribute(item, "href")),
            attribute(item, "media-type"),
            frozenset(attribute(item, "properties").split()),
        )
        for item in root.iter()
        if local(item) == "item"
    }


def _chapters(root: Element, items: dict[str, _Item], name: str) -> Iterator[str]:
    covers = {
        resolved(name, attribute(reference, "href"))
        for reference in root.iter()
        if local(reference) == "reference"
        and attribute(reference, "type").lower() in ("cover", "toc")
        and "#" not in attribute(reference, "href")
    }
    seen: set[str] = set()
    for entry in root.iter():
        item = items.get(attribute(entry, "idref")) if local(entry) == "itemref" else None
        if item is None or attribute(entry, "linear") == "no" or item.kind not in _PAGES:
            continue
        if not item.properties & {"nav", "cover-image"} and item.part not in covers | seen:
            seen.add(item.part)
            yield item.part


def _locked(package: Package) -> set[str]:
    if _ENCRYPTION not in package:
        return set()
    uris = (attribute(entry, "URI") for entry in package.xml(_ENCRYPTION).iter() if local(entry) == "CipherReference")
    return {resolved("", uri) for uri in uris}


def _meta(root: Element) -> dict[str, str]:
    said: dict[str, list[str]] = {}
    for element in root.iter():
        text = "".join(map(str, element.itertext())).strip() if len(element) == 0 else ""
        if text and local(element) in ("title", "creator", "date", "language", "publisher", "subject", "identifier"):
            said.setdefault(local(element), []).append(text)
    return meta_of(
        title=said.get("title", [""])[0],
        author=", ".join(said.get("creator", [])),
        date=said.get("date", [""])[0],
        source=said.get("publisher", [""])[0],
        language=said.get("language", [""])[0],
        subject=", ".join(said.get("subject", [])),
        identifier=said.get("identifier", [""])[0],
    )
