"""Files made to fill the memory, to run for ever, or to crash what reads them; each is made when it is asked for."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.'
    b'main+xml"/>'
    b"</Types>"
)
RELATIONS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="word/document.xml"/></Relationships>'
)
LAUGHS = b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'lol'>%s]>" % b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
OUTSIDE = b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY j SYSTEM 'file:///etc/passwd'>]>"


def docx(body: bytes, before: bytes = b"<?xml version='1.0'?>") -> bytes:
    document = before + b'<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (WORD.encode(), body)
    return zipped({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document})


def odt(body: bytes, before: bytes = b"<?xml version='1.0'?>") -> bytes:
    office, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0".encode() for name in ("office", "text"))
    content = (
        b'%s<o:document-content xmlns:o="%s" xmlns:t="%s"><o:body><o:text>%s</o:text></o:body></o:document-content>'
    )
    return zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content % (before, office, text, body)}
    )


def epub(chapter: bytes) -> bytes:
    package = (
        b'<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest><item id="c" href="c.xhtml" '
        b'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>'
    )
    container = (
        b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
        b'full-path="p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    return zipped(
        {"mimetype": b"application/epub+zip", "META-INF/container.xml": container, "p.opf": package, "c.xhtml": chapter}
    )


def pdf(*objects: bytes) -> bytes:
    """Return a PDF of objects numbered from 1; the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def _packed(size: int, times: int = 1) -> bytes:
    """Return zeros packed by deflate, and that again."""
    pack = zlib.compressobj(9)
    data = b"".join([*(pack.compress(bytes(1 << 20)) for _ in range(size >> 20)), pack.flush()])
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def pdf_of(content: bytes, filters: bytes = b"") -> bytes:
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R "
        b"/Resources << /XObject << /X 5 0 R >> /Font << /F1 6 0 R >> >> >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), filters, content),
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Length 5 >>\n"
        b"stream\n/X Do\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def pdf_with_a_font(table: bytes, shown: bytes = b"BT /F1 9 Tf (bees fly) Tj ET") -> bytes:
    """Return a PDF whose font says by ``table`` which letters it shows."""
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(table), table),
    )


def pptx(text: bytes, before: bytes = b"<?xml version='1.0'?>") -> bytes:
    """Return slides, the one of which says ``text``."""
    names = b'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="%s" xmlns:a="%s"' % (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://schemas.openxmlformats.org/drawingml/2006/main",
    )
    relation = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>'
    )
    shape = b"<p:sp><p:txBody><a:p><a:r><a:t>%s</a:t></a:r></a:p></p:txBody></p:sp>" % text
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relation % (b"officeDocument", b"ppt/presentation.xml"),
            "ppt/presentation.xml": b'<p:presentation %s><p:sldIdLst><p:sldId id="1" r:id="r1"/></p:sldIdLst>'
            b"</p:presentation>" % names,
            "ppt/_rels/presentation.xml.rels": relation % (b"slide", b"slides/s.xml"),
            "ppt/slides/s.xml": b"%s<p:sld %s><p:cSld><p:spTree>%s</p:spTree></p:cSld></p:sld>"
            % (before, names, shape),
        }
    )


def forged(data: bytes, size: int = 10) -> bytes:
    """Return a zip file whose list of files says that each unpacks to so many bytes."""
    out, at = bytearray(data), data.find(b"PK\x01\x02")
    while at >= 0:
        out[at + 24 : at + 28] = size.to_bytes(4, "little")
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(out)


def workbook(text: bytes, before: bytes = b"") -> bytes:
    """Return a workbook with a row of ``text``."""
    return xlsx(b'<row><c t="inlineStr"><is><t>%s</t></is></c></row>' % text, before)


def parquet_bomb() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    column = pa.DictionaryArray.from_arrays(_zeros(12_000_000), ["bee " * 50])
    out = io.BytesIO()
    pq.write_table(pa.table({"text": column}), out)
    return out.getvalue()


