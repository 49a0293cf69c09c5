"""What an edit does to topics, labels and rule: plain data, so that it does the same in every release.

Each effect checks what it is given against the state that it meets, since it may come from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

import numpy as np

from topics.cluster.rule import Parts, Pins, Rule
from topics.history.limits import HIGHEST_ID
from topics.history.state import State, with_pins
from topics.protocols import Floats, Ints
from topics.values import LOOSE, Keyword, Topic

_SHORTEST, _LONGEST = 0.99, 1.01  # of a unit vector in 32 bits, with room to spare


class Effect(Protocol):
    """A change of a state."""

    def applied(self, state: State) -> State:
        """Return the state after it.

        Raises
        ------
        ValueError
            It does not fit the state.
        """

    def highest(self, level: str) -> int:
        """Return the highest id of a topic that it gives at a level, or -1."""

    def grown(self, state: State, vectors: Floats, first: int) -> Effect:
        """Return the same effect where passages were added to the corpus.

        Parameters
        ----------
        state
            What it meets: with the new passages' topics as they are without it, shape (levels, m), as labels.
        vectors
            The new passages' centred unit vectors, shape (m, d).
        first
            The row of the first of them in the corpus.
        """


class _Plain:
    """What effects have in common that give no ids and say nothing of single passages."""

    __slots__ = ()

    def highest(self, level: str) -> int:
        """Return the highest id that it gives: -1, for none."""
        return -1

    def grown(self, state: State, vectors: Floats, first: int) -> Self:
        """Return the same effect."""
        return self


@dataclass(frozen=True, slots=True)
class Told(_Plain):
    """Something else is said of a topic; what is ``None`` stays."""

    level: str
    topic: int
    name: str | None = None
    keywords: tuple[Keyword, ...] | None = None
    junk: bool | None = None

    def applied(self, state: State) -> State:
        """Return the state after it."""
        topic = state.topic(self.level, self.topic)
        if self.name is not None:
            topic = replace(topic, name=self.name, evidence=None)
        if self.keywords is not None:
            topic = replace(topic, keywords=self.keywords)
        if self.junk is not None:
            topic = replace(topic, junk=self.junk)
        return state.knowing(topic)


@dataclass(frozen=True, slots=True)
class Made(_Plain):
    """Topics that are new, or known by other words; what can be counted is counted, and their sizes are not read."""

    topics: tuple[Topic, ...]

    def applied(self, state: State) -> State:
        """Return the state after it."""
        return state.knowing(*self.topics)

    def highest(self, level: str) -> int:
        """Return the highest id that it gives."""
        return max((topic.id for topic in self.topics if topic.level == level), default=-1)


@dataclass(frozen=True, slots=True)
class Joined(_Plain):
    """Topics of a level become one of them; at coarser levels, what they hold goes where that one is."""

    level: str
    into: int
    gone: tuple[int, ...]

    def applied(self, state: State) -> State:
        """Return the state after it."""
        if self.into in self.gone or len(set(self.gone)) < len(self.gone) or not self.gone:
            raise ValueError(f"what would join topic {self.into} is not other topics, each once")
        for topic in (self.into, *self.gone):
            state.topic(self.level, topic)
        row, chain = state.row(self.level), state.chain(self.level, self.into)

        def change(table: Ints) -> Ints:
            table = table.copy()
            table[: row + 1, np.isin(table[row], self.gone)] = chain[:, None]
            return table

        return state.mapped(change)


@dataclass(frozen=True, eq=False, slots=True)
class Parted(_Plain):
    """Topics get other ids at some levels, by the topic of the finest level; a split along finer topics.

    ``ids`` is level -> id of a finest topic -> id at that level.
    """

    ids: Mapping[str, Mapping[int, int]]

    def applied(self, state: State) -> State:
        """Return the state after it."""
        finest = state.names[-1]
        for level, ids in self.ids.items():
            if state.row(level) == len(state.names) - 1:
                raise ValueError("the finest level cannot be parted by its own topics")
            for own, topic in ids.items():
                state.topic(finest, own)
                state.topic(level, topic)

        def change(table: Ints) -> Ints:
            table = table.copy()
            for level, ids in self.ids.items():
                table[state.row(level)] = _looked_up(ids, table[-1], table[state.row(level)])
            return table

        return state.mapped(change)

    def highest(self, level: str) -> int:
        """Return the highest id that it gives."""
        return max(self.ids.get(level, {}).values(), default=-1)


@dataclass(frozen=True, eq=False, slots=True)
class Divided(_Plain):
    """What some topics of the finest level hold is divided by prototypes of its own; :class:`Made` gives the ids.

    Parameters
    ----------
    parts
        The division of the rule; each of its groups is all columns of one of those topics.
    ids
        The topic of each new column at each level, shape (levels, columns).
    part
        Which part each passage of those topics is in, in the order of the passages, shape (m,).
    """

    parts: Parts
    ids: Ints
    part: Ints

    def applied(self, state: State) -> State:
        """Return the state after it."""
        rule, columns = state.rule, self.parts.columns
        self.parts.check(rule.topics.shape[1], rule.prototypes.shape[1])
        if self.ids.shape != (len(state.names), columns):
            raise ValueError(f"a division has topics of shape {self.ids.shape}, but {columns} columns")
        _check_lengths("prototypes of a division", self.parts.prototypes)
        self._check_groups(rule)
        state.check_ids(self.ids)
        group = self._groups(rule, state.labels[-1])
        rows = np.flatnonzero(group >= 0)
        if self.part.shape != rows.shape:
            raise ValueError(f"a division is of {len(self.part)} passages, but its topics hold {len(rows)}")
        _within("parts", self.part, self.parts.count)
        labels = state.labels.copy()
        labels[:, rows] = self.ids[:, group[rows] * self.parts.count + self.part]
        topics = np.concatenate([rule.topics, self.ids], axis=1).astype(np.int32)
        topics[:, [column for own in self.parts.groups for column in own]] = LOOSE  # nothing leads there any more
        return replace(
            state, labels=labels, rule=Rule(rule.prototypes, topics, (*rule.parts, self.parts), self._pins(rule))
        )

    def grown(self, state: State, vectors: Floats, first: int) -> Divided:
        """Return the same effect with the added passages that it divides."""
        added = self.placed(state, vectors)[1]
        return replace(self, part=np.concatenate([self.part, added]).astype(np.int32))

    def placed(self, state: State, vectors: Floats) -> tuple[Ints, Ints]:
        """Return which passages it divides, by row, and the part of each; they are the passages of the state."""
        group = self._groups(state.rule, state.labels[-1])
        rows = np.flatnonzero(group >= 0).astype(np.int32)
        if not len(rows):
            return rows, rows
        own, pins = vectors[rows], state.rule.pins
        if pins is not None:  # what follows a pin goes where that goes
            pin, _ = pins.nearest(own)
            own = np.where((pin >= 0)[:, None], pins.vectors[np.maximum(pin, 0)], own)
        return rows, self.parts.best(own).argmax(axis=1).astype(np.int32)

    def _groups(self, rule: Rule, finest: Ints) -> Ints:
        """Return the group that each topic of the finest level is divided in, or -1, in the shape given."""
        found = np.full(finest.shape, -1, np.int32)
        for number, group in enumerate(self.parts.groups):
            found[finest == rule.topics[-1, group[0]]] = number
        return found

    def _check_groups(self, rule: Rule) -> None:
        usable = ~rule.gone
        for group in self.parts.groups:
            topic = int(rule.topics[-1, group[0]])
            if topic == LOOSE or sorted(group) != np.flatnonzero((rule.topics[-1] == topic) & usable).tolist():
                raise ValueError("a division is not of all columns of a topic of the finest level")

    def _pins(self, rule: Rule) -> Pins | None:
        if rule.pins is None:
            return None
        group = self._groups(rule, rule.pins.topics[-1])
        part = self.parts.best(rule.pins.vectors).argmax(axis=1)
        held = self.ids[:, np.maximum(group, 0) * self.parts.count + part]
        return Pins(rule.pins.vectors, np.where(group >= 0, held, rule.pins.topics).astype(np.int32))


@dataclass(frozen=True, eq=False, slots=True)
class Placed(_Plain):
    """Passages are where a person put them, and what is nearly the same follows.

    Parameters
    ----------
    vectors
        Their centred unit vectors, shape (m, d).
    topics
        The topic that each is put in at each level, shape (levels, m); -1 for none.
    rows
        The passages of the corpus that follow, the pinned ones among them, ascending, shape (r,).
    pin
        Which of the pins each of them follows, shape (r,).
    """

    vectors: Floats
    topics: Ints
    rows: Ints
    pin: Ints

    def applied(self, state: State) -> State:
        """Return the state after it."""
        levels, n = state.labels.shape
        if self.topics.shape != (levels, len(self.vectors)):
            raise ValueError(f"pins have topics of shape {self.topics.shape}, but are {len(self.vectors)}")
        if self.rows.shape != self.pin.shape:
            raise ValueError(f"{len(self.rows)} passages follow pins, but {len(self.pin)} pins are told")
        _within("rows", self.rows, n)
        _within("pins", self.pin, len(self.vectors))
        if (np.diff(self.rows) <= 0).any():
            raise ValueError("the rows of an edit are not ascending")
        _check_lengths("pins", self.vectors, least=_SHORTEST)
        state.check_ids(self.topics)
        labels = state.labels.copy()
        labels[:, self.rows] = self.topics[:, self.pin]
        return replace(state, labels=labels, rule=with_pins(state.rule, Pins(self.vectors, self.topics)))

    def grown(self, state: State, vectors: Floats, first: int) -> Placed:
        """Return the same effect with the added passages that follow it."""
        rows, pin = followers(state.rule, Pins(self.vectors, self.topics), vectors)
        return replace(
            self,
            rows=np.concatenate([self.rows, rows + first]).astype(np.int32),
            pin=np.concatenate([self.pin, pin]).astype(np.int32),
        )


@dataclass(frozen=True, eq=False, slots=True)
class Numbered(_Plain):
    """Topics get the ids of those that they are known as. For a fit that follows one.

    Parameters
    ----------
    ids
        Level -> id as fitted -> id.
    used
        Level -> the highest id that was ever given there, or -1, so that none is given again.
    """

    ids: Mapping[str, Mapping[int, int]]
    used: Mapping[str, int] = field(default_factory=dict)

    def applied(self, state: State) -> State:
        """Return the state after it."""
        for level, ids in self.ids.items():
            state.row(level)
            if set(ids) != set(state.topics[level]) or len(set(ids.values())) < len(ids):
                raise ValueError(f"the new ids of level {level!r} do not fit its topics")
            if ids and not 0 <= min(ids.values()) <= max(ids.values()) <= HIGHEST_ID:
                raise ValueError(f"a new id of level {level!r} is not from 0 to {HIGHEST_ID}")

        def change(table: Ints) -> Ints:
            table = table.copy()
            for level, ids in self.ids.items():
                table[state.row(level)] = _looked_up(ids, table[state.row(level)], table[state.row(level)])
            return table

        topics = {
            level: {
                self.ids.get(level, {}).get(own, own): replace(topic, id=self.ids.get(level, {}).get(own, own))
                for own, topic in known.items()
            }
            for level, known in state.topics.items()
        }
        return replace(state.mapped(change), topics=topics)

    def highest(self, level: str) -> int:
        """Return the highest id that it gives, or that was given before it."""
        return max(*self.ids.get(level, {}).values(), self.used.get(level, -1), -1)


def followers(rule: Rule, pins: Pins, vectors: Floats) -> tuple[Ints, Ints]:
    """Return which vectors follow the new pins of a rule, and which of these: rows and pins, shape (r,) each."""
    before = 0 if rule.pins is None else len(rule.pins.vectors)
    all_pins = with_pins(rule, pins).pins
    assert all_pins is not None
    pin, _ = all_pins.nearest(vectors)
    rows = np.flatnonzero(pin >= before).astype(np.int32)
    return rows, (pin[rows] - before).astype(np.int32)


def _within(what: str, values: Ints, bound: int) -> None:
    if len(values) and not 0 <= values.min() <= values.max() < bound:
        raise ValueError(f"{what} of an edit are not within 0 to {bound - 1}")


def _looked_up(new: Mapping[int, int], keys: Ints, otherwise: Ints) -> Ints:
    """Return the new value of each key, and what is there otherwise where it has none."""
    if not new:
        return otherwise
    known = np.array(sorted(new), np.int64)
    values = np.array([new[key] for key in known.tolist()], np.int32)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[at] == keys, values[at], otherwise).astype(np.int32)


def _check_lengths(what: str, vectors: Floats, least: float = 0.0) -> None:
    """Make sure that vectors are unit vectors: a longer one would draw everything to itself."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    if len(lengths) and not least <= lengths.min() <= lengths.max() <= _LONGEST:
        raise ValueError(f"the {what} are not of length 1")
