"""A document as cleaning sees it: its paragraphs, each with what the rules ask of it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

from topics.paragraphs import Spans, paragraphs, word_count
from topics.values import Span

_WORD = re.compile(r"[^\W_]+(?:['’‑-][^\W_]+)*")
_NOT_PLAIN = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»)\]]*(?=\s|$)|[。！？]")

_SHORT = 400
_PROSE_WORDS = 25
_TOP, _BOTTOM = 5, 6
_RECENT = 128  # blocks that are kept; rules look at a few around each


@dataclass(frozen=True)
class Block:
    """A paragraph on its page."""

    span: Span
    text: str
    row: int = 0
    _lengths: array[int] = field(default_factory=lambda: array("i", (-1,)), repr=False, compare=False)

    @cached_property
    def plain(self) -> str:
        """Its words in lower case, one space apart: equal for a title with straight and with curly quotes."""
        return plain(self.text)

    @property
    def words(self) -> list[str]:
        """Its words as they are written; not kept, since all of a long document's together take many times its size."""
        return _WORD.findall(self.text)

    @cached_property
    def sentence_ends(self) -> int:
        """How many sentences end in it."""
        return len(_SENTENCE_END.findall(self.text))

    @property
    def length(self) -> int:
        """How many words it has; two characters count as one where a script sets no spaces."""
        if self._lengths[self.row] < 0:
            self._lengths[self.row] = word_count(self.text)
        return self._lengths[self.row]

    @property
    def is_short(self) -> bool:
        """Whether it is short enough to be a button, a form or a notice."""
        return len(self.text) <= _SHORT

    @property
    def is_prose(self) -> bool:
        """Whether it is running text."""
        return not self.is_short or self.length >= _PROSE_WORDS

    @property
    def ends_sentence(self) -> bool:
        """Whether its end is the end of a sentence."""
        return self.text.rstrip("\"'”’»)]")[-1:] in ".!?…。！？।؟"

    def title_share(self) -> float:
        """Return the share of its words that begin with a capital or a digit, 0 to 1."""
        return sum(word[0].isupper() or word[0].isdigit() for word in self.words) / max(1, len(self.words))

    def stop_share(self, stop_words: Collection[str]) -> float:
        """Return the share of its words that are stop words, 0 to 1."""
        return sum(word.casefold() in stop_words for word in self.words) / max(1, len(self.words))


class Blocks(Sequence[Block]):
    """The paragraphs of a document; a :class:`Block` is made when it is asked for, and the last few are kept.

    Of each paragraph its place and its number of words stay: of a long document all blocks together would take many
    times the room of its text.
    """

    def __init__(self, text: str, spans: Spans) -> None:
        self._text, self.spans = text, spans
        self._lengths = array("i", (-1,)) * len(spans)
        self._recent: list[Block | None] = [None] * min(_RECENT, len(spans))

    def __len__(self) -> int:
        return len(self.spans)

    @overload
    def __getitem__(self, index: int) -> Block: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Block, ...]: ...
    def __getitem__(self, index: int | slice) -> Block | tuple[Block, ...]:
        if isinstance(index, slice):
            return tuple(self._at(row) for row in range(*index.indices(len(self))))
        if not -len(self) <= index < len(self):
            raise IndexError(f"paragraph {index} of {len(self)}")
        return self._at(index % len(self))

    def _at(self, row: int) -> Block:
        place = row % _RECENT
        block = self._recent[place]
        if block is None or block.row != row:
            span = self.spans[row]
            block = Block(span, self._text[span.start : span.end], row, self._lengths)
            self._recent[place] = block
        return block

    def characters(self) -> int:
        """Return how many characters all of them have."""
        return sum(self.spans.ends) - sum(self.spans.starts)


@dataclass(frozen=True)
class Page:
    """A document's paragraphs in order, and the stop words of its language."""

    blocks: Blocks
    stop_words: Collection[str]

    def is_at_edge(self, row: int) -> bool:
        """Whether a paragraph stands at the top or the bottom, where credits and bylines are."""
        return self.is_at_top(row) or row >= len(self.blocks) - _BOTTOM

    def is_at_top(self, row: int) -> bool:
        """Whether a paragraph stands at the top, no more than one paragraph of prose before it."""
        return row < _TOP and sum(block.is_prose for block in self.blocks[:row]) <= 1


def page_of(text: str, stop_words: Collection[str] = frozenset(), found: Spans | None = None) -> Page:
    """Return the page of a text, of which the paragraphs may have been ``found`` before."""
    return Page(Blocks(text, paragraphs(text) if found is None else found), stop_words)


def plain(text: str) -> str:
    """Return the words of a text in lower case, one space apart, without punctuation."""
    return _NOT_PLAIN.sub(" ", text.casefold()).strip()
