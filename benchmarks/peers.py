"""Every method that is compared, one small function each: texts and vectors in, groupings out.

All get the same vectors of the bundled encoder, and no label. A method that can only be used with the number of
topics is told the number of gold labels. Settings are those of each project's documentation unless named otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sklearn.base import TransformerMixin

Labels = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Job:
    """What a method gets: texts, their vectors (n, d), a seed, and the number of gold labels for those that need it.

    ``leading`` are the texts in languages that the encoder reads, shape (n,): topics are made from them.
    """

    texts: tuple[str, ...]
    vectors: Floats
    k: int
    seed: int = 0
    leading: Bools | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Grouping:
    """One answer of a method: its setting or level, the group of each text (-1: none), whether it is shown first."""

    name: str
    labels: Labels
    shown: bool = False


def ours(job: Job) -> list[Grouping]:
    """Group by this project's default, at all its levels."""
    from topics.cluster import cluster
    from topics.settings import Settings

    found = cluster(job.vectors, job.texts, Settings(seed=job.seed), leading=job.leading)
    labels = found.rule.labels(job.vectors)
    return [Grouping(level, own, level == found.shown) for level, own in zip(found.levels, labels, strict=True)]


def bertopic(job: Job) -> list[Grouping]:
    """Fit BERTopic with its defaults; its UMAP has no seed by default and gets one here."""
    from bertopic import BERTopic

    model = BERTopic(umap_model=_umap(job, neighbours=15))
    labels, _ = model.fit_transform(list(job.texts), embeddings=job.vectors)
    return [_only(labels)]


def umap_hdbscan(job: Job) -> list[Grouping]:
    """UMAP and HDBSCAN alone, as BERTopic sets them."""
    return [_only(_hdbscan(_reduced(job), 10))]


TUNED = {"neighbours": (10, 15, 30, 60), "size": (5, 10, 25, 50, 100), "selection": ("eom", "leaf")}
"""The 40 settings of UMAP (5 dimensions) and HDBSCAN that the tuned peer is tried at."""

TUNED_SMALL = {
    "neighbours": (3, 5, 10, 15, 30),
    "dimensions": (2, 5),
    "size": (2, 3, 5, 8, 10),
    "selection": ("eom", "leaf"),
}
"""The 100 settings for samples of 100 sentences."""


def umap_hdbscan_tuned(job: Job) -> list[Grouping]:
    """UMAP and HDBSCAN at every setting of ``TUNED``."""
    return list(_grid(job, **TUNED))


def umap_hdbscan_tuned_small(job: Job) -> list[Grouping]:
    """UMAP and HDBSCAN at every setting of ``TUNED_SMALL``."""
    return list(_grid(job, **TUNED_SMALL))


def top2vec_style(job: Job) -> list[Grouping]:
    """UMAP and HDBSCAN as Top2Vec sets them, near topics joined, then each text goes to the nearest topic vector.

    Angelov 2020, "Top2Vec: Distributed Representations of Topics", without its own document vectors.
    """
    from sklearn.cluster import DBSCAN

    dense = _hdbscan(_reduced(job), 15)
    found = np.unique(dense[dense >= 0])
    if not len(found):
        return [_only(dense)]
    heads = _unit(np.stack([job.vectors[dense == topic].mean(axis=0) for topic in found]))
    joined = DBSCAN(eps=0.1, min_samples=2, metric="cosine").fit_predict(heads)
    joined = np.where(joined >= 0, joined, len(found) + np.arange(len(found)))
    merged = _unit(np.stack([heads[joined == group].mean(axis=0) for group in np.unique(joined)]))
    return [_only((job.vectors @ merged.T).argmax(axis=1))]


def evoc(job: Job) -> list[Grouping]:
    """EVoC with its defaults, at all its layers, the finest first; it shows the most persistent one."""
    from evoc import EVoC

    model = EVoC(random_state=job.seed)
    shown = model.fit_predict(job.vectors)
    layers = enumerate(model.cluster_layers_)
    return [Grouping(f"layer {i + 1}", np.asarray(layer), np.array_equal(layer, shown)) for i, layer in layers]


def kmeans(job: Job) -> list[Grouping]:
    """k-means, told k."""
    from sklearn.cluster import KMeans

    return [_only(KMeans(job.k, n_init=10, random_state=job.seed).fit_predict(job.vectors))]


def topeax(job: Job) -> list[Grouping]:
    """Turftopic's Topeax with its defaults: peaks of density on a t-SNE map."""
    from turftopic import Topeax

    np.random.seed(job.seed)  # noqa: NPY002 - its mixture takes no seed and draws from numpy's global state
    model = Topeax(encoder=WordEncoder(), random_state=job.seed)
    return [_only(model.fit_transform(list(job.texts), embeddings=job.vectors).argmax(axis=1))]


