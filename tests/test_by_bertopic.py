import logging
import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.planted import levels_nest, planted
from topics import words
from topics.cluster import Clustering, Guide, by_bertopic, cluster
from topics.cluster.by_bertopic import _shots
from topics.cluster.choice import Grouping, chosen
from topics.cluster.modularity import Modularity
from topics.settings import Outliers, Settings

STOPS = frozenset("the a of and in is to it they that with for on when where over".split())
SUBJECTS = {
    "bees": "hive honey queen bee swarm nectar pollen beekeeper wax comb".split(),
    "tides": "harbour tide moon current boat ebb shore salt wave anchor".split(),
    "bread": "dough oven yeast flour loaf baker crust rye starter crumb".split(),
    "trains": "platform railway ticket locomotive carriage signal track Göteborg driver whistle".split(),
}


def written(labels: np.ndarray, seed: int = 0) -> list[str]:
    """A sentence about its group's subject for each label, most of its words the same small ones."""
    rng = np.random.default_rng(seed)
    subjects = list(SUBJECTS.values())
    texts = []
    for row, label in enumerate(labels.tolist()):
        one, two, three, four = rng.choice(subjects[label % len(subjects)], 4, replace=False)
        texts.append(f"The {one} of the {two} is in the {three}, and it is to the {four} that they go, {row} of them.")
    return texts


def fit(
    vectors: np.ndarray, texts: Sequence[str], outliers: Outliers = "fill", guides: Sequence[Guide] = ()
) -> Clustering:
    corpora = words.read(texts, ["en"] * len(texts), lambda _: STOPS)
    return by_bertopic.fit(vectors, texts, Settings(engine="bertopic", outliers=outliers), guides, None, corpora)


def guide(name: str, vectors: np.ndarray, rows: np.ndarray) -> Guide:
    mean = vectors[rows].mean(axis=0)
    return Guide(name, mean / np.linalg.norm(mean), rows.astype(np.int32))


def one_to_one(labels: np.ndarray, planted_in: np.ndarray) -> bool:
    return len({*zip(labels.tolist(), planted_in.tolist(), strict=True)}) == len(np.unique(planted_in))


@pytest.fixture(scope="module")
def corpus() -> tuple[np.ndarray, np.ndarray, list[str]]:
    vectors, labels = planted(4, 20, noise=0.8)
    return vectors, labels, written(labels)


@pytest.fixture(scope="module")
def found(corpus: tuple[np.ndarray, np.ndarray, list[str]]) -> Clustering:
    vectors, _, texts = corpus
    filters = warnings.filters[:]
    clustering = fit(vectors, texts)
    assert warnings.filters == filters
    return clustering


def test_planted_topics_are_found_and_nest(corpus: tuple[np.ndarray, np.ndarray, list[str]], found: Clustering) -> None:
    labels = found.rule.labels(corpus[0])
    assert one_to_one(labels[found.levels.index("medium")], corpus[1])
    assert len(found.levels) >= 2
    assert levels_nest(list(labels))
    assert labels.min() == 0


def test_every_level_has_keywords_of_its_subjects_and_no_stop_word(
    corpus: tuple[np.ndarray, np.ndarray, list[str]], found: Clustering
) -> None:
    vectors, planted_in, _ = corpus
    assert set(found.keywords) == set(found.levels)
    labels = found.rule.labels(vectors)
    for level, described in found.keywords.items():
        assert len(described) == labels[found.levels.index(level)].max() + 1
    medium = labels[found.levels.index("medium")]
    for topic, pairs in enumerate(found.keywords["medium"]):
        subject = list(SUBJECTS.values())[planted_in[medium == topic][0]]
        terms = [term for term, _ in pairs]
        assert 5 <= len(terms) <= 10
        assert len(set(terms)) == len(terms)
        assert not STOPS & {term.lower() for term in terms}
        assert sum(term in subject for term in terms) >= len(terms) / 2
        weights = [weight for _, weight in pairs]
        assert weights == sorted(weights, reverse=True)
        assert weights[-1] > 0


def test_names_keep_their_capitals_and_letters(found: Clustering) -> None:
    assert "Göteborg" in {term for pairs in found.keywords["medium"] for term, _ in pairs}


def test_the_order_of_passages_does_not_matter(
    corpus: tuple[np.ndarray, np.ndarray, list[str]], found: Clustering
) -> None:
    vectors, _, texts = corpus
    order = np.random.default_rng(1).permutation(len(texts))
    permuted = fit(vectors[order], [texts[row] for row in order])
    assert (permuted.rule.labels(vectors[order]) == found.rule.labels(vectors)[:, order]).all()
    for level in found.levels:
        for one, other in zip(permuted.keywords[level], found.keywords[level], strict=True):
            assert [term for term, _ in one] == [term for term, _ in other]


