"""A whole document as HTML: passages edged by topic, what was left out folded away, the current passage outlined."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from topics.model import TopicModel
from topics.ui import palette, places, text
from topics.ui.cards import name_of
from topics.ui.markup import esc, highlight
from topics.values import LOOSE

_HEADING = 110  # characters of a line that may be a heading
_ENDS = tuple(".!?:;…。！？”\"'’)»")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a document: a passage (with its row), a span that was left out (with the reason), or neither.

    ``of`` is the id of the passage that a copy is counted as.
    """

    start: int
    end: int
    row: int | None = None
    reason: str = ""
    of: str | None = None


def pieces_of(model: TopicModel, document: int) -> tuple[Piece, ...]:
    """Return the pieces of a document, by its row, in order; together they hold every character but blanks."""
    found = model.passages
    source = found.documents[document]
    marked = [
        Piece(int(found.start[row]), int(found.end[row]), row=int(row))
        for row in np.flatnonzero(found.document == document)
    ]
    marked += [
        Piece(span.start, span.end, reason=span.reason, of=span.of) for span in places.removed_from(model, source.id)
    ]
    pieces: list[Piece] = []
    at = 0
    for piece in sorted(marked, key=lambda piece: (piece.start, piece.end)):
        if piece.start > at:
            pieces.append(Piece(at, piece.start))
        pieces.append(piece)
        at = max(at, piece.end)
    pieces.append(Piece(at, len(source.text)))
    return tuple(piece for piece in pieces if piece.row is not None or source.text[piece.start : piece.end].strip())


def html_of(
    model: TopicModel,
    document: int,
    *,
    topic: int | None,
    place: int | None,
    link: Callable[[str, int], str] | None = None,
) -> str:
    """Return a document as HTML.

    Parameters
    ----------
    model
        At the level whose topics are shown.
    document
        Its row.
    topic
        The topic whose keywords are marked in its passages; None for none.
    place
        The start of the current passage; None for none.
    link
        Gives the address of a place in a document, by the document's id and the place, for what copies are of; without
        it they are named and not linked.
    """
    source = model.passages.documents[document].text
    pieces = pieces_of(model, document)
    pages, classes = model.passages.documents[document].pages, palette.classes(model)
    opened = all(piece.row is None for piece in pieces)  # what is left out is all that there is to read
    blocks, before, shown = [], None, 0
    for piece in pieces:
        piece_text = source[piece.start : piece.end]
        page = bisect_right(pages, piece.end - len(piece_text.lstrip()))
        if page > shown:
            blocks.append(f'<div class="art-page">{esc(text.page(page))}</div>')
            before, shown = None, page
        if piece.row is None:
            blocks.append(_left_out(model, source, piece, link, opened) if piece.reason else _plain(source, piece))
            before = None
            continue
        mine = int(model.labels[piece.row])
        current = place is not None and piece.start <= place < piece.end
        mark = _marker(model, mine, topic)
        named, colour = mine != before or current, classes[mine]
        blocks.append(_passage(model, source, piece, colour=colour, named=named, current=current, mark=mark))
        before = mine
    return f'<div class="article">{"".join(blocks)}</div>'


def ribbon_of(model: TopicModel, document: int, place: int | None) -> str:
    """Return a document's topics as one band from its start to its end, as HTML."""
    parts, classes = [], palette.classes(model)
    for piece in pieces_of(model, document):
        if piece.row is None:
            parts.append(f'<i class="gap" style="flex-grow:{piece.end - piece.start}"></i>')
            continue
        topic = int(model.labels[piece.row])
        current = " is-current" if place is not None and piece.start <= place < piece.end else ""
        parts.append(
            f'<i class="{classes[topic]}{current}" style="flex-grow:{piece.end - piece.start}" '
            f'title="{esc(name_of(model, topic))}"></i>'
        )
    return f'<div class="ribbon" role="img" aria-label="{esc(text.IN_THIS_DOCUMENT)}">{"".join(parts)}</div>'


def _marker(model: TopicModel, mine: int, topic: int | None) -> Callable[[str], str]:
    if topic is None or topic == LOOSE or mine != topic:
        return esc
    terms = [keyword.term for keyword in model.topic(topic).keywords]
    return lambda line: highlight(line, terms)


def _opens(source: str, start: int) -> bool:
    """Whether a line begins at a character, blanks aside."""
    while start and source[start - 1] in " \t":
        start -= 1
    return not start or source[start - 1] == "\n"


def _passage(
    model: TopicModel,
    source: str,
    piece: Piece,
    *,
    colour: str,
    named: bool,
    current: bool,
    mark: Callable[[str], str],
) -> str:
    assert piece.row is not None  # the caller's business
    topic = int(model.labels[piece.row])
    passage = model.passages[piece.row]
    name = f'<span class="art-name" dir="auto">{esc(name_of(model, topic))}</span>' if named else ""
    classes = ["art-passage", colour]
    classes += ["is-current"] * current + ["opens"] * _opens(source, piece.start)
    here = f' aria-label="{esc(text.CURRENT)}"' if current else ""
    lines = "".join(_lines(source[piece.start : piece.end], mark))
    return (
        f'<section class="{" ".join(classes)}"{here}><div class="art-margin">{name}</div>'
        f'<div class="art-text" lang="{esc(passage.language)}" dir="auto">{lines}</div></section>'
    )


def _lines(passage: str, mark: Callable[[str], str]) -> Iterator[str]:
    lines: Sequence[str] = [line.strip() for line in passage.split("\n") if line.strip()]
    for at, line in enumerate(lines):
        heads = at + 1 < len(lines) and len(line) <= _HEADING and not line.endswith(_ENDS)
        yield f'<p class="art-heading">{mark(line)}</p>' if heads else f"<p>{mark(line)}</p>"


def _left_out(
    model: TopicModel, source: str, piece: Piece, link: Callable[[str, int], str] | None, opened: bool
) -> str:
    summary = text.left_out(piece.reason, piece.end - piece.start)
    original = "" if piece.of is None else _original(model, piece.of, link)
    return (
        f'<details class="art-out"{" open" * opened}><summary>{esc(summary)}</summary>{original}'
        f'<div dir="auto">{"".join(_lines(source[piece.start : piece.end], esc))}</div></details>'
    )


def _original(model: TopicModel, of: str, link: Callable[[str, int], str] | None) -> str:
    """Return where the text of a copy is counted, linked if the passage is there."""
    document, _, offsets = of.rpartition(":")
    start = offsets.partition("-")[0]
    row = next((row for row, known in enumerate(model.passages.documents) if known.id == document), None)
    name = esc(of if row is None else places.title(model, model.passages.documents[row]))
    if link is not None and row is not None and start.isascii() and start.isdecimal() and len(start) < 10:
        name = f'<a href="{esc(link(document, int(start)))}" target="_self">{name}</a>'
    return f'<p class="quiet">{esc(text.COUNTED_IN)} <span dir="auto">{name}</span></p>'


def _plain(source: str, piece: Piece) -> str:
    return f'<div class="art-plain" dir="auto">{"".join(_lines(source[piece.start : piece.end], esc))}</div>'
