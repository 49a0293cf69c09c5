"""Where an encoder's files are: a folder, or the hub; no test here reaches a network."""

import fnmatch
import os
import shutil
import subprocess
import sys
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError

import topics
from tests.encoders import TEXTS, onnx_folder, static_folder, write_json
from topics.embed import load_embedder
from topics.embed.hub import folder_of, full_name, kind_of
from topics.embed.onnx_encoder import OnnxEncoder
from topics.embed.static_encoder import StaticEncoder
from topics.errors import EncoderError


class Hub:
    """Stands for the hub: gives files of local folders by pattern, into a copy that is kept; None where offline."""

    def __init__(self, models: dict[str, Path], kept: Path) -> None:
        self.models = models
        self.kept = kept
        self.online = True
        self.fetched: list[str] = []

    def download(self, name, *, allow_patterns=None, local_files_only=False):
        copy = self.kept / name.replace("/", "--")
        if local_files_only or not self.online:
            if not copy.exists():
                raise LocalEntryNotFoundError("no copy, and an explanation of several\nlines")
            return str(copy)
        if name not in self.models:
            raise RepositoryNotFoundError("404 Client Error", response=_response())
        for path in sorted(self.models[name].rglob("*")):
            place = path.relative_to(self.models[name]).as_posix()
            if path.is_file() and any(fnmatch.fnmatch(place, pattern) for pattern in allow_patterns):
                (copy / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy / place)
                self.fetched.append(place)
        return str(copy)


def _response():
    """Return the answer of a server, of the kind that the hub's library uses."""
    import importlib

    for name in ("httpx2", "httpx"):
        try:
            library = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        return library.Response(404, request=library.Request("GET", "https://hub.invalid"))
    raise AssertionError("the hub's library speaks HTTP by another library")


@pytest.fixture
def hub(tmp_path, monkeypatch):
    models = {
        "minishlab/potion-tiny": static_folder(tmp_path / "static", card="---\nlanguage: [en, sv]\n---\n# Tiny\n"),
        "someone/graph": onnx_folder(tmp_path / "graph"),
        "sentence-transformers/tiny": _torch_only(tmp_path / "torch"),
    }
    for folder in models.values():
        (folder / "tf_model.h5").write_bytes(b"of another library")
        (folder / "pytorch_model.bin").write_bytes(b"pickled")
    hub = Hub(models, tmp_path / "kept")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", hub.download)
    return hub


def _torch_only(folder):
    onnx_folder(folder)
    (folder / "onnx" / "model.onnx").rename(folder / "model.safetensors")
    return folder


def test_a_static_model_is_fetched_once_and_then_kept(hub, tmp_path):
    encoder = load_embedder("potion-tiny", cache=False)
    assert isinstance(encoder, StaticEncoder)
    assert encoder.id == "minishlab/potion-tiny"
    assert encoder.reads == ("en", "sv")
    assert sorted(set(hub.fetched)) == ["README.md", "config.json", "model.safetensors", "tokenizer.json"]
    hub.online = False
    assert load_embedder("minishlab/potion-tiny", cache=False).fingerprint == encoder.fingerprint
    here = StaticEncoder(hub.models["minishlab/potion-tiny"])
    assert encoder.encode(TEXTS).tobytes() == here.encode(TEXTS).tobytes()


def test_of_a_transformer_the_export_is_fetched_and_no_weights_beside_it(hub):
    encoder = load_embedder("someone/graph", cache=False)
    assert isinstance(encoder, OnnxEncoder)
    assert encoder.encode(["bread"]).shape == (1, 12)
    assert "onnx/model.onnx" in hub.fetched
    assert not {"tf_model.h5", "pytorch_model.bin"} & set(hub.fetched)


def test_without_an_export_the_weights_are_fetched(hub):
    folder = folder_of("tiny")
    assert kind_of(folder) == "torch"
    assert "model.safetensors" in hub.fetched
    assert not {"tf_model.h5", "pytorch_model.bin"} & set(hub.fetched)
    (hub.models["sentence-transformers/tiny"] / "model.safetensors").unlink()
    shutil.rmtree(folder)
    assert kind_of(folder_of("tiny")) == "torch"
    assert "pytorch_model.bin" in hub.fetched


