"""Tables in memory: data frames of any library, Arrow tables, lists of dicts; only pyarrow is ever imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from topics.errors import ReadError
from topics.read.batches import columns_of, parsed_from
from topics.read.cells import cell
from topics.read.columns import find, unique
from topics.read.parsed import Columns, Parsed
from topics.read.records import Rows
from topics.read.table import SAMPLE, Naming, Troubles, parsed_of

_NAMING = Naming(first=0, own=True)  # "0", "1", ..., or what the id column says


class Arrow(Protocol):
    """A table of a library that hands it over as an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a capsule with the stream."""


class Exchanged(Protocol):
    """A table of a library that has the interchange protocol of data frames."""

    def __dataframe__(self, nan_as_null: bool = False, allow_copy: bool = True) -> Any:  # noqa: ANN401 - as it says
        """Return the table in the form of the protocol."""


def is_frame(source: object) -> bool:
    """Tell whether something is a table: of pandas, of Arrow, or of a library that can hand it over as Arrow."""
    if _is_pandas(source) or hasattr(source, "__dataframe__"):
        return True
    if not hasattr(source, "__arrow_c_stream__"):
        return False
    return any(hasattr(source, name) for name in ("schema", "columns", "column_names"))  # a single column has none


def read_frame(frame: Any, columns: Columns) -> Parsed:  # noqa: ANN401 - a frame of any library
    """Make the documents of a table in memory, one a record.

    Raises
    ------
    ReadError
        It has no column of text, or lacks a named one; the message continues "the table".
    """
    if _is_pandas(frame):
        return _from_pandas(frame, columns)
    return parsed_from(_batches(frame), columns, _NAMING)


def taken(table: Any, columns: Columns) -> Columns:  # noqa: ANN401 - pyarrow ships no types
    """Return which columns :func:`read_frame` takes of an Arrow table as text, title and language, by name.

    Raises
    ------
    ReadError
        It has no column of text, or lacks a named one; the message continues "the table".
    """
    cells, names = columns_of(table.slice(0, SAMPLE).combine_chunks().to_batches()[0])
    roles = find(names, list(zip(*cells, strict=True)), columns)
    own = {role: names[at] for role in ("text", "title", "language") if (at := getattr(roles, role)) is not None}
    return Columns(**own)


def read_dicts(records: Sequence[Mapping[str, object]], columns: Columns) -> Parsed:
    """Make the documents of a list of dicts, one a dict.

    Raises
    ------
    ReadError
        There is no field of text, or a named one is missing; the message continues "the table".
    """
    rows = Rows()
    for record in records:
        rows.add({str(name): value for name, value in record.items()})
    return parsed_of(rows, list(rows.names), columns, _NAMING, Troubles())


def _is_pandas(source: object) -> bool:
    return (
        type(source).__module__.partition(".")[0] == "pandas" and hasattr(source, "iloc") and hasattr(source, "columns")
    )


def _from_pandas(frame: Any, columns: Columns) -> Parsed:  # noqa: ANN401 - imported by whoever made it
    names = unique([str(name) for name in frame.columns])
    values = [frame.iloc[:, place].tolist() for place in range(len(names))]
    rows = ([cell(value) for value in row] for row in zip(*values, strict=True))
    return parsed_of(rows, names, columns, _NAMING, Troubles())


def _batches(frame: Any) -> Iterable[Any]:  # noqa: ANN401 - a frame of any library
    import pyarrow as pa

    if isinstance(frame, pa.RecordBatch):
        return [frame]
    if isinstance(frame, pa.Table):
        return list(frame.to_batches())
    try:
        if hasattr(frame, "__arrow_c_stream__"):
            return _read(pa.RecordBatchReader.from_stream(frame))
        from pyarrow.interchange import from_dataframe

        return list(from_dataframe(frame).to_batches())
    except (pa.ArrowException, NotImplementedError, RuntimeError, TypeError, ValueError) as error:
        raise ReadError(f"cannot be handed over as Arrow ({' '.join(str(error).split())[:200]})") from error


def _read(reader: Any) -> Iterator[Any]:  # noqa: ANN401 - pyarrow ships no types
    with reader:
        yield from reader
