"""Which texts share which shingles: all of them are compared, sorted a part at a time, in memory that has a bound.

All shingles are kept, not a sketch of them, so nothing hangs on chance. They are spread over parts by what they begin
with, as in a hash join that has more than fits into memory, and each part is sorted by itself. That tells which texts
have none to speak of in common with any earlier one, and those are nearly all texts of most corpora; for the others,
some at a time, it is looked up who shares what.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.copies.shingles import LENGTHS, Hashes, shingles
from topics.protocols import Bools, Ints
from topics.spill import Aside, Spill

_PART = 1 << 19  # characters of which the shingles are sorted together
_IN_MEMORY = 1 << 22
_BATCH = 1 << 17  # words whose shingles are found together
_FEW = 32  # earlier texts that a shingle leads to: with more it says little
_PAIRS = 1 << 18  # pairs of texts that are looked at together


def is_much(characters: int) -> bool:
    """Whether the shingles of texts that are so long in all are better written to disk."""
    return characters > _IN_MEMORY


class Spread:
    """The shingles of texts, spread over parts by what they begin with.

    Parameters
    ----------
    characters
        How long the texts are in all; decides into how many parts.
    spill
        Where they are set aside.
    """

    def __init__(self, characters: int, spill: Spill) -> None:
        self._bits = (characters // _PART).bit_length()
        self._spill = spill
        self._batches: list[tuple[Aside, Aside, NDArray[np.int64]]] = []
        self._words: dict[bool, list[tuple[int, Hashes]]] = {False: [], True: []}
        self._waiting = 0

    def add(self, text: int, words: Hashes, *, unspaced: bool) -> None:
        """Take the words of one more text; texts come in ascending order."""
        self._words[unspaced].append((text, words))
        self._waiting += len(words)
        if self._waiting >= _BATCH:
            self._set_aside()

    def index(self, count: int, gone: Bools) -> Index:
        """Sort what has come in.

        Parameters
        ----------
        count
            How many texts there are.
        gone
            Those to leave out, shape (count,).
        """
        self._set_aside()
        sizes, again = np.zeros(count, np.int32), np.zeros(count, np.int32)
        parts = []
        for part in range(1 << self._bits):
            hashes, texts = self._part(part)
            if gone.any():
                here = ~gone[texts]
                hashes, texts = hashes[here], texts[here]
            order = np.argsort(hashes, kind="stable")
            hashes, texts = hashes[order], texts[order]
            fresh = np.ones(len(hashes), bool)
            fresh[1:] = (hashes[1:] != hashes[:-1]) | (texts[1:] != texts[:-1])
            hashes, texts = hashes[fresh], texts[fresh]
            first = np.ones(len(hashes), bool)
            first[1:] = hashes[1:] != hashes[:-1]
            sizes += np.bincount(texts, minlength=count).astype(np.int32)
            again += np.bincount(texts[~first], minlength=count).astype(np.int32)
            parts.append(self._shared(hashes, texts, first))
        self._batches.clear()
        return Index(again / np.maximum(sizes, 1), self._bits, parts, self._spill)

    def _shared(self, hashes: Hashes, texts: Ints, first: Bools) -> _Part | None:
        """Set aside the shingles that several texts have, each with how many, and the first of them."""
        starts = np.flatnonzero(first)
        counts = np.diff(np.append(starts, len(hashes)))
        several = counts > 1
        if not several.any():
            return None
        place = np.arange(len(hashes)) - np.repeat(starts, counts)
        kept = np.repeat(several, counts) & (place < _FEW)
        return _Part(
            self._spill.put(hashes[starts[several]]),
            self._spill.put(counts[several].astype(np.int32)),
            self._spill.put(texts[kept]),
        )

    def _part(self, part: int) -> tuple[Hashes, Ints]:
        """Return the shingles of one part, and whose each is, by text."""
        hashes, texts = [np.empty(0, np.uint64)], [np.empty(0, np.int32)]
        for some, whose, bounds in self._batches:
            start, end = int(bounds[part]), int(bounds[part + 1])
            if start < end:
                hashes.append(self._spill.get(some, np.uint64, start, end))
                texts.append(self._spill.get(whose, np.int32, start, end))
        return np.concatenate(hashes), np.concatenate(texts)

    def _set_aside(self) -> None:
        """Find the shingles of the texts that came last, and set them aside by part."""
        hashes, texts = [], []
        for unspaced, waiting in self._words.items():
            if waiting:
                rows, words = zip(*waiting, strict=True)
                lengths = np.fromiter(map(len, words), np.int64, len(words))
                found = shingles(np.concatenate(words), unspaced=unspaced)
                left = np.repeat(np.cumsum(lengths), lengths) - np.arange(lengths.sum())  # words to the end of the text
                whole = left[: len(found)] >= LENGTHS[unspaced]
                hashes.append(found[whole])
                texts.append(np.repeat(np.array(rows, np.int32), lengths)[: len(found)][whole])
                waiting.clear()
        self._waiting = 0
        if not hashes:
            return
        flat, whose = np.concatenate(hashes), np.concatenate(texts)
        parts = _part_of(flat, self._bits)
        order = np.argsort(parts, kind="stable")
        bounds = np.searchsorted(parts[order], np.arange((1 << self._bits) + 1))
        self._batches.append((self._spill.put(flat[order]), self._spill.put(whose[order]), bounds))


def _part_of(hashes: Hashes, bits: int) -> NDArray[np.uint16]:
    return (hashes >> np.uint64(64 - bits)).astype(np.uint16) if bits else np.zeros(len(hashes), np.uint16)


@dataclass(frozen=True, slots=True)
class _Part:
    """Shingles that several texts have, ascending; of how many texts each is, and the first of those, in order."""

    values: Aside
    counts: Aside
    texts: Aside


class Index:
    """Which texts have which shingles, of those that several have.

    Parameters
    ----------
    seen
        The share of each text's distinct shingles that an earlier text has too, 0 to 1, shape (texts,).
    """

    def __init__(self, seen: NDArray[np.float64], bits: int, parts: Sequence[_Part | None], spill: Spill) -> None:
        self.seen = seen
        self._bits, self._parts, self._spill = bits, parts, spill

    def shared(self, rows: Sequence[int], own: Sequence[Hashes]) -> Iterator[Shared]:
        """Yield which texts have which part of the distinct shingles of others, some of these at a time, in order.

        Parameters
        ----------
        rows
            The numbers of those texts.
        own
            Shingles of each, ascending.
        """
        sizes = np.fromiter(map(len, own), np.int64, len(own))
        if not sizes.sum():
            return
        flat = np.concatenate(own)
        values, counts, texts = self._looked_up(np.unique(flat))
        taken = np.minimum(counts, _FEW)
        starts = np.concatenate(([0], np.cumsum(taken)))[:-1]
        places = np.searchsorted(values, flat)
        there = places < len(values)
        there[there] = values[places[there]] == flat[there]
        who, places = np.repeat(np.arange(len(own)), sizes)[there], places[there]
        pairs = np.cumsum(np.bincount(who, taken[places], minlength=len(own)))
        first = 0
        while first < len(own):
            done = pairs[first - 1] if first else 0
            end = max(first + 1, int(np.searchsorted(pairs, done + _PAIRS, side="right")))
            mine = slice(*np.searchsorted(who, (first, end)))
            found = _Lookup(who[mine] - first, places[mine], starts, counts, texts)
            yield found.shared(np.array(rows[first:end]), own[first:end])
            first = end

    def _looked_up(self, wanted: Hashes) -> tuple[Hashes, NDArray[np.int64], Ints]:
        """Return those of some distinct shingles, ascending, that several texts have, how many, and the first ones."""
        bounds = np.searchsorted(_part_of(wanted, self._bits), np.arange((1 << self._bits) + 1)).tolist()
        values, counts, texts = [np.empty(0, np.uint64)], [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        for part, start, end in zip(self._parts, bounds, bounds[1:], strict=False):
            if part is None or start == end:
                continue
            known = self._spill.get(part.values, np.uint64)
            places = np.searchsorted(known, wanted[start:end])
            places = places[places < len(known)]
            places = places[known[places] == wanted[start : start + len(places)]]
            if not len(places):
                continue
            total = self._spill.get(part.counts, np.int32)
            taken = np.minimum(total, _FEW)
            starts = np.concatenate(([0], np.cumsum(taken)))[:-1]
            values.append(known[places])
            counts.append(total[places])
            texts.append(self._spill.get(part.texts, np.int32)[_ranges(starts[places], taken[places])])
        return np.concatenate(values), np.concatenate(counts).astype(np.int64), np.concatenate(texts)


def _ranges(starts: NDArray[np.int64], lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Return the numbers of several ranges, one after the other."""
    before = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))[:-1]
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Shingles of rows, ``who`` has one each, at ``places`` among those that several texts have."""

    who: NDArray[np.int64]
    places: NDArray[np.int64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    texts: Ints

    def shared(self, rows: Ints, own: Sequence[Hashes]) -> Shared:
        """Count what each row shares with each text."""
        counts = self.counts[self.places]
        taken, cut = np.minimum(counts, _FEW), counts > _FEW
        others = self.texts[_ranges(self.starts[self.places], taken)].astype(np.int64)
        stride = int(others.max(initial=0)) + 1
        pairs, at = np.unique(np.repeat(self.who, taken) * stride + others, return_inverse=True)
        votes = np.bincount(at, np.repeat(1.0 / counts, taken), minlength=len(pairs)).astype(np.float64)
        return Shared(
            rows=rows,
            own=own,
            sizes=np.fromiter(map(len, own), np.int64, len(own)),
            known=np.bincount(self.who, minlength=len(rows)),
            cut=np.bincount(self.who[cut], minlength=len(rows)),
            stride=stride,
            pairs=pairs,
            votes=votes.round(9),
            uncut=np.bincount(at, np.repeat(~cut, taken), minlength=len(pairs)).astype(np.int64),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Which texts share how much with some others, the rows.

    Parameters
    ----------
    rows
        The numbers of these texts, shape (rows,).
    own
        The distinct shingles of each.
    sizes, known, cut
        How many distinct shingles each has, how many of them several texts have, and how many too many texts have:
        those count for each text.
    stride, pairs
        A row and a text that it shares something with, ``row * stride + text``, ascending, shape (pairs,).
    votes
        What they share, the more the rarer it is, shape (pairs,).
    uncut
        How many shingles they share, of those that few texts have, shape (pairs,).
    """

    rows: Ints
    own: Sequence[Hashes]
    sizes: NDArray[np.int64]
    known: NDArray[np.int64]
    cut: NDArray[np.int64]
    stride: int
    pairs: NDArray[np.int64]
    votes: NDArray[np.float64]
    uncut: NDArray[np.int64]

    def earlier(self, least: float) -> NDArray[np.int64]:
        """Return the pairs whose text comes before the row's and has at least ``least`` of its shingles.

        They are in the order of the rows, and then those first that share what is rare.
        """
        who, texts = self.who, self.texts
        usable = np.flatnonzero((texts < self.rows[who]) & (self.uncut + self.cut[who] >= least * self.sizes[who]))
        found: NDArray[np.int64] = usable[np.lexsort((texts[usable], -self.votes[usable], who[usable]))]
        return found

    @property
    def who(self) -> NDArray[np.int64]:
        """Which of the rows each pair is of."""
        return self.pairs // self.stride

    @property
    def texts(self) -> NDArray[np.int64]:
        """Which text each pair is with."""
        return self.pairs % self.stride

    def most(self, who: NDArray[np.int64], texts: Ints, more: Ints) -> NDArray[np.float64]:
        """Return the most that groups of texts may hold of a row, 0 to 1, shape (groups,).

        Parameters
        ----------
        who
            The row that each group is of.
        texts
            The texts of each group, a row each; -1 stands for none.
        more
            How many shingles each group has that no text of it was seen with, shape (groups,).
        """
        if not len(self.pairs):
            return (self.cut[who] + more) / np.maximum(1, self.sizes[who])
        wanted = who[:, None] * self.stride + texts
        places = np.searchsorted(self.pairs, wanted)
        places[places == len(self.pairs)] = 0
        there = (texts >= 0) & (texts < self.stride) & (self.pairs[places] == wanted)
        held = np.where(there, self.uncut[places], 0).sum(axis=1)
        most: NDArray[np.float64] = (held + self.cut[who] + more) / np.maximum(1, self.sizes[who])
        return most
