"""Arrow and Parquet tables, batch by batch, so that a small file that unfolds to gigabytes is stopped on the way.

What a Parquet file says of its own size is no guard: a forged one says what it likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from topics.errors import ReadError
from topics.read.cells import cell
from topics.read.columns import MOST, unique
from topics.read.parsed import Columns, Parsed
from topics.read.table import Naming, Troubles, parsed_of

BUDGET = 1 << 29
"""The most bytes that a Parquet file may unfold to."""

_ROWS = 64  # rows decoded at a time: bounds what one step can unfold to, which Arrow takes several times the room for
_TOO_LARGE = f"unfolds to more than {BUDGET >> 20:,} MB; split it into smaller files"
_VECTOR = 16  # numbers in a list from which on it is a vector and not something said of the record
_NESTED = 5


def read_parquet(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the documents of a Parquet file, one a record.

    Raises
    ------
    ReadError
        It is damaged, unfolds to more than :data:`BUDGET`, has no column of text, or lacks a named one; the message
        continues the file's name.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        if len(file.schema_arrow) > MOST:
            raise ReadError(f"has {len(file.schema_arrow):,} columns, more than the {MOST:,} that are read")
        _refuse_bombs(file)
        batches = file.iter_batches(batch_size=_ROWS, use_threads=False)
        return parsed_from(batches, columns, Naming(f"{id}#"), budget=BUDGET)
    except MemoryError as error:
        raise ReadError("unfolds to more than there is memory for") from error
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ReadError(f"is no Parquet file that can be read ({reason})") from error


def parsed_from(batches: Iterable[Any], columns: Columns, naming: Naming, *, budget: int | None = None) -> Parsed:
    """Make the documents of a table that comes as Arrow record batches of one schema.

    ``budget`` is how many characters its cells may come to: an array may say one long text a million times by number.

    Raises
    ------
    ReadError
        It has no column of text, lacks a named one, or its cells come to more than the budget.
    """
    tables = (_flat(batch) for batch in batches)
    first = next((table for table in tables if table.num_rows), None)
    if first is None:
        raise ReadError("has no records")
    troubles = Troubles()
    kept = [place for place in range(first.num_columns) if not _is_vector(first.column(place))]
    names = unique(first.column_names)
    left_out = [name for place, name in enumerate(names) if place not in set(kept)]
    if left_out:
        troubles.say(f"has columns of vectors, which are left out ({', '.join(map(repr, left_out[:5]))})")

    def rows() -> Iterator[Sequence[str]]:
        size = 0
        for cells in chain(_columns(first, kept), (part for table in tables for part in _columns(table, kept))):
            size += sum(sum(map(len, column)) for column in cells) if budget is not None else 0
            if budget is not None and size > budget:
                raise ReadError(_TOO_LARGE)
            yield from zip(*cells, strict=True)

    return parsed_of(rows(), [names[place] for place in kept], columns, naming, troubles)


def columns_of(batch: Any) -> tuple[list[list[str]], list[str]]:  # noqa: ANN401 - pyarrow ships no types
    """Return the columns of an Arrow record batch that are read, as cells, and their names."""
    table = _flat(batch)
    names = unique(table.column_names)
    kept = [place for place in range(table.num_columns) if not _is_vector(table.column(place))]
    cells = [[cell(value) for value in table.column(place).to_pylist()] for place in kept]
    return cells, [names[place] for place in kept]


def _refuse_bombs(file: Any) -> None:  # noqa: ANN401 - pyarrow ships no types
    """Unfold a file once and keep nothing of it: what is a bomb is known before a cell of it is taken."""
    size = 0
    for batch in file.iter_batches(batch_size=_ROWS, use_threads=False):
        size += sum(map(_size, _flat(batch).columns))
        if size > BUDGET:
            raise ReadError(_TOO_LARGE)


def _size(column: Any) -> int:  # noqa: ANN401 - pyarrow ships no types
    """Return how many bytes a column's values come to, those that are said by number in full."""
    import pyarrow as pa
    import pyarrow.compute as pc

    size = int(column.nbytes)
    kind = column.type
    texts = (pa.string(), pa.large_string(), pa.binary(), pa.large_binary())
    if pa.types.is_dictionary(kind) and kind.value_type in texts:
        for chunk in column.chunks:
            lengths = pc.binary_length(chunk.dictionary).take(chunk.indices)
            size += pc.sum(lengths).as_py() or 0
    return size


def _flat(batch: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Return a batch as a table whose structs are columns of their own, ``outer.inner``."""
    import pyarrow as pa

    table = pa.Table.from_batches([batch])
    for _ in range(_NESTED):
        if not any(pa.types.is_struct(field.type) for field in table.schema):
            break
        table = table.flatten()
    return table


def _is_vector(column: Any) -> bool:  # noqa: ANN401 - pyarrow ships no types
    import pyarrow as pa

    kind = column.type
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    if not is_list or not (pa.types.is_floating(kind.value_type) or pa.types.is_integer(kind.value_type)):
        return False
    return any(len(value) >= _VECTOR for value in column.slice(0, 20).to_pylist() if value is not None)


def _columns(table: Any, kept: Sequence[int]) -> Iterator[list[list[str]]]:  # noqa: ANN401 - pyarrow ships no types
    """Give the columns as cells, a few rows at a time."""
    for start in range(0, table.num_rows, _ROWS):
        part = table.slice(start, _ROWS)
        yield [[cell(value) for value in part.column(place).to_pylist()] for place in kept]
