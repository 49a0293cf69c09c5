"""Static encoders (model2vec): a vector for every token, and a text is the mean of its tokens'. No torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.embed.folder import FolderEncoder, Opened, damaged, open_tokenizer, read_json, whole_number
from topics.embed.reading import unknown_token

BUNDLED = Path(__file__).parent / "static"
"""Where the package keeps the table distilled from its default encoder (``tools/distil_static.py``)."""

ID = "all-MiniLM-L6-v2-static"
"""The name under which a saved model remembers that one."""

_MAX_TOKENS = 512  # what model2vec reads where the model does not say
_ENDLESS = 1_000_000
_FEW = 16  # texts that are counted one by one: waking the tokenizer's threads costs more than they save


class StaticEncoder(FolderEncoder):
    """A model2vec model (Tulkens and van Dongen 2024), or a StaticEmbedding module of sentence-transformers.

    ``model.safetensors`` holds a row a token (``embeddings``), or fewer rows and for each token its row (``mapping``)
    and its weight (``weights``). A text is the mean over its tokens, unknown ones left out, summed in double
    precision. A text without a known token has the mean of the whole table: the vector that says nothing.

    Many texts are tokenised together, by the tokenizer's own threads unless ``threads`` says how many, and summed as
    one sparse product, in which each row is the sum over its own tokens in their order: a text's vector is the same in
    any company.
    """

    worth_keeping = False
    """Whether a cache of its vectors pays: to keep one costs about what it costs to make it, and a kilobyte."""

    @property
    def runtime(self) -> str:
        """What else a vector depends on: nothing, for tokens are whole numbers and the sum is one of doubles."""
        return ""

    def _files(self) -> Iterable[Path]:
        place = self._place()
        files = [place / "model.safetensors", place / "tokenizer.json"]
        config = self._folder / "config.json"
        return [*files, config] if config.exists() else files

    def _place(self) -> Path:
        """Return where the table lies: newer sentence-transformers put it into a folder of its own."""
        nested = self._folder / "0_StaticEmbedding"
        return nested if (nested / "model.safetensors").exists() else self._folder

    def _load(self) -> Opened:
        place = self._place()
        tensors = _tensors(place / "model.safetensors")
        tokenizer, cutting = (open_tokenizer(place / "tokenizer.json") for _ in range(2))
        ours = "embeddings" in tensors
        unknown = unknown_token(tokenizer) if ours else None
        table = _Table(tensors, tokenizer.get_vocab_size(), place / "model.safetensors")
        longest = _longest(self._folder / "config.json") if ours else _ENDLESS
        cutting.enable_truncation(longest)
        together = self._threads is None  # a batch is shared out among all processors, however few threads are asked

        def read_many(texts: Sequence[str]) -> NDArray[np.float64]:
            batches = [list(texts)] if together else [[text] for text in texts]
            found = [own for batch in batches for own in cutting.encode_batch_fast(batch, add_special_tokens=False)]
            lengths = np.fromiter(map(len, found), dtype=np.int64, count=len(found))
            tokens = np.fromiter(
                chain.from_iterable(text.ids for text in found), dtype=np.int64, count=int(lengths.sum())
            )
            if unknown is not None:
                known = tokens != unknown
                lengths = np.bincount(np.repeat(np.arange(len(found)), lengths)[known], minlength=len(found))
                tokens = tokens[known]
            return table.means(tokens, lengths)

        def read(text: str) -> NDArray[np.float64]:
            row: NDArray[np.float64] = read_many([text])[0]
            return row

        def counts(texts: Sequence[str]) -> Iterable[int]:
            if len(texts) < _FEW:
                return (len(tokenizer.encode(text, add_special_tokens=False)) for text in texts)
            return map(len, tokenizer.encode_batch_fast(list(texts), add_special_tokens=False))

        return Opened(read, counts, tokenizer, table.dimension, longest, read_many)


class _Table:
    """The vectors of tokens."""

    def __init__(self, tensors: dict[str, NDArray[Any]], tokens: int, path: Path) -> None:
        rows = tensors.get("embeddings", tensors.get("embedding.weight"))
        if rows is None or rows.ndim != 2 or not rows.size:
            raise damaged(path, "it holds no table of token vectors (embeddings or embedding.weight)")
        self._rows = rows
        self._mapping = tensors.get("mapping")
        self._weights = tensors.get("weights")
        self.dimension = int(rows.shape[1])
        if self._mapping is None and len(rows) < tokens:
            raise damaged(path, f"it holds {len(rows):,} vectors for the {tokens:,} tokens of the tokenizer")
        for name, array in (("mapping", self._mapping), ("weights", self._weights)):
            if array is not None and (array.ndim != 1 or len(array) < tokens):
                raise damaged(path, f"its {name} has shape {array.shape} for the {tokens:,} tokens of the tokenizer")
        if self._mapping is not None and not 0 <= self._mapping.min() <= self._mapping.max() < len(rows):
            raise damaged(path, f"its mapping names rows beyond the {len(rows):,} that it holds")
        self._nothing: NDArray[np.float64] = rows.mean(axis=0, dtype=np.float64)
        if not self._nothing.any():
            self._nothing[0] = 1.0

    def means(self, tokens: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean vector of each text, given the tokens of all texts in turn and how many each text has."""
        from scipy.sparse import csr_matrix

        own, place = np.unique(tokens, return_inverse=True)
        rows = self._rows[own if self._mapping is None else self._mapping[own]].astype(np.float64)
        if self._weights is not None:
            rows *= self._weights[own].astype(np.float64)[:, None]
        ends = np.concatenate([[0], np.cumsum(lengths)])
        sums = csr_matrix((np.ones(len(tokens)), place, ends), shape=(len(lengths), len(own))) @ rows
        means: NDArray[np.float64] = sums / np.maximum(lengths, 1)[:, None]
        means[~means.any(axis=1)] = self._nothing
        return means


def _tensors(path: Path) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        found: dict[str, NDArray[Any]] = load_file(path)
    except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
        raise damaged(path, "it is missing, or no safetensors file of numbers that numpy knows") from error
    return found


def _longest(config: Path) -> int:
    """Return how many tokens are read: none at all may be given, and then there is no end."""
    told = read_json(config)
    if "max_length" in told and told["max_length"] is None:
        return _ENDLESS
    return whole_number(told, "max_length", config) or _MAX_TOKENS
