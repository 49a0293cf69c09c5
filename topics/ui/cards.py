"""The reader beside the map: a topic's card, its passages, what a search found, or one passage of every topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from topics.model import TopicModel
from topics.present import readers
from topics.protocols import Ints
from topics.ui import links, pager, palette, places, session, text
from topics.ui.links import name_of as name_of  # others take it from here
from topics.ui.markup import esc, highlight, md, query_terms
from topics.ui.state import ViewState
from topics.values import LOOSE, Topic

_PER_PAGE = 10
_TYPICAL = 5
_OVERVIEW = 24


def show(model: TopicModel, view: ViewState, found: Ints | None) -> None:
    """Show the passages that the view asks for: those found, by their rows and best first, where there was a search."""
    if found is not None:
        _results(model, view, found)
    elif view.topic is not None:
        _topic(model, view, view.topic)
    else:
        _overview(model)


def _overview(model: TopicModel) -> None:
    st.html(
        f'<h2 class="pane-title">{esc(text.AT_A_GLANCE)}</h2><p class="quiet">{esc(text.AT_A_GLANCE_NOTE)}</p>',
    )
    for topic in sorted(model.topics, key=lambda topic: topic.junk)[:_OVERVIEW]:
        terms = [keyword.term for keyword in topic.keywords]
        for row in model.typical(topic.id, 1).tolist():
            _passage(model, row, terms, session.view().at_topic(topic.id), above=_of_topic(model, topic.id))


def _results(model: TopicModel, view: ViewState, found: Ints) -> None:
    heading = text.in_region(len(found)) if view.area else text.under_filters(len(found))
    heading = text.hits(len(found), view.query, view.by) if view.query else heading
    st.html(f'<h2 class="pane-title plain">{esc(heading)}</h2>')
    if not len(found):
        only_words = view.by == "words" and view.topic is None and not view.area and not view.where
        st.html(f'<p class="quiet">{esc(text.NO_HIT_WORDS if only_words else text.NO_HIT)}</p>')
        return
    for row in found[pager.part(len(found), _PER_PAGE, "page")].tolist():
        topic = int(model.labels[row])
        _passage(model, row, query_terms(view.query), replace(view, topic=topic), above=_of_topic(model, topic))
    pager.draw(len(found), _PER_PAGE, "page")


def _topic(model: TopicModel, view: ViewState, topic: int) -> None:
    rows = model.rows(topic)
    if topic == LOOSE:
        _card_of_loose(model, len(rows))
        terms: list[str] = []
        ordered = rows.tolist()
    else:
        chosen = model.topic(topic)
        _card(model, chosen)
        terms = [keyword.term for keyword in chosen.keywords]
        ordered = _typical_first(model, topic, rows.tolist())
    for row in ordered[pager.part(len(ordered), _PER_PAGE, "page")]:
        _passage(model, row, terms, view)
    pager.draw(len(ordered), _PER_PAGE, "page")


def _typical_first(model: TopicModel, topic: int, rows: Sequence[int]) -> list[int]:
    """Return a topic's rows: the representative ones, which do not repeat each other, then the others."""
    typical: list[int] = model.typical(topic, _TYPICAL).tolist()
    return typical + [row for row in rows if row not in typical]


def _card(model: TopicModel, topic: Topic) -> None:
    mine = model.labels == topic.id
    documents = len(np.unique(model.passages.document[mine]))
    facts = text.topic_facts(topic.size, topic.share, documents, len(model.passages.documents), topic.languages)
    tag = f'<span class="tag">{esc(text.THEME_TAG)}</span>' if topic.theme else ""
    tag += f'<span class="tag">{esc(text.JUNK_TAG)}</span>' if topic.junk else ""
    by_size = [other.id for other in model.topics]
    st.html(
        f'<div class="card {palette.classes(model)[topic.id]}"><div class="eyebrow"><span class="dot"></span>'
        f"{esc(text.topic_number(by_size.index(topic.id) + 1, len(by_size)))}{tag}</div>"
        f'<h2 class="card-name" dir="auto">{esc(topic.name)}</h2>{_keywords(topic)}'
        f'<p class="facts">{esc(facts)} {esc(text.stability(topic.stability))}{esc(evidence(topic))}</p></div>'
    )
    relatives(model, topic)
    here = replace(session.view(), topic=topic.id)
    with st.container(key="card_links", horizontal=True, gap="medium"):
        st.page_link(
            session.page_file("topic"),
            label=text.ALL_ON_THIS_TOPIC,
            query_params=replace(here, sheet=1).to_query("topic"),
            icon=":material/arrow_forward:",
            icon_position="right",
        )
        chosen = replace(here, act="", document="", place=None)
        st.page_link(session.page_file("curate"), label=text.CURATE_LINK, query_params=chosen.to_query("curate"))


def evidence(topic: Topic) -> str:
    """Return what speaks for a topic's name, where it was found in the texts."""
    found = topic.evidence
    return f" {text.evidence(found.contains, topic.size, found.fits)}" if found is not None and not topic.theme else ""


