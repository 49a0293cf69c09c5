"""What a topic's keywords say of it: whether they share passages, are its own, and mean related things."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from topics import language, words
from topics.embed import load_embedder
from topics.errors import EncoderError
from topics.model import TopicModel
from topics.protocols import Embedder
from topics.values import Topic
from topics.words import tokenise

_NO_PAIR = "no topic has two keywords in one language"


def npmi(model: TopicModel) -> float | str:
    """Return the mean over topics of the mean over pairs of keywords in one language, or why there is none.

    Normalised pointwise mutual information (Bouma 2009) counted over the model's own passages; a pair that never shares
    one counts -1.
    """
    corpora = words.read(model.passages.texts(), model.passages.language_codes(), language.stop_words)
    of_topic: list[list[float]] = [[] for _ in model.topics]
    for corpus in corpora:
        keys = [
            sorted({_key(keyword.term) for keyword in topic.keywords if keyword.language == corpus.language})
            for topic in model.topics
        ]
        holders = _holders(corpus, {key for own in keys for key in own})
        for found, own in zip(of_topic, keys, strict=True):
            present = [holders[key] for key in own if holders[key]]
            found += [_pair_npmi(one, other, len(corpus.passages)) for one, other in combinations(present, 2)]
    means = [float(np.mean(found)) for found in of_topic if found]
    return float(np.mean(means)) if means else _NO_PAIR


def _key(term: str) -> str:
    return " ".join(tokenise.key_of(word) for word in term.split(" "))


def _holders(corpus: words.Corpus, wanted: set[str]) -> dict[str, set[int]]:
    """Return which passages hold each wanted term."""
    holders: dict[str, set[int]] = {key: set() for key in wanted}
    for passage in range(len(corpus.passages)):
        for key in wanted.intersection(corpus.terms(passage)):
            holders[key].add(passage)
    return holders


def _pair_npmi(one: set[int], other: set[int], total: int) -> float:
    together = len(one & other)
    if not together:
        return -1.0
    if together == total:
        return 1.0
    return math.log(together * total / (len(one) * len(other))) / math.log(total / together)


def diversity(topics: Sequence[Topic]) -> float | str:
    """Return the share of keywords that are different words (Dieng et al. 2020), or why there is none."""
    terms = [_key(keyword.term) for topic in topics for keyword in topic.keywords]
    return len(set(terms)) / len(terms) if terms else "there are no keywords"


def embedding_coherence(model: TopicModel) -> tuple[float, float] | str:
    """Return how near keywords are to each other within a topic and across topics, or why that is not measured.

    Both are mean cosines of pairs in one language, by the encoder that the model was made with; the first is the mean
    over topics (Fang et al. 2016, "Using Word Embeddings in Automatic Topic Evaluation"), the second, over all pairs of
    keywords of different topics, is what the first is to be read against; ``nan`` where there is one topic.
    """
    groups: dict[tuple[str, int], list[str]] = {}
    for topic in model.topics:
        for keyword in topic.keywords:
            groups.setdefault((keyword.language, topic.id), []).append(keyword.term)
    if not any(len(own) > 1 for own in groups.values()):
        return _NO_PAIR
    terms = sorted({term for own in groups.values() for term in own})
    try:
        vectors = _encoder(model).encode(terms).astype(np.float64)
    except EncoderError as error:
        return " ".join(str(error).split()).rstrip(".")
    row_of = {term: row for row, term in enumerate(terms)}
    placed = [(*key, vectors[[row_of[term] for term in own]]) for key, own in sorted(groups.items())]
    return _within(placed), _across(placed)


_Placed = Sequence[tuple[str, int, NDArray[np.float64]]]
"""The vectors of the keywords that a topic has in a language: language, topic, shape (keywords, d)."""


def _within(placed: _Placed) -> float:
    """Return the mean over topics of the mean cosine of pairs of keywords."""
    of_topic: dict[int, list[float]] = {}
    for _, topic, own in placed:
        rows, columns = np.triu_indices(len(own), 1)
        of_topic.setdefault(topic, []).extend((own @ own.T)[rows, columns].tolist())
    return float(np.mean([np.mean(cosines) for cosines in of_topic.values() if cosines]))


def _across(placed: _Placed) -> float:
    """Return the mean cosine of pairs of keywords in one language and of two topics; ``nan`` where there are none."""
    total, pairs = 0.0, 0
    for code in sorted({code for code, _, _ in placed}):
        own = [vectors for other, _, vectors in placed if other == code]
        sums, counts = np.stack([vectors.sum(axis=0) for vectors in own]), np.array([len(vectors) for vectors in own])
        total += float((sums.sum(axis=0) ** 2).sum() - (sums**2).sum())
        pairs += int(counts.sum() ** 2 - (counts**2).sum())
    return total / pairs if pairs else math.nan


def _encoder(model: TopicModel) -> Embedder:
    encoder = model.embedder or load_embedder(model.settings.embedder)
    if encoder.fingerprint != model.encoder.fingerprint:
        raise EncoderError(f"the encoder that the model was made with, {model.encoder.id}, is not the one here")
    return encoder
