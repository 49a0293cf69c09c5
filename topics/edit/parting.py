"""A topic in parts: along the finer topics that it holds, or by prototypes of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from topics.cluster.rule import Parts
from topics.edit.wording import Wording
from topics.hierarchy import nodes_at
from topics.history.effects import Divided, Effect, Made, Parted
from topics.history.state import State
from topics.model import TopicModel
from topics.nearest import unit
from topics.protocols import Floats, Ints
from topics.revision import fitted, named, state_of
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
    rows = np.flatnonzero(state.labels[state.row(model.level)] == topic.id).astype(np.int32)
    distinct = len(np.unique(model.vectors[rows], axis=0))
    if not 2 <= k <= distinct:
        told = f"holds {distinct} different passages" if k >= 2 else "would stay whole"
        raise ValueError(f"topic {topic.id} cannot be split into {k}: it {told}; choose 2 to {max(2, distinct)}")
    along = _along(model, state, topic, k)
    if along is not None:
        return _parted(model, state, topic, along)
    part = _settled(model.vectors[rows], _ward(model.vectors[rows], k))
    return _divided(model, state, topic, rows, part, {})


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
    rows = np.flatnonzero(state.labels[state.row(model.level)] == topic.id).astype(np.int32)
    vectors = model.vectors[rows]
    near = vectors.astype(np.float64) @ model.placement.place(phrases).T.astype(np.float64)
    first = np.round(near - near.mean(axis=0), 6).argmax(axis=1).astype(np.int32)
    for number, phrase in enumerate(phrases):
        if not (first == number).any():
            raise ValueError(
                f"no passage of topic {topic.id} is nearer to {phrase!r} than to the others; choose another phrase"
            )
    return _divided(model, state, topic, rows, _settled(vectors, first), dict(enumerate(phrases)))


def by_examples(model: TopicModel, topic: Topic, examples: Sequence[Ints]) -> Parting:
    """Divide a topic by rows of passages of each part, two parts or more: a passage goes where their mean is nearer.

    Raises
    ------
    ValueError
        No passage of the topic is nearest to one of the parts.
    """
    state = state_of(model)
    rows = np.flatnonzero(state.labels[state.row(model.level)] == topic.id).astype(np.int32)
    hearts = unit(np.stack([model.vectors[own].mean(axis=0, dtype=np.float64) for own in examples]))
    part = np.round(model.vectors[rows].astype(np.float64) @ hearts.T, 6).argmax(axis=1).astype(np.int32)
    if len(np.unique(part)) < len(examples):
        raise ValueError(f"topic {topic.id} does not hold all {len(examples)} parts")
    return _divided(model, state, topic, rows, part, {})


def _along(model: TopicModel, state: State, topic: Topic, k: int) -> dict[int, int] | None:
    """Return the part of each finest topic below a topic, by id; ``None`` where there are not enough of them."""
    seen = named(model)
    tree, finest, row = seen.tree, seen.levels[-1].topics, state.row(model.level)
    below = [number for number, own in enumerate(finest) if int(_owner(state, own.id, row)) == topic.id]
    if tree is None or len(below) < k or row == len(state.names) - 1:
        return None
    leaves = len(finest)
    for count in range(leaves, 0, -1):
        nodes = nodes_at(tree.merges, leaves, count)[below]
        if len(np.unique(nodes)) == k:
            return {finest[number].id: int(node) for number, node in zip(below, nodes, strict=True)}
    return None


def _owner(state: State, finest: int, row: int) -> int:
    return int(state.chain(state.names[-1], finest)[row])


def _parted(model: TopicModel, state: State, topic: Topic, along: dict[int, int]) -> Parting:
    """Divide a topic along finest ones, whose parts are given; topics between the levels are divided as they must."""
    row, names = state.row(model.level), state.names
    used = _Ids(model)
    ids: dict[str, dict[int, int]] = {}
    whole: dict[str, dict[int, Topic]] = {}
    order: tuple[int, ...] = ()
    for at in range(row, len(names) - 1):
        level = names[at]
        pieces: dict[tuple[int, int], list[int]] = {}
        for own, part in along.items():
            pieces.setdefault((_owner(state, own, at), part), []).append(own)
        sizes = {piece: int(np.isin(state.labels[-1], held).sum()) for piece, held in pieces.items()}
        given = used.for_pieces(level, sizes)
        if len(set(given.values())) == len({owner for owner, _ in pieces}):
            continue  # none of that level is divided
        ids[level] = {own: given[piece] for piece, held in pieces.items() for own in held}
        divided = {owner for owner, _ in pieces if sum(other == owner for other, _ in pieces) > 1}
        whole[level] = {given[piece]: state.topic(level, piece[0]) for piece in sorted(pieces) if piece[0] in divided}
        if at == row:
            order = tuple(given[piece] for piece in sorted(pieces, key=lambda piece: (-sizes[piece], given[piece])))
    parted = Parted(ids)
    fresh = state.knowing(*(replace(old, id=own) for known in whole.values() for own, old in known.items()))
    return Parting(_worded(model, fresh, parted, whole, {}), order)


def _divided(model: TopicModel, state: State, topic: Topic, rows: Ints, part: Ints, names: dict[int, str]) -> Parting:
    """Divide a topic by prototypes of its own, one a part."""
    row, rule, count = state.row(model.level), state.rule, int(part.max()) + 1
    columns = np.flatnonzero((rule.topics[row] == topic.id) & ~rule.gone)
    if not len(columns):
        raise ValueError(f"topic {topic.id} holds only what was put there by hand; move those passages instead")
    finest = rule.topics[-1, columns]
    groups = tuple(tuple(columns[finest == own].tolist()) for own in np.unique(finest))
    vectors = model.vectors[rows]
    hearts = np.stack([vectors[part == number].mean(axis=0) for number in range(count)])
    parts = Parts(groups, unit(hearts).astype(np.float32), np.arange(count, dtype=np.int32))
    draft = Divided(parts, np.zeros((len(state.names), parts.columns), np.int32), rows[:0], rows[:0])
    own = draft.grown(replace(state, labels=state.labels[:, rows]), vectors, 0)
    rows, column = rows[own.rows], own.column
    used = _Ids(model)
    ids = np.repeat(state.chain(model.level, topic.id)[:, None], parts.columns, axis=1)
    ids = np.concatenate([ids, np.zeros((len(state.names) - len(ids), parts.columns), np.int32)]).astype(np.int32)
    whole: dict[str, dict[int, Topic]] = {}
    order: tuple[int, ...] = ()
    called: dict[int, str] = {}
    for at in range(row, len(state.names)):
        level = state.names[at]
        owners = np.array([_owner(state, int(rule.topics[-1, group[0]]), at) for group in groups])
        piece_of = [(int(owner), number) for owner in owners for number in range(count)]
        sizes: dict[tuple[int, int], int] = {}
        for new, piece in enumerate(piece_of):
            sizes[piece] = sizes.get(piece, 0) + int((column == new).sum())
        held = {piece: size for piece, size in sizes.items() if size}
        given = used.for_pieces(level, held)
        for new, piece in enumerate(piece_of):
            nearest = (
                piece
                if piece in held
                else max((other for other in held if other[1] == piece[1]), key=lambda other: (held[other], -other[0]))
            )
            ids[at, new] = given[nearest]
        divided = {owner for owner, _ in held if sum(other == owner for other, _ in held) > 1}
        whole[level] = {given[piece]: state.topic(level, piece[0]) for piece in sorted(held) if piece[0] in divided}
        if at == row:
            order = tuple(given[piece] for piece in sorted(held, key=lambda piece: (-held[piece], given[piece])))
            called = {given[piece]: names[piece[1]] for piece in held if piece[1] in names}
    fresh = state.knowing(*(replace(old, id=new) for known in whole.values() for new, old in known.items()))
    return Parting(_worded(model, fresh, Divided(parts, ids, rows, column), whole, called), order)


def _worded(
    model: TopicModel,
    state: State,
    effect: Parted | Divided,
    whole: dict[str, dict[int, Topic]],
    called: dict[int, str],
) -> tuple[Effect, ...]:
    """Return the effects of a division, with the topics that it makes described; what holds the same is the same."""
    after = effect.applied(state)
    wording, told = Wording(model, after), dict[bytes, Topic]()
    first = Made(tuple(replace(old, id=own) for known in whole.values() for own, old in known.items()))
    made: list[Topic] = []
    for level, topics in whole.items():
        own = after.labels[after.row(level)]
        keys = {topic: np.flatnonzero(own == topic).tobytes() for topic in topics}
        same = {topic: told[key] for topic, key in keys.items() if key in told}
        rest = {topic: replace(old, theme=None, junk=False) for topic, old in topics.items() if topic not in same}
        names = {topic: name for topic, name in called.items() if topic in rest} if level == model.level else {}
        found = wording.told(level, rest, names) if rest else []
        found += [replace(twin, id=topic, level=level) for topic, twin in same.items()]
        told |= {keys[topic.id]: topic for topic in found}
        made += found
    return (first, effect, Made(tuple(made)))


def _settled(vectors: Floats, part: Ints) -> Ints:
    """Move vectors to the part whose mean is nearest until none moves (spherical k-means); no part is left empty."""
    count = int(part.max()) + 1
    for _ in range(_ROUNDS):
        hearts = unit(np.stack([vectors[part == number].mean(axis=0) for number in range(count)]))
        best = np.round(vectors.astype(np.float64) @ hearts.T, 6).argmax(axis=1).astype(np.int32)
        if np.array_equal(best, part) or len(np.unique(best)) < count:
            break
        part = best
    return part


def _ward(vectors: Floats, k: int) -> Ints:
    """Group vectors by Ward's criterion, equal ones together; of many, evenly spaced ones tell for the rest."""
    from scipy.cluster.hierarchy import fcluster, linkage

    distinct, which = np.unique(vectors, axis=0, return_inverse=True)
    drawn = distinct[:: -(-len(distinct) // _MOST_TREED)]
    drawn = drawn if len(drawn) >= k else distinct
    groups = fcluster(linkage(drawn.astype(np.float64), "ward"), k, "maxclust")
    hearts = unit(np.stack([drawn[groups == group].mean(axis=0) for group in np.unique(groups)]))
    near: Ints = np.round(distinct.astype(np.float64) @ hearts.T, 6).argmax(axis=1).astype(np.int32)
    return near[which.reshape(-1)]


class _Ids:
    """Ids of topics that were never used."""

    def __init__(self, model: TopicModel) -> None:
        base = fitted(model)
        self._next = {
            level.name: max(max((t.id for t in level.topics), default=-1), model.history.highest(level.name)) + 1
            for level in base.levels
        }

    def for_pieces(self, level: str, sizes: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
        """Return an id for each piece of a topic: the largest piece keeps the topic's own."""
        given = {}
        for owner in sorted({owner for owner, _ in sizes}):
            pieces = sorted((piece for piece in sizes if piece[0] == owner), key=lambda piece: (-sizes[piece], piece))
            for number, piece in enumerate(pieces):
                given[piece] = owner if number == 0 else self._next[level]
                self._next[level] += number > 0
        return given
