"""The scores of keywords that the benchmark prints."""

import math

import numpy as np
import pytest

from benchmarks.word_scores import Contexts, Scores, score, tokens_of

PASSAGES = [tokens_of(text) for text in ("Rye bread, rye.", "Rye bread", "Night train", "The night", "Bread and train")]


def test_keywords_that_share_every_passage_score_one_and_those_that_share_none_minus_one():
    assert score([["rye", "rye bread"]], PASSAGES, {}, 10).npmi == pytest.approx(1.0)
    assert score([["rye", "night"]], PASSAGES, {}, 10).npmi == -1.0


def test_npmi_is_that_of_its_definition():
    expected = math.log((2 / 5) / ((2 / 5) * (3 / 5))) / -math.log(2 / 5)
    assert score([["rye", "bread"]], PASSAGES, {}, 10).npmi == pytest.approx(expected)


def test_a_phrase_occurs_where_its_words_are_next_to_each_other():
    assert score([["bread train", "night"]], PASSAGES, {}, 10).npmi == -1.0
    assert score([["Rye Bread", "rye"]], PASSAGES, {}, 10).npmi == pytest.approx(1.0)


def test_the_variant_by_words_splits_phrases():
    found = score([["night train", "rye"]], PASSAGES, {}, 10)
    assert found.npmi == -1.0
    assert found.npmi_words > found.npmi  # "night" and "train" share one passage


def test_only_the_best_keywords_count():
    assert score([["rye", "rye bread", "night"]], PASSAGES, {}, 2).npmi == pytest.approx(1.0)


def test_diversity_counts_each_keyword_once():
    assert score([["rye", "bread"], ["rye", "train"]], PASSAGES, {}, 10).diversity == 0.75


def test_external_coherence_takes_the_keywords_that_have_vectors():
    vectors = {"rye": np.array([1.0, 0.0]), "bread": np.array([0.0, 1.0])}
    found = score([["rye", "rye bread", "train"]], PASSAGES, vectors, 10)
    assert found.external == pytest.approx(math.sqrt(0.5))
    assert found.covered == pytest.approx(2 / 3)


def test_the_combination_is_a_geometric_mean_of_what_is_above_zero():
    assert Scores(0.2, 0.2, 0.8, 0.4, 1.0).combined == pytest.approx((0.2 * 0.8 * 0.4) ** (1 / 3))
    assert math.isnan(Scores(-0.2, 0.2, 0.8, 0.4, 1.0).combined)


def test_word_vectors_leave_out_the_corpus_that_is_scored_and_are_the_same_each_time():
    bakery = ["the baker sells fresh rye bread", "the baker eats fresh wheat bread", "rye flour and wheat flour"] * 6
    railway = ["the night train leaves the station", "the late train leaves the harbour"] * 6
    corpora = {"bakery": [tokens_of(t) for t in bakery], "railway": [tokens_of(t) for t in railway]}
    without = Contexts(corpora).vectors(without="railway")
    assert {"rye", "wheat"} <= without.keys()
    assert "train" not in without
    assert without["rye"] @ without["wheat"] > without["rye"] @ without["sells"]
    again = Contexts(corpora).vectors(without="railway")
    assert all(np.array_equal(without[word], again[word]) for word in without)
