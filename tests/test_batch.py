"""Many files at once: in their order, each with a report, whatever they are and whatever their names say."""

import base64
import gzip
import io
import os
import zipfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_sniff import PDF, PROSE
from topics.errors import ReadError
from topics.read import archive, batch, formats, read_source
from topics.read.files import Found, Upload
from topics.read.formats import FORMATS, Format
from topics.read.parsed import Columns
from topics.read.pool import Pool, Task
from topics.values import Skipped

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def read(*uploads: Upload | Skipped):
    return batch.read_files(uploads, Columns())


def told(reports):
    return [(report.path, report.status, report.format) for report in reports]


@pytest.fixture
def stub(monkeypatch):
    """Have readers of the tests parse a format."""

    def register(**readers: str) -> None:
        own = {name: Format(name, (), f"tests.stub_readers:{reader}") for name, reader in readers.items()}
        monkeypatch.setattr(formats, "FORMATS", {**FORMATS, **own})

    return register


def test_an_archive_is_its_files():
    inner = zipped(**{"deep.txt": b"Deep.", "deeper.zip": zipped(a=b"x")})
    data = zipped(
        **{
            "b.txt": b"Second.",
            "a/å.md": "Första.".encode(),
            "scan.png": PNG,
            "in.zip": inner,
            ".x": b"x",
            "no.txt": b" ",
        }
    )
    documents, reports = read(Upload("x.zip", data), Upload("y.txt", b"Last."))
    assert [(document.id, document.text) for document in documents] == [
        ("x.zip/a/å.md", "Första."),
        ("x.zip/b.txt", "Second."),
        ("x.zip/in.zip/deep.txt", "Deep."),
        ("y.txt", "Last."),
    ]
    assert told(reports) == [
        ("x.zip/.x", "refused", ""),
        ("x.zip/a/å.md", "read", "markdown"),
        ("x.zip/b.txt", "read", "text"),
        ("x.zip/in.zip/deep.txt", "read", "text"),
        ("x.zip/in.zip/deeper.zip", "refused", "zip"),
        ("x.zip/no.txt", "refused", ""),
        ("x.zip/scan.png", "refused", "png"),
        ("y.txt", "read", "text"),
    ]
    assert "archive in an archive in an archive" in reports[4].reason


def test_an_archive_of_nothing_and_one_of_too_much(monkeypatch):
    monkeypatch.setattr(
        batch.archive.Limits.__init__, "__kwdefaults__", {**batch.archive.Limits.__init__.__kwdefaults__, "count": 1}
    )
    _, reports = read(Upload("no.zip", zipped()), Upload("two.zip", zipped(**{"a.txt": b"A.", "b.txt": b"B."})))
    assert told(reports) == [
        ("no.zip", "refused", "zip"),
        ("two.zip/a.txt", "read", "text"),
        ("two.zip", "partly", "zip"),
    ]
    assert reports[0].reason == "is an archive without files"
    assert "1 were left out" in reports[2].reason


def test_documents_keep_their_order_whichever_is_ready_first(stub):
    stub(pdf="slow", rtf="echo")
    files = [
        Upload("z.pdf", b"%PDF-1 obj 0.5"),
        Upload("y.rtf", b"{\\rtf y"),
        Upload("b.pdf", b"%PDF-1 obj 0.1"),
        Upload("a.txt", b"Plain."),
    ]
    documents, reports = read(*files)
    assert [document.id for document in documents] == [file.name for file in files]
    assert [report.path for report in reports] == [file.name for file in files]


