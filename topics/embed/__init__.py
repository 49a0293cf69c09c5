"""Texts become unit vectors: the bundled encoder, the cache before it, and the centring by language after it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from topics.errors import EncoderError
from topics.protocols import Embedder, Floats

if TYPE_CHECKING:
    from topics.embed.minilm_encoder import MiniLMEncoder

KNOWN = ("minilm",)
"""The names that ``load_embedder`` knows."""


def load_embedder(name: str = "minilm", *, cache: bool = True) -> Embedder:
    """Return the encoder called ``name``; it opens its files at the first text.

    Parameters
    ----------
    name
        ``"minilm"``: all-MiniLM-L6-v2 in 8-bit integers, bundled with the package, 384 dimensions, 256 tokens.
    cache
        Whether vectors are kept on disk for the next run, in the user's cache folder or the folder that the
        environment variable ``TOPICS_CACHE`` names; ``TOPICS_CACHE=off`` turns it off as well.

    Raises
    ------
    EncoderError
        If no encoder has that name.
    """
    if name not in KNOWN:
        raise EncoderError(f"There is no encoder named {name!r}; known is {', '.join(map(repr, KNOWN))}.")
    if not cache:
        return _bundled()
    from topics.embed.cache import cache_folder

    folder = cache_folder()
    return _bundled() if folder is None else _remembering(folder)


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


@lru_cache(maxsize=1)
def _bundled() -> MiniLMEncoder:
    """Return the one bundled encoder of this process: opening it twice would cost its memory twice."""
    from topics.embed.minilm_encoder import MiniLMEncoder

    return MiniLMEncoder()


@lru_cache(maxsize=8)
def _remembering(folder: Path) -> Embedder:
    """Return the bundled encoder with its cache in ``folder``, one a process, so that it warns once."""
    from topics.embed.cache import CachedEmbedder

    encoder = _bundled()
    return CachedEmbedder(encoder, folder, runtime=encoder.runtime)
