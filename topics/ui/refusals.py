"""What the app says of a link, a name or a file that does not say or hold what it should. Plain text, as in text.py."""

from __future__ import annotations

from collections.abc import Sequence

NO_FILES = "Choose at least one file first."


def bad_parameter(name: str, value: str) -> str:
    """Return the sentence for a URL parameter that says nothing sensible."""
    return f"The link's “{name}” is “{_short(value)}”, which says nothing here, so it was left out."


def unknown_model(name: str, known: Sequence[str]) -> str:
    """Return the sentence for a model that is not there."""
    return f"There is no saved model called “{_short(name)}” here. This is “{known[0]}” instead."


def not_a_model(path: str) -> str:
    """Return the sentence for a start argument that is no saved model and holds none."""
    return f"There is no saved model at {path}; start the app with the folder of one, or with a folder of such."


def unknown_level(name: str, known: Sequence[str]) -> str:
    """Return the sentence for a level that the model does not have."""
    return f"This model has no level called “{_short(name)}”; its levels are {', '.join(known)}."


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
    if not known:
        return f"There is no topic t{topic} at the {level_name} level, which has none."
    if topic < known[-1]:
        return f"Topic t{topic} of the {level_name} level is gone: the topics were edited. All topics are shown."
    edited = known[-1] >= len(known)
    told = f"whose last is t{known[-1]}" if edited else f"which has t0 to t{known[-1]}"
    return f"There is no topic t{topic} at the {level_name} level, {told}. All topics are shown."


def unknown_value(name: str, value: str) -> str:
    """Return the sentence for a filter that no passage of the model passes."""
    return f"No passage here has “{_short(value)}” for “{_short(name)}”, so that filter was left out."


def unknown_document(name: str) -> str:
    """Return the sentence for a document that the model does not have."""
    return f"There is no document called “{_short(name)}” in this model. The first one is shown."


def unknown_job(name: str) -> str:
    """Return the sentence for a fit that is not running here."""
    return f"No fit called “{_short(name)}” is running here; it may have ended with an earlier start of the app."


def no_such_page(number: int, last: int) -> str:
    """Return the sentence for a page of passages beyond the last."""
    return f"There is no page {number:,} of passages here; this is page {last:,}."


def name_not_allowed(name: str) -> str:
    """Return the sentence for a name that cannot be a model's."""
    return (
        f"“{_short(name)}” cannot be the name of a model: start with a letter or digit, then letters, digits, dots, "
        "dashes and underscores, 64 at most."
    )


def name_taken(name: str) -> str:
    """Return the sentence for a name that another model has."""
    return f"There is already a saved model called “{_short(name)}”. Choose another name; that one stays as it is."


def file_not_read(name: str, why: str) -> str:
    """Return the sentence for a file that cannot be read."""
    return f"{_short(name)}: {why}"


def _short(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= 60 else f"{value[:59]}…"
