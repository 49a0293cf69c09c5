"""One view of the app as one value, and that value as the query of a URL. No streamlit here."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar
from urllib.parse import parse_qsl, urlencode

import numpy as np

from topics.compare.periods import BINS, Bins
from topics.ids import ids_of
from topics.model import TopicModel
from topics.portrait import SIDES, Side
from topics.proposal import ACTS
from topics.search import By as SearchBy
from topics.ui import colouring, refusals
from topics.ui.levels import level_of
from topics.ui.text import catalog
from topics.values import LOOSE

Polygon = tuple[tuple[float, float], ...]

PAGES: Mapping[str, tuple[str, ...]] = {
    "explore": ("model", "level", "topic", "q", "by", "area", "where", "colour", "page"),
    "topic": ("model", "level", "topic", "side", "sheet"),
    "words": ("model", "level", "w", "sheet"),
    "search": ("model", "level", "topic", "q", "by", "where", "sheet"),
    "read": ("model", "level", "topic", "doc", "p"),
    "compare": ("model", "level", "how", "a", "b", "column", "bins", "other"),
    "axis": ("model", "level", "left", "right", "rows"),
    "curate": ("model", "level", "topic", "act", "doc", "p"),
    "fit": ("model", "job"),
    "export": ("model", "level", "scope", "topic", "q", "by", "area", "where"),
    "about": ("model",),
}
"""Which parameters each page keeps in its URL, beside the language of the app."""

_FIELDS = {
    "q": "query",
    "doc": "document",
    "p": "place",
    "w": "word",
    "a": "first",
    "b": "second",
}  # where a parameter's name is not its field's

How = Literal["topics", "groups", "time", "models"]
HOWS: tuple[How, ...] = ("topics", "groups", "time", "models")
Scope = Literal["all", "view"]
SCOPES: tuple[Scope, ...] = ("all", "view")
BY_DOCUMENT = "document"
T = TypeVar("T", bound=str)

SEARCH_BY: tuple[SearchBy, ...] = ("both", "words", "meaning")

_QUERY_LENGTH = 500
_POLE_LENGTH = 1500
_CORNERS = 200
_PAIRS = 200
_DECIMALS = 4
_LOOSE = "loose"


@dataclass(frozen=True, slots=True)
class ViewState:
    """What is on the screen: everything that a link must bring back.

    Parameters
    ----------
    model
        The name of the saved model; empty for the first one.
    level
        The level of detail, by name or number of topics; empty for the one that the model shows first.
    topic
        The chosen topic, ``-1`` for the passages of no topic, ``None`` for all.
    query
        What is searched for; empty for nothing.
    by
        How it is searched for.
    area
        The corners of the region chosen on the map, in map units, at least three; empty for none.
    where
        Columns of metadata and the values wanted in them: of one column either, of several all.
    colour
        What the map is coloured by, one of :func:`topics.ui.colouring.choices`; empty for topics.
    page
        Which page of passages, from 1.
    document
        The id of the document being read; empty for the first one.
    place
        The start of the passage being read, as a character offset into its document.
    job
        The id of the fit being watched.
    lang
        The language that the app speaks; empty for the browser's.
    word
        The word or phrase that is looked up; empty for none.
    side
        Which passages stand for the topic that is told about.
    sheet
        Which page of what is listed there, from 1, on the pages that show no map.
    how
        What is compared.
    first, second
        The ids of the two topics that are compared; ``None`` for the largest ones.
    column
        The column of metadata that topics are counted by; empty for the first one.
    bins
        The periods that topics are counted by; empty for those that fit the dates.
    other
        The name of the saved model that this one is compared with; empty for none.
    left, right
        The poles of the axis, as :func:`topics.contrast.parts_of` reads them; both empty for the first contrast.
    rows
        What has a row of its own on the axis: ``"document"`` or a column of metadata; empty for one row.
    scope
        What is exported.
    act
        What is to be done to the topic on the Curate page, of :data:`topics.proposal.ACTS`; empty for the first.
    """

    model: str = ""
    level: str = ""
    topic: int | None = None
    query: str = ""
    by: SearchBy = "both"
    area: Polygon = ()
    where: tuple[tuple[str, str], ...] = ()
    colour: str = ""
    page: int = 1
    document: str = ""
    place: int | None = None
    job: str = ""
    lang: str = ""
    word: str = ""
    side: Side = SIDES[0]
    sheet: int = 1
    how: How = "topics"
    first: int | None = None
    second: int | None = None
    column: str = ""
    bins: Bins | Literal[""] = ""
    other: str = ""
    left: str = ""
    right: str = ""
    rows: str = ""
    scope: Scope = "all"
    act: str = ""

    def to_query(self, page: str) -> dict[str, str]:
        """Return the parameters that a page of :data:`PAGES` keeps in its URL; defaults but the level are left out."""
        written = {
            "model": self.model,
            "level": self.level,
            "topic": "" if self.topic is None else _write_topic(self.topic),
            "q": self.query,
            "by": "" if self.by == "both" else self.by,
            "area": _write_area(self.area),
            "where": urlencode(self.where),
            "colour": self.colour,
            "page": "" if self.page == 1 else str(self.page),
            "doc": self.document,
            "p": "" if self.place is None else str(self.place),
            "job": self.job,
            "lang": self.lang,
            "w": self.word,
            "side": "" if self.side == SIDES[0] else self.side,
            "sheet": "" if self.sheet == 1 else str(self.sheet),
            "how": "" if self.how == "topics" else self.how,
            "a": "" if self.first is None else _write_topic(self.first),
            "b": "" if self.second is None else _write_topic(self.second),
            "column": self.column,
            "bins": self.bins,
            "other": self.other,
            "left": self.left,
            "right": self.right,
            "rows": self.rows,
            "scope": "" if self.scope == "all" else self.scope,
            "act": self.act,
        }
        return {name: written[name] for name in (*PAGES[page], "lang") if written[name]}

    def at_topic(self, topic: int | None) -> ViewState:
        """Return the view with another topic chosen, from its first page on."""
        return replace(self, topic=topic, page=1, sheet=1)


def from_query(parameters: Mapping[str, str]) -> tuple[ViewState, tuple[str, ...]]:
    """Read a view from the parameters of a URL, which anyone may have written.

    Returns
    -------
    tuple
        The view, and a sentence for each parameter that says nothing sensible and was left out. Unknown parameters
        are ignored.
    """
    notices: list[str] = []
    by = parameters.get("by", "both")
    if by not in SEARCH_BY:
        notices.append(refusals.bad_parameter("by", by))
    lang = parameters.get("lang", "")
    if lang and lang not in catalog.languages():
        notices.append(refusals.bad_parameter("lang", lang))
    side = parameters.get("side", SIDES[0])
    if side not in SIDES:
        notices.append(refusals.bad_parameter("side", side))
    act = parameters.get("act", "")
    if act and act not in ACTS:
        notices.append(refusals.bad_parameter("act", act))
    view = ViewState(
        model=parameters.get("model", ""),
        level=parameters.get("level", ""),
        topic=_read_topic(parameters.get("topic", ""), notices),
        query=_read_query(parameters.get("q", "")),
        by=next((known for known in SEARCH_BY if known == by), "both"),
        area=_read_area(parameters.get("area", ""), notices),
        where=_read_where(parameters.get("where", ""), notices),
        colour=parameters.get("colour", ""),
        page=_read_whole("page", parameters.get("page", ""), 1, notices) or 1,
        document=parameters.get("doc", ""),
        place=_read_whole("p", parameters.get("p", ""), 0, notices),
        job=parameters.get("job", ""),
        lang=lang if lang in catalog.languages() else "",
        word=_read_query(parameters.get("w", "")),
        side=next((known for known in SIDES if known == side), SIDES[0]),
        sheet=_read_whole("sheet", parameters.get("sheet", ""), 1, notices) or 1,
        act=act if act in ACTS else "",
    )
    return _with_comparison(view, parameters, notices), tuple(notices)


def _with_comparison(view: ViewState, parameters: Mapping[str, str], notices: list[str]) -> ViewState:
    """Return the view with what the pages that compare and export keep."""

    def one_of(name: str, known: Sequence[T], otherwise: T) -> T:
        written = parameters.get(name, "")
        if written and written not in known:
            notices.append(refusals.bad_parameter(name, written))
        return next((value for value in known if value == written), otherwise)

    def pole(name: str) -> str:
        return " ".join(parameters.get(name, "").replace("\x00", "").split())[:_POLE_LENGTH]

    return replace(
        view,
        how=one_of("how", HOWS, "topics"),
        first=_read_topic(parameters.get("a", ""), notices, "a"),
        second=_read_topic(parameters.get("b", ""), notices, "b"),
        column=parameters.get("column", ""),
        bins=one_of("bins", BINS, ""),
        other=parameters.get("other", ""),
        left=pole("left"),
        right=pole("right"),
        rows=parameters.get("rows", ""),
        scope=one_of("scope", SCOPES, "all"),
    )


def merged(view: ViewState, kept: ViewState, page: str) -> ViewState:
    """Return a view read from a page's URL, with what that URL has no room for taken from the view before it."""
    if view.model != kept.model:
        return view
    own = {_FIELDS.get(name, name) for name in (*PAGES[page], "lang")}
    return replace(kept, **{name: getattr(view, name) for name in own})


