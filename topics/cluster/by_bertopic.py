"""The BERTopic engine: BERTopic itself fits on our vectors, and what it finds becomes a clustering like any other.

BERTopic gets what it leaves to its user: a map and a density clustering that hold for any number of passages (those of
:mod:`topics.cluster.density`), terms without stop words, zero-shot topics from the named themes with a threshold that fits
the corpus, and an embedding of terms that needs no model. Nothing is ever downloaded.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from topics import words
from topics.cluster import Clustering, Guide
from topics.cluster.choice import Grouping, chosen, judge_of, levels
from topics.cluster.density import FEW, Distinct, distinct_passages, find, resample
from topics.cluster.exemplars import as_clustering
from topics.cluster.terms import END, Terms
from topics.protocols import Floats, Ints, Tick
from topics.settings import Settings
from topics.values import LOOSE

if TYPE_CHECKING:
    from bertopic import BERTopic

_LOG = logging.getLogger(__name__)
_ONE_AT_A_TIME = threading.Lock()  # warning filters belong to the process, and bertopic changes them as it is imported
_CANDIDATES = 100  # terms by c-TF-IDF among which the representation models choose
_DIVERSITY = 0.3
_AGREES = 0.3  # F1 with the passages that stand out for the themes, from which zero-shot topics are worth having


def fit(
    vectors: Floats,
    texts: Sequence[str],
    settings: Settings,
    guides: Sequence[Guide],
    progress: Tick | None,
    corpora: Sequence[words.Corpus] | None = None,
) -> Clustering:
    """Group and describe passages by BERTopic; see :func:`topics.cluster.cluster`.

    Parameters
    ----------
    corpora
        The passages as words; by default read here, without stop-word lists.
    """
    passages = distinct_passages(vectors, settings.seed)
    if len(passages.space) < FEW:
        _LOG.warning(
            "%d distinct passages are too few for UMAP and HDBSCAN: BERTopic is given topics from their dendrogram instead",
            len(passages.space),
        )
    read = corpora or words.read(texts, [settings.language or "und"] * len(texts), lambda _: frozenset())
    terms = Terms(texts, vectors, read)
    groupings = find(passages, settings.seed)
    judge = judge_of(passages.space)
    best = chosen(passages.space, groupings, judge)
    with _bertopic_alone():
        found, guides = _found(passages, vectors, terms, best, guides)
    cuts = levels(passages.space, found, groupings, judge, keep=settings.outliers == "keep")
    runs = resample(passages, settings.seed, progress)
    clustering = as_clustering(vectors, passages.space, cuts, guides, runs)
    labels = clustering.rule.labels(vectors)
    with _bertopic_alone():
        described = [_described(vectors, terms, own, settings.keywords) for own in labels]
    return replace(clustering, keywords=dict(zip(clustering.levels, described, strict=True)))


@contextmanager
def _bertopic_alone() -> Iterator[None]:
    """Keep the warnings of BERTopic and what it imports, and the filters that it sets, to itself."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _found(
    passages: Distinct, vectors: Floats, terms: Terms, best: Grouping, guides: Sequence[Guide]
) -> tuple[Ints, tuple[Guide, ...]]:
    """Let BERTopic find topics, zero-shot ones first.

    Returns
    -------
    tuple
        The topic of each distinct passage, shape (p,), -1 where left out; and the guides, each with the passages that
        BERTopic gave to it, or as they were where it gave none to any.
    """
    rows = np.flatnonzero(passages.which >= 0)
    drawn = passages.which[rows]
    given = vectors[rows]
    threshold = _threshold(given, [replace(guide, members=_within(guide.members, rows)) for guide in guides])
    names = [f"{END}{number}" for number in range(len(guides))] if threshold is not None else None
    model = _model(
        lambda text: guides[int(text[1:])].vector if text[:1] == END and text[1:].isdigit() else terms.vector(text),
        terms,
        umap_model=_Map(passages.space, best),
        hdbscan_model=_Groups(best),
        zeroshot_topic_list=names,
        zeroshot_min_similarity=threshold if threshold is not None else 1.0,
    )
    topics, _ = model.fit_transform([terms.documents[row] for row in rows], embeddings=given)
    found = np.full(len(passages.space), LOOSE, np.int32)
    found[drawn] = topics
    _, compact = np.unique(found[found >= 0], return_inverse=True)
    found[found >= 0] = compact
    if threshold is not None:
        guides = [replace(guide, members=rows[own]) for guide, own in zip(guides, _shots(given, guides, threshold), strict=True)]
    return found, tuple(guides)
