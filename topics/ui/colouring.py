"""What the map can be coloured by, and the name of each in a link. No streamlit here.

A column goes by its own name. What is not a column has a name that begins with a tilde, and a column whose name begins
so gets one more, so that none is ever taken for the other.
"""

from __future__ import annotations

from topics.facets import Facet
from topics.model import TopicModel
from topics.shades import Shade, by_confidence, by_time
from topics.ui import parcels

TIME, CONFIDENCE = "~time", "~confidence"

_MARK = "~"


def key_of(column: str) -> str:
    """Return the name of a column among what the map can be coloured by."""
    return f"{_MARK}{column}" if column.startswith(_MARK) else column


def choices(model: TopicModel) -> tuple[str, ...]:
    """Return the names of what the map can be coloured by, beside topics."""
    columns = [key_of(facet.name) for facet in model.memo.facets]
    return (*columns, *([TIME] if _time(model) is not None else []), CONFIDENCE)


def source(model: TopicModel, key: str) -> Facet | Shade | None:
    """Return what a name of :func:`choices` stands for; None for topics."""
    if key == TIME:
        return _time(model)
    if key == CONFIDENCE:
        kept = (model.all_labels, model.levels)
        return parcels.kept(model, f"confidence {model.level}", kept, lambda: _confidence(model))
    return next((facet for facet in model.memo.facets if key_of(facet.name) == key), None)


def column(model: TopicModel, key: str) -> str:
    """Return the column that a name of :func:`choices` stands for; empty where it is none."""
    return next((facet.name for facet in model.memo.facets if key_of(facet.name) == key), "")


def _time(model: TopicModel) -> Shade | None:
    return parcels.kept(model, "time", (model.passages,), lambda: by_time(model.passages))


def _confidence(model: TopicModel) -> Shade:
    return by_confidence(model.confidence, model.labels)
