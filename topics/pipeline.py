"""fit: the whole way from documents to a topic model, readable from top to bottom."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from topics import describe, hierarchy, label, language, layout, words
from topics.cluster import Clustering, Guide, cluster
from topics.embed import load_embedder, probes
from topics.embed.centre import Centring, learn, no_centring
from topics.embed.reading import Reading, leading
from topics.errors import ReadError
from topics.intake import take_in
from topics.model import TopicModel
from topics.nearest import unit
from topics.passages import Passages
from topics.protocols import Embedder, Encode, Floats, Ints, Progress, Tick
from topics.settings import Settings
from topics.themes import phrases_of, read_themes
from topics.themes.claims import Claim, claims
from topics.themes.ruler import Ruler
from topics.themes.scale import Scale
from topics.values import EncoderCard, Evidence, Keyword, Level, Theme, Topic

if TYPE_CHECKING:
    from topics.read import Source

_log = logging.getLogger(__name__)


def fit(
    source: Source,
    *,
    themes: str | PathLike[str] | Iterable[Theme | str] | None = None,
    settings: Settings | None = None,
    embedder: Embedder | str | None = None,
    progress: Progress | None = None,
    **knobs: object,
) -> TopicModel:
    """Find the topics of documents.

    Parameters
    ----------
    source
        A file or a folder; texts in a list; files as a list of ``pathlib.Path``; a table: a data frame or several
        dicts; or documents. See :func:`topics.read.read_source`.
    themes
        Named themes that guide the fit: a TOML file of ``[[theme]]`` tables, or themes.
    settings
        How to fit; the defaults are meant to hold for any corpus.
    embedder
        The encoder, or the folder or hub name of one (see :func:`topics.embed.load_embedder`), which then goes into
        the settings; the one that ``settings`` names by default.
    progress
        Called as ``progress(stage, done, total)``.
    knobs
        Single settings by name, such as ``engine="density"``, or ``text="body", date="published"`` for columns of a
        table; they go before ``settings``.

    Raises
    ------
    ReadError
        There is no document, or no text in the documents.
    ThemesError
        The themes file does not say what it should.
    EncoderError
        The encoder is not to be had, or damaged.
    ValueError
        A setting is unknown or out of range.
    """
    if isinstance(embedder, str):
        knobs, embedder = {**knobs, "embedder": embedder}, None
    settings = Settings.from_dict({**(settings or Settings()).to_dict(), **knobs})
    named = read_themes(themes) if themes is not None else ()
    encoder = embedder or load_embedder(settings.embedder)

    # 1. Read, clean, and split into passages, each in its language
    own = Path(themes) if isinstance(themes, str | PathLike) else None
    taken = take_in(source, settings, encoder, leave=own, progress=progress)
    if not taken.passages:
        raise ReadError("the documents hold no text apart from web furniture; add text, or fit with clean=False")
    passages = Passages.of(taken.documents, taken.passages)
    texts, codes = passages.texts(), passages.language_codes()

    # 2. Embed, and bring all languages into one space
    raw = encoder.encode(texts, progress=_tick(progress, "embed"))
    centring = learn(raw, codes) if settings.centre == "language" else no_centring(encoder.dimension)
    vectors = centring.apply(raw, codes)
    place = partial(_place, encoder, centring)

    # 3. Cluster, led by the named themes and by the languages that the encoder reads
    poorly = Reading(encoder, texts, codes).poor()
    corpora = words.read(texts, codes, language.stop_words)
    guides, claimed = _guides(named, corpora, vectors, place)
    found = cluster(
        vectors,
        texts,
        settings,
        guides=guides,
        corpora=corpora,
        leading=leading(codes, tuple(poorly)),
        progress=_tick(progress, "cluster"),
    )
    labels = found.rule.labels(vectors)

    # 4. Describe and name the topics of every level, and lay out the map
    levels = _levels(found, labels, corpora, passages, vectors, place, settings)
    tree = _tree(
        found,
        levels,
        lambda parts, own: _levels(parts, own[:, labels[-1]], corpora, passages, vectors, place, settings),
    )
    shown = labels[found.levels.index(found.shown)]
    positions = layout.layout(vectors, method=settings.layout, seed=settings.seed, labels=shown)
    model = TopicModel(
        passages=passages,
        vectors=vectors,
        centring=centring,
        rule=found.rule,
        levels=levels,
        all_labels=labels,
        positions=positions,
        encoder=_card(encoder, poorly),
        settings=settings,
        level=found.shown,
        themes=named,
        claims={theme.name: claim.stood_out for theme, claim in zip(named, claimed, strict=True)},
        removed=taken.removed,
        skipped=taken.skipped,
        embedder=embedder,
        tree=tree,
    )
    if model.poorly_read:
        _log.info("the encoder %s reads these languages poorly: %s", encoder.id, ", ".join(model.poorly_read))
    for theme in model.unmatched_themes:
        _log.info("no topic matches the theme %r; passages that stand out: %d", theme.name, model.claims[theme.name])
    return model


def _place(encoder: Embedder, centring: Centring, texts: Sequence[str], codes: Sequence[str]) -> Floats:
    return centring.apply(encoder.encode(texts), codes)


def _card(encoder: Embedder, poorly: Mapping[str, float]) -> EncoderCard:
    measured = {code: share for code, share in poorly.items() if not math.isnan(share)}
    told = probes.measured(encoder)
    return EncoderCard(
        encoder.id, encoder.fingerprint, encoder.dimension, tuple(poorly), measured, told, probes.normalised(told)
    )


def _guides(
    named: Sequence[Theme], corpora: Sequence[words.Corpus], vectors: Floats, place: Encode
) -> tuple[tuple[Guide, ...], tuple[Claim, ...]]:
    """Return what the themes mean in the space of the passages, and which passages stand out for each."""
    if not named:
        return (), ()
    ruler = Ruler(Scale(vectors, corpora), place, language.stop_words)
    among = {corpus.language: len(corpus.rows) / len(vectors) for corpus in corpora}
    themes = [ruler.told(texts, language.detect(texts, among=among)) for texts in map(phrases_of, named)]
    found = claims(ruler.scale, themes, ruler.chance)
    means = [unit(theme.vectors.mean(axis=0, keepdims=True))[0].astype(np.float32) for theme in themes]
    guides = (Guide(theme.name, mean, own.rows) for theme, mean, own in zip(named, means, found, strict=True))
    return tuple(guides), found


def _levels(
    found: Clustering,
    labels: Ints,
    corpora: Sequence[words.Corpus],
    passages: Passages,
    vectors: Floats,
    place: Encode,
    settings: Settings,
) -> tuple[Level, ...]:
    """Describe and name the topics of every level."""
    levels, codes = [], passages.language_codes()
    for row, name in enumerate(found.levels):
        own, k = labels[row], len(found.stability[row])
        themes = found.themes[row] if found.themes else {}
        ours = describe.keywords(corpora, own, k, n=settings.keywords, vectors=vectors, encode=place)
        keywords = _keywords(found.keywords.get(name), ours, own, codes, settings.keywords)
        names = label.name_topics(corpora, own, keywords, vectors, encode=place, given=themes)
        parents = _parents(own, labels[row - 1], k) if row else [None] * k
        languages = _languages(own, codes, k)
        topics = [
            Topic(
                id=topic,
                name=names[topic].text,
                keywords=keywords[topic],
                size=languages[topic].total(),
                share=languages[topic].total() / len(own),
                stability=float(found.stability[row][topic]),
                level=name,
                parent=parents[topic],
                theme=themes.get(topic),
                languages=dict(languages[topic].most_common()),
                evidence=_evidence(names[topic], passages),
            )
            for topic in range(k)
        ]
        levels.append(Level(name, tuple(topics)))
    return tuple(levels)


def _evidence(name: label.Name, passages: Passages) -> Evidence:
    return Evidence(tuple(passages[row].id for row in name.rows), name.contains, name.fits)


def _tree(
    found: Clustering, levels: Sequence[Level], describe_batches: Callable[[Clustering, Ints], tuple[Level, ...]]
) -> hierarchy.Tree | None:
    """Describe and name what lies between the levels, in batches that do not overlap, as if each were a level."""
    if found.joins is None:
        return None
    merges, themes, leaves = found.joins.merges, found.joins.themes, len(levels[-1].topics)
    same = hierarchy.grown(merges, levels, themes)
    batches = hierarchy.apart(merges, leaves, [node for node in hierarchy.unshown(merges, levels) if node not in same])
    held = hierarchy.members(merges, leaves)
    own = np.full((len(batches), leaves + 1), -1, np.int32)  # the last for loose passages
    for row, batch in enumerate(batches):
        for number, node in enumerate(batch):
            own[row, :-1][held[node - leaves]] = number
    parts = replace(
        found,
        levels=tuple(str(row) for row in range(len(batches))),
        stability=tuple(found.joins.stability[np.array(batch) - leaves] for batch in batches),
        themes=tuple(
            {number: themes[node - leaves] for number, node in enumerate(batch) if node - leaves in themes}
            for batch in batches
        ),
        keywords={},
    )
    described = {
        node: topic
        for batch, level in zip(batches, describe_batches(parts, own), strict=True)
        for node, topic in zip(batch, level.topics, strict=True)
    }
    return hierarchy.planted(merges, levels, described, same, found.joins.stability)


def _keywords(
    given: Sequence[Sequence[tuple[str, float]]] | None,
    ours: list[tuple[Keyword, ...]],
    labels: Ints,
    codes: Sequence[str],
    n: int,
) -> list[tuple[Keyword, ...]]:
    """Return each topic's keywords: those that the engine gave, else ours."""
    if given is None:
        return ours
    main = [
        language.most_frequent(counts) if counts else language.UNKNOWN
        for counts in _languages(labels, codes, len(ours))
    ]
    theirs = []
    for topic, pairs in enumerate(given):
        best = max((weight for _, weight in pairs), default=0.0)
        scaled = tuple(Keyword(term, weight / best if best > 0 else 1.0, main[topic]) for term, weight in pairs[:n])
        theirs.append(scaled or ours[topic])
    return theirs


def _languages(labels: Ints, codes: Sequence[str], k: int) -> list[Counter[str]]:
    """Count the languages of each topic's passages."""
    counts: list[Counter[str]] = [Counter() for _ in range(k)]
    for topic, code in zip(labels.tolist(), codes, strict=True):
        if topic >= 0:
            counts[topic][code] += 1
    return counts


def _parents(labels: Ints, coarser: Ints, k: int) -> list[int | None]:
    """Return the topic of the level before that holds each topic; levels nest, so its first passage tells."""
    first = [int(np.argmax(labels == topic)) for topic in range(k)]
    return [int(coarser[row]) if coarser[row] >= 0 else None for row in first]


def _tick(progress: Progress | None, stage: str) -> Tick | None:
    return None if progress is None else partial(progress, stage)
