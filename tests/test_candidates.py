"""Which phrases may name a topic, and which are chosen."""

import numpy as np
import pytest

from tests.corpus_texts import ENGLISH, ENGLISH_LABELS, RAILWAY
from tests.test_label import WordEncoder, names_of
from topics import words
from topics.label.candidates import candidates_of
from topics.label.meaning import by_meaning, by_words, chance, choose
from topics.label.phrases import read
from topics.language import stop_words


def candidates(texts, language="en", others=RAILWAY):
    """Return what may name the texts, against other texts as another topic."""
    every = [*texts, *others]
    labels = np.array([0] * len(texts) + [1] * len(others), np.int32)
    (corpus,) = words.read(every, [language] * len(every), stop_words)
    vectors = WordEncoder()(every, [language] * len(every))
    hearts = np.array([vectors[labels == topic].mean(axis=0) for topic in (0, 1)])
    return {one.text: one for one in candidates_of(corpus, labels, vectors, hearts, [0])}


def test_a_part_of_a_name_is_no_name():
    texts = ["He plays for the New Rye Bakers.", "We saw the New Rye Bakers.", "Fans of the New Rye Bakers cheered."]
    assert "New Rye Bakers" in candidates(texts)
    assert not {"Rye Bakers", "New Rye", "Bakers"} & set(candidates(texts))


def test_a_person_is_not_named_with_what_they_do():
    texts = [f"They asked {role} Ada Falk about bread." for role in ("baker", "chief baker", "the baker", "miller")]
    texts += ["Ada Falk is here.", "It is Ada Falk."]
    assert "Ada Falk" in candidates(texts)
    assert not [text for text in candidates(texts) if text.endswith("baker Ada Falk")]


def test_dates_and_numbers_name_nothing():
    texts = ["The fair is on Monday in March.", "It was 7 days after Monday.", "On Monday the fair opened in March."]
    assert set(candidates(texts)) == {"fair"}


def test_a_date_may_be_part_of_a_proper_name():
    texts = ["They sell on Black Friday.", "The shops love Black Friday.", "Queues on Black Friday grow."]
    assert "Black Friday" in candidates(texts)


def test_a_mark_of_the_source_names_nothing():
    texts = [f"VIENNA (Grain Wire) - The bakery of {row} is closed." for row in ("ten", "few", "six", "nine", "two")]
    assert "bakery" in candidates(texts)
    assert not [text for text in candidates(texts) if "Wire" in text]


def test_what_follows_a_link_is_the_name_where_it_is_more_frequent():
    texts = ["A type of bread.", "The bread is good.", "A loaf of bread.", "She likes the bread.", "He sells bread."]
    assert "bread" in candidates(texts)
    assert not {"type of bread", "loaf of bread"} & set(candidates(texts))


def test_verbs_and_adverbs_neither_start_nor_end_a_name():
    texts = ["Bread prices rose.", "Bread prices rose to a high.", "They rose the day after.", "The bread prices."]
    found = candidates(texts)
    assert "bread prices" in found
    assert not [text for text in found if text.endswith("rose")]


def test_things_that_one_can_count_are_shown_in_the_plural_where_it_is_in_use():
    texts = [
        "We saw the loaf.",
        "It is a bun.",
        "The bun of the day.",
        "She ate a bun.",
        "Two buns.",
        "They sell buns.",
    ]
    assert "buns" in candidates(texts)
    assert "bun" not in candidates(texts)
    music = ["They love music.", "An hour of music.", "We hear music.", "Many musics of the world."]
    assert "music" in candidates(music)


def test_german_nouns_are_no_proper_names():
    texts = ["Der Garten ist grün.", "Im Garten wächst Salat.", "Sie liebt den Garten."]
    found = candidates(texts, "de", others=["Der Nachtzug ist voll.", "Ein Nachtzug hielt."])
    assert not found["Garten"].proper


def test_a_word_in_another_script_names_nothing():
    texts = [f"The sign at number {row} of the bakery says Хлеб." for row in range(4)]
    assert not [text for text in candidates(texts) if not text.isascii()]


def test_the_share_of_a_candidate_is_that_of_the_passages_that_hold_it():
    texts = ["The bakery is open.", "The bakery is closed.", "The bakery sells rye.", "Rye is dear."]
    assert candidates(texts)["bakery"].share == pytest.approx(0.75)


def test_phrases_count_how_they_occur():
    (corpus,) = words.read(["The rye bread of Ada Falk.", "Rye bread is good."], ["en"] * 2, stop_words)
    phrases = read(corpus, np.zeros(2, np.int32), [0, 1])
    assert (phrases["rye bread"].count, phrases["rye bread"].nouns, phrases["rye bread"].proper) == (2, 2, False)
    assert phrases["ada falk"].proper
    assert phrases["rye bread of ada"].longer == 0
    assert phrases["falk"].longer == 1  # "Ada Falk"


# Choosing -------------------------------------------------------------------------------------------------------------


def scored(texts, labels, encode):
    labels = np.array(labels, np.int32)
    (corpus,) = words.read(texts, ["en"] * len(texts), stop_words)
    vectors = WordEncoder()(texts, ["en"] * len(texts))
    topics = range(int(labels.max()) + 1)
    hearts = np.array([vectors[labels == topic].mean(axis=0) for topic in topics], np.float32)
    found = candidates_of(corpus, labels, vectors, hearts, list(topics))
    return by_words(found, [corpus], labels) if encode is None else by_meaning(found, labels, vectors, hearts, encode)


@pytest.mark.parametrize("encode", [None, WordEncoder()], ids=["by words", "by meaning"])
def test_no_chosen_phrase_is_a_part_of_another(encode):
    chosen = choose(scored(ENGLISH, ENGLISH_LABELS, encode), [])
    texts = [one.text.casefold() for own in chosen.values() for one in own]
    assert set(chosen) == {0, 1, 2}
    assert not [(one, two) for one in texts for two in texts if one != two and one in two]


def test_a_phrase_that_is_taken_is_not_chosen():
    ranked = scored(ENGLISH, ENGLISH_LABELS, None)
    best = choose(ranked, [])[1][0]
    assert choose(ranked, [best.text])[1][0].text != best.text


def test_a_word_that_leaves_out_half_of_its_topic_gets_another_beside_it():
    texts = [*["The bakery is open today."] * 4, *["The brewery is closed today."] * 4, *RAILWAY]
    names = names_of(texts, [0] * 8 + [1] * 6)
    assert names[0] in ("Bakery & brewery", "Brewery & bakery")


def test_a_word_that_fits_nearly_all_stands_alone():
    texts = [*["The bakery is open today."] * 7, "The brewery is closed today.", *RAILWAY]
    assert names_of(texts, [0] * 8 + [1] * 6)[0] == "Bakery"


def test_chance_is_what_nine_in_ten_passages_elsewhere_do_not_reach():
    vectors = np.eye(11, dtype=np.float32)
    name = np.linspace(0, 1, 11, dtype=np.float32)[None, :]
    assert chance(name, [0], np.array([0] + [1] * 10, np.int32), vectors) == pytest.approx(0.91)
    assert chance(name, [0], np.zeros(11, np.int32), vectors) == 0.0  # nothing is elsewhere
