"""Texts as numbers: their words, the runs of words that they share, and which earlier text shares most of them.

A shingle is a run of consecutive words, as in Broder 1997, "On the resemblance and containment of documents": two texts
are alike as far as they share shingles. All shingles are kept, not a sketch of them, so nothing hangs on chance; sorted
together once, they tell in linear space which texts have none to speak of in common with any earlier one, and those
are nearly all texts of most corpora.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Bools, Ints
from topics.spaceless import HIRAGANA, RUN

Hashes = NDArray[np.uint64]

_MARKS = (
    r"!-/:-@\[-`{-~\u00a1-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u0589\u05be\u05c0\u05c3\u060c\u061b\u061f"
    r"\u066a-\u066d\u06d4\u0964\u0965\u0e2f\u0e5a\u0e5b\u104a-\u104f\u17d4-\u17da\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff"
    r"\u3000-\u3004\u3006-\u3030\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ufe10-\ufe6f\ufeff"
)
WORD = re.compile(rf"[{RUN}{HIRAGANA}]|[^\s{_MARKS}{RUN}{HIRAGANA}]+")
"""A word, its marks included; where a script sets no spaces, each character."""

UNSPACED = re.compile(f"[{RUN}{HIRAGANA}]")
LENGTHS = {False: 3, True: 5}
"""How many words a shingle has, and how many characters where a script sets no spaces."""

_BATCH = 4096  # texts whose shingles are found together
_AT_ONCE = 1 << 19  # about how many shingles are sorted at once
_FEW = 32  # earlier texts that a shingle leads to: with more it says little


class Vocabulary(dict[str, int]):
    """Numbers for the words that were read, each as it was written; upper and lower case have the same number."""

    def __init__(self) -> None:
        super().__init__()
        self._folded: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        number = self._folded.setdefault(word.casefold(), len(self._folded))
        self[word] = number
        return number

    def read(self, text: str) -> list[int]:
        """Return the words of a text as numbers."""
        return list(map(self.__getitem__, WORD.findall(text)))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of several texts, as numbers, one text after the other.

    Parameters
    ----------
    flat
        All words, shape (words,).
    bounds
        Where each text begins, and where the last one ends, shape (texts + 1,).
    unspaced
        Whether most of a text is in a script that sets no spaces, so that its words are characters, shape (texts,).
    """

    flat: Ints
    bounds: NDArray[np.int64]
    unspaced: Bools

    def of(self, text: int) -> Ints:
        """Return the words of one text."""
        return self.flat[self.bounds[text] : self.bounds[text + 1]]


def read(texts: Iterable[str], vocabulary: Vocabulary) -> Words:
    """Read the words of texts."""
    flat, bounds, unspaced = array("i"), array("q", (0,)), bytearray()
    for text in texts:
        flat.extend(vocabulary.read(text))
        bounds.append(len(flat))
        unspaced.append(4 * len(UNSPACED.findall(text)) > len(text))
    return Words(
        np.frombuffer(flat, np.int32) if flat else np.empty(0, np.int32), np.array(bounds), np.array(unspaced, bool)
    )


def shingles(words: Ints, *, unspaced: bool) -> Hashes:
    """Return the shingles of one text in order, as 64-bit hashes; none where it is shorter than one."""
    length = LENGTHS[unspaced]
    count = max(0, len(words) - length + 1)
    wide = words.astype(np.uint64)
    total = np.full(count, np.uint64(length))
    for place in range(length):
        total = _mixed(total ^ wide[place : place + count])
    return total


def distinct(hashes: Hashes) -> Hashes:
    """Return each of several hashes once, ascending; for a few of them quicker than ``np.unique``."""
    ordered = np.sort(hashes)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def held(words: Ints, others: Hashes, *, unspaced: bool) -> Bools:
    """Tell which words of a text are in one of its shingles that is among ``others``, shape (words,)."""
    length = LENGTHS[unspaced]
    known = np.isin(shingles(words, unspaced=unspaced), others)
    tied = np.zeros(len(words), bool)
    for place in range(length):
        tied[place : place + len(known)] |= known
    return tied


