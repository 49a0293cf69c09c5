"""Arrow columns as Spark sends them: its strings may hold bytes that are no text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from topics.read.batches import flat


def values(column: Any) -> list[Any]:  # noqa: ANN401 - pyarrow ships no types
    """Return the values of a column; in strings U+FFFD stands for bytes that are not UTF-8."""
    return list(valid(column).to_pylist())


def valid(column: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Return a column, array or chunked, whose strings are text: U+FFFD stands for bytes that are not UTF-8.

    Spark checks no string: one that was cast from bytes, or read from a file of another program, may hold anything.
    """
    import pyarrow as pa

    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raw = column.cast(pa.large_binary()).to_pylist()
        return pa.array([None if one is None else one.decode("utf-8", "replace") for one in raw], column.type)
    return column


def held(batch: Any, name: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Return the column of a name, or the field ``outer.inner`` of a struct."""
    at = batch.schema.get_field_index(name)
    return batch.column(at) if at >= 0 else flat(batch).column(name)


def ints(rows: Sequence[int]) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Return whole numbers as an Arrow array, which says of none of them what they are too."""
    import pyarrow as pa

    return pa.array(rows, pa.int64())
