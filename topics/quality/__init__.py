"""How good a model's topics are: a handful of figures, each with what it means and when not to believe it."""

from __future__ import annotations

from topics.model import TopicModel
from topics.quality import gold as given_labels
from topics.quality import keywords, vectors
from topics.quality.gold import Gold
from topics.quality.scores import Score, Scores

__all__ = ["Gold", "Score", "Scores", "score"]


def score(model: TopicModel, *, gold: Gold | None = None) -> Scores:
    """Score the topics of a model at the level shown.

    Parameters
    ----------
    model
        The model.
    gold
        The true labels: one a passage, of any kind that can be compared for equality, ``None`` leaving a passage out;
        or a mapping from the id of a passage or a document to its label; or the name of a column of the documents'
        metadata; or a file: a CSV (or TSV) with a column ``label`` and one of ``passage``, ``document``, ``id``, or a
        JSON object of labels by id. A document's label is that of all its passages. Loose passages count as one group
        of their own.

    Raises
    ------
    ValueError
        There is not one label a passage, or no such column of metadata.
    ReadError
        A file of labels cannot be read, or names no passage and no document of the model.
    """
    truth = None if gold is None else given_labels.labels_of(model, gold)
    n = len(model.passages)
    near = keywords.embedding_coherence(model)
    measured: dict[str, float | str] = {
        "npmi": keywords.npmi(model),
        "diversity": keywords.diversity(model.topics),
        "embedding_coherence": near if isinstance(near, str) else near[0],
        "intrusion": vectors.intrusion(model),
        "cohesion": vectors.cohesion(model),
        "silhouette": vectors.silhouette(model),
        "stability": vectors.stability(model.topics),
        "share_loose": float(model.loose.mean()) if n else "there are no passages",
        "language_mixing": vectors.mixing(model.labels, model.passages.language, "language"),
        "source_mixing": vectors.mixing(model.labels, model.passages.document, "document"),
        **given_labels.agreement(model.labels, truth),
    }
    values = {name: value if isinstance(value, float) else float("nan") for name, value in measured.items()}
    missing = {name: value for name, value in measured.items() if isinstance(value, str)}
    labelled = 0 if truth is None else sum(label is not None for label in truth)
    apart = float("nan") if isinstance(near, str) else near[1]
    return Scores(**values, passages=n, labelled=labelled, keywords_apart=apart, missing=missing)
