"""topics.json: every number at its bounds, and what an earlier release did not say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from topics.cluster.confidence import FIRST, Calibration
from topics.store import nouns
from topics.store.strict import Damage, Record
from topics.values import Evidence, Keyword, Level, Pole, Skipped, Theme, Topic

MOST = 2**31 - 1
WORD = Keyword("bike", 0.5, "en")
PARENT = Topic(0, "Town", (WORD,), 3, 1.0, 0.5, "coarse", None, "Town", {"en": 2, "sv": 1})
CHILD = Topic(0, "Bikes", (WORD,), 3, 1.0, float("nan"), "fine", 0, None, {"en": 3}, Evidence(("a:0-1",), 2, 0.25))
HELD = nouns.Nouns(
    ("en", "sv"),
    (Level("coarse", (PARENT,)), Level("fine", (CHILD,))),
    (Theme("Town", "All of it.", ("streets",), (Pole("cars", ("a car",)), Pole("bikes", ()))), Theme("Sea", "")),
    {"Town": 2},
    (Skipped("a.pdf", "it is damaged"),),
    (Topic(1, "Between", (), 0, 0.0, 1.0, "", languages={}),),
    Calibration((0.5, 0.25, 1.0), (2.0, 0.5), 1.5),
    True,
)


def changed(change: Callable[[Any], object]) -> nouns.Nouns:
    """Return what is read after a change of what was written."""
    content = json.loads(nouns.encode(HELD))
    change(content)
    return nouns.decode(json.dumps(content).encode())


def of(number: int, **fields: object) -> Callable[[Any], object]:
    """Return what changes the topic of a level."""
    return lambda content: content["levels"][number]["topics"][0].update(fields)


def test_everything_comes_back() -> None:
    assert repr(nouns.decode(nouns.encode(HELD))) == repr(HELD)


def test_what_an_earlier_release_did_not_say() -> None:
    def older(content: Any) -> None:
        del content["confidence"], content["between"], content["themes"][0]["claimed"]
        del content["levels"][1]["topics"][0]["evidence"]

    found = changed(older)
    assert (found.calibration, found.measured, found.between, dict(found.claims)) == (FIRST, False, None, {})
    assert found.levels[1].topics[0].evidence is None


@pytest.mark.parametrize("field", ["size", "languages", "parent", "theme", "name", "id", "keywords", "stability"])
def test_no_other_field_may_be_missing(field: str) -> None:
    with pytest.raises(Damage, match=rf"levels\[1\]\.topics\[0\]\.{field} is missing"):
        changed(lambda content: content["levels"][1]["topics"][0].pop(field))


@pytest.mark.parametrize(
    ("change", "low", "high"),
    [
        (lambda n: of(1, size=n, evidence=None), 0, MOST),
        (lambda n: of(1, parent=n), 0, 0),
        (lambda n: of(1, evidence={"passages": [], "contains": n, "fits": 1.0}), 0, 3),
        (lambda n: lambda content: content["themes"][1].update(claimed=n), 0, MOST),
    ],
)
def test_whole_numbers_go_from_bound_to_bound(
    change: Callable[[int], Callable[[Any], object]], low: int, high: int
) -> None:
    for number in (low, high):
        assert changed(change(number))
    for number in (low - 1, high + 1):
        with pytest.raises(Damage, match=rf"is {number}, but must be a whole number from {low} to {high}"):
            changed(change(number))


@pytest.mark.parametrize(
    "change",
    [
        lambda n: of(1, share=n),
        lambda n: of(1, stability=n),
        lambda n: of(1, keywords=[{"term": "a", "weight": n, "language": ""}]),
        lambda n: of(1, evidence={"passages": [], "contains": 0, "fits": n}),
    ],
)
def test_shares_go_from_nothing_to_all_give_or_take_a_last_bit(
    change: Callable[[float], Callable[[Any], object]],
) -> None:
    for number in (0, 1, -9e-7, 1 + 9e-7):
        assert changed(change(number))
    for number in (-2e-6, 1 + 2e-6, 2):
        with pytest.raises(Damage, match="but must be a number from -1e-06 to 1"):
            changed(change(number))


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"weights": [1.0, 2.0, 3.0, 4.0]}, "does not hold three weights"),
        ({"weights": []}, "does not hold three weights"),
        ({"unread": [1.0]}, "does not hold three weights"),
        ({"unread": [1.0, 0.5, 0.5]}, "does not hold three weights"),
        ({"unread": [-0.1, 0.5]}, r"unread is .* from 0\.0 to 1000\.0"),
        ({"weights": [0.0, 0.0, -1000.1]}, r"weights is .* from -1000\.0 to 1000\.0"),
        ({"theme": 1000.1}, r"theme is 1000\.1, but must be a number from -1000\.0 to 1000\.0"),
        ({"measured": 1}, "measured is 1, but must be true or false"),
    ],
)
def test_a_calibration_has_its_numbers_and_no_others(told: dict[str, object], match: str) -> None:
    with pytest.raises(Damage, match=match):
        changed(lambda content: content["confidence"].update(told))


def test_the_coarsest_topics_have_no_parents() -> None:
    with pytest.raises(Damage, match=r"levels\[0\]\.topics\[0\]\.parent is 0"):
        changed(of(0, parent=0))
    with pytest.raises(Damage, match=r"between\[0\]\.parent is 0"):
        changed(lambda content: content["between"][0].update(parent=0))


def test_there_are_levels_and_each_has_its_name() -> None:
    for change in (
        lambda content: content.update(levels=[]),
        lambda content: content["levels"][1].update(name="coarse"),
    ):
        with pytest.raises(Damage, match="its levels are missing, or two have one name"):
            changed(change)
    with pytest.raises(Damage, match="topic 0 of level 'fine' has the id 1"):
        changed(of(1, id=1))
    for change in (of(1, theme="Sky"), lambda content: content["between"][0].update(theme="Sky")):
        with pytest.raises(Damage, match=r"topic \d of level '.*' matches a theme that is not listed"):
            changed(change)


def test_what_is_no_number_is_not_written() -> None:
    for share in (float("nan"), float("inf")):
        levels = (Level("coarse", (Topic(0, "Town", (), 3, share, 0.5, "coarse"),)),)
        with pytest.raises(Damage, match="neither text nor a finite number"):
            nouns.encode(nouns.Nouns((), levels, (), {}, ()))


@pytest.mark.parametrize("evidence", [None, Evidence(("a:0-1", "b:2-3"), MOST, 1.0)])
def test_a_topic_that_an_edit_made_comes_back_with_nothing_counted(evidence: Evidence | None) -> None:
    topic = Topic(MOST, "New", (WORD,), 9, 0.5, 0.75, "fine", 3, "Town", {"en": 9}, evidence, junk=True)
    told = nouns.from_made(topic)
    assert list(told) == list(nouns.MADE)
    again = nouns.to_made(Record("f", "", json.loads(json.dumps(told)), nouns.MADE))
    assert again == Topic(MOST, "New", (WORD,), 0, 0.0, 0.75, "fine", None, "Town", {}, evidence, junk=True)
