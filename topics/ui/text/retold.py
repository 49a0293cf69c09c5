"""Sentences of the library, which come in English, in the language that is spoken, as far as its file has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from topics.ui.text.catalog import FIRST, read, spoken, table

_GAP = re.compile(r"\{(\w+)\}")


def retold(sentence: str) -> str:
    """Return a sentence of the library, or several with a semicolon between them; one that is not known stays."""
    if spoken() == FIRST:
        return sentence
    told = table("library")
    for at in [len(sentence), *(found.start() for found in re.finditer("; ", sentence))]:
        parts = [_said(part, told) for part in (sentence[:at], sentence[at + 2 :]) if part]
        if None not in parts:
            return "; ".join(filter(None, parts))
    return sentence


def _said(sentence: str, told: Mapping[str, str]) -> str | None:
    for key, pattern in _patterns().items():
        if found := pattern.fullmatch(sentence):
            return told[key].format(**{gap: _said(value, told) or value for gap, value in found.groupdict().items()})
    return None


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """Return what each sentence looks like, by its key."""
    return {key: re.compile(_pattern(said), re.DOTALL) for key, said in read(FIRST)["library"].items()}


def _pattern(said: str) -> str:
    parts = _GAP.split(said)  # text and names of gaps in turn
    return "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
