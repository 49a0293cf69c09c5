"""PowerPoint files (pptx): slides as pages, each its title, text, tables and diagrams, then the speaker's notes.

Page furniture (dates, footers, slide numbers) is left out, and so is text of the layout that no slide shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from topics.errors import ReadError
from topics.read.body import Body
from topics.read.numbering import numeral
from topics.read.package import Package, attribute, local, main_part, office_meta
from topics.read.pages import which
from topics.read.parsed import Columns, Parsed
from topics.values import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})
_LISTED = frozenset({"", "body", "obj"})
_DEEPEST = 40
_MOST_SLIDES = 20_000


@dataclass(frozen=True, slots=True)
class _Shape:
    element: Element
    holder: str | None
    place: tuple[int, int] | None


def read_pptx(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of a PowerPoint file; each slide is a page.

    Raises
    ------
    ReadError
        It is encrypted, damaged, or holds no text; the message continues the file's name.
    """
    package = Package(data, "pptx")
    main = main_part(package, "ppt/presentation.xml")
    slides = _slides(package, main)
    body = Body()
    pictures: list[int] = []
    missing: list[int] = []
    for number, slide in enumerate(slides, start=1):
        before = body.length
        try:
            shown = _slide(package, slide, body, number)
        except ReadError:
            missing.append(number)
            continue
        if body.length == before and shown:
            pictures.append(number)
    problems = [
        which("slide", rows, len(slides), one, more)
        for rows, one, more in (
            (pictures, "holds no text but pictures; run OCR first", "hold no text but pictures; run OCR first"),
            (missing, "is damaged or missing", "are damaged or missing"),
        )
        if rows
    ]
    if not body.text.strip():
        raise ReadError(". ".join(problems) or "holds no text")
    document = Document(id, body.text, office_meta(package), body.pages(len(slides)))
    return Parsed((document,), ". ".join([*problems, package.problem] if package.problem else problems))


def _slides(package: Package, main: str) -> list[str]:
    """Return the parts of the slides in the order in which they are shown."""
    relations = package.relations(main)
    root = package.xml(main)
    if local(root) != "presentation":
        raise ReadError("is not a PowerPoint presentation, whatever its name says")
    found = []
    for listed in (child for child in root if local(child) == "sldIdLst"):
        for entry in listed:
            # two attributes are called id: the slide's own, and the relation's, which has a namespace
            keys = [str(value) for name, value in entry.attrib.items() if str(name).endswith("}id")]
            found += [relations[key][1] for key in keys if key in relations]
    if len(found) > _MOST_SLIDES:
        raise ReadError(f"has more than {_MOST_SLIDES:,} slides")
    return found


def _slide(package: Package, name: str, body: Body, number: int) -> bool:
    """Write a slide and its notes; return whether it shows pictures."""
    relations = package.relations(name)
    shapes = list(_shapes(package.xml(name), 0))
    placed = [shape for shape in shapes if shape.place is not None]
    if len(placed) == len(shapes):
        shapes.sort(key=lambda shape: shape.place or (0, 0))
    shapes.sort(key=lambda shape: shape.holder not in _TITLES)
    for shape in shapes:
        if shape.holder not in _FURNITURE:
            _write(shape, package, relations, body, number)
    for kind, part in relations.values():
        if kind == "notesSlide" and part in package:
            for shape in _shapes(package.xml(part), 0):
                if shape.holder == "body":
                    _paragraphs(shape.element, body, number, listed=False)
    return any(local(element) == "blip" for shape in shapes for element in shape.element.iter())


def _shapes(parent: Element, depth: int) -> Iterator[_Shape]:
    """Return the shapes that show something, those of groups in their place."""
    if depth > _DEEPEST:
        raise ReadError("is nested deeper than presentations are")
    for child in parent:
        name = local(child)
        if name in ("sp", "graphicFrame", "pic"):
            yield _Shape(child, _holder(child), _place(child))
        elif name in ("cSld", "spTree", "grpSp", "AlternateContent", "Choice"):
            yield from _shapes(child, depth + 1)


def _holder(shape: Element) -> str | None:
    """Return which placeholder of the layout a shape fills: its kind, ``""`` for a plain one, None for none."""
    for properties in shape:
        if local(properties).startswith("nv"):
            for element in properties.iter():
                if local(element) == "ph":
                    return attribute(element, "type")
    return None


def _place(shape: Element) -> tuple[int, int] | None:
    for element in shape.iter():
        if local(element) == "off":
            try:
                return int(attribute(element, "y")), int(attribute(element, "x"))
            except ValueError:
                return None
    return None


def _write(shape: _Shape, package: Package, relations: dict[str, tuple[str, str]], body: Body, number: int) -> None:
    if local(shape.element) == "sp":
        _paragraphs(shape.element, body, number, listed=shape.holder is not None and shape.holder in _LISTED)
        return
    for element in shape.element.iter():
        if local(element) == "tbl":
            for row in (child for child in element if local(child) == "tr"):
                body.add_row((_text_of(cell) for cell in row if local(cell) == "tc"), number)
        elif local(element) == "relIds":
            part = relations.get(attribute(element, "dm"), ("", ""))[1]
            if part in package:
                _diagram(package.xml(part), body, number)


def _diagram(root: Element, body: Body, number: int) -> None:
    for point in root.iter():
        if local(point) == "pt":
            text = " ".join(_lines(point))
            if text.strip():
                body.add(f"- {text}", "item", number)


def _paragraphs(shape: Element, body: Body, page: int, *, listed: bool) -> None:
    """Write a shape's paragraphs; in a placeholder for lists they are items, unless they say that they are not."""
    paragraphs = [(element, _line(element)) for element in shape.iter() if local(element) == "p"]
    full = [(element, text) for element, text in paragraphs if text.strip()]
    count = 0
    for element, text in full:
        marks = _marks(element)
        numbered = next((mark for mark in marks if local(mark) == "buAutoNum"), None)
        count = count + 1 if numbered is not None else 0
        if numbered is not None:
            kind = attribute(numbered, "type")
            style = "lowerLetter" if kind.startswith("alphaLc") else "upperLetter" if kind.startswith("alphaUc") else ""
            body.add(f"{numeral(count, style)}. {text.strip()}", "item", page)
        elif any(local(mark) in ("buChar", "buBlip") for mark in marks) or (
            listed and len(full) > 1 and not any(local(mark) == "buNone" for mark in marks)
        ):
            body.add(f"- {text.strip()}", "item", page)
        else:
            body.add_typed(text, page)


def _marks(paragraph: Element) -> Sequence[Element]:
    return [mark for properties in paragraph if local(properties) == "pPr" for mark in properties]


def _text_of(cell: Element) -> str:
    return " ".join(_lines(cell))


def _lines(parent: Element) -> list[str]:
    return [text for element in parent.iter() if local(element) == "p" and (text := _line(element).strip())]


def _line(paragraph: Element) -> str:
    pieces = []
    for element in paragraph.iter():
        name = local(element)
        if name == "t":
            pieces.append(element.text or "")
        elif name == "br":
            pieces.append("\n")
    return "".join(pieces)
