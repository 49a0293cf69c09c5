"""Which passages stand out as being about a named theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topics.protocols import Floats, Ints
from topics.themes.scale import Chance, Scale, Told


@dataclass(frozen=True, eq=False, slots=True)
class Claim:
    """What a theme finds in a corpus.

    Parameters
    ----------
    rows
        The passages that stand out for it, and for no other theme more; ascending. No passage is in two claims.
    worded
        Those of them that share words with what was told of the theme.
    stood_out
        How many passages stand out for it, those that another theme fits better among them.
    excess
        How far each passage of the corpus is above chance for it, shape (n,); below 0 where it is not.
    """

    rows: Ints
    worded: Ints
    stood_out: int
    excess: Floats


def claims(scale: Scale, themes: Sequence[Told], chance: Chance) -> tuple[Claim, ...]:
    """Find the passages that stand out as being about each theme; none where nothing does.

    A passage stands out for its best theme when it is more like it than passages are like phrases that mean nothing,
    and only where the theme as a whole does: the threshold comes from the corpus, and a theme that nothing matches
    stays empty. What all themes share is taken away, so that it decides nothing.

    Parameters
    ----------
    scale
        The passages.
    themes
        The themes, each as what was told of it.
    chance
        What unrelated phrases reach in this corpus.
    """
    if not themes:
        return ()
    common = np.mean([theme.vectors.mean(axis=0) for theme in themes], axis=0) * (1 - 1 / len(themes))
    scores = np.stack([scale.likeness(theme, less=common) for theme in themes], axis=1)
    best = scores.argmax(axis=1)
    found = []
    for theme in range(len(themes)):
        outstanding = chance.stands_out(scores[:, theme])
        rows = np.flatnonzero(outstanding & (best == theme)).astype(np.int32)
        worded = rows[scale.shares_words(themes[theme])[rows]]
        found.append(Claim(rows, worded, int(outstanding.sum()), chance.excess(scores[:, theme])))
    return tuple(found)
