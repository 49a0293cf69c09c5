"""The sentences of the app as data: one TOML file a language beside this module, which is all that a translation needs.

A sentence has gaps in braces for what is filled in; a table ``{one, other}`` is a noun in its two numbers. What a
language leaves out is said in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FIRST = "en"

_HERE = Path(__file__).parent
_finders: list[Callable[[], str]] = [lambda: FIRST]


def follow(finder: Callable[[], str]) -> None:
    """Speak the language whose code a function returns at the time; one that there is not is English."""
    _finders[:] = [finder]


@cache
def languages() -> Mapping[str, str]:
    """Return the languages that the app speaks, English first: code to its own name."""
    codes = sorted((path.stem for path in _HERE.glob("*.toml")), key=lambda code: (code != FIRST, code))
    return {code: str(read(code)["own_name"]) for code in codes}


def spoken() -> str:
    """Return the code of the language that is spoken now."""
    code = _finders[0]()
    return code if code in languages() else FIRST


@cache
def read(code: str) -> Mapping[str, Any]:
    """Return what the file of a language says."""
    return tomllib.loads((_HERE / f"{code}.toml").read_text(encoding="utf-8"))


def entry(key: str) -> Any:  # noqa: ANN401 - a sentence, or a table of them
    """Return what stands under a key.

    Raises
    ------
    KeyError
        There is none, not even in English.
    """
    told = read(spoken())
    return told[key] if key in told else read(FIRST)[key]


def table(key: str) -> Mapping[str, str]:
    """Return a table of sentences, in the order of the English file."""
    own = entry(key)
    return {name: str(own.get(name, said)) for name, said in read(FIRST)[key].items()}


def say(key: str, **gaps: str) -> str:
    """Return a sentence with its gaps filled."""
    return str(entry(key)).format(**gaps)


def number(value: float, decimals: int = 0) -> str:
    """Return a number as the language writes it."""
    plain = f"{value:,.{decimals}f}"
    marks = {",": str(entry("thousands")), ".": str(entry("decimal"))}
    return "".join(marks.get(letter, letter) for letter in plain)


def noun(value: int, key: str) -> str:
    """Return a number with its noun, a key of the table ``nouns``: ``"1 passage"``, ``"1,204 passages"``."""
    forms = entry("nouns")[key]
    return f"{number(value)} {forms['one' if value == 1 else 'other']}"
