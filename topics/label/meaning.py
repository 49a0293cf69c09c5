"""What names mean against what passages mean: how many passages of its topic a name fits, and which names to take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from topics.label.candidates import Candidate
from topics.label.evidence import Holders
from topics.protocols import Encode, Floats, Ints
from topics.words import Corpus
from topics.words.tokenise import overlap

_CHANCE = 0.9  # a name fits a passage whose cosine is above that of this share of passages outside its topic
_SAMPLE, _OWN = 4000, 200  # passages that chance, and the fit of a candidate, are measured on
_DECIMALS = 6
_HELD, _HELD_PROPER = 0.25, 0.6  # how much of the fit is to be held, the rest being meaning
_MEANT = 2.0  # how much the cosine to the topic's centre counts
_ENOUGH = 0.75  # a single word that fits so many of the passages needs nothing beside it
_GAIN, _KEPT = 0.2, 0.1  # what is put beside it fits so many passages more; and it, so many that the other does not
_TOGETHER = 0.6  # and both fit so many, or the topic is a mixture that two words describe no better than one
_BESIDE = 0.55  # and scores at least this much of its score
_FULLER = 0.35  # a phrase takes the place of one of its words where this share of its passages hold the phrase
_NEARLY, _SEVERAL = 0.7, 3  # and scores at least this much of its score, and so many passages hold it
_SAME = 0.75  # names of two topics whose cosine is above this mean the same
_HALF = 0.5  # a single word that fits fewer of its topic's passages tells less of it than two keywords do
_SYNONYM = 0.4  # and its cosine to that word is less than this


@dataclass(frozen=True, eq=False, slots=True)
class Scored:
    """Candidates with their scores, the vectors of their texts, and which of its topic's passages each fits.

    Parameters
    ----------
    candidates
        With the row of their vector.
    vectors
        Of their texts, shape (m, d).
    fits
        For each candidate, whether it fits each of a sample of its topic's passages.
    level
        The cosine that is above chance; ``None`` where no meaning was read.
    offsets
        What the phrases of each language have in common, which their vectors are without.
    """

    candidates: list[Candidate]
    vectors: Floats
    fits: list[NDArray[np.bool_]]
    level: float | None
    offsets: Mapping[str, Floats] = field(default_factory=dict)


def by_words(candidates: Sequence[Candidate], corpora: Sequence[Corpus], labels: Ints) -> Scored:
    """Return candidates scored by their words alone; one fits the passages that hold it."""
    holders = Holders(corpora, labels)
    own = {topic: np.flatnonzero(labels == topic) for topic in {one.topic for one in candidates}}
    fits = [np.isin(own[one.topic], holders.rows(one.topic, [one.text])) for one in candidates]
    scored = [replace(one, score=one.score * sqrt(min(1.0, one.share))) for one in candidates]
    return Scored(scored, np.zeros((1, 1), np.float32), fits, None)


def by_meaning(
    candidates: Sequence[Candidate], labels: Ints, vectors: Floats, hearts: Floats, encode: Encode
) -> Scored:
    """Return candidates scored by their words and by their meaning.

    The score by words is multiplied by the cosine to the topic's centre, and by the share of the topic's passages that
    the name fits: by meaning, and by holding it, which counts more for a proper name, since not every passage on
    politics is about "Tony Blair". A name that means another topic more than its own counts less.
    """
    texts = sorted({(one.language, one.text) for one in candidates})
    meanings = encode([text for _, text in texts], [language for language, _ in texts])
    place = {text: row for row, text in enumerate(texts)}
    rows = [place[one.language, one.text] for one in candidates]
    offsets = _offsets(candidates, meanings[rows])
    meanings = apart(meanings, [language for language, _ in texts], offsets)
    level = chance(meanings[rows], [one.topic for one in candidates], labels, vectors)
    own = {topic: _spread_out(np.flatnonzero(labels == topic), _OWN) for topic in {one.topic for one in candidates}}
    scored, fits = [], []
    for one, row in zip(candidates, rows, strict=True):
        cosines = np.round(hearts.astype(np.float64) @ meanings[row], _DECIMALS)
        cosine, elsewhere = float(cosines[one.topic]), float(np.delete(cosines, one.topic).max(initial=0.0))
        fitting = np.round(vectors[own[one.topic]] @ meanings[row], _DECIMALS) > level
        fit = float(fitting.mean())
        held = _HELD_PROPER if one.proper else _HELD
        fit = fit ** (1 - held) * min(1.0, one.share) ** held
        scored.append(replace(one, score=one.score * _meant(cosine, elsewhere) * fit, row=row))
        fits.append(fitting)
    return Scored(scored, meanings, fits, level, offsets)


def _meant(cosine: float, elsewhere: float) -> float:
    """Return how far a phrase means its topic, by its cosine to the topic's centre and to the nearest other's."""
    if cosine <= 0:
        return 0.0
    return float((cosine * cosine / max(elsewhere, cosine)) ** _MEANT)


def _offsets(candidates: Sequence[Candidate], meanings: Floats) -> dict[str, Floats]:
    """Return what the candidates of each language have in common, every topic counting alike; 0 for a single topic.

    A phrase is shorter than a passage, and an encoder sets short texts apart from long ones, the more so the less it
    reads their language: without this all phrases would be near to one topic and far from the others.
    """
    offsets = {}
    for language in sorted({one.language for one in candidates}):
        by_topic: dict[int, list[int]] = {}
        for at, one in enumerate(candidates):
            if one.language == language:
                by_topic.setdefault(one.topic, []).append(at)
        means = np.array([meanings[own].mean(axis=0, dtype=np.float64) for own in by_topic.values()])
        offsets[language] = means.mean(axis=0) * (len(means) > 1)
    return offsets


def apart(meanings: Floats, languages: Sequence[str], offsets: Mapping[str, Floats]) -> Floats:
    """Return the unit vectors of phrases without what all phrases of their language have in common."""
    shared = np.array([offsets.get(language, np.zeros(meanings.shape[1])) for language in languages])
    moved = meanings.astype(np.float64) - shared.reshape(meanings.shape)
    unit: Floats = (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    return unit


def chance(meanings: Floats, topics: Sequence[int], labels: Ints, vectors: Floats) -> float:
    """Return the cosine that nine in ten passages outside a name's topic do not reach; 0 with a single topic."""
    rows = _spread_out(np.arange(len(labels)), _SAMPLE)
    cosines = meanings @ vectors[rows].T
    outside = cosines[np.array(topics)[:, None] != labels[rows][None, :]]
    return round(float(np.quantile(outside, _CHANCE)), _DECIMALS) if len(outside) else 0.0


