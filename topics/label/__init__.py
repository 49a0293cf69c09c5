"""Topics -> names a person could have given, without a language model, and what speaks for each.

A name is a noun phrase of the topic's own passages that sets it apart from the others (normalised pointwise mutual
information with a Dirichlet prior), means what the topic means (cosine to its centre, as in Topeax for terms,
turftopic 2025) and no other topic does, and fits most of its passages. A single word that leaves out much gets a second
phrase beside it: "Film & music".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from topics.label.candidates import Candidate, candidates_of
from topics.label.evidence import Holders
from topics.label.meaning import Scored, apart, by_meaning, by_words, chance, choose
from topics.nearest import sums, unit
from topics.protocols import Encode, Floats, Ints
from topics.spaceless import HIRAGANA, RUN
from topics.values import Keyword
from topics.words import Corpus, Kind
from topics.words.grammar import grammar
from topics.words.roles import NO_ROLE, is_nominal
from topics.words.tokenise import key_of, overlap

_JOINS = {"zh": "、", "ja": "、"}  # elsewhere " & "
_SHOWN = 5  # passages that are given as evidence
_DECIMALS = 6
NONE_GIVEN: Mapping[int, str] = MappingProxyType({})
"""No topic has a name yet."""

_NOT_NOMINAL = 0.1  # what a keyword weighs that is a verb or an adverb
_FIRST_WORDS, _FIRST_LETTERS = 5, 40  # of a passage, where a topic has nothing better
_FIRST_CHARACTERS = 10  # ... where words are written without spaces
_SENTENCE_END = re.compile(r"[.!?]\s|[。！？\n]")
_SPACELESS = re.compile(f"[{RUN}{HIRAGANA}]")


@dataclass(frozen=True, slots=True)
class Name:
    """A topic's name with its evidence.

    Parameters
    ----------
    text
        The name.
    rows
        Up to five of the topic's passages that hold the name or one of its parts, nearest to the topic's centre first.
    contains
        How many of the topic's passages do, forms of the words included.
    fits
        The share of the topic's passages that hold it or, where an encoder reads it, mean something like it, 0 to 1.
    """

    text: str
    rows: tuple[int, ...]
    contains: int
    fits: float


_Part = tuple[str, str]  # a phrase of a name, and its language


@dataclass(frozen=True, slots=True)
class _Option:
    """A name that a topic could have: its text, and the phrases that it is made of with their language."""

    text: str
    parts: tuple[_Part, ...] = ()


def name_topics(
    corpora: Sequence[Corpus],
    labels: Ints,
    keywords: Sequence[Sequence[Keyword]],
    vectors: Floats,
    *,
    encode: Encode | None = None,
    given: Mapping[int, str] = NONE_GIVEN,
) -> list[Name]:
    """Return a name for every topic, each different from the others, with its evidence.

    A name is in the language of most of the topic's passages. Where no phrase will do, the keywords are the name, else
    the first words of the passage nearest to the centre, else "Topic" and a number.

    Parameters
    ----------
    corpora
        The passages as words, from :func:`topics.words.read`.
    labels
        The topic of each passage, shape (n,); -1 is loose.
    keywords
        The keywords of each topic, one entry a topic; where ids have gaps, an empty one for each id that is not there,
        whose name then means nothing.
    vectors
        Centred unit vectors of the passages, shape (n, d).
    encode
        Gives the centred unit vectors of phrases; at most 30 a topic and 1,500 in all (5 a topic at least), and the
        names. Without it, names go by the words alone.
    given
        Topics that have a name already, such as that of a theme: topic -> name. They keep it, and no other gets it.
    """
    hearts = _hearts(vectors, labels, len(keywords))
    candidates: list[Candidate] = []
    main: dict[int, Corpus] = {}
    for corpus, topics in _by_main_language(corpora, labels, len(keywords)):
        main |= dict.fromkeys(topics, corpus)
        nameless = [topic for topic in topics if topic not in given]
        candidates += candidates_of(corpus, labels[corpus.rows], vectors[corpus.rows], hearts, nameless)
    if encode is None or not candidates:
        scored = by_words(candidates, corpora, labels)
    else:
        scored = by_meaning(candidates, labels, vectors, hearts, encode)
    chosen = choose(scored, given.values())
    used = {name.casefold() for name in given.values()}
    names: list[_Option] = []
    for topic in range(len(keywords)):
        if topic in given:
            names.append(_Option(given[topic], ((given[topic], corpora[0].language),)))
            continue
        elsewhere = [*given.values(), *(one.key for at, own in chosen.items() if at != topic for one in own)]
        told = partial(_telling, keywords[topic], main.get(topic), elsewhere)
        nearest = partial(_nearest_text, topic, main.get(topic), labels, vectors, hearts[topic])
        options = _options(topic, chosen.get(topic, []), told, nearest)
        name = next(option for option in options if option.text.casefold() not in used)
        used.add(name.text.casefold())
        names.append(name)
    meanings = {} if encode is None else _meanings(names, scored, encode)
    return _with_evidence(names, corpora, labels, vectors, hearts, meanings, scored.level)


def evidence_of(
    names: Mapping[int, str],
    corpora: Sequence[Corpus],
    labels: Ints,
    vectors: Floats,
    *,
    encode: Encode | None = None,
) -> dict[int, Name]:
    """Return what speaks for names that topics have, by topic; see :func:`name_topics`."""
    ids = sorted(names)
    place = np.full(max([*ids, int(labels.max(initial=-1))], default=-1) + 2, -1, np.int32)
    place[ids] = np.arange(len(ids))
    own: Ints = place[labels]
    options: list[_Option] = [_Option(names[topic]) for topic in ids]
    for corpus, topics in _by_main_language(corpora, own, len(ids)):
        for at in topics:
            phrases = names[ids[at]].split(_join(corpus.language))
            options[at] = _Option(names[ids[at]], tuple((phrase, corpus.language) for phrase in phrases))
    parts = sorted({part for option in options for part in option.parts})
    meanings: dict[_Part, Floats] = {}
    if encode is not None and parts:
        read = encode([text for text, _ in parts], [language for _, language in parts])
        offsets = {
            code: read[[own == code for _, own in parts]].mean(axis=0) * (len(ids) > 1)
            for code in {c for _, c in parts}
        }
        meanings = dict(zip(parts, apart(read, [language for _, language in parts], offsets), strict=True))
    found = _with_evidence(options, corpora, own, vectors, _hearts(vectors, own, len(ids)), meanings, None)
    return dict(zip(ids, found, strict=True))


def _hearts(vectors: Floats, labels: Ints, n_topics: int) -> Floats:
    """Return the unit mean of each topic's vectors, shape (n_topics, d); zero where a topic has none."""
    hearts: Floats = unit(sums(vectors, labels, n_topics)).astype(np.float32)
    return hearts


