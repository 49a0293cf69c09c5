"""Beside the work on the Curate page: what might be edited, what was, and the way back to any step."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from topics.history import Edit
from topics.journal import of_history
from topics.model import TopicModel
from topics.proposal import Proposal
from topics.suggest import Suggestion
from topics.ui import acts, desk, places, session, text, told
from topics.ui.desk import Desk
from topics.ui.markup import esc, md
from topics.ui.text.catalog import table

_SHOWN = 4  # suggestions at once
_STEPS = 200  # steps of the history that are listed
_QUOTED = 160  # characters of a passage in a suggestion


def suggestions(model: TopicModel, own: Desk) -> None:
    """Offer what might be edited at the level, but for what was dismissed."""
    st.html(f'<h2 class="pane-title">{esc(text.SUGGESTIONS)}</h2>')
    found = [one for one in own.suggested_of(model) if (one.kind, one.topics) not in own.dismissed]
    if not found:
        st.html(f'<p class="quiet">{esc(text.SUGGESTIONS_NONE)}</p>')
    for one in found[:_SHOWN]:
        _suggestion(model, one, own)
    if len(found) > _SHOWN:
        st.html(f'<p class="quiet">{esc(text.say("more_suggestions", number=text.number(len(found) - _SHOWN)))}</p>')


def history(model: TopicModel) -> None:
    """List what was done, newest first, and offer to undo, to redo, and to go back to any step."""
    st.html(f'<h2 class="pane-title">{esc(text.HISTORY)}</h2>')
    log = model.history
    names = [("undo", text.UNDO, log.last), ("redo", text.REDO, log.undone[-1] if log.undone else None)]
    with st.container(key="steps_back", horizontal=True, vertical_alignment="center", gap="small"):
        for kind, label, edit in names:
            st.button(
                label,
                key=kind,
                icon=f":material/{kind}:",
                disabled=edit is None,
                help=None if edit is None else md(told.edit(edit)),
                on_click=desk.step,
                args=(model, kind),
            )
    if not log.edits:
        st.html(f'<p class="quiet">{esc(text.HISTORY_EMPTY)}</p>')
        return
    st.html(_table(model))
    _back(model)


def _suggestion(model: TopicModel, one: Suggestion, own: Desk) -> None:
    title, why = told.suggestion(model, one)
    name = f"{one.kind}_{'_'.join(map(str, one.topics))}"
    quotes = "".join(f"<li>{_quote(model, row)}</li>" for row in one.rows)
    with st.container(key=f"suggestion_{name}", border=True, gap="xsmall"):
        st.html(
            f'<h3 class="preview-head" dir="auto">{esc(title)}</h3><p class="quiet" dir="auto">{esc(why)}</p>'
            f"{f'<ul class=quotes>{quotes}</ul>' if quotes else ''}"
        )
        with st.container(horizontal=True, gap="small"):
            for proposal in _proposals(model, one):
                st.button(
                    md(table("acts")[proposal.act]),
                    key=f"take_{proposal.act}_{name}",
                    on_click=_take,
                    args=(own, proposal),
                )
            st.button(text.DISMISS, key=f"dismiss_{name}", type="tertiary", on_click=_dismiss, args=(own, one))


def _quote(model: TopicModel, row: int) -> str:
    line = " ".join(model.passages[row].text.split())
    shown = line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"
    title, _ = places.place(model, model.passages[row])
    return f'<span dir="auto">{esc(shown)}</span> <span class="place">{esc(title)}</span>'


def _proposals(model: TopicModel, one: Suggestion) -> list[Proposal]:
    if one.kind == "mixed":
        return [Proposal("split", model.level, one.topics, parts=2)]
    merge = Proposal("merge", model.level, one.topics)
    return [merge] if one.kind == "alike" else [merge, Proposal("junk", model.level, one.topics[:1])]


def _take(own: Desk, proposal: Proposal) -> None:
    acts.suggested(own, proposal)
    own.topic = proposal.topic
    session.go(replace(session.view(), topic=proposal.topic, act=proposal.act, document="", place=None))


def _dismiss(own: Desk, one: Suggestion) -> None:
    own.dismissed.add((one.kind, one.topics))


def _table(model: TopicModel) -> str:
    """Return the history as an HTML table; what was undone is struck through, and says so."""
    columns = table("history_columns")
    states = {int(str(entry["number"])): entry["state"] for entry in of_history(model)}
    head = "".join(f'<th scope="col">{esc(name)}</th>' for name in columns.values())
    rows = [_row(edit, str(states[edit.number])) for edit in reversed(model.history.edits[-_STEPS:])]
    return f'<div class="ledger"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _row(edit: Edit, state: str) -> str:
    what, note = f'<span dir="auto">{esc(told.edit(edit))}</span>', ""
    if state == "undone":
        what, note = f"<s>{what}</s>", f' <span class="tag">{esc(text.UNDONE)}</span>'
    when = edit.time[:16].replace("T", " ")
    return (
        f'<tr class="is-{esc(state.replace(" ", "-"))}"><td>{text.number(edit.number)}</td>'
        f'<td><time datetime="{esc(edit.time)}">{esc(when)} UTC</time></td><td dir="auto">{esc(edit.author)}</td>'
        f'<td>{what}{note}</td><td dir="auto">{esc(edit.reason)}</td></tr>'
    )


def _back(model: TopicModel) -> None:
    """Offer to undo until a step."""
    active = model.history.active
    if model.history.last is None:
        return
    first = next((at + 1 for at in reversed(range(len(active))) if active[at].kind == "refit"), 0)
    steps = {0: text.AS_FITTED} if not first else {active[first - 1].number: told.edit(active[first - 1])}
    steps |= {edit.number: told.edit(edit) for edit in active[first:-1]}
    with st.container(key="go_back", horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            text.REVERT_TO,
            list(reversed(steps)),
            key=f"revert_to_{session.version()}",
            format_func=lambda step: text.say("step_after", number=text.number(step), what=steps[step]),
        )
        st.button(text.REVERT, key="revert", on_click=desk.revert, args=(model, int(chosen)))
    undone = sum(edit.number > int(chosen) for edit in active)
    st.caption(md(text.say("reverting", steps=text.count(undone, "step"))))
