"""Compare: two topics, topics by group and over time, two models."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from topics.compare.pair import pair
from topics.model import TopicModel
from topics.ui import compare_models, compare_tables, detail, links, palette, quotes, session, text
from topics.ui.markup import esc
from topics.ui.state import HOWS, How
from topics.ui.switch import switch
from topics.values import Topic

_TYPICAL = 4


def render(model: TopicModel) -> None:
    """Draw the page."""
    view = session.view()
    with st.container(key="compare"):
        quotes.heading(text.COMPARE_TITLE, text.COMPARE_LEAD)
        with st.container(key="compare_controls", horizontal=True, vertical_alignment="center"):
            switch(text.COMPARE_HOW, HOWS, "how", view.how, _change_how, say=text.table("hows").__getitem__)
            detail.control(model)
        shows = {
            "topics": _topics,
            "groups": compare_tables.groups,
            "time": compare_tables.time,
            "models": compare_models.models,
        }
        if not model.topics and view.how != "models":
            st.html(f'<p class="quiet">{esc(text.COMPARE_NO_TOPICS)}</p>')
        else:
            shows[view.how](model)


def _change_how(how: How) -> None:
    session.go(replace(session.view(), how=how))


def _topics(model: TopicModel) -> None:
    if len(model.topics) < 2:
        st.html(f'<p class="quiet">{esc(text.COMPARE_ONE_TOPIC)}</p>')
        return
    a, b = _chosen(model)
    with st.container(key="pair"):
        for column, (name, own) in zip(st.columns(2, gap="medium"), (("first", a), ("second", b)), strict=True):
            with column:
                key = session.keyed(name)
                session.sync(key, own)
                st.selectbox(
                    text.COMPARE_FIRST if name == "first" else text.COMPARE_SECOND,
                    [topic.id for topic in model.topics],
                    key=key,
                    format_func=lambda topic: f"{model.topic(topic).name} ({text.number(model.topic(topic).size)})",
                    on_change=_change_pair,
                    args=(a, b),
                )
        if a == b:
            st.warning(text.COMPARE_SAME)
            return
        _sides(model, a, b)


def _chosen(model: TopicModel) -> tuple[int, int]:
    """Return the two topics that the view asks for, or the largest ones that it leaves."""
    view, ids = session.view(), [topic.id for topic in model.topics]
    a = view.first if view.first is not None else next(topic for topic in ids if topic != view.second)
    return a, view.second if view.second is not None else next(topic for topic in ids if topic != a)


def _change_pair(a: int, b: int) -> None:
    session.go(
        replace(
            session.view(),
            first=st.session_state.get(session.keyed("first"), a),
            second=st.session_state.get(session.keyed("second"), b),
        )
    )


def _sides(model: TopicModel, a: int, b: int) -> None:
    told = pair(model, a, b, n=6)
    said = text.say(
        "pair_similarity",
        cosine=text.signed(told.similarity),
        rank=text.number(told.rank),
        pairs=text.number(told.pairs),
    )
    st.html(f'<p class="facts">{esc(said)}</p>')
    both = quotes.words(told.both) if told.both else f'<p class="quiet">{esc(text.PAIR_NO_WORD_SHARED)}</p>'
    heads = (
        (text.say("pair_only", name=model.topic(a).name), quotes.words(told.only_a)),
        (text.PAIR_BOTH, both),
        (text.say("pair_only", name=model.topic(b).name), quotes.words(told.only_b)),
    )
    st.html(
        '<div class="pair-words">'
        + "".join(f'<section><h2 dir="auto">{esc(name)}</h2>{words}</section>' for name, words in heads)
        + "</div>"
    )
    for column, topic in zip(st.columns(2, gap="medium"), (model.topic(a), model.topic(b)), strict=True):
        with column, st.container(key=f"pair_{topic.id}", gap="small"):
            _side(model, topic)
    st.html(
        f'<h2 class="pane-title plain">{esc(text.PAIR_BETWEEN)}</h2><p class="hint">{esc(text.PAIR_BETWEEN_HINT)}</p>'
    )
    typical = {int(row) for topic in (a, b) for row in model.typical(topic, _TYPICAL)}
    between = [row for row in told.between.tolist() if row not in typical]
    if not between:
        st.html(f'<p class="quiet">{esc(text.PAIR_NONE_BETWEEN)}</p>')
    columns = st.columns(2, gap="medium")
    for at, row in enumerate(between):
        with columns[at % 2]:
            quotes.passage(model, row)


def _side(model: TopicModel, topic: Topic) -> None:
    link = links.address(session.view().at_topic(topic.id), "explore")
    held = text.say("pair_size", passages=text.count(topic.size, "passage"), share=text.percent(topic.share))
    st.html(
        f'<div class="{palette.classes(model)[topic.id]}"><h2 class="card-name" dir="auto"><span class="dot"></span> '
        f'<a href="{esc(link)}" target="_self">{esc(topic.name)}</a></h2><p class="facts">{esc(held)}</p></div>'
    )
    terms = [keyword.term for keyword in topic.keywords]
    for row in model.typical(topic.id, _TYPICAL).tolist():
        quotes.passage(model, row, terms=terms)
