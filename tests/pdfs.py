"""PDF files for tests, written by hand: a line of text is told by where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A line of text at a place, in points from the lower left corner."""

    text: str
    x: float
    y: float
    size: float = 10.0
    bold: bool = False

    def content(self) -> bytes:
        plain = self.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        font = b"/F2" if self.bold else b"/F1"
        return b"BT %b %.1f Tf 1 0 0 1 %.1f %.1f Tm (%b) Tj ET\n" % (font, self.size, self.x, self.y, plain)


def lines(texts: Iterable[str], x: float = 72.0, y: float = 700.0, size: float = 10.0, leading: float = 12.0) -> bytes:
    """Content of lines below each other."""
    return b"".join(Text(text, x, y - row * leading, size).content() for row, text in enumerate(texts))


def pdf(
    pages: Iterable[bytes], info: Mapping[str, str] | None = None, catalog: bytes = b"", extra: bytes = b""
) -> bytes:
    """A PDF with pages of such content; ``extra`` goes into every page's dictionary."""
    pages = list(pages)
    kids = b" ".join(b"%d 0 R" % (6 + 2 * row) for row in range(len(pages)))
    fonts = b"/Font << /F1 3 0 R /F2 4 0 R >> /XObject << /Im 5 0 R >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        stream(
            b"\xff", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        ),
    ]
    for row, content in enumerate(pages):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %b >> /Contents %d 0 R %b >>"
            % (fonts, 7 + 2 * row, extra),
            stream(content),
        ]
    told = b" ".join(b"/%b (%b)" % (key.encode(), value.encode("latin-1")) for key, value in (info or {}).items())
    objects.append(b"<< %b >>" % told)
    return assembled(objects, b"/Root 1 0 R /Info %d 0 R" % len(objects))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def assembled(objects: Iterable[bytes], trailer: bytes) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, start)
    return bytes(out)
