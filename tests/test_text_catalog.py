"""The sentences of the app: each language says all of them, with the same gaps, and the code asks for no other."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from topics.ui import text
from topics.ui.text import catalog

UI = Path(catalog.__file__).parents[1]
OPEN = {"reasons", "language_names"}
"""Tables that English leaves empty, since the rest of the package says these in English."""
CHOSEN = ("stability_", "place_by_", "stands_")
"""Keys of which the code puts together the last word."""
OTHERS = [code for code in catalog.languages() if code != catalog.FIRST]


def leaves(told: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in told.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def gaps(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_says_all_that_english_says_with_the_same_gaps(code: str) -> None:
    english, other = dict(leaves(catalog.read(catalog.FIRST))), dict(leaves(catalog.read(code)))
    own = {key for key in other if key.partition(".")[0] in OPEN}
    assert set(other) - own == set(english)
    assert {key: gaps(said) for key, said in english.items()} == {key: gaps(other[key]) for key in english}


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_leaves_nothing_unsaid(code: str) -> None:
    english, other = dict(leaves(catalog.read(catalog.FIRST))), dict(leaves(catalog.read(code)))
    assert not [key for key, said in english.items() if said and not other[key]]


def test_the_code_asks_for_what_there_is_and_nothing_is_never_asked_for() -> None:
    wanted, written = set(), set()
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "text":
                wanted |= {node.attr.lower()} if node.attr.isupper() else set()
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                written.add(node.value)
    there = set(catalog.read(catalog.FIRST))
    assert wanted <= there
    unsaid = {key for key in there - wanted - written if not key.startswith(CHOSEN)}
    assert not unsaid


def test_numbers_are_written_as_in_the_language(speak: Any) -> None:
    assert text.number(1204) == "1,204"
    assert text.seconds(1.25) == "1.2 s"
    speak("sv")
    assert text.number(1204) == "1\u00a0204"
    assert text.seconds(1.25) == "1,2 s"
    assert text.count(1, "passage") == "1 stycke"
    assert text.count(1204, "passage") == "1\u00a0204 stycken"
    assert text.MAP == "Karta över styckena"
    assert text.language("sv") == "Svenska"
    assert text.reason("cookie-notice") == "meddelande om kakor"
    assert text.level("coarse") == "Grov"


def test_what_no_language_says_is_no_attribute(speak: Any) -> None:
    with pytest.raises(AttributeError, match="NO_SUCH_SENTENCE"):
        _ = text.NO_SUCH_SENTENCE
    with pytest.raises(AttributeError, match="PAGES"):
        _ = text.PAGES  # a table


def test_a_language_that_there_is_not_is_english(speak: Any) -> None:
    speak("xx")
    assert catalog.spoken() == "en"
    assert next(iter(catalog.languages())) == "en"
    assert catalog.languages()["sv"] == "Svenska"


def test_braces_in_what_is_filled_in_stay() -> None:
    assert text.chip("Search", "{0} {x}") == "Search: {0} {x}"
    assert not re.search(r"[{}]", text.chip("a", "b"))


def test_every_setting_file_column_and_reason_has_its_words() -> None:
    from dataclasses import fields

    from topics.clean import REASONS
    from topics.settings import Settings

    english, swedish = catalog.read("en"), catalog.read("sv")
    assert set(english["settings"]) == {field.name for field in fields(Settings)}
    assert len(text.file_columns()) == 7
    assert set(swedish["reasons"]) == set(REASONS)
