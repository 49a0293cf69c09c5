"""How sure it is that a passage is in the right topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from topics.cluster.neighbours import centroids
from topics.protocols import Bools, Floats, Ints

WEIGHTS = (-0.13, 0.62, 1.82)
"""Of 1, log-odds and stability in a logistic regression on corpora with labels: see benchmarks/confidence.py."""
UNREAD = (1.34, 0.16)
"""How fast a passage is understood less as its language is read less, and how often one that is not is right by chance:
see :func:`understood` and benchmarks/confidence.py."""
THEME = 3.2
"""What being 1 above chance for the theme of a topic adds to the log-odds: see benchmarks/confidence.py."""
SURE = 0.5
"""Confidence below which a passage is loosely attached: it is more likely misplaced than not."""

_CONCENTRATION = 10.0  # of passages around the middle of their topic; from 5 to 15 it makes no difference
_MOST = 7.0  # log-odds: one in a thousand
_UNTOLD = 0.6  # stability where it was not measured: that of a middling topic
_HALFWAY = 0.5  # understood, where a language is read poorly and how poorly is not known
_LEAST_EDGE = 0.05
_OUTSIDE = 0.05  # of a topic's passages lie beyond its edge
_CHUNK = 1 << 22  # cosines held at once: 32 MB
_ROWS = 1024  # vectors in double precision held at once: 3 MB


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns evidence into a probability; a model keeps its own, so that a later release changes no answer of it.

    Parameters
    ----------
    weights
        Of 1, log-odds and stability.
    unread
        What it takes away that a language is read poorly, as in :func:`understood`, and what is right by chance.
    theme
        Of how far above chance a passage is for the theme that its topic stands for.
    """

    weights: tuple[float, float, float] = WEIGHTS
    unread: tuple[float, float] = UNREAD
    theme: float = THEME


BUILT_IN = Calibration()
"""What this release found, and gives to the models that it makes."""
FIRST = Calibration((-0.13, 0.62, 1.82), (1.34, 0.16))
"""That of models which were saved without one; it never changes."""


