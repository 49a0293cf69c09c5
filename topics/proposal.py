"""An edit before it is made: what is asked for as one value, what it would do, and the same edit signed.

::

    asked = Proposal("merge", model.level, topics=(0, 3))
    found = preview(model, asked)                           # found.model is the model with the edit; nothing is saved
    model = signed(model, found.model, author="Ann", reason="the same thing twice")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Unpack, get_args

import numpy as np

from topics import edit
from topics.deferred import changed
from topics.edit import By
from topics.model import TopicModel
from topics.revision import revised
from topics.values import LOOSE, Topic

__all__ = ["ACTS", "Act", "Change", "Preview", "Proposal", "back_at", "preview", "reverted", "signed"]

Act = Literal["rename", "keywords", "merge", "split", "move", "pin", "junk", "restore"]
ACTS: tuple[Act, ...] = get_args(Act)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edit that is asked for.

    Parameters
    ----------
    act
        What to do; see :mod:`topics.edit`.
    level
        The level at which it is done.
    topics
        The ids of the topics that it is about: of a merge all of them, otherwise one, or none.
    passages
        The ids of the passages that it is about, if it is about passages.
    name
        The new name.
    terms
        The new keywords, or the phrases by which to split.
    parts
        Into how many to split; 0 where phrases say that.
    """

    act: Act
    level: str
    topics: tuple[int, ...] = ()
    passages: tuple[str, ...] = ()
    name: str = ""
    terms: tuple[str, ...] = ()
    parts: int = 0

    def made(self, model: TopicModel, **by: Unpack[By]) -> TopicModel:
        """Return a model with the edit, seen at its level.

        Raises
        ------
        ValueError
            The model does not have what the edit is about, or it cannot be made.
        EncoderError
            It needs the encoder that the model was made with, which is not to be had.
        """
        return _MAKING[self.act](model.at(self.level), self, by)

    @property
    def topic(self) -> int:
        """The topic that it is about.

        Raises
        ------
        ValueError
            It is about none.
        """
        if not self.topics:
            raise ValueError(f"no topic is given to {self.act}; name one")
        return self.topics[0]


@dataclass(frozen=True, eq=False, slots=True)
class Change:
    """A topic that an edit makes or changes: as it will be, as it was if it was there, and a passage at its heart."""

    after: Topic
    before: Topic | None
    row: int | None


@dataclass(frozen=True, eq=False, slots=True)
class Preview:
    """What an edit would do at its level.

    Parameters
    ----------
    model
        The model with the edit. Nothing is saved.
    changes
        The topics that are made or changed, largest first.
    gone
        The topics that are no longer there.
    moved
        How many passages are in another topic, or in none, or no longer in none.
    """

    model: TopicModel
    changes: tuple[Change, ...]
    gone: tuple[Topic, ...]
    moved: int


def preview(model: TopicModel, proposal: Proposal) -> Preview:
    """Return what an edit would do.

    Raises
    ------
    ValueError
        The model does not have what the edit is about, or it cannot be made.
    EncoderError
        It needs the encoder that the model was made with, which is not to be had.
    """
    before = model.at(proposal.level)
    after = proposal.made(before)
    known, now = {topic.id: topic for topic in before.topics}, {topic.id for topic in after.topics}
    moved = before.labels != after.labels
    touched = set(np.unique(np.concatenate([before.labels[moved], after.labels[moved]])).tolist())
    changes = tuple(
        Change(topic, known.get(topic.id), int(after.typical(topic.id, 1)[0]) if topic.size else None)
        for topic in after.topics
        if topic.id in touched or topic.id not in known or _said(topic) != _said(known[topic.id])
    )
    gone = tuple(topic for topic in before.topics if topic.id not in now)
    return Preview(after, changes, gone, int(moved.sum()))


def signed(before: TopicModel, after: TopicModel, **by: Unpack[By]) -> TopicModel:
    """Return a model whose last edit, the first since ``before``, has another author, reason and time.

    Raises
    ------
    ValueError
        The author, the reason or the time is none, or ``after`` is not one edit further.
    """
    if len(after.history.edits) != len(before.history.edits) + 1:
        raise ValueError("only the next edit of a model can be signed")
    last = after.history.edits[-1]
    own = edit.entry(before.at(last.level), last.kind, last.asked, last.effects, by)
    return changed(after, history=before.history.with_(own))


def reverted(model: TopicModel, number: int, **by: Unpack[By]) -> TopicModel:
    """Return a model as it was after an edit, with the later ones undone, each of which can be done again.

    Parameters
    ----------
    number
        The number of an edit that is in force; 0 undoes all that can be undone.

    Raises
    ------
    ValueError
        There is no such edit in force, or what came after it is not to be undone, or there is nothing to undo.
    """
    if number and number not in {one.number for one in model.history.active}:
        raise ValueError(f"edit {number} is not in force; choose one that is")
    history = model.history
    while history.last is not None and history.last.number > number:
        known = changed(model, history=history)
        history = history.with_(edit.entry(known, "undo", {"edit": history.last.number}, (), by))
    left = [one.number for one in history.active if one.number > number and number]
    if left or history is model.history:
        what = f"edit {left[-1]} cannot be undone" if left else "there is no edit to undo"
        raise ValueError(f"{what}; the model stays as it is")
    return revised(model, history)


def back_at(model: TopicModel, level: str) -> TopicModel:
    """Return a model at the level that it was at, a cut of its tree as far as it still has so many topics."""
    try:
        return model.at(level)
    except ValueError:
        return model


def _said(topic: Topic) -> tuple[object, ...]:
    return topic.name, topic.keywords, topic.size, topic.junk


def _merge(model: TopicModel, asked: Proposal, by: By) -> TopicModel:
    return edit.merge(model, asked.topics, **by)


def _split(model: TopicModel, asked: Proposal, by: By) -> TopicModel:
    if asked.parts:
        return edit.split(model, asked.topic, k=asked.parts, **by)
    return edit.split(model, asked.topic, phrases=asked.terms, **by)


def _junk(model: TopicModel, asked: Proposal, by: By) -> TopicModel:
    if asked.passages:
        return edit.junk(model, passages=asked.passages, **by)
    return edit.junk(model, asked.topic, **by)


def _move(model: TopicModel, asked: Proposal, by: By) -> TopicModel:
    if asked.topic == LOOSE:
        raise ValueError("passages cannot be moved to no topic; mark them as junk instead")
    return edit.move(model, asked.passages, asked.topic, **by)


_MAKING: Mapping[Act, Callable[[TopicModel, Proposal, By], TopicModel]] = {
    "rename": lambda model, asked, by: edit.rename(model, asked.topic, asked.name, **by),
    "keywords": lambda model, asked, by: edit.keywords(model, asked.topic, asked.terms, **by),
    "merge": _merge,
    "split": _split,
    "move": _move,
    "pin": lambda model, asked, by: edit.pin(model, asked.passages, **by),
    "junk": _junk,
    "restore": lambda model, asked, by: edit.restore(model, asked.topic, **by),
}
