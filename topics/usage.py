"""How words are used: in which topics more than elsewhere, and each time with what stands around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from topics.protocols import Ints
from topics.search.query import spans_of
from topics.values import Keyword, Topic

_REACH = 80  # characters around a word that are shown of its passage
_WORD = 24  # characters that a word may have before it is cut


@dataclass(frozen=True, slots=True)
class Use:
    """A topic whose passages hold a word.

    Parameters
    ----------
    topic
        Its id; -1 for the passages of no topic.
    passages
        How many of its passages hold the word.
    share
        Which part of its passages that is, 0 to 1.
    lift
        How many times as often they hold it as passages of the whole corpus do.
    """

    topic: int
    passages: int
    share: float
    lift: float


@dataclass(frozen=True, slots=True)
class Line:
    """A word where it stands: what is before and behind it in its passage, cut to a line.

    ``start`` is where the word begins, as a character offset into its passage.
    """

    row: int
    start: int
    before: str
    word: str
    after: str


def by_topic(rows: Ints, labels: Ints) -> tuple[Use, ...]:
    """Return the topics that use a word, the one with the most passages first.

    Parameters
    ----------
    rows
        The passages that hold it.
    labels
        The topic of every passage, shape (n,).
    """
    sizes = dict(zip(*(column.tolist() for column in np.unique(labels, return_counts=True)), strict=True))
    topics, counts = np.unique(labels[rows], return_counts=True)
    overall = len(rows) / max(1, len(labels))
    uses = [
        Use(topic, count, count / sizes[topic], count / sizes[topic] / overall)
        for topic, count in zip(topics.tolist(), counts.tolist(), strict=True)
    ]
    return tuple(sorted(uses, key=lambda use: (-use.passages, -use.lift, use.topic)))


def lines_of(row: int, text: str, phrase: str) -> Iterator[Line]:
    """Yield a phrase each time that it stands in a passage, with what is around it."""
    for span in spans_of(text, [phrase]):
        before = _flat(text[max(0, span.start - _REACH - _WORD) : span.start])
        after = _flat(text[span.end : span.end + _REACH + _WORD])
        yield Line(row, span.start, _ending(before), _flat(text[span.start : span.end]), _beginning(after))


def telling(topics: Sequence[Topic], words: int) -> tuple[tuple[Topic, tuple[Keyword, ...]], ...]:
    """Return the topics with up to so many keywords each, the best first, none that a topic before has."""
    seen: set[str] = set()
    told = []
    for topic in topics:
        fresh = [keyword for keyword in topic.keywords if keyword.term.casefold() not in seen][:words]
        seen |= {keyword.term.casefold() for keyword in fresh}
        told.append((topic, tuple(fresh)))
    return tuple((topic, keywords) for topic, keywords in told if keywords)


def _flat(text: str) -> str:
    """Return a text on one line, with a blank for each run of them."""
    flat = " ".join(text.split())
    return f"{' ' * text[:1].isspace()}{flat}{' ' * text[-1:].isspace()}" if flat else " " * bool(text)


def _ending(text: str) -> str:
    if len(text) <= _REACH:
        return text
    cut = text[-_REACH:]
    blank = cut.find(" ", 0, _WORD)
    return f"…{cut[blank + 1 :]}"


def _beginning(text: str) -> str:
    if len(text) <= _REACH:
        return text
    cut = text[:_REACH]
    blank = cut.rfind(" ", _REACH - _WORD)
    return f"{cut if blank < 0 else cut[:blank]}…"
