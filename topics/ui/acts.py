"""The form of each act of the Curate page: what is filled in becomes a proposal, or a sentence says what is missing.

A field keeps what was typed until the edit is saved, whatever becomes of the model meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from topics.history.limits import LONGEST_NAME
from topics.model import TopicModel
from topics.proposal import ACTS, Act, Proposal
from topics.ui import session, text
from topics.ui.desk import Desk
from topics.ui.markup import md
from topics.ui.text.catalog import table
from topics.values import LOOSE

ON_PASSAGES = ("move", "pin", "junk")
"""The acts for which passages may be ticked."""

_MOST_PARTS = 20
_SHOWN_TERMS = 10

Filled = Proposal | str


def offered(model: TopicModel, topic: int) -> tuple[Act, ...]:
    """Return what can be done to a topic, or to the passages of none; nothing where there is no topic at all."""
    if topic == LOOSE:
        return ("move",) if model.topics else ()
    other = "junk" if model.topic(topic).junk else "restore"
    alone = len(model.topics) < 2
    return tuple(act for act in ACTS if act != other and not (alone and act in ("merge", "move")))


def ticks(act: Act, topic: int, own: Desk) -> bool:
    """Tell whether passages are to be ticked for an act, as it is filled in."""
    whole = act == "junk" and st.session_state.get(own.key("junk_whats", topic)) != "passages"
    return act in ON_PASSAGES and not whole


def form(model: TopicModel, topic: int, act: Act, own: Desk) -> Filled:
    """Draw the form of an act, and return what it says now. What is handed in is what a preview is wanted of."""
    how = _before(act, topic, own)
    with st.form(own.key(f"form_{act}_{how}", topic), border=False):
        _FIELDS[act](model, topic, own, how)
        handed_in = st.form_submit_button(text.PREVIEW)
    filled = _READ[act](model, topic, own, how)
    if handed_in:
        own.asked = filled if isinstance(filled, Proposal) else None
        if isinstance(filled, str):
            st.warning(md(filled))
    return filled


def _before(act: Act, topic: int, own: Desk) -> str:
    """Draw what decides about the fields of a form, and return it."""
    if act not in ("split", "junk"):
        return ""
    name, label = ("split_ways", text.SPLIT_HOW) if act == "split" else ("junk_whats", text.JUNK_WHAT)
    ways = table(name)
    key = _first(own.key(name, topic), next(iter(ways)))
    how = st.segmented_control(label, list(ways), key=key, required=True, format_func=lambda way: md(ways[way]))
    return str(how)


def _first(key: str, value: object) -> str:
    """Fill a field in before it is drawn for the first time, and return its key."""
    if key not in st.session_state:
        st.session_state[key] = value
    return key


def _said(own: Desk, name: str, topic: int) -> str:
    return " ".join(str(st.session_state.get(own.key(name, topic)) or "").split())


def _lines(own: Desk, name: str, topic: int) -> tuple[str, ...]:
    lines = str(st.session_state.get(own.key(name, topic)) or "").splitlines()
    return tuple(line for line in (" ".join(line.split()) for line in lines) if line)


def _others(model: TopicModel, topic: int) -> Sequence[int]:
    return [other.id for other in model.topics if other.id != topic]


def _label(model: TopicModel) -> Callable[[int], str]:
    return lambda topic: text.topic_label(model.topic(topic).name, model.topic(topic).size)


def _rename_fields(model: TopicModel, topic: int, own: Desk, how: str) -> None:
    key = _first(own.key("rename", topic), model.topic(topic).name)
    st.text_input(text.RENAME_NAME, key=key, max_chars=LONGEST_NAME)


def _keyword_fields(model: TopicModel, topic: int, own: Desk, how: str) -> None:
    terms = [keyword.term for keyword in model.topic(topic).keywords[:_SHOWN_TERMS]]
    st.text_area(text.KEYWORDS_TERMS, key=_first(own.key("keywords", topic), "\n".join(terms)), height=220)


def _picking(own: Desk, name: str, topic: int) -> str:
    """Return the key of a field in which topics are picked: another for each version, whose labels are others."""
    return f"{own.key(name, topic)}_{session.version()}"


def _merge_fields(model: TopicModel, topic: int, own: Desk, how: str) -> None:
    others = _others(model, topic)
    kept = [other for other in own.picked.get(own.key("merge", topic), ()) if other in others]
    key = _first(_picking(own, "merge", topic), kept)
    st.multiselect(text.MERGE_WITH, others, key=key, format_func=_label(model), placeholder=text.CURATE_TOPIC)


def _split_fields(model: TopicModel, topic: int, own: Desk, how: str) -> None:
    if how == "parts":
        st.number_input(text.SPLIT_PARTS, 2, _MOST_PARTS, key=_first(own.key("split_parts", topic), 2))
    else:
        st.text_area(text.SPLIT_PHRASES, key=own.key("split_phrases", topic), height=110)


def _move_fields(model: TopicModel, topic: int, own: Desk, how: str) -> None:
    others = _others(model, topic)
    kept = [other for other in own.picked.get(own.key("move", topic), ()) if other in others]
    key = _first(_picking(own, "move", topic), (kept or others)[0])
    st.selectbox(text.MOVE_TO, others, key=key, format_func=_label(model))
    _ticked(own)


def _pin_fields(model: TopicModel, topic: int, own: Desk, how: str) -> None:
    st.caption(md(text.PIN_MEANS))
    _ticked(own)


def _junk_fields(model: TopicModel, topic: int, own: Desk, how: str) -> None:
    if how == "passages":
        _ticked(own)
    else:
        st.caption(md(text.JUNK_MEANS))


def _no_fields(model: TopicModel, topic: int, own: Desk, how: str) -> None:
    st.caption(md(text.JUNK_MEANS))


def _ticked(own: Desk) -> None:
    st.caption(md(text.say("pass_ticked", passages=text.count(len(own.chosen), "passage"))))


def _rename(model: TopicModel, topic: int, own: Desk, how: str) -> Filled:
    name = _said(own, "rename", topic)
    changed = name and name != model.topic(topic).name
    return Proposal("rename", model.level, (topic,), name=name) if changed else text.NOTHING_ASKED


def _keywords(model: TopicModel, topic: int, own: Desk, how: str) -> Filled:
    terms = _lines(own, "keywords", topic)
    return Proposal("keywords", model.level, (topic,), terms=terms) if terms else text.NOTHING_ASKED


def _merge(model: TopicModel, topic: int, own: Desk, how: str) -> Filled:
    others = own.picked[own.key("merge", topic)] = tuple(st.session_state[_picking(own, "merge", topic)])
    return Proposal("merge", model.level, (topic, *others)) if others else text.NO_OTHER_CHOSEN


def _split(model: TopicModel, topic: int, own: Desk, how: str) -> Filled:
    if how == "parts":
        parts = int(st.session_state.get(own.key("split_parts", topic)) or 2)
        return Proposal("split", model.level, (topic,), parts=parts)
    phrases = _lines(own, "split_phrases", topic)
    return Proposal("split", model.level, (topic,), terms=phrases) if len(phrases) > 1 else text.TOO_FEW_PHRASES


def _move(model: TopicModel, topic: int, own: Desk, how: str) -> Filled:
    target = int(st.session_state[_picking(own, "move", topic)])
    own.picked[own.key("move", topic)] = (target,)
    chosen = tuple(own.chosen)
    return Proposal("move", model.level, (target,), chosen) if chosen else text.NO_PASSAGE_TICKED


def _pin(model: TopicModel, topic: int, own: Desk, how: str) -> Filled:
    chosen = tuple(own.chosen)
    return Proposal("pin", model.level, passages=chosen) if chosen else text.NO_PASSAGE_TICKED


def _junk(model: TopicModel, topic: int, own: Desk, how: str) -> Filled:
    if how == "topic":
        return Proposal("junk", model.level, (topic,))
    chosen = tuple(own.chosen)
    return Proposal("junk", model.level, passages=chosen) if chosen else text.NO_PASSAGE_TICKED


def _restore(model: TopicModel, topic: int, own: Desk, how: str) -> Filled:
    return Proposal("restore", model.level, (topic,))


_FIELDS: Mapping[Act, Callable[[TopicModel, int, Desk, str], None]] = {
    "rename": _rename_fields,
    "keywords": _keyword_fields,
    "merge": _merge_fields,
    "split": _split_fields,
    "move": _move_fields,
    "pin": _pin_fields,
    "junk": _junk_fields,
    "restore": _no_fields,
}
_READ: Mapping[Act, Callable[[TopicModel, int, Desk, str], Filled]] = {
    "rename": _rename,
    "keywords": _keywords,
    "merge": _merge,
    "split": _split,
    "move": _move,
    "pin": _pin,
    "junk": _junk,
    "restore": _restore,
}


def suggested(own: Desk, proposal: Proposal) -> None:
    """Fill the form in for a proposal that was suggested, so that its preview is shown; for callbacks."""
    own.cleared()
    topic = proposal.topic
    if proposal.act == "merge":
        own.picked[own.key("merge", topic)] = tuple(other for other in proposal.topics if other != topic)
    elif proposal.act == "split":
        st.session_state[own.key("split_ways", topic)] = "parts"
        st.session_state[own.key("split_parts", topic)] = proposal.parts
    else:
        st.session_state[own.key("junk_whats", topic)] = "topic"
    own.asked = proposal
