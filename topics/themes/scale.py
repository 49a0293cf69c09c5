"""How much each passage of a corpus is about something told in phrases, and how much of that is chance."""

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

_SHARPNESS = 8.0  # of the soft maximum over phrases; cosines of texts differ by tenths
_NEIGHBOURHOOD = 0.35  # of a passage's score comes from its neighbours
_NEAREST = 15  # neighbours that a passage shares scores with, at most
_EXACT = 20_000  # passages up to which neighbours are looked for everywhere, not only in the passage's own group
_STEM = 6  # letters of a word that are compared, so that its endings do not matter
_BLOCK = 1 << 22  # scores of passages and phrases held at once

_UNRELATED = 0.9  # of unrelated phrases and passages stay below the bar
_STIRRED = 0.4  # of unrelated phrases stir the corpus less than what it is about
_FEWEST = 8  # passages from which on chance can be told, and neighbours have a say
_MEASURED = 2_000  # passages that they are measured on, at most


@dataclass(frozen=True, eq=False, slots=True)
class Told:
    """Something told in phrases: a theme, or a pole of a contrast.

    Parameters
    ----------
    vectors
        The centred unit vectors of its phrases, shape (m, d), m at least 1.
    stems
        The stems of the content words of each phrase; empty where meaning alone tells.
    rows
        Which passage of the corpus each phrase is, shape (m,); -1 where it is none. A passage is not measured by
        itself where there are other phrases.
    """

    vectors: NDArray[np.float64]
    stems: tuple[list[str], ...]
    rows: Ints

    def __len__(self) -> int:
        return len(self.vectors)

    def __add__(self, other: Told) -> Told:
        """Return the phrases of both."""
        vectors = np.concatenate([self.vectors, other.vectors])
        return Told(vectors, (*self.stems, *other.stems), np.concatenate([self.rows, other.rows]))


