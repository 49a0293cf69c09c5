"""Passages as terms with vectors, for an engine that wants to be given words and an embedding of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Floats
from topics.words import Corpus

END = "\x1e"
"""Ends every document, so that passages can be told apart in a joined text."""

FILLERS = (END, END + END)
"""What stands for the terms of a text that has none: BERTopic needs a term a topic, and two in all."""

_MANY = 50  # passages from which a word has to occur in two of them to be a term; a phrase always has to
_EXPLAINED = 0.8  # of the passages that use a word use the phrase, from which the phrase stands for it
_APART = 1e-6  # length of what is added to a term's vector, so that no two are equal and their order never is chance


class Terms:
    """The words and phrases of passages, without stop words.

    A term's vector is the mean of the vectors of the passages that use it: it lies where the term is talked about, in
    the same space as the passages and in every language, and no encoder has to read single words.

    Parameters
    ----------
    texts
        The passages, length n.
    vectors
        Their centred unit vectors, shape (n, d).
    corpora
        The passages as words.
    """

    def __init__(self, texts: Sequence[str], vectors: Floats, corpora: Sequence[Corpus]) -> None:
        self._corpora = corpora
        self._vectors = vectors
        self.documents = [_clean(text) + END for text in texts]
        found: list[list[str]] = [[] for _ in texts]
        for corpus in corpora:
            for place, row in enumerate(corpus.rows.tolist()):
                found[row] = corpus.terms(place)
        self._terms = dict(zip(self.documents, found, strict=True))
        self._rows = {document: row for row, document in enumerate(self.documents)}
        spread = Counter(term for terms in self._terms.values() for term in set(terms))
        least = 2 if len(self._terms) >= _MANY else 1
        kept = {term for term, count in spread.items() if count >= (2 if " " in term else least)}
        self._kept = kept - {
            word
            for phrase in kept
            for word in phrase.split(" ")
            if word != phrase and spread[phrase] >= _EXPLAINED * spread[word]
        }
        self._users: dict[str, list[int]] = {}

    def of(self, document: str) -> list[str]:
        """Return the terms of one of the documents, or of several joined ones, each as often as it occurs."""
        parts = [part.strip(" ") + END for part in document.split(END)]
        found = [term for part in parts for term in self._terms.get(part, ()) if term in self._kept]
        return found if found and len(self._kept) > 1 else [*found, *FILLERS]

    def written(self, terms: Iterable[str]) -> dict[str, str]:
        """Return how each term is written most often; a language with more passages goes first."""
        wanted = set(terms)
        forms: dict[str, str] = {}
        for corpus in self._corpora:
            forms = corpus.written(wanted) | forms
        return forms

    def vector(self, text: str) -> NDArray[np.float64]:
        """Return the vector of a document, of a term, or (their mean) of terms joined by spaces; else 0; shape (d,)."""
        if text in self._rows:
            return np.asarray(self._vectors[self._rows[text]], np.float64)
        parts = [text] if text in self._kept else [part for part in text.split(" ") if part in self._kept]
        if not parts:
            return np.zeros(self._vectors.shape[1])
        mean: NDArray[np.float64] = np.mean([self._of_term(part) for part in parts], axis=0)
        return mean

    def _of_term(self, term: str) -> NDArray[np.float64]:
        if not self._users:
            for document, terms in self._terms.items():
                for used in self._kept.intersection(terms):
                    self._users.setdefault(used, []).append(self._rows[document])
        mean = self._vectors[self._users[term]].mean(axis=0, dtype=np.float64)
        mean /= max(float(np.linalg.norm(mean)), 1e-12)
        apart = np.random.default_rng(crc32(term.encode("utf-8", "replace"))).normal(size=mean.shape)
        own: NDArray[np.float64] = mean + _APART * apart / np.linalg.norm(apart)
        return own


def _clean(text: str) -> str:
    """Return a text as BERTopic will hand it back: on one line, without the end mark, not padded."""
    return text.replace(END, " ").replace("\n", " ").replace("\t", " ").strip(" ")
