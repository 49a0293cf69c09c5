"""Export: what the model holds as files, made when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from topics import share
from topics.model import TopicModel
from topics.protocols import Ints
from topics.share import What
from topics.ui import cards, detail, filters, quotes, region, session, text
from topics.ui.explore import rows_of
from topics.ui.markup import esc, md
from topics.ui.state import SCOPES, ViewState

_WHATS: tuple[What, ...] = ("topics", "passages", "citations", "map", "report", "model")
_MIMES: Mapping[str, str] = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain",
    ".bib": "application/x-bibtex",
}


def render(model: TopicModel) -> None:
    """Draw the page."""
    view = session.view()
    with st.container(key="narrow"):
        quotes.heading(text.EXPORT_TITLE, text.EXPORT_LEAD)
        detail.control(model)
        chosen = _scope(model, view)
        if chosen is not None and not len(chosen):
            st.html(f'<p class="quiet">{esc(text.NO_HIT)}</p>')
            return
        for what in _WHATS:
            _output(model, what, None if what in share.WHOLE else chosen, scoped=chosen is not None)


def _scope(model: TopicModel, view: ViewState) -> Ints | None:
    """Offer to export everything or what the view holds; return the rows of the passages, None for all."""
    told = _filters(model, view)
    if not told:
        st.html(
            f'<p class="quiet">{esc(text.say("export_all", passages=text.count(len(model.passages), "passage")))} '
            f"{esc(text.EXPORT_SCOPE_HINT)}</p>"
        )
        return None
    rows = np.unique(rows_of(model, view))
    session.sync("scope", view.scope)
    names = {
        "all": text.say("export_all", passages=text.count(len(model.passages), "passage")),
        "view": text.say("export_view", passages=text.count(len(rows), "passage"), filters=" · ".join(told)),
    }
    st.radio(
        text.EXPORT_SCOPE, SCOPES, key="scope", format_func=lambda scope: md(names[scope]), on_change=_change_scope
    )
    return rows.astype(np.int32) if view.scope == "view" else None


def _change_scope() -> None:
    session.go(replace(session.view(), scope=session.chosen("scope", session.view().scope)))


def _filters(model: TopicModel, view: ViewState) -> list[str]:
    """Return what the view holds, as the chips of the explore page say it."""
    told = [] if view.topic is None else [text.chip(text.TOPIC, cards.name_of(model, view.topic))]
    told += [text.chip(text.SEARCH_FOR, view.query)] if view.query else []
    if view.area:
        inside = int(region.inside(model.positions, view.area).sum())
        told.append(text.chip(text.REGION, text.count(inside, "passage")))
    return told + [label for _, label, _ in filters.chips(view)]


def _output(model: TopicModel, what: What, chosen: Ints | None, *, scoped: bool) -> None:
    name, view = text.table("exports")[what], session.view()
    hint = text.table("export_hints")[what]
    whole = f" {text.EXPORT_WHOLE}" if scoped and what in share.WHOLE else ""
    with st.container(key=f"export_{what}", gap="xsmall"):
        st.html(f'<div class="export"><h2>{esc(name)}</h2><p class="quiet">{esc(hint + whole)}</p></div>')
        with st.container(horizontal=True, gap="small"):
            for kind, suffix in share.KINDS:
                if kind != what:
                    continue
                part = "-part" if chosen is not None else ""
                size = text.size_of(share.estimate(model, what, suffix, chosen))
                st.download_button(
                    md(text.say("export_button", file=f"{what}{suffix}", size=size)),
                    partial(share.made, model, what, suffix, title=view.model, chosen=chosen),
                    file_name=f"{view.model}-{what}{part}{suffix}",
                    mime=_MIMES[suffix],
                    key=f"download_{what}{suffix}",
                    on_click="ignore",
                    icon=":material/download:",
                )
