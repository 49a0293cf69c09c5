"""What terms mean: the direction of the passages that hold each, told once for all topics and levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics.describe.terms import Terms, terms_of
from topics.protocols import Floats, Ints
from topics.words import Corpus, Kind

_HELD = 1 << 24  # numbers in double precision held at once: 128 MB


class Known:
    """What is known of the words of one language, whatever its topics are; found when first asked for.

    Parameters
    ----------
    corpus
        The passages of the language as words.
    vectors
        Centred unit vectors of all passages of all languages, shape (n, d); ``None`` where words alone decide.
    """

    def __init__(self, corpus: Corpus, vectors: Floats | None) -> None:
        self.corpus = corpus
        self.is_wordless = not any(kind is Kind.CONTENT for kind in corpus.kinds.values())
        self._vectors = vectors
        self._terms: Terms | None = None
        self._place: NDArray[np.int64] = np.zeros(0, np.int64)
        self._meanings: NDArray[np.float64] = np.zeros((0, 0 if vectors is None else vectors.shape[1]))

    @property
    def terms(self) -> Terms:
        """The terms of the language."""
        if self._terms is None:
            self._terms = terms_of(self.corpus)
            self._place = np.full(len(self._terms.keys), -1, np.int64)
        return self._terms

    def learn(self, columns: NDArray[np.int64]) -> None:
        """Find the meanings of some terms together, which takes less time than one after the other."""
        held = self.terms.held
        fresh = np.unique(columns[self._place[columns] < 0])
        if self._vectors is None or not len(fresh):
            return
        holding = held[:, fresh].T
        found = np.empty((len(fresh), self._vectors.shape[1]))
        width = max(1, _HELD // held.shape[0])
        for start in range(0, found.shape[1], width):
            part = self._vectors[:, start : start + width][self.corpus.rows]
            found[:, start : start + width] = holding @ part.astype(np.float64)
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        self._place[fresh] = len(self._meanings) + np.arange(len(fresh))
        self._meanings = np.concatenate([self._meanings, found])

    def meanings(self, columns: NDArray[np.int64]) -> NDArray[np.float64] | None:
        """Return the meaning of terms: the unit mean of the vectors of the passages that hold each, shape (m, d)."""
        if self._vectors is None or not len(columns):
            return None
        self.learn(columns)
        return self._meanings[self._place[columns]]


def known(corpora: Sequence[Corpus], vectors: Floats | None) -> tuple[Known, ...]:
    """Return what is known of the words of each language."""
    return tuple(Known(corpus, vectors) for corpus in corpora)


def sizes_of(labels: Ints, n_topics: int) -> NDArray[np.int64]:
    """Return how many passages each topic has."""
    return np.bincount(labels[labels >= 0], minlength=n_topics)
