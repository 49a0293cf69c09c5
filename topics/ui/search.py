"""Search: passages by words, by meaning or by both, and what narrows them down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from topics.errors import EncoderError
from topics.findings import Findings, find
from topics.model import TopicModel
from topics.search.query import indexed, parts_of, spans_of
from topics.search.ranking import ALL, NONE, Ranking
from topics.ui import asking, cards, links, pager, session, text
from topics.ui.markup import esc, excerpt, marked, md
from topics.ui.state import ViewState

_PER_PAGE = 10
_PILLS = 10  # choices that are laid out as buttons; more of them are a list


def render(model: TopicModel) -> None:
    """Draw the page."""
    view = session.view()
    with st.container(key="search_page"):
        st.html(f'<h1 class="title">{esc(text.SEARCH_TITLE)}</h1><p class="lead">{esc(text.SEARCH_LEAD)}</p>')
        _box(view)
        if not view.query:
            return
        if not indexed(view.query):
            st.html(f'<p class="quiet">{esc(text.say("query_is_no_word", query=view.query))}</p>')
            return
        found = _found(model, view)
        with st.container(key="search_panes"):
            left, right = st.columns([27, 73], gap="large")
            with left, st.container(key="narrow_pane"):
                _narrow(model, view, found)
            with right:
                _results(model, view, found)


def _box(view: ViewState) -> None:
    with st.container(key="find_controls", horizontal=True, vertical_alignment="center"):
        asking.box(view, words="find", way="find_by", on_words=_search, on_way=_search, most=500)


def _search() -> None:
    query, by = st.session_state["find"].strip(), session.chosen("find_by", session.view().by)
    session.go(replace(session.view(), query=query, by=by, sheet=1, page=1))


def _found(model: TopicModel, view: ViewState) -> Findings:
    """Search, by words alone where the model's encoder is not to be had."""
    try:
        return find(model, view.query, view.by, topic=view.topic, where=view.where)
    except EncoderError as error:
        st.warning(md(f"{text.retold(str(error))}. {text.WORDS_ONLY}"))
        return find(model, view.query, "words", topic=view.topic, where=view.where)


def _narrow(model: TopicModel, view: ViewState, found: Findings) -> None:
    """Offer what would narrow the result down, each with how many passages it would leave."""
    st.html(f'<h2 class="pane-title">{esc(text.NARROW_HEADING)}</h2>')
    counts = dict(found.topics)
    there = [topic for topic, _ in found.topics]
    there += [view.topic] if view.topic is not None and view.topic not in counts else []
    if there:
        named = {topic: _told(links.name_of(model, topic), counts.get(topic, 0)) for topic in there}
        session.sync(session.keyed("narrow_topic"), view.topic)
        _choice(text.TOPIC, session.keyed("narrow_topic"), there, named)
    for place, (name, values) in enumerate(found.columns):
        chosen = [value for value, _ in values if (name, value) in view.where]
        shown = {
            value: _told(text.language(value) if name == "language" else value, count)
            for value, count in values
            if count or value in chosen
        }
        key = f"narrow_{place}"
        session.sync(key, chosen)
        if shown:
            _column(name, key, shown)


def _column(name: str, key: str, shown: Mapping[str, str]) -> None:
    """Offer the values of a column, several of which may be chosen."""
    label, values = md(text.column(name)), list(shown)
    if len(values) <= _PILLS:
        named = partial(_label, shown)
        st.pills(
            label,
            values,
            selection_mode="multi",
            key=key,
            format_func=named,
            on_change=_change_column,
            args=(name, key),
        )
        return
    st.multiselect(
        label,
        values,
        key=key,
        format_func=shown.__getitem__,
        on_change=_change_column,
        args=(name, key),
        placeholder=text.ANY_VALUE,
    )


def _told(name: str, count: int) -> str:
    return text.say("value_count", value=name, number=text.number(count))


def _label(labels: Mapping[Any, str], value: object) -> str:
    return md(labels[value])


