"""What was clustered is described and named, level by level and between."""

import numpy as np

from tests.models import FakeEmbedder, small_model
from topics import language, words
from topics.cluster import cluster
from topics.outline import Material, outline


def _outlined(names=None):
    model = small_model()
    passages = model.passages
    corpora = words.read(passages.texts(), passages.language_codes(), language.stop_words)
    found = cluster(model.vectors, passages.texts(), model.settings)
    labels = found.rule.labels(model.vectors)
    encode = FakeEmbedder().encode
    material = Material(corpora, passages, model.vectors, lambda terms, _: encode(terms), model.settings)
    return found, labels, outline(found, labels, material, names)


def test_every_topic_is_described() -> None:
    found, labels, (levels, tree) = _outlined()
    assert tuple(level.name for level in levels) == found.levels
    for level, own in zip(levels, labels, strict=True):
        assert [topic.id for topic in level.topics] == list(range(len(level.topics)))
        assert [topic.size for topic in level.topics] == np.bincount(own).tolist()
        assert all(topic.keywords and topic.name for topic in level.topics)
        assert len({topic.name for topic in level.topics}) == len(level.topics)
    assert tree is not None
    assert all(topic.name for topic in tree.topics)


def test_a_name_that_is_given_is_kept_at_its_level() -> None:
    found, _, (levels, _) = _outlined()
    first, last = found.levels[0], found.levels[-1]
    _, _, (named, _) = _outlined({last: {0: "What a person said"}})
    assert [level.topics[0].name for level in named if level.name == last] == ["What a person said"]
    assert "What a person said" not in [topic.name for topic in named[0].topics] or first == last
    assert [topic.name for topic in named[-1].topics[1:]] == [topic.name for topic in levels[-1].topics[1:]]
