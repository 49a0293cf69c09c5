"""The bundled encoder: one text, one vector, whatever stands around it."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import topics.embed
from topics.embed.minilm_encoder import BUNDLED, MiniLMEncoder
from topics.embed.texts import readable
from topics.errors import EncoderError

TEXTS = [
    "The ferry was cancelled because of the storm.",
    "Färjan ställdes in på grund av stormen.",
    "Rents in the capital rose faster than wages for the fifth year in a row.",
    "Yes.",
    "",
    "Stir the onions until they are brown, then add the stock, the bay leaf and a spoonful of vinegar.",
    "A patch closes the hole through which strangers could read the addresses of every customer. " * 6,
    "Der Verein trennt sich von seinem Trainer.",
    "数据泄露影响了数百万用户。",
]


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder()


@pytest.fixture(scope="module")
def vectors(encoder: MiniLMEncoder) -> np.ndarray:
    return encoder.encode(TEXTS)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the encoder's folder, free to be damaged."""
    return Path(shutil.copytree(BUNDLED, tmp_path / "minilm"))


def test_rows_are_unit_float32_in_the_order_of_the_texts(encoder: MiniLMEncoder, vectors: np.ndarray) -> None:
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert len({row.tobytes() for row in vectors}) == len(TEXTS)


def test_a_vector_does_not_depend_on_the_texts_beside_it(encoder: MiniLMEncoder, vectors: np.ndarray) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert alone.tobytes() == vectors.tobytes()


def test_a_vector_does_not_depend_on_the_order(encoder: MiniLMEncoder, vectors: np.ndarray) -> None:
    order = np.random.default_rng(3).permutation(np.tile(np.arange(len(TEXTS)), 12))
    assert encoder.encode([TEXTS[i] for i in order]).tobytes() == vectors[order].tobytes()


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_a_vector_does_not_depend_on_the_number_of_threads(threads: int, vectors: np.ndarray) -> None:
    repeated = MiniLMEncoder(threads=threads).encode(TEXTS * 8)
    assert repeated.tobytes() == np.tile(vectors, (8, 1)).tobytes()


def test_callers_in_several_threads_get_the_same_vectors(vectors: np.ndarray) -> None:
    shared = MiniLMEncoder()
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: shared.encode(TEXTS).tobytes(), range(6)))
    assert results == [vectors.tobytes()] * 6


def test_another_process_computes_the_same_and_loads_neither_torch_nor_transformers(vectors: np.ndarray) -> None:
    program = """
import hashlib, json, sys
from topics.embed.minilm_encoder import MiniLMEncoder
vectors = MiniLMEncoder().encode(json.loads(sys.argv[1]))
heavy = {"torch", "transformers", "sentence_transformers", "bertopic", "sklearn", "scipy", "pandas"} & set(sys.modules)
print(hashlib.sha256(vectors.tobytes()).hexdigest(), sorted(heavy))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(TEXTS)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split(maxsplit=1) == [hashlib.sha256(vectors.tobytes()).hexdigest(), "[]\n"]


def test_importing_the_package_loads_no_encoder() -> None:
    program = """
import sys
import topics.embed
topics.embed.load_embedder(cache=False)
print(sorted({"onnxruntime", "tokenizers", "sqlite3", "platformdirs"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("text", "paraphrase", "unrelated"),
    [
        (
            "The company let its customers' addresses leak.",
            "Personal data of clients was exposed by the firm.",
            "The company baked the largest cake in the country.",
        ),
        (
            "How long must I boil potatoes?",
            "What is the cooking time for potatoes?",
            "How long must I wait for the tram?",
        ),
        (
            "Anyone may read, change and share the program's source code.",
            "The software is open source.",
            "The program for the evening starts with a violin concerto.",
        ),
    ],
)
def test_a_paraphrase_is_closer_than_another_subject(
    encoder: MiniLMEncoder, text: str, paraphrase: str, unrelated: str
) -> None:
    asked, near, far = encoder.encode([text, paraphrase, unrelated])
    assert asked @ near > asked @ far + 0.2


def test_what_lies_beyond_max_tokens_is_not_read(encoder: MiniLMEncoder) -> None:
    begin = "salt " * (encoder.max_tokens - 2)
    vectors = encoder.encode([begin, begin + "and a long story about ships", begin[:-5] + "ships"])
    assert vectors[0].tobytes() == vectors[1].tobytes()
    assert vectors[0].tobytes() != vectors[2].tobytes()


def test_tokens_are_counted_with_their_marks_and_without_a_cap(encoder: MiniLMEncoder) -> None:
    counts = encoder.count_tokens(["", "salt", "salt and pepper", "salt " * 1000])
    assert counts.dtype == np.int32
    assert counts.tolist() == [2, 3, 5, 1002]
    assert encoder.max_tokens == 256


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\n\u00a0",
        "\0",
        "\ud800",
        "salt \udc80 and\0 pepper",
        "\u200b\ufeff",
        "🧂" * 300,
        "x" * 20_000,
        "?!" * 5000,
    ],
    ids=["empty", "space", "nul", "surrogate", "broken", "invisible", "emoji", "one word", "marks"],
)
def test_odd_texts_have_a_unit_vector_that_stays_the_same(encoder: MiniLMEncoder, text: str) -> None:
    first, second = encoder.encode([text, text])
    assert np.isfinite(first).all()
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-6)
    assert first.tobytes() == second.tobytes()
    assert encoder.count_tokens([text])[0] >= 2


def test_a_text_without_a_word_is_the_empty_text(encoder: MiniLMEncoder) -> None:
    nothing, *others = encoder.encode(["", "  \n", "\0", "\ud800"])
    assert all(other.tobytes() == nothing.tobytes() for other in others)


