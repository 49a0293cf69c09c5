"""Sequences that hold numbers, or a few things, where a list would hold an object for each."""

import pytest

from topics.spans import Made, Spans
from topics.values import Span


def test_spans_are_a_sequence():
    spans = Spans([Span(0, 3), Span(5, 9), Span(9, 12)])
    assert list(spans) == [spans[0], spans[1], spans[-1]] == [Span(0, 3), Span(5, 9), Span(9, 12)]
    assert spans[1:] == (Span(5, 9), Span(9, 12)) == tuple(spans.part(1, 3))
    assert spans == [Span(0, 3), Span(5, 9), Span(9, 12)] and spans != Spans() and len(Spans()) == 0
    with pytest.raises(TypeError, match="no hash"):
        hash(spans)
    with pytest.raises(IndexError):
        spans[3]


def test_what_is_made_is_made_when_asked_for_and_kept_for_a_while():
    asked = []

    def make(row):
        asked.append(row)
        return [row]

    made = Made(1000, make)
    assert len(made) == 1000 and asked == []
    assert made[5] is made[5] and made[-1] == [999] and asked == [5, 999]
    assert made[998:] == ([998], [999]) and asked == [5, 999, 998]
    assert [value[0] for value in made] == list(range(1000))
    assert made[5] == [5]
    with pytest.raises(IndexError, match="row 1000 of 1000"):
        made[1000]
    assert list(Made(0, make)) == []
