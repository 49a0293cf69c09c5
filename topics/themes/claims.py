"""Which passages stand out as being about a named theme, by meaning and by words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from topics.nearest import nearest, unit
from topics.protocols import Floats, Ints
from topics.words import Corpus, Kind

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_SHARPNESS = 8.0  # of the soft maximum over a theme's phrases; cosines of texts differ by tenths
_NEIGHBOURHOOD = 0.35  # of a passage's score comes from its neighbours
_UNRELATED = 0.9  # of unrelated pairs stay below the score that stands out
_NEAREST = 15  # neighbours that a passage shares scores with, at most
_STEM = 6  # letters of a word that are compared, so that its endings do not matter


@dataclass(frozen=True, eq=False, slots=True)
class Wording:
    """Passages and themes as TF-IDF over word stems: ``passages`` (n, v) and ``themes`` (t, v), unit rows."""

    passages: csr_matrix
    themes: csr_matrix


def wording(passages: Sequence[Corpus], phrases: Sequence[Corpus], theme_of: Sequence[int]) -> Wording:
    """Compare the words of themes and passages: what an encoder that reads a language poorly cannot tell.

    Parameters
    ----------
    passages
        The passages as words, from :func:`topics.words.read`.
    phrases
        The phrases of all themes as words.
    theme_of
        Which theme each phrase is of; themes are numbered from 0, and each has a phrase.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=_same, sublinear_tf=True)
    told: list[list[str]] = [[] for _ in range(max(theme_of) + 1)]
    for theme, stems in zip(theme_of, _stems(phrases), strict=True):
        told[theme] += stems
    of_passages = _stems(passages)
    if not any(of_passages):
        of_passages = [["" for _ in stems] or [""] for stems in of_passages]  # nothing but stop words: no word tells
    return Wording(vectorizer.fit_transform(of_passages), vectorizer.transform(told))


def _same(stems: list[str]) -> list[str]:
    return stems


def _stems(corpora: Sequence[Corpus]) -> list[list[str]]:
    """Return the stems of the content words of every passage, in the order of the whole corpus."""
    stems: list[list[str]] = [[] for _ in range(sum(len(corpus.rows) for corpus in corpora))]
    for corpus in corpora:
        for row, items in zip(corpus.rows.tolist(), corpus.passages, strict=True):
            stems[row] = [corpus.keys[item][:_STEM] for item in items if corpus.kinds[item] is Kind.CONTENT]
    return stems


def claims(vectors: Floats, themes: Sequence[Floats], said: Wording | None = None) -> tuple[Ints, ...]:
    """Find the passages that stand out as being about each theme; none where nothing does.

    A passage stands out for its best theme when its score is above what nine in ten unrelated pairs of passages of
    this corpus reach: the threshold comes from the corpus, and a theme that nothing matches stays empty. A score is a
    soft maximum of the cosines to the theme's phrases, less what all themes share, so that the two poles of a contrast
    do not cancel out, plus the likeness of the words; it is blended with the scores of the passage's nearest
    neighbours, which are mostly about the same.

    Parameters
    ----------
    vectors
        Centred unit vectors of the passages, shape (n, d).
    themes
        For each theme, the centred unit vectors of its phrases, shape (phrases, d), at least one.
    said
        The words of passages and themes; without them, meaning alone decides.

    Returns
    -------
    tuple of ndarray of int32
        The rows of each theme's passages, ascending; no passage has two.
    """
    if not len(vectors) or not themes:
        return tuple(np.zeros(0, np.int32) for _ in themes)
    space = vectors.astype(np.float64)
    near = _neighbours(vectors)
    common = np.mean([phrases.mean(axis=0, dtype=np.float64) for phrases in themes], axis=0) * (1 - 1 / len(themes))
    scores = np.stack([_soft_maximum(space @ unit(phrases - common).T) for phrases in themes], axis=1)
    if said is not None:
        scores = scores + (said.passages @ said.themes.T).toarray()
    scores = np.round(_shared(scores, near), 6)
    best = scores.argmax(axis=1)
    stands_out = scores.max(axis=1) > _chance(space, near, said)
    return tuple(np.flatnonzero(stands_out & (best == theme)).astype(np.int32) for theme in range(len(themes)))


def _soft_maximum(cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the soft maximum of each row, between its mean and its maximum, shape (n,)."""
    soft: NDArray[np.float64] = np.log(np.exp(_SHARPNESS * cosines).mean(axis=1)) / _SHARPNESS
    return soft


def _neighbours(vectors: Floats) -> Ints:
    """Return the nearest other passages of each passage, shape (n, k), k at most 15; none for few passages."""
    k = min(_NEAREST, int(np.sqrt(len(vectors)) / 1.5), len(vectors) - 1)
    return nearest(vectors, k)[0] if k > 0 else np.empty((len(vectors), 0), np.int32)


def _shared(scores: NDArray[np.float64], near: Ints) -> NDArray[np.float64]:
    """Blend each passage's scores with the mean of its neighbours'."""
    if not near.shape[1]:
        return scores
    around = np.zeros_like(scores)
    for column in near.T:
        around += scores[column]
    shared: NDArray[np.float64] = (1 - _NEIGHBOURHOOD) * scores + _NEIGHBOURHOOD / near.shape[1] * around
    return shared


def _chance(space: NDArray[np.float64], near: Ints, said: Wording | None) -> float:
    """Return the score that one in ten unrelated pairs of passages exceed; 0 where there are too few to tell."""
    n = len(space)
    if n < 8:
        return 0.0
    drawn = np.unique(np.linspace(0, n - 1, min(n, 300)).astype(np.int64))
    pairs = space @ space[drawn].T
    if said is not None:
        pairs = pairs + (said.passages @ said.passages[drawn].T).toarray()
    scores = _shared(pairs, near)
    related = np.zeros(scores.shape, dtype=bool)
    related[drawn, np.arange(len(drawn))] = True
    for column in near[drawn].T:
        related[column, np.arange(len(drawn))] = True
    return float(np.quantile(scores[~related], _UNRELATED)) if (~related).any() else 0.0