def _choice(label: str, key: str, options: list[int], named: dict[int, str]) -> None:
    if len(options) <= _PILLS:
        st.pills(label, options, key=key, format_func=partial(_label, named), on_change=_change_topic)
        return
    st.selectbox(
        label,
        options,
        index=None,
        key=key,
        format_func=lambda topic: named[topic],
        on_change=_change_topic,
        placeholder=text.ANY_TOPIC,
    )


def _change_topic() -> None:
    session.go(session.view().at_topic(st.session_state[session.keyed("narrow_topic")]))


def _change_column(name: str, key: str) -> None:
    kept = tuple(pair for pair in session.view().where if pair[0] != name)
    where = kept + tuple((name, value) for value in st.session_state[key])
    session.go(replace(session.view(), where=where, sheet=1, page=1))


def _results(model: TopicModel, view: ViewState, found: Findings) -> None:
    ranking = found.ranking
    with st.container(key="found_head", horizontal=True, vertical_alignment="center"):
        st.html(f'<h2 class="pane-title plain">{esc(_heading(view, ranking))}</h2>', width="content")
        if len(ranking):
            shown = replace(view, area=(), page=1)
            st.page_link(
                session.page_file("explore"),
                label=text.SHOW_ON_MAP,
                query_params=shown.to_query("explore"),
                icon=":material/scatter_plot:",
            )
    if not len(ranking):
        _nothing(view)
        return
    parts = parts_of(view.query)
    by_meaning = _places(ranking)
    part = pager.part(len(ranking), _PER_PAGE)
    for at in range(part.start, part.stop):
        row = int(ranking.rows[at])
        passage, topic = model.passages.text(row), int(model.labels[row])
        score = " · ".join(_score(ranking, at, by_meaning, single=len(parts) == 1))
        cards.show_passage(
            model,
            row,
            marked(*excerpt(passage, spans_of(passage, parts))),
            replace(view, topic=topic),
            above=f'<div class="hit-head">{links.to_topic(model, topic)}<span class="quiet">{esc(score)}</span></div>',
        )
    pager.draw(len(ranking), _PER_PAGE)


def _nothing(view: ViewState) -> None:
    narrowed = view.topic is not None or bool(view.where)
    st.html(f'<p class="quiet">{esc(text.NOTHING_LEFT if narrowed else text.NO_HIT_WORDS)}</p>')
    if narrowed:
        st.button(text.DROP_CHOICES, key="drop_choices", on_click=_drop)


def _drop() -> None:
    session.go(replace(session.view().at_topic(None), where=()))


def _heading(view: ViewState, ranking: Ranking) -> str:
    """Return what was found, in a sentence."""
    words, whole = int((ranking.held != NONE).sum()), int((ranking.held == ALL).sum())
    if view.by == "meaning":
        return text.hits(len(ranking), view.query, "meaning")
    if not np.isnan(ranking.cosines).all():
        told = {"passages": text.count(len(ranking), "passage"), "number": text.number(words)}
        return text.say("found_both", query=view.query, **told)
    single = len(parts_of(view.query)) == 1
    key = "found_one" if single else "found_all" if whole == words else "found_more"
    told = {"passages": text.count(whole, "passage"), "number": text.number(words - whole)}
    return text.say(key, query=view.query, **told)


def _places(ranking: Ranking) -> NDArray[np.int64]:
    """Return the place of each passage by meaning alone, from 1."""
    places = np.empty(len(ranking), np.int64)
    places[np.argsort(-ranking.cosines, kind="stable")] = np.arange(1, len(ranking) + 1)
    return places


def _score(ranking: Ranking, at: int, by_meaning: NDArray[np.int64], *, single: bool) -> list[str]:
    """Return how a passage answers the query, in words."""
    told = []
    if ranking.held[at] == ALL:
        told.append(text.HOLDS_WORD if single else text.HOLDS_ALL)
    elif ranking.held[at] != NONE:
        told.append(text.HOLDS_SOME)
    if not np.isnan(ranking.cosines[at]):
        key = "nearest_by_meaning" if by_meaning[at] == 1 else "number_by_meaning"
        number, cosine = text.number(int(by_meaning[at])), text.number(float(ranking.cosines[at]), 2)
        told.append(text.say(key, number=number, cosine=cosine))
    return told
