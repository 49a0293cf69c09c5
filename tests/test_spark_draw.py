"""How a sample is shared among strata, what workers make of batches without Spark, and what is sent to them."""

import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import topics
from tests.encoders import TEXTS, onnx_folder, static_folder
from tests.models import FakeEmbedder
from tools import java
from topics.embed import files_of, load_embedder
from topics.embed.minilm_encoder import MiniLMEncoder
from topics.errors import EncoderError
from topics.spark import work
from topics.spark.draw import _bound, quotas
from topics.spark.parcel import opened_at, pack
from topics.spark.rows import _roots

COUNTS = st.dictionaries(st.text(max_size=3), st.integers(0, 5000), min_size=1, max_size=12)


@given(COUNTS.filter(lambda counts: sum(counts.values()) > 0), st.integers(1, 3000))
def test_a_sample_is_shared_whole_and_within_what_there_is(counts, sample):
    found = quotas(counts, sample)
    assert list(found) == list(counts)
    assert sum(found.values()) == min(sample, sum(counts.values()))
    assert all(0 <= found[name] <= count for name, count in counts.items())
    if sample >= 10 * len(counts):
        assert all(found[name] for name, count in counts.items() if count)


def test_small_strata_are_heard_and_large_ones_weigh():
    assert quotas({"a": 90_000, "b": 10_000, "c": 3}, 1000) == {"a": 870, "b": 127, "c": 3}
    assert quotas({"a": 5, "b": 5}, 100) == {"a": 5, "b": 5}
    assert quotas({"a": 0, "b": 7}, 3) == {"a": 0, "b": 3}


@pytest.mark.parametrize(("quota", "count"), [(1, 1), (10, 1000), (1000, 10**9), (20_000, 20_001)])
def test_below_its_bound_a_stratum_has_what_is_wanted_and_little_more(quota, count):
    share = (_bound(quota, count) + 2**63) / 2**64
    assert quota <= share * count or share == pytest.approx(1)
    assert share * count <= max(count, quota + 6 * quota**0.5 + 37)
    assert -(2**63) <= _bound(quota, count) < 2**63


@pytest.mark.parametrize("make", [static_folder, onnx_folder])
def test_a_parcel_opens_to_the_same_model(tmp_path, make):
    model = topics.fit(TEXTS, embedder=str(make(tmp_path / "tiny")))
    parcel, archive = pack(model.settings.embedder, model)
    again, same = pack(model.settings.embedder, model)
    assert (again, same) == (parcel, archive)
    assert parcel.archive == archive.name
    assert model.origin is None
    zipfile.ZipFile(archive).extractall(tmp_path / "there")
    opened = opened_at(parcel, tmp_path / "there")
    texts = [*TEXTS[:3], "Something new about trains", ""]
    assert opened.model.assign(texts) == model.assign(texts)
    assert opened.encoder.id == "tiny"
    other, _ = pack(model.settings.embedder, model.at("coarse"))
    assert other.archive != parcel.archive


def test_the_bundled_encoder_is_not_sent():
    parcel, archive = pack("minilm")
    assert (parcel.archive, archive) == ("", None)
    assert opened_at(parcel, Path()).encoder.encode(["a text"]).tobytes() == topics.encode(["a text"]).tobytes()


def test_an_encoder_that_is_another_there_is_refused(tmp_path):
    parcel, archive = pack(str(static_folder(tmp_path / "tiny")))
    zipfile.ZipFile(archive).extractall(tmp_path / "there")
    (tmp_path / "there" / "encoder" / "config.json").write_text('{"model_type": "model2vec", "normalize": false}')
    with pytest.raises(EncoderError, match="of this worker is not the one that the work was sent with"):
        opened_at(parcel, tmp_path / "there")


def test_what_an_encoder_is_made_of(tmp_path):
    folder = static_folder(tmp_path / "tiny")
    assert files_of(str(folder)) == ("tiny", folder.resolve())
    assert files_of(load_embedder(str(folder))) == ("tiny", folder.resolve())
    assert files_of(MiniLMEncoder()) == files_of("minilm") == (load_embedder().id, None)
    named = load_embedder(str(folder), cache=False, threads=1, id="another/name")
    assert (named.id, named._threads) == ("another/name", 1)
    with pytest.raises(EncoderError, match="is an object in this process, which no other machine can open"):
        files_of(FakeEmbedder())


def test_vectors_stand_beside_their_texts_in_every_batch(monkeypatch, tmp_path):
    encoder = load_embedder(str(static_folder(tmp_path / "tiny")))
    monkeypatch.setattr(work, "opened", lambda parcel: type("Opened", (), {"encoder": encoder}))
    batches = [
        pa.RecordBatch.from_pydict({"n": [1, 2, 3], "text": [None, TEXTS[0], ""]}),
        pa.RecordBatch.from_pydict({"n": [4], "text": pa.array([None], pa.string())}),
        pa.RecordBatch.from_pydict({"n": pa.array([], pa.int64()), "text": pa.array([], pa.string())}),
    ]
    found = [batch.to_pydict() for batch in work.embedded(iter(batches), None, 1, "v")]
    assert [list(batch) for batch in found] == [["n", "text", "v"]] * 3
    assert found[0]["v"][0] is None
    assert np.array(found[0]["v"][1:], np.float32).tobytes() == encoder.encode([TEXTS[0], ""]).tobytes()
    assert (found[1]["v"], found[2]["v"]) == ([None], [])


def test_ids_of_files_are_their_paths_below_the_folder(tmp_path):
    roots = _roots(str(tmp_path))
    assert work.relative(f"file:{tmp_path}/a/b c.txt", roots) == "a/b c.txt"
    assert work.relative("s3://bucket/texts/a/b.txt", _roots("s3://bucket/texts/")) == "a/b.txt"
    assert work.relative("hdfs://name:8020/data/x.txt", _roots("hdfs:///data")) == "x.txt"
    assert work.relative("dbfs:/data/x.txt", _roots("dbfs:/data/x.txt")) == "x.txt"
    assert work.relative("file:/data/data/x.txt", _roots("/data")) == "data/x.txt"


def test_files_that_are_too_large_say_so():
    batch = pa.RecordBatch.from_pydict({"path": ["file:/data/large.bin"]})
    [found] = work.too_large([batch], ("/data/",))
    [row] = found.to_pylist()
    assert (row["id"], row["text"]) == ("large.bin", None)
    assert "is larger than 1,024 MB; split it" in row["problem"]


@pytest.mark.parametrize(
    ("told", "release"), [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_402"', 8), ("huh", 0)]
)
def test_the_release_of_java_is_told(tmp_path, monkeypatch, told, release):
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java.found() == release
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    assert java.found() == 0
