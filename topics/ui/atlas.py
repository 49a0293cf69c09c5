"""The map on the page: our own where the browser can draw it, else ECharts'; and what is done on either."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any
from zlib import crc32

import streamlit as st

from topics.model import TopicModel
from topics.ui import chart, filters, parcels, region, scripts, session, text
from topics.ui.cards import name_of
from topics.ui.chart import Picked, Scene
from topics.ui.markup import esc
from topics.ui.state import Polygon, ViewState

_FILES = ("camera", "grid", "picture", "names", "shape", "tools", "map", "entry")
_STUB = """
export default function (args) {
  const go = () => globalThis.topicsMap.%s(args)
  if (globalThis.topicsMap?.isHere) return go()
  let leave, left = false
  globalThis.addEventListener("topics-map", () => { if (!left) leave = go() }, { once: true })
  return () => { left = true; leave?.() }
}
"""
_RINGED = 2000  # passages found; more rings than these would cover the colours
_MOST_DRAWN = 5000  # corners of a region that are looked at
_MAP, _HOVER = "map", "parked_hover"
_FLAT, _TOLD = "_flat_map", "_told"
_PICKED, _ROUND, _MAP_KEY = "_picked", "_map_round", "_map_key"


@cache
def _script() -> str:
    """Return the map's own script: its files one behind another, so that no bundler is needed."""
    return "\n".join((session.HERE / "web" / f"{name}.js").read_text(encoding="utf-8") for name in _FILES)


_code = st.components.v2.component("topics.map_code", js=_script(), isolate_styles=False)
_park = st.components.v2.component("topics.map_parcel", js=_STUB % "park", isolate_styles=False)
_draw = st.components.v2.component("topics.map", js=_STUB % "draw", isolate_styles=False)
_answer = st.components.v2.component("topics.map_hover", js=_STUB % "answer", isolate_styles=False)


def show(model: TopicModel, scene: Scene) -> None:
    """Draw the map, its legend, and what can be done on it."""
    st.html(f'<h2 class="pane-title">{esc(text.MAP)}</h2>')
    view = session.view()
    if st.session_state.get(_FLAT):
        _flat(model, scene, view)
        st.html(f'<p class="hint">{esc(text.MAP_FLAT)}</p>')
    else:
        _ours(model, scene)
    if scene.facet is not None:
        st.html(filters.legend(scene.facet, view.colour))
    st.html(f'<p class="hint">{esc(text.MAP_HINT)}</p>')


