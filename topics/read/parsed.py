"""What the reader of a format is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from topics.values import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of tables hold what; a name that is ``None`` is found by looking.

    A name that is given and that a table lacks is an error; case and surrounding space do not matter. The title stands
    in front of the text as a paragraph of its own; ``title=""`` is for no title.
    """

    text: str | None = None
    title: str | None = None
    date: str | None = None
    label: str | None = None
    language: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents of one file, and what of it could not be read, in words that follow the file's name.

    ``problem`` is empty where the whole file was read. The first document has the file's id, or every document has
    the file's id and ``#`` with what tells it from the others.
    """

    documents: Sequence[Document]
    problem: str = ""


Reader = Callable[[bytes, str, Columns], Parsed]
"""Makes the documents of one file from its bytes and its id.

Raises ``ReadError``, in words that follow the file's name ("is encrypted; save it without a password"), where there is
nothing to be had from it.
"""
