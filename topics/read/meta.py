"""What a file says of itself, under the keys and in the forms that are the same for every format."""

from __future__ import annotations

import re
from datetime import date, datetime

from topics.read.body import one_line
from topics.read.encoding import normalise

_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?\s*(?:(Z)|([+-])(\d\d)'?(\d\d)?)?")
_NAMELESS = re.compile(
    r"(?:untitled|unknown|none|null|title|author|user|admin|anonymous|python-docx"
    r"|powerpoint presentation|steve canny)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[a-z]{2}(?=[-_]|$)", re.IGNORECASE)
_LONGEST = 2_000
_TEMPLATES = frozenset({"2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z"})
"""When the templates of python-docx and python-pptx were made; files written with them say that they were."""


def meta_of(*, language: str = "", **values: str) -> dict[str, str]:
    """Return the metadata that says something, each value on one line; ``language`` as ISO 639-1, if it can be.

    Placeholders that programs write, such as the title "Untitled", say nothing.
    """
    code = _LANGUAGE.match(language.strip())
    plain = {key: one_line(normalise(value))[:_LONGEST] for key, value in values.items()}
    told = {key: value for key, value in plain.items() if value and not _NAMELESS.fullmatch(value)}
    return told | ({"language": code[0].lower()} if code else {})


def iso_date(value: str | date | datetime) -> str:
    """Return a date as ISO 8601, as exact as it was told; empty where it cannot be understood."""
    if isinstance(value, datetime):
        is_day = value.time() == datetime.min.time() and value.tzinfo is None
        return value.date().isoformat() if is_day else value.replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = value.strip()
    if text in _TEMPLATES:
        return ""
    if re.fullmatch(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", text):
        return text
    try:
        return iso_date(datetime.fromisoformat(text))
    except ValueError:
        return _from_pdf(text)


def _from_pdf(text: str) -> str:
    match = _PDF_DATE.match(text)
    if match is None:
        return ""
    year, month, day, hour, minute, second, utc, sign, ahead, minutes = match.groups()
    zone = "+00:00" if utc else f"{sign}{ahead}:{minutes or '00'}" if sign else ""
    exact = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone}"
    for told in (exact, f"{year}-{month}-{day}"):
        try:
            return datetime.fromisoformat(told).isoformat() if "T" in told else date.fromisoformat(told).isoformat()
        except ValueError:
            continue
    return year if 1000 <= int(year) <= 9999 else ""
