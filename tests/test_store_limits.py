"""Each bound of what a saved model may hold: up to it and not beyond."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import hostile_edits
from tests.forge import arrays_of, forge, forge_json, version_of
from tests.models import small_model
from topics import store
from topics.errors import ModelError
from topics.passages import Passages
from topics.store import blocks, codec, documents, edits, folder, tensors
from topics.store.strict import Damage
from topics.store.strings import check_ends
from topics.values import Document

MOST = 2**31 - 1


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


# --- the log of edits -------------------------------------------------------------------------------------------------


def test_so_many_edits_and_values_in_all_and_no_more() -> None:
    with pytest.raises(Damage, match=r"(?<!\d)line 1|no valid JSON"):
        edits.decode(b"\n" * 50_000)
    with pytest.raises(Damage, match="it has more than 50,000 lines"):
        edits.decode(b"\n" * 50_001)
    half = b"[" + b"," * 1_499_999 + b"\n"
    with pytest.raises(Damage, match="no valid JSON"):
        edits.decode(half * 2)
    with pytest.raises(Damage, match="it has more than 3,000,000 values"):
        edits.decode(half + b"," + half)


def test_so_many_numbers_in_all_arrays_and_no_more() -> None:
    def vectors(count: int) -> Callable[[], bytes]:
        return hostile_edits.one(hostile_edits.placed(vectors={"shape": [count, 1], "f32": ""}))

    with pytest.raises(Damage, match="has 0 bytes, which is not what its shape says"):
        edits.decode(vectors(1 << 24)())
    with pytest.raises(Damage, match="its arrays have more than 16,777,216 numbers"):
        edits.decode(vectors((1 << 24) + 1)())


def test_what_was_asked_for_is_four_deep_and_no_deeper() -> None:
    four, five = {"a": [[{"b": 1}]]}, {"a": [[{"b": []}]]}
    assert edits.decode(hostile_edits.one(hostile_edits.TOLD, asked=four)()).edits[0].asked == four
    with pytest.raises(Damage, match=r"line 1\.asked is more than lists of texts and numbers"):
        edits.decode(hostile_edits.one(hostile_edits.TOLD, asked=five)())


@pytest.mark.parametrize(
    ("effect", "low", "high"),
    [
        (lambda n: hostile_edits.told(topic=n), 0, MOST),
        (lambda n: hostile_edits.joined(into=n, gone=[1]), 0, MOST),
        (lambda n: hostile_edits.joined(gone=[n]), 0, MOST),
        (lambda n: hostile_edits.made(id=n), 0, MOST),
        (lambda n: hostile_edits.parted(fine=[[n, 1]]), 0, MOST),
        (lambda n: hostile_edits.divided(groups=[[n]]), 0, MOST),
        (lambda n: {"effect": "numbered", "ids": {}, "used": {"fine": n}}, -1, MOST),
    ],
)
def test_ids_in_the_log_are_whole_numbers_of_four_bytes(
    effect: Callable[[int], dict[str, Any]], low: int, high: int
) -> None:
    for number in (low, high):
        assert edits.decode(hostile_edits.one(effect(number))()).edits
    for number in (low - 1, high + 1):
        with pytest.raises(Damage, match=rf"a (list of )*(lists of )?whole numbers? from {low} to {high}"):
            edits.decode(hostile_edits.one(effect(number))())


@pytest.mark.parametrize("change", [lambda data: data + b"\0", lambda data: data[:-1], lambda data: data + data])
def test_packed_numbers_end_where_they_are_told_to(change: Callable[[bytes], bytes]) -> None:
    rows = hostile_edits.ints([0])
    assert edits.decode(hostile_edits.one(hostile_edits.placed(rows=rows))())
    packed = base64.b64encode(change(base64.b64decode(rows["i32"]))).decode()
    with pytest.raises(Damage, match=r"rows of an edit is damaged \(it does not end where its shape says\)"):
        edits.decode(hostile_edits.one(hostile_edits.placed(rows={"shape": [1], "i32": packed}))())


def test_ids_are_pairs_and_each_has_one_new_one() -> None:
    assert edits.decode(hostile_edits.one(hostile_edits.parted(fine=[[0, 1], [1, 1]]))())
    for pairs in ([[0, 1], [0, 2]], [[0]], [[0, 1, 2]]):
        with pytest.raises(Damage, match="the ids of level 'fine' are not distinct pairs"):
            edits.decode(hostile_edits.one(hostile_edits.parted(fine=pairs))())


# --- arrays -----------------------------------------------------------------------------------------------------------


def content(tmp_path: Path, data: bytes) -> blocks.Content:
    """Return bytes as the content of a file."""
    digests = blocks.Digests()
    digests.update(memoryview(data))
    path = tmp_path / "file"
    path.write_bytes(data)
    return blocks.Content(path, len(data), digests.told(), 1 << 30)


def header(told: bytes, length: int, data: bytes = b"") -> bytes:
    """Return a file of arrays whose header is padded to a length."""
    return length.to_bytes(8, "little") + told.ljust(length) + data


def test_a_header_has_so_many_bytes_and_no_more(tmp_path: Path) -> None:
    told, wanted = b'{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}', {"a": ("U8", (-1,))}
    for length in (len(told), 1 << 16):
        found = tensors.decode("f", content(tmp_path, header(told, length, b"\1\2")), wanted)
        assert found["a"].tolist() == [1, 2]
    for data in (header(told, (1 << 16) + 1, b"\1\2"), header(told, 100, b"")[:-1], bytes(7), b""):
        with pytest.raises(Damage, match="its header is missing, or longer than 65,536 bytes"):
            tensors.decode("f", content(tmp_path, data), wanted)
    with pytest.raises(Damage, match="no valid JSON"):
        tensors.decode("f", content(tmp_path, bytes(8)), wanted)


def test_a_file_may_end_with_its_header(tmp_path: Path) -> None:
    told = b'{"a":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}'
    found = tensors.decode("f", content(tmp_path, header(told, len(told))), {"a": ("F32", (-1, 3))})
    assert found["a"].shape == (0, 3)


def test_a_value_that_is_not_finite_is_told_by_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensors, "_PIECE", 6)
    for row in range(7):
        array = np.zeros((7, 2), np.float32)
        array[row, 1] = np.inf
        with pytest.raises(Damage, match=f"a has a value in row {row} that is not finite"):
            tensors.column("f", "a", array)
    whole = tensors.column("f", "a", np.arange(14, dtype=np.float32).reshape(7, 2))
    assert [len(piece) for piece in whole.pieces()] == [24, 24, 8]
    assert b"".join(whole.pieces()) == np.arange(14, dtype="<f4").tobytes()


@pytest.mark.parametrize("ends", [[], [1, 4], [0, 3], [0, 5], [0, 3, 2, 4], [-1, 4]])
def test_parts_follow_one_another_from_the_beginning_to_the_end(ends: list[int]) -> None:
    check_ends("f", "ids", np.array([0, 2, 2, 4]), 4)
    check_ends("f", "ids", np.array([0]), 0)
    with pytest.raises(Damage, match="the parts of ids do not follow one another"):
        check_ends("f", "ids", np.array(ends, np.int64), 4)


PAGES = [((0, 0, 5), True), ((5,), True), ((6,), False), ((-1,), False), ((3, 2), False)]


@pytest.mark.parametrize(("pages", "fits"), PAGES)
def test_pages_begin_in_their_document_one_after_another(pages: tuple[int, ...], fits: bool) -> None:
    if fits:
        documents._check_pages(0, pages, 5)
        return
    with pytest.raises(Damage, match="the pages of document 0 do not begin in it"):
        documents._check_pages(0, pages, 5)


@pytest.mark.parametrize(("row", "fits"), [(None, True), (1, True), (MOST, True), (0, False), (MOST + 1, False)])
def test_rows_of_tables_count_from_one(row: int | None, fits: bool) -> None:
    document = Document("a", "b", {}, (), row)
    if fits:
        documents._check(0, document)
        return
    with pytest.raises(Damage, match=f"the row of document 0 is {row}, but must be above 0"):
        documents._check(0, document)


def test_what_a_document_cannot_be_is_not_saved(tmp_path: Path) -> None:
    model = small_model()
    first, *others = model.passages.documents
    wrong = Passages.of([replace(first, pages=(5, 2)), *others], list(model.passages))
    with pytest.raises(ModelError, match=r"cannot be saved, as documents\.safetensors would be damaged: the pages"):
        store.save(small_model(passages=wrong), tmp_path / "m")
    assert not list(tmp_path.glob("m/v-*"))


# --- the manifest -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda m: m["encoder"].update(probes=["a"] * 64), r"probes is F32 of shape .* \(64, 16\)"),
        (lambda m: m["encoder"].update(probes=["a"] * 65), r"encoder\.probes are more than 64 texts, or too long"),
        (lambda m: m["encoder"].update(probes=["a" * 9_999, "b"]), r"probes is F32 of shape .* \(2, 16\)"),
        (lambda m: m["encoder"].update(probes=["a" * 9_999, "bc"]), r"encoder\.probes are more than 64"),
        (lambda m: m["encoder"].update(dimension=1), r"must be F32 of shape \(any, 1\)"),
        (lambda m: m["encoder"].update(dimension=0), r"encoder\.dimension is 0, but must be .* from 1 to 65536"),
        (lambda m: m["encoder"].update(dimension=1 << 16), r"must be F32 of shape \(any, 65536\)"),
        (lambda m: m["encoder"].update(dimension=(1 << 16) + 1), r"encoder\.dimension is 65537"),
        (lambda m: m["counts"].update(passages=MOST), r"must be I32 of shape \(2147483647\)"),
        (lambda m: m["counts"].update(passages=MOST + 1), r"counts\.passages is 2147483648, but must be a whole"),
        (lambda m: m["counts"].update(documents=MOST), r"must be I32 of shape \(2147483647\)"),
        (lambda m: m["counts"].update(documents=-1), r"counts\.documents is -1, but must be a whole"),
        (lambda m: m["counts"].update(topics=5), r"counts\.topics is not 4, which is what the files hold"),
        (lambda m: m["files"]["vectors.safetensors"].update(bytes=(1 << 50) + 1), r"bytes is 1125899906842625"),
        (lambda m: m["files"]["vectors.safetensors"].update(bytes=1 << 50), "the manifest gives 1 hashes for its"),
    ],
)
def test_the_manifest_has_bounds(saved: Path, change: Callable[[Any], object], match: str) -> None:
    forge(saved, change=change)
    with pytest.raises(ModelError, match=match):
        store.load(saved)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_how_well_a_language_is_read_is_a_share(saved: Path, share: float) -> None:
    forge(saved, change=lambda m: m["encoder"].update(poorly_read=["sv"], reading={"sv": share}))
    assert store.load(saved).encoder.reading == {"sv": share}
    forge(saved, change=lambda m: m["encoder"].update(poorly_read=["sv"], reading={"sv": share + 1.01}))
    with pytest.raises(ModelError, match=r"encoder\.reading does not give"):
        store.load(saved)


@pytest.mark.parametrize("unread", [[0.0, 1.0], [1000.0, 0.0]])
def test_a_calibration_may_be_at_its_bounds(saved: Path, unread: list[float]) -> None:
    forge_json(saved, lambda content: content["confidence"].update(unread=unread, weights=[-1e3, 0.0, 1e3], theme=-1e3))
    assert store.load(saved).calibration.unread == tuple(unread)
    forge_json(saved, lambda content: content["confidence"].update(unread=[0.0, 1.01]))
    with pytest.raises(ModelError, match="confidence does not hold three weights"):
        store.load(saved)


def test_a_pointer_has_so_many_bytes_and_no_more(saved: Path) -> None:
    (saved / "CURRENT").write_bytes(b"v" * 128)
    with pytest.raises(ModelError, match="it does not name a version"):
        store.load(saved)
    (saved / "CURRENT").write_bytes(b"v" * 129)
    with pytest.raises(ModelError, match="it has 129 bytes, but may have at most 128"):
        store.load(saved)


def test_a_model_of_format_1_has_no_edits(saved: Path) -> None:
    forge(saved, {"edits.jsonl": hostile_edits.one(hostile_edits.TOLD)()})
    assert len(store.load(saved).history.edits) == 1
    forge(saved, change=lambda m: m.update(format_version=1))
    with pytest.raises(ModelError, match="it holds edits, but a model of format 1 has none"):
        store.load(saved)


def test_a_topic_that_an_edit_made_is_of_a_theme_that_is_there(saved: Path) -> None:
    forge(saved, {"edits.jsonl": hostile_edits.CRAFTED["a topic of a theme that is not there"]()})
    with pytest.raises(ModelError, match=r"edits\.jsonl is damaged: .* matches a theme that is not listed"):
        store.load(saved)


@pytest.mark.parametrize("name", ["a", "a" * 32, "k-means_2"])
def test_names_of_levels(saved: Path, name: str) -> None:
    def change(wanted: str) -> None:
        forge_json(saved, lambda content: content["levels"][0].update(name=wanted))
        forge(saved, change=lambda m: m["levels"].__setitem__(0, wanted))

    change(name)
    assert store.load(saved).level_names[0] == name
    for wrong in ("", "a" * 33, "A", "2", "a b"):
        change(wrong)
        with pytest.raises(ModelError, match="levels is no list of distinct names of levels"):
            store.load(saved)


def test_a_reader_starts_over_twenty_times(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Path] = []

    def overtaken(version: Path, *rest: Any) -> Any:
        tries.append(version)
        store.save(small_model(level=("coarse", "fine")[len(tries) % 2]), saved)
        raise ModelError("it is gone")

    monkeypatch.setattr(folder, "read_version", overtaken)
    with pytest.raises(ModelError, match="is saved faster than it can be read; load it when that is over"):
        folder.read(saved, codec.KEYS)
    assert len(tries) == 20


# --- files ------------------------------------------------------------------------------------------------------------


def test_what_is_saved_has_the_rights_of_any_new_file(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "any").touch()
    for path in saved.rglob("*"):
        if path.is_file() and path.name != ".lock":
            assert path.stat().st_mode == (tmp_path / "any").stat().st_mode, path.name


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted by Linux's /proc")
def test_a_file_that_is_refused_does_not_stay_open(saved: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    path = version_of(saved) / "topics.json"
    for bounds in ((1,), (1 << 30, 1)):
        with pytest.raises(ModelError, match=r"topics\.json is damaged: it has"):
            blocks.opened(path, *bounds)
    assert blocks.read_file(path, 1 << 20)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    ("what", "match"),
    [
        (OSError(5, "Input/output error"), r"cannot read .*topics\.json: Input/output error; check the disk"),
        (MemoryError(), r"topics\.json does not fit into memory; load it where more is free"),
        (b"cut", r"topics\.json is damaged: it changed while it was read"),
    ],
)
def test_a_read_that_fails_is_told(saved: Path, monkeypatch: pytest.MonkeyPatch, what: object, match: str) -> None:
    real = blocks.os.fdopen

    class Failing(io.FileIO):
        def read(self, size: int = -1) -> bytes:  # type: ignore[override]
            if isinstance(what, Exception):
                raise what
            assert isinstance(what, bytes)
            return what

    monkeypatch.setattr(blocks.os, "fdopen", lambda descriptor, mode: Failing(descriptor, mode))
    with pytest.raises(ModelError, match=match):
        blocks.read_file(version_of(saved) / "topics.json", 1 << 20)
    monkeypatch.setattr(blocks.os, "fdopen", real)
    assert blocks.read_file(version_of(saved) / "topics.json", 1 << 20)


def test_names_are_hashes_of_32_digits(saved: Path) -> None:
    assert len(version_of(saved).name) == 2 + 32
    for length, found in ((15, False), (16, True), (64, True), (65, False)):
        assert bool(folder.VERSION_NAME.fullmatch("v-" + "a" * length)) is found


def test_a_file_above_so_many_bytes_is_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert blocks.MAPPED_ABOVE == 32 << 20
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 10)
    assert not content(tmp_path, bytes(10)).mapped
    assert content(tmp_path, bytes(11)).mapped


@pytest.mark.parametrize("size", [1, blocks.BLOCK - 1, blocks.BLOCK, blocks.BLOCK + 1, 9 * blocks.BLOCK])
def test_every_byte_is_in_one_block(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 0)
    data = (bytes(range(256)) * (size // 256 + 1))[:size]
    found = content(tmp_path, data)
    assert len(found.digests) == -(-size // blocks.BLOCK)
    assert found.read(0, size) == data
    for place in {0, size // 2, size - 1}:
        (tmp_path / "file").write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        changed = blocks.Content(tmp_path / "file", size, found.digests, 1 << 30)
        other = 0 if place >= blocks.BLOCK else size - 1
        if other // blocks.BLOCK != place // blocks.BLOCK:
            assert changed.read(other, other + 1) == data[other : other + 1], "another block is sound"
        with pytest.raises(ModelError, match="its sha256 is not the one in the manifest"):
            changed.read(place, place + 1)


def test_what_the_library_of_the_format_reads_lies_aligned(saved: Path) -> None:
    for name in ("documents", "passages", "rule", "texts", "vectors"):
        data = (version_of(saved) / f"{name}.safetensors").read_bytes()
        length = int.from_bytes(data[:8], "little")
        told = json.loads(data[8 : 8 + length])
        assert length % 8 == 0
        assert sorted(told) == sorted(arrays_of(saved, f"{name}.safetensors"))
        for one in told.values():
            assert one["data_offsets"][0] % {"I64": 8, "F32": 4, "I32": 4, "U8": 1}[one["dtype"]] == 0
