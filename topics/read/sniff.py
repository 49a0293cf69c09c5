"""Which format a file is of: its content decides, and its name only between formats that all look like text."""

from __future__ import annotations

import csv
import json
import re
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from topics.errors import ReadError
from topics.read import archive
from topics.read.formats import BY_SUFFIX
from topics.read.signatures import NotRead, refuse_known

HEAD = 1 << 18
"""How many of a file's first bytes are looked at, except where it is a zip or compound file."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"),
          (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))  # fmt: skip
_NO_PROSE = {
    **dict.fromkeys((".js", ".mjs", ".cjs", ".ts", ".map", ".css", ".scss", ".less"), "part of a web page's program"),
    **dict.fromkeys((".toml", ".yaml", ".yml", ".ini", ".cfg", ".conf", ".properties", ".lock"), "a settings file"),
    **dict.fromkeys((".ics", ".vcf"), "a calendar or an address book"),
    **dict.fromkeys((".bib", ".ris"), "a list of references"),
}

_PDF = re.compile(rb"(?:\A|[\r\n])\s*%PDF-\d")
_PAGE = re.compile(
    r"\s*+(?:<!--(?>.*?-->)\s*+|<\?xml[^>]*\?>\s*+)*+<(?:!doctype\s+html|html|head|body|meta|title)\b", re.I | re.S
)
_TAG = re.compile(
    r"</?(?:a|article|aside|b|blockquote|br|center|code|dd|div|dl|dt|em|figure|font|footer|form|h[1-6]|header|hr|i|img"
    r"|input|li|link|main|nav|ol|p|pre|script|section|span|strong|style|sub|sup|table|tbody|td|th|thead|tr|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.I,
)
_XML = re.compile(
    r"\s*+<\?xml[^>]*\?>\s*+(?:(?:<!--(?>.*?-->)|<!DOCTYPE[^>\[]*+(?:\[(?>.*?\])\s*+)?>|<\?[^>]*\?>)\s*+)*+<([\w:.-]+)",
    re.S,
)
_DRAWING = re.compile(r"\s*<svg\b", re.I)
_HEADER = re.compile(r"([A-Za-z][\w-]*):(?:[ \t]|$)")
_MAIL = {"from", "to", "cc", "bcc", "subject", "date", "reply-to", "sender"}
_TRANSPORT = {
    "received", "return-path", "message-id", "mime-version", "delivered-to", "content-type", "references",
    "content-transfer-encoding", "in-reply-to", "x-mailer", "dkim-signature", "newsgroups", "nntp-posting-host",
    "lines",
}  # fmt: skip
_ENVELOPE = re.compile(r"From \S+.{0,80}\d\d:\d\d")
_ROWS = 200


def sniff(data: bytes, name: str) -> str:
    """Return the format of a file's bytes; see :func:`sniff_file`."""
    return sniff_file(BytesIO(data), name)


def sniff_file(file: BinaryIO, name: str) -> str:
    """Return the name of a file's format: a key of :data:`~topics.read.formats.FORMATS`, ``"zip"`` or ``"gzip"``.

    Parameters
    ----------
    file
        The file, open for reading at any place; it is left at any place.
    name
        What it is called. Only between formats that look alike (text, Markdown, tables) does its suffix matter.

    Raises
    ------
    NotRead
        It is of a format that is known and not read.
    ReadError
        It is empty or damaged. Both messages continue the file's name.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head.strip():
        raise ReadError("is empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        with archive.opened(file) as opened:
            return archive.kind_of(opened)
    if head.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(b"PAR1"):
        return "parquet"
    if _PDF.search(head[:1024]) and (head.startswith(b"%PDF") or b" obj" in head):
        return "pdf"
    refuse_known(head, file)
    return _like_text(_text(head), PurePosixPath(name.lower()).suffix, len(head) == HEAD)


def _text(head: bytes) -> str:
    """Decode as far as structure needs it: ASCII characters come out right in every encoding of files."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "ignore")
    sample = head[:512]
    for encoding, step, zeros in (("utf-32-le", 4, 2), ("utf-16-le", 2, 1), ("utf-16-be", 2, 0)):
        if len(sample) >= step and sample[zeros::step].count(0) > 0.6 * len(sample) / step:
            return head.decode(encoding, "ignore")
    return head.decode("latin-1")


def _like_text(text: str, suffix: str, cut: bool) -> str:
    """Tell the formats apart that a person could type."""
    if _is_page(text):
        return "html"
    _refuse_xml(text)
    named = BY_SUFFIX[suffix].name if suffix in BY_SUFFIX else ""
    for found in (_mail(text, named), _records(text, named, cut)):
        if found:
            return found
    if named in {"html", "csv", "tsv"}:
        return named
    if suffix in _NO_PROSE:
        raise NotRead(
            suffix[1:], f"is {_NO_PROSE[suffix]} ({suffix}), not prose; to read it all the same, call it .txt"
        )
    if named in {"markdown", "rst"}:
        return named
    return _table(text, cut) or "text"


