"""Books: chapters in the order of the spine."""

import pytest

from tests.office import archive, epub
from topics.errors import ReadError
from topics.read.epub import read_epub
from topics.read.parsed import Columns

CHAPTERS = {"one": "<h1>First</h1><p>Text å.</p>", "two": "<h1>Second</h1><ul><li>x</li></ul>"}


def read(data):
    parsed = read_epub(data, "a.epub", Columns())
    (document,) = parsed.documents
    return document, parsed.problem


def test_chapters_follow_the_spine_and_the_book_is_one_document():
    document, problem = read(epub(CHAPTERS, '<itemref idref="two"/><itemref idref="one"/><itemref idref="one"/>'))
    assert document.text == "Second\n\n- x\n\nFirst\n\nText å." and problem == ""
    assert dict(document.meta) == {
        "title": "Boats", "author": "Karin, Per", "date": "2021-05", "language": "en", "source": "Quay Press",
    }  # fmt: skip


def test_cover_navigation_and_what_is_not_in_the_order_are_left_out():
    chapters = {**CHAPTERS, "cover": "<p>cover</p>", "aside": "<p>aside</p>", "toc": "<p>contents</p>"}
    manifest = '<item id="nav" href="toc.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    spine = (
        '<itemref idref="cover"/><itemref idref="nav"/><itemref idref="one"/>'
        '<itemref idref="aside" linear="no"/></spine>'
        '<guide><reference type="cover" href="cover.xhtml"/><reference type="toc" href="one.xhtml#toc"/></guide><spine>'
    )
    assert read(epub(chapters, spine, manifest))[0].text == "First\n\nText å."


def test_chapters_that_are_missing_are_named():
    document, problem = read(epub(CHAPTERS, "", '<item id="z" href="gone.xhtml" media-type="text/html"/>'))
    assert problem == ""
    spine = '<itemref idref="z"/><itemref idref="one"/>'
    document, problem = read(epub(CHAPTERS, spine, '<item id="z" href="gone.xhtml" media-type="text/html"/>'))
    assert problem == "chapter 1 of 2 cannot be read" and document.text == "First\n\nText å."


def test_a_book_without_container_is_found_by_its_list_of_chapters():
    document, problem = read(epub(CHAPTERS, **{"META-INF__container.xml": "<broken"}))
    assert document.text.startswith("First")
    assert problem == "is damaged: its part META-INF/container.xml is not XML"


def test_protected_books_are_refused_and_hidden_fonts_are_not_taken_for_that():
    def encryption(uri):
        return {"META-INF__encryption.xml": f'<encryption><CipherReference URI="{uri}"/></encryption>'}

    assert read(epub(CHAPTERS, **encryption("OEBPS/font.otf")))[0].text
    with pytest.raises(ReadError, match=r"^is protected against copying \(DRM\)"):
        read(epub(CHAPTERS, **encryption("OEBPS/one.xhtml")))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (epub({}), "^holds no text$"),
        (archive({"x": "x"}), "^is no epub book, or is damaged: it has no list of chapters$"),
        (b"PK", "^is no epub file, or is damaged: it cannot be unpacked$"),
    ],
)
def test_what_cannot_be_read_is_refused(data, sentence):
    with pytest.raises(ReadError, match=sentence):
        read_epub(data, "a.epub", Columns())