@dataclass(frozen=True, eq=False, slots=True)
class Hearts:
    """The middle of each topic of a level, by id: k is the largest id and one; an id that no topic has is of size 0.

    Parameters
    ----------
    centres
        The unit mean of its passages, shape (k, d).
    lengths
        The length of their sum, shape (k,).
    sizes
        How many they are, shape (k,).
    stability
        How well it survives resampling, 0 to 1, shape (k,).
    edge
        The cosine to the middle of the others that all but a twentieth of its passages reach, shape (k,).
    themes
        The number of the theme that it stands for, shape (k,); -1 for none.
    calibration
        What turns evidence into a probability.
    """

    centres: NDArray[np.float64]
    lengths: NDArray[np.float64]
    sizes: NDArray[np.int64]
    stability: NDArray[np.float64]
    edge: NDArray[np.float64]
    themes: NDArray[np.int64]
    calibration: Calibration = field(default=BUILT_IN)

    def nearness(self, vectors: Floats, topics: Ints, members: Bools) -> NDArray[np.float64]:
        """Return the cosine of vectors to the middle of their topic, shape (n,), 1 for the only passage of one.

        A member is held against the others of its topic: in a topic of three, its own share of the middle would make
        it look at home wherever it is.
        """
        cosine, own = self._along(vectors, topics)
        length = self.lengths[topics]
        others = np.sqrt(np.maximum(length**2 - 2 * length * cosine + own, 1e-12))
        cosine = np.where(members, (length * cosine - own) / others, cosine)
        found: NDArray[np.float64] = np.where(members & (self.sizes[topics] == 1), 1.0, cosine)
        return np.round(found, 6)

    def _along(self, vectors: Floats, topics: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the cosine of vectors to the middle of their topic, and their squared length, each of shape (n,)."""
        cosine, own = np.empty(len(vectors)), np.empty(len(vectors))
        for rows in _blocks(len(vectors)):
            wide = vectors[rows].astype(np.float64)
            cosine[rows] = np.einsum("ij,ij->i", wide, self.centres[topics[rows]])
            own[rows] = np.einsum("ij,ij->i", wide, wide)
        return cosine, own


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, start + _ROWS) for start in range(0, n, _ROWS))


def hearts(
    vectors: Floats,
    topics: Ints,
    stability: NDArray[np.float64],
    *,
    themes: Sequence[int] | None = None,
    calibration: Calibration = BUILT_IN,
) -> Hearts:
    """Find the middle of each topic.

    Parameters
    ----------
    vectors
        Centred unit vectors of the passages, shape (n, d).
    topics
        The topic of each passage, shape (n,); -1 where it has none.
    stability
        That of each topic by its id, shape (k,); ``nan`` where it was not measured, and where no topic has the id.
    themes
        The number of the theme that each topic stands for, -1 for none; none by default.
    calibration
        What turns evidence into a probability.
    """
    k = len(stability)
    placed = topics >= 0
    own, ids = (vectors, topics) if placed.all() else (vectors[placed], topics[placed])
    sizes = np.bincount(ids, minlength=k)
    centres = centroids(own, ids, k)
    known = np.where(np.isnan(stability), _UNTOLD, stability)
    stand_for = np.full(k, -1, np.int64) if themes is None else np.array(themes, np.int64)
    found = Hearts(centres, np.zeros(k), sizes, known, np.zeros(k), stand_for, calibration)
    along, _ = found._along(own, ids)
    found = replace(found, lengths=np.bincount(ids, weights=along, minlength=k).astype(np.float64))
    cosines = found.nearness(own, ids, np.ones(len(own), np.bool_))
    parts = np.split(cosines[np.argsort(ids, kind="stable")], np.cumsum(sizes)[:-1])
    edge = np.array([np.quantile(part, _OUTSIDE, method="lower") if len(part) else 0.0 for part in parts])
    return replace(found, edge=np.round(np.maximum(edge, _LEAST_EDGE), 6))


def evidence(
    vectors: Floats, topics: Ints, middle: Hearts, members: Bools, own: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return what tells whether passages are in the right topic: log-odds and stability, shape (n, 2).

    The log-odds are those of the topic against all others, in a mixture of von Mises-Fisher distributions around the
    middles of the topics (Banerjee et al. 2005, "Clustering on the Unit Hypersphere"), each as likely as the others,
    at most 7 either way. They are 7 where there is no other topic, and 0 for a passage that is a topic by itself.
    ``own`` is what :meth:`Hearts.nearness` says of them, where it is known already.
    """
    cosines = np.round(vectors.astype(np.float64) @ middle.centres.T, 6)
    own = middle.nearness(vectors, topics, members) if own is None else own
    further = _CONCENTRATION * (cosines - own[:, None])
    further[np.arange(len(vectors)), topics] = -np.inf
    further[:, middle.sizes == 0] = -np.inf
    odds = -np.log(np.maximum(np.exp(further).sum(axis=1), np.exp(-_MOST)))
    alone = members & (middle.sizes[topics] == 1) & ((middle.sizes > 0).sum() > 1)
    return np.stack([np.round(np.where(alone, 0.0, np.maximum(odds, -_MOST)), 6), middle.stability[topics]], axis=1)


def belonging(nearness: NDArray[np.float64], topics: Ints, middle: Hearts) -> NDArray[np.float64]:
    """Return how far vectors lie within their topic, shape (n,): 1 within its edge, down to 0 at a cosine of 0."""
    within: NDArray[np.float64] = np.clip(nearness / middle.edge[topics], 0.0, 1.0)
    return within


def outside(vectors: Floats, middle: Hearts) -> Bools:
    """Return which vectors, none a passage of the corpus, lie beyond the edge of every topic, shape (n,)."""
    known = np.flatnonzero(middle.sizes)
    beyond = np.ones(len(vectors), np.bool_)
    step = max(1, _CHUNK // max(1, len(known)))
    for start in range(0, len(vectors), step):
        rows = slice(start, start + step)
        cosines = np.round(vectors[rows].astype(np.float64) @ middle.centres[known].T, 6)
        beyond[rows] = ~(cosines >= middle.edge[known]).any(axis=1)
    return beyond


def outside_alone(vectors: Floats, topics: Ints, middle: Hearts, documents: Ints) -> Bools:
    """Return which passages of the corpus would lie beyond the edge of every topic if their document were new.

    Passages of one document are alike, and would make one another look at home.

    Parameters
    ----------
    vectors, topics
        All passages of some documents, and the topic of each, shape (n,); -1 where it has none.
    middle
        The middle of each topic.
    documents
        Which document each is from, shape (n,).
    """
    known = np.flatnonzero(middle.sizes)
    place = {topic: at for at, topic in enumerate(known.tolist())}
    beyond = np.ones(len(vectors), np.bool_)
    order = np.argsort(documents, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(documents[order])) + 1):
        wide = vectors[rows].astype(np.float64)
        cosines = wide @ middle.centres[known].T
        for topic in np.unique(topics[rows][topics[rows] >= 0]).tolist():
            own = topics[rows] == topic
            rest = middle.lengths[topic] * middle.centres[topic] - wide[own].sum(axis=0)
            left = middle.sizes[topic] > own.sum()
            cosines[:, place[topic]] = wide @ rest / max(float(np.linalg.norm(rest)), 1e-9) if left else -1.0
        beyond[rows] = ~(np.round(cosines, 6) >= middle.edge[known]).any(axis=1)
    return beyond


def understood(reading: NDArray[np.float64], falls: float = UNREAD[0]) -> NDArray[np.float64]:
    """Return how likely it is that a passage's vector says what it is about, shape (n,), 0 to 1.

    Parameters
    ----------
    reading
        How far the encoder reads its language: 1 where it does, below where it reads it poorly, ``nan`` where it reads
        it poorly and how poorly is not known (see :mod:`topics.embed.reading`).
    falls
        How fast it is understood less as it is read less.
    """
    likely: NDArray[np.float64] = np.where(np.isnan(reading), _HALFWAY, np.clip(reading, 0.0, 1.0) ** falls)
    return likely


def confidence(
    vectors: Floats,
    topics: Ints,
    middle: Hearts,
    *,
    members: Bools | None = None,
    reading: NDArray[np.float64] | None = None,
    excess: Floats | None = None,
) -> Floats:
    """Return how sure it is that each vector's topic is the right one, shape (n,), 0 to 1; 0 where it has none.

    A text that is further from its topic than the topic's own passages are is about something else, however much
    nearer it is to this topic than to others. One that the encoder does not understand is right by chance. What speaks
    for the theme that a topic stands for comes on top: it is told by words as well, in any language.

    Parameters
    ----------
    vectors
        Centred unit vectors, shape (n, d); passages of the corpus, or not.
    topics
        The topic of each, shape (n,), as the rule gave it.
    middle
        The middle of each topic of that level.
    members
        Which of them are passages of the corpus, shape (n,); none by default.
    reading
        How far the encoder reads the language of each, as in :func:`understood`; in full by default.
    excess
        How far above chance each is for each theme, shape (n, themes); 0 where it was not measured, and by default.
    """
    fit = middle.calibration
    members = np.zeros(len(vectors), np.bool_) if members is None else members
    read = np.ones(len(vectors)) if reading is None else understood(reading, fit.unread[0])
    sure = np.zeros(len(vectors), np.float32)
    placed = np.flatnonzero(topics >= 0)
    for rows in (placed[block] for block in _blocks(len(placed))):
        told = (vectors[rows], topics[rows], middle, members[rows])
        own = middle.nearness(told[0], told[1], told[3])
        likely = read[rows] * confident(evidence(*told, own), fit.weights) + (1.0 - read[rows]) * fit.unread[1]
        if excess is not None:
            likely = told_by_theme(likely, fit.theme * _for_theme(excess[rows], middle.themes[topics[rows]]))
        sure[rows] = np.round(likely * belonging(own, told[1], middle), 6)
    return sure


def told_by_theme(likely: NDArray[np.float64], odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities, shape (n,), with log-odds added; where these are 0, as they were."""
    known = np.clip(likely, 1e-6, 1 - 1e-6)
    raised: NDArray[np.float64] = 1.0 / (1.0 + (1.0 - known) / known * np.exp(-odds))
    return np.where(odds == 0.0, likely, np.round(raised, 6))


def _for_theme(excess: Floats, themes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far above chance each passage is for the theme of its topic, shape (n,); 0 where it has none."""
    own: NDArray[np.float64] = np.zeros(len(themes))
    named = np.flatnonzero((themes >= 0) & (themes < excess.shape[1]))
    own[named] = excess[named, themes[named]]
    return own


def confident(told: NDArray[np.float64], weights: tuple[float, float, float] = WEIGHTS) -> NDArray[np.float64]:
    """Turn log-odds and stability, shape (n, 2), into a probability, shape (n,)."""
    base, *slopes = weights
    sure: NDArray[np.float64] = np.round(1.0 / (1.0 + np.exp(-(base + told @ np.array(slopes)))), 6)
    return sure
