"""Saved models compared byte by byte, and forged ones: wrong inside with hashes that are right, as an attacker has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from topics.model import TopicModel

FILES = (
    "documents.safetensors",
    "texts.safetensors",
    "passages.safetensors",
    "vectors.safetensors",
    "rule.safetensors",
    "topics.json",
    "edits.jsonl",
)
BLOCK = 1 << 20


def version_of(folder: Path) -> Path:
    """Return the folder of the version in force."""
    return folder / (folder / "CURRENT").read_text().strip()


def forge(
    folder: Path,
    files: Mapping[str, bytes] | None = None,
    change: Callable[[dict[str, Any]], object] | None = None,
    manifest: Callable[[bytes], bytes] = lambda data: data,
) -> Path:
    """Replace files of a saved model, change its manifest as values, then as bytes, and make every hash fit again."""
    old = version_of(folder)
    content = json.loads((old / "manifest.json").read_bytes())
    for name, data in (files or {}).items():
        (old / name).write_bytes(data)
        blocks = (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
        digests = [hashlib.sha256(block).hexdigest() for block in blocks]
        content["files"][name] = {"bytes": len(data), "sha256": digests}
    if change is not None:
        change(content)
    data = manifest(json.dumps(content).encode())
    (old / "manifest.json").write_bytes(data)
    new = folder / f"v-{hashlib.sha256(data).hexdigest()[:32]}"
    old.rename(new)
    (folder / "CURRENT").write_text(f"{new.name}\n")
    return new


def forge_json(folder: Path, change: Callable[[dict[str, Any]], object], name: str = "topics.json") -> Path:
    """Change a JSON file of a saved model as values."""
    content = json.loads((version_of(folder) / name).read_bytes())
    change(content)
    return forge(folder, {name: json.dumps(content).encode()})


def arrays_of(folder: Path, name: str) -> dict[str, Any]:
    """Return the arrays of a file of a saved model, read by the library of the format."""
    return load((version_of(folder) / name).read_bytes())


def forge_arrays(folder: Path, name: str, **changes: Any) -> Path:
    """Replace arrays of a file of a saved model; None takes one out."""
    arrays = {key: array for key, array in (arrays_of(folder, name) | changes).items() if array is not None}
    return forge(folder, {name: save({key: np.ascontiguousarray(array) for key, array in arrays.items()})})


def forge_texts(folder: Path, name: str, row: int, value: bytes) -> Path:
    """Replace the text or the meta (``name``) of a document of a saved model, with as many bytes more or less."""
    of = {"ids": "documents.safetensors"}.get(name, "texts.safetensors")
    key = {"ids": "id_ends", "texts": "text_ends", "metas": "meta_ends"}[name]
    ends = arrays_of(folder, "documents.safetensors")[key]
    data = arrays_of(folder, of)[name].tobytes()
    start, end = ends[row : row + 2]
    longer = np.where(np.arange(len(ends)) > row, len(value) - (end - start), 0)
    forge_arrays(folder, of, **{name: np.frombuffer(data[:start] + value + data[end:], np.uint8)})
    return forge_arrays(folder, "documents.safetensors", **{key: ends + longer})


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder but the lock, with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def assert_same(one: TopicModel, other: TopicModel) -> None:
    """See to it that two models hold the same, bit for bit."""
    assert one.passages.documents == other.passages.documents
    assert one.passages.languages == other.passages.languages
    assert list(one.passages) == list(other.passages)
    assert repr(one.levels) == repr(other.levels)  # repr, for nan is not equal to itself
    for name in ("themes", "removed", "skipped", "settings", "encoder", "level", "calibration"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.centring.languages == other.centring.languages
    assert (one.tree is None) == (other.tree is None)
    if one.tree is not None and other.tree is not None:
        assert repr(one.tree.topics) == repr(other.tree.topics)
        assert one.tree.merges.tobytes() == other.tree.merges.tobytes()
    for a, b in (
        (one.vectors, other.vectors),
        (one.all_labels, other.all_labels),
        (one.positions, other.positions),
        (one.rule.prototypes, other.rule.prototypes),
        (one.rule.topics, other.rule.topics),
        (one.centring.offsets, other.centring.offsets),
        (one.centring.fallback, other.centring.fallback),
    ):
        assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
        assert not b.flags.writeable