def keynmf(job: Job) -> list[Grouping]:
    """Turftopic's KeyNMF, told k; a text goes to its strongest topic, and nowhere where it has no keyword."""
    return [_only(_keynmf(job, job.k))]


def keynmf_auto(job: Job) -> list[Grouping]:
    """Turftopic's KeyNMF, choosing k by its information criterion."""
    return [_only(_keynmf(job, "auto"))]


class WordEncoder:
    """The bundled encoder as turftopic wants one, for the words of the vocabulary."""

    def encode(self, sentences: Iterable[str]) -> Floats:
        """Return the vectors of words, shape (n, d), from the disk cache where they are there."""
        from topics.embed import load_embedder

        return load_embedder().encode([str(sentence) for sentence in sentences])


@dataclass(frozen=True, slots=True)
class Method:
    """How a method is run and told.

    Parameters
    ----------
    title
        Its name in the tables.
    fit
        The function that runs it.
    library
        What it is made with; methods of one library share a process, others never meet.
    told
        What it learns from the labels, if anything.
    tells
        The rows that it gives: the ``only`` grouping, or ``each``; or of several the one ``shown``, the ``finest``, and
        by AMI with the labels the ``best`` and the ``median`` one.
    words
        Whether it compares texts with words, and so cannot take centred vectors.
    """

    title: str
    fit: Callable[[Job], list[Grouping]]
    library: str
    told: str = ""
    tells: tuple[str, ...] = ("only",)
    words: bool = False


OURS = "topics"
KNOWING = "told k"
"""What a method is told that cannot be used without the number of topics."""
METHODS = {
    OURS: Method("topics", ours, "topics", tells=("each", "best")),
    "bertopic": Method("BERTopic", bertopic, "bertopic"),
    "umap": Method("UMAP+HDBSCAN as BERTopic sets them", umap_hdbscan, "bertopic"),
    "tuned": Method("UMAP+HDBSCAN tuned", umap_hdbscan_tuned, "bertopic", tells=("best", "median")),
    "top2vec": Method("Top2Vec-style", top2vec_style, "bertopic"),
    "evoc": Method("EVoC", evoc, "evoc", tells=("shown", "finest", "best")),
    "topeax": Method("Topeax", topeax, "turftopic", words=True),
    "keynmf": Method("KeyNMF", keynmf, "turftopic", told=KNOWING, words=True),
    "keynmf-auto": Method("KeyNMF, its own k", keynmf_auto, "turftopic", words=True),
    "kmeans": Method("k-means", kmeans, "bertopic", told=KNOWING),
    "small": Method("UMAP+HDBSCAN, 100 settings", umap_hdbscan_tuned_small, "bertopic", tells=("best", "median")),
}
"""Every method by the short name that ``--peers`` takes."""

PEERS = tuple(name for name in METHODS if name not in (OURS, "small"))
"""The methods of the main table besides ours, in the order of their rows."""


def _only(labels: object) -> Grouping:
    return Grouping("", np.asarray(labels, dtype=np.int64), shown=True)


def _umap(job: Job, neighbours: int, dimensions: int = 5) -> TransformerMixin:
    from umap import UMAP

    return UMAP(
        n_neighbors=neighbours,
        n_components=dimensions,
        min_dist=0.0,
        metric="cosine",
        random_state=job.seed,
        n_jobs=1,  # what the seed makes of it anyway
    )


def _reduced(job: Job, neighbours: int = 15, dimensions: int = 5) -> Floats:
    reduced: Floats = _umap(job, neighbours, dimensions).fit_transform(job.vectors)
    return reduced


def _hdbscan(reduced: Floats, size: int, selection: str = "eom") -> Labels:
    from hdbscan import HDBSCAN

    labels: Labels = HDBSCAN(min_cluster_size=size, metric="euclidean", cluster_selection_method=selection).fit_predict(
        reduced
    )
    return labels


def _grid(
    job: Job,
    neighbours: tuple[int, ...],
    size: tuple[int, ...],
    selection: tuple[str, ...],
    dimensions: tuple[int, ...] = (5,),
) -> Iterable[Grouping]:
    for near, wide in product(neighbours, dimensions):
        reduced = _reduced(job, near, wide)
        for least, how in product(size, selection):
            name = f"{near} neighbours, {wide} dimensions, size {least}, {how}"
            yield Grouping(name, _hdbscan(reduced, least, how))


def _keynmf(job: Job, k: int | str) -> Labels:
    from turftopic import KeyNMF

    model = KeyNMF(k, encoder=WordEncoder(), random_state=job.seed)
    weights = model.fit_transform(list(job.texts), embeddings=job.vectors)
    return np.where(weights.max(axis=1) > 0, weights.argmax(axis=1), -1)


def _unit(rows: Floats) -> Floats:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
