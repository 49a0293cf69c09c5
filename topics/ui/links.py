"""Links from one page to another, as HTML: every noun leads somewhere."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from topics.model import TopicModel
from topics.portrait import SIDES
from topics.ui import palette, session, text
from topics.ui.markup import esc
from topics.ui.state import ViewState
from topics.values import LOOSE


def name_of(model: TopicModel, topic: int) -> str:
    """Return a topic's name at the model's level."""
    return text.UNASSIGNED if topic == LOOSE else model.topic(topic).name


def address(view: ViewState, page: str) -> str:
    """Return the address of a page that shows a view, relative to any page of the app."""
    return f"{'./' if page == 'explore' else page}?{urlencode(view.to_query(page))}"


def link(view: ViewState, page: str, label: str, *, css: str = "to", label_of: str = "") -> str:
    """Return a link to a view.

    Parameters
    ----------
    view, page
        Where it leads.
    label
        What it says, as text.
    css
        Its class.
    label_of
        What a screen reader says of it, as text; what it says by default.
    """
    named = f' aria-label="{esc(label_of)}"' if label_of else ""
    return f'<a class="{css}" href="{esc(address(view, page))}" target="_self"{named} dir="auto">{esc(label)}</a>'


def to_topic(model: TopicModel, topic: int, *, level: str = "") -> str:
    """Return a topic's name with its colour, which leads to all on it."""
    view = replace(session.view().at_topic(topic), side=SIDES[0])
    view = replace(view, level=level) if level else view
    return (
        f'<span class="of-topic {palette.classes(model)[topic]}"><span class="dot"></span>'
        f"{link(view, 'topic', name_of(model, topic))}</span>"
    )


def to_word(term: str) -> str:
    """Return a word that leads to how it is used."""
    return link(replace(session.view(), word=term, sheet=1), "words", term, css="kw")
