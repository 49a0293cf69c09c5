"""What the vectors say of topics: how close their passages lie, how far apart the topics, and what they follow."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics.ids import ids_of
from topics.model import TopicModel
from topics.protocols import Ints
from topics.values import Topic

_SAMPLE = 5000  # passages whose silhouette is measured
_HIDDEN_AMONG = 5  # passages of the topic that an intruder is hidden among, as in Chang's word intrusion
_ROUNDS = 100  # intruders a topic


def cohesion(model: TopicModel) -> float | str:
    """Return the mean cosine of a passage to the centre of its topic, or why there is none."""
    cosines: list[NDArray[np.float64]] = []
    for topic in model.topics:
        own = model.vectors[model.labels == topic.id].astype(np.float64)
        if len(own):
            centre = own.mean(axis=0)
            cosines.append(own @ (centre / max(float(np.linalg.norm(centre)), 1e-12)))
    return float(np.concatenate(cosines).mean()) if cosines else "no passage belongs to a topic"


def silhouette(model: TopicModel) -> float | str:
    """Return the mean silhouette by cosine (Rousseeuw 1987), of a fixed sample where there are many passages."""
    from sklearn.metrics import silhouette_score

    rows = np.flatnonzero(model.labels >= 0)
    if len(rows) > _SAMPLE:
        rows = np.sort(np.random.default_rng(0).choice(rows, _SAMPLE, replace=False))
    found = len(np.unique(model.labels[rows]))
    if found < 2:
        return "it takes two topics to compare"
    if found == len(rows):
        return "every topic is a single passage"
    return float(silhouette_score(model.vectors[rows], model.labels[rows], metric="cosine"))


def stability(topics: Sequence[Topic]) -> float | str:
    """Return the mean stability of topics, weighted by size, or why there is none."""
    known = [topic for topic in topics if not math.isnan(topic.stability) and topic.size]
    if not known:
        return "neither this engine nor an edit measures it"
    return sum(topic.stability * topic.size for topic in known) / sum(topic.size for topic in known)


def intrusion(model: TopicModel) -> float | str:
    """Return how often the encoder spots a passage from elsewhere among those of a topic, or why that is not measured.

    A round draws five passages of a topic and one from outside it. The odd one out is the passage with the lowest mean
    cosine to the other five; the round is won where that is the one from outside, alone. The figure is the mean over
    topics of the share of 100 rounds that are won; chance is one in six. Topics of fewer than five passages are left
    out. The draws have a fixed seed. It is word intrusion (Chang et al. 2009, "Reading Tea Leaves"), played with
    passages and by the encoder.
    """
    shares = []
    for place, topic in enumerate(ids_of(model.topics).tolist()):  # the draws must not tell which ids are gone
        inside, outside = np.flatnonzero(model.labels == topic), np.flatnonzero(model.labels != topic)
        if len(inside) >= _HIDDEN_AMONG and len(outside):
            shares.append(_spotted(model, inside, outside, np.random.default_rng((0, place))))
    return float(np.mean(shares)) if shares else f"no topic has {_HIDDEN_AMONG} passages, and others outside it"


def _spotted(
    model: TopicModel, inside: NDArray[np.intp], outside: NDArray[np.intp], random: np.random.Generator
) -> float:
    """Return the share of rounds in which the passage from outside has the lowest mean cosine to the others."""
    own = np.stack([random.choice(inside, _HIDDEN_AMONG, replace=False, shuffle=False) for _ in range(_ROUNDS)])
    vectors = model.vectors[np.column_stack([own, random.choice(outside, _ROUNDS)])].astype(np.float64)
    cosines = np.einsum("rid,rjd->rij", vectors, vectors)
    to_others = (cosines.sum(axis=2) - np.einsum("rii->ri", cosines)) / _HIDDEN_AMONG
    to_others = np.round(to_others, 6)  # the order of a sum must not decide
    return float((to_others[:, -1] < to_others[:, :-1].min(axis=1)).mean())


def mixing(labels: Ints, groups: Ints, noun: str) -> float | str:
    """Return the normalised mutual information of topics and groups, or why there is none."""
    from sklearn.metrics import normalized_mutual_info_score

    placed = labels >= 0
    if len(np.unique(groups[placed])) < 2:
        return f"all passages are of one {noun}"
    if len(np.unique(groups[placed])) == placed.sum():
        return f"every {noun} is a single passage"
    if len(np.unique(labels[placed])) < 2:
        return "there is only one topic"
    return float(normalized_mutual_info_score(groups[placed], labels[placed]))
