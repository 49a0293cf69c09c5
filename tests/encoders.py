"""Tiny encoders in the formats of real ones, made by the tests: a vector for each word of a few topics.

    folder = static_folder(tmp_path / "tiny")            # model2vec: tokenizer.json, model.safetensors, config.json
    folder = onnx_folder(tmp_path / "tiny")              # sentence-transformers with onnx/model.onnx
    topics.fit(TEXTS, embedder=str(folder))

Both read TEXTS the same way: what they say of a text is the mean over its words. The ONNX graph is written here byte by
byte, for the package that writes such files is none of ours.
"""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from tests.corpus_texts import BREAD, GARDEN, GARTEN, NACHTZUG, NATTAG, RAILWAY, TRADGARD

TEXTS = [*GARDEN, *RAILWAY, *BREAD, *GARTEN, *NACHTZUG, *TRADGARD, *NATTAG]
TOPICS = [0] * 6 + [1] * 6 + [2] * 6 + [0] * 3 + [1] * 3 + [0] * 3 + [1] * 3
WIDTH = 12
UNKNOWN = "[UNK]"

_STEMS = (
    ("garden", "green", "tomat", "garten", "gärtn", "gewächs", "växthus", "odlar", "kompost", "compost"),
    ("train", "station", "passeng", "railway", "nacht", "schlaf", "bahnhof", "nattåg", "sovvagn", "stannade"),
    ("bread", "sourdough", "rye", "bak", "crust", "flour", "loaf"),
)


def words_of(texts=TEXTS):
    """Return the vocabulary: what is unknown, then every word of the texts."""
    return [UNKNOWN, *sorted({word for text in texts for word in re.findall(r"\w+", text.lower())})]


def vector_of(word):
    """Return a word's vector: its topic's direction, and a little noise that its letters decide."""
    noise = np.frombuffer(hashlib.shake_128(word.encode()).digest(WIDTH), np.uint8) / 127.5 - 1
    vector = 0.1 * noise
    for topic, stems in enumerate(_STEMS):
        if word.startswith(stems):
            vector[topic] += 1
    return vector.astype(np.float32)


def table_of(words):
    """Return a row a word; of the unknown word, one that would be noticed."""
    return np.stack([np.full(WIDTH, 9, np.float32) if word == UNKNOWN else vector_of(word) for word in words])


def word_tokenizer(words):
    """Return a tokenizer of whole words in lower case."""
    tokenizer = Tokenizer(models.WordLevel({word: row for row, word in enumerate(words)}, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation(behavior="removed")]
    )
    return tokenizer


def static_folder(folder, *, card="", tensors=None, config=None, words=None):
    """Write a model2vec model and return its folder; ``tensors`` and ``config`` take the place of the usual ones."""
    words = words or words_of()
    folder.mkdir(parents=True, exist_ok=True)
    word_tokenizer(words).save(str(folder / "tokenizer.json"))
    save_file(tensors or {"embeddings": table_of(words)}, folder / "model.safetensors")
    config = {"model_type": "model2vec", "architectures": ["StaticModel"], "normalize": True, **(config or {})}
    write_json(folder / "config.json", config)
    if card:
        (folder / "README.md").write_text(card, encoding="utf-8")
    return folder


def onnx_folder(folder, *, pooling="mean", dense=None, settings=None, prompt="", inputs=("input_ids",)):
    """Write a sentence-transformers model with an ONNX export and no other weights, and return its folder."""
    words = words_of()
    (folder / "onnx").mkdir(parents=True)
    (folder / "1_Pooling").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(lookup_graph(table_of(words), inputs))
    word_tokenizer(words).save(str(folder / "tokenizer.json"))
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
    write_json(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": WIDTH, **_pooling(pooling)})
    if dense is not None:
        modules.append(("2_Dense", "Dense"))
        (folder / "2_Dense").mkdir()
        save_file({"linear.weight": dense}, folder / "2_Dense" / "model.safetensors")
        told = {
            "in_features": WIDTH,
            "out_features": len(dense),
            "activation_function": "torch.nn.modules.linear.Identity",
        }
        write_json(folder / "2_Dense" / "config.json", told)
    modules.append(("2_Normalize", "Normalize"))
    listed = [
        {"idx": row, "name": str(row), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for row, (path, kind) in enumerate(modules)
    ]
    write_json(folder / "modules.json", listed)
    write_json(folder / "config.json", {"model_type": "bert", "max_position_embeddings": 64})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 48, **(settings or {})})
    if prompt:
        told = {"prompts": {"cluster": prompt}, "default_prompt_name": "cluster"}
        write_json(folder / "config_sentence_transformers.json", told)
    return folder


def write_json(path: Path, value):
    """Write a value as JSON."""
    path.write_text(json.dumps(value), encoding="utf-8")


def lookup_graph(table, inputs=("input_ids",)):
    """Return an ONNX model that gives every token its row of a table, and takes other inputs without a look at them."""
    rows, width = table.shape
    tensor = (
        _number(1, rows)
        + _number(1, width)
        + _number(2, 1)
        + _text(8, "table")
        + _field(9, table.astype("<f4").tobytes())
    )
    node = _text(1, "table") + _text(1, "input_ids") + _text(2, "last_hidden_state") + _text(4, "Gather")
    graph = _field(1, node) + _text(2, "lookup") + _field(5, tensor)
    for name in inputs:
        graph += _field(11, _value(name, 7, ("batch", "tokens")))
    graph += _field(12, _value("last_hidden_state", 1, ("batch", "tokens", width)))
    return _number(1, 9) + _field(7, graph) + _field(8, _text(1, "") + _number(2, 17))


def _pooling(mode):
    """Return the older way to say it for the mean, the newer one for others."""
    return {"pooling_mode_mean_tokens": True} if mode == "mean" else {"pooling_mode": mode}


def _value(name, kind, shape):
    dims = b"".join(_field(1, _text(2, dim) if isinstance(dim, str) else _number(1, dim)) for dim in shape)
    return _text(1, name) + _field(2, _field(1, _number(1, kind) + _field(2, dims)))


def _varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _number(field, number):
    return _varint(field << 3) + _varint(number)


def _field(field, content):
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field, text):
    return _field(field, text.encode())
