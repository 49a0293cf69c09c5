"""A model and its answers as plain values: what ``--json`` prints and what the tables show."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np

from topics.cluster.confidence import SURE
from topics.compare import Change, Comparison
from topics.language import name_of as name_of_language
from topics.model import TopicModel
from topics.passages import ids_of, piece_of
from topics.protocols import Ints
from topics.quality import Score
from topics.store import SavedModel
from topics.themes.axis import Axis, Placed
from topics.values import Assignment, Document, Hit, Removed, Skipped, Topic

Plain = dict[str, object]


MULTILINGUAL = ("paraphrase-multilingual-MiniLM-L12-v2", "potion-multilingual-128M")
"""Encoders that read dozens of languages, by their names on the hub: the first is a transformer, the second static."""

_TURNS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_WIDEST = 60  # characters of a column that is not the last
_COPIES_TOLD = 5  # documents that are copies, listed one by one


def of_topic(topic: Topic) -> Plain:
    """Return a topic as plain values; a stability that was not measured is ``None``."""
    return {
        "id": topic.id,
        "name": topic.name,
        "level": topic.level,
        "parent": topic.parent,
        "theme": topic.theme,
        "size": topic.size,
        "share": round(topic.share, 6),
        "stability": None if math.isnan(topic.stability) else round(topic.stability, 6),
        "languages": dict(topic.languages),
        "keywords": [
            {"term": keyword.term, "weight": round(keyword.weight, 6), "language": keyword.language}
            for keyword in topic.keywords
        ],
        "evidence": None
        if topic.evidence is None
        else {
            "passages": list(topic.evidence.passages),
            "contains": topic.evidence.contains,
            "fits": _round(topic.evidence.fits),
        },
        "junk": topic.junk,
    }


def of_model(model: TopicModel, *, removed: bool = False) -> Plain:
    """Return what a model is made of and its topics at the level shown, with the removed spans if asked for."""
    plain: Plain = {
        "level": model.level,
        "levels": {level.name: len(level.topics) for level in model.levels},
        "documents": len(model.passages.documents),
        "passages": len(model.passages),
        "copies": sum(span.of is not None for span in model.removed),
        "loose": int(model.loose.sum()),
        "unassigned": int((model.labels < 0).sum()),
        "encoder": model.encoder.id,
        "poorly_read": list(model.poorly_read),
        "engine": model.settings.engine,
        "topics": [of_topic(topic) for topic in model.topics],
        "themes": [
            {
                "name": theme.name,
                "topic": next((topic.id for topic in model.topics if topic.theme == theme.name), None),
                "stood_out": model.claims.get(theme.name),
            }
            for theme in model.themes
        ],
        "unmatched_themes": [theme.name for theme in model.unmatched_themes],
        "skipped": of_skipped(model.skipped),
    }
    if removed:
        plain["removed"] = of_removed(model)
    return plain


def of_removed(model: TopicModel) -> list[Plain]:
    """Return every span that was left out, furniture or a copy, with its text, its reason and what it is a copy of."""
    return spans_of(model.removed, model.passages.documents)


def spans_of(removed: Iterable[Removed], documents: Sequence[Document]) -> list[Plain]:
    """Return spans that were left out, each with its text."""
    rows = {id: row for row, id in enumerate(ids_of(documents))}
    return [
        {
            "document": span.document_id,
            "start": span.start,
            "end": span.end,
            "reason": span.reason,
            "of": span.of,
            "text": piece_of(documents, rows[span.document_id], span.start, span.end),
        }
        for span in removed
    ]


def of_copies(model: TopicModel) -> list[Plain]:
    """Return every passage that is a copy and was left out, with the id of the passage that it is counted as."""
    return [span for span in of_removed(model) if span["of"] is not None]


def of_passages(model: TopicModel, rows: Iterable[int]) -> list[Plain]:
    """Return the passages in ``rows`` with their place, topic, score and margin."""
    chosen = [int(row) for row in rows]
    nearest = model.assign_vectors(model.vectors[chosen])
    loose, junk = model.loose, model.junk
    return [
        {
            **_place(model, row),
            "meta": dict(model.passages.documents[model.passages.document[row]].meta),
            "topic": int(model.labels[row]),
            "name": name_of(model, int(model.labels[row])),
            "score": _round(score),
            "runner_up": int(runner_up),
            "margin": _round(margin),
            "confidence": _round(model.confidence[row]),
            "loose": bool(loose[row]),
            "junk": bool(junk[row]),
        }
        for row, score, runner_up, margin in zip(chosen, nearest.score, nearest.runner_up, nearest.margin, strict=True)
    ]


def of_hits(model: TopicModel, hits: Sequence[Hit]) -> list[Plain]:
    """Return what a search found."""
    return [
        {**_place(model, hit.row), "topic": hit.topic, "name": name_of(model, hit.topic), "score": _round(hit.score)}
        for hit in hits
    ]


def of_assignments(model: TopicModel, texts: Sequence[str], assignments: Sequence[Assignment]) -> list[Plain]:
    """Return the topic of each text, with the names of topic and runner-up."""
    return [
        {
            "text": text,
            "topic": found.topic,
            "name": name_of(model, found.topic),
            "score": _round(found.score),
            "runner_up": found.runner_up,
            "runner_up_name": name_of(model, found.runner_up),
            "margin": _round(found.margin),
            "confidence": _round(found.confidence),
            "loose": found.topic < 0 or found.confidence < SURE,
            "language": found.language,
            "poorly_read": found.poorly_read,
        }
        for text, found in zip(texts, assignments, strict=True)
    ]


def assigned(lines: Sequence[Plain]) -> tuple[list[tuple[object, ...]], tuple[str, ...]]:
    """Return what :func:`of_assignments` said as rows and their header; languages where one is read poorly."""
    rows: list[tuple[object, ...]] = [(f"{line['score']:.2f}", line["name"] or "loose", line["text"]) for line in lines]
    if not any(line["poorly_read"] for line in lines):
        return rows, ("score", "topic", "text")
    codes = [f"{line['language']}, read poorly" if line["poorly_read"] else line["language"] for line in lines]
    wider = [(row[0], code, *row[1:]) for row, code in zip(rows, codes, strict=True)]
    return wider, ("score", "language", "topic", "text")


def of_axis(model: TopicModel, axis: Axis) -> Plain:
    """Return the passages of an axis that are about a pole, from the left end to the right, and all documents."""
    documents = [document.id for document in model.passages.documents]
    return {
        "left": axis.left.name,
        "right": axis.right.name,
        "no_side": int((~axis.relevant).sum()),
        "unclear": int((axis.side == "unclear").sum()),
        "passages": [
            {**_place(model, row), **_stand(axis, row)} for row in ordered(axis).tolist() if axis.relevant[row]
        ],
        "documents": [
            {"document": documents[row], **_stand(axis.documents, row)} for row in ordered(axis.documents).tolist()
        ],
    }


def ordered(placed: Placed) -> Ints:
    """Return the rows from the left end of an axis to the right; those about neither pole come last."""
    return np.lexsort((placed.direction, ~placed.relevant)).astype(np.int32)


def _stand(placed: Placed, row: int) -> Plain:
    return {
        "side": str(placed.side[row]),
        "direction": _known(placed.direction[row]),
        "low": _known(placed.low[row]),
        "high": _known(placed.high[row]),
        "relevance": _round(placed.relevance[row]),
    }


def of_score(score: Score) -> Plain:
    """Return a figure of :func:`topics.quality.score`; one that cannot be measured is ``None``."""
    return {
        "name": score.name,
        "value": _known(score.value),
        "meaning": score.meaning,
        "caveat": score.caveat,
    }


def of_comparison(before: TopicModel, after: TopicModel, found: Comparison) -> Plain:
    """Return what became of the topics of a model in another, and each passage that moved."""
    return {
        "by": found.by,
        "before": _sizes(before),
        "after": _sizes(after),
        "shared": len(found.rows),
        "stayed": int((~found.moved).sum()),
        "moved": int(found.moved.sum()),
        "changes": [_change(before, after, change) for change in found.changes],
        "moves": [
            {
                "passage": after.passages[new].id,
                "was": before.passages[old].id,
                "from": int(before.labels[old]),
                "from_name": name_of(before, int(before.labels[old])),
                "to": int(after.labels[new]),
                "to_name": name_of(after, int(after.labels[new])),
                "text": after.passages[new].text,
            }
            for old, new in found.rows[found.moved].tolist()
        ],
    }


def _sizes(model: TopicModel) -> Plain:
    return {"level": model.level, "topics": len(model.topics), "passages": len(model.passages)}


def _change(before: TopicModel, after: TopicModel, change: Change) -> Plain:
    sides = (("before", before, change.before), ("after", after, change.after))
    named: Plain = {
        side: [{"id": topic.id, "name": topic.name, "size": topic.size} for topic in map(model.topic, ids)]
        for side, model, ids in sides
    }
    return {"kind": change.kind, **named, "shared": change.shared, "likeness": _round(change.likeness)}


def of_saved(saved: SavedModel) -> Plain:
    """Return a saved model of a folder; one that cannot be loaded has its problem in ``error``."""
    plain: Plain = {"name": saved.name, "path": str(saved.path)}
    if saved.problem is not None:
        return {**plain, "error": saved.problem}
    return {
        **plain,
        "topics": saved.topics,
        "passages": saved.passages,
        "documents": saved.documents,
        "bytes": saved.bytes,
        "saved": saved.saved.isoformat(timespec="seconds"),
    }


def name_of(model: TopicModel, topic: int) -> str | None:
    """Return the name of a topic at the level shown; ``None`` for -1."""
    return model.topic(topic).name if topic >= 0 else None


def remedy(model: TopicModel) -> str:
    """Return which of the corpus's languages the encoder reads poorly, and what to do; empty where there is none."""
    if not model.poorly_read:
        return ""
    names = [name_of_language(code) for code in model.poorly_read]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    own, others = readers(model)
    return (
        f"{own} reads {listed} poorly. A multilingual encoder such as {' or '.join(others)} reads many more "
        "languages: fit again with embedder= (on the command line --embedder) and such a name."
    )


