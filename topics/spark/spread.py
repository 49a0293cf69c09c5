"""An encoder whose work the workers do: the same vectors, bit for bit, of many texts at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from topics.embed.texts import as_texts
from topics.protocols import Embedder, Floats, Ints, Tick
from topics.spark.frames import mapped
from topics.spark.parcel import Parcel
from topics.spark.work import embedded

LEAST = 512
"""Texts from which on the workers are asked; fewer are read sooner here."""

_SLICES = 4  # a worker, so that none waits long for the last one


class SpreadEmbedder:
    """Reads many texts on the workers of a session, and few by the encoder itself.

    Parameters
    ----------
    embedder
        The encoder.
    session
        A session of Spark.
    parcel
        The encoder, as it was sent to the workers.
    least
        How many texts are many.
    """

    def __init__(self, embedder: Embedder, session: Any, parcel: Parcel, *, least: int = LEAST) -> None:  # noqa: ANN401
        self._embedder, self._session, self._parcel, self._least = embedder, session, parcel, least

    @property
    def computing(self) -> Embedder:
        """The encoder itself, without a cache."""
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

    def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> Floats:
        """Return the vectors of ``texts``, shape (n, dimension), unit rows.

        Parameters
        ----------
        texts
            Any number of texts; of texts that are equal, one is sent.
        progress
            Called as ``progress(done, len(texts))``; once all are done, where the workers did it.
        """
        texts = as_texts(texts)
        row_of = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        if len(row_of) < self._least:
            return self._embedder.encode(texts, progress=progress)
        vectors = self._spread(list(row_of))
        if progress is not None:
            progress(len(texts), len(texts))
        return vectors[[row_of[text] for text in texts]]

    def count_tokens(self, texts: Sequence[str]) -> Ints:
        """Return how many tokens each text costs, shape (n,), as the encoder counts them."""
        return self._embedder.count_tokens(texts)

    def _spread(self, texts: Sequence[str]) -> Floats:
        import pyarrow as pa

        slices = _SLICES * self._session.sparkContext.defaultParallelism
        table = pa.table({"row": pa.array(range(len(texts)), pa.int32()), "text": pa.array(texts, pa.string())})
        frame = self._session.createDataFrame(table).repartitionByRange(slices, "row")
        work = partial(embedded, parcel=self._parcel, at=1, name="vector")
        found = mapped(frame, work, (("vector", "array<float>"),)).select("row", "vector").toArrow()
        rows = found.column("row").to_numpy()
        vectors: Floats = np.empty((len(texts), self.dimension), np.float32)
        flat = found.column("vector").combine_chunks().flatten().to_numpy()
        vectors[rows] = flat.reshape(len(rows), self.dimension)
        return vectors
