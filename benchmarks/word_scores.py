"""How well a topic's keywords hang together: one code path for the keywords of every method.

A keyword is a tuple of lower-case tokens: a word has one, a phrase several. It occurs in a passage where its tokens
stand next to each other.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Keyword = tuple[str, ...]
Vectors = Mapping[str, NDArray[np.float64]]

_TOKEN = re.compile(r"\w+")
_WINDOW = 5  # words to either side that count as context
_RAREST = 5  # occurrences of a word that gets a vector
_DIMENSION = 100
_SMOOTHING = 0.75  # of the contexts' frequencies (Levy, Goldberg and Dagan 2015)
_CHUNK = 200_000  # tokens counted at a time
_NEVER = -1.0  # normalised pointwise mutual information of two keywords that share no passage


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one method on one corpus.

    Parameters
    ----------
    npmi
        Normalised pointwise mutual information of the keywords of a topic over the passages, -1 to 1; mean over pairs,
        then over topics.
    npmi_words
        The same where each phrase is replaced by its words.
    diversity
        The share of keywords that are left when each is counted once, 0 to 1.
    external
        Mean cosine of the keywords of a topic by word vectors from other corpora, -1 to 1.
    covered
        The share of keywords that have a vector there, 0 to 1.
    """

    npmi: float
    npmi_words: float
    diversity: float
    external: float
    covered: float

    @property
    def combined(self) -> float:
        """The geometric mean of NPMI, diversity and external coherence; ``nan`` where one is not above 0."""
        parts = (self.npmi, self.diversity, self.external)
        return math.prod(parts) ** (1 / len(parts)) if min(parts) > 0 else math.nan


def tokens_of(text: str) -> list[str]:
    """Return the lower-case words of a text."""
    return _TOKEN.findall(text.casefold())


def score(keywords: Sequence[Sequence[str]], passages: Sequence[Sequence[str]], vectors: Vectors, n: int) -> Scores:
    """Score the best ``n`` keywords of each topic.

    Parameters
    ----------
    keywords
        Those of each topic as a reader sees them, best first; a topic with less than two does not count for coherence.
    passages
        The tokens of each passage of the corpus.
    vectors
        Word vectors from other corpora.
    n
        How many keywords count, at least 2.
    """
    topics = [[found for term in own if (found := tuple(tokens_of(term)))][:n] for own in keywords]
    words = [list(dict.fromkeys((word,) for word in chain.from_iterable(own)))[:n] for own in topics]
    holders = _holders({*chain.from_iterable(topics), *chain.from_iterable(words)}, passages)
    shown = list(chain.from_iterable(topics))
    known = [keyword for keyword in shown if _vector(keyword, vectors) is not None]
    return Scores(
        npmi=_mean_npmi(topics, holders, len(passages)),
        npmi_words=_mean_npmi(words, holders, len(passages)),
        diversity=len(set(shown)) / max(1, len(shown)),
        external=_external(topics, vectors),
        covered=len(known) / max(1, len(shown)),
    )


def _holders(wanted: set[Keyword], passages: Sequence[Sequence[str]]) -> dict[Keyword, set[int]]:
    """Return which passages hold each keyword."""
    lengths = sorted({len(keyword) for keyword in wanted})
    holders: dict[Keyword, set[int]] = {keyword: set() for keyword in wanted}
    for row, tokens in enumerate(passages):
        for length in lengths:
            grams = {tuple(tokens[at : at + length]) for at in range(len(tokens) - length + 1)}
            for keyword in wanted & grams:
                holders[keyword].add(row)
    return holders


def _mean_npmi(topics: Sequence[Sequence[Keyword]], holders: Mapping[Keyword, set[int]], total: int) -> float:
    means = []
    for own in topics:
        pairs = [_npmi(holders[one], holders[other], total) for one, other in combinations(own, 2)]
        if pairs:
            means.append(float(np.mean(pairs)))
    return float(np.mean(means)) if means else math.nan


