"""What the app says of a link, a name or a file that does not say or hold what it should. Plain text."""

from __future__ import annotations

from collections.abc import Sequence

from topics.model import TopicModel
from topics.ui.text import count, level, say


def bad_parameter(name: str, value: str) -> str:
    """Return the sentence for a URL parameter that says nothing sensible."""
    return say("bad_parameter", name=name, value=_short(value))


def unknown_model(name: str, known: Sequence[str]) -> str:
    """Return the sentence for a model that is not there."""
    return say("unknown_model", name=_short(name), instead=known[0])


def not_a_model(path: str) -> str:
    """Return the sentence for a start argument that is no saved model and holds none."""
    return say("not_a_model", path=path)


def unknown_level(name: str, model: TopicModel) -> str:
    """Return the sentence for a level that the model does not have, with those that it has."""
    told = {"name": _short(name), "levels": ", ".join(level(one).lower() for one in model.level_names)}
    if model.tree is None:
        return say("unknown_level", **told)
    return say("unknown_level_counts", **told, topics=count(len(model.levels[-1].topics), "topic"))


def unknown_topic(topic: int, level_name: str, known: Sequence[int]) -> str:
    """Return the sentence for a topic that the model does not have at a level, or no longer has.

    Parameters
    ----------
    topic
        Its id, as the link says it.
    level_name
        The level.
    known
        The ids of the level's topics, ascending: an edit takes one away for good.
    """
    told = {"topic": str(topic), "level": level(level_name).lower()}
    if not known:
        return say("no_topics", **told)
    if topic < known[-1]:
        return say("topic_gone", **told)
    edited = known[-1] >= len(known)
    return say("unknown_topic_edited" if edited else "unknown_topic", **told, last=str(known[-1]))


def unknown_value(name: str, value: str) -> str:
    """Return the sentence for a filter that no passage of the model passes."""
    return say("unknown_value", value=_short(value), name=_short(name))


def unknown_document(name: str) -> str:
    """Return the sentence for a document that the model does not have."""
    return say("unknown_document", name=_short(name))


def unknown_job(name: str) -> str:
    """Return the sentence for a fit that is not running here."""
    return say("unknown_job", name=_short(name))


def name_not_allowed(name: str) -> str:
    """Return the sentence for a name that cannot be a model's."""
    return say("name_not_allowed", name=_short(name))


def name_taken(name: str) -> str:
    """Return the sentence for a name that another model has."""
    return say("name_taken", name=_short(name))


def file_not_read(name: str, why: str) -> str:
    """Return the sentence for a file that cannot be read."""
    return say("file_not_read", name=_short(name), why=why)


def _short(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= 60 else f"{value[:59]}…"
