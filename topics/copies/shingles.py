"""Texts as numbers: their words, and the runs of words that two texts may share.

A shingle is a run of consecutive words, as in Broder 1997, "On the resemblance and containment of documents": two texts
are alike as far as they share shingles.
"""

from __future__ import annotations

import re
from array import array
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Bools
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

_REMEMBERED = 1 << 15  # words of which the number is at hand
_PENDING = 1 << 15
_MOST_LOWER = 1 << 20  # 8 MB of them


class Vocabulary(dict[str, int]):
    """Numbers for words, the same in upper and lower case, and which words were ever written in lower case.

    A number is a hash, so that no list of all words is needed; only those are at hand that were read last. Of a million
    different words in lower case it is known that they are, which is more than a language has.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lower = np.empty(0, np.uint64)
        self._pending: set[int] = set()

    def __missing__(self, word: str) -> int:
        number = _number(word)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = number
        if word == word.lower():
            self._pending.add(number)
            if len(self._pending) >= _PENDING:
                self._settle()
        return number

    def read(self, text: str) -> Hashes:
        """Return the words of a text as numbers."""
        return np.frombuffer(array("Q", map(self.__getitem__, WORD.findall(text))), np.uint64)

    def has_lower(self, word: str) -> bool:
        """Whether a word was read in lower case, whatever its case here."""
        number = _number(word)
        if number in self._pending:
            return True
        place = int(np.searchsorted(self._lower, np.uint64(number)))
        return place < len(self._lower) and int(self._lower[place]) == number

    def _settle(self) -> None:
        """Put the words in lower case that came last to the others, in less room."""
        if len(self._lower) < _MOST_LOWER:
            more = np.fromiter(self._pending, np.uint64, len(self._pending))
            self._lower = np.union1d(self._lower, more)
        self._pending.clear()


def _number(word: str) -> int:
    folded = word.casefold().encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(folded, digest_size=8).digest(), "little")


def shingles(words: Hashes, *, unspaced: bool) -> Hashes:
    """Return the shingles of one text in order, as 64-bit hashes; none where it is shorter than one."""
    length = LENGTHS[unspaced]
    count = max(0, len(words) - length + 1)
    total = np.full(count, np.uint64(length))
    for place in range(length):
        total = _mixed(total ^ words[place : place + count])
    return total


def distinct(hashes: Hashes) -> Hashes:
    """Return each of several hashes once, ascending; for a few of them quicker than ``np.unique``."""
    ordered = np.sort(hashes)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def held(words: Hashes, others: Hashes, *, unspaced: bool) -> Bools:
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
