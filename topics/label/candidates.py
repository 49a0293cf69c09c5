"""The phrases that may name a topic: whole noun phrases of its own passages, scored by their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Floats, Ints
from topics.words import Corpus, Kind
from topics.words.grammar import Grammar, grammar
from topics.words.tokenise import SENTENCE

_LONGEST = 4  # words of a phrase
_READ, _READ_IN_ALL, _READ_LEAST = 300, 10_000, 30  # passages that are read, those nearest to a topic's centre
_ENCODED, _ENCODED_IN_ALL, _ENCODED_LEAST = 30, 1500, 5  # candidates whose meaning is compared: of a topic, and of all
_PRIOR = 2.0  # passages of the usual kind added to a phrase's own before they are compared, as in Topeax
_RARE = {8: 2, 40: 3}  # from so many passages in a topic on, a phrase is in so many of them
_FEW = 3  # passages in a topic in which every phrase counts, even if none of its words comes twice
_UBIQUITOUS = 0.3  # a word in this share of the other topics' passages is no name by itself
_VERB = 1 / 3  # a word that stands in the place of a verb this often is one
_SPREAD, _WHOLE = 0.35, 0.5  # how much it counts to be in many passages, and to be a whole noun phrase
_LENGTH = {1: 0.75, 2: 1.0, 3: 1.0, 4: 0.9}  # two or three words read best
_DECIMALS = 6


@dataclass(slots=True)
class _Phrase:
    """A phrase of one language: its content words, its length ("open-source" has one), where it occurs, and how."""

    words: tuple[str, ...]
    length: int
    spread: Counter[int] = field(default_factory=Counter)  # topic -> passages
    count: int = 0
    nouns: int = 0  # occurrences as a whole noun phrase
    firm: int = 0  # of these, those after an article or the like, or with a capital within a sentence


@dataclass(slots=True)
class _Word:
    """How a word occurs: in all, in the place of a verb, and after a form of "to be"."""

    count: int = 0
    verbs: int = 0
    predicates: int = 0


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read of one language."""

    phrases: Mapping[str, _Phrase]
    held: Mapping[int, Sequence[str]]  # topic -> the phrases in it
    words: Mapping[str, _Word]
    sizes: NDArray[np.int64]  # passages of each topic
    scale: NDArray[np.float64]  # how many of them each passage read stands for

    def estimate(self, phrase: _Phrase) -> float:
        """Return in how many passages a phrase is, from those read."""
        return float(sum(count * self.scale[topic] for topic, count in phrase.spread.items()))

    def is_ubiquitous(self, word: str, topic: int) -> bool:
        """Tell whether a word is all over the corpus outside a topic."""
        phrase = self.phrases[word]
        outside = self.estimate(phrase) - phrase.spread[topic] * self.scale[topic]
        return bool(outside > _UBIQUITOUS * float(self.sizes.sum() - self.sizes[topic]))

    def is_name(self, key: str, topic: int, rules: Grammar) -> bool:
        """Tell whether a phrase is a noun phrase, and frequent enough to name a topic."""
        phrase = self.phrases[key]
        size, spread = int(self.sizes[topic]), phrase.spread[topic]
        least = max((count for passages, count in _RARE.items() if size >= passages), default=1)
        if not (phrase.firm if phrase.length == 1 else phrase.nouns) or spread < least or not phrase.words:
            return False
        if spread == 1 and size > _FEW and not any(self.phrases[word].spread[topic] > 1 for word in phrase.words):
            return False
        if phrase.length > 1 and phrase.count == 1 and rules.looks_verbal(phrase.words):
            return False
        first, last = self.words[phrase.words[0]], self.words[phrase.words[-1]]
        return first.verbs < _VERB * first.count and last.verbs + last.predicates < _VERB * last.count


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may name a topic."""

    topic: int
    key: str
    text: str
    language: str
    score: float
    row: int = -1  # of its vector, once it has one


def candidates_of(
    corpus: Corpus, labels: Ints, vectors: Floats, hearts: Floats, topics: Sequence[int]
) -> list[Candidate]:
    """Return the phrases that may name the topics of one language, scored by their words alone."""
    rows = _read_rows(labels, vectors, hearts)
    sizes = np.bincount(labels[labels >= 0], minlength=len(hearts))
    scale = sizes / np.maximum(np.bincount(labels[rows], minlength=len(hearts)), 1)
    phrases = _phrases(corpus, labels, rows, grammar(corpus.language))
    held: dict[int, list[str]] = {topic: [] for topic in topics}
    for key, phrase in phrases.items():
        for topic in phrase.spread.keys() & held.keys():
            held[topic].append(key)
    reading = _Reading(
        phrases=phrases,
        held=held,
        words=_words(corpus, rows, grammar(corpus.language)),
        sizes=sizes,
        scale=scale,
    )
    most = max(_ENCODED_LEAST, min(_ENCODED, _ENCODED_IN_ALL // max(1, len(hearts))))
    ranked: list[tuple[int, str, float]] = []
    for topic in topics:
        scores = _lexical_scores(reading, topic, grammar(corpus.language))
        best = sorted(scores, key=lambda key: (-scores[key], key))[:most]
        ranked += [(topic, key, scores[key]) for key in best]
    written = corpus.written({key for _, key, _ in ranked}, rows)
    return [Candidate(topic, key, written[key], corpus.language, score) for topic, key, score in ranked]


def _read_rows(labels: Ints, vectors: Floats, hearts: Floats) -> list[int]:
    """Return the passages of each topic that are nearest to its centre, ascending."""
    most = max(_READ_LEAST, min(_READ, _READ_IN_ALL // max(1, len(hearts))))
    rows: list[int] = []
    for topic in range(len(hearts)):
        own = np.flatnonzero(labels == topic)
        if len(own) > most:
            nearness = np.round(vectors[own] @ hearts[topic], _DECIMALS)
            own = own[np.argsort(-nearness, kind="stable")[:most]]
        rows += own.tolist()
    return sorted(rows)


def _words(corpus: Corpus, rows: Sequence[int], rules: Grammar) -> Mapping[str, _Word]:
    """Return how each content word occurs."""
    found: dict[str, _Word] = {}
    for row in rows:
        keys = ["", *(corpus.keys[item] for item in corpus.passages[row]), ""]
        for at, item in enumerate(corpus.passages[row], start=1):
            if corpus.kinds[item] is Kind.CONTENT:
                word = found.setdefault(keys[at], _Word())
                word.count += 1
                word.verbs += rules.before_verb(keys[at - 1]) or rules.after_verb(keys[at + 1])
                word.predicates += keys[at - 1] in rules.copulas
    return found


def _phrases(corpus: Corpus, labels: Ints, rows: Sequence[int], rules: Grammar) -> Mapping[str, _Phrase]:
    """Return every phrase of the passages that has the shape of a name."""
    found: dict[str, _Phrase] = {}
    for row in rows:
        items = corpus.passages[row]
        keys = [corpus.keys[item] for item in items]
        kinds = [corpus.kinds[item] for item in items]
        seen = set()
        for start, end in corpus.phrases(row, _LONGEST):
            inner = range(start + 1, end - 1)
            if any(kinds[at] is Kind.STOP and keys[at] not in rules.links for at in inner):
                continue
            key = " ".join(keys[start:end])
            content = tuple(keys[at] for at in range(start, end) if kinds[at] is Kind.CONTENT)
            phrase = found.get(key)
            if phrase is None:
                phrase = found[key] = _Phrase(content, end - start)
            phrase.length, phrase.words = min((phrase.length, phrase.words), (end - start, content))
            before, after = keys[start - 1] if start else "", keys[end] if end < len(keys) else ""
            alone = (not start or kinds[start - 1] <= Kind.STOP) and (end == len(kinds) or kinds[end] <= Kind.STOP)
            noun = alone and not (rules.before_verb(before) or before in rules.copulas or rules.after_verb(after))
            capital = start > 0 and items[start - 1] != SENTENCE and items[start][0].isupper()
            phrase.count += 1
            phrase.nouns += noun
            phrase.firm += noun and (capital or rules.before_noun(before))
            seen.add(key)
        for key in seen:
            found[key].spread[int(labels[row])] += 1
    return found


def _lexical_scores(reading: _Reading, topic: int, rules: Grammar) -> dict[str, float]:
    """Return the score of each phrase that may name a topic, 0 to 1."""
    size, total = int(reading.sizes[topic]), int(reading.sizes.sum())
    share = size / total
    scores = {}
    for key in reading.held[topic]:
        phrase = reading.phrases[key]
        inside = phrase.spread[topic] * reading.scale[topic]
        if not reading.is_name(key, topic, rules):
            continue
        overall = reading.estimate(phrase)
        if size < total and all(reading.is_ubiquitous(word, topic) for word in phrase.words):
            continue
        own = [reading.phrases[word].spread[topic] if word in reading.phrases else 0 for word in phrase.words]
        spread = sqrt(inside * sum(own) * reading.scale[topic] / len(own)) / size
        parts = 2 if phrase.length == 1 else 1  # a word also lives in longer phrases, and may
        shape = min(1.0, parts * phrase.nouns / phrase.count) ** _WHOLE * _LENGTH[phrase.length]
        scores[key] = sqrt(_npmi(inside, overall, share, total)) * min(1.0, spread) ** _SPREAD * shape
    return {key: round(score, 9) for key, score in scores.items() if score > 0}


def _npmi(inside: float, overall: float, share: float, total: float) -> float:
    """Return the normalised pointwise mutual information of a phrase and a topic, at least 0; 1 with a single topic."""
    if share >= 1.0:
        return 1.0
    posterior = (inside + _PRIOR * share) / (overall + _PRIOR)
    return max(0.0, log(posterior / share) / -log(posterior * overall / total))
