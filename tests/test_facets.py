"""Columns of metadata to group by: few values, that repeat, each passage with its own."""

import numpy as np
import pytest

from topics.facets import among, facets
from topics.passages import Passages
from topics.values import Document, Passage


def passages_of(metas, languages=None):
    documents = [Document(f"t.csv#{row}", "ab", meta) for row, meta in enumerate(metas, start=1)]
    codes = languages or ["en"] * len(documents)
    return Passages.of(
        documents, [Passage("", d.id, 0, 2, "ab", code) for d, code in zip(documents, codes, strict=True)]
    )


def test_columns_of_few_repeated_values_are_found_the_most_frequent_value_first():
    metas = [
        {"section": section, "nr": str(row), "paper": "P"} for row, section in enumerate(["b", "a", "a", "b", "a"])
    ]
    (facet,) = facets(passages_of(metas))
    assert (facet.name, facet.values, facet.counts) == ("section", ("a", "b"), (3, 2))
    assert facet.codes.tolist() == [1, 0, 0, 1, 0]


def test_a_missing_value_is_none_of_the_values():
    (facet,) = facets(passages_of([{"s": "x"}, {}, {"s": "y"}, {"s": "x"}]))
    assert facet.codes.tolist() == [0, -1, 1, 0]


def test_more_than_forty_values_group_nothing():
    def found(n):
        return [facet.name for facet in facets(passages_of([{"s": str(row % n)} for row in range(100)]))]

    assert found(40) == ["s"]
    assert found(41) == found(1) == []


def test_what_parts_the_passages_alike_is_there_once():
    metas = [{"category": c, "label": c, "title": "t" + c} for c in "aabb"]
    assert [facet.name for facet in facets(passages_of(metas))] == ["category"]


def test_many_dates_count_by_year():
    metas = [{"date": f"{2018 + row % 3}-01-{1 + row % 28:02}"} for row in range(100)]
    (facet,) = facets(passages_of(metas))
    assert (facet.name, sorted(facet.values)) == ("date", ["2018", "2019", "2020"])


def test_the_language_of_passages_is_a_column_where_there_are_several():
    (facet,) = facets(passages_of([{}, {}, {}], ["sv", "en", "sv"]))
    assert (facet.name, facet.values, facet.codes.tolist()) == ("language", ("sv", "en"), [0, 1, 0])


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ((), [0, 1, 2, 3]),
        ((("a", "x"),), [0, 1]),
        ((("a", "x"), ("a", "y")), [0, 1, 2, 3]),
        ((("a", "x"), ("b", "1")), [0]),
        ((("a", "z"),), []),
        ((("c", "x"),), []),
    ],
)
def test_values_of_one_column_add_up_and_columns_narrow_down(where, rows):
    metas = [{"a": "x", "b": "1"}, {"a": "x", "b": "2"}, {"a": "y", "b": "1"}, {"a": "y", "b": "1"}]
    assert np.flatnonzero(among(facets(passages_of(metas)), where, 4)).tolist() == rows