def test_themes_become_zero_shot_topics(corpus: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    vectors, planted_in, texts = corpus
    half_of_the_bees = np.flatnonzero(planted_in == 0)[:10]
    nothing = Guide("Nothing", -vectors[0], np.zeros(0, np.int32))
    guides = [guide("Beekeeping", vectors, half_of_the_bees), nothing]
    clustering = fit(vectors, texts, guides=guides)
    medium = clustering.levels.index("medium")
    labels = clustering.rule.labels(vectors)[medium]
    ((topic, name),) = clustering.themes[medium].items()
    assert name == "Beekeeping"
    assert (planted_in[labels == topic] == 0).all()
    assert (labels[half_of_the_bees] == topic).mean() > 0.7


def test_every_passage_may_belong_to_a_theme(corpus: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    vectors, planted_in, texts = corpus
    guides = [guide(name, vectors, np.flatnonzero(planted_in == group)) for group, name in enumerate(SUBJECTS)]
    clustering = fit(vectors, texts, guides=guides)
    medium = clustering.levels.index("medium")
    assert set(clustering.themes[medium].values()) == set(SUBJECTS)
    assert one_to_one(clustering.rule.labels(vectors)[medium], planted_in)


def test_the_threshold_of_zero_shot_topics_fits_the_corpus() -> None:
    angles = np.radians([0, 10, 20, 60, 70, 80])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    shots = _shots(vectors, [Guide("east", vectors[0], np.array([0, 1, 2], np.int32))])
    assert shots is not None
    assert shots.threshold == pytest.approx(np.cos(np.radians(20)), abs=1e-5)
    assert shots.guides[0].members.tolist() == [0, 1, 2]
    assert _shots(vectors, [Guide("west", -vectors[0], np.array([0], np.int32))]) is None  # nothing agrees with it
    assert _shots(vectors, [Guide("east", vectors[0], np.zeros(0, np.int32))]) is None
    assert _shots(vectors, []) is None


@pytest.mark.parametrize("outliers", ["fill", "keep"])
def test_outliers_are_filled_or_kept(
    corpus: tuple[np.ndarray, np.ndarray, list[str]], monkeypatch: pytest.MonkeyPatch, outliers: Outliers
) -> None:
    def some_left_out(space: np.ndarray, groupings: Sequence[Grouping], judge: Modularity) -> Grouping:
        best = chosen(space, groupings, judge)
        return replace(best, labels=np.where(np.arange(len(space)) % 7, best.labels, -1).astype(np.int32))

    monkeypatch.setattr(by_bertopic, "chosen", some_left_out)
    vectors, planted_in, texts = corpus
    clustering = fit(vectors, texts, outliers)
    told = clustering.rule.labels(vectors)
    assert (told < 0).mean() == pytest.approx(1 / 7 if outliers == "keep" else 0.0, abs=0.02)
    medium = told[clustering.levels.index("medium")]
    assert one_to_one(medium[medium >= 0], planted_in[medium >= 0])
    for level, described in clustering.keywords.items():
        assert len(described) == told[clustering.levels.index(level)].max() + 1


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10])
def test_too_few_passages_for_umap_get_topics_and_keywords_all_the_same(
    n: int, caplog: pytest.LogCaptureFixture
) -> None:
    vectors, labels = planted(n, 1)
    with caplog.at_level(logging.WARNING):
        clustering = fit(vectors, written(labels))
    assert f"{n} distinct passages are too few for UMAP and HDBSCAN" in caplog.text
    assert clustering.rule.labels(vectors).min() == 0
    assert all(all(pairs) for pairs in clustering.keywords.values())


def test_identical_texts_never_part() -> None:
    vectors, labels = planted(4, 12, noise=1.2)
    texts = written(labels)
    clustering = fit(np.concatenate([vectors, vectors]), texts + texts)
    told = clustering.rule.labels(np.concatenate([vectors, vectors]))
    assert (told[:, :48] == told[:, 48:]).all()


@pytest.mark.parametrize("text", ["", "the of and", "bees"])
def test_texts_without_words_of_their_own_have_no_keywords_but_topics(text: str) -> None:
    vectors, planted_in = planted(3, 4)
    clustering = fit(vectors, [text] * 12)
    medium = clustering.levels.index("medium")
    assert one_to_one(clustering.rule.labels(vectors)[medium], planted_in)
    assert {term for pairs in clustering.keywords["medium"] for term, _ in pairs} <= {"bees"}


def test_it_needs_no_corpora_no_network_and_leaves_warnings_alone() -> None:
    code = """
import socket, sys, warnings

def refuse(*arguments, **options):
    raise AssertionError("the network was asked")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
import numpy as np
from topics.cluster import cluster
from topics.settings import Settings

before = warnings.filters[:]
rng = np.random.default_rng(0)
vectors = np.repeat(np.eye(4, 16), 12, axis=0) + rng.normal(size=(48, 16)) * 0.1
vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
subjects = np.repeat(["beekeeper", "fisherman", "sourdough", "locomotive"], 12)
texts = [f"the {subject} and the weather of {row}" for row, subject in enumerate(subjects)]
found = cluster(vectors, texts, Settings(engine="bertopic"))
assert warnings.filters == before
assert not {"torch", "sentence_transformers", "transformers"} & set(sys.modules)
print(sorted(pairs[0][0] for pairs in found.keywords["medium"]))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert ran.stdout.strip() == "['beekeeper', 'fisherman', 'locomotive', 'sourdough']"


def test_the_engine_is_reached_by_its_name() -> None:
    vectors, labels = planted(2, 3)
    assert cluster(vectors, written(labels), Settings(engine="bertopic")).keywords