def test_a_file_that_ruins_its_parser_leaves_the_others(stub, tmp_path):
    stub(pdf="dies", rtf="broken", html="echo", parquet="refuses")
    files = {
        "a.pdf": PDF, "b.rtf": b"{\\rtf1", "c.html": b"<!doctype html><p>x", "d.pq": b"PAR1", "e.txt": b"Bees.",
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    reading = read_source(tmp_path)
    assert [document.id for document in reading.documents] == ["c.html", "e.txt"]
    assert {report.path: report.reason for report in reading.files} == {
        "a.pdf": "made its parser fail (SIGSEGV)",
        "b.rtf": "made its parser fail (KeyError)",
        "c.html": "",
        "d.pq": "is encrypted; save it without a password",
        "e.txt": "",
    }
    assert [report.format for report in reading.files] == ["pdf", "rtf", "html", "parquet", "text"]


def test_no_process_is_started_for_plain_text(monkeypatch, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"Bees.")
    monkeypatch.setattr("topics.read.pool.Pool", lambda: pytest.fail("a process was started"))
    assert len(read_source(tmp_path).documents) == 1


def test_a_large_text_is_read_in_a_process_of_its_own(monkeypatch, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"Bees fly.\n" * 1000)
    monkeypatch.setattr(batch, "_SMALL", 100)
    documents, reports = batch.read_files([Found(tmp_path / "a.txt", "a.txt")], Columns())
    assert documents[0].text == "Bees fly.\n" * 1000
    assert reports[0].characters == 10_000


def test_a_reader_that_finds_nothing_is_no_success(stub):
    stub(rtf="nothing")
    documents, reports = read(Upload("a.rtf", b"{\\rtf1}"))
    assert documents == []
    assert (reports[0].status, reports[0].reason) == ("refused", "holds no text")


def test_damaged_characters_are_said():
    _, reports = read(Upload("a.txt", b"\xef\xbb\xbf" + b"Bees fly. " * 500 + b"\xff"))
    assert reports[0].status == "partly"
    assert reports[0].reason == "holds 1 damaged character, which was replaced by U+FFFD"


def test_uploads_have_names_that_are_ids():
    reading = read_source(
        [Upload("a.txt", b"1."), Upload("/etc/a.txt", b"2."), Upload("a.txt", b"3."), Skipped("b", "was not to be had")]
    )
    assert [document.id for document in reading.documents] == ["a.txt", "etc/a.txt", "a.txt (2)"]
    assert reading.skipped == (Skipped("b", "was not to be had"),)


def test_a_record_that_is_called_as_another_file_is_stands_beside_it(tmp_path):
    (tmp_path / "a.csv").write_text("text\nBees fly out at dawn.\nThe hive hums.\n", encoding="utf-8")
    (tmp_path / "a.csv#1").write_text("Another file.", encoding="utf-8")
    reading = read_source(tmp_path)
    assert [document.id for document in reading.documents] == ["a.csv#1", "a.csv#2", "a.csv#1 (2)"]


def test_archives_in_an_archive_draw_on_its_limits(monkeypatch):
    monkeypatch.setattr(archive, "Limits", partial(archive.Limits, total=1200))
    inner = zipped(**{"a.txt": b"x" * 600, "b.txt": b"y" * 600})
    _, reports = read(Upload("o.zip", zipped(**{"1.zip": inner, "2.zip": inner})))
    reasons = {report.path: report.reason for report in reports}
    said = "holds more than 0 MB once unpacked: the files from {!r} on were left out; divide it".format
    assert reasons == {"o.zip/1.zip/a.txt": "", "o.zip/1.zip": said("b.txt"), "o.zip/2.zip": said("a.txt")}


def test_a_packed_file_is_read_as_what_is_in_it():
    table = gzip.compress(b"id,text\n1,Bees fly out at dawn.\n2,The hive hums.\n")
    documents, reports = read(
        Upload("t.csv.gz", table),
        Upload("u.MD.GZ", gzip.compress(b"# Bees")),
        Upload("cut.gz", table[:-12]),
        Upload("twice.gz", gzip.compress(gzip.compress(b"Bees."))),
        Upload("often.gz", gzip.compress(gzip.compress(gzip.compress(b"Bees.")))),
        Upload("tar.tgz", gzip.compress(bytes(257) + b"ustar" + bytes(250))),
        Upload("bomb.gz", gzip.compress(bytes(20 << 20))),
        Upload("in.zip", zipped(**{"a.txt.gz": gzip.compress(b"In.")})),
    )
    assert [document.id for document in documents] == [
        "t.csv.gz#1",
        "t.csv.gz#2",
        "u.MD.GZ",
        "twice.gz",
        "in.zip/a.txt.gz",
    ]
    assert [(report.path, report.format, report.reason) for report in reports] == [
        ("t.csv.gz", "csv", ""),
        ("u.MD.GZ", "markdown", ""),
        ("cut.gz", "gzip", "is a damaged or incomplete gzip file; pack or download it again"),
        ("twice.gz", "text", ""),
        ("often.gz", "gzip", "is packed several times over; unpack it"),
        ("tar.tgz", "tar", "is a tar archive, which is not unpacked; unpack it, or pack the files as zip"),
        ("bomb.gz", "gzip", "grows more than 200 times when it is unpacked, as only a bomb does"),
        ("in.zip/a.txt.gz", "text", ""),
    ]


def test_a_text_that_is_base64_is_refused():
    packed = base64.encodebytes(("Räven sover. " * 20).encode())
    words = b"BeesFlyOutAtDawn2024BeesFlyOut and hum"
    _, reports = read(Upload("a.txt", packed), Upload("b.txt", b"A" * 80), Upload("c.txt", words))
    reason = "is packed as base64, as attachments of mails are; unpack it"
    assert [report.reason for report in reports] == [reason, "", ""]


def test_archives_in_an_archive_count_among_its_files(monkeypatch):
    monkeypatch.setattr(archive, "Limits", partial(archive.Limits, count=4))
    inner = zipped(**{"a.txt": b"x.", "b.txt": b"y."})
    documents, reports = read(Upload("o.zip", zipped(**{"1.zip": inner, "2.zip": inner})))
    assert len(documents) == 2
    assert reports[-1].reason == "holds more than 4 files: 2 were left out; divide it"


KINDS = st.sampled_from(
    [PROSE.encode(), b"", b" \n", PNG, b"PK\x03\x04junk", zipped(), zipped(**{"a.txt": b"In."}), b"\0\1\2" * 50,
     b"<rss/>", b"{\\rtf1 x}", zipped(**{"a.txt": b"", "b.zip": zipped(c=b"In.")}), "Två.".encode("utf-16")]
)  # fmt: skip
NAMES = st.sampled_from(["a.txt", "b.pdf", "c", "d.zip", "e.toml", ".f", "g.html", "h.js", "sub/i.md", "sub/.j/k.txt"])


@settings(max_examples=40)
@given(st.dictionaries(NAMES, KINDS, min_size=1))
def test_every_file_has_one_report(tmp_path_factory, files):
    root = tmp_path_factory.mktemp("all")
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        own = {name: Format(name, (), "topics.read.text:read_text", plain=True) for name in FORMATS}
        patch.setattr(formats, "FORMATS", own)
        reading = read_source(root, needed=False)
    paths = [report.path for report in reading.files]
    assert len(paths) == len(set(paths))
    for name in files:
        hidden = "sub/.j" if name.startswith("sub/.j") else name
        assert hidden in paths or any(path.startswith(f"{name}/") for path in paths)
    statuses = [report.status for report in reading.files]
    assert len(reading.files) == sum(statuses.count(status) for status in ("read", "partly", "refused"))
    assert sum(report.documents for report in reading.files) == len(reading.documents)
    assert all(bool(report.reason) != (report.status == "read") for report in reading.files)
    assert all((report.documents > 0) == (report.status != "refused") for report in reading.files)


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX systems")
def test_a_pipe_that_takes_the_place_of_a_file_ends_in_time(tmp_path: Path):
    """What is a file when it is listed may be something else when it is parsed."""
    os.mkfifo(tmp_path / "pipe")
    with Pool(1, seconds=1) as one:
        future = one.submit(Task("tests.stub_readers:echo", "pipe", Columns(), tmp_path / "pipe"))
        with pytest.raises(ReadError, match="needs more than 1 s"):
            future.result(20)
