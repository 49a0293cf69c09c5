"""A model to the content of its files and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

import numpy as np

from topics import __version__
from topics.cluster.rule import Rule
from topics.deferred import Later, given
from topics.embed.centre import Centring
from topics.hierarchy import Tree, check, check_nested
from topics.model import TopicModel
from topics.passages import Passages
from topics.protocols import Floats, Ints
from topics.revision import fitted, revised
from topics.settings import Settings
from topics.store import documents, edits, nouns, tensors
from topics.store.blocks import Content
from topics.store.folder import (
    DOCUMENTS,
    EDITS,
    FORMAT_VERSION,
    MANIFEST,
    PASSAGES,
    RULE,
    TEXTS,
    TOPICS,
    VECTORS,
    Version,
)
from topics.store.strict import Damage, Record
from topics.store.tensors import Array, Shape, Stream
from topics.values import Document, EncoderCard, Level, Probe, Removed

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
)
_LEVEL_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_MOST = 2**31 - 1
_WIDEST = 1 << 16
_MOST_PROBES = 64
_LONGEST_PROBES = 10_000  # characters


def pack(model: TopicModel) -> tuple[dict[str, Any], dict[str, Stream]]:
    """Return what the manifest of a model says, and the content of its files; no clock and no path goes in.

    Raises
    ------
    Damage
        The model holds something that would not come back as it is.
    """
    shown, model = model, fitted(model)  # edits are told by the history, and a cut by its number of topics alone
    for name in model.level_names:
        if not _LEVEL_NAME.fullmatch(name):
            raise Damage(MANIFEST, f"{name!r:.40} is no name of a level (small letters, digits, - and _)")
    about = {
        "format_version": FORMAT_VERSION,
        "packages": dict(_packages()),
        "settings": model.settings.to_dict(),
        "encoder": _from_encoder(model.encoder),
        "centring": list(model.centring.languages),
        "levels": list(model.level_names),
        "level": shown.level,
        "counts": _counts(shown),
    }
    told, texts = documents.encode(model.passages.documents, cast(documents.Removals, given(model, "removed")))
    between = None if model.tree is None else model.tree.topics
    history = edits.encode(shown.history)
    topics = nouns.encode(
        nouns.Nouns(
            model.passages.languages,
            model.levels,
            model.themes,
            model.claims,
            model.skipped,
            between,
            model.calibration,
            model.excess is not None,
        )
    )
    files = {
        DOCUMENTS: told,
        TEXTS: texts,
        PASSAGES: _arrays(PASSAGES, _of_passages(model)),
        VECTORS: _vectors(cast(Floats | Later[Floats], given(model, "vectors"))),
        RULE: _arrays(RULE, _of_rule(model)),
        TOPICS: Stream(len(topics), lambda: (topics,)),
        EDITS: Stream(len(history), lambda: (history,)),
    }
    return about, files


def unpack(version: Version) -> TopicModel:
    """Return the model that a version describes; large columns are read and checked when they are asked for.

    Raises
    ------
    Damage
        Something is missing, unknown, out of range, or does not fit the rest.
    ModelError
        A file was changed, or cannot be read.
    """
    about, files = version.about, version.files
    history = edits.decode(bytes(files[EDITS].read(0, len(files[EDITS]))))
    if history.edits and about.whole("format_version", 1, FORMAT_VERSION) < 2:
        raise Damage(EDITS, "it holds edits, but a model of format 1 has none")
    about.mapping("packages", str)
    names = about.texts("levels")
    if not names or len(set(names)) < len(names) or not all(map(_LEVEL_NAME.fullmatch, names)):
        raise Damage(MANIFEST, "levels is no list of distinct names of levels")
    told = nouns.decode(bytes(files[TOPICS].read(0, len(files[TOPICS]))))
    if tuple(level.name for level in told.levels) != names:
        raise Damage(TOPICS, "its levels are not those of the manifest")
    counts = about.record("counts", ("documents", "passages", "topics"))
    n = counts.whole("passages", 0, _MOST)
    held, removed = documents.decode(files[DOCUMENTS], files[TEXTS], counts.whole("documents", 0, _MOST))
    columns = tensors.decode(PASSAGES, files[PASSAGES], _shapes_of_passages(n, len(names), told))
    card, probes = _encoder(about)
    centred = about.texts("centring")
    rule = tensors.decode(RULE, files[RULE], _shapes_of_rule(told, card.dimension, len(names), len(centred), probes))
    _check_topics(told.levels, columns["labels"], rule["prototype_topics"])
    try:
        model = TopicModel(
            passages=_passages(columns, held, told.languages),
            vectors=cast(Floats, _read_vectors(files[VECTORS], n, card.dimension)),
            centring=Centring(centred, rule["offsets"], rule["fallback"]),
            rule=Rule(rule["prototypes"], rule["prototype_topics"]),
            levels=tuple(told.levels),
            all_labels=columns["labels"],
            positions=columns["positions"],
            encoder=replace(card, probes=tuple(map(Probe, probes, rule["probes"].tolist()))),
            settings=_settings(about),
            level=names[-1],
            themes=tuple(told.themes),
            claims=told.claims,
            excess=columns.get("excess"),
            calibration=told.calibration,
            removed=cast(tuple[Removed, ...], removed),
            skipped=tuple(told.skipped),
            tree=_tree(told, columns["labels"], rule),
        )
    except ValueError as error:
        raise Damage(RULE, str(error)) from error
    if history.edits:
        try:
            model = revised(model, history)
        except ValueError as error:
            raise Damage(EDITS, str(error)) from error
        nouns.check_themes(model.levels, model.themes, EDITS)
    model = _shown(model, about.text("level"))
    if counts.whole("topics", 0, _MOST) != len(model.topics):
        raise Damage(MANIFEST, f"counts.topics is not {len(model.topics)}, which is what the files hold")
    return model


def _of_passages(model: TopicModel) -> dict[str, Array]:
    return {
        "document": model.passages.document,
        "start": model.passages.start,
        "end": model.passages.end,
        "language": model.passages.language,
        "labels": model.all_labels,
        "positions": model.positions,
        **({} if model.excess is None else {"excess": model.excess}),
    }


def _shapes_of_passages(n: int, levels: int, told: nouns.Nouns) -> dict[str, tuple[str, Shape]]:
    columns = dict.fromkeys(("document", "start", "end", "language"), ("I32", (n,)))
    excess = {"excess": ("F32", (n, len(told.themes)))} if told.measured else {}
    return {**columns, "labels": ("I32", (levels, n)), "positions": ("F32", (n, 2)), **excess}


def _passages(columns: Mapping[str, Array], held: Sequence[Document], languages: Sequence[str]) -> Passages:
    if len(set(languages)) < len(languages):
        raise Damage(TOPICS, "its languages are not distinct")
    try:
        return Passages(
            held, columns["document"], columns["start"], columns["end"], columns["language"], languages=languages
        )
    except ValueError as error:
        raise Damage(PASSAGES, str(error)) from error


def _vectors(vectors: Floats | Later[Floats]) -> Stream:
    if isinstance(vectors, Later):
        if isinstance(vectors.source, Content):  # as it was loaded
            vectors.get()
            return Stream(len(vectors.source), partial(documents.pieces, vectors.source), vectors.source)
        vectors = vectors.get()
    return _arrays(VECTORS, {"vectors": vectors})


def _read_vectors(content: Content, n: int, width: int) -> Floats | Later[Floats]:
    wanted = ("F32", (n, width))
    if content.mapped:
        return tensors.decode_later(VECTORS, content, "vectors", wanted)
    return tensors.decode(VECTORS, content, {"vectors": wanted})["vectors"]


def _of_rule(model: TopicModel) -> dict[str, Array]:
    probes = np.array([probe.vector for probe in model.encoder.probes], np.float32)
    return {
        "prototypes": model.rule.prototypes,
        "prototype_topics": model.rule.topics,
        "offsets": model.centring.offsets,
        "fallback": model.centring.fallback,
        "probes": probes.reshape(-1, model.encoder.dimension),
        **({} if model.tree is None else {"merges": model.tree.merges}),
    }


def _shapes_of_rule(
    told: nouns.Nouns, width: int, levels: int, centred: int, probes: Sequence[str]
) -> dict[str, tuple[str, Shape]]:
    return {
        "prototypes": ("F32", (-1, width)),
        "prototype_topics": ("I32", (levels, -1)),
        "offsets": ("F32", (centred, width)),
        "fallback": ("F32", (width,)),
        "probes": ("F32", (len(probes), width)),
        **({} if told.between is None else {"merges": ("I32", (-1, 2))}),
    }


def _arrays(file: str, arrays: Mapping[str, Array]) -> Stream:
    return tensors.stream({name: tensors.column(file, name, array) for name, array in arrays.items()})


@cache
def _packages() -> Mapping[str, str]:
    """Return the versions of what a model depends on; asked once a process, for each takes a file to read."""
    found = {"topics": __version__}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):  # not installed, so it had no part in the model
            found[name] = version(name)
    return found


def _counts(model: TopicModel) -> dict[str, int]:
    return {
        "documents": len(model.passages.documents),
        "passages": len(model.passages),
        "topics": len(model.topics),
    }


def _from_encoder(card: EncoderCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "fingerprint": card.fingerprint,
        "dimension": card.dimension,
        "normalised": card.normalised,
        "poorly_read": list(card.poorly_read),
        "reading": dict(card.reading),
        "probes": [probe.text for probe in card.probes],
    }


def _encoder(about: Record) -> tuple[EncoderCard, tuple[str, ...]]:
    """Return what is said of the encoder, and the texts of its probes."""
    encoder = about.record(
        "encoder", ("id", "fingerprint", "dimension", "normalised", "probes"), ("poorly_read", "reading")
    )
    poorly_read = encoder.texts("poorly_read") if encoder.has("poorly_read") else ()
    if list(poorly_read) != sorted(set(poorly_read)):
        raise Damage(MANIFEST, "encoder.poorly_read is no sorted list of distinct languages")
    reading = encoder.mapping("reading", float) if encoder.has("reading") else {}
    if not set(reading) <= set(poorly_read) or not all(0.0 <= share <= 1.0 for share in reading.values()):
        raise Damage(MANIFEST, "encoder.reading does not give languages of encoder.poorly_read numbers from 0 to 1")
    probes = encoder.texts("probes")
    if len(probes) > _MOST_PROBES or sum(map(len, probes)) > _LONGEST_PROBES:
        raise Damage(MANIFEST, f"encoder.probes are more than {_MOST_PROBES} texts, or too long")
    width = encoder.whole("dimension", 1, _WIDEST)
    card = EncoderCard(
        encoder.text("id"),
        encoder.text("fingerprint"),
        width,
        poorly_read,
        reading,
        normalised=encoder.yes("normalised"),
    )
    return card, probes


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


def _tree(told: nouns.Nouns, labels: Ints, rule: Mapping[str, Ints]) -> Tree | None:
    """Return the tree over the topics of the finest level; it leads through all levels, for passages and prototypes."""
    if told.between is None:
        return None
    try:
        check(rule["merges"], told.between, told.levels)
        for topics in (labels, rule["prototype_topics"]):
            check_nested(told.levels, topics)
    except ValueError as error:
        raise Damage(TOPICS, f"its tree of topics does not fit: {error}") from error
    return Tree(rule["merges"], tuple(told.between))


def _check_topics(levels: Sequence[Level], labels: Ints, prototype_topics: Ints) -> None:
    """Every topic id is one of the level's, and every topic is as large as it says."""
    for level, own, rule in zip(levels, labels, prototype_topics, strict=True):
        for file, name, ids in ((PASSAGES, "labels", own), (RULE, "prototype_topics", rule)):
            if len(ids) and not -1 <= ids.min() <= ids.max() < len(level.topics):
                raise Damage(file, f"{name} has a topic that level {level.name!r} does not have")
        sizes = np.bincount(own[own >= 0], minlength=len(level.topics))
        for topic, size in zip(level.topics, sizes.tolist(), strict=True):
            if topic.size != size:
                raise Damage(TOPICS, f"topic {topic.id} of level {level.name!r} says {topic.size} passages, not {size}")
