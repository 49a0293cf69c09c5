"""What an encoder's model card or name says of the languages that it reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

MANY = "mul"
"""Stands for many languages that are not listed, as in ISO 639-2."""

_FRONT = re.compile(r"\A\ufeff?---\s*\n(.*?)^---\s*$", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^languages?:[ \t]*(.*)\n((?:[ \t]*-.*\n|[ \t]*\n)*)", re.MULTILINE)
_MULTILINGUAL = re.compile(r"multilingual|(?:^|[^a-z])(?:xlm|labse|mbert|m3)(?:[^a-z]|$)", re.IGNORECASE)
_SAME = {"nb": "no", "nn": "no", "eng": "en", "swe": "sv", "deu": "de", "fra": "fr", "spa": "es", "zho": "zh"}
_LONGEST = 1 << 16  # characters of a card that are read: its head is at the top


def languages_of(folder: Path, name: str) -> tuple[str, ...] | None:
    """Return the languages that an encoder says it reads, sorted; None where neither card nor name says.

    Parameters
    ----------
    folder
        Where its ``README.md`` lies, if it has one: the ``language`` field of its head is read.
    name
        What the encoder is called; "multilingual" in it, or the name of a family of such encoders, counts.

    Returns
    -------
    tuple of str
        ISO 639-1 codes; ``("mul",)`` where it reads many and lists none.
    """
    codes = set(_codes(_told(folder / "README.md")))
    if MANY in codes and len(codes) > 1:
        codes.discard(MANY)
    if not codes and _MULTILINGUAL.search(name):
        codes = {MANY}
    return tuple(sorted(codes)) or None


def _told(card: Path) -> list[str]:
    """Return what the language field of a card's head lists; nothing where there is no such card or field."""
    try:
        with card.open(encoding="utf-8", errors="replace") as file:
            head = _FRONT.match(file.read(_LONGEST))
    except OSError:  # a model without a card
        return []
    field = _FIELD.search(head.group(1)) if head else None
    if field is None:
        return []
    inline = field.group(1).partition("#")[0].strip().strip("[]").split(",")
    listed = [line.strip().removeprefix("-").partition("#")[0] for line in field.group(2).splitlines()]
    return [entry.strip().strip("'\"").lower() for entry in [*inline, *listed]]


def _codes(entries: Iterable[str]) -> Iterable[str]:
    for entry in entries:
        if entry in ("multilingual", MANY):
            yield MANY
            continue
        code = re.split(r"[-_]", entry, maxsplit=1)[0]
        code = _SAME.get(code, code)
        if re.fullmatch(r"[a-z]{2}", code):
            yield code
