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
    foreign
        Whether it is in a script that is neither the corpus's own nor Latin, as in a quotation.
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
    foreign: bool = False

    def is_countable(self) -> bool:
        """Tell whether the word is a thing that one can count: it goes with "a", and hardly without an article."""
        return self.indefinite > _INDEFINITE * self.count and self.bare < _BARE * (self.bare + self.articled)

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
    linked, copulas = among(rules.links)[before], among(rules.copulas)[before]
    content = kind[word] == _CONTENT
    within = (before != ends) & (kind[before] > _BREAK)
    capital = np.array([item[:1].isupper() for item in items])[word] & within
    within &= ~_in_headline(word == ends, content, capital)
    capital &= within
    last = (kind[after] <= _STOP) & ~among(rules.dates)[after]  # "the fiscal year"
    verb = (among(rules.verbal)[before] | (determined | among(rules.complements))[after]) & ~capital
    noun = capital | (last & ~verb & (determined[before] | linked))
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
        )
    ]
    scripts = [_script(key) for key in names]
    own_script = Counter(dict.fromkeys(scripts, 0))
    for script, count in zip(scripts, columns[0], strict=True):
        own_script[script] += count
    usual = {"LATIN", *(script for script, _ in own_script.most_common(1)), ""}
    usual |= _WITH_HAN if usual & _WITH_HAN else set()
    return {
        key: replace(Role(*numbers), foreign=script not in usual)
        for key, script, numbers in zip(names, scripts, zip(*columns, strict=True), strict=True)
    }


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
