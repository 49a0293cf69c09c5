"""What a session has on its Curate page, which no other session sees, and how it becomes a version that all see."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st

from topics import edit, store
from topics.deferred import changed
from topics.errors import ConflictError, ModelError, TopicsError
from topics.model import TopicModel
from topics.proposal import Preview, Proposal, back_at, preview, reverted, signed
from topics.suggest import Suggestion, suggestions
from topics.ui import catalog, session, told
from topics.ui.text import retold, say
from topics.values import LOOSE

FIRST_SHOWN = 10  # passages

_DESK = "_desk"


@dataclass(slots=True)
class Desk:
    """What is being done to a model in a session.

    Parameters
    ----------
    model
        The name of the model.
    round
        Part of the key of every field: a new one empties them all.
    asked
        The edit of which a preview is wanted.
    author
        Who signs.
    topic
        The topic whose passages are chosen from.
    came_for
        The passage that a link named last, by document and place.
    chosen
        The ids of the passages that are ticked.
    shown
        How many passages are listed.
    picked
        The topics that are picked in a field, by its key: they outlive the labels of a version.
    dismissed
        The suggestions that are not to be shown again.
    saved
        What this session saved last.
    notice
        What became of the last step: whether it was done, and a sentence.
    """

    model: str
    round: int = 0
    asked: Proposal | None = None
    author: str = ""
    topic: int | None = None
    came_for: tuple[str, int | None] | None = None
    chosen: dict[str, None] = field(default_factory=dict)
    shown: int = FIRST_SHOWN
    picked: dict[str, tuple[int, ...]] = field(default_factory=dict)
    dismissed: set[tuple[str, tuple[int, ...]]] = field(default_factory=set)
    saved: TopicModel | None = None
    notice: tuple[bool, str] | None = None
    _found: tuple[str, Proposal, Preview | str] | None = None
    _suggested: tuple[str, str, tuple[Suggestion, ...]] | None = None

    def key(self, name: str, topic: int | None = None) -> str:
        """Return the key of a field."""
        return f"{name}_{self.round}_{'' if topic is None else topic}"

    def preview_of(self, model: TopicModel, asked: Proposal) -> Preview | str:
        """Return what an edit would do to the version shown, or why it cannot be done, worked out once."""
        version = session.version()
        if self._found is None or self._found[:2] != (version, asked):
            self._found = (version, asked, _worked_out(model, asked))
        return self._found[2]

    def suggested_of(self, model: TopicModel) -> tuple[Suggestion, ...]:
        """Return what might be edited at the level of the version shown, worked out once."""
        version = session.version()
        if self._suggested is None or self._suggested[:2] != (version, model.level):
            self._suggested = (version, model.level, suggestions(model))
        return self._suggested[2]

    def cleared(self) -> None:
        """Take away what was filled in and chosen."""
        self.round += 1
        self.asked, self._found = None, None
        self.chosen.clear()


def of_session() -> Desk:
    """Return the desk of this session for the model that is shown; another model gets an empty one."""
    name = session.view().model
    kept: Desk | None = st.session_state.get(_DESK)
    if kept is None or kept.model != name:
        kept = st.session_state[_DESK] = Desk(name, author=kept.author if kept is not None else "")
    return kept


def apply(model: TopicModel, asked: Proposal, found: Preview) -> None:
    """Save an edit as the next version of its model; for callbacks. What was filled in stays where that fails."""
    own = of_session()
    if own.asked != asked:  # the second click of two
        return
    own.author = str(st.session_state.get("author", "")).strip()
    reason = str(st.session_state.get(own.key("reason"), ""))
    after = _saved(own, lambda: signed(model, found.model, author=own.author, reason=reason), "conflict")
    if after is None:
        return
    own.cleared()
    heir = next((change.after.id for change in found.changes if change.after.id in asked.topics), None)
    _stay(after.at(found.model.level), heir)


def step(model: TopicModel, kind: str) -> None:
    """Undo or redo; for callbacks."""
    own = of_session()
    make = edit.undo if kind == "undo" else edit.redo
    seen = _latest(own, model)
    after = _saved(own, lambda: make(seen, author=own.author), "conflict_step")
    if after is not None:
        _stay(after.at(model.level), None)


def revert(model: TopicModel, number: int) -> None:
    """Go back to a step; for callbacks."""
    own = of_session()
    seen = _latest(own, model)
    after = _saved(own, lambda: reverted(seen, number, author=own.author), "conflict_step")
    if after is not None:
        _stay(after.at(model.level), None)


def _worked_out(model: TopicModel, asked: Proposal) -> Preview | str:
    try:
        return preview(model, asked)
    except (ValueError, TopicsError) as error:
        return say("cannot_do", why=retold(str(error)))


def _saved(own: Desk, make: Callable[[], TopicModel], conflict: str) -> TopicModel | None:
    """Make the next version and save it, or say on the desk why not."""
    path = session.shelf().get(own.model)
    try:
        after = make()
        if path is None:
            raise ModelError(f"there is no saved model called {own.model!r} any more; fit it again")
        after = back_at(after, _home(path, after))
        path = session.own_place(own.model, path)
        after = _moved(after, path)
        store.save(after, path)
    except ConflictError:
        own.notice = (False, say(conflict))
        return None
    except (ValueError, TopicsError) as error:
        own.notice = (False, say("not_saved", why=retold(str(error))))
        return None
    session.publish(after, path)
    own.saved = after
    own.notice = (True, say("applied", what=told.edit(after.history.edits[-1])))
    return after


def _moved(model: TopicModel, path: Path) -> TopicModel:
    """Return a model of the demo as if it was opened where it is saved, in which somebody may have been quicker."""
    demo = catalog.demo()
    if demo is None or model.origin is None or model.origin[0] != os.path.realpath(demo):
        return model
    return changed(model, origin=(os.path.realpath(path), model.origin[1]))


def _latest(own: Desk, model: TopicModel) -> TopicModel:
    """Return the model that was seen, or what this session has made of it since: two quick clicks are two steps."""
    ours = own.saved
    if ours is None or ours.history.edits[: len(model.history.edits)] != model.history.edits:
        return model
    return ours.at(model.level)


def _home(path: Path, model: TopicModel) -> str:
    """Return the level at which the model on disk opens, whatever level was worked at."""
    try:
        return session.open_model(path).level
    except (TopicsError, OSError):  # saving will say what is wrong
        return model.level


def _stay(model: TopicModel, heir: int | None) -> None:
    """Stay with the topic that was worked on, or go to what became of it, or to none."""
    view, there = session.view(), {topic.id for topic in model.topics}
    topic = view.topic
    if topic is not None and topic != LOOSE and topic not in there:
        topic = heir if heir in there else None
    session.go(replace(view, topic=topic, document="", place=None))
