"""What metadata does on the explore page: it filters the passages and colours the map."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from topics.facets import Facet
from topics.ids import COLOURED
from topics.model import TopicModel
from topics.shades import NONE, Shade
from topics.ui import colouring, palette, session, text
from topics.ui.markup import esc, md
from topics.ui.state import ViewState


def controls(model: TopicModel, view: ViewState) -> None:
    """Offer the values of each column to choose from, and the columns to colour the map by."""
    known = model.memo.facets
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
            ["", *colouring.choices(model)],
            key="colour",
            format_func=partial(_named, model),
            on_change=_recolour,
        )


def chips(view: ViewState) -> list[tuple[str, str, ViewState]]:
    """Return a key, a label and the view without it for each column that is filtered by."""
    found = []
    for place, name in enumerate(dict.fromkeys(name for name, _ in view.where)):
        values = ", ".join(_name(name, value) for own, value in view.where if own == name)
        without = tuple(pair for pair in view.where if pair[0] != name)
        found.append((f"where_{place}", text.chip(text.column(name), values), replace(view, where=without, page=1)))
    return found


def coloured(model: TopicModel, view: ViewState) -> Facet | Shade | None:
    """Return what the map is coloured by, or None for topics."""
    return colouring.source(model, view.colour)


def legend(source: Facet | Shade, by: str) -> str:
    """Return which colour stands for which value, as HTML.

    Parameters
    ----------
    source
        What the map is coloured by.
    by
        Its name, of :func:`topics.ui.colouring.choices`.
    """
    return _values(source) if isinstance(source, Facet) else _scale(source, by)


def _scale(shade: Shade, by: str) -> str:
    low, high = shade.low, shade.high
    if by == colouring.CONFIDENCE:
        low, high = text.percent(float(low)), text.percent(float(high))
    low = text.say("scale_before", low=low) if shade.beyond[0] else low
    high = text.say("scale_after", high=high) if shade.beyond[1] else high
    without = int((shade.codes == NONE).sum())
    rest = ""
    if without:
        said = text.WITHOUT_TOPIC if by == colouring.CONFIDENCE else text.WITHOUT_DATE
        dot = f'<span class="{palette.css_class(COLOURED)}"><span class="dot"></span>'
        rest = f"{dot}{esc(said)} {esc(text.number(without))}</span>"
    bar = f'<i class="scale" style="background:{palette.shade_css()}"></i>'
    return f'<p class="hint legend"><span>{esc(_built_in(by))}</span><span>{esc(low)}{bar}{esc(high)}</span>{rest}</p>'


def _built_in(by: str) -> str:
    return text.CONFIDENCE if by == colouring.CONFIDENCE else text.TIME


def _named(model: TopicModel, by: str) -> str:
    if not by:
        return text.TOPICS
    return md(text.column(colouring.column(model, by)) or _built_in(by))


def _values(facet: Facet) -> str:
    shown = list(zip(facet.values, facet.counts, strict=True))[:COLOURED]
    others = sum(facet.counts[COLOURED:]) + int((facet.codes < 0).sum())
    entries = [
        (palette.css_class(place), f"{_name(facet.name, value)} {text.number(n)}")
        for place, (value, n) in enumerate(shown)
    ]
    entries += [(palette.css_class(COLOURED), f"{text.OTHERS} {text.number(others)}")] if others else []
    items = "".join(f'<span class="{css}"><span class="dot"></span>{esc(told)}</span>' for css, told in entries)
    return f'<p class="hint legend">{items}</p>'


def _key(place: int) -> str:
    return f"where_{place}"


def _chosen(view: ViewState, facet: Facet) -> list[str]:
    return [value for value in facet.values if (facet.name, value) in view.where]


def _told(facet: Facet, value: str) -> str:
    return f"{_name(facet.name, value)} ({text.number(facet.counts[facet.values.index(value)])})"


def _name(column: str, value: str) -> str:
    return text.language(value) if column == "language" else value


def _change(known: tuple[Facet, ...]) -> None:
    where = tuple((facet.name, value) for place, facet in enumerate(known) for value in st.session_state[_key(place)])
    session.go(replace(session.view(), where=where, page=1))


def _recolour() -> None:
    session.go(replace(session.view(), colour=st.session_state["colour"]))
