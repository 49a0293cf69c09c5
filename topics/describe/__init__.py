"""What a topic is shown by: the words that set it apart, and the passages at its heart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from topics.describe.central import by_centrality, representatives
from topics.describe.coherent import ENCODED, NONE, POOL, SHORT, Term, choose, shortlist
from topics.describe.terms import terms_of, weigh
from topics.protocols import Encode, Floats, Ints
from topics.values import Keyword
from topics.words import Corpus, Kind
from topics.words.tokenise import overlap

__all__ = ["by_centrality", "keywords", "representatives"]

_ENCODED_IN_ALL, _ENCODED_LEAST = 1500, 5  # terms that the encoder reads: of all topics of a language; of one
_PIECE = 12  # characters of a text that stands in for keywords where it has no words


@dataclass(frozen=True, eq=False, slots=True)
class _Asked:
    """Of which topics keywords are wanted, at most ``n`` each, among which others."""

    labels: Ints
    n_topics: int
    topics: frozenset[int]
    n: int


def keywords(
    corpora: Sequence[Corpus],
    labels: Ints,
    n_topics: int,
    *,
    n: int = 10,
    vectors: Floats | None = None,
    encode: Encode | None = None,
    topics: Collection[int] | None = None,
) -> list[tuple[Keyword, ...]]:
    """Return the words and two-word phrases that set each topic apart, belong together, and mean what it means.

    Each language is weighed by itself. A term's weight is its normalised pointwise mutual information with the topic
    (with a Dirichlet prior, as in Topeax, turftopic 2025), times the square root of the share of the topic's passages
    that hold it, times its nearness in meaning to the topic. Terms are taken one by one, each that goes best with
    those before it: that shares passages with them, and means something alike. A topic in several languages shows
    keywords of each by its share of the passages.

    Parameters
    ----------
    corpora
        The passages as words, from :func:`topics.words.read`.
    labels
        The topic of each passage, shape (n,); -1 is loose.
    n_topics
        How many topics there are, or one more than the largest id where ids have gaps; one that has no passage gets no
        keyword.
    n
        How many keywords a topic has at most, at least 1.
    vectors
        Centred unit vectors of the passages, shape (n, d). Without them, words alone decide.
    encode
        Gives the centred unit vectors of terms, at most 20 a topic and 1,500 a language (5 a topic at least); needs
        ``vectors``.
    topics
        The topics of which keywords are wanted, which are the same as if all were; the others get none. By default all.

    Returns
    -------
    list of tuple of Keyword
        One tuple a topic, best first, the best with weight 1. No keyword is a part or an inflection of another of its
        topic, and none is a stop word unless the topic's passages hold nothing else.
    """
    hearts = None if vectors is None else _hearts(vectors, labels, n_topics)
    asked = _Asked(labels, n_topics, frozenset(range(n_topics) if topics is None else topics), n)
    ranked = [_rank(corpus, asked, vectors, hearts, encode) for corpus in corpora]
    chosen = [_merged(corpora, [terms[topic] for terms in ranked], labels, topic, n) for topic in range(n_topics)]
    written = [
        corpus.written({key for terms in chosen for _, own, key in terms if own == at})
        for at, corpus in enumerate(corpora)
    ]
    return [
        tuple(Keyword(written[at][key], weight, corpora[at].language) for weight, at, key in terms)
        or (_last_resort(corpora, labels, topic, n) if topic in asked.topics else ())
        for topic, terms in enumerate(chosen)
    ]


def _hearts(vectors: Floats, labels: Ints, n_topics: int) -> NDArray[np.float64]:
    """Return the unit mean of each topic's vectors, shape (n_topics, d); zero where a topic has none."""
    hearts = np.zeros((n_topics, vectors.shape[1]))
    np.add.at(hearts, labels[labels >= 0], vectors[labels >= 0].astype(np.float64))
    unit: NDArray[np.float64] = hearts / np.maximum(np.linalg.norm(hearts, axis=1, keepdims=True), 1e-12)
    return unit


def _rank(
    corpus: Corpus,
    asked: _Asked,
    vectors: Floats | None,
    hearts: NDArray[np.float64] | None,
    encode: Encode | None,
) -> list[list[Term]]:
    """Return each topic's keywords in one language, best first; none for topics that are not asked for."""
    labels, n_topics, n = asked.labels, asked.n_topics, asked.n
    if not any(kind is Kind.CONTENT for kind in corpus.kinds.values()):
        return [[] for _ in range(n_topics)]
    terms = terms_of(corpus)
    own = None if vectors is None else vectors[corpus.rows]
    short = [
        shortlist(terms, weighed, own, None if hearts is None else hearts[topic], SHORT * n)
        if topic in asked.topics
        else NONE
        for topic, weighed in enumerate(weigh(terms, labels[corpus.rows], n_topics, POOL * n))
    ]
    if encode is None or hearts is None:
        return [choose(one, None, n) for one in short]
    sizes = _sizes(labels, n_topics)
    most = max(_ENCODED_LEAST, min(ENCODED * n, _ENCODED_IN_ALL // max(1, int(np.count_nonzero(sizes)))))
    part = _sizes(labels[corpus.rows], n_topics) / np.maximum(sizes, 1)
    short = [one.first(max(_ENCODED_LEAST, ceil(most * part[topic]))) for topic, one in enumerate(short)]
    place = {key: row for row, key in enumerate(sorted({key for one in short for key in one.keys}))}
    meanings = encode(list(place), [corpus.language] * len(place)) if place else np.zeros((0, len(hearts[0])))
    return [
        choose(one, meanings[[place[key] for key in one.keys]].astype(np.float64) @ hearts[topic], n)
        for topic, one in enumerate(short)
    ]


def _sizes(labels: Ints, n_topics: int) -> NDArray[np.int64]:
    """Return how many passages each topic has."""
    return np.bincount(labels[labels >= 0], minlength=n_topics)


def _merged(
    corpora: Sequence[Corpus], ranked: Sequence[Sequence[Term]], labels: Ints, topic: int, n: int
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