def fitted(view: ViewState, model: TopicModel) -> tuple[ViewState, tuple[str, ...]]:
    """Return the view as a model can show it, and a sentence for each thing that it does not have."""
    notices: list[str] = []
    level = level_of(view.level, model)
    if level is None:
        notices.append(refusals.unknown_level(view.level, model))
        level = model.level
    topic, there = view.topic, ids_of(model.at(level).topics).tolist()
    if topic is not None and topic != LOOSE and topic not in there:
        notices.append(refusals.unknown_topic(topic, level, there))
        topic = None
    known = model.memo.facets
    values = {(facet.name, value) for facet in known for value in facet.values}
    notices += [refusals.unknown_value(name, value) for name, value in view.where if (name, value) not in values]
    where = tuple(pair for pair in view.where if pair in values)
    colour = view.colour
    if colour and colour not in colouring.choices(model):
        notices.append(refusals.bad_parameter("colour", colour))
        colour = ""
    document, place = view.document, view.place
    if document and document not in model.memo.documents:
        notices.append(refusals.unknown_document(document))
        document, place = "", None
    view = replace(view, level=level, topic=topic, where=where, colour=colour, document=document, place=place)
    return _compared(view, there, {facet.name for facet in known}, notices), tuple(notices)


def _compared(view: ViewState, topics: Sequence[int], columns: Collection[str], notices: list[str]) -> ViewState:
    """Return the view without topics to compare and columns that the model does not have."""
    first, second = view.first, view.second
    for topic in (first, second):
        if topic is not None and topic not in topics:
            notices.append(refusals.unknown_topic(topic, view.level, topics))
    column, rows = view.column, view.rows
    if column and column not in columns:
        notices.append(refusals.bad_parameter("column", column))
        column = ""
    if rows and rows != BY_DOCUMENT and rows not in columns:
        notices.append(refusals.bad_parameter("rows", rows))
        rows = ""
    return replace(
        view,
        first=first if first in topics else None,
        second=second if second in topics else None,
        column=column,
        rows=rows,
    )


