"""RTF files: any code page, lists, tables, notes."""

import pytest

from tests.office import RTF
from topics.errors import ReadError
from topics.read.parsed import Columns
from topics.read.rich import read_rtf


def read(data):
    parsed = read_rtf(data, "a.rtf", Columns())
    (document,) = parsed.documents
    return document, parsed.problem


def text_of(body):
    return read(b"{\\rtf1\\ansi " + body + b"}")[0].text


def test_everything_stands_in_order():
    document, problem = read(RTF)
    assert document.text == (
        "The café by the sea\n\nПривет ☃and 😀.\n\n- First thing\n- Second thing\n\nBoat | Length\nAda | 12 m\n\n"
        "Last words.\n\nA note."
    )
    assert problem == ""
    assert dict(document.meta) == {"title": "The harbour", "author": "Karin", "date": "2021-05-01T09:30:00"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"\ansicpg1250 \'9eena", "žena"),
        (rb"\ansicpg932 \'93\'fa\'96\'7b", "日本"),
        (rb"\ansicpg65001 \'c3\'a5", "å"),
        (rb"{\fonttbl{\f3\fcharset128 M;}}\f3 \'93\'fa\'83A", "日ア"),
        (rb"{\fonttbl{\f3\fcharset2 Symbol;}}{\f3\'b7} item", "- item"),
        (rb"\uc2\u228\'e4xa", "äa"),
        (rb"\uc0\u228 a", "äa"),
        (rb"one\line two\tab three\~four\_five\-six", "one\ntwo three\xa0four\u2011fivesix"),
        (rb"\{braces\} and \\", "{braces} and \\"),
        (b"one\\\ntwo", "one\n\ntwo"),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt a link}} on", "a link on"),
        (rb"{\pict\bin5 }}}}}}text", "text"),
        (rb"{\*\unknown x}{\stylesheet{\s1 y;}}{\footer z}text", "text"),
        (rb"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt In a box.\par}}}Text\par", "Text\n\nIn a box."),
        (rb"{\listtext 1.\tab}One\par{\pntext a)\tab}Two\par", "1. One\na) Two"),
        (rb"\intbl a\par b\cell c\cell\row\pard after", "a b | c\n\nafter"),
        (rb"\v hidden\v0 seen\plain{\deleted gone}", "seen"),
    ],
)
def test_control_words(body, text):
    assert text_of(body) == text


def test_a_file_that_is_cut_off_is_read_in_part():
    document, problem = read(RTF[:-40])
    assert problem == "is cut off: its end is missing" and document.text.startswith("The café")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"plain text", "^is no RTF file, whatever its name says$"),
        (b"{\\rtf1 }", "^holds no text$"),
        (b"{\\rtf1 " + b"{" * 5000 + b"x", "^is nested deeper than documents are$"),
    ],
)
def test_what_cannot_be_read_is_refused(data, sentence):
    with pytest.raises(ReadError, match=sentence):
        read_rtf(data, "a.rtf", Columns())
