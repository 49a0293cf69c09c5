"""Columns are found by what they are called and what is in them, or taken by name."""

import pytest

from topics.errors import ReadError
from topics.read.columns import find, is_header, unique
from topics.read.names import fold
from topics.read.parsed import Columns

PROSE = [
    "The council voted for a bike lane along the harbour.",
    "Shop owners fear that drivers will stay away.",
    "Bus line 4 is to run every ten minutes in the morning.",
    "School lunches are cooked at the schools again.",
]
SHORT = ["Lanes", "Shops", "Buses", "Lunches"]


def table(**columns):
    return list(columns), [list(row) for row in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize(
    "name",
    [
        "text", "Text", " BODY ", "full_text", "fullText", "Full Text", "brödtext", "Inhalt", "texte", "contenido",
            "conteúdo", "текст", "κείμενο", "النص", "正文", "本文", "본문", "metin", "treść", "metadata.text",
    ],
)  # fmt: skip
def test_the_text_is_what_is_called_so_in_many_languages(name):
    names, records = table(other=[prose * 2 for prose in PROSE], **{name: PROSE})
    assert find(names, records, Columns()).text == 1


def test_a_column_called_text_holds_it_whatever_is_in_it():
    names, records = table(text=["NA", "null", "=1+1", "00123"], other=PROSE)
    assert find(names, records, Columns()).text == 0


def test_without_a_name_the_longest_prose_is_the_text_and_its_rivals_are_told():
    names, records = table(
        q1=PROSE, q2=[f"{a} {b}" for a, b in zip(PROSE, reversed(PROSE), strict=True)], n=list("1234")
    )
    roles = find(names, records, Columns())
    assert (roles.text, roles.other_texts) == (1, ("q1",))
    assert find(names, records, Columns(text="q1")).other_texts == ()


@pytest.mark.parametrize(
    "cells",
    [
        ["1,5", "2,5", "3,5", "4,5"],
        ["https://example.org/a", "https://example.org/b", "https://example.org/c", "https://example.org/d"],
        ["12 May 2020", "13 May 2020", "14 May 2020", "15 May 2020"],
        ["yes", "no", "yes", "no"],
        ["", "", "", ""],
    ],
)
def test_what_is_no_prose_is_no_text(cells):
    names, records = table(a=cells, b=["1", "2", "3", "4"])
    with pytest.raises(
        ReadError, match=r"no column that looks like text; its columns are 'a', 'b': name one with --text"
    ):
        find(names, records, Columns())


def test_titles_are_the_text_where_there_is_no_other():
    names, records = table(
        id=list("1234"), title=["A walk by the sea", "Two bikes and a bus", "The long way home", "No"]
    )
    roles = find(names, records, Columns())
    assert (roles.text, roles.title, roles.id) == (1, None, 0)


def test_every_other_part_is_found_by_name_and_content():
    names, records = table(
        nr=list("abcd"), rubrik=SHORT, brödtext=PROSE, publicerad=["2020-01-02", "2020-02-03", "", "2021-01-01"],
        avdelning=["sport", "kultur", "sport", "kultur"], språk=["sv", "swe", "Svenska", "sv-SE"], byline=SHORT,
        tidning=["X", "Y", "X", "Y"],
    )  # fmt: skip
    roles = find(names, records, Columns())
    assert (roles.id, roles.title, roles.text, roles.date) == (0, 1, 2, 3)
    assert (roles.label, roles.language, roles.author, roles.source) == (4, 5, 6, 7)


def test_a_name_alone_makes_no_date_language_or_label():
    names, records = table(
        text=PROSE, date=["soon", "late", "never", "now"], lang=["Python", "Go", "C", "Perl"], label=SHORT
    )
    roles = find(names, records, Columns())
    assert (roles.date, roles.language, roles.label) == (None, None, None)


def test_dates_and_groups_are_found_by_content():
    names, records = table(
        text=[f"{prose} {n}" for n in range(8) for prose in PROSE],
        when=[f"{n + 1}. maj 2020" for n in range(8) for _ in PROSE],
        kind=["red", "blue"] * 16,
    )
    roles = find(names, records, Columns())
    assert (roles.date, roles.label) == (1, 2)


def test_named_columns_are_taken_and_an_empty_name_means_none():
    names, records = table(text=PROSE, Body=PROSE, title=SHORT, label=["a", "b", "a", "b"])
    assert find(names, records, Columns(text="body")).text == 1
    assert find(names, records, Columns(title="", label="")).title is None
    assert find(names, records, Columns(title="", label="")).label is None


@pytest.mark.parametrize("role", ["text", "title", "date", "label", "language", "id"])
def test_a_named_column_that_is_missing_is_told_with_those_there_are(role):
    names, records = table(a=PROSE, b=SHORT)
    with pytest.raises(ReadError, match=r"has no column 'missing'; its columns are 'a', 'b'"):
        find(names, records, Columns(**{role: "missing"}))


@pytest.mark.parametrize(
    ("first", "others", "expected"),
    [
        (["id", "text"], [["1", "a"], ["2", "b"]], True),
        (["Nummer", "Synpunkt"], [["1", PROSE[0]], ["2", PROSE[1]]], True),
        (["What did you like?", "What not?"], [["the sea", "the rain"], ["the food", "the queue"]], True),
        (["1", PROSE[0]], [["2", PROSE[1]], ["3", PROSE[2]]], False),
        (["a", "b"], [["c", "d"], ["e", "f"]], False),
        ([PROSE[0]], [[PROSE[1]], [PROSE[2]]], False),
        (["note", "12"], [["note", "13"], ["note", "14"]], False),
    ],
)
def test_a_header_is_told_from_a_record(first, others, expected):
    assert is_header(first, others, Columns()) is expected


def test_a_named_column_makes_a_header():
    assert is_header(["a", "b"], [["c", "d"]], Columns(text="B"))


def test_names_are_made_unique():
    assert unique(["a", "", "a", " a ", "column 2"]) == ["a", "column 2", "a (2)", "a (3)", "column 2 (2)"]


def test_spelling_does_not_matter():
    assert len({fold(name) for name in ("publishedAt", "Published at", "published_at", "PUBLISHED-AT")}) == 1
