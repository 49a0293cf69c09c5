from itertools import pairwise

import numpy as np

from tests.planted import planted
from topics.cluster import Guide, cluster
from topics.cluster.followers import joined
from topics.nearest import unit
from topics.settings import Settings

SETTINGS = Settings()


def ints(*rows: int) -> np.ndarray:
    return np.array(rows, np.int32)


def corpus() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return three topics of leading passages, and ten followers: part of their vector is a corner of their own."""
    vectors, labels = planted(3, 20, noise=0.4)
    corner = unit(np.random.default_rng(5).normal(size=(1, vectors.shape[1])))
    followers = unit(0.5 * corner + unit(np.random.default_rng(6).normal(size=(10, vectors.shape[1])))).astype(
        np.float32
    )
    leading = np.arange(70) < 60
    return np.concatenate([vectors, followers]).astype(np.float32), np.concatenate([labels, np.full(10, -1)]), leading


def guide(vectors: np.ndarray, labels: np.ndarray, group: int, *worded: int) -> Guide:
    own = np.flatnonzero(labels == group).astype(np.int32)
    return Guide(f"theme {group}", vectors[own].mean(axis=0), np.concatenate([own, ints(*worded)]), ints(*worded))


def topics_of(vectors: np.ndarray, guides: list[Guide], leading: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
    found = cluster(vectors, [str(i) for i in range(len(vectors))], SETTINGS, guides=guides, leading=leading)
    row = found.levels.index(found.shown)
    return found.rule.labels(vectors), {name: topic for topic, name in found.themes[row].items()}


def test_followers_join_the_theme_that_their_words_speak_for() -> None:
    vectors, labels, leading = corpus()
    guides = [guide(vectors, labels, 0, 60, 61), guide(vectors, labels, 1, 62, 63)]
    found, themes = topics_of(vectors, guides, leading)
    assert found[1][[60, 61]].tolist() == [themes["theme 0"]] * 2
    assert found[1][[62, 63]].tolist() == [themes["theme 1"]] * 2


def test_what_is_claimed_by_meaning_alone_changes_nothing() -> None:
    vectors, labels, leading = corpus()
    plain = [guide(vectors, labels, group) for group in (0, 1)]
    by_meaning = [
        Guide(one.name, one.vector, np.append(one.members, np.int32(60 + at))) for at, one in enumerate(plain)
    ]
    assert np.array_equal(topics_of(vectors, by_meaning, leading)[0], topics_of(vectors, plain, leading)[0])


def test_followers_that_no_theme_claims_keep_their_topics_and_leading_passages_too() -> None:
    vectors, labels, leading = corpus()
    plain = [guide(vectors, labels, group) for group in (0, 1)]
    worded = [guide(vectors, labels, 0, 60), guide(vectors, labels, 1, 61)]
    one, two = (topics_of(vectors, guides, leading)[0][1] for guides in (plain, worded))
    assert np.array_equal(_groups(one[:60]), _groups(two[:60]))


def test_levels_still_nest_and_a_theme_without_a_topic_changes_nothing() -> None:
    vectors, labels, leading = corpus()
    found = cluster(vectors, list(map(str, range(70))), SETTINGS, leading=leading)
    assert joined(found, vectors, [guide(vectors, labels, 0, 60)], leading) is found
    levels, _ = topics_of(vectors, [guide(vectors, labels, 0, 60, 65), guide(vectors, labels, 1, 61)], leading)
    for coarser, finer in pairwise(levels):
        assert all(len(set(coarser[finer == topic].tolist())) == 1 for topic in set(finer.tolist()))


def test_a_new_prototype_lies_halfway_to_its_topic() -> None:
    vectors, labels, leading = corpus()
    guides = [guide(vectors, labels, 0, 60), guide(vectors, labels, 1)]
    found = cluster(vectors, list(map(str, range(70))), SETTINGS, guides=guides, leading=leading)
    [newest] = found.rule.prototypes[len(found.rule.prototypes) - 1 :]
    nearest = (vectors[60] @ found.rule.prototypes[:-1].T).max()
    assert newest @ vectors[60] > nearest
    assert (vectors[61:] @ newest).mean() < (vectors[61:] @ vectors[60]).mean()


def _groups(labels: np.ndarray) -> np.ndarray:
    return labels[:, None] == labels[None, :]
