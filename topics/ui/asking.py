"""The box that searches the passages, and how it searches."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from topics.ui import session, text
from topics.ui.state import SEARCH_BY, ViewState


def box(
    view: ViewState,
    *,
    words: str,
    way: str,
    on_words: Callable[[], None],
    on_way: Callable[[], None],
    most: int | None = None,
) -> None:
    """Draw the box and the choice beside it, as the view has them; they stand in the session under two keys.

    Parameters
    ----------
    view
        What is searched for, and how.
    words, way
        The keys of the two.
    on_words, on_way
        Called when one changes.
    most
        How many characters may be typed.
    """
    session.sync(words, view.query)
    session.sync(way, view.by)
    st.text_input(
        text.SEARCH,
        key=words,
        type="search",
        placeholder=text.SEARCH_HINT,
        on_change=on_words,
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=most,
    )
    st.segmented_control(
        text.SEARCH_BY_LABEL,
        SEARCH_BY,
        key=way,
        required=True,
        format_func=text.search_by,
        on_change=on_way,
        label_visibility="collapsed",
    )
