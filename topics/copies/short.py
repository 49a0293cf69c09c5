"""Short passages are copies only in company: of a document that is one whole, or that is copied for the most part."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate

from topics.copies.shingles import WORD
from topics.paragraphs import word_count
from topics.passages import first_alike
from topics.spans import Made

_LEAST_WORDS = 24
_MOSTLY = 0.5
_SOURCES = 8  # documents that others are copied from, of which the words are at hand
_SINGLE = 5  # a shorter passage must be a passage there too, not a part of one


def is_long(text: str) -> bool:
    """Whether a passage is long enough to be a copy by itself."""
    return len(text) >= 2 * _LEAST_WORDS and word_count(text) >= _LEAST_WORDS


def whole_ones(
    count: int, text: Callable[[int], str], owner: Callable[[int], object], copies: Mapping[int, int]
) -> dict[int, int]:
    """Find the passages of documents that say word for word what an earlier one says, from first to last.

    Parameters
    ----------
    count
        How many passages there are.
    text, owner
        The text of each, and what tells which document it is from.
    copies
        The rows that are copies anyway, with those of their originals.
    """
    bounds = array("i", (row for row in range(count) if not row or owner(row) != owner(row - 1)))
    bounds.append(count)
    several = array("i", (at for at in range(len(bounds) - 1) if bounds[at + 1] - bounds[at] > 1))
    runs = Made(len(several), lambda at: range(bounds[several[at]], bounds[several[at] + 1]))
    first = first_alike(len(runs), lambda at: _digest(map(text, runs[at])))
    found: dict[int, int] = {}
    for at, before in enumerate(first.tolist()):
        if at == before or sum(word_count(text(row)) for row in runs[at]) < _LEAST_WORDS:
            continue
        pairs = zip(runs[at], runs[before], strict=True)
        found.update({row: copies.get(of, of) for row, of in pairs if row not in copies})
    return found


def _digest(texts: Iterable[str]) -> bytes:
    """Return what only the same texts in the same order have, without a second copy of a document's text."""
    found = blake2b(digest_size=16)
    for text in texts:
        found.update(text.encode("utf-8", "surrogatepass"))
        found.update(b"\0")
    return found.digest()


def short_ones(
    text: Callable[[int], str], owner: Callable[[int], Hashable], copies: dict[int, int], count: int
) -> dict[int, int]:
    """Find the short passages of documents that are for the most part copied from one other document.

    Parameters
    ----------
    text, owner
        The text of each passage, and what tells which document it is from.
    copies
        The rows of the long copies, with those of their originals.
    count
        How many passages there are.

    Returns
    -------
    dict of int to int
        The row of each short copy with that of its original.
    """
    concerned = {owner(row) for pair in copies.items() for row in pair}
    rows: dict[Hashable, array[int]] = {}
    for row in range(count) if concerned else ():
        if owner(row) in concerned:
            rows.setdefault(owner(row), array("i")).append(row)
    source_of = lru_cache(_SOURCES)(lambda document: _Source(text, rows[document]))
    more: dict[int, int] = {}
    for document in dict.fromkeys(map(owner, sorted(copies))):
        source = _source_of(text, owner, rows[document], copies)
        if source is None:
            continue
        for row in rows[document]:
            if row not in copies and not is_long(text(row)):
                of = source_of(source).holder(_words(text(row)))
                if of is not None:
                    more[row] = copies.get(of, more.get(of, of))
    return more


def _source_of(
    text: Callable[[int], str], owner: Callable[[int], Hashable], rows: Sequence[int], copies: dict[int, int]
) -> Hashable | None:
    """Return the other document that most of a document, given by its rows, is copied from; None if there is none."""
    from_where: Counter[Hashable] = Counter()
    for row in rows:
        if row in copies:
            from_where[owner(copies[row])] += word_count(text(row))
    source, copied = max(from_where.items(), key=lambda item: item[1])
    total = sum(word_count(text(row)) for row in rows)
    return source if source != owner(rows[0]) and copied >= _MOSTLY * total else None


class _Source:
    """A document that others are copied from, as one run of words."""

    def __init__(self, text: Callable[[int], str], rows: Sequence[int]) -> None:
        self.rows = rows
        parts = [_written(_words(text(row))) for row in rows]
        self.whole = {part: row for row, part in reversed(list(zip(rows, parts, strict=True)))}
        self.text = "".join(parts)
        self.starts = [0, *accumulate(map(len, parts))]

    def holder(self, words: Sequence[str]) -> int | None:
        """Return the row of the passage that begins to say these words; None where none does."""
        wanted = _written(words)
        if not words or wanted in self.whole:
            return self.whole.get(wanted)
        place = self.text.find(wanted) if len(words) >= _SINGLE else -1
        return None if place < 0 else self.rows[bisect_right(self.starts, place) - 1]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _written(words: Sequence[str]) -> str:
    return "".join(f" {word};" for word in words)
