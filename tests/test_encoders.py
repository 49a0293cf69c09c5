"""The whole way with an encoder that is not the bundled one: fit, save, load, assign, search, axis."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

import topics
from tests.encoders import TEXTS, TOPICS, onnx_folder, static_folder, table_of, words_of
from tests.models import FakeEmbedder
from topics.cli import main
from topics.embed import load_embedder
from topics.embed.cache import CachedEmbedder
from topics.embed.onnx_encoder import OnnxEncoder
from topics.embed.static_encoder import StaticEncoder
from topics.errors import EncoderError
from topics.settings import Settings

MAKE = {"static": static_folder, "onnx": onnx_folder}


@pytest.fixture(scope="module", params=sorted(MAKE))
def folder(request, tmp_path_factory):
    return MAKE[request.param](tmp_path_factory.mktemp(request.param) / "tiny")


@pytest.fixture(scope="module")
def model(folder):
    return topics.fit(TEXTS, embedder=str(folder))


def test_a_corpus_in_three_languages_falls_into_its_topics(model, folder):
    assert model.settings.embedder == str(folder)
    assert (model.encoder.id, model.encoder.dimension) == ("tiny", 12)
    assert len(model.passages) == len(TEXTS)
    best = max(_agreement(model.at(level).labels) for level in model.level_names)
    assert best > 0.8


def _agreement(labels):
    from sklearn.metrics import v_measure_score

    return v_measure_score(TOPICS, labels)


def test_a_loaded_model_answers_the_same(model, tmp_path):
    loaded = topics.load(model.save(tmp_path / "model"))
    texts = [*TEXTS, "The greenhouse by the station sells bread.", "Nattåget och växthuset"]
    assert loaded.assign(texts) == model.assign(texts)
    assert loaded.assign(texts) == [found for text in texts for found in loaded.assign([text])]
    assert loaded.search("tomato plants", 3, by="meaning") == model.search("tomato plants", 3, by="meaning")
    left, right = ["bread", "sourdough", "rye"], ["train", "railway", "passengers"]
    assert loaded.axis(left, right).direction.tobytes() == model.axis(left, right).direction.tobytes()


def test_search_by_meaning_and_an_axis_tell_the_topics_apart(model):
    assert {TEXTS.index(hit.passage.text) for hit in model.search("sourdough loaf", 3, by="meaning")} < set(
        range(12, 18)
    )
    placed = model.axis(["bread", "sourdough", "rye flour"], ["train", "railway", "passengers"])
    assert placed.direction[12:18].mean() < 0 < placed.direction[6:12].mean()


def test_settings_and_argument_name_the_same_encoder(model, folder):
    again = topics.fit(TEXTS, settings=Settings(embedder=str(folder)))
    assert again.vectors.tobytes() == model.vectors.tobytes()
    assert again.settings == model.settings


def test_the_bundled_encoder_is_another(model):
    with pytest.raises(EncoderError, match=r"was made with the encoder tiny .* but here is all-MiniLM-L6-v2-int8"):
        model.with_embedder("minilm")


def test_a_moved_encoder_is_named_again(folder, tmp_path):
    before = shutil.copytree(folder, tmp_path / "before")
    saved = topics.fit(TEXTS, embedder=str(before)).save(tmp_path / "model")
    after = tmp_path / "after"
    before.rename(after)
    lost = topics.load(saved)
    assert lost.assign(TEXTS)[0].topic == lost.labels[0]  # passages need no encoder
    with pytest.raises(EncoderError, match=r"there is no folder .*before with an encoder"):
        lost.assign(["A new text about bread"])
    for embedder in (str(after), load_embedder(str(after), cache=False)):
        found = topics.load(saved, embedder=embedder)
        assert found.assign(["The bakery sells sourdough bread"])[0].topic == found.labels[12]


def test_a_changed_encoder_is_refused(tmp_path):
    folder = static_folder(tmp_path / "tiny")
    saved = topics.fit(TEXTS, embedder=str(folder)).save(tmp_path / "model")
    static_folder(folder, tensors={"embeddings": table_of(words_of()) + 1})
    with pytest.raises(
        EncoderError, match=r"made with the encoder tiny .*load the model with the encoder that made it"
    ):
        topics.load(saved).assign(["A new text"])
    with pytest.raises(EncoderError, match="made with the encoder tiny"):
        topics.load(saved, embedder=str(folder))


def test_an_encoder_of_ones_own_is_found_again_by_passing_it(tmp_path):
    saved = topics.fit(TEXTS, embedder=FakeEmbedder()).save(tmp_path / "model")
    with pytest.raises(EncoderError, match="made with the encoder fake"):
        topics.load(saved).assign(["A new text"])
    assert len(topics.load(saved, embedder=FakeEmbedder()).assign(["A new text"])) == 1
    with pytest.raises(EncoderError, match="made with the encoder fake"):
        topics.load(saved, embedder=FakeEmbedder(dimension=8))


def test_vectors_are_remembered_from_run_to_run(tmp_path, monkeypatch):
    monkeypatch.setenv("TOPICS_CACHE", str(tmp_path / "kept"))
    folder = onnx_folder(tmp_path / "tiny")
    first = load_embedder(str(folder))
    assert isinstance(first, CachedEmbedder)
    rows = first.encode(TEXTS)
    plain = load_embedder(str(folder), cache=False)
    assert isinstance(plain, OnnxEncoder)

    def computed(texts, *, progress=None):
        raise AssertionError("computed again")

    monkeypatch.setattr(plain, "encode", computed)
    assert first.encode(TEXTS).tobytes() == rows.tobytes()
    with pytest.raises(AssertionError, match="computed again"):
        first.encode(["something new"])


@pytest.mark.parametrize("bundled", [True, False])
def test_vectors_of_a_table_are_not_kept(tmp_path, monkeypatch, bundled):
    monkeypatch.setenv("TOPICS_CACHE", str(tmp_path / "kept"))
    encoder = load_embedder("static" if bundled else str(static_folder(tmp_path / "tiny")))
    assert isinstance(encoder, StaticEncoder)
    assert encoder.encode(TEXTS).shape == (len(TEXTS), encoder.dimension)
    assert not (tmp_path / "kept").exists()


def test_files_that_changed_are_read_again(tmp_path):
    folder = static_folder(tmp_path / "tiny")
    before = load_embedder(str(folder), cache=False)
    assert load_embedder(str(folder), cache=False) is before
    known = before.encode(["bread"])
    static_folder(folder, tensors={"embeddings": table_of(words_of()) + 1})
    os.utime(folder / "model.safetensors", ns=(1, 1))
    after = load_embedder(str(folder), cache=False)
    assert after.fingerprint != before.fingerprint
    assert after.encode(["bread"]).tobytes() != known.tobytes() == before.encode(["bread"]).tobytes()


@pytest.mark.parametrize("embedder", ["", "  ", 3, None])
def test_a_setting_that_names_no_encoder_is_refused(embedder):
    message = r"Settings\.embedder is .*, but must be 'minilm', 'static', a folder or a hub name"
    with pytest.raises(ValueError, match=message):
        Settings(embedder=embedder)


def test_the_command_line_takes_an_encoder(folder, tmp_path):
    source = tmp_path / "texts"
    source.mkdir()
    for row, text in enumerate(TEXTS):
        (source / f"{row:02}.txt").write_text(text, encoding="utf-8")
    encoder = shutil.copytree(folder, tmp_path / "before")
    told = _run("fit", source, "-o", tmp_path / "model", "--embedder", encoder, "--json")
    assert json.loads(told.stdout)["encoder"] == "before"
    encoder.rename(tmp_path / "after")
    (tmp_path / "new.txt").write_text("A new text about bread", encoding="utf-8")
    asked = {
        "assign": ("assign", tmp_path / "model", tmp_path / "new.txt"),
        "search": ("search", tmp_path / "model", "sourdough", "--by", "meaning", "-n", 2),
        "axis": ("axis", tmp_path / "model", "bread|rye|loaf", "train|railway|station"),
    }
    for arguments in asked.values():
        lost = _run(*arguments, code=1)
        assert lost.stderr.startswith("Error: there is no folder")
        assert lost.stderr.count("\n") == 1
        assert json.loads(_run(*arguments, "--embedder", tmp_path / "after", "--json").stdout)


def _run(*arguments, code=0):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result


def test_the_default_way_knows_nothing_of_other_encoders():
    program = """
import sys, topics
topics.fit(["Bread and rye", "Trains and stations"] * 3).assign(["Loaf"])
others = ("huggingface_hub", "torch", "sentence_transformers", "topics.embed.hub", "topics.embed.folder")
print([name for name in others if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "[]\n"


def test_vectors_are_those_of_the_two_formats_alike(tmp_path):
    static, graph = (load_embedder(str(MAKE[kind](tmp_path / kind)), cache=False) for kind in ("static", "onnx"))
    known = [text for text in TEXTS if "[" not in text]
    np.testing.assert_allclose(static.encode(known), graph.encode(known), atol=1e-6)
    assert static.fingerprint != graph.fingerprint
