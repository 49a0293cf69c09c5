"""The embedding cache: a hit is a miss, bit for bit, and no trouble with the file ever costs the run."""

from __future__ import annotations

import hashlib
import logging
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from topics.embed import load_embedder
from topics.embed.cache import FILE, CachedEmbedder, cache_folder
from topics.embed.minilm_encoder import MiniLMEncoder
from topics.protocols import Floats, Ints, Tick

HERBS = ["thyme", "sage", "dill", "basil", "chervil"]


class CountingEncoder:
    """Draws a unit vector from a text's hash, and remembers what it was asked."""

    id = "counting"
    dimension = 8
    max_tokens = 16

    def __init__(self, fingerprint: str = "f" * 64) -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []
        self.fails_after: int | None = None

    def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> Floats:
        if self.fails_after is not None and len(self.asked) >= self.fails_after:
            raise KeyboardInterrupt("the reader lost patience")
        self.asked.extend(texts)
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            seed = hashlib.sha256(f"{self.fingerprint}{text}".encode("utf-8", "surrogatepass")).digest()
            drawn = np.random.default_rng(list(seed)).normal(size=self.dimension)
            rows[row] = drawn / np.linalg.norm(drawn)
        if progress is not None:
            progress(len(texts), len(texts))
        return rows

    def count_tokens(self, texts: Sequence[str]) -> Ints:
        return np.array([len(text.split()) + 2 for text in texts], dtype=np.int32)


def truth(texts: Sequence[str]) -> bytes:
    return CountingEncoder().encode(texts).tobytes()


def stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder / FILE)) as connection:
        return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])


def test_a_hit_equals_a_miss_bit_for_bit(tmp_path: Path) -> None:
    texts = ["The ferry was cancelled.", "Färjan ställdes in.", "", "\ud800 and\0", "Rents rose again. " * 80]
    missed = CachedEmbedder(MiniLMEncoder(), tmp_path).encode(texts)
    hit = CachedEmbedder(_Named(MiniLMEncoder()), tmp_path)
    assert missed.tobytes() == MiniLMEncoder().encode(texts).tobytes()
    assert hit.encode(texts).tobytes() == missed.tobytes()


class _Named:
    """Bears an encoder's name and cannot compute."""

    def __init__(self, encoder: MiniLMEncoder) -> None:
        self.id, self.fingerprint = encoder.id, encoder.fingerprint
        self.dimension, self.max_tokens = encoder.dimension, encoder.max_tokens

    def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> Floats:
        raise AssertionError("everything was stored")

    def count_tokens(self, texts: Sequence[str]) -> Ints:
        raise AssertionError("nobody asked")


def test_only_new_texts_are_embedded(tmp_path: Path) -> None:
    CachedEmbedder(CountingEncoder(), tmp_path).encode(HERBS[:3])
    later = CountingEncoder()
    assert CachedEmbedder(later, tmp_path).encode(HERBS[::-1]).tobytes() == truth(HERBS[::-1])
    assert later.asked == ["chervil", "basil"]