def test_a_model_fitted_by_a_hub_name_finds_its_encoder_again(hub, tmp_path):
    saved = topics.fit(TEXTS, embedder="someone/graph").save(tmp_path / "model")
    hub.online = False
    assert len(topics.load(saved).assign(["The bakery sells rye bread", "A new text"])) == 2
    shutil.rmtree(hub.kept)
    with pytest.raises(EncoderError, match="cannot be reached to fetch someone/graph"):
        topics.load(saved).assign(["A new text"])


def test_what_the_hub_does_not_give_is_one_sentence(hub):
    with pytest.raises(
        EncoderError, match="the encoder mpnet is no folder here, and the Hugging Face hub has no sentence-t"
    ):
        load_embedder("mpnet")
    hub.online = False
    with pytest.raises(
        EncoderError, match="no copy of it is kept, and the Hugging Face hub cannot be reached"
    ) as raised:
        load_embedder("someone/else")
    assert "\n" not in str(raised.value)


def test_a_copy_that_lacks_its_weights_is_completed(hub):
    copy = hub.kept / "someone--graph"
    copy.mkdir(parents=True)
    write_json(copy / "config.json", {"model_type": "bert"})
    assert kind_of(folder_of("someone/graph")) == "onnx"


def test_offline_the_command_line_ends_with_one_sentence_at_once(tmp_path):
    (tmp_path / "text.txt").write_text(TEXTS[0], encoding="utf-8")
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "topics.cli",
            "fit",
            "text.txt",
            "--embedder",
            "potion-multilingual-128M",
            "-o",
            "model",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(Path(topics.__file__).parents[1])},
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Error: the encoder potion-multilingual-128M is no folder here and no copy of it is kept, and the Hugging Face "
        "hub cannot be reached to fetch minishlab/potion-multilingual-128M; give the folder of a model, or the name of "
        "one while there is a network\n"
    )


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("all-mpnet-base-v2", "sentence-transformers/all-mpnet-base-v2"),
        ("potion-base-8M", "minishlab/potion-base-8M"),
        ("M2V_base_output", "minishlab/M2V_base_output"),
        ("BAAI/bge-m3", "BAAI/bge-m3"),
    ],
)
def test_well_known_names_need_no_owner(name, full):
    assert full_name(name) == full


@pytest.mark.parametrize("name", ["/no/where", "./nowhere", "../x", "a/b/c", "~/none-such", "a b"])
def test_what_looks_like_a_path_never_asks_the_hub(hub, name):
    with pytest.raises(EncoderError, match=r"there is no folder .* with an encoder; give one, or a name"):
        folder_of(name)
    assert hub.fetched == []


def test_files_and_folders_without_an_encoder_are_refused(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(EncoderError, match=r"model\.bin is a file; give the folder that holds its files"):
        folder_of(str(tmp_path / "model.bin"))
    with pytest.raises(EncoderError, match="holds no encoder that can be run here: neither a model2vec model"):
        load_embedder(str(tmp_path))
    write_json(tmp_path / "config.json", {"model_type": "bert"})
    (tmp_path / "model.bin").unlink()
    with pytest.raises(EncoderError, match="holds no encoder that can be run here"):
        load_embedder(str(tmp_path))


def test_the_first_models_of_model2vec_are_known_by_their_table(tmp_path):
    folder = static_folder(tmp_path / "tiny")
    write_json(folder / "config.json", {"tokenizer_name": "x"})
    assert kind_of(folder) == "static"
    (folder / "config.json").unlink()
    assert kind_of(folder) == "static"
    assert np.isfinite(load_embedder(str(folder), cache=False).encode(["bread"])).all()


def test_an_export_whose_steps_take_torch_is_left_to_torch(tmp_path):
    folder = onnx_folder(tmp_path / "tiny", pooling="weightedmean")
    assert kind_of(folder) is None  # it has no weights
    (folder / "model.safetensors").write_bytes(b"")
    assert kind_of(folder) == "torch"
