"""Arrays to safetensors, piece by piece, and back without a copy: given types, given shapes, finite.

The layout is that of safetensors (github.com/huggingface/safetensors): eight bytes with the length of the header, the
header as JSON, and the arrays one after another. It is written and read here, since the library can do neither in
pieces: it writes from memory, and reads by copying.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.deferred import Later
from topics.store.blocks import BLOCK, Content, damaged
from topics.store.strict import Damage, Record, dump, parse

Array = NDArray[Any]
Shape = tuple[int, ...]
Wanted = Mapping[str, tuple[str, Shape]]
"""The type and shape of every array that must be there; -1 stands for any length."""

_HEADER_LIMIT = 1 << 16
_TYPES: Mapping[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "I32": np.dtype("<i4"),
    "I64": np.dtype("<i8"),
    "U8": np.dtype("u1"),
}
_MOST = 1 << 50
_PIECE = BLOCK


@dataclass(frozen=True, slots=True)
class Column:
    """An array that is written piece by piece: its type, its shape, and what gives its bytes, in order."""

    kind: str
    shape: Shape
    pieces: Callable[[], Iterable[bytes | memoryview]]

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return math.prod(self.shape) * _TYPES[self.kind].itemsize


@dataclass(frozen=True, slots=True)
class Stream:
    """The content of a file that is to be written: how many bytes, and what gives them, in order, as often as asked.

    ``kept`` is a file that holds exactly these bytes already.
    """

    size: int
    pieces: Callable[[], Iterable[bytes | memoryview]]
    kept: Content | None = None


def column(file: str, name: str, array: Array) -> Column:
    """Return an array as a column.

    Raises
    ------
    Damage
        It is of a type that would not come back as it is, or not finite.
    """
    kind = next((kind for kind, dtype in _TYPES.items() if array.dtype == dtype), None)
    if kind is None:
        raise Damage(file, f"{name} is of type {array.dtype}, but must be float32 or int32")
    _check_finite(array, lambda row: Damage(file, f"{name} has a value in row {row} that is not finite"))
    return Column(kind, array.shape, lambda: _bytes_of(array))


def stream(columns: Mapping[str, Column]) -> Stream:
    """Return the content of a safetensors file with these arrays; the same arrays give the same bytes."""
    ordered = sorted(columns.items(), key=lambda item: (-_TYPES[item[1].kind].itemsize, item[0]))  # so all lie aligned
    header, at = {}, 0
    for name, one in ordered:
        header[name] = {"dtype": one.kind, "shape": list(one.shape), "data_offsets": [at, at + one.size]}
        at += one.size
    head = dump(header)
    head += b" " * (-len(head) % 8)

    def pieces() -> Iterator[bytes | memoryview]:
        yield len(head).to_bytes(8, "little") + head
        for _, one in ordered:
            yield from one.pieces()

    return Stream(8 + len(head) + at, pieces)


def decode(file: str, content: Content, wanted: Wanted) -> dict[str, Array]:
    """Return the arrays of a safetensors file, read-only and without a copy.

    Raises
    ------
    Damage
        It is no such file, another array is there or one is not, or a value is not finite.
    """
    found = {}
    for name, (start, dtype, shape) in places(file, content, wanted).items():
        data = content.read(start, start + math.prod(shape) * dtype.itemsize)
        found[name] = np.frombuffer(data, dtype).reshape(shape)
        _check_finite(found[name], _not_finite(file, name))
    return found


def decode_later(file: str, content: Content, name: str, wanted: tuple[str, Shape]) -> Later[Array]:
    """Return the only array of a safetensors file, to be checked when it is first asked for.

    Raises
    ------
    Damage
        It is no such file, or has another array.
    """
    ((start, dtype, shape),) = places(file, content, {name: wanted}).values()

    def read() -> Array:
        array = np.frombuffer(content.read(start, len(content)), dtype).reshape(shape)
        _check_finite(array, lambda row: damaged(content.path, f"{name} has a value in row {row} that is not finite"))
        return array

    return Later(read, shape, content)


def places(file: str, content: Content, wanted: Wanted) -> dict[str, tuple[int, np.dtype[Any], Shape]]:
    """Return where in a safetensors file each array begins, its type and its shape.

    Raises
    ------
    Damage
        It is no such file, or another array is there or one is not.
    """
    length = int.from_bytes(content.read(0, min(8, len(content))), "little")
    if len(content) < 8 or length > min(_HEADER_LIMIT, len(content) - 8):
        raise Damage(file, f"its header is missing, or longer than {_HEADER_LIMIT:,} bytes")
    told = parse(file, bytes(content.read(8, 8 + length)), _HEADER_LIMIT)
    if isinstance(told, dict):
        for name in sorted(told.keys() ^ wanted.keys()):
            raise Damage(file, f"the array {name!r:.80} is {'not known here' if name in told else 'missing'}")
    header = Record(file, "", told, wanted)
    found, lengths = {}, {}
    for name, (kind, shape) in wanted.items():
        one = header.record(name, ("dtype", "shape", "data_offsets"))
        has, has_kind = one.wholes("shape", 0, _MOST), one.text("dtype")
        fits = len(has) == len(shape) and all(want in (-1, length) for want, length in zip(shape, has, strict=True))
        if has_kind != kind or not fits:
            any_or = ", ".join("any" if length < 0 else str(length) for length in shape)
            raise Damage(file, f"{name} is {has_kind:.10} of shape {has}, but must be {kind} of shape ({any_or})")
        offsets = one.wholes("data_offsets", 0, _MOST)
        lengths[name] = math.prod(has) * _TYPES[kind].itemsize
        if len(offsets) != 2 or offsets[1] - offsets[0] != lengths[name]:
            raise Damage(file, f"{name} does not take the bytes that an array of its shape takes")
        found[name] = (8 + length + offsets[0], _TYPES[kind], has)
    at = 8 + length
    for name, (start, _, _) in sorted(found.items(), key=lambda item: (item[1][0], lengths[item[0]])):
        if start != at:
            raise Damage(file, f"{name} does not begin where the array before it ends")
        at += lengths[name]
    if at != len(content):
        raise Damage(file, "it goes on behind its last array")
    return found


def _not_finite(file: str, name: str) -> Callable[[int], Exception]:
    return lambda row: Damage(file, f"{name} has a value in row {row} that is not finite")


def _check_finite(array: Array, error: Callable[[int], Exception]) -> None:
    """Raise what ``error`` makes of the first row that holds a value that is not finite."""
    if array.dtype.kind != "f":
        return
    for start, rows in _parts(array):
        finite = np.isfinite(rows)
        if not finite.all():
            raise error(start + int(np.argwhere(~finite)[0][0]))


def _bytes_of(array: Array) -> Iterator[memoryview]:
    """Yield the bytes of an array, some rows at a time."""
    for _, rows in _parts(array):
        yield np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data


def _parts(array: Array) -> Iterator[tuple[int, Array]]:
    """Yield the rows of an array, about a million numbers at a time, with the place of the first of them."""
    step = max(1, _PIECE // max(1, math.prod(array.shape[1:])))
    for start in range(0, len(array), step):
        yield start, array[start : start + step]
