"""A topic in parts: along the finer topics that it holds, or by prototypes of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topics.cluster.rule import Parts
from topics.edit.wording import Wording, tidied
from topics.hierarchy import nodes_at
from topics.history.effects import Divided, Effect, Made, Parted
from topics.history.state import State
from topics.model import TopicModel
from topics.nearest import unit
from topics.protocols import Floats, Ints
from topics.revision import named, state_of, used
from topics.values import Topic

_MOST_TREED = 2000  # distinct passages that Ward's criterion is given
_ROUNDS = 20  # of moving passages to the nearest part


@dataclass(frozen=True, eq=False, slots=True)
class Parting:
    """How a topic is divided: what that does, and the ids of its parts, the largest first."""

    effects: tuple[Effect, ...]
    parts: tuple[int, ...]


def into(model: TopicModel, topic: Topic, k: int) -> Parting:
    """Divide a topic into ``k``: along its finer topics where there are enough, or by Ward's criterion.

    Raises
    ------
    ValueError
        It does not hold that many different passages, or ``k`` is below 2.
    """
    state = state_of(model)
    rows, distinct = _divisible(model, state, topic)
    for wrong, told in ((k < 2, "would stay whole"), (k > distinct, f"holds {distinct} different passages")):
        if wrong:
            choice = "2" if distinct == 2 else f"2 to {distinct}"
            raise ValueError(f"topic {topic.id} cannot be split into {k}: it {told}; choose {choice}")
    along = _along(model, state, topic, k)
    if along is not None:
        return _parted(model, state, topic, along)
    part = _settled(model.vectors[rows], _ward(model.vectors[rows], k))
    return _divided(model, state, topic, part, {})


def by_phrases(model: TopicModel, topic: Topic, phrases: Sequence[str]) -> Parting:
    """Divide a topic by what its parts are about.

    Raises
    ------
    ValueError
        There are not two different phrases, or no passage is nearer to one of them than to the others.
    EncoderError
        The encoder is not to be had.
    """
    if len(phrases) < 2 or len({phrase.casefold() for phrase in phrases}) < len(phrases):
        raise ValueError(f"a split takes two different phrases or more, but got {list(phrases)}")
    state = state_of(model)
    rows, _ = _divisible(model, state, topic)
    vectors = model.vectors[rows]
    near = vectors.astype(np.float64) @ model.placement.place(phrases).T.astype(np.float64)
    first = np.round(near - near.mean(axis=0), 6).argmax(axis=1).astype(np.int32)
    for number, phrase in enumerate(phrases):
        if not (first == number).any():
            raise ValueError(
                f"no passage of topic {topic.id} is nearer to {phrase!r} than to the others; choose another phrase"
            )
    return _divided(model, state, topic, _settled(vectors, first), dict(enumerate(phrases)))


def by_examples(model: TopicModel, topic: Topic, examples: Sequence[Ints]) -> Parting:
    """Divide a topic by rows of passages of each part, two parts or more: a passage goes where their mean is nearer.

    Raises
    ------
    ValueError
        No passage of the topic is nearest to one of the parts.
    """
    state = state_of(model)
    rows = _rows(state, model.level, topic)
    hearts = unit(np.stack([model.vectors[own].mean(axis=0, dtype=np.float64) for own in examples]))
    part = _nearest(model.vectors[rows], hearts)
    if len(np.unique(part)) < len(examples):
        raise ValueError(f"topic {topic.id} does not hold all {len(examples)} parts")
    return _divided(model, state, topic, part, {})


def _along(model: TopicModel, state: State, topic: Topic, k: int) -> dict[int, int] | None:
    """Return the part of each finest topic below a topic, by id; ``None`` where there are not enough of them.

    A finest topic without passages makes no part: it goes with the one that it joins first.
    """
    seen = named(model)
    finest, row = seen.levels[-1].topics, state.row(model.level)
    below = [number for number, own in enumerate(finest) if _owner(state, own.id, row) == topic.id]
    full = [number for number in below if finest[number].size]
    if len(full) < k or row == len(state.names) - 1 or seen.tree is None:
        return None
    merges, leaves = seen.tree.merges, len(finest)
    cuts = [nodes_at(merges, leaves, count) for count in range(leaves, 0, -1)]
    nodes = next(cut for cut in cuts if len(np.unique(cut[full])) == k)
    parts = {number: int(nodes[number]) for number in full}
    for number in set(below) - set(full):
        met = next(other for cut in cuts for other in full if cut[other] == cut[number])
        parts[number] = parts[met]
    return {finest[number].id: parts[number] for number in below}


def _rows(state: State, level: str, topic: Topic) -> Ints:
    """Return the rows of a topic's passages, ascending."""
    return np.flatnonzero(state.labels[state.row(level)] == topic.id).astype(np.int32)


