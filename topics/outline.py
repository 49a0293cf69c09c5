"""What was clustered becomes levels of topics, described and named, and the tree between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from topics import describe, hierarchy, label, language, words
from topics.cluster import Clustering
from topics.passages import Passages
from topics.protocols import Encode, Floats, Ints, Tick
from topics.settings import Settings
from topics.values import Evidence, Keyword, Level, Topic

Names = Mapping[str, Mapping[int, str]]
"""Names that topics have already: level -> topic -> name."""


@dataclass(frozen=True, eq=False, slots=True)
class Material:
    """What topics are described and named from.

    Parameters
    ----------
    corpora
        The passages as words.
    passages, vectors
        The passages, and their centred unit vectors, shape (n, d).
    place
        Gives the centred unit vectors of phrases.
    settings
        How many keywords a topic has.
    """

    corpora: Sequence[words.Corpus]
    passages: Passages
    vectors: Floats
    place: Encode
    settings: Settings


def outline(
    found: Clustering,
    labels: Ints,
    material: Material,
    names: Names | None = None,
    progress: Tick | None = None,
) -> tuple[tuple[Level, ...], hierarchy.Tree | None]:
    """Describe and name the topics of every level, and those of the tree that no level shows.

    Parameters
    ----------
    found
        What was clustered.
    labels
        The topic of each passage at each level, shape (levels, n).
    material
        The passages as words and as vectors.
    names
        Topics that have a name already besides those of a theme; no other topic of their level gets it.
    progress
        Called as ``progress(done, total)``, in topics.
    """
    known = describe.known(material.corpora, material.vectors)
    shown = sum(map(len, found.stability))
    total = shown + (0 if found.joins is None else len(found.joins.merges))
    levels = _levels(found, labels, material, known, names or {}, _after(progress, 0, total))
    tree = _tree(found, levels, labels, material, known, _after(progress, shown, total))
    if progress is not None:
        progress(total, total)
    return levels, tree


def _after(progress: Tick | None, before: int, total: int) -> Tick | None:
    return None if progress is None else lambda done, _: progress(min(before + done, total), total)


def _levels(
    found: Clustering,
    labels: Ints,
    material: Material,
    read: Sequence[describe.Known],
    given: Names,
    progress: Tick | None,
) -> tuple[Level, ...]:
    """Describe and name the topics of every level."""
    corpora, passages, vectors = material.corpora, material.passages, material.vectors
    levels: list[Level] = []
    codes, most = passages.language_codes(), material.settings.keywords
    for row, name in enumerate(found.levels):
        own, k = labels[row], len(found.stability[row])
        if progress is not None:
            progress(sum(len(level.topics) for level in levels), 0)
        themes = found.themes[row] if found.themes else {}
        ours = describe.keywords(read, own, k, n=most, vectors=vectors, encode=material.place)
        keywords = _keywords(found.keywords.get(name), ours, own, codes, most)
        known = {**given.get(name, {}), **themes}
        names = label.name_topics(corpora, own, keywords, vectors, encode=material.place, given=known)
        parents = _parents(own, labels[row - 1], k) if row else [None] * k
        languages = _languages(own, codes, k)
        topics = [
            Topic(
                id=topic,
                name=names[topic].text,
                keywords=keywords[topic],
                size=languages[topic].total(),
                share=languages[topic].total() / len(own),
                stability=float(found.stability[row][topic]),
                level=name,
                parent=parents[topic],
                theme=themes.get(topic),
                languages=dict(languages[topic].most_common()),
                evidence=_evidence(names[topic], passages),
            )
            for topic in range(k)
        ]
        levels.append(Level(name, tuple(topics)))
    return tuple(levels)


def _evidence(name: label.Name, passages: Passages) -> Evidence:
    return Evidence(tuple(passages[row].id for row in name.rows), name.contains, name.fits)


def _tree(
    found: Clustering,
    levels: Sequence[Level],
    labels: Ints,
    material: Material,
    read: Sequence[describe.Known],
    progress: Tick | None,
) -> hierarchy.Tree | None:
    """Describe and name what lies between the levels, in batches that do not overlap, as if each were a level."""
    if found.joins is None:
        return None
    merges, themes, leaves = found.joins.merges, found.joins.themes, len(levels[-1].topics)
    same = hierarchy.grown(merges, levels, themes)
    batches = hierarchy.apart(merges, leaves, [node for node in hierarchy.unshown(merges, levels) if node not in same])
    held = hierarchy.members(merges, leaves)
    own = np.full((len(batches), leaves + 1), -1, np.int32)  # the last for loose passages
    for row, batch in enumerate(batches):
        for number, node in enumerate(batch):
            own[row, :-1][held[node - leaves]] = number
    parts = replace(
        found,
        levels=tuple(str(row) for row in range(len(batches))),
        stability=tuple(found.joins.stability[np.array(batch) - leaves] for batch in batches),
        themes=tuple(
            {number: themes[node - leaves] for number, node in enumerate(batch) if node - leaves in themes}
            for batch in batches
        ),
        keywords={},
    )
    described = {
        node: topic
        for batch, level in zip(batches, _levels(parts, own[:, labels[-1]], material, read, {}, progress), strict=True)
        for node, topic in zip(batch, level.topics, strict=True)
    }
    return hierarchy.planted(merges, levels, described, same, found.joins.stability)


def _keywords(
    given: Sequence[Sequence[tuple[str, float]]] | None,
    ours: list[tuple[Keyword, ...]],
    labels: Ints,
    codes: Sequence[str],
    n: int,
) -> list[tuple[Keyword, ...]]:
    """Return each topic's keywords: those that the engine gave, else ours."""
    if given is None:
        return ours
    main = [
        language.most_frequent(counts) if counts else language.UNKNOWN
        for counts in _languages(labels, codes, len(ours))
    ]
    theirs = []
    for topic, pairs in enumerate(given):
        best = max((weight for _, weight in pairs), default=0.0)
        scaled = tuple(Keyword(term, weight / best if best > 0 else 1.0, main[topic]) for term, weight in pairs[:n])
        theirs.append(scaled or ours[topic])
    return theirs


def _languages(labels: Ints, codes: Sequence[str], k: int) -> list[Counter[str]]:
    """Count the languages of each topic's passages."""
    counts: list[Counter[str]] = [Counter() for _ in range(k)]
    for topic, code in zip(labels.tolist(), codes, strict=True):
        if topic >= 0:
            counts[topic][code] += 1
    return counts


def _parents(labels: Ints, coarser: Ints, k: int) -> list[int | None]:
    """Return the topic of the level before that holds each topic; levels nest, so its first passage tells."""
    first = [int(np.argmax(labels == topic)) for topic in range(k)]
    return [int(coarser[row]) if coarser[row] >= 0 else None for row in first]
