"""PDF files are read as a person reads a page: columns, paragraphs, and what could not be read is named."""

import tracemalloc

import pytest

from tests.pdfs import Text, lines, pdf, stream
from topics.errors import ReadError
from topics.read.parsed import Columns
from topics.read.pdf import read_pdf
from topics.read.pdf_lines import regions_of
from topics.read.pdf_paragraphs import led_on
from topics.read.pdf_runs import Run

LEFT = [
    "The harbour lies on the northern side of the",
    "island, where the water is deep enough for",
    "large ships in every season of the year, and",
    "the old pilots still know each single stone.",
]
RIGHT = [
    "In winter the ice closes the narrow strait,",
    "and the mail is carried over it on sledges by",
    "men who have done nothing else in their life,",
    "and who say that they fear only the spring.",
]


def read(data):
    (document,) = read_pdf(data, "a.pdf", Columns()).documents
    return document


def text_of(*pages):
    return read(pdf(pages)).text


def page_texts(document):
    ends = [*document.pages[1:], len(document.text)]
    return [document.text[start:end] for start, end in zip(document.pages, ends, strict=True)]


def test_lines_become_paragraphs():
    content = lines(LEFT) + lines(["A new paragraph stands lower."], y=630)
    assert text_of(content) == " ".join(LEFT) + "\n\nA new paragraph stands lower."


def test_a_first_line_that_is_indented_begins_a_paragraph():
    content = lines(LEFT) + lines([RIGHT[0]], x=90, y=652) + lines(RIGHT[1:], y=640)
    assert text_of(content) == " ".join(LEFT) + "\n\n" + " ".join(RIGHT)


def test_a_heading_stands_alone():
    content = Text("The harbour", 72, 715, 14, bold=True).content() + lines(LEFT)
    assert text_of(content) == "The harbour\n\n" + " ".join(LEFT)


def test_columns_are_read_one_after_the_other_whatever_the_order_in_the_file():
    title = Text("A title that reaches over both of the columns of this page", 120, 740, 12).content()
    shown = lines(RIGHT, x=330) + title + lines(LEFT)
    assert text_of(shown) == (
        "A title that reaches over both of the columns of this page\n\n" + " ".join(LEFT) + "\n\n" + " ".join(RIGHT)
    )


def test_cells_on_one_line_are_a_table_row():
    rows = [("Boat", "Length", "Year"), ("Ada", "12 m", "1921"), ("Bea", "9 m", "1933"), ("Cleo", "15 m", "1940")]
    content = b"".join(
        Text(cell, 72 + 150 * column, 700 - 14 * row).content()
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    )
    assert text_of(content) == "Boat | Length | Year\nAda | 12 m | 1921\nBea | 9 m | 1933\nCleo | 15 m | 1940"


def test_lists_keep_their_items():
    content = lines(["We need:", "• a long rope for the anchor, and a shorter", "  one for the dinghy", "• a lamp"])
    assert text_of(content) == "We need:\n\n- a long rope for the anchor, and a shorter one for the dinghy\n- a lamp"


def test_words_broken_at_the_end_of_a_line_are_whole_again():
    broken = [
        "The captain of the ship, whose long experi-",
        "ence is known, likes his well-known boat, and a well-",
        "known crew from Saint-",
        "Malo in the year of the COVID-",
        "19 outbreak and of the state-of-the-",
        "art ship.",
    ]
    assert text_of(lines(broken)) == (
        "The captain of the ship, whose long experience is known, likes his well-known boat, and a well-known crew "
        "from Saint-Malo in the year of the COVID-19 outbreak and of the state-of-the-art ship."
    )


@pytest.mark.parametrize(
    ("before", "after", "glued"), [("日本", "語の", "日本"), ("ein", "Haus", "ein "), ("한국", "어", "한국 ")]
)
def test_lines_are_joined_as_their_script_is_written(before, after, glued):
    assert led_on(before, after) == glued


