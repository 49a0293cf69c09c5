from dataclasses import replace

import numpy as np
import pytest

from tests.models import small_model
from topics.compare.periods import by_period, choices, usual
from topics.passages import Passages
from topics.share import write

DATES = ("2019-11-03", "2020-01-15T10:00:00", "2020-02", "")


def dated_model(dates=DATES, **changes):
    """The small model with dates of its documents."""
    own = small_model().passages
    documents = tuple(
        replace(document, meta={**document.meta, "date": date} if date else document.meta)
        for document, date in zip(own.documents, dates, strict=True)
    )
    passages = Passages(documents, own.document, own.start, own.end, own.language, own.languages)
    return small_model(passages=passages, **changes)


def test_periods_follow_each_other_without_a_gap():
    told = by_period(dated_model(), "month")
    assert told.columns == ("2019-11", "2019-12", "2020-01", "2020-02")
    assert told.totals.tolist() == [7, 0, 6, 5]
    assert told.unknown == 6
    assert np.isnan(told.shares[:, 1]).all()
    assert by_period(dated_model(), "quarter").columns == ("2019-Q4", "2020-Q1")
    assert by_period(dated_model(), "year").totals.tolist() == [7, 11]


def test_counts_are_those_of_a_pandas_groupby_on_the_exported_file(tmp_path):
    import pandas as pd

    model = dated_model(level="fine")
    told = by_period(model, "year")
    write(model, tmp_path / "passages.csv")
    table = pd.read_csv(tmp_path / "passages.csv", dtype={"date": str})
    counted = table.dropna(subset="date").assign(year=table["date"].str[:4]).groupby(["topic", "year"]).size()
    wanted = counted.unstack(fill_value=0).reindex(list(told.topics), fill_value=0)
    assert told.counts.tolist() == wanted[list(told.columns)].to_numpy().tolist()
    np.testing.assert_allclose(told.shares, (wanted / wanted.sum())[list(told.columns)])


@pytest.mark.parametrize(
    ("dates", "wanted", "first"),
    [
        (DATES, ("year", "quarter", "month"), "month"),
        (("2001", "2002", "2003", "2004"), ("year",), "year"),
        (("2001-05", "2004-06-30", "2003-07", "1999-01"), ("year", "quarter", "month"), "year"),
        (("1800-01-01", "2020-01-01", "", ""), (), None),
        (("2020-03-01", "2020-03-20", "2020-03-02", "2020-03-28"), (), None),
        (("1900-01-01", "1950-01-01", "1980-02-02", ""), ("year",), "year"),
        (("yesterday", "20x0", "", "99"), (), None),
    ],
)
def test_periods_to_choose_from_are_those_that_can_be_shown(dates, wanted, first):
    model = dated_model(dates)
    known = choices(model)
    assert known == wanted
    assert usual(known, model) == first


def test_what_does_not_begin_with_a_date_is_undated():
    told = by_period(dated_model(("2019-11-03", "2020-13-01", "202", "12 May 2020")), "month")
    assert told.columns == ("2019-11",)
    assert told.unknown == 24 - 7


def test_without_dates_there_are_no_periods():
    told = by_period(small_model(), "year")
    assert told.columns == ()
    assert told.counts.shape == (4, 0)
    assert told.unknown == 24
