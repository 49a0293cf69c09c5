"""The BERTopic engine: BERTopic itself fits on our vectors, and what it finds becomes a clustering like any other.

BERTopic gets what it leaves to its user: a map and a density clustering that hold for any number of passages (those of
:mod:`topics.cluster.density`), terms without stop words, zero-shot topics from the named themes with a threshold that
fits the corpus, and an embedding of terms that needs no model. Nothing is ever downloaded.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from topics import words
from topics.cluster import Clustering, Guide
from topics.cluster.choice import Grouping, chosen, judge_of, levels
from topics.cluster.density import FEW, Distinct, distinct_passages, find, resample
from topics.cluster.exemplars import as_clustering
from topics.cluster.terms import END, FILLERS, Terms
from topics.manifold import give_numba_a_cache
from topics.protocols import Floats, Ints, Tick
from topics.settings import Settings
from topics.values import LOOSE

if TYPE_CHECKING:
    from bertopic import BERTopic

_LOG = logging.getLogger(__name__)
_ONE_AT_A_TIME = threading.Lock()  # warning filters belong to the process, and bertopic changes them as it is imported
_CANDIDATES = 30  # terms by c-TF-IDF from which keywords are chosen
_DIVERSITY = 0.1  # of keywords: a term that says the same as a better one gives way
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
            "%d distinct passages are too few for UMAP and HDBSCAN: BERTopic gets topics from their dendrogram instead",
            len(passages.space),
        )
    read = corpora or words.read(texts, [settings.language or "und"] * len(texts), lambda _: frozenset())
    terms = Terms(texts, vectors, read)
    groupings = find(passages, settings.seed)
    judge = judge_of(passages.space)
    best = chosen(passages.space, groupings, judge)
    with bertopic_alone():
        found, guides = _found(passages, vectors, terms, best, guides)
    cuts = levels(passages.space, found, groupings, judge, keep=settings.outliers == "keep")
    runs = resample(passages, settings.seed, progress)
    clustering = as_clustering(vectors, passages.space, cuts, guides, runs)
    labels = clustering.rule.labels(vectors)
    with bertopic_alone():
        described = [_described(vectors, terms, own, settings.keywords) for own in labels]
    return replace(clustering, keywords=dict(zip(clustering.levels, described, strict=True)))


@contextmanager
def bertopic_alone() -> Iterator[None]:
    """Keep the warnings of BERTopic and what it imports, and the filters that it sets, to itself."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        give_numba_a_cache()  # bertopic imports umap
        yield


def _found(
    passages: Distinct, vectors: Floats, terms: Terms, best: Grouping, guides: Sequence[Guide]
) -> tuple[Ints, Sequence[Guide]]:
    """Let BERTopic find topics, zero-shot ones first.

    Returns
    -------
    tuple
        The topic of each distinct passage, shape (p,), -1 where left out; and the guides, each with the passages that
        it got as a zero-shot topic, or as they were where there are no such topics.
    """
    shots = _shots(vectors, guides)
    rows = np.flatnonzero(passages.which >= 0)
    keys = [f"{END}{number}" for number in range(len(guides))]
    vector_of = {key: guide.vector for key, guide in zip(keys, guides, strict=True)}
    model = _model(
        lambda text: vector_of[text] if text in vector_of else terms.vector(text),
        terms,
        umap_model=_Map(passages.space, best),
        hdbscan_model=_Groups(passages.space, best),
        zeroshot_topic_list=keys if shots else None,
        zeroshot_min_similarity=shots.threshold if shots else 1.0,
    )
    topics, _ = model.fit_transform([terms.documents[row] for row in rows], embeddings=vectors[rows])
    found = np.full(len(passages.space), LOOSE, np.int32)
    found[passages.which[rows]] = topics
    held = found >= 0
    found[held] = np.unique(found[held], return_inverse=True)[1]
    return found, shots.guides if shots else guides


def _described(vectors: Floats, terms: Terms, labels: Ints, keywords: int) -> list[list[tuple[str, float]]]:
    """Let BERTopic describe topics that are given: the terms of each with their weights, best first."""
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import MaximalMarginalRelevance

    model = _model(
        terms.vector,
        terms,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        top_n_words=max(_CANDIDATES, 3 * keywords),
        representation_model=MaximalMarginalRelevance(diversity=_DIVERSITY, top_n_words=keywords),
    )
    theirs, _ = model.fit_transform(terms.documents, embeddings=vectors, y=labels)
    described = []
    for topic in range(int(labels.max()) + 1):
        pairs = model.get_topic(theirs[int(np.argmax(labels == topic))])
        described.append([(term, float(weight)) for term, weight in pairs if term and term not in FILLERS])
    written = terms.written({term for pairs in described for term, _ in pairs})
    return [[(written.get(term, term), weight) for term, weight in pairs] for pairs in described]


