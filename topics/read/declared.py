"""Encodings that a text names itself, as pages and mails do, and how far that is believed."""

from __future__ import annotations

import codecs
import re

from topics.errors import ReadError
from topics.read.encoding import Decoded, decode, normalise

_DECLARED = re.compile(
    rb"""<(?:meta\b[^<>]{0,200}?charset\s*=|\?xml\b[^<>]{0,100}?encoding\s*=)\s*["']?\s*([\w.:-]+)""", re.I
)
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]{2}")
_DAMAGED_SHARE = 0.02
_SOUND = 10
_HEAD = 4096
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
    "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-16-be": "utf-8",
}  # fmt: skip
"""What browsers read where an encoding is named: the larger one that contains it."""

_NO_TEXT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
"""What Python can decode and nobody writes texts in; some of it takes time that grows with the square of the length."""


def codec_of(label: str) -> str:
    """Return what to decode text by that is said to be in an encoding; empty where there is no such encoding."""
    try:
        name = codecs.lookup(label).name
        b"a".decode(name, "replace")  # some are no encodings of text
    except (LookupError, ValueError):
        return ""
    return "" if name in _NO_TEXT else _MEANT.get(name, name)


def decode_page(data: bytes) -> Decoded:
    """Decode a page: its byte-order mark, UTF-8 where it is that, the encoding that it names, what it looks like.

    Raises
    ------
    ReadError
        The bytes are not text, or in no encoding that can be told; the message continues a file's name.
    """
    if b"\0" in data or data.startswith(codecs.BOM_UTF8):
        return decode(data)
    try:
        return Decoded(normalise(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        match = _DECLARED.search(data[:_HEAD])
    named = codec_of(match[1].decode("ascii")) if match is not None else ""
    text = data.decode(named or "utf-8", errors="replace")
    damaged = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - damaged
    is_utf8 = named in ("", "utf-8") and sound >= _SOUND * damaged  # nothing else has so many whole sequences
    if is_utf8 or (named and damaged <= 1 + len(text) // 1000):
        return Decoded(normalise(text), named or "utf-8", damaged)
    try:
        guessed = decode(_TAG.sub(b" ", data))  # what tags are made of would look strange between letters
    except ReadError:
        if damaged > _DAMAGED_SHARE * len(text) or _CONTROLS.search(data):
            raise
        return Decoded(normalise(text), named or "utf-8", damaged)
    text = data.decode(guessed.encoding, errors="replace")
    return Decoded(normalise(text), guessed.encoding, text.count("\ufffd"))
