"""What edits change: the topics of each level, which passages they hold, and the rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from topics.cluster.rule import Pins, Rule
from topics.history.limits import HIGHEST_ID, checked
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
            raise ValueError(f"there is no level {level[:40]!r}, but {', '.join(self.names)}")
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

    def check_ids(self, table: Ints) -> None:
        """Make sure that the topics of a table with a row for each level are known; -1 is none.

        Raises
        ------
        ValueError
            One is not.
        """
        for row, level in enumerate(self.names):
            for topic in np.unique(table[row]).tolist():
                if topic != LOOSE:
                    self.topic(level, topic)

    def chain(self, level: str, topic: int) -> Ints:
        """Return the topics that hold a topic, from the coarsest level to its own, shape (row + 1,)."""
        row = self.row(level)
        for table in self.tables():
            found = np.flatnonzero(table[row] == topic)
            if len(found):
                chain: Ints = table[: row + 1, found[0]]
                return chain
        raise ValueError(f"topic {topic} at level {level!r} holds nothing")

    def led(self, level: str) -> list[int]:
        """Return the topics of a level that something leads to, ascending; some may hold no passage any more."""
        row = self.row(level)
        found = {int(topic) for table in self.tables() for topic in np.unique(table[row])}
        return sorted(found - {LOOSE})

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
        """Return the state with topics added, or in place of those of the same level and id.

        Raises
        ------
        ValueError
            One is of no level, or its id, its name or a keyword is none that a topic may have.
        """
        known = {name: dict(own) for name, own in self.topics.items()}
        for topic in topics:
            self.row(topic.level)
            if not 0 <= topic.id <= HIGHEST_ID:
                raise ValueError(f"a topic has the id {topic.id}, but it must be from 0 to {HIGHEST_ID}")
            if not checked(topic.name, "the name of a topic").strip():
                raise ValueError(f"topic {topic.id} at level {topic.level!r} would have no name")
            for keyword in topic.keywords:
                checked(keyword.term, "a keyword")
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

    Raises
    ------
    ValueError
        The levels do not nest, two topics of a level have one name, or something leads to a topic that is not known.
    """
    n = state.labels.shape[1]
    everything = np.concatenate(state.tables(), axis=1)
    levels: list[Level] = []
    for row, name in enumerate(state.names):
        ids = np.unique(everything[row])
        ids = ids[ids != LOOSE]
        above = _above(everything, row, name)
        spoken = _spoken(state.labels[row], ids, languages, language)
        topics = []
        for topic_id, told in zip(ids.tolist(), spoken, strict=True):
            topic, parent, size = state.topic(name, topic_id), int(above[topic_id]), sum(told.values())
            topics.append(
                replace(
                    topic,
                    size=size,
                    share=size / n if n else 0.0,
                    languages=told,
                    parent=None if parent == LOOSE else parent,
                )
            )
        _check_names(name, topics)
        levels.append(Level(name, tuple(topics)))
    return tuple(levels)


def _above(table: Ints, row: int, level: str) -> Ints:
    """Return the topic at the level before that holds each topic of a level, by its id; of the coarsest, none does."""
    own = table[row]
    above = np.full(int(own.max(initial=LOOSE)) + 2, LOOSE, np.int32)  # the last stands for -1: what has no topic
    if row:
        above[own] = table[row - 1]
        if above[LOOSE] != LOOSE or not np.array_equal(above[own], table[row - 1]):
            raise ValueError(f"a topic of level {level!r} would lie in two topics of the level before")
    return above


def _spoken(own: Ints, ids: Ints, languages: tuple[str, ...], language: Ints) -> list[dict[str, int]]:
    """Return how many passages of each topic are in each language: most first, else the one that comes first."""
    placed = own >= 0
    pair = np.searchsorted(ids, own[placed]) * len(languages) + language[placed]
    cells = len(ids) * len(languages)
    counts = np.bincount(pair, minlength=cells)
    first = np.zeros(cells, np.int64)
    first[pair[::-1]] = np.arange(len(pair))[::-1]  # of several passages, the first is written last
    found = []
    for start in range(0, cells, max(1, len(languages))):
        there = np.flatnonzero(counts[start : start + len(languages)])
        order = sorted(there.tolist(), key=lambda code: (-counts[start + code], first[start + code]))
        found.append({languages[code]: int(counts[start + code]) for code in order})
    return found or [{} for _ in ids]


def _check_names(level: str, topics: Sequence[Topic]) -> None:
    seen: set[str] = set()
    for topic in topics:
        if topic.name.casefold() in seen:
            raise ValueError(f"two topics of level {level!r} would be called {topic.name[:40]!r}")
        seen.add(topic.name.casefold())


def with_pins(rule: Rule, pins: Pins) -> Rule:
    """Return the rule with more pins, which come after those that it has."""
    if rule.pins is not None:
        vectors = np.concatenate([rule.pins.vectors, pins.vectors])
        pins = Pins(vectors, np.concatenate([rule.pins.topics, pins.topics], axis=1))
    return Rule(rule.prototypes, rule.topics, rule.parts, pins)
