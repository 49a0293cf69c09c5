"""The closed classes that tell a noun from a verb."""

import pytest

from topics.language import stop_words
from topics.words.grammar import grammar
from topics.words.tokenise import key_of

LANGUAGES = ["en", "sv", "da", "no", "de", "nl", "fr", "es", "it", "pt", "fi", "ar"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_closed_classes_are_keys_and_nearly_all_stop_words(language):
    rules = grammar(language)
    known = rules.determiners | rules.links | rules.verbal | rules.copulas | rules.complements
    assert {key_of(word) for word in known} == known
    assert len(known - {key_of(word) for word in stop_words(language)}) <= 0.2 * len(known)


def test_what_stands_around_a_noun_and_a_verb():
    english = grammar("en")
    assert english.before_noun("the")
    assert english.before_noun("of")
    assert not english.before_noun("to")
    assert english.before_verb("will")
    assert english.after_verb("the")
    assert not english.after_verb("of")


def test_what_joins_verbs_as_well_as_nouns_says_nothing():
    for language, word in (("en", "and"), ("sv", "och"), ("de", "und"), ("fr", "et")):
        assert word in grammar(language).links
        assert not grammar(language).before_noun(word)


def test_a_determiner_that_is_a_pronoun_as_well_is_no_article():
    assert grammar("sv").is_article("ett")
    assert not grammar("sv").is_article("det")
    assert not grammar("en").before_noun("this")


def test_a_contraction_of_a_closed_word_and_a_quantity_are_closed():
    english = grammar("en")
    assert english.is_closed("you're")
    assert english.is_closed("more")
    assert not english.is_closed("open")
    assert english.is_preposition("into")
    assert english.before_noun("into")


def test_arabic_nouns_are_written_as_one_with_their_article():
    assert grammar("ar").is_definite("الخبز")
    assert not grammar("ar").is_definite("خبز")
    assert not grammar("en").is_definite("bread")


def test_forms_of_verbs_are_recognised_by_their_ending():
    english = grammar("en")
    assert english.looks_verbal(["using", "data"])
    assert english.looks_verbal(["prices", "jumped"])
    assert not english.looks_verbal(["red", "bread"])
    assert not english.looks_verbal(["flower", "bed"])
    assert not english.looks_verbal(["top", "speed"])
    assert not english.looks_verbal(["king", "crab"])


def test_an_unknown_language_is_taken_without_its_help():
    icelandic = grammar("is")
    assert icelandic.before_noun("hvað sem er")
    assert not icelandic.before_verb("hvað sem er")
    assert not icelandic.looks_verbal(["using", "data"])
