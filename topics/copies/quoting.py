"""What is quoted counts where it was first said: passages that quote are looked at after those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from topics.passages import Passages, ids_of, piece_of
from topics.values import Document, Removed

_QUOTES_FOLLOW = "mail-header"  # a reason of cleaning


def quotes_last(documents: Sequence[Document], passages: Passages, removed: Sequence[Removed]) -> Sequence[int]:
    """Return the rows of the passages, those last that quote: behind a ">", or below the head of an earlier mail."""
    owners, rows = np.unique(passages.document, return_index=True)
    first = dict(zip(owners.tolist(), passages.start[rows].tolist(), strict=True))
    headed = [span for span in removed if span.reason == _QUOTES_FOLLOW]
    place = {id: row for row, id in enumerate(ids_of(documents))} if headed else {}
    heads: dict[int, int] = {}
    for span in headed:
        owner = place[span.document_id]
        if span.start > first.get(owner, span.start):
            heads[owner] = min(span.start, heads.get(owner, span.start))
    quoting = np.fromiter(_quoting(documents, passages, heads), bool, len(passages))
    return np.argsort(quoting, kind="stable").tolist() if quoting.any() else range(len(passages))


def _quoting(documents: Sequence[Document], passages: Passages, heads: Mapping[int, int]) -> Iterator[bool]:
    """Tell of each passage whether it quotes; each line's start is looked for once, for a line may be a book."""
    last, at, quotes = -1, 0, False
    for owner, start in zip(map(int, passages.document), map(int, passages.start), strict=True):
        if owner != last:
            last, at, quotes = owner, 0, piece_of(documents, owner, 0, 1) == ">"
        between = piece_of(documents, owner, at, start + 1)  # from the passage before to this one's first character
        line = between.rfind("\n", 0, start - at) + 1
        if line:
            quotes = between.startswith(">", line)
        at = start
        yield quotes or heads.get(owner, start) < start
