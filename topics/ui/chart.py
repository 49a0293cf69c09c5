"""The map as an ECharts option object, for browsers without WebGL2: what is drawn, what a click or a region means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from topics.facets import Facet
from topics.ids import COLOURED, coloured
from topics.model import TopicModel
from topics.protocols import Ints
from topics.shades import NONE, STEPS, Shade
from topics.ui import names, palette, text
from topics.ui.region import polygon
from topics.ui.state import Polygon, ViewState
from topics.values import LOOSE

_INLINE_UP_TO = 1000
_SNIPPETS_UP_TO = 3000  # passages; beyond, their texts would outweigh their places by far
_NAMES_UP_TO = 20_000
_SNIPPET = 150  # characters
_LABELS = 40
_SERIES = 60  # topics that have a series of their own; the others share one
_SIZES = ((150, 12.0), (600, 9.0), (3000, 6.0), (20_000, 4.0))
_CROWD = 600  # passages from which on dots are drawn lightly
_EDGE = 1.12  # the map's own coordinates end at 1

_INK = {dark: palette.ink(dark=dark) for dark in (False, True)}
_PAPER = {False: "#FCFBF8", True: "#16181B"}
_RAISED = {False: "#FFFFFF", True: "#24282D"}
_QUIET = {False: "#6B675D", True: "#9BA0A7"}
_FONT = '"Source Sans", sans-serif'


@dataclass(frozen=True, slots=True)
class Scene:
    """What the map shows besides the corpus: the chosen topic, the passages that filters left, the chosen region.

    Colours stand for topics, or for the values or the scale of ``facet``.
    """

    topic: int | None = None
    found: Ints | None = None
    area: Polygon = ()
    dark: bool = False
    facet: Facet | Shade | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """What is selected on the map in the browser: dots and names by series, and the region that was drawn there."""

    dots: Sequence[Mapping[str, Any]] = ()
    area: Polygon = ()


def option(model: TopicModel, scene: Scene) -> dict[str, Any]:
    """Return the option object for ``st.echarts_chart``.

    ECharts draws names as plain text, and Streamlit escapes what a tooltip takes from a dataset.
    """
    parts = groups(model, scene)
    total, places = len(model.passages), coloured(model.topics)
    return {
        "animation": False,
        "textStyle": {"fontFamily": _FONT},
        "grid": {"left": 4, "right": 4, "top": 4, "bottom": 34},
        "xAxis": _axis(),
        "yAxis": _axis(),
        "dataZoom": [{"type": "inside", f"{axis}AxisIndex": 0, "filterMode": "none"} for axis in "xy"],
        "toolbox": _toolbox(scene.dark),
        "brush": _brush(scene.dark),
        "tooltip": _tooltip(total, scene.dark),
        "dataset": [_points(model, rows) for rows in parts.values()],
        "series": [
            _name_series(model, scene),
            *(_point_series(name, at, total, scene, places) for at, name in enumerate(parts)),
            *([_outline(scene)] if scene.area else []),
        ],
    }


def groups(model: TopicModel, scene: Scene) -> dict[str, Ints]:
    """Return the rows of each series of points: its data indices are indices into these.

    A topic's series and place stay the same whatever else is shown, since the browser remembers a selection by both.
    """
    if scene.facet is not None:
        return _by_value(model, scene, scene.facet)
    labels = model.labels
    bright = coloured(model.topics)
    own = [topic.id for at, topic in enumerate(model.topics) if at < _SERIES or topic.id in bright]
    parts = {"rest": np.flatnonzero(~np.isin(labels, own)).astype(np.int32)}
    parts |= {f"t{topic}": np.flatnonzero(labels == topic).astype(np.int32) for topic in own}
    if scene.found is not None:
        parts["found"] = np.sort(scene.found)
    return parts


def _by_value(model: TopicModel, scene: Scene, facet: Facet | Shade) -> dict[str, Ints]:
    """Return the rows of each value that has a colour, of the others together, and of what the filters left out."""
    shown = np.ones(len(model.passages), bool) if scene.topic is None else model.labels == scene.topic
    if scene.found is not None:
        shown &= np.isin(np.arange(len(shown)), scene.found)
    if isinstance(facet, Shade):
        codes = np.where(facet.codes == NONE, COLOURED, facet.codes // (STEPS // COLOURED))
    else:
        codes = np.where(facet.codes < 0, COLOURED, np.minimum(facet.codes, COLOURED))
    parts = {"rest": np.flatnonzero(~shown).astype(np.int32)}
    return parts | {
        f"v{code}": np.flatnonzero(shown & (codes == code)).astype(np.int32) for code in range(COLOURED + 1)
    }


def followed(
    model: TopicModel, scene: Scene, view: ViewState, before: Picked, selection: Mapping[str, Any]
) -> tuple[ViewState, Picked]:
    """Return the view that a click or a drawn region leads to, and what is picked on the map now.

    Every series keeps a selection of its own, so what was clicked is what changed; a second click on a dot takes its
    selection back, and means its topic all the same. A region selects the dots in it, which says nothing more.
    """
    area = region(selection["areas"])
    dots = before.dots if area else [dict(group) for group in selection["selected"]]
    now = Picked(dots, area)
    if area != before.area:
        return replace(view, area=area, page=1), now
    fresh = [group for group in dots if group not in before.dots]
    topic = clicked(model, scene, fresh or [group for group in before.dots if group not in dots])
    return (view if topic is None or topic == view.topic else view.at_topic(topic)), now


def clicked(model: TopicModel, scene: Scene, selected: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the topic of what was clicked, from the ``selected`` groups of the chart's selection; None for nothing."""
    parts, named = groups(model, scene), _named(model)
    for group in selected:
        series, indices = str(group.get("series_id")), group.get("data_indices") or []
        if not indices:
            continue
        at = int(indices[-1])
        if series == "names" and at < len(named):
            return named[at]
        if series in parts and at < len(parts[series]):
            return int(model.labels[parts[series][at]])
    return None


