"""Excel workbooks: sheets are tables, cells are what they show, bombs are refused."""

import io
import random
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from topics.errors import ReadError
from topics.read.parsed import Columns
from topics.read.sheet import read_xlsx

ROWS = [
    ("nr", "text", "when", "n", "ok"),
    ("00123", "The park is dark.", date(2020, 5, 1), 5, True),
    ("=1+1", "NA", datetime(2020, 5, 2, 12, 30), 0.25, False),
    (None, None, None, 7, None),
    ("1e5", "The bus is late.\nAgain.", None, 3.0, None),
]


def workbook(*sheets, hide=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # also what looks like a formula
        sheet.sheet_state = "hidden" if name in hide else "visible"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data, change):
    """The workbook with the XML of its first sheet changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name.endswith("sheet1.xml") else part)
    return out.getvalue()


def read(data, columns=None):
    return read_xlsx(data, "t.xlsx", columns or Columns())


def test_cells_are_what_they_show():
    parsed = read(workbook(("Answers", ROWS)))
    assert [(document.id, document.text) for document in parsed.documents] == [
        ("t.xlsx#1", "The park is dark."), ("t.xlsx#2", "NA"), ("t.xlsx#4", "The bus is late.\nAgain."),
    ]  # fmt: skip
    first, second, third = (dict(document.meta) for document in parsed.documents)
    assert first == {"nr": "00123", "when": "2020-05-01", "n": "5", "ok": "TRUE", "date": "2020-05-01"}
    assert (second["nr"], second["date"], second["n"]) == ("=1+1", "2020-05-02T12:30:00", "0.25")
    assert third == {"nr": "1e5", "n": "3"}
    assert parsed.problem == "1 record without text left out (record 3)"


def test_a_formula_is_its_last_value():
    def calculated(xml):
        cell = b'<row r="9"><c r="B9" t="str"><f>A1</f><v>Worked out before.</v></c></row></sheetData>'
        return xml.replace(b"</sheetData>", cell)

    assert read(changed(workbook(("A", ROWS)), calculated)).documents[-1].text == "Worked out before."


def test_every_sheet_that_is_shown_is_read_and_the_others_told():
    numbers = [("a", "b"), (1, 2), (3, 4)]
    parsed = read(
        workbook(("One", ROWS), ("Two", ROWS[:3]), ("Sums", numbers), ("Empty", []), ("Old", ROWS), hide=["Old"])
    )
    assert [document.id for document in parsed.documents][::3] == ["t.xlsx#One!1", "t.xlsx#Two!1"]
    assert "the sheet 'Sums' has no column that looks like text; its columns are 'a', 'b'" in parsed.problem
    assert "the sheet 'Old' is hidden and left out" in parsed.problem


def test_cells_without_a_header_have_a_name_and_those_far_off_are_told():
    rows = [("text", "n"), *([f"The bus of {n} is late.", n, "late" if n == 3 else None] for n in range(1200))]
    rows.append(["The last bus.", 5, None, "far off"])
    parsed = read(workbook(("A", rows)))
    assert parsed.documents[3].meta["column 3"] == "late"
    assert len(parsed.documents) == 1201
    assert parsed.problem == "row 1202: cells to the right of the table left out"


def far_row(xml):
    return xml.replace(b"</sheetData>", b'<row r="900000000"><c r="A900000000"><v>1</v></c></row></sheetData>')


def bomb(xml):
    return xml.replace(b"</sheetData>", b" " * 70_000_000 + b"</sheetData>")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"", "is no workbook: it is not a zip archive"),
        (lambda: b"PK\x03\x04" + b"x" * 100, "is no workbook: it is not a zip archive"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is encrypted, or a workbook of Excel 2003"),
        (lambda: workbook(("A", [])), "is empty"),
        (
            lambda: workbook(("A", [("a", "b"), (1, 2)])),
            "^has no column that looks like text",
        ),
        (lambda: changed(workbook(("A", ROWS)), far_row), "has more than 1,048,576 rows"),
        (lambda: changed(workbook(("A", ROWS)), bomb), "unfolds to 66 MB"),
        (lambda: changed(workbook(("A", ROWS)), lambda xml: xml[: len(xml) // 2]), "is no workbook that can be read"),
    ],
)
def test_what_is_no_workbook_of_texts_is_refused_with_the_reason(make, sentence):
    with pytest.raises(ReadError, match=sentence):
        read(make())


def test_damaged_workbooks_are_read_or_refused():
    good = workbook(("A", ROWS))

    for seed in range(200):
        chance = random.Random(seed)

        def damage(part, chance=chance):
            data = bytearray(part)
            for _ in range(chance.choice([1, 3, 20])):
                at = chance.randrange(len(data))
                data[at : at + chance.choice([0, 1, 30])] = chance.choice([b"<", b'"', b"\xff", b"", b"9" * 9, b"&x;"])
            return bytes(data)

        try:
            parsed = read(changed(good, damage) if seed % 2 else damage(good))
        except ReadError as error:
            assert str(error)
        else:
            assert parsed.documents
