"""The seams: what an encoder, a clusterer and a labeler must offer to take part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

Tick = Callable[[int, int], None]
"""Called as ``tick(done, total)`` while one stage advances."""

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)`` while a fit advances."""

Encode = Callable[[Sequence[str], Sequence[str]], Floats]
"""Called as ``encode(texts, languages)``; returns centred unit vectors, in the space of the passages."""


class Embedder(Protocol):
    """Turns texts into unit vectors; the vector of a text depends on that text alone.

    Two attributes more are looked at where they are there: ``reads``, the ISO 639-1 codes of the languages that it
    reads (``("mul",)`` for many, None where unknown), and ``tokenizer``, a ``tokenizers.Tokenizer`` that cuts nothing
    off. They tell which languages of a corpus it reads poorly (see :mod:`topics.embed.reading`).
    """

    @property
    def id(self) -> str:
        """The name under which a saved model remembers it."""

    @property
    def fingerprint(self) -> str:
        """The sha256 of its weights: two encoders with one fingerprint give the same vectors."""

    @property
    def dimension(self) -> int:
        """The width of its vectors."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text it reads; what lies beyond is ignored."""

    def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> Floats:
        """Return the vectors of ``texts``, shape (n, dimension), unit rows."""

    def count_tokens(self, texts: Sequence[str]) -> Ints:
        """Return how many tokens each text costs, shape (n,), not capped at ``max_tokens``."""
