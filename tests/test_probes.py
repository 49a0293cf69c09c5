"""P8: a model refuses an encoder that is not the one it was made with, whatever that calls itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.forge import arrays_of, forge, forge_arrays
from tests.models import FakeEmbedder, small_model
from topics import store
from topics.embed import load_embedder, probes
from topics.embed.cache import CachedEmbedder
from topics.errors import EncoderError, ModelError
from topics.model import TopicModel


class Changed(FakeEmbedder):
    """An encoder with the weights of the fake one, whose vectors are changed on their way out."""

    def __init__(self, change) -> None:
        super().__init__()
        self._change = change

    def encode(self, texts, *, progress=None):
        return self._change(texts, super().encode(texts, progress=progress)).astype(np.float32)


def probed_model(**changes: object) -> TopicModel:
    told = probes.measured(FakeEmbedder())
    card = replace(small_model().encoder, probes=told, normalised=probes.normalised(told))
    return small_model(encoder=card, **changes)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(probed_model(), tmp_path / "town")


def rotated(_, vectors):
    return np.linalg.qr(np.random.default_rng(1).normal(size=(16, 16)))[0].astype(np.float32) @ vectors.T


def unlike_processor(_, vectors):
    """Change vectors by what 8-bit ones differ from processor to processor, and a little more."""
    noise = np.random.default_rng(1).normal(size=vectors.shape)
    noise *= 0.06 / np.linalg.norm(noise, axis=1, keepdims=True)
    return (vectors + noise) / np.linalg.norm(vectors + noise, axis=1, keepdims=True)


def test_p8_what_an_encoder_is_known_by_is_saved(saved: Path) -> None:
    card = store.load(saved).encoder
    assert card == probed_model().encoder
    assert (len(card.probes), card.normalised, len(card.fingerprint), card.dimension) == (8, True, 64, 16)
    assert arrays_of(saved, "rule.safetensors")["probes"].tobytes() == FakeEmbedder().encode(probes.TEXTS).tobytes()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda texts, vectors: rotated(texts, vectors).T, r"gives another vector to '.*' \(cosine -?0\.\d+\)"),
        (lambda _, vectors: vectors[:, ::-1], "gives another vector to"),
        (lambda _, vectors: -vectors, r"\(cosine -1\.0000\)"),
        (lambda _, vectors: 3 * vectors, "gives vectors of another length; that one has its vectors normalised"),
        (lambda _, vectors: 0 * vectors, "gives vectors of another length"),
        (lambda _, vectors: vectors * np.nan, r"gives vectors of shape \(16,\) or of no finite numbers"),
        (lambda _, vectors: vectors[:, :8], r"gives vectors of shape \(8,\)"),
        (
            lambda texts, vectors: vectors if len(texts[-1]) < 99 else np.vstack([vectors[:-1], vectors[:1]]),
            "gives another vector to 'The committee met twice",
        ),
    ],
    ids=["rotated", "reversed", "negative", "longer", "zero", "nan", "narrower", "cut"],
)
def test_p8_other_vectors_from_the_same_weights_are_refused_when_first_used(saved: Path, change, match: str) -> None:
    model = store.load(saved, embedder=Changed(change))
    assert len(model.topics) == 4, "showing a model needs no encoder"
    known = model.passages[0].text
    assert model.assign([known], languages=["en"])[0].topic == model.labels[0], "nor does a passage of it"
    for ask in (lambda: model.assign(["More bike lanes"]), lambda: model.search("bike lanes", by="meaning")):
        with pytest.raises(EncoderError, match=rf"the encoder fake has the weights .*{match}") as error:
            ask()
        assert "load the model with the tokenizer" in str(error.value)


def test_p8_the_same_encoder_on_another_processor_is_accepted(saved: Path) -> None:
    embedder = Changed(unlike_processor)
    model = store.load(saved, embedder=embedder)
    cosines = (embedder.encode(probes.TEXTS) * FakeEmbedder().encode(probes.TEXTS)).sum(axis=1)
    assert cosines.min() < 0.999
    assert len(model.assign(["More bike lanes"])) == 1


def test_it_is_checked_once_for_all_views(saved: Path) -> None:
    embedder = FakeEmbedder()
    model = store.load(saved, embedder=embedder)
    assert embedder.encoded == 0
    model.assign(["More bike lanes"])
    assert embedder.encoded == 1 + len(probes.TEXTS)
    model.at("fine").assign(["More buses"])
    assert embedder.encoded == 2 + len(probes.TEXTS)


def test_the_cache_does_not_answer_for_the_encoder(saved: Path, tmp_path: Path) -> None:
    CachedEmbedder(FakeEmbedder(), tmp_path).encode(probes.TEXTS)
    model = store.load(saved, embedder=CachedEmbedder(Changed(lambda _, vectors: -vectors), tmp_path))
    with pytest.raises(EncoderError, match="gives another vector"):
        model.assign(["More bike lanes"])


def test_the_bundled_encoder_knows_itself_again(seeds_model: TopicModel) -> None:
    card = seeds_model.encoder
    assert [probe.text for probe in card.probes] == list(probes.TEXTS)
    assert card.normalised
    probes.check(load_embedder(), card)


def test_a_model_without_probes_asks_for_none() -> None:
    embedder = FakeEmbedder()
    probes.check(embedder, small_model().encoder)
    assert embedder.encoded == 0


def test_probes_that_were_forged_are_refused(saved: Path) -> None:
    forge(saved, change=lambda manifest: manifest["encoder"]["probes"].append("one more"))
    with pytest.raises(ModelError, match=r"probes is F32 of shape \(8, 16\), but must be F32 of shape \(9, 16\)"):
        store.load(saved)
    forge(saved, change=lambda manifest: manifest["encoder"].update(probes=["x" * 2000] * 8))
    with pytest.raises(ModelError, match=r"encoder\.probes are more than 64 texts, or too long"):
        store.load(saved)
    forge(saved, change=lambda manifest: manifest["encoder"].update(probes=list(probes.TEXTS), normalised=1))
    with pytest.raises(ModelError, match=r"encoder\.normalised is 1, but must be true or false"):
        store.load(saved)
    forge(saved, change=lambda manifest: manifest["encoder"].update(normalised=True))
    forge_arrays(saved, "rule.safetensors", probes=np.full((8, 16), np.nan, np.float32))
    with pytest.raises(ModelError, match="probes has a value in row 0 that is not finite"):
        store.load(saved)
