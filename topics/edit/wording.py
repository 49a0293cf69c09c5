"""Topics that an edit made or changed, described and named beside the others of their level."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from topics import describe, label
from topics.history import limits
from topics.history.state import State
from topics.model import TopicModel
from topics.values import Evidence, Topic


class Wording:
    """Keywords and names for topics of a state.

    Parameters
    ----------
    model
        The model that is edited: its passages, vectors and encoder.
    state
        Its topics as the edit makes them.
    """

    def __init__(self, model: TopicModel, state: State) -> None:
        self._model = model
        self._state = state

    def told(self, level: str, topics: Mapping[int, Topic], names: Mapping[int, str]) -> list[Topic]:
        """Return topics of a level with their own keywords, and a name where none is given; stability is unknown.

        Parameters
        ----------
        level
            Their level.
        topics
            What is known of each, by id.
        names
            The names that topics have already, besides those of the state; no other topic gets one of them.
        """
        model, own = self._model, self._state.labels[self._state.row(level)]
        ids = np.array(self._state.led(level), np.int32)
        place = {topic: number for number, topic in enumerate(ids.tolist())}
        labels = np.where(own >= 0, np.searchsorted(ids, own), own).astype(np.int32)
        corpora, vectors, encode = model.memo.corpora, model.vectors, model.placement.place
        most, asked = model.settings.keywords, [place[topic] for topic in topics]
        words = describe.keywords(corpora, labels, len(ids), n=most, vectors=vectors, encode=encode, topics=asked)
        others = {topic: told.name for topic, told in self._state.topics[level].items() if topic in place}
        given = {place[topic]: name for topic, name in {**_without(others, topics), **names}.items()}
        named = label.name_topics(corpora, labels, words, vectors, encode=encode, given=given)
        return [
            tidied(
                replace(
                    topics[topic],
                    id=topic,
                    level=level,
                    name=named[place[topic]].text,
                    keywords=words[place[topic]] or topics[topic].keywords,
                    stability=math.nan,
                    evidence=self._evidence(named[place[topic]]) if topic not in names else None,
                )
            )
            for topic in sorted(topics)
        ]

    def _evidence(self, name: label.Name) -> Evidence:
        return Evidence(tuple(self._model.passages[row].id for row in name.rows), name.contains, name.fits)


def tidied(topic: Topic) -> Topic:
    """Return a topic whose name and keywords may stand in the history, whatever the corpus holds."""
    words = tuple(replace(word, term=limits.shown(word.term)) for word in topic.keywords)
    return replace(topic, name=limits.shown(topic.name) or f"Topic {topic.id}", keywords=words)


def _without(names: Mapping[int, str], topics: Mapping[int, Topic]) -> dict[int, str]:
    return {topic: name for topic, name in names.items() if topic not in topics}