def _by_main_language(corpora: Sequence[Corpus], labels: Ints, n_topics: int) -> list[tuple[Corpus, list[int]]]:
    """Return each language with the topics that have most of their passages in it."""
    members = np.array(
        [np.bincount(labels[corpus.rows][labels[corpus.rows] >= 0], minlength=n_topics) for corpus in corpora]
    ).reshape(len(corpora), n_topics)
    main = members.argmax(axis=0) if len(corpora) else np.zeros(n_topics, np.int64)
    return [(corpus, np.flatnonzero(main == at).tolist()) for at, corpus in enumerate(corpora)]


def _meanings(names: Sequence[_Option], scored: Scored, encode: Encode) -> dict[_Part, Floats]:
    """Return the vector of every part of the names; those that are known already are not encoded again."""
    found = {(one.text, one.language): scored.vectors[one.row] for one in scored.candidates if one.row >= 0}
    missing = sorted({part for name in names for part in name.parts}.difference(found))
    if missing:
        languages = [language for _, language in missing]
        vectors = apart(encode([text for text, _ in missing], languages), languages, scored.offsets)
        found |= dict(zip(missing, vectors, strict=True))
    return found


def _with_evidence(
    names: Sequence[_Option],
    corpora: Sequence[Corpus],
    labels: Ints,
    vectors: Floats,
    hearts: Floats,
    meanings: Mapping[_Part, Floats],
    level: float | None,
) -> list[Name]:
    """Return names with the passages that hold them and the share of the topic's passages that they fit."""
    holders = Holders(corpora, labels)
    firsts = [(topic, name.parts[0]) for topic, name in enumerate(names) if name.parts]
    if level is None and meanings and firsts:
        of_names = np.array([meanings[part] for _, part in firsts])
        level = chance(of_names, [topic for topic, _ in firsts], labels, vectors)
    found = []
    for topic, name in enumerate(names):
        own = np.flatnonzero(labels == topic)
        rows = holders.rows(topic, [text for text, _ in name.parts])
        fitting = np.isin(own, rows)
        if meanings and level is not None:
            for part in name.parts:
                fitting |= np.round(vectors[own] @ meanings[part], _DECIMALS) > level
        order = np.argsort(-np.round(vectors[rows] @ hearts[topic], _DECIMALS), kind="stable")[:_SHOWN]
        share = float(fitting.mean()) if len(own) else 0.0
        found.append(Name(name.text, tuple(rows[order].tolist()), len(rows), share))
    return found


