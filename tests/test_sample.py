"""What a sample of very many passages misses is drawn in."""

import numpy as np
import pytest

from tests.planted import planted
from topics.cluster import Clustering, cluster, sample
from topics.settings import Settings


@pytest.fixture
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "MOST", 1000)


def _corpus(rare: int) -> tuple[np.ndarray, np.ndarray]:
    """Return passages of six large topics and of a small one, and which are of the small one."""
    vectors, _ = planted(7, 3000, dimension=64, noise=1.0, seed=1)
    kept = np.arange(18_000 + rare)
    return vectors[kept], kept >= 18_000


def _apart(found: Clustering, vectors: np.ndarray, is_rare: np.ndarray) -> bool:
    """Tell whether the finest level has a topic of the small one's passages, and hardly of others."""
    labels = found.rule.labels(vectors)[-1]
    own = np.bincount(labels[is_rare]).argmax()
    return bool((labels[is_rare] == own).mean() > 0.9 and is_rare[labels == own].mean() > 0.9)


@pytest.mark.usefixtures("small_sample")
def test_a_small_topic_that_the_sample_misses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, is_rare = _corpus(40)
    texts = [""] * len(vectors)
    assert is_rare[sample.drawn(len(vectors), 0)].sum() < 4
    assert _apart(cluster(vectors, texts, Settings()), vectors, is_rare)
    monkeypatch.setattr(sample, "missed", lambda *_: np.zeros(0, np.int64))
    assert not _apart(cluster(vectors, texts, Settings()), vectors, is_rare)


@pytest.mark.usefixtures("small_sample")
def test_passages_by_themselves_are_no_topic_that_was_missed() -> None:
    vectors, _ = _corpus(0)
    alone = np.random.default_rng(3).normal(size=(200, 64))
    vectors = np.concatenate([vectors, alone / np.linalg.norm(alone, axis=1, keepdims=True)]).astype(np.float32)
    drawn = sample.drawn(len(vectors), 0)
    groups = np.minimum(drawn // 3000, 6).astype(np.int32)
    hearts = np.stack([vectors[drawn[groups == group]].mean(axis=0) for group in range(6)])
    hearts /= np.linalg.norm(hearts, axis=1, keepdims=True)
    own = drawn < 18_000
    assert not len(sample.missed(vectors, drawn[own], hearts, groups[own], 0))


def test_a_sample_is_all_where_there_are_few() -> None:
    assert sample.drawn(1000, 0).tolist() == list(range(1000))
    assert len(sample.drawn(60_000, 0)) == sample.MOST
