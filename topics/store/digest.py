"""One number for all that a model says, to tell whether two say the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from topics.errors import ModelError
from topics.model import TopicModel
from topics.revision import fitted, named
from topics.store import codec, nouns
from topics.store.atomic import digests
from topics.store.strict import Damage, dump
from topics.store.tensors import Array


def fingerprint(model: TopicModel) -> str:
    """Return the sha256 of what a model says: passages, vectors, rule, labels, topics of all levels, the level shown.

    How it came to say so is left out: its history, the releases of the packages, and where it is saved. So after an
    undo it is what it was before the edit.

    Raises
    ------
    ModelError
        The model holds something that could not be saved.
    """
    try:
        about, files = codec.pack(fitted(model))
    except Damage as damage:
        raise ModelError(f"the model cannot be told by a hash, as {damage.file}: {damage.what}") from damage
    told = {
        name: about[name] for name in sorted(about) if name not in ("format_version", "packages", "level", "counts")
    }
    own = named(model)
    levels = [[nouns.from_topic(topic) | {"junk": topic.junk} for topic in level.topics] for level in own.levels]
    found = hashlib.sha256(dump({**told, "shown": model.level, "topics": levels}))
    for name in sorted(files):
        size, blocks = digests(files[name])
        found.update(dump([name, size, list(blocks)]))
    _add(found, {"labels": own.all_labels, "columns": own.rule.topics})
    for division in own.rule.parts:
        found.update(dump([list(group) for group in division.groups]))
        _add(found, {"prototypes": division.prototypes, "part": division.part})
    if own.rule.pins is not None:
        _add(found, {"pins": own.rule.pins.vectors, "pinned": own.rule.pins.topics})
    return found.hexdigest()


def _add(found: hashlib._Hash, arrays: Mapping[str, Array]) -> None:
    for name, array in arrays.items():
        found.update(dump([name, str(array.dtype), list(array.shape)]))
        found.update(np.ascontiguousarray(array).data)
