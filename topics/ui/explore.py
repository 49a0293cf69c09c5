"""Explore: topics, map and passages side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

from topics.errors import EncoderError
from topics.facets import among
from topics.findings import find
from topics.model import TopicModel
from topics.protocols import Bools, Ints
from topics.search.query import indexed
from topics.ui import asking, atlas, cards, detail, filters, frame, palette, region, session, text
from topics.ui.chart import Scene
from topics.ui.markup import esc, listed, md
from topics.ui.state import ViewState
from topics.values import LOOSE, Topic

_LISTED = 60  # topics drawn at once
_FILTERED_FROM = 12  # topics from which on the list has a box to find one
_LONG = "_long_list"


@dataclass(frozen=True, slots=True)
class _Look:
    """What the rows of the list share: the size that fills the bar, and the class of each topic's colour."""

    biggest: int
    classes: Mapping[int, str]


def render(model: TopicModel) -> None:
    """Draw the page."""
    _head(model)
    _controls(model)
    view = session.view()
    found = _found(model, view)
    with st.container(key="panes"):
        left, middle, right = st.columns([26, 37, 37], gap="medium")
        with left, st.container(key="topic_list_pane"):
            _topic_list(model, view)
        with middle, st.container(key="map_pane"):
            facet = filters.coloured(model, view)
            atlas.show(model, Scene(view.topic, found, view.area, session.dark(), facet))
        with right, st.container(key="reader_pane"):
            cards.show(model, view, found)


def _head(model: TopicModel) -> None:
    corpus = text.corpus(
        len(model.passages.documents), len(model.passages), dict(Counter(model.passages.language_codes()).most_common())
    )
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<header class="head"><h1 class="title">{esc(session.view().model)}</h1>'
            f'<p class="lead">{esc(corpus)}</p></header>',
            width="content",
        )
        _chips(model, session.view())
        frame.model_picker()


def _controls(model: TopicModel) -> None:
    view = session.view()
    with st.container(key="controls", horizontal=True, vertical_alignment="center"):
        detail.control(model)
        asking.box(view, words="search", way="search_by", on_words=_change_search, on_way=_change_search_by)
        filters.controls(model, view)


def _change_search() -> None:
    session.go(replace(session.view(), query=st.session_state["search"].strip(), page=1))


def _change_search_by() -> None:
    session.go(replace(session.view(), by=session.chosen("search_by", session.view().by), page=1))


def choose(topic: int | None) -> None:
    """Move to a topic; for callbacks."""
    session.go(session.view().at_topic(topic))


def _found(model: TopicModel, view: ViewState) -> Ints | None:
    """Return the passages that search, filters and region leave, best first; None where none of them is set."""
    if not view.query and not view.area and not view.where:
        return None
    inside = region.inside(model.positions, view.area) if view.area else np.ones(len(model.passages), bool)
    if view.query:
        return _search(model, view, inside)
    inside &= among(model.memo.facets, view.where, len(model.passages))
    return np.flatnonzero(inside if view.topic is None else inside & (model.labels == view.topic)).astype(np.int32)


def rows_of(model: TopicModel, view: ViewState) -> Ints:
    """Return the rows of the passages that the view shows or would page through."""
    found = _found(model, view)
    if found is not None:
        return found
    return np.flatnonzero((model.labels == view.topic) | (view.topic is None)).astype(np.int32)


def _search(model: TopicModel, view: ViewState, inside: Bools) -> Ints:
    """Search, by words alone where the model's encoder is not to be had."""
    if not indexed(view.query):
        return np.zeros(0, np.int32)
    asked = partial(find, model, view.query, topic=view.topic, where=view.where, inside=inside)
    try:
        return asked(by=view.by).ranking.rows
    except EncoderError as error:
        st.warning(md(f"{text.retold(str(error))}. {text.WORDS_ONLY}"))
        return asked(by="words").ranking.rows


def _chips(model: TopicModel, view: ViewState) -> None:
    """Show each filter that is on, as a button that removes it."""
    chips: list[tuple[str, str, ViewState]] = []
    if view.topic is not None:
        chips.append(("topic", text.chip(text.TOPIC, cards.name_of(model, view.topic)), view.at_topic(None)))
    if view.query:
        chips.append(("query", text.chip(text.SEARCH_FOR, view.query), replace(view, query="", page=1)))
    if view.area:
        inside = int(region.inside(model.positions, view.area).sum())
        chips.append(("area", text.chip(text.REGION, text.count(inside, "passage")), replace(view, area=(), page=1)))
    chips += filters.chips(view)
    if not chips:
        return
    with st.container(key="chips", horizontal=True, vertical_alignment="center", width="content"):
        for key, label, without in chips:
            st.button(
                md(label),
                key=f"chip_{key}",
                icon=":material/close:",
                icon_position="right",
                on_click=_drop,
                args=(without,),
            )
        if len(chips) > 1:
            everything = replace(view, topic=None, query="", area=(), where=(), page=1)
            st.button(text.CLEAR_ALL, key="chip_all", type="tertiary", on_click=_drop, args=(everything,))


