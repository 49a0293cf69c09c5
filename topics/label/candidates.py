"""The phrases that may name a topic: whole noun phrases of its own passages, scored by their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from topics.label.phrases import Phrase, read
from topics.protocols import Floats, Ints
from topics.words import Corpus
from topics.words.grammar import Grammar, grammar
from topics.words.roles import NO_ROLE, Role, is_nominal
from topics.words.tokenise import is_number

_READ, _READ_IN_ALL, _READ_LEAST = 300, 10_000, 30  # passages that are read, those nearest to a topic's centre
_ENCODED, _ENCODED_IN_ALL, _ENCODED_LEAST = 30, 1500, 5  # candidates whose meaning is compared: of a topic, and of all
_PRIOR = 2.0  # passages of the usual kind added to a phrase's own before they are compared, as in Topeax
_RARE = {8: 2, 40: 3}  # from so many passages in a topic on, a phrase is in so many of them
_FEW = 3  # passages in a topic in which every phrase counts, even if none of its words comes twice
_ONCE = 2  # words of a phrase that only one passage holds; a longer one is the title of that passage
_UBIQUITOUS = 0.3  # a phrase in this share of the other topics' passages is no name; two such words together may be
_SPREAD, _WHOLE = 0.5, 0.5  # how much it counts to be in many passages, and to be a whole noun phrase
_LENGTH = {1: 0.75, 2: 1.0, 3: 0.9, 4: 0.75}  # two words read best
_JOINED = 0.75  # and "bread in spring" reads worse
_FRAGMENT = 0.6  # a phrase that one longer one holds this often is a part of that
_KNOWN, _HEAD = 5, 0.035  # a word seen so often stands at the end of a noun phrase this often, if it is a noun
_SURE = 0.4  # a word that is a noun with this likelihood needs not be seen as one
_ALONE = 0.08  # a single word stands for itself this often, if it is no adjective
_HEADED = 0.15  # what stands before a link is a noun with this likelihood
_LINKED = 0.5  # "type of gas" names nothing where "gas" is more than so much more frequent
_PERSON = 0.35  # what a person counts as a name
_SURNAME, _FIRST, _ARTICLED = 0.3, 0.15, 0.05  # a last name is alone so often, behind the first, and behind an article
_PREDICATE = 1 / 3  # a word that stands behind "is" this often is an adjective
_PLURAL = 0.05  # a thing that one can count is shown in the plural, where that is this frequent relative to it
_AS_PLURAL = (0.2, 0.5)  # and what may be one, where that is this frequent: with an article, and often without


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may name a topic.

    Parameters
    ----------
    share
        The share of the topic's passages that hold it, of those read.
    proper
        Whether it is a proper name, which stands for what it names and not for what is like it.
    score
        How good a name it is, from its words and, once the encoder has read it, from its meaning.
    row
        That of its vector, once it has one.
    """

    topic: int
    key: str
    text: str
    language: str
    share: float
    proper: bool
    score: float
    row: int = -1


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read of one language."""

    phrases: Mapping[str, Phrase]
    roles: Mapping[str, Role]
    rules: Grammar
    sizes: NDArray[np.int64]  # passages of each topic
    scale: NDArray[np.float64]  # how many of them each passage read stands for

    def estimate(self, phrase: Phrase) -> float:
        """Return in how many passages a phrase is, from those read."""
        return float(sum(count * self.scale[topic] for topic, count in phrase.spread.items()))

    def words_apart(self, phrase: Phrase, topic: int) -> float:
        """Return how well the words of a phrase set a topic apart on average: "previous" and "more" hardly do."""
        size, total = int(self.sizes[topic]), int(self.sizes.sum())
        known = [self.phrases[word] for word in phrase.words if word in self.phrases] or [phrase]
        return fmean(
            _npmi(one.spread[topic] * self.scale[topic], self.estimate(one), size / total, total) for one in known
        )

    def is_ubiquitous(self, key: str, topic: int) -> bool:
        """Tell whether a phrase is all over the corpus outside a topic."""
        phrase = self.phrases.get(key)
        if phrase is None:
            return False
        outside = self.estimate(phrase) - phrase.spread[topic] * self.scale[topic]
        return bool(outside > _UBIQUITOUS * float(self.sizes.sum() - self.sizes[topic]))

    def is_frequent(self, phrase: Phrase, topic: int) -> bool:
        """Tell whether a phrase is frequent enough to name a topic."""
        size, spread = int(self.sizes[topic]), phrase.spread[topic]
        least = max((count for passages, count in _RARE.items() if size >= passages), default=1)
        if spread < least or (spread == 1 < size and phrase.length > _ONCE):
            return False
        return (
            spread > 1
            or size <= _FEW
            or any(word in self.phrases and self.phrases[word].spread[topic] > 1 for word in phrase.words)
        )

    def is_name(self, key: str, phrase: Phrase) -> bool:
        """Tell whether a phrase is a whole noun phrase that could stand in a heading."""
        rules, words = self.rules, phrase.words
        if not words or not phrase.nouns or (phrase.length == 1 and not self._stands_alone(words[0], phrase)):
            return False
        if phrase.is_aside() or phrase.longer >= max(2.0, _FRAGMENT * phrase.count):
            return False
        if phrase.length > 1 and phrase.count == 1 and rules.looks_verbal(words):
            return False
        pieces = key.split(" ")
        if any(map(str.isdigit, pieces[:-1])) or (is_number(pieces[-1]) and not phrase.capital):
            return False
        if pieces[-1] in rules.dates - phrase.odd or rules.dates.issuperset(words):
            return False
        return self._is_whole(phrase) and self._starts_well(words[0]) and self._ends_well(words[-1], phrase)

    def _stands_alone(self, word: str, phrase: Phrase) -> bool:
        """Tell whether a single word is often enough a noun phrase by itself."""
        role = self.roles.get(word, NO_ROLE)
        firm = phrase.firm > 0 or (role.nouns > 0 and role.nouns >= _ALONE * role.count) or _is_sure(role, 0)
        return firm and phrase.nouns >= _ALONE * phrase.count

    def _is_whole(self, phrase: Phrase) -> bool:
        """Tell whether a phrase is no "type of gas", and no "coach Andy Robinson"."""
        if phrase.role_and_name:
            return False
        tail = self.phrases.get(phrase.linked) if phrase.linked else None
        if tail is None or phrase.proper:
            return True
        before = phrase.words[-1 - min(len(tail.words), len(phrase.words) - 1)]  # "consists of a brain" is no name
        noun = self._ends_well(before, phrase) and self.roles.get(before, NO_ROLE).head >= _HEADED
        return noun and phrase.count >= _LINKED * tail.count

    def _starts_well(self, word: str) -> bool:
        role = self.roles.get(word, NO_ROLE)
        adverb = self.rules.ends_like_adverb(word) and not role.nouns
        verbal = role.is_verb() or word in self.rules.quantities
        return not (verbal or role.is_mark() or role.foreign or adverb)

    def _ends_well(self, word: str, phrase: Phrase) -> bool:
        """Tell whether the last word is a noun, by where it stands in the whole corpus."""
        role = self.roles.get(word, NO_ROLE)
        if not is_nominal(word, role, self.rules):
            return False
        if role.verbs + role.predicates >= _PREDICATE * max(1, role.count) and not phrase.proper:
            return False
        if not self.rules.determiners or role.count < _KNOWN:
            return True
        shown = max(role.nouns, role.bare)
        return 2 * shown >= role.verbs and (shown >= _HEAD * role.count or _is_sure(role, phrase.firm))

    def shape(self, phrase: Phrase) -> float:
        """Return how well a phrase would read as a name, 0 to 1: whole, short, ending in a noun, and no person."""
        parts = 3 if phrase.length == 1 else 1  # a word also lives in longer phrases, and may
        found = min(1.0, parts * phrase.nouns / phrase.count) ** _WHOLE * _LENGTH[phrase.length]
        if self.is_person(phrase):
            found *= _PERSON
        if not phrase.proper:
            found *= self.roles.get(phrase.words[-1], NO_ROLE).noun_weight()
            found *= _JOINED if phrase.linked else 1.0
        return float(found)

    def is_person(self, phrase: Phrase) -> bool:
        """Tell whether a phrase looks like a person, or a club: a proper name whose last word also stands for it."""
        if not phrase.proper or not all(self.roles.get(word, NO_ROLE).is_proper() for word in phrase.words):
            return False
        if phrase.length == 1:
            return phrase.surname
        last, role = self.phrases.get(phrase.words[-1]), self.roles.get(phrase.words[-1], NO_ROLE)
        if phrase.length != 2 or last is None or role.articled > _ARTICLED * role.count:
            return False
        return phrase.count >= _FIRST * last.count and last.count - phrase.count >= _SURNAME * phrase.count

    def as_written(self, key: str, phrase: Phrase) -> str:
        """Return the key of a phrase in the plural, where it is a thing that one can count and its plural is in use."""
        last = phrase.words[-1] if phrase.words else ""
        role = self.roles.get(last, NO_ROLE)
        if not self.rules.plurals or phrase.length > 1 or phrase.proper:
            return key
        least = _PLURAL if role.is_countable() else _AS_PLURAL[role.is_mass()]
        for plural in _plurals(key, self.rules.plurals):
            if self.roles.get(plural, NO_ROLE).count >= max(2.0, least * role.count) and plural in self.phrases:
                return plural
        return key


def _is_sure(role: Role, firm: int) -> bool:
    """Tell whether a word is likely a noun, by its ending, and is seen where a noun may stand."""
    return role.head >= _SURE and role.nouns + role.bare + role.articled + firm > 0


def _plurals(word: str, ending: str) -> Iterable[str]:
    yield word + ending
    yield word + "e" + ending
    if word.endswith("y"):
        yield word[:-1] + "ie" + ending


def candidates_of(
    corpus: Corpus, labels: Ints, vectors: Floats, hearts: Floats, topics: Sequence[int]
) -> list[Candidate]:
    """Return the phrases that may name the topics of one language, scored by their words alone."""
    rows = _read_rows(labels, vectors, hearts)
    sizes = np.bincount(labels[labels >= 0], minlength=len(hearts))
    reading = _Reading(
        phrases=read(corpus, labels, rows),
        roles=corpus.roles,
        rules=grammar(corpus.language),
        sizes=sizes,
        scale=sizes / np.maximum(np.bincount(labels[rows], minlength=len(hearts)), 1),
    )
    for phrase in list(reading.phrases.values()):
        if phrase.length == 2 and phrase.capital and reading.is_person(phrase):
            for word in phrase.words:
                if word in reading.phrases:
                    reading.phrases[word].surname = True
    held: dict[int, list[str]] = {topic: [] for topic in topics}
    for key, phrase in reading.phrases.items():
        if held.keys() & phrase.spread.keys() and reading.is_name(key, phrase):
            for topic in phrase.spread.keys() & held.keys():
                held[topic].append(key)
    most = max(_ENCODED_LEAST, min(_ENCODED, _ENCODED_IN_ALL // max(1, _held(hearts))))
    ranked: list[tuple[int, str, float]] = []
    for topic in topics:
        scores = _lexical_scores(reading, topic, held[topic])
        best = sorted(scores, key=lambda key: (-scores[key], key))[:most]
        ranked += [(topic, key, scores[key]) for key in best]
    shown = {key: reading.as_written(key, reading.phrases[key]) for _, key, _ in ranked}
    written = corpus.written(set(shown.values()), rows)
    found: dict[tuple[int, str], Candidate] = {}
    for topic, key, score in ranked:
        phrase = reading.phrases[key]
        share = phrase.spread[topic] * float(reading.scale[topic]) / int(sizes[topic])
        one = Candidate(topic, shown[key], written[shown[key]], corpus.language, share, phrase.proper, score)
        found.setdefault((topic, one.key), one)
    return list(found.values())


def _read_rows(labels: Ints, vectors: Floats, hearts: Floats) -> list[int]:
    """Return the passages of each topic that are nearest to its centre, ascending."""
    most = max(_READ_LEAST, min(_READ, _READ_IN_ALL // max(1, _held(hearts))))
    rows: list[int] = []
    for topic in range(len(hearts)):
        own = np.flatnonzero(labels == topic)
        if len(own) > most:
            nearness = np.round(vectors[own] @ hearts[topic], 6)
            own = own[np.argsort(-nearness, kind="stable")[:most]]
        rows += own.tolist()
    return sorted(rows)


def _held(hearts: Floats) -> int:
    """Return how many topics have passages; the heart of an id that no topic has is 0."""
    return int(hearts.any(axis=1).sum())


def _lexical_scores(reading: _Reading, topic: int, held: Sequence[str]) -> dict[str, float]:
    """Return the score of each phrase that may name a topic, 0 to 1."""
    size, total = int(reading.sizes[topic]), int(reading.sizes.sum())
    share = size / total
    scores = {}
    for key in held:
        phrase = reading.phrases[key]
        if not reading.is_frequent(phrase, topic):
            continue
        if size < total and reading.is_ubiquitous(key, topic):
            continue
        inside = phrase.spread[topic] * reading.scale[topic]
        own = [reading.phrases[word].spread[topic] if word in reading.phrases else 0 for word in phrase.words]
        spread = sqrt(inside * sum(own) * reading.scale[topic] / len(own)) / size
        apart = sqrt(_npmi(inside, reading.estimate(phrase), share, total) * reading.words_apart(phrase, topic))
        scores[key] = sqrt(apart) * min(1.0, spread) ** _SPREAD * reading.shape(phrase)
    return {key: round(score, 9) for key, score in scores.items() if score > 0}


def _npmi(inside: float, overall: float, share: float, total: float) -> float:
    """Return the normalised pointwise mutual information of a phrase and a topic, at least 0; 1 with a single topic."""
    if share >= 1.0:
        return 1.0
    posterior = (inside + _PRIOR * share) / (overall + _PRIOR)
    return max(0.0, log(posterior / share) / -log(posterior * overall / total))