def _card_of_loose(model: TopicModel, size: int) -> None:
    share = text.percent(size / max(1, len(model.passages)))
    st.html(
        f'<div class="card {palette.css_class(LOOSE)}"><h2 class="card-name">{esc(text.UNASSIGNED)}</h2>'
        f'<p class="facts">{esc(text.UNASSIGNED_NOTE)} {esc(text.count(size, "passage"))}, {esc(share)}.</p></div>'
    )


def _keywords(topic: Topic) -> str:
    """Return the keywords by language, the language with the best ones first."""
    by_language: dict[str, list[str]] = {}
    for keyword in topic.keywords:
        by_language.setdefault(keyword.language, []).append(links.to_word(keyword.term))
    lines = []
    for code, words in by_language.items():
        name = f'<span class="kw-language">{esc(text.language(code))}</span>' if len(by_language) > 1 else ""
        lines.append(f'<div class="kws" lang="{esc(code)}">{name}{"".join(words)}</div>')
    return "".join(lines)


def relatives(model: TopicModel, topic: Topic) -> None:
    """Link to the topic that holds this one, and to those that it holds."""
    names = model.level_names
    at = names.index(topic.level)
    found: list[tuple[str, str, Topic]] = []
    if at > 0 and topic.parent is not None:
        parent = model.at(names[at - 1]).topic(topic.parent)
        found += [(text.WITHIN, names[at - 1], parent)] if parent.size > topic.size else []
    if at + 1 < len(names):
        finer = [child for child in model.levels[at + 1].topics if child.parent == topic.id]
        if len(finer) > 1:
            found += [(text.HOLDS, names[at + 1], child) for child in finer]
    if not found:
        return
    with st.container(key="relatives", horizontal=True, gap="xsmall"):
        heading = ""
        for kind, level, relative in found:
            if kind != heading:
                st.html(f'<span class="relative-kind">{esc(kind)}</span>', width="content")
                heading = kind
            st.button(
                md(relative.name),
                key=f"relative_{level}_{relative.id}",
                type="tertiary",
                on_click=_follow,
                args=(level, relative.id),
            )


def _follow(level: str, topic: int) -> None:
    session.go(replace(session.view(), level=level).at_topic(topic))


def _passage(model: TopicModel, row: int, terms: Sequence[str], view: ViewState, *, above: str = "") -> None:
    show_passage(model, row, highlight(model.passages.text(row), terms), view, above=above)


def show_passage(
    model: TopicModel, row: int, marked: str, view: ViewState, *, above: str = "", below: str = ""
) -> None:
    """Show a passage with its place and the link to it.

    Parameters
    ----------
    model
        At the level whose topics are shown.
    row
        Which passage.
    marked
        Its text as HTML.
    view
        Where one goes from here: its topic gives the colour.
    above, below
        What else is said of it, as HTML.
    """
    passage = model.passages[row]
    colour = palette.classes(model)[LOOSE if view.topic is None else view.topic]
    language = _language(model, passage.language)
    title, where = places.place(model, passage)
    target = replace(view, document=passage.document_id, place=passage.start)
    with st.container(key=f"passage_{row}", gap=None):
        st.html(
            f'<article class="passage {colour}">{above}'
            f'<p class="passage-text" lang="{esc(passage.language)}" dir="auto">'
            f"{marked}</p>{below}</article>"
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(
                f'<div class="place"><div class="place-title" dir="auto" title="{esc(passage.document_id)}">'
                f"{esc(title)}</div>"
                f"{esc(where)}{language}{_loosely(model, row)}</div>"
            )
            st.page_link(
                session.page_file("read"),
                label=text.READ_LINK,
                query_params=target.to_query("read"),
                icon=":material/arrow_forward:",
                icon_position="right",
            )


def remedy(model: TopicModel) -> str:
    """Return which of the corpus's languages the encoder reads poorly, and what to do."""
    encoder, others = readers(model)
    return text.remedy(encoder, model.poorly_read, others)


def _language(model: TopicModel, code: str) -> str:
    """Return a passage's language, where it tells passages apart or the encoder reads it poorly, which is marked."""
    if code in model.poorly_read:
        mark = f'<span class="poorly" title="{esc(remedy(model))}">{esc(text.READ_POORLY)}</span>'
        return f" · {esc(text.language(code))}, {mark}"
    return f" · {esc(text.language(code))}" if len(model.passages.languages) > 1 else ""


def _loosely(model: TopicModel, row: int) -> str:
    """Return the mark of a passage that sits loosely in its topic."""
    if model.labels[row] == LOOSE or not model.loose[row]:
        return ""
    return f' · <span class="poorly" title="{esc(text.LOOSELY_MEANS)}">{esc(text.LOOSELY)}</span>'


def _of_topic(model: TopicModel, topic: int) -> str:
    return (
        f'<div class="of-topic {palette.classes(model)[topic]}"><span class="dot"></span>'
        f'<span dir="auto">{esc(name_of(model, topic))}</span></div>'
    )
