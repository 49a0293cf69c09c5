"""Effects change labels, rule and topics alike, and refuse what does not fit the state that they meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.edit_steps import TIME, planted_model
from tests.models import small_model
from topics import edit
from topics.cluster.rule import Parts, Pins
from topics.history.effects import Divided, Joined, Made, Numbered, Parted, Placed, Told, followers
from topics.history.limits import HIGHEST_ID
from topics.history.state import State
from topics.model import TopicModel
from topics.revision import state_of
from topics.values import Keyword

NONE = np.zeros(0, np.int32)


@pytest.fixture
def state() -> State:
    return state_of(small_model())


def division(state: State, topic: int = 0, new: int = 6) -> tuple[Made, Divided]:
    """Return the effects of a division of a fine topic into two, the second a new one."""
    column = int(np.flatnonzero(state.rule.topics[-1] == topic)[0])
    size = int((state.labels[-1] == topic).sum())
    chain = state.chain("fine", topic)
    ids = np.stack([chain, [*chain[:-1], new]], axis=1).astype(np.int32)
    parts = Parts(((column,),), np.eye(16, dtype=np.float32)[:2], np.array([0, 1], np.int32))
    part = (np.arange(size) % 2).astype(np.int32)
    return Made((replace(state.topic("fine", topic), id=new, name="New"),)), Divided(parts, ids, part)


def pinned(state: State, model: TopicModel, row: int, topic: int) -> Placed:
    vectors = np.ascontiguousarray(model.vectors[[row]])
    topics = np.ascontiguousarray(state.chain("fine", topic)[:, None])
    return Placed(vectors, topics, *followers(state.rule, Pins(vectors, topics), model.vectors))


def test_what_follows_a_pin_goes_to_its_part_also_where_its_own_would_be_another(state: State) -> None:
    _, divided = division(state)
    angles = np.radians([44.0, 46.0])
    vectors = np.zeros((2, 16), np.float32)
    vectors[:, 0], vectors[:, 1] = np.cos(angles), np.sin(angles)
    inside = replace(state, labels=np.repeat(state.chain("fine", 0)[:, None], 2, axis=1))
    assert divided.placed(inside, vectors)[1].tolist() == [0, 1]
    for pin, part in ((vectors[:1], 0), (vectors[1:], 1)):
        rule = replace(state.rule, pins=Pins(pin, state.chain("fine", 0)[:, None].astype(np.int32)))
        assert divided.placed(replace(inside, rule=rule), vectors)[1].tolist() == [part, part]


def test_where_no_topic_gets_another_id_nothing_changes(state: State) -> None:
    after = Parted({"coarse": {}}).applied(state)
    assert after.labels.tolist() == state.labels.tolist()
    assert after.rule.topics.tolist() == state.rule.topics.tolist()


def test_what_is_told_of_a_topic_replaces_only_what_is_given(state: State) -> None:
    word = (Keyword("w", 1.0, "en"),)
    topic = Told("fine", 0, name="N").applied(state).topic("fine", 0)
    assert (topic.name, topic.keywords, topic.junk) == ("N", state.topic("fine", 0).keywords, False)
    topic = Told("fine", 0, keywords=word, junk=True).applied(state).topic("fine", 0)
    assert (topic.name, topic.keywords, topic.junk) == ("Bike lanes", word, True)
    assert Told("fine", 0, name="N").highest("fine") == -1


def test_what_joins_changes_every_table_alike(state: State) -> None:
    after = Joined("medium", 0, (1,)).applied(state)
    assert after.led("medium") == [0, 2, 3]
    assert after.led("coarse") == [0, 1]
    assert (after.rule.topics[0, 3:5] == 0).all()
    assert np.array_equal(after.rule.topics[2], state.rule.topics[2])
    assert np.array_equal(state.labels, state_of(small_model()).labels), "the state before is as it was"


def test_the_highest_id_is_that_of_what_is_made_or_numbered(state: State) -> None:
    made, divided = division(state, new=9)
    assert (made.highest("fine"), made.highest("coarse"), divided.highest("fine")) == (9, -1, -1)
    assert (Joined("fine", 0, (1,)).highest("fine"), Parted({"medium": {0: 7}}).highest("medium")) == (-1, 7)
    assert Parted({"medium": {0: 7}}).highest("fine") == -1
    assert Numbered({"fine": {0: 5, 1: 3}}).highest("fine") == 5


def test_numbers_are_changed_in_labels_rule_and_table(state: State) -> None:
    new = {0: 10, 1: 0, 2: 2, 3: 30, 4: 4, 5: 5}
    after = Numbered({"fine": new}).applied(state)
    assert np.array_equal(after.labels[2], [new[topic] for topic in state.labels[2].tolist()])
    assert after.rule.topics[2].tolist() == [10, 0, 2, 30, 4, 5]
    assert {topic.name for topic in after.topics["fine"].values()} == {t.name for t in state.topics["fine"].values()}
    assert after.topic("fine", 10).name == state.topic("fine", 0).name
    assert after.topics["medium"] == state.topics["medium"]


@pytest.mark.parametrize(
    ("effect", "match"),
    [
        (Told("fine", 9), "there is no topic 9 at level 'fine'"),
        (Told("x" * 100, 0), "there is no level 'x{40}', but coarse, medium, fine"),
        (Told("fine", 0, name="a" * 201), "the name of a topic has 201 characters"),
        (Told("fine", 0, name=""), "topic 0 at level 'fine' would have no name"),
        (Told("fine", 0, keywords=(Keyword("a\nb", 1.0, "en"),)), "a keyword holds the character"),
        (Joined("fine", 0, (0,)), "not other topics, each once"),
        (Joined("fine", 0, ()), "not other topics, each once"),
        (Joined("fine", 0, (1, 1)), "not other topics, each once"),
        (Joined("fine", 9, (1,)), "there is no topic 9"),
        (Joined("fine", 0, (9,)), "there is no topic 9"),
        (Parted({"fine": {0: 1}}), "the finest level cannot be parted"),
        (Parted({"medium": {9: 1}}), "there is no topic 9 at level 'fine'"),
        (Parted({"medium": {0: 9}}), "there is no topic 9 at level 'medium'"),
        (Numbered({"fine": {0: 1}}), "do not fit its topics"),
        (Numbered({"coarse": {0: 1, 1: 1}}), "do not fit its topics"),
        (Numbered({"coarse": {0: 1, 1: -1}}), "is not from 0 to"),
        (Numbered({"coarse": {0: 1, 1: HIGHEST_ID + 1}}), "is not from 0 to"),
        (Numbered({"finest": {}}), "there is no level 'finest'"),
    ],
)
def test_what_does_not_fit_is_refused(state: State, effect: Told | Joined | Parted | Numbered, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        effect.applied(state)


def test_a_topic_has_an_id_within_bounds(state: State) -> None:
    topic = state.topic("fine", 0)
    assert Made((replace(topic, id=HIGHEST_ID),)).applied(state).topic("fine", HIGHEST_ID)
    for wrong in (-1, HIGHEST_ID + 1):
        with pytest.raises(ValueError, match=f"a topic has the id {wrong}, but it must be from 0 to"):
            Made((replace(topic, id=wrong),)).applied(state)


Change = Callable[[Divided], Divided]


def parts(effect: Divided, **fields: object) -> Divided:
    return replace(effect, parts=replace(effect.parts, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda d: parts(d, groups=()), "not distinct columns of the 6"),
        (lambda d: parts(d, groups=((),)), "not distinct columns"),
        (lambda d: parts(d, groups=((6,),)), "not distinct columns"),
        (lambda d: parts(d, groups=((-1,),)), "not distinct columns"),
        (lambda d: parts(d, groups=((0, 1),)), "not of all columns of a topic"),
        (lambda d: parts(d, prototypes=d.parts.prototypes[:, :8]), "vectors are 16 wide"),
        (lambda d: parts(d, prototypes=d.parts.prototypes * 2), "the prototypes of a division are not of length 1"),
        (lambda d: parts(d, part=np.array([0, 2], np.int32)), "a part without a prototype"),
        (lambda d: parts(d, part=np.array([0, 0, 1], np.int32)), "the prototypes of a division have shape"),
        (lambda d: replace(d, ids=d.ids[:2]), r"topics of shape \(2, 2\), but 2 columns"),
        (lambda d: replace(d, ids=d.ids + 90), "there is no topic 9"),
        (lambda d: replace(d, part=d.part[1:]), "a division is of 4 passages, but its topics hold 5"),
        (lambda d: replace(d, part=d.part + 1), "parts of an edit are not within 0 to 1"),
    ],
)
def test_a_division_that_does_not_fit_is_refused(state: State, change: Change, match: str) -> None:
    made, divided = division(state)
    with pytest.raises(ValueError, match=match):
        change(divided).applied(made.applied(state))


def test_a_division_moves_its_passages_and_leads_nothing_to_the_columns_it_replaces(state: State) -> None:
    made, divided = division(state)
    after = divided.applied(made.applied(state))
    inside = state.labels[2] == 0
    assert np.array_equal(after.labels[2, inside], np.where(divided.part == 1, 6, 0))
    assert np.array_equal(after.labels[:, ~inside], state.labels[:, ~inside])
    assert after.rule.gone.tolist() == [True, *[False] * 7]
    assert after.rule.topics[:, 0].tolist() == [-1, -1, -1]
    with pytest.raises(ValueError, match="not of all columns"):
        divided.applied(after)


def test_what_follows_a_pin_goes_to_the_part_of_the_pin() -> None:
    model = planted_model(2, 8, copies=8)
    state = state_of(model)
    twin = len(model.passages) - 3
    own = int(state.labels[2, twin])
    state = pinned(state, model, twin, own).applied(state)
    alike = np.flatnonzero(model.vectors @ model.vectors[twin] >= 0.95)
    made, divided = division_of(state, model, own)
    assert len(np.unique(divided.part[np.isin(np.flatnonzero(state.labels[2] == own), alike)])) == 1
    after = divided.applied(made.applied(state))
    assert np.array_equal(after.rule.labels(model.vectors), after.labels)


def division_of(state: State, model: TopicModel, topic: int) -> tuple[Made, Divided]:
    columns = tuple(np.flatnonzero(state.rule.topics[-1] == topic).tolist())
    rows = np.flatnonzero(state.labels[-1] == topic)
    chain = state.chain("fine", topic)
    ids = np.stack([chain, [*chain[:-1], 50]], axis=1).astype(np.int32)
    prototypes = np.ascontiguousarray(model.vectors[rows[[0, -1]]])
    blank = Divided(Parts((columns,), prototypes, np.array([0, 1], np.int32)), ids, NONE)
    return Made((replace(state.topic("fine", topic), id=50, name="New"),)), blank.grown(state, model.vectors, 0)


Place = Callable[[Placed], Placed]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda p: replace(p, topics=p.topics[:2]), "pins have topics of shape"),
        (lambda p: replace(p, topics=p.topics + 90), "there is no topic 9"),
        (lambda p: replace(p, rows=p.rows + 24), "rows of an edit are not within 0 to 23"),
        (lambda p: replace(p, rows=np.array([1, 0], np.int32), pin=np.zeros(2, np.int32)), "are not ascending"),
        (lambda p: replace(p, pin=p.pin + 1), "pins of an edit are not within 0 to 0"),
        (lambda p: replace(p, pin=np.zeros(9, np.int32)), "passages follow pins, but 9 pins are told"),
        (lambda p: replace(p, vectors=p.vectors * 0.9), "the pins are not of length 1"),
        (lambda p: replace(p, vectors=p.vectors * 1.1), "the pins are not of length 1"),
        (lambda p: replace(p, vectors=p.vectors[:, :8]), "pins have shape|not of length 1"),
    ],
)
def test_pins_that_do_not_fit_are_refused(change: Place, match: str) -> None:
    model = small_model()
    state = state_of(model)
    with pytest.raises(ValueError, match=match):
        change(pinned(state, model, 0, 1)).applied(state)


def test_effects_grow_with_passages_that_are_added() -> None:
    model = planted_model(3, 8, copies=6)
    state = state_of(model)
    twin = len(model.passages) - 3
    placed = pinned(state, model, twin, 0)
    most = len(model.passages) - 5
    half = replace(placed, rows=placed.rows[placed.rows < most], pin=placed.pin[placed.rows < most])
    grown = half.grown(replace(state, labels=state.labels[:, most:]), model.vectors[most:], most)
    assert grown.rows.tolist() == placed.rows.tolist()
    assert grown.pin.tolist() == placed.pin.tolist()
    _, divided = division_of(state, model, 1)
    inside = np.flatnonzero(state.labels[-1] == 1)
    first = replace(divided, part=divided.part[inside < most])
    again = first.grown(replace(state, labels=state.labels[:, most:]), model.vectors[most:], most)
    assert again.part.tolist() == divided.part.tolist()
    none = Divided(divided.parts, divided.ids, NONE).grown(state, model.vectors[:0], 0) if not len(inside) else divided
    assert none.part.dtype == np.int32
    for effect in (Told("fine", 0), Made(()), Joined("fine", 0, (1,)), Parted({}), Numbered({})):
        assert effect.grown(state, model.vectors, 0) is effect


def test_the_nearest_pin_decides_and_of_equal_ones_the_last() -> None:
    model = small_model(level="fine")
    one = edit.move(model, [model.passages[0]], 1, time=TIME)
    other = edit.move(one, [model.passages[0]], 2, time=TIME)
    assert (one.labels[0], other.labels[0]) == (1, 2)
    assert other.rule.pins is not None
    assert len(other.rule.pins.vectors) == 2
