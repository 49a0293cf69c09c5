"""Topics -> names a person could have given, without a language model.

A name is a noun phrase of the topic's own passages that sets it apart from the others (normalised pointwise mutual
information with a Dirichlet prior) and means what the topic means (cosine to its centre); the geometric mean joins the
two, as Topeax does for its terms (turftopic, 2025). A single word gets a second phrase beside it: "Labour & election".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import sqrt
from types import MappingProxyType

import numpy as np

from topics.label.candidates import Candidate, candidates_of
from topics.protocols import Floats, Ints
from topics.values import Keyword
from topics.words import Corpus, Kind
from topics.words.tokenise import overlap

Encode = Callable[[Sequence[str], Sequence[str]], Floats]
"""Called as ``encode(texts, languages)``; returns centred unit vectors, in the space of the passages."""

_BESIDE = 0.5  # the phrase beside a single word scores at least this much of its score
_SYNONYM = 0.65  # and its cosine to that word is less than this
_JOINS = {"zh": "、", "ja": "、"}  # elsewhere " & "
_DECIMALS = 6
NONE_GIVEN: Mapping[int, str] = MappingProxyType({})
"""No topic has a name yet."""

_FIRST_WORDS, _FIRST_LETTERS = 5, 40  # of a passage, where a topic has nothing better


def name_topics(
    corpora: Sequence[Corpus],
    labels: Ints,
    keywords: Sequence[Sequence[Keyword]],
    vectors: Floats,
    *,
    encode: Encode | None = None,
    given: Mapping[int, str] = NONE_GIVEN,
) -> list[str]:
    """Return a name for every topic, each different from the others.

    A name is in the language of most of the topic's passages. Where no phrase will do, the keywords are the name, else
    the first words of the passage nearest to the centre, else "Topic" and a number.

    Parameters
    ----------
    corpora
        The passages as words, from :func:`topics.words.read`.
    labels
        The topic of each passage, shape (n,); -1 is loose.
    keywords
        The keywords of each topic, one entry a topic.
    vectors
        Centred unit vectors of the passages, shape (n, d).
    encode
        Gives the centred unit vectors of phrases; at most 30 a topic and 1,500 in all (5 a topic at least). Without it,
        names go by the words alone.
    given
        Topics that have a name already, such as that of a theme: topic -> name. They keep it, and no other gets it.
    """
    hearts = _hearts(vectors, labels, len(keywords))
    candidates: list[Candidate] = []
    for corpus, topics in _by_main_language(corpora, labels, len(keywords)):
        nameless = [topic for topic in topics if topic not in given]
        candidates += candidates_of(corpus, labels[corpus.rows], vectors[corpus.rows], hearts, nameless)
    meanings: Floats = np.zeros((1, vectors.shape[1]), np.float32)
    if encode is not None and candidates:
        candidates, meanings = _by_meaning(candidates, hearts, encode)
    chosen = _choose(candidates, meanings, given.values())
    nearest = _nearest_texts(corpora, labels, vectors, hearts)
    used = {name.casefold() for name in given.values()}
    names = []
    for topic in range(len(keywords)):
        if topic in given:
            names.append(given[topic])
            continue
        options = _options(topic, chosen.get(topic, []), keywords[topic], corpora, nearest[topic])
        name = next(option for option in options if option.casefold() not in used)
        used.add(name.casefold())
        names.append(name)
    return names


def _hearts(vectors: Floats, labels: Ints, n_topics: int) -> Floats:
    """Return the unit mean of each topic's vectors, shape (n_topics, d); zero where a topic has none."""
    hearts = np.zeros((n_topics, vectors.shape[1]))
    np.add.at(hearts, labels[labels >= 0], vectors[labels >= 0].astype(np.float64))
    lengths = np.linalg.norm(hearts, axis=1, keepdims=True)
    unit: Floats = (hearts / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _by_main_language(corpora: Sequence[Corpus], labels: Ints, n_topics: int) -> list[tuple[Corpus, list[int]]]:
    """Return each language with the topics that have most of their passages in it."""
    members = np.array(
        [np.bincount(labels[corpus.rows][labels[corpus.rows] >= 0], minlength=n_topics) for corpus in corpora]
    ).reshape(len(corpora), n_topics)
    main = members.argmax(axis=0) if len(corpora) else np.zeros(n_topics, np.int64)
    return [(corpus, np.flatnonzero(main == at).tolist()) for at, corpus in enumerate(corpora)]


def _by_meaning(candidates: Sequence[Candidate], hearts: Floats, encode: Encode) -> tuple[list[Candidate], Floats]:
    """Return the candidates with the cosine to their topic's centre in their score, and the vectors of all phrases."""
    texts = sorted({(candidate.language, candidate.text) for candidate in candidates})
    vectors = encode([text for _, text in texts], [language for language, _ in texts])
    place = {text: row for row, text in enumerate(texts)}
    at = [place[candidate.language, candidate.text] for candidate in candidates]
    topics = [candidate.topic for candidate in candidates]
    cosines = np.round((vectors[at] * hearts[topics]).sum(axis=1, dtype=np.float64), _DECIMALS)
    scored = [
        replace(candidate, score=candidate.score * sqrt(max(0.0, float(cosine))), row=row)
        for candidate, cosine, row in zip(candidates, cosines, at, strict=True)
    ]
    return scored, vectors


def _choose(candidates: Sequence[Candidate], meanings: Floats, taken: Iterable[str]) -> dict[int, list[Candidate]]:
    """Return one phrase a topic, two where the first is a single word; no phrase overlaps another topic's."""
    ranked = sorted((one for one in candidates if one.score > 0), key=lambda one: (-one.score, one.topic, one.key))
    used = [name.casefold() for name in taken]
    chosen: dict[int, list[Candidate]] = {}
    for one in ranked:
        if one.topic not in chosen and not any(overlap(one.key, key) for key in used):
            chosen[one.topic] = [one]
            used.append(one.key)
    for one in ranked:
        first = chosen.get(one.topic, [])
        if len(first) != 1 or " " in first[0].text or one.text.count(" ") > 1 or one.score < _BESIDE * first[0].score:
            continue
        if meanings[one.row] @ meanings[first[0].row] < _SYNONYM and not any(overlap(one.key, key) for key in used):
            first.append(one)
            used.append(one.key)
    return chosen


def _nearest_texts(corpora: Sequence[Corpus], labels: Ints, vectors: Floats, hearts: Floats) -> list[str]:
    """Return the text of each topic's passage nearest to its centre; of equals, the one that comes first by letters."""
    texts = [""] * len(labels)
    for corpus in corpora:
        for row, text in zip(corpus.rows.tolist(), corpus.texts, strict=True):
            texts[row] = text
    nearest = []
    for topic, heart in enumerate(hearts):
        rows = np.flatnonzero(labels == topic)
        nearness = np.round(vectors[rows] @ heart, _DECIMALS)
        best = rows[nearness == nearness.max()] if len(rows) else rows
        nearest.append(min((texts[row] for row in best), default=""))
    return nearest


def _options(
    topic: int, phrases: Sequence[Candidate], keywords: Sequence[Keyword], corpora: Sequence[Corpus], nearest: str
) -> Iterator[str]:
    """Yield names for a topic, best first, without end."""
    if phrases:
        yield _titled(_join(phrases[0].language).join(phrase.text for phrase in phrases))
        yield _titled(phrases[0].text)
    told = [
        keyword for keyword in keywords if keyword.language == keywords[0].language and _is_content(keyword, corpora)
    ]
    for count in range(min(2, len(told)), min(4, len(told)) + 1 if told else 0):
        yield _titled(_join(told[0].language).join(keyword.term for keyword in told[:count]))
    if opening := _opening(nearest):
        yield _titled(opening)
    yield f"Topic {topic + 1}"
    yield from (f"Topic {topic + 1} ({number})" for number in itertools.count(2))


def _is_content(keyword: Keyword, corpora: Sequence[Corpus]) -> bool:
    """Tell whether a keyword is more than what stands in for one where a topic has no words of its own."""
    kinds = next((corpus.kinds for corpus in corpora if corpus.language == keyword.language), {})
    return any(kinds.get(item) is Kind.CONTENT for item in keyword.term.split(" "))


def _join(language: str) -> str:
    return _JOINS.get(language, " & ")


def _opening(text: str) -> str:
    """Return the first words of a text."""
    pieces = text.split()
    opening = " ".join(pieces[:_FIRST_WORDS])[:_FIRST_LETTERS].rstrip(" .,:;!?-–—")
    return f"{opening}…" if opening and len(opening) < len(text.strip().rstrip(".")) else opening


def _titled(name: str) -> str:
    """Return a name with a capital first letter, unless its first word has capitals of its own ("iPhone")."""
    first = name.split(" ", 1)[0]
    return name if any(map(str.isupper, first)) else name[:1].upper() + name[1:]
