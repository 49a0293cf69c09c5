"""Which level of a model a link asks for. No streamlit here."""

from __future__ import annotations

from topics.hierarchy import NUMBER
from topics.model import TopicModel


def level_of(wanted: str, model: TopicModel) -> str | None:
    """Return the level that a link asks for, by name or by its number of topics; None where the model has no such."""
    if not wanted or wanted in model.level_names:
        return wanted or model.level
    try:
        return model.at(wanted).level if NUMBER.fullmatch(wanted) else None
    except ValueError:
        return None
