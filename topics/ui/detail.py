"""The switch between the levels of detail, the same on every page that has one."""

from __future__ import annotations

from functools import partial

from topics.hierarchy import NUMBER
from topics.model import TopicModel
from topics.ui import session, text
from topics.ui.state import moved
from topics.ui.switch import switch


def control(model: TopicModel) -> None:
    """Offer the named levels, and the number of topics that a link asked for.

    The topics that are looked at become those that hold most of their passages there.
    """
    names = [name for name in model.level_names if name == model.level or not NUMBER.fullmatch(name)]
    switch(text.LEVEL, names, "level", model.level, partial(_change, model), say=text.level)


def _change(model: TopicModel, level: str) -> None:
    session.go(moved(session.view(), model, level))