def test_equal_texts_are_embedded_once(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    texts = ["sage", "dill", "sage", "sage", "dill", "thyme"]
    assert CachedEmbedder(encoder, tmp_path).encode(texts).tobytes() == truth(texts)
    assert encoder.asked == ["sage", "dill", "thyme"]


def test_another_encoder_or_another_runtime_shares_nothing(tmp_path: Path) -> None:
    CachedEmbedder(CountingEncoder(), tmp_path).encode(HERBS)
    for encoder, runtime in ((CountingEncoder("e" * 64), ""), (CountingEncoder(), "runtime 2")):
        vectors = CachedEmbedder(encoder, tmp_path, runtime=runtime).encode(HERBS)
        assert encoder.asked == HERBS
        assert vectors.tobytes() == CountingEncoder(encoder.fingerprint).encode(HERBS).tobytes()
    assert stored(tmp_path) == 3 * len(HERBS)


def test_it_stands_in_for_its_encoder(tmp_path: Path) -> None:
    cached = CachedEmbedder(CountingEncoder(), tmp_path)
    assert (cached.id, cached.fingerprint, cached.dimension, cached.max_tokens) == ("counting", "f" * 64, 8, 16)
    assert cached.count_tokens(["sage and dill"]).tolist() == [5]
    assert cached.encode([]).shape == (0, 8)
    with pytest.raises(ValueError, match="texts is a single string"):
        cached.encode("sage")


def test_an_interrupted_run_keeps_what_was_done(tmp_path: Path) -> None:
    texts = [f"herb number {i}" for i in range(1000)]
    encoder = CountingEncoder()
    encoder.fails_after = 600
    with pytest.raises(KeyboardInterrupt, match="lost patience"):
        CachedEmbedder(encoder, tmp_path).encode(texts)
    again = CountingEncoder()
    assert CachedEmbedder(again, tmp_path).encode(texts).tobytes() == truth(texts)
    assert encoder.asked == texts[:768]
    assert again.asked == texts[768:]


def test_a_killed_run_loses_one_batch_at_most_and_the_next_computes_only_the_rest(tmp_path: Path) -> None:
    program = """
import sys
sys.path.insert(0, sys.argv[1])
from test_cache import CountingEncoder
from topics.embed.cache import CachedEmbedder
class Telling(CountingEncoder):
    def encode(self, texts, *, progress=None):
        print(len(self.asked), flush=True)  # so many were handed over to be stored before this batch
        if len(self.asked) >= 1024:
            sys.stdin.read()  # in the middle of a batch, until the end
        return super().encode(texts)
CachedEmbedder(Telling(), sys.argv[2]).encode([f"herb number {i}" for i in range(3000)])
"""
    command = [sys.executable, "-c", program, str(Path(__file__).parent), str(tmp_path)]
    texts = [f"herb number {i}" for i in range(3000)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [int(next(child.stdout)) for _ in range(5)]
        child.kill()
    assert child.returncode != 0
    assert told == [0, 256, 512, 768, 1024]
    again = CountingEncoder()
    assert CachedEmbedder(again, tmp_path).encode(texts).tobytes() == truth(texts)
    assert again.asked == texts[1024:]
    assert stored(tmp_path) == 3000


def test_progress_counts_what_is_stored_as_done(tmp_path: Path) -> None:
    cached = CachedEmbedder(CountingEncoder(), tmp_path)
    texts = [f"herb number {i}" for i in range(600)]
    seen: list[tuple[int, int]] = []
    cached.encode(texts[:100])
    cached.encode([*texts, "herb number 7"], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(101, 601), (357, 601), (601, 601)]
    seen.clear()
    cached.encode(texts, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(600, 600)]


def test_the_text_itself_is_not_stored(tmp_path: Path) -> None:
    CachedEmbedder(CountingEncoder(), tmp_path).encode(["a confidential remark"])
    assert not any(b"confidential" in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\0" * 32,
        b"\0" * 31,
        np.full(8, np.nan, "<f4").tobytes(),
        np.full(8, np.inf, "<f4").tobytes(),
        "text",
        None,
    ],
    ids=["empty", "zeros", "short", "nan", "inf", "text", "nothing"],
)
def test_a_stored_vector_that_is_not_whole_is_computed_again_and_mended(tmp_path: Path, blob: object) -> None:
    CachedEmbedder(CountingEncoder(), tmp_path).encode(HERBS)
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        if blob is None:
            connection.execute("DELETE FROM vectors")
        else:
            connection.execute("UPDATE vectors SET vector = ?", [blob])
    for asked in (HERBS, []):
        encoder = CountingEncoder()
        assert CachedEmbedder(encoder, tmp_path).encode(HERBS).tobytes() == truth(HERBS)
        assert encoder.asked == asked


@pytest.mark.parametrize("content", [b"not a database, but long enough to be read as one. " * 40, b"\xff" * 4096])
def test_a_damaged_file_is_set_aside_and_begun_anew(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(content)
    cached = CachedEmbedder(CountingEncoder(), tmp_path)
    assert cached.encode(HERBS).tobytes() == truth(HERBS)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "damaged; it begins anew" in caplog.text
    assert (tmp_path / f"{FILE}.damaged").read_bytes() == content
    assert stored(tmp_path) == len(HERBS)


def test_damage_inside_the_file_is_survived(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    texts = [f"herb number {i}" for i in range(2000)]
    CachedEmbedder(CountingEncoder(), tmp_path).encode(texts)
    content = bytearray((tmp_path / FILE).read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    (tmp_path / FILE).write_bytes(content)
    assert CachedEmbedder(CountingEncoder(), tmp_path).encode(texts).tobytes() == truth(texts)
    assert "damaged; it begins anew" in caplog.text
    assert stored(tmp_path) == 2000


def test_a_file_that_another_process_renewed_is_left_alone(tmp_path: Path) -> None:
    cached = CachedEmbedder(CountingEncoder(), tmp_path)
    cached.encode(HERBS)
    cached._file._renew(opened=(0, 0))  # the damage was seen in a file that is no longer this one
    assert not (tmp_path / f"{FILE}.damaged").exists()
    assert stored(tmp_path) == len(HERBS)


def test_a_folder_that_cannot_be_made_costs_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    encoder = CountingEncoder()
    cached = CachedEmbedder(encoder, tmp_path / "file" / "folder")
    for _ in range(3):
        assert cached.encode(HERBS).tobytes() == truth(HERBS)
    assert len(encoder.asked) == 15
    assert len(caplog.records) == 1
    assert "cannot be used" in caplog.text
    assert "TOPICS_CACHE" in caplog.text


def test_a_folder_in_the_place_of_the_file_costs_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).mkdir()
    assert CachedEmbedder(CountingEncoder(), tmp_path).encode(HERBS).tobytes() == truth(HERBS)
    assert len(caplog.records) == 1


def test_a_foreign_database_is_not_touched(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("CREATE TABLE vectors (whose TEXT)")
        connection.execute("INSERT INTO vectors VALUES ('somebody else''s')")
    assert CachedEmbedder(CountingEncoder(), tmp_path).encode(HERBS).tobytes() == truth(HERBS)
    assert len(caplog.records) == 1
    assert stored(tmp_path) == 1


@pytest.mark.parametrize("before", [True, False], ids=["existing", "new"])
def test_a_file_locked_for_ever_costs_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, before: bool
) -> None:
    if before:
        CachedEmbedder(CountingEncoder(), tmp_path).encode(["mint"])
    cached = CachedEmbedder(CountingEncoder(), tmp_path, patience=0.05)
    with closing(sqlite3.connect(tmp_path / FILE)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        holder.execute("CREATE TABLE IF NOT EXISTS held (row)")
        for _ in range(2):
            assert cached.encode(HERBS).tobytes() == truth(HERBS)
        holder.rollback()
    assert len(caplog.records) == 1
    assert "locked" in caplog.text


def test_processes_share_one_file(tmp_path: Path) -> None:
    program = """
import logging, sys
sys.path.insert(0, sys.argv[1])
from test_cache import CountingEncoder, truth
from topics.embed.cache import CachedEmbedder
logging.basicConfig(level=logging.WARNING)
texts = [f"herb number {i}" for i in range(int(sys.argv[3]), int(sys.argv[3]) + 1500)]
print(CachedEmbedder(CountingEncoder(), sys.argv[2]).encode(texts).tobytes() == truth(texts))
"""
    command = [sys.executable, "-c", program, str(Path(__file__).parent), str(tmp_path)]
    running = [
        subprocess.Popen([*command, str(start)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for start in (0, 0, 700)
    ]
    for process in running:
        assert process.communicate(timeout=120) == ("True\n", "")
    assert stored(tmp_path) == 2200


def test_it_travels_to_other_processes(tmp_path: Path) -> None:
    cached = CachedEmbedder(CountingEncoder(), tmp_path)
    cached.encode(HERBS)
    travelled = pickle.loads(pickle.dumps(cached))
    assert travelled.encode(HERBS).tobytes() == truth(HERBS)


def test_the_variable_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOPICS_CACHE", str(tmp_path / "kept" / "here"))
    load_embedder().encode(["sage", "dill"])
    assert stored(tmp_path / "kept" / "here") == 2
    load_embedder(cache=False).encode(["basil"])
    assert stored(tmp_path / "kept" / "here") == 2


@pytest.mark.parametrize("word", ["off", "OFF", " off "])
def test_the_variable_turns_the_cache_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, word: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOPICS_CACHE", word)
    assert cache_folder() is None
    assert isinstance(load_embedder(), MiniLMEncoder)
    assert list(tmp_path.iterdir()) == []


def test_without_the_variable_the_system_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOPICS_CACHE", raising=False)
    folder = cache_folder()
    assert folder is not None
    assert "topics" in folder.parts
    monkeypatch.setenv("TOPICS_CACHE", "~/somewhere")
    assert cache_folder() == Path.home() / "somewhere"
