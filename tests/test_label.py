"""Names without a language model."""

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
    NACHTZUG,
    NATTAG,
    RAILWAY,
    TRADGARD,
)
from topics import describe, label, words
from topics.language import stop_words
from topics.values import Keyword


class WordEncoder:
    """A bag of words as a unit vector; counts what it encodes."""

    def __init__(self, dimension=256):
        self.dimension = dimension
        self.encoded = []

    def __call__(self, texts, languages):
        assert len(texts) == len(languages)
        self.encoded += texts
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for item in words.tokenise.items_of(text, "en"):
                rng = np.random.default_rng(list(words.tokenise.key_of(item).encode()) or [0])
                rows[row] += rng.normal(size=self.dimension)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def names_of(texts, labels, languages="en", *, n_topics=None, encoder=None, given=label.NONE_GIVEN, stops=stop_words):
    codes = [languages] * len(texts) if isinstance(languages, str) else list(languages)
    labels = np.array(labels, np.int32)
    corpora = words.read(texts, codes, stops)
    found = describe.keywords(corpora, labels, n_topics or int(labels.max()) + 1)
    vectors = WordEncoder()(texts, codes)
    return [name.text for name in label.name_topics(corpora, labels, found, vectors, encode=encoder, given=given)]


@pytest.mark.parametrize("encoder", [None, WordEncoder()], ids=["by words", "by meaning"])
def test_names_say_what_the_topics_are_about(encoder):
    garden, railway, bread = names_of(ENGLISH, ENGLISH_LABELS, encoder=encoder)
    assert any(word in garden.casefold() for word in ("garden", "greenhouse", "tomato"))
    assert any(word in railway.casefold() for word in ("train", "station", "railway", "signal"))
    assert any(word in bread.casefold() for word in ("bread", "loaf", "sourdough", "crust"))


def test_names_read_like_a_headline():
    for name in names_of(ENGLISH, ENGLISH_LABELS, encoder=WordEncoder()):
        assert name[0].isupper()
        assert len(name.split()) <= 6
        ends = [name.split()[0].casefold(), name.split()[-1].casefold()]
        assert not stop_words("en").intersection(ends)


def test_a_word_is_written_as_in_the_texts_but_for_the_first_letter():
    texts = ["The iPhone shop opened.", "She sells an iPhone.", "An iPhone costs money.", *RAILWAY]
    assert names_of(texts, [0] * 3 + [1] * 6)[0].startswith("iPhone")
    assert names_of(RAILWAY + GARDEN, [0] * 6 + [1] * 6)[0] == "Night train"


def test_no_two_topics_share_a_name_even_where_their_texts_are_alike():
    texts = [*GARDEN, *GARDEN, *GARDEN]
    names = names_of(texts, [0] * 6 + [1] * 6 + [2] * 6, encoder=WordEncoder())
    assert len({name.casefold() for name in names}) == 3


def test_a_name_that_is_taken_is_not_given_again():
    first, second, *_ = names_of(ENGLISH, ENGLISH_LABELS)
    names = names_of(ENGLISH, ENGLISH_LABELS, given={0: second})
    assert names[0] == second
    assert names[1].casefold() not in {first.casefold(), second.casefold()}


def test_a_word_of_the_whole_corpus_is_no_name_by_itself():
    texts = [f"Vienna, {text}" for text in ENGLISH]
    assert not [name for name in names_of(texts, ENGLISH_LABELS) if "vienna" in name.casefold()]


def test_verbs_do_not_start_or_end_a_name():
    texts = [
        "They ban chatbots at work.",
        "Firms ban the chatbots.",
        "To ban chatbots is easy.",
        "They will ban chatbots.",
    ]
    name = names_of([*texts, *RAILWAY], [0] * 4 + [1] * 6)[0]
    assert "chatbots" in name.casefold()
    assert "ban" not in name.casefold().split()


def test_the_main_language_of_a_topic_gives_its_name():
    texts = [*TRADGARD, *GARTEN[:1], *NACHTZUG, *NATTAG[:1]]
    languages = ["sv"] * 3 + ["de"] + ["de"] * 3 + ["sv"]
    swedish, german = names_of(texts, [0, 0, 0, 0, 1, 1, 1, 1], languages)
    assert any(word in swedish.casefold() for word in ("växthus", "tomaterna", "odlarna"))
    assert any(word in german for word in ("Nachtzug", "Schlafwagen"))


def test_keywords_stand_in_for_a_name_only_in_the_main_language_and_best_as_nouns():
    texts = ["Snigel, växthus!", "Växthus, snigel!", "Växthus, snigel, kompost!", "Slugs eat lettuce."]
    corpora = words.read(texts, ["sv", "sv", "sv", "en"], stop_words)
    told = [Keyword("lettuce", 1.0, "en"), Keyword("snigel", 0.9, "sv"), Keyword("kompost", 0.5, "sv")]
    assert [one.term for one in label._telling(told, corpora[0], [])] == ["snigel", "kompost"]
    assert [one.term for one in label._telling(told, corpora[0], ["sniglar", "snigel"])] == ["kompost", "snigel"]
    assert label._telling(told, None, []) == []


