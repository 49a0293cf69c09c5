"""What workers do with Arrow batches; what comes of a row hangs on the row alone, whatever it comes with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from topics import copies
from topics.cluster.confidence import SURE
from topics.errors import ReadError
from topics.intake import Learnt, by_file, take_in
from topics.model import TopicModel
from topics.read import Reading, read_source
from topics.read.batch import read_files
from topics.read.cells import cell
from topics.read.files import TOO_LARGE, Upload
from topics.read.parsed import Columns
from topics.spark.frames import DOCUMENTS
from topics.spark.frames import Columns as Schema
from topics.spark.parcel import Parcel, opened
from topics.update.adding import fitted_counts
from topics.values import Assignment, Document

_TOGETHER = 256  # documents that are split together
_TYPES = {"string": "string", "int": "int32", "float": "float32", "boolean": "bool_"}


@dataclass(frozen=True, slots=True)
class Texts:
    """Which column holds the texts, and which their languages, by their places; ``None`` for none."""

    text: int
    language: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """How rows become documents.

    Parameters
    ----------
    text, id
        The places of these columns.
    title, language
        The places of columns that go into the documents; ``None`` for none.
    documents
        Whether rows are documents as :func:`topics.spark.read` gives them.
    """

    text: int
    id: int
    title: int | None = None
    language: int | None = None
    documents: bool = False


def embedded(batches: Iterable[Any], parcel: Parcel, at: int, name: str) -> Iterator[Any]:
    """Add the vector of each text to batches; a missing text has none."""
    import pyarrow as pa

    encoder = opened(parcel).encoder
    for batch in batches:
        texts = batch.column(at).to_pylist()
        rows = [row for row, text in enumerate(texts) if text is not None]
        vectors = encoder.encode([texts[row] for row in rows])
        lengths = np.zeros(len(texts), np.int32)
        lengths[rows] = vectors.shape[1] if len(rows) else 0
        mask = np.array([text is None for text in texts], np.bool_)
        column = pa.ListArray.from_arrays(
            pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32()),
            pa.array(vectors.reshape(-1), pa.float32()),
            mask=pa.array(mask),
        )
        names = [*batch.schema.names, name]
        yield pa.RecordBatch.from_arrays([*batch.columns, column], names=names)


def assigned(batches: Iterable[Any], parcel: Parcel, at: Texts, columns: Schema) -> Iterator[Any]:
    """Add to batches which topic each text belongs to; a missing text has null everywhere."""
    model = _model(parcel)
    for batch in batches:
        texts = batch.column(at.text).to_pylist()
        rows = [row for row, text in enumerate(texts) if text is not None]
        own = [texts[row] for row in rows]
        codes = None if at.language is None else _languages(model, own, batch.column(at.language).take(_ints(rows)))
        found: list[Assignment | None] = [None] * len(texts)
        for row, one in zip(rows, model.assign(own, languages=codes), strict=True):
            found[row] = one
        yield _with(batch, _told(model, found, columns))


def split_and_assigned(batches: Iterable[Any], parcel: Parcel, table: Table, columns: Schema) -> Iterator[Any]:
    """Turn batches of documents into passages, each with its topic; a document without one keeps a row."""
    for batch in batches:
        for start in range(0, batch.num_rows, _TOGETHER):
            yield _split(batch.slice(start, _TOGETHER), parcel, table, columns)


def read(batches: Iterable[Any], roots: Sequence[str], columns: Columns) -> Iterator[Any]:
    """Turn batches of files (path, bytes) into documents; a file that cannot be read is a row that says why."""
    for batch in batches:
        files = [
            Upload(relative(path, roots), data)
            for path, data in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
        ]
        rows: list[dict[str, object]] = []
        documents, reports = read_files(files, columns, workers=1)
        for report, own in by_file(reports, documents):
            problem = report.reason or None
            if not own:
                rows.append({"id": report.path, "problem": problem})
            for one in own:
                told = {"id": one.id, "text": one.text, "meta": list(one.meta.items()), "pages": list(one.pages)}
                rows.append({**told, "row": one.row, "problem": problem})
        yield _documents_of(rows)


def too_large(batches: Iterable[Any], roots: Sequence[str]) -> Iterator[Any]:
    """Turn batches of files (path) that are larger than what is read into rows that say so."""
    for batch in batches:
        ids = [relative(path, roots) for path in batch.column(0).to_pylist()]
        yield _documents_of([{"id": id, "problem": TOO_LARGE} for id in ids])


def relative(path: str, roots: Sequence[str]) -> str:
    """Return the part of a path, such as ``file:/data/a/b.txt``, below the first of ``roots`` that it lies under."""
    for root in roots:
        at = path.find(root)
        if at >= 0:
            return path[at + len(root) :]
    return path.rpartition("/")[2]


def _documents_of(rows: Sequence[Mapping[str, object]]) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Return documents as a batch with the columns of :data:`topics.spark.frames.DOCUMENTS`."""
    import pyarrow as pa

    kinds = (
        pa.string(),
        pa.string(),
        pa.map_(pa.string(), pa.string()),
        pa.list_(pa.int32()),
        pa.int32(),
        pa.string(),
    )
    schema = pa.schema([(name, kind) for (name, _), kind in zip(DOCUMENTS, kinds, strict=True)])
    return pa.RecordBatch.from_pylist(list(rows), schema=schema)