def _model(vector_of: Callable[[str], NDArray[Any]], terms: Terms, **parts: object) -> BERTopic:
    """Return a BERTopic that counts these terms and embeds texts by a function."""
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    class Embedder(BaseEmbedder):  # type: ignore[misc]
        """Texts, terms and themes -> their vectors."""

        def embed(self, documents: Sequence[str] | str, verbose: bool = False) -> NDArray[np.float64]:
            texts = [documents] if isinstance(documents, str) else documents
            return np.array([vector_of(text) for text in texts], np.float64)

    return BERTopic(
        embedding_model=Embedder(),
        vectorizer_model=CountVectorizer(analyzer=terms.of),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        calculate_probabilities=False,
        verbose=False,
        **parts,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Shots:
    """Zero-shot topics: the cosine from which a passage gets its nearest theme, and the themes with what they get."""

    threshold: float
    guides: tuple[Guide, ...]


def _shots(vectors: Floats, guides: Sequence[Guide]) -> _Shots | None:
    """Find the threshold at which zero-shot topics agree best with the passages that stand out for each theme.

    BERTopic takes one for all themes; a fixed one finds everything or nothing, depending on encoder and corpus.
    ``None`` where no threshold agrees.
    """
    if not any(len(guide.members) for guide in guides):
        return None
    claimed = np.full(len(vectors), LOOSE)
    for number, guide in enumerate(guides):
        claimed[guide.members] = number
    cosines = vectors.astype(np.float64) @ np.stack([guide.vector for guide in guides]).T.astype(np.float64)
    best, score = cosines.argmax(axis=1), np.round(cosines.max(axis=1), 6)
    tried = np.unique(score[claimed >= 0])
    agree = [_f1(best, score >= value, claimed) for value in tried]
    if max(agree) < _AGREES:
        return None
    threshold = float(tried[int(np.argmax(agree))]) - 5e-7
    taken = [np.flatnonzero((best == number) & (cosines.max(axis=1) >= threshold)) for number in range(len(guides))]
    given = tuple(replace(guide, members=own.astype(np.int32)) for guide, own in zip(guides, taken, strict=True))
    return _Shots(threshold, given)


def _f1(best: NDArray[np.int64], taken: NDArray[np.bool_], claimed: NDArray[np.int64]) -> float:
    right = np.count_nonzero(taken & (best == claimed))
    return 2 * right / (np.count_nonzero(taken) + np.count_nonzero(claimed >= 0))


class _Rows:
    """Finds out which of the rows of ``known`` each row of a table is."""

    def __init__(self, known: Floats) -> None:
        self._rows = {row.tobytes(): number for number, row in enumerate(known)}

    def of(self, table: Floats) -> list[int]:
        return [self._rows[row.tobytes()] for row in np.ascontiguousarray(table, np.float32)]


class _Map:
    """The map of a grouping in the place of BERTopic's UMAP; without a map, the vectors themselves."""

    def __init__(self, space: Floats, grouping: Grouping) -> None:
        self._rows = _Rows(space)
        self._positions = space if grouping.positions is None else grouping.positions

    def fit_transform(self, vectors: Floats, y: object = None) -> Floats:
        return self.transform(vectors)

    def transform(self, vectors: Floats) -> Floats:
        return self._positions[self._rows.of(vectors)]


class _Groups:
    """A grouping in the place of BERTopic's HDBSCAN; a group of which zero-shot topics leave next to nothing goes."""

    def __init__(self, space: Floats, grouping: Grouping) -> None:
        self._rows = _Rows(space if grouping.positions is None else grouping.positions)
        self._grouping = grouping
        self.labels_: Ints = np.zeros(0, np.int32)

    def fit(self, positions: Floats, y: object = None) -> _Groups:
        rows = np.array(self._rows.of(positions))
        here = np.unique(rows)
        groups, counts = np.unique(self._grouping.labels[here], return_counts=True)
        enough = groups[counts >= min(self._grouping.smallest, 3)]
        self.labels_ = np.where(np.isin(self._grouping.labels[rows], enough), self._grouping.labels[rows], LOOSE)
        return self