def _mixed(numbers: Hashes) -> Hashes:
    """Spread numbers over 64 bits: the finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class Index:
    """The shingles that several texts have: of each the texts, in order; and how much of each text came before.

    Parameters
    ----------
    seen
        The share of each text's distinct shingles that an earlier text has too, 0 to 1, shape (texts,).
    values, starts, ends, owners
        The shingles, ascending, and where in ``owners`` the texts of each stand, in order.
    """

    seen: NDArray[np.float64]
    values: Hashes
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    owners: Ints

    def shared(self, own: Hashes) -> Shared:
        """Return which texts have which part of these distinct shingles, ascending."""
        places = self._places(own)
        starts, counts = self.starts[places], self.ends[places] - self.starts[places]
        taken = np.minimum(counts, _FEW)
        at = np.repeat(starts - np.concatenate(([0], np.cumsum(taken)[:-1])), taken) + np.arange(taken.sum())
        texts, rows = np.unique(self.owners[at], return_inverse=True)
        cut = np.repeat(counts > _FEW, taken)
        rare = np.repeat(1.0 / counts, taken)
        votes: NDArray[np.float64] = np.bincount(rows, weights=rare, minlength=len(texts)).astype(np.float64).round(9)
        uncut = np.bincount(rows[~cut], minlength=len(texts))
        return Shared(len(own), texts, votes, uncut, int((counts > _FEW).sum()))

    def known(self, own: Hashes) -> float:
        """Return the share of these distinct shingles, ascending, that several texts have, 0 to 1."""
        return len(self._places(own)) / max(1, len(own))

    def _places(self, own: Hashes) -> NDArray[np.int64]:
        places = np.searchsorted(self.values, own)
        there = places < len(self.values)
        there[there] = self.values[places[there]] == own[there]
        return places[there]


@dataclass(frozen=True, slots=True)
class Shared:
    """Which texts share how much with one text.

    Parameters
    ----------
    size
        How many distinct shingles that text has.
    texts
        The others, ascending, and itself.
    votes
        What each shares, the more the rarer it is, shape (texts,).
    uncut
        How many shingles each shares, of those that few texts have, shape (texts,).
    cut
        How many shingles too many texts have: they count for each.
    """

    size: int
    texts: Ints
    votes: NDArray[np.float64]
    uncut: NDArray[np.int64]
    cut: int

    def earlier(self, text: int, gone: Bools, least: float) -> Ints:
        """Return the texts before ``text`` that share much with it, those first with which it shares what is rare.

        Parameters
        ----------
        text
            Its number.
        gone
            The texts to leave out, shape (texts,).
        least
            The share of its shingles that they must have, 0 to 1.
        """
        usable = (self.texts < text) & ~gone[self.texts] & (self.uncut + self.cut >= least * self.size)
        texts, votes = self.texts[usable], self.votes[usable]
        return texts[np.lexsort((texts, -votes))]

    def most(self, texts: Ints, more: Ints) -> NDArray[np.float64]:
        """Return the most that texts may hold together, shape (groups,).

        Parameters
        ----------
        texts
            Texts of each group, a row each; -1 stands for none.
        more
            How many shingles each group has that no text of it was seen with, shape (groups,).
        """
        if not len(self.texts):
            return (self.cut + more) / max(1, self.size)
        places = np.searchsorted(self.texts, texts)
        places[places == len(self.texts)] = 0
        held = np.where(self.texts[places] == texts, self.uncut[places], 0).sum(axis=1)
        most: NDArray[np.float64] = (held + self.cut + more) / max(1, self.size)
        return most


def index(words: Words, texts: Ints, least: float = 0.0) -> Index:
    """Find which shingles several of ``texts`` have; these are numbers of rows of ``words``, in ascending order.

    The shingles are sorted some at a time, by what they begin with, so that they never take more room than the texts.
    Kept are those of texts of which at least ``least`` came before.
    """
    bits = max(0, int(words.bounds[-1] // _AT_ONCE).bit_length())
    count = len(words.unspaced)
    distinct, again = np.zeros(count, np.int64), np.zeros(count, np.int64)
    whole = None if bits else _runs(words, texts, bits, 0)
    for part in range(1 << bits):
        flat, owners, first = whole or _runs(words, texts, bits, part)
        distinct += np.bincount(owners, minlength=count)
        again += np.bincount(owners[~first], minlength=count)
    seen = again / np.maximum(distinct, 1)
    values, starts, ends, kept, at = [], [], [], [], 0
    for part in range(1 << bits):
        flat, owners, first = whole or _runs(words, texts, bits, part)
        group = np.cumsum(first) - 1
        wanted = np.bincount(group, seen[owners] >= least, minlength=int(first.sum())) > 0
        several = wanted & (np.bincount(group, minlength=len(wanted)) > 1)
        mine = several[group]
        values.append(flat[first & mine])
        bounds = np.append(np.flatnonzero(first[mine]), int(mine.sum())) + at
        starts.append(bounds[:-1])
        ends.append(bounds[1:])
        kept.append(owners[mine])
        at += len(kept[-1])
    return Index(seen, *map(np.concatenate, (values, starts, ends, kept)))


def _runs(words: Words, texts: Ints, bits: int, part: int) -> tuple[Hashes, Ints, Bools]:
    """Return the shingles that begin with certain bits, sorted, with whose they are, and where another one begins."""
    flat, owners = _all_shingles(words, texts, bits, part)
    order = np.argsort(flat, kind="stable")
    flat, owners = flat[order], owners[order]
    del order
    fresh = np.ones(len(flat), bool)
    fresh[1:] = (flat[1:] != flat[:-1]) | (owners[1:] != owners[:-1])
    flat, owners = flat[fresh], owners[fresh]
    first = np.ones(len(flat), bool)
    first[1:] = flat[1:] != flat[:-1]
    return flat, owners, first


def _all_shingles(words: Words, texts: Ints, bits: int, part: int) -> tuple[Hashes, Ints]:
    """Return the shingles of all texts that begin with certain bits, and whose each is, by text."""
    hashes, owners = [], []
    for first in range(0, len(texts), _BATCH):
        rows = texts[first : first + _BATCH]
        for unspaced in (False, True):
            some = rows[words.unspaced[rows] == unspaced]
            if not len(some):
                continue
            parts = [words.of(row) for row in some.tolist()]
            lengths = np.array([len(part) for part in parts])
            found = shingles(np.concatenate(parts), unspaced=unspaced)
            left = np.repeat(np.cumsum(lengths), lengths) - np.arange(lengths.sum())  # words to the end of the text
            whole = left[: len(found)] >= LENGTHS[unspaced]
            if bits:
                whole &= (found >> np.uint64(64 - bits)) == np.uint64(part)
            hashes.append(found[whole])
            owners.append(np.repeat(some, lengths)[: len(found)][whole].astype(np.int32))
    if not hashes:
        return np.empty(0, np.uint64), np.empty(0, np.int32)
    return np.concatenate(hashes), np.concatenate(owners)
