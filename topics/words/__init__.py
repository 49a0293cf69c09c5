"""Passages as words: which are stop words, which neighbours form a phrase, and how each is written.

Keywords and names are both made of what :func:`read` returns, so that a word means the same in each. What counts as a
word, :mod:`topics.words.tokenise` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain, pairwise
from math import log

import numpy as np

from topics import spaceless
from topics.protocols import Ints, Tick
from topics.words import tokenise
from topics.words.grammar import Grammar, grammar
from topics.words.roles import Role, roles
from topics.words.tokenise import ASIDE, BREAK, SENTENCE

_UNKNOWN = "und"

_TITLES = frozenset({"the", "of", "and"})  # stop words in any language, for the titles of films and books
_COMMON = 0.15  # where there is no list, a short word in this share of the passages is taken for a stop word
_SHORT, _SHORTEST = 6, 3  # letters of such a word; and of one that needs not be common
_ACRONYM = 0.2  # "US" is no "us" where it is written in capitals at least this often, relative to the other
_FIXED_COUNT, _FIXED_LETTERS = 3, 3  # an expression occurs so often; its stop word has so many letters
_HYPHENATED = 0.1  # it is also written with a hyphen, at least this often relative to without
_NAME_NPMI, _FIXED_NPMI = 0.5, 0.7  # how firmly it holds together, with capitals and without
_FIXED_SPREAD, _FUNCTION_SPREAD = 0.05, 0.25  # "open" is in fewer passages than the first, "the" in more than the last
_TOLD = 1000  # passages after which progress is told
_ABBREVIATED = 3  # letters of a word that is rightly in capitals
_WITHIN, _ELSEWHERE = 100, 1  # how much a spelling counts within a sentence; and at its start or in a headline
_SHOUTED = 30  # and all in capitals, within a sentence: "DELHI" opens many reports
_HEADLINE, _CAPITALS = 2, 0.8  # a sentence of so many content words, so many of them with capitals, is a headline


class Kind(IntEnum):
    """What an item of a passage may do in a phrase."""

    BREAK = 0
    STOP = 1
    NUMBER = 2
    CONTENT = 3


@dataclass(frozen=True, eq=False, slots=True)
class Corpus:
    """The passages of one language as words.

    Parameters
    ----------
    language
        Their language.
    rows
        Which passages of the whole corpus these are, shape (n,), ascending.
    passages
        The items of each passage.
    keys
        The key of every item.
    kinds
        The kind of every item.
    fixed
        Keys of two-word expressions that start with a word of the stop list and mean something of their own
        ("open source", "New York").
    texts
        The passages as they were given.
    roles
        What each content word does in its sentences, by key.
    """

    language: str
    rows: Ints
    passages: tuple[tuple[str, ...], ...]
    keys: Mapping[str, str]
    kinds: Mapping[str, Kind]
    fixed: frozenset[str]
    texts: Sequence[str]
    roles: Mapping[str, Role]

    def terms(self, passage: int) -> list[str]:
        """Return the keys of the words and two-word phrases of a passage, each as often as it occurs.

        A phrase is two neighbours without a stop word, or a fixed expression; a number may end one, not start it.
        """
        keys, kinds, found = self.keys, self.kinds, []
        before, kind_before = "", Kind.BREAK
        for item in self.passages[passage]:
            key, kind = keys[item], kinds[item]
            if kind is Kind.CONTENT:
                found.append(key)
            if kind >= Kind.NUMBER and kind_before:
                phrase = f"{before} {key}"
                if kind_before is Kind.CONTENT or (kind_before is Kind.STOP and phrase in self.fixed):
                    found.append(phrase)
            before, kind_before = key, kind
        return found

    def phrases(self, passage: int, longest: int) -> Iterator[tuple[int, int]]:
        """Yield start and end of every run of up to ``longest`` items of a passage that can name something.

        It starts with a content word (or a fixed expression), ends with a content word or a number, and may hold
        stop words in between ("Bank of England").
        """
        items, kinds = self.passages[passage], self.kinds
        for start, first in enumerate(items):
            fixed = kinds[first] is Kind.STOP and self._is_fixed(items[start : start + 2])
            if kinds[first] is not Kind.CONTENT and not fixed:
                continue
            for end in range(start + 1 + fixed, min(start + longest, len(items)) + 1):
                kind = kinds[items[end - 1]]
                if kind is Kind.BREAK:
                    break
                if kind >= Kind.NUMBER:
                    yield start, end

    def key_of(self, items: Iterable[str]) -> str:
        """Return the key of a word or phrase."""
        return " ".join(self.keys[item] for item in items)

    def written(self, wanted: Collection[str], passages: Iterable[int] | None = None) -> dict[str, str]:
        """Return how each wanted key is written most often, in all passages or some.

        A capital says nothing at the start of a sentence or in a headline, and capitals throughout say little
        ("DELHI"); a phrase that is never seen elsewhere takes the capitals of its words.
        """
        pieces = {piece for key in wanted for piece in key.split(" ")}
        votes: dict[str, Counter[str]] = {key: Counter() for key in pieces.union(wanted)}
        longest = max((key.count(" ") + 1 for key in wanted), default=0)
        opens = {item for item, key in self.keys.items() if key in votes or key.split(" ", 1)[0] in pieces}
        for row in range(len(self.passages)) if passages is None else passages:
            items = self.passages[row]
            starts = [start for start, item in enumerate(items) if item in opens]
            telling = self.telling(items) if starts else []
            for start in starts:
                for end in range(start + 1, min(start + longest, len(items)) + 1):
                    if not self.kinds[items[end - 1]]:
                        break
                    form = votes.get(self.key_of(items[start:end]))
                    if form is not None:
                        tells = _SHOUTED if _shouted(items[start:end]) else _WITHIN
                        form[" ".join(items[start:end])] += tells if telling[start] else _ELSEWHERE
        best = {key: max(sorted(forms, reverse=True), key=forms.__getitem__) for key, forms in votes.items() if forms}
        return {key: self._cased(best[key], votes[key], best, votes) for key in wanted if key in best}

    def telling(self, items: Sequence[str]) -> list[bool]:
        """Tell for each item whether its capitals mean something: not first in its sentence, and not in a headline."""
        telling: list[bool] = []
        while len(telling) < len(items):
            start = len(telling)
            end = next((at for at in range(start, len(items)) if items[at] == SENTENCE), len(items))
            content = [item for item in items[start:end] if self.kinds[item] is Kind.CONTENT]
            capitals = sum(item[0].isupper() for item in content)
            headline = len(content) >= _HEADLINE and capitals >= _CAPITALS * len(content)
            telling += [at > start and not headline for at in range(start, min(end + 1, len(items)))]
        return telling

    def _cased(self, form: str, forms: Counter[str], best: Mapping[str, str], votes: Mapping[str, Counter[str]]) -> str:
        if forms[form] >= _WITHIN or " " not in form:
            return form
        cased = []
        for word in form.split(" "):
            key = self.keys[word]
            known = key in best and votes[key][best[key]] >= _WITHIN
            cased.append(best[key] if known else word)
        return " ".join(cased)

    def _is_fixed(self, pair: tuple[str, ...]) -> bool:
        return len(pair) == 2 and f"{self.keys[pair[0]]} {self.keys[pair[1]]}" in self.fixed


def read(
    texts: Sequence[str],
    languages: Sequence[str],
    stop_words: Callable[[str], frozenset[str]],
    progress: Tick | None = None,
) -> tuple[Corpus, ...]:
    """Read passages as words, one corpus a language, the language with the most passages first.

    Where a language has no stop words, short words in lower case that are very short or common count as such; where
    the language is unknown, so do the stop words of the languages around it.

    Parameters
    ----------
    texts
        The passages, length n.
    languages
        The language of each, length n.
    stop_words
        Returns a language's stop words, empty where it has no list.
    progress
        Called as ``progress(done, total)``, in passages: each is looked at twice.

    Raises
    ------
    ValueError
        There is not one language a text.
    """
    if len(texts) != len(languages):
        raise ValueError(f"got {len(languages)} languages for {len(texts)} texts")
    counts = Counter(languages)
    ordered = sorted(counts, key=lambda language: (-counts[language], language))
    column = np.array(languages, dtype=object)
    corpora, steps = [], _Steps(progress, 2 * len(texts))
    for language in ordered:
        rows = np.flatnonzero(column == language).astype(np.int32)
        listed = stop_words(language)
        if language == _UNKNOWN:
            listed = listed.union(*(stop_words(other) for other in ordered))
        derive = not stop_words(language)
        corpora.append(_corpus(language, rows, [texts[row] for row in rows.tolist()], listed, derive, steps))
        steps.add(len(rows))
    return tuple(corpora)


class _Steps:
    """Tells how much is done, now and then."""

    def __init__(self, progress: Tick | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def add(self, done: int) -> None:
        self._done += done
        if self._progress is not None:
            self._progress(self._done, self._total)

    def each(self, texts: Sequence[str]) -> Iterator[str]:
        """Yield texts, and count them."""
        for start in range(0, len(texts), _TOLD):
            some = texts[start : start + _TOLD]
            yield from some
            self.add(len(some))


def _corpus(
    language: str, rows: Ints, texts: Sequence[str], listed: frozenset[str], derive: bool, steps: _Steps
) -> Corpus:
    passages = [tokenise.items_of(text, language) for text in steps.each(texts)]
    runs = [item for items in passages for item in items if tokenise.is_run(item)]
    if runs:
        known = spaceless.learn(runs, listed)
        passages = [tuple(_with_words_of_runs(items, known)) for items in passages]
    counts = Counter(chain.from_iterable(passages))
    counts.update({BREAK: 0, ASIDE: 0, SENTENCE: 0})
    stops = _TITLES | {tokenise.key_of(word) for word in listed}
    distinct = sorted(set(passages))
    if derive:
        stops |= _derived_stops(distinct)
    keys = {item: "" if item in (BREAK, ASIDE, SENTENCE) else tokenise.key_of(item) for item in counts}
    keys |= _acronyms(passages, keys, stops)
    kinds = {item: _kind(key, stops) for item, key in keys.items()}
    rules = grammar(language)
    found = _fixed(distinct, keys, kinds, rules)
    return Corpus(language, rows, tuple(passages), keys, kinds, found, texts, roles(passages, keys, kinds, rules))


def _with_words_of_runs(items: Iterable[str], found: Collection[str]) -> Iterator[str]:
    for item in items:
        if not tokenise.is_run(item):
            yield item
            continue
        yield BREAK
        for word in spaceless.find(item, found):
            yield word
            yield BREAK


def _shouted(words: Sequence[str]) -> bool:
    """Tell whether all is in capitals and not all of it is as short as "US" or "BBC"."""
    return all(map(str.isupper, words)) and max(map(len, words)) > _ABBREVIATED


def _kind(key: str, stops: Collection[str]) -> Kind:
    if not key:
        return Kind.BREAK
    if tokenise.is_number(key):
        return Kind.NUMBER
    wordless = len(key) == 1 or not any(map(str.isalpha, key))  # "6-1"
    return Kind.STOP if wordless or key in stops else Kind.CONTENT


def _acronyms(passages: Iterable[tuple[str, ...]], keys: Mapping[str, str], stops: Collection[str]) -> dict[str, str]:
    """Return keys in capitals for acronyms that are stop words but for their case: "US", "WHO", "AI"."""
    shouted = {item for item in keys if len(item) > 1 and item.isupper()}
    inside = {item for item in keys if keys[item] in stops}
    candidates = {keys[item] for item in shouted & inside}
    capitals, others = Counter[str](), Counter[str]()
    for items in passages:
        for before, item, after in zip((BREAK, *items), items, (*items[1:], BREAK), strict=False):
            if item in inside and keys[item] in candidates:
                if item not in shouted:
                    others[keys[item]] += 1
                elif before not in shouted and after not in shouted:
                    capitals[keys[item]] += 1
    return {
        item: keys[item].upper()
        for item in shouted & inside
        if capitals[keys[item]] > 0 and capitals[keys[item]] >= _ACRONYM * others[keys[item]]
    }


def _derived_stops(distinct: Sequence[tuple[str, ...]]) -> set[str]:
    """Return what looks like the stop words of a language without a list: short, in lower case, and common."""
    spread = Counter(chain.from_iterable(map(set, distinct)))
    return {
        tokenise.key_of(word)
        for word, count in spread.items()
        if word.isalpha() and word == word.lower()
        and (
            (len(word) <= _SHORTEST and word != word.upper())
            or (len(word) <= _SHORT and count >= max(3, _COMMON * len(distinct)))
        )
    }  # fmt: skip


def _fixed(
    distinct: Sequence[tuple[str, ...]], keys: Mapping[str, str], kinds: Mapping[str, Kind], rules: Grammar
) -> frozenset[str]:
    """Return the two-word expressions that start with a stop word and yet name something.

    They are also written with a hyphen ("open-source"), or have capitals within a sentence and come together more
    often than chance ("New York"), or nearly always come together ("interest rates"). Togetherness is normalised
    pointwise mutual information (Bouma 2009) over distinct passages, so that a repeated text proves nothing.
    """
    single, spread = Counter[str](), Counter[str]()
    pairs, names = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for items in distinct:
        found = [keys[item] for item in items]
        single.update(found)
        spread.update(set(found))
        for at, (first, second) in enumerate(pairwise(items)):
            if kinds[first] is Kind.STOP and kinds[second] is Kind.CONTENT:
                pair = (keys[first], keys[second])
                pairs[pair] += 1
                inside = at > 0 and items[at - 1] != SENTENCE
                names[pair] += inside and first[0].isupper() and second[0].isupper()
    total = sum(count for key, count in single.items() if key)
    fixed = set()
    for (first, second), count in pairs.items():
        if len(first) < _FIXED_LETTERS or rules.is_closed(first):
            continue
        phrase, frequent = f"{first} {second}", spread[first] > _FUNCTION_SPREAD * len(distinct)
        if single[phrase] >= _HYPHENATED * count and not frequent:  # one word's key has a space only for a hyphen
            fixed.add(phrase)
        elif count >= _FIXED_COUNT:
            npmi = log(count * total / (single[first] * single[second])) / log(total / count)
            is_name = 2 * names[first, second] > count
            rare = spread[first] <= _FIXED_SPREAD * len(distinct)
            if npmi >= (_NAME_NPMI if is_name else _FIXED_NPMI) and (is_name or rare):
                fixed.add(phrase)
    return frozenset(fixed)
