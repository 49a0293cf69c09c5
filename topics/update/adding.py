"""New documents for the topics that a model has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Unpack

from topics.edit import By, entry
from topics.embed import load_embedder
from topics.model import TopicModel
from topics.placement import checked
from topics.protocols import Floats, Ints, Progress
from topics.revision import revised
from topics.settings import Settings
from topics.update.drift import Drift, drift
from topics.update.growing import Growth, followed, grown
from topics.update.incoming import cut, incoming
from topics.values import Skipped

if TYPE_CHECKING:
    from topics.read import Reading, Source


NAMED = 20
"""New documents that the history names."""


@dataclass(frozen=True, eq=False, slots=True)
class Added:
    """A model with new documents, and what became of them.

    Parameters
    ----------
    model
        The model, seen as the one that it grew from.
    rows
        The rows of the new passages in it.
    topics, confidence
        The topic of each of them at the level shown, -1 for none, and how sure that is, shape (m,) each.
    drift
        How many of them fit no topic.
    documents
        The ids of the new documents.
    known
        The ids of the documents that the model had already, with the same text: nothing became of them.
    renamed
        The documents whose id another one had: their id -> the one that they got.
    copies
        How many passages say again what another one says; they are counted with it.
    skipped
        What was not read, and the documents that gave no passage, with the reason of each.
    """

    model: TopicModel
    rows: range
    topics: Ints
    confidence: Floats
    drift: Drift
    documents: tuple[str, ...]
    known: tuple[str, ...]
    renamed: dict[str, str]
    copies: int
    skipped: tuple[Skipped, ...]


def add(
    model: TopicModel,
    source: Source | Reading,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
    **by: Unpack[By],
) -> Added:
    """Add documents to a model: each new passage gets the topic that the model gives it, edits included.

    Topics, their names and ids, and all that is known of the old passages stay as they are; sizes, shares and what
    speaks for a name are counted anew. Undoing an edit later works for old and new passages alike, but what was undone
    before can no longer be done again. What is added together does not matter: one file after another gives the same.

    Parameters
    ----------
    source
        As :func:`topics.fit` takes it. A document that the model has, of the same id and text, is left out. One of the
        same id and another text is another document, as the next week's table under the same name is; it gets the id
        with a number behind it.
    settings
        How to read the new documents, such as which columns of a table hold what; as the model's by default.
    progress
        Called as ``progress(stage, done, total)``.
    by
        ``author``, ``reason`` and ``time``, for the history; see :mod:`topics.edit`.

    Raises
    ------
    ReadError
        There is nothing to read.
    EncoderError
        The encoder that the model was made with is not to be had.
    """
    settings = settings or model.settings
    encoder = checked(model.embedder or load_embedder(model.settings.embedder), model.encoder)
    found = incoming(model, source, settings, progress)
    documents, passages = fitted_counts(model)
    taken = cut(model, found.documents, documents, settings, encoder, progress)
    vectors = model.placement.place(
        [passage.text for passage in taken.passages],
        [passage.language for passage in taken.passages],
        progress=None if progress is None else partial(progress, "embed"),
    )
    growth = Growth(found.documents, taken.passages, vectors, passages, taken.removed, (*found.skipped, *taken.skipped))
    larger = model
    if found.documents:
        base = grown(model, growth, encoder)
        asked = {
            "documents": len(found.documents),
            "names": [document.id for document in found.documents[:NAMED]],
            "passages": len(taken.passages),
            "before": {"documents": len(model.passages.documents), "passages": len(model.passages)},
        }
        history = followed(model, base, growth).with_(entry(model, "add", asked, (), by))
        larger = revised(base, history).at(model.level)
    rows = range(len(model.passages), len(larger.passages))
    topics = larger.labels[rows.start :]
    return Added(
        larger,
        rows,
        topics,
        larger.confidence[rows.start :],
        drift(model, vectors, topics, passages),
        tuple(document.id for document in found.documents),
        found.known,
        found.renamed,
        sum(span.of is not None for span in taken.removed),
        growth.skipped,
    )


def fitted_counts(model: TopicModel) -> tuple[int, int]:
    """Return how many documents and passages the fit had; they come first."""
    most = len(model.passages.documents)
    for edit in model.history.edits:
        before = edit.asked.get("before")
        if edit.kind == "add" and isinstance(before, dict):
            told = before.get("documents")
            if isinstance(told, int) and 0 < told <= most:
                most = told
                break
    passages = int((model.passages.document < most).sum())
    return most, passages
