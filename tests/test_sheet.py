"""Excel workbooks: sheets are tables, cells are what they show, bombs are refused."""

import io
import os
import random
import re
import subprocess
import sys
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
        (lambda: b"", "^is no xlsx file, or is damaged: it cannot be unpacked$"),
        (lambda: b"PK\x03\x04" + b"x" * 100, "^is no xlsx file, or is damaged: it cannot be unpacked$"),
        (lambda: workbook(("A", [])), "is empty"),
        (
            lambda: workbook(("A", [("a", "b"), (1, 2)])),
            "^has no column that looks like text",
        ),
        (lambda: changed(workbook(("A", ROWS)), far_row), "has more than 1,048,576 rows"),
        (
            lambda: changed(workbook(("A", ROWS)), bomb),
            "^unpacks to 66 MB, [0-9,]+ times its size, as no document does$",
        ),
        (lambda: changed(workbook(("A", ROWS)), lambda xml: xml[: len(xml) // 2]), "is no workbook that can be read"),
    ],
)
def test_what_is_no_workbook_of_texts_is_refused_with_the_reason(make, sentence):
    with pytest.raises(ReadError, match=sentence):
        read(make())


LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8))
ENTITIES = {
    "laughs": f'<!DOCTYPE x [<!ENTITY a "lol">{LAUGHS}]>',
    "outside": '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>',
}
WITHOUT_OUR_CHECK = """
import io, os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
import openpyxl.xml
assert not openpyxl.xml.DEFUSEDXML and openpyxl.xml.LXML is (os.environ["OPENPYXL_LXML"] == "True")
try:
    book = openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read()), read_only=True, data_only=True)
    told = repr([row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)])
except Exception as error:
    told = type(error).__name__
print("safe:" if len(told) < 10_000_000 and "root:" not in told else "harmed:", told[:200])
"""


SHARED = "xl/sharedStrings.xml"
SHARED_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_entity(part, kind):
    """A workbook in which a part declares entities; its cells B8 and B9 show one, the first by way of SHARED."""
    cells = (
        b'<row r="8"><c r="B8" t="s"><v>0</v></c></row>'
        b'<row r="9"><c r="B9" t="inlineStr"><is><t>&i;</t></is></c></row></sheetData>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(("A", ROWS)))) as old, zipfile.ZipFile(out, "w") as new:
        parts = {name: old.read(name) for name in old.namelist()}
        parts[SHARED] = b"<sst %s><si><t>&i;</t></si></sst>" % MAIN
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", cells)
        types = b'<Override PartName="/%s" ContentType="%s"/></Types>' % (SHARED.encode(), SHARED_TYPE)
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types)
        for name, data in parts.items():
            declaration = ENTITIES[kind].encode() if name == part else b"<!DOCTYPE x [<!ENTITY i 'x'>]>"
            before = declaration if b"&i;" in data or name == part else b""
            new.writestr(name, before + re.sub(rb"^<\?xml[^>]*>\s*", b"", data))
    return out.getvalue()


@pytest.mark.parametrize("kind", ENTITIES)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", SHARED, "xl/workbook.xml"])
def test_entities_are_refused(kind, part):
    with pytest.raises(ReadError, match=r"^declares entities in its part xl/\S+, as no document of Office does$"):
        read(with_entity(part, kind))


@pytest.mark.parametrize("lxml", ["True", "False"])
@pytest.mark.parametrize("kind", ENTITIES)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", SHARED])
def test_the_library_is_safe_without_that_check_and_without_defusedxml(kind, part, lxml):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_OUR_CHECK],
        input=with_entity(part, kind),
        env={**os.environ, "OPENPYXL_DEFUSEDXML": "False", "OPENPYXL_LXML": lxml},
        capture_output=True,
        timeout=60,
    )
    assert done.stdout.startswith(b"safe: "), done.stdout.decode() + done.stderr.decode()


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
