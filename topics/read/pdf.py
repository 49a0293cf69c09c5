"""PDF files: the text page by page, in the order of reading, with paragraphs put together from lines.

Running heads and page numbers stay in the text, as paragraphs of their own that never part another one: they are for
cleaning to take out, with a reason for each.
"""

from __future__ import annotations

import logging
import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from topics.errors import ReadError
from topics.read.body import Body
from topics.read.dates import as_iso
from topics.read.meta import meta_of
from topics.read.pages import which
from topics.read.parsed import Columns, Parsed
from topics.read.pdf_fonts import Fonts, dictionary_of
from topics.read.pdf_lines import Line, Region, regions_of
from topics.read.pdf_paragraphs import Paragraph, joined, mend, paragraphs_of
from topics.read.pdf_runs import shown
from topics.values import Document

if TYPE_CHECKING:
    from pypdf import PdfReader

LARGEST = 50_000_000
"""The most characters of a file that are read."""

_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|sida|side|página|pagina|p|s)\b\.?)?\s*(?:\d{1,4}|[ivxl]{1,6})"
    r"(?:\s*(?:of|/|av|von|de|di|sur|van)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_NUMBER_CHARS = 40
_NEIGHBOURS = 2
_SAME_PLACE = 6.0
_UNKNOWN = 0.2
_KEPT_PAGES = 32
_MOST_PAGES = 100_000
_OCR = ": its fonts lack a table; run OCR first"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Flaws:
    """The pages, from 1, of which something could not be read."""

    pages: int
    named: int
    pictures: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    strange: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    after: int = 0

    def sentence(self) -> str:
        found = [
            which("page", rows, self.pages, one, more) + advice
            for rows, one, more, advice in (
                (self.pictures, "holds no text: it is a picture", "hold no text: they are pictures", "; run OCR first"),
                (self.damaged, "is damaged and was not read", "are damaged and were not read", ""),
                (self.strange, "does not say which letters it shows", "do not say which letters they show", _OCR),
            )
            if rows
        ]
        if self.named > self.pages:
            found.append(f"says that it has {self.named:,} pages, of which {self.pages:,} can be found")
        if self.after:
            found.append(f"what comes after page {self.after} was not read: more than {LARGEST:,} characters")
        return ". ".join(found)


def read_pdf(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of a PDF file.

    Raises
    ------
    ReadError
        It is encrypted with a password, is damaged, or holds no text; the message continues the file's name.
    """
    errors = _errors()
    try:
        reader = _opened(data)
        count = len(reader.pages)
        named = _named(reader)
    except errors as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(f"is damaged: its pages cannot be found ({_brief(error)})") from error
    flaws = _Flaws(count, named)
    paragraphs = joined(_paragraphs(_pages(reader, flaws, errors)))
    if flaws.blank and not _is_sound(data, errors):
        flaws.damaged = sorted(flaws.damaged + flaws.blank)
    mend(paragraphs)
    body = Body()
    for paragraph in paragraphs:
        body.add_parts(paragraph.parts, paragraph.kind)
    if not body.text.strip():
        raise ReadError(flaws.sentence() or ("holds no text" if count else "has no pages"))
    try:
        meta = _meta(reader)
    except errors as error:
        _log.warning("%s: what it says of itself cannot be read (%s)", id, _brief(error))
        meta = {}
    return Parsed((Document(id, body.text, meta, body.pages(count)),), flaws.sentence())


def _errors() -> tuple[type[Exception], ...]:
    """Return what pypdf raises on damaged files, found by reading mutated ones: its own errors, and Python's."""
    from pypdf.errors import DependencyError, DeprecationError, PyPdfError

    own = (PyPdfError, DependencyError, DeprecationError)
    parsing = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, EOFError)
    return (ReadError, *own, *parsing, NotImplementedError, AssertionError, OSError, zlib.error, struct.error)


def _brief(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:100] if text else type(error).__name__


