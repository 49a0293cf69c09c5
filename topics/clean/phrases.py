"""What the buttons, forms and notices of web pages say: ``phrases.toml``, compiled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

_TAILS = {"…": "(?: .*)?", "~": r"(?: \S+){0,4}"}


@dataclass(frozen=True, slots=True)
class Phrases:
    """Patterns over a paragraph's plain form, by reason, each to be matched in full."""

    strong: Mapping[str, re.Pattern[str]]
    weak: Mapping[str, re.Pattern[str]]
    edge: Mapping[str, re.Pattern[str]]
    related: re.Pattern[str]


@cache
def load_phrases() -> Phrases:
    """Read and compile the phrases, once."""
    table = tomllib.loads(files("topics.clean").joinpath("phrases.toml").read_text(encoding="utf-8"))
    related = table.pop("related")
    return Phrases(
        _by_code(table, "strong"), _by_code(table, "weak"), _by_code(table, "edge"), _joined(related["strong"])
    )


def _by_code(table: dict[str, Any], strength: str) -> Mapping[str, re.Pattern[str]]:
    return MappingProxyType({code: _joined(kinds[strength]) for code, kinds in table.items() if strength in kinds})


def _joined(by_language: Mapping[str, list[str]]) -> re.Pattern[str]:
    rows = [row for rows in by_language.values() for row in rows]
    return re.compile(
        "|".join(f"(?:{row[:-1]}{_TAILS[row[-1]]})" if row[-1] in _TAILS else f"(?:{row})" for row in rows)
    )