def _drop(view: ViewState) -> None:
    if view.area != session.view().area:
        atlas.forget_region()
    session.go(view)


def _topic_list(model: TopicModel, view: ViewState) -> None:
    st.html(
        f'<h2 class="pane-title">{esc(text.TOPICS)} <span class="count">{text.number(len(model.topics))}</span></h2>'
    )
    shown = tuple(sorted(model.topics, key=lambda topic: (topic.junk, topic.theme is None)))  # named themes first
    if len(shown) > _FILTERED_FROM:
        wanted = st.text_input(
            text.FILTER_TOPICS, key="topic_filter", placeholder=text.FILTER_TOPICS, label_visibility="collapsed"
        )
        shown = tuple(topic for topic in shown if _mentions(topic, wanted or ""))
    listed = shown if st.session_state.get(_LONG) else shown[:_LISTED]
    look = _Look(max((topic.size for topic in model.topics), default=1), palette.classes(model))
    with st.container(key="topic_list", gap="xxsmall"):
        for topic in listed:
            _topic_row(topic, look, chosen=topic.id == view.topic)
        loose = int((model.labels == LOOSE).sum())
        if loose:
            _loose_row(loose, loose / len(model.passages), look, chosen=view.topic == LOOSE)
        if len(listed) < len(shown):
            st.button(text.show_all(len(shown)), key="show_all", type="tertiary", on_click=_lengthen)
    if not shown:
        st.html(f'<p class="quiet">{esc(text.NO_TOPIC_FOUND)}</p>')


def _lengthen() -> None:
    st.session_state[_LONG] = True


def _mentions(topic: Topic, wanted: str) -> bool:
    words = " ".join([topic.name, *(keyword.term for keyword in topic.keywords)]).casefold()
    return all(part in words for part in wanted.casefold().split())


def _topic_row(topic: Topic, look: _Look, *, chosen: bool) -> None:
    terms = [keyword.term for keyword in topic.keywords[:5]]
    tag = f'<span class="theme" title="{esc(text.THEME_HELP)}">{esc(text.THEME_TAG)}</span>' if topic.theme else ""
    tag += f'<span class="tag">{esc(text.JUNK_TAG)}</span>' if topic.junk else ""
    mix = ""
    if len(topic.languages) > 1:
        mix = " · ".join(
            f"{esc(text.language_mark(code))} {text.number(number)}" for code, number in topic.languages.items()
        )
        mix = f'<span class="mix" title="{esc(text.languages(topic.languages))}">{mix}</span>'
    body = (
        f'<div class="row-words" title="{esc(", ".join(terms))}">{listed(terms)}</div>'
        f'<div class="row-notes">{tag}{mix}</div>'
    )
    _row(topic.id, topic.name, topic.size, topic.share, body, look, chosen=chosen)


def _loose_row(size: int, share: float, look: _Look, *, chosen: bool) -> None:
    body = f'<div class="row-words">{esc(text.UNASSIGNED_NOTE)}</div>'
    _row(LOOSE, text.UNASSIGNED, size, share, body, look, chosen=chosen)


def _row(topic: int, name: str, size: int, share: float, body: str, look: _Look, *, chosen: bool) -> None:
    """Draw a row of the list: what it says, and over it a button, so that it is one to mouse and keyboard alike."""
    with st.container(key=f"topic_{topic}" if topic != LOOSE else "topic_loose", gap=None):
        st.html(
            f'<div class="row {look.classes[topic]}{" is-chosen" if chosen else ""}">'
            f'<div class="row-head"><span class="dot"></span><span class="row-name" dir="auto">{esc(name)}</span>'
            f'<span class="row-size">{text.number(size)}</span>'
            f'<span class="row-share">{esc(text.percent(share))}</span></div>'
            f'<div class="bar"><i style="width:{100 * size / max(1, look.biggest):.1f}%"></i></div>{body}</div>'
        )
        st.button(
            md(text.topic_label(name, size)),
            key=f"choose_{topic}" if topic != LOOSE else "choose_loose",
            on_click=choose,
            args=(None if chosen else topic,),
            width="stretch",
        )
