"""JSON and JSON Lines in the shapes that people have them; numbers stay as they are written."""

import json
import random

import pytest

from topics.errors import ReadError
from topics.read.parsed import Columns
from topics.read.records import read_json, read_jsonl

RECORDS = [
    {"id": n, "text": text, "meta": {"lang": "en", "tags": ["a", "b"]}}
    for n, text in enumerate(["The park is dark.", "The bus is late.", "Lunch is cold."])
]
TEXTS = [record["text"] for record in RECORDS]


def read(value, columns=None):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_json(data, "t.json", columns or Columns())


def lines(*given):
    return read_jsonl("\n".join(given).encode(), "t.jsonl", Columns())


def texts(parsed):
    return [document.text for document in parsed.documents]


@pytest.mark.parametrize(
    "value",
    [
        RECORDS,
        {"data": RECORDS},
        {"status": "ok", "result": {"items": RECORDS, "pages": [1, 2]}},
        {name: [record[name] for record in RECORDS] for name in ("id", "text")},
        {"columns": ["id", "text"], "data": [[record["id"], record["text"]] for record in RECORDS]},
        [["id", "text"], *([record["id"], record["text"]] for record in RECORDS)],
        {f"k{n}": record for n, record in enumerate(RECORDS)},
        {name: {str(n): record[name] for n, record in enumerate(RECORDS)} for name in ("id", "text")},
        TEXTS,
        {"texts": TEXTS},
        {"name": "A chat", "messages": [{"from": "Ann", "date": "2020-01-01", "text": text} for text in TEXTS]},
    ],
)
def test_records_are_found_in_any_usual_shape(value):
    parsed = read(value)
    assert texts(parsed) == TEXTS
    assert [document.id for document in parsed.documents] == ["t.json#1", "t.json#2", "t.json#3"]
    assert parsed.problem == ""


def test_nested_fields_have_dots_and_lists_commas():
    meta = dict(read(RECORDS).documents[1].meta)
    assert meta == {"id": "1", "meta.lang": "en", "language": "en", "meta.tags": "a, b"}


def test_values_stay_as_they_are_written():
    text = '[{"text": "00123", "a": 1e5, "b": 0.10, "c": %s, "d": true, "e": null, "f": "null"}, {"text": "NA"}]' % (
        "9" * 5000
    )
    parsed = read(text.encode())
    assert texts(parsed) == ["00123", "NA"]
    assert dict(parsed.documents[0].meta) == {"a": "1e5", "b": "0.10", "c": "9" * 5000, "d": "true", "f": "null"}


def test_one_object_or_one_text_is_one_document():
    parsed = read({"title": "Parks", "body": "They are dark, says the council.", "tags": ["x"], "comments": [{"a": 1}]})
    (document,) = parsed.documents
    assert (document.id, document.row, document.text) == ("t.json", None, "Parks\n\nThey are dark, says the council.")
    assert read("One text.").documents[0].text == "One text."


def test_turns_of_a_conversation_are_paragraphs_of_one_document():
    talk = [{"role": "user", "content": "Is the park dark?"}, {"role": "guide", "content": "Yes, at night."}]
    parsed = read([{"id": "a", "messages": talk}, {"id": "b", "messages": talk[::-1]}])
    assert texts(parsed)[0] == "user: Is the park dark?\n\nguide: Yes, at night."


def test_marked_up_pieces_are_one_text():
    pieces = ["Look at ", {"type": "link", "text": "example.org"}, " and tell me."]
    assert texts(read([{"text": pieces}, {"text": "Plain words."}]))[0] == "Look at example.org and tell me."


def test_bad_lines_are_told_with_number_and_reason_and_the_rest_kept():
    parsed = lines(
        '{"text": "One."}', "not json", '{"text": "Two.", "n": NaN}', '{"text": "Three.", "text": "Four."}', "",
        "[" * 100_000, '"Five."', "6",
    )  # fmt: skip
    assert texts(parsed) == ["One.", "Two.", "Three.", "Five."]
    assert [document.row for document in parsed.documents] == [1, 3, 4, 6]
    assert parsed.documents[2].meta["text (2)"] == "Four."
    for told in (
        "line 2 left out: not JSON (expecting value)",
        "line 3: NaN or Infinity, which JSON has not, taken for missing",
        "line 4: a key twice, the second stands as 'key (2)'",
        "line 6 left out: nested too deeply",
        "line 8 left out: neither an object nor a text",
    ):
        assert told in parsed.problem


def test_a_line_separator_in_a_text_ends_no_line():
    assert texts(lines('{"text": "One\u2028line."}', '{"text": "Two."}')) == ["One\nline.", "Two."]


def test_half_of_a_surrogate_pair_is_replaced():
    assert texts(lines('{"text": "a \\ud800 b"}')) == ["a \ufffd b"]


def test_content_decides_between_json_and_json_lines():
    assert texts(read("\n".join(map(json.dumps, RECORDS)).encode())) == TEXTS
    assert texts(read_jsonl(json.dumps(RECORDS, indent=2).encode(), "t", Columns())) == TEXTS


def test_deeply_nested_values_become_text():
    value = ["deep words"]
    for _ in range(300):
        value = [value]
    assert read([{"text": "One two three.", "x": value}]).documents[0].meta["x"] == "deep words"
    value = {"a": "deep words"}
    for _ in range(300):
        value = {"a": value}
    assert "deep words" in read([{"text": "One two three.", "x": value}]).documents[0].meta.values()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"{", "is not JSON: expecting property name.* in line 1, column 2"),
        (b"[" * 100_000, "is JSON that is nested too deeply"),
        (b"5", "holds no object and no text"),
        (b"[]", "has no records"),
        (b'[{"a": 1}]', "no column that looks like text; its columns are 'a'"),
        (b'""', "is empty"),
        (json.dumps([{str(n): "x" for n in range(20_000)}]).encode(), "has 20,000 different fields"),
    ],
)
def test_what_holds_no_texts_is_refused_with_the_reason(data, sentence):
    with pytest.raises(ReadError, match=sentence):
        read(data)


@pytest.mark.parametrize("reader", [read_json, read_jsonl])
def test_damaged_files_are_read_or_refused(reader):
    table = json.dumps(RECORDS * 5) if reader is read_json else "\n".join(map(json.dumps, RECORDS * 5))
    for seed in range(300):
        chance, data = random.Random(seed), bytearray(table.encode())
        for _ in range(chance.choice([1, 3, 20])):
            at = chance.randrange(len(data))
            data[at : at + chance.choice([0, 1, 30])] = chance.choice(
                [b'"', b"{", b"]", b"\xff", b"\\ud8", b"", b"9" * 50]
            )
        try:
            parsed = reader(bytes(data), "t", Columns())
        except ReadError as error:
            assert str(error)
        else:
            assert all(document.text.strip().encode() for document in parsed.documents)


def test_what_stands_beside_the_records_is_said_of_each_or_reported():
    parsed = read(
        {
            "date": "1 May 2020", "id": "edition", "pages": 2, "more": None, "about": {"editor": "Ann"},
            "result": {"items": RECORDS, "notes": ["The printer was out of ink."], "lang": "sv"},
        }
    )  # fmt: skip
    assert texts(parsed) == TEXTS
    meta = parsed.documents[0].meta
    assert (meta["date"], meta["pages"], meta["result.lang"]) == ("2020-05-01", "2", "sv")
    assert meta["id"] == str(RECORDS[0]["id"])
    assert parsed.problem == "holds more beside its list of records, which is left out: about, result.notes"
