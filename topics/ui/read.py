"""Read: one article whole, with the passage that one came for, and the way to the next passage of its topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from topics.model import TopicModel
from topics.share.citations import cited
from topics.ui import article, palette, places, scripts, session, text
from topics.ui.cards import name_of
from topics.ui.markup import esc


def render(model: TopicModel) -> None:
    """Draw the page."""
    view = session.view()
    document = places.document_row(model, view.document)
    source = model.passages.documents[document]
    current = places.row_at(model, document, view.place)
    topic = view.topic if view.topic is not None or current is None else int(model.labels[current])
    with st.container(key="read"):
        _choose_document(model, document)
        st.html(
            f'<header class="read-head"><h1 class="title" dir="auto">{esc(places.title(model, source))}</h1>'
            f'<p class="lead">{esc(_facts(model, document))}</p>{_said(source.meta)}</header>'
        )
        _steps(model, topic, current, document)
        st.html(article.ribbon_of(model, document, view.place))
        st.html(article.html_of(model, document, topic=topic, place=view.place, link=_address))
        if current is not None:
            scripts.scroll_to_current(f"{view.model}/{source.id}/{view.place}")


def _address(document: str, place: int) -> str:
    """Return the address of a place in a document, on this page."""
    return f"?{urlencode(replace(session.view(), document=document, place=place).to_query('read'))}"


def _facts(model: TopicModel, document: int) -> str:
    source = model.passages.documents[document]
    mine = model.passages.document == document
    codes, counts = np.unique(model.passages.language[mine], return_counts=True)
    languages = {model.passages.languages[code]: int(number) for code, number in zip(codes, counts, strict=True)}
    spans = places.removed_from(model, source.id)
    parts = [source.id] if source.id != places.title(model, source) else []
    parts += [text.count(len(source.pages), "page")] if source.pages else []
    parts += [text.count(int(mine.sum()), "passage"), text.count(len(source.text), "character")]
    parts += [text.languages(languages, model.poorly_read)] if languages and len(model.passages.languages) > 1 else []
    parts += [entry.reason for entry in model.skipped if entry.path == source.id]
    parts += [text.left_out_short(len(spans), sum(span.end - span.start for span in spans))] if spans else []
    return " · ".join(parts)


def _said(meta: Mapping[str, str]) -> str:
    line = text.said_of_itself(meta)
    return f'<p class="quiet" dir="auto">{esc(line)}</p>' if line else ""


def _choose_document(model: TopicModel, document: int) -> None:
    documents = model.passages.documents
    if len(documents) < 2:
        return
    session.sync("document", document)
    st.selectbox(
        text.DOCUMENT,
        range(len(documents)),
        key="document",
        format_func=lambda row: places.title(model, documents[row]),
        on_change=_open,
        args=(model,),
        label_visibility="collapsed",
    )


def _open(model: TopicModel) -> None:
    document = model.passages.documents[st.session_state["document"]]
    session.go(replace(session.view(), document=document.id, place=None))


def _steps(model: TopicModel, topic: int | None, current: int | None, document: int) -> None:
    """Offer the topic's passages before and after this place, in reading order, and the way back to the topic."""
    if topic is None:
        return
    passages = model.passages
    rows = np.flatnonzero(model.labels == topic)
    places_of = sorted(zip(passages.document[rows].tolist(), passages.start[rows].tolist(), rows.tolist(), strict=True))
    here = (document, -1 if current is None else int(passages.start[current]))
    before = [row for *place, row in places_of if tuple(place) < here]
    after = [row for *place, row in places_of if tuple(place) > here]
    with st.container(key="steps", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<div class="of-topic {palette.classes(model)[topic]}"><span class="dot"></span>'
            f'<span dir="auto">{esc(name_of(model, topic))}</span></div>',
            width="content",
        )
        _step(model, topic, text.PREVIOUS, "previous_passage", before[-1] if before else None)
        if len(before) + len(after) < len(places_of):
            said = text.position_in_topic(len(before) + 1, len(places_of))
            st.html(f'<span class="quiet">{esc(said)}</span>', width="content")
        _step(model, topic, text.NEXT, "next_passage", after[0] if after else None)
        if current is not None:
            _cite(model, current)
        st.page_link(
            session.page_file("explore"),
            label=text.BACK_TO_TOPIC,
            query_params=replace(session.view(), topic=topic, page=1).to_query("explore"),
            icon=":material/arrow_back:",
        )
        if current is not None:
            mine = replace(session.view(), topic=int(model.labels[current]), act="move")
            st.page_link(session.page_file("curate"), label=text.CURATE_PASSAGE, query_params=mine.to_query("curate"))


def _cite(model: TopicModel, current: int) -> None:
    """Offer the current passage as a reference; the block of code has a button that copies it."""
    with st.popover(text.CITE, icon=":material/format_quote:"):
        st.html(f'<p class="hint">{esc(text.CITE_HINT)}</p>')
        st.code(cited(model, current), language=None, wrap_lines=True)


def _step(model: TopicModel, topic: int, label: str, key: str, row: int | None) -> None:
    st.button(label, key=key, disabled=row is None, on_click=_turn_to, args=(model, topic, row))


def _turn_to(model: TopicModel, topic: int, row: int) -> None:
    passage = model.passages[row]
    session.go(replace(session.view(), topic=topic, document=passage.document_id, place=passage.start))
