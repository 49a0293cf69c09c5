"""Passages beside what is said of them, with the way to where they stand; and the addresses of views."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from topics.model import TopicModel
from topics.ui import palette, places, session, text
from topics.ui.cards import name_of
from topics.ui.markup import esc, highlight
from topics.ui.state import ViewState, moved


def address(page: str, view: ViewState) -> str:
    """Return the address of a view on a page, for a link from any page."""
    return f"{'./' if page == 'explore' else page}?{urlencode(view.to_query(page))}"


def at_passage(model: TopicModel, row: int) -> ViewState:
    """Return the view in which a passage is read in its document."""
    passage = model.passages[row]
    topic = int(model.labels[row])
    return replace(session.view(), topic=topic, document=passage.document_id, place=passage.start)


def passage(model: TopicModel, row: int, note: str = "", terms: Sequence[str] = ()) -> None:
    """Draw a passage with its topic, a note on it, its place, and the link to read it there."""
    own = model.passages[row]
    topic = int(model.labels[row])
    title, where = places.place(model, own)
    language = f" · {esc(text.language(own.language))}" if len(model.passages.languages) > 1 else ""
    said = f'<p class="quote-note">{esc(note)}</p>' if note else ""
    with st.container(key=f"passage_quoted_{row}", gap=None):
        st.html(
            f'<article class="passage {palette.classes(model)[topic]}">{said}'
            f'<p class="passage-text" lang="{esc(own.language)}" dir="auto">{highlight(own.text, terms)}</p>'
            f'<div class="of-topic quote-topic"><span class="dot"></span><a href="'
            f'{esc(address("explore", session.view().at_topic(topic)))}" target="_self" dir="auto">'
            f"{esc(name_of(model, topic))}</a></div></article>"
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(
                f'<div class="place"><div class="place-title" dir="auto" title="{esc(own.document_id)}">{esc(title)}'
                f"</div>{esc(where)}{language}</div>"
            )
            st.page_link(
                session.page_file("read"),
                label=text.READ_LINK,
                query_params=at_passage(model, row).to_query("read"),
                icon=":material/arrow_forward:",
                icon_position="right",
            )


def level_control(model: TopicModel) -> None:
    """Offer the levels of detail; the topics that are looked at become those that hold most of their passages there."""
    session.sync("level_here", session.view().level)
    st.segmented_control(
        text.LEVEL,
        model.level_names,
        key="level_here",
        required=True,
        format_func=text.level,
        on_change=_change_level,
        args=(model,),
        label_visibility="collapsed",
    )


def _change_level(model: TopicModel) -> None:
    level, view = st.session_state["level_here"], session.view()
    first, second = (moved(view.at_topic(topic), model, level).topic for topic in (view.first, view.second))
    session.go(replace(moved(view, model, level), page=view.page, first=first, second=second))


def heading(title: str, lead: str) -> None:
    """Draw the head of a page."""
    st.html(f'<header class="page-head"><h1 class="title">{esc(title)}</h1><p class="lead">{esc(lead)}</p></header>')


def words(terms: Iterable[str]) -> str:
    """Return keywords as HTML."""
    return f'<div class="kws">{"".join(f"""<span class="kw" dir="auto">{esc(term)}</span>""" for term in terms)}</div>'