def test_surrogates_in_pairs_are_joined_and_lone_ones_replaced() -> None:
    assert readable("\ud83e\uddc2 salt") == "🧂 salt"
    assert readable("salt\udc80") == "salt\ufffd"
    assert readable("sält\0") == "sält\0"


def test_no_texts_give_no_rows(encoder: MiniLMEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.count_tokens([]).shape == (0,)


@pytest.mark.parametrize("method", ["encode", "count_tokens"])
def test_a_single_string_is_refused(encoder: MiniLMEncoder, method: str) -> None:
    with pytest.raises(ValueError, match=r"texts is a single string; give a list of strings"):
        getattr(encoder, method)("one text")
    with pytest.raises(ValueError, match=r"texts\[1\] is of type NoneType"):
        getattr(encoder, method)(["one text", None])


def test_progress_counts_up_in_the_callers_thread(encoder: MiniLMEncoder) -> None:
    seen: list[tuple[int, int]] = []
    threads: set[int] = set()

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        threads.add(threading.get_ident())

    encoder.encode(["salt", "pepper", "thyme"] * 30, progress=progress)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (90, 90)
    assert {total for _, total in seen} == {90}
    assert threads == {threading.get_ident()}


def test_an_exception_from_progress_stops_the_workers() -> None:
    def progress(done: int, total: int) -> None:
        raise InterruptedError("the reader closed the page")

    encoder = MiniLMEncoder(threads=3)
    start = time.monotonic()
    with pytest.raises(InterruptedError, match="closed the page"):
        encoder.encode(["salt and pepper " * 30] * 5000, progress=progress)
    assert time.monotonic() - start < 20  # all of them would take minutes
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("topics-encoder")]


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT to send")
def test_an_interrupt_ends_the_process_at_once() -> None:
    program = """
from topics.embed.minilm_encoder import MiniLMEncoder
MiniLMEncoder(threads=2).encode(["salt and pepper " * 30] * 20000, progress=lambda done, total: print(done, flush=True))
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert time.monotonic() - start < 15
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode != 0


def test_constructing_it_opens_nothing(tmp_path: Path) -> None:
    absent = MiniLMEncoder(tmp_path / "nowhere")
    with pytest.raises(EncoderError, match=r"provenance\.json is missing or not the one released; install the package"):
        absent.encode(["salt"])


@pytest.mark.parametrize("threads", [0, -2])
def test_fewer_than_one_thread_is_refused(threads: int) -> None:
    with pytest.raises(ValueError, match=r"threads is -?\d; give at least 1"):
        MiniLMEncoder(threads=threads)


def test_the_shipped_files_are_the_ones_that_provenance_names() -> None:
    told = json.loads((BUNDLED / "provenance.json").read_text(encoding="utf-8"))
    for name, key in (("model.onnx", "model_sha256"), ("tokenizer.json", "tokenizer_sha256")):
        assert hashlib.sha256((BUNDLED / name).read_bytes()).hexdigest() == told[key]
    assert told["source"]["weights_sha256"] == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert told["source"]["license"] == "Apache-2.0"
    assert all(measured["min"] > 0.99 for measured in told["cosine_to_original"].values())
    assert "Apache License" in (BUNDLED / "LICENSE").read_text(encoding="utf-8")


def test_identity_comes_from_the_files(encoder: MiniLMEncoder, copied: Path) -> None:
    assert encoder.id == "all-MiniLM-L6-v2-int8"
    assert len(encoder.fingerprint) == 64
    assert MiniLMEncoder(copied).fingerprint == encoder.fingerprint
    other = json.loads((copied / "provenance.json").read_text(encoding="utf-8")) | {"model_sha256": "0" * 64}
    (copied / "provenance.json").write_text(json.dumps(other), encoding="utf-8")
    assert MiniLMEncoder(copied).fingerprint != encoder.fingerprint


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_tampered_file_is_not_run(copied: Path, name: str) -> None:
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(EncoderError, match=rf"{name} is missing or not the one released"):
        MiniLMEncoder(copied).encode(["salt"])
    (copied / name).unlink()
    with pytest.raises(EncoderError, match=rf"{name} is missing or not the one released"):
        MiniLMEncoder(copied).encode(["salt"])
    if name == "model.onnx":  # counting needs the tokenizer only
        assert MiniLMEncoder(copied).count_tokens(["salt"]).tolist() == [3]
    else:
        with pytest.raises(EncoderError, match=rf"{name} is missing or not the one released"):
            MiniLMEncoder(copied).count_tokens(["salt"])


@pytest.mark.parametrize("told", ["", "[]", "{}", '{"id": "x"}', "\x00"])
def test_a_broken_provenance_is_one_sentence(copied: Path, told: str) -> None:
    (copied / "provenance.json").write_text(told, encoding="utf-8")
    with pytest.raises(EncoderError, match=r"provenance\.json is missing or not the one released"):
        _ = MiniLMEncoder(copied).fingerprint


def test_it_travels_to_other_processes_unopened(encoder: MiniLMEncoder, vectors: np.ndarray) -> None:
    travelled = pickle.loads(pickle.dumps(encoder))
    assert travelled.encode(TEXTS[:2]).tobytes() == vectors[:2].tobytes()


def test_encode_uses_the_default_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, vectors: np.ndarray) -> None:
    monkeypatch.setenv("TOPICS_CACHE", str(tmp_path))
    assert topics.embed.encode(TEXTS).tobytes() == vectors.tobytes()
    assert topics.embed.encode(TEXTS).tobytes() == vectors.tobytes()
    with pytest.raises(ValueError, match="texts is a single string"):
        topics.embed.encode("one text")
