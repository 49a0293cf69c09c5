"""A fitted model and the history of its edits -> the model as it is now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics import hierarchy
from topics.cluster.tree import merged
from topics.deferred import changed
from topics.history import Edit, History
from topics.history.effects import Effect, Numbered, Told
from topics.history.state import State, settled
from topics.model import TopicModel
from topics.nearest import unit
from topics.protocols import Bools
from topics.values import Level, Topic


def fitted(model: TopicModel) -> TopicModel:
    """Return a model without its edits, at its finest named level."""
    return named(model.fitted or model)


def named(model: TopicModel) -> TopicModel:
    """Return a model without a cut of its tree, at its finest level."""
    return model.at(next(name for name in reversed(model.level_names) if not hierarchy.NUMBER.fullmatch(name)))


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
    return _with(own, history, _after(state_of(own), edit.effects), edit.effects).at(model.level)


def revised(model: TopicModel, history: History) -> TopicModel:
    """Return a model with another history: as it was fitted, and then the edits of that history that are in force.

    Raises
    ------
    ValueError
        An edit does not fit the model; the message says which.
    """
    base = fitted(model)
    state, effects = state_of(base), list[Effect]()
    for edit in history.active:
        try:
            state = _after(state, edit.effects)
        except (ValueError, IndexError) as error:
            raise ValueError(f"edit {edit.number} ({edit.kind}) does not fit the model: {error}") from error
        effects += edit.effects
    own = changed(named(model), tree=base.tree)
    seen = _with(own, history, state, effects)
    return seen.at(model.level) if not hierarchy.NUMBER.fullmatch(model.level) else seen


def _after(state: State, effects: Sequence[Effect]) -> State:
    for effect in effects:
        state = effect.applied(state)
    return state


def _with(model: TopicModel, history: History, state: State, effects: Sequence[Effect]) -> TopicModel:
    levels, tree = settled(state, model.passages.languages, model.passages.language), model.tree
    if tree is not None and not all(isinstance(effect, Told | Numbered) for effect in effects):
        tree = grown_over(levels, state)
    elif tree is not None:
        finest = [topic.id for topic in fitted(model).levels[-1].topics]
        for effect in effects:
            if isinstance(effect, Numbered):
                own = effect.ids.get(state.names[-1], {})
                finest = [own.get(topic, topic) for topic in finest]
                tree = hierarchy.reseated(tree, np.argsort(np.argsort(finest)).astype(np.int32))
                finest = sorted(finest)
    return changed(
        model,
        levels=levels,
        all_labels=state.labels,
        rule=state.rule,
        tree=tree,
        history=history,
        fitted=fitted(model) if history.edits else None,
        _memo=model.memo.fresh(),
    )


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
