"""Data frames of Spark: what they must be, and the columns that come to them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from topics.errors import ReadError, TopicsError
from topics.read.columns import listed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

INSTALL = 'pip install "pyspark>=4.0,<5"'
"""What to type where pyspark is missing."""

Columns = tuple[tuple[str, str], ...]
"""Names of columns, each with its type."""

DOCUMENTS: Columns = (
    ("id", "string"),
    ("text", "string"),
    ("meta", "map<string,string>"),
    ("pages", "array<int>"),
    ("row", "int"),
    ("problem", "string"),
)
"""The columns of documents as :func:`topics.spark.read` gives them."""

ASSIGNED: Columns = (
    ("topic", "int"),
    ("topic_name", "string"),
    ("score", "float"),
    ("runner_up", "int"),
    ("margin", "float"),
    ("confidence", "float"),
    ("loose", "boolean"),
    ("language", "string"),
    ("poorly_read", "boolean"),
)
"""The columns that say which topic a text belongs to."""

PASSAGES: Columns = (("passage", "string"), ("start", "int"), ("end", "int"), *ASSIGNED, ("skipped", "string"))
"""The columns that say where a passage is, which topic it belongs to, and why a document has none."""

_TEXT = ("string", "varchar", "char")
_WHOLE = ("tinyint", "smallint", "int", "bigint")
_NO_PANDAS = "PySpark does not yet fully support pandas"  # rows go as Arrow; no pandas is in it


def checked(frame: DataFrame) -> DataFrame:
    """Return a data frame if it is one of Spark, in a session that can send files.

    Raises
    ------
    TopicsError
        pyspark is missing, or the session is one of Spark Connect.
    ValueError
        It is no data frame of Spark.
    """
    needed()
    from pyspark.sql import DataFrame
    from pyspark.sql.classic.dataframe import DataFrame as Classic

    if not isinstance(frame, DataFrame):
        raise ValueError(
            f"the data is a {type(frame).__name__}, but must be a pyspark DataFrame; for rows in this process use "
            "model.assign, topics.encode or topics.fit"
        )
    if not isinstance(frame, Classic):
        raise _remote()
    return frame


def checked_session(session: Any) -> Any:  # noqa: ANN401 - pyspark need not be there
    """Return a session if it is one of Spark that can send files; see :func:`checked`."""
    needed()
    from pyspark.sql import SparkSession

    if type(session).__module__.startswith("pyspark.sql.connect"):
        raise _remote()
    if not isinstance(session, SparkSession):
        raise ValueError(f"the session is a {type(session).__name__}, but must be a pyspark SparkSession")
    return session


def needed() -> None:
    """See to it that pyspark is there.

    Raises
    ------
    TopicsError
        It is not; the message says how to install it.
    """
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise TopicsError(f"topics.spark needs pyspark, which is not installed; install it with: {INSTALL}") from error


def text_at(frame: DataFrame, name: str, role: str = "text") -> int:
    """Return the place of a column of text.

    Raises
    ------
    ReadError
        There is no such column, or it holds something else.
    """
    return _at(frame, name, role, _TEXT, "text")


def id_at(frame: DataFrame, name: str) -> int:
    """Return the place of a column of ids: texts or whole numbers.

    Raises
    ------
    ReadError
        There is no such column, or it holds something else.
    """
    return _at(frame, name, "id", (*_TEXT, *_WHOLE), "text or whole numbers")


def place(frame: DataFrame, name: str, role: str) -> int:
    """Return the place of a column.

    Raises
    ------
    ReadError
        There is none of that name, or there are several.
    """
    names: list[str] = frame.columns
    count = names.count(name)
    if count == 1:
        return names.index(name)
    if count:
        raise ReadError(f"The data frame has {count} columns {name!r}; rename or drop all but one")
    raise ReadError(f"The data frame has no column {name!r}; its columns are {listed(names)}: name one with {role}=")


def are_documents(frame: DataFrame, text: str = "text", id: str = "id") -> bool:
    """Tell whether a data frame holds documents as :func:`topics.spark.read` gives them, more columns or not."""
    held = dict(frame.dtypes)
    return (text, id) == ("text", "id") and all(held.get(name) == kind for name, kind in DOCUMENTS)


def mapped(
    frame: DataFrame, work: Callable[[Iterator[Any]], Iterator[Any]], added: Columns, *, only: bool = False
) -> DataFrame:
    """Return what becomes of a data frame whose batches go through ``work`` on the workers.

    Parameters
    ----------
    frame
        The data frame.
    work
        Takes Arrow record batches and gives others.
    added
        The columns that it adds behind those that are there.
    only
        Whether these are all that it gives.

    Raises
    ------
    ReadError
        A column that is added is there already.
    """
    from pyspark.sql.types import StructType

    if not only:
        free(frame, added)
    new = StructType.fromDDL(", ".join(f"{quoted(name)} {kind}" for name, kind in added))
    schema = new if only else StructType([*frame.schema.fields, *new.fields])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_NO_PANDAS)
        return frame.mapInArrow(work, schema)


def free(frame: DataFrame, added: Columns) -> None:
    """See to it that a data frame has no column of a name that would be added.

    Raises
    ------
    ReadError
        It has one.
    """
    there = {name.casefold(): name for name in frame.columns}
    for name, _ in added:
        if name.casefold() in there:
            raise ReadError(
                f"The data frame has a column {there[name.casefold()]!r} already, which would be added: rename or drop "
                "it, or give the columns that are added another beginning (prefix=) or name (into=)"
            )


def prefixed(columns: Columns, prefix: str) -> Columns:
    """Return columns under names that begin with a prefix."""
    return tuple((prefix + name, kind) for name, kind in columns)


def quoted(name: str) -> str:
    """Return a name so that Spark takes it for one, whatever is in it."""
    return "`" + name.replace("`", "``") + "`"


def _at(frame: DataFrame, name: str, role: str, kinds: Sequence[str], what: str) -> int:
    at = place(frame, name, role)
    kind = frame.dtypes[at][1]
    if not kind.startswith(tuple(kinds)):
        raise ReadError(
            f"The column {name!r} of the data frame holds {kind}, but must hold {what}; cast it, or name another "
            f"with {role}="
        )
    return at


def _remote() -> TopicsError:
    return TopicsError(
        "topics.spark sends models with the SparkContext, which a session of Spark Connect does not have; use a "
        "classic session (on Databricks: a cluster of dedicated access mode)"
    )