def readers(model: TopicModel) -> tuple[str, tuple[str, ...]]:
    """Return what a model's encoder is called, and other encoders, which read many languages."""
    own = model.encoder.id.removesuffix("-int8")
    return own, tuple(name for name in MULTILINGUAL if not own.endswith(name))


def notes(model: TopicModel) -> list[str]:
    """Return what a reader of the topics should know, a sentence each: languages, themes and files left out."""
    sentences = [remedy(model)] if model.poorly_read else []
    for theme in model.unmatched_themes:
        stood_out = model.claims.get(theme.name)
        told = "" if stood_out is None else f" ({count(stood_out, 'passage')} stood out for it)"
        hint = "" if theme.description or theme.examples or theme.poles else "; a sentence that describes it may help"
        sentences.append(f"No topic matches the theme {theme.name!r}{told}{hint}.")
    if model.loose.any():
        loose = int(model.loose.sum())
        sentences.append(f"{count(loose, 'passage')} of {len(model.passages):,} may be in the wrong topic.")
    copies = [span.document_id for span in model.removed if span.of is not None]
    if copies:
        sentences.append(told_of_copies(len(copies)))
    copied = frozenset(copies)
    repeating = [entry.path for entry in model.skipped if entry.path in copied]
    untold = frozenset(repeating[_COPIES_TOLD:])
    sentences += sentences_of_skipped(entry for entry in model.skipped if entry.path not in untold)
    if untold:
        sentences.append(f"{len(untold):,} more documents are copies.")
    return sentences


