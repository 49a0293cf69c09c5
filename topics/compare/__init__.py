"""Two models topic by topic: what stayed, split, merged, is new or gone, and which passages moved."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topics.embed.centre import learn
from topics.errors import TopicsError
from topics.ids import ids_of, places_of
from topics.model import TopicModel
from topics.nearest import unit
from topics.protocols import Floats, Ints

Kind = Literal["same", "split", "merged", "regrouped", "new", "gone"]
KINDS: tuple[Kind, ...] = ("same", "split", "merged", "regrouped", "new", "gone")

_MOSTLY = 0.5  # of the passages of a topic that both models have, in one topic of the other
_KNOWN = 0.1  # of the passages of a topic are in both models, from which they say what became of it
_OVERLAP = 0.2  # of the smaller model's passages are in both, from which these say more than vectors do
_ALIKE = 0.5  # cosine of the mean vectors of two topics from which they are about the same


@dataclass(frozen=True, slots=True)
class Change:
    """What became of topics.

    Parameters
    ----------
    kind
        ``"same"``: one topic is still one. ``"split"``: one became several. ``"merged"``: several became one.
        ``"regrouped"``: several became several others. ``"new"`` and ``"gone"``.
    before, after
        The ids of the topics in the one model and in the other, the largest first; empty where new, or gone.
    shared
        How many passages of both models are in these topics before and after.
    likeness
        How alike the two sides are, 0 to 1: the share of their common passages that is on both sides (Jaccard), or the
        cosine of their mean vectors where models are compared by meaning; 0 for new and gone.
    """

    kind: Kind
    before: tuple[int, ...]
    after: tuple[int, ...]
    shared: int
    likeness: float


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """How one model differs from another.

    Parameters
    ----------
    by
        ``"passages"`` that both have, or ``"meaning"``: mean vectors, where the documents are different ones.
    changes
        What became of each topic, each topic once; by kind, the largest first.
    rows
        The passages that both have, as rows of the one model and of the other, shape (shared, 2).
    moved
        Which of these are in a topic that is not what became of theirs, shape (shared,).
    """

    by: Literal["passages", "meaning"]
    changes: tuple[Change, ...]
    rows: Ints
    moved: NDArray[np.bool_]


def diff(before: TopicModel, after: TopicModel) -> Comparison:
    """Compare two models, each at the level it shows.

    A passage is in both where document and text are the same; it may stand elsewhere in the document. A topic is linked
    to the one of the other model that holds most of those of its passages that both have. Topics that are linked, one
    to one or not, are one change. Where fewer than a fifth of the passages are in both, topics are matched one to one
    by their mean vectors instead (the assignment problem; Kuhn 1955), in a space centred on both corpora.

    Raises
    ------
    TopicsError
        The models have no passage in common, and were made with different encoders.
    """
    rows = common(before, after)
    same_encoder = before.encoder.fingerprint == after.encoder.fingerprint
    smaller = min(len(before.passages), len(after.passages))
    if len(rows) >= _OVERLAP * smaller and len(rows):
        return _by_passages(before, after, rows)
    if same_encoder:
        return _by_meaning(before, after, rows)
    if len(rows):
        return _by_passages(before, after, rows)
    raise TopicsError(
        "the two models have no passage in common and were made with different encoders "
        f"({before.encoder.id} and {after.encoder.id}), so that nothing tells which topics are alike; "
        "fit both with one encoder"
    )


def common(before: TopicModel, after: TopicModel) -> Ints:
    """Return the rows of the passages that two models share, in the order of the first, shape (n, 2).

    A text that a document holds several times is matched as often as both have it.
    """
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row, passage in enumerate(after.passages):
        places[passage.document_id, passage.text].append(row)
    for rows in places.values():
        rows.reverse()
    pairs = []
    for row, passage in enumerate(before.passages):
        there = places.get((passage.document_id, passage.text))
        if there:
            pairs.append((row, there.pop()))
    return np.array(pairs, np.int32).reshape(-1, 2)


def _by_passages(before: TopicModel, after: TopicModel, rows: Ints) -> Comparison:
    """Link topics by their common passages; topics are told by their places among the ids until the changes are."""
    olds, news = ids_of(before.topics), ids_of(after.topics)
    old, new = places_of(before.labels[rows[:, 0]], olds), places_of(after.labels[rows[:, 1]], news)
    counts = np.zeros((len(olds) + 1, len(news) + 1), np.int64)  # the last of each for no topic
    np.add.at(counts, (old, new), 1)
    links = _links(counts, _sizes(before, olds), _sizes(after, news))
    changes = [_change(group, counts, (olds, news)) for group in _groups(links)]
    told = np.zeros(counts.shape, np.bool_)
    told[:-1, :-1] = links
    told[-1, -1] = True
    return Comparison("passages", _ordered(changes, before, after), rows, ~told[old, new])


def _sizes(model: TopicModel, ids: Ints) -> NDArray[np.int64]:
    return np.array([model.topic(topic).size for topic in ids.tolist()], np.int64)


def _links(counts: NDArray[np.int64], before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which topics, of these sizes, have to do with each other: one holds most of the other."""
    inner = counts[:-1, :-1]
    from_old, into_new = counts[:-1].sum(axis=1), counts[:, :-1].sum(axis=0)
    known_old = from_old >= np.maximum(1, _KNOWN * before)
    known_new = into_new >= np.maximum(1, _KNOWN * after)
    mostly: NDArray[np.bool_] = (inner > 0) & (
        (inner >= _MOSTLY * from_old[:, None]) | (inner >= _MOSTLY * into_new[None, :])
    )
    linked: NDArray[np.bool_] = mostly & known_old[:, None] & known_new[None, :]
    return linked


