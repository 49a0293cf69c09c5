"""The closed classes that tell a noun from a verb."""

import pytest

from topics.language import stop_words
from topics.words.grammar import grammar
from topics.words.tokenise import key_of

LANGUAGES = ["en", "sv", "da", "no", "de", "nl", "fr", "es", "it", "pt"]


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


def test_forms_of_verbs_are_recognised_by_their_ending():
    english = grammar("en")
    assert english.looks_verbal(["using", "data"])
    assert english.looks_verbal(["prices", "jumped"])
    assert not english.looks_verbal(["red", "bread"])
    assert not english.looks_verbal(["flower", "bed"])
    assert not english.looks_verbal(["top", "speed"])
    assert not english.looks_verbal(["king", "crab"])


def test_an_unknown_language_is_taken_without_its_help():
    finnish = grammar("fi")
    assert finnish.before_noun("mikä tahansa")
    assert not finnish.before_verb("mikä tahansa")
    assert not finnish.looks_verbal(["using", "data"])
