"""Edits once more, on a new fit: what each was meant to do, to the topics and passages that are there now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from topics import edit
from topics.edit import By
from topics.edit.parting import by_examples, by_phrases
from topics.history import Edit
from topics.history.effects import Divided, Effect, Made, Parted
from topics.history.state import State
from topics.model import TopicModel
from topics.protocols import Bools, Ints
from topics.revision import edited, fitted, state_of
from topics.update.lineage import MOSTLY, Common

_NAMED = 3  # passages or topics that a sentence names


@dataclass(frozen=True, eq=False, slots=True)
class Replayed:
    """An edit that still applies.

    Parameters
    ----------
    edit
        The edit as it was made.
    numbers
        Its numbers in the new history; empty where the new fit is already as it wanted.
    """

    edit: Edit
    numbers: tuple[int, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Dropped:
    """An edit, or a part of one, that cannot be done to the new fit.

    Parameters
    ----------
    edit
        The edit as it was made.
    reason
        Why, in a sentence without its full stop.
    """

    edit: Edit
    reason: str


class _Cannot(Exception):
    """The edit cannot be done again; the message says why."""


@dataclass(frozen=True, eq=False, slots=True)
class _Task:
    """An edit, the state of the old model before and after it, and what both models have in common."""

    old: TopicModel
    edit: Edit
    before: State
    after: State
    shared: Common

    @property
    def by(self) -> By:
        """Whose edit it is."""
        return {
            "author": self.edit.author,
            "reason": self.edit.reason,
            "time": datetime.fromisoformat(self.edit.time),
        }

    def whole(self, name: str) -> int:
        """Return a number that was asked for."""
        value = self.edit.asked.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise _Cannot(f"its entry in the history does not say what its {name} was")
        return value

    def many(self, name: str, kind: type) -> list[object]:
        """Return a list that was asked for."""
        value = self.edit.asked.get(name)
        if not isinstance(value, list | tuple) or not value or not all(isinstance(one, kind) for one in value):
            raise _Cannot(f"its entry in the history does not say what its {name} were")
        return list(value)

    def target(self, model: TopicModel, topic: int, *, but: Ints | None = None) -> tuple[str, int]:
        """Return the topic, with its level, that an old one became, which the edit is to be done to.

        Parameters
        ----------
        but
            Rows of old passages that do not count.
        """
        held = self.shared.held(self.before, self.edit.level, [topic])
        if but is not None:
            held &= ~np.isin(self.shared.old, but)
        found = self.shared.became(held, state_of(model), self.edit.level) if held.any() else None
        if found is None:
            known = self.before.topics[self.edit.level].get(topic)
            called = f"topic {topic}" if known is None else f"topic {topic}, {known.name!r}"
            raise _Cannot(f"no topic holds most of what {called} held")
        return found

    def passages(self) -> tuple[Ints, list[str], str]:
        """Return the old rows of the passages that are still there, their ids now, and which are not, if any."""
        ids = [str(one) for one in self.many("passages", str)]
        rows = self._rows(ids)
        now = self.shared.now(np.array(sorted(rows.values()), np.int32))
        missing = [one for one in ids if rows.get(one) not in now]
        kept = [one for one in ids if rows.get(one) in now]
        if not kept:
            raise _Cannot(f"{_listed('passage', missing)} not there any more")
        lost = f"{_listed('passage', missing)} not there any more" if missing else ""
        return np.array([rows[one] for one in kept], np.int32), kept, lost

    def _rows(self, ids: Sequence[str]) -> dict[str, int]:
        found = {}
        for one in ids:
            try:
                found[one] = self.old.passages.row_of(one)
            except ValueError:  # told as missing
                continue
        return found


@dataclass(frozen=True, eq=False, slots=True)
class _Done:
    """The model after an edit was done again, and what of it could not be, if anything."""

    model: TopicModel
    lost: str = ""


def replayed(
    old: TopicModel, new: TopicModel, shared: Common
) -> tuple[TopicModel, tuple[Replayed, ...], tuple[Dropped, ...]]:
    """Do the edits that are in force in an old model to a new one, each under its author, time and reason."""
    state = state_of(fitted(old))
    again, dropped = list[Replayed](), list[Dropped]()
    for one in old.history.active:
        before = state
        for effect in one.effects:
            state = effect.applied(state)
        if one.kind == "refit":
            continue
        first = len(new.history.edits)
        try:
            done = _DO[one.kind](_Task(old, one, before, state, shared), new)
        except (_Cannot, ValueError) as error:
            dropped.append(Dropped(one, str(error)))
            continue
        new = done.model
        if done.lost:
            dropped.append(Dropped(one, done.lost))
        again.append(Replayed(one, tuple(range(first + 1, len(new.history.edits) + 1))))
    return new, tuple(again), tuple(dropped)


def _rename(task: _Task, model: TopicModel) -> _Done:
    level, topic = task.target(model, task.whole("topic"))
    return _Done(edit.rename(model.at(level), topic, str(task.edit.asked.get("name", "")), **task.by))


def _keywords(task: _Task, model: TopicModel) -> _Done:
    level, topic = task.target(model, task.whole("topic"))
    terms = [str(term) for term in task.many("keywords", str)]
    return _Done(edit.keywords(model.at(level), topic, terms, **task.by))


def _junk(task: _Task, model: TopicModel) -> _Done:
    if "topic" in task.edit.asked:
        level, topic = task.target(model, task.whole("topic"))
        return _Done(edit.junk(model.at(level), topic, **task.by))
    rows, _, lost = task.passages()
    return _Done(edit.junk(model, passages=_now(task, model, rows), **task.by), lost)


def _restore(task: _Task, model: TopicModel) -> _Done:
    level, topic = task.target(model, task.whole("topic"))
    return _Done(edit.restore(model.at(level), topic, **task.by))


def _merge(task: _Task, model: TopicModel) -> _Done:
    """Merge the topics that are mostly made of what was merged."""
    level = task.edit.level
    parts = [int(str(part)) for part in task.many("topics", int)]
    whole = task.shared.held(task.before, level, parts)
    if level not in model.level_names or not whole.any():
        raise _Cannot("nothing of what was merged is there any more")
    own = model.at(level).labels[task.shared.new]
    made = [
        topic
        for topic in np.unique(own[whole & (own >= 0)]).tolist()
        if (whole & (own == topic)).sum() >= MOSTLY * (own == topic).sum()
    ]
    inside = np.isin(own, made)
    if not made or (inside & whole).sum() < MOSTLY * (inside | whole).sum():
        raise _Cannot("what was merged is now in topics that hold mostly other passages")
    lost = [part for part in parts if not _mostly(task.shared.held(task.before, level, [part]), inside)]
    told = f"{_listed('topic', [str(part) for part in lost])} now in topics that hold mostly others" if lost else ""
    if len(made) == 1:
        return _Done(model, told)
    main = task.shared.held(task.before, level, [task.whole("into")])
    known = task.whole("into")
    kept = known if known in made else max(made, key=lambda topic: (int((main & (own == topic)).sum()), -topic))
    return _Done(edit.merge(model.at(level), made, into=kept, **task.by), told)


def _mostly(held: Bools, inside: Bools) -> bool:
    return not held.any() or bool((held & inside).sum() >= MOSTLY * held.sum())


def _split(task: _Task, model: TopicModel) -> _Done:
    """Divide a topic again, unless its parts are topics of their own already."""
    level, asked = task.edit.level, task.edit.asked
    parts = [int(str(part)) for part in task.many("parts", int)]
    phrases = [str(phrase) for phrase in task.many("phrases", str)] if "phrases" in asked else []
    held = [task.shared.held(task.after, level, [part]) for part in parts]
    now = [task.shared.became(one, state_of(model), level) if one.any() else None for one in held]
    apart = [one for one in now if one is not None and one[0] == level]
    if len(set(apart)) == len(parts):
        names = [task.after.topics[level][part].name for part in parts] if phrases else []
        for (_, topic), name in zip(apart, names, strict=False):
            if model.at(level).topic(topic).name != name:
                model = edit.rename(model.at(level), topic, name, **task.by)
        return _Done(model)
    where, topic = task.target(model, task.whole("topic"))
    seen = model.at(where)
    if phrases:
        parting = by_phrases(seen, seen.topic(topic), phrases)
    elif all(one.any() for one in held):
        parting = by_examples(seen, seen.topic(topic), [task.shared.new[one] for one in held])
    else:
        raise _Cannot("no passage of one of the parts is there any more")
    effects, fresh = parting.effects, parting.parts
    if where == level:
        known = _as_before(task, seen, effects, dict(zip(parts, held, strict=True)), fresh)
        effects, fresh = tuple(_known_as(effect, seen, known) for effect in effects), tuple(known[own] for own in fresh)
    asked = {**task.edit.asked, "topic": topic, "name": seen.topic(topic).name, "parts": list(fresh)}
    return _Done(edited(seen, edit.entry(seen, "split", asked, effects, task.by)))


def _as_before(
    task: _Task, model: TopicModel, effects: Sequence[Effect], held: Mapping[int, Bools], fresh: Sequence[int]
) -> dict[int, int]:
    """Return the ids of new parts with those that the parts had before; the others stay, each id once."""
    state = state_of(model)
    taken = set(state.topics[model.level]) - set(fresh)
    for effect in effects:
        state = effect.applied(state)
    labels = state.labels[state.row(model.level)]
    known: dict[int, int] = {}
    for old, one in held.items():
        shares = {topic: share for topic, share in task.shared.alike(one, labels).items() if topic in fresh}
        best = max(shares, key=lambda topic: (shares[topic], -topic), default=None)
        if best is not None and best not in known and old not in taken:
            known[best] = old
    for topic in fresh:  # an id that went to another part is free for one that has none
        if topic not in known:
            own = topic if topic not in known.values() else min(set(fresh) - set(known.values()))
            known[topic] = own
    return known


def _known_as(effect: Effect, model: TopicModel, known: Mapping[int, int]) -> Effect:
    """Return an effect that gives topics of the level shown other ids."""
    level = model.level
    match effect:
        case Made():
            topics = [
                replace(topic, id=known.get(topic.id, topic.id)) if topic.level == level else topic
                for topic in effect.topics
            ]
            return Made(tuple(topics))
        case Parted():
            own = {one: known.get(topic, topic) for one, topic in effect.ids.get(level, {}).items()}
            return Parted({**effect.ids, **({level: own} if own else {})})
        case Divided():
            ids = effect.ids.copy()
            row = state_of(model).row(level)
            ids[row] = [known.get(int(topic), int(topic)) for topic in ids[row]]
            return replace(effect, ids=ids)
    return effect


def _move(task: _Task, model: TopicModel) -> _Done:
    rows, _, lost = task.passages()
    level, topic = task.target(model, task.whole("topic"), but=rows)
    return _Done(edit.move(model.at(level), _now(task, model, rows), topic, **task.by), lost)


def _pin(task: _Task, model: TopicModel) -> _Done:
    """Keep each passage that is in what its topic became, and put the others there."""
    rows, kept, lost = task.passages()
    ids = [str(one) for one in task.many("passages", str)]
    topics = dict(zip(ids, (int(str(topic)) for topic in task.many("topics", int)), strict=False))
    stay, gone, moved = list[str](), list[str](), dict[tuple[str, int], list[str]]()
    for one, own in zip(kept, rows.tolist(), strict=True):
        now = task.shared.now(np.array([own], np.int32))[own]
        try:
            level, topic = task.target(model, topics[one])
        except (KeyError, _Cannot):
            gone.append(one)
            continue
        here = stay if model.at(level).labels[now] == topic else moved.setdefault((level, topic), [])
        here.append(model.passages[now].id)
    told = "; ".join(filter(None, (lost, f"the topic of {_listed('passage', gone)} gone" if gone else "")))
    if not stay and not moved:
        raise _Cannot(told)
    for (level, topic), passages in moved.items():
        model = edit.move(model.at(level), passages, topic, **task.by)
    if stay:
        at = task.edit.level if task.edit.level in model.level_names else model.level_names[-1]
        model = edit.pin(model.at(at), stay, **task.by)
    return _Done(model, told)


def _now(task: _Task, model: TopicModel, rows: Ints) -> list[str]:
    return [model.passages[row].id for row in task.shared.now(rows).values()]


def _listed(noun: str, names: Sequence[str]) -> str:
    """Return things with their verb: "passage a is", "passages a, b and 3 more are"."""
    if len(names) == 1:
        return f"{noun} {names[0]} is"
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{noun}s {', '.join(names[:_NAMED])}{more} are"


_DO: Mapping[str, Callable[[_Task, TopicModel], _Done]] = {
    "rename": _rename,
    "keywords": _keywords,
    "junk": _junk,
    "restore": _restore,
    "merge": _merge,
    "split": _split,
    "move": _move,
    "pin": _pin,
}
