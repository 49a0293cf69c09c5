"""Finding passages by words and by meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from topics.protocols import Floats
from topics.search.index import WordIndex
from topics.search.ranking import Ranking, by_vector, fuse
from topics.search.texts import TextIndex

__all__ = ["By", "Ranking", "TextIndex", "WordIndex", "ranked"]

By = Literal["both", "meaning", "words"]


def ranked(query: str, by: By, index: Callable[[], WordIndex], vectors: Floats, place: Callable[[], Floats]) -> Ranking:
    """Rank passages for a query: by words, by meaning, or by both.

    Parameters
    ----------
    query
        What to look for.
    by
        ``"words"``, ``"meaning"`` or ``"both"``.
    index
        Gives the index of the passages' words, where it is needed.
    vectors
        Their unit vectors, shape (n, d).
    place
        Gives the query's unit vector, shape (d,), where it is needed.

    Returns
    -------
    Ranking
        By words, all passages that hold them; otherwise all passages.

    Raises
    ------
    ValueError
        The query holds no word, or ``by`` is none of the three.
    """
    if not any(character.isalnum() for character in query):
        raise ValueError(f"the query {query!r} holds no word; give at least one")
    if by not in get_args(By):
        raise ValueError(f"by is {by!r}, but must be 'both', 'meaning' or 'words'")
    rankings = [index().rank(query)] if by != "meaning" else []
    if by != "words":
        rankings.append(by_vector(vectors, place()))
    return rankings[0] if len(rankings) == 1 else fuse(rankings)
