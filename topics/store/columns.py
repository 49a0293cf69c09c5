"""Documents and passages to Parquet and back.

The columns are plain on purpose: no compression, no dictionary, no nulls. So the bytes are the same every time, and
a file never unfolds to more than its own size, which bounds the memory that a forged one can ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from topics.passages import Passages
from topics.protocols import Ints
from topics.store.folder import DOCUMENTS, PASSAGES
from topics.store.footer import check_plain
from topics.store.strict import Damage, dump, parse
from topics.values import Document, Removed

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 256  # rows decoded at a time: bounds what one step can unfold to
_ROW_GROUP = 1 << 16
_SLACK = 1 << 16
_MOST_LANGUAGES = 10_000

_DOCUMENTS = {"id": "string", "text": "string", "meta": "string", "place": "string", "removed": "string"}
_PASSAGES = {"passage": "string", "document": "int32", "start": "int32", "end": "int32", "language": "string"}


def encode_documents(documents: Sequence[Document], removed: Sequence[Removed]) -> bytes:
    """Return a table with one row a document: id, text, ``meta``, ``place`` and ``removed``.

    The last three are JSON: an object of texts; an object of ``pages`` and ``row``, where there are any; lists of
    start, end and reason, and the passage that a copy is of.

    Raises
    ------
    Damage
        A text holds half of a surrogate pair, or a removed span is from no document.
    """
    spans: dict[str, list[list[int | str]]] = {document.id: [] for document in documents}
    for span in removed:
        if span.document_id not in spans:
            raise Damage(DOCUMENTS, f"a removed span is from {span.document_id!r}, which is none of the documents")
        copied = [] if span.of is None else [span.of]
        spans[span.document_id].append([int(span.start), int(span.end), span.reason, *copied])
    return _encode(
        DOCUMENTS,
        _DOCUMENTS,
        {
            "id": [document.id for document in documents],
            "text": [document.text for document in documents],
            "meta": [dump(dict(document.meta)).decode() for document in documents],
            "place": [dump(_from_place(document)).decode() for document in documents],
            "removed": [dump(spans[document.id]).decode() for document in documents],
        },
    )


def decode_documents(data: bytes) -> tuple[tuple[Document, ...], tuple[Removed, ...]]:
    """Return the documents, and what was removed from them, in document order.

    Raises
    ------
    Damage
        It is no such table, an id is there twice, or a span lies outside its document.
    """
    columns = _decode(DOCUMENTS, data, _DOCUMENTS, list(_DOCUMENTS))
    documents: list[Document] = []
    removed: list[Removed] = []
    for row, (id, text, meta, place, spans) in enumerate(zip(*(columns[name] for name in _DOCUMENTS), strict=True)):
        documents.append(Document(id, text, _meta(row, meta), *_place(row, place, len(text))))
        removed.extend(Removed(id, *span) for span in _spans(row, spans, len(text)))
    if len({document.id for document in documents}) < len(documents):
        raise Damage(DOCUMENTS, "two documents have the same id")
    return tuple(documents), tuple(removed)


def encode_passages(passages: Passages, levels: Sequence[str], labels: Ints) -> bytes:
    """Return a table with one row a passage: id, document (row), start, end, language, and ``topic_<level>``.

    The id and the topics are there for other readers; the model itself reads the topics from its arrays.
    """
    columns = {
        "passage": [
            f"{passages.documents[row].id}:{start}-{end}"
            for row, start, end in zip(
                passages.document.tolist(), passages.start.tolist(), passages.end.tolist(), strict=True
            )
        ],
        "document": passages.document,
        "start": passages.start,
        "end": passages.end,
        "language": passages.language_codes(),
    }
    return _encode(PASSAGES, _passage_types(levels), columns | dict(zip(map(_topic, levels), labels, strict=True)))


def decode_passages(
    data: bytes, documents: Sequence[Document], languages: Sequence[str], levels: Sequence[str]
) -> tuple[Passages, Ints]:
    """Return the passages, and the topic of each at every level, shape (levels, n).

    Raises
    ------
    Damage
        It is no such table, or a passage lies outside its document or is in a language that is not listed.
    """
    if len(languages) > _MOST_LANGUAGES or len(set(languages)) < len(languages):
        raise Damage(PASSAGES, f"its languages are not distinct, or more than {_MOST_LANGUAGES:,}")
    types = _passage_types(levels)
    columns = _decode(PASSAGES, data, types, [name for name in types if name != "passage"])
    code_of = {language: code for code, language in enumerate(languages)}
    unlisted = sorted(set(columns["language"]) - code_of.keys())
    if unlisted:
        raise Damage(PASSAGES, f"a passage is in the language {unlisted[0]!r:.40}, which is not listed")
    codes = np.array([code_of[language] for language in columns["language"]], np.int32)
    numbers = (columns["document"], columns["start"], columns["end"], codes)
    try:
        passages = Passages(documents, *numbers, languages=languages)
    except ValueError as error:
        raise Damage(PASSAGES, str(error)) from error
    return passages, np.stack([columns[_topic(level)] for level in levels])


def _topic(level: str) -> str:
    return f"topic_{level}"


def _passage_types(levels: Sequence[str]) -> dict[str, str]:
    return _PASSAGES | {_topic(level): "int32" for level in levels}


def _meta(row: int, text: str) -> Mapping[str, str]:
    meta = parse(DOCUMENTS, text)
    if not isinstance(meta, dict) or not all(isinstance(value, str) for value in meta.values()):
        raise Damage(DOCUMENTS, f"the meta of document {row} is no JSON object of texts")
    return meta


def _from_place(document: Document) -> dict[str, Any]:
    pages = {"pages": [int(start) for start in document.pages]} if document.pages else {}
    return pages if document.row is None else {**pages, "row": int(document.row)}


def _place(row: int, text: str, length: int) -> tuple[tuple[int, ...], int | None]:
    """Return where the pages of a document begin, and which record of its table it is."""
    place = parse(DOCUMENTS, text)
    if isinstance(place, dict) and place.keys() <= {"pages", "row"}:
        pages, number = place.get("pages", []), place.get("row")
        if isinstance(pages, list) and all(type(start) is int and 0 <= start <= length for start in pages):
            rises = all(first <= second for first, second in pairwise(pages))
            if rises and (number is None or (type(number) is int and number > 0)):
                return tuple(pages), number
    raise Damage(DOCUMENTS, f"the pages or the row of document {row} are none")


def _spans(row: int, text: str, length: int) -> Iterator[tuple[int, int, str, str | None]]:
    spans = parse(DOCUMENTS, text)
    if not isinstance(spans, list):
        raise Damage(DOCUMENTS, f"what was removed from document {row} is no JSON list")
    for span in spans:
        match span:
            case [int(start), int(end), str(reason)] if 0 <= start <= end <= length:
                yield int(start), int(end), reason, None
            case [int(start), int(end), str(reason), str(of)] if 0 <= start <= end <= length:
                yield int(start), int(end), reason, of
            case _:
                raise Damage(DOCUMENTS, f"a span removed from document {row} is no place in it with a reason")


def _schema(types: Mapping[str, str]) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([pa.field(name, pa.type_for_alias(kind), nullable=False) for name, kind in types.items()])


def _encode(file: str, types: Mapping[str, str], columns: Mapping[str, Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(types)
    arrays = [_column(file, name, columns[name], schema.field(name).type) for name in types]
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table(arrays, schema=schema),
        sink,
        row_group_size=_ROW_GROUP,
        version="2.6",
        data_page_version="1.0",
        compression="none",
        use_dictionary=False,
        write_statistics=False,
        store_schema=False,
    )
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _column(file: str, name: str, values: Sequence[str] | Ints, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    try:
        return pa.array(values, kind)
    except UnicodeEncodeError as error:
        row = next(row for row, value in enumerate(values) if not _is_unicode(str(value)))
        raise Damage(
            file,
            f"the {name} in row {row} holds half of a surrogate pair ({error.object[error.start]!a}), which is no "
            "text; replace it before fitting",
        ) from error
    except (pa.ArrowException, TypeError) as error:
        raise Damage(file, f"the column {name} does not hold what it must ({error})") from error


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _decode(file: str, data: bytes, types: Mapping[str, str], wanted: Sequence[str]) -> dict[str, Any]:
    """Return the wanted columns: numbers as arrays, texts as lists."""
    import pyarrow as pa

    try:
        batches = list(_batches(file, data, types, wanted))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Damage(file, f"it is no Parquet file that can be read ({' '.join(str(error).split())[:200]})") from error
    except MemoryError as error:
        raise Damage(file, "it unfolds to more than there is memory for") from error
    return {
        name: np.concatenate([np.zeros(0, np.int32), *(batch[name] for batch in batches)])
        if types[name] == "int32"
        else [text for batch in batches for text in batch[name]]
        for name in wanted
    }


def _batches(file: str, data: bytes, types: Mapping[str, str], wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Decode a few rows at a time, and stop where they come to more than the file: ours are never folded."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    check_plain(file, data)
    schema = _schema(types)
    metadata = pq.read_metadata(pa.BufferReader(data))
    if metadata.metadata is not None or not metadata.schema.to_arrow_schema().equals(schema):
        raise Damage(file, f"its columns are not {', '.join(types)}, of the types that they must have")
    reader = pq.ParquetFile(pa.BufferReader(data), metadata=metadata)
    rows = size = 0
    for batch in reader.iter_batches(batch_size=_ROWS, columns=list(wanted), use_threads=False):
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if size > len(data) + _SLACK:
            raise Damage(file, "it unfolds to more than its own size")
        yield {
            name: _numbers(column) if types[name] == "int32" else column.to_pylist()
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        }
    if rows != metadata.num_rows:
        raise Damage(file, f"it has {rows:,} rows, but says {metadata.num_rows:,}")


def _numbers(column: pa.Array) -> Ints:
    """Return whole numbers without nulls; unlike Arrow's own way this does not import pandas (0.17 s)."""
    return np.frombuffer(column.buffers()[1], np.int32, len(column), column.offset * np.int32().itemsize)
