from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.planted import levels_nest, planted
from topics.cluster import Clustering, Guide, cluster
from topics.cluster import density as engine
from topics.cluster.choice import Grouping, chosen
from topics.cluster.density import Distinct, distinct_passages, find
from topics.cluster.modularity import Modularity
from topics.settings import Outliers, Settings


def fit(vectors: np.ndarray, outliers: Outliers = "fill", guides: tuple[Guide, ...] = ()) -> Clustering:
    texts = [str(row) for row in range(len(vectors))]
    return cluster(vectors, texts, Settings(engine="density", outliers=outliers), guides=guides)


def some_left_out(space: np.ndarray, groupings: Sequence[Grouping], judge: Modularity) -> Grouping:
    best = chosen(space, groupings, judge)
    return replace(best, labels=np.where(np.arange(len(space)) % 7, best.labels, -1).astype(np.int32))


@pytest.fixture(scope="module")
def corpus() -> tuple[np.ndarray, np.ndarray]:
    return planted(8, 30, noise=0.8)


@pytest.fixture(scope="module")
def found(corpus: tuple[np.ndarray, np.ndarray]) -> dict[str, Clustering]:
    filled = fit(corpus[0])
    with pytest.MonkeyPatch.context() as patch:  # where HDBSCAN leaves out one passage in seven
        patch.setattr(engine, "chosen", some_left_out)
        return {"fill": filled, "filled": fit(corpus[0]), "keep": fit(corpus[0], "keep")}


@pytest.mark.parametrize("how", ["fill", "filled"])
def test_planted_groups_are_found(
    corpus: tuple[np.ndarray, np.ndarray], found: dict[str, Clustering], how: str
) -> None:
    vectors, planted_in = corpus
    labels = found[how].rule.labels(vectors)[found[how].levels.index("medium")]
    assert len({*zip(labels.tolist(), planted_in.tolist(), strict=True)}) == 8


def test_outliers_are_kept_where_that_is_wanted(
    corpus: tuple[np.ndarray, np.ndarray], found: dict[str, Clustering]
) -> None:
    kept = found["keep"].rule.labels(corpus[0])
    loose = kept[0] < 0
    assert (loose == (kept < 0)).all()  # at every level the same
    assert loose.mean() == pytest.approx(1 / 7, abs=0.01)


@pytest.mark.parametrize("outliers", ["fill", "keep"])
def test_levels_nest_and_topic_0_is_the_largest(
    corpus: tuple[np.ndarray, np.ndarray], found: dict[str, Clustering], outliers: str
) -> None:
    clustering = found[outliers]
    levels = clustering.rule.labels(corpus[0])
    assert len(clustering.levels) >= 2
    assert "medium" in clustering.levels
    assert levels_nest([level[level >= 0] for level in levels])
    for level, stability, themes in zip(levels, clustering.stability, clustering.themes, strict=True):
        counts = np.bincount(level[level >= 0])
        assert counts.min() > 0
        assert (np.diff(counts) <= 0).all()
        assert stability.shape == counts.shape
        assert ((stability >= 0) & (stability <= 1)).all()
        assert themes == {}


def test_planted_topics_are_stable(found: dict[str, Clustering]) -> None:
    assert found["fill"].stability[found["fill"].levels.index("medium")].mean() > 0.7


def test_the_order_of_passages_does_not_matter(
    corpus: tuple[np.ndarray, np.ndarray], found: dict[str, Clustering]
) -> None:
    vectors = corpus[0]
    order = np.random.default_rng(4).permutation(len(vectors))
    permuted = fit(vectors[order])
    assert permuted.rule.prototypes.tobytes() == found["fill"].rule.prototypes.tobytes()
    assert (permuted.rule.labels(vectors[order]) == found["fill"].rule.labels(vectors)[:, order]).all()
    for one, other in zip(permuted.stability, found["fill"].stability, strict=True):
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("outliers", ["fill", "keep"])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 7, 10, 39])
def test_small_corpora_give_a_result(n: int, outliers: Outliers) -> None:
    vectors, _ = planted(n, 1)
    labels = fit(vectors, outliers).rule.labels(vectors)
    assert labels.max() >= 0
    assert outliers == "keep" or labels.min() == 0
    assert levels_nest([level[level >= 0] for level in labels])


@pytest.mark.parametrize("each", [3, 6, 12])
def test_small_planted_groups_are_found(each: int) -> None:
    vectors, planted_in = planted(3, each)
    clustering = fit(vectors)
    labels = clustering.rule.labels(vectors)[clustering.levels.index("medium")]
    assert len({*zip(labels.tolist(), planted_in.tolist(), strict=True)}) == 3


def test_two_passages_are_two_topics_unless_they_are_about_the_same() -> None:
    apart = np.eye(2, dtype=np.float32)
    assert fit(apart).rule.topics.max() == 1
    close = np.array([[1.0, 0.0], [0.8, 0.6]], np.float32)
    assert fit(close).rule.topics.max() == 0


@pytest.mark.parametrize("n", [2, 300])
def test_identical_texts_are_one_topic_at_one_level(n: int) -> None:
    vectors = np.repeat(planted(1, 1)[0], n, axis=0)
    clustering = fit(vectors, "keep")
    assert clustering.levels == ("medium",)
    assert (clustering.rule.labels(vectors) == 0).all()


def test_identical_texts_never_part(corpus: tuple[np.ndarray, np.ndarray]) -> None:
    vectors = np.concatenate([corpus[0][::5]] * 3)
    labels = fit(vectors, "keep").rule.labels(vectors).reshape(-1, 3, 48)
    assert (labels == labels[:, :1]).all()


def test_a_text_that_is_repeated_often_enough_is_never_loose() -> None:
    labels = engine._with_repeated(np.array([0, 0, -1, -1], np.int32), np.array([1, 1, 30, 2]), 5)
    assert labels.tolist() == [0, 0, 1, -1]


def test_where_density_finds_nothing_all_are_one_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = planted(40, 1)
    monkeypatch.setattr(engine, "_by_density", lambda positions, counts: [])
    (only,) = find(Distinct(vectors, np.ones(40, np.int64), np.arange(40, dtype=np.int32)), 0)
    assert only.labels.tolist() == [0] * 40


def test_of_too_many_passages_a_sample_is_grouped_and_the_rule_assigns_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vectors, planted_in = planted(3, 40)
    monkeypatch.setattr(engine, "_MOST", 30)
    passages = distinct_passages(vectors, 0)
    assert passages.space.shape == (30, 32)
    assert (passages.which >= 0).sum() == 30
    assert (passages.space[passages.which[passages.which >= 0]] == vectors[passages.which >= 0]).all()
    labels = fit(vectors).rule.labels(vectors)
    assert any(len({*zip(level.tolist(), planted_in.tolist(), strict=True)}) == 3 for level in labels)


def test_a_topic_that_matches_a_theme_is_named_after_it() -> None:
    vectors, planted_in = planted(3, 8)
    guide = Guide("tides", vectors[0], np.flatnonzero(planted_in == 0).astype(np.int32))
    clustering = fit(vectors, guides=(guide,))
    medium = clustering.levels.index("medium")
    (topic,) = clustering.themes[medium]
    assert clustering.themes[medium] == {topic: "tides"}
    assert (clustering.rule.labels(vectors)[medium][planted_in == 0] == topic).all()


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    vectors, _ = planted(3, 5)
    cluster(vectors, [""] * 15, Settings(engine="density"), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 5) for done in range(1, 6)]