def _split(batch: Any, parcel: Parcel, table: Table, columns: Schema) -> Any:  # noqa: ANN401 - pyarrow ships no types
    import pyarrow as pa

    model, learnt = _model(parcel), _learnt(parcel)
    ids = [None if value is None else " ".join(cell(value).split()) for value in batch.column(table.id).to_pylist()]
    documents, skipped = _documents(batch, table)
    settings = replace(model.settings, keep=(*model.settings.keep, copies.REASON))
    taken = take_in(Reading(tuple(documents), ()), settings, opened(parcel).encoder, needed=False, learnt=learnt)
    texts, codes = taken.passages.texts(), taken.passages.language_codes()
    skipped |= {int(entry.path): entry.reason for entry in taken.skipped}
    rows = [int(taken.documents[document].id) for document in taken.passages.document.tolist()]
    found = model.assign(texts, languages=codes)
    lines: list[tuple[int, str | None, tuple[int, int] | None, Assignment | None]] = [
        *zip(rows, texts, zip(taken.passages.start.tolist(), taken.passages.end.tolist(), strict=True), found,
             strict=True),
        *((row, None, None, None) for row in skipped),
    ]  # fmt: skip
    lines.sort(key=lambda line: (line[0], line[2] or (-1, -1)))
    place, start, end, *told, why = columns
    added = {
        place: [f"{ids[row]}:{at[0]}-{at[1]}" if at and ids[row] is not None else None for row, _, at, _ in lines],
        start: [at and at[0] for _, _, at, _ in lines],
        end: [at and at[1] for _, _, at, _ in lines],
        **_told(model, [line[3] for line in lines], told),
        why: [skipped[row] if at is None else None for row, _, at, _ in lines],
    }
    own = batch.take(_ints([line[0] for line in lines]))
    own = own.set_column(table.text, own.schema.field(table.text), pa.array([text for _, text, _, _ in lines],
                         own.schema.field(table.text).type))  # fmt: skip
    return _with(own, added)


def _documents(batch: Any, table: Table) -> tuple[list[Document], dict[int, str]]:  # noqa: ANN401 - pyarrow
    """Return the documents of a batch, with their rows as ids, and the rows without one, with the reason."""
    documents: list[Document] = []
    skipped: dict[int, str] = {}
    problems = batch.column("problem").to_pylist() if table.documents else [""] * batch.num_rows
    for row, record in enumerate(_records(batch, table)):
        reading = _read_one(record, row)
        documents += reading.documents
        if not reading.documents:
            skipped[row] = problems[row] or "is empty"
    return documents, skipped


def _records(batch: Any, table: Table) -> Iterator[Document | Mapping[str, object]]:  # noqa: ANN401 - pyarrow
    if table.documents:
        names = ("text", "meta", "pages", "row")  # as topics.spark.read calls them
        held = {name: batch.column(batch.schema.get_field_index(name)).to_pylist() for name in names}
        for text, meta, pages, row in zip(*held.values(), strict=True):
            yield Document("", text or "", dict(meta or ()), tuple(pages or ()), row)
        return
    places = {"text": table.text, "title": table.title, "language": table.language}
    parts = {role: batch.column(at).to_pylist() for role, at in places.items() if at is not None}
    for cells in zip(*parts.values(), strict=True):
        yield dict(zip(parts, cells, strict=True))


def _read_one(record: Document | Mapping[str, object], row: int) -> Reading:
    """Read a row as :func:`topics.fit` would read the record of a table whose columns are named."""
    if isinstance(record, Document):
        return read_source([replace(record, id=str(row))], needed=False)
    columns = Columns(**{role: role if role in record else "" for role in ("title", "language")},
                      text="text", date="", label="", id="")  # fmt: skip
    try:
        reading = read_source([record], columns=columns, needed=False)
    except ReadError:  # the columns are there, so what is missing is text
        return Reading((), ())
    return replace(reading, documents=tuple(replace(one, id=str(row)) for one in reading.documents))


def _model(parcel: Parcel) -> TopicModel:
    model = opened(parcel).model
    assert model is not None  # parcels for this work have one
    return model


@lru_cache(maxsize=2)
def _learnt(parcel: Parcel) -> Learnt:
    """Return what the documents of a model's fit say together: their languages, and what stands on several of them."""
    model = _model(parcel)
    documents, _ = fitted_counts(model)
    return Learnt.of(model.passages.documents[:documents], model.settings)


def _languages(model: TopicModel, texts: Sequence[str], column: Any) -> list[str]:  # noqa: ANN401 - pyarrow
    """Return the languages that a column tells; where it tells none, that of the text."""
    told: list[str] = column.to_pylist()
    missing = [row for row, code in enumerate(told) if not code]
    for row, code in zip(missing, model.placement.languages_of([texts[row] for row in missing]), strict=True):
        told[row] = code
    return told


def _told(
    model: TopicModel, found: Sequence[Assignment | None], columns: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[Any]]:
    """Return the columns that say which topics texts belong to."""
    names = {topic.id: topic.name for topic in model.topics}
    rows = [
        None
        if one is None
        else (
            one.topic,
            names.get(one.topic),
            one.score,
            one.runner_up,
            one.margin,
            one.confidence,
            one.topic < 0 or one.confidence < SURE,
            one.language,
            one.poorly_read,
        )
        for one in found
    ]
    return {column: [row and row[at] for row in rows] for at, column in enumerate(columns)}


def _with(batch: Any, columns: Mapping[tuple[str, str], Any]) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Return a batch with more columns behind its own."""
    import pyarrow as pa

    added = [pa.array(values, getattr(pa, _TYPES[kind])()) for (_, kind), values in columns.items()]
    names = [*batch.schema.names, *(name for name, _ in columns)]
    return pa.RecordBatch.from_arrays([*batch.columns, *added], names=names)


def _ints(rows: Sequence[int]) -> Any:  # noqa: ANN401 - pyarrow ships no types
    import pyarrow as pa

    return pa.array(rows, pa.int64())
