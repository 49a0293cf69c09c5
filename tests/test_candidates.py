"""Which phrases may name a topic, and which are chosen."""

import numpy as np
import pytest

from tests.corpus_texts import ENGLISH, ENGLISH_LABELS, RAILWAY
from tests.test_label import WordEncoder, names_of
from topics import words
from topics.label.candidates import Candidate, candidates_of
from topics.label.meaning import Scored, _meant, by_meaning, by_words, chance, choose
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


def test_words_of_the_whole_corpus_name_a_topic_together_but_not_alone():
    pairs = [
        "How Norby and Falken quarrel.",
        "Norby and Falken part.",
        "The end of Norby and Falken.",
        "Norby and Falken.",
    ]
    others = [f"{firm} sells {what}." for what in ("bread", "milk", "rope", "tea") for firm in ("Norby", "Falken")]
    found = set(candidates(pairs, others=others))
    assert "Norby and Falken" in found
    assert not {"Norby", "Falken"} & found


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


def test_what_is_joined_by_a_link_reads_worse_than_what_is_not():
    found = candidates(["A bakery in spring.", "A bakery in spring is cold.", "The bakery.", "A bakery.", "In spring."])
    assert found["bakery"].score > found["bakery in spring"].score


def test_a_verb_before_a_link_starts_no_name():
    texts = ["It consists of flour.", "They made it, consists of flour is said.", "The dough consists of flour."]
    assert not [text for text in candidates(texts) if "consists" in text]


def test_quantities_start_no_name():
    texts = ["She wants more loaves now.", "They bake more loaves now.", "He sold more loaves now.", "The loaves."]
    assert "loaves" in candidates(texts)
    assert "more loaves" not in candidates(texts)


def test_an_adjective_is_a_worse_name_than_a_noun():
    texts = [
        "The nutty crust.",
        "The nutty loaf.",
        "A nutty bun.",
        "It is nutty.",
        "She likes nutty. The crumb is fine.",
    ]
    texts += ["The crumb.", "A crumb.", "It has a crumb."]
    found = candidates(texts)
    assert found["crumb"].score > 2 * found["nutty"].score if "nutty" in found else "crumb" in found


def test_a_word_that_is_everywhere_takes_from_a_phrase():
    texts = [f"She has the copper oven and the rye oven in {row}." for row in ("Linz", "Graz", "Wels")]
    others = [f"The copper {thing} is slow." for thing in ("train", "tunnel", "signal", "station", "car", "track")]
    found = candidates(texts, others=others)
    assert found["rye oven"].score > found["copper oven"].score


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


def placed(*rows):
    """Return candidates as they were scored: topic, text, score, share, vector, and which passages each fits."""
    found = [
        Candidate(topic, text.casefold(), text, "en", share, False, score, row)
        for row, (topic, text, score, share, _, _) in enumerate(rows)
    ]
    vectors = np.array([vector for *_, vector, _ in rows], np.float32)
    fits = [np.array(list(fitting)) == "+" for *_, fitting in rows]
    return Scored(found, vectors, fits, 0.5)


def texts_of(chosen):
    return {topic: [one.text for one in own] for topic, own in chosen.items()}


def test_no_topic_gets_a_name_that_means_what_another_has():
    ranked = placed(
        (0, "bread", 0.9, 0.5, [1, 0], "++++"),
        (1, "loaves", 0.8, 0.5, [0.9, 0.436], "++++"),
        (1, "oven", 0.2, 0.5, [0, 1], "++++"),
    )
    assert texts_of(choose(ranked, [])) == {0: ["bread"], 1: ["oven"]}


def test_a_phrase_that_fits_as_much_takes_the_place_of_one_of_its_words():
    word = (0, "bread", 0.9, 0.5, [1, 0], "++++++++")
    assert texts_of(choose(placed(word, (0, "rye bread", 0.8, 0.4, [0, 1], "++++++++")), [])) == {0: ["rye bread"]}
    for rare in (
        (0, "rye bread", 0.5, 0.4, [0, 1], "++++++++"),  # a worse name
        (0, "rye bread", 0.8, 0.1, [0, 1], "++++++++"),  # a rare one
        (0, "rye bread", 0.8, 0.4, [0, 1], "+++++++-"),  # one that fits less
    ):
        assert texts_of(choose(placed(word, rare), [])) == {0: ["bread"]}
    taken = (1, "rye", 0.95, 0.5, [0.5, -0.866], "++++++++")
    assert texts_of(choose(placed(taken, word, (0, "rye bread", 0.8, 0.4, [0, 1], "++++++++")), []))[0] == ["bread"]


@pytest.mark.parametrize(
    ("other", "beside"),
    [
        ((0, "oven", 0.8, 0.5, [0, 1], "----++++"), True),
        ((0, "oven", 0.8, 0.5, [0.5, 0.866], "----++++"), False),  # means the same
        ((0, "oven", 0.8, 0.5, [0, 1], "++++++++"), False),  # leaves the first nothing of its own
        ((0, "oven", 0.8, 0.5, [0, 1], "----+---"), False),  # adds little
        ((0, "oven", 0.4, 0.5, [0, 1], "----++++"), False),  # a much worse name
    ],
)
def test_two_words_stand_together_where_each_says_what_the_other_does_not(other, beside):
    found = texts_of(choose(placed((0, "bread", 0.9, 0.5, [1, 0], "++++----"), other), []))
    assert found == {0: ["bread", "oven"] if beside else ["bread"]}


def test_a_mixture_that_two_words_do_not_cover_gets_one_and_none_where_that_leaves_out_most_of_it():
    one, two = (0, "bread", 0.9, 0.5, [1, 0], "+++++-----"), (0, "oven", 0.8, 0.5, [0, 1], "+++++-----")
    assert texts_of(choose(placed(one, two), [])) == {0: ["bread"]}
    one, two = (0, "bread", 0.9, 0.5, [1, 0], "+++-------"), (0, "oven", 0.8, 0.5, [0, 1], "---++-----")
    assert texts_of(choose(placed(one, two), [])) == {}
    assert texts_of(choose(placed((0, "rye bread", 0.9, 0.5, [1, 0], "+++-------")), [])) == {0: ["rye bread"]}


def test_a_long_phrase_of_one_passage_is_no_name_of_several():
    texts = ["The old railway station roof.", "The roof leaks.", "A roof of slate."]
    assert "railway station roof" not in texts_held(texts, [0, 0, 0])
    assert "railway station roof" in texts_held(texts[:1], [0])


def texts_held(texts, labels):
    return {one.text.casefold() for one in scored(texts, labels, None).candidates}


def test_what_all_phrases_have_in_common_says_nothing_of_a_topic():
    labels = np.array([0, 0, 1, 1], np.int32)
    vectors = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]], np.float32)
    hearts = vectors[[0, 2]]
    found = [
        Candidate(0, "bread", "bread", "en", 1.0, False, 1.0),
        Candidate(1, "train", "train", "en", 1.0, False, 1.0),
    ]
    short = {"bread": [0.9, 0.1, 0.42], "train": [0.9, 0.3, 0.32]}  # every short text is near the first topic

    def encode(texts, languages):
        rows = np.array([short[text] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    bread, train = by_meaning(found, labels, vectors, hearts, encode).candidates
    assert bread.score > 0
    assert train.score > 0.3


def test_a_name_that_means_another_topic_more_counts_less():
    assert _meant(0.5, 0.2) == _meant(0.5, 0.5) > _meant(0.5, 0.6) > _meant(0.4, 0.6) > 0
    assert _meant(-0.1, -0.2) == 0


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
