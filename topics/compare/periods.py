"""Topics over time: how many passages of each year, quarter or month are in each topic."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topics.compare.groups import Table, counted
from topics.model import TopicModel

Bins = Literal["year", "quarter", "month"]
BINS: tuple[Bins, ...] = ("year", "quarter", "month")

MOST = 120
"""How many periods are told apart at most."""

_ENOUGH = 4  # periods from which on a rise can be told from a leap
_DATE = re.compile(r"\s*(\d{4})(?:-(0[1-9]|1[0-2]))?(?!\d)", re.ASCII)
_STEPS = {"year": 1, "quarter": 4, "month": 12}

_NAMES: dict[str, Callable[[int], str]] = {
    "year": lambda at: f"{at:04}",
    "quarter": lambda at: f"{at // 4:04}-Q{at % 4 + 1}",
    "month": lambda at: f"{at // 12:04}-{at % 12 + 1:02}",
}


def choices(model: TopicModel) -> tuple[Bins, ...]:
    """Return the periods into which the dates of a model's documents divide: two at least, :data:`MOST` at most.

    Dates that name a year alone have no month; where half of the dated documents have none, there are only years.
    """
    years, months = _dates(model)
    dated = years >= 0
    if not dated.any():
        return ()
    by_month = 2 * int((months >= 0).sum()) >= int(dated.sum())
    found = []
    for bins in BINS:
        places = _places(bins, years, months)
        span = int(np.ptp(places[places >= 0])) + 1 if (places >= 0).any() else 0
        if 2 <= span <= MOST and (bins == "year" or by_month):
            found.append(bins)
    return tuple(found)


def usual(known: tuple[Bins, ...], model: TopicModel) -> Bins | None:
    """Return the longest of some periods of which there are four at least, else the shortest; ``None`` of none."""
    for bins in known:
        if len(by_period(model, bins).columns) >= _ENOUGH:
            return bins
    return known[-1] if known else None


def by_period(model: TopicModel, bins: Bins) -> Table:
    """Count the passages of a model by topic of the level shown and by when their documents were written.

    The periods follow each other without a gap: one in which nothing was written has no passages. A document counts
    as undated where its ``date`` does not begin with a year, or has no month and periods are shorter than a year.
    """
    places = _places(bins, *_dates(model))
    known = places >= 0
    if not known.any():
        return counted(model, (), np.full(len(model.passages), -1, np.int64))
    first, last = int(places[known].min()), int(places[known].max())
    columns = tuple(_NAMES[bins](at) for at in range(first, last + 1))
    codes = np.where(known, places - first, -1)
    return counted(model, columns, codes[model.passages.document])


def _dates(model: TopicModel) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the year and the month (from 0) of each document; -1 where unknown."""
    met = [_DATE.match(document.meta.get("date", "")) for document in model.passages.documents]
    years = [int(found[1]) if found else -1 for found in met]
    months = [int(found[2]) - 1 if found and found[2] else -1 for found in met]
    return np.array(years, np.int64), np.array(months, np.int64)


def _places(bins: Bins, years: NDArray[np.int64], months: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the period of each document, counted from the year 0; -1 where unknown."""
    step = _STEPS[bins]
    if step == 1:
        return years
    return np.where((years >= 0) & (months >= 0), years * step + months * step // 12, -1)
