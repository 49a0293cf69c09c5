"""OpenDocument texts (odt): the body in order, with lists, tables, text boxes and notes.

Tables of contents and other indexes, tracked deletions, comments, and page heads and feet are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from topics.errors import ReadError
from topics.read.body import Body
from topics.read.meta import meta_of
from topics.read.numbering import BULLET, numeral
from topics.read.package import Package, attribute, core_properties, local
from topics.read.parsed import Columns, Parsed
from topics.values import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_UNSEEN = frozenset(
    "tracked-changes annotation annotation-end note-citation table-of-content illustration-index table-index "
    "object-index user-index alphabetical-index bibliography sequence-decls variable-decls "
    "user-field-decls forms ruby-text script "
    "title desc table-columns".split()
)
_KINDS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_DEEPEST = 60
_MOST_SPACES = 100
_MOST_CELLS = 200
_LAYOUT_CELL = 400


@dataclass(slots=True)
class _Reading:
    body: Body
    lists: dict[str, dict[int, tuple[str, str]]]
    notes: list[Element] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    pictures: int = 0


def read_odt(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of an OpenDocument text.

    Raises
    ------
    ReadError
        It is encrypted, damaged, or holds no text; the message continues the file's name.
    """
    package = Package(data, "odt")
    manifest = "META-INF/manifest.xml"
    if manifest in package and b"encryption-data" in package.bytes_of(manifest):
        raise ReadError("is encrypted; save it without a password")
    root = package.xml("content.xml")
    text = next((element for element in root.iter() if local(element) == "text" and _is_body(element)), None)
    if text is None:
        raise ReadError("is no OpenDocument text (odt), whatever its name says")
    lists = _list_styles(root)
    for part in package.optional("styles.xml"):
        lists = _list_styles(part) | lists
    reading = _Reading(Body(), lists)
    _blocks(reading, text, 0)
    notes, reading.notes = reading.notes, []
    for note in notes:
        _blocks(reading, note, 0)
    if not reading.body.text.strip():
        raise ReadError("holds no text" + (": it is pictures; run OCR first" if reading.pictures else ""))
    said = core_properties(package, "meta.xml")
    meta = meta_of(
        title=said.get("title", ""),
        author=said.get("initial-creator", "") or said.get("creator", ""),
        date=said.get("creation-date", "") or said.get("date", ""),
        language=said.get("language", ""),
        subject=said.get("subject", ""),
        keywords=said.get("keyword", ""),
    )
    return Parsed((Document(id, reading.body.text, meta),), package.problem)


def _is_body(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) == "body"


def _blocks(reading: _Reading, parent: Element, depth: int) -> None:
    if depth > _DEEPEST:
        raise ReadError("is nested deeper than documents are")
    for child in parent:
        name = local(child)
        if name == "h":
            reading.body.add("".join(_inline(reading, child, 0)))
        elif name == "p":
            reading.body.add_typed("".join(_inline(reading, child, 0)))
        elif name == "list":
            _list(reading, child, attribute(child, "style-name"), 1)
        elif name == "table":
            _table(reading, child, depth)
        elif name and name not in _UNSEEN:
            _blocks(reading, child, depth + 1)
        _write_boxes(reading, depth)


def _write_boxes(reading: _Reading, depth: int) -> None:
    boxes, reading.boxes = reading.boxes, []
    for box in boxes:
        _blocks(reading, box, depth + 1)


def _inline(reading: _Reading, element: Element, depth: int) -> Iterator[str]:
    """Return the pieces of a paragraph's text; note what notes and boxes stand in it."""
    if depth > _DEEPEST:
        raise ReadError("is nested deeper than documents are")
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "s":
            count = attribute(child, "c")
            yield " " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1)
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n"
        elif name == "note-body":
            reading.notes.append(child)
        elif name == "text-box":
            reading.boxes.append(child)
        elif name == "image":
            reading.pictures += 1
        elif name and name not in _UNSEEN:
            yield from _inline(reading, child, depth + 1)
        yield child.tail or ""


def _list(reading: _Reading, element: Element, style: str, level: int) -> None:
    if level > _DEEPEST:
        raise ReadError("is nested deeper than documents are")
    kind, suffix = reading.lists.get(style, {}).get(level, ("", ""))
    number = 0
    for item in element:
        if local(item) not in ("list-item", "list-header"):
            continue
        start = attribute(item, "start-value")
        number = int(start) if start.isdecimal() and len(start) < 6 else number + 1
        marker = f"{numeral(number, kind)}{suffix}" if kind and suffix else BULLET
        for child in item:
            name = local(child)
            if name == "list":
                _list(reading, child, attribute(child, "style-name") or style, level + 1)
            elif name in ("p", "h"):
                text = "".join(_inline(reading, child, 0)).strip()
                is_item = bool(text) and name == "p" and bool(marker)
                reading.body.add(f"{marker} {text}" if is_item else text, "item" if is_item else "paragraph")
                marker = "" if text else marker
            _write_boxes(reading, level)


def _table(reading: _Reading, table: Element, depth: int) -> None:
    """Write a table row by row; one that only lays out the page gives its paragraphs in order."""
    rows = list(_rows(table, 0))
    if max(map(len, rows), default=0) < 2 or any(_is_layout(cell) for row in rows for cell in row):
        for row in rows:
            for cell in row:
                _blocks(reading, cell, depth + 1)
        return
    for row in rows:
        reading.body.add_row(_cell(reading, cell, depth) for cell in row)


def _rows(parent: Element, depth: int) -> Iterator[list[Element]]:
    for child in parent:
        name = local(child)
        if name == "table-row":
            yield [cell for cell in child if local(cell) in ("table-cell", "covered-table-cell")][:_MOST_CELLS]
        elif name in ("table-rows", "table-header-rows", "table-row-group") and depth < _DEEPEST:
            yield from _rows(child, depth + 1)


def _is_layout(cell: Element) -> bool:
    paragraphs = ["".join(map(str, child.itertext())) for child in cell if local(child) in ("p", "h")]
    return sum(map(len, paragraphs)) > _LAYOUT_CELL and sum(bool(text.strip()) for text in paragraphs) > 1


def _cell(reading: _Reading, cell: Element, depth: int) -> str:
    if depth > _DEEPEST:
        raise ReadError("is nested deeper than documents are")
    parts = []
    for child in cell:
        name = local(child)
        if name in ("p", "h"):
            parts.append("".join(_inline(reading, child, 0)))
        elif name and name not in _UNSEEN:
            parts.append(_cell(reading, child, depth + 1))
    return " ".join(part.strip() for part in parts if part.strip())


def _list_styles(root: Element) -> dict[str, dict[int, tuple[str, str]]]:
    """Return how each level of each list style is numbered, and what follows the number; bullets are left out."""
    styles: dict[str, dict[int, tuple[str, str]]] = {}
    for style in root.iter():
        if local(style) == "list-style":
            styles[attribute(style, "name")] = {
                int(attribute(level, "level")): (
                    _KINDS.get(attribute(level, "num-format"), ""),
                    attribute(level, "num-suffix") or ".",
                )
                for level in style
                if local(level) == "list-level-style-number" and attribute(level, "level").isdecimal()
            }
    return styles
