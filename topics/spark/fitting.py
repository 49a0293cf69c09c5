"""fit and add: a sample comes here, its passages are embedded there, and every row is assigned there."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Unpack

from topics import pipeline, update
from topics.deferred import changed
from topics.edit import By
from topics.embed import load_embedder
from topics.intake import columns_of
from topics.model import TopicModel
from topics.protocols import Embedder, Progress
from topics.read import read_source
from topics.read.frames import taken
from topics.read.parsed import Columns
from topics.settings import Settings
from topics.spark.draw import Drawn, Wanted, draw
from topics.spark.frames import DOCUMENTS, PASSAGES, checked, free, prefixed, text_at
from topics.spark.parcel import send
from topics.spark.rows import assign_passages, encoder_of
from topics.spark.spread import SpreadEmbedder
from topics.update.adding import Added
from topics.values import Document, Skipped, Theme

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SAMPLE = 20_000
"""The most rows that come to the driver, if nothing else is said."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, slots=True)
class Fitted:
    """A model, and what it says of every row.

    Parameters
    ----------
    model
        The model of the sample; save it as any other.
    passages
        The passages of all rows with their topics, worked out when it is asked for; see
        :func:`topics.spark.assign_passages`.
    strata
        How many rows of each stratum the model was fitted on, and of how many with text.
    columns
        Which columns are the title and the language, for :func:`topics.spark.assign_passages` on other rows.
    """

    model: TopicModel
    passages: DataFrame
    strata: Mapping[str, tuple[int, int]]
    columns: Columns


@dataclass(frozen=True, eq=False, slots=True)
class Grown:
    """A model with new documents, and what it says of every row; ``added`` is as :func:`topics.update.add` says."""

    added: Added
    passages: DataFrame
    strata: Mapping[str, tuple[int, int]]
    columns: Columns

    @property
    def model(self) -> TopicModel:
        """The model with the new documents."""
        return self.added.model


def fit(
    frame: DataFrame,
    *,
    strata: str | None = None,
    sample: int = SAMPLE,
    themes: str | PathLike[str] | Iterable[Theme | str] | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    prefix: str = "",
    **knobs: object,
) -> Fitted:
    """Find the topics of a data frame's documents, and say where all their passages go.

    Up to ``sample`` rows come to this process, with all their columns; the workers embed their passages, and the model
    is made here. With no more rows than that it is the model that :func:`topics.fit` makes of them, sorted by id. Of
    more, a sample makes it that the ids and ``settings.seed`` decide, and so neither order nor partitions.

    Parameters
    ----------
    frame
        A document a row, each with an id of its own that stays the same; or as :func:`topics.spark.read` gives them.
    strata
        A column whose values are all to be in the sample, such as the year: a tenth of it is for all alike, the rest
        by size.
    sample
        The most rows that come to this process.
    themes, settings, progress
        As :func:`topics.fit` takes them.
    prefix
        What the names of the columns begin with that are added in ``passages``.
    knobs
        Single settings by name; the columns are ``text="text"`` and ``id="id"`` by default.

    Raises
    ------
    ReadError
        A column is missing or holds something else, a row has no id, two have the same, or there is no text.
    ThemesError, EncoderError, ValueError
        As :func:`topics.fit` raises them.
    """
    free(checked(frame), prefixed(PASSAGES, prefix))
    settings = _settings(settings or Settings(), knobs)
    drawn = draw(frame, _wanted(settings, strata, sample))
    told = _columns(frame, drawn, settings)
    encoder = load_embedder(settings.embedder)
    made = pipeline.fit(
        _source(drawn), themes=themes, settings=settings, embedder=_spread(frame, encoder), progress=progress
    )
    model = changed(made, embedder=None)  # it is looked up by its name, as after any fit
    placed = _assigned(model, frame, told, settings, prefix)
    return Fitted(model, placed, _said(drawn, "fitted on"), told)


