"""A row of choices of which one always holds, the same on every page that has one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from topics.ui import session
from topics.ui.markup import md

T = TypeVar("T", bound=str)


def switch(
    label: str,
    options: Sequence[T],
    key: str,
    now: T,
    change: Callable[[T], None],
    *,
    say: Callable[[T], str],
    is_labelled: bool = False,
) -> None:
    """Offer options, of which ``now`` is chosen, and call ``change`` with another one that is.

    Parameters
    ----------
    label
        What is chosen, for screen readers; for all where ``is_labelled``.
    key
        The name of the widget.
    say
        Gives an option in words.
    """
    if now in options:
        session.sync(key, now)
    st.segmented_control(
        label,
        options,
        key=key,
        required=now in options,
        format_func=lambda option: md(say(option)),
        on_change=_turned,
        args=(key, change),
        label_visibility="visible" if is_labelled else "collapsed",
    )


def _turned(key: str, change: Callable[[T], None]) -> None:
    """Pass on what was chosen; the browser may say nothing for a moment while it draws the switch anew."""
    chosen: T | None = st.session_state[key]
    if chosen is not None:
        change(chosen)
