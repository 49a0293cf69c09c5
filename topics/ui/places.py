"""Where things stand: the title of a document, the paragraph of a passage, what lies around it."""

from __future__ import annotations

import numpy as np

from topics.model import TopicModel
from topics.ui import text
from topics.values import Document, Passage, Removed

_TITLE = 90


def removed_from(model: TopicModel, document_id: str) -> tuple[Removed, ...]:
    """Return the spans that were left out of a document, in order."""
    return tuple(
        sorted((span for span in model.removed if span.document_id == document_id), key=lambda span: span.start)
    )


def document_row(model: TopicModel, document_id: str) -> int:
    """Return the row of a document; the first one's where there is none of that id."""
    return model.memo.documents.get(document_id, 0)


def row_at(model: TopicModel, document: int, place: int | None) -> int | None:
    """Return the row of the passage that holds a character of a document, by the document's row, if one does."""
    if place is None:
        return None
    passages = model.passages
    there = (passages.document == document) & (passages.start <= place) & (place < passages.end)
    rows = np.flatnonzero(there)
    return int(rows[0]) if len(rows) else None


def title(model: TopicModel, document: Document) -> str:
    """Return what to call a document: its own title, else its first line that was kept, else its id.

    A record of a table without a title goes by its id, since its first line is often all of it.
    """
    own = document.meta.get("title", "").strip()
    if own:
        return _shortened(own)
    if document.row is not None:
        return document.id if "#" in document.id else f"{text.record(document.row).capitalize()} ({document.id})"
    removed = removed_from(model, document.id)
    at = 0
    for line in document.text.splitlines(keepends=True):
        words = line.strip().lstrip("#").strip()
        if words and not any(span.start <= at + len(line) - len(line.lstrip()) < span.end for span in removed):
            return _shortened(words)
        at += len(line)
    return document.id


def paragraph(document: Document, start: int) -> int:
    """Return the number of the paragraph that holds a character, from 1; every line with words in it is one."""
    lines = document.text[: start + 1].split("\n")
    return max(1, sum(1 for line in lines if line.strip()))


def place(model: TopicModel, passage: Passage) -> tuple[str, str]:
    """Return where a passage stands, in words: the title of its document, and the place in that."""
    document = model.passages.documents[document_row(model, passage.document_id)]
    lines = paragraph(document, passage.start)
    where = text.place(lines, passage.start, passage.end, page=passage.page, row=passage.row)
    return title(model, document), where


def _shortened(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= _TITLE else f"{line[: line.rfind(' ', 0, _TITLE)].rstrip(' ,.;:–-')} …"
