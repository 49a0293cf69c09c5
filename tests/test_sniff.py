"""The content of a file says what it is; its name only tells text from text."""

import io
import json
import sqlite3
import zipfile

import pytest

from topics.errors import ReadError
from topics.read.formats import BY_SUFFIX, FORMATS
from topics.read.signatures import NotRead
from topics.read.sniff import HEAD, sniff

PROSE = "Bees fly out at dawn, and the hive hums.\n\nThe honey is light, they say.\n"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF"
PAGE = b"<!-- saved -->\n<!DOCTYPE html><html><head><title>Bees</title></head><body><p>Bees.</p></body></html>"
RTF = b"{\\rtf1\\ansi Bees.}"
MAIL = b"Received: from hive\nFrom: a@hive.example\nTo: b@hive.example\nSubject: Bees\n\nThey fly.\n"
MBOX = b"From a@hive.example Sat May  1 10:00:00 2021\n" + MAIL
TABLE = 'id;text;date\n1;Bees fly.;2021\n2;"They; sleep";2022\n3;Honey.;2023\n'
LINES = '{"text": "Bees"}\n{"text": "Honey"}\n{"text": broken\n'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def office(folder: str, **more: bytes) -> bytes:
    return zipped(**{"[Content_Types].xml": b"<Types/>", f"{folder}/document.xml": b"<x/>", **more})