def test_a_paragraph_goes_on_over_the_page_past_foot_and_head():
    document = read(
        pdf(
            [
                Text("The old harbour", 72, 800).content() + lines(LEFT[:3]) + Text("1", 300, 40).content(),
                Text("The old harbour", 72, 800).content() + lines(LEFT[3:]) + Text("2", 300, 40).content(),
            ]
        )
    )
    assert " ".join(LEFT) in document.text
    assert document.text.count("The old harbour") == 2
    first, second = page_texts(document)
    assert first.endswith(LEFT[2] + " ") and "1\n\n" in first
    assert second.startswith(LEFT[3]) and second.endswith("The old harbour\n\n2")


def test_pages_begin_where_their_text_does():
    document = read(pdf([lines(["One."]), b"", lines(["Three."])]))
    assert document.text == "One.\n\nThree." and document.pages == (0, 6, 6)


def test_words_shown_one_by_one_and_out_of_order_are_put_in_order():
    words = "Each word of this line is shown alone".split()
    places = [72 + 40 * row for row in range(len(words))]
    shown = b"".join(Text(word, x, 700).content() for word, x in reversed(list(zip(words, places, strict=True))))
    assert text_of(shown).replace(" | ", " ") == " ".join(words)


def test_text_that_is_not_on_the_page_is_left_out():
    assert text_of(lines(["Seen."]) + Text("Not seen", 72, -200).content()) == "Seen."


def test_forms_are_followed_and_loops_end():
    form = stream(
        b"BT /F1 10 Tf 72 700 Td (In a form.) Tj ET /Im Do", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
    )
    data = pdf([b"/Im Do"])
    picture = data[data.index(b"5 0 obj\n") + 8 : data.index(b"6 0 obj\n") - 8]
    assert read(data.replace(picture, form)).text == "In a form."


def test_right_to_left_text_is_in_the_order_of_reading():
    shown = [Run(letter, 72.0 + 6 * row, 78.0 + 6 * row, 700.0, 10.0) for row, letter in enumerate("םולש 42 (א)"[::1])]
    (region,) = regions_of(shown)
    assert region.lines[0].text == "(א) 42 שלום"


def test_an_accent_set_over_a_letter_joins_it():
    content = b"BT /F1 10 Tf 72 700 Td [(caf) (\xb4) 333 (e)] TJ ET"
    assert text_of(content) == "café"


def test_metadata_is_told_in_the_common_keys():
    info = {"Title": "The  harbour", "Author": "Karin", "CreationDate": "D:20210501093000+02'00'"}
    meta = read(pdf([lines(LEFT)], info, b"/Lang (en-GB)")).meta
    assert dict(meta) == {
        "title": "The harbour", "author": "Karin", "date": "2021-05-01T09:30:00+02:00", "language": "en",
    }  # fmt: skip
    assert "title" not in read(pdf([lines(LEFT)], {"Title": "untitled"})).meta


def test_pages_without_text_are_named():
    parsed = read_pdf(pdf([lines(["One."]), b"/Im Do", b""]), "a.pdf", Columns())
    assert parsed.problem == "page 2 of 3 holds no text: it is a picture; run OCR first"
    with pytest.raises(ReadError, match=r"^pages 1-2 of 2 hold no text: they are pictures; run OCR first$"):
        read_pdf(pdf([b"/Im Do", b"/Im Do"]), "a.pdf", Columns())
    with pytest.raises(ReadError, match=r"^holds no text$"):
        read_pdf(pdf([b""]), "a.pdf", Columns())
    with pytest.raises(ReadError, match=r"^has no pages$"):
        read_pdf(pdf([]), "a.pdf", Columns())


