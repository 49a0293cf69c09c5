"""What the pages share of Streamlit's session: the view, the URL, the open model, the running fits."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from topics.model import TopicModel
from topics.ui import catalog
from topics.ui.jobs import Jobs
from topics.ui.opened import Opened
from topics.ui.state import ViewState
from topics.ui.text import catalog as sentences

HERE = Path(__file__).parent
T = TypeVar("T")

_VIEW, _PAGE, _LEFT, _MODELS, _GIVEN, _VERSION = "_view", "_page", "_left", "_models", "_given", "_version"
LATE = 0.5  # seconds
_JOBS = Jobs()
_RUN = threading.local()
_OPENED = Opened()


def start(models: Path, given: Path | None) -> None:
    """Remember where the saved models are."""
    st.session_state[_MODELS] = models
    st.session_state[_GIVEN] = given


def models_folder() -> Path:
    """Return the folder into which new models are saved."""
    folder: Path = st.session_state[_MODELS]
    return folder


def given() -> Path | None:
    """Return what the app was started with, if anything."""
    path: Path | None = st.session_state[_GIVEN]
    return path


def shelf(asked: str = "") -> Mapping[str, Path]:
    """Return the saved models by name, as they are on disk now; the demo where it is asked for, or nothing else is."""
    return catalog.on_offer(models_folder(), given(), asked or view().model)


def is_demo(name: str, path: Path) -> bool:
    """Tell whether a model is the one of the package, and not somebody's own version of it."""
    return name == catalog.DEMO and path == catalog.demo()


def own_place(name: str, path: Path) -> Path:
    """Return where an edit of a model is saved: where it is, or for the demo in the models folder."""
    return models_folder() / name if is_demo(name, path) else path


def open_model(path: Path) -> TopicModel:
    """Return a saved model, loaded once for all sessions: it is frozen, so none can change it for another."""
    return _OPENED.get(str(path.resolve()), catalog.version(path), _load)


def publish(model: TopicModel, path: Path) -> None:
    """Let every session have a model that was just saved, without loading it again."""
    _OPENED.put(model, str(path.resolve()))


def packages() -> Mapping[str, str]:
    """Return the versions of the packages that the open model was made with, by its manifest."""
    from topics.store.codec import KEYS
    from topics.store.folder import current, read_manifest

    path = shelf()[view().model]
    return read_manifest(path / current(path), KEYS).about.mapping("packages", str)


def _load(path: str) -> TopicModel:
    from topics import store

    return store.load(path)


def jobs() -> Jobs:
    """Return the fits that run in this server, whichever session began them."""
    return _JOBS


def spoken() -> str:
    """Return the language to speak in this session: the one that the URL names, else the browser's."""
    if get_script_run_ctx() is None:
        return sentences.FIRST
    known: str | None = getattr(_RUN, "spoken", None)
    return _asked_for() if known is None else known


def settle_language() -> None:
    """Find once for a run what :func:`spoken` is asked hundreds of times; a thread runs for one session only."""
    _RUN.spoken = _asked_for()


def _asked_for() -> str:
    named = st.query_params.get("lang", "")
    return named if named in sentences.languages() else (st.context.locale or "").partition("-")[0]


sentences.follow(spoken)


def dark() -> bool:
    """Tell whether the dark theme is on."""
    return st.context.theme.type == "dark"


def view() -> ViewState:
    """Return the view that is being shown."""
    shown: ViewState = st.session_state.get(_VIEW, ViewState())
    return shown


def page() -> str:
    """Return the name of the page that is being shown."""
    name: str = st.session_state[_PAGE]
    return name


def keyed(name: str) -> str:
    """Return the key of a list of topics: another after each edit, since the browser keeps an old one's labels."""
    return f"{name}_{version()}"


def version() -> str:
    """Return the version of the model that is shown; another one after each edit, whoever made it."""
    name: str = st.session_state.get(_VERSION, "")
    return name


def show(view_now: ViewState, page_name: str, model: TopicModel | None = None) -> None:
    """Make a view the one that is shown. The URL stays as it was asked for."""
    st.session_state[_VIEW] = view_now
    st.session_state[_PAGE] = page_name
    st.session_state[_VERSION] = model.origin[1] if model is not None and model.origin is not None else ""


def go(view_next: ViewState) -> None:
    """Move to another view of the same page, and the URL to its address; for callbacks, which run before the page."""
    here, there = st.query_params.to_dict(), view_next.to_query(page())
    st.session_state[_VIEW] = view_next
    if here != there:  # else the URL is not left, and what the browser sends is not late
        st.session_state[_LEFT] = (here, time.monotonic())
        st.query_params.from_dict(there)


def is_late(parameters: Mapping[str, str]) -> bool:
    """Tell whether parameters are those of a URL that was left a moment ago.

    The browser sends its URL with every event. An event on the heels of another still brings the URL from before it.
    A quick Back brings the same, so the browser is asked again: see :func:`topics.ui.scripts.ask_again`.
    """
    left, when = st.session_state.get(_LEFT, (None, 0.0))
    return bool(parameters == left and time.monotonic() - when < LATE)


def page_file(name: str) -> Path:
    """Return the file that Streamlit runs for a page; in no folder called ``pages``, whose files it runs by itself."""
    return HERE / "views" / f"{name}.py"


def chosen(key: str, now: T) -> T:
    """Return what a switch was set to; what holds now where the browser, which is drawing it anew, says nothing yet."""
    value: T | None = st.session_state[key]
    return now if value is None else value


def sync(key: str, value: object) -> None:
    """Give a widget the view's value before it is drawn, unless it has it: what is being typed stays untouched."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
