"""How pages are named in what is said of a file."""

from __future__ import annotations

from collections.abc import Sequence

_NAMED = 8


def which(unit: str, rows: Sequence[int], of: int, one: str, more: str) -> str:
    """Name pages and what is true of them: ``"page 4 of 12 is empty"``, ``"pages 2, 4 and 6-9 of 12 are empty"``.

    Parameters
    ----------
    unit
        What they are: ``"page"``, ``"slide"``.
    rows
        Their numbers from 1, ascending.
    of
        How many there are in all.
    one, more
        What is said of one, and of several.
    """
    if len(rows) == 1:
        return f"{unit} {rows[0]:,} of {of:,} {one}" if of > 1 else f"its {unit} {one}"
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], row]
        else:
            runs.append([row])
    names = ["-".join(map(str, run)) for run in runs[:_NAMED]]
    if len(runs) > _NAMED:
        names.append(f"{sum(run[-1] - run[0] + 1 for run in runs[_NAMED:]):,} more")
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"{unit}s {listed} of {of:,} {more}"