def _npmi(one: set[int], other: set[int], total: int) -> float:
    together = len(one & other)
    if not together:
        return _NEVER
    if together == total:
        return 1.0
    return math.log(together * total / (len(one) * len(other))) / math.log(total / together)


def _vector(keyword: Keyword, vectors: Vectors) -> NDArray[np.float64] | None:
    """Return the vector of a keyword, the mean of its words' unit vectors, where every word has one."""
    if not all(word in vectors for word in keyword):
        return None
    mean: NDArray[np.float64] = np.mean([vectors[word] for word in keyword], axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-12)


def _external(topics: Sequence[Sequence[Keyword]], vectors: Vectors) -> float:
    means = []
    for own in topics:
        known = [vector for keyword in own if (vector := _vector(keyword, vectors)) is not None]
        if len(known) > 1:
            cosines = np.array(known) @ np.array(known).T
            means.append(float(cosines[np.triu_indices(len(known), 1)].mean()))
    return float(np.mean(means)) if means else math.nan


class Contexts:
    """Which words stand near which, counted corpus by corpus, so that vectors can leave one out.

    Parameters
    ----------
    corpora
        The tokens of the passages of each corpus.
    """

    def __init__(self, corpora: Mapping[str, Sequence[Sequence[str]]]) -> None:
        counts = Counter(chain.from_iterable(chain.from_iterable(corpora.values())))
        self._words = sorted(word for word, count in counts.items() if count >= _RAREST and not word.isdigit())
        place = {word: at for at, word in enumerate(self._words)}
        self._counts = {name: _near(passages, place) for name, passages in corpora.items()}
        self._single = {
            name: np.bincount([place[w] for w in chain.from_iterable(rows) if w in place], minlength=len(place))
            for name, rows in corpora.items()
        }

    def vectors(self, without: str) -> Vectors:
        """Return unit vectors of words, from every corpus but one: positive PMI, then a truncated SVD."""
        from sklearn.utils.extmath import randomized_svd

        others = [name for name in self._counts if name != without]
        single = np.sum([self._single[name] for name in others], axis=0)
        kept = np.flatnonzero(single >= _RAREST)
        matrix = sum(self._counts[name] for name in others)[kept][:, kept]
        left, values, _ = randomized_svd(_positive_pmi(matrix), min(_DIMENSION, len(kept)), random_state=0)
        rows = left * np.sqrt(values)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return {self._words[at]: row for at, row in zip(kept.tolist(), rows, strict=True)}


def _near(passages: Sequence[Sequence[str]], place: Mapping[str, int]) -> csr_array:
    """Return how often each word stands within the window of each other one, sparse and symmetric."""
    from scipy.sparse import csr_array

    gap = [-1] * _WINDOW  # no window reaches over the end of a passage
    stream = np.array([place.get(word, -1) for tokens in passages for word in (*tokens, *gap)], np.int32)
    total = csr_array((len(place), len(place)), dtype=np.float64)
    for start in range(0, len(stream), _CHUNK):
        chunk = stream[start : start + _CHUNK + _WINDOW]
        pairs = [(chunk[: len(chunk) - step], chunk[step:]) for step in range(1, _WINDOW + 1)]
        one, other = (np.concatenate(column) for column in zip(*pairs, strict=True))
        both = (one >= 0) & (other >= 0)
        total = total + csr_array((np.ones(both.sum()), (one[both], other[both])), shape=total.shape)
    return total + total.T


def _positive_pmi(counts: csr_array) -> csr_array:
    from scipy.sparse import csr_array

    found = counts.tocoo()
    rows = np.asarray(counts.sum(axis=1)).ravel()
    contexts = rows**_SMOOTHING
    pmi = np.log(found.data * contexts.sum() / (rows[found.row] * contexts[found.col]))
    return csr_array((np.maximum(pmi, 0.0), (found.row, found.col)), shape=counts.shape)
