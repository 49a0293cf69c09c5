"""Passages by month, year or decade, by what their documents' dates tell."""

import numpy as np
import pytest

from tests.test_facets import passages_of
from topics.timeline import timeline


def told(*dates):
    return timeline(passages_of([{} if date is None else {"date": date} for date in dates]))


@pytest.mark.parametrize(
    ("dates", "unit", "periods"),
    [
        (["2024-11-30", "2025-02-01T10:00:00"], "month", ("2024-11", "2024-12", "2025-01", "2025-02")),
        (["2024-11-30", "2025"], "year", ("2024", "2025")),
        (["2019-01-01", "2022-01-01"], "year", ("2019", "2020", "2021", "2022")),
        (["1861", "1929-03-04"], "decade", ("1860", "1870", "1880", "1890", "1900", "1910", "1920")),
    ],
)
def test_the_period_is_as_short_as_the_dates_allow_without_gaps(dates, unit, periods):
    found = told(*dates)
    assert (found.unit, found.periods) == (unit, periods)
    assert found.codes.tolist() == [0, len(periods) - 1]


@pytest.mark.parametrize(
    "dates", [[], [None, None], ["2024-05-01", "2024-05-30"], ["soon", "2024"], ["20240501", "20250501"]]
)
def test_without_two_periods_there_is_no_time(dates):
    assert told(*dates) is None


def test_what_has_no_date_is_in_no_period():
    found = told("2020-01-01", None, "nonsense", "2020-03-29")
    assert found.codes.tolist() == [0, -1, -1, 2]
    assert found.totals.tolist() == [1, 0, 1]


def test_some_passages_are_counted():
    found = told("2020", "2021", "2021", "2023", None)
    assert found.totals.tolist() == [1, 2, 0, 1]
    assert found.counts(np.array([1, 2, 4], np.int32)).tolist() == [0, 2, 0, 0]
    assert found.counts(np.zeros(0, np.int32)).tolist() == [0, 0, 0, 0]


def test_a_date_that_is_far_off_makes_no_thousand_periods():
    found = told("0001-01-01", "2023", "2024")
    assert (found.unit, found.periods) == ("decade", ("0000", "2020"))
