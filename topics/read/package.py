"""Files that are zip archives of XML parts (docx, pptx, odt, epub), opened so that no part can do harm.

Sizes are summed up before anything is unpacked; entities and external references are never resolved; the name of a
part is only ever looked up in the archive, never on the disk.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile, ZipInfo

from topics.errors import ReadError
from topics.read.meta import meta_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LARGEST = 512 << 20
"""The most bytes that all parts of a file may unpack to."""
LARGEST_PART = 48 << 20
"""The most bytes of a part that is parsed."""

_MOST_PARTS = 20_000
_RATIO, _RATIO_FROM = 250, 32 << 20
_PROLOG = 1 << 16
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MARKER = re.compile(r"\{[^}]*\}")


class Package:
    """The parts of a file, by their names."""

    def __init__(self, data: bytes, kind: str) -> None:
        try:
            self._zip = ZipFile(BytesIO(data))
            parts = self._zip.infolist()
        except (BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
            raise ReadError(f"is no {kind} file, or is damaged: it cannot be unpacked") from error
        _refuse_bombs(parts)
        self._parts = {part.filename.lstrip("/"): part for part in parts}
        self._damaged: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def names(self) -> Iterator[str]:
        """Return the names of the parts, in the order of the archive."""
        return iter(self._parts)

    def bytes_of(self, name: str) -> bytes:
        """Unpack a part.

        Raises
        ------
        ReadError
            It is not there, is encrypted, too large or damaged.
        """
        part = self._parts.get(name)
        if part is None:
            raise ReadError(f"is damaged: its part {name} is missing")
        if part.flag_bits & 1:
            raise ReadError("is encrypted; save it without a password")
        data = b"" if part.file_size > LARGEST_PART else self._unpacked(part, LARGEST_PART + 1)
        if max(part.file_size, len(data)) > LARGEST_PART:
            raise ReadError(f"has a part that unpacks to more than {LARGEST_PART >> 20} MB; divide the file")
        return data

    def refuse_entities(self) -> None:
        """Refuse a file that declares entities, for parsers that are not told to leave them alone; no program does.

        Raises
        ------
        ReadError
            It does.
        """
        for name, part in self._parts.items():
            if name.lower().endswith((".xml", ".rels")):
                try:
                    head = self._unpacked(part, _PROLOG).replace(b"\0", b"")  # UTF-16 as well
                except ReadError:
                    continue  # what cannot be unpacked declares nothing
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise ReadError(f"declares entities in its part {name}, as no document of Office does")

    def _unpacked(self, part: ZipInfo, most: int) -> bytes:
        try:
            with self._zip.open(part) as stream:
                return stream.read(most)
        except (BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, zlib.error) as error:
            raise ReadError(f"is damaged: its part {part.filename} cannot be unpacked") from error

    def xml(self, name: str) -> Element:
        """Unpack and parse a part that is XML.

        Raises
        ------
        ReadError
            It is not there, or is not XML.
        """
        return parsed_xml(self.bytes_of(name), name)

    def optional(self, name: str) -> Iterable[Element]:
        """Return the elements of a part that the text can be read without; none where it is missing or damaged."""
        if name not in self or name in self._damaged:
            return ()
        try:
            root: Iterable[Element] = self.xml(name)
        except ReadError as error:
            self._damaged[name] = str(error)
            return ()
        return root

    @property
    def problem(self) -> str:
        """What could not be read of the parts that the text can be read without; empty where all could."""
        return ". ".join(self._damaged.values())

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what the part ``name`` of an Office file points to inside of the file, by id: (kind, part)."""
        folder, _, own = name.rpartition("/")
        place = posixpath.join(folder, "_rels", f"{own}.rels")
        found: dict[str, tuple[str, str]] = {}
        for relation in self.optional(place):
            if relation.tag == _RELATION and relation.get("TargetMode") != "External":
                kind = (relation.get("Type") or "").rpartition("/")[2]
                found[relation.get("Id") or ""] = (kind, resolved(name, relation.get("Target") or ""))
        return found


def resolved(name: str, target: str) -> str:
    """Return the name of the part that ``target``, as written in the part ``name``, points to."""
    plain = unquote(target.partition("#")[0])
    if plain.startswith("/"):
        return posixpath.normpath(plain).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), plain)).lstrip("/")


def parsed_xml(data: bytes, name: str) -> Element:
    """Parse XML without resolving entities or fetching anything.

    Raises
    ------
    ReadError
        It is not well-formed, or nested deeper than documents are.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root: Element = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"is damaged: its part {name} is not XML") from error
    return root


def local(element: Element) -> str:
    """Return an element's name without its namespace; empty for what is no element, such as an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its name without namespace; empty where it is not there."""
    return next((str(value) for key, value in element.attrib.items() if _MARKER.sub("", str(key)) == name), "")


def core_properties(package: Package, name: str) -> dict[str, str]:
    """Return the plain values of a part of metadata (Dublin Core), by their names without namespace."""
    found: dict[str, str] = {}
    for child in package.optional(name):
        for element in child.iter():
            text = (element.text or "").strip()
            if text and len(element) == 0:
                found.setdefault(local(element), text)
    return found


def office_meta(package: Package) -> dict[str, str]:
    """Return what an Office file says of itself."""
    told = (part for kind, part in package.relations("").values() if kind == "core-properties")
    said = core_properties(package, next(told, "docProps/core.xml"))
    return meta_of(
        title=said.get("title", ""),
        author=said.get("creator", ""),
        date=said.get("created", "") or said.get("modified", ""),
        language=said.get("language", ""),
        subject=said.get("subject", ""),
        keywords=said.get("keywords", ""),
    )


def main_part(package: Package, usual: str) -> str:
    """Return the part that an Office file begins with."""
    return next((part for kind, part in package.relations("").values() if kind == "officeDocument"), usual)


def _refuse_bombs(parts: list[ZipInfo]) -> None:
    if len(parts) > _MOST_PARTS:
        raise ReadError(f"holds more than {_MOST_PARTS:,} parts, as no document does")
    whole = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if whole > _RATIO_FROM and whole > _RATIO * max(1, packed):
        raise ReadError(
            f"unpacks to {whole >> 20:,} MB, {whole // max(1, packed):,} times its size, as no document does"
        )
    if whole > LARGEST:
        raise ReadError(f"unpacks to {whole >> 20:,} MB, more than the {LARGEST >> 20:,} MB that are read; divide it")
