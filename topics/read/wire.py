"""How a process that reads files and its parent talk: JSON objects in UTF-8, each behind its length in four bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

LONGEST = 1 << 30
"""The most bytes in a message."""

_LENGTH = struct.Struct("!I")
_PIECE = 1 << 20


def write(stream: BinaryIO, message: Mapping[str, object], body: bytes = b"") -> None:
    """Write a message, and the bytes that go with it."""
    data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    stream.write(_LENGTH.pack(len(data)) + data)
    if body:
        stream.write(body)
    stream.flush()


def read(stream: BinaryIO) -> dict[str, Any]:
    """Read a message.

    Raises
    ------
    EOFError
        The stream ends.
    ValueError
        What comes is no message.
    """
    (length,) = _LENGTH.unpack(read_bytes(stream, _LENGTH.size))
    if length > LONGEST:
        raise ValueError(f"a message of {length:,} bytes is announced")
    try:
        message = json.loads(read_bytes(stream, length).decode("utf-8", "surrogatepass"))
    except RecursionError as error:
        raise ValueError("the message is nested too deep") from error
    if not isinstance(message, dict):
        raise ValueError("the message is no object")
    return message


def read_bytes(stream: BinaryIO, length: int) -> bytes:
    """Read so many bytes, piece by piece: memory is taken for what comes, not for what is announced.

    Raises
    ------
    EOFError
        The stream ends before.
    """
    pieces = []
    while length:
        piece = stream.read(min(length, _PIECE))
        if not piece:
            raise EOFError("the stream ended")
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
