"""The switch between the levels of detail, the same on every page that has one."""

from __future__ import annotations

import streamlit as st

from topics.hierarchy import NUMBER
from topics.model import TopicModel
from topics.ui import session, text
from topics.ui.markup import md
from topics.ui.state import moved


def control(model: TopicModel) -> None:
    """Offer the named levels; the topics that are looked at become those that hold most of their passages there."""
    names = [name for name in model.level_names if not NUMBER.fullmatch(name)]
    if model.level in names:
        session.sync("level", model.level)
    st.segmented_control(
        text.LEVEL,
        names,
        key="level",
        required=model.level in names,
        format_func=lambda name: md(text.level(name)),
        on_change=_change,
        args=(model,),
        label_visibility="collapsed",
    )


def _change(model: TopicModel) -> None:
    session.go(moved(session.view(), model, session.chosen("level", model.level)))
