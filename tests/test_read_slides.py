"""PowerPoint files: slides as pages."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.office import archive, slides
from topics.errors import ReadError
from topics.read.parsed import Columns
from topics.read.slides import read_pptx


@pytest.fixture(scope="module")
def data():
    return slides()


def changed(data, change):
    with ZipFile(BytesIO(data)) as zip:
        parts = {name: zip.read(name).decode("utf-8", "surrogateescape") for name in zip.namelist()}
    change(parts)
    return archive({name: content.encode("utf-8", "surrogateescape") for name, content in parts.items()})


def read(data):
    parsed = read_pptx(data, "a.pptx", Columns())
    (document,) = parsed.documents
    return document, parsed.problem


def test_slides_are_pages_with_titles_lists_tables_and_notes(data):
    document, problem = read(data)
    ends = [*document.pages[1:], len(document.text)]
    assert [document.text[start:end] for start, end in zip(document.pages, ends, strict=True)] == [
        "Boats of the harbour\n\n- Ada is a sloop\n- Bea is a cutter\n\n",
        "Lengths\n\nBoat | Length\nAda | 12 m\n\nSay that Ada was rebuilt.",
        "",
    ]
    assert problem == "" and dict(document.meta) == {"title": "The harbour", "author": "Karin"}


def test_slides_come_in_the_order_of_the_show(data):
    def turn(parts):
        listed = re.findall(r"<p:sldId .*?/>", parts["ppt/presentation.xml"])
        parts["ppt/presentation.xml"] = parts["ppt/presentation.xml"].replace(
            "".join(listed), "".join(reversed(listed))
        )

    assert read(changed(data, turn))[0].text.startswith("Lengths")


def test_numbered_paragraphs_and_plain_ones_are_told_apart(data):
    def number(parts):
        name = "ppt/slides/slide1.xml"
        marks = iter(('<a:pPr><a:buAutoNum type="arabicPeriod"/></a:pPr>', "<a:pPr><a:buNone/></a:pPr>"))
        parts[name] = re.sub(r"<a:p>(?=<a:r><a:t>(?:Ada|Bea))", lambda _: "<a:p>" + next(marks), parts[name])

    assert read(changed(data, number))[0].text.startswith(
        "Boats of the harbour\n\n1. Ada is a sloop\n\nBea is a cutter"
    )


def test_slides_that_are_pictures_or_damaged_are_named(data):
    def harm(parts):
        parts["ppt/slides/slide1.xml"] = parts["ppt/slides/slide1.xml"][:200]
        empty = "ppt/slides/slide3.xml"
        blip = "<p:pic><p:blipFill><a:blip/></p:blipFill></p:pic></p:spTree>"
        parts[empty] = parts[empty].replace("</p:spTree>", blip)

    document, problem = read(changed(data, harm))
    assert problem == "slide 3 of 3 holds no text but pictures; run OCR first. slide 1 of 3 is damaged or missing"
    assert document.text.startswith("Lengths")


def test_what_is_no_presentation_is_refused(data):
    def other(parts):
        parts["ppt/presentation.xml"] = "<p/>"

    with pytest.raises(ReadError, match=r"^is not a PowerPoint presentation, whatever its name says$"):
        read(changed(data, other))
    with pytest.raises(ReadError, match=r"^is no pptx file, or is damaged"):
        read(data[:500])
