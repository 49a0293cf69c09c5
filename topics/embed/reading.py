"""Which languages an encoder reads poorly: by what it says of itself, and by how its tokenizer cuts their words.

A tokenizer that was made for a language knows its words; it cuts those of others into scraps, or does not know them at
all. So the letters that a token stands for, against those in English text, tell whether an encoder was made for a
language, without labels and without another encoder (compare fertility: Rust et al. 2021, "How Good is Your
Tokenizer?"). Measured on eight languages; see docs/decisions.md.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from topics.embed.card import MANY
from topics.protocols import Bools, Embedder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "und"

ENOUGH = 0.72
"""How many letters a token must stand for, as a share of those in English, for a language to count as read."""

_YARDSTICK = """
The council met on Tuesday to decide what should happen to the old railway station. Some members wanted a library with
a garden, others a market where farmers from the valley could sell their vegetables. The mayor said that either plan
would cost more than the town can pay this year, and asked the two groups to look for a way to share the building.
A teacher who lives nearby warned that the roof has been leaking since the winter and that nobody has repaired it.
Water damages the walls, she explained, and if people keep waiting there will soon be nothing left to argue about.
After a long discussion the members agreed to have the roof mended first. They will meet again in the spring, when
the engineers have finished their report, and then choose between books and apples.
"""
_WORTH = {"CJK": 4.0, "HANGUL": 2.5, "HIRAGANA": 2.0, "KATAKANA": 2.0}
"""How many Latin letters a character of these scripts is worth: an ideograph that is known is a word or half of one."""
_LEAST_SHARE, _FEWEST = 1 / 3, 8  # of the passages, for those that are read well to speak for all
_SAMPLE = 200  # passages of a language that are looked at


class Reading:
    """What tells how far an encoder reads languages.

    An encoder may say which languages it reads (``reads``: ISO 639-1 codes, or ``("mul",)`` for many), and may show
    its ``tokenizer``. What it says it reads is read. Any other language is judged by the tokenizer; without one, by
    what it says; and where it neither says nor shows anything, every language counts as read.

    Parameters
    ----------
    embedder
        The encoder.
    texts, languages
        The passages of a corpus and the language of each: what an encoder of other languages than English is measured
        by, and what :meth:`poor` judges.
    """

    def __init__(self, embedder: Embedder, texts: Sequence[str], languages: Sequence[str]) -> None:
        self._said: tuple[str, ...] = getattr(embedder, "reads", None) or ()
        tokenizer: Tokenizer | None = getattr(embedder, "tokenizer", None)
        self._counter = None if tokenizer is None else _Counter(tokenizer)
        self._texts: dict[str, list[str]] = {}
        for text, code in zip(texts, languages, strict=True):
            self._texts.setdefault(code, []).append(text)

    def share(self, texts: Sequence[str], language: str) -> float:
        """Return how far texts in a language are read: 1 if they are, less if poorly; ``nan`` if it cannot be said.

        Below 1 it is the letters that a token stands for, as a share of those from which on a language is read.
        """
        if language == UNKNOWN or MANY in self._said or language in self._said:
            return 1.0
        if self._counter is None:
            return math.nan if self._said else 1.0
        enough = ENOUGH * self._full
        letters = self._counter.letters_a_token(texts)
        return 1.0 if letters >= enough else round(letters / enough, 6)

    def poor(self) -> dict[str, float]:
        """Return the languages of the corpus that are read poorly, sorted, with the share of each."""
        shares = {code: self.share(texts, code) for code, texts in sorted(self._texts.items())}
        return {code: share for code, share in shares.items() if share != 1.0}

    @cached_property
    def _full(self) -> float:
        """The letters of a token in a language that the encoder reads: English, or else the corpus's best."""
        assert self._counter is not None  # nothing is measured without one
        if not self._said or "en" in self._said:
            return self._counter.letters_a_token([_YARDSTICK])
        known = (self._texts[code] for code in self._said if code in self._texts)
        return max(map(self._counter.letters_a_token, known), default=0.0)


def poorly_read(embedder: Embedder, texts: Sequence[str], languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages of a corpus that an encoder reads poorly, sorted; see :class:`Reading`.

    Parameters
    ----------
    embedder
        The encoder.
    texts
        The passages of the corpus.
    languages
        The language of each; ``"und"`` is never marked.
    """
    return tuple(Reading(embedder, texts, languages).poor())


def leading(languages: Sequence[str], poorly: Sequence[str]) -> Bools:
    """Return which passages are to say what the topics are, shape (n,): those in languages that the encoder reads.

    Where it does not read a language, nearness is mostly chance, and groups form by language; passages in it are
    better given to the topics of the rest. All lead where the rest is less than a third of the passages, or fewer
    than eight.

    Parameters
    ----------
    languages
        The language of each passage.
    poorly
        The languages that the encoder reads poorly.
    """
    read = np.array([code not in poorly for code in languages], dtype=np.bool_)
    return read if read.sum() >= max(_LEAST_SHARE * len(read), _FEWEST) else np.ones(len(read), dtype=np.bool_)


def letters_a_token(embedder: Embedder, texts: Sequence[str] = (_YARDSTICK,)) -> float:
    """Return how many letters a token stands for in texts, by default in English; ``nan`` without a tokenizer."""
    tokenizer: Tokenizer | None = getattr(embedder, "tokenizer", None)
    return math.nan if tokenizer is None else _Counter(tokenizer).letters_a_token(texts)


class _Counter:
    """Counts the letters that the tokens of a text stand for."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._unknown = unknown_token(tokenizer)

    def letters_a_token(self, texts: Sequence[str]) -> float:
        """Return the mean over the tokens that stand for letters; those of unknown tokens count as none.

        Of many texts, a sample at even distances is read.
        """
        letters, tokens = 0.0, 0
        for text in texts[:: max(1, -(-len(texts) // _SAMPLE))]:
            found = self._tokenizer.encode(text, add_special_tokens=False)
            seen = 0
            for token, (start, end) in zip(found.ids, found.offsets, strict=True):
                worth = _letters(text[max(start, seen) : end])  # pieces of one character share its place
                if worth or _letters(text[start:end]):
                    tokens += 1
                    letters += 0.0 if token == self._unknown else worth
                seen = max(seen, end)
        return letters / max(1, tokens)


def unknown_token(tokenizer: Tokenizer) -> int | None:
    """Return the id of the token that stands for what is not in the vocabulary; None where there is none."""
    model = json.loads(tokenizer.to_str())["model"]
    if model.get("unk_token") is not None:
        number: int | None = tokenizer.token_to_id(model["unk_token"])
        return number
    by_row: int | None = model.get("unk_id")
    return by_row


def _letters(text: Iterable[str]) -> float:
    return sum(map(_worth, text))


@cache
def _worth(character: str) -> float:
    """Return how many Latin letters a character is worth; vowel signs are letters, digits and marks are none."""
    if unicodedata.category(character)[0] not in "LM":
        return 0.0
    return _WORTH.get(unicodedata.name(character, "").partition(" ")[0], 1.0)