def _opened(data: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        try:
            opened = reader.decrypt("")
        except DependencyError as error:
            raise ReadError(
                "is encrypted in a way that needs cryptography; install it with: pip install cryptography, "
                "or save the file without a password"
            ) from error
        if opened == PasswordType.NOT_DECRYPTED:
            raise ReadError("is encrypted; save it without a password")
    return reader


def _named(reader: PdfReader) -> int:
    """Return how many pages the file says that it has, 0 where it says nothing that can be true."""
    root = dictionary_of(reader.trailer.get("/Root"))
    tree = dictionary_of(root.get("/Pages")) if root is not None else None
    count = tree.get("/Count") if tree is not None else None
    return count if isinstance(count, int) and 0 < count < _MOST_PAGES else 0


def _is_sound(data: bytes, errors: tuple[type[Exception], ...]) -> bool:
    """Whether a file has no damage that pypdf passes over, by which a page can lose its text without an error."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(BytesIO(data), strict=True)
        if reader.is_encrypted:
            reader.decrypt("")
        for page in reader.pages:
            contents = page.get("/Contents")
            if contents is not None:
                contents.get_object()
    except errors:
        return False
    return True


def _pages(reader: PdfReader, flaws: _Flaws, errors: tuple[type[Exception], ...]) -> Iterator[list[Region]]:
    """Read page by page; pypdf's memory of a file is emptied now and then, so that it does not grow with the pages."""
    fonts = Fonts()
    read = 0
    for row in range(flaws.pages):
        if read > LARGEST:
            flaws.after = row
            return
        regions: list[Region] = []
        try:
            page = shown(reader.pages[row], fonts)
        except errors as error:
            _log.info("page %s cannot be read: %s", row + 1, _brief(error))
            flaws.damaged.append(row + 1)
        else:
            regions = regions_of(page.runs)
            letters = sum(len(line.text) for region in regions for line in region.lines)
            read += letters
            if page.unknown > _UNKNOWN * letters:
                flaws.strange.append(row + 1)
            elif not letters:
                (flaws.pictures if page.pictures else flaws.blank).append(row + 1)
        yield regions
        if row % _KEPT_PAGES == _KEPT_PAGES - 1:
            reader.resolved_objects.clear()


def _paragraphs(pages: Iterator[list[Region]]) -> Iterator[list[Paragraph]]:
    window: list[list[Region]] = []
    edges: list[list[Line]] = []
    number = 0
    for regions in pages:
        window.append(regions)
        edges.append(_edges(regions))
        if len(window) > _NEIGHBOURS:
            place = len(window) - 1 - _NEIGHBOURS
            number += 1
            yield _page(window[place], _margins(edges, place), number)
            if len(window) > 2 * _NEIGHBOURS:
                window.pop(0)
                edges.pop(0)
    for place in range(max(0, len(window) - _NEIGHBOURS), len(window)):
        number += 1
        yield _page(window[place], _margins(edges, place), number)


def _page(regions: Sequence[Region], margins: frozenset[Line], number: int) -> list[Paragraph]:
    return [paragraph for region in regions for paragraph in paragraphs_of(region, number, margins)]


def _edges(regions: Sequence[Region]) -> list[Line]:
    """Return the lines that may be a head or a foot: those on the two highest and the two lowest baselines."""
    lines = [line for region in regions if not region.sideways for line in region.lines]
    bases = sorted({round(line.base) for line in lines})
    edge = {*bases[:2], *bases[-2:]}
    return [line for line in lines if round(line.base) in edge]


def _margins(edges: Sequence[Sequence[Line]], place: int) -> frozenset[Line]:
    """Return the lines of a page that stand in the same place on a page near it, but for their numbers."""
    near = [page for row, page in enumerate(edges) if row != place and abs(row - place) <= _NEIGHBOURS]
    bases = {line.base for line in edges[place]}
    outer = {min(bases, default=0.0), max(bases, default=0.0)}
    found = set()
    for line in edges[place]:
        is_number = line.base in outer and len(line.text) <= _NUMBER_CHARS and bool(_PAGE_NUMBER.fullmatch(line.text))
        if line.artifact or is_number or any(_is_same(line, other) for page in near for other in page):
            found.add(line)
    return frozenset(found)


def _is_same(line: Line, other: Line) -> bool:
    masked = _DIGITS.sub("#", line.text) == _DIGITS.sub("#", other.text)
    return masked and abs(line.base - other.base) <= _SAME_PLACE


def _meta(reader: PdfReader) -> dict[str, str]:
    info: Mapping[str, object] = reader.metadata or {}
    xmp = reader.xmp_metadata
    titles = (xmp.dc_title or {}) if xmp is not None else {}
    created = info.get("/CreationDate")
    title = str(info.get("/Title") or next(iter(titles.values()), "") or "")
    author = info.get("/Author") or (", ".join(map(str, xmp.dc_creator or [])) if xmp is not None else "")
    root = dictionary_of(reader.trailer.get("/Root"))
    language = root.get("/Lang", "") if root is not None else ""
    return meta_of(
        title=re.sub(r"^Microsoft (?:Word|PowerPoint|Excel) - ", "", title),
        author=str(author),
        date=as_iso(str(created or "")) or (xmp.xmp_create_date if xmp is not None else None) or "",
        language=str(language),
        subject=str(info.get("/Subject") or ""),
        keywords=str(info.get("/Keywords") or ""),
    )
