"""What names mean against what passages mean: how many passages of its topic a name fits, and which names to take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
_HELD, _HELD_PROPER = 0.12, 0.5  # how much of the fit is to be held, the rest being meaning
_ENOUGH = 0.6  # a single word that fits so many of the passages needs nothing beside it
_GAIN = 0.1  # what is put beside it fits so many passages more
_BESIDE = 0.4  # and scores at least this much of its score
_SYNONYM = 0.65  # and its cosine to that word is less than this


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
    """

    candidates: list[Candidate]
    vectors: Floats
    fits: list[NDArray[np.bool_]]
    level: float | None


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
    politics is about "Tony Blair".
    """
    texts = sorted({(one.language, one.text) for one in candidates})
    meanings = encode([text for _, text in texts], [language for language, _ in texts])
    place = {text: row for row, text in enumerate(texts)}
    rows = [place[one.language, one.text] for one in candidates]
    level = chance(meanings[rows], [one.topic for one in candidates], labels, vectors)
    own = {topic: _spread_out(np.flatnonzero(labels == topic), _OWN) for topic in {one.topic for one in candidates}}
    scored, fits = [], []
    for one, row in zip(candidates, rows, strict=True):
        cosine = round(float(meanings[row].astype(np.float64) @ hearts[one.topic]), _DECIMALS)
        fitting = np.round(vectors[own[one.topic]] @ meanings[row], _DECIMALS) > level
        fit = float(fitting.mean())
        held = _HELD_PROPER if one.proper else _HELD
        fit = fit ** (1 - held) * min(1.0, one.share) ** held
        scored.append(replace(one, score=one.score * max(0.0, cosine) * fit, row=row))
        fits.append(fitting)
    return Scored(scored, meanings, fits, level)


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
    """Return one phrase a topic, two where a single word leaves much out; no phrase overlaps another topic's."""
    candidates = scored.candidates
    ranked = sorted(
        (at for at, one in enumerate(candidates) if one.score > 0),
        key=lambda at: (-candidates[at].score, candidates[at].topic, candidates[at].key),
    )
    used = [name.casefold() for name in taken]
    first: dict[int, int] = {}
    for at in ranked:
        one = candidates[at]
        if one.topic not in first and not any(overlap(one.key, key) for key in used):
            first[one.topic] = at
            used.append(one.key)
    chosen = {topic: [candidates[at]] for topic, at in first.items()}
    for topic, at in sorted(first.items()):
        if (other := _beside(scored, at, ranked, used)) is not None:
            chosen[topic].append(candidates[other])
            used.append(candidates[other].key)
    return chosen


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
        gain = float((scored.fits[other] & ~scored.fits[at]).mean())
        if gain < _GAIN or gain * two.score <= most:
            continue
        if float(scored.vectors[two.row] @ scored.vectors[one.row]) < _SYNONYM and not any(
            overlap(two.key, key) for key in used
        ):
            best, most = other, gain * two.score
    return best
