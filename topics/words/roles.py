"""What words do in their sentences, told by their neighbours: a tagger for want of a tagger.

A word behind "to" or "they", or before "the", is a verb there; one between "the" and a full stop is a noun. How often
each happens says what a word is, in the languages whose little words :mod:`topics.words.grammar` knows; elsewhere
every word counts as a noun. Where the corpus shows too little of a word, its ending decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from topics.words.grammar import Grammar
from topics.words.tokenise import BREAK, SENTENCE

_VERB = 1 / 3  # a word that stands in the place of a verb this often is one
_NOUN = 1 / 3  # and one that ends like a verb or an adverb is none where it stands in the place of a noun this often
_SHOWN = 3  # occurrences up to which a word in "-ing" has to be seen as a noun to be one

_STOP, _CONTENT = 1, 3


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
    bare
        At the end of a phrase without an article before it, where a noun that one can count would need one.
    """

    count: int = 0
    verbs: int = 0
    nouns: int = 0
    predicates: int = 0
    bare: int = 0

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
    capital = np.array([item[:1].isupper() for item in items])[word] & (before != ends) & (before != place[BREAK])
    last = kind[after] <= _STOP
    verb = (among(rules.verbal)[before] | (determined | among(rules.complements))[after]) & ~capital
    noun = capital | (last & ~verb & (determined[before] | linked))
    bare = last & ~verb & ~determined[before] & ((kind[before] <= _STOP) | capital) & ~copulas
    content = kind[word] == _CONTENT
    names = sorted({keys[item] for item in items if kinds[item] == _CONTENT})
    number = {key: at for at, key in enumerate(names)}
    key_of = np.array([number.get(keys[item], -1) for item in items])
    own = key_of[word[content]]
    columns = [
        np.bincount(own, weights=flags[content], minlength=len(names)).astype(int).tolist()
        for flags in (np.ones(len(word)), verb, noun, copulas, bare)
    ]
    return {key: Role(*numbers) for key, *numbers in zip(names, *columns, strict=True)}


def is_nominal(key: str, role: Role, rules: Grammar) -> bool:
    """Tell whether a word is no verb and no adverb, by its places and its ending; true where nothing tells."""
    if role.is_verb():
        return False
    if role.nouns >= max(1.0, _NOUN * role.count):
        return True
    if rules.ends_like_adverb(key) or rules.looks_past(key):
        return False
    return not (rules.looks_gerund(key) and role.count <= _SHOWN and not role.nouns)
