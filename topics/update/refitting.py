"""A new fit of a model's documents and new ones, with the ids and the edits of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from topics import compare, pipeline
from topics.compare import Change, Comparison
from topics.deferred import changed
from topics.edit import By, entry
from topics.history.effects import Numbered
from topics.model import TopicModel
from topics.protocols import Progress
from topics.read import Reading
from topics.revision import edited, used
from topics.settings import Settings
from topics.update.adding import NAMED
from topics.update.incoming import Incoming, incoming
from topics.update.lineage import common, numbered
from topics.update.replaying import Dropped, Replayed, replayed

if TYPE_CHECKING:
    from topics.read import Source

__all__ = ["Dropped", "Refit", "Replayed", "refit"]


@dataclass(frozen=True, eq=False, slots=True)
class Refit:
    """A model that was fitted again, and what became of topics and edits.

    Parameters
    ----------
    model
        The new model.
    before
        The old one, at the level that both are compared at.
    comparison
        How they differ; see :func:`topics.compare.diff`.
    replayed
        The edits that still apply, oldest first.
    dropped
        The edits, or parts of edits, that do not, each with the reason.
    documents
        The ids of the new documents.
    known
        The ids of the documents that were there already, with the same text.
    renamed
        The new documents whose id another one had: their id -> the one that they got.
    """

    model: TopicModel
    before: TopicModel
    comparison: Comparison
    replayed: tuple[Replayed, ...]
    dropped: tuple[Dropped, ...]
    documents: tuple[str, ...]
    known: tuple[str, ...]
    renamed: dict[str, str]

    @property
    def changes(self) -> tuple[Change, ...]:
        """What became of each topic: the same, split, merged, regrouped, new, gone."""
        return self.comparison.changes


def refit(
    model: TopicModel,
    source: Source | Reading | None = None,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
    **by: Unpack[By],
) -> Refit:
    """Fit the documents of a model again, with new ones, and carry ids and edits over.

    A topic that is the same as an old one, or holds most of what that held, keeps its id; others get ids that were
    never used. Then each edit that is in force is done again, under its own author, time and reason, to the topic that
    holds most of what its topic held, and to the passages of the same document and text. The history begins anew with
    the fit, which cannot be undone; the edits that were done again can.

    Parameters
    ----------
    source
        New documents, as :func:`topics.update.add` takes them; none by default.
    settings
        How to fit; as the model was by default.
    progress
        Called as ``progress(stage, done, total)``.
    by
        ``author``, ``reason`` and ``time`` of the fit, for the history; see :mod:`topics.edit`.

    Raises
    ------
    ReadError
        There is nothing to read in ``source``.
    EncoderError
        The encoder is not to be had.
    """
    fitting = settings or model.settings
    found = Incoming((), (), {}, ())
    if source is not None:
        found = incoming(model, source, fitting, progress)
    held = {document.id for document in model.passages.documents}
    files = tuple(entry for entry in model.skipped if entry.path not in held)
    reading = Reading((*model.passages.documents, *found.documents), (*files, *found.skipped))
    own = model.embedder if fitting.embedder == model.settings.embedder else None
    fresh = pipeline.fit(reading, themes=model.themes, settings=fitting, embedder=own, progress=progress)
    shared = common(model, fresh)
    asked = {
        "edits": len(model.history.edits),
        "documents": len(found.documents),
        "names": [document.id for document in found.documents[:NAMED]],
    }
    named = Numbered(numbered(model, fresh, shared), used(model))
    new = edited(fresh, entry(fresh, "refit", asked, (named,), by))
    new, again, dropped = replayed(model, new, shared)
    new = changed(_at(new, model.level, fresh.level), origin=model.origin)
    before = _at(model, new.level, model.level)
    return Refit(
        new,
        before,
        compare.diff(before, new),
        again,
        dropped,
        tuple(document.id for document in found.documents),
        found.known,
        found.renamed,
    )


def _at(model: TopicModel, level: str, otherwise: str) -> TopicModel:
    """Return a model at a level, if it can be seen there."""
    try:
        return model.at(level)
    except ValueError:
        return model.at(otherwise)
