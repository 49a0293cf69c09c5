"""Cells that a spreadsheet would run: an apostrophe goes in front of them on the way out, and comes off on the way in.

Which cells got one stands in the row itself, in a column called :data:`MARK`. So a text that had an apostrophe of its
own keeps it, rows may be sorted or deleted in a spreadsheet, and a file of another program is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

MARK = "apostrophe_added"
"""The column that names, for each row, the columns whose cells got an apostrophe, separated by spaces."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet may run a cell: what decides is its first character."""
    return cell.startswith(_STARTS)


def defused(names: Sequence[str], cells: Sequence[object]) -> list[object]:
    """Return the cells of a row with an apostrophe before each text that may be run, and the mark behind them.

    Numbers stay as they are.

    Parameters
    ----------
    names
        What the columns are called, without the mark; no name holds a space.
    cells
        One a name.
    """
    found = [isinstance(cell, str) and is_formula(cell) for cell in cells]
    row = [f"'{cell}" if own else cell for cell, own in zip(cells, found, strict=True)]
    return [*row, " ".join(name for name, own in zip(names, found, strict=True) if own)]


def restorer(names: Sequence[str]) -> Callable[[Sequence[str]], Sequence[str]] | None:
    """Return what gives a row its cells back as they were; ``None`` where the columns have no mark.

    Parameters
    ----------
    names
        What the columns of the file are called.
    """
    if MARK not in names:
        return None
    mark = list(names).index(MARK)

    def restore(cells: Sequence[str]) -> Sequence[str]:
        marked = frozenset(cells[mark].split())
        if not marked:
            return cells
        return [
            cell[1:] if name in marked and cell.startswith("'") else cell
            for name, cell in zip(names, cells, strict=True)
        ]

    return restore
