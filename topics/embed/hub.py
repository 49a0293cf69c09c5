"""Where the files of an encoder are: a folder, or a name on the Hugging Face hub, of which a copy is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from topics.embed.folder import read_json
from topics.embed.modules import modules_of, pooling_of
from topics.embed.onnx_encoder import GRAPH
from topics.errors import EncoderError

Kind = Literal["static", "onnx", "torch"]

_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?")
_FAMILIES = {"potion-": "minishlab", "M2V_": "minishlab"}
_SMALL = ("*.json", "*.txt", "*.md", "*.model")
_WEIGHTS = ("*.safetensors",)
_EXPORT = (GRAPH, f"{GRAPH}_data", "*/model.safetensors")
_PICKLED = ("*.bin",)
_DO = "give the folder of a model, or the name of one while there is a network"


def folder_of(name: str) -> Path:
    """Return the folder of an encoder: the one that ``name`` is, or a copy of what the hub has under that name.

    A copy that is there already is used as it is, without asking the hub. Of a model on the hub only what is needed
    is fetched: the table of a static one, the ONNX export where there is one that runs here, else the weights.

    Raises
    ------
    EncoderError
        There is no such folder, and the hub does not have it or cannot be reached.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.exists():
        raise EncoderError(f"the encoder {name} is a file; give the folder that holds its files")
    if not _NAME.fullmatch(name):
        raise EncoderError(f"there is no folder {name} with an encoder; give one, or a name on the Hugging Face hub")
    return _from_hub(name, full_name(name))


def full_name(name: str) -> str:
    """Return the name on the hub with its owner, which well-known ones may be given without."""
    if "/" in name:
        return name
    owners = [owner for start, owner in _FAMILIES.items() if name.startswith(start)]
    return f"{owners[0] if owners else 'sentence-transformers'}/{name}"


def kind_of(folder: Path) -> Kind | None:
    """Return what runs the encoder in a folder, or None where it is no encoder, or its weights are not there.

    A static table comes first, then an ONNX export whose other steps are known here, since neither needs torch.

    Raises
    ------
    EncoderError
        A file that describes it is not what it should be.
    """
    has = _Has(folder)
    if _is_static(folder):
        nested = has("0_StaticEmbedding/model.safetensors", "0_StaticEmbedding/tokenizer.json")
        return "static" if nested or has("model.safetensors", "tokenizer.json") else None
    modules = modules_of(folder)
    if has(GRAPH, "tokenizer.json") and pooling_of(folder, modules) is not None:
        return "onnx"
    weights = any(any(folder.glob(pattern)) for pattern in ("*.safetensors", "*.bin", "*/*.safetensors", "*/*.bin"))
    return "torch" if weights and (modules or "model_type" in read_json(folder / "config.json")) else None


class _Has:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *names: str) -> bool:
        return all((self._folder / name).is_file() for name in names)


def _is_static(folder: Path) -> bool:
    modules = modules_of(folder)
    if modules:
        return modules[0].kind == "StaticEmbedding"
    told = read_json(folder / "config.json")
    return told.get("model_type") == "model2vec" or ("model_type" not in told and _has_table(folder))


def _has_table(folder: Path) -> bool:
    """Tell whether a folder's weights are a table of tokens: the first models of model2vec said nothing else."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / "model.safetensors", framework="numpy") as file:
            return "embeddings" in file.keys()
    except (OSError, SafetensorError):
        return False


def _from_hub(given: str, name: str) -> Path:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError
    except ImportError as error:
        raise EncoderError(
            f"the encoder {given} is no folder here, and to get it from the Hugging Face hub takes huggingface_hub: "
            "pip install huggingface_hub, or give the folder of a model"
        ) from error
    try:
        kept = Path(snapshot_download(name, local_files_only=True))
        if kind_of(kept) is not None:
            return kept
    except (OSError, ValueError):  # no copy yet
        pass
    try:
        return _fetched(name, snapshot_download)
    except ValueError as error:
        raise EncoderError(
            f"the encoder {given} is no folder here, and {name} can be no name on the hub; {_DO}"
        ) from error
    except RepositoryNotFoundError as error:
        raise EncoderError(
            f"the encoder {given} is no folder here, and the Hugging Face hub has no {name}, or does not show it; {_DO}"
        ) from error
    except (OSError, HfHubHTTPError) as error:
        raise EncoderError(
            f"the encoder {given} is no folder here and no copy of it is kept, and the Hugging Face hub cannot be "
            f"reached to fetch {name}; {_DO}"
        ) from error


def _fetched(name: str, download: Callable[..., Any]) -> Path:
    """Fetch the small files, then the weights that they ask for."""

    def get(patterns: Sequence[str]) -> Path:
        return Path(download(name, allow_patterns=list(patterns)))

    folder = get(_SMALL)
    if not _is_static(folder) and pooling_of(folder, modules_of(folder)) is not None:
        get(_EXPORT)
        if kind_of(folder) == "onnx":
            return folder
    get(_WEIGHTS)
    if kind_of(folder) is None:
        get(_PICKLED)
    return folder