def moved(view: ViewState, model: TopicModel, level: str) -> ViewState:
    """Return the view at another level; its topics become those that hold most of their passages there."""
    here, there = model.at(view.level or model.level).labels, model.at(level).labels

    def heir(topic: int | None) -> int | None:
        if topic is None or topic == LOOSE:
            return topic
        ids, counts = np.unique(there[here == topic], return_counts=True)
        return int(ids[counts.argmax()]) if len(ids) else None

    first, second = heir(view.first), heir(view.second)
    return replace(view, level=level, topic=heir(view.topic), first=first, second=second, page=1, sheet=1)


def _write_topic(topic: int) -> str:
    return _LOOSE if topic == LOOSE else f"t{topic}"


def _read_topic(written: str, notices: list[str], name: str = "topic") -> int | None:
    if not written:
        return None
    if written == _LOOSE:
        return LOOSE
    digits = written.removeprefix("t")
    if digits.isascii() and digits.isdecimal() and len(digits) < 10:
        return int(digits)
    notices.append(refusals.bad_parameter(name, written))
    return None


def _read_query(written: str) -> str:
    return written.replace("\x00", "").strip()[:_QUERY_LENGTH].strip()


def _read_whole(name: str, written: str, low: int, notices: list[str]) -> int | None:
    if not written:
        return None
    if written.isascii() and written.isdecimal() and len(written) < 10 and int(written) >= low:
        return int(written)
    notices.append(refusals.bad_parameter(name, written))
    return None


def _read_where(written: str, notices: list[str]) -> tuple[tuple[str, str], ...]:
    try:
        pairs = (
            parse_qsl(written, keep_blank_values=True, strict_parsing=True, max_num_fields=_PAIRS) if written else []
        )
    except ValueError:
        notices.append(refusals.bad_parameter("where", written))
        return ()
    return tuple(dict.fromkeys(pairs))


def _write_area(area: Sequence[Sequence[float]]) -> str:
    return "_".join(f"{_short(x)},{_short(y)}" for x, y in area)


def _short(value: float) -> str:
    return f"{round(value, _DECIMALS) + 0.0:g}"


def _read_area(written: str, notices: list[str]) -> Polygon:
    if not written:
        return ()
    try:
        corners = [tuple(float(number) for number in corner.split(",")) for corner in written.split("_")]
    except ValueError:
        corners = []
    sound = 3 <= len(corners) <= _CORNERS and all(
        len(corner) == 2 and all(math.isfinite(number) and abs(number) <= 10 for number in corner) for corner in corners
    )
    if not sound:
        notices.append(refusals.bad_parameter("area", written))
        return ()
    return tuple((corner[0], corner[1]) for corner in corners)