KINDS = [
    (PDF, "pdf"),
    (b"\n" + PDF, "pdf"),
    (b"junk\r\n" + PDF, "pdf"),
    (RTF, "rtf"),
    (b"\xef\xbb\xbf" + PAGE, "html"),
    (PAGE.decode().encode("utf-16"), "html"),
    (PAGE.decode().encode("utf-16-le"), "html"),
    (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'x'>\n<html xmlns='y'><body/></html>", "html"),
    (b"<div class='a'><h1>Bees</h1><p>They <b>fly</b>.</p></div>", "html"),
    (MAIL, "eml"),
    (MBOX + b"\n" + MBOX, "mbox"),
    (b"PAR1" + b"\0" * 20 + b"PAR1", "parquet"),
    (b'{"a": 1}', "json"),
    (b'[{"a": 1},\n {"a": 2}]', "json"),
    (json.dumps([{"text": PROSE * 20}] * 400).encode(), "json"),
    (b"[" * 100_000, "json"),
    (b"[" * (HEAD + 9), "json"),
    (b'{"n": ' + b"9" * 5000 + b"}", "json"),
    (LINES.encode(), "jsonl"),
    (office("word"), "docx"),
    (office("ppt"), "pptx"),
    (office("xl"), "xlsx"),
    (zipped(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<x/>"}), "odt"),
    (zipped(mimetype=b"application/epub+zip"), "epub"),
    (zipped(**{"META-INF/container.xml": b"<x/>"}), "epub"),
    (zipped(**{"a/word/document.xml": b"<x/>"}), "zip"),
    (zipped(), "zip"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["a", "a.txt", "a.pdf", "a.html", "a.docx", "a.exe", "å.md"])
@pytest.mark.parametrize(("data", "format"), KINDS, ids=[f"{number}-{kind}" for number, (_, kind) in enumerate(KINDS)])
def test_a_wrong_name_changes_nothing(data: bytes, format: str, name: str) -> None:
    assert sniff(data, name) == format


@pytest.mark.parametrize(
    ("text", "name", "format"),
    [
        (PROSE, "a.txt", "text"),
        (PROSE, "a", "text"),
        (PROSE, "a.unheard", "text"),
        (PROSE, "a.md", "markdown"),
        (PROSE, "a.rst", "rst"),
        (PROSE, "a.pdf", "text"),
        (PROSE, "a.docx", "text"),
        (PROSE, "a.eml", "text"),
        ("text\nBees fly.\n", "a.csv", "csv"),
        ("text\nBees fly.\n", "a.tsv", "tsv"),
        (TABLE, "a.txt", "csv"),
        (TABLE, "a", "csv"),
        (TABLE.replace(";", "\t"), "a.txt", "tsv"),
        (TABLE, "a.md", "markdown"),
        ('{"a": 1}', "a.jsonl", "jsonl"),
        ("[1, 2]", "a.jsonl", "json"),
        ("{'a': 1}", "a.json", "json"),
        ("{'a': 1}", "a.txt", "text"),
        ("no brackets", "a.json", "json"),
        (LINES, "a.json", "jsonl"),
        ("[1] A footnote of prose.\n", "a.txt", "text"),
        ("[1] A footnote.\n" + PROSE * 10_000, "a.txt", "text"),
        ("[Music] She sings.\n", "a.txt", "text"),
        (MBOX.decode(), "a.eml", "eml"),
        (MBOX.decode(), "a.txt", "mbox"),
        ("Subject: Bees\n\nThey fly.", "a.eml", "eml"),
        ("From: Karin\nTo: all\nDate: 1 May\nSubject: honey\n\nA memo.", "a.txt", "text"),
        ("The tag <html> opens a page, and </html> ends it.\n" + PROSE, "a.txt", "text"),
        ("<b> is a tag.\n" + PROSE, "a.txt", "text"),
        ("<p> and </p> stand around a paragraph, <b> and </b> around bold type.\n" + PROSE * 60, "a.txt", "text"),
        (PROSE, "a.html", "html"),
        ("The header %PDF-1.4 opens a file.\n", "a.txt", "text"),
        ("%PDF-1.4 opens a file, obj by obj.\n" + PROSE, "a.txt", "pdf"),
        ("MZ is on the file, BM on the picture.\n", "a.txt", "text"),
        ("PK\n", "a.txt", "text"),
        ("---\ntitle: Bees\ndate: 2021\n---\nText.\n", "a.txt", "text"),
        ("I came, I saw, I left\nI came, I saw, I won\nI came, I saw, I slept", "a.txt", "text"),
        ("name: Bees\n", "a.txt", "text"),
    ],
)  # fmt: skip
def test_text_is_told_from_text(text: str, name: str, format: str) -> None:
    assert sniff(text.encode(), name) == format


def database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table bees (name text)")
        data = connection.serialize()
    connection.close()
    return data


@pytest.mark.parametrize(
    ("data", "format", "said"),
    [
        (OLE + "WordDocument".encode("utf-16-le"), "doc", "save it as docx"),
        (OLE + b"\0" * (1 << 20) + "Workbook".encode("utf-16-le"), "xls", "save it as xlsx or csv"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "ppt", "save it as pptx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "office", "with a password; save it without one"),
        (OLE + "__substg1.0_".encode("utf-16-le"), "msg", "save it as eml"),
        (OLE, "ole", "save it in a newer format"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "png", "is a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "jpeg", "is a picture"),
        (b"\0\0\0\x18ftypheic\0\0", "heic", "is a picture"),
        (b"\0\0\0\x18ftypisom\0\0", "mp4", "is a film"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "wav", "give its transcript"),
        (b"ID3\x03\0\0", "mp3", "give its transcript"),
        (b"MZ\x90\0\x03\0\0\0", "exe", "is a program"),
        (b"\x7fELF\x02\x01\x01\0", "elf", "is a program"),
        (database(), "sqlite", "as csv"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7z", "unpack it"),
        (b"Rar!\x1a\x07\x01\0", "rar", "unpack it"),
        (b"%!PS-Adobe-3.0\n", "ps", "convert it to pdf"),
        (office("xl", **{"xl/workbook.bin": b""}), "xlsb", "save it as xlsx or csv"),
        (office("visio"), "office", "of a kind that is not read"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "ods", "save it as xlsx or csv"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.presentation"), "odp", "save it as pptx"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.graphics"), "odf", "no running text"),
        (zipped(**{"META-INF/MANIFEST.MF": b""}), "jar", "is a program"),
        (zipped(**{"Index/Document.iwa": b""}), "iwork", "export it as docx"),
        (zipped(**{"a.npy": b""}), "npz", "export its texts"),
        (b"<?xml version='1.0'?><!-- x --><rss><channel/></rss>", "xml", "its root is <rss>"),
        (b"<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol 'lol'>]><lolz/>", "xml", "its root is <lolz>"),
        (b"<svg xmlns='x'></svg>", "svg", "is a drawing"),
    ],
)  # fmt: skip
def test_known_formats_that_are_not_read_say_what_to_do(data: bytes, format: str, said: str) -> None:
    with pytest.raises(NotRead, match=said) as refused:
        sniff(data, "a.txt")
    assert refused.value.format == format


@pytest.mark.parametrize(("name", "said"), [("a.js", "program"), ("themes.toml", "settings"), ("a.css", "program")])
def test_text_that_is_no_prose_is_told_by_its_name(name: str, said: str) -> None:
    with pytest.raises(NotRead, match=said):
        sniff(PROSE.encode(), name)


@pytest.mark.parametrize("data", [b"", b" \n\t"])
def test_nothing_is_empty(data: bytes) -> None:
    with pytest.raises(ReadError, match="is empty"):
        sniff(data, "a.pdf")


@pytest.mark.parametrize("data", [b"PK\x03\x04" + b"x" * 100, zipped(a=b"x" * 5000)[:-30], b"PK\x05\x06"])
def test_a_damaged_zip_is_named(data: bytes) -> None:
    with pytest.raises(ReadError, match="is a damaged or incomplete zip file"):
        sniff(data, "a.docx")


@pytest.mark.parametrize(
    "text",
    ["<!---->" * 40_000 + "x", "<?xml?><!DOCTYPE" + "[]" * 60_000, "<p " * 80_000, "a: b\n" * 50_000, "\t" * 260_000,
     "<?xml?>" + "<!-- -->" * 30_000, '{"a":' * 50_000, '"' * 260_000, "a;" * 130_000],
    ids=range(9),
)  # fmt: skip
def test_hostile_text_takes_no_time(text: str) -> None:
    import time

    start = time.process_time()
    for name in ("a", "a.html", "a.csv", "a.json"):
        try:
            sniff(text.encode(), name)
        except ReadError:
            continue
    assert time.process_time() - start < 5


def test_the_registry_and_its_suffixes_agree() -> None:
    assert set(FORMATS) == {
        "text", "markdown", "rst", "html", "pdf", "docx", "pptx", "odt", "rtf", "epub", "eml", "mbox", "csv", "tsv",
        "xlsx", "json", "jsonl", "parquet",
    }  # fmt: skip
    assert sum(len(format.suffixes) for format in FORMATS.values()) == len(BY_SUFFIX)
