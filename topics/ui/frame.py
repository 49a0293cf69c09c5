"""What surrounds every page: the model that is open, notices about the link, the footer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from topics.errors import TopicsError
from topics.model import TopicModel
from topics.ui import palette, refusals, scripts, session, text
from topics.ui.markup import esc, md
from topics.ui.state import ViewState, fitted, from_query, merged
from topics.ui.text.catalog import languages, spoken


def show(page: str, render: Callable[[TopicModel], None]) -> None:
    """Run a page on the model that the URL names, or say why there is none."""
    view, notices = _requested(page)
    model, view, more = _open(view)
    if model is not None:
        view, unfit = fitted(view, model)
        more = (*more, *unfit)
    session.show(view, page, model)
    _navigation(view)
    for notice in (*notices, *more):
        st.warning(md(notice))
    if model is None:
        _nothing_here()
    else:
        _tell_of_demo()
        render(model.at(view.level))
        scripts.follow_links()
    footer()


def show_without_model(page: str, render: Callable[[], None]) -> None:
    """Run a page that needs no model."""
    view, notices = _requested(page)
    session.show(view, page)
    _navigation(view)
    for notice in notices:
        st.warning(md(notice))
    render()
    footer()


def style() -> None:
    """Add the app's style rules."""
    st.html(session.HERE / "style.css")
    st.html(f"<style>{palette.css()}</style>")


def footer() -> None:
    """Say what leaves this computer, and offer the languages that the app speaks."""
    with st.container(key="foot", horizontal=True, vertical_alignment="center"):
        st.html(f'<footer class="foot">{esc(text.FOOTER)}</footer>', width="content")
        known = languages()
        session.sync("spoken", spoken())
        st.segmented_control(
            text.SPOKEN,
            list(known),
            key="spoken",
            required=True,
            format_func=lambda code: md(known[code]),
            on_change=_speak,
            label_visibility="collapsed",
        )
    scripts.speak(spoken())


def _speak() -> None:
    session.go(replace(session.view(), lang=session.chosen("spoken", session.view().lang)))


def model_picker() -> None:
    """Offer the other saved models, where there are any."""
    names = list(session.shelf())
    if len(names) < 2:
        return
    session.sync("model_picker", session.view().model)
    st.selectbox(text.MODEL, names, key="model_picker", on_change=_pick_model, label_visibility="collapsed")


def _pick_model() -> None:
    session.go(ViewState(model=st.session_state["model_picker"]))


def _requested(page: str) -> tuple[ViewState, tuple[str, ...]]:
    """Return the view that the URL asks for, with a sentence for each parameter that says nothing sensible."""
    parameters = st.query_params.to_dict()
    if session.is_late(parameters):
        scripts.ask_again(parameters, session.LATE + 0.1)
        return session.view(), ()
    view, notices = from_query(parameters)
    return merged(view, session.view(), page), notices


def _navigation(view: ViewState) -> None:
    """Link to every page; each link carries the view, so that nothing is lost on the way there and back."""
    with st.container(key="nav", horizontal=True, vertical_alignment="center", gap="small"):
        for name, label in text.pages().items():
            st.page_link(session.page_file(name), label=label, query_params=replace(view, sheet=1).to_query(name))
    scripts.show_current(list(text.pages()).index(session.page()))


def _open(view: ViewState) -> tuple[TopicModel | None, ViewState, tuple[str, ...]]:
    """Return the model that the view names, else the first that can be opened, with a sentence for each that cannot."""
    shelf = session.shelf(view.model)
    notices: list[str] = []
    names = list(shelf)
    given = session.given()
    if given is not None and not any(path.is_relative_to(given) for path in shelf.values()):
        notices.append(refusals.not_a_model(str(given)))
    if view.model and view.model not in shelf and names:
        notices.append(refusals.unknown_model(view.model, names))
    wanted = [view.model] if view.model in shelf else []
    for name in dict.fromkeys([*wanted, *names]):
        model = _loaded(shelf[name], notices)
        if model is not None:
            same = view.model in ("", name)
            return model, (replace(view, model=name) if same else ViewState(model=name)), tuple(notices)
    return None, ViewState(), tuple(notices)


def _loaded(path: Path, notices: list[str]) -> TopicModel | None:
    try:
        return session.open_model(path)
    except TopicsError as error:
        notices.append(text.retold(str(error)))
    except OSError as error:
        notices.append(refusals.file_not_read(path.name, error.strerror or str(error)))
    return None


def _tell_of_demo() -> None:
    """Say where people arrive that this is the demo, and how to see one's own texts; where they edit, what is saved."""
    view, page = session.view(), session.page()
    if page not in ("explore", "curate") or not session.is_demo(view.model, session.shelf()[view.model]):
        return
    folder = str(session.own_place(view.model, session.shelf()[view.model]))
    said = text.DEMO if page == "explore" else text.say("demo_edits", folder=folder)
    with st.container(key="demo", horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="demo">{esc(said)}</p>', width="content")
        if page == "explore":
            st.page_link(session.page_file("fit"), label=md(text.FIT_TITLE), query_params=view.to_query("fit"))


def _nothing_here() -> None:
    st.html(f'<h1 class="title">{esc(text.NO_MODEL_TITLE)}</h1><p class="lead">{esc(text.NO_MODEL_LEAD)}</p>')
    st.page_link(session.page_file("fit"), label=md(text.FIT_TITLE))
