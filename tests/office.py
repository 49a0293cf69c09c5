"""Office files, books and mail for tests: small ones of our own, some put together part by part."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)

MAIL = b"""\
From: =?utf-8?q?Karin_=C3=85s?= <karin@example.org>
To: Per <per@example.org>
Subject: =?utf-8?b?RsOkcmphbiBmcsOlbiDDhWxhbmQ=?=
Date: Tue, 04 Mar 2025 10:15:00 +0100
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

The ferry leaves at noon, and we =C3=A4ta lunch on board.

> Will you come?
--=20
Karin
--x
Content-Type: application/pdf; name="tickets.pdf"
Content-Disposition: attachment; filename="tickets.pdf"
Content-Transfer-Encoding: base64

JVBERi0=
--x--
"""

RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}
{\info{\title The harbour}{\author Karin}{\creatim\yr2021\mo5\dy1\hr9\min30}}
{\header Furniture}\pard The caf\'e9 by the sea\par
{\f1\'cf\'f0\'e8\'e2\'e5\'f2} \u9731?and \u-10179?\u-8704?.{\footnote A note.}\par
{\listtext\bullet\tab}First thing\par{\listtext\'b7\tab}Second thing\par
\trowd\pard\intbl Boat\cell Length\cell\row\trowd\intbl Ada\cell 12 m\cell\row
\pard{\v hidden}{\deleted gone}Last words.\par}"""


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these parts."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as zip:
        for name, content in parts.items():
            zip.writestr(name, content)
    return data.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """A Word file with this body; further parts by their name under word/, without the suffix."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "".join(f'<Relationship Id="r{name}" Type="{kinds}/{name}" Target="{name}.xml"/>' for name in parts)
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return archive(
        {
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}">{relations}</Relationships>',
            **{f"word/{name}.xml": content for name, content in parts.items()},
        }
    )


def odt(text: str, styles: str = "", **parts: str) -> bytes:
    """An OpenDocument text with this body and these automatic styles."""
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{text}</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {ODF}><office:meta><dc:title>Boats</dc:title>"
            "<meta:initial-creator>Karin</meta:initial-creator>"
            "<meta:creation-date>2021-05-01T09:30:00.5</meta:creation-date>"
            "<dc:language>sv-SE</dc:language></office:meta></office:document-meta>",
            **{name.replace("__", "/"): content for name, content in parts.items()},
        }
    )


def epub(chapters: Mapping[str, str], spine: str = "", manifest: str = "", **parts: str) -> bytes:
    """A book with these chapters, each the body of a page."""
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters)
    order = spine or "".join(f'<itemref idref="{name}"/>' for name in chapters)
    pages = {
        f"OEBPS/{name}.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head>'
        f"<body>{body}</body></html>"
        for name, body in chapters.items()
    }
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<metadata><dc:title>Boats</dc:title><dc:creator>Karin</dc:creator><dc:creator>Per</dc:creator>"
            "<dc:date>2021-05</dc:date><dc:language>en-GB</dc:language>"
            "<dc:publisher>Quay Press</dc:publisher></metadata>"
            f"<manifest>{items}{manifest}</manifest><spine>{order}</spine></package>",
            **pages,
            **{name.replace("__", "/"): content for name, content in parts.items()},
        }
    )


def slides() -> bytes:
    """A presentation of three slides, written by python-pptx: a list, a table with notes, an empty one."""
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = "Boats of the harbour"
    first.placeholders[1].text = "Ada is a sloop\nBea is a cutter"
    second = show.slides.add_slide(show.slide_layouts[5])
    second.shapes.title.text = "Lengths"
    table = second.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for row, cells in enumerate((("Boat", "Length"), ("Ada", "12 m"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    second.notes_slide.notes_text_frame.text = "Say that Ada was rebuilt."
    show.slides.add_slide(show.slide_layouts[6])
    show.core_properties.title = "The harbour"
    show.core_properties.author = "Karin"
    data = BytesIO()
    show.save(data)
    return data.getvalue()


def document() -> bytes:
    """A Word file written by python-docx: headings, lists, a table."""
    from docx import Document

    word = Document()
    word.add_heading("The harbour", 1)
    word.add_paragraph("Three boats lie at the quay.")
    for text in ("Ada, a sloop", "Bea, a cutter"):
        word.add_paragraph(text, style="List Bullet")
    for text in ("Cast off", "Set sail"):
        word.add_paragraph(text, style="List Number")
    table = word.add_table(2, 2)
    for row, cells in enumerate((("Boat", "Length"), ("Ada", "12 m"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    word.sections[0].header.paragraphs[0].text = "Furniture"
    word.core_properties.title = "Boats"
    word.core_properties.author = "Karin"
    data = BytesIO()
    word.save(data)
    return data.getvalue()
