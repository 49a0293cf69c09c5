"""Word files (docx): the body in order, with lists, tables, text boxes and notes.

What is furniture or no part of the text as it stands is left out: page heads and feet, tables of contents, tracked
deletions, comments, hidden text and field codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from topics.errors import ReadError
from topics.read.body import Body
from topics.read.numbering import Counters, Level
from topics.read.package import Package, attribute, local, main_part, office_meta
from topics.read.parsed import Columns, Parsed
from topics.values import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_UNSEEN = frozenset(
    "del moveFrom delText instrText delInstrText commentReference rt Fallback pPr rPr tblPr tblGrid trPr tcPr sdtPr "
    "sdtEndPr sectPr proofErr bookmarkStart bookmarkEnd fldData".split()
)
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "\u2011"}
_CONTENTS = re.compile(r"toc\s?\d|toc heading|table of figures", re.IGNORECASE)
_CLOCK = r"\s*\d{1,2}:\d\d?(?::\d\d?(?:[.,]\d+)?)?\s*"
_TURN = re.compile(rf"{_CLOCK}-->{_CLOCK}\n(.+)\n([\s\S]+)")
"""A turn of a meeting's transcript: from when to when, who speaks, and what is said."""

_DEEPEST = 60
_LAYOUT_CELL = 400


@dataclass(slots=True)
class _Styles:
    """What a file's paragraph styles say: their names, and the list that each puts its paragraphs in."""

    names: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    body: Body
    styles: _Styles
    counters: Counters
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    pictures: int = 0


