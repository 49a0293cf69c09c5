import numpy as np
import pytest

from tests.planted import levels_nest, planted
from topics.cluster import LEVELS, Clustering, Guide, cluster
from topics.settings import Settings


def fit(vectors: np.ndarray, guides: tuple[Guide, ...] = ()) -> Clustering:
    return cluster(vectors, [str(row) for row in range(len(vectors))], Settings(), guides=guides)


@pytest.mark.parametrize("noise", [0.5, 1.0])
def test_planted_groups_are_found_at_some_level(noise: float) -> None:
    vectors, labels = planted(6, 30, noise=noise)
    found = fit(vectors)
    pairs = [{*zip(level.tolist(), labels.tolist(), strict=True)} for level in found.rule.labels(vectors)]
    assert any(len(pair) == 6 for pair in pairs)
    shown = found.levels.index(found.shown)
    assert len(pairs[shown]) == 6
    assert found.stability[shown].min() > 0.7


def test_levels_nest_nothing_is_left_out_and_topic_0_is_the_largest() -> None:
    vectors, _ = planted(7, 15, noise=1.5)
    found = fit(vectors)
    levels = found.rule.labels(vectors)
    assert found.levels == LEVELS
    assert levels_nest(list(levels))
    for level, stability in zip(levels, found.stability, strict=True):
        counts = np.bincount(level)
        assert counts.min() >= 3
        assert (np.diff(counts) <= 0).all()
        assert len(stability) == len(counts)
        assert ((stability >= 0) & (stability <= 1)).all()


def test_the_same_input_gives_the_same_model_and_a_permuted_one_the_permuted_model() -> None:
    vectors, _ = planted(5, 20, noise=1.2)
    order = np.random.default_rng(5).permutation(len(vectors))
    first, again, permuted = fit(vectors), fit(vectors), fit(vectors[order])
    assert first.rule.prototypes.tobytes() == again.rule.prototypes.tobytes() == permuted.rule.prototypes.tobytes()
    assert (first.rule.labels(vectors)[:, order] == permuted.rule.labels(vectors[order])).all()


@pytest.mark.parametrize("n", [1, 2, 3, 5, 7, 8, 10, 20])
def test_small_corpora_give_a_result(n: int) -> None:
    vectors, _ = planted(n, 1)
    found = fit(vectors)
    labels = found.rule.labels(vectors)
    assert labels.shape == (3, n)
    assert labels.min() == 0
    assert levels_nest(list(labels))


@pytest.mark.parametrize("n", [2, 300])
def test_identical_texts_are_one_topic(n: int) -> None:
    vectors = np.repeat(planted(1, 1)[0], n, axis=0)
    assert (fit(vectors).rule.labels(vectors) == 0).all()


def test_identical_texts_never_part() -> None:
    vectors, _ = planted(4, 10, noise=1.5)
    doubled = np.concatenate([vectors, vectors])
    labels = fit(doubled).rule.labels(doubled)
    assert (labels[:, :40] == labels[:, 40:]).all()


def test_named_themes_become_topics_of_their_own() -> None:
    vectors, labels = planted(4, 20, noise=1.0)
    guides = tuple(
        Guide(name, vectors[labels == group].mean(axis=0), np.flatnonzero(labels == group).astype(np.int32)[:8])
        for group, name in ((0, "tides"), (3, "bees"))
    )
    found = fit(vectors, guides)
    medium = found.rule.labels(vectors)[1]
    assert found.shown == "medium"
    named = {name: topic for topic, name in found.themes[1].items()}
    assert set(named) == {"tides", "bees"}
    assert (medium[labels == 0] == named["tides"]).mean() > 0.9
    assert (medium[labels == 3] == named["bees"]).mean() > 0.9


def test_a_theme_that_nothing_matches_is_not_filled() -> None:
    vectors, _ = planted(4, 20)
    nobody = Guide("unicorns", -vectors.mean(axis=0), np.zeros(0, np.int32))
    found = fit(vectors, (nobody,))
    assert all("unicorns" not in level.values() for level in found.themes)
    assert (found.rule.labels(vectors) == fit(vectors).rule.labels(vectors)).all()


@pytest.mark.parametrize("engine", ["graph", "density"])
def test_topics_are_made_from_the_leading_passages_and_numbered_by_all(engine: str) -> None:
    vectors, labels = planted(3, 20, noise=0.5)
    leading = np.ones(60 + 57, bool)
    followers = vectors[[*range(20), *range(40, 60), *range(40, 57)]]  # of the first group and, twice, the last
    both = np.concatenate([vectors, followers])
    leading[60:] = False
    texts = [str(row) for row in range(len(both))]
    found = cluster(both, texts, Settings(engine=engine), leading=leading)
    alone = cluster(vectors, texts[:60], Settings(engine=engine))
    assert found.rule.prototypes.tobytes() == alone.rule.prototypes.tobytes()
    told = found.rule.labels(both)
    for level, stability in zip(told, found.stability, strict=True):
        assert (np.diff(np.bincount(level)) <= 0).all()
        assert len(stability) == level.max() + 1
    shown = told[found.levels.index(found.shown)]
    assert shown[:60][labels == 2].tolist() == [0] * 20  # the last group holds most passages now


def test_bad_vectors_are_refused() -> None:
    vectors, _ = planted(2, 5)
    vectors[3, 1] = np.nan
    with pytest.raises(ValueError, match="vectors of 1 passages are not finite: rows 3, counted from 0"):
        fit(vectors)
    with pytest.raises(ValueError, match=r"must be \(n, d\), one a text"):
        cluster(vectors, ["only one"], Settings())
    with pytest.raises(ValueError, match="no passage is leading"):
        cluster(planted(2, 5)[0], [str(row) for row in range(10)], Settings(), leading=np.zeros(10, bool))
