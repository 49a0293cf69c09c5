"""What a text in the history may be: short, and of characters that can be shown."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 200
"""Characters that a name or a keyword may have."""

LONGEST_LINE = 2000
"""Characters that an author or a reason may have."""

HIGHEST_ID = (1 << 20) - 1
"""The highest id that a topic may get."""

_JOINERS = "\u200c\u200d"  # between letters, in Persian and the languages of India; and within emoji
_UNSHOWN = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}


def checked(text: str, what: str, longest: int = LONGEST_NAME) -> str:
    """Return a text if it is one of the history.

    Parameters
    ----------
    text
        Any text.
    what
        What it is, for the message, which begins with it.
    longest
        Characters that it may have.

    Raises
    ------
    ValueError
        It is too long, or holds a control character, half a surrogate pair or a mark that turns the text around.
    """
    if len(text) > longest:
        raise ValueError(f"{what} has {len(text):,} characters, but may have at most {longest:,}: {text[:40]!r}...")
    for character in text:
        if not _is_shown(character):
            raise ValueError(f"{what} holds the character {character!a}, which cannot be shown; leave it out")
    return text


def shown(text: str) -> str:
    """Return what :func:`checked` takes as a name of any text, such as a word of the corpus."""
    return "".join(filter(_is_shown, " ".join(text.split())))[:LONGEST_NAME]


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in _UNSHOWN or character in _JOINERS
