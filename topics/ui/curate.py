"""Curate: topics are renamed, merged, split and tidied, each step looked at before it is saved, and none for good."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from topics import hierarchy
from topics.history.limits import LONGEST_LINE
from topics.model import TopicModel
from topics.proposal import Act, Change, Preview, Proposal
from topics.ui import acts, desk, detail, ledger, palette, places, session, text, told
from topics.ui.desk import FIRST_SHOWN, Desk
from topics.ui.markup import esc, listed, md
from topics.ui.switch import switch
from topics.ui.text.catalog import table
from topics.values import LOOSE

_LISTED = 40  # topics to choose from at a click; the box above has all
_KEYWORDS = 6
_CHANGES = 12  # topics that a preview shows
_QUOTED = 240  # characters of a passage in a preview
_LABEL = 80  # characters of a passage that its box is called by
_NAME = 80  # characters of a person's name


def render(model: TopicModel) -> None:
    """Draw the page."""
    own = desk.of_session()
    topic = _topic_of(model)
    _follow(own, topic)
    with st.container(key="curate"):
        st.html(
            f'<header class="head"><h1 class="title">{esc(text.pages()["curate"])}</h1>'
            f'<p class="lead">{esc(session.view().model)} · {esc(text.CURATE_LEAD)}</p></header>'
        )
        _tell(own)
        _choose(model, topic)
        if hierarchy.NUMBER.fullmatch(model.level):
            st.info(md(text.CURATE_BY_COUNT))
            return
        left, right = st.columns([60, 40], gap="large")
        with left:
            if topic is None:
                _choices(model)
            else:
                _work(model, topic, own)
        with right:
            ledger.suggestions(model, own)
            ledger.history(model)


def _topic_of(model: TopicModel) -> int | None:
    """Return the topic of the view, or that of the passage that one came for."""
    view = session.view()
    row = _row_of_view(model)
    return view.topic if view.topic is not None or row is None else int(model.labels[row])


def _row_of_view(model: TopicModel) -> int | None:
    """Return the row of the passage that a link came for."""
    view = session.view()
    return places.row_at(model, places.document_row(model, view.document), view.place)


def _follow(own: Desk, topic: int | None) -> None:
    """Let go of the passages of another topic; tick the passage that a link came for, once."""
    if own.topic != topic:
        own.topic, own.shown = topic, FIRST_SHOWN
        own.chosen.clear()


def _came_for(model: TopicModel, topic: int, own: Desk) -> int | None:
    """Return the row of the passage that a link came for, which is ticked the first time; None where there is none."""
    view = session.view()
    row = _row_of_view(model)
    if row is None or model.labels[row] != topic or view.act not in acts.ON_PASSAGES:
        return None
    if own.came_for != (view.document, view.place):
        own.came_for = (view.document, view.place)
        own.chosen[model.passages[row].id] = None
    return row


def _tell(own: Desk) -> None:
    """Say once what became of the last step."""
    if own.notice is not None:
        done, sentence = own.notice
        (st.success if done else st.error)(md(sentence))
        own.notice = None


def _choose(model: TopicModel, topic: int | None) -> None:
    loose = int((model.labels == LOOSE).sum())
    known = [one.id for one in model.topics] + [LOOSE] * (loose > 0)
    sizes = {one.id: one.size for one in model.topics} | {LOOSE: loose}
    with st.container(key="curate_choice", horizontal=True, vertical_alignment="bottom"):
        detail.control(model)
        key = session.keyed("curate_topic")
        session.sync(key, topic)
        st.selectbox(
            text.CURATE_TOPIC,
            known,
            index=None,
            key=key,
            format_func=lambda one: text.topic_label(told.name_of(model, one), sizes[one]),
            placeholder=text.CURATE_TOPIC,
            on_change=lambda: _go(st.session_state[key]),
            label_visibility="collapsed",
        )


def _choices(model: TopicModel) -> None:
    """List the topics to choose from, junk last."""
    st.html(f'<p class="quiet">{esc(text.CURATE_CHOOSE)}</p>')
    with st.container(key="choices", gap=None):
        for topic in sorted(model.topics, key=lambda topic: topic.junk)[:_LISTED]:
            name = text.topic_label(topic.name, topic.size) + (f" ({text.JUNK_TAG})" if topic.junk else "")
            st.button(md(name), key=f"work_on_{topic.id}", type="tertiary", on_click=_go, args=(topic.id,))


def _go(topic: int | None) -> None:
    session.go(replace(session.view().at_topic(topic), document="", place=None))


def _work(model: TopicModel, topic: int, own: Desk) -> None:
    row = _came_for(model, topic, own)
    st.html(_card(model, topic))
    if not acts.offered(model, topic):
        st.html(f'<p class="quiet">{esc(text.NOTHING_TO_DO)}</p>')
        return
    act = _act(model, topic)
    filled = acts.form(model, topic, act, own)
    if isinstance(filled, Proposal) and filled == own.asked:
        _preview(model, filled, own)
    if acts.ticks(act, topic, own):
        _passages(model, topic, own, row)


def _card(model: TopicModel, topic: int) -> str:
    """Return the topic that is worked on, as HTML."""
    colour, name = palette.classes(model)[topic], told.name_of(model, topic)
    size = int((model.labels == topic).sum())
    words, tag = "", ""
    if topic != LOOSE:
        words = listed(keyword.term for keyword in model.topic(topic).keywords)
        tag = _tag(model.topic(topic).junk)
    return (
        f'<div class="card {colour}"><h2 class="card-name" dir="auto"><span class="dot"></span> {esc(name)}{tag}</h2>'
        f'<p class="facts">{esc(text.count(size, "passage"))}. {words}</p></div>'
    )


def _tag(junk: bool) -> str:
    return f' <span class="tag">{esc(text.JUNK_TAG)}</span>' if junk else ""


def _act(model: TopicModel, topic: int) -> Act:
    """Offer what can be done, and return what is chosen."""
    names, offered, view = table("acts"), acts.offered(model, topic), session.view()
    act = next((known for known in offered if known == view.act), offered[0])
    switch(text.ACT, offered, "act", act, _turn_to, say=names.__getitem__)
    return act


def _turn_to(act: Act) -> None:
    session.go(replace(session.view(), act=act))


def _preview(model: TopicModel, asked: Proposal, own: Desk) -> None:
    """Show what an edit would do, and let it be signed."""
    with st.spinner(text.PREVIEWING):
        found = own.preview_of(model, asked)
    if isinstance(found, str):
        st.error(md(found))
        return
    with st.container(key="preview_pane"):
        st.html(_shown(model, asked, found))
        if "author" not in st.session_state:
            st.session_state["author"] = own.author
        with st.form(own.key("sign"), border=False):
            with st.container(horizontal=True):
                st.text_input(text.AUTHOR, key="author", max_chars=_NAME)
                st.text_input(text.WHY, key=own.key("reason"), max_chars=LONGEST_LINE)
            st.form_submit_button(text.APPLY, type="primary", on_click=desk.apply, args=(model, asked, found))


def _shown(model: TopicModel, asked: Proposal, found: Preview) -> str:
    """Return a preview as HTML."""
    classes = palette.classes(found.model)
    parts = [f'<h3 class="preview-head" dir="auto">{esc(told.heading(model, asked, found))}</h3>']
    parts += [f'<p class="quiet">{esc(note)}</p>' for note in [told.nearly(asked, found)] if note]
    parts += [_change(found, change, classes[change.after.id]) for change in found.changes[:_CHANGES]]
    if found.gone:
        names = listed(topic.name for topic in found.gone[:_CHANGES])
        parts.append(f'<p class="quiet">{esc(text.GONE_FROM_HERE)}: {names}</p>')
    return f'<section class="preview" aria-label="{esc(text.PREVIEW)}">{"".join(parts)}</section>'


def _change(found: Preview, change: Change, colour: str) -> str:
    after, before = change.after, change.before
    was = f'<s dir="auto">{esc(before.name)}</s> → ' if before is not None and before.name != after.name else ""
    size = told.size(None if before is None else before.size, after.size)
    words = listed(keyword.term for keyword in after.keywords[:_KEYWORDS])
    quote = ""
    if change.row is not None:
        quoted = _cut(found.model.passages[change.row].text, _QUOTED)
        quote = f'<p class="passage-text" dir="auto">{esc(quoted)}</p>'
    return (
        f'<article class="preview-topic {colour}"><div class="row-head"><span class="dot"></span>'
        f'<span class="row-name">{was}<span dir="auto">{esc(after.name)}</span>{_tag(after.junk)}</span>'
        f'<span class="row-size">{esc(size)}</span></div>'
        f'<p class="quiet">{words}</p>{quote}</article>'
    )


def _passages(model: TopicModel, topic: int, own: Desk, first: int | None) -> None:
    """List the passages of the topic, each with a box to tick."""
    rows = model.rows(topic).tolist()
    wanted = st.text_input(
        text.FIND_PASSAGE,
        key=own.key("find", topic),
        placeholder=text.FIND_PASSAGE,
        label_visibility="collapsed",
        icon=":material/search:",
    )
    if wanted and wanted.strip():
        parts = wanted.casefold().split()
        rows = [row for row in rows if all(part in model.passages[row].text.casefold() for part in parts)]
    elif first is not None:
        rows = [first, *(row for row in rows if row != first)]
    if not rows:
        st.html(f'<p class="quiet">{esc(text.NO_PASSAGE_FOUND)}</p>')
    for row in rows[: own.shown]:
        _passage(model, row, own)
    if own.shown < len(rows):
        st.button(text.SHOW_MORE, key="show_more", type="tertiary", on_click=_lengthen, args=(own,))


def _lengthen(own: Desk) -> None:
    own.shown *= 2


def _passage(model: TopicModel, row: int, own: Desk) -> None:
    passage = model.passages[row]
    title, where = places.place(model, passage)
    key = own.key(f"tick_{row}")
    session.sync(key, passage.id in own.chosen)
    target = replace(session.view(), document=passage.document_id, place=passage.start)
    with st.container(key=f"ticked_{row}", horizontal=True, gap="small"):
        st.checkbox(
            md(_cut(passage.text, _LABEL)), key=key, on_change=_tick, args=(own, key, passage.id), width="content",
            label_visibility="collapsed",
        )  # fmt: skip
        with st.container(gap=None):
            st.html(
                f'<p class="passage-text" lang="{esc(passage.language)}" dir="auto">{esc(passage.text)}</p>'
                f'<div class="place"><span class="place-title" dir="auto">{esc(title)}</span> · {esc(where)}</div>'
            )
            st.page_link(session.page_file("read"), label=text.READ_LINK, query_params=target.to_query("read"))


def _tick(own: Desk, key: str, passage: str) -> None:
    if st.session_state[key]:
        own.chosen[passage] = None
    else:
        own.chosen.pop(passage, None)


def _cut(value: str, most: int) -> str:
    line = " ".join(value.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
