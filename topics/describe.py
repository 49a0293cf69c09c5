"""What a topic is shown by: the words that set it apart, and the passages at its heart."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Floats, Ints
from topics.values import Keyword
from topics.words import Corpus, Kind
from topics.words.tokenise import is_number, overlap

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_DECIMALS = 6  # cosines are rounded here, so that the order of a sum inside the linear algebra never decides
_SAME_NEWS, _SAME_TEXT = 0.85, 0.95  # cosine from which two passages tell the same, and are nearly the same

_CANDIDATES = 6  # terms weighed for each keyword that is wanted; the others repeat those before them
_EXPLAINED = 0.6  # a word that one phrase holds this often is shown as that phrase
_TOGETHER = 0.3  # normalised pointwise mutual information from which two neighbours are a phrase
_REPEATED = 2  # passages that a phrase is in, at least
_PRIOR = 0.5  # passages of the usual kind that are added to each side when a term's rates are compared
_LONG = 10  # letters from which a longer word says no more
_PIECE = 12  # characters of a text that stands in for keywords where it has no words


def by_centrality(vectors: Floats) -> Ints:
    """Return the order of passages from the heart of their group outwards, by cosine to the group's mean.

    Parameters
    ----------
    vectors
        Unit rows, shape (n, d); n may be 0.

    Returns
    -------
    ndarray of int32, shape (n,)
        Row numbers, best first; rows that are equally near keep their order.
    """
    order: Ints = np.argsort(-_closeness(vectors), kind="stable").astype(np.int32)
    return order


def representatives(vectors: Floats, n: int) -> Ints:
    """Return up to ``n`` passages near the heart of their group, without near-duplicates.

    Each has a cosine below 0.85 to those before it: from there on, passages of news and forums tell the same event
    once more. Where the group has too few such passages, those below 0.95 fill up, since an encoder that reads a
    language poorly puts strangers close together; from there on, texts are copies, and fewer than ``n`` come back.

    Parameters
    ----------
    vectors
        Unit rows, shape (m, d); m may be 0.
    n
        How many at most, 0 or more.

    Returns
    -------
    ndarray of int32, shape (at most n,)
        Row numbers, best first.

    Raises
    ------
    ValueError
        ``n`` is negative.
    """
    if n < 0:
        raise ValueError(f"n is {n}, but must be 0 or more")
    order = by_centrality(vectors)
    nearest = np.full(len(vectors), -1.0)  # cosine of each row to the most similar one chosen
    chosen: list[int] = []
    for limit in (_SAME_NEWS, _SAME_TEXT):
        while len(chosen) < min(n, len(order)) and len(free := order[nearest[order] < limit]):
            chosen.append(int(free[0]))
            np.maximum(nearest, np.round(vectors @ vectors[free[0]], _DECIMALS), out=nearest)
            nearest[free[0]] = 1.0
    return np.array(chosen, dtype=np.int32)


def _closeness(vectors: Floats) -> NDArray[np.float64]:
    """Return the cosine of each row to the mean of all, shape (n,)."""
    if not len(vectors):
        return np.zeros(0)
    mean = vectors.mean(axis=0, dtype=np.float64)
    length = max(float(np.linalg.norm(mean)), 1e-12)
    closeness: NDArray[np.float64] = np.round(vectors @ (mean / length).astype(np.float32), _DECIMALS)
    return closeness


def keywords(corpora: Sequence[Corpus], labels: Ints, n_topics: int, *, n: int = 10) -> list[tuple[Keyword, ...]]:
    """Return the words and two-word phrases that set each topic apart.

    Each language is weighed by itself: class-based TF-IDF (Grootendorst 2022) over the passages that hold a term,
    times the part of its rate within the topic that it does not have outside and the share of outside passages without
    it, so that what the whole corpus is about weighs little. A topic in several languages shows keywords of each by its
    share of the passages.

    Parameters
    ----------
    corpora
        The passages as words, from :func:`topics.words.read`.
    labels
        The topic of each passage, shape (n,); -1 is loose.
    n_topics
        How many topics there are; one that has no passage gets no keyword.
    n
        How many keywords a topic has at most, at least 1.

    Returns
    -------
    list of tuple of Keyword
        One tuple a topic, best first, the best with weight 1. No keyword is a part or an inflection of another of its
        topic, and none is a stop word unless the topic's passages hold nothing else.
    """
    ranked = [_rank(corpus, labels[corpus.rows], n_topics, n) for corpus in corpora]
    chosen = [_merged(corpora, [terms[topic] for terms in ranked], labels, topic, n) for topic in range(n_topics)]
    written = [
        corpus.written({key for terms in chosen for _, own, key in terms if own == at})
        for at, corpus in enumerate(corpora)
    ]
    return [
        tuple(Keyword(written[at][key], weight, corpora[at].language) for weight, at, key in terms)
        or _last_resort(corpora, labels, topic, n)
        for topic, terms in enumerate(chosen)
    ]


@dataclass(frozen=True, slots=True)
class _Term:
    """A term that may become a keyword: its key, its weight, and how often the topic holds it."""

    key: str
    weight: float
    count: float


def _rank(corpus: Corpus, labels: Ints, n_topics: int, n: int) -> list[list[_Term]]:
    """Return each topic's terms in one language, best first, without repetitions, at most ``n``."""
    if not any(kind is Kind.CONTENT for kind in corpus.kinds.values()):
        return [[] for _ in range(n_topics)]
    counts, vocabulary = _count(corpus)
    grouped, weights = _weigh(counts, labels, n_topics)
    ranked = []
    for topic in range(n_topics):
        span = slice(weights.indptr[topic], weights.indptr[topic + 1])
        terms = (
            _Term(vocabulary[column], weight, count)
            for column, weight, count in zip(
                weights.indices[span].tolist(), weights.data[span].tolist(), grouped.data[span].tolist(), strict=True
            )
        )
        pool = heapq.nsmallest(_CANDIDATES * n, terms, key=_order)
        ranked.append(_distinct(pool, n))
    return ranked