def region(areas: Sequence[Mapping[str, Any]]) -> Polygon:
    """Return the corners of a drawn region, from the ``areas`` of the chart's selection; empty for none."""
    for area in areas:
        corners = area.get("coord_range") or []
        if area.get("brush_type") == "rect" and len(corners) == 2:
            (left, right), (low, high) = corners
            corners = [(left, low), (right, low), (right, high), (left, high)]
        if area.get("brush_type") in ("rect", "polygon") and len(corners) >= 3:
            return polygon(corners)
    return ()


def _points(model: TopicModel, rows: Ints) -> dict[str, Any]:
    """Return the dataset of a series. A large one goes to the browser as Arrow, whose making costs importing pandas."""
    places = model.positions[rows]
    columns: dict[str, Any] = {"x": np.round(places[:, 0], 4), "y": np.round(places[:, 1], 4)}
    total = len(model.passages)
    if total <= _NAMES_UP_TO:
        named = {LOOSE: text.UNASSIGNED} | {topic.id: topic.name for topic in model.topics}
        columns["topic"] = [named[topic] for topic in model.labels[rows].tolist()]
    if total <= _SNIPPETS_UP_TO:
        columns["passage"] = [snippet(model.passages[row].text) for row in rows.tolist()]
    if total > _INLINE_UP_TO:
        import pyarrow as pa

        return {"source": pa.table(columns)}
    columns |= {axis: [round(float(value), 4) for value in columns[axis]] for axis in "xy"}
    return {"dimensions": list(columns), "source": [list(point) for point in zip(*columns.values(), strict=True)]}


def _named(model: TopicModel) -> list[int]:
    """Return the topics whose names stand on the map."""
    return [topic.id for topic in model.topics[:_LABELS] if topic.size]


def _point_series(name: str, dataset: int, total: int, scene: Scene, places: Mapping[int, int]) -> dict[str, Any]:
    number = int(name[1:]) if name[1:].isdecimal() else LOOSE  # the id of a topic, or the code of a facet's value
    place = places.get(number, LOOSE) if name[0] == "t" else number
    chosen = name[0] == "t" and number == scene.topic
    size = next((size for limit, size in _SIZES if total <= limit), 3.0)
    ink = _INK[scene.dark]
    return {
        "id": name,
        "type": "scatter",
        "datasetIndex": dataset,
        "encode": {"x": "x", "y": "y"},
        "symbolSize": size * (1.25 if chosen or name == "found" else 1),
        "itemStyle": _point_style(name, number, place, crowded=total > _CROWD, scene=scene),
        "emphasis": {"scale": 1.35, "itemStyle": {"opacity": 1, "borderColor": ink, "borderWidth": 2}},
        "select": {"itemStyle": {"borderColor": ink, "borderWidth": 2}},
        "selectedMode": "single",
        "cursor": "pointer",
        "z": 4 if name == "found" else 3 if chosen else 2,
    }


def _point_style(name: str, number: int, place: int, *, crowded: bool, scene: Scene) -> dict[str, Any]:
    if name == "found":
        return {
            "color": "transparent",
            "borderColor": _INK[scene.dark],
            "borderWidth": 1.2 if crowded else 2,
            "opacity": 1,
        }
    colour = palette.colour_at(place, dark=scene.dark)
    if name[0] == "v" and number < COLOURED and isinstance(scene.facet, Shade):
        colour = palette.shade_at((number + 0.5) / COLOURED, dark=scene.dark)
    chosen = name[0] == "v" or (scene.topic is not None and number == scene.topic)
    fill, edge = colour.fill, colour.edge
    if chosen and name[0] != "v" and (place == LOOSE or place >= COLOURED):
        fill, edge = _INK[scene.dark], _PAPER[scene.dark]  # grey among grey would not stand out
    opacity = 0.95
    if not chosen and (scene.topic is not None or scene.found is not None):
        opacity = 0.13 if crowded else 0.22
    return {"color": fill, "borderColor": edge, "borderWidth": 0.6 if crowded else 1, "opacity": opacity}


