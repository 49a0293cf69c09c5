"""Arrays of a saved model to safetensors and back: two types, given shapes, finite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.store.folder import ARRAYS
from topics.store.strict import Damage

_HEADER_LIMIT = 1 << 16
_TYPES = {"F32": np.dtype("<f4"), "I32": np.dtype("<i4")}

Array = NDArray[Any]


def encode(arrays: Mapping[str, Array]) -> bytes:
    """Return the arrays as the bytes of a safetensors file; the same arrays give the same bytes.

    Raises
    ------
    Damage
        An array is neither float32 nor int32: another type would not come back as it was.
    """
    from safetensors.numpy import save

    for name, array in arrays.items():
        if array.dtype not in _TYPES.values():
            raise Damage(ARRAYS, f"{name} is of type {array.dtype}, but must be float32 or int32")
    data: bytes = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    return data


def decode(data: bytes, wanted: Mapping[str, tuple[str, tuple[int, ...]]]) -> dict[str, Array]:
    """Return the arrays of a safetensors file, read-only.

    Parameters
    ----------
    data
        The bytes of the file.
    wanted
        The type (``"F32"`` or ``"I32"``) and shape of every array that must be there; -1 stands for any length.

    Raises
    ------
    Damage
        It is no such file, another array is there or one is not, or a value is not finite.
    """
    from safetensors import SafetensorError, deserialize

    unfold: Callable[[bytes], list[tuple[str, Mapping[str, Any]]]] = deserialize  # it says nothing of its types
    if len(data) < 8 or int.from_bytes(data[:8], "little") > _HEADER_LIMIT:
        raise Damage(ARRAYS, f"its header is missing, or longer than {_HEADER_LIMIT:,} bytes")
    try:
        found = dict(unfold(data))
    except SafetensorError as error:
        raise Damage(ARRAYS, f"it is no safetensors file ({error})") from error
    for name in sorted(found.keys() ^ wanted.keys()):
        raise Damage(ARRAYS, f"the array {name!r} is {'not known here' if name in found else 'missing'}")
    return {name: _array(name, found[name], *wanted[name]) for name in wanted}


def _array(name: str, tensor: Mapping[str, Any], kind: str, shape: tuple[int, ...]) -> Array:
    has = tuple(tensor["shape"])
    fits = len(has) == len(shape) and all(want in (-1, length) for want, length in zip(shape, has, strict=True))
    if tensor["dtype"] != kind or not fits:
        wanted = ", ".join("any" if length < 0 else str(length) for length in shape)
        raise Damage(ARRAYS, f"{name} is {tensor['dtype']} of shape {has}, but must be {kind} of shape ({wanted})")
    array = np.frombuffer(tensor["data"], _TYPES[kind]).reshape(has)
    if kind == "F32" and not np.isfinite(array).all():
        row = int(np.argwhere(~np.isfinite(array))[0][0])
        raise Damage(ARRAYS, f"{name} has a value in row {row} that is not finite")
    array.flags.writeable = False
    return array
