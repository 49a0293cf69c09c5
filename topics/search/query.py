"""What a search looks for, and where in a text it stands: words blind to case, accents and width, phrases whole.

The index and the marks on a page read a text alike: what is found is marked, and what is marked is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from topics.spaceless import HIRAGANA, RUN
from topics.values import Span


def _is_accent(mark: str) -> bool:
    """Tell whether a mark may be left out in writing: accents and vowel points may, the vowel signs of India not."""
    place = unicodedata.combining(mark)
    return 10 <= place <= 36 or place >= 200


MARKS = [
    chr(code)
    for code in (*range(0x300, 0x3100), *range(0xA600, 0xAC00), *range(0xFE20, 0xFE30))
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
]
"""The characters that belong to the letter before them; ``\\w`` takes them for the end of a word."""

_ACCENTS = re.compile(f"[{''.join(filter(_is_accent, MARKS))}]+")
_KEPT = "".join(mark for mark in MARKS if not _is_accent(mark))
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}  # full-width letters, as among Chinese ones

_PARTS = re.compile(r'"([^"]+)"|(\S+)')
_BETWEEN = re.compile(f"(?:[^\\w{_KEPT}]|_)+")
_RUNS = re.compile(f"[{RUN}{HIRAGANA}]+")
_TOKEN = re.compile(f"[{RUN}{HIRAGANA}]|[^\\W_{RUN}{HIRAGANA}](?:[^\\W_{RUN}{HIRAGANA}]|[{''.join(MARKS)}])*")


def parts_of(query: str) -> tuple[str, ...]:
    """Return what a search looks for: its words, and its phrases in quotation marks whole; each of them once.

    What holds no word is left out, and a quotation mark that is never closed stands for nothing.
    """
    parts = (phrase or word for phrase, word in _PARTS.findall(query))
    return tuple({tokens: part.strip('"') for part in parts if (tokens := indexed(part))}.values())


def fold(text: str) -> str:
    """Return a text without case, accents and full-width letters: "Crème Brûlée" is "creme brulee"."""
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text.translate(_WIDE).casefold()))
    return unicodedata.normalize("NFC", plain)


def indexed(text: str) -> str:
    """Return a text as its folded words with a blank between them.

    In scripts without spaces each character counts as a word, so that any run of them is found as a phrase.
    """
    return " ".join(prepared(_BETWEEN.sub(" ", fold(text))).split())


def prepared(text: str) -> str:
    """Return a text of which a reader of ASCII, for whom other characters are letters, reads the same words.

    That is the tokenizer ``ascii`` of FTS5, which takes less time than :func:`indexed` for what it can read by itself.
    """
    if text.isascii():
        return text.replace("\0", " ")
    return _RUNS.sub(_apart, _BETWEEN.sub(" ", fold(text)))


def _apart(run: re.Match[str]) -> str:
    return f" {' '.join(run.group())} "


def spans_of(text: str, parts: Iterable[str]) -> tuple[Span, ...]:
    """Return where words and phrases stand in a text, in order; where two overlap, the first counts, then the longer.

    Unlike the marks of keywords these are the words as they were asked for, in no other form.
    """
    wanted = {tuple(indexed(part).split()) for part in parts} - {()}
    if not wanted:
        return ()
    tokens = list(_tokens(text))
    found = [span for phrase in wanted for span in _occurrences(tokens, phrase)]
    spans: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return tuple(spans)


def _tokens(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _TOKEN.finditer(text):
        for word in indexed(match.group()).split():
            yield match.start(), match.end(), word


def _occurrences(tokens: Sequence[tuple[int, int, str]], phrase: tuple[str, ...]) -> Iterator[Span]:
    size, at = len(phrase), 0
    while at + size <= len(tokens):
        if all(tokens[at + step][2] == word for step, word in enumerate(phrase)):
            yield Span(tokens[at][0], tokens[at + size - 1][1])
            at += size
        else:
            at += 1