def _is_page(text: str) -> bool:
    root = _XML.match(text)
    if _PAGE.match(text) or (root is not None and root[1].lower() == "html"):
        return True
    start = text.lstrip()[:4096]
    tags = _TAG.findall(start)
    # A text may begin with a tag that it writes about: a page that begins with one has many, and closes them
    closed = sum(tag.startswith("</") for tag in tags)
    return bool(_TAG.match(start)) and len(tags) >= 4 and closed >= 1 and len(tags) * 400 >= len(start)


def _refuse_xml(text: str) -> None:
    root = _XML.match(text)
    if (root and root[1].lower().endswith("svg")) or _DRAWING.match(text):
        raise NotRead("svg", "is a drawing (SVG), which holds no running text")
    if root:
        raise NotRead("xml", f"is XML (its root is <{root[1]}>), which is not read; convert it to html or plain text")


def _lines(text: str) -> list[str]:
    """Return the lines as the bytes have them: str.splitlines would take bytes of letters for newlines here."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _mail(text: str, named: str) -> str:
    lines = _lines(text.lstrip("\r\n"))
    if _ENVELOPE.match(lines[0]) and (named == "mbox" or _headers(lines[1:]) & (_MAIL | _TRANSPORT)):
        alone = sum(bool(_ENVELOPE.match(line)) for line in lines) == 1
        return "eml" if named == "eml" and alone else "mbox"
    if named in {"eml", "mbox"}:
        return "eml" if any(_header(line) in _MAIL | _TRANSPORT for line in lines[:50]) else ""
    # A memo in a text file also says from whom and to whom it is: a mail says how it travelled as well
    headers = _headers(lines)
    return "eml" if len(headers & _MAIL) >= 2 and headers & _TRANSPORT else ""


def _header(line: str) -> str:
    match = _HEADER.match(line)
    return match[1].lower() if match else ""


def _headers(lines: list[str]) -> set[str]:
    """Return the names of the headers that a text begins with, lower case; none where other lines are among them."""
    found: set[str] = set()
    for line in lines:
        if header := _header(line):
            found.add(header)
        elif not line.strip():
            break
        elif not line.startswith((" ", "\t")):
            return set()
    return found


def _records(text: str, named: str, cut: bool) -> str:
    """Tell JSON and JSON lines from text that begins with a bracket; a damaged file is what its name says."""
    own = named if named in {"json", "jsonl"} else ""
    start = text.lstrip()
    if start[:1] not in {"{", "["}:
        return own
    lines = [line for line in _lines(start)[: 21 if cut else 20] if line.strip()]
    if cut and len(lines) > 1:
        lines.pop()
    objects = sum(_is_json(line) for line in lines)
    if len(lines) > 1 and objects >= max(2, 0.5 * len(lines)):
        return "jsonl"
    if _is_json(start) or (cut and _begins_json(start)):
        return own if start[0] == "{" and own else "json"
    return own


def _is_json(text: str) -> bool:
    """Whether a text is a JSON object or array; one that is nested too deep to be parsed is."""
    if text[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    except (RecursionError, ValueError):  # nested too deep, or a number of thousands of digits
        return True
    return True


def _begins_json(text: str) -> bool:
    """Whether the beginning of a large file could go on as JSON: the parser comes to its end without a fault."""
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text) - 2 or error.msg.startswith("Unterminated string")
    except (RecursionError, ValueError):
        return True
    return not text[end:].strip()


def _table(text: str, cut: bool) -> str:
    """Tell a table from prose where no name does: all its rows have as many cells, and those of the first are names."""
    lines = _lines(text)
    whole = len(lines) <= _ROWS and not cut
    lines = [line for line in lines[:_ROWS] if line.strip()]
    if any(len(line) > 100_000 for line in lines):
        return ""
    for separator in "\t;|,":
        if _is_table(lines if whole else lines[:-1], separator, whole):
            return "tsv" if separator == "\t" else "csv"
    return ""


def _is_table(lines: list[str], separator: str, whole: bool) -> bool:
    if len(lines) < (5 if separator == "," else 3):
        return False
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return False
    head = [cell.strip() for cell in rows[0]]
    if len(head) < (2 if separator == "\t" else 3) or len({*head}) < len(head) or not all(map(_is_name, head)):
        return False
    body = rows[1:] if whole else rows[1:-1]  # a cell of several lines may go on beyond the last
    return bool(body) and all(len(row) == len(head) for row in body)


def _is_name(cell: str) -> bool:
    return 0 < len(cell) <= 40 and len(cell.split()) <= 4 and not cell.endswith((".", "!", "?"))
