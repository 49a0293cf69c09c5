"""The terms of one language: which passages hold each, and how well each sets a topic apart by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Ints
from topics.words import Corpus
from topics.words.grammar import grammar
from topics.words.roles import NO_ROLE, is_nominal
from topics.words.tokenise import is_number

if TYPE_CHECKING:
    from scipy.sparse import csc_array

_TOGETHER = 0.3  # normalised pointwise mutual information from which two neighbours are a phrase
_REPEATED = 2  # passages that a phrase is in, at least
_PRIOR = 2.0  # passages of the usual kind added to a term's own before its topics are compared, as in Topeax
_SPREAD = 0.5  # how much it counts to be in many of the topic's passages
_NOT_NOMINAL = 0.25  # what a verb or an adverb weighs, against a noun
_ONCE, _SEVERAL = 0.15, 3  # what a term weighs that a single passage holds, in a topic of so many or more


@dataclass(frozen=True, eq=False, slots=True)
class Terms:
    """The words and two-word phrases of one language.

    Parameters
    ----------
    keys
        Their keys, length v.
    held
        Which passages hold each, sparse (n, v), 1 where one does.
    nominal
        1 for what may be a noun, less for verbs and adverbs, shape (v,).
    """

    keys: list[str]
    held: csc_array
    nominal: NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Weighed:
    """The terms of one topic, best first: their columns, how many of its passages hold each, and their weights."""

    columns: NDArray[np.int64]
    counts: NDArray[np.float64]
    weights: NDArray[np.float64]


def terms_of(corpus: Corpus) -> Terms:
    """Return the terms of one language; of two-word phrases, those in two passages whose words attract each other."""
    from scipy.sparse import csc_array
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer=corpus.terms, dtype=np.float64, binary=True)
    held = vectorizer.fit_transform(range(len(corpus.passages)))
    vocabulary: list[str] = vectorizer.get_feature_names_out().tolist()
    spread = dict(zip(vocabulary, np.bincount(held.indices, minlength=len(vocabulary)).tolist(), strict=True))
    kept = [at for at, key in enumerate(vocabulary) if " " not in key or _holds(corpus, key, spread)]
    keys = [vocabulary[at] for at in kept]
    rules = grammar(corpus.language)
    nominal = np.array([is_nominal(key, corpus.roles.get(key, NO_ROLE), rules) for key in keys])
    return Terms(keys, csc_array(held[:, kept]), np.where(nominal, 1.0, _NOT_NOMINAL))


def _holds(corpus: Corpus, key: str, spread: Mapping[str, int]) -> bool:
    """Tell whether a phrase is one: in two passages, and its two parts are found together more than by chance.

    A key with a space that has no two parts is a word with a hyphen, and holds.
    """
    if key in corpus.fixed:
        return True
    total, together = len(corpus.passages), spread[key]
    pieces = key.split(" ")
    splits = ((" ".join(pieces[:cut]), " ".join(pieces[cut:])) for cut in range(1, len(pieces)))
    parts = [(head, tail) for head, tail in splits if head in spread and (tail in spread or is_number(tail))]
    if not parts:
        return True
    if together < _REPEATED or together == total:
        return False
    expected = min(spread[head] * spread.get(tail, together) / total for head, tail in parts)
    return log(together / expected) >= _TOGETHER * log(total / together)


def weigh(terms: Terms, labels: Ints, n_topics: int, most: int) -> list[Weighed]:
    """Return up to ``most`` terms of each topic, best first.

    A weight is the normalised pointwise mutual information of term and topic, with the Dirichlet prior of Topeax
    (turftopic, 2025), times the square root of the share of the topic's passages that hold the term, times
    the share of the other passages that do not, so that what the whole corpus is about weighs little.
    """
    from scipy.sparse import csr_array

    total, member = len(labels), np.flatnonzero(labels >= 0)
    shape = (n_topics, total)
    belongs = csr_array((np.ones(len(member)), (labels[member], member)), shape=shape)
    grouped = csr_array(belongs @ terms.held)
    grouped.sort_indices()
    spread = np.diff(terms.held.indptr).astype(np.float64)
    sizes = np.bincount(labels[member], minlength=n_topics)
    weighed = []
    for topic in range(n_topics):
        span = slice(grouped.indptr[topic], grouped.indptr[topic + 1])
        columns, counts = grouped.indices[span].astype(np.int64), grouped.data[span]
        share = sizes[topic] / total
        weights = _npmi(counts, spread[columns], share, total)
        weights *= (counts / max(1, sizes[topic])) ** _SPREAD * terms.nominal[columns]
        weights *= 1 - (spread[columns] - counts) / max(1, total - sizes[topic])
        if sizes[topic] >= _SEVERAL:
            weights[counts < _REPEATED] *= _ONCE
        order = _order(terms.keys, columns, counts, weights)[:most]
        weighed.append(Weighed(columns[order], counts[order], weights[order]))
    return weighed


def _npmi(inside: NDArray[np.float64], overall: NDArray[np.float64], share: float, total: int) -> NDArray[np.float64]:
    """Return the normalised pointwise mutual information of terms with a topic, at least 0; 1 for the only topic."""
    if share >= 1.0:
        return np.ones(len(inside))
    posterior = (inside + _PRIOR * share) / (overall + _PRIOR)
    found: NDArray[np.float64] = np.log(posterior / share) / -np.log(posterior * overall / total)
    return np.maximum(0.0, found)


_LONG = 10  # letters from which a longer word says no more


def _order(
    keys: list[str], columns: NDArray[np.int64], counts: NDArray[np.float64], weights: NDArray[np.float64]
) -> list[int]:
    """Return the terms that weigh something, heavier, then more frequent, then longer, since longer words say more."""
    rounded, frequent = np.round(weights, 9).tolist(), counts.tolist()
    ranked = [
        (-rounded[at], -frequent[at], -min(len(keys[column]), _LONG), keys[column], at)
        for at, column in enumerate(columns.tolist())
        if rounded[at] > 0
    ]
    ranked.sort()
    return [entry[-1] for entry in ranked]
