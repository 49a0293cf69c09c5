"""Words: how a word or a phrase is used, by which topics, when, and each time in its context."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import streamlit as st

from topics import usage
from topics.model import TopicModel
from topics.protocols import Ints
from topics.search.query import indexed
from topics.ui import figures, links, pager, palette, places, session, text
from topics.ui.markup import esc

_PER_PAGE = 25  # passages whose lines are on a page
_PER_PASSAGE = 6  # lines of one passage
_TOPICS = 40
_TELLING = (40, 6)  # topics whose words are offered, and words of each


def render(model: TopicModel) -> None:
    """Draw the page."""
    view = session.view()
    phrase = view.word.replace('"', " ").strip()
    with st.container(key="words_page"):
        title = f"“<bdi>{esc(phrase)}</bdi>”" if phrase else esc(text.WORDS_HEADING)
        st.html(f'<h1 class="title">{title}</h1><p class="lead">{esc(text.WORDS_LEAD)}</p>')
        _box(model)
        if not phrase:
            _telling(model)
        elif not indexed(phrase):
            st.html(f'<p class="quiet">{esc(text.say("word_is_no_word", word=_short(view.word)))}</p>')
            _telling(model)
        else:
            _used(model, phrase)


def _box(model: TopicModel) -> None:
    session.sync("word", session.view().word)
    first = next((topic.keywords[0].term for topic in model.topics if topic.keywords), "")
    st.text_input(
        text.WORD_LABEL,
        key="word",
        type="search",
        placeholder=f"{text.WORD_HINT} “{first}”" if first else text.WORD_LABEL,
        on_change=_look_up,
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=500,
    )


def _look_up() -> None:
    session.go(replace(session.view(), word=st.session_state["word"].strip(), sheet=1))


def _telling(model: TopicModel) -> None:
    topics, words = _TELLING
    told = usage.telling(model.topics, words)[:topics]
    if not told:
        st.html(f'<p class="quiet">{esc(text.NO_TELLING)}</p>')
        return
    blocks = "".join(
        f'<div class="telling">{links.to_topic(model, topic.id)}<div class="kws">'
        f"{''.join(links.to_word(keyword.term) for keyword in keywords)}</div></div>"
        for topic, keywords in told
    )
    st.html(
        f'<h2 class="pane-title">{esc(text.TELLING_HEADING)}</h2><p class="hint">{esc(text.TELLING_NOTE)}</p>{blocks}'
    )


def _used(model: TopicModel, phrase: str) -> None:
    rows = model.memo.words.rows(phrase)
    if not len(rows):
        st.html(f'<p class="quiet">{esc(text.say("word_nowhere", word=_short(phrase)))}</p>')
        st.page_link(
            session.page_file("search"),
            label=text.WORD_NOWHERE_MEANING,
            query_params=replace(session.view(), query=phrase, by="meaning", topic=None, where=(), sheet=1).to_query(
                "search"
            ),
        )
        _telling(model)
        return
    uses = usage.by_topic(rows, model.labels)
    told = text.say(
        "word_in",
        some=text.number(len(rows)),
        passages=text.count(len(model.passages), "passage"),
        share=text.percent(len(rows) / len(model.passages)),
        topics=text.number(sum(use.topic >= 0 for use in uses)),
        all=text.count(len(model.topics), "topic"),
    )
    st.html(f'<p class="facts">{esc(told)}</p>')
    with st.container(key="words_panes"):
        line = model.memo.timeline
        left, right = st.columns([60, 40], gap="large") if line is not None else (st.container(), None)
        with left:
            _topics(model, phrase, uses)
        if line is not None and right is not None:
            with right:
                st.html(f'<h2 class="pane-title">{esc(text.TIME_HEADING)}</h2>{figures.over_time(line, rows)}')
    _lines(model, phrase, rows)


def _topics(model: TopicModel, phrase: str, uses: tuple[usage.Use, ...]) -> None:
    view, classes = session.view(), palette.classes(model)
    heads = (text.WORD_TOPICS, text.PASSAGES, text.OF_TOPIC_COLUMN, text.LIFT_COLUMN)
    rows = [
        (
            links.to_topic(model, use.topic),
            links.link(
                replace(view.at_topic(use.topic), query=f'"{phrase}"', by="words", area=(), where=()),
                "search",
                text.number(use.passages),
                label_of=text.count(use.passages, "passage"),
            ),
            f'<span class="{classes[use.topic]}">{figures.bar(use.share)}</span>{esc(text.percent(use.share))}',
            text.number(use.lift, 1),
        )
        for use in uses[:_TOPICS]
    ]
    st.html(figures.table(heads, rows, css="of-topics"))


def _lines(model: TopicModel, phrase: str, rows: Ints) -> None:
    part = rows[pager.part(len(rows), _PER_PAGE)]
    blocks = "".join(_passage(model, row, phrase) for row in part.tolist())
    st.html(f'<h2 class="pane-title">{esc(text.LINES_HEADING)}</h2><div class="kwic">{blocks}</div>')
    pager.draw(len(rows), _PER_PAGE)


def _passage(model: TopicModel, row: int, phrase: str) -> str:
    """Return the lines of a passage: the word in the middle, and whose passage it is."""
    passage, topic = model.passages[row], int(model.labels[row])
    found = usage.lines_of(row, passage.text, phrase)
    lines = list(islice(found, _PER_PASSAGE))
    left = sum(1 for _ in found)
    view = replace(session.view(), topic=topic, document=passage.document_id)
    document = model.passages.documents[int(model.passages.document[row])]
    blocks = []
    for line in lines:
        there = links.address(replace(view, place=passage.start + line.start), "read")
        blocks.append(
            f'<a class="kwic-line" href="{esc(there)}" target="_self" lang="{esc(passage.language)}" dir="auto">'
            f'<span class="kwic-before"><bdi>{esc(line.before)}</bdi></span><mark>{esc(line.word)}</mark>'
            f'<span class="kwic-after"><bdi>{esc(line.after)}</bdi></span></a>'
        )
    more = f" · {esc(text.say('more_in_passage', number=text.number(left)))}" if left else ""
    title = places.title(model, document)
    return (
        f'<div class="kwic-passage"><div>{"".join(blocks)}</div><div class="kwic-foot">{links.to_topic(model, topic)}'
        f'<span class="quiet" dir="auto" title="{esc(document.id)}">{esc(title)}{more}</span></div></div>'
    )


def _short(word: str) -> str:
    return word if len(word) <= 80 else f"{word[:79]}…"
