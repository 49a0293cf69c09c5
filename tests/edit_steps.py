"""Edits at random, and what must be true of a model after each of them.

model = edited(model, random.Random(0), 20)      # twenty edits that fit, of every kind
check(model)                                     # raises where something does not hold
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from tests.models import FakeEmbedder
from tests.planted import levels_nest, planted
from topics import edit, store
from topics.cluster.rule import NEAR, Rule
from topics.embed.centre import Centring
from topics.history.state import State, settled
from topics.model import TopicModel
from topics.passages import Passages
from topics.revision import fitted, grown_over, named, revised
from topics.settings import Settings
from topics.values import Document, EncoderCard, Keyword, Passage, Topic

TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WORDS = "apple bread cloud door eagle forest glass honey iron juice kettle lamp moon needle onion pearl".split()


def planted_model(groups: int = 6, each: int = 12, *, seed: int = 0, copies: int = 3, loose: int = 2) -> TopicModel:
    """Return a model of planted groups, each a topic of level fine; some passages are copies, some have no topic.

    Every passage is of a few words of its group, so that topics can be named.
    """
    vectors, group = planted(groups, each, seed=seed, noise=0.8)
    draw = np.random.default_rng(seed)
    twin = draw.choice(len(vectors), copies, replace=False)
    beside = vectors[twin] + 0.01 * draw.normal(size=(copies, vectors.shape[1]))
    beside /= np.linalg.norm(beside, axis=1, keepdims=True)
    away = draw.normal(size=(loose, vectors.shape[1]))
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    vectors = np.concatenate([vectors, beside, away]).astype(np.float32)
    own = np.concatenate([group, group[twin], np.full(loose, groups)])
    texts = [
        f"{WORDS[g % 16]} {WORDS[(g + i) % 16]} {WORDS[(3 * g + i // 2) % 16]} number {i}" for i, g in enumerate(own)
    ]
    documents = [Document(f"{row}.txt", text) for row, text in enumerate(texts)]
    n, zeros = len(texts), np.zeros(len(texts), np.int32)
    ends = np.array([len(text) for text in texts], np.int32)
    language = (np.arange(n) % 3 == 0).astype(np.int32)
    passages = Passages(documents, np.arange(n, dtype=np.int32), zeros, ends, language, ("en", "sv"))
    hearts = np.stack([vectors[: len(group)][group == g].mean(axis=0) for g in range(groups)] + list(away))
    hearts = (hearts / np.linalg.norm(hearts, axis=1, keepdims=True)).astype(np.float32)
    finest = np.arange(groups, dtype=np.int32)
    table = np.stack([finest * 2 // groups, finest * 4 // groups, finest])
    table = np.concatenate([table, np.full((3, loose), -1, np.int32)], axis=1).astype(np.int32)
    rule = Rule(hearts, table)
    labels = rule.labels(vectors)
    names = ("coarse", "medium", "fine")
    known = {
        name: {
            int(t): Topic(int(t), f"{name} {t}", (Keyword(WORDS[t], 1.0, "en"),), 0, 0.0, 0.8, name)
            for t in np.unique(table[row][table[row] >= 0])
        }
        for row, name in enumerate(names)
    }
    state = State(names, known, labels, rule)
    levels = settled(state, passages.languages, passages.language)
    zero, encoder = np.zeros(vectors.shape[1], np.float32), FakeEmbedder(dimension=vectors.shape[1])
    return TopicModel(
        passages=passages,
        vectors=vectors,
        centring=Centring((), zero[None, :][:0], zero),
        rule=rule,
        levels=levels,
        all_labels=labels,
        positions=np.zeros((n, 2), np.float32),
        encoder=EncoderCard(encoder.id, encoder.fingerprint, encoder.dimension),
        embedder=encoder,
        settings=Settings(),
        level="fine",
        tree=grown_over(levels, state),
    )


BY: edit.By = {"author": "Åsa", "reason": "so it is", "time": TIME}
Step = Callable[[TopicModel, random.Random], TopicModel]


def _topic(model: TopicModel, draw: random.Random) -> int:
    return draw.choice([topic.id for topic in model.topics] or [-1])


def _held(model: TopicModel, draw: random.Random) -> list[Passage]:
    return [model.passages[draw.randrange(len(model.passages))] for _ in range(draw.choice((1, 1, 2, 5)))]


def _junk(model: TopicModel, draw: random.Random) -> TopicModel:
    topic = _topic(model, draw)
    return (edit.restore if model.topic(topic).junk else edit.junk)(model, topic, **BY)


def _merge(model: TopicModel, draw: random.Random) -> TopicModel:
    ids = [topic.id for topic in model.topics]
    return edit.merge(model, draw.sample(ids, min(len(ids), draw.choice((2, 3)))), **BY)


STEPS: dict[str, Step] = {
    "rename": lambda model, draw: edit.rename(model, _topic(model, draw), f"Name {draw.random()}", **BY),
    "keywords": lambda model, draw: edit.keywords(model, _topic(model, draw), ["one", f"two {draw.random()}"], **BY),
    "junk": _junk,
    "bin": lambda model, draw: edit.junk(model, passages=_held(model, draw), **BY),
    "merge": _merge,
    "split": lambda model, draw: edit.split(model, _topic(model, draw), k=draw.choice((2, 2, 3, 4)), **BY),
    "move": lambda model, draw: edit.move(model, [p.id for p in _held(model, draw)], _topic(model, draw), **BY),
    "pin": lambda model, draw: edit.pin(model, _held(model, draw), **BY),
    "undo": lambda model, draw: edit.undo(model, **BY),
    "redo": lambda model, draw: edit.redo(model, **BY),
}
"""Every kind of edit, of anything that the model has."""

_CANNOT = (
    "cannot be split",
    "too much alike",
    "no edit to",
    "no topic to pin",
    "two topics or more",
    "no topic -1",
)


def step(model: TopicModel, draw: random.Random, kind: str = "") -> TopicModel:
    """Return a model with one more edit, of any kind by default, or the same where it cannot be made."""
    model = model.at(draw.choice(("coarse", "medium", "fine")))
    kind = kind or draw.choice([*STEPS, "undo"])
    try:
        return STEPS[kind](model, draw)
    except ValueError as error:
        assert any(told in str(error) for told in _CANNOT), f"{kind}: {error}"
        return model


def edited(model: TopicModel, draw: random.Random, edits: int) -> TopicModel:
    """Return a model with up to so many edits."""
    for _ in range(edits):
        model = step(model, draw)
    return model


def check(model: TopicModel) -> None:
    """See to it that what a model says fits together, and follows from its fit and its history alone."""
    own = named(model)
    check_levels(own)
    for level in ("coarse", "medium", "fine"):
        check_answers(own.at(level))
    if own.tree is not None:
        for k in range(1, len(own.levels[-1].topics) + 1):
            cut = own.at(k)
            assert len(cut.topics) == k
            check_levels(cut)
            check_answers(cut)
    again = revised(fitted(own), own.history)
    assert store.fingerprint(again.at(own.level)) == store.fingerprint(own)
    if own.tree is not None and again.tree is not None:
        assert repr(again.tree.topics) == repr(own.tree.topics)


def check_levels(model: TopicModel) -> None:
    """Check the table of topics, the labels and the rule, at all levels."""
    assert np.array_equal(model.rule.labels(model.vectors), model.all_labels)
    assert levels_nest([row[row >= 0] for row in model.all_labels])
    loose = model.all_labels < 0
    assert (loose == loose[0]).all()
    codes = model.passages.language_codes()
    for row, (level, labels) in enumerate(zip(model.levels, model.all_labels, strict=True)):
        names = [topic.name.casefold() for topic in level.topics]
        assert len(set(names)) == len(names)
        assert [topic.id for topic in level.topics] == sorted({topic.id for topic in level.topics})
        assert set(np.unique(labels).tolist()) - {-1} <= {topic.id for topic in level.topics}
        for topic in level.topics:
            inside = labels == topic.id
            assert topic.level == level.name
            assert topic.size == inside.sum()
            assert abs(topic.share - topic.size / len(labels)) < 1e-9
            assert dict(topic.languages) == Counter(code for code, here in zip(codes, inside, strict=True) if here)
            if row and inside.any():
                assert {topic.parent} == set(model.all_labels[row - 1][inside].tolist())
            assert (topic.parent is None) == (row == 0)
            if row:
                assert topic.parent in {above.id for above in model.levels[row - 1].topics}


def check_answers(model: TopicModel) -> None:
    """Check that every answer is a topic of the table, and depends on its vector alone."""
    draw = np.random.default_rng(0)
    strange = draw.normal(size=(20, model.vectors.shape[1]))
    strange = (strange / np.linalg.norm(strange, axis=1, keepdims=True)).astype(np.float32)
    vectors = np.concatenate([model.vectors, strange])
    told = model.assign_vectors(vectors)
    known = {topic.id for topic in model.topics} | {-1}
    assert set(told.topic.tolist()) <= known
    assert set(told.runner_up.tolist()) <= known
    assert np.array_equal(told.topic[: len(model.vectors)], model.labels)
    assert (told.margin >= 0).all()
    assert ((told.runner_up != told.topic) | (told.topic < 0)).all()
    order = draw.permutation(len(vectors))
    for rows in (order, order[:1], order[3:10], order[::-1]):
        again = model.assign_vectors(vectors[rows])
        for name in ("topic", "score", "runner_up", "margin", "confidence"):
            assert getattr(again, name).tobytes() == getattr(told, name)[rows].tobytes(), name


def check_pins(model: TopicModel) -> None:
    """Check that passages put somewhere by hand are there, with what is nearly the same."""
    pins = model.rule.pins
    if pins is None:
        return
    pin, cosine = pins.nearest(model.vectors)
    assert (cosine[pin >= 0] >= NEAR).all()
    assert np.array_equal(model.all_labels[:, pin >= 0], pins.topics[:, pin[pin >= 0]])
