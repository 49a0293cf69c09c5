"""What words do in their sentences."""

import pytest

from topics import words
from topics.language import stop_words
from topics.words.grammar import grammar
from topics.words.roles import NO_ROLE, is_nominal


def roles_of(texts, language="en"):
    (corpus,) = words.read(texts, [language] * len(texts), stop_words)
    return corpus.roles


def nominal(word, texts, language="en"):
    return is_nominal(word, roles_of(texts, language).get(word, NO_ROLE), grammar(language))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("bake", "They bake at night."),
        ("bake", "To bake is an art."),
        ("knead", "Bakers knead the dough."),
        ("acknowledging", "The baker left, acknowledging that."),
        ("slowly", "The dough rises slowly."),
        ("burned", "The crust burned quickly."),
    ],
)
def test_verbs_and_adverbs_are_no_nouns(word, text):
    assert not nominal(word, [text])


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("bakery", "She opened the bakery."),
        ("assembly", "It was sent to the assembly."),  # "ly", but behind an article
        ("baking", "An hour of baking."),
        ("fred", "We met Fred at noon."),
    ],
)
def test_nouns_are_nouns_whatever_their_ending(word, text):
    assert nominal(word, [text])


def test_a_word_that_the_corpus_shows_as_noun_and_verb_is_what_it_is_more_often():
    texts = ["They plan to go.", "The plan.", "A plan.", "In the plan."]
    assert nominal("plan", texts)
    assert not nominal("plan", ["They plan to go.", "We plan it.", "The plan."])


def test_a_mark_of_the_source_is_no_word_of_the_text():
    texts = [f"Trains stop in number {row} (Wirepress)." for row in range(6)]
    assert roles_of(texts)["wirepress"].is_mark()
    assert not nominal("wirepress", texts)
    assert not roles_of([*texts, *["The Wirepress office is closed."] * 7])["wirepress"].is_mark()


def test_a_proper_name_is_told_by_its_capitals_within_a_sentence():
    told = roles_of(["We went to Vienna by train.", "Trains are slow.", "The train to Vienna is late."])
    assert told["vienna"].is_proper()
    assert not told["train"].is_proper()
    assert not told["trains"].is_proper()  # a capital at the start of a sentence says nothing


def test_capitals_of_a_headline_say_nothing():
    assert not roles_of(["Night Trains Return Over Mountains."])["mountains"].is_proper()


def test_a_thing_that_one_can_count_needs_an_article():
    told = roles_of(
        ["We saw the club.", "It is a club.", "She left the club.", "A lesson of music.", "They love music."]
    )
    assert told["club"].is_countable()
    assert not told["music"].is_countable()


def test_a_quotation_in_another_script_is_foreign_and_latin_is_not():
    told = roles_of(["The sign says Привет in big letters, and everyone at the station reads it."])
    assert told["привет"].foreign
    assert not told["station"].foreign
    assert not roles_of(["Поезд OpenAI идёт в город."], "ru")["openai"].foreign


def test_in_a_language_without_grammar_every_word_counts_as_a_noun():
    assert nominal("lestin", ["Lestin fór seint um kvöldið."], "is")
    assert roles_of(["Lestin fór seint um kvöldið."], "is")["lestin"].noun_weight() == 1.0


def test_behind_an_article_nothing_is_a_verb_and_behind_a_pronoun_nothing_is_a_noun():
    assert nominal("plan", ["The plan to bake is old.", "Their plan to bake is new."])
    assert roles_of(["This rises at night.", "That rises in the oven."])["rises"].nouns == 0
    assert roles_of(["She kneads and bakes in silence."])["bakes"].nouns == 0


def test_a_verb_before_its_subject_is_a_verb():
    assert not nominal("bakar", ["I dag bakar hon länge.", "På natten bakar vi."], "sv")


def test_a_rare_word_is_judged_by_the_words_that_end_like_it():
    texts = [
        "The coastal bakery is open.", "The rural mill is old.", "The floral cup is hers.", "A frugal meal is cheap.",
        "The mention of rye is rare.", "It is a portion.", "They like the lotion.", "She has the ration of flour.",
        "Nobody knows tidal or motion here.",
    ]  # fmt: skip
    told = roles_of(texts)
    assert told["coastal"].attributes == 1
    assert told["tidal"].head < told["motion"].head
    assert told["tidal"].noun_weight() < told["motion"].noun_weight() == 1.0


def test_an_arabic_noun_with_its_article_is_seen_as_a_noun():
    assert roles_of(["الخبز."], "ar")["الخبز"].nouns == 1
    assert roles_of(["خبز."], "ar")["خبز"].nouns == 0


def test_nothing_has_no_roles():
    assert roles_of([""]) == {}
