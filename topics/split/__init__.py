"""Documents become passages: one to a few sentences that a reader would quote, each with its place in the document.

Paragraphs are the units: a short one is a passage, a long one is cut evenly between sentences, a heading goes with what
it heads, a line that ends in a colon with what it introduces, short items of a list together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from topics.paragraphs import clip, paragraphs
from topics.split.filling import Limits, fill
from topics.split.sentences import CountTokens, Piece, cut_long, sentences
from topics.split.units import Unit, units_of
from topics.values import Document, Passage, Span

__all__ = ["CountTokens", "DetectLanguages", "split"]

DetectLanguages = Callable[[Sequence[str]], Sequence[str]]
"""Tells the language of each of several texts."""

_UNITS = 1000  # units whose tokens are counted together

TARGET_TOKENS = 128
"""What a passage of several sentences costs at most: sentence encoders are trained on texts of about this length."""


def split(
    document: Document,
    spans: Sequence[Span],
    *,
    language: str | DetectLanguages,
    count_tokens: CountTokens,
    max_tokens: int,
    max_sentences: int = 4,
) -> list[Passage]:
    """Split what is kept of a document into passages.

    Parameters
    ----------
    document
        The document.
    spans
        What of it to split, in order, as :class:`topics.clean.Cleaned` gives it; no passage reaches across two.
    language
        The document's language, or what tells the language of each of its paragraphs.
    count_tokens
        What each text costs the encoder.
    max_tokens
        How many tokens the encoder reads: only a sentence that costs more is cut.
    max_sentences
        The most sentences in a passage; the heading or lead-in before them is not counted.

    Returns
    -------
    list of Passage
        In order, without overlap. Every character of the spans that is not whitespace is in exactly one of them, and
        ``document.text[start:end] == text`` holds for each.

    Raises
    ------
    ValueError
        ``max_tokens`` or ``max_sentences`` is less than 1.
    """
    if max_tokens < 1 or max_sentences < 1:
        raise ValueError(f"max_tokens is {max_tokens} and max_sentences {max_sentences}, but both must be 1 or more")
    text = document.text
    found = paragraphs(text)
    groups = [clip(found, span.start, span.end, text) for span in spans]
    flat = [text[span.start : span.end] for group in groups for span in group]
    codes = iter([language] * len(flat) if isinstance(language, str) else language(flat))
    units = [unit for group in groups for unit in units_of(text, group, [next(codes) for _ in group], document.pages)]
    limits = Limits(max_tokens, min(max_tokens, TARGET_TOKENS), max_sentences)
    passages: list[Passage] = []
    for batch in _batched(units):
        parts = [part for unit in batch for part in (*unit.heads, *_atoms(text, unit))]
        pieces = deque(cut_long(text, parts, count_tokens, max_tokens))
        for unit in batch:
            heads = _taken(pieces, unit.heads[-1].end) if unit.heads else []
            for span in fill(heads, _taken(pieces, unit.items[-1].end), limits):
                passages.append(_passage(document, span, unit.language))
    return passages


def _batched(units: list[Unit]) -> Iterator[list[Unit]]:
    """Give the units some at a time, so that what is known of a long document's sentences never piles up."""
    return (units[first : first + _UNITS] for first in range(0, len(units), _UNITS))


def _atoms(text: str, unit: Unit) -> list[Span]:
    """Return what a unit's passages are put together from: its sentences, or the items of its list."""
    if unit.is_list:
        return list(unit.items)
    whole = unit.items[0]
    found = sentences(text[whole.start : whole.end], unit.language)
    return [Span(whole.start + span.start, whole.start + span.end) for span in found]


def _taken(pieces: deque[Piece], end: int) -> list[Piece]:
    taken = []
    while pieces and pieces[0].span.end <= end:
        taken.append(pieces.popleft())
    return taken


def _passage(document: Document, span: Span, language: str) -> Passage:
    text = document.text[span.start : span.end]
    return Passage(f"{document.id}:{span.start}-{span.end}", document.id, span.start, span.end, text, language)
