"""A full-text index over passages: SQLite's FTS5, in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Ints
from topics.search.query import indexed, parts_of, prepared
from topics.search.ranking import ALL, SOME, Ranking

_COMMON = 50_000  # passages that hold a word from which on it ranks nothing: it would cost much and say little


class WordIndex:
    """A full-text index in memory over texts: blind to case and diacritics, phrases in quotes.

    It keeps no text. Scripts without spaces are matched by any run of their characters.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._lock = Lock()
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        self._index.execute("CREATE VIRTUAL TABLE passages USING fts5(text, content='', tokenize='ascii')")
        rows = ((row, prepared(text)) for row, text in enumerate(texts))
        self._index.executemany("INSERT INTO passages(rowid, text) VALUES (?, ?)", rows)

    def rank(self, query: str) -> Ranking:
        """Return the rows that hold the query's words: those with all of them, then those with some; each by BM25.

        Words that very many passages hold are looked for, but neither rank a passage nor make it one that is found.
        """
        phrases = [_quoted(part) for part in parts_of(query)]
        counts = [self._count(phrase) for phrase in phrases]
        telling = [phrase for phrase, count in zip(phrases, counts, strict=True) if 0 < count <= _COMMON]
        if telling:
            rows, scores = self._scored(" OR ".join(telling))
        else:
            rows = self._rows(" OR ".join(phrases)) if phrases else np.zeros(0, np.int32)
            scores = np.ones(len(rows))
        held = np.full(len(rows), ALL, np.int8)
        if len(phrases) > 1:
            held[~np.isin(rows, self._rows(" AND ".join(phrases)))] = SOME
        scores = np.where(held == ALL, scores, scores / 2)
        order = np.lexsort((rows, -scores, -held))
        return Ranking(rows[order], scores[order], held[order], np.full(len(rows), np.nan))

    def rows(self, phrase: str) -> Ints:
        """Return the rows that hold a word or a phrase, ascending."""
        return self._rows(_quoted(phrase)) if indexed(phrase) else np.zeros(0, np.int32)

    def _count(self, expression: str) -> int:
        return int(self._ask("SELECT count(*) FROM passages WHERE passages MATCH ?", expression)[0][0])

    def _rows(self, expression: str) -> Ints:
        found = self._ask("SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rowid", expression)
        return np.fromiter(chain.from_iterable(found), np.int32, len(found))

    def _scored(self, expression: str) -> tuple[Ints, NDArray[np.float64]]:
        """Return the rows that match, and their BM25 as a share of the best."""
        found = self._ask("SELECT rowid, -bm25(passages) FROM passages WHERE passages MATCH ?", expression)
        columns = np.fromiter(chain.from_iterable(found), np.float64, 2 * len(found)).reshape(-1, 2)
        best = columns[:, 1].max(initial=0.0)
        return columns[:, 0].astype(np.int32), columns[:, 1] / best if best > 0 else np.ones(len(found))

    def _ask(self, statement: str, expression: str) -> Sequence[tuple[float, ...]]:
        with self._lock:
            return self._index.execute(statement, (expression,)).fetchall()


def _quoted(part: str) -> str:
    return f'"{indexed(part)}"'
