"""The bytes that are written are the same from release to release, and laid out for other programs to read."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from tests.forge import FILES, version_of
from tests.frozen import frozen
from tests.models import small_model
from topics import store
from topics.store import tensors
from topics.store.tensors import Column

PACKED = ["edits.jsonl"] if "ng" in zlib.ZLIB_RUNTIME_VERSION else []
"""What is packed otherwise where there is another zlib."""

SAME = [name for name in FILES if name not in ("topics.json", *PACKED)]  # the topics say more than they did


@pytest.mark.parametrize("number", [1, 2])
def test_a_model_from_before_is_written_as_it_was_byte_for_byte(number: int, tmp_path: Path) -> None:
    old = version_of(frozen(number))
    new = version_of(store.save(store.load(frozen(number)), tmp_path / "m"))
    assert [name for name in SAME if (old / name).read_bytes() != (new / name).read_bytes()] == []
    before, after = (json.loads((version / "manifest.json").read_bytes()) for version in (old, new))
    assert list(before) == list(after)
    for name in ("settings", "encoder", "centring", "levels", "level", "counts"):
        assert before[name] == after[name]


@pytest.mark.parametrize(("name", "indent"), [("topics.json", 1), ("manifest.json", 2)])
def test_what_people_read_has_a_line_for_each_field(tmp_path: Path, name: str, indent: int) -> None:
    data = (version_of(store.save(small_model(), tmp_path / "m")) / name).read_bytes()
    assert data.decode() == json.dumps(json.loads(data), ensure_ascii=False, indent=indent) + "\n"


def test_a_log_has_no_blanks_and_a_line_for_each_edit() -> None:
    lines = (version_of(frozen(2)) / "edits.jsonl").read_bytes().decode().splitlines()
    for line in lines:
        assert line == json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":"))


def test_arrays_lie_widest_first_behind_a_header_of_whole_words() -> None:
    columns = {
        "b": tensors.column("f", "b", np.array([1, 2], np.int32)),
        "a": tensors.column("f", "a", np.array([[0.5], [-2.0]], np.float32)),
        "z": Column("U8", (3,), lambda: [b"x", b"yz"]),
        "c": tensors.column("f", "c", np.array([-1], np.int64)),
    }
    stream = tensors.stream(columns)
    head = (
        b'{"c":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},'
        b'"b":{"dtype":"I32","shape":[2],"data_offsets":[16,24]},"z":{"dtype":"U8","shape":[3],"data_offsets":[24,27]}}'
    )
    data = b"\xff" * 8 + bytes.fromhex("0000003f000000c0") + bytes.fromhex("0100000002000000") + b"xyz"
    written = b"".join(map(bytes, stream.pieces()))
    assert written == (224).to_bytes(8, "little") + head.ljust(224) + data
    assert stream.size == len(written)
    assert b"".join(map(bytes, stream.pieces())) == written, "as often as it is asked"
