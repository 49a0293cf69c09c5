"""Topic: everything on one topic, or a table of all of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from topics import portrait
from topics.model import TopicModel
from topics.portrait import SIDES, Reason, Side
from topics.ui import cards, figures, links, pager, palette, session, text
from topics.ui.markup import esc, excerpt, listed, marked, spans_of
from topics.ui.switch import switch
from topics.values import LOOSE, Topic

Rows = NDArray[np.int64]

_PER_PAGE = 10
_VALUES = 12  # values of a column that are listed


def render(model: TopicModel) -> None:
    """Draw the page."""
    topic = session.view().topic
    with st.container(key="topic_page"):
        if topic is None:
            _all(model)
        else:
            _one(model, topic)


def _all(model: TopicModel) -> None:
    st.html(f'<h1 class="title">{esc(text.TOPICS)}</h1><p class="lead">{esc(text.ALL_TOPICS_LEAD)}</p>')
    biggest = max((topic.size for topic in model.topics), default=1)
    rows = [_row(model, topic.id, topic.size, biggest, _steadiness(topic), topic) for topic in model.topics]
    loose = int((model.labels == LOOSE).sum())
    rows += [_row(model, LOOSE, loose, biggest, "")] if loose else []
    heads = (text.TOPIC, text.PASSAGES, text.SHARE_COLUMN, text.STEADINESS)
    st.html(figures.table(heads, rows, css="of-topics of-all"))
    st.html(f'<p class="hint">{esc(text.STEADINESS)}: {esc(text.STEADINESS_MEANS)}</p>')


def _row(
    model: TopicModel, topic: int, size: int, biggest: int, steadiness: str, named: Topic | None = None
) -> tuple[str, ...]:
    theme = f'<span class="theme">{esc(text.THEME_TAG)}</span>' if named is not None and named.theme else ""
    words = esc(text.UNASSIGNED_NOTE) if named is None else listed(keyword.term for keyword in named.keywords[:6])
    share = text.percent(size / max(1, len(model.passages)))
    return (
        f'{links.to_topic(model, topic)}<div class="row-words">{words}</div>{theme}',
        text.number(size),
        f'<span class="{palette.classes(model)[topic]}">{figures.bar(size / max(1, biggest))}</span>{esc(share)}',
        esc(steadiness),
    )


def _steadiness(topic: Topic) -> str:
    return text.NOT_MEASURED if math.isnan(topic.stability) else text.percent(topic.stability)


def _one(model: TopicModel, topic: int) -> None:
    mine = np.flatnonzero(model.labels == topic)
    _head(model, topic, mine)
    with st.container(key="topic_panes"):
        left, right = st.columns([42, 58], gap="large")
        with left:
            if topic != LOOSE:
                _words(model, topic)
                _neighbours(model, topic)
            _time(model, mine)
            _columns(model, mine)
        with right:
            _passages(model, topic)


def _head(model: TopicModel, topic: int, mine: Rows) -> None:
    by_size = [other.id for other in model.topics]
    if topic == LOOSE:
        number, tag, facts = "", "", f"{text.UNASSIGNED_NOTE} {text.count(len(mine), 'passage')}."
    else:
        own = model.topic(topic)
        documents = len(np.unique(model.passages.document[mine]))
        facts = text.topic_facts(own.size, own.share, documents, len(model.passages.documents), own.languages)
        facts = f"{facts} {text.stability(own.stability)}{cards.evidence(own)}"
        facts += f" {text.JUNK_NOTE}" if own.junk else ""
        number = text.topic_number(by_size.index(topic) + 1, len(by_size))
        tag = f'<span class="tag">{esc(text.THEME_TAG)}</span>' if own.theme else ""
    theme = f" {own.theme}" if topic != LOOSE and own.theme and own.theme != own.name else ""
    st.html(
        f'<header class="topic-head {palette.classes(model)[topic]}"><div class="eyebrow"><span class="dot"></span>'
        f'{esc(number)}{tag}{esc(theme)}</div><h1 class="title" dir="auto">{esc(links.name_of(model, topic))}</h1>'
        f'<p class="facts">{esc(facts)}</p></header>'
    )
    if topic != LOOSE:
        cards.relatives(model, own)
    with st.container(key="topic_ways", horizontal=True, gap="medium"):
        for page, label, view in (
            ("explore", text.SEE_ON_MAP, replace(session.view(), topic=topic, page=1)),
            ("topic", text.ALL_TOPICS, session.view().at_topic(None)),
        ):
            st.page_link(session.page_file(page), label=label, query_params=view.to_query(page))


def _heading(title: str, note: str = "") -> str:
    told = f'<p class="hint">{esc(note)}</p>' if note else ""
    return f'<h2 class="pane-title">{esc(title)}</h2>{told}'


def _words(model: TopicModel, topic: int) -> None:
    heads = (text.WORD_COLUMN, text.INSIDE_COLUMN, text.OUTSIDE_COLUMN, text.WEIGHT_COLUMN)
    rows = [
        (
            f'<span lang="{esc(word.keyword.language)}">{links.to_word(word.keyword.term)}</span>',
            text.number(word.inside),
            text.number(word.outside),
            f'{figures.bar(word.keyword.weight)}<span class="sr">{esc(text.percent(word.keyword.weight))}</span>',
        )
        for word in portrait.words(model, topic)
    ]
    css = palette.classes(model)[topic]
    st.html(_heading(text.WORDS_HEADING, text.WORDS_NOTE) + figures.table(heads, rows, css=f"of-words {css}"))


def _neighbours(model: TopicModel, topic: int) -> None:
    found = portrait.neighbours(model, topic)
    if not found:
        st.html(_heading(text.NEIGHBOURS_HEADING) + f'<p class="quiet">{esc(text.NO_NEIGHBOURS)}</p>')
        return
    heads = (text.TOPIC, text.LIKENESS_COLUMN, text.SECOND_COLUMN)
    rows = [
        (links.to_topic(model, other.topic), text.number(other.likeness, 2), text.number(other.second))
        for other in found
    ]
    st.html(_heading(text.NEIGHBOURS_HEADING, text.NEIGHBOURS_NOTE) + figures.table(heads, rows))


def _time(model: TopicModel, mine: Rows) -> None:
    line = model.memo.timeline
    if line is not None:
        st.html(_heading(text.TIME_HEADING) + figures.over_time(line, mine))


def _columns(model: TopicModel, mine: Rows) -> None:
    known = [facet for facet in model.memo.facets if facet.name != "date" or model.memo.timeline is None]
    if not known or not len(mine):
        return
    st.html(_heading(text.SPREAD_HEADING))
    for facet in known:
        parts = portrait.parts(facet, mine)
        if not parts:
            continue
        name = text.column(facet.name) if facet.name != "language" else text.LANGUAGES
        heads = (name, text.PASSAGES, text.PART_HERE, text.PART_THERE)
        rows = [
            (
                esc(text.language(part.value) if facet.name == "language" else part.value),
                text.number(part.inside),
                esc(text.percent(part.inside / len(mine))),
                esc(text.percent(part.inside / max(1, part.overall))),
            )
            for part in parts[:_VALUES]
        ]
        more = text.say("more", number=text.number(len(parts) - _VALUES)) if len(parts) > _VALUES else ""
        st.html(figures.table(heads, rows) + (f'<p class="hint">{esc(more)}</p>' if more else ""))


def _passages(model: TopicModel, topic: int) -> None:
    view = session.view()
    st.html(_heading(text.PASSAGES_HEADING))
    if topic != LOOSE:
        switch(text.SIDE_LABEL, SIDES, "side", view.side, _turn_to, say=text.side)
    notes: dict[Side, str] = {
        "best": text.SIDE_NOTE_BEST,
        "typical": text.SIDE_NOTE_TYPICAL,
        "borderline": text.SIDE_NOTE_BORDERLINE,
    }
    st.html(f'<p class="hint">{esc(notes[view.side] if topic != LOOSE else text.SIDE_NOTE_LOOSE)}</p>')
    rows = portrait.rows(model, topic, view.side)
    terms = [keyword.term for keyword in model.topic(topic).keywords] if topic != LOOSE else []
    for reason in portrait.reasons(model, rows[pager.part(len(rows), _PER_PAGE)]):
        passage = model.passages.text(reason.row)
        spans = spans_of(passage, terms)
        why = _why(model, topic, reason, found=bool(spans))
        cards.show_passage(model, reason.row, marked(*excerpt(passage, spans)), view, below=why)
    pager.draw(len(rows), _PER_PAGE)


def _turn_to(side: Side) -> None:
    session.go(replace(session.view(), side=side, sheet=1))


def _why(model: TopicModel, topic: int, reason: Reason, *, found: bool) -> str:
    """Return why a passage is here: how sure that is, what else it could be, and whether words tell it."""
    parts = [esc(text.sure(reason.confidence))] if topic != LOOSE else []
    parts += [] if found or topic == LOOSE else [esc(text.BY_MEANING_ALONE)]
    if reason.runner_up not in (LOOSE, topic):
        parts.append(f"{esc(text.RUNNER_UP)} {links.to_topic(model, reason.runner_up)}")
    return f'<p class="why">{" · ".join(parts)}</p>' if parts else ""