def add(
    model: TopicModel,
    frame: DataFrame,
    *,
    text: str = "text",
    id: str = "id",
    strata: str | None = None,
    sample: int = SAMPLE,
    prefix: str = "",
    **by: Unpack[By],
) -> Grown:
    """Add documents to a model, and say where all their passages go; topics stay what they are.

    Up to ``sample`` rows come to this process and go into the model, as :func:`topics.update.add` adds them sorted by
    id. Of more rows a sample goes into it, drawn as for :func:`fit`; the others are assigned only.

    Parameters
    ----------
    model
        Any model whose encoder has a name or a folder.
    frame
        A document a row.
    text, id
        The columns of text and ids.
    strata, sample, prefix
        As for :func:`fit`.
    by
        ``author``, ``reason`` and ``time``, for the history.

    Raises
    ------
    ReadError
        A column is missing or holds something else, a row has no id, two have the same, or there is no text.
    EncoderError
        The encoder is not to be had, or is another one.
    """
    free(checked(frame), prefixed(PASSAGES, prefix))
    settings = _settings(model.settings, {"text": text, "id": id})
    drawn = draw(frame, _wanted(settings, strata, sample))
    told = _columns(frame, drawn, settings)
    spread = changed(model, embedder=_spread(frame, encoder_of(model)))
    added = update.add(spread, _source(drawn), settings=settings, **by)
    larger = changed(added.model, embedder=model.embedder)
    placed = _assigned(larger, frame, told, settings, prefix)
    return Grown(replace(added, model=larger), placed, _said(drawn, "added"), told)


def _settings(settings: Settings, knobs: Mapping[str, object]) -> Settings:
    return Settings.from_dict({**settings.to_dict(), "text": "text", "id": "id", **_named(settings), **knobs})


def _named(settings: Settings) -> dict[str, object]:
    """Return the columns of text and ids that settings name."""
    return {name: value for name in ("text", "id") if (value := getattr(settings, name))}


def _wanted(settings: Settings, strata: str | None, sample: int) -> Wanted:
    return Wanted(settings.text or "text", settings.id or "id", strata, sample, settings.seed)


def _columns(frame: DataFrame, drawn: Drawn, settings: Settings) -> Columns:
    """Return the columns that go into documents, as the reading of the sample takes them."""
    if drawn.documents:
        return Columns()
    told = taken(drawn.table, columns_of(settings))
    for role in ("title", "language"):
        if getattr(told, role):
            text_at(frame, getattr(told, role), role)
    return told


def _source(drawn: Drawn) -> Any:  # noqa: ANN401 - an Arrow table, which ships no types, or a reading
    """Return what was drawn as a source of documents."""
    if not drawn.documents:
        return drawn.table
    rows = drawn.table.select([name for name, _ in DOCUMENTS]).to_pylist()
    refused = tuple(Skipped(row["id"], row["problem"]) for row in rows if row["text"] is None and row["problem"])
    reading = read_source(
        [
            Document(row["id"], row["text"] or "", dict(row["meta"] or ()), tuple(row["pages"] or ()), row["row"])
            for row in rows
            if row["text"] is not None or not row["problem"]
        ]
    )
    return replace(reading, skipped=(*refused, *reading.skipped))


def _spread(frame: DataFrame, encoder: Embedder) -> SpreadEmbedder:
    session = frame.sparkSession
    return SpreadEmbedder(encoder, session, send(session.sparkContext, encoder))


def _assigned(model: TopicModel, frame: DataFrame, columns: Columns, settings: Settings, prefix: str) -> DataFrame:
    own = {"text": settings.text or "text", "id": settings.id or "id", "prefix": prefix}
    return assign_passages(model, frame, columns=columns, **own)


def _said(drawn: Drawn, what: str) -> Mapping[str, tuple[int, int]]:
    count = sum(taken for taken, _ in drawn.strata.values())
    _log.info("%s %d of %d rows; %d strata", what, count, drawn.rows, len(drawn.strata))
    return drawn.strata
