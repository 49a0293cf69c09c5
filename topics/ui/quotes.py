"""Passages beside what is said of them, with the way to where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import streamlit as st

from topics.model import TopicModel
from topics.ui import cards, links, session
from topics.ui.markup import esc, highlight
from topics.ui.state import ViewState


def at_passage(model: TopicModel, row: int) -> ViewState:
    """Return the view in which a passage is read in its document."""
    passage = model.passages[row]
    topic = int(model.labels[row])
    return replace(session.view(), topic=topic, document=passage.document_id, place=passage.start)


def passage(model: TopicModel, row: int, note: str = "", terms: Sequence[str] = ()) -> None:
    """Draw a passage with its topic, a note on it, its place, and the link to read it there."""
    here = session.view().at_topic(int(model.labels[row]))
    cards.show_passage(
        model,
        row,
        highlight(model.passages.text(row), terms),
        replace(session.view(), topic=here.topic),
        above=f'<p class="quote-note">{esc(note)}</p>' if note else "",
        below='<div class="of-topic quote-topic"><span class="dot"></span>'
        f"{links.link(here, 'explore', links.name_of(model, int(model.labels[row])), css='')}</div>",
    )


def heading(title: str, lead: str) -> None:
    """Draw the head of a page."""
    st.html(f'<header class="page-head"><h1 class="title">{esc(title)}</h1><p class="lead">{esc(lead)}</p></header>')


def words(terms: Iterable[str]) -> str:
    """Return keywords as HTML."""
    return f'<div class="kws">{"".join(f"""<span class="kw" dir="auto">{esc(term)}</span>""" for term in terms)}</div>'
