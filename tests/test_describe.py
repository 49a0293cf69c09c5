"""Keywords and representatives."""

import subprocess
import sys
import time

import numpy as np
import pytest

from tests.corpus_texts import (
    ARABIC,
    CHINESE,
    ENGLISH,
    ENGLISH_LABELS,
    GARDEN,
    GARTEN,
    ICELANDIC,
    JAPANESE,
    NACHTZUG,
    NATTAG,
    RAILWAY,
    TRADGARD,
)
from topics import words
from topics.describe import by_centrality, keywords, representatives
from topics.language import stop_words


def keywords_of(texts, labels, languages="en", *, n=10, n_topics=None, stops=stop_words):
    codes = [languages] * len(texts) if isinstance(languages, str) else languages
    corpora = words.read(texts, codes, stops)
    return keywords(corpora, np.array(labels, np.int32), n_topics or max(labels) + 1, n=n)


def terms(keywords):
    return [keyword.term for keyword in keywords]


def unit(rows):
    rows = np.array(rows, dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


# Keywords -------------------------------------------------------------------------------------------------------------


def test_keywords_say_what_each_topic_is_about():
    garden, railway, bread = (terms(own) for own in keywords_of(ENGLISH, ENGLISH_LABELS))
    assert {"greenhouse", "community garden", "tomato plants"} <= set(garden)
    assert {"night train", "station", "passengers"} <= set(railway)
    assert {"loaf", "crust", "sourdough"} <= {word for term in bread for word in [term, *term.split()]}


def test_the_best_keyword_weighs_one_and_the_others_less_in_order():
    for own in keywords_of(ENGLISH, ENGLISH_LABELS):
        weights = [keyword.weight for keyword in own]
        assert weights[0] == 1.0
        assert weights == sorted(weights, reverse=True)
        assert min(weights) > 0


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        *(("de", GARTEN, NACHTZUG), ("sv", TRADGARD, NATTAG), ("en", GARDEN, RAILWAY)),
        *(("zh", CHINESE[:3], CHINESE[3:]), ("ja", JAPANESE[:2], JAPANESE[2:]), ("ar", ARABIC[:2], ARABIC[2:])),
    ],
)
def test_no_stop_word_is_a_keyword_in_any_language(language, one, other):
    found = keywords_of([*one, *other], [0] * len(one) + [1] * len(other), language)
    shown = {keyword.term.casefold() for own in found for keyword in own}
    assert shown
    assert not shown & {word.casefold() for word in stop_words(language)}


@pytest.mark.parametrize(
    ("texts", "labels", "language", "first", "second"),
    [
        (CHINESE, [0, 0, 0, 1, 1, 1], "zh", {"温室", "番茄"}, {"夜班火车", "乘客"}),
        (JAPANESE, [0, 0, 1, 1], "ja", {"トマト", "温室"}, {"乗客", "寝台車"}),
        (ARABIC, [0, 0, 1, 1], "ar", {"الطماطم"}, {"المحطة"}),
        ([*TRADGARD, *NATTAG], [0] * 3 + [1] * 3, "sv", {"växthuset", "odlarna"}, {"nattåget", "sovvagn"}),
    ],
)
def test_keywords_in_other_languages(texts, labels, language, first, second):
    found = keywords_of(texts, labels, language)
    assert first <= set(terms(found[0]))
    assert second <= set(terms(found[1]))


def test_no_keyword_is_a_part_of_another_of_its_topic():
    for own in keywords_of(ENGLISH, ENGLISH_LABELS, n=20):
        shown = [f" {term.casefold()} " for term in terms(own)]
        assert not [(one, other) for one in shown for other in shown if one != other and one in other]


def test_a_word_that_lives_in_one_phrase_is_shown_as_that_phrase():
    garden = terms(keywords_of(ENGLISH, ENGLISH_LABELS)[0])
    assert "community garden" in garden
    assert not {"community", "garden"} & set(garden)


def test_a_phrase_does_not_span_sentences_or_stop_words():
    texts = ["Fresh rye. Bread for sale, rye and bread."] * 2 + ["Rye or bread", "Trains stop here", "Trains run late"]
    assert "rye bread" not in {term.casefold() for term in terms(keywords_of(texts, [0, 0, 0, 1, 1])[0])}


def test_what_the_whole_corpus_is_about_weighs_little():
    texts = [f"Vienna {text}" for text in ENGLISH]
    for own in keywords_of(texts, ENGLISH_LABELS):
        assert "Vienna" not in terms(own)[:5]


def test_original_capitals_come_back():
    texts = ["The GmbH called NASA today.", "Why NASA and the GmbH of eBay?", "We saw eBay and NASA.", "Bread is good."]
    assert {"NASA", "GmbH", "eBay"} <= set(terms(keywords_of(texts, [0, 0, 0, 1])[0]))


def test_a_topic_in_two_languages_shows_both_by_share():
    texts = [*GARDEN, *TRADGARD, *RAILWAY, *NATTAG]
    languages = ["en"] * 6 + ["sv"] * 3 + ["en"] * 6 + ["sv"] * 3
    found = keywords_of(texts, [0] * 9 + [1] * 9, languages)
    for own in found:
        shown = [keyword.language for keyword in own]
        assert (shown.count("en"), shown.count("sv")) == (7, 3)
        assert shown[0] == "en"
    assert "växthuset" in terms(found[0])
    assert "nattåget" in terms(found[1])


