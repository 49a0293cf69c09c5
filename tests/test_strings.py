"""Texts one behind another: written in pieces, told apart, and refused where they are none."""

from __future__ import annotations

import numpy as np
import pytest

from topics.store import strings
from topics.store.strict import Damage
from topics.store.strings import Strings, encoded, ends_of, joined, long_column


def held(*texts: str) -> Strings:
    return Strings("f", "ids", *joined("f", "id", texts))


def test_texts_come_back_by_their_row() -> None:
    found = held("å", "", "bc")
    assert [found.at(row) for row in range(len(found))] == ["å", "", "bc"]
    assert ends_of([2, 0, 2]).tolist() == [0, 2, 2, 4]
    assert ends_of([]).tolist() == [0]


@pytest.mark.parametrize(("texts", "distinct"), [((), True), (("a", "b", "ab"), True), (("a", "b", "a"), False)])
def test_texts_are_told_apart_even_where_their_hashes_are_not(
    texts: tuple[str, ...], distinct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert held(*texts).are_distinct() is distinct
    monkeypatch.setattr(strings, "hash", lambda _: 7, raising=False)
    assert held(*texts).are_distinct() is distinct


def test_what_is_no_text_is_refused_with_its_row() -> None:
    with pytest.raises(Damage, match="f: the id in row 3 is bytes, but must be a text"):
        encoded("f", "id", 3, b"x")
    with pytest.raises(Damage, match="f: the id in row 1 is int, but must be a text"):
        joined("f", "id", ["a", 5])  # type: ignore[list-item]
    with pytest.raises(Damage, match="f: ids holds in row 1 what is no UTF-8"):
        Strings("f", "ids", np.frombuffer(b"a\xff", np.uint8), ends_of([1, 1])).at(1)


def test_long_texts_are_handed_out_a_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "BLOCK", 4)
    column = long_column(12, lambda: iter([b"abc", b"d", b"", b"efghi", b"j", b"kl"]))
    for _ in range(2):
        assert list(column.pieces()) == [b"abcd", b"efghi", b"jkl"]
    assert (column.kind, column.size) == ("U8", 12)
