"""A model to the content of its files and back; nothing here touches a disk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from topics import __version__
from topics.cluster.rule import Rule
from topics.embed.centre import Centring
from topics.hierarchy import Tree, check, check_nested
from topics.model import TopicModel
from topics.protocols import Ints
from topics.settings import Settings
from topics.store import arrays, columns, nouns
from topics.store.folder import ARRAYS, DOCUMENTS, EDITS, FORMAT_VERSION, MANIFEST, PASSAGES, TOPICS
from topics.store.strict import Damage, Record
from topics.values import EncoderCard, Level

KEYS = ("format_version", "packages", "settings", "encoder", "centring", "levels", "level", "counts")
"""What a manifest says besides its table of files."""

_PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "scikit-network",
    "umap-learn",
    "hdbscan",
    "bertopic",
    "onnxruntime",
    "tokenizers",
    "pyarrow",
    "safetensors",
)
_LEVEL_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_MOST = 2**31 - 1
_WIDEST = 1 << 16


def pack(model: TopicModel) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what the manifest of a model says, and the content of its files; no clock and no path goes in.

    Raises
    ------
    Damage
        The model holds something that would not come back as it is.
    """
    shown, model = model, model.at(model.level_names[-1])  # a cut of the tree is told by its number of topics alone
    about = {
        "format_version": FORMAT_VERSION,
        "packages": _packages(),
        "settings": model.settings.to_dict(),
        "encoder": {
            "id": model.encoder.id,
            "fingerprint": model.encoder.fingerprint,
            "dimension": model.encoder.dimension,
            "poorly_read": list(model.encoder.poorly_read),
            "reading": dict(model.encoder.reading),
        },
        "centring": list(model.centring.languages),
        "levels": list(model.level_names),
        "level": shown.level,
        "counts": _counts(shown),
    }
    for name in model.level_names:
        if not _LEVEL_NAME.fullmatch(name):
            raise Damage(MANIFEST, f"{name!r:.40} is no name of a level (small letters, digits, - and _)")
    joins = {} if model.tree is None else {"merges": model.tree.merges}
    between = None if model.tree is None else model.tree.topics
    files = {
        DOCUMENTS: columns.encode_documents(model.passages.documents, model.removed),
        PASSAGES: columns.encode_passages(model.passages, model.level_names, model.all_labels),
        TOPICS: nouns.encode(
            nouns.Nouns(model.passages.languages, model.levels, model.themes, model.claims, model.skipped, between)
        ),
        ARRAYS: arrays.encode(
            {
                "vectors": model.vectors,
                "prototypes": model.rule.prototypes,
                "prototype_topics": model.rule.topics,
                "offsets": model.centring.offsets,
                "fallback": model.centring.fallback,
                "labels": model.all_labels,
                "positions": model.positions,
                **joins,
            }
        ),
        EDITS: b"",
    }
    return about, files


def unpack(about: Record, files: Mapping[str, bytes]) -> TopicModel:
    """Return the model that a manifest and the content of its files describe.

    Raises
    ------
    Damage
        Something is missing, unknown, out of range, or does not fit the rest.
    """
    if files[EDITS]:
        raise Damage(EDITS, "it holds edits, which this release does not know how to apply")
    about.mapping("packages", str)
    names = about.texts("levels")
    if not names or len(set(names)) < len(names) or not all(map(_LEVEL_NAME.fullmatch, names)):
        raise Damage(MANIFEST, "levels is no list of distinct names of levels")
    told = nouns.decode(files[TOPICS])
    if tuple(level.name for level in told.levels) != names:
        raise Damage(TOPICS, "its levels are not those of the manifest")
    documents, removed = columns.decode_documents(files[DOCUMENTS])
    passages, labels = columns.decode_passages(files[PASSAGES], documents, told.languages, names)
    encoder = _encoder(about)
    centred = about.texts("centring")
    shapes = _shapes(len(passages), encoder.dimension, len(names), len(centred))
    if told.between is not None:
        shapes["merges"] = ("I32", (-1, 2))
    found = arrays.decode(files[ARRAYS], shapes)
    if not np.array_equal(found["labels"], labels):
        raise Damage(PASSAGES, "its topics are not the labels of the model")
    _check_topics(told.levels, found["labels"], found["prototype_topics"])
    try:
        model = TopicModel(
            passages=passages,
            vectors=found["vectors"],
            centring=Centring(centred, found["offsets"], found["fallback"]),
            rule=Rule(found["prototypes"], found["prototype_topics"]),
            levels=tuple(told.levels),
            all_labels=found["labels"],
            positions=found["positions"],
            encoder=encoder,
            settings=_settings(about),
            level=names[-1],
            themes=tuple(told.themes),
            claims=told.claims,
            removed=removed,
            skipped=tuple(told.skipped),
            tree=_tree(told, found),
        )
    except ValueError as error:
        raise Damage(ARRAYS, str(error)) from error
    model = _shown(model, about.text("level"))
    counts = about.record("counts", _counts(model))
    for name, count in _counts(model).items():
        if counts.whole(name, 0, _MOST) != count:
            raise Damage(MANIFEST, f"counts.{name} is not {count}, which is what the files hold")
    return model


