"""The static encoder that comes with the package: what it reads, that its vectors are its own, and the whole way."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np
import pytest
from click.testing import CliRunner
from safetensors.numpy import load_file

import topics
from tests.encoders import TEXTS, TOPICS
from topics.cli import main
from topics.embed import load_embedder
from topics.embed.static_encoder import BUNDLED, ID, StaticEncoder
from topics.errors import EncoderError

ODD = [
    "",
    " \n\t",
    "\ud800",
    "a\0b",
    "图书馆",
    "İstanbul",
    "[CLS] [PAD]",
    "x" * 5000,
    "salt " * 3000,
    "🙂",
    "don't",
    "ﬁn",
]
MIXED = [*TEXTS, *ODD, *(f"Note {i}: the ferry leaves at {i % 24}.{i % 60:02}" for i in range(2500))]


@pytest.fixture(scope="module")
def encoder():
    return load_embedder("static", cache=False)


@pytest.fixture(scope="module")
def vectors(encoder):
    return encoder.encode(MIXED)


@pytest.fixture(scope="module")
def model():
    return topics.fit(TEXTS, embedder="static")


def test_it_is_one_small_table_and_says_what_it_is(encoder):
    assert (encoder.id, encoder.dimension, encoder.max_tokens, encoder.reads) == (ID, 256, 512, ("en",))
    assert load_embedder("static", cache=False) is encoder
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) < 9_000_000
    tensors = load_file(BUNDLED / "model.safetensors")
    assert tensors["embeddings"].dtype == np.int8
    told = json.loads((BUNDLED / "provenance.json").read_text(encoding="utf-8"))
    for name, found in told["sha256"].items():
        assert sha256((BUNDLED / name).read_bytes()).hexdigest() == found
    teacher = json.loads((BUNDLED.parent / "minilm" / "provenance.json").read_text(encoding="utf-8"))
    assert told["source"]["teacher_sha256"] == teacher["model_sha256"]
    assert told["source"]["weights_sha256"] == teacher["source"]["weights_sha256"]


def test_a_vector_is_that_of_its_text_alone(encoder, vectors):
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    alone = b"".join(encoder.encode([text]).tobytes() for text in MIXED[:200])
    assert alone == vectors[:200].tobytes()
    order = np.random.default_rng(5).permutation(len(MIXED))
    assert encoder.encode([MIXED[row] for row in order]).tobytes() == vectors[order].tobytes()


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_the_number_of_threads_changes_nothing(vectors, threads):
    assert StaticEncoder(BUNDLED, threads=threads).encode(MIXED).tobytes() == vectors.tobytes()


def test_callers_in_several_threads_get_the_same(encoder, vectors):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: encoder.encode(MIXED).tobytes(), range(6)))
    assert found == [vectors.tobytes()] * 6


def test_another_process_computes_the_same_without_torch_and_onnx(vectors):
    program = """
import hashlib, json, sys
from topics.embed import load_embedder
vectors = load_embedder("static").encode(json.loads(sys.argv[1]))
heavy = {"torch", "transformers", "bertopic", "sklearn", "pandas", "onnxruntime", "sqlite3"} & set(sys.modules)
print(hashlib.sha256(vectors.tobytes()).hexdigest(), sorted(heavy))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(MIXED[:60])], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split(maxsplit=1) == [sha256(vectors[:60].tobytes()).hexdigest(), "[]\n"]


def test_texts_without_a_word_are_all_alike_and_the_rest_beyond_512_tokens_is_not_read(encoder):
    rows = encoder.encode(["", " \n\t", "\ud800", "salt " * 512, "salt " * 512 + "ships", "salt " * 511 + "ships"])
    assert len({row.tobytes() for row in rows[:3]}) == 1
    assert rows[3].tobytes() == rows[4].tobytes() != rows[5].tobytes()
    assert encoder.count_tokens(["", "salt " * 600]).tolist() == [0, 600]


def test_progress_reaches_the_end_and_what_it_raises_ends_the_work(encoder):
    seen = []
    encoder.encode(MIXED, progress=lambda done, total: seen.append((done, total)))
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert seen[-1] == (len(MIXED), len(MIXED))

    def stop(done, total):
        raise KeyboardInterrupt("enough")

    with pytest.raises(KeyboardInterrupt, match="enough"):
        encoder.encode(MIXED, progress=stop)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("The bakery sells sourdough loaves.", "Fresh bread from the oven.", "The train stopped at the station."),
        ("The court ruled against the company.", "A judge decided the lawsuit.", "The recipe needs two eggs."),
        ("Doctors treated the patients.", "A nurse works in the hospital.", "The band released an album."),
    ],
)
def test_what_means_the_same_is_nearer(encoder, text, near, far):
    asked, close, apart = encoder.encode([text, near, far])
    assert asked @ close > asked @ apart + 0.15


def test_a_saved_model_answers_the_same_and_knows_its_encoder(model, tmp_path):
    assert (model.encoder.id, model.encoder.dimension) == (ID, 256)
    loaded = topics.load(model.save(tmp_path / "model"))
    assert loaded.settings.embedder == "static"
    texts = [*TEXTS, "The greenhouse by the station sells bread.", "Nattåget och växthuset"]
    assert loaded.assign(texts) == model.assign(texts)
    assert loaded.assign(texts) == [found for text in texts for found in loaded.assign([text])]
    english = [row for row in range(18) if loaded.assign([f"{TEXTS[row]} Again."])[0].topic == loaded.labels[row]]
    assert len(english) > 12
    assert TOPICS[TEXTS.index(loaded.search("sourdough loaf", 1, by="meaning")[0].passage.text)] == 2


def test_the_two_bundled_encoders_refuse_each_others_models(model, tmp_path):
    with pytest.raises(EncoderError, match=rf"was made with the encoder {ID} .* but here is all-MiniLM-L6-v2-int8"):
        model.with_embedder("minilm")
    other = topics.fit(TEXTS[:6]).save(tmp_path / "other")
    with pytest.raises(EncoderError, match=rf"made with the encoder all-MiniLM-L6-v2-int8 .* but here is {ID}"):
        topics.load(other, embedder="static")


def test_the_command_line_fits_and_assigns_with_it(tmp_path):
    (tmp_path / "texts").mkdir()
    for row, text in enumerate(TEXTS[:18]):
        (tmp_path / "texts" / f"{row:02}.txt").write_text(text, encoding="utf-8")
    told = _run("fit", tmp_path / "texts", "-o", tmp_path / "model", "--embedder", "static", "--json")
    assert told["encoder"] == ID
    found = _run("assign", tmp_path / "model", tmp_path / "texts" / "03.txt", "--json")
    assert found


def _run(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
