"""Dates become ISO 8601 where they are certain, and languages codes."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.read.dates import as_iso, as_moment, order_of
from topics.read.languages import as_code


@pytest.mark.parametrize(
    ("told", "iso"),
    [
        ("2020-05-01", "2020-05-01"),
        ("2020/5/1", "2020-05-01"),
        ("2020-05", "2020-05"),
        ("2020", "2020"),
        ("20200501", "2020-05-01"),
        ("2020-05-01 00:00:00", "2020-05-01"),
        ("2020-05-01 12:30", "2020-05-01T12:30:00"),
        ("2020-05-01T12:30:05.123+0200", "2020-05-01T12:30:05+02:00"),
        ("2020-05-01T12:30:05Z", "2020-05-01T12:30:05Z"),
        ("01.05.2020", "2020-05-01"),
        ("31/12/1999", "1999-12-31"),
        ("12/31/99", "1999-12-31"),
        ("5/5/2020", "2020-05-05"),
        ("1. maj 2020", "2020-05-01"),
        ("1er janvier 2021", "2021-01-01"),
        ("1 de mayo de 2020", "2020-05-01"),
        ("Sunday, May 3rd, 2020", "2020-05-03"),
        ("Jan 5, 2020 3:04 PM", "2020-01-05T15:04:00"),
        ("Feb 2020", "2020-02"),
        ("2021年5月3日", "2021-05-03"),
        ("Mon, 02 Jan 2006 15:04:05 +0000", "2006-01-02T15:04:05Z"),
        ("Wed, 16 Jul 2008 06:24:10 -0700 (Pacific Daylight Time)", "2008-07-16T06:24:10-07:00"),
        ("2021-05-01T09:30:00.123", "2021-05-01T09:30:00"),
        ("2021-05-01T09:30+02", "2021-05-01T09:30:00+02:00"),
        ("20210501T093000Z", "2021-05-01T09:30:00Z"),
        ("D:20210501093000+02'00'", "2021-05-01T09:30:00+02:00"),
        ("D:20210501093000Z00'00'", "2021-05-01T09:30:00Z"),
        ("D:20210501", "2021-05-01"),
        ("D:20210501xx", "2021-05-01"),
        ("D:202105", "2021-05"),
        ("D:20211301", "2021"),
        (date(2021, 5, 1), "2021-05-01"),
        (datetime(2021, 5, 1), "2021-05-01"),
        (datetime(2021, 5, 1, 9, 30, 0, 5, UTC), "2021-05-01T09:30:00Z"),
    ],
)
def test_a_date_becomes_iso(told, iso):
    assert as_iso(told) == iso


@pytest.mark.parametrize(
    "told", ["03/04/2021", "2019-02-29", "2020-13-01", "00123", "1e5", "soon", "", "99999999", "12", "D:", "202105"]
)
def test_what_is_no_certain_date_is_none(told):
    assert as_iso(told) == ""


@pytest.mark.parametrize(
    ("column", "order", "iso"),
    [
        (["03/04/2021", "13/04/2021"], "day", "2021-04-03"),
        (["03/04/2021", "04/13/2021"], "month", "2021-03-04"),
        (["03/04/2021", "05/06/2021"], "", ""),
        (["03/04/2021", "13/04/2021", "04/13/2021"], "", ""),
    ],
)
def test_the_column_tells_whether_the_day_comes_first(column, order, iso):
    assert order_of(column) == order
    assert as_iso("03/04/2021", order) == iso


def test_unix_times_are_told_by_their_size():
    assert as_moment("1609459200") == as_moment("1609459200000") == "2021-01-01T00:00:00Z"
    assert as_moment("123456789") == as_moment("00123") == as_moment("9999999999") == ""


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(told):
    assert isinstance(as_iso(told), str)


@pytest.mark.parametrize("told", ["sv", "SV", "swe", "sv-SE", "swe_Latn", "Swedish", "svenska", " Svenska "])
def test_a_language_has_one_code(told):
    assert as_code(told) == "sv"


@pytest.mark.parametrize(
    ("told", "code"), [("zho_Hant", "zh"), ("nb", "no"), ("中文", "zh"), ("eo", "eo"), ("Python", ""), ("", "")]
)
def test_other_names_of_languages(told, code):
    assert as_code(told) == code
