"""Documents become passages: one to a few sentences that a reader would quote, each with its place in the document.

Paragraphs are the units: a short one is a passage, a long one is cut evenly between sentences, a heading goes with what
it heads, a line that ends in a colon with what it introduces, short items of a list together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from topics.paragraphs import clip, paragraphs
from topics.spans import Spans
from topics.split.filling import Limits, fill
from topics.split.sentences import CountTokens, Pieces, cut_long, plainly_fits, sentences
from topics.split.units import Unit, units_of
from topics.values import Document, Passage, Span

__all__ = ["CountTokens", "DetectLanguages", "cut", "kept_paragraphs", "split"]

DetectLanguages = Callable[[Sequence[str]], Sequence[str]]
"""Tells the language of each of several texts."""

_TOGETHER = 1000  # paragraphs whose languages, units whose sentences, sentences whose tokens are looked at together

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
    places = cut(
        document,
        spans,
        language=language,
        count_tokens=count_tokens,
        max_tokens=max_tokens,
        max_sentences=max_sentences,
    )
    return [_passage(document, start, end, code) for start, end, code in places]


def cut(
    document: Document,
    spans: Sequence[Span],
    *,
    language: str | DetectLanguages,
    count_tokens: CountTokens,
    max_tokens: int,
    max_sentences: int = 4,
    found: Spans | None = None,
) -> Iterator[tuple[int, int, str]]:
    """Do as :func:`split` does, and yield only where each passage is and its language: what has been read is let go.

    ``found`` are the document's paragraphs, where they were found before.
    """
    if max_tokens < 1 or max_sentences < 1:
        raise ValueError(f"max_tokens is {max_tokens} and max_sentences {max_sentences}, but both must be 1 or more")
    text = document.text
    groups = kept_paragraphs(document, spans, found)
    codes = _languages(text, groups, language)
    limits = Limits(max_tokens, min(max_tokens, TARGET_TOKENS), max_sentences)
    for batch in _batched(unit for group in groups for unit in units_of(text, group, next(codes), document.pages)):
        parts = (part for unit in batch for part in chain(unit.heads, _atoms(text, unit)))
        pieces = Pieces()
        while some := list(islice(parts, _TOGETHER)):
            alone = len(some) == 1 and not pieces.spans and plainly_fits(text, some[0], max_tokens)
            pieces.add(cut_long(text, some, _most_tokens if alone else count_tokens, max_tokens))
        at = 0
        for unit in batch:
            body = bisect_right(pieces.spans.ends, unit.heads[-1].end, at) if unit.heads else at
            end = bisect_right(pieces.spans.ends, unit.items.ends[-1], body)
            for span in fill(pieces[at:body], pieces.part(body, end), limits):
                yield span.start, span.end, unit.language
            at = end


def kept_paragraphs(document: Document, spans: Sequence[Span], found: Spans | None = None) -> list[Spans]:
    """Return the paragraphs of what is kept of a document, or what is kept of each, by kept span."""
    whole = paragraphs(document.text) if found is None else found
    return [clip(whole, span.start, span.end, document.text) for span in spans]


def _languages(text: str, groups: Sequence[Spans], language: str | DetectLanguages) -> Iterator[list[str]]:
    """Yield the languages of each group of paragraphs, which are told for many paragraphs together."""
    if isinstance(language, str):
        yield from ([language] * len(group) for group in groups)
        return
    texts = (text[start:end] for group in groups for start, end in zip(group.starts, group.ends, strict=True))
    codes = chain.from_iterable(iter(lambda: language(list(islice(texts, _TOGETHER))), []))
    yield from (list(islice(codes, len(group))) for group in groups)


def _batched(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    """Give the units some at a time, so that what is known of a long document's sentences never piles up."""
    rest = iter(units)
    return iter(lambda: list(islice(rest, _TOGETHER)), [])


def _most_tokens(texts: Sequence[str]) -> list[int]:
    """Return what each text costs at most: what it costs is not asked where it is shared out with no other."""
    return [len(text) + 1 for text in texts]


def _atoms(text: str, unit: Unit) -> Iterable[Span]:
    """Return what a unit's passages are put together from: its sentences, or the items of its list."""
    if unit.is_list:
        return unit.items
    start, end = unit.items.starts[0], unit.items.ends[0]
    return (Span(start + span.start, start + span.end) for span in sentences(text[start:end], unit.language))


def _passage(document: Document, start: int, end: int, language: str) -> Passage:
    return Passage(f"{document.id}:{start}-{end}", document.id, start, end, document.text[start:end], language)
