"""One view of the app as one value, and that value as the query of a URL. No streamlit here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from topics.ids import ids_of
from topics.model import TopicModel
from topics.portrait import SIDES, Side
from topics.search import By as SearchBy
from topics.ui import refusals
from topics.ui.text import catalog
from topics.values import LOOSE

Polygon = tuple[tuple[float, float], ...]

PAGES: Mapping[str, tuple[str, ...]] = {
    "explore": ("model", "level", "topic", "q", "by", "area", "where", "colour", "page"),
    "topic": ("model", "level", "topic", "side", "sheet"),
    "words": ("model", "level", "w", "sheet"),
    "search": ("model", "level", "topic", "q", "by", "where", "sheet"),
    "read": ("model", "level", "topic", "doc", "p"),
    "fit": ("model", "job"),
    "about": ("model",),
}
"""Which parameters each page keeps in its URL, beside the language of the app."""

_FIELDS = {"q": "query", "doc": "document", "p": "place", "w": "word"}  # where a parameter's name is not its field's

SEARCH_BY: tuple[SearchBy, ...] = ("both", "words", "meaning")

_QUERY_LENGTH = 500
_CORNERS = 200
_PAIRS = 200
_DECIMALS = 3
_LOOSE = "loose"


@dataclass(frozen=True, slots=True)
class ViewState:
    """What is on the screen: everything that a link must bring back.

    Parameters
    ----------
    model
        The name of the saved model; empty for the first one.
    level
        The level of detail; empty for the one that the model shows first.
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
        The column of metadata that the map is coloured by; empty for topics.
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
    )
    return view, tuple(notices)


def merged(view: ViewState, kept: ViewState, page: str) -> ViewState:
    """Return a view read from a page's URL, with what that URL has no room for taken from the view before it."""
    if view.model != kept.model:
        return view
    own = {_FIELDS.get(name, name) for name in (*PAGES[page], "lang")}
    return replace(kept, **{name: getattr(view, name) for name in own})


def fitted(view: ViewState, model: TopicModel) -> tuple[ViewState, tuple[str, ...]]:
    """Return the view as a model can show it, and a sentence for each thing that it does not have."""
    notices: list[str] = []
    level = view.level or model.level
    if level not in model.level_names:
        notices.append(refusals.unknown_level(level, model.level_names))
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
    if colour and all(facet.name != colour for facet in known):
        notices.append(refusals.bad_parameter("colour", colour))
        colour = ""
    document, place = view.document, view.place
    if document and document not in model.memo.documents:
        notices.append(refusals.unknown_document(document))
        document, place = "", None
    view = replace(view, level=level, topic=topic, where=where, colour=colour, document=document, place=place)
    return view, tuple(notices)


def moved(view: ViewState, model: TopicModel, level: str) -> ViewState:
    """Return the view at another level; a chosen topic becomes the one that holds most of its passages there."""
    target = model.at(level)
    topic = view.topic
    if topic is not None and topic != LOOSE:
        there = target.labels[model.at(view.level or model.level).labels == topic].tolist()
        topic = max(sorted(set(there)), key=there.count) if there else None
    return replace(view, level=level, topic=topic, page=1, sheet=1)


def _write_topic(topic: int) -> str:
    return _LOOSE if topic == LOOSE else f"t{topic}"


def _read_topic(written: str, notices: list[str]) -> int | None:
    if not written:
        return None
    if written == _LOOSE:
        return LOOSE
    digits = written.removeprefix("t")
    if digits.isascii() and digits.isdecimal() and len(digits) < 10:
        return int(digits)
    notices.append(refusals.bad_parameter("topic", written))
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
