"""Static encoders: read as model2vec writes them, and as sentence-transformers does."""

import numpy as np
import pytest

from tests.encoders import TEXTS, WIDTH, static_folder, table_of, vector_of, word_tokenizer, words_of, write_json
from topics.embed.static_encoder import StaticEncoder
from topics.errors import EncoderError


def unit(vector):
    return vector / np.linalg.norm(vector)


def test_a_text_is_the_mean_of_its_tokens(tmp_path):
    encoder = StaticEncoder(static_folder(tmp_path / "tiny"))
    [row] = encoder.encode(["Greenhouse tomato, bread!"])
    expected = unit(sum(vector_of(word).astype(float) for word in ("greenhouse", "tomato", "bread")))
    np.testing.assert_allclose(row, expected, atol=1e-6)
    assert row.dtype == np.float32
    assert (encoder.id, encoder.dimension, encoder.max_tokens) == ("tiny", WIDTH, 512)
    assert encoder.count_tokens(["", "greenhouse", "greenhouse never seen"]).tolist() == [0, 1, 3]


def test_the_same_text_has_the_same_row_whatever_stands_beside_it(tmp_path):
    encoder = StaticEncoder(static_folder(tmp_path / "tiny"))
    rows = encoder.encode(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    order = np.random.default_rng(1).permutation(np.tile(np.arange(len(TEXTS)), 3))
    assert encoder.encode([TEXTS[i] for i in order]).tobytes() == rows[order].tobytes()
    assert b"".join(encoder.encode([text]).tobytes() for text in TEXTS) == rows.tobytes()
    assert StaticEncoder(tmp_path / "tiny", threads=1).encode(TEXTS).tobytes() == rows.tobytes()


def test_unknown_words_say_nothing(tmp_path):
    encoder = StaticEncoder(static_folder(tmp_path / "tiny"))
    rows = encoder.encode(["bread", "bread qwxz", "qwxz", "", "\ud800"])
    assert rows[0].tobytes() == rows[1].tobytes()
    assert {row.tobytes() for row in rows[2:]} == {rows[2].tobytes()}
    np.testing.assert_allclose(rows[2], unit(table_of(words_of()).mean(axis=0)), atol=1e-6)


def test_a_smaller_table_has_a_row_and_a_weight_for_each_token(tmp_path):
    words = words_of()
    mapping = np.arange(len(words), dtype=np.int32) % 7
    weights = np.linspace(0.5, 2, len(words)).astype(np.float32)
    rows = table_of(words)[:7]
    folder = static_folder(tmp_path / "tiny", tensors={"embeddings": rows, "mapping": mapping, "weights": weights})
    ids = [words.index(word) for word in ("bread", "tomato", "train")]
    expected = unit((rows[mapping[ids]].astype(float) * weights[ids][:, None]).mean(axis=0))
    np.testing.assert_allclose(StaticEncoder(folder).encode(["bread tomato train"])[0], expected, atol=1e-6)


@pytest.mark.parametrize("kind", [np.float16, np.int8])
def test_tables_of_small_numbers_are_read(tmp_path, kind):
    rows = (table_of(words_of()) * 10).astype(kind)
    encoder = StaticEncoder(static_folder(tmp_path / "tiny", tensors={"embeddings": rows}))
    row = rows[words_of().index("bread")].astype(float)
    np.testing.assert_allclose(encoder.encode(["bread"])[0], unit(row), atol=1e-3)


@pytest.mark.parametrize(("told", "longest"), [({"max_length": 2}, 2), ({"max_length": None}, 1_000_000)])
def test_it_reads_as_many_tokens_as_its_config_says(tmp_path, told, longest):
    encoder = StaticEncoder(static_folder(tmp_path / "tiny", config=told))
    assert encoder.max_tokens == longest
    short, long = encoder.encode(["bread flour", "bread flour" + " train" * 30])
    assert (short.tobytes() == long.tobytes()) == (longest == 2)
    assert encoder.count_tokens(["bread flour train train"]).tolist() == [4]


@pytest.mark.parametrize("nested", [False, True])
def test_the_layout_of_sentence_transformers_is_read(tmp_path, nested):
    folder = static_folder(tmp_path / "tiny", tensors={"embedding.weight": table_of(words_of())})
    (folder / "config.json").unlink()
    place = folder / "0_StaticEmbedding" if nested else folder
    if nested:
        place.mkdir()
        for name in ("model.safetensors", "tokenizer.json"):
            (folder / name).rename(place / name)
    kind = "sentence_transformers.models.StaticEmbedding"
    write_json(folder / "modules.json", [{"idx": 0, "name": "0", "path": place.name if nested else "", "type": kind}])
    bread, mixed = StaticEncoder(folder).encode(["bread", "bread qwxz"])
    np.testing.assert_allclose(bread, unit(vector_of("bread").astype(float)), atol=1e-6)
    assert bread.tobytes() != mixed.tobytes()  # sentence-transformers counts the unknown token


def test_the_fingerprint_is_that_of_the_files(tmp_path):
    one, copy = (StaticEncoder(static_folder(tmp_path / name)) for name in ("one", "copy"))
    assert one.fingerprint == copy.fingerprint
    assert len(one.fingerprint) == 64
    static_folder(tmp_path / "other", tensors={"embeddings": table_of(words_of()) * 2})
    static_folder(tmp_path / "cut", config={"max_length": 9})
    prints = {StaticEncoder(tmp_path / name).fingerprint for name in ("one", "other", "cut")}
    assert len(prints) == 3


def _without(name):
    return lambda folder: (folder / name).unlink()


def _writing(name, content):
    return lambda folder: (folder / name).write_text(content, encoding="utf-8")


def _tensors(**tensors):
    return lambda folder: static_folder(folder, tensors=tensors)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (_without("model.safetensors"), r"model\.safetensors cannot be used: it is missing"),
        (_without("tokenizer.json"), r"tokenizer\.json cannot be used: it is missing"),
        (_writing("tokenizer.json", "{}"), r"tokenizer\.json cannot be used: it is no tokenizer"),
        (
            _writing("model.safetensors", "nonsense"),
            r"model\.safetensors cannot be used: it is missing, or no safetensors",
        ),
        (_writing("config.json", "[]"), r"config\.json cannot be used: it is no JSON object"),
        (_writing("config.json", '{"max_length": "x"}'), r"max_length is 'x', but must be a whole number above 0"),
        (_tensors(rows=np.zeros((3, 3), np.float32)), "holds no table of token vectors"),
        (_tensors(embeddings=np.zeros((3, 3), np.float32)), r"it holds 3 vectors for the \d+ tokens"),
        (
            _tensors(embeddings=np.ones((3, 3), np.float32), mapping=np.full(400, 7, np.int32)),
            "its mapping names rows beyond the 3",
        ),
        (
            _tensors(embeddings=np.ones((3, 3), np.float32), mapping=np.zeros(2, np.int32)),
            r"its mapping has shape \(2,\)",
        ),
        (_tensors(embeddings=np.full((400, 3), np.nan, np.float32)), "gives 'bread' no vector of a finite length"),
    ],
)
def test_a_damaged_folder_is_one_sentence(tmp_path, harm, message):
    folder = static_folder(tmp_path / "tiny")
    harm(folder)
    with pytest.raises(EncoderError, match=message):
        StaticEncoder(folder).encode(["bread"])


def test_fewer_than_one_thread_is_refused(tmp_path):
    with pytest.raises(ValueError, match="threads is 0; give at least 1"):
        StaticEncoder(tmp_path, threads=0)


def test_it_shows_its_tokenizer_uncut(tmp_path):
    folder = static_folder(tmp_path / "tiny")
    tokenizer = word_tokenizer(words_of())
    tokenizer.enable_truncation(2)
    tokenizer.enable_padding(length=9)
    tokenizer.save(str(folder / "tokenizer.json"))
    shown = StaticEncoder(folder).tokenizer
    assert len(shown.encode("bread flour train").ids) == 3
