"""What the Curate page says of edits, previews and suggestions. Plain text: whoever shows it escapes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from topics import present
from topics.history import Edit
from topics.model import TopicModel
from topics.proposal import Preview, Proposal
from topics.suggest import Suggestion
from topics.ui.text import count, number, say, stability_share
from topics.ui.text.catalog import table
from topics.values import LOOSE

_NAMED = 5  # topics or keywords that a sentence names
_UNSTEADY = 0.6  # stability below which the app calls a topic loose at its edges


def edit(done: Edit) -> str:
    """Return in words what was done."""
    asked = done.asked
    key = "bin" if done.kind == "junk" and "topic" not in asked else done.kind
    told = table("edits")
    try:
        return told[key].format(**{gap: str(value) for gap, value in _gaps(asked).items()})
    except (KeyError, TypeError, ValueError, IndexError):  # what was asked is for people; a file may say anything there
        return done.kind


def heading(model: TopicModel, asked: Proposal, found: Preview) -> str:
    """Return in a line what an edit would do: ``"Open source + Licences → 41 passages"``."""
    return _HEADINGS[asked.act](model, asked, found)


def nearly(asked: Proposal, found: Preview) -> str:
    """Return how many passages go with those that are moved; empty where none does."""
    more = asked.passages and asked.act in ("move", "junk") and found.moved > len(asked.passages)
    return say("preview_nearly", passages=count(found.moved, "passage")) if more else ""


def size(before: int | None, after: int) -> str:
    """Return how many passages a topic will have, and had before if that is another number."""
    passages = count(after, "passage")
    return passages if before in (None, after) else say("size_change", before=number(before or 0), passages=passages)


def suggestion(model: TopicModel, one: Suggestion) -> tuple[str, str]:
    """Return what a suggestion is about, and what speaks for it."""
    names = [name_of(model, topic) for topic in one.topics]
    other, likeness = (names[1] if len(names) > 1 else ""), number(one.likeness, 2)
    if one.kind == "alike":
        why = say("why_alike", likeness=likeness, usual=number(one.usual, 2))
        return say("suggest_alike", one=names[0], other=other), why
    if one.kind == "mixed":
        sizes = say("two_groups", one=number(one.sizes[0]), other=number(one.sizes[1]))
        why = say("why_mixed", sizes=sizes, likeness=likeness, usual=number(one.usual, 2))
        steady = model.topic(one.topics[0]).stability
        if steady < _UNSTEADY:  # not so where it was not measured
            why = f"{why} {say('why_mixed_loose', share=stability_share(steady))}"
        return say("suggest_mixed", one=names[0]), why
    held = count(one.sizes[0], "passage")
    why = say("why_tiny", passages=held, usual=number(one.usual), other=other, likeness=likeness)
    return say("suggest_tiny", one=names[0]), why


def name_of(model: TopicModel, topic: int) -> str:
    """Return the name of a topic, or what stands for none."""
    return say("unassigned") if topic == LOOSE else model.topic(topic).name


def _gaps(asked: Mapping[str, object]) -> dict[str, object]:
    gaps: dict[str, object] = {**asked}
    if "topic" in asked:  # an older entry does not say what it was called
        gaps["called"] = asked.get("name", f"t{asked['topic']}")
    if "passages" in asked:
        gaps["passages"] = count(len(_list(asked["passages"])), "passage")
    if "documents" in asked:
        gaps["documents"] = count(int(str(asked["documents"])), "document")
    if "names" in asked:
        gaps["names"] = _some(_list(asked["names"]), " + ")
    if "keywords" in asked:
        gaps["keywords"] = _some(_list(asked["keywords"]), ", ")
    if "parts" in asked:
        gaps["parts"] = count(len(_list(asked["parts"])), "topic")
    return {name: present.printable(str(value)) for name, value in gaps.items()}


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return list(value)


def _some(names: Sequence[object], between: str) -> str:
    more = [say("more", number=number(len(names) - _NAMED))] if len(names) > _NAMED else []
    return between.join([*map(str, names[:_NAMED]), *more])


def _named(model: TopicModel, asked: Proposal) -> str:
    return model.topic(asked.topic).name


def _merged(model: TopicModel, asked: Proposal, found: Preview) -> str:
    names = _some([model.topic(topic).name for topic in asked.topics], " + ")
    size_now = next(change.after.size for change in found.changes if change.after.id in asked.topics)
    return say("preview_merge", names=names, passages=count(size_now, "passage"))


def _moved(model: TopicModel, asked: Proposal, found: Preview) -> str:
    return say("preview_move", passages=count(len(asked.passages), "passage"), name=_named(model, asked))


def _junked(model: TopicModel, asked: Proposal, found: Preview) -> str:
    if asked.passages:
        return say("preview_bin", passages=count(len(asked.passages), "passage"))
    return say("preview_junk", name=_named(model, asked))


_HEADINGS: Mapping[str, Callable[[TopicModel, Proposal, Preview], str]] = {
    "rename": lambda model, asked, found: say("preview_rename", before=_named(model, asked), name=asked.name),
    "keywords": lambda model, asked, found: say("preview_keywords", name=_named(model, asked)),
    "merge": _merged,
    "split": lambda model, asked, found: say(
        "preview_split", name=_named(model, asked), topics=count(len(found.changes), "topic")
    ),
    "move": _moved,
    "pin": lambda model, asked, found: say("preview_pin", passages=count(len(asked.passages), "passage")),
    "junk": _junked,
    "restore": lambda model, asked, found: say("preview_restore", name=_named(model, asked)),
}
