"""What a pole of a contrast can be told by: phrases, passages of the corpus, topics."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, SupportsIndex

import numpy as np

from topics.passages import ID, Passages
from topics.protocols import Ints
from topics.values import Passage, Pole, Topic

PoleLike = str | SupportsIndex | Pole | Passage | Topic | Sequence[str | SupportsIndex | Passage | Topic]
"""A phrase, a passage or its id, a topic or its id at the level shown, several of these, or a pole."""

_MOST = 20  # passages that tell what a topic is about
_NAME = 60  # characters of a phrase that are the name of a pole


class Shown(Protocol):
    """A corpus seen through its topics at one level, as a pole looks at it."""

    @property
    def passages(self) -> Passages:
        """The passages."""

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics of the level shown."""

    @property
    def level(self) -> str:
        """The name of the level shown."""

    @property
    def level_names(self) -> tuple[str, ...]:
        """The names of all levels."""

    def topic(self, topic_id: int) -> Topic:
        """Return the topic of the level shown that has an id."""

    def at(self, level: str) -> Shown:
        """Return the same corpus at another level."""

    def typical(self, topic: int, n: int) -> Ints:
        """Return the rows of up to ``n`` passages at the heart of a topic."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What tells about a pole: its name, phrases, and passages of the corpus, by row and text."""

    name: str
    phrases: tuple[str, ...]
    rows: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def pole(self) -> Pole:
        """The pole, with the texts of its passages after its phrases."""
        return Pole(self.name, (*self.phrases, *self.texts))


def as_pole(pole: PoleLike, model: Shown) -> Examples:
    """Return what tells about a pole; the first thing named gives the pole its name.

    Parameters
    ----------
    pole
        A phrase, a passage or its id, a topic or its id at the level shown; several of these; or a pole. A topic is
        told by up to 20 of its most typical passages, a pole by its name and its phrases, as themes are.
    model
        The corpus that passages and topics are of.

    Raises
    ------
    ValueError
        There is no phrase, one is empty, or the model has no such topic or passage.
    """
    if isinstance(pole, Pole):
        return Examples(pole.name, _phrases((pole.name, *pole.phrases)))
    parts = _listed(pole)
    if not parts:
        raise ValueError("a pole needs at least one phrase, passage or topic")
    told = [_part(part, model) for part in parts]
    phrases = dict.fromkeys(phrase for part in told for phrase in part.phrases)
    rows = dict.fromkeys(row for part in told for row in part.rows)
    return Examples(told[0].name, tuple(phrases), tuple(rows), tuple(model.passages[row].text for row in rows))


def _listed(pole: object) -> list[object]:
    return list(pole) if isinstance(pole, list | tuple | np.ndarray | Passages) else [pole]


def _phrases(phrases: Sequence[object]) -> tuple[str, ...]:
    told = [phrase for phrase in phrases if isinstance(phrase, str) and any(map(str.isalnum, phrase))]
    if len(told) < len(phrases):
        raise ValueError("a phrase of a pole is empty; give at least one word")
    return tuple(dict.fromkeys(told))


def _part(part: object, model: Shown) -> Examples:
    if isinstance(part, str):
        row = _row(part, model.passages)
        if row is None:
            return Examples(part, _phrases([part]))
        return Examples(_name(model.passages[row].text), (), (row,))
    if isinstance(part, Passage):
        row = _row(part.id, model.passages)
        if row is None or model.passages[row].text != part.text:
            raise ValueError(f"there is no passage {part.id!r} in this model")
        return Examples(_name(part.text), (), (row,))
    if isinstance(part, Topic):
        return _topic(part, model)
    if isinstance(part, SupportsIndex) and not isinstance(part, bool):
        return _topic(model.topic(operator.index(part)), model)
    raise ValueError(f"a pole is told by phrases, passages and topics, but not by a {type(part).__name__}")


def _topic(topic: Topic, model: Shown) -> Examples:
    shown = model.at(topic.level) if topic.level in model.level_names else model
    known = shown.topics if topic.level == shown.level else ()
    own = next((one for one in known if one.id == topic.id), None)
    if own is None or (own.name, own.size) != (topic.name, topic.size):
        raise ValueError(f"the topic {topic.name!r} is not one of this model's")
    return Examples(topic.name, (), tuple(shown.typical(topic.id, _MOST).tolist()))


def _row(text: str, passages: Passages) -> int | None:
    """Return the row of the passage with this id; ``None`` where the text is a phrase.

    Raises
    ------
    ValueError
        It names a file, or a document of the corpus, and characters of it, but no passage is there.
    """
    found = ID.fullmatch(text.strip())
    known = found is not None and any(own.id == found[1] for own in passages.documents)
    if found is None or (not known and ("." not in found[1] or any(map(str.isspace, found[1])))):
        return None  # a phrase, which may end like an id: "score:3-2"
    return passages.row_of(text)


def _name(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _NAME else f"{line[: line.rfind(' ', 0, _NAME)].rstrip(' ,.;:–-')} …"
