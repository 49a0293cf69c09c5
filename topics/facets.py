"""Columns of metadata worth grouping passages by, and each passage's value in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from topics.passages import Passages
from topics.protocols import Bools, Ints

VALUES = (2, 40)
"""How many distinct values a column to group by has."""

_LONGEST = 80  # characters of a value
_NEVER = frozenset({"title"})
_LANGUAGE, _DATE = "language", "date"


@dataclass(frozen=True, slots=True, eq=False)
class Facet:
    """A column of metadata to group passages by.

    Parameters
    ----------
    name
        The column.
    values
        Its values, those of the most passages first.
    counts
        How many passages have each.
    codes
        The value of each passage, as its place in ``values``, shape (n,); -1 where it has none.
    """

    name: str
    values: tuple[str, ...]
    counts: tuple[int, ...]
    codes: Ints


def facets(passages: Passages) -> tuple[Facet, ...]:
    """Return the columns of metadata with few distinct values, in the order in which documents name them.

    A column in which nothing repeats, such as a title, groups nothing; of two that part the passages alike, the first
    counts. Dates that are too many count by year. The language is that of each passage, where there are several.
    """
    columns = _columns(passages)
    found = [_facet(name, codes, passages) for name, codes in columns.items() if name != _LANGUAGE]
    if len(passages.languages) > 1:
        spoken = dict(zip(passages.languages, range(len(passages.languages)), strict=True))
        found.append(_sorted(_LANGUAGE, spoken, passages.language))
    kept: list[Facet] = []
    for facet in found:
        low, high = VALUES
        if low <= len(facet.values) <= high and not any(np.array_equal(facet.codes, other.codes) for other in kept):
            kept.append(facet)
    return tuple(kept)


def among(known: Sequence[Facet], where: Iterable[tuple[str, str]], n: int) -> Bools:
    """Tell which of ``n`` passages have the wanted values: one of those of each column that is named; shape (n,).

    A column or value that is not known has no passages.
    """
    wanted: dict[str, Bools] = {}
    for name, value in where:
        facet = next((facet for facet in known if facet.name == name and value in facet.values), None)
        mask = np.zeros(n, bool) if facet is None else facet.codes == facet.values.index(value)
        wanted[name] = wanted[name] | mask if name in wanted else mask
    result = np.ones(n, bool)
    for mask in wanted.values():
        result &= mask
    return result


def _columns(passages: Passages) -> dict[str, tuple[dict[str, int], Ints]]:
    """Return for each column its values by code, and the code of each document; columns of too many are left out."""
    known: dict[str, dict[str, int]] = {}
    codes: dict[str, Ints] = {}
    dropped: set[str] = set(_NEVER)
    for row, document in enumerate(passages.documents):
        for name, value in document.meta.items():
            if name in dropped:
                continue
            values = known.setdefault(name, {})
            code = values.setdefault(value.strip(), len(values))
            if len(values) > VALUES[1] or len(value) > _LONGEST:
                dropped.add(name)
                continue
            if name not in codes:
                codes[name] = np.full(len(passages.documents), -1, np.int32)
            codes[name][row] = code
    found = {
        name: (known[name], own)
        for name, own in codes.items()
        if name not in dropped and len(known[name]) < int((own >= 0).sum())
    }
    return found | _years(passages) if _DATE in dropped else found


def _years(passages: Passages) -> dict[str, tuple[dict[str, int], Ints]]:
    years = [document.meta.get(_DATE, "")[:4] for document in passages.documents]
    values = {year: code for code, year in enumerate(sorted({year for year in years if year.isdecimal()}))}
    return {_DATE: (values, np.array([values.get(year, -1) for year in years], np.int32))}


def _facet(name: str, column: tuple[dict[str, int], Ints], passages: Passages) -> Facet:
    values, codes = column
    return _sorted(name, values, codes[passages.document])


def _sorted(name: str, values: dict[str, int], codes: Ints) -> Facet:
    """Put the values that passages have in order, those of the most passages first."""
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    order = sorted((value for value, code in values.items() if counts[code]), key=lambda v: (-counts[values[v]], v))
    place = np.full(len(values) + 1, -1, np.int32)  # the last for passages without a value
    for rank, value in enumerate(order):
        place[values[value]] = rank
    placed = place[codes]
    placed.flags.writeable = False
    return Facet(name, tuple(order), tuple(int(counts[values[value]]) for value in order), placed)
