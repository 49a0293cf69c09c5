"""A scikit-learn estimator of texts, for pipelines and searches over parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from topics import pipeline
from topics.embed.texts import as_texts
from topics.ids import ids_of, places_of
from topics.model import TopicModel
from topics.protocols import Embedder, Floats, Ints
from topics.settings import Engine

if TYPE_CHECKING:
    from os import PathLike

    from topics.values import Theme


class TopicsEstimator(ClusterMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Topics of texts behind scikit-learn's interface.

    ``X`` is a list, 1-D array or series of texts, one a sample. They are cut into passages and fitted as
    :func:`topics.fit` does; what is told of a sample is told of the whole text, up to what the encoder reads of it.
    To keep what was fitted, save ``model_`` (``estimator.model_.save(path)``): it is not to be pickled.

    Parameters
    ----------
    level
        The level or number of topics that answers are of; the one that the fit chose by default.
    engine, embedder, keywords, clean
        As in :class:`topics.Settings`; ``embedder`` may be an encoder as well.
    themes
        Named themes that guide the fit, as :func:`topics.fit` takes them.
    random_state
        The seed, 0 or more.

    Attributes
    ----------
    model_
        The fitted :class:`topics.TopicModel`, at the level asked for.
    labels_
        The topic of each text of the fit, shape (n,); -1 where it has none.
    """

    def __init__(
        self,
        level: str | int | None = None,
        *,
        engine: Engine = "graph",
        embedder: Embedder | str = "minilm",
        themes: str | PathLike[str] | Iterable[Theme | str] | None = None,
        keywords: int = 10,
        clean: bool = True,
        random_state: int = 0,
    ) -> None:
        self.level = level
        self.engine = engine
        self.embedder = embedder
        self.themes = themes
        self.keywords = keywords
        self.clean = clean
        self.random_state = random_state

    def fit(self, X: Iterable[str], y: object = None) -> TopicsEstimator:
        """Find the topics of texts; ``y`` is not looked at.

        Raises
        ------
        ValueError
            ``X`` is not one text a sample, or a parameter is out of range.
        ReadError
            There is no text.
        """
        texts = _texts(X)
        model = pipeline.fit(
            texts,
            themes=self.themes,
            embedder=self.embedder,
            engine=self.engine,
            keywords=self.keywords,
            clean=self.clean,
            seed=self.random_state,
        )
        self.model_: TopicModel = model if self.level is None else model.at(self.level)
        self.labels_ = self.predict(texts)
        return self

    def predict(self, X: Iterable[str]) -> Ints:
        """Return the topic of each text, shape (n,); -1 where it has none."""
        check_is_fitted(self)
        return np.array([found.topic for found in self.model_.assign(_texts(X))], np.int32)

    def transform(self, X: Iterable[str]) -> Floats:
        """Return how near each text is to each topic, shape (n, topics): cosines to the topic's nearest prototype.

        One column a topic, in the order of ascending ids (``sorted(topic.id for topic in model_.topics)``): the largest
        of a row is at the topic that :meth:`predict` gives, unless that is -1.
        """
        check_is_fitted(self)
        return _nearness(self.model_, self.model_.placement.place(_texts(X)))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the names of the topics: the columns of :meth:`transform`."""
        check_is_fitted(self)
        return np.array([self.model_.topic(topic).name for topic in ids_of(self.model_.topics)], dtype=object)

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 - the type of scikit-learn's own method
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags


def _texts(given: Iterable[str]) -> list[str]:
    if getattr(given, "ndim", 1) != 1:
        shape = getattr(given, "shape", ())
        raise ValueError(f"X has shape {shape}, but must be one text a sample, such as a list of strings")
    return as_texts(given if isinstance(given, str | bytes) else list(given))


def _nearness(model: TopicModel, vectors: Floats) -> Floats:
    ids, near = model.rule.likeness(vectors, model.level_names.index(model.level))
    found = np.full((len(vectors), len(model.topics)), -1.0, np.float32)
    found[:, places_of(ids, ids_of(model.topics))] = near
    return found
