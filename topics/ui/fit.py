"""Your texts: files in, a saved model out, fitted behind the page while it shows how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from topics.errors import ReadError
from topics.protocols import Progress
from topics.read.files import Upload
from topics.settings import Settings
from topics.ui import catalog, refusals, session, text
from topics.ui.jobs import Filed, Job, Status
from topics.ui.markup import esc, md
from topics.ui.state import ViewState
from topics.values import FileReport, Theme

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_NAME = "my-texts"
_POLL = 0.7  # seconds
_ROWS = 200


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be fitted, and as what it is to be saved."""

    uploads: tuple[Upload, ...]
    themes: tuple[Theme, ...]
    target: Path
    settings: Settings = field(default_factory=Settings)


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
            _ended(job)


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
        return refusals.name_not_allowed(name)
    if (models / name).exists():
        return refusals.name_taken(name)
    return ""


def work_of(order: Order, filed: Filed) -> Callable[[Progress], None]:
    """Return the fit of an order, ready to run in a thread; it tells what became of the files."""

    def work(progress: Progress) -> None:
        from topics import intake, pipeline, read, store

        columns = intake.columns_of(order.settings)
        reading = read.read_source(order.uploads, columns=columns, needed=False, progress=partial(progress, "read"))
        filed.tell(reading.files)
        if not reading.documents:
            raise ReadError(text.NOTHING_READ)
        model = pipeline.fit(reading, themes=order.themes or None, settings=order.settings, progress=progress)
        filed.tell(intake.reported(reading.files, reading.documents, model.passages, model.removed, model.skipped))
        progress("save", 0, 1)
        store.save(model, order.target)

    return work


def _watched() -> Job | None:
    wanted = session.view().job
    if not wanted:
        return None
    job = session.jobs().get(wanted)
    if job is None:
        st.warning(md(refusals.unknown_job(wanted)))
    return job


def _form() -> None:
    models = session.models_folder()
    with st.form("fit", border=False):
        uploads = st.file_uploader(text.FILES, accept_multiple_files=True, key="files", help=text.FILES_HELP)
        themes = st.text_area(
            text.THEMES,
            key="themes",
            help=text.THEMES_HELP,
            placeholder=text.THEMES_EXAMPLE,
            height=110,
            max_chars=20_000,
        )
        column = st.text_input(text.COLUMN, key="column", help=text.COLUMN_HELP, max_chars=200)
        name = st.text_input(text.NAME, catalog.free_name(_NAME, models), key="name", help=text.NAME_HELP, max_chars=64)
        wanted = st.form_submit_button(text.START_FIT, type="primary")
    if wanted:
        settings = Settings(text=(column or "").strip() or None)
        _begin(uploads, themes or "", settings, (name or "").strip(), models)


def _begin(uploads: Sequence[UploadedFile], themes: str, settings: Settings, name: str, models: Path) -> None:
    problem = problem_with(name, models) or ("" if uploads else text.NO_FILES)
    if problem:
        st.error(md(problem))
        return
    files = tuple(Upload(upload.name, upload.getvalue()) for upload in uploads)
    filed = Filed()
    job = session.jobs().start(name, work_of(Order(files, themes_of(themes), models / name, settings), filed), filed)
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
    if job is not None:
        _tell(job.filed.files)
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
    """Open the result; where something of the files was left out, show that first."""
    if all(file.status == "read" for file in job.filed.files):
        st.html(f'<p class="quiet">{esc(text.FIT_DONE)}</p>')
        _open(job)
    _tell(job.filed.files)
    if st.button(text.OPEN_RESULT, key="open", type="primary"):
        _open(job)


def _open(job: Job) -> None:
    session.go(replace(session.view(), job=""))
    st.switch_page(session.page_file("explore"), query_params=ViewState(model=job.name).to_query("explore"))


def _ended(job: Job) -> None:
    status = job.status
    if status.state == "failed":
        st.error(md(status.message))
    else:
        st.info(md(status.message or text.FIT_CANCELLED))
    _tell(job.filed.files)
    st.button(text.TRY_AGAIN, key="again", on_click=_leave)


def _tell(files: Sequence[FileReport]) -> None:
    if files:
        st.html(files_table(files))


def files_table(files: Sequence[FileReport]) -> str:
    """Return what became of each file as HTML, those first that were not read whole.

    The first so many are shown; the sentence above the table counts them all.
    """
    order = sorted(files, key=lambda file: (("refused", "partly", "read").index(file.status), not file.reason))
    rows = []
    for file in order[:_ROWS]:
        numbers = "".join(f"<td>{text.number(number)}</td>" if number else "<td></td>" for number in _numbers(file))
        reason = f'<div class="why">{esc(file.reason)}</div>' if file.reason else ""
        rows.append(
            f'<tr class="is-{file.status}"><td>{esc(file.path)}{reason}</td>'
            f"<td>{esc(text.file_status(file.status))}</td>"
            f"<td>{esc(file.format)}</td><td>{esc(file.language)}</td>{numbers}</tr>"
        )
    head = "".join(f'<th scope="col">{esc(name)}</th>' for name in text.file_columns())
    more = f'<p class="quiet">{esc(text.more_files(len(files) - _ROWS))}</p>' if len(files) > _ROWS else ""
    return (
        f'<p class="quiet">{esc(text.files_told(files))}</p>'
        f'<table class="files"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>{more}'
    )


def _numbers(file: FileReport) -> tuple[int, int, int]:
    return file.characters, file.passages, file.removed


def _leave() -> None:
    session.go(replace(session.view(), job=""))
