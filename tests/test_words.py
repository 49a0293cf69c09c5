"""Passages as words: stop words, phrases, and how words are written."""

import pytest

from tests.corpus_texts import ARABIC, CHINESE, ENGLISH, GARTEN, ICELANDIC, JAPANESE, TRADGARD
from topics.language import stop_words
from topics.words import Kind, read


def corpus_of(texts, language="en", stops=stop_words):
    return read(texts, [language] * len(texts), stops)[0]


def kinds_of(corpus, kind):
    return {item for item, found in corpus.kinds.items() if found is kind}


def test_each_language_is_a_corpus_of_its_own_the_largest_first():
    texts = [*TRADGARD[:1], *ENGLISH[:3], *GARTEN[:2]]
    corpora = read(texts, ["sv", "en", "en", "en", "de", "de"], stop_words)
    assert [corpus.language for corpus in corpora] == ["en", "de", "sv"]
    assert [corpus.rows.tolist() for corpus in corpora] == [[1, 2, 3], [4, 5], [0]]
    assert list(corpora[0].texts) == ENGLISH[:3]


def test_there_must_be_one_language_a_text():
    with pytest.raises(ValueError, match="1 languages for 2 texts"):
        read(["one", "two"], ["en"], stop_words)


def test_no_passages_no_corpora():
    assert read([], [], stop_words) == ()


def test_terms_are_content_words_and_neighbours_of_one_sentence():
    corpus = corpus_of(["The bakery sells rye bread. Bread of rye, flour and water"])
    assert corpus.terms(0) == [
        *("bakery", "sells", "bakery sells", "rye", "sells rye", "bread", "rye bread"),
        *("bread", "rye", "flour", "water"),
    ]


def test_a_number_may_end_a_phrase_but_is_no_term():
    terms = corpus_of(["Platform 9 closed 2019 trains"]).terms(0)
    assert "platform 9" in terms
    assert not {"9", "2019", "2019 trains"}.intersection(terms)


def test_phrases_start_and_end_with_content_and_may_hold_stop_words():
    corpus = corpus_of(["the station of the night train"])
    items = corpus.passages[0]
    found = {" ".join(items[start:end]) for start, end in corpus.phrases(0, 4)}
    assert found == {"station", "night", "night train", "train", "station of the night"}


def test_an_acronym_is_not_the_stop_word_that_it_resembles():
    texts = ["The US economy grew.", "He told us that the US vote is near.", "It is us. It is what it is."]
    corpus = corpus_of(texts)
    assert corpus.kinds["US"] is Kind.CONTENT
    assert corpus.kinds["us"] is Kind.STOP
    assert corpus.keys["US"] != corpus.keys["us"]


def test_a_shouted_stop_word_stays_one():
    corpus = corpus_of(["We do NOT want that", "NOT ONE WORD more", *["It is not that"] * 6])
    assert corpus.kinds["NOT"] is Kind.STOP


def test_expressions_that_start_with_a_stop_word_are_known_by_hyphen_capitals_or_company():
    stops = lambda language: frozenset({"open", "new", "the", "a", "in", "was", "of", "and", "is"})  # noqa: E731
    texts = [
        *("The open source code is free.", "An open-source tool helps.", "Doors stay open late."),
        *("Trains to New York run.", "She moved to New York.", "Hotels of New York cost more.", "A new menu helps."),
        *(f"Plain passage number {word} says nothing" for word in "one two three four five six seven eight".split()),
    ]
    fixed = corpus_of(texts, stops=stops).fixed
    assert {"open source", "new york"} <= fixed
    assert not {"open late", "new menu", "the open", "a new"} & fixed


def test_a_repeated_text_does_not_make_an_expression():
    assert not corpus_of(["Because trains stop there"] * 300).fixed


def test_words_are_written_as_they_mostly_are_within_sentences():
    texts = [
        "Compost is warm. We like compost.",
        "The COMPOST and iPhone",
        "Our compost! An iPhone",
        "Compost. Compost.",
    ]
    assert corpus_of(texts).written({"compost", "iphone"}) == {"compost": "compost", "iphone": "iPhone"}


def test_a_headline_takes_the_capitals_of_its_words():
    texts = ["Night Train to Vienna Returns", "He took a train at night.", "She flew from Vienna."]
    assert corpus_of(texts).written({"night train", "vienna"}) == {"night train": "night train", "vienna": "Vienna"}


def test_hyphen_and_space_are_one_phrase_written_the_more_frequent_way():
    texts = ["an open-source tool", "an open-source plan", "one open source tool", "the open-source way"]
    assert corpus_of(texts).written({"open source"}) == {"open source": "open-source"}


@pytest.mark.parametrize(
    ("texts", "language", "words"),
    [
        (GARTEN, "de", {"Gewächshaus", "Tomaten", "Kompost"}),
        (CHINESE, "zh", {"温室", "番茄", "夜班火车"}),
        (JAPANESE, "ja", {"トマト", "温室", "乗客"}),
        (ARABIC, "ar", {"الطماطم", "القطار", "المحطة"}),
    ],
)
def test_other_languages_have_their_words_and_stop_words(texts, language, words):
    corpus = corpus_of(texts, language)
    assert words <= kinds_of(corpus, Kind.CONTENT)
    assert not kinds_of(corpus, Kind.CONTENT) & stop_words(language)


def test_titles_bring_no_english_articles_into_other_languages():
    corpus = corpus_of(["Filmen The Lord of the Rings visas på biografen."], "sv")
    assert {"The", "of"} <= kinds_of(corpus, Kind.STOP)


def test_a_language_without_a_list_has_short_common_words_for_stop_words():
    assert not stop_words("is")
    corpus = corpus_of(ICELANDIC, "is")
    assert {"er", "á", "og", "í", "en"} <= kinds_of(corpus, Kind.STOP)
    assert {"svefnvagninn", "vegurinn", "fjallinu"} <= kinds_of(corpus, Kind.CONTENT)


def test_an_unknown_language_borrows_the_stop_words_around_it():
    corpora = read([*ENGLISH, "Which because bakery"], ["en"] * len(ENGLISH) + ["und"], stop_words)
    unknown = next(corpus for corpus in corpora if corpus.language == "und")
    assert {"Which", "because"} <= kinds_of(unknown, Kind.STOP)
    assert "bakery" in kinds_of(unknown, Kind.CONTENT)


def test_texts_without_words_have_none():
    corpus = corpus_of(["🎉🎉🎉", "…", "   "])
    assert not kinds_of(corpus, Kind.CONTENT)
    assert [corpus.terms(row) for row in range(3)] == [[], [], []]
