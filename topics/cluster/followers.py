"""What named themes say of the passages that follow: those in languages that the encoder reads poorly.

Such a passage takes the topic of its nearest prototype, and its vector says little about what it is about. Where its
words speak for a theme as well, it joins the topic of that theme, by a prototype of its own: the rule stays one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from topics.cluster import Clustering, Guide
from topics.cluster.rule import Rule
from topics.nearest import unit
from topics.protocols import Bools, Floats, Ints

_MOST = 4_000  # prototypes that are added; every text that is assigned is held against each


def joined(found: Clustering, vectors: Floats, guides: Sequence[Guide], leading: Bools) -> Clustering:
    """Return a clustering in which followers whose words speak for a theme join the topic of that theme.

    The new prototype lies halfway between the passage and the nearest prototype of that topic: by itself the passage
    would draw others of its language, whatever they are about.

    Parameters
    ----------
    found
        What was found in the leading passages.
    vectors
        Every passage, shape (n, d).
    guides
        Named themes, with rows of ``vectors``; one that no topic matches changes nothing.
    leading
        Which passages the topics were made from, shape (n,).
    """
    halfway: list[Floats] = []
    topics: list[Ints] = []
    for guide in guides:
        places = _places(found, guide.name)
        followers = guide.worded[~leading[guide.worded]]
        if not len(places) or not len(followers):
            continue
        own = np.unique(vectors[_spread(followers, _MOST // len(guides))], axis=0)
        cosines = own.astype(np.float64) @ found.rule.prototypes[places].T.astype(np.float64)
        nearest = places[np.round(cosines, 6).argmax(axis=1)]
        halfway.append(unit(own + found.rule.prototypes[nearest]).astype(np.float32))
        topics.append(found.rule.topics[:, nearest])
    if not halfway:
        return found
    prototypes = np.concatenate([found.rule.prototypes, *halfway])
    return replace(found, rule=Rule(prototypes, np.concatenate([found.rule.topics, *topics], axis=1)))


def _places(found: Clustering, theme: str) -> NDArray[np.int64]:
    """Return the prototypes of the topic that stands for a theme, at the level shown and, within it, at the others."""
    shown, levels = found.levels.index(found.shown), range(len(found.levels))
    places = np.arange(len(found.rule.prototypes))
    matched = False
    for row in (shown, *levels[shown + 1 :], *reversed(levels[:shown])):
        for topic, name in found.themes[row].items() if found.themes else ():
            inside = places[found.rule.topics[row, places] == topic]
            if name == theme and len(inside):
                places, matched = inside, True
    return places if matched else places[:0]


def _spread(rows: Ints, most: int) -> Ints:
    """Return up to ``most`` rows, evenly spaced."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
