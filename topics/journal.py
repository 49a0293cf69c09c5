"""What was done to a model, as plain values and in sentences: its history, new documents, a new fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from topics import present
from topics.history import Edit
from topics.model import TopicModel
from topics.present import Plain
from topics.update import Added, Drift, Refit

_NAMED = 5  # passages, topics or documents that a sentence names


def of_history(model: TopicModel) -> list[Plain]:
    """Return the entries of a model's history, oldest first; ``state`` says what has become of each.

    ``"in force"``, ``"undone"``, or ``"noted"`` for what changes no topic itself: undoing, doing again, adding.
    """
    active = {edit.number for edit in model.history.active}
    return [
        {
            "number": edit.number,
            "kind": edit.kind,
            "level": edit.level,
            "time": edit.time,
            "author": edit.author,
            "reason": edit.reason,
            "what": told(edit),
            "asked": {name: _plain(value) for name, value in edit.asked.items()},
            "state": "noted"
            if edit.kind in ("undo", "redo", "add")
            else "in force"
            if edit.number in active
            else "undone",
        }
        for edit in model.history.edits
    ]


def of_edited(before: TopicModel, after: TopicModel) -> Plain:
    """Return what the last edit did: its entry, and the topics of the level shown that are other than before."""
    known = {topic.id: topic for topic in before.topics}
    now = {topic.id for topic in after.topics}
    return {
        "edit": of_history(after)[-1],
        "level": after.level,
        "topics": [present.of_topic(topic) for topic in after.topics if known.get(topic.id) != topic],
        "gone": sorted(set(known) - now),
        "moved": int((before.labels != after.labels).sum()),
    }


def of_added(before: TopicModel, added: Added) -> Plain:
    """Return what became of new documents."""
    model = added.model
    return {
        "documents": list(added.documents),
        "known": list(added.known),
        "renamed": dict(added.renamed),
        "copies": added.copies,
        "skipped": present.of_skipped(added.skipped),
        "level": before.level,
        "drift": of_drift(model, added.drift),
        "passages": [
            {
                "id": model.passages[row].id,
                "document": model.passages[row].document_id,
                "topic": topic,
                "name": present.name_of(model, topic),
                "confidence": round(confidence, 6),
            }
            for row, topic, confidence in zip(added.rows, added.topics.tolist(), added.confidence.tolist(), strict=True)
        ],
    }


def of_drift(model: TopicModel, drift: Drift) -> Plain:
    """Return how many new passages fit no topic."""
    return {
        "added": drift.added,
        "beyond": drift.beyond,
        "share": round(drift.share, 6),
        "usual": round(drift.usual, 6),
        "chance": round(drift.chance, 6),
        "high": drift.high,
        "topics": [
            {
                "topic": one.topic,
                "name": present.name_of(model, one.topic),
                "added": one.added,
                "beyond": one.beyond,
            }
            for one in drift.topics
        ],
    }


def of_refit(refit: Refit) -> Plain:
    """Return what became of documents, topics and edits in a new fit."""
    return {
        "documents": list(refit.documents),
        "known": list(refit.known),
        "renamed": dict(refit.renamed),
        "diff": present.of_comparison(refit.before, refit.model, refit.comparison),
        "replayed": [{**_entry(one.edit), "numbers": list(one.numbers)} for one in refit.replayed],
        "dropped": [{**_entry(one.edit), "why": one.reason} for one in refit.dropped],
    }


def sentences_of_added(added: Added) -> list[str]:
    """Return what became of new documents, a sentence each."""
    drift = added.drift
    said = [
        f"Added {present.count(len(added.rows), 'passage')} of {present.count(len(added.documents), 'document')}."
        if added.documents
        else "There is no new document."
    ]
    if added.known:
        said.append(f"In the model already: {_some(added.known)}.")
    for name, now in list(added.renamed.items())[:_NAMED]:
        said.append(f"Another document is called {present.printable(name)}, so this one is {present.printable(now)}.")
    if len(added.renamed) > _NAMED:
        said.append(f"{len(added.renamed) - _NAMED:,} more documents got a number behind their name.")
    if added.copies:
        said.append(present.told_of_copies(added.copies))
    said += present.sentences_of_skipped(added.skipped)
    if drift.added:
        fit = "fits" if drift.beyond == 1 else "fit"
        said.append(
            f"{drift.beyond:,} of {present.count(drift.added, 'new passage')} ({drift.share:.0%}) {fit} no topic; "
            f"of the passages that the topics were made from {drift.usual:.0%} do not."
        )
    if drift.high:
        said.append("That is more than chance: fit again to find topics for them (topics refit).")
    return said


def sentences_of_refit(refit: Refit) -> list[str]:
    """Return what became of the edits, a sentence each."""
    said = []
    if refit.documents:
        said.append(f"Added {present.count(len(refit.documents), 'document')}.")
    if refit.known:
        said.append(f"In the model already: {_some(refit.known)}.")
    if refit.replayed:
        same = sum(not one.numbers for one in refit.replayed)
        already = f", {same:,} of which the new topics are as it wanted" if same else ""
        said.append(f"{present.count(len(refit.replayed), 'edit')} still in force{already}.")
    said += [f"Not done again: {one.edit.number}, {told(one.edit)}: {one.reason}." for one in refit.dropped]
    return said


def told_of_change(change: Mapping[str, Any], by: str) -> str:
    """Return in words what became of topics, as :func:`topics.present.of_comparison` gives it."""
    before, after = (
        ", ".join(f"{topic['name']} ({topic['size']:,})" for topic in change[side]) for side in ("before", "after")
    )
    if change["kind"] == "new":
        return after
    if change["kind"] == "gone":
        return before
    alike = f"alike {change['likeness']:.2f}" if by == "meaning" else f"{change['shared']:,} in both"
    if change["kind"] != "same":
        return f"{before} became {after}; {alike}"
    kept = change["before"][0]["name"] == change["after"][0]["name"]
    now = f"now {change['after'][0]['size']:,}" if kept else f"now called {after}"
    return f"{before}, {now}; {alike}"


def called(model: TopicModel, topic: int) -> str:
    """Return the name of a topic, or what stands for none."""
    return present.name_of(model, topic) or "no topic"


def told(edit: Edit) -> str:
    """Return in words what was done."""
    try:
        return _TOLD[edit.kind](edit.asked)
    except (KeyError, TypeError, ValueError):  # what was asked is for people; a file may say anything there
        return edit.kind


def _entry(edit: Edit) -> Plain:
    return {
        "number": edit.number,
        "kind": edit.kind,
        "author": edit.author,
        "time": edit.time,
        "reason": edit.reason,
        "what": told(edit),
    }


def _some(names: Sequence[object]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(present.printable(str(name)) for name in names[:_NAMED]) + more


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return list(value)


def _passages(asked: Mapping[str, object]) -> str:
    ids = _list(asked["passages"])
    return f"passage{'' if len(ids) == 1 else 's'} {_some(ids)}"


def _junk(asked: Mapping[str, object]) -> str:
    return f"mark topic {asked['topic']} as junk" if "topic" in asked else f"take {_passages(asked)} out of all topics"


def _split(asked: Mapping[str, object]) -> str:
    parts = f"into {_some(_list(asked['parts']))}"
    by = f" by {_some(_list(asked['phrases']))}" if "phrases" in asked else ""
    return f"split topic {asked['topic']}, {asked['name']}, {parts}{by}"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


_TOLD: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "rename": lambda asked: f"rename topic {asked['topic']}, {asked['before']}, to {asked['name']}",
    "keywords": lambda asked: f"give topic {asked['topic']} the keywords {_some(_list(asked['keywords']))}",
    "junk": _junk,
    "restore": lambda asked: f"take the mark of junk off topic {asked['topic']}",
    "merge": lambda asked: (
        f"merge topics {_some(_list(asked['topics']))} ({_some(_list(asked['names']))}) into {asked['into']}"
    ),
    "split": _split,
    "move": lambda asked: f"move {_passages(asked)} to topic {asked['topic']}, {asked['name']}",
    "pin": lambda asked: f"pin {_passages(asked)}",
    "undo": lambda asked: f"undo edit {asked['edit']}",
    "redo": lambda asked: f"redo edit {asked['edit']}",
    "add": lambda asked: f"add {present.count(int(str(asked['documents'])), 'document')}",
    "refit": lambda asked: f"fit again, with {present.count(int(str(asked['documents'])), 'new document')}",
}
