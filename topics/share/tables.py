"""Topics and passages as CSV and Parquet, and everything as JSON, a few thousand rows at a time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from topics import __version__, present
from topics.formulas import MARK, defused
from topics.model import TopicModel
from topics.protocols import Ints

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 5000
_REPRESENTATIVES = 3
_META = {"document_title": "title", "date": "date", "source": "source"}  # column -> key of what is known of a document

Row = dict[str, Any]


def topic_rows(model: TopicModel, chosen: Ints | None = None) -> list[Row]:
    """Return one row a topic of the level shown; only topics that have one of the chosen passages, if any are."""
    topics = model.topics
    if chosen is not None:
        met = set(model.labels[chosen].tolist())
        topics = tuple(topic for topic in topics if topic.id in met)
    return [
        {
            "id": topic.id,
            "name": topic.name,
            "level": topic.level,
            "parent": topic.parent,
            "theme": topic.theme,
            "size": topic.size,
            "share": plain["share"],
            "stability": plain["stability"],
            "fits": None if topic.evidence is None else round(topic.evidence.fits, 6),
            "keywords": [keyword.term for keyword in topic.keywords],
            "languages": dict(topic.languages),
            "representatives": [passage.id for passage in model.representatives(topic.id, _REPRESENTATIVES)],
            "junk": topic.junk,
        }
        for topic, plain in zip(topics, map(present.of_topic, topics), strict=True)
    ]


def passage_rows(model: TopicModel, chosen: Ints | None = None) -> Iterator[list[Row]]:
    """Yield the passages in order, some thousands at a time: place, text, topics, and where they lie on the map.

    Only the chosen rows, in the order of the corpus, if any are.
    """
    wanted: Sequence[int] = range(len(model.passages)) if chosen is None else np.unique(chosen).tolist()
    metas = [document.meta for document in model.passages.documents]
    named = [(f"topic_{name}", model.all_labels[row]) for row, name in enumerate(model.level_names)]
    for start in range(0, len(wanted), _BATCH):
        rows = wanted[start : start + _BATCH]
        batch = []
        for row, told in zip(rows, present.of_passages(model, rows), strict=True):
            passage, meta = model.passages[row], metas[model.passages.document[row]]
            batch.append(
                {
                    "id": told["id"],
                    "document": told["document"],
                    **{column: meta.get(key) for column, key in _META.items()},
                    "page": passage.page,
                    "row": passage.row,
                    **{key: value for key, value in told.items() if key not in ("id", "document")},
                    **{column: int(labels[row]) for column, labels in named},
                    "x": round(float(model.positions[row, 0]), 6),
                    "y": round(float(model.positions[row, 1]), 6),
                }
            )
        yield batch


def write_topics_csv(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write one row a topic; lists are joined by commas."""
    rows = topic_rows(model, chosen)
    for row in rows:
        row["keywords"] = ", ".join(row["keywords"])
        row["languages"] = ", ".join(f"{code} {count}" for code, count in row["languages"].items())
        row["representatives"] = " | ".join(row["representatives"])
    return _write_csv(iter([rows]), file)


def write_passages_csv(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write one row a passage."""
    return _write_csv(passage_rows(model, chosen), file)


def _write_csv(batches: Iterator[list[Row]], file: BinaryIO) -> int:
    """Write rows under the names of their columns, in UTF-8 as Excel knows it; no cell is run as a formula."""
    count, names = 0, list[str]()
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    for batch in batches:
        for row in batch:
            if not names:
                names = list(row)
                writer.writerow([*names, MARK])
            writer.writerow(defused(names, [_cell(value) for value in row.values()]))
        count += len(batch)
    text.detach()  # flushes, and leaves the file open
    return count


def _cell(value: object) -> object:
    """Return a value as a spreadsheet reads it: nothing for what is not known, true and false in words."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value


def write_topics_parquet(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write one row a topic, with lists of keywords and representatives and a map of languages."""
    return _write_parquet(iter([topic_rows(model, chosen)]), file, _topic_schema())


def write_passages_parquet(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write one row a passage."""
    return _write_parquet(passage_rows(model, chosen), file, _passage_schema(model))


def _write_parquet(batches: Iterator[list[Row]], file: BinaryIO, schema: pa.Schema) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


def _topic_schema() -> pa.Schema:
    import pyarrow as pa

    texts = pa.list_(pa.string())
    columns = {"id": pa.int32(), "name": pa.string(), "level": pa.string(), "parent": pa.int32(), "theme": pa.string()}
    columns |= {"size": pa.int64(), "share": pa.float64(), "stability": pa.float64(), "fits": pa.float64()}
    columns |= {"keywords": texts, "languages": pa.map_(pa.string(), pa.int64()), "representatives": texts}
    columns["junk"] = pa.bool_()
    return pa.schema(list(columns.items()))


def _passage_schema(model: TopicModel) -> pa.Schema:
    import pyarrow as pa

    columns = {name: pa.string() for name in ("id", "document", *_META)}
    columns |= {name: pa.int32() for name in ("page", "row", "start", "end")}
    columns |= {"language": pa.string(), "poorly_read": pa.bool_(), "text": pa.string()}
    columns |= {"topic": pa.int32(), "name": pa.string(), "score": pa.float64(), "runner_up": pa.int32()}
    columns |= {"margin": pa.float64(), "confidence": pa.float64(), "loose": pa.bool_(), "junk": pa.bool_()}
    columns |= {f"topic_{name}": pa.int32() for name in model.level_names}
    columns |= {name: pa.float64() for name in "xy"}
    return pa.schema(list(columns.items()))


def write_json(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write the whole model but for its vectors; passages stand one a line."""
    head = {
        "topics_version": __version__,
        "title": title,
        "model": present.of_model(model, removed=True),
        "levels": {level.name: [present.of_topic(topic) for topic in level.topics] for level in model.levels},
        "settings": model.settings.to_dict(),
        "encoder": {
            "id": model.encoder.id,
            "fingerprint": model.encoder.fingerprint,
            "dimension": model.encoder.dimension,
        },
        "documents": [
            {"id": document.id, "meta": dict(document.meta), "characters": len(document.text)}
            for document in model.passages.documents
        ],
    }
    file.write(_json(head, indent=1)[:-2] + b',\n "passages": [')
    count = _write_lines(passage_rows(model, chosen), file)
    file.write(b"\n ]\n}\n")
    return count


def write_passages_json(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write a list of passages, one a line."""
    file.write(b"[")
    count = _write_lines(passage_rows(model, chosen), file)
    file.write(b"\n]\n")
    return count


def _write_lines(batches: Iterator[list[Row]], file: BinaryIO) -> int:
    count = 0
    for batch in batches:
        for row in batch:
            file.write((b",\n  " if count else b"\n  ") + _json(row))
            count += 1
    return count


def _json(value: object, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False).encode()
