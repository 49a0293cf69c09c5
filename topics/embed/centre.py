"""Puts the vectors of all languages into one space, by taking each language's own mean away.

An English-leaning encoder places every other language in a corner of its own, so that raw clusters follow language.
What is common to a language's passages is mostly that corner; subtracting it leaves what they are about
(Libovický et al. 2020, "On the Language Neutrality of Pre-trained Multilingual Representations").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.nearest import check_finite, sums
from topics.protocols import Floats

_TINY = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Centring:
    """What to subtract from a vector before it is compared; learnt once, saved with the model, used by assign.

    Parameters
    ----------
    languages
        The languages it was learnt from, sorted.
    offsets
        What is subtracted for each of them, shape (len(languages), d).
    fallback
        What is subtracted for any other language, shape (d,).
    """

    languages: tuple[str, ...]
    offsets: Floats
    fallback: Floats

    def apply(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        """Return the centred vectors, shape (n, d), unit rows; each row depends on its own vector and language only.

        A vector that is exactly its language's offset keeps its direction.

        Raises
        ------
        ValueError
            The widths differ, there is not one language a vector, or a vector is not finite.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.fallback.shape[0]:
            raise ValueError(f"vectors have shape {vectors.shape}, but this centring is {self.fallback.shape[0]} wide")
        _check(vectors, languages)
        row_of = {language: row for row, language in enumerate(self.languages)}
        rows = np.array([row_of.get(language, -1) for language in languages], dtype=np.int64)
        table = np.vstack([self.offsets, self.fallback[None, :]]).astype(np.float64)
        centred = vectors.astype(np.float64) - table[rows]
        gone = _norms(centred) < _TINY
        centred[gone] = vectors[gone]
        return (centred / np.maximum(_norms(centred), _TINY)[:, None]).astype(np.float32)

    def undo(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        """Return what vectors were before :meth:`apply`, shape (n, d), unit rows.

        A vector c stands for the one raw vector of length 1 that lies from its offset o in the direction of c.
        """
        row_of = {language: row for row, language in enumerate(self.languages)}
        rows = np.array([row_of.get(language, -1) for language in languages], dtype=np.int64)
        offsets = np.vstack([self.offsets, self.fallback[None, :]]).astype(np.float64)[rows]
        centred = vectors.astype(np.float64)
        along = (centred * offsets).sum(axis=1)
        far = np.sqrt(np.maximum(along**2 + 1.0 - (offsets**2).sum(axis=1), 0.0)) - along
        raw: Floats = (far[:, None] * centred + offsets).astype(np.float32)
        return raw


def learn(vectors: Floats, languages: Sequence[str]) -> Centring:
    """Learn each language's offset from its passages.

    The offset is the mean of the language's vectors, shrunk by n / (n + 1): one passage alone says nothing about its
    language, and must not be subtracted from itself. Languages unseen here get the mean over all languages.

    Parameters
    ----------
    vectors
        Raw unit vectors, shape (n, d), n at least 1.
    languages
        The language of each, length n.

    Raises
    ------
    ValueError
        There is not one language a vector, or a vector is not finite: the mean would spread it to all others.
    """
    _check(vectors, languages)
    codes = tuple(sorted(set(languages)))
    row_of = {code: row for row, code in enumerate(codes)}
    rows = np.array([row_of[code] for code in languages], np.int32)
    counts = np.bincount(rows, minlength=len(codes))[:, None]
    means = sums(vectors, rows, len(codes)) / counts * (counts / (counts + 1))
    return Centring(codes, means.astype(np.float32), means.mean(axis=0).astype(np.float32))


def no_centring(dimension: int) -> Centring:
    """Return the centring that leaves vectors where they are."""
    return Centring((), np.zeros((0, dimension), np.float32), np.zeros(dimension, np.float32))


def _check(vectors: Floats, languages: Sequence[str]) -> None:
    if len(languages) != len(vectors):
        raise ValueError(f"got {len(languages)} languages for {len(vectors)} vectors")
    check_finite(vectors)


def _norms(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    norms: NDArray[np.float64] = np.sqrt((rows * rows).sum(axis=1))
    return norms
