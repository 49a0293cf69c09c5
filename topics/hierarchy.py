"""A tree over the topics of the finest level: cut it anywhere, and there is a level with that many topics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Bools, Floats, Ints
from topics.values import LOOSE, Level, Topic

NUMBER = re.compile(r"[1-9][0-9]{0,8}")
"""The name of a level that is a cut of the tree: its number of topics."""

MOST = 2000
"""The most topics that a tree is made for."""

_SAME = 2 / 3  # a topic that gains no more than half its size is still the same one


@dataclass(frozen=True, eq=False, slots=True)
class Tree:
    """How the topics of the finest level join, two at a time, until one is left.

    Parameters
    ----------
    merges
        Two nodes a merge, shape (k - 1, 2), in scipy's numbering: the k topics of the finest level are the nodes 0 to
        k - 1, and merge i makes node k + i. The first merges lead from each named level to the next coarser one.
    topics
        What is known of the nodes that no named level shows, by node; the id of each is its node.
    """

    merges: Ints
    topics: tuple[Topic, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Levels, coarsest first, and tables with a row for each: the topic there of passages or prototypes, -1 for none.

    A level whose name is a number is a cut of the tree; the others are named.
    """

    levels: tuple[Level, ...]
    topics: tuple[Ints, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """Levels of which one, by its name, is shown."""

    rows: Rows
    level: str


def nodes_at(merges: Ints, leaves: int, k: int) -> Ints:
    """Return the node that holds each leaf where ``k`` are left, shape (leaves,)."""
    nodes = np.arange(leaves, dtype=np.int32)
    for number, (one, other) in enumerate(merges[: leaves - k]):
        nodes[(nodes == one) | (nodes == other)] = leaves + number
    return nodes


def members(merges: Ints, leaves: int) -> Bools:
    """Return which leaves each merge brings together, shape (merges, leaves)."""
    held = np.concatenate([np.eye(leaves, dtype=np.bool_), np.zeros((len(merges), leaves), np.bool_)])
    for number, (one, other) in enumerate(merges):
        held[leaves + number] = held[one] | held[other]
    return held[leaves:]


def unshown(merges: Ints, levels: Sequence[Level]) -> list[int]:
    """Return the nodes that none of the named levels shows, ascending."""
    leaves = len(levels[-1].topics)
    shown = {int(node) for level in levels for node in nodes_at(merges, leaves, len(level.topics))}
    return [node for node in range(leaves, leaves + len(merges)) if node not in shown]


def grown(merges: Ints, levels: Sequence[Level], themes: Mapping[int, str]) -> dict[int, int]:
    """Return which nodes that no level shows are only a larger form of another: node -> the node it has grown from.

    That is the one of the two nodes joined that makes at least two thirds of it, unless a named theme fits only one of
    the two, node or part.

    Parameters
    ----------
    themes
        The theme that fits the node of a merge: merge -> theme.
    """
    leaves = len(levels[-1].topics)
    fits = {node: topic.theme for node, topic in _shown(merges, levels).items() if topic.theme is not None}
    fits = {leaves + merge: theme for merge, theme in themes.items()} | fits
    sizes = [topic.size for topic in levels[-1].topics]
    sizes += (members(merges, leaves) @ np.array(sizes, np.int64)).tolist()
    found = {}
    for node in unshown(merges, levels):
        part = max(merges[node - leaves].tolist(), key=lambda part: (sizes[part], -part))
        if sizes[part] >= _SAME * sizes[node] and fits.get(part) == fits.get(node):
            found[node] = part
    return found


def planted(
    merges: Ints, levels: Sequence[Level], described: Mapping[int, Topic], same: Mapping[int, int], stability: Floats
) -> Tree:
    """Return the tree over the topics of the finest level.

    Parameters
    ----------
    described
        What is known of nodes that no level shows: node -> topic.
    same
        The others of them, from :func:`grown`; they keep the name and keywords of what they have grown from,
        without its evidence, which is not theirs.
    stability
        That of the node of each merge, shape (merges,).
    """
    leaves = len(levels[-1].topics)
    known = {**_shown(merges, levels), **described}
    held = members(merges, leaves)
    for node, part in sorted(same.items()):
        inside = [levels[-1].topics[leaf] for leaf in np.flatnonzero(held[node - leaves])]
        languages = sum((Counter(dict(topic.languages)) for topic in inside), Counter[str]())
        known[node] = replace(
            known[part],
            size=sum(topic.size for topic in inside),
            share=min(1.0, sum(topic.share for topic in inside)),
            stability=float(stability[node - leaves]),
            languages=dict(languages.most_common()),
            evidence=None,  # that of the name is of the part
        )
    topics = [replace(known[node], id=node, level="", parent=None) for node in unshown(merges, levels)]
    return Tree(merges, tuple(topics))


def reseated(tree: Tree, places: Ints) -> Tree:
    """Return a tree whose leaves stand in another order: leaf i at ``places[i]``."""
    leaves = len(places)
    known = np.concatenate([places, np.arange(leaves, leaves + len(tree.merges))]).astype(np.int32)
    return Tree(known[tree.merges] if len(tree.merges) else tree.merges, tree.topics)


def counted(tree: Tree, finest: Sequence[Topic]) -> Tree:
    """Return a tree over finest topics that have grown, whose nodes have grown with them."""
    held = members(tree.merges, len(finest))
    topics = []
    for node in tree.topics:
        inside = [finest[leaf] for leaf in np.flatnonzero(held[node.id - len(finest)]).tolist()]
        size, spoken = sum(topic.size for topic in inside), Counter[str]()
        for topic in inside:
            spoken.update(topic.languages)
        told = dict(spoken.most_common())
        if dict(node.languages) == told:  # what counts alike keeps its order
            told = dict(node.languages)
        share = min(1.0, sum(topic.share for topic in inside))
        topics.append(replace(node, size=size, share=share, languages=told))
    return Tree(tree.merges, tuple(topics))


def apart(merges: Ints, leaves: int, nodes: Sequence[int]) -> list[list[int]]:
    """Divide nodes into as few lists as can be, so that no two of a list share a leaf; the largest nodes come last."""
    wanted, heights = set(nodes), [0] * (leaves + len(merges))
    lists: dict[int, list[int]] = {}
    for node, (one, other) in enumerate(merges.tolist(), start=leaves):
        heights[node] = max(heights[one], heights[other]) + (node in wanted)
        if node in wanted:
            lists.setdefault(heights[node], []).append(node)
    return [lists[height] for height in sorted(lists)]


def check(merges: Ints, topics: Sequence[Topic], levels: Sequence[Level]) -> None:
    """Make sure that a tree is one, and leads from each level to the next coarser one.

    Raises
    ------
    ValueError
        It does not; the message says where.
    """
    leaves = len(levels[-1].topics)
    if leaves > MOST:
        raise ValueError(f"it is over {leaves:,} topics, but may be over at most {MOST:,}")
    if merges.shape != (max(leaves - 1, 0), 2):
        raise ValueError(
            f"merges has shape {merges.shape}, but {leaves} topics make one in {max(leaves - 1, 0)} merges"
        )
    left = set(range(leaves))
    for number, pair in enumerate(merges.tolist()):
        if pair[0] == pair[1] or not left.issuperset(pair):
            raise ValueError(f"merge {number} joins the nodes {pair[0]} and {pair[1]}, which are not two that are left")
        left = (left - set(pair)) | {leaves + number}
    for level, owners in zip(levels, _owners(levels), strict=True):
        nodes = nodes_at(merges, leaves, len(level.topics))
        pairs = set(zip(nodes.tolist(), owners.tolist(), strict=True))
        if not len(pairs) == len(level.topics) == len(set(owners.tolist())):
            raise ValueError(f"its merges do not lead to level {level.name!r}")
    if [topic.id for topic in topics] != unshown(merges, levels):
        raise ValueError("its topics are not the nodes that no level shows")
    held = members(merges, leaves)
    for topic in topics:
        size = sum(
            finest.size for finest, inside in zip(levels[-1].topics, held[topic.id - leaves], strict=True) if inside
        )
        if topic.size != size:
            raise ValueError(f"node {topic.id} says {topic.size} passages, not {size}")


def check_nested(levels: Sequence[Level], topics: Ints) -> None:
    """Make sure that each row of a table, shape (levels, n), is what the finest and the topics' parents say.

    Raises
    ------
    ValueError
        A level is not; the message names it.
    """
    for level, owners, own in zip(levels, _owners(levels), topics, strict=True):
        if not np.array_equal(_of_finest(levels, owners)[topics[-1]], own):
            raise ValueError(f"level {level.name!r} is not what the parents of finer topics say")


def seen(rows: Rows, tree: Tree | None, level: str | int) -> Seen:
    """Find the level with a name or a number of topics, with a cut of the tree where no named level has the number.

    Raises
    ------
    ValueError
        There is no such level.
    """
    rows = _named(rows)
    names = [each.name for each in rows.levels]
    counts = [len(each.topics) for each in rows.levels]
    if isinstance(level, str) and not NUMBER.fullmatch(level):
        if level not in names:
            raise ValueError(f"level {level!r} is not one of this model's: {', '.join(names)}, or a number of topics")
        return Seen(rows, level)
    if isinstance(level, bool) or not isinstance(level, int | str | np.integer):
        raise ValueError(f"level is {level!r}, but must be the name of a level or a whole number of topics")
    k = int(level)
    if k in counts:
        return Seen(rows, names[counts.index(k)])
    if tree is None:
        known = ", ".join(str(count) for count in sorted(set(counts)))
        raise ValueError(
            f"this model cannot show {k} topics, only {known}: it has no tree of topics, as it was saved before there "
            f"were any, or has over {MOST:,} topics; fit it again"
        )
    if not 1 <= k <= counts[-1]:
        raise ValueError(f"this model cannot show {k} topics; it can show 1 to {counts[-1]}")
    return Seen(_with_cut(rows, tree, k), str(k))


def _with_cut(rows: Rows, tree: Tree, k: int) -> Rows:
    """Add the level that has ``k`` topics to named ones; those of the level after it get their parents in it."""
    levels = rows.levels
    at = sum(len(level.topics) < k for level in levels)
    nodes = nodes_at(tree.merges, len(levels[-1].topics), k)
    known = {**_shown(tree.merges, levels), **{topic.id: topic for topic in tree.topics}}
    owners = _owners(levels)
    first = {node: leaf for leaf, node in reversed(list(enumerate(nodes.tolist())))}
    sizes = dict.fromkeys(first, 0)
    for node, finest in zip(nodes.tolist(), levels[-1].topics, strict=True):
        sizes[node] += finest.size
    order = sorted(first, key=lambda node: (-sizes[node], first[node]))
    place = {node: number for number, node in enumerate(order)}
    number_of = np.array([place[node] for node in nodes.tolist()], np.int32)
    of_finest = _of_finest(levels, number_of)
    parents = [int(owners[at - 1][first[node]]) if at else -1 for node in order]
    new = _distinct(
        [
            replace(known[node], id=number, level=str(k), parent=None if parent < 0 else parent)
            for number, (node, parent) in enumerate(zip(order, parents, strict=True))
        ]
    )
    below = [replace(topic, parent=int(number_of[np.argmax(owners[at] == topic.id)])) for topic in levels[at].topics]
    return Rows(
        (*levels[:at], Level(str(k), new), Level(levels[at].name, tuple(below)), *levels[at + 1 :]),
        tuple(_fixed(np.insert(table, at, of_finest[table[-1]], axis=0)) for table in rows.topics),
    )


def _named(rows: Rows) -> Rows:
    """Take the cuts of the tree out again."""
    at = [row for row, level in enumerate(rows.levels) if not NUMBER.fullmatch(level.name)]
    if len(at) == len(rows.levels):
        return rows
    kept = []
    for row in at:
        level = rows.levels[row]
        if row and row - 1 not in at:  # its parents are in a cut, whose parents are in the named level before
            grand = {topic.id: topic.parent for topic in rows.levels[row - 1].topics}
            topics = [
                replace(topic, parent=grand.get(-1 if topic.parent is None else topic.parent)) for topic in level.topics
            ]
            level = replace(level, topics=tuple(topics))
        kept.append(level)
    return Rows(tuple(kept), tuple(_fixed(table[at]) for table in rows.topics))


def _fixed(table: Ints) -> Ints:
    table.flags.writeable = False
    return table


def _owners(levels: Sequence[Level]) -> NDArray[np.int64]:
    """Return the id of the topic at each level that holds each topic of the finest, shape (levels, k); -1 for none."""
    owners = [np.array([topic.id for topic in levels[-1].topics], np.int64)]
    for level in reversed(levels[1:]):
        parents = {topic.id: LOOSE if topic.parent is None else topic.parent for topic in level.topics}
        owners.append(np.array([parents.get(owner, LOOSE) for owner in owners[-1].tolist()], np.int64))
    return np.stack(owners[::-1])


def _of_finest(levels: Sequence[Level], values: NDArray[Any]) -> Ints:
    """Return a table from the id of a finest topic to its value, given in the order of the topics; -1 gives -1."""
    table = np.full(max((topic.id for topic in levels[-1].topics), default=-1) + 2, LOOSE, np.int32)
    table[[topic.id for topic in levels[-1].topics]] = values
    return table


def _shown(merges: Ints, levels: Sequence[Level]) -> dict[int, Topic]:
    """Return the topic of every node that a named level shows; of several, that of the finest level."""
    shown: dict[int, Topic] = {}
    for level, owners in zip(levels, _owners(levels), strict=True):
        nodes = nodes_at(merges, len(levels[-1].topics), len(level.topics))
        known = {topic.id: topic for topic in level.topics}
        shown |= {int(node): known[int(owner)] for node, owner in zip(nodes, owners, strict=True)}
    return shown


def _distinct(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """Let no two topics have one name or one theme: topics of a theme go first, then the largest."""
    found = list(topics)
    names: set[str] = set()
    themes: set[str] = set()
    for topic in sorted(topics, key=lambda topic: (topic.theme is None, topic.id)):
        theme = None if topic.theme in themes else topic.theme
        name = next(name for name in _names(topic, len(topics)) if name.casefold() not in names)
        names.add(name.casefold())
        themes |= {theme} if theme else set()
        found[topic.id] = replace(topic, name=name, theme=theme)
    return tuple(found)


def _names(topic: Topic, most: int) -> Iterable[str]:
    """Yield the name of a topic, then others that say more, then numbered ones: more than ``most`` in all."""
    yield topic.name
    for keyword in topic.keywords:
        if keyword.term.casefold() not in topic.name.casefold():
            yield f"{topic.name} ({keyword.term})"
    for number in range(2, most + 2):
        yield f"{topic.name} ({number})"