def _name_series(model: TopicModel, scene: Scene) -> dict[str, Any]:
    return {
        "id": "names",
        "type": "scatter",
        "data": _names(model, scene),
        "symbolSize": 1,
        "itemStyle": {"opacity": 0},
        "label": {
            "show": True,
            "formatter": "{b}",
            "lineHeight": 16,
            "fontSize": 12.5,
            "fontWeight": 600,
            "fontFamily": _FONT,
            "opacity": 1,
            "textBorderColor": _PAPER[scene.dark],
            "textBorderWidth": 4,
        },
        "tooltip": {"show": False},
        "selectedMode": "single",
        "z": 6,
    }


def _names(model: TopicModel, scene: Scene) -> list[dict[str, Any]]:
    """Return the names as data items, one for each of :func:`_named`, so that an index means the same topic always."""
    topics = _named(model)
    centres = [np.median(model.positions[model.labels == topic], axis=0).tolist() for topic in topics]
    chosen = topics.index(scene.topic) if scene.topic in topics else None
    places = names.placed([model.topic(topic).name for topic in topics], centres, 2 * _EDGE, chosen)
    items: list[dict[str, Any]] = []
    for index, place in enumerate(places):
        faded = index != chosen and (scene.topic is not None or scene.found is not None)
        label: dict[str, Any] = {"color": (_QUIET if faded else _INK)[scene.dark], "show": place is not None}
        if index == chosen:
            label |= {"fontSize": 14.5, "fontWeight": 700, "lineHeight": 18}
        at = list(place.at) if place is not None else centres[index]
        items.append({"name": place.lines if place is not None else "", "value": at, "label": label})
    return items


def _outline(scene: Scene) -> dict[str, Any]:
    """Return the edge of the chosen region, which the browser forgets when the link is opened anew."""
    return {
        "id": "region",
        "type": "line",
        "data": [list(corner) for corner in (*scene.area, scene.area[0])],
        "showSymbol": False,
        "silent": True,
        "lineStyle": {"color": _QUIET[scene.dark], "width": 1.5, "type": "dashed"},
        "tooltip": {"show": False},
        "z": 1,
    }


def _axis() -> dict[str, Any]:
    return {"type": "value", "show": False, "min": -_EDGE, "max": _EDGE}


def _toolbox(dark: bool) -> dict[str, Any]:
    titles = {"polygon": text.LASSO, "rect": text.BOX, "clear": text.CLEAR_SHAPE}
    return {
        "left": 4,
        "bottom": 4,
        "itemSize": 17,
        "itemGap": 10,
        "iconStyle": {"borderColor": _QUIET[dark], "borderWidth": 1.4},
        "emphasis": {
            "iconStyle": {"borderColor": _INK[dark], "textFill": _INK[dark], "textPosition": "top", "textAlign": "left"}
        },
        "feature": {"brush": {"type": ["polygon", "rect", "clear"], "title": titles}},
    }


def _brush(dark: bool) -> dict[str, Any]:
    return {
        "xAxisIndex": 0,
        "yAxisIndex": 0,
        "toolbox": ["polygon", "rect", "clear"],
        "outOfBrush": {"colorAlpha": 0.25},
        "brushStyle": {"borderWidth": 1.5, "borderColor": _QUIET[dark], "color": "rgba(128,128,128,0.10)"},
    }


def _tooltip(total: int, dark: bool) -> dict[str, Any]:
    lines = ["<b>{@topic}</b>"] if total <= _NAMES_UP_TO else []
    lines += ["{@passage}"] if total <= _SNIPPETS_UP_TO else []
    return {
        "show": bool(lines),
        "trigger": "item",
        "confine": True,
        "formatter": "<br>".join(lines),
        "backgroundColor": _RAISED[dark],
        "borderColor": "transparent",
        "padding": [8, 11],
        "textStyle": {"color": _INK[dark], "fontSize": 13, "fontFamily": _FONT},
        "extraCssText": "max-width: 300px; white-space: normal; line-height: 1.4; border-radius: 6px;",
    }


def snippet(passage: str) -> str:
    """Return the beginning of a passage, as a line to show beside its dot."""
    line = " ".join(passage.split())
    return (
        line
        if len(line) <= _SNIPPET
        else f"{line[: line.rfind(' ', 0, _SNIPPET) if ' ' in line[:_SNIPPET] else _SNIPPET]} …"
    )
