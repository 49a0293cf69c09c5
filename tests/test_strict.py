"""JSON that someone else wrote: bounds, types, and what an error says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from topics.store import strict
from topics.store.strict import Damage, Record


def test_so_many_bytes_and_values_of_json_and_no_more() -> None:
    assert strict.parse("f", b"[1, 2]", 6) == [1, 2]
    with pytest.raises(Damage, match="it has 6 bytes of JSON, but at most 5 are read"):
        strict.parse("f", b"[1, 2]", 5)
    with pytest.raises(Damage, match="no valid JSON"):
        strict.parse("f", b" " * (32 << 20))
    with pytest.raises(Damage, match="at most 33,554,432 are read"):
        strict.parse("f", b" " * ((32 << 20) + 1))
    for text in ("[" + "," * 2_999_999, "{" + ":" * 2_999_999):
        with pytest.raises(Damage, match="no valid JSON"):
            strict.parse("f", text)
        with pytest.raises(Damage, match="it has more than 3,000,000 values"):
            strict.parse("f", text + ",")


@pytest.mark.parametrize(
    ("method", "good", "bad"),
    [
        ("whole", (-2, 0, 3), (-3, 4, 1.0, True, None)),
        ("real", (-2, -2.0, 0.5, 3), (-2.1, 3.1, True, "1", float("nan"), float("inf"), 10**400)),
        ("reals", ([], [-2.0, 3]), ([-2.1], [3.1], [True], 3.0, ["a"])),
        ("wholes", ([], [-2, 3]), ([-3], [4], [1.0], [True], 3)),
        ("lists", ([], [[-2, 3], []]), ([[-3]], [[4]], [3], [[True]], 3)),
    ],
)
def test_numbers_from_one_bound_to_the_other(method: str, good: tuple[object, ...], bad: tuple[object, ...]) -> None:
    def read(value: object) -> Any:
        return getattr(Record("f", "", {"a": value}, ["a"]), method)("a", -2, 3)

    for value in good:
        assert json.loads(json.dumps(read(value))) == value
    for value in bad:
        with pytest.raises(Damage, match=r"f: a is .*, but must be "):
            read(value)


def test_texts_and_objects_are_what_they_are_called() -> None:
    held = Record("f", "of", {"a": "x", "b": True, "c": {"d": 1}, "e": [{"g": None}]}, "abc", "e")
    assert (held.text("a"), held.yes("b"), held.mapping("c", int), held.has("e"), held.has("z")) == (
        "x",
        True,
        {"d": 1},
        True,
        False,
    )
    (inner,) = held.records("e", ["g"])
    assert inner.is_null("g")
    assert not held.is_null("a")
    for read, match in (
        (lambda: held.text("b"), r"of\.b is True, but must be a text"),
        (lambda: held.yes("a"), r"of\.a is 'x', but must be true or false"),
        (lambda: held.texts("a"), r"of\.a is 'x', but must be a list"),
        (lambda: held.mapping("c", str), r"of\.c is .*, but must be an object of str values"),
        (lambda: held.narrowed("ab"), r"of\.'c' is not known here"),
        (lambda: held.records("e", ["h"]), r"of\.e\[0\]\.h is missing"),
    ):
        with pytest.raises(Damage, match=match):
            read()


def test_json_ends_with_a_line_break_where_it_is_for_people() -> None:
    assert strict.dump({"å": [1]}) == '{"å":[1]}'.encode()
    assert strict.dump([1], indent=1) == b"[\n 1\n]\n"


def test_a_number_that_is_none_is_not_written() -> None:
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="JSON"):
            strict.dump([value])
    assert strict.dump(["\ud800"]) == b'["\\ud800"]', "half of a surrogate pair, as in the name of a file"


def test_a_key_that_is_there_twice_is_named() -> None:
    for text, key in (('{"a": 1, "b": 2, "b": 3}', "b"), ('{"a": {"b": 1, "c": 2, "b": 3}}', "b")):
        with pytest.raises(Damage, match=f"the key '{key}' is there twice"):
            strict.parse("f", text)
    assert strict.parse("f", '{"a": {"b": 1}, "b": 2}') == {"a": {"b": 1}, "b": 2}


def test_lists_and_objects_hold_one_type() -> None:
    held = Record("f", "", {"a": ["x", 1], "b": {"c": True, "d": 1}, "e": {"g": None}}, "abe")
    with pytest.raises(Damage, match=r"^f: a is \['x', 1\], but must be a list of texts"):
        held.texts("a")
    with pytest.raises(Damage, match=r"b is .*, but must be an object of int values"):
        held.mapping("b", int)
    assert held.mapping("b", object) == {"c": True, "d": 1}
    with pytest.raises(Damage, match=r"e\.f is missing"):
        held.record("e", "fg")
    with pytest.raises(Damage, match=r"e\.'g' is not known here"):
        held.record("e", ())
    assert held.record("e", (), "gh").is_null("g")
    with pytest.raises(Damage, match="it is 5, but must be an object"):
        Record("f", "", 5, ())
