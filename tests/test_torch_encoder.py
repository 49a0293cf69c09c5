"""sentence-transformers models on torch: a tiny one is made here, where torch is installed."""

import importlib.util
import sys
import warnings

import numpy as np
import pytest

import topics
from tests.encoders import TEXTS, onnx_folder, word_tokenizer, words_of
from topics.embed import load_embedder
from topics.embed.torch_encoder import TorchEncoder
from topics.errors import EncoderError

INSTALLED = all(importlib.util.find_spec(name) for name in ("torch", "sentence_transformers"))
needs_torch = pytest.mark.skipif(not INSTALLED, reason="torch and sentence-transformers are an optional extra")
# What torch and transformers warn of while they are imported and used is theirs to mend.
foreign = pytest.mark.filterwarnings("default::DeprecationWarning", "default::FutureWarning", "default::UserWarning")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny BERT with the mean over tokens, its weights drawn at random, as sentence-transformers saves it."""
    for library in ("torch", "sentence_transformers", "transformers"):
        pytest.importorskip(library, reason="torch and sentence-transformers are an optional extra")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        return _made(tmp_path_factory.mktemp("torch"))


def _made(place):
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = words_of()
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words) + 1,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(place / "bert")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=word_tokenizer(words), unk_token="[UNK]", pad_token="[PAD]", model_max_length=64
    )
    tokenizer.save_pretrained(place / "bert")
    transformer = Transformer(str(place / "bert"), max_seq_length=32)
    SentenceTransformer(modules=[transformer, Pooling(16, pooling_mode="mean")], device="cpu").save(str(place / "tiny"))
    return place / "tiny"


@needs_torch
@foreign
def test_the_same_text_has_the_same_row_whatever_stands_beside_it(folder):
    encoder = load_embedder(str(folder), cache=False)
    assert isinstance(encoder, TorchEncoder)
    rows = encoder.encode(TEXTS)
    assert (rows.dtype, rows.shape) == (np.float32, (len(TEXTS), 16))
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    order = np.random.default_rng(1).permutation(np.tile(np.arange(len(TEXTS)), 2))
    assert encoder.encode([TEXTS[i] for i in order]).tobytes() == rows[order].tobytes()
    assert b"".join(encoder.encode([text]).tobytes() for text in TEXTS) == rows.tobytes()
    assert TorchEncoder(folder, threads=1).encode(TEXTS).tobytes() == rows.tobytes()


@needs_torch
@foreign
def test_vectors_are_those_of_sentence_transformers(folder):
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(folder), device="cpu").encode(
        TEXTS, normalize_embeddings=True, show_progress_bar=False
    )
    np.testing.assert_allclose(TorchEncoder(folder).encode(TEXTS), theirs, atol=1e-5)


@needs_torch
@foreign
def test_tokens_are_counted_and_cut(folder):
    encoder = TorchEncoder(folder)
    assert encoder.max_tokens == 32
    assert encoder.count_tokens(["bread flour", "bread " * 40]).tolist() == [2, 40]
    short, long = encoder.encode(["bread " * 32, "bread " * 40])
    assert short.tobytes() == long.tobytes()
    assert encoder.tokenizer.encode("bread " * 40).tokens == ["bread"] * 40
    assert len(encoder.runtime.split()) >= 5


@needs_torch
@foreign
def test_the_whole_way(folder, tmp_path):
    model = topics.fit(TEXTS, embedder=str(folder))
    loaded = topics.load(model.save(tmp_path / "model"))
    texts = [*TEXTS, "The greenhouse by the station sells bread."]
    assert loaded.assign(texts) == model.assign(texts)
    assert loaded.search("tomato", 3, by="meaning") == model.search("tomato", 3, by="meaning")


@needs_torch
@foreign
def test_a_folder_that_cannot_be_opened_is_one_sentence(tmp_path):
    folder = onnx_folder(tmp_path / "tiny", pooling="weightedmean")
    (folder / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(
        EncoderError, match=r"sentence-transformers cannot open the encoder tiny in .*; get the model again"
    ):
        TorchEncoder(folder).encode(["bread"])


def test_without_torch_the_extra_is_named(tmp_path, monkeypatch):
    folder = onnx_folder(tmp_path / "tiny", pooling="weightedmean")
    (folder / "model.safetensors").write_bytes(b"")
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else find(name, *rest))
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    with pytest.raises(
        EncoderError, match=r"tiny needs torch, which is not installed: pip install 'topics\[sentence-t"
    ):
        load_embedder(str(folder))
    with pytest.raises(EncoderError, match="needs torch"):
        TorchEncoder(folder).encode(["bread"])


def test_the_fingerprint_is_that_of_weights_tokenizer_and_settings(tmp_path):
    one, other = (onnx_folder(tmp_path / name) for name in ("one", "other"))
    for folder in (one, other):
        (folder / "onnx" / "model.onnx").rename(folder / "model.safetensors")
    (other / "README.md").write_text("# A card")
    (other / "tf_model.h5").write_bytes(b"of another library")
    (other / "pytorch_model.bin").write_bytes(b"the same weights, pickled")
    assert TorchEncoder(one).fingerprint == TorchEncoder(other).fingerprint
    (other / "1_Pooling" / "config.json").write_text('{"pooling_mode": "cls"}')
    assert TorchEncoder(one).fingerprint != TorchEncoder(other).fingerprint
