"""Where a passage is from, as one cites it: a line of text for each passage, or BibTeX for their documents."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import BinaryIO

import numpy as np

from topics.model import TopicModel
from topics.protocols import Ints
from topics.values import Document, Passage

_PLACES = 20  # of passages, told one by one in a note
_DATE = re.compile(r"(\d{4})(-\d{2}){0,2}", re.ASCII)
_LINE = re.compile(r"^[^\S\n]*\S", re.MULTILINE)
_SPECIAL = {letter: f"\\{letter}" for letter in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def cited(model: TopicModel, row: int) -> str:
    """Return the citation of a passage: author, title, source, date, place, and its words.

    What the document does not tell is left out; a document without a title goes by its id.
    """
    passage = model.passages[row]
    document = model.passages.documents[int(model.passages.document[row])]
    return _line(document, passage, _paragraphs(document))


def write_text(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write one line a passage, in the order of the corpus."""
    count = 0
    for document, passages in _by_document(model, chosen):
        starts = _paragraphs(document)
        for passage in passages:
            file.write(f"{_line(document, passage, starts)}\n".encode("utf-8", "replace"))
        count += len(passages)
    return count


def write_bibtex(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write one entry a document, with the places of its passages in a note; return how many passages these are."""
    count, keys = 0, set[str]()
    for document, passages in _by_document(model, chosen):
        fields = _fields(document)
        starts = _paragraphs(document)
        places = list(dict.fromkeys(_place(passage, starts) for passage in passages))
        more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
        fields["note"] = f"File {document.id}; {', '.join(places[:_PLACES])}{more}"
        body = "".join(f",\n  {name} = {{{_tex(value)}}}" for name, value in fields.items())
        file.write(f"@misc{{{_key(document, keys)}{body}\n}}\n\n".encode("utf-8", "replace"))
        count += len(passages)
    return count


def _by_document(model: TopicModel, chosen: Ints | None) -> Iterator[tuple[Document, list[Passage]]]:
    rows = range(len(model.passages)) if chosen is None else np.unique(chosen).tolist()
    order = sorted(rows, key=lambda row: (int(model.passages.document[row]), int(model.passages.start[row])))
    for document, own in groupby(order, key=lambda row: int(model.passages.document[row])):
        yield model.passages.documents[document], [model.passages[row] for row in own]


def _line(document: Document, passage: Passage, starts: Sequence[int]) -> str:
    meta = document.meta
    name = f"“{_flat(meta['title'])}”" if meta.get("title", "").strip() else document.id
    parts = [_flat(meta.get("author", "")), name, _flat(meta.get("source", "")), meta.get("date", "").strip()[:10]]
    parts.append(_place(passage, starts))
    return f"{', '.join(filter(None, parts))}: “{_flat(passage.text)}” [{_flat(passage.id)}]"


def _place(passage: Passage, starts: Sequence[int]) -> str:
    if passage.page is not None:
        return f"p. {passage.page}"
    if passage.row is not None:
        return f"record {passage.row}"
    return f"para. {max(1, bisect_right(starts, passage.start))}"


def _paragraphs(document: Document) -> list[int]:
    """Return where the paragraphs of a document begin: every line with words in it is one."""
    return [found.start() for found in _LINE.finditer(document.text)]


def _fields(document: Document) -> dict[str, str]:
    """Return what BibTeX can say of a document, as it is known."""
    meta = document.meta
    fields = {"author": _flat(meta.get("author", "")), "title": _flat(meta.get("title", "")) or document.id}
    date = _DATE.match(meta.get("date", "").strip())
    if date:
        fields |= {"year": date[1], "date": date[0]}
    source = _flat(meta.get("source", ""))
    fields["url" if re.match(r"https?://", source) else "howpublished"] = source
    fields["langid"] = meta.get("language", "")
    return {name: value for name, value in fields.items() if value}


def _key(document: Document, taken: set[str]) -> str:
    """Return a key that no other entry has: the author or the file, and the year."""
    meta = document.meta
    name = meta.get("author", "").split(",")[0].split(" ")[-1] or document.id.rpartition("/")[2].partition(".")[0]
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if letter.isascii() and letter.isalnum())
    date = _DATE.match(meta.get("date", "").strip())
    base = f"{plain[:30].lower() or 'document'}{date[1] if date else ''}"
    key = next(key for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)
    taken.add(key)
    return key


def _flat(value: str) -> str:
    return " ".join(value.split())


def _tex(value: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in _flat(value))