def _spread_out(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return up to ``most`` rows, evenly spaced."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def choose(scored: Scored, taken: Iterable[str]) -> dict[int, list[Candidate]]:
    """Return one phrase a topic, two where a single word leaves much out; no phrase says or means another topic's.

    Where a single word would mean less than half of the topic, the topic has none.
    """
    candidates = scored.candidates
    ranked = sorted(
        (at for at, one in enumerate(candidates) if one.score > 0),
        key=lambda at: (-candidates[at].score, candidates[at].topic, candidates[at].key),
    )
    used = [name.casefold() for name in taken]
    first: dict[int, int] = {}
    for at in ranked:
        topic = candidates[at].topic
        if topic in first or not _is_free(scored, at, used, first.values()):
            continue
        longer = [other for other in ranked if _says_more(scored, other, at)]
        first[topic] = next((other for other in longer if _is_free(scored, other, used, first.values())), at)
        used.append(candidates[first[topic]].key)
    chosen = {topic: [candidates[at]] for topic, at in first.items()}
    for topic, at in sorted(first.items()):
        if (other := _beside(scored, at, ranked, used)) is not None:
            chosen[topic].append(candidates[other])
            used.append(candidates[other].key)
    return {topic: own for topic, own in chosen.items() if len(own) > 1 or not _leaves_out_most(scored, first[topic])}


def _leaves_out_most(scored: Scored, at: int) -> bool:
    """Tell whether a candidate is a single word that, as an encoder reads it, fits less than half of its topic."""
    alone = " " not in scored.candidates[at].text
    return bool(alone and scored.level is not None and scored.fits[at].mean() < _HALF)


def _is_free(scored: Scored, at: int, used: Sequence[str], chosen: Iterable[int]) -> bool:
    """Tell whether a candidate neither shares its words with a name that is used nor means the same as one."""
    one = scored.candidates[at]
    if any(overlap(one.key, key) for key in used):
        return False
    rows = [scored.candidates[other].row for other in chosen]
    return not any(float(scored.vectors[one.row] @ scored.vectors[row]) > _SAME for row in rows)


def _says_more(scored: Scored, other: int, at: int) -> bool:
    """Tell whether a phrase holds a single word of the same topic, fits as much, and is nearly as good a name."""
    one, two = scored.candidates[at], scored.candidates[other]
    if one.topic != two.topic or " " in one.key or " " not in two.key or not overlap(one.key, two.key):
        return False
    spread = two.share >= _FULLER * one.share and two.share * len(scored.fits[at]) >= _SEVERAL
    return bool(spread and two.score >= _NEARLY * one.score and scored.fits[other].mean() >= scored.fits[at].mean())


def _beside(scored: Scored, at: int, ranked: Sequence[int], used: Sequence[str]) -> int | None:
    """Return what to put beside a single word that leaves out much of its topic: what fits most of the rest."""
    one = scored.candidates[at]
    if " " in one.text or scored.fits[at].mean() >= _ENOUGH:
        return None
    best, most = None, 0.0
    for other in ranked:
        two = scored.candidates[other]
        if (
            (two.topic, two.proper) != (one.topic, one.proper)
            or two.text.count(" ") > 1
            or two.score < _BESIDE * one.score
        ):
            continue
        one_fits, two_fits = scored.fits[at], scored.fits[other]
        gain = float((two_fits & ~one_fits).mean())
        if gain < _GAIN or (one_fits & ~two_fits).mean() < _KEPT or (one_fits | two_fits).mean() < _TOGETHER:
            continue
        if gain * two.score <= most:
            continue
        if float(scored.vectors[two.row] @ scored.vectors[one.row]) < _SYNONYM and not any(
            overlap(two.key, key) for key in used
        ):
            best, most = other, gain * two.score
    return best
