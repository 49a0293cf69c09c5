"""Excel workbooks: every sheet that is shown is a table; cells as they are stored, formulas as their last value."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from topics.errors import ReadError
from topics.read.cells import cell
from topics.read.columns import MOST
from topics.read.delimited import headed
from topics.read.package import Package
from topics.read.parsed import Columns, Parsed
from topics.read.table import SAMPLE, Naming, Troubles, parsed_of, popped
from topics.values import Document

_ROWS = 1_048_576  # as many as a sheet can have
_CELLS = 50_000_000
_RETURN = re.compile(r"_x000D_(?=\n|$)|_x000D_")
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What openpyxl raises on damaged workbooks; it promises nothing narrower."""


def read_xlsx(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the documents of a workbook, one a record, called ``<id>#3``, or ``<id>#Sheet!3`` where sheets are several.

    Raises
    ------
    ReadError
        It is damaged, encrypted or a bomb, or no sheet holds a table of texts; the message continues the file's name.
    """
    Package(data, "xlsx").refuse_entities()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # on styles and extensions, which hold no text
        try:
            return _read(data, id, columns)
        except MemoryError as error:
            raise ReadError("unfolds to more than there is memory for") from error
        except _BROKEN as error:
            reason = " ".join(str(error).split())[:120] or type(error).__name__
            raise ReadError(f"is no workbook that can be read ({reason})") from error


def _read(data: bytes, id: str, columns: Columns) -> Parsed:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    documents: list[Document] = []
    problems: list[str] = []
    tables = 0
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        problems += [f"the sheet {s.title!r} is hidden and left out" for s in book.worksheets if s not in shown]
        for sheet in shown:
            rows = _rows(sheet)
            first = next(rows, None)
            if first is None:
                continue
            tables += 1
            try:
                parsed = _table(popped([first], rows), f"{id}#", sheet.title if len(shown) > 1 else "", columns)
            except ReadError as error:
                problems.append(f"the sheet {sheet.title!r} {error}" if len(shown) > 1 else str(error))
            else:
                documents += parsed.documents
                if parsed.problem:
                    problems.append(f"the sheet {sheet.title!r} {parsed.problem}" if len(shown) > 1 else parsed.problem)
    finally:
        book.close()
    if documents:
        return Parsed(tuple(documents), "; ".join(problems))
    raise ReadError("; ".join(problems) if tables else "is empty")


def _table(rows: Iterator[tuple[int, list[str]]], prefix: str, sheet: str, columns: Columns) -> Parsed:
    troubles = Troubles()
    head = list(islice(rows, SAMPLE))
    widest = max(len(row) for _, row in head)
    names, head = headed([(number, _padded(row, widest)) for number, row in head], columns, troubles)
    cells = _even(popped(head, rows), len(names), troubles)
    return parsed_of(cells, names, columns, Naming(f"{prefix}{sheet}!" if sheet else prefix), troubles)


def _even(rows: Iterator[tuple[int, list[str]]], width: int, troubles: Troubles) -> Iterator[list[str]]:
    """Give every row as many cells as there are columns."""
    for number, row in rows:
        if any(row[width:]):
            troubles.at("row{s} {at}: cells to the right of the table left out", number)
        yield _padded(row[:width], width)


def _padded(row: list[str], width: int) -> list[str]:
    return row + [""] * (width - len(row))


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401 - openpyxl ships no types
    """Give the rows that are not empty, with their numbers; the size that a sheet says it has is not believed."""
    sheet.reset_dimensions()
    total = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > _ROWS:
            raise ReadError(f"has more than {_ROWS:,} rows")
        total += len(values) + 1
        if len(values) > MOST * 2 or total > _CELLS:
            raise ReadError(f"has more than {_CELLS:,} cells")
        row = [_cell(value) for value in values]
        if any(row):
            yield number, row


def _cell(value: object) -> str:
    if isinstance(value, str):
        return _RETURN.sub("", value) if "_x000D_" in value else value
    if isinstance(value, bool):
        return str(value).upper()
    return cell(value)
