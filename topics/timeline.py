"""When passages are from: months, years or decades, by the dates of their documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topics.passages import Passages
from topics.protocols import Ints

Unit = Literal["month", "year", "decade"]

_DATE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?(?![0-9])")
_MONTHLY = 3  # years that are told month by month, at most
_YEARLY = 60  # ... and year by year
_GAPLESS = 120  # periods; where there were more, only those with passages are there


@dataclass(frozen=True, eq=False, slots=True)
class Timeline:
    """Passages by time.

    Parameters
    ----------
    unit
        How long a period is.
    periods
        Each as it is written, ``"2024-05"``, ``"2024"`` or ``"1840"`` for its ten years, in order; those in between
        that have no passages too.
    codes
        The period of each passage, as its place in ``periods``, shape (n,); -1 where its document has no date.
    totals
        How many passages each period has.
    """

    unit: Unit
    periods: tuple[str, ...]
    codes: Ints
    totals: NDArray[np.int64]

    def counts(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return how many of some passages are from each period."""
        codes = self.codes[rows]
        return np.bincount(codes[codes >= 0], minlength=len(self.periods))


def timeline(passages: Passages) -> Timeline | None:
    """Return when passages are from; None where no two of them are from different periods.

    The period is the month where all dates tell it and lie within three years, else the year, or the decade where
    there are more than sixty years.
    """
    written = (_DATE.match(document.meta.get("date", "").strip()) for document in passages.documents)
    dates = [None if date is None else (int(date[1]), int(date[2] or 0)) for date in written]
    known = {dates[row] for row in np.unique(passages.document).tolist()} - {None}
    unit = _unit(date for date in known if date is not None)
    of_documents = [None if date is None else _period(date, unit) for date in dates]
    there = sorted(
        {period for date, period in zip(dates, of_documents, strict=True) if period is not None and date in known}
    )
    if len(there) < 2:
        return None
    step = 10 if unit == "decade" else 1
    filled = range(there[0], there[-1] + step, step)
    periods = list(filled) if len(filled) <= _GAPLESS else there
    place = {period: at for at, period in enumerate(periods)}
    codes = np.array([-1 if period is None else place.get(period, -1) for period in of_documents], np.int32)
    codes = codes[passages.document]
    codes.flags.writeable = False
    totals = np.bincount(codes[codes >= 0], minlength=len(periods))
    return Timeline(unit, tuple(_written(period, unit) for period in periods), codes, totals)


def _unit(dates: Iterable[tuple[int, int]]) -> Unit:
    known = list(dates)
    years = {year for year, _ in known}
    span = max(years, default=0) - min(years, default=0) + 1
    if span <= _MONTHLY and all(month for _, month in known):
        return "month"
    return "year" if span <= _YEARLY else "decade"


def _period(date: tuple[int, int], unit: Unit) -> int:
    """Return the number of a period; those of neighbours differ by 1, or by 10 for decades."""
    year, month = date
    if unit == "month":
        return year * 12 + month - 1
    return year if unit == "year" else year - year % 10


def _written(period: int, unit: Unit) -> str:
    return f"{period // 12:04}-{period % 12 + 1:02}" if unit == "month" else f"{period:04}"
