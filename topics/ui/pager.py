"""Pages of a long list, on the pages that show no map."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from topics.ui import session, text
from topics.ui.markup import esc, md


def part(total: int, size: int) -> slice:
    """Return which of the listed are on the view's page; for a page beyond the last, say so and give the last."""
    asked, last = session.view().sheet, _last(total, size)
    if asked > last:
        st.warning(md(text.say("no_such_sheet", number=text.number(asked), last=text.number(last))))
    at = min(asked, last)
    return slice((at - 1) * size, min(total, at * size))


def draw(total: int, size: int) -> None:
    """Offer the pages before and after, where there are several."""
    last = _last(total, size)
    if last < 2:
        return
    at = min(session.view().sheet, last)
    with st.container(key="pager", horizontal=True, vertical_alignment="center"):
        st.button(text.PREVIOUS, key="sheet_back", disabled=at == 1, on_click=_turn, args=(at - 1,))
        shown = text.showing((at - 1) * size + 1, min(total, at * size), total)
        st.html(f'<span class="quiet">{esc(shown)}</span>', width="content")
        st.button(text.NEXT, key="sheet_on", disabled=at == last, on_click=_turn, args=(at + 1,))


def _last(total: int, size: int) -> int:
    return max(1, -(-total // size))


def _turn(sheet: int) -> None:
    session.go(replace(session.view(), sheet=sheet))
