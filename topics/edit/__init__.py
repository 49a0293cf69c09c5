"""Edits that last: rename, merge, split, move, pin, junk, keywords, undo, redo.

Each takes a model and returns a new one, seen at the same level; the one given stays as it was. What was done, by whom,
when and why stands in ``model.history`` and is saved with the model. The id of a topic stays its own and is never given
to another one, and :meth:`topics.TopicModel.assign` follows every edit. Edits are made at the levels coarse, medium and
fine; finer topics go where theirs go, and coarser ones hold what they held, or what joined them.

Every edit takes ``author`` and ``reason``, which are told in the history, and ``time``, which is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypedDict, Unpack

import numpy as np

from topics import hierarchy
from topics.cluster.rule import Pins
from topics.edit.parting import by_phrases, into
from topics.edit.wording import Wording
from topics.history import Edit, Kind
from topics.history.effects import Effect, Joined, Made, Placed, Told, followers
from topics.history.limits import LONGEST_LINE, LONGEST_NAME, checked
from topics.history.state import State
from topics.model import TopicModel
from topics.protocols import Ints
from topics.revision import edited, named, state_of
from topics.values import LOOSE, Keyword, Passage, Topic

__all__ = [
    "LONGEST_NAME",
    "junk",
    "keywords",
    "merge",
    "move",
    "pin",
    "redo",
    "rename",
    "restore",
    "split",
    "undo",
]

_SAME = 2 / 3  # of a merged topic, from which its largest part is still what it was


class By(TypedDict, total=False):
    """Who makes an edit, why, and when (now by default; kept in UTC)."""

    author: str
    reason: str
    time: datetime


PassageLike = str | Passage
"""A passage, or its id."""


def rename(model: TopicModel, topic_id: int, name: str, **by: Unpack[By]) -> TopicModel:
    """Give a topic another name, also at the levels that show the same passages as one topic.

    Raises
    ------
    ValueError
        There is no such topic, the name is empty or too long, or another topic of its level has it.
    """
    topic, name = _topic(model, topic_id), _worded(name, "name")
    effects = [Told(level, own, name=name) for level, own in _same(state_of(model), model.level, topic.id)]
    for effect in effects:
        level = next(level for level in model.levels if level.name == effect.level)
        twin = next((t for t in level.topics if t.id != effect.topic and t.name.casefold() == name.casefold()), None)
        if twin is not None:
            raise ValueError(f"topic {twin.id} at level {level.name!r} is called {twin.name!r} already; merge the two?")
    return _done(model, "rename", {"topic": topic.id, "name": name, "before": topic.name}, effects, by)


def keywords(model: TopicModel, topic_id: int, terms: Iterable[str], **by: Unpack[By]) -> TopicModel:
    """Give a topic other keywords, best first.

    Raises
    ------
    ValueError
        There is no such topic, no keyword, one that is empty or too long, or one that is there twice.
    """
    if isinstance(terms, str):
        raise ValueError(f"keywords are the text {terms!r}, but must be a list of texts")
    topic, told = _topic(model, topic_id), [_worded(term, "keyword") for term in terms]
    if not told or len({term.casefold() for term in told}) < len(told):
        raise ValueError("a topic needs at least one keyword, and none twice")
    main = next(iter(topic.languages), "und")
    known = {keyword.term: keyword.language for keyword in topic.keywords}
    ours = tuple(
        Keyword(term, round(1.0 - rank / len(told), 6), known.get(term, main)) for rank, term in enumerate(told)
    )
    effects = [Told(level, own, keywords=ours) for level, own in _same(state_of(model), model.level, topic.id)]
    asked = {"topic": topic.id, "name": topic.name, "keywords": told}
    return _done(model, "keywords", asked, effects, by)


def junk(
    model: TopicModel, topic_id: int | None = None, *, passages: Iterable[PassageLike] = (), **by: Unpack[By]
) -> TopicModel:
    """Mark a topic as junk, or take passages out of all topics.

    A junk topic keeps its passages, and goes on catching what is like them; it is marked, so that lists can leave it
    out. A junk passage has no topic any more, nor has what is nearly the same.

    Raises
    ------
    ValueError
        Neither a topic nor passages are given, or both, or there are none such.
    """
    rows = _rows(model, passages)
    if (topic_id is None) == (not len(rows)):
        raise ValueError("junk takes either a topic or passages; give one of them")
    if topic_id is None:
        topics = np.full((len(state_of(model).names), len(rows)), LOOSE, np.int32)
        return _done(model, "junk", {"passages": _ids(model, rows)}, [_placed(model, rows, topics)], by)
    topic = _topic(model, topic_id)
    effects = [Told(level, own, junk=True) for level, own in _same(state_of(model), model.level, topic.id)]
    return _done(model, "junk", {"topic": topic.id, "name": topic.name}, effects, by)


def restore(model: TopicModel, topic_id: int, **by: Unpack[By]) -> TopicModel:
    """Take the mark of junk off a topic.

    Raises
    ------
    ValueError
        There is no such topic.
    """
    topic = _topic(model, topic_id)
    effects = [Told(level, own, junk=False) for level, own in _same(state_of(model), model.level, topic.id)]
    return _done(model, "restore", {"topic": topic.id, "name": topic.name}, effects, by)


def merge(model: TopicModel, topic_ids: Iterable[int], *, into: int | None = None, **by: Unpack[By]) -> TopicModel:
    """Make several topics one.

    Parameters
    ----------
    topic_ids
        Two topics or more of the level shown.
    into
        The one of them whose id is kept, by default the largest. It keeps its name as well where a person gave it, or
        it makes two thirds of the whole; otherwise the whole gets a name.

    Raises
    ------
    ValueError
        There are not two topics, or one is there twice or does not exist.
    EncoderError
        The encoder that this model was made with, which helps to name the whole, is not to be had.
    """
    found = [_topic(model, topic_id) for topic_id in topic_ids]
    ids = [topic.id for topic in found]
    if len(found) < 2 or len(set(ids)) < len(ids):
        raise ValueError(f"merging takes two topics or more, each once, but got {ids}")
    if into is not None and into not in ids:
        raise ValueError(f"topic {into} is not among those to merge, {ids}")
    kept = _topic(model, into) if into is not None else min(found, key=lambda topic: (-topic.size, topic.id))
    joined = Joined(model.level, kept.id, tuple(sorted(set(ids) - {kept.id})))
    state = joined.applied(state_of(model))
    stays = kept.id in _by_hand(model) or kept.size >= _SAME * sum(topic.size for topic in found)
    names = {kept.id: kept.name} if stays else {}
    wording = Wording(model, state)
    made = Made(tuple(wording.told(model.level, {kept.id: replace(kept, junk=False)}, names)))
    asked = {"topics": ids, "into": kept.id, "names": [topic.name for topic in found]}
    return _done(model, "merge", asked, [joined, made], by)


def split(
    model: TopicModel,
    topic_id: int,
    *,
    k: int | None = None,
    phrases: Sequence[str] | None = None,
    **by: Unpack[By],
) -> TopicModel:
    """Divide a topic; its largest part keeps its id, and the others get new ones.

    Parameters
    ----------
    k
        Into how many topics, at least 2: along the finer topics where there are enough of them.
    phrases
        What each part is about, two phrases or more: a passage goes where it is nearer. The phrases become the names.

    Raises
    ------
    ValueError
        There is no such topic, neither ``k`` nor ``phrases`` is given, or both, or the topic cannot be divided so.
    EncoderError
        The encoder that this model was made with, which helps to name the parts, is not to be had.
    """
    topic = _topic(model, topic_id)
    asked: dict[str, object] = {"topic": topic.id, "name": topic.name}
    if phrases is not None and k is None:
        told = [_worded(phrase, "phrase") for phrase in ([phrases] if isinstance(phrases, str) else phrases)]
        parted, asked["phrases"] = by_phrases(model, topic, told), told
    elif k is not None and phrases is None:
        parted, asked["k"] = into(model, topic, int(k)), int(k)
    else:
        raise ValueError("a split takes either k or phrases; give one of them")
    return _done(model, "split", {**asked, "parts": list(parted.parts)}, parted.effects, by)


def move(model: TopicModel, passages: Iterable[PassageLike], topic_id: int, **by: Unpack[By]) -> TopicModel:
    """Put passages into another topic; what is nearly the same follows, now and when it is assigned.

    Raises
    ------
    ValueError
        There is no such topic or passage, or no passage is given.
    """
    topic, rows = _topic(model, topic_id), _rows(model, passages)
    if not len(rows):
        raise ValueError("no passage to move; give passages or their ids")
    topics = _nearest_within(model, topic, rows)
    asked = {"passages": _ids(model, rows), "topic": topic.id, "name": topic.name}
    return _done(model, "move", asked, [_placed(model, rows, topics)], by)


def pin(model: TopicModel, passages: Iterable[PassageLike], **by: Unpack[By]) -> TopicModel:
    """Keep passages where they are, whatever becomes of their topics when the model is fitted again.

    Raises
    ------
    ValueError
        There is no such passage, it has no topic, or no passage is given.
    """
    rows = _rows(model, passages)
    topics = state_of(model).labels[:, rows]
    if not len(rows):
        raise ValueError("no passage to pin; give passages or their ids")
    if (topics < 0).any():
        raise ValueError(f"passage {_ids(model, rows)[0]!r} has no topic to pin it to; move it to one")
    asked = {"passages": _ids(model, rows), "topics": model.labels[rows].tolist()}
    return _done(model, "pin", asked, [_placed(model, rows, topics)], by)


def undo(model: TopicModel, **by: Unpack[By]) -> TopicModel:
    """Take the last edit back; the model is what it was before it, and the history says that it was undone.

    Raises
    ------
    ValueError
        There is none.
    """
    last = model.history.last
    if last is None:
        raise ValueError("there is no edit to undo")
    return _done(model, "undo", {"edit": last.number}, (), by)


def redo(model: TopicModel, **by: Unpack[By]) -> TopicModel:
    """Do again what was undone last.

    Raises
    ------
    ValueError
        Nothing was undone, or another edit was made since.
    """
    if not model.history.undone:
        raise ValueError("there is no edit to do again")
    return _done(model, "redo", {"edit": model.history.undone[-1].number}, (), by)


def _done(model: TopicModel, kind: Kind, asked: Mapping[str, object], effects: Sequence[Effect], by: By) -> TopicModel:
    return edited(model, entry(model, kind, asked, effects, by))


def entry(model: TopicModel, kind: Kind, asked: Mapping[str, object], effects: Sequence[Effect], by: By) -> Edit:
    """Return the next entry of a model's history.

    Raises
    ------
    ValueError
        The author, the reason or the time is none.
    """
    author, reason = _line(by.get("author", ""), "author"), _line(by.get("reason", ""), "reason")
    time = by.get("time") or datetime.now(UTC)
    if time.tzinfo is None:
        raise ValueError("time has no zone; give one, such as datetime.now(UTC)")
    stamp = time.astimezone(UTC).isoformat(timespec="seconds")
    number = len(model.history.edits) + 1
    level = named(model).level if hierarchy.NUMBER.fullmatch(model.level) else model.level
    return Edit(number, kind, level, stamp, author, reason, asked, tuple(effects))


def _topic(model: TopicModel, topic_id: int) -> Topic:
    _check_level(model)
    return model.topic(topic_id)


def _check_level(model: TopicModel) -> None:
    if hierarchy.NUMBER.fullmatch(model.level):
        names = ", ".join(name for name in model.level_names if not hierarchy.NUMBER.fullmatch(name))
        raise ValueError(
            f"edits are made at the levels {names}, but this model is seen with {model.level} topics; "
            "use model.at(level)"
        )


def _rows(model: TopicModel, passages: Iterable[PassageLike]) -> Ints:
    _check_level(model)
    if isinstance(passages, str | Passage):
        passages = (passages,)
    ids = [passage.id if isinstance(passage, Passage) else passage for passage in passages]
    return np.unique(model.passages.rows_of(ids)).astype(np.int32)


def _ids(model: TopicModel, rows: Ints) -> list[str]:
    return [model.passages[int(row)].id for row in rows]


def _placed(model: TopicModel, rows: Ints, topics: Ints) -> Placed:
    vectors = np.ascontiguousarray(model.vectors[rows])
    for row in rows[~vectors.any(axis=1)][:1]:
        raise ValueError(
            f"passage {model.passages[int(row)].id!r} means the same as the whole corpus to the encoder, so nothing "
            "can be near to it; it cannot be moved or pinned"
        )
    topics = np.ascontiguousarray(topics, np.int32)
    follow, which = followers(state_of(model).rule, Pins(vectors, topics), model.vectors)
    return Placed(vectors, topics, follow, which)


def _nearest_within(model: TopicModel, topic: Topic, rows: Ints) -> Ints:
    """Return the topics at every level of passages that come to a topic: below it, the nearest finer one."""
    state = state_of(model)
    row, rule = state.row(model.level), state.rule
    columns = np.flatnonzero((rule.topics[row] == topic.id) & ~rule.gone)
    if len(columns):
        near = (model.vectors[rows].astype(np.float64) @ rule.hearts[columns].T.astype(np.float64)).round(6)
        found: Ints = rule.topics[:, columns[near.argmax(axis=1)]]
        return found
    assert rule.pins is not None  # a topic without columns is one of pins
    pin = int(np.flatnonzero(rule.pins.topics[row] == topic.id)[0])
    return np.repeat(rule.pins.topics[:, [pin]], len(rows), axis=1)


def _same(state: State, level: str, topic_id: int) -> list[tuple[str, int]]:
    """Return the topics of all levels that hold exactly what this one holds, level and id, coarsest first."""
    inside = state.labels[state.row(level)] == topic_id
    found = []
    for row, name in enumerate(state.names):
        if name == level:
            found.append((name, topic_id))
        elif inside.any():
            own = state.labels[row]
            other = int(own[np.argmax(inside)])
            if other != LOOSE and np.array_equal(own == other, inside):
                found.append((name, other))
    return found


def _by_hand(model: TopicModel) -> set[int]:
    """Return the topics of the level shown whose name a person gave, and which no later edit named."""
    found: set[int] = set()
    for edit in model.history.active:
        for effect in edit.effects:
            if isinstance(effect, Told) and effect.name is not None and effect.level == model.level:
                found.add(effect.topic)
            elif isinstance(effect, Made):
                found -= {topic.id for topic in effect.topics if topic.level == model.level and topic.evidence}
    return found


def _worded(text: object, what: str) -> str:
    found = " ".join(text.split()) if isinstance(text, str) else ""
    if not any(map(str.isprintable, found)):
        raise ValueError(f"a {what} is empty; give at least one word")
    return checked(found, f"a {what}")


def _line(text: object, what: str) -> str:
    if not isinstance(text, str):
        raise ValueError(f"{what} must be a text, but is {text!r:.40}")
    return checked(" ".join(text.split()), f"the {what}", LONGEST_LINE)
