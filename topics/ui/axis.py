"""Axis: where passages and documents stand between two poles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from topics import contrast
from topics.errors import EncoderError
from topics.model import TopicModel
from topics.present import ordered
from topics.protocols import Ints
from topics.themes.axis import Axis
from topics.ui import links, places, quotes, session, strip, text
from topics.ui.markup import esc, md
from topics.ui.state import BY_DOCUMENT, ViewState
from topics.values import Theme

_ROWS = 30  # rows of dots, and documents, that are drawn
_KEPT = "_axis"  # the last axis: other rows of it need no measuring


def render(model: TopicModel) -> None:
    """Draw the page."""
    view = session.view()
    known = contrast.contrasts(model)
    with st.container(key="axis"):
        quotes.heading(text.AXIS_TITLE, text.AXIS_LEAD)
        left, right = _asked(view, known)
        if known:
            _contrasts(known, (left, right))
        _poles(model, left, right)
        if not left and not right:
            st.html(f'<p class="quiet">{esc(text.AXIS_NOTHING_ASKED)}</p>')
        elif not left or not right:
            st.warning(text.AXIS_ONE_POLE)
        elif (axis := _placed(model, left, right)) is not None:
            _show(model, axis)


def _asked(view: ViewState, known: Sequence[Theme]) -> tuple[str, str]:
    """Return the poles that the view asks for; those of the first contrast where it asks for none."""
    if view.left or view.right or not known:
        return view.left, view.right
    first, second = known[0].poles
    return contrast.written(first), contrast.written(second)


def _contrasts(known: Sequence[Theme], asked: tuple[str, str]) -> None:
    with st.container(key="contrasts", horizontal=True, gap="small"):
        for at, theme in enumerate(known):
            poles = contrast.written(theme.poles[0]), contrast.written(theme.poles[1])
            st.button(
                md(theme.name),
                key=f"contrast_{at}",
                type="primary" if poles == asked else "secondary",
                on_click=_ask,
                args=poles,
            )


def _ask(left: str, right: str) -> None:
    session.go(replace(session.view(), left=left, right=right))


def _poles(model: TopicModel, left: str, right: str) -> None:
    columns = st.columns(2, gap="medium")
    labels = {"left": text.AXIS_LEFT, "right": text.AXIS_RIGHT}
    for column, (side, told) in zip(columns, (("left", left), ("right", right)), strict=True):
        session.sync(f"pole_{side}", told)
        session.sync(session.keyed(f"pole_topic_{side}"), told if told in _topics(model) else "")
        with column:
            st.text_input(
                labels[side], key=f"pole_{side}", help=text.AXIS_POLE_HELP, on_change=_retell, args=(left, right)
            )
            st.selectbox(
                text.say("axis_or_topic", side=labels[side].lower()),
                ["", *_topics(model)],
                key=session.keyed(f"pole_topic_{side}"),
                format_func=lambda told: _topics(model).get(told, text.AXIS_OR_TOPIC_NONE),
                on_change=_choose_topic,
                args=(side, left, right),
                label_visibility="collapsed",
            )


def _topics(model: TopicModel) -> dict[str, str]:
    return {f"topic:{topic.id}": topic.name for topic in model.topics}


def _retell(left: str, right: str) -> None:
    told = [" ".join(st.session_state[f"pole_{side}"].split()) for side in ("left", "right")]
    if told != [left, right]:
        _ask(*told)


def _choose_topic(side: str, left: str, right: str) -> None:
    told = st.session_state[session.keyed(f"pole_topic_{side}")]
    _ask(*((told, right) if side == "left" else (left, told)))


def _placed(model: TopicModel, left: str, right: str) -> Axis | None:
    """Return the axis, or say why there is none."""
    if left.casefold() == right.casefold():
        st.warning(text.AXIS_SAME)
        return None
    asked = (model.memo, model.level, left, right)
    if (kept := st.session_state.get(_KEPT)) is not None and kept[0] == asked:
        axis: Axis = kept[1]
        return axis
    try:
        with st.spinner(text.AXIS_MEASURING):
            axis = model.axis(contrast.parts_of(left), contrast.parts_of(right))
    except EncoderError as error:
        st.warning(md(text.retold(str(error))))
    except ValueError as error:  # what was asked for makes no axis, and says why
        st.warning(md(text.say("axis_refused", why=text.retold(str(error)))))
    else:
        st.session_state[_KEPT] = asked, axis
        return axis
    return None


def _show(model: TopicModel, axis: Axis) -> None:
    n = len(model.passages)
    neither, unclear = int((~axis.relevant).sum()), int((axis.side == "unclear").sum())
    sides = [int((axis.side == side).sum()) for side in ("left", "right")]
    told = text.say(
        "axis_counts",
        left=text.count(sides[0], "passage"),
        right=text.number(sides[1]),
        unclear=text.number(unclear),
        neither=text.number(neither),
        total=text.number(n),
        left_name=axis.left.name,
        right_name=axis.right.name,
    )
    st.html(f'<p class="facts" dir="auto">{esc(told)}</p>')
    if np.isnan(axis.low).all() and n:
        st.html(f'<p class="quiet">{esc(text.AXIS_NO_INTERVAL)}</p>')
    if neither == n:
        st.html(f'<p class="quiet">{esc(text.AXIS_ALL_NEITHER)}</p>')
        return
    _chart(model, axis)
    _ends(model, axis)
    _documents(model, axis)


def _chart(model: TopicModel, axis: Axis) -> None:
    columns = [facet.name for facet in model.memo.facets]
    session.sync("axis_rows", session.view().rows)
    st.selectbox(
        text.AXIS_ROWS,
        ["", BY_DOCUMENT, *columns],
        key="axis_rows",
        format_func=lambda name: {"": text.AXIS_ONE_ROW, BY_DOCUMENT: text.AXIS_BY_DOCUMENT}.get(
            name, text.column(name)
        ),
        on_change=_change_rows,
    )
    parts = _parts(model, session.view().rows)
    drawn = strip.thinned(np.flatnonzero(axis.relevant).astype(np.int32))
    reach = strip.extent(axis)
    lines = []
    for name, rows in parts[:_ROWS]:
        dots = strip.strip(model, axis, np.intersect1d(rows, drawn), _link(model), reach)
        told = text.say("axis_row", some=text.number(int(axis.relevant[rows].sum())), all=text.number(len(rows)))
        label = f'<div class="ax-label"><span dir="auto">{esc(name)}</span><small>{esc(told)}</small></div>'
        lines.append(f'<div class="ax-row{" is-whole" if not name else ""}">{label if name else ""}{dots}</div>')
    notes = [text.AXIS_HINT]
    held = int(axis.relevant.sum())
    notes += (
        [text.say("axis_thinned", some=text.number(len(drawn)), all=text.number(held))] if len(drawn) < held else []
    )
    notes += [text.say("axis_more_rows", rows=text.number(len(parts) - _ROWS))] if len(parts) > _ROWS else []
    described = text.say("axis_described", left=axis.left.name, right=axis.right.name)
    st.html(
        f'<div class="ax-chart" role="group" aria-label="{esc(described)}">{_scale(axis)}{"".join(lines)}</div>'
        f'<p class="hint">{esc(" ".join(notes))}</p>'
    )


def _scale(axis: Axis) -> str:
    return (
        f'<div class="ax-scale"><span dir="auto">← {esc(axis.left.name)}</span><span>{esc(text.AXIS_MIDDLE_OF)}</span>'
        f'<span dir="auto">{esc(axis.right.name)} →</span></div>'
    )


def _link(model: TopicModel) -> Callable[[int], str]:
    return lambda row: links.address(quotes.at_passage(model, row), "read")


def _parts(model: TopicModel, by: str) -> list[tuple[str, Ints]]:
    """Return what has a row of its own, with its passages: the ones with the most passages first."""
    if not by:
        return [("", np.arange(len(model.passages), dtype=np.int32))]
    if by == BY_DOCUMENT:
        codes = model.passages.document
        names = [places.title(model, document) for document in model.passages.documents]
    else:
        facet = next(facet for facet in model.memo.facets if facet.name == by)
        codes = facet.codes
        names = [text.language(value) if by == "language" else value for value in facet.values]
    parts = [(name, np.flatnonzero(codes == code).astype(np.int32)) for code, name in enumerate(names)]
    return sorted(parts, key=lambda part: -len(part[1]))


def _change_rows() -> None:
    session.go(replace(session.view(), rows=st.session_state["axis_rows"]))


def _ends(model: TopicModel, axis: Axis) -> None:
    told = contrast.shown(model, axis)
    heads = (
        (axis.left.name, text.AXIS_NONE_THERE, told.left),
        (text.AXIS_UNCLEAR, text.AXIS_NONE_UNCLEAR, told.middle),
        (axis.right.name, text.AXIS_NONE_THERE, told.right),
    )
    with st.container(key="axis_ends"):
        for at, (column, (name, none, rows)) in enumerate(zip(st.columns(3, gap="medium"), heads, strict=True)):
            with column, st.container(key=f"axis_end_{at}", gap="small"):
                st.html(f'<h2 class="pane-title plain" dir="auto">{esc(name)}</h2>')
                if not len(rows):
                    st.html(f'<p class="quiet">{esc(none)}</p>')
                for row in rows.tolist():
                    quotes.passage(model, row, text.stands(axis, row))


def _documents(model: TopicModel, axis: Axis) -> None:
    placed, reach = axis.documents, strip.extent(axis)
    order = [row for row in ordered(placed).tolist() if placed.relevant[row]]
    neither = len(model.passages.documents) - len(order)
    lines = []
    for row in order[:_ROWS]:
        document = model.passages.documents[row]
        link = links.address(replace(session.view(), document=document.id, place=None), "read")
        title = f'<a href="{esc(link)}" target="_self" dir="auto">{esc(places.title(model, document))}</a>'
        lines.append(
            f'<div class="ax-row"><div class="ax-label">{title}<small>{esc(text.stands(placed, row))}</small></div>'
            f"{strip.interval(placed, row, reach)}</div>"
        )
    notes = [text.say("axis_more_rows", rows=text.number(len(order) - _ROWS))] if len(order) > _ROWS else []
    notes += [text.say("axis_documents_neither", documents=text.count(neither, "document"))] if neither else []
    st.html(
        f'<h2 class="pane-title plain">{esc(text.AXIS_DOCUMENTS)}</h2>'
        f'<p class="hint">{esc(text.AXIS_DOCUMENTS_HINT)}</p>'
        f'<div class="ax-chart">{_scale(axis)}{"".join(lines)}</div><p class="hint">{esc(" ".join(notes))}</p>'
    )
