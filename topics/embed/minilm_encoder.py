"""The bundled sentence encoder: all-MiniLM-L6-v2 as int8 ONNX; no network, no torch, no influence of the batch."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from topics.embed.alone import one_by_one
from topics.embed.session import open_session, runtime
from topics.embed.texts import as_texts, readable
from topics.errors import EncoderError
from topics.protocols import Floats, Ints, Tick

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BUNDLED = Path(__file__).parent / "minilm"
"""Where the package keeps the graph, its tokenizer, their licence and their provenance."""

_FEW = 16
"""Texts that are counted one by one: waking the tokenizer's threads costs more than they save."""

_COUNTED = 1024
"""Texts whose tokens are counted together, by all processors."""


class MiniLMEncoder:
    """all-MiniLM-L6-v2 in 8-bit integers (MiniLM: Wang et al. 2020; Sentence-BERT: Reimers and Gurevych 2019).

    Each text is read alone and by one thread, so that its vector depends on the text and on nothing else: not on the
    texts beside it, their order, or the number of threads. Of a text longer than ``max_tokens`` only the beginning is
    read: ``max_tokens - 2`` word pieces between the two marks that frame every text. A text without a word piece
    (empty, white space, control characters) has the vector of the two marks alone; a lone surrogate counts as nothing.

    Constructing it is instant; the first text opens the model and checks that its files are the ones released. To
    count tokens opens the tokenizer alone.

    Parameters
    ----------
    folder
        Where ``model.onnx``, ``tokenizer.json`` and ``provenance.json`` lie; by default inside the package.
    threads
        How many texts are read at once, at least 1; by default the processors that this process may use.
    """

    worth_keeping = True
    """Whether a cache of its vectors pays."""

    def __init__(self, folder: str | os.PathLike[str] = BUNDLED, *, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}; give at least 1, or None for every processor.")
        self._folder = Path(folder)
        self._threads = threads
        self._lock = threading.Lock()
        self._provenance: _Provenance | None = None
        self._counting: Tokenizer | None = None
        self._opened: _Opened | None = None

    def __reduce__(self) -> tuple[Callable[..., MiniLMEncoder], tuple[Path, int | None]]:
        # An open model and a lock cannot travel to another process; it opens its own.
        return _rebuilt, (self._folder, self._threads)

    def __repr__(self) -> str:
        return f"MiniLMEncoder({str(self._folder)!r}, threads={self._threads})"

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self._folder

    @property
    def id(self) -> str:
        """The name under which a saved model remembers it."""
        return self._described().id

    @property
    def fingerprint(self) -> str:
        """The sha256 over the sha256 of the graph and that of the tokenizer; both are checked on opening."""
        told = self._described()
        return hashlib.sha256(f"{told.model_sha256}{told.tokenizer_sha256}".encode()).hexdigest()

    @property
    def dimension(self) -> int:
        """The width of its vectors: 384."""
        return self._described().dimension

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text it reads, the two marks included: 256."""
        return self._described().max_tokens

    @property
    def runtime(self) -> str:
        """What else the last bits of a vector depend on: the version of ONNX Runtime and the kind of machine."""
        return runtime("onnxruntime")

    @property
    def reads(self) -> tuple[str, ...]:
        """The languages that it reads: English well, French and Spanish in part (measured; see docs/decisions.md)."""
        return ("en", "es", "fr")

    @property
    def tokenizer(self) -> Tokenizer:
        """Its tokenizer, which cuts nothing off."""
        return self._counter()

    def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> Floats:
        """Return the vectors of ``texts``.

        Parameters
        ----------
        texts
            Any number of texts; of each, the first ``max_tokens`` tokens are read.
        progress
            Called in the caller's thread as ``progress(done, len(texts))`` while texts get done.

        Returns
        -------
        ndarray of float32, shape (n, 384)
            Rows of length 1, in the order of ``texts``.

        Raises
        ------
        ValueError
            If ``texts`` is a single string, or holds something that is not a string.
        EncoderError
            If the files of the encoder are missing or not the ones released.
        """
        texts = as_texts(texts)
        model = self._open()

        def read(text: str) -> Floats:
            ids = np.array([model.cutting.encode(readable(text)).ids], dtype=np.int64)
            row: Floats = model.session.run(None, {"ids": ids})[0][0]
            return row

        return one_by_one(read, texts, self.dimension, threads=self._threads, progress=progress)

    def count_tokens(self, texts: Sequence[str]) -> Ints:
        """Return how many tokens each text costs, its two marks included, not capped; int32, shape (n,).

        Raises
        ------
        ValueError
            If ``texts`` is a single string, or holds something that is not a string.
        EncoderError
            If the files of the encoder are missing or not the ones released.
        """
        texts = as_texts(texts)
        whole = self._counter()
        if len(texts) < _FEW:
            return np.fromiter((len(whole.encode(readable(text))) for text in texts), np.int32, len(texts))
        counts = (
            len(told)
            for first in range(0, len(texts), _COUNTED)
            for told in whole.encode_batch_fast([readable(text) for text in texts[first : first + _COUNTED]])
        )
        return np.fromiter(counts, dtype=np.int32, count=len(texts))

    def _described(self) -> _Provenance:
        """Return what provenance.json tells of the files beside it."""
        if self._provenance is None:
            path = self._folder / "provenance.json"
            try:
                told = json.loads(path.read_text(encoding="utf-8"))
                self._provenance = _Provenance(**{field: told[field] for field in _Provenance._fields})
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise _damaged(path) from error
        return self._provenance

    def _open(self) -> _Opened:
        """Return the open model, opening it at the first call."""
        with self._lock:
            if self._opened is None:
                self._opened = self._load()
            return self._opened

    def _load(self) -> _Opened:
        told = self._described()
        graph = self._checked("model.onnx", told.model_sha256)
        return _Opened(open_session(graph), self._tokenizer())

    def _counter(self) -> Tokenizer:
        """Return the tokenizer that cuts nothing off, opening it at the first call."""
        with self._lock:
            if self._counting is None:
                self._counting = self._tokenizer()
                self._counting.no_truncation()
            return self._counting

    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        text = self._checked("tokenizer.json", self._described().tokenizer_sha256).decode("utf-8")
        return Tokenizer.from_str(text)

    def _checked(self, name: str, sha256: str) -> bytes:
        """Return the bytes of one of the encoder's files, if they are the ones released."""
        path = self._folder / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise _damaged(path) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise _damaged(path)
        return content


class _Provenance(NamedTuple):
    """What provenance.json has to tell; it tells more, for people."""

    id: str
    dimension: int
    max_tokens: int
    model_sha256: str
    tokenizer_sha256: str


class _Opened(NamedTuple):
    """The running graph, and the tokenizer that cuts at ``max_tokens``."""

    session: Any
    cutting: Tokenizer


def _damaged(path: Path) -> EncoderError:
    return EncoderError(f"The encoder's file {path} is missing or not the one released; install the package again.")


def _rebuilt(folder: Path, threads: int | None) -> MiniLMEncoder:
    return MiniLMEncoder(folder, threads=threads)