def test_where_no_phrase_will_do_two_keywords_tell_more_than_one():
    told = [Keyword("snail", 1.0, "en"), Keyword("compost", 0.5, "en")]
    options = label._options(0, [], lambda: told, lambda: "")
    assert next(options).text == "Snail & compost"
    assert next(label._options(0, [], lambda: told[:1], lambda: "")).text == "Snail"


def test_a_keyword_that_is_a_verb_comes_last():
    texts = ["They bake at night.", "To bake is an art.", "The oven."]
    (corpus,) = words.read(texts, ["en"] * 3, stop_words)
    told = [Keyword("bake", 1.0, "en"), Keyword("oven", 0.2, "en")]
    assert [one.term for one in label._telling(told, corpus, [])] == ["oven", "bake"]


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        (CHINESE, "zh", [("温室", "番茄", "花园"), ("火车", "车厢", "乘客")]),
        (ARABIC, "ar", [("الحديقة", "البيت", "الطماطم"), ("القطار", "المحطة")]),
        (ICELANDIC, "is", [("svefnvagninn", "næturlest", "fullur"), ("vegurinn", "fjallinu", "snjór")]),
    ],
)
def test_other_scripts_and_languages_without_grammar_are_named(texts, language, expected):
    half = len(texts) // 2
    names = names_of(texts, [0] * half + [1] * half, language)
    for name, parts in zip(names, expected, strict=True):
        assert any(part in name.casefold() for part in parts)


def test_the_order_of_passages_does_not_matter():
    labels = np.array(ENGLISH_LABELS)
    expected = names_of(ENGLISH, labels, encoder=WordEncoder())
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(ENGLISH))
        assert names_of([ENGLISH[row] for row in order], labels[order], encoder=WordEncoder()) == expected


def test_one_passage_has_a_name():
    assert names_of(GARDEN[:1], [0])[0] in ("Greenhouse", "Community garden", "Tomato plants")


def test_three_hundred_identical_texts_have_a_name():
    name = names_of(["The bakery sells rye bread."] * 300, [0] * 300, encoder=WordEncoder())[0]
    assert any(word in name.casefold() for word in ("bakery", "bread"))


def test_text_of_stop_words_only_is_named_by_its_first_words():
    assert names_of(["and so it was not to be"] * 2, [0, 0]) == ["And so it was not…"]


def test_text_without_words_is_named_by_its_characters():
    assert names_of(["🎉🎉🎉"], [0], "und") == ["🎉🎉🎉"]


def test_a_topic_without_anything_is_numbered():
    assert names_of(GARDEN, [1] * 6, n_topics=3, given={2: "Topic 1"})[0] == "Topic 1 (2)"
    assert names_of(GARDEN, [1] * 6, n_topics=3)[2] == "Topic 3"


def test_loose_passages_are_not_named():
    assert len(names_of([*ENGLISH, "Something else entirely"], [*ENGLISH_LABELS, -1])) == 3


def test_what_is_encoded_is_bounded_and_nothing_is_encoded_twice():
    texts = [f"{text} Variant {row} adds thing{row} and item{row}." for row, text in enumerate(ENGLISH * 20)]
    for n_topics, most in ((3, 90), (100, 1500)):
        encoder = WordEncoder()
        names_of(texts, [row % n_topics for row in range(len(texts))], n_topics=n_topics, encoder=encoder)
        assert 0 < len(encoder.encoded) <= most
        assert len(set(encoder.encoded)) == len(encoder.encoded)


def test_eight_topics_of_sixty_passages_are_named_at_once():
    texts, labels = (ENGLISH * 4)[:60], [row % 8 for row in range(60)]
    start = time.process_time()
    assert len(set(names_of(texts, labels))) == 8
    assert time.process_time() - start < 2


def test_where_nothing_better_is_found_the_first_words_are_the_name_and_of_spaceless_scripts_the_first_characters():
    assert label._opening("Well then. And so on") == "Well then"
    assert label._opening("one two three four five six seven") == "one two three four five…"
    assert label._opening("医院缺少护士和床位。医生测试了一种新的流感疫苗。 56") == "医院缺少护士和床位"
    assert label._opening("医院缺少护士和床位因为没有足够的钱") == "医院缺少护士和床位因…"


def test_what_speaks_for_given_names_is_what_speaks_for_them_when_they_are_made() -> None:
    from topics.label import evidence_of

    corpora = words.read(ENGLISH, ["en"] * len(ENGLISH), stop_words)
    labels = np.array(ENGLISH_LABELS, np.int32)
    vectors = np.eye(3, dtype=np.float32)[labels]
    found = evidence_of({0: "greenhouse", 2: "sourdough & rye"}, corpora, labels, vectors)
    assert list(found) == [0, 2]
    assert found[0].contains == sum("greenhouse" in text for text in ENGLISH[:6])
    held = sum("ourdough" in text or "rye" in text.lower() for text in ENGLISH[12:])
    assert found[2].contains == held
    assert found[2].fits == held / 6
