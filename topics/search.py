"""Finding passages by words and by meaning."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Floats, Ints
from topics.spaceless import HIRAGANA, RUN

By = Literal["both", "meaning", "words"]

Ranking = list[tuple[int, float]]
"""Rows with their scores (0 to 1), best first."""

_POOL = 1000  # how deep each ranking is read before the two are joined
_FUSION = 60  # the constant of reciprocal rank fusion; Cormack et al. 2009
_SPACELESS = re.compile(f"[{RUN}{HIRAGANA}]")
_QUERY_PARTS = re.compile(r'"([^"]+)"|(\S+)')


class WordIndex:
    """A full-text index in memory over texts: BM25, blind to case and diacritics, phrases in quotes.

    Scripts without spaces are matched by substring, since the tokenizer sees a whole run of them as one word.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        self._index.execute(
            "CREATE VIRTUAL TABLE passages USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')"
        )
        rows = ((row, _storable(text)) for row, text in enumerate(texts))
        self._index.executemany("INSERT INTO passages(rowid, text) VALUES (?, ?)", rows)

    def rank(self, query: str) -> Ranking:
        """Return the rows that hold the query's words, best first: those with all of them, then those with any."""
        parts = [phrase or word for phrase, word in _QUERY_PARTS.findall(query)]
        words = [part for part in parts if any(character.isalnum() for character in part)]
        if not words:
            return []
        if any(_SPACELESS.search(word) for word in words):
            return self._rank_by_substring(words)
        quoted = ['"' + word.replace('"', " ") + '"' for word in words]
        every = self._match(" AND ".join(quoted))
        found = {row for row, _ in every}
        return every + [(row, score / 2) for row, score in self._match(" OR ".join(quoted)) if row not in found]

    def _match(self, expression: str) -> Ranking:
        rows = self._index.execute(
            "SELECT rowid, bm25(passages) FROM passages WHERE passages MATCH ? ORDER BY 2, 1 LIMIT ?",
            (expression, _POOL),
        ).fetchall()
        best = max((-score for _, score in rows), default=0.0)
        return [(int(row), _share(-score, best)) for row, score in rows]

    def _rank_by_substring(self, words: Sequence[str]) -> Ranking:
        folded = [word.casefold() for word in words]
        counts = ((row, sum(text.casefold().count(word) for word in folded)) for row, text in enumerate(self._texts))
        found = sorted(((row, count) for row, count in counts if count), key=lambda hit: (-hit[1], hit[0]))[:_POOL]
        return [(row, count / found[0][1]) for row, count in found]


class TextIndex:
    """Finds the row of a text among many, exactly, without keeping a second copy of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        hashes = np.fromiter((_hash(text) for text in texts), dtype=np.uint64, count=len(texts))
        self._order = np.argsort(hashes, kind="stable")
        self._sorted = hashes[self._order]

    def rows(self, texts: Iterable[str]) -> Ints:
        """Return the first row that holds each text, or -1, shape (len(texts),)."""
        return np.array([self._row(text) for text in texts], dtype=np.int32)

    def _row(self, text: str) -> int:
        key = np.uint64(_hash(text))
        for at in range(int(np.searchsorted(self._sorted, key)), len(self._sorted)):
            if self._sorted[at] != key:
                break
            row = int(self._order[at])
            if self._texts[row] == text:
                return row
        return -1


def ranked(query: str, by: By, index: Callable[[], WordIndex], vectors: Floats, place: Callable[[], Floats]) -> Ranking:
    """Rank passages for a query: by words, by meaning, or by both.

    Parameters
    ----------
    query
        What to look for.
    by
        ``"words"``, ``"meaning"`` or ``"both"``.
    index
        Gives the index of the passages' words, where it is needed.
    vectors
        Their unit vectors, shape (n, d).
    place
        Gives the query's unit vector, shape (d,), where it is needed.

    Raises
    ------
    ValueError
        The query holds no word, or ``by`` is none of the three.
    """
    if not any(character.isalnum() for character in query):
        raise ValueError(f"the query {query!r} holds no word; give at least one")
    if by not in get_args(By):
        raise ValueError(f"by is {by!r}, but must be 'both', 'meaning' or 'words'")
    rankings = [index().rank(query)] if by != "meaning" else []
    if by != "words":
        rankings.append(rank_by_vector(vectors, place()))
    return rankings[0] if len(rankings) == 1 else fuse(rankings)


def rank_by_vector(vectors: Floats, query: Floats) -> Ranking:
    """Return the rows nearest to a query vector, shape (d,), by cosine, best first; negative cosines count as 0."""
    scores: NDArray[np.float64] = np.round(vectors.astype(np.float64) @ query.astype(np.float64), 6)
    best = np.argsort(-scores, kind="stable")[:_POOL]
    return [(int(row), max(0.0, min(1.0, float(scores[row])))) for row in best]


def fuse(rankings: Sequence[Ranking]) -> Ranking:
    """Join rankings by reciprocal rank fusion (Cormack et al. 2009), scaled so that first in all of them gives 1."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, (row, _) in enumerate(ranking):
            scores[row] = scores.get(row, 0.0) + 1.0 / (_FUSION + rank)
    most = len(rankings) / _FUSION
    ordered = sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))
    return [(row, score / most) for row, score in ordered]


def _share(score: float, best: float) -> float:
    return score / best if best > 0 else 1.0


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _storable(text: str) -> str:
    """Return a text as SQLite can hold it: no NUL, no lone surrogate."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