def test_a_name_that_both_languages_use_is_there_once():
    texts = ["Azure runs models.", "Azure sells models.", "Azure kör modeller.", "Bread is baked.", "Bröd bakas."]
    own = terms(keywords_of(texts, [0, 0, 0, 1, 1], ["en", "en", "sv", "en", "sv"])[0])
    assert own.count("Azure") == 1


def test_loose_passages_form_no_topic_but_count_as_background():
    texts = [*ENGLISH, *["The greenhouse of the harbour office"] * 10]
    found = keywords_of(texts, [*ENGLISH_LABELS, *[-1] * 10], n_topics=3)
    assert len(found) == 3
    assert terms(found[0])[0] != "greenhouse"


def test_the_order_of_passages_does_not_matter():
    languages = ["en"] * 18 + ["sv"] * 6
    texts, labels = [*ENGLISH, *TRADGARD, *NATTAG], [*ENGLISH_LABELS, 0, 0, 0, 1, 1, 1]
    expected = keywords_of(texts, labels, languages)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(texts))
        shuffled = ([column[row] for row in order] for column in (texts, labels, languages))
        assert keywords_of(*shuffled) == expected


def test_one_passage_has_keywords():
    assert {"greenhouse", "spring"} <= set(terms(keywords_of(GARDEN[:1], [0])[0]))


def test_three_hundred_identical_texts_have_keywords():
    own = terms(keywords_of(["The bakery sells rye bread."] * 300, [0] * 300)[0])
    assert set(own) == {"bakery", "sells", "bread", "rye"}


def test_text_of_stop_words_only_falls_back_on_them():
    own = keywords_of(["and so it was", "so it was not"], [0, 0])[0]
    assert set(terms(own)) <= {"and", "so", "it", "was", "not"}
    assert own[0].weight == 1.0


def test_text_without_any_word_falls_back_on_its_first_characters():
    assert terms(keywords_of(["🎉🎉🎉 !!"], [0], "und")[0]) == ["🎉🎉🎉 !!"]
    assert len(terms(keywords_of(["…" * 50], [0], "und")[0])[0]) == 12


def test_a_topic_without_passages_has_no_keywords():
    assert keywords_of(GARDEN, [0] * 6, n_topics=2)[1] == ()


def test_a_language_without_a_stop_word_list_shows_content():
    lest, vegur = keywords_of(ICELANDIC, [0, 0, 1, 1], "is")
    assert not {"er", "á", "og", "en", "í", "er á"} & {term.casefold() for own in (lest, vegur) for term in terms(own)}
    assert "svefnvagninn" in {term.casefold() for term in terms(lest)}
    assert "fjallinu" in terms(vegur)


def test_n_is_a_ceiling():
    assert [len(own) for own in keywords_of(ENGLISH, ENGLISH_LABELS, n=3)] == [3, 3, 3]


# Representatives ------------------------------------------------------------------------------------------------------


def test_keywords_of_one_topic_are_those_that_it_has_among_all():
    corpora = words.read(ENGLISH, ["en"] * len(ENGLISH), stop_words)
    labels = np.array(ENGLISH_LABELS, np.int32)
    everything = keywords(corpora, labels, 3)
    assert keywords(corpora, labels, 3, topics=[1]) == [(), everything[1], ()]
    assert keywords(corpora, labels, 3, topics=[]) == [(), (), ()]


def test_centrality_orders_from_the_heart_outwards():
    rows = unit([[1, 1], [1, 0], [1, 0.2], [0, 1]])
    assert by_centrality(rows).tolist()[0] == 0
    assert sorted(by_centrality(rows).tolist()) == [0, 1, 2, 3]


def test_centrality_of_equals_keeps_their_order_and_of_nothing_is_nothing():
    assert by_centrality(unit([[1, 0]] * 4)).tolist() == [0, 1, 2, 3]
    assert by_centrality(np.zeros((1, 2), np.float32)).tolist() == [0]
    assert by_centrality(np.zeros((0, 2), np.float32)).tolist() == []
    assert by_centrality(unit([[1, 0], [-1, 0]])).dtype == np.int32


def test_representatives_leave_out_near_duplicates_of_those_before():
    rows = unit([[1, 0, 0], [1, 0.01, 0], [1, 0, 0.9], [1, 0.9, 0], [0, 0, 0.1]])
    best = representatives(rows, 3).tolist()
    assert len({0, 1} & set(best)) == 1
    assert {2, 3} <= set(best)


def test_representatives_of_identical_texts_are_one():
    assert representatives(unit([[1, 2, 3]] * 300), 5).tolist() == [0]


def test_representatives_fill_up_where_an_encoder_sees_little_difference():
    angles = np.radians([0, 20, 40, 20.001])
    rows = unit([[np.cos(angle), np.sin(angle)] for angle in angles])  # neighbours at cosine 0.94, ends at 0.77
    assert len(representatives(rows, 4)) == 3


def test_representatives_of_nothing_and_bad_n():
    assert representatives(np.zeros((0, 3), np.float32), 5).tolist() == []
    assert representatives(unit([[1, 0]]), 0).tolist() == []
    with pytest.raises(ValueError, match="n is -1"):
        representatives(unit([[1, 0]]), -1)


def test_a_hundred_thousand_rows_take_no_time():
    rows = np.random.default_rng(0).normal(size=(100_000, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[:50_000] = rows[0]
    start = time.process_time()
    assert len(representatives(rows, 10)) == 10
    assert time.process_time() - start < 5


def test_finding_representatives_imports_no_scikit_learn():
    code = (
        "import sys, numpy as np; from topics.describe import representatives; "
        "representatives(np.eye(3, dtype=np.float32), 2); print('sklearn' in sys.modules or 'scipy' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
