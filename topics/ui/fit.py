"""Your texts: files in, a saved model out, fitted behind the page while it shows how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

import streamlit as st

from topics.errors import ReadError
from topics.protocols import Progress
from topics.read.formats import BY_SUFFIX
from topics.read.parsed import Columns
from topics.ui import catalog, session, text
from topics.ui.jobs import Job, Status
from topics.ui.markup import esc, md
from topics.ui.state import ViewState
from topics.values import Document, Skipped, Theme

_NAME = "my-texts"
_POLL = 0.7  # seconds


class Upload(Protocol):
    """A file that was dropped on the page."""

    name: str

    def getvalue(self) -> bytes:
        """Return its bytes."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be fitted, and as what it is to be saved."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    themes: tuple[Theme, ...]
    target: Path


def render() -> None:
    """Draw the page."""
    with st.container(key="narrow"):
        st.html(f'<h1 class="title">{esc(text.FIT_TITLE)}</h1><p class="lead">{esc(text.FIT_LEAD)}</p>')
        job = _watched()
        if job is None:
            _form()
        elif job.status.state == "done":
            _finish(job)
        elif job.status.state == "running":
            _watch(job.id)
        else:
            _ended(job.status)


def documents_of(uploads: Sequence[Upload]) -> tuple[tuple[Document, ...], tuple[Skipped, ...]]:
    """Read dropped files; a name only ever becomes an id, and one that is there twice gets a number.

    Returns
    -------
    tuple
        The documents, and each file that cannot be read, with the reason.
    """
    documents: list[Document] = []
    skipped: list[Skipped] = []
    seen: Counter[str] = Counter()
    for upload in uploads:
        name = upload.name.replace("\\", "/").lstrip("/")
        seen[name] += 1
        own = name if seen[name] == 1 else f"{name} ({seen[name]})"
        format = BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
        if format is None:
            skipped.append(Skipped(own, text.suffix_not_read(sorted(BY_SUFFIX))))
            continue
        try:
            documents.extend(format.reader()(upload.getvalue(), own, Columns()).documents)
        except ReadError as error:
            skipped.append(Skipped(own, str(error)))
    return tuple(documents), tuple(skipped)


def themes_of(lines: str) -> tuple[Theme, ...]:
    """Read themes written one a line, with a description behind a colon; a name that is there twice counts once."""
    themes: dict[str, Theme] = {}
    for line in lines.splitlines():
        name, _, description = (part.strip() for part in line.partition(":"))
        if name:
            themes.setdefault(name.casefold(), Theme(name, description))
    return tuple(themes.values())


def problem_with(name: str, models: Path) -> str:
    """Return why a model cannot be saved under a name, in a sentence; empty where it can."""
    if not catalog.is_allowed(name):
        return text.name_not_allowed(name)
    if (models / name).exists():
        return text.name_taken(name)
    return ""


def work_of(order: Order) -> Callable[[Progress], None]:
    """Return the fit of an order, ready to run in a thread."""

    def work(progress: Progress) -> None:
        from topics import pipeline, store

        model = pipeline.fit(order.documents, themes=order.themes or None, progress=progress)
        model = replace(model, skipped=(*order.skipped, *model.skipped))
        progress("save", 0, 1)
        store.save(model, order.target)

    return work


def _watched() -> Job | None:
    wanted = session.view().job
    if not wanted:
        return None
    job = session.jobs().get(wanted)
    if job is None:
        st.warning(md(text.unknown_job(wanted)))
    return job


def _form() -> None:
    models = session.models_folder()
    with st.form("fit", border=False):
        uploads = st.file_uploader(
            text.FILES, type=[suffix[1:] for suffix in BY_SUFFIX], accept_multiple_files=True, key="files"
        )
        themes = st.text_area(
            text.THEMES,
            key="themes",
            help=text.THEMES_HELP,
            placeholder=text.THEMES_EXAMPLE,
            height=110,
            max_chars=20_000,
        )
        name = st.text_input(text.NAME, catalog.free_name(_NAME, models), key="name", help=text.NAME_HELP, max_chars=64)
        wanted = st.form_submit_button(text.START_FIT, type="primary")
    if wanted:
        _begin(uploads, themes or "", (name or "").strip(), models)


def _begin(uploads: Sequence[Upload], themes: str, name: str, models: Path) -> None:
    documents, skipped = documents_of(uploads)
    for left_out in skipped:
        st.warning(md(text.file_not_read(left_out.path, left_out.reason)))
    problem = problem_with(name, models) or ("" if documents else text.NO_FILES)
    if problem:
        st.error(md(problem))
        return
    job = session.jobs().start(name, work_of(Order(documents, skipped, themes_of(themes), models / name)))
    session.go(replace(session.view(), job=job.id))
    st.rerun()


@st.fragment(run_every=_POLL)
def _watch(job_id: str) -> None:
    """Show how far a fit is, again and again until it has ended; then run the whole page."""
    job = session.jobs().get(job_id)
    status = job.status if job is not None else Status(state="cancelled")
    if status.state != "running":
        st.rerun()
    st.html(_timeline(status))
    st.button(text.CANCEL, key="cancel", on_click=_cancel, args=(job_id,), disabled=status.cancelling)


def _timeline(status: Status) -> str:
    """Return the stages of a fit as HTML: those behind it, and the one it is in with how far that is."""
    rows = []
    for at, stage in enumerate(status.stages):
        now = at + 1 == len(status.stages)
        share = 100 if not now else 100 * stage.done / stage.total if stage.total else 0
        bar = f'<div class="bar"><i style="width:{share:.0f}%"></i></div>' if now else ""
        said = text.progress(stage.done, stage.total) if now else text.seconds(stage.seconds)
        rows.append(
            f'<li class="{"is-now" if now else "is-done"}"><span class="stage">{esc(text.stage(stage.name))}</span>'
            f'<span class="said">{esc(said)}</span>{bar}</li>'
        )
    if not rows:
        rows.append(f'<li class="is-now"><span class="stage">{esc(text.WAITING)}</span></li>')
    note = f'<p class="quiet">{esc(text.CANCELLING)}</p>' if status.cancelling else ""
    return f'<div role="status" aria-live="polite"><ol class="timeline">{"".join(rows)}</ol>{note}</div>'


def _cancel(job_id: str) -> None:
    job = session.jobs().get(job_id)
    if job is not None:
        job.cancel()


def _finish(job: Job) -> None:
    """Open the result."""
    st.html(f'<p class="quiet">{esc(text.FIT_DONE)}</p>')
    session.go(replace(session.view(), job=""))
    st.switch_page(session.page_file("explore"), query_params=ViewState(model=job.name).to_query("explore"))


def _ended(status: Status) -> None:
    if status.state == "failed":
        st.error(md(status.message))
    else:
        st.info(md(status.message or text.FIT_CANCELLED))
    st.button(text.TRY_AGAIN, key="again", on_click=_leave)


def _leave() -> None:
    session.go(replace(session.view(), job=""))
