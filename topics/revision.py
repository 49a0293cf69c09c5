"""A fitted model and the history of its edits -> the model as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from topics import hierarchy
from topics.cluster.tree import merged
from topics.deferred import Later, changed, given
from topics.history import Edit, History
from topics.history.effects import Numbered, Told
from topics.history.state import State, settled
from topics.model import TopicModel
from topics.nearest import unit
from topics.protocols import Bools
from topics.values import Level, Topic


def fitted(model: TopicModel) -> TopicModel:
    """Return a model without its edits, at its finest named level."""
    own, base = named(model), model.fitted
    if base is None:
        return own
    return changed(
        own,
        levels=base.levels,
        all_labels=base.all_labels,
        rule=base.rule,
        tree=given(base, "tree"),
        history=History(),
        fitted=None,
        _memo=base.memo,
    )


def named(model: TopicModel) -> TopicModel:
    """Return a model without a cut of its tree, at its finest level."""
    return model.at(next(name for name in reversed(model.level_names) if not hierarchy.NUMBER.fullmatch(name)))


def used(model: TopicModel) -> dict[str, int]:
    """Return the highest id that was ever given at each level of a model, -1 where there is none."""
    return {
        level.name: max(max((topic.id for topic in level.topics), default=-1), model.history.highest(level.name))
        for level in fitted(model).levels
    }


def state_of(model: TopicModel) -> State:
    """Return what edits of a model would change, as it is now."""
    model = named(model)
    topics = {level.name: {topic.id: topic for topic in level.topics} for level in model.levels}
    return State(model.level_names, topics, model.all_labels, model.rule)


def edited(model: TopicModel, edit: Edit) -> TopicModel:
    """Return a model with one more edit at the end of its history.

    Raises
    ------
    ValueError
        The edit does not fit.
    """
    history = model.history.with_(edit)
    if edit.kind in ("undo", "redo"):
        return revised(model, history)
    own = named(model)
    return _seen_as(_with(own, history, _after(state_of(own), edit)), model.level)


def revised(model: TopicModel, history: History) -> TopicModel:
    """Return a model with another history: as it was fitted, and then the edits of that history that are in force.

    Raises
    ------
    ValueError
        An edit does not fit the model; the message says which.
    """
    base = fitted(model)
    for edit in history.edits:
        if edit.level not in base.level_names:
            raise ValueError(f"edit {edit.number} ({edit.kind}) is of level {edit.level[:40]!r}, which is not there")
    state = state_of(base)
    for edit in history.active:
        state = _after(state, edit)
    return _seen_as(_with(base, history, state), model.level)


def _after(state: State, edit: Edit) -> State:
    try:
        for effect in edit.effects:
            state = effect.applied(state)
    except ValueError as error:
        raise ValueError(f"edit {edit.number} ({edit.kind}) does not fit the model: {error}") from error
    return state


def _with(model: TopicModel, history: History, state: State) -> TopicModel:
    """Return a model as edits left it; what it says follows from the fit, the edits in force and their order alone."""
    base = fitted(model)
    active = [effect for edit in history.active for effect in edit.effects]
    levels = settled(state, model.passages.languages, model.passages.language) if active else base.levels
    tree = given(base, "tree")
    if isinstance(tree, hierarchy.Tree) and all(isinstance(effect, Told | Numbered) for effect in active):
        numbered = [effect for effect in active if isinstance(effect, Numbered)]
        if numbered:
            tree = _renumbered(tree, numbered, base.levels[-1])
        else:
            tree = hierarchy.Tree(tree.merges, _told_alike(tree.topics, base.levels, levels))
    elif tree is not None:
        tree = Later(partial(grown_over, levels, state))  # of thousands of topics it takes a while
    return changed(
        model,
        levels=levels,
        all_labels=state.labels,
        rule=state.rule,
        tree=tree,
        history=history,
        fitted=base if history.edits else None,
        _memo=model.memo.fresh(),
    )


def _renumbered(tree: hierarchy.Tree, numbered: Sequence[Numbered], finest: Level) -> hierarchy.Tree:
    """Return a tree whose leaves stand in the order of the ids that the topics of the finest level have got."""
    ids = [topic.id for topic in finest.topics]
    for effect in numbered:
        own = effect.ids.get(finest.name, {})
        ids = [own.get(topic, topic) for topic in ids]
        tree = hierarchy.reseated(tree, np.argsort(np.argsort(ids)).astype(np.int32))
        ids = sorted(ids)
    return tree


def _seen_as(model: TopicModel, level: str) -> TopicModel:
    """Return a model at a level; as it may have fewer topics than a cut of its tree had, with as many as it can."""
    if hierarchy.NUMBER.fullmatch(level):
        return model.at(min(int(level), len(model.levels[-1].topics)))
    return model.at(level)


def _told_alike(between: Sequence[Topic], before: Sequence[Level], after: Sequence[Level]) -> tuple[Topic, ...]:
    """Return the nodes of a tree, where those that are only a larger form of a topic say of themselves what it does."""
    told = {}
    for level, seen in zip(before, after, strict=True):
        known = {topic.id: topic for topic in level.topics}
        for new in seen.topics:
            old = known[new.id]
            if (old.name, old.keywords, old.junk) != (new.name, new.keywords, new.junk):
                told[old.name, old.keywords] = new
    found = []
    for node in between:
        like = told.get((node.name, node.keywords), node)
        found.append(replace(node, name=like.name, keywords=like.keywords, junk=like.junk))
    return tuple(found)


def grown_over(levels: Sequence[Level], state: State) -> hierarchy.Tree | None:
    """Return a tree over the topics of edited levels: the nearest join first, by what stands for them in the rule.

    Each node between bears the name of the largest topic in it.
    """
    finest = levels[-1].topics
    if len(finest) > hierarchy.MOST:
        return None
    place = [{topic.id: number for number, topic in enumerate(level.topics)} for level in levels]
    chains = [state.chain(levels[-1].name, topic.id) for topic in finest]
    cuts = np.array([[place[row][int(topic)] for row, topic in enumerate(chain)] for chain in chains], np.int32)
    hearts = _hearts(state, [topic.id for topic in finest])
    merges = merged(cuts.T.reshape(len(levels), -1), np.round(1.0 - hearts @ hearts.T, 6))
    leaves = len(finest)
    held = hierarchy.members(merges, leaves)
    largest = {
        node: int(max(merges[node - leaves].tolist(), key=lambda part: (_size(part, finest, held), -part)))
        for node in hierarchy.unshown(merges, levels)
    }
    return hierarchy.planted(merges, levels, {}, largest, np.full(len(merges), np.nan, np.float32))


def _size(node: int, finest: Sequence[Topic], held: Bools) -> int:
    if node < len(finest):
        return finest[node].size
    return sum(topic.size for topic, inside in zip(finest, held[node - len(finest)], strict=True) if inside)


def _hearts(state: State, ids: Sequence[int]) -> NDArray[np.float64]:
    """Return a unit vector for each topic of the finest level: the mean of its columns, or of its pins."""
    columns, own = state.rule.hearts, state.rule.topics[-1]
    usable = ~state.rule.gone
    pins = state.rule.pins
    found = np.zeros((len(ids), columns.shape[1]), np.float64)
    for number, topic in enumerate(ids):
        rows = np.flatnonzero((own == topic) & usable)
        if len(rows):
            found[number] = columns[rows].mean(axis=0)
        elif pins is not None:
            found[number] = pins.vectors[pins.topics[-1] == topic].mean(axis=0)
    return unit(found)