def _divisible(model: TopicModel, state: State, topic: Topic) -> tuple[Ints, int]:
    """Return the rows of a topic's passages, and how many of these differ for the encoder: two or more."""
    rows = _rows(state, model.level, topic)
    distinct = len(np.unique(model.vectors[rows], axis=0))
    if distinct < 2:
        alike = f"{len(rows)} passages that mean the same to the encoder"
        held = ("no passage", "one passage", alike)[min(len(rows), 2)]
        raise ValueError(f"topic {topic.id} cannot be split: it holds {held}, and a split takes two that differ")
    return rows, distinct


def _owner(state: State, finest: int, row: int) -> int:
    return int(state.chain(state.names[-1], finest)[row])


def _parted(model: TopicModel, state: State, topic: Topic, along: dict[int, int]) -> Parting:
    """Divide a topic along finest ones, whose parts are given; topics between the levels are divided as they must."""
    row = state.row(model.level)
    held = {(own, part): int((state.labels[-1] == own).sum()) for own, part in along.items()}
    given = _Pieces(model, state, held, range(row, len(state.names) - 1))
    ids = {
        state.names[at]: {own: given.ids[at][given.chains[own][at], part] for own, part in along.items()}
        for at in given.rows
        if given.whole[state.names[at]]
    }
    return Parting(_worded(model, state, Parted(ids), given.whole, {}), given.largest_first())


def _divided(model: TopicModel, state: State, topic: Topic, part: Ints, names: dict[int, str]) -> Parting:
    """Divide a topic by prototypes of its own, one a part.

    Parameters
    ----------
    part
        The part of each of its passages, in their order; the prototypes are the middles of these.
    names
        The names of the parts, if there are any.
    """
    row, rule = state.row(model.level), state.rule
    columns = np.flatnonzero((rule.topics[row] == topic.id) & ~rule.gone)
    if not len(columns):
        raise ValueError(f"topic {topic.id} holds only what was put there by hand; move those passages instead")
    finest = np.unique(rule.topics[-1, columns]).tolist()
    groups = tuple(tuple(columns[rule.topics[-1, columns] == own].tolist()) for own in finest)
    own = _rows(state, model.level, topic)
    count = int(part.max()) + 1
    parts = Parts(groups, _middles(model.vectors[own], part), np.arange(count, dtype=np.int32))
    blank = Divided(parts, np.zeros((len(state.names), parts.columns), np.int32), own[:0])
    inside = replace(state, labels=state.labels[:, own])
    rows, placed = blank.placed(inside, model.vectors[own])
    if len(np.unique(placed)) < count:
        raise ValueError(f"the passages of topic {topic.id} are too much alike for {count} parts; ask for fewer")
    held = Counter(zip(inside.labels[-1, rows].tolist(), placed.tolist(), strict=True))
    given = _Pieces(model, state, held, range(row, len(state.names)))
    ids = np.array([given.chain(leaf, number) for leaf in finest for number in range(count)], np.int32).T
    called = {given.ids[row][topic.id, number]: name for number, name in names.items()}
    effect = Divided(parts, np.ascontiguousarray(ids), placed)
    return Parting(_worded(model, state, effect, given.whole, called), given.largest_first())


def _worded(
    model: TopicModel,
    state: State,
    effect: Parted | Divided,
    whole: dict[str, dict[int, Topic]],
    called: dict[int, str],
) -> tuple[Effect, ...]:
    """Return the effects of a division, with the topics that it makes described; what holds the same is the same."""
    first = Made(tuple(tidied(replace(old, id=own)) for known in whole.values() for own, old in known.items()))
    after = effect.applied(first.applied(state))
    wording, told = Wording(model, after), dict[bytes, Topic]()
    made: list[Topic] = []
    for level, topics in whole.items():
        own = after.labels[after.row(level)]
        keys = {topic: np.flatnonzero(own == topic).tobytes() for topic in topics}
        others = {state.topic(level, other).name.casefold() for other in state.led(level) if other not in topics}
        same = {topic: told[key] for topic, key in keys.items() if key in told}
        same = {topic: twin for topic, twin in same.items() if twin.name.casefold() not in others}
        rest = {topic: replace(old, theme=None, junk=False) for topic, old in topics.items() if topic not in same}
        names = {topic: twin.name for topic, twin in same.items()}
        names |= {topic: name for topic, name in called.items() if topic in rest and level == model.level}
        found = wording.told(level, rest, names) if rest else []
        found += [replace(twin, id=topic, level=level) for topic, twin in same.items()]
        told |= {keys[topic.id]: topic for topic in found}
        made += found
    return (first, effect, Made(tuple(made)))