def of_skipped(skipped: Iterable[Skipped]) -> list[Plain]:
    """Return what was left out, and why."""
    return [{"path": entry.path, "reason": entry.reason} for entry in skipped]


def sentences_of_skipped(skipped: Iterable[Skipped]) -> list[str]:
    """Return what was left out, a sentence each."""
    return [f"Left out: {printable(entry.path)} {entry.reason}." for entry in skipped]


def told_of_copies(number: int) -> str:
    """Return in a sentence how many passages are copies."""
    are = "passage is a copy of another" if number == 1 else "passages are copies of others"
    return f"{number:,} {are} and counted once."


def count(number: int, noun: str) -> str:
    """Return a number with its noun: 1 passage, 2 passages."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def table(rows: Sequence[Sequence[object]], header: Sequence[str], *, width: int) -> str:
    """Lay rows out under a header in columns; the last column is cut where the line would pass ``width``.

    The others are cut in their middle where they are very long, as the names of files may be.
    """
    cells = [[*(_clipped(printable(str(cell))) for cell in row[:-1]), str(row[-1])] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    room = max(20, width - sum(widths[:-1]) - 2 * (len(header) - 1))
    lines = []
    for row in cells:
        *first, last = row
        padded = [cell.ljust(size) for cell, size in zip(first, widths[:-1], strict=True)]
        lines.append("  ".join([*padded, printable(shorten(last, room))]).rstrip())
    return "\n".join(lines)


def printable(name: str) -> str:
    """Write out what would break a line or turn it round: control characters, and those that set its direction."""
    return _TURNS.sub(lambda found: found[0].encode("unicode_escape").decode(), name)


def _clipped(cell: str) -> str:
    half = _WIDEST // 2
    return cell if len(cell) <= _WIDEST else f"{cell[:half]}…{cell[-half + 1 :]}"


def shorten(text: str, width: int) -> str:
    """Put a text on one line of at most ``width`` characters, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def _place(model: TopicModel, row: int) -> Plain:
    passage = model.passages[row]
    return {
        "id": passage.id,
        "document": passage.document_id,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "row": passage.row,
        "language": passage.language,
        "poorly_read": passage.language in model.poorly_read,
        "text": passage.text,
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else _round(value)


def _round(value: float) -> float:
    return round(float(value), 6)
