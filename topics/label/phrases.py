"""Every run of words of the passages that has the shape of a name, and how it occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from topics.protocols import Ints
from topics.words import Corpus, Kind
from topics.words.grammar import Grammar, grammar
from topics.words.roles import NO_ROLE, is_nominal
from topics.words.tokenise import ASIDE

_LONGEST = 4  # words of a phrase
_MARK = 0.5  # a phrase that is alone in brackets this often is a mark of the source: "(Sports Network)"
_PROPER = 0.5


@dataclass(slots=True)
class Phrase:
    """A phrase of one language.

    Parameters
    ----------
    words
        The keys of its content words.
    length
        How many items it has ("open-source" is one).
    linked
        The key of what follows its last link ("gas" of "type of gas"), empty where it has none.
    spread
        In how many of a topic's passages it is, by topic.
    count
        Its occurrences.
    nouns
        Those as a whole noun phrase.
    firm
        Of these, those behind an article or the like, or with a capital within a sentence.
    asides
        Those alone in brackets.
    capitals
        Those where every content word has a capital, and needs none.
    within
        Those where a capital would tell.
    roles
        Those where a small word stands before a capital: "coach Andy Robinson".
    surname
        Whether it is the last word of a person's name.
    longer
        The occurrences of the most frequent noun phrase that is longer by a word at either end.
    """

    words: tuple[str, ...]
    length: int
    linked: str = ""
    spread: Counter[int] = field(default_factory=Counter)
    count: int = 0
    nouns: int = 0
    firm: int = 0
    asides: int = 0
    capitals: int = 0
    within: int = 0
    roles: int = 0
    longer: int = 0
    surname: bool = False

    @property
    def proper(self) -> bool:
        """Whether it is a proper name, by its capitals."""
        return self.capitals > _PROPER * self.within

    @property
    def capital(self) -> bool:
        """Whether it is ever written with capitals where it need not."""
        return self.capitals > 0

    @property
    def odd(self) -> frozenset[str]:
        """The words of a proper name, which may be dates ("Black Friday")."""
        return frozenset(self.words) if self.proper and self.length > 1 else frozenset()

    @property
    def role_and_name(self) -> bool:
        """Whether it is a person with what they are, or a part of that."""
        return self.roles > _PROPER * self.count

    def is_aside(self) -> bool:
        """Tell whether it is a mark of the source."""
        return self.asides >= max(2.0, _MARK * self.count)


def read(corpus: Corpus, labels: Ints, rows: Sequence[int]) -> dict[str, Phrase]:
    """Return every phrase of some passages that has the shape of a name, by key."""
    rules = grammar(corpus.language)
    found: dict[str, Phrase] = {}
    inner: dict[str, set[str]] = {}
    for row in rows:
        topic = int(labels[row])
        for key in _read_passage(corpus, row, rules, found, inner):
            found[key].spread[topic] += 1
    for key, parts in inner.items():
        longer = found[key]
        last = longer.words[-1] if longer.words else ""
        if longer.nouns and is_nominal(last, corpus.roles.get(last, NO_ROLE), rules):
            for part in parts:
                if part in found:
                    found[part].longer = max(found[part].longer, longer.count)
    return found


@dataclass(frozen=True, slots=True)
class _Passage:
    """One passage as it is read: its items with their keys and kinds, and where a capital would tell."""

    items: Sequence[str]
    keys: Sequence[str]
    kinds: Sequence[Kind]
    telling: Sequence[bool]
    rules: Grammar

    def count(self, phrase: Phrase, start: int, end: int, content: Sequence[int]) -> None:
        """Count one occurrence of a phrase, from ``start`` to ``end``."""
        items, kinds, rules = self.items, self.kinds, self.rules
        before, after = self.keys[start - 1] if start else "", self.keys[end] if end < len(items) else ""
        opens = start == 0 or kinds[start - 1] <= Kind.STOP
        closes = end == len(items) or (
            kinds[end] <= Kind.STOP and not _is_initial(items[end]) and after not in rules.dates
        )
        verbal = rules.before_verb(before) or before in rules.copulas or rules.after_verb(after)
        noun, inside = opens and closes and not verbal, self.telling[start]
        phrase.count += 1
        phrase.nouns += noun
        phrase.firm += noun and (
            (inside and items[start][0].isupper()) or rules.before_noun(before) or rules.is_definite(self.keys[start])
        )
        phrase.asides += start > 0 and items[start - 1] == ASIDE and end < len(items) and kinds[end] is Kind.BREAK
        if inside and not rules.capital_nouns:
            phrase.within += 1
            phrase.capitals += all(items[at][0].isupper() for at in content)
            phrase.roles += _is_role_and_name([items[at] for at in content])


def _is_role_and_name(words: Sequence[str]) -> bool:
    """Tell whether small words stand before a capital: "coach Andy Robinson", but not "mobile TV"."""
    if len(words) < 2 or words[-1].isupper() or words[-2].isupper() or not words[-1][0].isupper():
        return False
    return not all(word[0].isupper() for word in words[:-1])


def _read_passage(
    corpus: Corpus, row: int, rules: Grammar, found: dict[str, Phrase], inner: dict[str, set[str]]
) -> set[str]:
    """Add the phrases of one passage to those found, and what they hold; return their keys."""
    items = corpus.passages[row]
    keys = [corpus.keys[item] for item in items]
    kinds = [corpus.kinds[item] for item in items]
    passage = _Passage(items, keys, kinds, corpus.telling(items), rules)
    seen = set()
    for start, end in corpus.phrases(row, _LONGEST):
        links = [at for at in range(start + 1, end - 1) if kinds[at] is Kind.STOP]
        if any(keys[at] not in rules.links for at in links):
            continue
        key = " ".join(keys[start:end])
        content = [at for at in range(start, end) if kinds[at] is Kind.CONTENT]
        phrase = found.get(key)
        if phrase is None:
            phrase = found[key] = Phrase(tuple(keys[at] for at in content), end - start)
            phrase.linked = " ".join(keys[links[-1] + 1 : end]) if links else ""
            if end - start > 1:
                inner[key] = _parts(keys[start:end], kinds[start:end])
        elif phrase.length > end - start:
            phrase.length, phrase.words = end - start, tuple(keys[at] for at in content)
        passage.count(phrase, start, end, content)
        seen.add(key)
    return seen


def _parts(keys: Sequence[str], kinds: Sequence[Kind]) -> set[str]:
    """Return what is left of a phrase without its first word, and without its last, stop words at the cut aside."""
    first = next((at for at in range(1, len(keys)) if kinds[at] >= Kind.NUMBER), len(keys))
    last = next((at for at in range(len(keys) - 1, 0, -1) if kinds[at - 1] >= Kind.NUMBER), 0)
    return {" ".join(keys[first:]), " ".join(keys[:last])}


def _is_initial(item: str) -> bool:
    """Tell whether an item is a single capital, as in "George W. Bush"."""
    return len(item.rstrip(".")) == 1 and item[0].isupper()
