"""What a query asks for, and where in a text it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.search import WordIndex
from topics.search.query import fold, indexed, parts_of, spans_of


def found(text: str, *parts: str) -> list[str]:
    return [text[span.start : span.end] for span in spans_of(text, parts)]


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("ferry island", ("ferry", "island")),
        ('"late ferry" island', ("late ferry", "island")),
        ("Ferry FERRY férry", ("férry",)),
        ('"unclosed quote', ("unclosed", "quote")),
        ("- ?! 🦜", ()),
        ("", ()),
    ],
)
def test_a_query_is_words_and_phrases(query: str, parts: tuple[str, ...]) -> None:
    assert parts_of(query) == parts


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Crème Brûlée", "creme brulee"),
        ("creme bru\u0302le\u0301e", "creme brulee"),
        ("Åäö", "aao"),
        ("Straße", "strasse"),
        ("ＡＩ", "ai"),
        ("مَرْحَبًا", "مرحبا"),
        ("किताबें", "किताबें"),
        ("がくせい", "がくせい"),
        ("한국어", "한국어"),
    ],
)
def test_case_accents_and_width_are_folded_vowel_signs_are_not(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_characters_without_spaces_between_are_words_each() -> None:
    assert indexed("AI模型, x_y") == "ai 模 型 x y"


@pytest.mark.parametrize(
    ("text", "parts", "spans"),
    [
        ("Models and a model, MODEL.", ["model"], ["model", "MODEL"]),
        ("La crème, la cre\u0300me", ["creme"], ["crème", "cre\u0300me"]),
        ("Open-source or open source?", ["open source"], ["Open-source", "open source"]),
        ("開放源碼模型很受歡迎", ["模型"], ["模型"]),
        ("ha ha ha", ["ha ha"], ["ha ha"]),
        ("late ferry", ["ferry", "late ferry"], ["late ferry"]),
        ("OpenAI's", ["openai"], ["OpenAI"]),
        ("Windows™ ½", ["windows"], ["Windows"]),
        ("हिन्दी में किताबें", ["किताबें"], ["किताबें"]),
        ("nothing", ["?"], []),
    ],
)
def test_a_text_is_marked_where_the_words_stand_and_nowhere_else(text: str, parts: list[str], spans: list[str]) -> None:
    assert found(text, *parts) == spans


@given(st.text(max_size=60), st.text(max_size=8))
def test_what_the_index_finds_is_marked_and_what_is_marked_is_found(text: str, phrase: str) -> None:
    assert bool(spans_of(text, [phrase])) == bool(len(WordIndex([text]).rows(phrase)))


@given(st.text(max_size=40))
def test_a_text_is_found_by_itself(text: str) -> None:
    assert WordIndex([text]).rows(text).tolist() == ([0] if indexed(text) else [])
