"""What words do in their sentences, told by their neighbours: a tagger for want of a tagger.

A word behind "to" or "they", or before "the", is a verb there; one between "the" and a full stop is a noun. How often
each happens says what a word is, in the languages whose little words :mod:`topics.words.grammar` knows; elsewhere
every word counts as a noun. Where the corpus shows too little of a word, its ending decides.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from topics.words.grammar import Grammar
from topics.words.tokenise import ASIDE, SENTENCE

_VERB = 1 / 3  # a word that stands in the place of a verb this often is one
_NOUN = 1 / 3  # and one that ends like a verb or an adverb is none where it stands in the place of a noun this often
_SHOWN = 3  # occurrences up to which a word in "-ing" has to be seen as a noun to be one

_BARE = 0.25  # a noun that stands alone without an article less often than this is one that one can count
_INDEFINITE = 0.03  # and has "a" before it this often: "the economy" is no thing that one can count
_ASIDE, _OFTEN = 0.5, 5  # a word that is alone in brackets this often is a mark of the source: "(Reuters)", "[WP]"

_WITH_HAN = {"CJK", "KATAKANA", "HIRAGANA", "HANGUL"}  # scripts that are written beside each other
_HEADLINE, _CAPITALS = 3, 0.8  # a sentence of so many content words, so many of them with capitals, is a headline

_UNLIKELY, _LIKELY = 0.25, 0.3  # what a word counts as a noun that is none; and one is, with this likelihood
_LONGEST_ENDING = 4  # letters of an ending that says what a word is
_ENDING_PRIOR, _HEAD_PRIOR = 4.0, 3.0  # words that an ending, and places that a word, starts from

_BREAK, _STOP, _CONTENT = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Role:
    """How often a word occurs, and where.

    Parameters
    ----------
    count
        In all.
    verbs
        Behind what a verb follows, or before what follows a verb.
    nouns
        At the end of a phrase behind an article or a preposition, or with a capital within a sentence.
    predicates
        Behind a form of "to be".
    bare, articled, indefinite
        As a phrase of its own without an article; at the end of one right behind an article; and right behind "a" or
        "an": a thing that one can count needs one, unless there are several.
    asides
        Alone in brackets.
    capitals, within
        With a capital within a sentence; and within a sentence, headlines aside, with and without.
    attributes
        Right behind an article, with more of the phrase to come ("the *red* house", "the *court* case").
    foreign
        Whether it is in a script that is neither the corpus's own nor Latin, as in a quotation.
    head
        How likely it ends a noun phrase, 0 to 1: by where it stands and by how it ends.
    """

    count: int = 0
    verbs: int = 0
    nouns: int = 0
    predicates: int = 0
    bare: int = 0
    articled: int = 0
    indefinite: int = 0
    asides: int = 0
    capitals: int = 0
    within: int = 0
    attributes: int = 0
    foreign: bool = False
    head: float = 1.0

    def is_countable(self) -> bool:
        """Tell whether the word is a thing that one can count: it goes with "a", and hardly without an article."""
        return self.indefinite > _INDEFINITE * self.count and not self.is_mass()

    def is_mass(self) -> bool:
        """Tell whether the word often goes without an article, as a mass does ("music"), or is never seen with one."""
        return self.bare >= _BARE * (self.bare + self.articled)

    def noun_weight(self) -> float:
        """Return what the word counts as the end of a name, 0 to 1: less, the likelier it is no noun."""
        return min(1.0, _UNLIKELY + (1 - _UNLIKELY) * self.head / _LIKELY)

    def is_mark(self) -> bool:
        """Tell whether the word is a mark of the source rather than a part of the text."""
        return self.count >= _OFTEN and self.asides >= _ASIDE * self.count

    def is_proper(self) -> bool:
        """Tell whether the word is part of a proper name: mostly with a capital where it needs none."""
        return 2 * self.capitals > self.within

    def is_verb(self) -> bool:
        """Tell whether the word is mostly a verb, by where it stands."""
        return self.verbs > self.nouns and self.verbs >= _VERB * self.count


NO_ROLE = Role()


def roles(
    passages: Sequence[Sequence[str]], keys: Mapping[str, str], kinds: Mapping[str, int], rules: Grammar
) -> dict[str, Role]:
    """Return the role of every content word.

    Parameters
    ----------
    passages
        The items of each passage.
    keys, kinds
        The key and the kind of every item.
    rules
        The little words of the language.
    """
    items = sorted(keys)
    place = {item: at for at, item in enumerate(items)}
    ends = place[SENTENCE]
    stream = np.array([ends, *chain.from_iterable((*map(place.__getitem__, own), ends) for own in passages)], np.int32)
    if len(stream) < 3:
        return {}
    kind = np.array([int(kinds[item]) for item in items])

    def among(*classes: frozenset[str]) -> NDArray[np.bool_]:
        return np.array([any(keys[item] in words for words in classes) for item in items])

    before, word, after = stream[:-2], stream[1:-1], stream[2:]
    determined = among(rules.determiners)
    linked, copulas = among((rules.links - rules.joins) | rules.prepositions)[before], among(rules.copulas)[before]
    definite = np.array([rules.is_definite(keys[item]) for item in items])
    content = kind[word] == _CONTENT
    within = (before != ends) & (kind[before] > _BREAK)
    capital = np.array([item[:1].isupper() for item in items])[word] & within
    within &= ~_in_headline(word == ends, content, capital)
    capital &= within
    last = (kind[after] <= _STOP) & ~among(rules.dates)[after]  # "the fiscal year"
    told = among(rules.complements)[after] & ~determined[before]  # "the plan to" is none
    verb = (among(rules.verbal)[before] | determined[after] | told) & ~capital
    articled = among(rules.determiners - rules.pronouns)[before]
    noun = capital | (last & ~verb & (articled | linked | definite[word]))
    attribute = ~last & ~capital & determined[before]
    bare = last & ~verb & ((kind[before] == _BREAK) | linked)
    aside = (before == place[ASIDE]) & (kind[after] == _BREAK)
    names = sorted({keys[item] for item in items if kinds[item] == _CONTENT})
    number = {key: at for at, key in enumerate(names)}
    key_of = np.array([number.get(keys[item], -1) for item in items])
    own = key_of[word[content]]
    columns = [
        np.bincount(own, weights=flags[content], minlength=len(names)).astype(int).tolist()
        for flags in (
            np.ones(len(word)),
            verb,
            noun,
            copulas,
            bare,
            last & determined[before],
            last & among(rules.indefinite)[before],
            aside,
            capital,
            within,
            attribute,
        )
    ]
    heads = _heads(names, *(np.array(columns[at]) for at in (2, 1, 3, 10))) if rules.determiners else [1.0] * len(names)
    scripts = [_script(key) for key in names]
    own_script = Counter(dict.fromkeys(scripts, 0))
    for script, count in zip(scripts, columns[0], strict=True):
        own_script[script] += count
    usual = {"LATIN", *(script for script, _ in own_script.most_common(1)), ""}
    usual |= _WITH_HAN if usual & _WITH_HAN else set()
    return {
        key: replace(Role(*numbers), foreign=script not in usual, head=head)
        for key, script, head, numbers in zip(names, scripts, heads, zip(*columns, strict=True), strict=True)
    }


def _heads(
    names: Sequence[str],
    nouns: NDArray[np.int64],
    verbs: NDArray[np.int64],
    predicates: NDArray[np.int64],
    attributes: NDArray[np.int64],
) -> list[float]:
    """Return how likely each word ends a noun phrase, 0 to 1, from where it stands and from words that end like it.

    The ending of a rare word says what it is, as in the tagger TnT (Brants 2000), but what endings say is learnt from
    the corpus itself: each word that is seen in a place that tells counts once for each of its endings.
    """
    told = nouns + verbs + predicates + attributes
    share = nouns / np.maximum(told, 1)
    seen = told > 0
    overall = float(share[seen].mean()) if seen.any() else 1.0
    sums: dict[str, float] = {}
    counts: Counter[str] = Counter()
    for at in np.flatnonzero(seen).tolist():
        for ending in _endings(names[at]):
            sums[ending] = sums.get(ending, 0.0) + float(share[at])
            counts[ending] += 1
    found = []
    for at, name in enumerate(names):
        like = overall
        for ending in _endings(name):  # shorter to longer, each starting from what the one before says
            own, number = (float(share[at]), 1) if seen[at] else (0.0, 0)  # the word itself is no evidence for itself
            others = counts[ending] - number
            like = (sums.get(ending, 0.0) - own + _ENDING_PRIOR * like) / (others + _ENDING_PRIOR)
        found.append(round((float(nouns[at]) + _HEAD_PRIOR * like) / (float(told[at]) + _HEAD_PRIOR), 6))
    return found


def _endings(word: str) -> list[str]:
    """Return the endings of a word that may say what it is, shorter to longer."""
    return [word[-length:] for length in range(1, _LONGEST_ENDING + 1) if len(word) > length + 1]


@lru_cache(maxsize=1 << 18)
def _script(word: str) -> str:
    """Return the script of a word's first letter, by the first word of its Unicode name; empty without a letter."""
    letter = next(filter(str.isalpha, word), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""


def _in_headline(ends: NDArray[np.bool_], content: NDArray[np.bool_], capital: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell for each word whether nearly all of its sentence has capitals, so that they say nothing."""
    sentence = np.cumsum(ends)
    words = np.bincount(sentence, weights=content)
    shouted = np.bincount(sentence, weights=content & capital)
    headline = (words >= _HEADLINE) & (shouted >= _CAPITALS * (words - 1))  # the first has a capital anyway
    return np.asarray(headline[sentence])


def is_nominal(key: str, role: Role, rules: Grammar) -> bool:
    """Tell whether a word is no verb, no adverb and no mark of the source; true where nothing tells."""
    if role.is_verb() or role.is_mark() or role.foreign:
        return False
    if role.nouns >= max(1.0, _NOUN * role.count):
        return True
    if rules.ends_like_adverb(key) or rules.looks_past(key):
        return False
    return not (rules.looks_gerund(key) and role.count <= _SHOWN and not role.nouns)
