"""What is no saved model, or a damaged one, is refused with one sentence that names the file."""

from __future__ import annotations

import os
import random
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.forge import FILES, assert_same, forge, version_of
from tests.models import small_model
from topics import store
from topics.errors import ModelError
from topics.store import folder as store_folder


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


# --- what is not loaded -----------------------------------------------------------------------------------------------


def test_what_is_no_model_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"there is no model at .*typo: there is no such folder; 'topics models' lists"
    ):
        store.load(tmp_path / "typo")
    with pytest.raises(ModelError, match="CURRENT is not there"):
        store.load(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="that is a file, not the folder of a model"):
        store.load(tmp_path / "model.safetensors")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"v-",
        b"../town/v-0123456789abcdef",
        b"/etc",
        b"v-0123456789ABCDEF",
        b"v-0123456789abcdef/..",
        b"\xff\xfe",
        b".",
    ],
)
def test_current_names_a_version_and_nothing_else(saved: Path, content: bytes) -> None:
    (saved / "CURRENT").write_bytes(content)
    with pytest.raises(ModelError, match="CURRENT is damaged: it does not name a version"):
        store.load(saved)


def test_current_must_name_a_version_that_is_there(saved: Path) -> None:
    (saved / "CURRENT").write_text("v-0123456789abcdef\n")
    with pytest.raises(ModelError, match="v-0123456789abcdef is damaged: it is missing, or no folder"):
        store.load(saved)
    (saved / "CURRENT").write_bytes(b"v-" + b"0" * 10_000)
    with pytest.raises(ModelError, match=r"CURRENT is damaged: it has 10,002 bytes, but may have at most 128"):
        store.load(saved)


SMALLER = ("empty", "half", "short", "flipped")
OTHER = ("missing", "long", "link", "folder", "fifo")


@pytest.mark.parametrize(
    ("name", "damage"),
    [(name, damage) for name in (*FILES, "manifest.json") for damage in SMALLER if name != "edits.jsonl"]
    + [(name, damage) for name in (*FILES, "manifest.json") for damage in OTHER],
)
def test_any_change_to_a_file_is_found_and_named(saved: Path, name: str, damage: str) -> None:
    path = version_of(saved) / name
    data = path.read_bytes()
    path.unlink()
    if damage == "link":
        aside = saved.parent / "aside"
        aside.write_bytes(data)
        path.symlink_to(aside)
    elif damage == "folder":
        path.mkdir()
    elif damage == "fifo":
        os.mkfifo(path)
    elif damage != "missing":
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :] if data else b""
        changed = {"empty": b"", "half": data[:middle], "short": data[:-1], "long": data + b" ", "flipped": flipped}
        path.write_bytes(changed[damage])
    with pytest.raises(ModelError, match=re.escape(name)):
        store.load(saved)


def test_no_flipped_bit_goes_unnoticed(saved: Path) -> None:
    draw = random.Random(20)
    paths = [path for path in saved.rglob("*") if path.is_file() and path.stat().st_size]
    for _ in range(300):
        path = draw.choice(paths)
        data = bytearray(path.read_bytes())
        place = draw.randrange(len(data))
        original = data[place]
        data[place] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        with pytest.raises(ModelError, match="is damaged"):
            store.load(saved)
        data[place] = original
        path.write_bytes(data)
    assert_same(small_model(), store.load(saved))


@pytest.mark.parametrize("name", ["model.pkl", ".hidden", "documents.safetensors~"])
def test_a_surplus_file_is_named(saved: Path, name: str) -> None:
    (version_of(saved) / name).write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(ModelError, match=f"{re.escape(name)} does not belong to the model"):
        store.load(saved)


def test_files_of_another_model_are_refused(saved: Path, tmp_path: Path) -> None:
    other = store.save(small_model(removed=(), level="fine"), tmp_path / "other")
    for name in ("documents.safetensors", "manifest.json"):
        original = (version_of(saved) / name).read_bytes()
        shutil.copy(version_of(other) / name, version_of(saved) / name)
        with pytest.raises(ModelError, match=f"{re.escape(name)} is damaged"):
            store.load(saved)
        (version_of(saved) / name).write_bytes(original)
    version_of(saved).rename(tmp_path / "away")
    version_of(saved).symlink_to(tmp_path / "away")
    with pytest.raises(ModelError, match="is damaged: it is missing, or no folder"):
        store.load(saved)


def test_a_newer_format_is_refused_with_both_versions(saved: Path) -> None:
    def newer(manifest: dict[str, Any]) -> None:
        manifest |= {"format_version": 3, "unheard_of": 1}
        manifest["packages"]["topics"] = "9.8.7"

    forge(saved, change=newer)
    with pytest.raises(
        ModelError, match=r"in format 3, saved by topics 9\.8\.7, but this is topics 0\.\S+ which reads f"
    ):
        store.load(saved)
    assert "upgrade with" in str(store.list_models(saved.parent)[0].problem)


def test_a_version_that_goes_away_while_it_is_read_is_read_anew(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = store_folder.read_manifest
    calls: list[Path] = []

    def overtaken(version: Path, *rest: Any) -> Any:
        calls.append(version)
        if len(calls) == 1:  # two saves by others, while this reader sleeps
            monkeypatch.undo()
            store.save(small_model(level="coarse"), saved)
            store.save(small_model(level="fine"), saved)
            assert not version.exists()
        return real(version, *rest)

    monkeypatch.setattr(store_folder, "read_manifest", overtaken)
    assert store.load(saved).level == "fine"
    assert len(calls) == 1
