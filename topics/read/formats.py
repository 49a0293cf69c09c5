"""The formats that are read, and where each one's reader is; a reader is imported when a file needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from topics.read.parsed import Reader


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Parameters
    ----------
    name
        A short name, such as ``"pdf"``.
    suffixes
        What names of such files usually end in, lower case.
    home
        The module of its reader, and the function in it, as ``"topics.read.text:read_text"``.
    plain
        Whether parsing it can do no harm, so that it needs no process of its own.
    """

    name: str
    suffixes: tuple[str, ...]
    home: str
    plain: bool = False

    def reader(self) -> Reader:
        """Import and return its reader."""
        module, _, name = self.home.partition(":")
        reader: Reader = getattr(import_module(module), name)
        return reader


_ALL = (
    Format("text", (".txt", ".text"), "topics.read.text:read_text", plain=True),
    Format("markdown", (".md", ".markdown"), "topics.read.text:read_text", plain=True),
    Format("rst", (".rst", ".rest"), "topics.read.rst:read_rst", plain=True),
    Format("html", (".html", ".htm", ".xhtml"), "topics.read.web:read_html"),
    Format("pdf", (".pdf",), "topics.read.pdf:read_pdf"),
    Format("docx", (".docx", ".docm", ".dotx"), "topics.read.word:read_docx"),
    Format("pptx", (".pptx", ".pptm", ".ppsx"), "topics.read.slides:read_pptx"),
    Format("odt", (".odt", ".ott"), "topics.read.opendocument:read_odt"),
    Format("rtf", (".rtf",), "topics.read.rich:read_rtf"),
    Format("epub", (".epub",), "topics.read.epub:read_epub"),
    Format("eml", (".eml",), "topics.read.mail:read_eml"),
    Format("mbox", (".mbox", ".mbx"), "topics.read.mail:read_mbox"),
    Format("csv", (".csv",), "topics.read.delimited:read_csv"),
    Format("tsv", (".tsv", ".tab"), "topics.read.delimited:read_csv"),
    Format("xlsx", (".xlsx", ".xlsm"), "topics.read.sheet:read_xlsx"),
    Format("json", (".json",), "topics.read.records:read_json"),
    Format("jsonl", (".jsonl", ".ndjson"), "topics.read.records:read_jsonl"),
    Format("parquet", (".parquet", ".pq"), "topics.read.batches:read_parquet"),
)

FORMATS: Mapping[str, Format] = MappingProxyType({format.name: format for format in _ALL})
"""Every format by its name; a zip archive is none, for it is read as the files in it."""

BY_SUFFIX: Mapping[str, Format] = MappingProxyType({suffix: format for format in _ALL for suffix in format.suffixes})
"""Every format by the suffixes of its files."""
