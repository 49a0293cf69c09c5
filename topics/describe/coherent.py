"""Of the terms that set a topic apart, those that belong together and mean what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from topics.describe.meanings import Known
from topics.describe.terms import Terms, Weighed
from topics.words.tokenise import overlap

if TYPE_CHECKING:
    from scipy.sparse import csc_array

POOL = 20  # terms weighed by their words for each keyword that is wanted
SHORT = 6  # of these, by what they mean and by the company they keep
ENCODED = 2  # and of these, by how the encoder reads them
_EXPLAINED = 0.6  # a word that one phrase holds this often is shown as that phrase
_MEANING = 0.5  # how much of the company is likeness of meaning; the rest is sharing passages
_COMPANY = 4.0  # how much the company counts
_LEAST = 0.05  # so that a small topic, where few terms go together, has keywords all the same
_DOUBT = 1.0  # passages that two terms do not share, added to those that they do

Pool = tuple[NDArray[np.int64], NDArray[np.float64]]
"""The columns of terms and their weights, shape (m,) each."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term that may become a keyword: its key and its weight."""

    key: str
    weight: float


@dataclass(frozen=True, eq=False, slots=True)
class Short:
    """The terms of a topic from which its keywords are chosen.

    Parameters
    ----------
    keys
        Their keys, length m.
    weights
        How well each stands for the topic by itself, shape (m,).
    company
        How well two go together, 0 to 1, shape (m, m), 0 on the diagonal.
    """

    keys: list[str]
    weights: NDArray[np.float64]
    company: NDArray[np.float64]

    def first(self, most: int) -> Short:
        """Return the best ``most`` of them, by themselves and by the company that they keep among all."""
        order = np.argsort(-np.round(_alone(self.weights, self.company), 12), kind="stable")[:most]
        return Short([self.keys[at] for at in order], self.weights[order], self.company[np.ix_(order, order)])


NONE = Short([], np.zeros(0), np.zeros((0, 0)))


def _alone(weights: NDArray[np.float64], company: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how well each term stands for the topic, counting the company that it keeps among all of them."""
    if len(weights) < 2:
        return weights
    others = np.maximum(weights.sum() - weights, 1e-12)
    found: NDArray[np.float64] = weights * ((company @ weights) / others) ** _COMPANY
    return found


def shortlist(known: Known, pool: Pool, heart: NDArray[np.float64] | None, most: int) -> Short:
    """Return the terms of a topic that say most, with the company that they keep.

    The cosine of a term's meaning to the topic's centre goes into its weight.
    """
    terms, (columns, weights) = known.terms, pool
    held = terms.held[:, columns]
    alike = None
    meaning = None if heart is None else known.meanings(columns)
    if meaning is not None and heart is not None:
        weights = weights * np.maximum(_LEAST, meaning @ heart)
        alike = np.maximum(0.0, meaning @ meaning.T)
    order = np.lexsort((np.arange(len(columns)), -np.round(weights, 9)))[:most]
    order = order[weights[order] > 0]
    company = (1 + _npmi(held[:, order])) / 2
    if alike is not None:
        company = (1 - _MEANING) * company + _MEANING * alike[np.ix_(order, order)]
    company = np.maximum(_LEAST, company)
    np.fill_diagonal(company, 0.0)
    return Short([terms.keys[columns[at]] for at in order], weights[order], company)


def as_phrases(terms: Terms, weighed: Weighed) -> Pool:
    """Return the terms of a topic, a word that nearly always occurs in one phrase as that phrase, with its weight."""
    keys = [terms.keys[column] for column in weighed.columns]
    phrases = [at for at, key in enumerate(keys) if " " in key]
    best: dict[int, float] = {}
    for at, key in enumerate(keys):
        longer = [
            other
            for other in phrases
            if other != at
            and weighed.counts[other] >= _EXPLAINED * weighed.counts[at]
            and f" {key} " in f" {keys[other]} "
        ]
        column = int(weighed.columns[longer[0] if longer else at])
        best[column] = max(best.get(column, 0.0), float(weighed.weights[at]))
    return np.array(list(best), np.int64), np.array(list(best.values()))


def _npmi(held: csc_array) -> NDArray[np.float64]:
    """Return the normalised pointwise mutual information of terms over the passages, -1 to 1, shape (m, m)."""
    total = held.shape[0]
    together = np.asarray((held.T @ held).todense())
    alone = np.diag(together).copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(together * total / np.outer(alone, alone)) / -np.log(together / total)
    found = np.where(together == total, 1.0, np.where(together > 0, found, -1.0))
    sure = together / (together + _DOUBT)
    return sure * found - (1 - sure)


def choose(short: Short, likeness: NDArray[np.float64] | None, n: int) -> list[Term]:
    """Return up to ``n`` terms that go together, best first, none a part or an inflection of another.

    Each is the one that stands for the topic best by itself and goes best with those before it.

    Parameters
    ----------
    likeness
        The cosine of each term, read by the encoder, to the topic's centre; ``None`` without an encoder.
    """
    weights = short.weights if likeness is None else short.weights * np.maximum(_LEAST, likeness)
    if not len(weights) or weights.max() <= 0:
        weights = short.weights
    alone = _alone(weights, short.company)
    free = alone > 0
    chosen: list[int] = []
    company = np.zeros(len(weights))
    while len(chosen) < n and free.any():
        gain = alone * (company / len(chosen)) ** _COMPANY if chosen else alone
        at = int(np.argmax(np.where(free, np.round(gain, 12), -1.0)))
        free[at] = False
        if not any(overlap(short.keys[at], short.keys[other]) for other in chosen):
            chosen.append(at)
            company += short.company[at]
    ranked = sorted(chosen, key=lambda at: (-round(float(alone[at]), 12), at))
    return [Term(short.keys[at], float(alone[at])) for at in ranked]
