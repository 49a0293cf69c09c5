"""What a file says of itself, under the keys and in the forms that are the same for every format."""

from __future__ import annotations

import re
from datetime import date as Date

from topics.read.body import one_line
from topics.read.dates import as_iso
from topics.read.encoding import normalise
from topics.read.languages import as_code

_NAMELESS = re.compile(
    r"(?:untitled|unknown|none|null|title|author|user|admin|anonymous|python-docx"
    r"|powerpoint presentation|steve canny)",
    re.IGNORECASE,
)
_LONGEST = 2_000
_TEMPLATES = frozenset({"2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z", "0101-01-01T00:00:00Z"})
"""When the templates of python-docx and python-pptx were made, which files written with them have, and no date."""


def meta_of(*, language: str = "", date: str | Date = "", **values: str) -> dict[str, str]:
    """Return the metadata that says something, each value on one line.

    ``date`` becomes ISO 8601 and ``language`` ISO 639-1; both are left out where they cannot. Placeholders that
    programs write, such as the title "Untitled", say nothing.
    """
    day, code = as_iso(date), as_code(language)
    plain = {key: one_line(normalise(value))[:_LONGEST] for key, value in values.items()}
    told = {key: value for key, value in plain.items() if value and not _NAMELESS.fullmatch(value)}
    return told | ({"date": day} if day and day not in _TEMPLATES else {}) | ({"language": code} if code else {})
