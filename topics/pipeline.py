"""fit: the whole way from documents to a topic model, readable from top to bottom."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from topics import language, layout, words
from topics.cluster import Guide, cluster
from topics.embed import load_embedder
from topics.embed.centre import Centring, learn, no_centring
from topics.embed.reading import Reading, leading
from topics.errors import ReadError
from topics.intake import take_in
from topics.model import TopicModel
from topics.nearest import unit
from topics.outline import Material, outline
from topics.placement import card_of
from topics.protocols import Embedder, Encode, Floats, Progress, Tick
from topics.settings import Settings
from topics.themes import phrases_of, read_themes
from topics.themes.claims import Claim, claims
from topics.themes.ruler import Ruler
from topics.themes.scale import Scale
from topics.values import Theme

if TYPE_CHECKING:
    from topics import read

_log = logging.getLogger(__name__)
_TOGETHER = 4096  # vectors that are centred at once


def fit(
    source: read.Source | read.Reading,
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
        dicts; or documents. See :func:`topics.read.read_source`; what that has read may be given as well.
    themes
        Named themes that guide the fit: a TOML file of ``[[theme]]`` tables, or themes.
    settings
        How to fit; the defaults are meant to hold for any corpus.
    embedder
        The encoder, or the folder or hub name of one (see :func:`topics.embed.load_embedder`), which then goes into
        the settings; the one that ``settings`` names by default.
    progress
        Called as ``progress(stage, done, total)``; the stages are ``"read"``, ``"split"``, ``"copies"``, ``"embed"``,
        ``"words"``, ``"cluster"``, ``"describe"`` and ``"map"``.
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
    passages = taken.passages
    texts, codes = passages.texts(), passages.language_codes()

    # 2. Embed, and bring all languages into one space
    raw = encoder.encode(texts, progress=_tick(progress, "embed"))
    centring = learn(raw, codes) if settings.centre == "language" else no_centring(encoder.dimension)
    vectors = _centred(centring, raw, codes)
    del raw
    place = partial(_place, encoder, centring)

    # 3. Cluster, led by the named themes and by the languages that the encoder reads
    poorly = Reading(encoder, texts, codes).poor()
    corpora = words.read(texts, codes, language.stop_words, _tick(progress, "words"))
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
    material = Material(corpora, passages, vectors, place, settings)
    levels, tree = outline(found, labels, material, progress=_tick(progress, "describe"))
    shown = labels[found.levels.index(found.shown)]
    positions = layout.layout(
        vectors, method=settings.layout, seed=settings.seed, labels=shown, progress=_tick(progress, "map")
    )
    model = TopicModel(
        passages=passages,
        vectors=vectors,
        centring=centring,
        rule=found.rule,
        levels=levels,
        all_labels=labels,
        positions=positions,
        encoder=card_of(encoder, poorly),
        settings=settings,
        level=found.shown,
        themes=named,
        claims={theme.name: claim.stood_out for theme, claim in zip(named, claimed, strict=True)},
        excess=np.stack([claim.excess for claim in claimed], axis=1) if claimed else None,
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


def _centred(centring: Centring, raw: Floats, codes: Sequence[str]) -> Floats:
    """Return the centred vectors, made some at a time: each depends on its own alone."""
    centred = np.empty(raw.shape, np.float32)
    for start in range(0, len(raw), _TOGETHER):
        rows = slice(start, start + _TOGETHER)
        centred[rows] = centring.apply(raw[rows], codes[rows])
    return centred


def _place(encoder: Embedder, centring: Centring, texts: Sequence[str], codes: Sequence[str]) -> Floats:
    return centring.apply(encoder.encode(texts), codes)


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
    guides = (
        Guide(theme.name, mean, own.rows, own.worded) for theme, mean, own in zip(named, means, found, strict=True)
    )
    return tuple(guides), found


def _tick(progress: Progress | None, stage: str) -> Tick | None:
    return None if progress is None else partial(progress, stage)
