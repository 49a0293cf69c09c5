"""Arrays to bytes and back: where each lies, and how much of it is worked on at a time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.test_store_limits import content
from topics.store import tensors
from topics.store.strict import Damage


def file_of(told: dict[str, tuple[str, list[int], list[int]]], data: bytes) -> bytes:
    keys = ("dtype", "shape", "data_offsets")
    head = json.dumps({name: dict(zip(keys, one, strict=True)) for name, one in told.items()}).encode()
    return len(head).to_bytes(8, "little") + head + data


def test_an_empty_array_may_lie_anywhere_between_others(tmp_path: Path) -> None:
    wanted = {"a": ("U8", (-1,)), "b": ("U8", (-1,)), "c": ("U8", (-1,))}
    for empty in (0, 2, 5):
        told = {"a": ("U8", [2], [0, 2]), "b": ("U8", [0], [empty, empty]), "c": ("U8", [3], [2, 5])}
        found = tensors.decode("f", content(tmp_path, file_of(told, b"\1\2\3\4\5")), wanted)
        assert {name: array.tolist() for name, array in found.items()} == {"a": [1, 2], "b": [], "c": [3, 4, 5]}
    told["b"] = ("U8", [0], [1, 1])
    with pytest.raises(Damage, match="does not begin where the array before it ends"):
        tensors.decode("f", content(tmp_path, file_of(told, b"\1\2\3\4\5")), wanted)


def test_arrays_that_overlap_are_refused(tmp_path: Path) -> None:
    told = {"a": ("U8", [3], [0, 3]), "b": ("U8", [3], [2, 5])}
    with pytest.raises(Damage, match="b does not begin where the array before it ends"):
        tensors.decode("f", content(tmp_path, file_of(told, b"\1\2\3\4\5")), {"a": ("U8", (-1,)), "b": ("U8", (-1,))})


@pytest.mark.parametrize("number", [2**50, 2**50 + 1, -1])
def test_no_array_is_larger_than_any_disk(tmp_path: Path, number: int) -> None:
    match = "must be U8 of shape|does not take the bytes" if number == 2**50 else "but must be a list of whole numbers"
    for told in (("U8", [number], [0, 2]), ("U8", [2], [0, number])):
        with pytest.raises(Damage, match=match):
            tensors.decode("f", content(tmp_path, file_of({"a": told}, b"\1\2")), {"a": ("U8", (-1,))})


def test_a_shape_that_is_not_the_wanted_one_is_told_with_it(tmp_path: Path) -> None:
    data = file_of({"a": ("U8", [1, 2], [0, 2])}, b"\1\2")
    for shape, told in (((-1, 0), "(any, 0)"), ((-1,), "(any)"), ((1, 3), "(1, 3)")):
        with pytest.raises(Damage) as error:
            tensors.decode("f", content(tmp_path, data), {"a": ("U8", shape)})
        assert error.value.what == f"a is U8 of shape (1, 2), but must be U8 of shape {told}"


def test_arrays_are_handed_out_some_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensors, "_PIECE", 3)
    for shape, sizes in (((7,), [12, 12, 4]), ((4, 2), [8] * 4), ((2, 5), [20, 20]), ((3, 0), [0]), ((0,), [])):
        array = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
        pieces = list(tensors.column("f", "a", array).pieces())
        assert [len(piece) for piece in pieces] == sizes
        assert b"".join(pieces) == array.tobytes()


def test_other_types_are_refused_by_their_name() -> None:
    with pytest.raises(Damage, match="f: a is of type float16, but must be float32 or int32"):
        tensors.column("f", "a", np.zeros(1, np.float16))
    assert tensors.column("f", "a", np.zeros((3, 2), np.int64)).size == 48