def _nearest_text(topic: int, corpus: Corpus | None, labels: Ints, vectors: Floats, heart: Floats) -> str:
    """Return the text of one language nearest to a topic's centre; of equals, the one that comes first by letters."""
    if corpus is None:
        return ""
    own = np.flatnonzero(labels[corpus.rows] == topic)
    nearness = np.round(vectors[corpus.rows[own]] @ heart, _DECIMALS)
    best = own[nearness == nearness.max()].tolist() if len(own) else []
    return min((corpus.texts[row] for row in best), default="")


def _options(
    topic: int,
    phrases: Sequence[Candidate],
    keywords: Callable[[], Sequence[Keyword]],
    nearest: Callable[[], str],
) -> Iterator[_Option]:
    """Yield names for a topic, best first, without end; what stands in for a phrase is only looked for if needed."""
    if phrases:
        parts = tuple((phrase.text, phrase.language) for phrase in phrases)
        yield _Option(_titled(_join(phrases[0].language).join(text for text, _ in parts)), parts)
        yield _Option(_titled(phrases[0].text), parts[:1])
    told = keywords()
    for count in (2, 3, 4, 1):  # no word tells it all where no phrase does
        if count > len(told):
            continue
        parts = tuple((keyword.term, keyword.language) for keyword in told[:count])
        yield _Option(_titled(_join(told[0].language).join(text for text, _ in parts)), parts)
    if opening := _opening(nearest()):
        yield _Option(_titled(opening))
    yield _Option(f"Topic {topic + 1}")
    yield from (_Option(f"Topic {topic + 1} ({number})") for number in itertools.count(2))


def _telling(keywords: Sequence[Keyword], corpus: Corpus | None, elsewhere: Sequence[str]) -> list[Keyword]:
    """Return the keywords of a topic's main language that may be its name, best first, those that name others last.

    What stands in for keywords where a topic has no words of its own does not count.
    """
    if corpus is None:
        return []
    told = [keyword for keyword in keywords if keyword.language == corpus.language and _is_content(keyword, corpus)]
    return sorted(
        told,
        key=lambda keyword: (
            any(overlap(key_of(keyword.term), key_of(name)) for name in elsewhere),
            -round(_as_name(keyword, corpus), _DECIMALS),
        ),
    )


def _is_content(keyword: Keyword, corpus: Corpus) -> bool:
    """Tell whether a keyword is more than what stands in for one where a topic has no words of its own."""
    return any(corpus.kinds.get(item) is Kind.CONTENT for item in keyword.term.split(" "))


def _as_name(keyword: Keyword, corpus: Corpus) -> float:
    """Return how well a keyword would name a topic: its weight, less where it hardly ends in a noun."""
    last = key_of(keyword.term).split(" ")[-1]
    role = corpus.roles.get(last, NO_ROLE)
    nominal = is_nominal(last, role, grammar(corpus.language))
    return keyword.weight * (role.noun_weight() ** 2 if nominal else _NOT_NOMINAL)


def _join(language: str) -> str:
    return _JOINS.get(language, " & ")


def _opening(text: str) -> str:
    """Return the first words of a text, of its first sentence; in scripts without spaces, the first characters."""
    whole = _SENTENCE_END.split(text.strip(), maxsplit=1)[0]
    pieces = whole.split()
    letters = _FIRST_CHARACTERS if _SPACELESS.search(whole) else _FIRST_LETTERS
    opening = " ".join(pieces[:_FIRST_WORDS])[:letters].rstrip(" .,:;!?-–—")
    return f"{opening}…" if opening and len(opening) < len(" ".join(pieces)) else opening


def _titled(name: str) -> str:
    """Return a name with a capital first letter, unless its first word has capitals of its own ("iPhone")."""
    first = name.split(" ", 1)[0]
    return name if any(map(str.isupper, first)) else name[:1].upper() + name[1:]
