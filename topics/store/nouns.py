"""Levels, topics, themes and skipped files to topics.json and back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from topics.cluster.confidence import BUILT_IN, FIRST, Calibration
from topics.store.folder import TOPICS
from topics.store.strict import Damage, Record, dump, parse
from topics.values import Evidence, Keyword, Level, Pole, Skipped, Theme, Topic

_MOST = 2**31 - 1
_UNIT = (-1e-6, 1 + 1e-6)  # 0 to 1, give or take the last bits of a sum
_KEYS = ("languages", "levels", "themes", "skipped")
_THEME = ("name", "description", "examples", "poles")
_POLE = ("name", "phrases")
_CONFIDENCE = ("weights", "unread", "theme", "measured")
_STEEP = 1e3  # no weight is larger
_EVIDENCE = ("passages", "contains", "fits")
_LATER = ("evidence",)  # keys that an earlier release did not write
KEYWORD = ("term", "weight", "language")
"""The keys of a keyword."""

_TOPIC = ("id", "name", "keywords", "size", "share", "stability", "parent", "theme", "languages")
MADE = ("level", "id", "name", "keywords", "stability", "theme", "evidence", "junk")
"""The keys of a topic that an edit made; what can be counted is not told."""


@dataclass(frozen=True, slots=True)
class Nouns:
    """What topics.json holds.

    ``claims`` says how many passages stood out for a theme, by its name; ``between`` are the topics that a tree has
    besides those of the levels, and ``None`` where there is no tree. ``calibration`` turns evidence into confidence,
    and ``measured`` says whether it is known how far above chance each passage is for each theme.
    """

    languages: Sequence[str]
    levels: Sequence[Level]
    themes: Sequence[Theme]
    claims: Mapping[str, int]
    skipped: Sequence[Skipped]
    between: Sequence[Topic] | None = None
    calibration: Calibration = BUILT_IN
    measured: bool = False


def encode(nouns: Nouns) -> bytes:
    """Return the content of topics.json; a stability that was not measured is null."""
    content = {
        "languages": list(nouns.languages),
        "levels": [
            {"name": level.name, "topics": [from_topic(topic) for topic in level.topics]} for level in nouns.levels
        ],
        "themes": [_from_theme(theme, nouns.claims) for theme in nouns.themes],
        "skipped": [{"path": item.path, "reason": item.reason} for item in nouns.skipped],
        "confidence": {
            "weights": list(nouns.calibration.weights),
            "unread": list(nouns.calibration.unread),
            "theme": nouns.calibration.theme,
            "measured": nouns.measured,
        },
    }
    if nouns.between is not None:
        content["between"] = [from_topic(topic) for topic in nouns.between]
    try:
        return dump(content, indent=1)
    except (TypeError, ValueError) as error:  # not a text where one must be, or not a finite number
        raise Damage(TOPICS, f"something in it is neither text nor a finite number ({error})") from error


def decode(data: bytes) -> Nouns:
    """Return languages, levels, themes and skipped files.

    Raises
    ------
    Damage
        A field is missing, unknown or not what it must be, or an id does not fit the others.
    """
    content = Record(TOPICS, "", parse(TOPICS, data), _KEYS, ("between", "confidence"))
    listed = content.records("themes", _THEME, ("claimed",))
    themes = tuple(
        Theme(
            theme.text("name"),
            theme.text("description"),
            theme.texts("examples"),
            tuple(Pole(pole.text("name"), pole.texts("phrases")) for pole in theme.records("poles", _POLE)),
        )
        for theme in listed
    )
    levels: list[Level] = []
    for record in content.records("levels", ("name", "topics")):
        above = len(levels[-1].topics) if levels else 0
        name = record.text("name")
        topics = tuple(_to_topic(topic, name, above) for topic in record.records("topics", _TOPIC, _LATER))
        levels.append(Level(name, topics))
    between = None
    if content.has("between"):
        between = tuple(_to_topic(topic, "", 0) for topic in content.records("between", _TOPIC, _LATER))
    _check(levels, themes, between or ())
    skipped = content.records("skipped", ("path", "reason"))
    return Nouns(
        content.texts("languages"),
        tuple(levels),
        themes,
        {theme.text("name"): theme.whole("claimed", 0, _MOST) for theme in listed if theme.has("claimed")},
        tuple(Skipped(item.text("path"), item.text("reason")) for item in skipped),
        between,
        *_to_calibration(content),
    )


def _to_calibration(content: Record) -> tuple[Calibration, bool]:
    """Return what turns evidence into confidence, that of the first release by default, and whether themes count."""
    if not content.has("confidence"):
        return FIRST, False
    told = content.record("confidence", _CONFIDENCE)
    weights, unread = told.reals("weights", -_STEEP, _STEEP), told.reals("unread", 0.0, _STEEP)
    if len(weights) != len(FIRST.weights) or len(unread) != len(FIRST.unread) or unread[1] > 1.0:
        raise Damage(TOPICS, "confidence does not hold three weights, and two numbers for languages read poorly")
    theme = told.real("theme", -_STEEP, _STEEP)
    return Calibration((weights[0], weights[1], weights[2]), (unread[0], unread[1]), theme), told.yes("measured")


def from_topic(topic: Topic) -> dict[str, Any]:
    """Return a topic as plain values; its level is that of the list that it is in."""
    return {
        "id": int(topic.id),
        "name": topic.name,
        "keywords": [from_keyword(keyword) for keyword in topic.keywords],
        "size": int(topic.size),
        "share": float(topic.share),
        "stability": None if math.isnan(topic.stability) else float(topic.stability),
        "parent": None if topic.parent is None else int(topic.parent),
        "theme": topic.theme,
        "languages": {language: int(count) for language, count in topic.languages.items()},
        "evidence": None if topic.evidence is None else _from_evidence(topic.evidence),
    }


def _from_evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "passages": list(evidence.passages),
        "contains": int(evidence.contains),
        "fits": float(evidence.fits),
    }


def from_keyword(keyword: Keyword) -> dict[str, Any]:
    """Return a keyword as plain values."""
    return {"term": keyword.term, "weight": float(keyword.weight), "language": keyword.language}


def to_keyword(keyword: Record) -> Keyword:
    """Return a keyword from plain values."""
    return Keyword(keyword.text("term"), keyword.real("weight", *_UNIT), keyword.text("language"))


def from_made(topic: Topic) -> dict[str, Any]:
    """Return a topic that an edit made as plain values."""
    told = {**from_topic(topic), "level": topic.level, "junk": topic.junk}
    return {key: told[key] for key in MADE}


def to_made(topic: Record) -> Topic:
    """Return a topic that an edit made from plain values; nothing is counted yet."""
    return Topic(
        id=topic.whole("id", 0, _MOST),
        name=topic.text("name"),
        keywords=tuple(map(to_keyword, topic.records("keywords", KEYWORD))),
        size=0,
        share=0.0,
        stability=_to_stability(topic),
        level=topic.text("level"),
        theme=None if topic.is_null("theme") else topic.text("theme"),
        evidence=None if topic.is_null("evidence") else _to_evidence(topic, _MOST),
        junk=topic.yes("junk"),
    )


def check_themes(levels: Sequence[Level], themes: Sequence[Theme], file: str) -> None:
    """Make sure that each topic that matches a theme matches one of these.

    Raises
    ------
    Damage
        One does not.
    """
    named = {theme.name for theme in themes}
    for level in levels:
        for topic in level.topics:
            if topic.theme is not None and topic.theme not in named:
                where = f"topic {topic.id} of level {level.name!r:.40}"
                raise Damage(file, f"{where} matches a theme that is not listed")


def _to_topic(topic: Record, level: str, above: int) -> Topic:
    size = topic.whole("size", 0, _MOST)
    return Topic(
        id=topic.whole("id", 0, _MOST),
        name=topic.text("name"),
        keywords=tuple(map(to_keyword, topic.records("keywords", KEYWORD))),
        size=size,
        share=topic.real("share", *_UNIT),
        stability=_to_stability(topic),
        level=level,
        parent=None if topic.is_null("parent") else topic.whole("parent", 0, above - 1),
        theme=None if topic.is_null("theme") else topic.text("theme"),
        languages=topic.mapping("languages", int),
        evidence=_to_evidence(topic, size) if topic.has("evidence") and not topic.is_null("evidence") else None,
    )


def _to_stability(topic: Record) -> float:
    return math.nan if topic.is_null("stability") else topic.real("stability", *_UNIT)


def _to_evidence(topic: Record, most: int) -> Evidence:
    evidence = topic.record("evidence", _EVIDENCE)
    return Evidence(
        passages=evidence.texts("passages"),
        contains=evidence.whole("contains", 0, most),
        fits=evidence.real("fits", *_UNIT),
    )


def _from_theme(theme: Theme, claims: Mapping[str, int]) -> dict[str, Any]:
    counted = {"claimed": int(claims[theme.name])} if theme.name in claims else {}
    return {
        "name": theme.name,
        "description": theme.description,
        "examples": list(theme.examples),
        "poles": [{"name": pole.name, "phrases": list(pole.phrases)} for pole in theme.poles],
        **counted,
    }


def _check(levels: Sequence[Level], themes: Sequence[Theme], between: Sequence[Topic]) -> None:
    if not levels or len({level.name for level in levels}) < len(levels):
        raise Damage(TOPICS, "its levels are missing, or two have one name")
    for level in levels:
        for row, topic in enumerate(level.topics):
            if topic.id != row:
                raise Damage(TOPICS, f"topic {row} of level {level.name!r:.40} has the id {topic.id}")
    check_themes([*levels, Level("between levels", tuple(between))], themes, TOPICS)
