"""Word files: the text as it stands, in order, without what is furniture or was deleted."""

import pytest

from tests.office import W, archive, document, docx
from topics.errors import ReadError
from topics.read.parsed import Columns
from topics.read.word import read_docx

MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:start w:val="1"/><w:lvlText w:val="%1%2)"/></w:lvl>
</w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def read(data):
    parsed = read_docx(data, "a.docx", Columns())
    (document,) = parsed.documents
    return document, parsed.problem


def text_of(body, **parts):
    return read(docx(body, **parts))[0].text


def p(text, properties=""):
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def test_headings_lists_and_tables_stand_in_order():
    found, problem = read(document())
    assert found.text == (
        "The harbour\n\nThree boats lie at the quay.\n\n- Ada, a sloop\n- Bea, a cutter\n1. Cast off\n2. Set sail\n\n"
        "Boat | Length\nAda | 12 m"
    )
    assert (found.id, problem, dict(found.meta)) == ("a.docx", "", {"title": "Boats", "author": "Karin"})


def test_numbers_follow_the_rules_of_their_list():
    def item(text, level):
        return p(text, f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr></w:pPr>')

    body = item("a", 0) + item("b", 1) + item("c", 1) + item("d", 0) + item("e", 1)
    assert text_of(body, numbering=NUMBERING) == "3. a\n3a) b\n3b) c\n4. d\n4a) e"


def test_tracked_changes_are_accepted_and_hidden_text_and_codes_left_out():
    body = (
        '<w:p><w:r><w:t>Kept </w:t></w:r><w:ins w:id="1"><w:r><w:t>new </w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText>old </w:delText></w:r></w:del>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden </w:t></w:r>"
        '<w:r><w:instrText>PAGE</w:instrText></w:r><w:moveFrom w:id="3"><w:r><w:t>moved </w:t></w:r></w:moveFrom>'
        "<w:r><w:t>end</w:t><w:br/><w:t>line</w:t><w:noBreakHyphen/><w:t>two</w:t></w:r></w:p>"
    )
    assert text_of(body) == "Kept new end\nline\u2011two"


def test_notes_come_at_the_end_and_boxes_after_their_paragraph():
    box = (
        f"<mc:AlternateContent {MC}><mc:Choice><w:txbxContent>{p('In a box.')}</w:txbxContent></mc:Choice>"
        f"<mc:Fallback><w:txbxContent>{p('In a box.')}</w:txbxContent></mc:Fallback></mc:AlternateContent>"
    )
    body = f'<w:p><w:r><w:t>First</w:t><w:footnoteReference w:id="2"/>{box}</w:r></w:p>' + p("Second")
    notes = "".join(f'<w:footnote w:id="{id}">{p(text)}</w:footnote>' for id, text in ((0, "-"), (2, "A note.")))
    notes = f"<w:footnotes {W}>{notes}</w:footnotes>"
    assert text_of(body, footnotes=notes) == "First\n\nIn a box.\n\nSecond\n\nA note."


def test_page_heads_and_tables_of_contents_are_left_out():
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{p('Chapter 1 .... 3')}</w:sdtContent></w:sdt>"
    )
    entry = p("Chapter 2 .... 9", '<w:pPr><w:pStyle w:val="T"/></w:pPr>')
    styles = f'<w:styles {W}><w:style w:styleId="T"><w:name w:val="toc 1"/></w:style></w:styles>'
    control = f"<w:sdt><w:sdtContent>{p('In a control.')}</w:sdtContent></w:sdt>"
    assert text_of(contents + entry + control, styles=styles) == "In a control."


def test_a_table_that_lays_out_the_page_is_read_as_paragraphs():
    row = f"<w:tr><w:tc>{p('Long ' * 80)}{p('Second.')}</w:tc><w:tc>{p('Beside.')}</w:tc></w:tr>"
    assert text_of(f"<w:tbl>{row}</w:tbl>") == ("Long " * 80).strip() + "\n\nSecond.\n\nBeside."
    inner = f"<w:tbl><w:tr><w:tc>{p('x')}</w:tc><w:tc>{p('y')}</w:tc></w:tr></w:tbl>"
    deleted = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('gone')}</w:tc><w:tc>{p('gone')}</w:tc></w:tr>"
    plain = f"<w:tbl><w:tr><w:tc>{p('a')}{p('b')}</w:tc><w:tc>{inner}</w:tc></w:tr>{deleted}</w:tbl>"
    assert text_of(plain) == "a b | x y"


def test_a_transcript_is_read_as_turns():
    def turn(who, text):
        clock = "0:0:3.270 --&gt; 0:0:4.250"
        return f"<w:p><w:r><w:t>{clock}</w:t><w:br/><w:t>{who}</w:t><w:br/><w:t>{text}</w:t></w:r></w:p>"

    assert text_of(turn("Karin Ås", "Are we on?") + turn("Per", "Yes.")) == "Karin Ås: Are we on?\n\nPer: Yes."


def test_typed_bullets_are_list_items():
    assert text_of(p("• One") + p("•") + p("•Two")) == "- One\n- Two"


def test_damage_to_parts_that_are_not_text_is_named():
    found, problem = read(docx(p("Text."), styles="<w:styles", numbering=NUMBERING))
    assert found.text == "Text." and problem == "is damaged: its part word/styles.xml is not XML"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "^is no docx file, or is damaged: it cannot be unpacked$"),
        (archive({"x.txt": "x"}), "^is damaged: its part word/document.xml is missing$"),
        (archive({"word/document.xml": f"<w:styles {W}/>"}), "^is not a Word document, whatever its name says$"),
        (docx(""), "^holds no text$"),
        (
            docx("<w:p><w:r><w:drawing><w:pic/></w:drawing></w:r></w:p>"),
            "^holds no text: it is pictures; run OCR first$",
        ),
        (docx("<w:smartTag>" * 100 + p("deep") + "</w:smartTag>" * 100), "^is nested deeper than documents are$"),
        (docx("<w:p>" * 400 + "</w:p>" * 400), "^is damaged: its part word/document.xml is not XML$"),
    ],
)
def test_what_cannot_be_read_is_refused(data, sentence):
    with pytest.raises(ReadError, match=sentence):
        read_docx(data, "a.docx", Columns())
