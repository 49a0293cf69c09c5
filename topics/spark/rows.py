"""What comes of each row by itself: documents of files, vectors of texts, topics of texts and of passages."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING

from topics.embed import load_embedder
from topics.errors import ReadError
from topics.model import TopicModel
from topics.placement import checked as same
from topics.protocols import Embedder
from topics.read.files import LARGEST
from topics.read.parsed import Columns
from topics.spark import work
from topics.spark.frames import (
    ASSIGNED,
    DOCUMENTS,
    PASSAGES,
    are_documents,
    checked,
    checked_session,
    id_at,
    mapped,
    prefixed,
    text_at,
)
from topics.spark.parcel import send

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def read(session: SparkSession, folder: str | os.PathLike[str], *, columns: Columns | None = None) -> DataFrame:
    """Read files of any format that :func:`topics.read_documents` reads, one document a row.

    Parameters
    ----------
    session
        A session of Spark.
    folder
        A file or a folder with its subfolders, where every worker can read it: ``"s3://..."``, ``"hdfs://..."``, or a
        path that all machines share.
    columns
        Which columns of tables hold what; found by looking, table by table, by default.

    Returns
    -------
    DataFrame
        Columns ``id`` (the path below the folder, ``#row`` for a record of a table), ``text``, ``meta``, ``pages``,
        ``row`` and ``problem``. A file that cannot be read is a row without text, and ``problem`` says why. Spark
        passes over files of no bytes, and over those whose names begin with ``.`` or ``_``.

    Raises
    ------
    ReadError
        There is nothing at that place.
    """
    checked_session(session)
    from pyspark.errors import AnalysisException
    from pyspark.sql import functions as sql

    given = os.fspath(folder)
    try:
        files = session.read.format("binaryFile").option("recursiveFileLookup", "true").load(given)
    except AnalysisException as error:
        raise ReadError(
            f"Spark finds no file or folder at {given!r}; give a place that every worker can read"
        ) from error
    roots = _roots(given)
    small = files.filter(sql.col("length") <= LARGEST).select("path", "content")
    documents = mapped(small, partial(work.read, roots=roots, columns=columns or Columns()), DOCUMENTS, only=True)
    large = files.filter(sql.col("length") > LARGEST).select("path")
    return documents.unionByName(mapped(large, partial(work.too_large, roots=roots), DOCUMENTS, only=True))


def embed(
    frame: DataFrame, *, text: str = "text", into: str = "vector", embedder: Embedder | str = "minilm"
) -> DataFrame:
    """Add the vector of each text, bit for bit that of :func:`topics.encode` on the same kind of machine.

    Parameters
    ----------
    frame
        Any data frame with a column of text; its columns are kept.
    text
        That column.
    into
        The column of vectors (``array<float>``, unit length) that is added; null where the text is.
    embedder
        The encoder, as :func:`topics.embed.load_embedder` takes it; its files are sent to the workers.

    Raises
    ------
    ReadError
        There is no such column, it holds no text, or there is a column ``into`` already.
    EncoderError
        The encoder is not to be had.
    """
    checked(frame)
    at = text_at(frame, text)
    found = load_embedder(embedder) if isinstance(embedder, str) else embedder
    parcel = send(frame.sparkSession.sparkContext, found)
    return mapped(frame, partial(work.embedded, parcel=parcel, at=at, name=into), ((into, "array<float>"),))


def assign(
    model: TopicModel,
    frame: DataFrame,
    *,
    text: str = "text",
    languages: str | None = None,
    prefix: str = "",
    embedder: Embedder | str | None = None,
) -> DataFrame:
    """Add the topic of each text at the level that the model shows, row by row as ``model.assign`` gives it.

    Parameters
    ----------
    model
        A model; it is sent to the workers with its encoder.
    frame
        Any data frame with a column of text; its columns are kept. Each text is taken whole.
    text
        That column.
    languages
        A column of ISO 639-1 codes; found by default, and where it is null.
    prefix
        What the names of the added columns begin with: ``topic``, ``topic_name``, ``score``, ``runner_up``,
        ``margin``, ``confidence``, ``loose``, ``language`` and ``poorly_read``. All are null where the text is.
    embedder
        The encoder that the model was made with, where it is no longer where it was.

    Raises
    ------
    ReadError
        A column is missing, holds no text, or there is one of a name that would be added.
    EncoderError
        The encoder is not to be had, or is another one.
    """
    checked(frame)
    at = work.Texts(text_at(frame, text), None if languages is None else text_at(frame, languages, "languages"))
    names = prefixed(ASSIGNED, prefix)
    parcel = send(frame.sparkSession.sparkContext, encoder_of(model, embedder), model)
    return mapped(frame, partial(work.assigned, parcel=parcel, at=at, columns=names), names)


def assign_passages(
    model: TopicModel,
    frame: DataFrame,
    *,
    text: str = "text",
    id: str = "id",
    columns: Columns | None = None,
    prefix: str = "",
) -> DataFrame:
    """Split documents into passages, without web furniture, and say which topic each belongs to.

    What is furniture, and which languages are likely, is told by the documents that the model was fitted on, as
    :func:`topics.update.add` does it; so a document gives the same passages whatever it comes with. Copies are not
    looked for, since they hang on all other documents.

    Parameters
    ----------
    model
        A model; it is sent to the workers with its encoder.
    frame
        A document a row: with ``text`` and ``id``, or as :func:`read` gives them.
    text, id
        The columns of text and ids.
    columns
        The columns ``title`` and ``language`` where there are any, by name; the title stands in front of the text.
    prefix
        What the names of the added columns begin with.

    Returns
    -------
    DataFrame
        A row a passage, with the columns of its document; the column of text holds the passage. Added are ``passage``
        (its id), ``start`` and ``end`` (characters of the document), what :func:`assign` adds, and ``skipped``: why a
        document has no passage, in a row of its own.

    Raises
    ------
    ReadError
        A column is missing or holds something else, or there is one of a name that would be added.
    EncoderError
        The encoder is not to be had.
    """
    checked(frame)
    told = columns or Columns()
    table = work.Table(
        text_at(frame, text),
        id_at(frame, id),
        text_at(frame, told.title, "title") if told.title else None,
        text_at(frame, told.language, "language") if told.language else None,
        are_documents(frame, text, id),
    )
    names = prefixed(PASSAGES, prefix)
    parcel = send(frame.sparkSession.sparkContext, encoder_of(model), model)
    return mapped(frame, partial(work.split_and_assigned, parcel=parcel, table=table, columns=names), names)


def encoder_of(model: TopicModel, embedder: Embedder | str | None = None) -> Embedder:
    """Return the encoder of a model, or the one that is given for it.

    Raises
    ------
    EncoderError
        It is not to be had, or is another one than the model was made with.
    """
    found = embedder or model.embedder or model.settings.embedder
    return same(load_embedder(found) if isinstance(found, str) else found, model.encoder)


def _roots(given: str) -> tuple[str, ...]:
    """Return how the paths of files begin that Spark finds under a place, up to what tells one from another."""
    plain = re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*:(//[^/]*)?", "", given)
    if plain == given:
        plain = os.path.abspath(os.path.expanduser(given)) if os.path.exists(os.path.expanduser(given)) else given
    plain = "/" + plain.strip("/")
    return (f"{plain}/",) if plain != "/" else ("/",)
