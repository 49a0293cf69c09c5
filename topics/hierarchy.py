"""A tree over the topics of the finest level: cut it anywhere, and there is a level with that many topics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Bools, Ints
from topics.values import Level, Topic

NUMBER = re.compile(r"[1-9][0-9]{0,8}")
"""The name of a level that is a cut of the tree: its number of topics."""


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
class Cut:
    """A model's levels with one more among them.

    Parameters
    ----------
    levels
        All levels, coarsest first; the topics of the level after the new one have their parents in it.
    row
        Which of them is new.
    of_finest
        The topic there of each topic of the finest level, shape (k,).
    """

    levels: tuple[Level, ...]
    row: int
    of_finest: Ints


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


def unshown(merges: Ints, leaves: int, counts: Iterable[int]) -> list[int]:
    """Return the nodes that no level with one of these numbers of topics shows, ascending."""
    shown = {int(node) for k in counts for node in nodes_at(merges, leaves, k)}
    return [node for node in range(leaves, leaves + len(merges)) if node not in shown]


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
    if merges.shape != (max(leaves - 1, 0), 2):
        raise ValueError(f"merges has shape {merges.shape}, but {leaves} topics make one in {max(leaves - 1, 0)} merges")
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
    if [topic.id for topic in topics] != unshown(merges, leaves, [len(level.topics) for level in levels]):
        raise ValueError("its topics are not the nodes that no level shows")
    held = members(merges, leaves)
    for topic in topics:
        size = sum(finest.size for finest, inside in zip(levels[-1].topics, held[topic.id - leaves], strict=True) if inside)
        if topic.size != size:
            raise ValueError(f"node {topic.id} says {topic.size} passages, not {size}")


def cut(levels: Sequence[Level], tree: Tree, k: int) -> Cut:
    """Add the level that has ``k`` topics, a number that no named level has, to a model's named levels.

    Parameters
    ----------
    levels
        The named levels, coarsest first.
    tree
        The tree over the topics of the last of them.
    k
        From 1 to the number of topics of the last level.
    """
    name, leaves = str(k), len(levels[-1].topics)
    nodes = nodes_at(tree.merges, leaves, k)
    known = _known(levels, tree)
    sizes = {node: sum(levels[-1].topics[leaf].size for leaf in np.flatnonzero(nodes == node)) for node in set(nodes)}
    order = sorted(sizes, key=lambda node: (-sizes[node], int(np.argmax(nodes == node))))
    place = {node: number for number, node in enumerate(order)}
    of_finest = np.array([place[node] for node in nodes], np.int32)
    row = sum(len(level.topics) < k for level in levels)
    owners = _owners(levels)
    above = owners[row - 1] if row else None
    topics = [
        replace(
            known[int(node)],
            id=number,
            level=name,
            parent=None if above is None or (own := int(above[int(np.argmax(nodes == node))])) < 0 else own,
        )
        for number, node in enumerate(order)
    ]
    below = [replace(topic, parent=int(of_finest[np.argmax(owners[row] == topic.id)])) for topic in levels[row].topics]
    new = (Level(name, _distinct(topics)), replace(levels[row], topics=tuple(below)))
    return Cut((*levels[:row], *new, *levels[row + 1 :]), row, of_finest)


def named(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Return the levels without those that are a cut of the tree: what they were before :func:`cut`."""
    kept: list[Level] = []
    passed: Level | None = None  # the cut between the last level kept and the next
    for level in levels:
        if NUMBER.fullmatch(level.name):
            passed = level
            continue
        if passed is not None:
            grand = [topic.parent for topic in passed.topics]
            level = replace(
                level,
                topics=tuple(
                    replace(topic, parent=None if topic.parent is None else grand[topic.parent])
                    for topic in level.topics
                ),
            )
        passed = None
        kept.append(level)
    return tuple(kept)


def _owners(levels: Sequence[Level]) -> NDArray[np.int64]:
    """Return the topic at each level that holds each topic of the finest, shape (levels, k); -1 for none."""
    owners = [np.arange(len(levels[-1].topics))]
    for level in reversed(levels[1:]):
        parents = np.array([-1 if topic.parent is None else topic.parent for topic in level.topics] + [-1])
        owners.append(parents[owners[-1]])
    return np.stack(owners[::-1])


def _known(levels: Sequence[Level], tree: Tree) -> dict[int, Topic]:
    """Return what is known of every node; of levels that show the same node, the finest tells."""
    leaves = len(levels[-1].topics)
    known = {topic.id: topic for topic in tree.topics}
    for level, owners in zip(levels, _owners(levels), strict=True):
        nodes = nodes_at(tree.merges, leaves, len(level.topics))
        known |= {int(node): level.topics[int(owner)] for node, owner in zip(nodes, owners, strict=True)}
    return known


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
