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
    Format("pdf", (".pdf",), "topics.read.pdf:read_pdf"),
    Format("docx", (".docx", ".docm", ".dotx"), "topics.read.word:read_docx"),
    Format("pptx", (".pptx", ".pptm", ".ppsx"), "topics.read.slides:read_pptx"),
    Format("odt", (".odt", ".ott"), "topics.read.opendocument:read_odt"),
    Format("rtf", (".rtf",), "topics.read.rich:read_rtf"),
    Format("epub", (".epub",), "topics.read.epub:read_epub"),
    Format("eml", (".eml",), "topics.read.mail:read_eml"),
    Format("mbox", (".mbox",), "topics.read.mail:read_mbox"),
    Format("csv", (".csv", ".tsv", ".tab"), "topics.read.delimited:read_csv", plain=True),
    Format("xlsx", (".xlsx", ".xlsm"), "topics.read.sheet:read_xlsx"),
    Format("json", (".json",), "topics.read.records:read_json", plain=True),
    Format("jsonl", (".jsonl", ".ndjson"), "topics.read.records:read_jsonl", plain=True),
    Format("parquet", (".parquet",), "topics.read.batches:read_parquet"),
    Format("html", (".html", ".htm", ".xhtml"), "topics.read.web:read_html"),
)

FORMATS: Mapping[str, Format] = MappingProxyType({format.name: format for format in _ALL})
"""Every format by its name."""

BY_SUFFIX: Mapping[str, Format] = MappingProxyType({suffix: format for format in _ALL for suffix in format.suffixes})
"""Every format by the suffixes of its files."""
