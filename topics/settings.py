"""Every knob of a fit, frozen, checked, and saved with the model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

Engine = Literal["graph", "density", "bertopic"]
Outliers = Literal["fill", "keep"]
Centre = Literal["language", "none"]
Layout = Literal["auto", "pca", "tsne", "umap"]
COLUMNS = ("text", "title", "date", "label", "language_column", "id")
"""The settings that name columns of tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to fit. The defaults are meant to hold for any corpus; nothing here needs to be set.

    Parameters
    ----------
    engine
        How passages become topics: ``"graph"`` (communities of a neighbour graph, the default), ``"density"`` (UMAP
        and HDBSCAN) or ``"bertopic"`` (BERTopic itself on our vectors).
    embedder
        The encoder: ``"minilm"`` comes with the package; so does ``"static"``, a hundred times as fast, whose topics
        are less exact; or the folder of a model2vec or sentence-transformers model, or the name of one on the Hugging
        Face hub.
    centre
        ``"language"`` puts passages of all languages into one space; ``"none"`` leaves the encoder's vectors alone.
    outliers
        For the engines that leave passages out: ``"fill"`` gives each its nearest topic, ``"keep"`` leaves it loose.
    clean
        Whether web furniture is removed, and passages that are copies of others are counted once.
    keep
        Reason codes of furniture to keep all the same, or ``"copy"`` for copies (see :data:`topics.clean.REASONS`).
    language
        The language of all texts, if known; ``None`` finds each passage's own.
    max_sentences
        The most sentences in a passage, 1 to 50.
    layout
        How the 2-D map is made; ``"auto"`` chooses by the number of passages.
    keywords
        How many keywords a topic shows, 1 to 100.
    seed
        The seed of every random choice, 0 or more.
    text, title, date, label, language_column, id
        Which columns of tables hold what, by name; ``None`` finds them by looking (docs/tables.md). An empty name says
        that there is none: ``title=""`` keeps titles out of the texts.

    Raises
    ------
    ValueError
        A value is not one of those allowed, or out of range.
    """

    engine: Engine = "graph"
    embedder: str = "minilm"
    centre: Centre = "language"
    outliers: Outliers = "fill"
    clean: bool = True
    keep: tuple[str, ...] = ()
    language: str | None = None
    max_sentences: int = 4
    layout: Layout = "auto"
    keywords: int = 10
    seed: int = 0
    text: str | None = None
    title: str | None = None
    date: str | None = None
    label: str | None = None
    language_column: str | None = None
    id: str | None = None

    def __post_init__(self) -> None:
        for name, allowed in (("engine", Engine), ("centre", Centre), ("outliers", Outliers), ("layout", Layout)):
            value = getattr(self, name)
            if value not in get_args(allowed):
                raise ValueError(f"Settings.{name} is {value!r}, but must be one of {', '.join(get_args(allowed))}")
        for name, low, high in (("max_sentences", 1, 50), ("keywords", 1, 100), ("seed", 0, 2**31 - 1)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise ValueError(f"Settings.{name} is {value!r}, but must be a whole number from {low} to {high}")
        named: object = self.embedder
        if not isinstance(named, str) or not named.strip():
            raise ValueError(f"Settings.embedder is {named!r}, but must be 'minilm', 'static', a folder or a hub name")
        if self.language is not None and not re.fullmatch(r"[a-z]{2,3}", self.language):
            raise ValueError(
                f"Settings.language is {self.language!r}, but must be an ISO 639-1 code such as 'en' or 'sv'"
            )
        for name in COLUMNS:
            column: object = getattr(self, name)
            if column is not None and (not isinstance(column, str) or (name == "text" and not column.strip())):
                raise ValueError(f"Settings.{name} is {column!r}, but must be the name of a column")
        if isinstance(self.keep, str):
            raise ValueError(f"Settings.keep is the text {self.keep!r}, but must be a tuple of reason codes")
        object.__setattr__(self, "keep", tuple(self.keep))

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """Build settings from plain values, as :meth:`to_dict` gives them.

        Raises
        ------
        ValueError
            A name is not a setting, or a value is out of range.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown setting {unknown[0]!r}; the settings are {', '.join(sorted(known))}")
        given: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in values.items()}
        return cls(**given)
