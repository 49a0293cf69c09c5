"""Labels that someone gave: where they are found, and how well topics agree with them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from functools import partial
from os import PathLike
from pathlib import Path

from topics.errors import ReadError
from topics.model import TopicModel
from topics.protocols import Ints
from topics.quality.scores import GOLD, NO_GOLD
from topics.read.encoding import decode

Gold = Sequence[object] | Mapping[str, object] | str | PathLike[str]
"""One label a passage; labels by the id of a passage or a document; a column of metadata; or a file of labels."""

_IDS = ("passage", "document", "id")
_FILES = (".csv", ".tsv", ".json")


def labels_of(model: TopicModel, gold: Gold) -> list[object | None]:
    """Return the label of each passage, ``None`` where it has none.

    Raises
    ------
    ValueError
        There is not one label a passage, or no such column of metadata.
    ReadError
        A file of labels cannot be read, or names no passage and no document of the model.
    """
    if isinstance(gold, str) and any(gold in document.meta for document in model.passages.documents):
        given = {document.id: document.meta.get(gold, "") for document in model.passages.documents}
        return _by_id(model, given)
    if isinstance(gold, str | PathLike):
        return _from_file(model, Path(gold))
    if isinstance(gold, Mapping):
        found = _by_id(model, gold)
        if all(label is None for label in found):
            raise ValueError(
                f"none of the {len(gold)} labels is for a passage or a document of this model{_such_as(model)}"
            )
        return found
    if len(gold) != len(model.passages):
        raise ValueError(
            f"got {len(gold)} gold labels for {len(model.passages)} passages; "
            "give one a passage, None where there is none"
        )
    return list(gold)


def _by_id(model: TopicModel, given: Mapping[str, object]) -> list[object | None]:
    """Give each passage its own label, or else that of its document; an empty one is none."""
    labels = [given.get(passage.id, given.get(passage.document_id)) for passage in model.passages]
    return [None if _empty(label) else label for label in labels]


def _from_file(model: TopicModel, path: Path) -> list[object | None]:
    if path.suffix.lower() not in _FILES and not path.exists():
        columns = sorted({column for document in model.passages.documents for column in document.meta})
        known = f"the documents have {', '.join(map(repr, columns))}" if columns else "the documents have none"
        raise ValueError(
            f"there is no column of metadata {str(path)!r} ({known}), and no such file; "
            "name a column, or a CSV or JSON file"
        )
    given = _read(path)
    if odd := next((name for name, label in given.items() if isinstance(label, list | dict)), None):
        raise ReadError(f"the label of {odd!r} in {path} is not a text or a number; give each id one label")
    labels = _by_id(model, given)
    if all(label is None for label in labels):
        raise ReadError(
            f"none of the {len(given)} labels in {path} is for a passage or a document of this model{_such_as(model)}"
        )
    return labels


def _such_as(model: TopicModel) -> str:
    if not len(model.passages):
        return ""
    first = model.passages[0]
    return f"; ids look like {first.id!r} and {first.document_id!r}"


def _read(path: Path) -> dict[str, object]:
    """Return the labels in a file by id."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot read the labels in {path}: {error.strerror or error}") from error
    try:
        text = decode(data).text
    except ReadError as error:
        raise ReadError(f"{path} {error}") from error
    return _of_json(path, text) if path.suffix.lower() == ".json" else _of_table(path, text)


def _of_json(path: Path, text: str) -> dict[str, object]:
    """Read an object of labels by id, or a list of objects that each have an id and a label."""
    try:
        found = json.loads(text, object_pairs_hook=partial(_of_pairs, path))
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path} is not JSON: {error}") from error
    if isinstance(found, dict):
        return found
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ReadError(f"{path} should hold an object of labels by id, or a list of objects with an id and a label")
    return _of_rows(path, found)


def _of_table(path: Path, text: str) -> dict[str, object]:
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise ReadError(f"{path} is not a table: {error}") from error
    return _of_rows(path, rows)


def _of_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    names = set(rows[0]) if rows else set()
    column = next((name for name in _IDS if name in names), None)
    if column is None or "label" not in names:
        raise ReadError(
            f"{path} needs a column 'label' and one of {', '.join(map(repr, _IDS))}; it has {_listed(names)}"
        )
    told = ((row.get(column), row.get("label")) for row in rows)
    return _one_each(path, [(str(name), label) for name, label in told if name is not None and label is not None])


def _of_pairs(path: Path, pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Read a JSON object: labels by id, or an entry with an id and a label."""
    own = next((str(value) for key, value in pairs if key in _IDS), None)
    if own is None or all(key != "label" for key, _ in pairs):
        return _one_each(path, pairs)
    _one_each(path, [(own, value) for key, value in pairs if key == "label"])
    return dict(pairs)


def _one_each(path: Path, pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Return the labels by id; of an empty one and another, the other.

    Raises
    ------
    ReadError
        An id has two labels that differ.
    """
    given: dict[str, object] = {}
    for name, label in pairs:
        first = given.get(name)
        if _empty(first):
            given[name] = label
        elif not _empty(label) and str(first).strip() != str(label).strip():
            raise ReadError(
                f"{path} gives {name!r} two labels, {first!s:.40} and {label!s:.40}; give each id one label"
            )
    return given


def _empty(label: object) -> bool:
    return label is None or not str(label).strip()


def _listed(names: set[str]) -> str:
    return ", ".join(map(repr, sorted(map(str, names)))) or "none"


def agreement(labels: Ints, gold: Sequence[object] | None) -> dict[str, float | str]:
    """Return the four measures of agreement with given labels."""
    from sklearn import metrics

    if gold is None:
        return dict.fromkeys(GOLD, NO_GOLD)
    rows = [row for row, label in enumerate(gold) if label is not None]
    if len(rows) < 2:
        return dict.fromkeys(GOLD, "it takes two passages with a label" if rows else "no passage has a label")
    codes: dict[object, int] = {}
    truth = [codes.setdefault(gold[row], len(codes)) for row in rows]
    found = labels[rows]
    return {
        "ami": float(metrics.adjusted_mutual_info_score(truth, found)),
        "ari": float(metrics.adjusted_rand_score(truth, found)),
        "v_measure": float(metrics.v_measure_score(truth, found)),
        "fmi": float(metrics.fowlkes_mallows_score(truth, found)),
    }
