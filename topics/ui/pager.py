"""Pages of a long list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import streamlit as st

from topics.ui import session, text
from topics.ui.markup import esc, md

Field = Literal["sheet", "page"]
"""What of the view says which page it is: ``"page"`` for the passages beside the map, ``"sheet"`` for other lists."""

_BEYOND: dict[Field, str] = {"sheet": "no_such_sheet", "page": "no_such_page"}


def part(total: int, size: int, field: Field = "sheet") -> slice:
    """Return which of the listed are on the view's page; for a page beyond the last, say so and give the last."""
    asked, last = _asked(field), _last(total, size)
    if asked > last:
        st.warning(md(text.say(_BEYOND[field], number=text.number(asked), last=text.number(last))))
    at = min(asked, last)
    return slice((at - 1) * size, min(total, at * size))


def draw(total: int, size: int, field: Field = "sheet") -> None:
    """Offer the pages before and after, where there are several."""
    last = _last(total, size)
    if last < 2:
        return
    at = min(_asked(field), last)
    with st.container(key="pager", horizontal=True, vertical_alignment="center"):
        st.button(text.PREVIOUS, key=f"{field}_back", disabled=at == 1, on_click=_turn, args=(field, at - 1))
        shown = text.showing((at - 1) * size + 1, min(total, at * size), total)
        st.html(f'<span class="quiet">{esc(shown)}</span>', width="content")
        st.button(text.NEXT, key=f"{field}_on", disabled=at == last, on_click=_turn, args=(field, at + 1))


def _last(total: int, size: int) -> int:
    return max(1, -(-total // size))


def _asked(field: Field) -> int:
    view = session.view()
    return view.sheet if field == "sheet" else view.page


def _turn(field: Field, number: int) -> None:
    change: dict[str, Any] = {field: number}
    session.go(replace(session.view(), **change))
