"""Dates as people write them become ISO 8601; what may be either of two days stays as it was written.

Whether 03/04/2021 is in March or in April is told by the other dates of its column, if one of them has a day above 12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from typing import Literal

Order = Literal["day", "month", ""]
"""Which of the two comes first where both are numbers; "" where a column does not tell."""

_TIME = (
    r"(?:(?:\s*[T,]?\s*|\s+(?:at|kl\.?|um|à)\s+)(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
_ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME, re.IGNORECASE)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)"
    r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?:\.\d+)?(?P<zone>Z(?:00'?00'?)?|[+-]\d\d(?:[:']?\d\d)?'?)?)?"
)
_MONTH = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})")
_YEAR = re.compile(r"(?P<year>1[5-9]\d\d|20\d\d)")
_NUMBERS = re.compile(r"(?P<a>\d{1,2})(?P<by>[-/.])(?P<b>\d{1,2})(?P=by)(?P<year>\d{4}|\d{2})" + _TIME, re.IGNORECASE)
_HAN = re.compile(r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월](?:\s*(?P<day>\d{1,2})\s*[日일])?")
_WORDS = (
    re.compile(
        r"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?(?:\s+|-)(?:de\s+|of\s+)?(?P<name>[^\W\d]+)\.?,?"
        r"(?:\s+|-)(?:de\s+|del\s+)?(?P<year>\d{4})" + _TIME,
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:[^\W\d]+\.?,?\s+)?(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _TIME,
        re.IGNORECASE,
    ),
    re.compile(r"(?P<name>[^\W\d]+)\.?,?\s+(?P<year>\d{4})"),
)
_EPOCH = re.compile(r"(?P<seconds>\d{9,10})(?:\.\d+)?|(?P<milliseconds>\d{12,13})")

_MONTHS = """
jan january januari januar janvier enero gennaio janeiro ene gen jän jänner stycznia ledna января янв січня tammikuuta
feb february februari februar février febrero febbraio fevereiro fév fev lutego února февраля фев лютого helmikuuta
mar march mars märz marzo março maart mrt mär mrz marca března марта мар березня maaliskuuta
apr april avril abril aprile avr abr kwietnia dubna апреля апр квітня huhtikuuta
may maj mai mayo maggio maio mei mag maja května мая травня toukokuuta
jun june juni juin junio giugno junho giu czerwca června июня июн червня kesäkuuta
jul july juli juillet julio luglio julho juil lug lipca července июля июл липня heinäkuuta
aug august augusti août agosto augustus ago aoû sierpnia srpna августа авг серпня elokuuta
sep september septembre septiembre settembre setembro sept set września září сентября сен вересня syyskuuta
oct october oktober octobre octubre ottobre outubro okt ott out października října октября окт жовтня lokakuuta
nov november novembre noviembre novembro listopada listopadu ноября ноя листопада marraskuuta
dec december dezember décembre diciembre dicembre dezembro des déc dez dic grudnia prosince декабря дек грудня
joulukuuta
"""
_LINES = _MONTHS.strip().replace("\njoulukuuta", " joulukuuta").splitlines()
_NUMBER_OF = {name: number for number, line in enumerate(_LINES, start=1) for name in line.split()}
_LONGEST = 80


def order_of(values: Iterable[str]) -> Order:
    """Tell whether the day or the month comes first in a column of dates, by those of which only one can be."""
    day = month = False
    for value in values:
        found = _NUMBERS.match(value.strip()[:_LONGEST])
        if found:
            day = day or int(found["a"]) > 12 >= int(found["b"])
            month = month or int(found["b"]) > 12 >= int(found["a"])
    return "" if day == month else "day" if day else "month"


def as_iso(told: str | date, order: Order = "") -> str:
    """Return a date as ISO 8601, to the precision that it is written in, or "" where it is none for certain.

    Parameters
    ----------
    told
        A date, with or without a time, in figures or with the name of the month, also as mail and PDF files write it.
    order
        What :func:`order_of` says of its column; without it 03/04/2021 is no certain date, but 13/04/2021 and
        03.04.2021 are (with full stops the day comes first everywhere).
    """
    if isinstance(told, date):
        return _of_moment(told)
    text = " ".join(told.split())
    if text.startswith("D:"):
        return _from_pdf(text)
    if not text or len(text) > _LONGEST:
        return ""
    for shape in (_ISO, _COMPACT, _MONTH, _YEAR, _HAN):
        if found := shape.fullmatch(text):
            return _written(found, _whole(found, "month"), _whole(found, "day"))
    if found := _NUMBERS.fullmatch(text):
        return _from_numbers(found, order)
    for shape in _WORDS:
        if found := shape.fullmatch(text):
            month = _NUMBER_OF.get(found["name"].casefold())
            return "" if month is None else _written(found, month, _whole(found, "day"))
    return _from_mail(text)


def as_moment(told: str) -> str:
    """Return a Unix time, in seconds or thousandths, from 1990 to 2100, as ISO 8601 in UTC; "" where it is none."""
    found = _EPOCH.fullmatch(told.strip())
    if found is None:
        return ""
    seconds = int(found["seconds"]) if found["seconds"] else int(found["milliseconds"]) // 1000
    if not 631_152_000 <= seconds < 4_102_444_800:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _from_numbers(found: re.Match[str], order: Order) -> str:
    a, b = int(found["a"]), int(found["b"])
    if found["by"] == "." and not order:
        order = "day"
    if not order and max(a, b) > 12:
        order = "day" if a > 12 else "month"
    if a == b:
        order = "day"
    if not order:
        return ""
    return _written(found, *((b, a) if order == "day" else (a, b)))


def _from_pdf(text: str) -> str:
    """Read the form that PDF files have (ISO 32000-1, 7.9.4), as far as it is a date: ``D:20210501093000+02'00'``."""
    told = text.removeprefix("D:")
    return as_iso(told) or as_iso(told[:8]) or as_iso(f"{told[:4]}-{told[4:6]}") or as_iso(told[:4])


def _from_mail(text: str) -> str:
    if not text[-1].isalnum() and text[-1] != ")":
        return ""
    try:
        return _of_moment(parsedate_to_datetime(text))
    except (ValueError, IndexError, OverflowError):
        return ""


def _of_moment(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.time() == time.min and value.tzinfo is None:
        return value.date().isoformat()
    return re.sub(r"[+-]00:00$", "Z", value.replace(microsecond=0).isoformat())


def _whole(found: re.Match[str], name: str) -> int | None:
    value = found.groupdict().get(name)
    return int(value) if value else None


def _written(found: re.Match[str], month: int | None, day: int | None) -> str:
    year = int(found["year"])
    if len(found["year"]) == 2:
        year += 2000 if year < 69 else 1900
    try:
        datetime(year, month or 1, day or 1)
    except ValueError:
        return ""
    if month is None:
        return f"{year:04}"
    if day is None:
        return f"{year:04}-{month:02}"
    return f"{year:04}-{month:02}-{day:02}{_time(found)}"


def _time(found: re.Match[str]) -> str:
    told = found.groupdict()
    if told.get("hour") is None:
        return ""
    hour, minute, second = (int(told[name] or 0) for name in ("hour", "minute", "second"))
    if half := told.get("half"):
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return ""
    zone = _zone(told["zone"] or "")
    if not (hour or minute or second):
        return "" if not zone else f"T00:00:00{zone}"
    return f"T{hour:02}:{minute:02}:{second:02}{zone}"


def _zone(told: str) -> str:
    """Return how far a time is ahead of UTC; there is one way to write UTC itself."""
    digits = re.sub(r"\D", "", told).ljust(4, "0")
    if not told or told[0] not in "+-":
        return "Z" if told else ""
    return "Z" if digits == "0000" else f"{told[0]}{digits[:2]}:{digits[2:]}"
