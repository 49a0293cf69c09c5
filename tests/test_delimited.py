"""CSV and TSV in any shape and encoding: every record a document, and what is not in order told by its line."""

import csv
import io
import random

import pytest

from topics.errors import ReadError
from topics.read.delimited import read_csv, told
from topics.read.parsed import Columns

LITERAL = ["NA", "null", "None", "=1+1", "00123", "1e5", "TRUE", "-", "'=1+1", "NaN", "1,5"]
LINES = [f"The council spoke of parks, roads and “{word}” that day." for word in ("trees", "buses", "lunch", "noise")]


def read(text, columns=None, encoding="utf-8"):
    return read_csv(text.encode(encoding), "t.csv", columns or Columns())


def texts(parsed):
    return [document.text for document in parsed.documents]


def written(rows, **dialect):
    out = io.StringIO()
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue()


def test_each_record_is_a_document_with_its_number_and_the_other_columns():
    parsed = read("id,section,text\n7,sport,One text.\n8,,Two texts.\n")
    first, second = parsed.documents
    assert (first.id, first.row, first.text) == ("t.csv#1", 1, "One text.")
    assert dict(first.meta) == {"id": "7", "section": "sport"}
    assert dict(second.meta) == {"id": "8"}
    assert parsed.problem == ""


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_shape_and_encoding_do_not_matter(delimiter, encoding, end):
    rows = [["nr", "text"], *([str(n), f"{line} Första; andra | tredje\nrad"] for n, line in enumerate(LINES))]
    parsed = read(written(rows, delimiter=delimiter, lineterminator=end), encoding=encoding)
    assert texts(parsed) == [text for _, text in rows[1:]]
    assert parsed.problem == ""


def test_literal_values_stay_as_they_are_in_text_and_metadata():
    parsed = read(written([["text", "value"], *([cell, cell] for cell in LITERAL)]))
    assert texts(parsed) == LITERAL
    assert [document.meta["value"] for document in parsed.documents] == LITERAL


def test_old_newlines_and_the_line_for_excel():
    assert texts(read("text;n\rOne text.;1\rTwo texts.;2\r")) == ["One text.", "Two texts."]
    assert texts(read("sep=;\ntext;n\nOne, two.;1\nThree, four.;2\n")) == ["One, two.", "Three, four."]


def test_a_line_separator_within_a_cell_ends_no_record():
    parsed = read("n,text\n1,One\u2028line here.\n2,Two\x85lines here.\n3,A\rreturn here.\n")
    assert texts(parsed) == ["One\nline here.", "Two\nlines here.", "A\nreturn here."]


def test_a_cell_may_be_longer_than_the_csv_module_allows():
    long = "word " * 60_000
    assert texts(read(f'n,text\n1,"{long}"\n2,Short.\n')) == [long, "Short."]


def test_one_column_needs_no_delimiter():
    parsed = read("Lorem, ipsum dolor sit.\nAmet consectetur.\nSed, do, eiusmod tempor.\n")
    assert texts(parsed) == ["Lorem, ipsum dolor sit.", "Amet consectetur.", "Sed, do, eiusmod tempor."]
    assert texts(read('text\n"One, ""two"""\nThree, four\n')) == ['One, "two"', "Three, four"]


def test_quotes_are_characters_where_that_makes_a_table():
    parsed = read('n\ttext\n1\t"Hello, she said.\n2\tGood "day".\n3\t"Bye," he said.\n4\tWell.\n')
    assert texts(parsed) == ['"Hello, she said.', 'Good "day".', '"Bye," he said.', "Well."]


def test_quotes_may_be_escaped_by_a_backslash():
    lines = [f'{n},"He said \\"hi\\", and left.",x' for n in range(5)]
    assert texts(read("\n".join(["n,text,z", *lines])))[0] == 'He said "hi", and left.'


def test_ragged_rows_are_kept_and_told_by_line():
    parsed = read("n,text,section\n1,One, two, three.,a\n2,Four.,b\n3,Five.\n4,Six.,c,,\n\n5,Seven.,d\n6,Eight.,e\n")
    assert texts(parsed) == ["One, two, three.", "Four.", "Five.", "Six.", "Seven.", "Eight."]
    assert [document.meta.get("section") for document in parsed.documents] == ["a", "b", None, "c", "d", "e"]
    assert parsed.problem == (
        "line 2: more cells than columns, taken for text that holds the delimiter; line 4: fewer cells than columns"
    )


def test_a_quote_that_is_never_closed_costs_its_own_line_only():
    lines = [f'{n},"Text, number {n}",x' for n in range(40)]
    lines[20] = '20,"Text without an end,x'
    parsed = read("\n".join(["n,text,z", *lines]))
    assert len(parsed.documents) == 40
    assert texts(parsed)[19:22] == ["Text, number 19", '"Text without an end', "Text, number 21"]
    assert parsed.problem == "line 22: a quote that is never closed, read as a character"


