"""Texts become unit vectors: the bundled encoder, the cache before it, and the centring by language after it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from topics.errors import EncoderError
from topics.protocols import Embedder, Floats

if TYPE_CHECKING:
    from topics.embed.folder import FolderEncoder
    from topics.embed.hub import Kind
    from topics.embed.minilm_encoder import MiniLMEncoder

BUNDLED = "minilm"
"""The name of the default encoder, which comes with the package."""

STATIC = "static"
"""The name of the fast encoder that comes with the package."""


def load_embedder(
    name: str = BUNDLED, *, cache: bool = True, threads: int | None = None, id: str | None = None
) -> Embedder:
    """Return the encoder called ``name``; it opens its files at the first text.

    Parameters
    ----------
    name
        ``"minilm"``: all-MiniLM-L6-v2 in 8-bit integers, bundled with the package, 384 dimensions, 256 tokens. Or
        ``"static"``: a table of token vectors distilled from it, bundled too, 256 dimensions, 512 tokens; a hundred
        times as fast, with topics that are less exact. Or the folder of a model2vec or sentence-transformers model.
        Or the name of one on the Hugging Face hub, such as ``"minishlab/potion-multilingual-128M"``, of which a copy
        is fetched once and kept; only such a name makes this package use a network.
    cache
        Whether vectors are kept on disk for the next run, in the user's cache folder or the folder that the
        environment variable ``TOPICS_CACHE`` names; ``TOPICS_CACHE=off`` turns it off as well. Static encoders
        have none: keeping a vector costs about what it costs to make it.
    threads
        How many texts are read at once, at least 1; by default the processors that this process may use.
    id
        The name that an encoder from a folder goes by; by default that of the folder, or that on the hub.

    Raises
    ------
    EncoderError
        There is no such encoder, or what it needs is not installed.
    """
    encoder = _bundled(threads) if name == BUNDLED else _from_folder(name, id, threads)
    if not cache or not encoder.worth_keeping:
        return encoder
    from topics.embed.cache import cache_folder

    folder = cache_folder()
    return encoder if folder is None else _remembering(encoder, folder)


def encode(texts: Sequence[str]) -> Floats:
    """Return the vectors of ``texts`` by the default encoder, before any centring.

    Parameters
    ----------
    texts
        Any number of texts; of each, the first 256 tokens are read.

    Returns
    -------
    ndarray of float32, shape (n, 384)
        Rows of length 1, in the order of ``texts``.

    Raises
    ------
    ValueError
        If ``texts`` is a single string, or holds something that is not a string.
    """
    return load_embedder().encode(texts)


def files_of(embedder: Embedder | str) -> tuple[str, Path | None]:
    """Return what an encoder is made of, so that another machine can open it: its id, and the folder of its files.

    The folder is ``None`` for the bundled encoder, which every machine with this package has.

    Raises
    ------
    EncoderError
        It is an object of another kind, whose files are not known.
    """
    from topics.embed.folder import FolderEncoder
    from topics.embed.minilm_encoder import BUNDLED as OWN
    from topics.embed.minilm_encoder import MiniLMEncoder

    found = load_embedder(embedder, cache=False) if isinstance(embedder, str) else embedder
    found = getattr(found, "computing", found)
    if isinstance(found, FolderEncoder):
        return found.id, found.folder
    if isinstance(found, MiniLMEncoder) and found.folder == OWN:
        return found.id, None
    raise EncoderError(
        f"the encoder {found.id} is an object in this process, which no other machine can open; give the folder or "
        "the hub name of an encoder (embedder=)"
    )


@lru_cache(maxsize=2)
def _bundled(threads: int | None) -> MiniLMEncoder:
    """Return the one bundled encoder of this process: opening it twice would cost its memory twice."""
    from topics.embed.minilm_encoder import MiniLMEncoder

    return MiniLMEncoder(threads=threads)


def _from_folder(name: str, id: str | None, threads: int | None) -> FolderEncoder:
    """Return an encoder from a folder or the hub; the one of before, as long as its files are the same."""
    from topics.embed.hub import folder_of, full_name, kind_of

    if name == STATIC:
        from topics.embed.static_encoder import BUNDLED as place
        from topics.embed.static_encoder import ID

        return _opened("static", place, id or ID, threads, None)
    folder = folder_of(name)
    kind = kind_of(folder)
    if kind is None:
        raise EncoderError(
            f"{folder} holds no encoder that can be run here: neither a model2vec model (config.json, tokenizer.json, "
            "model.safetensors) nor a sentence-transformers model (modules.json, weights); give the folder of one"
        )
    stamp = tuple(
        sorted(
            (path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()
        )
    )
    own = folder.resolve().name if Path(name).expanduser().is_dir() else full_name(name)
    return _opened(kind, folder.resolve(), id or own, threads, stamp)


@lru_cache(maxsize=2)
def _opened(kind: Kind, folder: Path, id: str, threads: int | None, stamp: object) -> FolderEncoder:
    if kind == "static":
        from topics.embed.static_encoder import StaticEncoder

        return StaticEncoder(folder, id=id, threads=threads)
    if kind == "onnx":
        from topics.embed.onnx_encoder import OnnxEncoder

        return OnnxEncoder(folder, id=id, threads=threads)
    from topics.embed.torch_encoder import TorchEncoder

    return TorchEncoder(folder, id=id, threads=threads)


@lru_cache(maxsize=3)
def _remembering(encoder: MiniLMEncoder | FolderEncoder, folder: Path) -> Embedder:
    """Return an encoder with its cache in ``folder``, one a process, so that it warns once."""
    from topics.embed.cache import CachedEmbedder

    return CachedEmbedder(encoder, folder, runtime=encoder.runtime)