@dataclass(frozen=True, slots=True)
class Chance:
    """What unrelated phrases reach in a corpus: the null that a score is held against.

    Parameters
    ----------
    bar
        The likeness that one in ten pairs of a passage and an unrelated phrase exceed.
    stir
        How far above the bar the passages are on average, for a phrase that stirs the corpus less than three in
        five unrelated ones do.
    """

    bar: float
    stir: float

    def excess(self, scores: NDArray[np.float64]) -> Floats:
        """Return how far above the bar likenesses are, below 0 where they are not."""
        return np.round(scores - self.bar, 6).astype(np.float32)

    def stands_out(self, scores: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which of all passages stand out, from their likeness, shape (n,); none where the corpus is not stirred.

        One in ten passages is above the bar by chance. A theme that is not in the corpus is known by the passages above
        it being few, or only just above: fewer or less than for most phrases that mean nothing.
        """
        above: NDArray[np.bool_] = scores > self.bar
        stirred = _excess(scores[:, None], self.bar)[0] > self.stir
        return above if stirred else np.zeros_like(above)


class Scale:
    """The passages of a corpus as what phrases are measured on, by meaning and by words.

    Words tell what an encoder that reads a language poorly cannot; a passage's neighbours, which are mostly about the
    same, tell what it leaves unsaid.

    Parameters
    ----------
    vectors
        The centred unit vectors of the passages, shape (n, d), n at least 1.
    corpora
        The passages as words, from :func:`topics.words.read`; without them, meaning alone tells.
    groups
        A group of each passage, shape (n,), such as its topic: in a large corpus its neighbours are looked for there.
    """

    def __init__(self, vectors: Floats, corpora: Sequence[Corpus] = (), groups: Ints | None = None) -> None:
        self.vectors = vectors.astype(np.float64)
        self.corpora = tuple(corpora)
        self._near = _neighbours(vectors, groups)
        self._words: csr_matrix | None = None
        self._stems = _stems(corpora)
        if any(self._stems):  # else nothing but stop words: no word tells
            from sklearn.feature_extraction.text import TfidfVectorizer

            self._vectorizer = TfidfVectorizer(analyzer=_same, sublinear_tf=True)
            self._words = self._vectorizer.fit_transform(self._stems)

    def told(self, vectors: Floats, phrases: Sequence[Corpus], rows: Ints | None = None) -> Told:
        """Return phrases as what passages are measured by.

        Parameters
        ----------
        vectors
            Their centred unit vectors, shape (m, d), at least one.
        phrases
            The phrases as words.
        rows
            Which passage of this corpus each one is; -1 where it is none. By default none is.
        """
        known = np.full(len(vectors), -1, np.int32) if rows is None else rows
        return Told(vectors.astype(np.float64), tuple(_stems(phrases)), known)

    def told_by(self, rows: Ints) -> Told:
        """Return passages of this corpus as what passages are measured by."""
        return Told(self.vectors[rows], tuple(self._stems[row] for row in rows.tolist()) if self._stems else (), rows)

    def likeness(
        self, told: Told, *, less: NDArray[np.float64] | None = None, keep: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Return how much each passage is about what the phrases tell: about 0 for unrelated ones, seldom above 1.

        It is a soft maximum of the cosines to the phrases, so that one that fits is enough, plus the likeness of the
        words to those of all phrases, blended with the scores of the passage's nearest neighbours.

        Parameters
        ----------
        told
            The phrases.
        less
            What to subtract from their vectors: what they share with other themes, shape (d,).
        keep
            Subsets of the phrases, shape (m, s), each with one at least; all of them by default.

        Returns
        -------
        ndarray
            Shape (n, s), rounded to six decimals; without ``keep`` (n,).
        """
        kept = np.ones((len(told), 1)) if keep is None else keep.astype(np.float64)
        vectors = told.vectors if less is None else unit(told.vectors - less)
        scores = np.empty((len(self.vectors), kept.shape[1]))
        step = max(1, _BLOCK // len(told))
        for start in range(0, len(scores), step):
            sharp = np.exp(_SHARPNESS * (self.vectors[start : start + step] @ vectors.T))
            scores[start : start + step] = np.log(sharp @ kept / kept.sum(axis=0)) / _SHARPNESS
        scores += self._said(told, kept)
        for phrase in np.flatnonzero(told.rows >= 0).tolist():
            others = kept.copy()
            others[phrase] = 0.0
            if others.any(axis=0).all():  # a passage does not tell about itself what others can tell
                row = told.rows[phrase]
                sharp = np.exp(_SHARPNESS * (vectors @ self.vectors[row]))
                scores[row] = np.log(sharp @ others / others.sum(axis=0)) / _SHARPNESS
                scores[row] += self._said(told, others, slice(row, row + 1))[0]
        shared = np.round(_shared(scores, self._near), 6)
        return shared[:, 0] if keep is None else shared

    def shares_words(self, told: Told) -> NDArray[np.bool_]:
        """Tell which passages hold a content word of the phrases, but for its ending, shape (n,)."""
        shared: NDArray[np.bool_] = self._said(told, np.ones((len(told), 1)))[:, 0] > 0
        return shared

    def chance(self, unrelated: Told, sources: Sequence[Sequence[int]] = ()) -> Chance:
        """Return what unrelated phrases reach, each by itself.

        With fewer than 8 passages chance cannot be told, and every likeness above 0 stands out.

        Parameters
        ----------
        unrelated
            The phrases.
        sources
            The passages that the words of each phrase are from, which are therefore no measure of it; of phrases that
            are passages, by default, these and their neighbours.
        """
        n = len(self.vectors)
        if n < _FEWEST or not len(unrelated):
            return Chance(0.0, -1.0)
        rows = np.unique(np.linspace(0, n - 1, min(n, _MEASURED)).astype(np.int64))
        own = self._each(unrelated, rows)
        around = np.mean([self._each(unrelated, self._near[rows, k]) for k in range(self._near.shape[1])], axis=0)
        scores = np.round((1 - _NEIGHBOURHOOD) * own + _NEIGHBOURHOOD * around, 6)
        scores[self._related(unrelated, sources, rows)] = np.nan
        scores = scores[:, ~np.isnan(scores).all(axis=0)]
        if not scores.size:
            return Chance(0.0, -1.0)
        bar = float(np.nanquantile(scores, _UNRELATED))
        return Chance(bar, float(np.quantile(_excess(scores, bar), _STIRRED)))

    def _said(self, told: Told, kept: NDArray[np.float64], rows: slice = slice(None)) -> NDArray[np.float64]:
        """Return how alike the words of passages and of subsets of the phrases are, shape (rows, subsets)."""
        if self._words is None or not told.stems:
            return np.zeros((len(self.vectors[rows]), kept.shape[1]))
        together = [[stem for phrase in np.flatnonzero(column) for stem in told.stems[phrase]] for column in kept.T]
        said: NDArray[np.float64] = (self._words[rows] @ self._vectorizer.transform(together).T).toarray()
        return said

    def _each(self, told: Told, rows: NDArray[np.int64] | Ints) -> NDArray[np.float64]:
        """Return the scores of some passages for each phrase by itself, before neighbours have a say."""
        scores: NDArray[np.float64] = self.vectors[rows] @ told.vectors.T
        if self._words is not None and told.stems:
            scores += (self._words[rows] @ self._vectorizer.transform(told.stems).T).toarray()
        return scores

    def _related(self, told: Told, sources: Sequence[Sequence[int]], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which passages are related to which phrases, shape (rows, m)."""
        related = np.zeros((len(rows), len(told)), bool)
        if not sources:
            sources = [[row, *self._near[row].tolist()] if row >= 0 else [] for row in told.rows.tolist()]
        for phrase, own in enumerate(sources):
            related[:, phrase] = np.isin(rows, own)
        return related


def _excess(scores: NDArray[np.float64], bar: float) -> NDArray[np.float64]:
    """Return how far the passages are above the bar on average, those below counting 0, for each phrase."""
    excess: NDArray[np.float64] = np.nanmean(np.maximum(scores - bar, 0.0), axis=0)
    return excess


def _neighbours(vectors: Floats, groups: Ints | None) -> Ints:
    """Return the nearest other passages of each passage, shape (n, k), k at most 15; none for few passages."""
    n = len(vectors)
    k = min(_NEAREST, int(np.sqrt(n) / 1.5))
    if n < _FEWEST:
        return np.empty((n, 0), np.int32)
    if groups is None or n <= _EXACT:
        return nearest(vectors, k)[0]
    near = np.tile(np.arange(n, dtype=np.int32)[:, None], (1, k))  # a passage alone in its group is its own neighbour
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group).astype(np.int32)
        own = min(k, len(rows) - 1)
        if own:
            near[rows, :own] = rows[nearest(vectors[rows], own)[0]]
    return near


def _shared(scores: NDArray[np.float64], near: Ints) -> NDArray[np.float64]:
    """Blend each passage's scores with the mean of its neighbours'."""
    if not near.shape[1]:
        return scores
    total = np.zeros_like(scores)
    for column in near.T:
        total += scores[column]
    shared: NDArray[np.float64] = (1 - _NEIGHBOURHOOD) * scores + _NEIGHBOURHOOD / near.shape[1] * total
    return shared


def _same(stems: list[str]) -> list[str]:
    return stems


def _stems(corpora: Sequence[Corpus]) -> list[list[str]]:
    """Return the stems of the content words of every passage, in the order of the whole corpus."""
    stems: list[list[str]] = [[] for _ in range(sum(len(corpus.rows) for corpus in corpora))]
    for corpus in corpora:
        for row, items in zip(corpus.rows.tolist(), corpus.passages, strict=True):
            stems[row] = [corpus.keys[item][:_STEM] for item in items if corpus.kinds[item] is Kind.CONTENT]
    return stems
