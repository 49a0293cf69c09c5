"""Small changes of a corpus or a setting never jump from many topics to few: no cliffs."""

from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import topics
from tests.planted import planted
from topics.cluster import Clustering, cluster
from topics.model import TopicModel
from topics.settings import Settings

FACTOR = 1.75  # between neighbours, at every level
SLACK = 1  # a topic more or less, where there are few


def groups_in_groups() -> np.ndarray:
    """Return 5 groups of 4 groups of 8 unit vectors."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(5, 48))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    inner = np.repeat(centres, 4, axis=0) + rng.normal(size=(20, 48)) * 0.6 / np.sqrt(48)
    vectors = np.repeat(inner, 8, axis=0) + rng.normal(size=(160, 48)) * 0.8 / np.sqrt(48)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def nothing() -> np.ndarray:
    """Return unit vectors without any group."""
    vectors = np.random.default_rng(0).normal(size=(120, 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


CORPORA = {
    "clear": planted(8, 20, noise=1.0)[0],
    "blurred": planted(12, 12, noise=1.5)[0],
    "nested": groups_in_groups(),
    "nothing": nothing(),
}


def found(vectors: np.ndarray, **knobs: object) -> Clustering:
    return cluster(vectors, [str(row) for row in range(len(vectors))], Settings.from_dict(knobs))


@cache
def as_it_is(name: str) -> list[int]:
    """Return the number of topics of a corpus as it is, with the usual settings."""
    return of(found(CORPORA[name]))


def without(vectors: np.ndarray, share: float) -> np.ndarray:
    order = np.random.default_rng(7).permutation(len(vectors))  # the same order, so that each drops some more
    return vectors[np.sort(order[round(share * len(vectors)) :])]


def steady(counts: Iterable[list[int]]) -> None:
    """See to it that no level jumps from one count to the next."""
    for one, other in pairwise(counts):
        assert len(one) == len(other)
        for before, after in zip(one, other, strict=True):
            assert max(before, after) <= FACTOR * min(before, after) + SLACK, f"a cliff: {one} -> {other}"


def of(clustering: Clustering) -> list[int]:
    """Return the number of topics at every level, and at the one that is shown."""
    counts = [len(stability) for stability in clustering.stability]
    return [*counts, counts[clustering.levels.index(clustering.shown)]]


@pytest.mark.parametrize("name", CORPORA)
def test_another_seed_is_no_cliff(name: str) -> None:
    steady([as_it_is(name), *(of(found(CORPORA[name], seed=seed)) for seed in (1, 2))])


@pytest.mark.parametrize("name", CORPORA)
def test_a_few_passages_less_are_no_cliff(name: str) -> None:
    steady([as_it_is(name), *(of(found(without(CORPORA[name], share))) for share in (0.01, 0.03, 0.05))])


@pytest.mark.parametrize("outliers", ["fill", "keep"])
def test_the_density_engine_has_no_cliff_either(outliers: str) -> None:
    vectors = CORPORA["clear"]
    shown = [of(found(without(vectors, share), engine="density", outliers=outliers))[-1:] for share in (0, 0.02, 0.05)]
    steady(shown)


def test_settings_are_no_cliff_on_the_seeds(seeds: Path) -> None:
    by_length = [counts(topics.fit(seeds, max_sentences=most)) for most in (3, 4, 5)]
    steady(by_length)
    usual = by_length[1]
    for knobs in ({"keep": ("credit",)}, {"clean": False}, {"seed": 1}):
        steady([usual, counts(topics.fit(seeds, **knobs))])


def test_a_few_passages_less_are_no_cliff_on_the_seeds(seeds_model: TopicModel) -> None:
    rows = [np.flatnonzero(np.arange(len(seeds_model.passages)) >= fewer) for fewer in range(4)]
    steady(of(found(np.ascontiguousarray(seeds_model.vectors[kept]))) for kept in rows)


def test_from_k_to_k_less_one_two_topics_join(seeds_model: TopicModel) -> None:
    for k in range(2, len(seeds_model.levels[-1].topics) + 1):
        finer, coarser = seeds_model.at(k), seeds_model.at(k - 1)
        pairs = set(zip(finer.labels.tolist(), coarser.labels.tolist(), strict=True))
        assert len(pairs) == k
        sizes = [topic.size for topic in finer.topics]
        joined = [topic for topic in coarser.topics if sum(parent == topic.id for _, parent in pairs) == 2]
        assert len(joined) == 1
        gone = [sizes[child] for child, parent in pairs if parent == joined[0].id]
        assert sum(gone) == joined[0].size
        kept = sorted(set(range(k)) - {child for child, parent in pairs if parent == joined[0].id})
        rest = sorted(topic.size for topic in coarser.topics if topic.id != joined[0].id)
        assert rest == sorted(sizes[child] for child in kept)


def counts(model: TopicModel) -> list[int]:
    return [*(len(level.topics) for level in model.levels), len(model.topics)]
