"""Passages that say again what an earlier one says: an article twice, a wire story in five papers, quoted mail.

A passage is a copy where nearly all of it stands in one place of an earlier document (or earlier in its own), in the
same words and order, and where no number, no name and no negation in it is new: templates that differ in what matters
are no copies. Short texts never are by themselves: "too expensive" fifty times is fifty answers. They are where their
whole document says what an earlier one does, or most of it is copied from a document in which they stand too.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from topics.copies.quoting import quotes_last
from topics.copies.sharing import Shared, Spread, is_much
from topics.copies.shingles import LENGTHS, UNSPACED, WORD, Hashes, Vocabulary, distinct, held, shingles
from topics.copies.short import is_long, short_ones, whole_ones
from topics.copies.telling import TELLING
from topics.paragraphs import word_count
from topics.passages import Passages, first_alike, ids_of
from topics.protocols import Bools, Ints, Tick
from topics.spill import Spill
from topics.values import Document, Passage, Removed, Skipped

__all__ = ["REASON", "Parted", "find", "part"]

REASON = "copy"
"""The reason for which a copy is removed."""

_COVERED, _COVERED_UNCASED = 0.8, 0.9  # more where names cannot be told
_WORTH_A_LOOK = (0.4, 0.7)  # how much of a passage, and of it without its headings, stands anywhere else
_SHARED = 0.25  # of a copy at least, in one passage: its original is in up to three
_CANDIDATES = 8
_CACHED = 4096
_NEIGHBOURS = np.array((-1, 0, 1), np.int32)
_TOGETHER = 1 << 17  # shingles of passages that are looked up together
_HEAD_WORDS = 24
_ENDS = re.compile(r"[.!?…。！？।؟][\"'”’»)\]*_]*$")
_BEFORE_CAPITAL = re.compile(r"(?:^|[.!?…:。！？।؟\n])[\s\"'“”‘’„«»()\[\]>*_#|–—-]*$")
_LOOK_BACK = 12


@dataclass(frozen=True, slots=True)
class Parted:
    """Passages without the copies, what is removed with them, and the documents of which nothing is left."""

    passages: Passages
    removed: tuple[Removed, ...]
    skipped: tuple[Skipped, ...]


def part(
    documents: Sequence[Document],
    passages: Passages,
    removed: Iterable[Removed] = (),
    *,
    keep: bool = False,
    progress: Tick | None = None,
) -> Parted:
    """Set the copies among passages aside.

    Parameters
    ----------
    documents
        The documents, in order.
    passages
        Their passages, in the same order.
    removed
        What has been removed from the documents so far.
    keep
        Whether copies stay where they are.
    progress
        Called as ``progress(done, total)`` for the passages that are worth a look.

    Returns
    -------
    Parted
        Each copy is among the removed spans, which are in the order of the text, with the id of its original. What is
        quoted counts where it was first said, if that is among the documents, even where the reply was read first.
    """
    removed = tuple(removed)
    order = () if keep else quotes_last(documents, passages, removed)
    ordered = passages if order == range(len(passages)) else passages.only(np.array(order, np.int32))
    found = find(ordered, progress=progress)
    original = {order[row]: order[of] for row, of in found.items()}
    if not original:
        return Parted(passages, removed, ())
    copies = spans_of(passages, original)
    place = {id: row for row, id in enumerate(ids_of(documents))}
    spans = sorted((*removed, *copies), key=lambda span: (place[span.document_id], span.start, span.end))
    is_kept = np.ones(len(passages), bool)
    is_kept[list(original)] = False
    return Parted(
        passages.only(np.flatnonzero(is_kept).astype(np.int32)), tuple(spans), tuple(without_rest(passages, original))
    )


def spans_of(passages: Sequence[Passage], original: Mapping[int, int]) -> list[Removed]:
    """Return the spans that copies take, in their order, each linked to its original.

    Parameters
    ----------
    passages
        The passages.
    original
        The row of each copy with that of its original, as :func:`find` gives it.
    """
    rows = ((passages[row], passages[original[row]]) for row in sorted(original))
    return [Removed(copy.document_id, copy.start, copy.end, REASON, of.id) for copy, of in rows]


def find(passages: Sequence[Passage], *, progress: Tick | None = None) -> dict[int, int]:
    """Find the copies among passages.

    Parameters
    ----------
    passages
        In the order of their documents: of two alike the later one is the copy.
    progress
        Called as ``progress(done, total)``.

    Returns
    -------
    dict of int to int
        The row of each copy with that of its original, which is no copy itself, ascending.
    """
    vocabulary = Vocabulary()
    characters = _length(passages)
    with Spill(on_disk=is_much(characters)) as spill:
        spread = Spread(characters, spill)
        long = _Long(passages, vocabulary, spread)
        original = long.repeated()
        gone = np.zeros(len(long.rows), bool)
        gone[list(original)] = True
        found = spread.index(len(long.rows), gone)
        rows = np.flatnonzero(found.seen >= _WORTH_A_LOOK[0]).tolist()
        done = 0
        for some, own in long.bodies(rows):
            for shared in found.shared(some, own):
                for row, of in long.near(shared, gone):
                    original[row] = of
                    gone[row] = True
                done += len(shared.rows)
                if progress is not None:
                    progress(done, len(rows))
    copies = {long.rows[row]: long.rows[original.get(of, of)] for row, of in original.items()}
    copies.update({row: copies.get(of, of) for row, of in long.same.items()})
    copies.update(whole_ones(len(passages), _texts(passages), _owners(passages), copies))
    copies.update(short_ones(_texts(passages), _owners(passages), copies, len(passages)))
    return {row: copies.get(of, of) for row, of in sorted(copies.items())}  # a short original may be a copy by now


class _Long:
    """The passages that are long enough to be copies, each text once; a row is one of them.

    Their words are read again when they are asked for, which is seldom, so that none are kept.
    """

    def __init__(self, passages: Sequence[Passage], vocabulary: Vocabulary, spread: Spread) -> None:
        self.passages, self.vocabulary = passages, vocabulary
        self._text = text = _texts(passages)
        self._owner = _owners(passages)
        self._counts = np.full(len(passages), -1, np.int32)  # words of those short ones that were counted
        first = first_alike(len(passages), text)
        self.rows = array("i")
        self.same: dict[int, int] = {}
        self.row_of = np.full(len(passages), -1, np.int32)  # of each passage the row of its text, -1 where it is short
        self._digests, unspaced = array("q"), bytearray()
        for at, before in enumerate(map(int, first)):
            if at != before and self.row_of[before] >= 0:
                self.same[at] = before
                self.row_of[at] = self.row_of[before]
            elif at == before and is_long(own := text(at)):
                row = self.row_of[at] = len(self.rows)
                self.rows.append(at)
                words = vocabulary.read(own)
                self._digests.append(hash(words.tobytes()))
                unspaced.append(4 * len(UNSPACED.findall(own)) > len(own))
                spread.add(row, words, unspaced=bool(unspaced[-1]))
        self._at = np.array(self.rows, np.int32)
        self._unspaced = np.array(unspaced, bool)
        self._place = lru_cache(_CACHED)(self._place_of)

    def repeated(self) -> dict[int, int]:
        """Return the rows that say word for word what an earlier one says, each with that."""
        digests = np.array(self._digests, np.int64)
        first = first_alike(len(self.rows), lambda row: self._words(self.rows[row]).tobytes(), digests)
        del self._digests
        again = {row: before for row, before in enumerate(first.tolist()) if row != before}
        self.row_of = np.where(self.row_of < 0, self.row_of, first[self.row_of]) if len(first) else self.row_of
        return again

    def bodies(self, rows: Sequence[int]) -> Iterator[tuple[list[int], list[Hashes]]]:
        """Yield rows, some at a time, with the distinct shingles of each without the headings that it begins with."""
        some: list[int] = []
        own: list[Hashes] = []
        total = 0
        for row in rows:
            text = self._text(self.rows[row])
            words = self.vocabulary.read(text[_body(text) :])
            own.append(distinct(shingles(words, unspaced=bool(self._unspaced[row]))))
            some.append(row)
            total += len(own[-1])
            if total >= _TOGETHER:
                yield some, own
                some, own, total = [], [], 0
        if some:
            yield some, own

    def near(self, shared: Shared, gone: Bools) -> Iterator[tuple[int, int]]:
        """Yield each row that is an edited copy of another one, with that: the one that holds most of it.

        Parameters
        ----------
        shared
            What the rows share with others.
        gone
            The rows that are copies, which those that are yielded become before the next ones are looked at.
        """
        pairs = shared.earlier(_SHARED)
        who, texts = shared.who[pairs], shared.texts[pairs].astype(np.int32)
        most = self._most(shared, who, texts)
        bounds = np.searchsorted(who, np.arange(len(shared.rows) + 1)).tolist()
        seen = shared.known / np.maximum(1, shared.sizes) >= _WORTH_A_LOOK[1]
        hopeful = np.unique(who[(most >= _COVERED) & seen[who]])
        for at in hopeful.tolist():
            mine = slice(bounds[at], bounds[at + 1])
            usable = ~gone[texts[mine]]
            candidates = zip(texts[mine][usable].tolist(), most[mine][usable].tolist(), strict=True)
            row = int(shared.rows[at])
            of = self._nearest(row, shared.own[at], islice(candidates, _CANDIDATES))
            if of is not None:
                yield row, of

    def _nearest(self, row: int, own: Hashes, candidates: Iterable[tuple[int, float]]) -> int | None:
        """Return the candidate that holds most of a row, if it holds enough and the row adds nothing.

        Candidates come with the most that they may hold.
        """
        text, unspaced = self._text(self.rows[row]), bool(self._unspaced[row])
        body, least = _body(text), _COVERED if any(map(str.isupper, text)) else _COVERED_UNCASED
        best: tuple[float, float, int] | None = None
        for candidate, most in candidates:
            if most < max(least, best[0] if best else 0.0):
                continue
            place = self._place(candidate, self._end(candidate, row), unspaced)
            covered = _share(own, place)
            if covered >= max(least, best[0] if best else 0.0) and not self._adds(row, body, place):
                alone = _share(own, distinct(shingles(self._words(self.rows[candidate]), unspaced=unspaced)))
                best = max(best or (0.0, 0.0, 0), (covered, alone, -candidate))
        return None if best is None else -best[2]

    def _near(self, row: int, end: int) -> range:
        """Return a passage and its neighbours up to an end."""
        return range(max(0, self.rows[row] - 1), end)

    def _end(self, row: int, before: int) -> int:
        """Return where the neighbours of a passage end: where a sentence was cut, passages end elsewhere."""
        at = self.rows[row]
        return min(at + 2, self.rows[before], len(self.passages))

    def _most(self, shared: Shared, who: NDArray[np.int64], candidates: Ints) -> NDArray[np.float64]:
        """Return the most of rows that each of others and its neighbours may hold, 0 to 1, without comparing."""
        joint = np.where(self._unspaced[shared.rows[who]], LENGTHS[True], LENGTHS[False]) - 1
        at = self._at[candidates]
        near = at[:, None] + _NEIGHBOURS
        end = np.minimum(np.minimum(at + 2, self._at[shared.rows[who]]), len(self.passages))
        inside = (near >= 0) & (near < end[:, None])
        near[~inside] = 0
        rows = self.row_of[near]
        is_short = inside & (rows < 0)
        short = np.where(is_short, self._count(near, is_short) - joint[:, None], 0)
        rows[~inside] = -1
        more = (inside.sum(axis=1) - 1) * joint + np.maximum(short, 0).sum(axis=1)
        return shared.most(who, rows, more)

    def _count(self, at: Ints, wanted: Bools) -> Ints:
        """Return how many words passages have, those that are wanted."""
        for one in np.unique(at[wanted & (self._counts[at] < 0)]).tolist():
            self._counts[one] = len(WORD.findall(self._text(one)))
        return self._counts[at]

    def _place_of(self, row: int, end: int, unspaced: bool) -> Hashes:
        """Return the distinct shingles of a passage and its neighbours, ascending."""
        own = self._owner(self.rows[row])
        words = [self._words(at) for at in self._near(row, end) if self._owner(at) == own]
        return distinct(shingles(np.concatenate(words), unspaced=unspaced))

    def _words(self, at: int) -> Hashes:
        """Return the words of a passage."""
        return self.vocabulary.read(self._text(at))

    def _adds(self, row: int, body: int, place: Hashes) -> bool:
        """Whether a passage holds a number, a negation or a name that no shingle ties to another place."""
        passage = self.passages[self.rows[row]]
        tied = held(self._words(self.rows[row]), place, unspaced=bool(self._unspaced[row]))
        if tied.all():
            return False
        text, telling = passage.text, TELLING.get(passage.language, frozenset())
        new = (match for match, known in zip(WORD.finditer(text), tied.tolist(), strict=True) if not known)
        return any(
            any(map(str.isdigit, match[0])) or match[0].casefold() in telling or self._is_name(text, match)
            for match in new
            if match.start() >= body
        )

    def _is_name(self, text: str, match: re.Match[str]) -> bool:
        """Whether a word is written as a name: a capital within a sentence, or one that is never without."""
        word = match[0]
        if not word[0].isupper():
            return False
        begins = _BEFORE_CAPITAL.search(text, max(0, match.start() - _LOOK_BACK), match.start())
        return begins is None or not self.vocabulary.has_lower(word)


def _share(own: Hashes, others: Hashes) -> float:
    """Return how much of the one is in the other, 0 to 1; both are distinct and ascending."""
    places = np.searchsorted(others, own)
    places[places == len(others)] = 0
    return float((others[places] == own).mean()) if len(others) else 0.0


def _length(passages: Sequence[Passage]) -> int:
    """Return how many characters passages have in all."""
    if isinstance(passages, Passages):
        return int((passages.end - passages.start).sum(dtype=np.int64))
    return sum(len(passage.text) for passage in passages)


def _texts(passages: Sequence[Passage]) -> Callable[[int], str]:
    return passages.text if isinstance(passages, Passages) else lambda row: passages[row].text


def _owners(passages: Sequence[Passage]) -> Callable[[int], Hashable]:
    """Return what tells of a row which document it is from."""
    if isinstance(passages, Passages):
        return passages.document.item
    return lambda row: passages[row].document_id


def _body(text: str) -> int:
    """Return where a passage goes on after the headings and lead-ins that it begins with; 0 where little is left."""
    at = 0
    while (end := text.find("\n", at)) >= 0:
        line = text[at:end].strip()
        if word_count(line) > _HEAD_WORDS or _ENDS.search(line):
            break
        at = end + 1
    return at if is_long(text[at:]) else 0


def without_rest(passages: Sequence[Passage], original: dict[int, int]) -> list[Skipped]:
    """List the documents that hold nothing but copies."""
    owner = _owners(passages)
    kept = {owner(row) for row in range(len(passages)) if row not in original} if original else set()
    of: dict[object, set[str]] = defaultdict(set)
    first: dict[object, int] = {}
    for row in sorted(original):
        if owner(row) not in kept:
            of[owner(row)].add(passages[original[row]].document_id)
            first.setdefault(owner(row), row)
    return [
        Skipped(
            passages[first[document]].document_id,
            f"is a copy of {found.copy().pop()}" if len(found) == 1 else "repeats other documents",
        )
        for document, found in of.items()
    ]
