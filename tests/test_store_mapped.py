"""A large saved model is mapped: opened without being read, checked where it is first touched, saved in pieces."""

from __future__ import annotations

import errno
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from benchmarks.store import _synthetic as synthetic
from tests.forge import assert_same, forge_texts, tree, version_of
from tests.models import small_model
from topics import store
from topics.deferred import Later, changed, given
from topics.errors import ModelError
from topics.model import TopicModel
from topics.store import atomic, blocks
from topics.store.codec import KEYS
from topics.values import Removed, Skipped

N = 20_000
MB = 1 << 20


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return synthetic(N)


@pytest.fixture(scope="module")
def kept(model: TopicModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store.save(model, tmp_path_factory.mktemp("large") / "m")


@pytest.fixture
def saved(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model whose texts, vectors and map are mapped, of links to the files of one that no test changes."""
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", MB // 2)
    version = tmp_path / "m" / version_of(kept).name
    version.mkdir(parents=True)
    for path in version_of(kept).iterdir():
        os.link(path, version / path.name)
    (tmp_path / "m" / "CURRENT").write_bytes((kept / "CURRENT").read_bytes())
    return tmp_path / "m"


def flip(folder: Path, name: str, place: int) -> None:
    """Change one bit of a file, in a copy of it."""
    path = version_of(folder) / name
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.unlink()
    path.write_bytes(data)


def test_what_is_mapped_is_the_same_model(saved: Path, model: TopicModel) -> None:
    loaded = store.load(saved)
    assert isinstance(given(loaded, "vectors"), Later)
    assert_same(model, loaded)
    assert loaded.passages.texts() == model.passages.texts()
    assert loaded.passages[-1] == model.passages[N - 1]
    assert loaded.passages.documents[1:3] == model.passages.documents[1:3]
    with pytest.raises(IndexError, match="document 99999 of"):
        loaded.passages.documents[99_999]
    with pytest.raises(TypeError, match="have no hash"):
        hash(loaded.passages.documents)
    for view in ("coarse", "medium", "fine"):
        here, there = model.at(view), loaded.at(view)
        one, other = here.assign_vectors(here.vectors[:500]), there.assign_vectors(there.vectors[:500])
        assert one.topic.tobytes() == other.topic.tobytes()
        assert one.confidence.tobytes() == other.confidence.tobytes()


def test_opening_keeps_little_in_memory_and_reads_no_vector(saved: Path) -> None:
    store.load(saved)
    tracemalloc.start()
    try:
        loaded = store.load(saved).at("coarse")
        assert (len(loaded.topics), loaded.labels[:3].shape, len(loaded.passages)) == (8, (3,), N)
        opened = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert opened < 6 * MB  # of 40
    source = given(loaded, "vectors").source
    assert sum(source._sound) == 1, "the header alone"
    assert sum(loaded.passages.documents.content._sound) == 1


def test_a_change_in_the_vectors_is_found_when_they_are_first_read(saved: Path) -> None:
    flip(saved, "vectors.safetensors", 17 * MB + 5)
    loaded = store.load(saved)
    assert len(loaded.topics) == 40
    for _ in range(2):
        with pytest.raises(ModelError, match=r"vectors\.safetensors is damaged: its sha256 .* \(bytes 17,825,792 to "):
            loaded.rows(0)
    with pytest.raises(ModelError, match=r"vectors\.safetensors is damaged"):
        store.save(loaded, saved.parent / "copy")
    assert not (saved.parent / "copy" / "CURRENT").exists()


def test_a_version_with_a_change_in_what_was_not_read_is_not_whole(saved: Path) -> None:
    assert atomic._is_whole(version_of(saved), KEYS)
    flip(saved, "vectors.safetensors", 17 * MB + 5)
    assert not atomic._is_whole(version_of(saved), KEYS)


def test_a_change_in_a_text_is_found_when_it_is_read_and_not_elsewhere(saved: Path) -> None:
    flip(saved, "texts.safetensors", 2 * MB + 5)
    loaded = store.load(saved)
    assert loaded.passages[N - 1].text.startswith("word")
    with pytest.raises(
        ModelError, match=r"texts\.safetensors is damaged: its sha256 .* \(bytes 2,097,152 to 3,145,728"
    ):
        loaded.passages.texts()


@pytest.mark.parametrize("name", ["documents.safetensors", "passages.safetensors", "rule.safetensors", "topics.json"])
def test_a_change_in_what_holds_it_together_is_found_at_once(saved: Path, name: str) -> None:
    flip(saved, name, (version_of(saved) / name).stat().st_size - 9)
    with pytest.raises(ModelError, match=rf"{name} is damaged: its sha256"):
        store.load(saved)


def test_a_mapped_file_that_is_cut_or_a_link_is_found_at_once(saved: Path) -> None:
    path = version_of(saved) / "vectors.safetensors"
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[:-1])
    with pytest.raises(ModelError, match=r"vectors\.safetensors is damaged: it has [\d,]+ bytes instead of"):
        store.load(saved)
    path.rename(saved / "aside")
    path.symlink_to(saved / "aside")
    with pytest.raises(ModelError, match=r"vectors\.safetensors is damaged: it is a link"):
        store.load(saved)


def test_a_disk_that_fails_under_the_map_is_an_error(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = store.load(saved)

    def fail(*_: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "pread", fail)
    with pytest.raises(ModelError, match=r"cannot read .*vectors\.safetensors: Input/output error; check the disk"):
        _ = loaded.vectors


def test_a_forged_text_is_told_when_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 100)
    folder = store.save(small_model(), tmp_path / "m")
    forge_texts(folder, "metas", 1, b'["a"]')
    loaded = store.load(folder)
    assert loaded.passages.documents[0] == small_model().passages.documents[0]
    with pytest.raises(ModelError, match=r"texts\.safetensors is damaged: the meta of document 1 is no JSON object"):
        loaded.passages.documents[1]


def test_a_reader_goes_on_when_its_version_is_removed(saved: Path, model: TopicModel) -> None:
    loaded = store.load(saved)
    old = version_of(saved)
    for number in range(2):
        store.save(changed(store.load(saved), skipped=(Skipped("a", str(number)),)), saved)
    assert not old.exists()
    assert loaded.vectors.tobytes() == model.vectors.tobytes()
    assert loaded.passages[5] == model.passages[5]


def test_an_edit_writes_only_what_it_changes_and_links_the_rest(saved: Path) -> None:
    before = version_of(saved)
    store.save(changed(store.load(saved), skipped=(Skipped("a", "is new"),)), saved)
    same = {path.name for path in before.iterdir() if path.samefile(version_of(saved) / path.name)}
    assert same == {"texts.safetensors", "vectors.safetensors"}
    assert store.load(saved).skipped == (Skipped("a", "is new"),)


@pytest.mark.parametrize("how", ["no links", "gone"])
def test_where_nothing_can_be_linked_it_is_copied_in_pieces(
    saved: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = store.load(saved)
    before = {path.name: path.read_bytes() for path in version_of(saved).iterdir()}
    if how == "gone":
        store.delete(saved)
    else:

        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(os, "link", refuse)
    tracemalloc.start()
    try:
        store.save(loaded, saved.parent / "copy")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert {Path(name).name: data for name, data in tree(saved.parent / "copy").items() if "/" in name} == before
    assert peak < 12 * MB  # of 40


def test_a_model_in_memory_is_saved_in_pieces(
    model: TopicModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", MB)
    tracemalloc.start()
    try:
        store.save(model, tmp_path / "m")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * MB


def test_what_was_removed_is_kept_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 100)
    spans = (Removed("report.md", 0, 3, "share", "x:0-3"), Removed("report.md", 1, 3, "menu"))
    store.save(small_model(removed=spans), tmp_path / "m")
    loaded = store.load(tmp_path / "m")
    later = given(loaded, "removed")
    store.save(changed(loaded, level="fine"), tmp_path / "n")
    assert isinstance(later, Later)
    assert later._found == []
    assert store.load(tmp_path / "n").removed == loaded.removed == spans


def test_hashes_are_the_same_however_the_bytes_come() -> None:
    data = np.random.default_rng(1).bytes(3 * MB + 7)
    whole = blocks.Digests()
    whole.update(memoryview(data))
    parts = blocks.Digests()
    for start in range(0, len(data), 70_001):
        parts.update(memoryview(data)[start : start + 70_001])
    assert (parts.size, parts.told()) == (whole.size, whole.told())
    assert len(whole.told()) == 4
    assert blocks.Digests().told() == ()