def test_rows_without_text_are_counted_with_their_numbers():
    parsed = read("n,text\n1,One.\n2,\n3,  \n4,Four.\n")
    assert [document.row for document in parsed.documents] == [1, 4]
    assert parsed.problem == "2 records without text left out (records 2, 3)"


def test_lines_above_the_header_are_told():
    parsed = read("Answers 2020,,\nnr,answer,age\n1,The park is far too dark.,40\n2,The bus is always late.,50\n")
    assert texts(parsed) == ["The park is far too dark.", "The bus is always late."]
    assert parsed.problem == "line 1 stands above the table and is left out ('Answers 2020')"


def test_row_names_without_a_header_of_their_own():
    parsed = read('"text","n"\n"1","One text here.",5\n"2","Two texts here.",6\n')
    assert texts(parsed) == ["One text here.", "Two texts here."]
    assert parsed.documents[1].meta["n"] == "6"


def test_a_title_stands_in_front_as_a_paragraph_and_can_be_kept_out():
    table = "title,body\nParks,They are dark.\nBuses,Buses are late.\nAlone,\n"
    assert texts(read(table)) == ["Parks\n\nThey are dark.", "Buses are late.", "Alone"]
    assert read(table).documents[0].meta["title"] == "Parks"
    assert texts(read(table, Columns(title=""))) == ["They are dark.", "Buses are late."]


def test_dates_labels_and_languages_get_the_same_keys_everywhere():
    rows = ["13/04/2021;a;swe;En text.", "03/04/2021;b;English;A text.", "soon;a;sv;Mer.", "?;b;en;More."]
    table = "\n".join(["published;section;lang;text", *rows])
    found = [dict(document.meta) for document in read(table, Columns(date="published", label="section")).documents]
    assert [meta["date"] for meta in found] == ["2021-04-13", "2021-04-03", "soon", "?"]
    assert [meta["language"] for meta in found] == ["sv", "en", "sv", "en"]
    assert [(meta["label"], meta["section"], meta["published"][:2]) for meta in found[:2]] == [
        ("a", "a", "13"), ("b", "b", "03"),
    ]  # fmt: skip


def test_a_named_id_calls_the_documents():
    table = "nr,text\na7,One.\n,Two.\nb8,Three.\n"
    assert [document.id for document in read(table, Columns(id="nr")).documents] == ["t.csv#a7", "t.csv#2", "t.csv#b8"]
    with pytest.raises(ReadError, match="has the id 'a' in records 1 and 3; name a column of unique ids"):
        read("nr,text\na,One.\nb,Two.\na,Three.\n", Columns(id="nr"))


def test_a_survey_tells_which_answer_was_taken():
    parsed = read(written([["nr", "What was good?", "What was bad?"], *([n, a, a + a] for n, a in enumerate(LINES))]))
    assert texts(parsed) == [line + line for line in LINES]
    assert parsed.problem == (
        "has several columns of text: 'What was bad?' is read, 'What was good?' is only metadata; "
        'name another with --text NAME (text="NAME")'
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"text,n\n", "has no records"),
        (b"text,body\n,One.\n ,Two.\n", "has no text in its column 'text'"),
        (b"a,b\n1,2\n3,4\n", "no column that looks like text"),
        (",".join(f"c{n}" for n in range(20_000)).encode(), "has 20,000 columns, more than the 10,000"),
        (bytes(range(256)) * 20, "is not text but a binary file"),
    ],
)
def test_what_is_no_table_of_texts_is_refused_with_the_reason(data, sentence):
    with pytest.raises(ReadError, match=sentence):
        read_csv(data, "t.csv", Columns(text="text") if data.startswith(b"text,body") else Columns())


def test_a_large_file_is_read_piece_by_piece_as_a_small_one():
    rows = [["n", "text"], *([str(n), f"{LINES[n % 4]}\nNumber {n}."] for n in range(130_000))]
    data = written(rows).encode()
    assert len(data) > 1 << 23
    assert texts(read_csv(data, "t.csv", Columns())) == [text for _, text in rows[1:]]


def test_a_comma_comes_last_of_delimiters_that_do_as_well():
    assert told(["a;b,c\n", "1;2,3\n", "4;5,6\n"]).delimiter == ";"


def test_damaged_tables_are_read_or_refused():
    table = written(
        [["id", "text", "section"], *([n, f'{LINES[n % 4]} "{n}"', "ab"[n % 2]] for n in range(30))]
    ).encode()
    kinds = set()
    for seed in range(300):
        chance, data = random.Random(seed), bytearray(table)
        for _ in range(chance.choice([1, 3, 20])):
            at = chance.randrange(len(data))
            data[at : at + chance.choice([0, 1, 50])] = chance.choice(
                [b'"', b"\n", b",", b"\xff", b"\0", b"", b'""', b"\r"]
            )
        try:
            parsed = read_csv(bytes(data), "t.csv", Columns())
        except ReadError:
            kinds.add("refused")
        else:
            kinds.add("partly" if parsed.problem else "read")
            assert all(document.text.strip() and "\0" not in document.text for document in parsed.documents)
    assert kinds == {"read", "partly", "refused"}
