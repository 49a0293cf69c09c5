"""Small files of every format, and ways to damage them, the same for the same seed."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator

from tests.hostile_files import PARAGRAPH, docx, epub, odt, pdf_of

BEES = "Bees fly out at dawn. The hive hums when the lime trees bloom, and the honey is light."
_PACKED = {"docx", "pptx", "xlsx", "odt", "epub", "zip"}


def _pptx() -> bytes:
    from pptx import Presentation

    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "The hive", BEES
    out = io.BytesIO()
    slides.save(out)
    return out.getvalue()


def _xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["id", "text"], [1, BEES], [2, BEES[::2]], [3, "The winter is long, and they sleep until April."]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({"id": [1, 2, 3], "text": [BEES, BEES[::2], BEES * 2]}), out)
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", BEES)
        archive.writestr("b/c.html", SAMPLES["html"]())
    return out.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "txt": lambda: (BEES + "\n\n").encode() * 3,
    "rst": lambda: f"The hive\n========\n\n.. note:: {BEES}\n\n* {BEES}\n".encode(),
    "html": lambda: f"<!doctype html><html><head><title>Bees</title></head><body><p>{BEES}</p></body></html>".encode(),
    "pdf": lambda: pdf_of(b"BT /F1 12 Tf 10 10 Td (Bees fly out at dawn.) Tj ET"),
    "docx": lambda: docx(PARAGRAPH * 3),
    "pptx": _pptx,
    "odt": lambda: odt(b"<t:h>The hive</t:h><t:p>Bees fly out at dawn.</t:p>"),
    "rtf": lambda: b"{\\rtf1\\ansi{\\fonttbl{\\f0 Times;}}\\f0 Bees fly out at dawn.\\par The \\b hive\\b0  hums.}",
    "epub": lambda: epub(b"<html><body><h1>The hive</h1><p>Bees fly out at dawn.</p></body></html>"),
    "eml": lambda: b"From: a@b.example\nTo: c@d.example\nSubject: =?utf-8?q?Bees?=\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n"
    b"Content-Transfer-Encoding: quoted-printable\n\nThey fly=20out.\n--x\nContent-Type: text/html\n\n"
    b"<p>They fly.</p>\n--x--\n",
    "mbox": lambda: b"From a@b.example Sat May  1 10:00:00 2021\nSubject: Bees\nFrom: a@b.example\n\nThey fly.\n\n" * 2,
    "csv": lambda: f"id;text;date\n1;{BEES};2021-05-01\n2;\"{BEES[::2]}; they say\";2022-01-01\n3;NA;\n".encode(),
    "xlsx": _xlsx,
    "json": lambda: f'[{{"id": 1, "text": "{BEES}"}}, {{"id": 2, "text": "{BEES[::2]}"}}]'.encode(),
    "jsonl": lambda: f'{{"text": "{BEES}"}}\n{{"text": "{BEES[::2]}", "year": 2021}}\n'.encode(),
    "parquet": _parquet,
    "zip": _zip,
}  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Flip, cut, repeat, insert or overwrite bytes, once or a few times."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not out:
            break
        at, length = chance.randrange(len(out)), chance.choice((1, 2, 4, 16, 64))
        match chance.randrange(7):
            case 0 | 1:
                out[at] ^= 1 << chance.randrange(8)
            case 2:
                del out[at : at + length]
            case 3:
                out[at:at] = out[at : at + length] * chance.choice((1, 2, 50))
            case 4:
                out[at:at] = chance.randbytes(length)
            case 5:
                out[at : at + 4] = chance.choice(
                    (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"9999", b"<<<<")
                )
            case 6:
                if chance.random() < 0.3:
                    del out[at:]
    return bytes(out)


def mutants(format: str, count: int, seed: int) -> Iterator[bytes]:
    """Yield damaged files of a format; of packed ones, half are damaged inside and packed anew."""
    chance = random.Random(f"{format} {seed}")
    data = SAMPLES[format]()
    for _ in range(count):
        inside = format in _PACKED and chance.random() < 0.5
        yield _repacked(data, chance) if inside else damaged(data, chance)


def _repacked(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        names = before.namelist()
        hit = chance.choice(names)
        for name in names:
            after.writestr(name, damaged(before.read(name), chance) if name == hit else before.read(name))
    return out.getvalue()