def test_damaged_pages_are_named_and_the_others_read():
    data = pdf([lines(["One."]), lines(["Two."]), lines(["Three."])])
    parsed = read_pdf(data.replace(b"/Parent 2 0 R /MediaBox", b"/Paren[ 2 0 R /MediaBox", 1), "a.pdf", Columns())
    assert parsed.problem == "page 1 of 3 is damaged and was not read"
    assert parsed.documents[0].text == "Two.\n\nThree."
    parsed = read_pdf(data.replace(b"/Count 3", b"/Count 5"), "a.pdf", Columns())
    assert parsed.problem == "says that it has 5 pages, of which 3 can be found"


def test_a_font_that_names_no_letters_is_not_taken_for_text():
    data = pdf([lines(["One."])]).replace(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [] >>",
    )
    with pytest.raises(ReadError, match=r"^its page does not say which letters it shows: its fonts lack a table"):
        read_pdf(data, "a.pdf", Columns())


def encrypted(password):
    from io import BytesIO

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(BytesIO(pdf([lines(["Secret."])]))))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_encryption_with_a_password_is_refused_and_without_one_read():
    with pytest.raises(ReadError, match=r"^is encrypted; save it without a password$"):
        read_pdf(encrypted("x"), "a.pdf", Columns())
    assert read(encrypted("")).text == "Secret."


def test_encryption_that_needs_a_library_names_it(monkeypatch):
    import pypdf
    from pypdf.errors import DependencyError

    def refuse(self, password):
        raise DependencyError("cryptography>=3.1 is required for AES algorithm")

    monkeypatch.setattr(pypdf.PdfReader, "decrypt", refuse)
    with pytest.raises(
        ReadError, match=r"^is encrypted in a way that needs cryptography; install it with: pip install"
    ):
        read_pdf(encrypted("x"), "a.pdf", Columns())


def test_metadata_in_xmp_is_read_where_there_is_no_other():
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        b'xmlns:xmp="http://ns.adobe.com/xap/1.0/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">The quay</rdf:li>'
        b"</rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>Karin</rdf:li><rdf:li>Per</rdf:li></rdf:Seq></dc:creator>"
        b"<xmp:CreateDate>2021-05-01T09:30:00Z</xmp:CreateDate></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    data = pdf([lines(LEFT)], catalog=b"/Metadata 5 0 R")
    picture = data[data.index(b"5 0 obj\n") + 8 : data.index(b"6 0 obj\n") - 8]
    meta = read(data.replace(picture, stream(packet, b"/Type /Metadata /Subtype /XML"))).meta
    assert (meta["title"], meta["author"], meta["date"][:19]) == ("The quay", "Karin, Per", "2021-05-01T09:30:00")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"not a pdf", pdf([lines(["One."])])[:300]])
def test_what_is_no_pdf_is_refused(data):
    with pytest.raises(ReadError, match=r"^is damaged: its pages cannot be found"):
        read_pdf(data, "a.pdf", Columns())


def test_a_page_that_shows_without_end_is_named(monkeypatch):
    from topics.read import pdf_runs

    monkeypatch.setattr(pdf_runs, "_MOST_RUNS", 3)
    parsed = read_pdf(pdf([lines(LEFT), lines(["Two."])]), "a.pdf", Columns())
    assert parsed.problem == "page 1 of 2 is damaged and was not read"


def test_a_file_that_is_too_long_is_read_in_part(monkeypatch):
    from topics.read import pdf as room

    monkeypatch.setattr(room, "LARGEST", 100)
    parsed = read_pdf(pdf([lines(LEFT)] * 3), "a.pdf", Columns())
    assert parsed.problem == "what comes after page 1 was not read: more than 100 characters"
    assert len(parsed.documents[0].pages) == 3


def test_memory_grows_with_the_text_alone():
    peaks = []
    for count in (40, 160):
        data = pdf([Text("Head", 72, 800).content() + lines([*LEFT, *RIGHT] * 3) for _ in range(count)])
        tracemalloc.start()
        length = len(read(data).text)
        peaks.append((tracemalloc.get_traced_memory()[1], length))
        tracemalloc.stop()
    (small, short), (large, long) = peaks
    assert large - small < 12 * (long - short)
