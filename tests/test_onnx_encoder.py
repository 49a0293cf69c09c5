"""sentence-transformers models with an ONNX export, without torch."""

import numpy as np
import pytest

from tests.encoders import TEXTS, WIDTH, lookup_graph, onnx_folder, table_of, vector_of, words_of, write_json
from topics.embed.onnx_encoder import OnnxEncoder
from topics.errors import EncoderError


def unit(vector):
    return vector / np.linalg.norm(vector)


WORDS = np.stack([vector_of(word).astype(float) for word in ("bread", "tomato", "train")])


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [("mean", WORDS.mean(axis=0)), ("cls", WORDS[0]), ("max", WORDS.max(axis=0)), ("lasttoken", WORDS[-1])],
)
def test_tokens_are_pooled_as_the_model_says(tmp_path, pooling, expected):
    encoder = OnnxEncoder(onnx_folder(tmp_path / "tiny", pooling=pooling))
    [row] = encoder.encode(["Bread, tomato: train."])
    np.testing.assert_allclose(row, unit(expected), atol=1e-6)
    assert (row.dtype, encoder.id, encoder.dimension, encoder.max_tokens) == (np.float32, "tiny", WIDTH, 48)


def test_the_same_text_has_the_same_row_whatever_stands_beside_it(tmp_path):
    encoder = OnnxEncoder(onnx_folder(tmp_path / "tiny"))
    rows = encoder.encode(TEXTS)
    order = np.random.default_rng(1).permutation(np.tile(np.arange(len(TEXTS)), 3))
    assert encoder.encode([TEXTS[i] for i in order]).tobytes() == rows[order].tobytes()
    assert b"".join(encoder.encode([text]).tobytes() for text in TEXTS) == rows.tobytes()
    assert encoder.runtime.startswith("onnxruntime ")


def test_a_dense_layer_is_applied(tmp_path):
    matrix = np.random.default_rng(0).normal(size=(5, WIDTH)).astype(np.float32)
    encoder = OnnxEncoder(onnx_folder(tmp_path / "tiny", dense=matrix))
    assert encoder.dimension == 5
    np.testing.assert_allclose(encoder.encode(["bread tomato train"])[0], unit(matrix @ WORDS.mean(axis=0)), atol=1e-5)


def test_mask_and_types_are_given_to_graphs_that_ask_for_them(tmp_path):
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    asked, plain = (
        OnnxEncoder(onnx_folder(tmp_path / str(len(names)), inputs=names)) for names in (inputs, inputs[:1])
    )
    assert asked.encode(TEXTS[:3]).tobytes() == plain.encode(TEXTS[:3]).tobytes()


def test_a_default_prompt_goes_before_every_text_and_is_counted(tmp_path):
    prompted = OnnxEncoder(onnx_folder(tmp_path / "prompted", prompt="bread tomato "))
    plain = OnnxEncoder(onnx_folder(tmp_path / "plain"))
    assert prompted.encode(["train"]).tobytes() == plain.encode(["bread tomato train"]).tobytes()
    assert prompted.count_tokens(["train", ""]).tolist() == [3, 2]
    assert prompted.fingerprint != plain.fingerprint


def test_only_the_beginning_is_read(tmp_path):
    encoder = OnnxEncoder(onnx_folder(tmp_path / "tiny", settings={"max_seq_length": 2}))
    short, long = encoder.encode(["bread flour", "bread flour train train"])
    assert short.tobytes() == long.tobytes()
    assert encoder.count_tokens(["bread flour train train"]).tolist() == [4]


def test_a_text_without_a_token_has_a_vector_too(tmp_path):
    first, second = OnnxEncoder(onnx_folder(tmp_path / "tiny")).encode(["", "  "])
    assert np.linalg.norm(first) == pytest.approx(1)
    assert first.tobytes() == second.tobytes()


def test_without_a_limit_of_its_own_the_positions_are_the_limit(tmp_path):
    folder = onnx_folder(tmp_path / "tiny")
    (folder / "sentence_bert_config.json").unlink()
    write_json(folder / "tokenizer_config.json", {"model_max_length": 10**30})
    assert OnnxEncoder(folder).max_tokens == 64


def _graph(inputs):
    return lambda folder: (folder / "onnx" / "model.onnx").write_bytes(lookup_graph(table_of(words_of()), inputs))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda folder: (folder / "onnx" / "model.onnx").unlink(), r"model\.onnx cannot be used"),
        (lambda folder: (folder / "onnx" / "model.onnx").write_bytes(b"no graph"), "ONNX Runtime cannot open it"),
        (_graph(("input_ids", "pixel_values")), "it asks for 'pixel_values', which is not known here"),
        (
            lambda folder: (folder / "modules.json").write_text("{}"),
            "it asks for steps that only sentence-transformers",
        ),
        (lambda folder: (folder / "modules.json").write_text('[{"type": 1}]'), "it is no list of modules"),
        (
            lambda folder: write_json(folder / "modules.json", [{"type": "x.Transformer", "path": "../elsewhere"}]),
            "it names a folder outside the model's",
        ),
        (
            lambda folder: write_json(folder / "sentence_bert_config.json", {"max_seq_length": -1}),
            "max_seq_length is -1, but must be a whole number above 0",
        ),
        (
            lambda folder: write_json(
                folder / "config_sentence_transformers.json", {"prompts": {"a": 3}, "default_prompt_name": "a"}
            ),
            "its default prompt is no text",
        ),
    ],
)
def test_what_cannot_be_run_is_one_sentence(tmp_path, harm, message):
    folder = onnx_folder(tmp_path / "tiny")
    harm(folder)
    with pytest.raises(EncoderError, match=message):
        OnnxEncoder(folder).encode(["bread"])
