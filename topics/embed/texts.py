"""What an encoder accepts as texts, and how a text with broken characters is read."""

from __future__ import annotations

from collections.abc import Sequence


def as_texts(texts: Sequence[str]) -> list[str]:
    """Return ``texts`` as a list of strings.

    Raises
    ------
    ValueError
        If ``texts`` is one string, or holds something that is not a string.
    """
    if isinstance(texts, str | bytes):
        raise ValueError("texts is a single string; give a list of strings.")
    listed = list(texts)
    for place, text in enumerate(listed):
        if not isinstance(text, str):
            raise ValueError(f"texts[{place}] is of type {type(text).__name__}; every text must be a string.")
    return listed


def readable(text: str) -> str:
    """Return ``text`` with each pair of surrogates joined and each lone one made U+FFFD; other texts as they are."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
