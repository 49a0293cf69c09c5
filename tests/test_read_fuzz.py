"""Files that were changed at random are read, read in part or refused: nothing else comes out of a reader."""

import random
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from tests import office
from tests.pdfs import Text, lines, pdf
from topics.errors import ReadError
from topics.read.formats import FORMATS
from topics.read.parsed import Columns

CHANGES = 60
"""How many changed files of each format a run of the tests reads; thousands were read while the readers were built."""

TOKENS = (
    b"-1", b"99999999999", b"0", b"<<", b">>", b"[", b"/", b"null", b'"', b"<a>", b"</a>", b"{", b"}", b"\\",
    b"=?utf-8?b?", b"%", b"nan", b"1e999",
)  # fmt: skip
ODT = (
    '<text:h>H</text:h><text:list><text:list-item><text:p>a<text:s text:c="3"/>b</text:p></text:list-item></text:list>'
    "<table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
    "</table:table><text:p>n<text:note><text:note-body><text:p>foot</text:p></text:note-body></text:note></text:p>"
)
POSTMARK = b"From a Tue Mar  4 10:15:00 2025\n"
FILES = {
    "pdf": pdf(
        [
            lines(["The boats (of) the harbour lie", "at the quay and wait for wind."]),
            Text("Bold", 72, 600, 14, bold=True).content() + b"q /Im Do Q",
        ],
        {"Title": "Boats", "CreationDate": "D:20210501093000+02'00'"},
        b"/Lang (en)",
    ),
    "docx": office.document(),
    "pptx": office.slides(),
    "odt": office.odt(ODT, '<text:list-style style:name="L"/>'),
    "rtf": office.RTF,
    "epub": office.epub({"a": "<h1>One</h1><p>Text.</p><table><tr><td>a</td><td>b</td></tr></table>", "b": "<p>x"}),
    "eml": office.MAIL,
    "mbox": POSTMARK + office.MAIL + b"\n" + POSTMARK + office.MAIL,
}
PACKAGES = ("docx", "pptx", "odt", "epub")


def changed(chance: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(len(out) + 1)
        end = place + chance.randrange(1, 64)
        kind = chance.randrange(6)
        if kind == 0 and place < len(out):
            out[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del out[place:end]
        elif kind == 2:
            out[place:place] = out[place:end]
        elif kind == 3:
            out[place:place] = chance.randbytes(chance.randrange(1, 8))
        elif kind == 4 and chance.random() < 0.2:
            del out[place:]
        else:
            token = chance.choice(TOKENS)
            out[place : place + len(token)] = token
    return bytes(out)


def with_a_part_changed(chance: random.Random, data: bytes) -> bytes:
    with ZipFile(BytesIO(data)) as zip:
        parts = {name: zip.read(name) for name in zip.namelist()}
    chosen = chance.choice([name for name in parts if name.endswith(("xml", "rels", "opf", "html"))])
    parts[chosen] = changed(chance, parts[chosen])
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as zip:
        for name, content in parts.items():
            zip.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("format", FILES)
def test_changed_files_give_documents_or_a_reason(format: str) -> None:
    reader = FORMATS[format].reader()
    ends = set()
    for seed in range(CHANGES):
        chance = random.Random(f"{format}{seed}")
        inside = format in PACKAGES and chance.random() < 0.6
        data = (with_a_part_changed if inside else changed)(chance, FILES[format])
        try:
            parsed = reader(data, "x", Columns())
        except ReadError as error:
            assert str(error) and not str(error)[0].isupper()
            ends.add("refused")
            continue
        ends.add("partly" if parsed.problem else "read")
        for document in parsed.documents:
            assert document.text.strip() and document.text.encode("utf-8")
            assert list(document.pages) == sorted(document.pages)
            assert all(0 <= place <= len(document.text) for place in document.pages)
            assert all(value and value.encode("utf-8") for value in document.meta.values())
    assert {"read", "refused"} <= ends or {"partly", "refused"} <= ends
