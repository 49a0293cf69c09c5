"""Compare: topics by the values of a column, and over time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from topics.compare import periods
from topics.compare.groups import FEW, Table, by_value
from topics.facets import Facet
from topics.model import TopicModel
from topics.ui import links, palette, session, text
from topics.ui.cards import name_of
from topics.ui.markup import esc

_LISTED = 60  # topics in the table
_DRAWN = 8  # topics over time
_LABELLED = 6  # periods that are named under the bars


def groups(model: TopicModel) -> None:
    """Draw how many passages of each value are in each topic."""
    known = model.memo.facets
    if not known:
        st.html(f'<p class="quiet">{esc(text.GROUPS_NONE)}</p>')
        return
    names = [facet.name for facet in known]
    column = session.view().column or names[0]
    session.sync("column", column)
    st.selectbox(
        text.GROUPS_BY,
        names,
        key="column",
        format_func=text.column,
        on_change=_change_column,
    )
    facet = known[names.index(column)]
    told = by_value(model, facet)
    notes = [text.GROUPS_HINT]
    notes += [text.say("groups_few", few=text.number(FEW))] if told.few.any() else []
    notes += [text.say("groups_unknown", passages=text.count(told.unknown, "passage"))] if told.unknown else []
    more = len(told.topics) - _LISTED
    notes += [text.say("groups_more", topics=text.count(more, "topic"))] if more > 0 else []
    st.html(f'<div class="heat-scroll">{_heat(model, facet, told)}</div><p class="hint">{esc(" ".join(notes))}</p>')


def _change_column() -> None:
    session.go(replace(session.view(), column=st.session_state["column"]))


def _heat(model: TopicModel, facet: Facet, told: Table) -> str:
    view = replace(session.view(), where=(), query="", area=(), page=1)
    heads = []
    for value, total, few in zip(facet.values, told.totals.tolist(), told.few.tolist(), strict=True):
        name = text.language(value) if facet.name == "language" else value
        link = links.address(replace(view, topic=None, where=((facet.name, value),)), "explore")
        heads.append(
            f'<th scope="col" class="{"is-few" if few else ""}"><a href="{esc(link)}" target="_self" dir="auto">'
            f"{esc(name)}</a><small>{text.number(total)}</small></th>"
        )
    lines = []
    for at, topic in enumerate(told.topics[:_LISTED]):
        link = links.address(view.at_topic(topic), "explore")
        cells = [
            _cell(told, at, column, links.address(replace(view, topic=topic, where=((facet.name, value),)), "explore"))
            for column, value in enumerate(facet.values)
        ]
        lines.append(
            f'<tr><th scope="row" class="{palette.classes(model)[topic]}"><span class="dot"></span><a dir="auto" '
            f'href="{esc(link)}" target="_self">{esc(name_of(model, topic))}</a></th>{"".join(cells)}</tr>'
        )
    corner = esc(text.TOPIC)
    return (
        f'<table class="heat"><thead><tr><th scope="col">{corner}</th>{"".join(heads)}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _cell(told: Table, at: int, column: int, link: str) -> str:
    count, share = int(told.counts[at, column]), float(told.shares[at, column])
    few = " is-few" if told.few[column] else ""
    if not count:
        return f'<td class="is-none{few}"><span>0</span></td>'
    return (
        f'<td class="{few.strip()}" style="--share:{share:.3f}"><a href="{esc(link)}" target="_self" '
        f'title="{esc(share_told(told, at, column))}"><b>{text.number(count)}</b>'
        f"<span>{esc(text.percent(share))}</span></a></td>"
    )


def share_told(told: Table, at: int, column: int) -> str:
    """Return a share with what it is of and its interval, in a sentence."""
    low, high = (float(bound[at, column]) for bound in told.bounds)
    return text.say(
        "share_told",
        column=told.columns[column],
        some=text.number(int(told.counts[at, column])),
        passages=text.count(int(told.totals[column]), "passage"),
        share=text.percent(float(told.shares[at, column])),
        low=text.number(100 * low),
        high=text.number(100 * high),
    )


def time(model: TopicModel) -> None:
    """Draw the share of the largest topics by year, quarter or month."""
    known = periods.choices(model)
    if not known:
        st.html(f'<p class="quiet">{esc(text.TIME_NONE)}</p>')
        return
    asked = session.view().bins
    if asked and asked not in known:
        st.warning(text.say("time_not_by", bins=text.table("bins")[asked].lower()))
    bins = asked if asked in known else periods.usual(known, model)
    session.sync("bins", bins)
    st.segmented_control(
        text.TIME_BY,
        known,
        key="bins",
        required=True,
        format_func=lambda name: text.table("bins")[name],
        on_change=_change_bins,
    )
    told = periods.by_period(model, bins or known[0])
    notes = [text.TIME_HINT, text.say("groups_few", few=text.number(FEW))]
    notes += [text.say("time_undated", passages=text.count(told.unknown, "passage"))] if told.unknown else []
    shown = min(_DRAWN, len(model.topics))
    if shown < len(model.topics):
        notes.append(text.say("time_largest", some=text.number(shown), all=text.count(len(model.topics), "topic")))
    high = told.bounds[1][:shown]
    met = ~told.few & (told.totals > 0)
    top = float(np.nanmax(high[:, met] if met.any() else high))
    panels = "".join(_panel(model, told, at, top) for at in range(shown))
    st.html(
        f'<p class="hint">{esc(" ".join(notes))}</p><div class="time-panels">{panels}</div>'
        f"{_in_numbers(model, told, shown)}"
    )


def _change_bins() -> None:
    session.go(replace(session.view(), bins=session.chosen("bins", session.view().bins)))


def _panel(model: TopicModel, told: Table, at: int, top: float) -> str:
    topic = told.topics[at]
    low, high = told.bounds
    bars = []
    for column in range(len(told.columns)):
        if not told.totals[column]:
            title = esc(text.say("time_empty", column=told.columns[column]))
            bars.append(f'<div class="tb" title="{title}"></div>')
            continue
        share = float(told.shares[at, column])
        bounds = [100 * min(1.0, float(bound[at, column]) / top) for bound in (low, high)]
        bars.append(
            f'<div class="tb{" is-few" if told.few[column] else ""}" title="{esc(share_told(told, at, column))}">'
            f'<i style="height:{100 * min(1.0, share / top):.1f}%"></i>'
            f'<b style="bottom:{bounds[0]:.1f}%;height:{bounds[1] - bounds[0]:.1f}%"></b></div>'
        )
    link = links.address(session.view().at_topic(topic), "explore")
    described = esc(text.say("time_described", name=name_of(model, topic)))
    return (
        f'<section class="time-panel {palette.classes(model)[topic]}"><h2><span class="dot"></span>'
        f'<a href="{esc(link)}" target="_self" dir="auto">{esc(name_of(model, topic))}</a></h2>'
        f'<div class="tp-top">{esc(text.percent(top))}</div>'
        f'<div class="tbs" role="img" aria-label="{described}">{"".join(bars)}</div>{_labels(told)}</section>'
    )


def _labels(told: Table) -> str:
    ends = [told.columns[0], told.columns[len(told.columns) // 2], told.columns[-1]]
    names = told.columns if len(told.columns) <= _LABELLED else ends
    spread = "tp-each" if len(told.columns) <= _LABELLED else "tp-ends"
    return f'<div class="tp-labels {spread}">{"".join(f"<span>{esc(name)}</span>" for name in names)}</div>'


def _in_numbers(model: TopicModel, told: Table, shown: int) -> str:
    heads = "".join(f'<th scope="col" dir="auto">{esc(name_of(model, topic))}</th>' for topic in told.topics[:shown])
    lines = []
    for column, name in enumerate(told.columns):
        few = ' class="is-few"' if told.few[column] else ""
        cells = "".join(f"<td>{_numbers(told, at, column)}</td>" for at in range(shown))
        lines.append(
            f'<tr{few}><th scope="row">{esc(name)}</th><td>{text.number(int(told.totals[column]))}</td>{cells}</tr>'
        )
    first = f'<th scope="col">{esc(text.TIME_WHEN)}</th><th scope="col">{esc(text.PASSAGES)}</th>'
    return (
        f'<details class="numbers"><summary>{esc(text.IN_NUMBERS)}</summary><div class="heat-scroll">'
        f'<table class="heat"><thead><tr>{first}{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
        "</div></details>"
    )


def _numbers(told: Table, at: int, column: int) -> str:
    if not told.totals[column]:
        return "–"
    low, high = (text.number(100 * float(bound[at, column])) for bound in told.bounds)
    share = text.percent(float(told.shares[at, column]))
    return f"{text.number(int(told.counts[at, column]))} · {esc(share)} ({low}–{high})"
