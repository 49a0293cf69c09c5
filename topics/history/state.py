"""What edits change: the topics of each level, which passages they hold, and the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from topics.cluster.rule import Pins, Rule
from topics.protocols import Ints
from topics.values import LOOSE, Level, Topic

Known = Mapping[str, Mapping[int, Topic]]


@dataclass(frozen=True, eq=False, slots=True)
class State:
    """Topics, labels and rule at one point of the history.

    Parameters
    ----------
    names
        The names of the levels, coarsest first.
    topics
        Level -> id -> topic. Sizes, shares, languages and parents are brought up to date by :func:`settled`.
    labels
        The topic of each passage at each level, shape (levels, n).
    rule
        The rule of the same levels.
    """

    names: tuple[str, ...]
    topics: Known
    labels: Ints
    rule: Rule

    def row(self, level: str) -> int:
        """Return the row of a level in the tables.

        Raises
        ------
        ValueError
            There is no such level.
        """
        if level not in self.names:
            raise ValueError(f"there is no level {level!r}, but {', '.join(self.names)}")
        return self.names.index(level)

    def topic(self, level: str, topic: int) -> Topic:
        """Return a topic.

        Raises
        ------
        ValueError
            There is none of that id.
        """
        self.row(level)
        if topic not in self.topics[level]:
            raise ValueError(f"there is no topic {topic} at level {level!r}")
        return self.topics[level][topic]

    def chain(self, level: str, topic: int) -> Ints:
        """Return the topics that hold a topic, from the coarsest level to its own, shape (row + 1,)."""
        row = self.row(level)
        for table in self.tables():
            found = np.flatnonzero(table[row] == topic)
            if len(found):
                chain: Ints = table[: row + 1, found[0]]
                return chain
        raise ValueError(f"topic {topic} at level {level!r} holds nothing")

    def tables(self) -> tuple[Ints, ...]:
        """Return every table with a row for each level: of columns in use, of passages, of pins."""
        pins = () if self.rule.pins is None else (self.rule.pins.topics,)
        return (self.rule.topics[:, ~self.rule.gone], self.labels, *pins)

    def mapped(self, change: Callable[[Ints], Ints]) -> State:
        """Return the state with every table changed in the same way."""
        pins = self.rule.pins
        rule = self.rule.seen(change(self.rule.topics), None if pins is None else change(pins.topics))
        return replace(self, labels=change(self.labels), rule=rule)

    def knowing(self, *topics: Topic) -> State:
        """Return the state with topics added, or in place of those of the same level and id."""
        known = {name: dict(own) for name, own in self.topics.items()}
        for topic in topics:
            self.row(topic.level)
            known[topic.level][topic.id] = topic
        return replace(self, topics=known)


def settled(state: State, languages: tuple[str, ...], language: Ints) -> tuple[Level, ...]:
    """Return the levels with what can be counted: size, share, languages and parent of each topic.

    A topic that nothing leads to any more is left out; one that only lost its passages stays, since texts may still
    be assigned to it.

    Parameters
    ----------
    languages
        Codes of languages.
    language
        Which of them each passage is in, shape (n,).
    """
    n = state.labels.shape[1]
    levels = []
    for row, name in enumerate(state.names):
        own = state.labels[row]
        placed = own >= 0
        most = max(state.topics[name], default=-1) + 1
        counts = np.zeros((most, len(languages)), np.int64)
        np.add.at(counts, (own[placed], language[placed]), 1)
        tables = state.tables()
        led = {int(topic) for table in tables for topic in np.unique(table[row])}
        above = _above(tables, row) if row else {}
        topics = []
        for topic_id in sorted(led - {LOOSE}):
            topic = state.topic(name, topic_id)
            spoken = Counter({code: int(c) for code, c in zip(languages, counts[topic_id], strict=True) if c})
            size = spoken.total()
            told = dict(spoken.most_common())
            if dict(topic.languages) == told:  # what counts alike keeps its order
                told = dict(topic.languages)
            parent = above.get(topic_id)
            share = size / n if n else 0.0
            topics.append(replace(topic, size=size, share=share, languages=told, parent=parent))
        levels.append(Level(name, tuple(topics)))
    return tuple(levels)


def _above(tables: tuple[Ints, ...], row: int) -> dict[int, int | None]:
    """Return the topic at the level before that holds each topic of a level."""
    found: dict[int, int | None] = {}
    for table in reversed(tables):  # columns decide
        ids, first = np.unique(table[row], return_index=True)
        for topic, at in zip(ids.tolist(), first.tolist(), strict=True):
            parent = int(table[row - 1, at])
            found[topic] = None if parent == LOOSE else parent
    return found


def with_pins(rule: Rule, pins: Pins) -> Rule:
    """Return the rule with more pins, which come after those that it has."""
    if rule.pins is not None:
        vectors = np.concatenate([rule.pins.vectors, pins.vectors])
        pins = Pins(vectors, np.concatenate([rule.pins.topics, pins.topics], axis=1))
    return Rule(rule.prototypes, rule.topics, rule.parts, pins)
