"""Vectors -> topics at several levels of detail, by one of three engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from topics.cluster.levels import by_size
from topics.cluster.rule import Rule, one_each
from topics.nearest import check_finite
from topics.protocols import Bools, Floats, Ints, Tick
from topics.settings import Settings
from topics.words import Corpus

LEVELS = ("coarse", "medium", "fine")


@dataclass(frozen=True, eq=False, slots=True)
class Guide:
    """A named theme as the engines see it.

    Parameters
    ----------
    name
        The theme's name.
    vector
        Its centred unit vector, shape (d,).
    members
        The rows of the passages that stand out as being about it; may be empty.
    worded
        Those of them that share words with what was told of the theme.
    """

    name: str
    vector: Floats
    members: Ints
    worded: Ints = field(default_factory=lambda: np.zeros(0, np.int32))


@dataclass(frozen=True, eq=False, slots=True)
class Joins:
    """How the topics of the finest level join, two at a time, until one is left.

    Parameters
    ----------
    merges
        Two nodes a merge, shape (k - 1, 2), in scipy's numbering: the topics of the finest level are the nodes 0 to
        k - 1, and merge i makes node k + i. The first merges lead from each level to the next coarser one.
    stability
        How well the node that each merge makes survives resampling, shape (k - 1,); ``nan`` where not measured.
    themes
        The theme that such a node stands for where it comes about: merge -> theme name.
    """

    merges: Ints
    stability: Floats
    themes: Mapping[int, str]


@dataclass(frozen=True, eq=False, slots=True)
class Clustering:
    """What an engine found.

    Parameters
    ----------
    rule
        The topic of each prototype at each level; within a level, ids are 0 to k - 1 and topic 0 holds the most
        passages. Levels nest: prototypes that share a fine topic share the coarser ones.
    levels
        The names of the levels, coarsest first; a subset of :data:`LEVELS` in that order.
    stability
        For each level, how well each topic survives resampling, shape (k,), 0 to 1; ``nan`` where not measured.
    shown
        The level to show first.
    themes
        For each level, the theme that a topic stands for: topic id -> theme name.
    keywords
        For an engine that describes topics itself: level -> the (term, weight) pairs of each topic, by id.
    joins
        What lies between the levels, and above the coarsest; ``None`` where there are too many topics to say.
    """

    rule: Rule
    levels: tuple[str, ...]
    stability: tuple[Floats, ...]
    shown: str
    themes: tuple[Mapping[int, str], ...] = ()
    keywords: Mapping[str, Sequence[Sequence[tuple[str, float]]]] = field(default_factory=dict)
    joins: Joins | None = None


def cluster(
    vectors: Floats,
    texts: Sequence[str],
    settings: Settings,
    *,
    guides: Sequence[Guide] = (),
    corpora: Sequence[Corpus] | None = None,
    leading: Bools | None = None,
    progress: Tick | None = None,
) -> Clustering:
    """Group passages by the engine that ``settings`` names.

    Topics are made from the leading passages, and numbered by how many passages of all the rule then gives them.
    A passage that does not lead joins the topic of a theme that it stands out for in words as well as by meaning.

    Parameters
    ----------
    vectors
        Centred unit vectors, shape (n, d), n at least 1, finite.
    texts
        The passages, length n; identical texts have identical vectors, and never part.
    guides
        Named themes to look for first.
    corpora
        The passages as words, from :func:`topics.words.read`, for the engine that describes topics itself.
    leading
        Which passages topics are made from, shape (n,), at least one of them; all by default. ``engine="bertopic"``
        reads all.

    Raises
    ------
    ValueError
        ``vectors`` is empty, not finite, or not one a text; or no passage is leading.
    """
    if vectors.ndim != 2 or not len(vectors) or len(vectors) != len(texts):
        raise ValueError(f"vectors have shape {vectors.shape} for {len(texts)} texts, but must be (n, d), one a text")
    check_finite(vectors)
    if leading is not None and not leading.any():
        raise ValueError(
            "no passage is leading, but topics are made from those that are; give at least one, or leave it out"
        )
    if settings.engine == "bertopic":
        from topics.cluster import by_bertopic

        return by_bertopic.fit(vectors, texts, settings, guides, progress, corpora)
    if settings.engine == "density":
        from topics.cluster.density import fit
    else:
        from topics.cluster.graph import fit
    if leading is None or leading.all():
        return fit(vectors, settings, guides, progress)
    from topics.cluster.followers import joined

    place = np.where(leading, np.cumsum(leading) - 1, -1)
    led = [replace(guide, members=place[guide.members[leading[guide.members]]].astype(np.int32)) for guide in guides]
    found = fit(np.ascontiguousarray(vectors[leading]), settings, led, progress)
    return _ordered(joined(found, vectors, guides, leading), vectors)


def _ordered(found: Clustering, vectors: Floats) -> Clustering:
    """Order the topics by how many of all passages the rule gives them."""
    topics = by_size(found.rule.topics, one_each(found.rule.prototypes).labels(vectors)[0])
    renamed = [
        dict(zip(old.tolist(), new.tolist(), strict=True)) for old, new in zip(found.rule.topics, topics, strict=True)
    ]
    order = [[old for old, _ in sorted(names.items(), key=lambda pair: pair[1]) if old >= 0] for names in renamed]
    return replace(
        found,
        rule=Rule(found.rule.prototypes, topics),
        stability=tuple(level[ids] for level, ids in zip(found.stability, order, strict=True)),
        themes=tuple(
            {names[old]: name for old, name in level.items()}
            for level, names in zip(found.themes, renamed, strict=True)
        ),
        joins=None
        if found.joins is None
        else replace(found.joins, merges=_renumbered(found.joins.merges, renamed[-1])),
    )


def _renumbered(merges: Ints, names: Mapping[int, int]) -> Ints:
    """Give the topics of the finest level their new numbers; the other nodes keep theirs."""
    renumbered = [[names.get(node, node) for node in pair] for pair in merges.tolist()]
    return np.array(renumbered, np.int32).reshape(-1, 2)
