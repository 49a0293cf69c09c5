"""Which rows a model is fitted on: a sample of each stratum that the ids decide, whatever the partitions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from topics.errors import ReadError
from topics.spark.frames import are_documents, id_at, place, quoted, text_at

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_KEY, _STRATUM = "__topics_key", "__topics_stratum"
_EQUAL = 0.1  # of the sample goes to all strata alike
_MOST_STRATA = 1000
_WIDE = 6.0  # standard deviations by which more rows are fetched than are wanted


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows to draw: the columns of text and ids, that of the strata, how many rows at most, and the seed."""

    text: str
    id: str
    strata: str | None
    sample: object
    seed: int

    @property
    def most(self) -> int:
        """How many rows at most, if that is a number of rows.

        Raises
        ------
        ValueError
            It is not.
        """
        if isinstance(self.sample, bool) or not isinstance(self.sample, int) or self.sample < 1:
            raise ValueError(f"sample is {self.sample!r}, but must be a whole number, at least 1")
        return self.sample


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """What was drawn.

    Parameters
    ----------
    table
        The rows, an Arrow table with the columns of the data frame, sorted by id.
    rows
        How many rows there are.
    strata
        How many rows of each stratum were drawn, and of how many with text; one without a name where there are no
        strata.
    documents
        Whether they are documents as :func:`topics.spark.read` gives them.
    """

    table: Any
    rows: int
    strata: Mapping[str, tuple[int, int]]
    documents: bool


def draw(frame: DataFrame, wanted: Wanted) -> Drawn:
    """Draw a sample.

    All rows are taken where they are no more than ``wanted.sample``; else so many of those with text: a tenth of them
    from all strata alike, the rest by size, and within one those whose ids have the lowest hashes.

    Raises
    ------
    ReadError
        A column is missing or of a wrong type, a row has no id, there is no text, or there are too many strata.
    ValueError
        The sample is less than 1.
    """
    most = wanted.most
    text_at(frame, wanted.text)
    id_at(frame, wanted.id)
    if wanted.strata is not None:
        place(frame, wanted.strata, "strata")
    counts, rows = _counted(frame, wanted)
    documents = are_documents(frame, wanted.text, wanted.id)
    order = [(wanted.id, "ascending")]
    if rows <= most:
        strata = {name: (count, count) for name, count in counts.items()}
        return Drawn(frame.toArrow().sort_by(order), rows, strata, documents)
    quota = quotas(counts, most)
    table = _lowest(frame, wanted, counts, quota).sort_by(order)
    return Drawn(table, rows, {name: (quota[name], count) for name, count in counts.items()}, documents)


def quotas(counts: Mapping[str, int], sample: int) -> dict[str, int]:
    """Return how many rows each stratum gives to a sample; none gives more than it has.

    A tenth goes to all alike, the rest by size; what a small one cannot give, the others do.
    """
    total, left, given = sum(counts.values()), min(sample, sum(counts.values())), dict[str, int]()
    weight = {name: _EQUAL / len(counts) + (1 - _EQUAL) * count / total for name, count in counts.items() if count}
    while weight:
        whole = math.fsum(weight.values())
        share = {name: left * own / whole for name, own in weight.items()}
        full = [name for name in weight if counts[name] <= share[name]]
        for name in full:
            given[name] = counts[name]
            left -= counts[name]
            del weight[name]
        if not full:
            given |= _rounded(share, left)
            break
    return {name: given.get(name, 0) for name in counts}


def _rounded(shares: Mapping[str, float], total: int) -> dict[str, int]:
    """Round shares to whole numbers that come to ``total``, those with the largest rest up."""
    whole = {name: int(share) for name, share in shares.items()}
    order = sorted(shares, key=lambda name: (whole[name] - shares[name], name))
    for name in order[: total - sum(whole.values())]:
        whole[name] += 1
    return whole


def _counted(frame: DataFrame, wanted: Wanted) -> tuple[dict[str, int], int]:
    """Return how many rows with text each stratum has, by its name in order, and how many rows there are."""
    from pyspark.sql import functions as sql

    told = frame.groupBy(_stratum(wanted).alias(_STRATUM)).agg(
        sql.count(sql.lit(1)).alias("rows"),
        sql.count_if(_has_text(wanted)).alias("texts"),
        sql.count_if(sql.col(quoted(wanted.id)).isNull()).alias("nameless"),
    )
    found = told.limit(_MOST_STRATA + 1).collect()
    if len(found) > _MOST_STRATA:
        raise ReadError(
            f"The column {wanted.strata!r} has more than {_MOST_STRATA:,} values; name a coarser one with strata="
        )
    nameless = sum(row["nameless"] for row in found)
    if nameless:
        raise ReadError(
            f"Of the rows of the data frame {nameless:,} have no {wanted.id!r}; give each row an id of its own that "
            "stays the same (id=)"
        )
    counts = {row[_STRATUM]: row["texts"] for row in sorted(found, key=lambda row: str(row[_STRATUM]))}
    if not any(counts.values()):
        raise ReadError(f"The data frame has no text in its column {wanted.text!r}; name another with text=")
    return counts, sum(row["rows"] for row in found)


def _lowest(frame: DataFrame, wanted: Wanted, counts: Mapping[str, int], quota: Mapping[str, int]) -> Any:  # noqa: ANN401
    """Return the rows with the lowest hashes of each stratum, as an Arrow table.

    Workers send those below a bound, a few more than are wanted, so that nothing has to be sorted or moved there.
    """
    from pyspark.sql import functions as sql

    bounds = {name: _bound(quota[name], count) for name, count in counts.items() if quota[name]}
    told = sql.create_map(*(sql.lit(value) for pair in bounds.items() for value in pair))
    key = sql.xxhash64(sql.lit(wanted.seed), sql.col(quoted(wanted.id)).cast("string"))
    few = (
        frame.withColumn(_KEY, key)
        .withColumn(_STRATUM, _stratum(wanted))
        .filter(_has_text(wanted) & (sql.col(_KEY) <= sql.element_at(told, sql.col(_STRATUM))))
    )
    table = few.toArrow().sort_by([(_STRATUM, "ascending"), (_KEY, "ascending"), (wanted.id, "ascending")])
    taken: dict[str, int] = {}
    kept = []
    for row, name in enumerate(table.column(_STRATUM).to_pylist()):
        taken[name] = taken.get(name, 0) + 1
        if taken[name] <= quota[name]:
            kept.append(row)
    return table.take(kept).drop_columns([_KEY, _STRATUM])


def _bound(quota: int, count: int) -> int:
    """Return the hash below which a stratum of ``count`` rows has at least ``quota``, but by bad luck."""
    share = min(1.0, (quota + _WIDE * math.sqrt(quota) + _WIDE**2) / count)
    return min(2**63 - 1, int(share * 2.0**64) - 2**63)


def _stratum(wanted: Wanted) -> Column:
    from pyspark.sql import functions as sql

    if wanted.strata is None:
        return sql.lit("")
    return sql.coalesce(sql.col(quoted(wanted.strata)).cast("string"), sql.lit(""))


def _has_text(wanted: Wanted) -> Column:
    from pyspark.sql import functions as sql

    return sql.coalesce(sql.col(quoted(wanted.text)).rlike(r"\S"), sql.lit(False))
