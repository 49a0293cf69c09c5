"""Named themes meet the topics that were found: which topic stands for which theme."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics.cluster import Guide
from topics.protocols import Ints

_MOST = 0.5  # of a theme's passages are in the topic, and of the topic's passages that stand out for any theme
_SHARE = 0.2  # of all of the topic's passages, at least


def match_themes(labels: Ints, guides: Sequence[Guide]) -> dict[int, str]:
    """Match topics to themes one to one, so that the passages they share are as many as can be.

    A topic may match a theme when at least half of the passages that stand out for the theme are in the topic, and at
    least half of the topic's passages that stand out for any theme, and a fifth of all, stand out for this one. Of
    all such pairings the one with the largest sum of F1 is taken (the assignment problem; Kuhn 1955).

    Parameters
    ----------
    labels
        The topic of each passage, shape (n,); -1 is loose.
    guides
        The themes.

    Returns
    -------
    dict of int to str
        Topic id -> name of the theme; a topic or a theme without a match is left out.
    """
    from scipy.optimize import linear_sum_assignment

    k = int(labels.max(initial=-1)) + 1
    if not guides or not k:
        return {}
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    shared = np.stack([_counts(labels[guide.members], k) for guide in guides])
    members = np.array([len(guide.members) for guide in guides])[:, None]
    mostly = (shared >= _MOST * members) & (shared >= _MOST * shared.sum(axis=0)) & (shared >= _SHARE * sizes)
    scores = np.where(mostly & (shared > 0), 2 * shared / np.maximum(sizes + members, 1), 0.0)
    themes, matched = linear_sum_assignment(-scores)
    return {
        int(topic): guides[theme].name
        for theme, topic in zip(themes.tolist(), matched.tolist(), strict=True)
        if scores[theme, topic] > 0
    }


def _counts(labels: Ints, k: int) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.bincount(labels[labels >= 0], minlength=k)
    return counts
