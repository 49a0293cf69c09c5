"""What an edit does to topics, labels and rule: plain data, so that it does the same in every release.

Each effect checks what it is given against the state that it meets, since it may come from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from topics.cluster.rule import Parts, Pins, Rule
from topics.history.state import State, with_pins
from topics.protocols import Floats, Ints
from topics.values import LOOSE, Keyword, Topic


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


@dataclass(frozen=True, slots=True)
class Told:
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

    def highest(self, level: str) -> int:
        """Return the highest id that it gives."""
        return -1

    def grown(self, state: State, vectors: Floats, first: int) -> Told:
        """Return the same effect."""
        return self


@dataclass(frozen=True, slots=True)
class Made:
    """Topics that are new, or known by other words; what can be counted is counted, and their sizes are not read."""

    topics: tuple[Topic, ...]

    def applied(self, state: State) -> State:
        """Return the state after it."""
        return state.knowing(*self.topics)

    def highest(self, level: str) -> int:
        """Return the highest id that it gives."""
        return max((topic.id for topic in self.topics if topic.level == level), default=-1)

    def grown(self, state: State, vectors: Floats, first: int) -> Made:
        """Return the same effect."""
        return self


@dataclass(frozen=True, slots=True)
class Joined:
    """Topics of a level become one of them; at coarser levels, what they hold goes where that one is."""

    level: str
    into: int
    gone: tuple[int, ...]

    def applied(self, state: State) -> State:
        """Return the state after it."""
        for topic in (self.into, *self.gone):
            state.topic(self.level, topic)
        if self.into in self.gone or len(set(self.gone)) < len(self.gone) or not self.gone:
            raise ValueError(f"topics {self.gone} cannot join topic {self.into}")
        row, chain = state.row(self.level), state.chain(self.level, self.into)

        def change(table: Ints) -> Ints:
            table = table.copy()
            table[: row + 1, np.isin(table[row], self.gone)] = chain[:, None]
            return table

        return state.mapped(change)

    def highest(self, level: str) -> int:
        """Return the highest id that it gives."""
        return -1

    def grown(self, state: State, vectors: Floats, first: int) -> Joined:
        """Return the same effect."""
        return self


@dataclass(frozen=True, eq=False, slots=True)
class Parted:
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
                for own, topic in ids.items():
                    table[state.row(level), table[-1] == own] = topic
            return table

        return state.mapped(change)

    def highest(self, level: str) -> int:
        """Return the highest id that it gives."""
        return max(self.ids.get(level, {}).values(), default=-1)

    def grown(self, state: State, vectors: Floats, first: int) -> Parted:
        """Return the same effect."""
        return self


@dataclass(frozen=True, eq=False, slots=True)
class Divided:
    """What some columns hold is divided by prototypes of its own.

    Parameters
    ----------
    parts
        The division of the rule; each group of columns is of one topic of the finest level.
    ids
        The topic of each new column at each level, shape (levels, columns).
    rows
        The passages that the columns hold, ascending, shape (m,).
    column
        Which new column each of them is in, from 0, shape (m,).
    """

    parts: Parts
    ids: Ints
    rows: Ints
    column: Ints

    def applied(self, state: State) -> State:
        """Return the state after it."""
        levels, n = state.labels.shape
        if self.ids.shape != (levels, self.parts.columns) or self.rows.shape != self.column.shape:
            raise ValueError(f"a division has topics of shape {self.ids.shape}, but {self.parts.columns} columns")
        _within("rows", self.rows, n)
        _within("columns", self.column, self.parts.columns)
        _check_ids(state, self.ids)
        rule = state.rule
        topics = np.concatenate([rule.topics, self.ids], axis=1).astype(np.int32)
        labels = state.labels.copy()
        labels[:, self.rows] = self.ids[:, self.column]
        pins = rule.pins
        if pins is not None:
            column = self._column(state, pins.vectors, pins.topics)
            held = np.where(column >= 0, self.ids[:, np.maximum(column, 0)], pins.topics).astype(np.int32)
            pins = Pins(pins.vectors, held)
        divided = Rule(rule.prototypes, topics, (*rule.parts, self.parts), pins)
        return replace(state, labels=labels, rule=divided)

    def highest(self, level: str) -> int:
        """Return the highest id that it gives; :class:`Made` tells by level."""
        return -1

    def grown(self, state: State, vectors: Floats, first: int) -> Divided:
        """Return the same effect with the added passages that it divides."""
        column = self._column(state, vectors, state.labels)
        rows = np.flatnonzero(column >= 0)
        return replace(
            self,
            rows=np.concatenate([self.rows, rows + first]).astype(np.int32),
            column=np.concatenate([self.column, column[rows]]).astype(np.int32),
        )

    def _column(self, state: State, vectors: Floats, topics: Ints) -> Ints:
        """Return the new column of vectors whose topics are known, by their finest one, or -1, shape (m,)."""
        finest = [int(state.rule.topics[-1, group[0]]) for group in self.parts.groups]
        best = self.parts.best(vectors).argmax(axis=1) if len(vectors) else np.zeros(0, np.int64)
        column = np.full(len(vectors), -1, np.int32)
        for number, topic in enumerate(finest):
            inside = topics[-1] == topic
            column[inside] = number * self.parts.count + best[inside]
        return column


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
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
        if self.topics.shape != (levels, len(self.vectors)) or self.rows.shape != self.pin.shape:
            raise ValueError(f"pins have topics of shape {self.topics.shape}, but are {len(self.vectors)}")
        _within("rows", self.rows, n)
        _within("pins", self.pin, len(self.vectors))
        _check_ids(state, self.topics)
        labels = state.labels.copy()
        labels[:, self.rows] = self.topics[:, self.pin]
        return replace(state, labels=labels, rule=with_pins(state.rule, Pins(self.vectors, self.topics)))

    def highest(self, level: str) -> int:
        """Return the highest id that it gives."""
        return -1

    def grown(self, state: State, vectors: Floats, first: int) -> Placed:
        """Return the same effect with the added passages that follow it."""
        rows, pin = followers(state.rule, Pins(self.vectors, self.topics), vectors)
        return replace(
            self,
            rows=np.concatenate([self.rows, rows + first]).astype(np.int32),
            pin=np.concatenate([self.pin, pin]).astype(np.int32),
        )


@dataclass(frozen=True, eq=False, slots=True)
class Numbered:
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
            if set(ids) != set(state.topics[level]) or len(set(ids.values())) < len(ids) or min(ids.values()) < 0:
                raise ValueError(f"the new ids of level {level!r} do not fit its topics")

        def change(table: Ints) -> Ints:
            table = table.copy()
            for level, ids in self.ids.items():
                row = state.row(level)
                known = np.array(sorted(ids), np.int32)
                fresh = np.array([ids[topic] for topic in known.tolist()] or [LOOSE], np.int32)
                held = table[row] >= 0
                table[row, held] = fresh[np.searchsorted(known, table[row, held])]
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

    def grown(self, state: State, vectors: Floats, first: int) -> Numbered:
        """Return the same effect."""
        return self


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


def _check_ids(state: State, table: Ints) -> None:
    for row, level in enumerate(state.names):
        for topic in np.unique(table[row]).tolist():
            if topic != LOOSE:
                state.topic(level, topic)