def _middles(vectors: Floats, part: Ints) -> Floats:
    """Return a unit vector for each part: its mean, or a passage near to that where no part would be left else."""
    count = int(part.max()) + 1
    hearts = unit(np.stack([vectors[part == number].mean(axis=0) for number in range(count)]).astype(np.float64))
    if len(np.unique(_nearest(vectors, hearts.astype(np.float32)))) < count:
        own = [vectors[part == number] for number in range(count)]
        hearts = np.stack([some[(some @ heart).round(6).argmax()] for some, heart in zip(own, hearts, strict=True)])
    return np.ascontiguousarray(hearts, np.float32)


def _nearest(vectors: Floats, hearts: Floats | NDArray[np.float64]) -> Ints:
    near: Ints = np.round(vectors.astype(np.float64) @ hearts.T.astype(np.float64), 6).argmax(axis=1).astype(np.int32)
    return near


def _settled(vectors: Floats, part: Ints) -> Ints:
    """Move vectors to the part whose mean is nearest until none moves (spherical k-means); no part is left empty."""
    for _ in range(_ROUNDS):
        best = _nearest(vectors, _middles(vectors, part))
        if np.array_equal(best, part) or len(np.unique(best)) <= part.max():
            break
        part = best
    return part


def _ward(vectors: Floats, k: int) -> Ints:
    """Group vectors by Ward's criterion, equal ones together; of many, evenly spaced ones tell for the rest."""
    from scipy.cluster.hierarchy import linkage

    distinct, which = np.unique(vectors, axis=0, return_inverse=True)
    drawn = distinct[:: -(-len(distinct) // max(_MOST_TREED, 2 * k))]
    joins = linkage(drawn.astype(np.float64), "ward")[:, :2].astype(np.int32)
    groups = np.unique(nodes_at(joins, len(drawn), k), return_inverse=True)[1].astype(np.int32)
    near = _nearest(distinct, _middles(drawn, groups))
    return near[which.reshape(-1)]


class _Pieces:
    """What a division makes of the topics of some levels, and the ids of that.

    A piece is what one part takes of one topic. The largest piece of a topic keeps its id; the others get ids that no
    topic ever had.

    Parameters
    ----------
    model, state
        What is divided.
    held
        How many passages each part takes of each topic of the finest level, by topic and part.
    rows
        The levels whose topics are divided, as rows of the tables, the first that of the topic.
    """

    def __init__(
        self, model: TopicModel, state: State, held: Mapping[tuple[int, int], int], rows: Sequence[int]
    ) -> None:
        self.rows = rows
        finest = state.names[-1]
        self.chains = {own: state.chain(finest, own).tolist() for own in state.led(finest)}
        self.ids: dict[int, dict[tuple[int, int], int]] = {}
        self.whole: dict[str, dict[int, Topic]] = {}
        self._held = held
        highest = used(model)
        for row in rows:
            level, sizes = state.names[row], self._sizes(row)
            self.ids[row] = _numbered(sizes, highest[level] + 1)
            owners = Counter(owner for owner, _ in sizes)
            divided = [piece for piece in sorted(sizes) if owners[piece[0]] > 1]
            self.whole[level] = {self.ids[row][piece]: state.topic(level, piece[0]) for piece in divided}

    def chain(self, own: int, part: int) -> list[int]:
        """Return the topics at every level of what comes to a part of a finest topic, which may hold nothing of it.

        Then it is those of the topic that shares the most levels with it, the larger part of several.
        """
        if (own, part) not in self._held:
            others = [other for other, number in self._held if number == part]
            shared = {other: sum(map(int.__eq__, self.chains[other], self.chains[own])) for other in others}
            own = max(others, key=lambda other: (shared[other], self._held[other, part], -other))
        chain = self.chains[own]
        return [*chain[: self.rows[0]], *(self.ids[row][chain[row], part] for row in self.rows)]

    def largest_first(self) -> tuple[int, ...]:
        """Return the ids of the parts of the topic itself."""
        row = self.rows[0]
        ids, sizes = self.ids[row], self._sizes(row)
        return tuple(ids[piece] for piece in sorted(sizes, key=lambda piece: (-sizes[piece], ids[piece])))

    def _sizes(self, row: int) -> dict[tuple[int, int], int]:
        sizes: dict[tuple[int, int], int] = {}
        for (own, part), size in self._held.items():
            piece = (self.chains[own][row], part)
            sizes[piece] = sizes.get(piece, 0) + size
        return sizes


def _numbered(sizes: Mapping[tuple[int, int], int], next_id: int) -> dict[tuple[int, int], int]:
    """Return an id for each piece of topics: the largest piece keeps the topic's own."""
    given: dict[tuple[int, int], int] = {}
    for piece in sorted(sizes, key=lambda piece: (piece[0], -sizes[piece], piece[1])):
        if piece[0] in given.values():
            given[piece], next_id = next_id, next_id + 1
        else:
            given[piece] = piece[0]
    return given
