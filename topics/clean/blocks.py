"""A document as cleaning sees it: its paragraphs, each with what the rules ask of it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from topics.paragraphs import paragraphs, word_count
from topics.spans import Made, Spans
from topics.values import Span

_WORD = re.compile(r"[^\W_]+(?:['’‑-][^\W_]+)*")
_NOT_PLAIN = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»)\]]*(?=\s|$)|[。！？]")

_SHORT = 400
_PROSE_WORDS = 25
_TOP, _BOTTOM = 5, 6


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


class Blocks(Made[Block]):
    """The paragraphs of a document. Of each its place and its number of words stay, and of the last few the block."""

    def __init__(self, text: str, spans: Spans) -> None:
        lengths = array("i", (-1,)) * len(spans)

        def block(row: int) -> Block:
            span = spans[row]
            return Block(span, text[span.start : span.end], row, lengths)

        super().__init__(len(spans), block)
        self.characters = sum(spans.ends) - sum(spans.starts)


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
