"""TopicModel: a fitted corpus. Frozen; it answers questions and never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from topics import describe, hierarchy, language, search
from topics.cluster.confidence import BUILT_IN, SURE, Calibration, Hearts
from topics.cluster.rule import Nearest, Rule
from topics.deferred import Deferred, Memo, changed, shut
from topics.embed import load_embedder
from topics.embed.centre import Centring
from topics.frame import frame
from topics.history import History
from topics.ids import ids_of, known_as
from topics.passages import Passages
from topics.placement import Placement, assignments, checked, hearts_of, reading_of
from topics.protocols import Bools, Embedder, Floats, Ints
from topics.settings import Settings
from topics.themes.axis import Axis, axis
from topics.themes.poles import PoleLike, as_pole
from topics.themes.ruler import Ruler
from topics.themes.scale import Scale
from topics.values import LOOSE, Assignment, EncoderCard, Hit, Level, Passage, Removed, Skipped, Theme, Topic

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class TopicModel:
    """A corpus seen through its topics; made by :func:`topics.fit` or :func:`topics.load`.

    Parameters
    ----------
    passages
        The passages and, beneath them, their documents.
    vectors
        Their centred unit vectors, shape (n, d); read-only.
    centring
        How a raw vector gets into that space.
    rule
        Which topic a vector belongs to.
    levels
        The levels of detail, coarsest first.
    all_labels
        The topic of every passage at every level, shape (levels, n); read-only.
    positions
        The 2-D map, shape (n, 2), each axis within -1 to 1; read-only.
    encoder
        Which encoder made the vectors.
    settings
        How it was fitted.
    themes
        The named themes that guided the fit.
    claims
        How many passages stood out for each, even if another fits better, by name; none in older models. Read-only.
    excess
        How far above chance each passage is for each theme, shape (n, themes); ``None`` in older models. Read-only.
    calibration
        What turns evidence into confidence.
    removed
        The spans that were left out: web furniture, and passages that are copies of another.
    skipped
        The files that were not read, and the documents that gave no passage.
    level
        The level that it shows.
    tree
        How the topics of the finest level join; ``None`` in a model from before there was one, or of thousands.
    origin
        The folder that it was loaded from or saved to last, and the version that was there then; ``None`` before that.
    history
        What people changed in it; see :mod:`topics.edit`.
    fitted
        The same model as it was fitted, without its edits; ``None`` where it has none.
    """

    passages: Passages
    vectors: Floats
    centring: Centring
    rule: Rule
    levels: tuple[Level, ...]
    all_labels: Ints
    positions: Floats
    encoder: EncoderCard
    settings: Settings
    level: str
    themes: tuple[Theme, ...] = ()
    claims: Mapping[str, int] = field(default_factory=dict)
    excess: Floats | None = field(default=None, repr=False)
    calibration: Calibration = BUILT_IN
    removed: tuple[Removed, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    embedder: Embedder | None = field(default=None, repr=False)
    tree: hierarchy.Tree | None = field(default=None, repr=False)
    origin: tuple[str, str] | None = field(default=None, repr=False)
    history: History = field(default=History(), repr=False)
    fitted: TopicModel | None = field(default=None, repr=False)
    _memo: Memo | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        n = len(self.passages)
        shapes = {"vectors": (n, self.encoder.dimension), "all_labels": (len(self.levels), n), "positions": (n, 2)}
        shut(self, shapes | {"excess": (n, len(self.themes))})
        if self.level not in self.level_names:
            raise ValueError(f"level {self.level!r} is not one of this model's: {', '.join(self.level_names)}")
        object.__setattr__(self, "claims", MappingProxyType(dict(self.claims)))
        if self._memo is None:
            object.__setattr__(self, "_memo", Memo(self.passages))

    def __repr__(self) -> str:
        named = "" if self.level.isdecimal() else f"{self.level} "
        where = f"{len(self.passages):,} passages of {len(self.passages.documents):,} documents"
        return f"<TopicModel: {len(self.topics)} {named}topics in {where}>"

    @property
    def level_names(self) -> tuple[str, ...]:
        """The names of the levels, coarsest first."""
        return tuple(level.name for level in self.levels)

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics of the level shown, largest first. As fitted, ``topics[i].id == i``; edits may leave gaps."""
        return tuple(sorted(self.levels[self._row].topics, key=lambda topic: (-topic.size, topic.id)))

    def topic(self, topic_id: int) -> Topic:
        """Return the topic of the level shown that has an id.

        Raises
        ------
        ValueError
            There is none.
        """
        found = self.memo.topics_at(self.levels[self._row]).get(int(topic_id))
        if found is None:
            known = known_as(ids_of(self.levels[self._row].topics).tolist(), topic_id)
            raise ValueError(f"there is no topic {topic_id} at level {self.level!r}, which has {known}")
        return found

    @property
    def labels(self) -> Ints:
        """The topic id of every passage at the level shown, shape (n,); -1 where loose. Read-only."""
        labels: Ints = self.all_labels[self._row]
        return labels

    @property
    def unmatched_themes(self) -> tuple[Theme, ...]:
        """The named themes that no topic of any level matches."""
        matched = {topic.theme for level in self.levels for topic in level.topics}
        return tuple(theme for theme in self.themes if theme.name not in matched)

    @property
    def poorly_read(self) -> tuple[str, ...]:
        """The languages of its passages that its encoder reads poorly (ISO 639-1), sorted: trust those less."""
        return self.encoder.poorly_read

    def with_embedder(self, embedder: Embedder | str) -> TopicModel:
        """Return the same model with the encoder that it was made with, or the folder or hub name of that, at hand.

        Raises
        ------
        EncoderError
            It is not to be had, or is another encoder.
        """
        found = load_embedder(embedder) if isinstance(embedder, str) else embedder
        return changed(self, embedder=checked(found, self.encoder))

    def at(self, level: str | int) -> TopicModel:
        """Return the same model seen at another level, or with another number of topics.

        Nothing is encoded or clustered for it; one topic less means that two have joined. A number that a named level
        has gives that level; another adds a level of that name, such as ``"12"``, to the named ones.

        Parameters
        ----------
        level
            ``"coarse"``, ``"medium"`` or ``"fine"``; or a number of topics, from 1 to those of the finest level. Loose
            passages stay loose.

        Raises
        ------
        ValueError
            The model has no level of that name, or cannot have so many topics.
        """
        pinned = () if self.rule.pins is None else (self.rule.pins.topics,)
        rows = hierarchy.Rows(self.levels, (self.all_labels, self.rule.topics, *pinned))
        named = isinstance(level, str) and not hierarchy.NUMBER.fullmatch(level)  # that needs no tree
        seen = hierarchy.seen(rows, None if named else self.tree, level)
        labels, topics, *pins = seen.rows.topics
        if labels is self.all_labels:
            return changed(self, level=seen.level)
        rule = self.rule.seen(topics, pins[0] if pins else None)
        return changed(self, levels=seen.rows.levels, all_labels=labels, rule=rule, level=seen.level)

    def representatives(self, topic: int, n: int = 5) -> tuple[Passage, ...]:
        """Return up to ``n`` passages nearest to the heart of a topic, best first; see :meth:`typical`."""
        return tuple(self.passages[int(row)] for row in self.typical(topic, n))

    def rows(self, topic: int) -> Ints:
        """Return the rows of a topic's passages, the one nearest to its heart first; ``-1`` gives the loose ones.

        Raises
        ------
        ValueError
            There is no such topic at this level.
        """
        self._check_topic(topic)
        rows = np.flatnonzero(self.labels == topic).astype(np.int32)
        return rows[describe.by_centrality(self.vectors[rows])]

    def assign(self, texts: Sequence[str], *, languages: Sequence[str] | None = None) -> list[Assignment]:
        """Return the topic of each text at the level shown.

        A passage of this corpus gets its own topic. An answer depends on its text alone, not on the others.

        Parameters
        ----------
        texts
            Any texts; each is taken whole, up to the encoder's ``max_tokens``.
        languages
            ISO 639-1 codes, one a text; found by default.

        Raises
        ------
        ValueError
            ``texts`` is a single string, or there is not one language a text.
        EncoderError
            The encoder that this model was made with is not to be had.
        """
        placed = self.placement.placed(texts, languages)
        reading = self.placement.reading(texts, placed)
        nearest = self.assign_vectors(placed.vectors, placed.rows >= 0, reading, placed.of(self.excess))
        return assignments(texts, placed, nearest, reading)

    def assign_vectors(
        self,
        vectors: Floats,
        members: Bools | None = None,
        reading: NDArray[np.float64] | None = None,
        excess: Floats | None = None,
    ) -> Nearest:
        """Return the topics of vectors that are in this model's space already, shape (n, d), unit rows.

        For ``members`` (none by default), ``reading`` and ``excess`` see :func:`topics.cluster.confidence.confidence`.
        """
        return self.rule.nearest(vectors, self._row, self.middle, members=members, reading=reading, excess=excess)

    @property
    def confidence(self) -> Floats:
        """How sure it is that each passage is in the right topic of the level shown, shape (n,), 0 to 1. Read-only."""
        return self._own.confidence

    @property
    def loose(self) -> Bools:
        """Which passages sit loosely in their topic at the level shown, or in none, shape (n,): confidence below .5."""
        return (self.labels < 0) | (self.confidence < SURE)

    @property
    def junk(self) -> Bools:
        """Which passages a person called junk, by their topic at this level or one by one, shape (n,). Read-only."""
        kept = self.memo.junk
        if self.level not in kept:
            marked = [topic.id for topic in self.topics if topic.junk]
            kept[self.level] = np.isin(self.labels, marked) | self.rule.banned(self.vectors, self._row)
            kept[self.level].flags.writeable = False
        return kept[self.level]

    def search(self, query: str, n: int = 10, *, by: search.By = "both", topic: int | None = None) -> list[Hit]:
        """Return the ``n`` passages that answer a query best, best first.

        Parameters
        ----------
        query
            What to look for; ``"..."`` around words asks for the phrase.
        n
            How many, at least 1.
        by
            ``"words"`` (BM25, blind to case and diacritics), ``"meaning"`` (cosine to the query), or ``"both"``
            (reciprocal rank fusion of the two; Cormack et al. 2009).
        topic
            Only passages of this topic at the level shown.

        Raises
        ------
        ValueError
            The query is empty, ``n`` is below 1, ``by`` is none of the three, or there is no such topic.
        """
        self._check_topic(topic)
        index, place = (lambda: self.memo.words), (lambda: self.placement.place([query])[0])
        ranking = search.ranked(query, by, index, self.vectors, place)
        if n < 1:
            raise ValueError(f"n is {n}, but must be at least 1")
        best = (ranking if topic is None else ranking.within(self.labels == topic)).part(0, n)
        return best.hits(self.passages, self.labels)

    def axis(self, left: PoleLike, right: PoleLike) -> Axis:
        """Place every passage and every document between two poles; see :class:`topics.themes.axis.Axis`.

        Parameters
        ----------
        left, right
            What tells about the pole: a phrase, a passage or its id, a topic (by up to 20 typical passages) or its id;
            several of these (three are steadier; one gives no intervals); or a :class:`~topics.values.Pole`.

        Raises
        ------
        ValueError
            A pole has no phrase or an empty one, this model has no such topic or passage, the poles share a passage,
            or the two mean the same to the encoder.
        EncoderError
            The encoder that this model was made with is not to be had; passages and topics need none.
        """
        ends, ruler = [], self._ruler()
        for told in (as_pole(left, self), as_pole(right, self)):
            rows = self.memo.known.rows(told.phrases)
            ends.append(ruler.end(told, self.placement.languages_of(told.phrases), rows))
        return axis(ruler.scale, ends[0], ends[1], self.passages.document, len(self.passages.documents))

    def typical(self, topic: int, n: int) -> Ints:
        """Return the rows of up to ``n`` passages nearest to the heart of a topic, without near-duplicates."""
        rows = self.rows(topic)
        return rows[describe.representatives(self.vectors[rows], n)]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a passage; see :func:`topics.frame.frame`."""
        return frame(
            self.passages,
            replace(self._own, topic=self.labels),
            poorly_read=self.poorly_read,
            names=[self.topic(topic).name if topic >= 0 else "" for topic in self.labels.tolist()],
            marks={"loose": self.loose, "junk": self.junk},
            positions=self.positions,
            topics=dict(zip(self.level_names, self.all_labels, strict=True)),
        )

    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> Path:
        """Save the model as a folder; see :func:`topics.store.save`."""
        from topics import store  # the one door upwards: a convenience for store.save(model, path)

        return store.save(self, path, overwrite=overwrite)

    def _check_topic(self, topic: int | None) -> None:
        if topic is not None and topic != LOOSE:
            self.topic(topic)

    @property
    def _own(self) -> Nearest:
        kept = self.memo.own
        if self.level not in kept:
            all_of_them, reading = np.ones(len(self.passages), np.bool_), reading_of(self.passages, self.encoder)
            kept[self.level] = self.assign_vectors(self.vectors, all_of_them, reading, self.excess)
            kept[self.level].confidence.flags.writeable = False
        return kept[self.level]

    @property
    def middle(self) -> Hearts:
        """The middle of each topic of the level shown, from which confidence is told."""
        kept = self.memo.hearts
        if self.level not in kept:
            kept[self.level] = hearts_of(
                self.vectors, self.labels, self.levels[self._row].topics, self.themes, self.calibration
            )
        return kept[self.level]

    @property
    def _row(self) -> int:
        return self.level_names.index(self.level)

    @property
    def memo(self) -> Memo:
        """What it has worked out so far, shared with its views at other levels."""
        assert self._memo is not None  # set in __post_init__
        return self._memo

    def _ruler(self) -> Ruler:
        memory = self.memo
        if memory.ruler is None:
            scale = Scale(self.vectors, memory.corpora, self.all_labels[-1])
            memory.ruler = Ruler(scale, self.placement.place, language.stop_words)
        return memory.ruler

    @property
    def placement(self) -> Placement:
        """What brings texts into its space."""
        kept, embedder = self.memo, self.embedder or self.settings.embedder
        return Placement(self.passages, kept.known, self.vectors, self.centring, self.encoder, embedder, kept.probed)


for _name in ("vectors", "removed", "tree"):  # what a large or an edited model reads or makes when it is asked for
    setattr(TopicModel, _name, Deferred(_name))