def forget_region() -> None:
    """Take back what was drawn on ECharts' map, which keeps it to itself: it gets a new identity."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[_PICKED] = Picked()


# Our own map


def _ours(model: TopicModel, scene: Scene) -> None:
    """Park what the map is drawn from, which the browser is sent once, and draw it."""
    points, topics = parcels.points(model), parcels.topics(model)
    colours = None if scene.facet is None else parcels.colours(model, scene.facet)
    _code(key="parked_code")
    _park(key="parked_points", data=points.data)
    _park(key="parked_topics", data=topics.data)
    if colours is not None:
        _park(key="parked_colours", data=colours.data)
    _draw(
        key=_MAP,
        data=seen(model, scene),
        height="stretch",
        on_pick_change=partial(_pick, model),
        on_area_change=_area,
        on_escape_change=_escape,
        on_flat_change=_flatten,
    )
    _whisper(model)
    rows = parcels.drawn(model)
    if len(rows) < len(model.passages):
        said = text.say("map_sampled", some=text.number(len(rows)), passages=text.count(len(model.passages), "passage"))
        st.html(f'<p class="hint">{esc(said)}</p>')


def seen(model: TopicModel, scene: Scene) -> dict[str, Any]:
    """Return what the map is told with each run: which parcels to draw, and what stands out in them. Never a text."""
    return {
        "points": parcels.points(model).digest,
        "topics": parcels.topics(model).digest,
        "colours": None if scene.facet is None else parcels.colours(model, scene.facet).digest,
        "chosen": parcels.index_of(model, scene.topic),
        "found": parcels.marked(scene.found, parcels.drawn(model), len(model.passages)),
        "ringed": _RINGED,
        "area": [list(corner) for corner in scene.area],
        "say": {
            "map": text.MAP,
            "alt": text.map_description(len(model.passages), len(model.topics)),
            "keys": text.MAP_KEYS,
            "tools": text.MAP_TOOLS,
            "lasso": text.LASSO,
            "box": text.BOX,
            "clear": text.CLEAR_SHAPE,
            "closer": text.ZOOM_IN,
            "farther": text.ZOOM_OUT,
            "whole": text.WHOLE_MAP,
        },
    }


def picked(model: TopicModel, told: object) -> int | None:
    """Return the topic of what the browser says was clicked, a dot or a name; None where that is not there any more."""
    if not isinstance(told, Mapping) or told.get("of") != parcels.topics(model).digest:
        return None
    row = row_of(model, told.get("dot"))
    if row is not None:
        return int(model.labels[row])
    topic = told.get("topic")
    return topic if isinstance(topic, int) and any(known.id == topic for known in model.topics) else None


def row_of(model: TopicModel, dot: object) -> int | None:
    """Return the row of the passage that a dot stands for, by what the browser says is its index."""
    rows = parcels.drawn(model)
    if not isinstance(dot, int) or isinstance(dot, bool) or not 0 <= dot < len(rows):
        return None
    return int(rows[dot])


def drawn_region(told: object) -> Polygon:
    """Return the region that the browser says was drawn, in map units; empty where it says nothing sensible."""
    if not isinstance(told, Sequence) or not 3 <= len(told) <= _MOST_DRAWN or not all(map(_is_corner, told)):
        return ()
    return region.polygon(told)


def _is_corner(told: object) -> bool:
    return (
        isinstance(told, Sequence)
        and len(told) == 2
        and all(isinstance(number, int | float) and math.isfinite(number) and abs(number) <= 10 for number in told)
    )


def _sent(key: str, event: str) -> object:
    return dict(st.session_state[key]).get(event)


def _pick(model: TopicModel) -> None:
    view, topic = session.view(), picked(model, _sent(_MAP, "pick"))
    if topic is not None and topic != view.topic:
        session.go(view.at_topic(topic))


def _area() -> None:
    area = drawn_region(_sent(_MAP, "area"))
    if area and area != session.view().area:
        session.go(replace(session.view(), area=area, page=1))


def _escape() -> None:
    """Take back one thing: the region, else the topic."""
    view = session.view()
    if view.area:
        session.go(replace(view, area=(), page=1))
    elif view.topic is not None:
        session.go(view.at_topic(None))


def _flatten() -> None:
    st.session_state[_FLAT] = True


@st.fragment
def _whisper(model: TopicModel) -> None:
    """Tell the browser the text of a dot when it asks for it; only this runs again for that."""
    _answer(key=_HOVER, data=st.session_state.get(_TOLD), on_ask_change=partial(_tell, model))


def _tell(model: TopicModel) -> None:
    asked = _sent(_HOVER, "ask")
    told = answer(model, asked)
    if told is not None:
        st.session_state[_TOLD] = told


def answer(model: TopicModel, asked: object) -> dict[str, Any] | None:
    """Return what is said of a dot: its topic, and how its passage begins."""
    if not isinstance(asked, Mapping) or asked.get("of") != parcels.topics(model).digest:
        return None
    row = row_of(model, asked.get("dot"))
    if row is None:
        return None
    passage = model.passages[row]
    name = name_of(model, int(model.labels[row]))
    return dict(asked) | {"name": name, "text": chart.snippet(passage.text), "language": passage.language}


# ECharts' map


def _flat(model: TopicModel, scene: Scene, view: ViewState) -> None:
    key = _key(view)
    st.echarts_chart(
        chart.option(model, scene),
        key=key,
        height="stretch",
        on_select=lambda: _select(model, scene, key),
        alt=text.map_description(len(model.passages), len(model.topics)),
    )
    scripts.rerun_with_theme()


def _key(view: ViewState) -> str:
    """Return the map's identity: a new one where the dots of its series are others, since a selection is by these."""
    key = f"map_{st.session_state.get(_ROUND, 0)}"
    if view.colour:
        key = f"{key}_{crc32(repr((view.colour, view.where, view.topic, view.query, view.area)).encode())}"
    if st.session_state.get(_MAP_KEY, key) != key:
        st.session_state[_PICKED] = Picked()
    st.session_state[_MAP_KEY] = key
    return key


def _select(model: TopicModel, scene: Scene, key: str) -> None:
    """Follow what was clicked or drawn on the map."""
    selection = st.session_state[key]["selection"]
    before = st.session_state.get(_PICKED, Picked())
    view, st.session_state[_PICKED] = chart.followed(model, scene, session.view(), before, selection)
    if view != session.view():
        session.go(view)