def _order(term: _Term) -> tuple[float, float, int, str]:
    """Order terms: heavier, then more frequent, then longer up to a point, since longer words say more."""
    return -round(term.weight, 9), -term.count, -min(len(term.key), _LONG), term.key


def _count(corpus: Corpus) -> tuple[csr_array, list[str]]:
    """Return how often each passage holds each term, as 1 + log(count), sparse (passages, terms), and the terms.

    Of two-word phrases, only those stay that are in two passages and whose words attract each other.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer=corpus.terms, dtype=np.float64)
    counts = vectorizer.fit_transform(range(len(corpus.passages)))
    counts.data = 1.0 + np.log(counts.data)  # the second mention in a passage says less than the first
    vocabulary: list[str] = vectorizer.get_feature_names_out().tolist()
    spread = np.bincount(counts.indices, minlength=len(vocabulary)).tolist()
    spread_of = dict(zip(vocabulary, spread, strict=True))
    kept = [column for column, key in enumerate(vocabulary) if " " not in key or _holds(corpus, key, spread_of)]
    return counts[:, kept], [vocabulary[column] for column in kept]


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


def _weigh(counts: csr_array, labels: Ints, n_topics: int) -> tuple[csr_array, csr_array]:
    """Return how often each topic holds each term, and its weight there, both sparse (topics, terms)."""
    from scipy.sparse import csr_array

    member = np.flatnonzero(labels >= 0)
    shape = (n_topics, len(labels))
    belongs = csr_array((np.ones(len(member), np.int32), (labels[member], member)), shape=shape)
    grouped = csr_array(belongs @ counts, dtype=np.float64)
    grouped.sort_indices()
    total, sizes = len(labels), np.bincount(labels[member], minlength=n_topics).astype(np.float64)
    topic = np.repeat(np.arange(n_topics), np.diff(grouped.indptr))
    inside, size = grouped.data, sizes[topic]
    overall = np.asarray(counts.sum(axis=0)).ravel().astype(np.float64)[grouped.indices]
    mass = np.bincount(topic, weights=inside, minlength=n_topics)
    frequency = inside / mass[topic]
    rarity = np.log1p(mass.sum() / max(1, np.count_nonzero(sizes)) / overall)
    usual = _PRIOR * overall / total  # what is seen of a term in passages yet unseen
    rate_inside = (inside + usual) / (size + _PRIOR)
    rate_outside = (overall - inside + usual) / (total - size + _PRIOR)
    excess = np.maximum(0.0, 1.0 - rate_outside / rate_inside) * np.maximum(0.0, 1.0 - rate_outside)
    excess[size == total] = 1.0
    weights = csr_array((frequency * rarity * excess, grouped.indices, grouped.indptr), shape=grouped.shape)
    return grouped, weights


def _distinct(pool: Sequence[_Term], n: int) -> list[_Term]:
    """Return up to ``n`` terms of a ranked pool, each word that one phrase explains as that phrase, nothing twice."""
    chosen: list[_Term] = []
    for term in pool:
        if len(chosen) == n:
            break
        best = _as_phrase(term, pool)
        if term.weight > 0 and not any(overlap(best.key, other.key) for other in chosen):
            chosen.append(_Term(best.key, term.weight, best.count))
    return chosen


def _as_phrase(term: _Term, pool: Sequence[_Term]) -> _Term:
    """Return the phrase that a word nearly always occurs in, if there is one, else the term itself."""
    longer = [other for other in pool if other.count >= _EXPLAINED * term.count and _within(term.key, other.key)]
    return min(longer, key=_order, default=term)


def _within(part: str, whole: str) -> bool:
    return part != whole and f" {part} " in f" {whole} "


def _merged(
    corpora: Sequence[Corpus], ranked: Sequence[Sequence[_Term]], labels: Ints, topic: int, n: int
) -> list[tuple[float, int, str]]:
    """Return a topic's keywords over all languages, seats given by share (Sainte-Laguë), best first."""
    members = [int(np.count_nonzero(labels[corpus.rows] == topic)) for corpus in corpora]
    chosen: list[tuple[float, int, str]] = []
    queues = [iter(terms) for terms in ranked]
    seats = [0] * len(corpora)
    unfilled = {at for at, terms in enumerate(ranked) if terms and members[at]}
    while unfilled and len(chosen) < n:
        at = max(unfilled, key=lambda at: (members[at] / (2 * seats[at] + 1), -at))
        term = next((t for t in queues[at] if not any(overlap(t.key, key) for _, _, key in chosen)), None)
        if term is None:
            unfilled.discard(at)
            continue
        seats[at] += 1
        chosen.append((term.weight / ranked[at][0].weight * members[at] / max(members), at, term.key))
    chosen.sort(key=lambda entry: (-entry[0], entry[1]))
    return chosen


def _last_resort(corpora: Sequence[Corpus], labels: Ints, topic: int, n: int) -> tuple[Keyword, ...]:
    """Return what stands in for keywords where a topic has no content words.

    These are its most frequent words of any kind, or else the first characters of a text.
    """
    members = {corpus.language: np.flatnonzero(labels[corpus.rows] == topic).tolist() for corpus in corpora}
    for corpus in corpora:
        passages = [corpus.passages[at] for at in members[corpus.language]]
        spoken = Counter(item for items in passages for item in set(items) if corpus.kinds[item])
        ranked = sorted(spoken.items(), key=lambda entry: (-entry[1], entry[0]))[:n]
        if ranked:
            return tuple(Keyword(item, count / ranked[0][1], corpus.language) for item, count in ranked)
    for corpus in corpora:
        pieces = sorted(corpus.texts[at].strip()[:_PIECE].strip() for at in members[corpus.language])
        if any(pieces):
            return (Keyword(next(filter(None, pieces)), 1.0, corpus.language),)
    return ()
