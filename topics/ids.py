"""The ids of a level's topics, which may have gaps: their places in arrays, and which of them have a colour."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np

from topics.protocols import Ints
from topics.values import LOOSE, Topic

COLOURED = 8
"""How many topics of a level have a colour of their own."""

_LISTED = 6  # ids with gaps that an error names one by one


def ids_of(topics: Iterable[Topic]) -> Ints:
    """Return the ids of topics, ascending, shape (k,): whatever has one entry a topic is in this order."""
    return np.array(sorted(topic.id for topic in topics), np.int32)


def places_of(ids: Ints, known: Ints) -> Ints:
    """Return the place of each id among those of :func:`ids_of`, 0 to k - 1, in the shape of ``ids``; -1 stays -1.

    Raises
    ------
    ValueError
        There is no topic of one of these ids.
    """
    places = np.where(ids == LOOSE, LOOSE, np.searchsorted(known, ids)).astype(np.int32)
    unknown = np.append(known, np.int32(LOOSE))[places] != ids
    if unknown.any():
        raise ValueError(f"there is no topic {int(ids[unknown][0])} among those of this level")
    return places


def known_as(ids: Sequence[int], asked: int) -> str:
    """Return which ids there are, ascending, in a few words; of many with gaps, those next to one that is not there."""
    if not ids:
        return "none"
    if len(ids) == ids[-1] + 1:
        return f"0 to {ids[-1]}"
    if len(ids) <= _LISTED:
        return ", ".join(map(str, ids))
    place = bisect_left(ids, asked)
    near = " and ".join(map(str, ids[max(place - 1, 0) : place + 1]))
    return f"{len(ids):,} topics from {ids[0]} to {ids[-1]}; next to it: {near}"


def coloured(topics: Sequence[Topic]) -> dict[int, int]:
    """Return which topics have a colour of their own: id -> place of the colour, 0 to 7.

    A topic whose id is the place of a colour has that one for as long as it exists, so that an edit elsewhere does not
    paint it anew; as fitted, these are the largest topics. The colours of those that are gone go to the largest others.

    Parameters
    ----------
    topics
        All topics of a level, the largest first.
    """
    own = {topic.id: topic.id for topic in topics if topic.id < COLOURED}
    free = [place for place in range(COLOURED) if place not in own]
    others = [topic.id for topic in topics if topic.id >= COLOURED]
    return own | dict(zip(others, free, strict=False))
