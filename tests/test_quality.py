"""Scores of a model, and what they say of themselves."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.models import small_model
from topics.quality import score
from topics.values import Keyword, Topic

UNLABELLED = {
    "npmi",
    "diversity",
    "embedding_coherence",
    "intrusion",
    "cohesion",
    "silhouette",
    "stability",
    "share_loose",
    "language_mixing",
    "source_mixing",
}
LABELLED = {"ami", "ari", "v_measure", "fmi"}


@pytest.fixture(scope="module")
def model():
    return small_model()


def with_labels(model, labels):
    """The model with other labels at the level shown."""
    rows = model.all_labels.copy()
    rows[model.level_names.index(model.level)] = labels
    return replace(model, all_labels=rows)


def with_topics(model, topics):
    """The model with other topics at the level shown."""
    levels = [replace(level, topics=tuple(topics)) if level.name == model.level else level for level in model.levels]
    return replace(model, levels=tuple(levels))


def topic(number, terms=(), **changes):
    own = tuple(Keyword(term, 1.0, "en") for term in terms)
    values = {"id": number, "name": f"T{number}", "keywords": own, "size": 1, "share": 0.5, "stability": 1.0}
    return Topic(**{**values, "level": "medium", **changes})


def test_every_row_has_a_meaning_and_a_caveat(model):
    rows = score(model).rows()
    assert {row.name for row in rows} == UNLABELLED
    for row in rows:
        assert row.meaning.endswith(".")
        assert row.caveat.endswith(".")
    assert {row.name for row in score(model, gold=model.labels.tolist()).rows()} == UNLABELLED | LABELLED


def test_topics_that_are_far_apart_score_better_than_random_ones(model):
    mixed = with_labels(model, np.arange(len(model.passages)) % len(model.topics))
    assert score(model).cohesion > score(mixed).cohesion
    assert score(model).intrusion > score(mixed).intrusion + 0.2
    assert score(model).silhouette > score(mixed).silhouette


def test_npmi_prefers_words_that_share_passages(model):
    texts = model.passages.texts()
    first = [word for word in texts[0].replace(".", "").replace(",", "").split() if len(word) > 5][:3]
    last = [word for word in texts[-1].replace(".", "").replace(",", "").split() if len(word) > 5][:3]
    code = model.passages.language_codes()[0]

    def npmi(terms):
        own = tuple(Keyword(term, 1.0, code) for term in terms)
        return score(with_topics(model, [replace(model.topics[0], keywords=own), *model.topics[1:]])).npmi

    assert npmi(first) > npmi([first[0], last[0]] if code == model.passages.language_codes()[-1] else first[:1])


def test_npmi_is_said_to_be_unreliable_on_few_passages(model):
    caveat = next(row.caveat for row in score(model).rows() if row.name == "npmi")
    assert "too few" in caveat


def test_embedding_coherence_prefers_related_words_and_tells_what_unrelated_ones_have(model):
    near = [topic(0, ["parking", "parking lot", "car park"]), topic(1, ["school lunch", "lunch", "warm lunch"])]
    mixed = [topic(0, ["parking", "lunch", "warm lunch"]), topic(1, ["school lunch", "parking lot", "car park"])]
    scores = score(with_topics(model, near))
    assert scores.embedding_coherence > score(with_topics(model, mixed)).embedding_coherence
    assert scores.embedding_coherence > scores.keywords_apart
    caveat = next(row.caveat for row in scores.rows() if row.name == "embedding_coherence")
    assert f"different topics have {scores.keywords_apart:.2f} here" in caveat


def test_embedding_coherence_is_the_mean_over_topics_of_pairs_in_one_language(model):
    terms = {0: ["parking", "bus"], 1: ["lunch", "classroom", "solar roof"]}
    foreign = Keyword("cykelbanan", 1.0, "sv")
    topics = [topic(0, terms[0]), topic(1, terms[1])]
    topics[0] = replace(topics[0], keywords=(*topics[0].keywords, foreign))
    vectors = {n: model.embedder.encode(own).astype(float) for n, own in terms.items()}
    pairs = {n: [a @ b for i, a in enumerate(own) for b in own[i + 1 :]] for n, own in vectors.items()}
    scores = score(with_topics(model, topics))
    assert scores.embedding_coherence == pytest.approx(np.mean([np.mean(own) for own in pairs.values()]), abs=1e-6)
    assert scores.keywords_apart == pytest.approx((vectors[0] @ vectors[1].T).mean(), abs=1e-6)


def test_embedding_coherence_needs_the_encoder_of_the_model(model):
    other = replace(model, encoder=replace(model.encoder, fingerprint="0" * 64))
    scores = score(other)
    assert math.isnan(scores.embedding_coherence)
    assert "not the one here" in scores.missing["embedding_coherence"]


def test_an_intruder_is_always_spotted_between_topics_at_right_angles_and_rarely_among_equals(model):
    n = len(model.passages)
    labels = np.arange(n, dtype=np.int32) % 2
    apart = np.zeros_like(model.vectors)
    apart[np.arange(n), labels] = 1.0
    topics = [topic(0, size=12), topic(1, size=12)]
    split = with_topics(with_labels(model, labels), topics)
    assert score(replace(split, vectors=apart)).intrusion == 1.0
    random = np.random.default_rng(3).normal(size=apart.shape)
    random = (random / np.linalg.norm(random, axis=1, keepdims=True)).astype(np.float32)
    assert score(replace(split, vectors=random)).intrusion < 0.4
    alike = np.zeros_like(apart)
    alike[:, 0] = 1.0
    assert score(replace(split, vectors=alike)).intrusion == 0.0  # nobody can tell: a tie is no hit


def test_topics_too_small_to_hide_anything_in_say_so(model):
    labels = (np.arange(len(model.passages)) // 4).astype(np.int32)
    tiny = with_topics(with_labels(model, labels), [topic(i) for i in range(labels.max() + 1)])
    assert score(tiny).missing["intrusion"] == "no topic has 5 passages, and others outside it"


def test_diversity_counts_each_word_once(model):
    apart = with_topics(model, [topic(0, ["bread", "rye"]), topic(1, ["train", "signal"])])
    shared = with_topics(model, [topic(0, ["bread", "rye"]), topic(1, ["Bread", "signal"])])
    assert score(apart).diversity == 1.0
    assert score(shared).diversity == 0.75


def test_stability_is_weighted_by_size_and_leaves_out_what_was_not_measured(model):
    topics = [topic(0, size=30, stability=0.9), topic(1, size=10, stability=0.5), topic(2, size=60, stability=math.nan)]
    assert score(with_topics(model, topics)).stability == pytest.approx(0.8)


def test_the_share_of_loose_passages(model):
    labels = model.labels.copy()
    labels[:6] = -1
    assert score(with_labels(model, labels)).share_loose == pytest.approx(6 / len(labels))


def test_mixing_is_one_where_topics_are_languages_and_near_zero_where_they_are_not(model):
    assert score(with_labels(model, model.passages.language)).language_mixing == pytest.approx(1.0)
    assert score(with_labels(model, model.passages.document)).source_mixing == pytest.approx(1.0)
    assert score(model).language_mixing < 0.2


def test_a_single_topic_has_no_silhouette_and_says_why(model):
    single = with_topics(with_labels(model, np.zeros(len(model.passages), np.int32)), [topic(0, ["bread"])])
    scores = score(single)
    assert math.isnan(scores.silhouette)
    assert math.isnan(scores.npmi)
    assert math.isnan(scores.language_mixing)
    assert scores.cohesion > 0
    told = {row.name: row.caveat for row in scores.rows()}
    assert told["silhouette"] == "Not measured: it takes two topics to compare."
    assert told["language_mixing"] == "Not measured: there is only one topic."


def test_all_passages_loose_is_scored_without_a_crash(model):
    scores = score(with_labels(model, np.full(len(model.passages), -1, np.int32)))
    assert scores.share_loose == 1.0
    assert math.isnan(scores.cohesion)


def test_scores_are_the_same_each_time(model):
    assert score(model).rows() == score(model).rows()
