"""The only way from data to the page: what is escaped here, and nothing else, may stand in HTML or Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

from topics.search.query import MARKS, fold
from topics.spaceless import RUN
from topics.values import Span

_ACTIVE = re.compile(r"([!#$&*<>\[\\\]^_`{|}~]|:(?=\S)|^[-+=]|-(?=[->])|(?<=-)-)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|www)(?=[:.])|(?<=\w)(?=@)")
_WORD = re.compile(rf"\w[\w{''.join(MARKS)}]*")  # a vowel sign or a point is part of its word
_SPACELESS = re.compile(f"[{RUN}]")
_GAP = re.compile(r"[\s\-‐‑–'’&/]{1,3}")  # what may stand between the words of a phrase: "open-source" is "open source"
_PHRASE = re.compile(r'"([^"]+)"|(\S+)')

_SHORTEST = 4  # letters that two forms of a word share at least
_SHARED = 0.7  # ... and which part of the longer one
_PLURALS = ("s", "es")
_LONG = 3000  # characters from which on a passage is shown in part


def esc(value: str) -> str:
    """Return a text that shows as itself in HTML, in an element or in a quoted attribute.

    Control characters and those that turn the direction of the text around are replaced by spaces.
    """
    return html.escape(_CONTROL.sub(" ", value), quote=True)


def listed(values: Iterable[str]) -> str:
    """Return texts as HTML with commas between them, in this order whatever the directions of their scripts."""
    return ", ".join(f"<bdi>{esc(value)}</bdi>" for value in values)


def md(value: str) -> str:
    """Return a text that shows as itself, on one line, where Streamlit expects Markdown: every label of a widget.

    What Markdown would not take for a mark is left alone: screen readers are given labels as they are written.
    """
    line = " ".join(_CONTROL.sub(" ", value).split())
    unlinked = _ADDRESS.sub(lambda found: f"{found.group()}\u200b", line)
    return _NUMBERED.sub(r"\1\\\2", _ACTIVE.sub(r"\\\1", unlinked))


def highlight(value: str, terms: Iterable[str]) -> str:
    """Return a text as HTML with the terms in ``<mark>``, whatever their case, accents and endings.

    Parameters
    ----------
    value
        The text; it is escaped.
    terms
        Words and phrases. "models" is found for "model" and "lunchen" for "lunch", since they share most of their
        letters; a phrase is found whole only, across blanks and hyphens.
    """
    return marked(value, spans_of(value, terms))


def marked(value: str, spans: Iterable[Span]) -> str:
    """Return a text as HTML with some spans of it, in order and apart from each other, in ``<mark>``."""
    pieces, at = [], 0
    for span in spans:
        pieces += [esc(value[at : span.start]), "<mark>", esc(value[span.start : span.end]), "</mark>"]
        at = span.end
    return "".join([*pieces, esc(value[at:])])


def excerpt(value: str, spans: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    """Return a text with its spans; of one that is very long the part around the first of them."""
    if len(value) <= _LONG:
        return value, tuple(spans)
    start = max(0, spans[0].start - _LONG // 4) if spans else 0
    end = start + _LONG
    before, after = ("… " if start else ""), ("" if end >= len(value) else " …")
    moved = len(before) - start
    inside = tuple(
        Span(span.start + moved, span.end + moved) for span in spans if start <= span.start and span.end <= end
    )
    return f"{before}{value[start:end]}{after}", inside


def spans_of(value: str, terms: Iterable[str]) -> tuple[Span, ...]:
    """Return where the terms stand in a text, in order, without overlaps; see :func:`highlight`."""
    words = [(found.start(), found.end(), fold(found.group())) for found in _WORD.finditer(value)]
    found: list[tuple[int, int]] = []
    for term in terms:
        wanted = [fold(word) for word in _WORD.findall(term)]
        if not wanted:
            continue
        if _SPACELESS.search(term):
            found += [(match.start(), match.end()) for match in re.finditer(re.escape(term), value, re.IGNORECASE)]
        else:
            found += _occurrences(value, words, wanted)
    return _merged(found)


def query_terms(query: str) -> tuple[str, ...]:
    """Return what a search looks for: its words, and its phrases in quotation marks whole."""
    return tuple(phrase or word for phrase, word in _PHRASE.findall(query))


def _occurrences(value: str, words: Sequence[tuple[int, int, str]], wanted: Sequence[str]) -> list[tuple[int, int]]:
    size, found = len(wanted), []
    for at in range(len(words) - size + 1):
        run = words[at : at + size]
        if all(_alike(word, other) for (_, _, word), other in zip(run, wanted, strict=True)) and all(
            _GAP.fullmatch(value, before[1], after[0]) for before, after in pairwise(run)
        ):
            found.append((run[0][0], run[-1][1]))
    return found


def _alike(word: str, other: str) -> bool:
    """Tell whether two folded words are forms of one word, as far as their letters can tell."""
    if word == other:
        return True
    short, long = sorted((word, other), key=len)
    if len(short) == _SHORTEST - 1:
        return long.removeprefix(short) in _PLURALS
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(short, long, strict=False)))
    return shared >= _SHORTEST and shared >= _SHARED * len(long)


def _merged(spans: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    return tuple(merged)
