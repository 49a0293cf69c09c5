"""No cell is run by a spreadsheet, and every cell comes back as it was."""

import pytest

from topics.formulas import MARK, defused, is_formula, restorer

NAMES = ("id", "text", "name")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_would_run_gets_an_apostrophe_and_comes_back(start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    row = defused(NAMES, ["a", text, "plain"])
    assert row == ["a", f"'{text}", "plain", "text"]
    assert not any(is_formula(str(cell)) for cell in row)
    restore = restorer([*NAMES, MARK])
    assert restore is not None
    assert restore([str(cell) for cell in row])[:3] == ["a", text, "plain"]


@pytest.mark.parametrize("text", ["'=1", "''", "a=1", "", " =1", "'", "’=1"])
def test_an_apostrophe_of_the_text_stays(text: str) -> None:
    row = defused(NAMES, ["a", text, "b"])
    assert row == ["a", text, "b", ""]
    restore = restorer([*NAMES, MARK])
    assert restore is not None
    assert list(restore(row)) == row  # type: ignore[arg-type]


def test_numbers_stay_numbers() -> None:
    assert defused(NAMES, [-1, -0.5, None]) == [-1, -0.5, None, ""]


def test_several_cells_of_a_row_are_marked() -> None:
    row = defused(NAMES, ["-a", "@b", "c"])
    assert row == ["'-a", "'@b", "c", "id text"]
    restore = restorer([*NAMES, MARK])
    assert restore is not None
    assert list(restore(row)) == ["-a", "@b", "c", "id text"]  # type: ignore[arg-type]


def test_what_was_edited_since_is_not_cut() -> None:
    restore = restorer([*NAMES, MARK])
    assert restore is not None
    assert list(restore(["a", "new text", "b", "text gone"])) == ["a", "new text", "b", "text gone"]


def test_a_file_of_another_program_is_not_touched() -> None:
    assert restorer(NAMES) is None
