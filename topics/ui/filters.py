"""What metadata does on the explore page: it filters the passages and colours the map."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from topics.facets import Facet
from topics.ids import COLOURED
from topics.model import TopicModel
from topics.ui import palette, session, text
from topics.ui.markup import esc, md
from topics.ui.state import ViewState


def controls(model: TopicModel, view: ViewState) -> None:
    """Offer the values of each column to choose from, and the columns to colour the map by."""
    known = model.memo.facets
    if not known:
        return
    session.sync("colour", view.colour)
    for place, facet in enumerate(known):
        session.sync(_key(place), _chosen(view, facet))
    with st.popover(text.FILTER, icon=":material/filter_list:"):
        for place, facet in enumerate(known):
            st.multiselect(
                md(text.column(facet.name)),
                facet.values,
                key=_key(place),
                format_func=partial(_told, facet),
                on_change=_change,
                args=(known,),
                placeholder=text.ANY_VALUE,
            )
        st.selectbox(
            text.COLOUR_BY,
            ["", *(facet.name for facet in known)],
            key="colour",
            format_func=lambda name: text.column(name) if name else text.TOPICS,
            on_change=_recolour,
        )


def chips(view: ViewState) -> list[tuple[str, str, ViewState]]:
    """Return a key, a label and the view without it for each column that is filtered by."""
    found = []
    for place, name in enumerate(dict.fromkeys(name for name, _ in view.where)):
        values = ", ".join(value for own, value in view.where if own == name)
        without = tuple(pair for pair in view.where if pair[0] != name)
        found.append((f"where_{place}", text.chip(text.column(name), values), replace(view, where=without, page=1)))
    return found


def coloured(model: TopicModel, view: ViewState) -> Facet | None:
    """Return the column that the map is coloured by, or None for topics."""
    return next((facet for facet in model.memo.facets if facet.name == view.colour), None)


def legend(facet: Facet) -> str:
    """Return which colour stands for which value, as HTML."""
    shown = list(zip(facet.values, facet.counts, strict=True))[:COLOURED]
    others = sum(facet.counts[COLOURED:]) + int((facet.codes < 0).sum())
    entries = [
        (palette.css_class(place), f"{_name(facet, value)} {text.number(n)}") for place, (value, n) in enumerate(shown)
    ]
    entries += [(palette.css_class(COLOURED), f"{text.OTHERS} {text.number(others)}")] if others else []
    items = "".join(f'<span class="{css}"><span class="dot"></span>{esc(told)}</span>' for css, told in entries)
    return f'<p class="hint legend">{items}</p>'


def _key(place: int) -> str:
    return f"where_{place}"


def _chosen(view: ViewState, facet: Facet) -> list[str]:
    return [value for value in facet.values if (facet.name, value) in view.where]


def _told(facet: Facet, value: str) -> str:
    return f"{_name(facet, value)} ({text.number(facet.counts[facet.values.index(value)])})"


def _name(facet: Facet, value: str) -> str:
    return text.language(value) if facet.name == "language" else value


def _change(known: tuple[Facet, ...]) -> None:
    where = tuple((facet.name, value) for place, facet in enumerate(known) for value in st.session_state[_key(place)])
    session.go(replace(session.view(), where=where, page=1))


def _recolour() -> None:
    session.go(replace(session.view(), colour=st.session_state["colour"]))
