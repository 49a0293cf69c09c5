"""Compare: this model with another one on the shelf."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from topics.compare import diff
from topics.errors import TopicsError
from topics.model import TopicModel
from topics.present import of_comparison
from topics.ui import links, session, text
from topics.ui.levels import level_of
from topics.ui.markup import esc, md
from topics.ui.state import ViewState

_MOVES = 25


def models(model: TopicModel) -> None:
    """Draw what became of the topics of this model in another one."""
    view = session.view()
    others = [name for name in session.shelf() if name != view.model]
    if not others:
        st.html(f'<p class="quiet">{esc(text.MODELS_NONE)}</p>')
        return
    if view.other and view.other not in others:
        st.warning(md(text.say("models_unknown", name=view.other, instead=others[0])))
    other = view.other if view.other in others else others[0]
    session.sync("other", other)
    st.selectbox(text.MODELS_WITH, others, key="other", on_change=_change_other)
    try:
        after = session.open_model(session.shelf()[other])
        after = after.at(level_of(view.level, after) or after.level)
        found = diff(model, after)
    except (TopicsError, OSError) as error:
        st.warning(md(text.retold(str(error))))
        return
    told: Any = of_comparison(model, after, found)
    _in_common(told, other)
    _changes(told, view, other, after.level)
    if told["by"] == "passages":
        _moves(told, view, other, after.level)


def _change_other() -> None:
    session.go(replace(session.view(), other=st.session_state["other"]))


def _in_common(told: Any, other: str) -> None:  # noqa: ANN401 - plain JSON
    shared = text.count(told["shared"], "passage")
    if told["by"] == "meaning":
        said = text.say("models_by_meaning", passages=shared)
    else:
        said = text.say(
            "models_by_passages",
            passages=shared,
            stayed=text.number(told["stayed"]),
            moved=text.number(told["moved"]),
            only=text.number(told["before"]["passages"] - told["shared"]),
            others=text.number(told["after"]["passages"] - told["shared"]),
        )
    sizes = text.say(
        "models_sizes",
        model=session.view().model,
        topics=text.count(told["before"]["topics"], "topic"),
        other=other,
        others=text.count(told["after"]["topics"], "topic"),
    )
    st.html(f'<p class="facts">{esc(sizes)} {esc(said)}</p>')


def _changes(told: Any, view: ViewState, other: str, level: str) -> None:  # noqa: ANN401 - plain JSON
    there = ViewState(model=other, level=level, lang=view.lang)
    lines = []
    for change in told["changes"]:
        kind = text.table("kinds")[change["kind"]]
        likeness = text.percent(change["likeness"]) if change["likeness"] else "–"
        lines.append(
            f'<tr><th scope="row">{esc(kind)}</th><td>{_named(change["before"], view)}</td>'
            f"<td>{_named(change['after'], there)}</td><td>{text.number(change['shared'])}</td>"
            f"<td>{esc(likeness)}</td></tr>"
        )
    names = [text.MODELS_BECAME, view.model, other, text.MODELS_SHARED, text.MODELS_ALIKE]
    heads = "".join(f'<th scope="col" dir="auto">{esc(name)}</th>' for name in names)
    st.html(
        f'<div class="heat-scroll"><table class="changes"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _named(topics: Any, view: ViewState) -> str:  # noqa: ANN401 - plain JSON
    listed = [
        f'<li><a href="{esc(links.address(view.at_topic(topic["id"]), "explore"))}" target="_self" dir="auto">'
        f"{esc(topic['name'])}</a> <small>{text.number(topic['size'])}</small></li>"
        for topic in topics
    ]
    return f"<ul>{''.join(listed)}</ul>" if listed else "–"


def _moves(told: Any, view: ViewState, other: str, level: str) -> None:  # noqa: ANN401 - plain JSON
    moves = told["moves"]
    if not moves:
        return
    there = ViewState(model=other, level=level, lang=view.lang)
    lines = []
    for move in moves[:_MOVES]:
        document, _, offsets = move["passage"].rpartition(":")
        place = int(offsets.partition("-")[0])
        link = links.address(replace(there, topic=move["to"], document=document, place=place), "read")
        way = text.say("models_move", was=move["from_name"] or text.UNASSIGNED, now=move["to_name"] or text.UNASSIGNED)
        lines.append(
            f'<li><p class="quote-note" dir="auto">{esc(way)}</p><p class="passage-text" dir="auto">'
            f'<a href="{esc(link)}" target="_self">{esc(move["text"])}</a></p></li>'
        )
    head = text.say("models_moved", passages=text.count(len(moves), "passage"))
    more = text.showing(1, min(_MOVES, len(moves)), len(moves)) if len(moves) > _MOVES else ""
    st.html(
        f'<h2 class="pane-title plain">{esc(head)}</h2><p class="hint">{esc(more)}</p>'
        f'<ul class="moves">{"".join(lines)}</ul>'
    )
