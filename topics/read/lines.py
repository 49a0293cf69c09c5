"""The lines of a table's file, in any encoding, decoded piece by piece where the file is large.

Only a newline ends a line here. A line separator (U+2028) is a character of a cell or of a JSON text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from topics.errors import ReadError
from topics.read.encoding import decode_raw

_WHOLE = 1 << 23
"""So many bytes are decoded at once: one rare letter makes every character of a decoded text take 2 or 4 bytes."""

_PIECE = 1 << 20
_MARK = b"\xef\xbb\xbf"
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r") + b"\x7f"
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a file; ``encoding`` and ``damaged`` are those of :class:`topics.read.encoding.Decoded`."""

    pieces: tuple[str, ...]
    data: bytes
    encoding: str
    damaged: int = 0

    def __iter__(self) -> Iterator[str]:
        """Give each line with its newline, which the last one may lack; a carriage return before it is gone."""
        for piece in self._pieces():
            start, end = 0, piece.find("\n") + 1
            while end:
                yield piece[start:end]
                start, end = end, piece.find("\n", end) + 1
            if start < len(piece):
                yield piece[start:]

    def _pieces(self) -> Iterator[str]:
        if self.pieces:
            yield from map(_plain, self.pieces)
            return
        for start, end in _cuts(self.data):
            yield _plain(self.data[start:end].decode("utf-8"))


def lines_of(data: bytes) -> Lines:
    """Return the lines of a file in any encoding.

    Raises
    ------
    ReadError
        The bytes are not text, or in no encoding that can be told; the message continues the file's name.
    """
    if len(data) > _WHOLE and _is_utf8(data):
        return Lines((), data, "utf-8")
    decoded = decode_raw(data)
    if not decoded.text.strip():
        raise ReadError("is empty")
    return Lines((decoded.text.removeprefix("\ufeff"),), b"", decoded.encoding, decoded.damaged)


def is_odd(text: str) -> bool:
    """Tell whether a piece of text has a character that :func:`topics.read.encoding.normalise` would change."""
    return _ODD.search(text) is not None


def _cuts(data: bytes) -> Iterator[tuple[int, int]]:
    start = len(_MARK) if data.startswith(_MARK) else 0
    while start < len(data):
        end = data.find(b"\n", start + _PIECE) + 1 or len(data)
        yield start, end
        start = end


def _is_utf8(data: bytes) -> bool:
    """Tell whether data is UTF-8 text for certain; what is not is left to the closer look of decode_raw."""
    try:
        for start, end in _cuts(data):
            piece = data[start:end]
            piece.decode("utf-8")
            if len(piece.translate(None, _CONTROLS)) < len(piece):
                return False
    except UnicodeDecodeError:
        return False
    return True


def _plain(piece: str) -> str:
    """Bring every newline to one form: a carriage return that stands alone, among lines that end otherwise, is text."""
    if "\r" not in piece:
        return piece
    piece = piece.replace("\r\n", "\n")
    return piece.replace("\r", "\u2028" if "\n" in piece else "\n")
