"""Which columns of a table hold the text, the date and so on: by what they are called and by what is in them.

The text is the column that is called so, else the one with the most prose. Nothing here changes a cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from topics.errors import ReadError
from topics.paragraphs import word_count
from topics.read.dates import as_iso, as_moment
from topics.read.languages import as_code
from topics.read.names import KNOWN, fold, rank
from topics.read.parsed import Columns

MOST = 10_000
"""The most columns that a table may have."""

_LISTED = 12
_CELL = 2000  # characters of a cell that are looked at
_WORDS = 3  # mean number of words from which on a column may be prose
_LONG = 5  # ... and may be a text that someone would want instead of the one found
_LETTERS = 0.55
_ADDRESS = re.compile(r"(?:https?|ftp|file)://\S+|www\.\S+|\S+@\S+\.\w+|[\w./\\-]+\.\w{2,4}", re.IGNORECASE)
_GROUPS = (2, 40)  # distinct values of a column that is a label by what is in it
_NAMED_GROUPS = 1000  # ... and of one that is called so


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns by what they are for, as their places; ``other_texts`` are the names of others that hold prose."""

    text: int
    title: int | None = None
    date: int | None = None
    label: int | None = None
    language: int | None = None
    id: int | None = None
    author: int | None = None
    source: int | None = None
    other_texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Column:
    """What a sample of a column looks like; shares are of the cells that are not empty."""

    filled: int = 0
    words: float = 0.0
    characters: int = 0
    distinct: int = 0
    letters: float = 0.0
    addresses: float = 0.0
    values: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_prose(self) -> bool:
        varied = self.distinct > 1 and self.distinct >= 0.3 * self.filled
        return (
            self.words >= _WORDS and self.letters >= _LETTERS and self.addresses < 0.5 and (varied or self.filled < 3)
        )


def find(names: Sequence[str], sample: Sequence[Sequence[str]], wanted: Columns) -> Roles:
    """Find the columns of a table, or take those that are named.

    Parameters
    ----------
    names
        What the columns are called.
    sample
        Some of the records, each with a cell for every column.
    wanted
        The columns that are named.

    Raises
    ------
    ReadError
        A named column is missing, or none holds text; the message continues the file's name.
    """
    stats = [_look([record[place] for record in sample]) for place in range(len(names))]
    given = {
        role: _named(names, getattr(wanted, role)) for role in ("text", "title", "date", "label", "language", "id")
    }
    text = given["text"]
    free = set(range(len(names))) - set(given.values())
    if text is None:
        text = _text(names, stats, free)
    if text is None:
        raise ReadError(
            f"has no column that looks like text; its columns are {listed(names)}: name one with "
            '--text NAME (text="NAME")'
        )
    free -= {text}
    roles: dict[str, int | None] = {}
    for role, fits in _FITS.items():
        own = given.get(role)
        if own is None and getattr(wanted, role, None) is None:
            own = _best(role, names, [place for place in sorted(free) if fits(stats[place], len(sample))])
            if own is None and role in _BY_CONTENT:
                own = _BY_CONTENT[role](stats, free, len(sample))
        roles[role] = own
        free -= {own}
    rivals = () if given["text"] is not None else _rivals(names, stats, free, text)
    return Roles(text=text, **roles, other_texts=rivals)


def listed(names: Sequence[str]) -> str:
    """Return the names of columns for a message, the first dozen of them."""
    shown = ", ".join(repr(name[:40]) for name in names[:_LISTED])
    return f"{shown} and {len(names) - _LISTED:,} more" if len(names) > _LISTED else shown


def unique(names: Sequence[str]) -> list[str]:
    """Return names for columns, where some are empty or the same: ``"column 2"``, ``"name (2)"``."""
    seen: set[str] = set()
    given = []
    for place, name in enumerate(names, start=1):
        plain = " ".join(name.split()) or f"column {place}"
        own, count = plain, 1
        while own in seen:
            count += 1
            own = f"{plain} ({count})"
        seen.add(own)
        given.append(own)
    return given


def is_header(first: Sequence[str], others: Sequence[Sequence[str]], wanted: Columns) -> bool:
    """Tell whether the first row of a table names its columns.

    It does where a named column or a usual name is in it, where its cells are short, distinct and of another kind than
    those below (a word above numbers, dates or long texts), or where they are questions and those below are not.
    """
    cells = [cell.strip() for cell in first]
    folded = [fold(cell) for cell in cells if cell]
    if not folded:
        return False
    given = {fold(name) for name in (wanted.text, wanted.date, wanted.label, wanted.language, wanted.id) if name}
    below = [{fold(row[place]) for row in others if place < len(row)} for place in range(len(cells))]
    if any(
        name in given or (name in KNOWN and name not in below[at]) for at, name in enumerate(map(fold, cells)) if name
    ):
        return True
    if any(_is_figure(cell) for cell in cells if cell):
        return False
    if not others:
        return len(folded) > 1 and all(word_count(cell) <= 4 for cell in cells)
    if len(set(folded)) < len(folded) or len(folded) < len([1 for cell in others[0] if cell.strip()]):
        return False
    votes = [_differs(cell, [row[place] for row in others if place < len(row)]) for place, cell in enumerate(cells)]
    return any(votes)


def _differs(cell: str, below: Sequence[str]) -> bool:
    """Tell whether a cell is of another kind than those of its column."""
    filled = [value.strip() for value in below if value.strip()]
    if not cell or not filled or cell in filled:
        return False
    if sum(_is_figure(value) or bool(as_iso(value)) for value in filled) >= 0.8 * len(filled):
        return True
    if cell.endswith(("?", ":", "？")):
        return sum(value.endswith(("?", ":", "？")) for value in filled) <= 0.1 * len(filled)
    words = sum(map(word_count, filled)) / len(filled)
    ends = sum(value.endswith((".", "!", "?", "。", "…")) for value in filled) >= 0.3 * len(filled)
    return word_count(cell) <= 3 and not cell.endswith((".", "!", "。")) and (words >= 8 or (words >= 4 and ends))


