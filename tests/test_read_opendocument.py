"""OpenDocument texts."""

import pytest

from tests.office import archive, odt
from topics.errors import ReadError
from topics.read.opendocument import read_odt
from topics.read.parsed import Columns

STYLES = (
    '<text:list-style style:name="N">'
    '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>'
)


def read(data):
    parsed = read_odt(data, "a.odt", Columns())
    (document,) = parsed.documents
    return document, parsed.problem


def test_headings_paragraphs_and_breaks():
    document, problem = read(
        odt(
            '<text:h>The harbour</text:h><text:p>One<text:s text:c="2"/>two<text:tab/>three<text:line-break/>four '
            "<text:span>five</text:span> six.</text:p>"
        )
    )
    assert document.text == "The harbour\n\nOne two three\nfour five six." and problem == ""
    assert dict(document.meta) == {"title": "Boats", "author": "Karin", "date": "2021-05-01T09:30:00", "language": "sv"}


def test_lists_are_numbered_as_their_style_says():
    body = (
        '<text:list text:style-name="N"><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p>'
        "</text:list-item></text:list></text:list-item><text:list-item><text:p>c</text:p><text:p>more</text:p>"
        "</text:list-item></text:list><text:list><text:list-item><text:p>d</text:p></text:list-item></text:list>"
    )
    assert read(odt(body, STYLES))[0].text == "1. a\na) b\n2. c\n\nmore\n\n- d"


def test_tables_notes_and_boxes():
    body = (
        "<text:p>Text<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p>"
        "</text:note-body></text:note><draw:frame><draw:text-box><text:p>In a box.</text:p>"
        "</draw:text-box></draw:frame></text:p><table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Boat</text:p>"
        "</table:table-cell><table:table-cell><text:p>Length</text:p></table:table-cell></table:table-row>"
        "</table:table-header-rows><table:table-row><table:table-cell><text:p>Ada</text:p></table:table-cell>"
        "<table:covered-table-cell/></table:table-row></table:table>"
    )
    assert read(odt(body))[0].text == "Text\n\nIn a box.\n\nBoat | Length\nAda\n\nA note."


def test_what_is_no_text_is_left_out():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:table-of-content><text:index-body><text:p>1 ... 3</text:p>"
        "</text:index-body></text:table-of-content><text:section><text:p>Kept<office:annotation><text:p>said</text:p>"
        "</office:annotation>.</text:p></text:section>"
    )
    assert read(odt(body))[0].text == "Kept."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (odt(""), "^holds no text$"),
        (odt("<text:p>x</text:p>", **{"META-INF__manifest.xml": "<m><encryption-data/></m>"}), "^is encrypted; save"),
        (archive({"content.xml": "<a/>"}), r"^is no OpenDocument text \(odt\), whatever its name says$"),
        (archive({"x": "x"}), "^is damaged: its part content.xml is missing$"),
        (odt("<text:section>" * 90 + "<text:p>x</text:p>" + "</text:section>" * 90), "^is nested deeper than"),
        (b"PK", "^is no odt file, or is damaged: it cannot be unpacked$"),
    ],
)
def test_what_cannot_be_read_is_refused(data, sentence):
    with pytest.raises(ReadError, match=sentence):
        read_odt(data, "a.odt", Columns())


def test_a_damaged_style_part_is_named():
    document, problem = read(odt("<text:p>Text.</text:p>", **{"styles.xml": "<a"}))
    assert document.text == "Text." and problem == "is damaged: its part styles.xml is not XML"