def _packages() -> dict[str, str]:
    found = {"topics": __version__}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # not installed, so it had no part in the model
            continue
    return found


def _counts(model: TopicModel) -> dict[str, int]:
    return {
        "documents": len(model.passages.documents),
        "passages": len(model.passages),
        "topics": len(model.topics),
    }


def _encoder(about: Record) -> EncoderCard:
    encoder = about.record("encoder", ("id", "fingerprint", "dimension"), ("poorly_read", "reading"))
    poorly_read = encoder.texts("poorly_read") if encoder.has("poorly_read") else ()
    if list(poorly_read) != sorted(set(poorly_read)):
        raise Damage(MANIFEST, "encoder.poorly_read is no sorted list of distinct languages")
    reading = encoder.mapping("reading", float) if encoder.has("reading") else {}
    if not set(reading) <= set(poorly_read) or not all(0.0 <= share <= 1.0 for share in reading.values()):
        raise Damage(MANIFEST, "encoder.reading does not give languages of encoder.poorly_read numbers from 0 to 1")
    width = encoder.whole("dimension", 1, _WIDEST)
    return EncoderCard(encoder.text("id"), encoder.text("fingerprint"), width, poorly_read, reading)


def _settings(about: Record) -> Settings:
    """Return the settings; one that is not there has its default, so that a later release can add some."""
    values = about.mapping("settings", object)
    for name, default in Settings().to_dict().items():
        value = values.get(name, default)
        if name == "keep":
            fits = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        else:
            fits = type(value) is type(default) or (default is None and isinstance(value, str))
        if not fits:
            raise Damage(MANIFEST, f"settings.{name} is of the wrong type")
    try:
        return Settings.from_dict(values)
    except ValueError as error:
        raise Damage(MANIFEST, str(error)) from error


def _shown(model: TopicModel, level: str) -> TopicModel:
    """Return the model at the level that it was saved at, a named one or a cut of the tree."""
    try:
        shown = model.at(level)
    except ValueError as error:
        raise Damage(MANIFEST, f"level is none of its levels, nor a cut between them: {error}") from error
    if shown.level != level:
        raise Damage(MANIFEST, f"level is {level!r}, which is called {shown.level!r}")
    return shown


def _tree(told: nouns.Nouns, found: Mapping[str, Ints]) -> Tree | None:
    """Return the tree over the topics of the finest level; it leads through all levels, for passages and prototypes."""
    if told.between is None:
        return None
    try:
        check(found["merges"], told.between, told.levels)
        for name in ("labels", "prototype_topics"):
            check_nested(told.levels, found[name])
    except ValueError as error:
        raise Damage(TOPICS, f"its tree of topics does not fit: {error}") from error
    return Tree(found["merges"], tuple(told.between))


def _shapes(n: int, width: int, levels: int, centred: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {
        "vectors": ("F32", (n, width)),
        "prototypes": ("F32", (-1, width)),
        "prototype_topics": ("I32", (levels, -1)),
        "offsets": ("F32", (centred, width)),
        "fallback": ("F32", (width,)),
        "labels": ("I32", (levels, n)),
        "positions": ("F32", (n, 2)),
    }


def _check_topics(levels: Sequence[Level], labels: Ints, prototype_topics: Ints) -> None:
    """Every topic id is one of the level's, and every topic is as large as it says."""
    for level, own, rule in zip(levels, labels, prototype_topics, strict=True):
        for name, ids in (("labels", own), ("prototype_topics", rule)):
            if len(ids) and not -1 <= ids.min() <= ids.max() < len(level.topics):
                raise Damage(ARRAYS, f"{name} has a topic that level {level.name!r} does not have")
        sizes = np.bincount(own[own >= 0], minlength=len(level.topics))
        for topic, size in zip(level.topics, sizes.tolist(), strict=True):
            if topic.size != size:
                raise Damage(TOPICS, f"topic {topic.id} of level {level.name!r} says {topic.size} passages, not {size}")
