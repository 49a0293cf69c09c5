"""Plain text and Markdown: the text is kept as it is; front matter also becomes the document's meta."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Mapping

from topics.errors import ReadError
from topics.paragraphs import front_matter
from topics.read.encoding import decode
from topics.read.parsed import Columns, Parsed
from topics.values import Document

_ENTRY = re.compile(r"([\w.-][\w. -]*?)\s*:(?:\s+(.*))?$")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+")
_LINE = 32  # lines of base64 have 60 characters and more
_ITEM = re.compile(r"\s*-\s+(.*)$")

_log = logging.getLogger(__name__)


def read_text(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of a text file.

    Raises
    ------
    ReadError
        The bytes are not text, or hold none; the message continues the file's name.
    """
    decoded = decode(data)
    if not decoded.text.strip():
        raise ReadError("is empty")
    if _is_base64(decoded.text):
        raise ReadError("is packed as base64, as attachments of mails are; unpack it")
    _log.info("%s is in %s", id, decoded.encoding)
    return Parsed((Document(id, decoded.text, _meta(decoded.text)),), decoded.problem)


def _is_base64(text: str) -> bool:
    """Whether a whole text is one run of base64: four characters at a time, of every kind, and no word among them."""
    if not _BASE64.fullmatch(text.lstrip()[:_LINE]):
        return False
    *lines, last = text.split()
    plain = "".join([*lines, last])
    kinds = (str.islower, str.isupper, str.isdigit)
    return (
        len(plain) % 4 == 0
        and len({len(line) for line in lines}) < 2
        and bool(_BASE64.fullmatch(plain.rstrip("=")))
        and all(any(map(kind, plain)) for kind in kinds)
    )


def _meta(text: str) -> dict[str, str]:
    span = front_matter(text)
    if span is None:
        return {}
    lines = text[span.start : span.end].split("\n")
    if lines[0].startswith("+"):
        return _from_toml("\n".join(lines[1:-1]))
    return _from_yaml(lines[1:-1])


def _from_toml(block: str) -> dict[str, str]:
    try:
        values: Mapping[str, object] = tomllib.loads(block)
    except tomllib.TOMLDecodeError as error:
        _log.warning("front matter is not TOML (%s): its text is kept, its values are not", error)
        return {}
    return {
        key: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in values.items()
        if not isinstance(value, Mapping)
    }


def _from_yaml(lines: list[str]) -> dict[str, str]:
    """Read the part of YAML that front matter is written in: top-level scalars, and lists in either notation."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in lines:
        entry = _ENTRY.match(line)
        item = _ITEM.match(line)
        if entry:
            key = entry[1]
            found[key] = _values(entry[2] or "")
        elif item and key:
            found[key].append(_unquoted(item[1]))
        elif line.startswith((" ", "\t")) and line.strip() and key:
            found[key] = [" ".join([*found[key], line.strip()])]
    return {key: ", ".join(values) for key, values in found.items() if any(values)}


def _values(text: str) -> list[str]:
    plain = text.strip()
    if plain in {"", "|", ">", "|-", ">-"}:
        return []
    if plain.startswith("[") and plain.endswith("]"):
        return [_unquoted(part) for part in plain[1:-1].split(",")]
    return [_unquoted(plain)]


def _unquoted(text: str) -> str:
    plain = text.strip()
    if len(plain) >= 2 and plain[0] == plain[-1] and plain[0] in "\"'":
        return plain[1:-1]
    return re.sub(r"\s+#.*$", "", plain)
