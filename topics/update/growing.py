"""A fitted model with more passages: the same topics and rule, and everything that is counted counted anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from topics import hierarchy, label, language, layout
from topics.deferred import Memo, changed
from topics.embed.reading import Reading
from topics.history import Edit, History
from topics.history.effects import Effect, Made
from topics.history.state import State, settled
from topics.model import TopicModel
from topics.passages import Passages
from topics.protocols import Embedder, Floats, Ints
from topics.revision import fitted, state_of
from topics.themes import phrases_of
from topics.themes.claims import claims
from topics.themes.ruler import Ruler
from topics.themes.scale import Scale
from topics.values import Document, EncoderCard, Evidence, Level, Passage, Removed, Skipped, Topic


@dataclass(frozen=True, eq=False, slots=True)
class Growth:
    """What a model grows by.

    Parameters
    ----------
    documents, passages
        New documents, and their passages.
    vectors
        The passages' centred unit vectors, shape (m, d).
    anchors
        How many passages the fit had, which come first: the map is theirs.
    removed, skipped
        What was left out.
    """

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    vectors: Floats
    anchors: int
    removed: tuple[Removed, ...]
    skipped: tuple[Skipped, ...]


def grown(model: TopicModel, growth: Growth, encoder: Embedder) -> TopicModel:
    """Return a model as it was fitted, without its edits, with more passages."""
    base = fitted(model)
    passages = _joined(base.passages, growth)
    vectors = np.concatenate([model.vectors, growth.vectors])
    vectors.flags.writeable = False
    memo = Memo(passages)
    memo.probed = model.memo.probed
    labels = np.concatenate([base.all_labels, base.rule.labels(growth.vectors)], axis=1).astype(np.int32)
    state = replace(state_of(base), labels=labels)
    first = growth.anchors
    placed = layout.among(growth.vectors, model.vectors[:first], model.positions[:first])
    larger = changed(
        base,
        passages=passages,
        vectors=vectors,
        all_labels=labels,
        levels=settled(state, passages.languages, passages.language),
        positions=np.concatenate([model.positions, placed]),
        excess=_unmeasured(base.excess, len(growth.passages)),
        encoder=_card(model.encoder, base.passages, passages, encoder),
        removed=(*model.removed, *growth.removed),
        skipped=(*model.skipped, *growth.skipped),
        embedder=model.embedder,
        origin=model.origin,
        _memo=memo,
    )
    return _told(base, larger)


def _unmeasured(excess: Floats | None, added: int) -> Floats | None:
    """Return how far above chance passages are for each theme; what was added was not measured, and counts as 0."""
    return None if excess is None else np.concatenate([excess, np.zeros((added, excess.shape[1]), np.float32)])


def followed(model: TopicModel, base: TopicModel, growth: Growth) -> History:
    """Return the history of a model whose edits in force take in what it has grown by; ``base`` is what it grew to."""
    first, state = len(model.passages), state_of(base)
    edits: dict[int, Edit] = {}
    for edit in model.history.active:
        effects: list[Effect] = []
        for effect in edit.effects:
            own = effect.grown(replace(state, labels=state.labels[:, first:]), growth.vectors, first)
            if isinstance(own, Made):
                own = _evident(own, base, state, first)
            state = own.applied(state)
            effects.append(own)
        edits[edit.number] = replace(edit, effects=tuple(effects))
    return History(tuple(edits.get(edit.number, edit) for edit in model.history.edits))


def _joined(before: Passages, growth: Growth) -> Passages:
    own = Passages.of(growth.documents, growth.passages)
    languages = tuple(sorted({*before.languages, *own.languages}))
    code = [
        np.array([languages.index(name) for name in side.languages], np.int32)[side.language] for side in (before, own)
    ]
    return Passages(
        (*before.documents, *growth.documents),
        np.concatenate([before.document, own.document + len(before.documents)]),
        np.concatenate([before.start, own.start]),
        np.concatenate([before.end, own.end]),
        np.concatenate(code),
        languages,
    )


def _card(card: EncoderCard, before: Passages, passages: Passages, encoder: Embedder) -> EncoderCard:
    """Return the card of the encoder with what it makes of languages that are new."""
    new = set(passages.languages) - set(before.languages)
    if not new:
        return card
    found = Reading(encoder, passages.texts(), passages.language_codes()).poor()
    poor = {code: share for code, share in found.items() if code in new}
    reading = {**card.reading, **{code: share for code, share in poor.items() if not np.isnan(share)}}
    return replace(card, poorly_read=tuple(sorted({*card.poorly_read, *poor})), reading=reading)


def _told(base: TopicModel, larger: TopicModel) -> TopicModel:
    """Return the larger model with what speaks for the names of its topics, and what stands out for its themes."""
    first = len(base.passages)
    levels = tuple(
        Level(level.name, tuple(_with_evidence(larger, level.topics, labels, first)))
        for level, labels in zip(larger.levels, larger.all_labels, strict=True)
    )
    tree = larger.tree
    if tree is not None:
        tree = hierarchy.counted(tree, levels[-1].topics)
        leaves = len(levels[-1].topics)
        held = hierarchy.members(tree.merges, leaves)
        known = {node.id: node for node in tree.topics}
        for batch in hierarchy.apart(tree.merges, leaves, sorted(known)):
            own = np.full(leaves + 1, -1, np.int32)  # the last for loose passages
            for node in batch:
                own[:-1][held[node - leaves]] = node
            told = _with_evidence(larger, [known[node] for node in batch], own[larger.all_labels[-1]], first)
            known |= {node.id: node for node in told}
        tree = hierarchy.Tree(tree.merges, tuple(known[node] for node in sorted(known)))
    return changed(larger, levels=levels, tree=tree, claims=_claims(larger))


def _with_evidence(model: TopicModel, topics: Iterable[Topic], labels: Ints, first: int) -> list[Topic]:
    """Return topics with what speaks for their names now; passages from row ``first`` on are new."""
    topics = list(topics)
    names = {topic.id: topic.name for topic in topics if topic.evidence is not None}
    if not names:
        return topics
    old: Ints = np.where(np.arange(len(labels)) < first, labels, -1)
    told = [
        label.evidence_of(names, model.memo.corpora, own, model.vectors, encode=model.placement.place)
        for own in (old, labels)
    ]
    return [
        topic if topic.evidence is None else replace(topic, evidence=_moved(topic.evidence, model, topic.id, told))
        for topic in topics
    ]


def _moved(before: Evidence, model: TopicModel, topic: int, told: Sequence[Mapping[int, label.Name]]) -> Evidence:
    """Return evidence as it is now: the share that fits moves by as much as it does by the name alone."""
    was, now = (names[topic] for names in told)
    fits = min(1.0, max(0.0, before.fits + now.fits - was.fits))
    return Evidence(tuple(model.passages[row].id for row in now.rows), now.contains, fits)


def _evident(effect: Made, base: TopicModel, state: State, first: int) -> Made:
    """Return topics that an edit made with what speaks for their names now."""
    known: dict[tuple[str, int], Topic] = {}
    for level in {topic.level for topic in effect.topics}:
        own = [topic for topic in effect.topics if topic.level == level]
        told = _with_evidence(base, own, state.labels[state.row(level)], first)
        known |= {(level, topic.id): topic for topic in told}
    return Made(tuple(known[topic.level, topic.id] for topic in effect.topics))


def _claims(model: TopicModel) -> Mapping[str, int]:
    """Count the passages that stand out for each theme, where that was counted."""
    if not model.claims:
        return model.claims
    ruler = Ruler(Scale(model.vectors, model.memo.corpora), model.placement.place, language.stop_words)
    codes = model.passages.language_codes()
    among = {code: codes.count(code) / len(codes) for code in model.passages.languages}
    told = [ruler.told(texts, language.detect(texts, among=among)) for texts in map(phrases_of, model.themes)]
    found = claims(ruler.scale, told, ruler.chance)
    return {theme.name: claim.stood_out for theme, claim in zip(model.themes, found, strict=True)}
