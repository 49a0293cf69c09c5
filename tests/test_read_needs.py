"""What the readers share: missing libraries, metadata, blocks of text, archives of parts, lists, names of pages."""

import pytest

from tests.office import archive
from topics.errors import ReadError
from topics.read import package as room
from topics.read.body import Body
from topics.read.meta import meta_of
from topics.read.needs import missing
from topics.read.numbering import Counters, Level, numeral
from topics.read.package import Package, parsed_xml, resolved
from topics.read.pages import which


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("pypdf.errors", "needs pypdf; install it with: pip install pypdf"),
        ("topics.read.lost", "is of a format whose reader this installation lacks; install the package anew"),
        (None, "is of a format whose reader this installation lacks; install the package anew"),
    ],
)
def test_a_missing_library_is_named_with_the_command_that_installs_it(module, said):
    assert missing(ModuleNotFoundError(name=module)) == said


def test_metadata_holds_what_says_something():
    told = meta_of(title=" A\n title ", author="Unknown", date="", language="en-US", subject="x" * 5000)
    assert told == {"title": "A title", "language": "en", "subject": "x" * 2000}
    assert meta_of(language="English", date="2021-05-01T09:30:00+00:00") == {
        "date": "2021-05-01T09:30:00Z", "language": "en",
    }  # fmt: skip
    assert meta_of(language="xx1", date="yesterday") == {} == meta_of(date="2013-12-23T23:15:00Z")


def test_blocks_stand_apart_and_pages_begin_where_their_text_does():
    body = Body()
    body.add("One \t two ", page=1)
    body.add("- a", "item", 2)
    body.add("- b", "item", 2)
    body.add_row(["x", "", "y\nz", ""], 2)
    body.add(" \n ", page=3)
    body.add_typed("•  c", page=5)
    assert body.text == "One two\n\n- a\n- b\n\nx | | y z\n\n- c"
    assert body.pages(6) == (0, 9, 29, 29, 29, 32)
    assert len(body.text) == body.length == 32


def test_numerals():
    assert [numeral(4, kind) for kind in ("decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman")] == [
        "4", "d", "D", "iv", "IV",
    ]  # fmt: skip
    assert numeral(28, "lowerLetter") == "bb" and numeral(9999, "upperRoman") == "9999"
    counters = Counters({"s": {0: Level("bullet"), 1: Level("none"), 2: Level("decimal", "\uf0b7")}}, {"n": "s"})
    assert [counters.marker("n", level) for level in (0, 1, 2, 7)] == ["-", "", "-", "-"]


@pytest.mark.parametrize(
    ("rows", "of", "told"),
    [
        ([1], 1, "its page is bad"),
        ([4], 12, "page 4 of 12 is bad"),
        ([2, 4, 6, 7, 8], 12, "pages 2, 4 and 6-8 of 12 are bad"),
        ([1, 2], 1200, "pages 1-2 of 1,200 are bad"),
        (list(range(1, 40, 2)), 40, "pages 1, 3, 5, 7, 9, 11, 13, 15 and 12 more of 40 are bad"),
    ],
)
def test_pages_are_named(rows, of, told):
    assert which("page", rows, of, "is bad", "are bad") == told


def test_bombs_are_refused_before_anything_is_unpacked(monkeypatch):
    with pytest.raises(ReadError, match=r"^unpacks to 40 MB, \d,?\d* times its size, as no document does$"):
        Package(archive({"word/document.xml": b" " * (40 << 20)}), "docx")
    monkeypatch.setattr(room, "LARGEST", 1000)
    with pytest.raises(ReadError, match=r"^unpacks to 0 MB, more than the 0 MB that are read; divide it$"):
        Package(archive({"word/document.xml": b" " * 1001}), "docx")
    monkeypatch.setattr(room, "LARGEST", 512 << 20)
    monkeypatch.setattr(room, "_MOST_PARTS", 3)
    with pytest.raises(ReadError, match=r"^holds more than 3 parts"):
        Package(archive({str(number): "" for number in range(4)}), "docx")
    monkeypatch.setattr(room, "LARGEST_PART", 10)
    with pytest.raises(ReadError, match=r"has a part that unpacks to more than"):
        Package(archive({"a": "x" * 11}), "docx").bytes_of("a")


def test_a_part_whose_size_is_forged_is_refused():
    data = archive({"a": b"x" * 1000})
    forged = data.replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(ReadError, match=r"^is damaged: its part a cannot be unpacked$"):
        Package(forged, "docx").bytes_of("a")


def test_entities_and_files_outside_are_never_read():
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    assert parsed_xml(laughs, "x").text is None
    outside = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    assert parsed_xml(outside, "x").text is None
    with pytest.raises(ReadError, match=r"^is damaged: its part x is not XML$"):
        parsed_xml(b"<a>" * 400 + b"</a>" * 400, "x")


@pytest.mark.parametrize(
    ("name", "target", "part"),
    [
        ("ppt/slides/slide1.xml", "../media/a%20b.png", "ppt/media/a b.png"),
        ("ppt/presentation.xml", "/ppt/slides/slide1.xml", "ppt/slides/slide1.xml"),
        ("a.opf", "text/one.html#part", "text/one.html"),
        ("a.opf", "../../../etc/passwd", "../../../etc/passwd"),
    ],
)
def test_targets_are_names_of_parts(name, target, part):
    assert resolved(name, target) == part
