"""What a topic is shown by: the words that set it apart, and the passages at its heart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from topics.describe.central import by_centrality, representatives
from topics.describe.coherent import ENCODED, NONE, POOL, SHORT, Term, as_phrases, choose, shortlist
from topics.describe.meanings import Known, known, sizes_of
from topics.describe.terms import weigh
from topics.nearest import sums, unit
from topics.protocols import Encode, Floats, Ints
from topics.values import Keyword
from topics.words import Corpus
from topics.words.tokenise import overlap

__all__ = ["Known", "by_centrality", "keywords", "known", "representatives"]

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
    corpora: Sequence[Corpus] | Sequence[Known],
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
        The passages as words, from :func:`topics.words.read`; or what is known of them, from :func:`known`, where
        keywords are asked for several times: then the vectors are those that are known.
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
    told = [one if isinstance(one, Known) else Known(one, vectors) for one in corpora]
    corpora = [one.corpus for one in told]
    ranked = [_rank(one, asked, hearts, encode) for one in told]
    members = [sizes_of(labels[corpus.rows], n_topics).tolist() for corpus in corpora]
    chosen = [
        _merged([terms[topic] for terms in ranked], [own[topic] for own in members], n) for topic in range(n_topics)
    ]
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
    return unit(sums(vectors, labels, n_topics))


def _rank(
    known: Known,
    asked: _Asked,
    hearts: NDArray[np.float64] | None,
    encode: Encode | None,
) -> list[list[Term]]:
    """Return each topic's keywords in one language, best first; none for topics that are not asked for."""
    labels, n_topics, n = asked.labels, asked.n_topics, asked.n
    if known.is_wordless:
        return [[] for _ in range(n_topics)]
    corpus, terms = known.corpus, known.terms
    pools = [
        as_phrases(terms, weighed) if topic in asked.topics else None
        for topic, weighed in enumerate(weigh(terms, labels[corpus.rows], n_topics, POOL * n))
    ]
    known.learn(np.concatenate([np.zeros(0, np.int64), *(pool[0] for pool in pools if pool is not None)]))
    short = [
        NONE if pool is None else shortlist(known, pool, None if hearts is None else hearts[topic], SHORT * n)
        for topic, pool in enumerate(pools)
    ]
    if encode is None or hearts is None:
        return [choose(one, None, n) for one in short]
    sizes = sizes_of(labels, n_topics)
    most = max(_ENCODED_LEAST, min(ENCODED * n, _ENCODED_IN_ALL // max(1, int(np.count_nonzero(sizes)))))
    part = sizes_of(labels[corpus.rows], n_topics) / np.maximum(sizes, 1)
    short = [one.first(max(_ENCODED_LEAST, ceil(most * part[topic]))) for topic, one in enumerate(short)]
    place = {key: row for row, key in enumerate(sorted({key for one in short for key in one.keys}))}
    meanings = encode(list(place), [corpus.language] * len(place)) if place else np.zeros((0, len(hearts[0])))
    return [
        choose(one, meanings[[place[key] for key in one.keys]].astype(np.float64) @ hearts[topic], n)
        for topic, one in enumerate(short)
    ]


def _merged(ranked: Sequence[Sequence[Term]], members: Sequence[int], n: int) -> list[tuple[float, int, str]]:
    """Return a topic's keywords over all languages, seats given by share (Sainte-Laguë), best first."""
    chosen: list[tuple[float, int, str]] = []
    queues = [iter(terms) for terms in ranked]
    seats = [0] * len(ranked)
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
