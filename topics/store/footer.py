"""How the columns of a Parquet file are packed, read from its footer before anything is unpacked.

A compressed page may unfold to two gigabytes, and Arrow makes room for all of it at once; asked how a forged column is
packed, it may also end the process. So the few fields that matter are read here. The footer is Thrift in the compact
protocol (apache/thrift, doc/specs/thrift-compact-protocol.md); the fields are those of parquet.thrift.
"""

from __future__ import annotations

from typing import Any

from topics.store.strict import Damage

_MAGIC = b"PAR1"
_LIMIT = 1 << 20
_ROW_GROUPS, _COLUMNS, _COLUMN, _ENCODINGS, _CODEC, _DICTIONARY = 4, 1, 3, 2, 4, 11
_PLAIN_ENCODINGS = {0, 3}  # plain values, and the run lengths that Parquet always announces
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12


def check_plain(file: str, data: bytes) -> None:
    """See to it that every column is stored as it is: no compression, no dictionary.

    Raises
    ------
    Damage
        A column is packed in another way, or there is no footer that can be read.
    """
    length = int.from_bytes(data[-8:-4], "little")
    if len(data) < 12 or data[-4:] != _MAGIC or length > min(len(data) - 12, _LIMIT):
        raise Damage(file, "it does not end as a Parquet file does")
    try:
        groups = _Compact(data[-8 - length : -8]).struct().get(_ROW_GROUPS, [])
        columns = [column[_COLUMN] for group in groups for column in group[_COLUMNS]]
        plain = all(
            column[_CODEC] == 0 and _DICTIONARY not in column and set(column[_ENCODINGS]) <= _PLAIN_ENCODINGS
            for column in columns
        )
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Damage(file, "its footer is no list of columns") from error
    if not plain:
        raise Damage(file, "it is compressed or folded, which no saved model is")


class _Compact:
    """A reader of Thrift's compact protocol; running out of bytes is an IndexError."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self) -> dict[int, Any]:
        """Return the fields of a struct by number."""
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            kind = head & 15
            fields[number] = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind)
        return fields

    def _value(self, kind: int) -> object:
        if kind in (_TRUE, _FALSE, _BYTE):
            return self._byte()
        if kind < _DOUBLE:
            return self._zigzag()
        if kind == _DOUBLE:
            return self._bytes(8)
        if kind == _BINARY:
            return self._bytes(self._varint())
        if kind in (_LIST, _SET):
            return self._list()
        if kind == _STRUCT:
            return self.struct()
        raise LookupError(kind)  # a map, which Parquet does not use, or nothing that Thrift knows

    def _list(self) -> list[Any]:
        head = self._byte()
        length = head >> 4 if head >> 4 < 15 else self._varint()
        return [self._value(head & 15) for _ in range(length)]

    def _byte(self) -> int:
        value = self._data[self._at]
        self._at += 1
        return value

    def _varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise LookupError(value)  # more than 64 bits

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _bytes(self, length: int) -> bytes:
        taken = self._data[self._at : self._at + length]
        if len(taken) < length:
            raise IndexError(length)
        self._at += length
        return taken
