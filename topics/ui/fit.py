"""Your texts: files in, a look at what was read, a saved model out, made while the page shows how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from topics.settings import COLUMNS, Settings
from topics.ui import catalog, refusals, session, text
from topics.ui.jobs import Job, Stage, Status
from topics.ui.markup import esc, md
from topics.ui.orders import Drop, Order, Sample
from topics.ui.state import ViewState
from topics.values import FileReport, Pole, Theme

_NAME = "my-texts"
_POLL = 0.7  # seconds
_ROWS = 200
_AGAIN = "_order"


def render() -> None:
    """Draw the page."""
    with st.container(key="narrow"):
        st.html(f'<h1 class="title">{esc(text.FIT_TITLE)}</h1><p class="lead">{esc(text.FIT_LEAD)}</p>')
        job = _watched()
        if job is None:
            _choose()
        elif job.status.state == "running":
            _watch(job.id)
        elif job.status.state != "done":
            _ended(job)
        elif job.order is not None and job.order.target is None:
            _look(job, job.order)
        else:
            _finish(job)


def themes_of(lines: str) -> tuple[Theme, ...]:
    """Read themes written one a line; a name that is there twice counts once.

    Behind a colon stands a description, or, with ``|`` between them, the phrases of the two ends of a contrast.
    """
    themes: dict[str, Theme] = {}
    for line in lines.splitlines():
        name, _, said = (part.strip() for part in line.partition(":"))
        if not name:
            continue
        ends = [[phrase.strip() for phrase in end.split(",") if phrase.strip()] for end in said.split("|")]
        poles = tuple(Pole(end[0], tuple(end)) for end in ends) if len(ends) == 2 and all(ends) else ()
        themes.setdefault(name.casefold(), Theme(name, "" if poles else said, poles=poles))
    return tuple(themes.values())


def lines_of(themes: Sequence[Theme]) -> str:
    """Return themes as :func:`themes_of` reads them."""
    said = {
        theme.name: theme.description or " | ".join(", ".join(pole.phrases) for pole in theme.poles) for theme in themes
    }
    return "\n".join(f"{name}: {what}" if what else name for name, what in said.items())


def problem_with(name: str, models: Path) -> str:
    """Return why a model cannot be saved under a name, in a sentence; empty where it can."""
    if not catalog.is_allowed(name):
        return refusals.name_not_allowed(name)
    if (models / name).exists():
        return refusals.name_taken(name)
    return ""


def _watched() -> Job | None:
    wanted = session.view().job
    if not wanted:
        return None
    job = session.jobs().get(wanted)
    if job is None:
        st.warning(md(refusals.unknown_job(wanted)))
    return job


def _choose() -> None:
    """Take files, or a folder with all that is in it."""
    st.segmented_control(
        text.FILES_OR_FOLDER,
        ("files", "folder"),
        default="files",
        key="kind",
        required=True,
        format_func=lambda kind: md(text.FILES_ONLY if kind == "files" else text.A_FOLDER),
        label_visibility="collapsed",
    )
    whole = st.session_state["kind"] == "folder"
    uploads = st.file_uploader(
        text.FOLDER if whole else text.FILES,
        accept_multiple_files="directory" if whole else True,
        key="folder" if whole else "files",
        help=text.FILES_HELP,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        reads = st.button(text.READ_FILES, key="read", type="primary", disabled=not uploads)
        if not uploads:
            st.html(f'<p class="quiet">{esc(text.NO_FILES)}</p>', width="content")
    if reads and uploads:
        drop = Drop([(upload.name, upload.getvalue()) for upload in uploads])
        _begin(session.jobs().carry_out(text.FILES_READ, Order(drop)))
    for job in session.jobs().running():
        st.page_link(
            session.page_file("fit"),
            label=md(text.say("going_on", name=job.name)),
            query_params=replace(session.view(), job=job.id).to_query("fit"),
            icon=":material/progress_activity:",
        )


def _begin(job: Job) -> None:
    session.go(replace(session.view(), job=job.id))
    st.rerun()


def _look(job: Job, order: Order) -> None:
    """Show what was read, and ask what to make of it."""
    _tell(job.seen.files)
    if job.seen.samples:
        with st.expander(text.HOW_READ, key="samples"):
            st.html("".join(_sample(sample) for sample in job.seen.samples))
    known: Order = st.session_state.get(_AGAIN, order)
    models = session.models_folder()
    with st.form("fit", border=False):
        themes = st.text_area(
            text.THEMES,
            lines_of(known.themes),
            key="themes",
            help=text.THEMES_HELP,
            placeholder=text.THEMES_EXAMPLE,
            height=110,
            max_chars=20_000,
        )
        name = st.text_input(
            text.NAME,
            catalog.free_name(_NAME if known.target is None else known.target.name, models),
            key="name",
            help=text.NAME_HELP,
            max_chars=64,
        )
        columns = _columns(known.settings, job.seen.columns) if job.seen.columns else {}
        others = _others(known.settings)
        with st.container(horizontal=True):
            fits = st.form_submit_button(text.START_FIT, key="fit_now", type="primary")
            reads = bool(columns) and st.form_submit_button(text.READ_AGAIN, key="read_again")
    st.button(text.OTHER_FILES, key="other_files", type="tertiary", on_click=_leave)
    if fits or reads:
        _go_on(job, order, themes or "", (name or "").strip() if fits else None, {**columns, **others})


def _columns(settings: Settings, known: Sequence[str]) -> dict[str, object]:
    """Offer the columns of tables for each part that one may play."""
    chosen: dict[str, object] = {}
    with st.expander(text.COLUMNS_OF_TABLES, key="columns"):
        st.html(f'<p class="quiet">{esc(text.COLUMNS_HELP)}</p>')
        for part in COLUMNS:
            own = getattr(settings, part)
            options = ["", *dict.fromkeys([*([own] if own else []), *known])]
            chosen[part] = (
                st.selectbox(
                    md(text.setting(part)),
                    options,
                    index=options.index(own or ""),
                    key=f"column_{part}",
                    format_func=lambda name: name or text.FOUND_BY_LOOKING,
                    accept_new_options=True,
                )
                or None
            )
    return chosen


def _others(settings: Settings) -> dict[str, object]:
    """Offer the settings that a corpus may need."""
    with st.expander(text.MORE_SETTINGS, key="settings"):
        clean = st.checkbox(md(text.setting("clean")), settings.clean, key="clean")
        sentences = st.number_input(
            md(text.setting("max_sentences")), 1, 50, settings.max_sentences, key="max_sentences"
        )
        language = st.text_input(
            md(text.setting("language")), settings.language or "", key="language", help=text.LANGUAGE_HELP, max_chars=3
        )
        embedder = st.text_input(
            md(text.setting("embedder")), settings.embedder, key="embedder", help=text.EMBEDDER_HELP, max_chars=300
        )
    return {
        "clean": clean,
        "max_sentences": int(sentences),
        "language": (language or "").strip().lower() or None,
        "embedder": (embedder or "").strip() or settings.embedder,
    }


def _go_on(job: Job, order: Order, themes: str, name: str | None, knobs: Mapping[str, Any]) -> None:
    """Fit what was read, or read it again where there is no name."""
    models = session.models_folder()
    problem = "" if name is None else problem_with(name, models)
    try:
        settings = replace(order.settings, **knobs)
    except ValueError as error:
        problem = problem or text.retold(str(error))
    if problem:
        st.error(md(problem))
        return
    asked = Order(order.drop, settings, themes_of(themes), None if name is None else models / name)
    st.session_state[_AGAIN] = asked
    if name is None:
        _begin(session.jobs().carry_out(text.FILES_READ, asked))
    _begin(session.jobs().carry_out(name or "", asked, before=job.id))


def _sample(sample: Sample) -> str:
    """Return the beginning of a document as HTML, with what was left out of it."""
    name = f"{esc(sample.title)} · " if sample.title else ""
    spans = "".join(
        f'<li dir="auto"><span class="quiet">{esc(text.reason(reason))}</span> {esc(said)}</li>'
        for reason, said in sample.removed
    )
    left_out = f'<p class="quiet">{esc(text.LEFT_OUT)}</p><ul>{spans}</ul>' if spans else ""
    said = text.said_of_itself(sample.meta)
    about = f'<p class="quiet" dir="auto">{esc(said)}</p>' if said else ""
    return (
        f'<section class="sample"><h3 dir="auto">{name}{esc(sample.file)}</h3>{about}'
        f'<p class="quiet">{esc(text.count(sample.passages, "passage"))}</p>'
        f'<p class="sample-text" dir="auto">{esc(sample.text)}</p>{left_out}</section>'
    )


@st.fragment(run_every=_POLL)
def _watch(job_id: str) -> None:
    """Show how far a job is, again and again until it has ended; then run the whole page."""
    job = session.jobs().get(job_id)
    status = job.status if job is not None else Status(state="cancelled")
    if status.state != "running":
        st.rerun()
    st.html(_timeline(status))
    if job is not None:
        _tell(job.seen.files)
    st.button(text.CANCEL, key="cancel", on_click=_cancel, args=(job_id,), disabled=status.cancelling)


def _timeline(status: Status) -> str:
    """Return the stages of a job as HTML: those behind it, and the one it is in with how far that is."""
    rows = []
    for at, stage in enumerate(status.stages):
        now = at + 1 == len(status.stages)
        share = 100 if not now else 100 * stage.done / stage.total if stage.total else 0
        bar = f'<div class="bar"><i style="width:{share:.0f}%"></i></div>' if now else ""
        rows.append(
            f'<li class="{"is-now" if now else "is-done"}"><span class="stage">{esc(text.stage(stage.name))}</span>'
            f'<span class="said">{esc(_said(stage, now=now))}</span>{bar}</li>'
        )
    if not rows:
        rows.append(f'<li class="is-now"><span class="stage">{esc(text.WAITING)}</span></li>')
    note = f'<p class="quiet">{esc(text.CANCELLING)}</p>' if status.cancelling else ""
    return f'<div role="status" aria-live="polite"><ol class="timeline">{"".join(rows)}</ol>{note}</div>'


def _said(stage: Stage, *, now: bool) -> str:
    return text.progress(stage.done, stage.total, stage.seconds) if now else text.seconds(stage.seconds)


def _cancel(job_id: str) -> None:
    job = session.jobs().get(job_id)
    if job is not None:
        job.cancel()


def _finish(job: Job) -> None:
    """Open the result; where something of the files was left out, show that first."""
    if all(file.status == "read" for file in job.seen.files):
        st.html(f'<p class="quiet">{esc(text.FIT_DONE)}</p>')
        _open(job)
    _tell(job.seen.files)
    if st.button(text.OPEN_RESULT, key="open", type="primary"):
        _open(job)


def _open(job: Job) -> None:
    st.session_state.pop(_AGAIN, None)
    session.go(replace(session.view(), job=""))
    query = ViewState(model=job.name, lang=session.view().lang).to_query("explore")
    st.switch_page(session.page_file("explore"), query_params=query)


def _ended(job: Job) -> None:
    """Say why there is no result; the files are kept for another try."""
    status = job.status
    said = text.say(status.key, **status.gaps) if status.key else text.retold(status.message)
    if status.state == "failed":
        st.error(md(said))
    else:
        st.info(md(said))
    _tell(job.seen.files)
    if session.jobs().get(job.before) is not None:
        st.button(text.CHANGE_AND_TRY_AGAIN, key="change", type="primary", on_click=_return, args=(job.before,))
    st.button(text.OTHER_FILES if job.before else text.TRY_AGAIN, key="again", on_click=_leave)


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
        reason = f'<div class="why">{esc(text.retold(file.reason))}</div>' if file.reason else ""
        rows.append(
            f'<tr class="is-{file.status}"><td>{esc(file.path)}{reason}</td>'
            f"<td>{esc(text.file_status(file.status))}</td>"
            f"<td>{esc(file.format)}</td><td>{esc(text.language_mark(file.language))}</td>{numbers}</tr>"
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
    st.session_state.pop(_AGAIN, None)
    _return("")


def _return(job_id: str) -> None:
    session.go(replace(session.view(), job=job_id))
