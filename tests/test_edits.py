"""The history in edits.jsonl: an entry a line, in plain data, that comes back as it was and refuses everything else."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests import hostile_edits
from tests.edit_steps import edited, planted_model
from tests.models import small_model
from topics.cluster.rule import Parts
from topics.history import Edit, History
from topics.history.effects import Divided, Effect, Joined, Made, Numbered, Parted, Placed, Told
from topics.store import edits
from topics.store.edits import _Budget, _from_array, _to_array, decode, encode
from topics.store.strict import Damage, Record
from topics.values import Evidence, Keyword, Topic


def log(seed: int, count: int = 12) -> History:
    return edited(planted_model(seed=seed), random.Random(seed), count).history


@pytest.mark.parametrize("seed", range(6))
def test_a_history_comes_back_byte_by_byte(seed: int) -> None:
    history = log(seed)
    data = encode(history)
    again = decode(data)
    assert encode(again) == data
    assert data.count(b"\n") == len(history.edits)
    assert [e.number for e in again.active] == [e.number for e in history.active]
    for line in data.splitlines():
        assert list(json.loads(line)) == ["number", "kind", "level", "time", "author", "reason", "asked", "effects"]


def test_nothing_edited_is_nothing() -> None:
    assert encode(History()) == b""
    assert decode(b"").edits == ()


@given(arrays.arrays(np.int32, arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=20)))
def test_whole_numbers_come_back(array: np.ndarray) -> None:
    told = json.loads(json.dumps({"a": _from_array(array)}))
    again = _to_array(Record("f", "", told, ("a",)), "a", "i32", array.ndim, _Budget(400))
    assert (again.dtype, again.shape, again.tobytes()) == (array.dtype, array.shape, array.tobytes())


finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(arrays.arrays(np.float32, arrays.array_shapes(min_dims=2, max_dims=2, max_side=8), elements=finite))
def test_numbers_come_back(array: np.ndarray) -> None:
    told = json.loads(json.dumps({"a": _from_array(array)}))
    again = _to_array(Record("f", "", told, ("a",)), "a", "f32", 2, _Budget(64))
    assert (again.dtype, again.shape, again.tobytes()) == (array.dtype, array.shape, array.tobytes())


def test_rows_are_kept_compact() -> None:
    rows = np.flatnonzero(np.random.default_rng(0).random(1_000_000) < 0.125).astype(np.int32)
    assert len(_from_array(rows)["i32"]) < 1.2 * len(rows)
    part = (np.random.default_rng(0).random(len(rows)) < 0.3).astype(np.int32)
    assert len(_from_array(part)["i32"]) < 0.8 * len(rows)


def test_what_is_no_number_is_not_written() -> None:
    told = Told("fine", 0, name=3)  # type: ignore[arg-type]
    entry = Edit(1, "rename", "fine", "2026-01-02T03:04:05+00:00", asked={"a": {1, 2}}, effects=(told,))
    with pytest.raises(Damage, match="neither text nor a finite number"):
        encode(History((entry,)))
    with pytest.raises(ValueError, match="not finite"):
        _from_array(np.array([np.nan], np.float32))


def test_an_effect_that_no_one_taught_to_be_saved_is_not_left_out() -> None:
    entry = Edit(1, "rename", "fine", "2026-01-02T03:04:05+00:00", effects=(object(),))  # type: ignore[arg-type]
    with pytest.raises(Damage, match="an effect that cannot be saved, object"):
        encode(History((entry,)))


def test_the_budget_is_for_the_whole_log(monkeypatch: pytest.MonkeyPatch) -> None:
    data = hostile_edits.log(*(hostile_edits.entry(hostile_edits.placed(), number=n) for n in (1, 2, 3)))()
    per_entry = 16 + 3 + 1 + 1
    for budget, fits in ((3 * per_entry, True), (3 * per_entry - 1, False)):
        monkeypatch.setattr(edits, "_MOST_NUMBERS", budget)
        if fits:
            assert len(decode(data).edits) == 3
        else:
            with pytest.raises(Damage, match="its arrays have more than 62 numbers"):
                decode(data)


@pytest.mark.parametrize(("name", "value"), [("_MOST_EDITS", 2), ("_MOST_VALUES", 20)])
def test_a_log_has_bounds(monkeypatch: pytest.MonkeyPatch, name: str, value: int) -> None:
    data = hostile_edits.log(*(hostile_edits.entry(hostile_edits.TOLD, number=n) for n in (1, 2, 3)))()
    assert len(decode(data).edits) == 3
    monkeypatch.setattr(edits, name, value)
    with pytest.raises(Damage, match=f"it has more than {value} "):
        decode(data)


@pytest.mark.parametrize("asked", [{}, {"a": 1}, {"a": [1, "b", None, 2.5]}, {"a": {"b": [[1]]}}])
def test_what_was_asked_is_plain(asked: dict[str, object]) -> None:
    assert decode(hostile_edits.one(hostile_edits.TOLD, asked=asked)()).edits[0].asked == asked


@pytest.mark.parametrize("field", ["number", "kind", "level", "time", "author", "reason", "asked", "effects"])
def test_every_field_must_be_there_and_be_what_it_is(field: str) -> None:
    entry = hostile_edits.entry(hostile_edits.TOLD)
    for wrong in ({key: value for key, value in entry.items() if key != field}, {**entry, field: 3.5}):
        with pytest.raises(Damage, match=rf"line 1\.{field}"):
            decode(hostile_edits.log(wrong)())


@pytest.mark.parametrize(
    "effect",
    [
        hostile_edits.TOLD,
        hostile_edits.MADE,
        hostile_edits.JOINED,
        hostile_edits.placed(),
        hostile_edits.divided(),
        hostile_edits.parted(medium=[[0, 1]]),
    ],
)
def test_every_field_of_an_effect_too(effect: dict[str, object]) -> None:
    assert decode(hostile_edits.one(effect)())
    for field in effect:
        others = {key: value for key, value in effect.items() if key != field}
        for wrong in (others, {**others, field: 3.5}, {**effect, "also": 1}):
            with pytest.raises(Damage, match=r"edits\.jsonl"):
                decode(hostile_edits.one(wrong)())


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("a time that is none", r"line 1\.time is no time in UTC: '2026-99-99T03:04:05\+00:00'"),
        ("a time in another zone", r"line 1\.time is no time in UTC"),
        ("an edit of a kind to come", "line 1 is an edit of a kind that this release does not know: 'dream'"),
        ("an effect of a kind to come", "line 1 has an effect that this release does not know: 'dream'"),
        ("an entry out of order", "entry 1 of the history says that it is number 2"),
        ("a line that is cut off", "its last line is cut off"),
        ("a key twice", "the key 'number' is there twice"),
        ("no UTF-8", "it is no valid JSON"),
        ("a number that is none", "NaN is no number"),
        ("a line that is deep", "it is nested too deeply"),
        ("a shape of a thousand million", "its arrays have more than 16,777,216 numbers"),
        ("a shape below none", r"rows\.shape is \[-1\], but must be a list of whole numbers from 0 to 2147483647"),
        ("what was packed by nothing", "rows of an edit is damaged"),
        ("what is no base64", "rows of an edit is damaged"),
        ("pins that are no numbers", "vectors of an edit holds a number that is not finite"),
        ("ids that are no pairs", "the ids of level 'medium' are not distinct pairs"),
        ("a topic with a negative id", r"topics\[0\]\.id is -1"),
    ],
)
def test_a_crafted_line_is_refused_with_what_is_wrong(name: str, match: str) -> None:
    with pytest.raises(Damage, match=match):
        decode(hostile_edits.CRAFTED[name]())


@pytest.mark.parametrize(
    ("name", "kind", "shape"), [("vectors", "f32", [16]), ("rows", "i32", [1, 1]), ("topics_of", "i32", [3])]
)
def test_an_array_has_its_dimensions_and_no_others(name: str, kind: str, shape: list[int]) -> None:
    good = {"vectors": 2, "rows": 1, "topics_of": 2}[name]
    told = hostile_edits.placed()[name]
    for wrong in (shape, [], [*told["shape"], 1, 1]):
        with pytest.raises(Damage, match=f"{name} of an edit has {len(wrong)} dimensions, but must have {good}"):
            decode(hostile_edits.one(hostile_edits.placed(**{name: {"shape": wrong, kind: told[kind]}}))())


@pytest.mark.parametrize("shape", [[1, 15], [1, 17], [2, 16], [0, 16]])
def test_numbers_are_as_many_as_their_shape_says(shape: list[int]) -> None:
    vectors = {"shape": shape, "f32": hostile_edits.placed()["vectors"]["f32"]}
    with pytest.raises(Damage, match="vectors of an edit has 64 bytes, which is not what its shape says"):
        decode(hostile_edits.one(hostile_edits.placed(vectors=vectors))())


@pytest.mark.parametrize("name", ["author", "reason"])
def test_what_a_person_wrote_is_a_line_that_can_be_shown(name: str) -> None:
    assert decode(hostile_edits.one(hostile_edits.TOLD, **{name: "Åsa"})())
    for wrong in ("two\nlines", "a" * 100_000):
        with pytest.raises(Damage, match=f"line 1: the {name} "):
            decode(hostile_edits.one(hostile_edits.TOLD, **{name: wrong})())


def test_the_first_entry_is_number_one() -> None:
    for number in (0, -1, 2**31):
        with pytest.raises(Damage, match=rf"line 1\.number is {number}, but must be a whole number from 1 to"):
            decode(hostile_edits.one(hostile_edits.TOLD, number=number)())


def test_each_field_of_an_effect_comes_back_as_it_is() -> None:
    told = {"name": None, "junk": True, "keywords": []}
    (entry,) = decode(hostile_edits.one({**hostile_edits.TOLD, **told})()).edits
    assert entry.effects == (Told("fine", 0, None, (), True),)
    (entry,) = decode(hostile_edits.one(hostile_edits.TOLD)()).edits
    assert entry.effects == (Told("fine", 0, "New", None, None),)


EVERY = (
    Told("fine", 7, "Name", (Keyword("bike", 0.5, "en"), Keyword("cykel", 1.0, "sv")), False),
    Made((Topic(8, "New", (), 0, 0.0, 0.5, "fine", theme="Town", evidence=Evidence(("a:0-1",), 2, 0.25), junk=True),)),
    Joined("medium", 3, (1, 2)),
    Parted({"medium": {0: 4, 1: 4}, "coarse": {}}),
    Numbered({"fine": {0: 9, 1: 0}, "coarse": {}}, {"fine": 12, "coarse": -1}),
    Divided(
        Parts(((0, 3), (1,)), np.eye(3, dtype=np.float32)[:2], np.array([1, 0], np.int32)),
        np.array([[0, 1, 2, 3], [5, 6, 7, 8]], np.int32),
        np.array([0, 1, 1], np.int32),
    ),
    Placed(
        np.eye(4, dtype=np.float32)[1:3],
        np.array([[0, -1], [2, -1]], np.int32),
        np.array([3, 5, 9], np.int32),
        np.array([1, 0, 1], np.int32),
    ),
)
"""An effect of each kind."""


@pytest.mark.parametrize("effect", EVERY, ids=lambda effect: type(effect).__name__)
def test_every_effect_comes_back_with_all_its_fields(effect: Effect) -> None:
    entry = Edit(1, "split", "fine", "2026-01-02T03:04:05+00:00", "Åsa", "so", {"a": [1]}, (effect, effect))
    again = decode(encode(History((entry,)))).edits[0]
    assert repr(again) == repr(entry)
    for name in ("vectors", "topics", "rows", "pin", "ids", "part"):
        array = getattr(effect, name, None)
        if isinstance(array, np.ndarray):
            found = getattr(again.effects[0], name)
            assert (found.dtype, found.tobytes()) == (array.dtype, array.tobytes())


def test_there_is_one_of_every_kind() -> None:
    assert {type(effect).__name__ for effect in EVERY} == {kind.__name__ for kind in Told.__base__.__subclasses__()}


def test_a_line_is_named_by_its_number() -> None:
    data = hostile_edits.log(hostile_edits.entry(hostile_edits.TOLD), {"number": 2})()
    with pytest.raises(Damage, match="line 2"):
        decode(data)


def test_the_good_ones_are_good() -> None:
    for content in hostile_edits.GOOD.values():
        assert encode(decode(content())).count(b"\n") == content().count(b"\n")
    assert small_model().history.edits == ()