def _is_figure(cell: str) -> bool:
    return not any(character.isalpha() for character in cell) and any(character.isdigit() for character in cell)


def _named(names: Sequence[str], wanted: str | None) -> int | None:
    if not wanted:
        return None
    if wanted in names:
        return names.index(wanted)
    same = [place for place, name in enumerate(names) if name.strip().casefold() == wanted.strip().casefold()]
    same = same or [place for place, name in enumerate(names) if fold(name) and fold(name) == fold(wanted)]
    if len(same) != 1:
        raise ReadError(f"has no column {wanted!r}; its columns are {listed(names)}")
    return same[0]


def _look(cells: Sequence[str]) -> _Column:
    values = tuple(cell[:_CELL].strip() for cell in cells if cell and not cell.isspace())
    if not values:
        return _Column()
    letters = sum(character.isalpha() or character.isspace() for value in values for character in value[:200])
    return _Column(
        filled=len(values),
        words=sum(map(word_count, values)) / len(values),
        characters=sum(map(len, cells)),
        distinct=len(set(values)),
        letters=letters / sum(min(len(value), 200) for value in values),
        addresses=sum(_ADDRESS.fullmatch(value) is not None for value in values) / len(values),
        values=values,
    )


def _text(names: Sequence[str], stats: Sequence[_Column], free: set[int]) -> int | None:
    """Return the column that is called text and holds the most of it, else that of prose, else of titles."""

    def size(place: int) -> tuple[int, int]:
        return stats[place].characters, -place

    called = [p for p in free if rank("text", names[p]) is not None and stats[p].filled]
    varied = [p for p in called if stats[p].distinct > 1 and stats[p].letters >= 0.3] or called
    if varied:
        return max(varied, key=size)
    prose = [p for p in free if stats[p].is_prose and not _are_dates(stats[p])]
    named = [p for p in free if rank("prose", names[p]) is not None and stats[p].letters >= _LETTERS]
    likely = [p for p in named if p in prose or (stats[p].words >= 2 and stats[p].distinct > 0.5 * stats[p].filled)]
    bodies = [p for p in prose if rank("title", names[p]) is None]
    for candidates in (likely, bodies, prose):
        if candidates:
            return max(candidates, key=size)
    if len(names) == 1 and stats[0].letters >= 0.3:
        return 0
    return None


def _rivals(names: Sequence[str], stats: Sequence[_Column], free: set[int], text: int) -> tuple[str, ...]:
    """Return the other columns that someone may have meant, where the text is not called so."""
    if rank("text", names[text]) is not None:
        return ()
    own = stats[text].characters
    return tuple(
        names[place]
        for place in sorted(free)
        if stats[place].is_prose and stats[place].words >= _LONG and stats[place].characters >= own / 4
    )


def _best(role: str, names: Sequence[str], places: Sequence[int]) -> int | None:
    ranks = {place: found for place in places if (found := rank(role, names[place])) is not None}
    return min(ranks, key=lambda place: (ranks[place], place)) if ranks else None


def _are_dates(column: _Column) -> bool:
    values = column.values[:200]
    return bool(values) and sum(bool(as_iso(value, "day") or as_iso(value, "month")) for value in values) >= 0.8 * len(
        values
    )


def _may_be_date(column: _Column, total: int) -> bool:
    values = column.values[:200]
    return _are_dates(column) or (bool(values) and all(map(as_moment, values)))


def _may_be_label(column: _Column, total: int) -> bool:
    return 2 <= column.distinct <= min(_NAMED_GROUPS, max(2, column.filled // 2)) and column.words <= 6


def _may_be_language(column: _Column, total: int) -> bool:
    return bool(column.filled) and sum(bool(as_code(value)) for value in column.values) >= 0.8 * column.filled


def _may_be_id(column: _Column, total: int) -> bool:
    return column.filled == total and column.distinct == total and column.words <= 2


def _may_be_title(column: _Column, total: int) -> bool:
    return column.letters >= 0.3 and column.distinct > 0.2 * column.filled and not _are_dates(column)


def _may_be_any(column: _Column, total: int) -> bool:
    return bool(column.filled)


_FITS: Mapping[str, Callable[[_Column, int], bool]] = {
    "title": _may_be_title,
    "date": _may_be_date,
    "language": _may_be_language,
    "label": _may_be_label,
    "id": _may_be_id,
    "author": _may_be_any,
    "source": _may_be_any,
}
"""Whether a column that is called so can play the part, in the order in which the parts are given."""


def _dated(stats: Sequence[_Column], free: set[int], total: int) -> int | None:
    """Return the first column of dates that are more than a number."""
    found = (p for p in sorted(free) if _are_dates(stats[p]) and not all(value.isdigit() for value in stats[p].values))
    return next(found, None)


def _groups(stats: Sequence[_Column], free: set[int], total: int) -> int | None:
    """Return the one column of few distinct short words, where there is just one."""
    low, high = _GROUPS
    found = [
        place
        for place in sorted(free)
        if low <= stats[place].distinct <= min(high, stats[place].filled // 4)
        and stats[place].words <= 3
        and stats[place].letters >= 0.9
        and Counter(stats[place].values).most_common(1)[0][1] < 0.95 * total
    ]
    return found[0] if len(found) == 1 else None


_BY_CONTENT: Mapping[str, Callable[[Sequence[_Column], set[int], int], int | None]] = {"date": _dated, "label": _groups}
"""How a part is found where no column is called so."""
