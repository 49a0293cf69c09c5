"""An encoder in front of another one: it answers as that one does, but for how texts become vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from topics.protocols import Embedder, Floats, Ints, Tick


class WrappedEmbedder(ABC):
    """Passes on what the encoder behind it says of itself.

    Parameters
    ----------
    embedder
        The encoder behind it.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def computing(self) -> Embedder:
        """The encoder that computes, behind all that stand in front of it."""
        found: Embedder = getattr(self._embedder, "computing", self._embedder)
        return found

    @property
    def id(self) -> str:
        """The name of the encoder."""
        return self._embedder.id

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the encoder."""
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        """The width of the vectors."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the encoder reads."""
        return self._embedder.max_tokens

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The languages that the encoder says it reads; None where it says nothing."""
        return getattr(self._embedder, "reads", None)

    @property
    def tokenizer(self) -> object | None:
        """The encoder's tokenizer; None where it shows none."""
        return getattr(self._embedder, "tokenizer", None)

    @abstractmethod
    def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> Floats:
        """Return the vectors of ``texts``, shape (n, dimension), unit rows."""

    def count_tokens(self, texts: Sequence[str]) -> Ints:
        """Return how many tokens each text costs, shape (n,), as the encoder counts them."""
        return self._embedder.count_tokens(texts)
