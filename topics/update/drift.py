"""How many new passages are about none of the topics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from topics.cluster.confidence import outside, outside_alone
from topics.model import TopicModel
from topics.protocols import Floats, Ints

_TIMES = 2.0  # as many passages beyond every topic as the corpus has, from which a new fit is worth it
_MOST = 5_000  # documents that tell what is usual
_BEYOND_CHANCE = 0.01  # how likely it may be that so many are there by chance


@dataclass(frozen=True, slots=True)
class TopicDrift:
    """The new passages of one topic.

    Parameters
    ----------
    topic
        Its id; -1 for those that have no topic.
    added
        How many passages were added to it.
    beyond
        How many of them lie beyond the edge of every topic.
    """

    topic: int
    added: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Drift:
    """How many new passages fit no topic of the level shown.

    A passage fits a topic where its cosine to the topic's middle is at least what all but a twentieth of the topic's
    own passages reach; what fits none lies beyond the edge of every topic.

    Parameters
    ----------
    added
        How many passages are new.
    beyond
        How many of them fit no topic.
    usual
        The share of the passages of the fit that would not if their document were new, 0 to 1.
    chance
        How likely as many as that are by chance, if new passages were like those of the fit.
    topics
        The same by the topic that passages came to, most passages first.
    """

    added: int
    beyond: int
    usual: float
    chance: float
    topics: tuple[TopicDrift, ...]

    @property
    def share(self) -> float:
        """Which part of the new passages fits no topic, 0 to 1."""
        return self.beyond / self.added if self.added else 0.0

    @property
    def high(self) -> bool:
        """Whether a new fit is worth it: twice as many as usual fit no topic, and that is not by chance."""
        return self.share >= _TIMES * self.usual and self.chance < _BEYOND_CHANCE


def drift(model: TopicModel, vectors: Floats, topics: Ints, fitted: int) -> Drift:
    """Return how many new passages fit no topic.

    Parameters
    ----------
    model
        The model before they are added.
    vectors, topics
        Their centred unit vectors, shape (m, d), and the topic of each at the level shown, shape (m,).
    fitted
        How many passages the fit had, which come first.
    """
    from scipy.stats import binom

    middle = model.middle
    beyond = outside(vectors, middle)
    rows = _some(model, fitted)
    own, labels, documents = model.vectors[rows], model.labels[rows], model.passages.document[rows]
    away = int(outside_alone(own, labels, middle, documents).sum())
    usual, number = away / max(1, len(rows)), int(beyond.sum())
    likely = (away + 1) / (len(rows) + 2)  # of a few passages, none away is no proof that none ever is
    by_topic = [
        TopicDrift(topic, int((topics == topic).sum()), int(beyond[topics == topic].sum()))
        for topic in np.unique(topics).tolist()
    ]
    return Drift(
        len(vectors),
        number,
        usual,
        float(binom.sf(number - 1, len(vectors), likely)),
        tuple(sorted(by_topic, key=lambda one: (-one.added, one.topic))),
    )


def _some(model: TopicModel, fitted: int) -> Ints:
    """Return the rows of the passages of the fit; of very many documents those of some, evenly spaced."""
    document = model.passages.document[:fitted]
    known = np.unique(document)
    chosen = known[:: max(1, -(-len(known) // _MOST))]
    return np.flatnonzero(np.isin(document, chosen)).astype(np.int32)
