"""What people changed in a model: a log that only grows, and the effect of each entry in plain data.

A fitted model never changes. What is shown is the fit with the effects of the edits that are in force, one after
another; so undoing one is leaving it out, and nothing can be lost on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal, get_args

from topics.history.effects import Effect

Kind = Literal["rename", "merge", "split", "move", "pin", "junk", "restore", "keywords", "undo", "redo", "add", "refit"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_NOTED = ("add",)  # told in the log, and not to be undone
_LAST = ("refit",)  # what was done before it is not to be undone


@dataclass(frozen=True, eq=False)
class Edit:
    """One entry of the log.

    Parameters
    ----------
    number
        Its number in the log, from 1.
    kind
        What was done.
    level
        The level at which it was done.
    time
        When, in UTC (ISO 8601).
    author, reason
        Who did it and why, as far as they told.
    asked
        What was asked for, in plain values: ids of topics and passages, names, phrases. Read-only.
    effects
        What it does to the model, in order. What was asked is only read where it is to be done again to another fit.
    """

    number: int
    kind: Kind
    level: str
    time: str
    author: str = ""
    reason: str = ""
    asked: Mapping[str, object] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked", MappingProxyType(dict(self.asked)))


@dataclass(frozen=True, eq=False)
class History:
    """The log of a model, oldest entry first.

    Raises
    ------
    ValueError
        The numbers do not run from 1, or something is undone or redone that is not there; the message says which.
    """

    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        _ = self._folded  # what does not fold is no history

    @property
    def active(self) -> tuple[Edit, ...]:
        """The edits that are in force, in the order in which they were made."""
        return self._folded[0]

    @property
    def undone(self) -> tuple[Edit, ...]:
        """The edits that can be done again, the next one last."""
        return self._folded[1]

    @property
    def last(self) -> Edit | None:
        """The edit that would be undone next, if there is one."""
        return self.active[-1] if self.active and self.active[-1].kind not in _LAST else None

    def with_(self, edit: Edit) -> History:
        """Return the history with one more entry."""
        return History((*self.edits, edit))

    def highest(self, level: str) -> int:
        """Return the highest id of a topic that any entry ever gave at a level, or -1."""
        return max(
            (effect.highest(level) for edit in self.edits for effect in edit.effects),
            default=-1,
        )

    @cached_property
    def _folded(self) -> tuple[tuple[Edit, ...], tuple[Edit, ...]]:
        active: list[Edit] = []
        undone: list[Edit] = []
        for number, edit in enumerate(self.edits, start=1):
            if edit.number != number:
                raise ValueError(f"entry {number} of the history says that it is number {edit.number}")
            if edit.kind == "undo":
                if not active or active[-1].kind in _LAST:
                    raise ValueError(f"entry {number} of the history undoes an edit, but there is none")
                undone.append(active.pop())
            elif edit.kind == "redo":
                if not undone:
                    raise ValueError(f"entry {number} of the history redoes an edit, but none was undone")
                active.append(undone.pop())
            else:
                undone.clear()
                if edit.kind in _LAST:
                    active.clear()
                if edit.kind not in _NOTED:
                    active.append(edit)
        return tuple(active), tuple(undone)