def read_docx(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of a Word file.

    Raises
    ------
    ReadError
        It is encrypted, damaged, or holds no text; the message continues the file's name.
    """
    package = Package(data, "docx")
    main = main_part(package, "word/document.xml")
    relations = {kind: part for kind, part in package.relations(main).values()}
    root = package.xml(main)
    if local(root) != "document":
        raise ReadError("is not a Word document, whatever its name says")
    reading = _Reading(Body(), _styles(package, relations), _counters(package, relations))
    for child in root:
        if local(child) == "body":
            _blocks(reading, child, 0)
    _write_notes(reading, package, relations)
    if not reading.body.text.strip():
        raise ReadError("holds no text" + (": it is pictures; run OCR first" if reading.pictures else ""))
    return Parsed((Document(id, reading.body.text, office_meta(package)),), package.problem)


def _blocks(reading: _Reading, parent: Element, depth: int) -> None:
    if depth > _DEEPEST:
        raise ReadError("is nested deeper than documents are")
    for child in parent:
        name = local(child)
        if name == "p":
            _paragraph(reading, child, depth)
        elif name == "tbl":
            _table(reading, child, depth)
        elif name == "sdt" and _is_contents(child):
            continue
        elif name not in _UNSEEN and len(child):
            _blocks(reading, child, depth + 1)


def _paragraph(reading: _Reading, paragraph: Element, depth: int) -> None:
    style, listed = _properties(reading, paragraph)
    if not _CONTENTS.match(style):
        text = "".join(_runs(reading, paragraph, 0))
        marker = reading.counters.marker(*listed) if listed and text.strip() else ""
        if turn := _TURN.fullmatch(text):
            reading.body.add(f"{turn[1].strip()}: {' '.join(turn[2].split())}")
        elif marker and not re.match(r"heading|title|überschrift|rubrik|titre", style, re.IGNORECASE):
            reading.body.add(f"{marker} {text.strip()}", "item")
        else:
            reading.body.add_typed(text)
    boxes, reading.boxes = reading.boxes, []
    for box in boxes:
        _blocks(reading, box, depth + 1)


def _properties(reading: _Reading, paragraph: Element) -> tuple[str, tuple[str, int] | None]:
    """Return the name of a paragraph's style, and the list and level that it is in."""
    style, number, level = "", None, 0
    listed = None
    for properties in paragraph:
        if local(properties) != "pPr":
            continue
        for entry in properties:
            if local(entry) == "pStyle":
                key = attribute(entry, "val")
                style, listed = reading.styles.names.get(key, key), reading.styles.lists.get(key)
            elif local(entry) == "numPr":
                values = {local(value): attribute(value, "val") for value in entry}
                number = values.get("numId", listed[0] if listed else None)
                level = _whole(values.get("ilvl", ""))
    if number is not None:
        listed = (number, level) if number != "0" else None
    return style, listed


def _runs(reading: _Reading, element: Element, depth: int) -> Iterator[str]:
    """Return the pieces of a paragraph's text; note what notes it refers to and what boxes stand in it."""
    if depth > _DEEPEST:
        raise ReadError("is nested deeper than documents are")
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name == "sym":
            yield _symbol(child)
        elif name in ("footnoteReference", "endnoteReference"):
            reading.notes.append((name.removesuffix("Reference"), attribute(child, "id")))
        elif name == "txbxContent":
            reading.boxes.append(child)
        elif name in ("pic", "imagedata"):
            reading.pictures += 1
        elif name not in _UNSEEN and len(child) and not (name == "r" and _is_hidden(child)):
            yield from _runs(reading, child, depth + 1)


def _symbol(element: Element) -> str:
    """Return a character of a symbol font, where it is one that other fonts have."""
    try:
        code = int(attribute(element, "char"), 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= code <= 0xF8FF or code > 0x10FFFF else chr(code)


def _is_hidden(run: Element) -> bool:
    for properties in run:
        if local(properties) == "rPr":
            return any(
                local(entry) == "vanish" and attribute(entry, "val") not in ("0", "false") for entry in properties
            )
    return False


def _is_contents(content: Element) -> bool:
    return any(
        local(entry) == "docPartGallery" and attribute(entry, "val").lower() == "table of contents"
        for properties in content
        if local(properties) == "sdtPr"
        for entry in properties.iter()
    )


def _table(reading: _Reading, table: Element, depth: int) -> None:
    """Write a table row by row; one that only lays out the page gives its paragraphs in order."""
    rows = [[cell for cell in _children(row, "tc")] for row in _children(table, "tr") if not _is_deleted(row)]
    if max(map(len, rows), default=0) < 2 or any(_is_layout(cell) for row in rows for cell in row):
        for row in rows:
            for cell in row:
                _blocks(reading, cell, depth + 1)
        return
    for row in rows:
        reading.body.add_row(_cell(reading, cell, depth) for cell in row)
    boxes, reading.boxes = reading.boxes, []
    for box in boxes:
        _blocks(reading, box, depth + 1)


def _children(parent: Element, wanted: str, depth: int = 0) -> Iterator[Element]:
    """Return a table's rows or a row's cells, also those inside of content controls."""
    for child in parent:
        name = local(child)
        if name == wanted:
            yield child
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml") and depth < _DEEPEST:
            yield from _children(child, wanted, depth + 1)


def _is_deleted(row: Element) -> bool:
    return any(local(entry) == "del" for properties in row if local(properties) == "trPr" for entry in properties)


def _is_layout(cell: Element) -> bool:
    paragraphs = ["".join(piece.text or "" for piece in p.iter() if local(piece) == "t") for p in _children(cell, "p")]
    return sum(map(len, paragraphs)) > _LAYOUT_CELL and sum(bool(text.strip()) for text in paragraphs) > 1


def _cell(reading: _Reading, cell: Element, depth: int) -> str:
    if depth > _DEEPEST:
        raise ReadError("is nested deeper than documents are")
    parts = []
    for child in cell:
        if local(child) == "p":
            parts.append("".join(_runs(reading, child, 0)))
        elif local(child) == "tbl":
            parts += [
                _cell(reading, inner, depth + 1) for row in _children(child, "tr") for inner in _children(row, "tc")
            ]
        elif local(child) not in _UNSEEN:
            parts.append(_cell(reading, child, depth + 1))
    return " ".join(part.strip() for part in parts if part.strip())


def _write_notes(reading: _Reading, package: Package, relations: dict[str, str]) -> None:
    """Add the footnotes and endnotes that the text refers to, in the order of their references."""
    wanted, reading.notes = reading.notes, []
    known: dict[tuple[str, str], Element] = {}
    for kind in ("footnote", "endnote"):
        notes = package.optional(relations.get(f"{kind}s", ""))
        known |= {(kind, attribute(note, "id")): note for note in notes if local(note) == kind}
    for key in dict.fromkeys(wanted):
        if key in known:
            _blocks(reading, known[key], 0)


def _styles(package: Package, relations: dict[str, str]) -> _Styles:
    styles = _Styles()
    for style in package.optional(relations.get("styles", "")):
        key = attribute(style, "styleId")
        for entry in style:
            if local(entry) == "name":
                styles.names[key] = attribute(entry, "val")
            elif local(entry) == "pPr":
                for values in (entry for entry in entry if local(entry) == "numPr"):
                    found = {local(value): attribute(value, "val") for value in values}
                    if "numId" in found:
                        styles.lists[key] = (found["numId"], _whole(found.get("ilvl", "")))
    return styles


def _counters(package: Package, relations: dict[str, str]) -> Counters:
    shapes: dict[str, dict[int, Level]] = {}
    lists: dict[str, str] = {}
    for entry in package.optional(relations.get("numbering", "")):
        if local(entry) == "abstractNum":
            shapes[attribute(entry, "abstractNumId")] = {
                _whole(attribute(level, "ilvl")): _level(level) for level in entry if local(level) == "lvl"
            }
        elif local(entry) == "num":
            shape = next((attribute(value, "val") for value in entry if local(value) == "abstractNumId"), "")
            lists[attribute(entry, "numId")] = shape
    return Counters(shapes, lists)


def _level(level: Element) -> Level:
    values = {local(value): attribute(value, "val") for value in level}
    return Level(values.get("numFmt", "decimal"), values.get("lvlText", "%1."), _whole(values.get("start", "1")))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0
