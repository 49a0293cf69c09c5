"""What passages can be shaded by, from little to much: the time of their documents, how sure their topic is."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.passages import Passages
from topics.protocols import Floats

STEPS = 64
"""How many steps a shade has."""
NONE = 254
"""The code of a passage without a value; that of grey on the map."""

_DATE = "date"
_MONTH = re.compile(r"\s*(\d{4})(?:-(\d{2})(?!\d))?")
_TAIL = 0.01  # of the passages with a date lie beyond either end, where those make the span twice as long
_YEARS_FROM = 36  # months of span from which on years say enough


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """Passages along a scale of :data:`STEPS` steps.

    Parameters
    ----------
    codes
        The step of each passage, shape (n,), or :data:`NONE`. Read-only.
    low, high
        What the first and the last step stand for: a year ``"2004"``, a month ``"2004-03"``, or a share ``"0.5"``.
    beyond
        Whether some passages lie below the first step, and above the last, which they share.
    """

    codes: NDArray[np.uint8]
    low: str
    high: str
    beyond: tuple[bool, bool] = (False, False)


def by_time(passages: Passages) -> Shade | None:
    """Return passages by the dates of their documents; None where there are not two months or years among these.

    Parameters
    ----------
    passages
        Their documents' ``date`` is read as far as year and month, ISO 8601; a year alone counts as its middle.
    """
    told = [_MONTH.match(document.meta.get(_DATE, "")) for document in passages.documents]
    months = np.array([np.nan if found is None else _months(found) for found in told])
    values = months[passages.document]
    known = values[~np.isnan(values)]
    if len(np.unique(known)) < 2:
        return None
    low, high = _ends(known)
    years = any(found is not None and found.group(2) is None for found in told) or high - low >= _YEARS_FROM
    beyond = bool(known.min() < low), bool(known.max() > high)
    return Shade(_codes(values, low, high), _period(low, years=years), _period(high, years=years), beyond)


def by_confidence(confidence: Floats, labels: NDArray[np.int32]) -> Shade:
    """Return passages by how sure it is that their topic is the right one; the loose ones have none."""
    values = np.where(labels < 0, np.nan, confidence.astype(np.float64))
    return Shade(_codes(values, 0.0, 1.0), "0", "1")


def _months(found: re.Match[str]) -> float:
    year, month = int(found.group(1)), found.group(2)
    if month is None:
        return 12 * year + 5.5
    return 12 * year + int(month) - 1 if 1 <= int(month) <= 12 else float("nan")


def _ends(known: NDArray[np.float64]) -> tuple[float, float]:
    """Return where the scale begins and ends: few dates far off do not make all others look alike."""
    low, high = float(known.min()), float(known.max())
    inner_low, inner_high = np.quantile(known, (_TAIL, 1 - _TAIL), method="nearest").tolist()
    if inner_high > inner_low and high - low >= 2 * (inner_high - inner_low):
        return inner_low, inner_high
    return low, high


def _codes(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    steps = np.clip(np.floor((values - low) / (high - low) * STEPS), 0, STEPS - 1)
    codes = np.where(np.isnan(values), NONE, steps).astype(np.uint8)
    codes.flags.writeable = False
    return codes


def _period(months: float, *, years: bool) -> str:
    year, month = divmod(int(months), 12)
    return f"{year:04d}" if years else f"{year:04d}-{month + 1:02d}"