def _zeros(count: int) -> object:
    import numpy as np
    import pyarrow as pa

    return pa.array(np.zeros(count, np.int8))


def xlsx(rows: bytes, before: bytes = b"") -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["text"])
    out = io.BytesIO()
    book.save(out)
    files = {}
    with zipfile.ZipFile(out) as archive:
        for name in archive.namelist():
            files[name] = archive.read(name)
    sheet = "xl/worksheets/sheet1.xml"
    head, _, tail = files[sheet].partition(b"</sheetData>")
    files[sheet] = before + head + rows + b"</sheetData>" + tail
    return zipped(files)


PARAGRAPH = b"<w:p><w:r><w:t>Bees fly out at dawn.</w:t></w:r></w:p>"
LOOP = pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 /Parent 2 0 R >>")

FILES: dict[str, Callable[[], bytes]] = {
    "bomb.docx": lambda: docx(PARAGRAPH * 2_000_000),
    "laughs.docx": lambda: docx(b"<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", LAUGHS),
    "outside.docx": lambda: docx(b"<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", OUTSIDE),
    "deep.docx": lambda: docx(b"<w:p>" * 100_000 + b"</w:p>" * 100_000),
    "bomb.odt": lambda: odt(b"<t:p>Bees fly out at dawn.</t:p>" * 2_000_000),
    "laughs.odt": lambda: odt(b"<t:p>&i;</t:p>", LAUGHS),
    "outside.odt": lambda: odt(b"<t:p>&j;</t:p>", OUTSIDE),
    "bomb.epub": lambda: epub(b"<html><body>" + b"<p>Bees fly.</p>" * 4_000_000),
    "laughs.epub": lambda: epub(LAUGHS + b"<html><body><p>&i;</p></body></html>"),
    "forged.docx": lambda: forged(docx(PARAGRAPH * 1_000_000)),
    "laughs.pptx": lambda: pptx(b"&i;", LAUGHS),
    "outside.pptx": lambda: pptx(b"&j;", OUTSIDE),
    "outside.epub": lambda: epub(OUTSIDE + b"<html><body><p>&j;</p></body></html>"),
    "bomb.xlsx": lambda: xlsx(b'<row><c t="inlineStr"><is><t>Bees fly.</t></is></c></row>' * 1_500_000),
    "laughs.xlsx": lambda: workbook(b"&i;", LAUGHS.partition(b"?>")[2]),
    "outside.xlsx": lambda: workbook(b"&j;", OUTSIDE.partition(b"?>")[2]),
    "bomb.parquet": parquet_bomb,
    "short.parquet": lambda: b"PAR1" + bytes(100) + b"\xff\xff\xff\x7fPAR1",
    "flate.pdf": lambda: pdf_of(_packed(200 << 20), b"/Filter /FlateDecode"),
    "twice.pdf": lambda: pdf_of(_packed(200 << 20, 2), b"/Filter [/FlateDecode /FlateDecode]"),
    "form.pdf": lambda: pdf_of(b"/X Do"),
    "loop.pdf": lambda: LOOP,
    "deep.pdf": lambda: pdf_of(b"[" * 1_000_000),
    "text.pdf": lambda: pdf_of(b"BT " + b"(bee) Tj " * 200_000 + b" ET"),
    "table.pdf": lambda: pdf_with_a_font(
        b"1 begincodespacerange <00> <ff> endcodespacerange "
        + b"100 beginbfrange " + b"<00000000> <ffffffff> <0000>\n" * 50_000 + b"endbfrange"
    ),
    "before.pdf": lambda: pdf_of(b"BT (bee) Tj ET").replace(b"/Size", b"/Prev 9 /Size"),
    "picture.pdf": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100),
    "cut.pdf": lambda: pdf_of(b"BT (bee) Tj ET")[:200],
    "deep.json": lambda: b"[" * 2_000_000,
    "closed.json": lambda: b'{"a":' * 500_000 + b"1" + b"}" * 500_000,
    "digits.jsonl": lambda: b'{"text": "Bees fly."}\n{"text": ' + b"9" * 5000 + b'}\n{"text": NaN}\n' + b"[" * 100_000,
    "twins.jsonl": lambda: b'{"text": "Bees fly.", "text": "They hum."}\n' * 100_000,
    "halves.json": lambda: b'[{"text": "Bees \\ud800 fly out at dawn."}]',
    "wide.csv": lambda: b",".join(b"c%d" % n for n in range(500_000)) + b"\n" + b"x," * 500_000,
    "quote.csv": lambda: b'id,text\n1,"' + b"Bees fly out at dawn.\n" * 200_000,
    "long.csv": lambda: b"id,text\n1," + b"bee " * 5_000_000,
    "deep.html": lambda: b"<!doctype html><body>" + b"<div>" * 200_000 + b"Bees fly.",
    "many.html": lambda: b"<html><body>" + b"<p>Bees <b>fly</b> out at dawn.</p>" * 100_000,
    "large.html": lambda: b"<html><body>" + (b"<p>" + b"Bees fly out at dawn. " * 40 + b"</p>") * 23_000,
    "tables.html": lambda: b"<html><body>" + b"<table><tr><td>Bees fly.</td><td>" * 20_000,
    "laughs.html": lambda: LAUGHS.partition(b"?>")[2] + b"<html><body><p>&i; Bees fly.</p></body></html>",
    "outside.html": lambda: OUTSIDE + b"<html><body><p>&j; Bees fly.</p></body></html>",
    "encoding.html": lambda: b"<html><head><meta charset=punycode></head><body><p>\xe5" + b"Bees fly-" * 200_000,
    "attribute.html": lambda: b"<html><body a='" + b"x" * 20_000_000,
    "entities.html": lambda: b"<html><body><p>" + b"&lt;" * 5_000_000,
    "deep.rtf": lambda: b"{\\rtf1 " + b"{" * 2_000_000,
    "words.rtf": lambda: b"{\\rtf1 " + b"\\par bee " * 200_000,
    "binary.rtf": lambda: b"{\\rtf1 \\bin999999999999 x}",
    "deep.eml": lambda: b"From: a@b.example\nMIME-Version: 1.0\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000)),
    "headers.eml": lambda: b"From: a@b.example\n" + b"Received: x\n" * 200_000 + b"\nBees fly.",
    "many.mbox": lambda: b"From a@b.example Sat May  1 10:00:00 2021\nSubject: Bees\n\nThey fly.\n\n" * 20_000,
    "line.txt": lambda: b"bee " * 5_000_000,
    "marks.md": lambda: b"[" * 500_000 + b"*" * 500_000,
    "bomb.zip": lambda: zipped({"a.txt": bytes(300 << 20), "b.txt": b"Bees fly."}),
    "many.zip": lambda: zipped({f"{n}.txt": b"" for n in range(30_000)}),
    "bomb.txt.gz": lambda: gzip.compress(bytes(300 << 20)),
    "slip.zip": lambda: zipped({"../../slip.txt": b"Bees fly.", "/tmp/slip.txt": b"Bees.", "C:\\slip.txt": b"They."}),
    "nested.zip": lambda: zipped({f"{n}.zip": zipped({"a.txt": b"Bees fly. " * 600_000}) for n in range(40)}),
    "deep.zip": lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": b"Bees."})})}),
}  # fmt: skip

LARGE: dict[str, Callable[[], bytes]] = {
    "quote.csv": lambda: b'id,text\n1,"' + b"Bees fly out at dawn.\n" * 2_400_000,
    "paragraphs.html": lambda: b"<html><body>" + b"<p>Bees <b>fly</b> out at dawn.</p>" * 600_000,
    "empty.html": lambda: b"<html><body>" + b"<p> </p>" * 600_000 + b"<p>Bees fly out at dawn.</p>",
}
"""Files of tens of megabytes, each once."""