def _groups(links: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Return the topics of both models that are linked, directly or not."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    olds, news = links.shape
    one, other = np.nonzero(links)
    graph = coo_matrix((np.ones(len(one)), (one, other + olds)), shape=(olds + news, olds + news))
    number, parts = connected_components(graph, directed=False)
    return [
        (np.flatnonzero(parts[:olds] == part).tolist(), np.flatnonzero(parts[olds:] == part).tolist())
        for part in range(number)
    ]


def _change(group: tuple[list[int], list[int]], counts: NDArray[np.int64], ids: tuple[Ints, Ints]) -> Change:
    old, new = group
    before, after = (tuple(known[own].tolist()) for known, own in zip(ids, group, strict=True))
    shared = int(counts[np.ix_(old, new)].sum())
    union = int(counts[old].sum() + counts[:, new].sum()) - shared
    return Change(_kind(len(old), len(new)), before, after, shared, shared / union if shared else 0.0)


def _kind(old: int, new: int) -> Kind:
    if not old or not new:
        return "gone" if old else "new"
    if old == 1:
        return "same" if new == 1 else "split"
    return "merged" if new == 1 else "regrouped"


def _by_meaning(before: TopicModel, after: TopicModel, rows: Ints) -> Comparison:
    """Match topics one to one by their mean vectors."""
    from scipy.optimize import linear_sum_assignment

    old, new = _means(before, after)
    cosines = np.clip(np.round(old @ new.T, 6), 0.0, 1.0)
    ones, others = linear_sum_assignment(np.where(cosines >= _ALIKE, -cosines, 0.0))
    matched = {int(one): int(other) for one, other in zip(ones, others, strict=True) if cosines[one, other] >= _ALIKE}
    olds, news = ids_of(before.topics), ids_of(after.topics)
    was, now = places_of(before.labels[rows[:, 0]], olds), places_of(after.labels[rows[:, 1]], news)
    changes = [
        Change(
            "same",
            (int(olds[one]),),
            (int(news[other]),),
            int(((was == one) & (now == other)).sum()),
            cosines[one, other],
        )
        for one, other in matched.items()
    ]
    changes += [Change("gone", (topic,), (), 0, 0.0) for topic in np.delete(olds, [*matched]).tolist()]
    changes += [Change("new", (), (topic,), 0, 0.0) for topic in np.delete(news, [*matched.values()]).tolist()]
    became = np.array([matched.get(place, -2) for place in range(len(old))] + [-1])
    return Comparison("meaning", _ordered(changes, before, after), rows, became[was] != now)


def _means(before: TopicModel, after: TopicModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean vector of each topic of two models, in a space centred on the passages of both."""
    models = (before, after)
    codes = [model.passages.language_codes() for model in models]
    raw = [model.centring.undo(model.vectors, own) for model, own in zip(models, codes, strict=True)]
    both = learn(np.concatenate(raw), codes[0] + codes[1])
    old, new = (hearts(both.apply(vectors, own), model) for model, vectors, own in zip(models, raw, codes, strict=True))
    return old, new


def hearts(vectors: Floats, model: TopicModel) -> NDArray[np.float64]:
    """Return the unit mean vector of each topic, in the order of ascending ids."""
    means = np.zeros((len(model.topics), vectors.shape[1]))
    held = model.labels >= 0
    np.add.at(means, places_of(model.labels[held], ids_of(model.topics)), vectors[held].astype(np.float64))
    hearts: NDArray[np.float64] = unit(means)
    return hearts


def _ordered(changes: list[Change], before: TopicModel, after: TopicModel) -> tuple[Change, ...]:
    """Put the changes in order: by kind, the largest first, topics within by size."""

    def size(change: Change) -> int:
        return sum(before.topic(topic).size for topic in change.before) + sum(
            after.topic(topic).size for topic in change.after
        )

    def largest_first(model: TopicModel, ids: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(ids, key=lambda topic: (-model.topic(topic).size, topic)))

    within = [
        replace(change, before=largest_first(before, change.before), after=largest_first(after, change.after))
        for change in changes
    ]
    return tuple(
        sorted(within, key=lambda change: (KINDS.index(change.kind), -size(change), change.before, change.after))
    )
