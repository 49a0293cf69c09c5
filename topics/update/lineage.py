"""Which topics of a new fit are those of the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from topics import compare
from topics.history import History
from topics.history.state import State
from topics.model import TopicModel
from topics.protocols import Bools, Ints
from topics.revision import revised, used

MOSTLY = 0.5
"""Share of all passages that two topics hold, of those that both models have, from which they are the same topic."""


@dataclass(frozen=True, eq=False, slots=True)
class Common:
    """The passages that two models have: the row of each in the one and in the other, shape (m,) each."""

    old: Ints
    new: Ints

    def held(self, state: State, level: str, topics: Sequence[int]) -> Bools:
        """Return which of them topics of the old model hold, shape (m,)."""
        return np.isin(state.labels[state.row(level)][self.old], topics)

    def now(self, passages: Ints) -> dict[int, int]:
        """Return where passages of the old model, by their rows, are in the new one: row -> row."""
        wanted = np.isin(self.old, passages)
        return dict(zip(self.old[wanted].tolist(), self.new[wanted].tolist(), strict=True))

    def alike(self, held: Bools, labels: Ints) -> dict[int, float]:
        """Return how much of what is held and of each new topic is in both: topic -> share (Jaccard), if above 0."""
        own = labels[self.new]
        found = {}
        for topic in np.unique(own[held & (own >= 0)]).tolist():
            inside = own == topic
            found[int(topic)] = float((inside & held).sum() / (inside | held).sum())
        return found

    def became(self, held: Bools, state: State, level: str) -> tuple[str, int] | None:
        """Return the new topic that holds most of what was held, at the same level if there is one; else ``None``."""
        others = [name for name in reversed(state.names) if name != level]
        for names in ([level] if level in state.names else [], others):
            best = max(
                ((share, name, topic) for name in names for topic, share in self._shares(held, state, name)),
                key=lambda one: (one[0], -names.index(one[1]), -one[2]),
                default=None,
            )
            if best is not None and best[0] >= MOSTLY:
                return best[1], best[2]
        return None

    def _shares(self, held: Bools, state: State, level: str) -> list[tuple[int, float]]:
        return list(self.alike(held, state.labels[state.row(level)]).items())


def common(before: TopicModel, after: TopicModel) -> Common:
    """Return the passages that two models have: of the same document and text."""
    rows = compare.common(before, after)
    return Common(rows[:, 0], rows[:, 1])


def numbered(before: TopicModel, after: TopicModel, shared: Common) -> dict[str, dict[int, int]]:
    """Return the id of each topic of a new fit: that of the old topic that it is, or one that was never used.

    It is an old one where :func:`topics.compare.diff` says that both are the same, or where it holds most of what that
    held. The old model is looked at as it was before its edits, and then as it is.
    """
    start = next((edit for edit in before.history.active if edit.kind == "refit"), None)
    first = revised(before, History(() if start is None else (start,)))
    highest = used(before)
    found: dict[str, dict[int, int]] = {}
    for level in after.levels:
        known: dict[int, int] = {}
        sides = (first, before) if before.history.active else (first,)
        for old in sides:
            if level.name in old.level_names and len(shared.old):
                _match(old.at(level.name), after.at(level.name), shared, known)
        following = highest.get(level.name, -1) + 1
        for topic in level.topics:
            if topic.id not in known:
                known[topic.id] = following
                following += 1
        found[level.name] = known
    return found


def _match(before: TopicModel, after: TopicModel, shared: Common, known: dict[int, int]) -> None:
    """Add the new topics that are old ones, new id -> old id; what is known stays."""
    same = {
        change.after[0]: change.before[0]
        for change in compare.diff(before, after).changes
        if change.kind == "same" and change.shared
    }
    for new, old in {**same, **_holding(before, after, shared, same)}.items():
        if new not in known and old not in known.values():
            known[new] = old


def _holding(before: TopicModel, after: TopicModel, shared: Common, same: Mapping[int, int]) -> dict[int, int]:
    """Return the new topics that hold most of what an old one held, new id -> old id."""
    own = before.labels[shared.old]
    pairs = [
        (share, old.id, new)
        for old in before.topics
        for new, share in shared.alike(own == old.id, after.labels).items()
        if share >= MOSTLY
    ]
    found: dict[int, int] = {}
    for _, old_id, new_id in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if new_id not in {*same, *found} and old_id not in {*same.values(), *found.values()}:
            found[new_id] = old_id
    return found
