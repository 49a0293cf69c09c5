"""Shades: passages along a scale of time or of confidence."""

import numpy as np
import pytest

from topics.passages import Passages
from topics.shades import NONE, STEPS, by_confidence, by_time
from topics.values import Document


def passages_of(*dates):
    """One passage a document, with these dates; None for a document without."""
    documents = [Document(f"{row}.txt", "text", {} if d is None else {"date": d}) for row, d in enumerate(dates)]
    rows = np.arange(len(dates), dtype=np.int32)
    return Passages(documents, rows, 0 * rows, 0 * rows + 4, 0 * rows, ("en",))


def test_months_run_from_the_first_to_the_last():
    shade = by_time(passages_of("2004-01-31", "2004-07-01T10:00:00", "2005-01", None, "soon"))
    assert (shade.low, shade.high, shade.beyond) == ("2004-01", "2005-01", (False, False))
    assert shade.codes.tolist() == [0, STEPS // 2, STEPS - 1, NONE, NONE]


def test_a_long_span_and_dates_without_months_are_told_in_years():
    assert (by_time(passages_of("1990-05-02", "2004-12-31")).low) == "1990"
    shade = by_time(passages_of("2004", "2005", "2004-01-01"))
    assert (shade.low, shade.high) == ("2004", "2005")
    assert shade.codes[2] < shade.codes[0] < shade.codes[1]


@pytest.mark.parametrize("dates", [(), (None,), ("2004-01", "2004-01-30"), ("n.d.", "2004-13")])
def test_where_nothing_is_earlier_than_another_there_is_no_scale(dates):
    assert by_time(passages_of(*dates)) is None


def test_a_few_dates_far_off_share_the_ends_and_it_is_said():
    usual = [f"2004-{month:02d}" for month in range(1, 13)] * 20
    shade = by_time(passages_of("0001-01-01", *usual, "2999-01-01"))
    assert (shade.low, shade.high, shade.beyond) == ("2004-01", "2004-12", (True, True))
    assert shade.codes[0] == 0
    assert shade.codes[-1] == STEPS - 1
    assert len(set(shade.codes.tolist())) == 12


def test_confidence_goes_from_nothing_to_one_and_loose_passages_have_none():
    shade = by_confidence(np.array([0, 0.5, 1, 0.9], np.float32), np.array([0, 1, 1, -1], np.int32))
    assert shade.codes.tolist() == [0, STEPS // 2, STEPS - 1, NONE]


def test_codes_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        by_time(passages_of("2004", "2005")).codes[0] = 1
