"""An encoder whose files lie in a folder: what static, ONNX and torch encoders have in common."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics.embed.alone import by_spans, one_by_one
from topics.embed.card import languages_of
from topics.embed.texts import as_texts, readable
from topics.errors import EncoderError
from topics.protocols import Floats, Ints, Tick

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BLOCK = 1 << 20
_TINY = 1e-12
_SPAN = 1024  # texts that are tokenised together: many, for the tokenizer shares them out among the processors


class Opened(NamedTuple):
    """An encoder at work.

    ``read`` gives the vector of one text, of any length but 0; ``counts`` what each text costs in tokens, not capped;
    ``tokenizer`` cuts nothing off. ``read_many`` gives the vectors of many texts, bit for bit those of ``read``, where
    that is faster than one at a time.
    """

    read: Callable[[str], NDArray[np.floating[Any]]]
    counts: Callable[[Sequence[str]], Iterable[int]]
    tokenizer: Tokenizer | None
    dimension: int
    max_tokens: int
    read_many: Callable[[Sequence[str]], NDArray[np.floating[Any]]] | None = None


class FolderEncoder(ABC):
    """Reads each text alone, so that its vector hangs on the text only; every vector is brought to length 1.

    Constructing it opens nothing; what is wrong with its files is an ``EncoderError`` at the first use.

    Parameters
    ----------
    folder
        Where its files lie.
    id
        The name under which a saved model remembers it; that of the folder by default.
    threads
        How many texts are read at once, at least 1; by default the processors that this process may use.
    """

    worth_keeping = True
    """Whether a cache of its vectors pays."""

    def __init__(self, folder: str | os.PathLike[str], *, id: str | None = None, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}; give at least 1, or None for every processor.")
        self._folder = Path(folder)
        self._threads = threads
        self._lock = threading.Lock()
        self._at_work: Opened | None = None
        self.id = id or self._folder.resolve().name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._folder)!r}, id={self.id!r})"

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self._folder

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 over the names and the sha256 of the files that its vectors are made from."""
        whole = hashlib.sha256()
        for path in sorted(self._files()):
            whole.update(f"{path.relative_to(self._folder).as_posix()}\n{_sha256(path)}\n".encode())
        return whole.hexdigest()

    @property
    def dimension(self) -> int:
        """The width of its vectors."""
        return self._opened.dimension

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text it reads."""
        return self._opened.max_tokens

    @property
    def runtime(self) -> str:
        """What else the last bits of a vector depend on."""
        return ""

    @cached_property
    def reads(self) -> tuple[str, ...] | None:
        """The languages that it reads, by its model card or its name; ``("mul",)`` for many, None where unknown."""
        return languages_of(self._folder, self.id)

    @property
    def tokenizer(self) -> Tokenizer | None:
        """Its tokenizer, which cuts nothing off; None where it has none of this kind."""
        return self._opened.tokenizer

    def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> Floats:
        """Return the vectors of ``texts``, float32, shape (n, dimension), rows of length 1.

        Parameters
        ----------
        texts
            Any number of texts; of each, the first ``max_tokens`` tokens are read.
        progress
            Called in the caller's thread as ``progress(done, len(texts))``.

        Raises
        ------
        ValueError
            If ``texts`` is a single string, or holds something that is not a string.
        EncoderError
            If the encoder cannot be opened, or gives a vector that is not finite.
        """
        texts = as_texts(texts)
        opened = self._opened

        many = opened.read_many
        if many is not None:

            def read_many(part: Sequence[str]) -> Floats:
                return self._units(many([readable(text) for text in part]), part)

            return by_spans(read_many, texts, opened.dimension, span=_SPAN, threads=self._threads, progress=progress)

        def read(text: str) -> Floats:
            row: Floats = self._units(opened.read(readable(text))[None], [text])[0]
            return row

        return one_by_one(read, texts, opened.dimension, threads=self._threads, progress=progress)

    def count_tokens(self, texts: Sequence[str]) -> Ints:
        """Return how many tokens each text costs, not capped at ``max_tokens``; int32, shape (n,).

        Raises
        ------
        ValueError
            If ``texts`` is a single string, or holds something that is not a string.
        EncoderError
            If the encoder cannot be opened.
        """
        texts = as_texts(texts)
        count = self._opened.counts
        counts = (
            told
            for first in range(0, len(texts), _SPAN)
            for told in count([readable(text) for text in texts[first : first + _SPAN]])
        )
        return np.fromiter(counts, dtype=np.int32, count=len(texts))

    @property
    def _opened(self) -> Opened:
        with self._lock:
            if self._at_work is None:
                _ = self.fingerprint  # that of the files that are opened now, whatever becomes of them
                self._at_work = self._load()
            return self._at_work

    @abstractmethod
    def _files(self) -> Iterable[Path]:
        """Return the files that make its vectors what they are."""

    @abstractmethod
    def _load(self) -> Opened:
        """Open it."""

    def _units(self, vectors: NDArray[np.floating[Any]], texts: Sequence[str]) -> Floats:
        """Return vectors at length 1; each by itself, so that the rows beside it cannot touch its bits."""
        wide = vectors.astype(np.float64)
        norms = np.sqrt((wide * wide).sum(axis=1))
        bad = ~(np.isfinite(norms) & (norms >= _TINY))
        if bad.any():
            text = " ".join(texts[int(bad.argmax())].split())[:40]
            raise EncoderError(
                f"the encoder {self.id} gives {text!r} no vector of a finite length above 0; its files may be damaged, "
                "or use another encoder"
            )
        units: Floats = (wide / norms[:, None]).astype(np.float32)
        return units


def read_json(path: Path) -> Mapping[str, Any]:
    """Return the object in a JSON file; an empty one where there is no such file.

    Raises
    ------
    EncoderError
        It cannot be read, or is no JSON object.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise damaged(path, "it cannot be read as JSON") from error
    if not isinstance(told, dict):
        raise damaged(path, "it is no JSON object")
    return told


def whole_number(told: Mapping[str, Any], name: str, path: Path) -> int | None:
    """Return a number above 0 from a JSON object, or None where it is not there or null.

    Raises
    ------
    EncoderError
        It is something else.
    """
    value = told.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise damaged(path, f"{name} is {value!r:.40}, but must be a whole number above 0")
    return value


def open_tokenizer(path: Path) -> Tokenizer:
    """Return the tokenizer in a file, without padding and cutting.

    Raises
    ------
    EncoderError
        There is none, or it cannot be read.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise damaged(path, "it is missing, or no text") from error
    except Exception as error:  # tokenizers raises the bare Exception on what it cannot parse
        raise damaged(path, "it is no tokenizer") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def damaged(path: Path, what: str) -> EncoderError:
    """Return the error that says what is wrong with a file of an encoder."""
    return EncoderError(f"the encoder's file {path} cannot be used: {what}; get the model again")


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                found.update(block)
    except OSError as error:
        raise damaged(path, "it is missing or cannot be read") from error
    return found.hexdigest()
