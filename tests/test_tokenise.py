"""What counts as a word, and which words are the same."""

import pytest

from topics.words.tokenise import ASIDE, BREAK, SENTENCE, is_number, is_run, items_of, key_of, overlap


def words_of(text, language="en"):
    return [item for item in items_of(text, language) if item not in (ASIDE, BREAK, SENTENCE)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Open-source models", ["Open-source", "models"]),
        ("Microsoft’s plan, OpenAI's plan", ["Microsoft", "plan", "OpenAI", "plan"]),
        ("OpenAI:s modeller", ["OpenAI", "modeller"]),
        ("They don’t cost $10B", ["They", "don’t", "cost", "$10B"]),
        ("C++ and C# at AT&T", ["C++", "and", "C#", "at", "AT&T"]),
        ("version 2.0 is 5% faster", ["version", "2.0", "is", "5%", "faster"]),
        ("the U.S. economy", ["the", "U.S.", "economy"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("cafe\u0301", ["caf\u00e9"]),
    ],
)
def test_words_are_read_as_they_are_written(text, expected):
    assert words_of(text) == expected


def test_addresses_and_entities_are_no_words():
    assert words_of("See https://a.example/b?c=d, mail me@a.example or @me &amp; more #tea") == [
        *("See", "mail", "or", "more", "tea")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Bread {{ "/loaf/rye" | url }} and {% include oven.html %} tea', ["Bread", "and", "tea"]),
        ("the [oven](/loaf/hot-oven) is hot", ["the", "oven", "is", "hot"]),
        ("see rye_loaf.png or ../img/rye/loaf.jpg", ["see", "or"]),
        ("play=rye_bread&amp;crumb=open in the pan", ["in", "the", "pan"]),
        ("the crumb_size of a loaf in /usr/share/rye/", ["the", "of", "a", "loaf", "in"]),
        ("rye/wheat and _fresh_ bread, Oven.io", ["rye", "wheat", "and", "fresh", "bread", "Oven", "io"]),
    ],
)
def test_templates_paths_settings_and_identifiers_are_no_words(text, expected):
    assert words_of(text) == expected


def test_articles_that_cling_to_french_nouns_come_off():
    assert words_of("L'intelligence d’OpenAI", "fr") == ["intelligence", "OpenAI"]
    assert words_of("rock'n'roll", "en") == ["rock'n'roll"]


def test_punctuation_breaks_phrases_and_ends_sentences():
    assert items_of("Rye, wheat. Oats (rolled)", "en") == (
        *("Rye", BREAK, "wheat", SENTENCE, "Oats", ASIDE, "rolled", BREAK),
    )
    assert items_of("a heading\nthe text", "en") == ("a", "heading", SENTENCE, "the", "text")


def test_a_possessive_ends_a_phrase_so_that_keywords_can_be_found_in_the_text():
    assert items_of("OpenAI's models", "en") == ("OpenAI", BREAK, "models")


def test_shouted_text_is_read_in_lower_case():
    assert words_of("THE SALE ENDS TODAY") == ["the", "sale", "ends", "today"]


@pytest.mark.parametrize(
    ("one", "other"), [("Open-source", "open source"), ("don’t", "don't"), ("U.S.", "US"), ("Straße", "STRASSE")]
)
def test_spellings_of_a_word_share_a_key(one, other):
    assert key_of(one) == key_of(other)


def test_runs_of_scripts_without_spaces_are_one_item_and_hiragana_ends_them():
    assert words_of("使用ChatGPT的公司", "zh") == ["使用", "ChatGPT", "的公司"]
    assert words_of("データを守る", "ja") == ["データ", "守"]
    assert is_run("データ")
    assert not is_run("data")


@pytest.mark.parametrize("key", ["2019", "$10b", "5%", "1,000", "2.0", "3rd", "1990s"])
def test_numbers_are_numbers(key):
    assert is_number(key)


@pytest.mark.parametrize("key", ["gpt 4", "5g", "b2b", "mp3"])
def test_names_with_digits_are_no_numbers(key):
    assert not is_number(key)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("model", "models"),
        ("company", "companies"),
        ("car", "cars"),
        ("ai models", "model"),
        ("teacher", "teaching"),
        ("modeller", "modellerna"),
        ("人工智能", "智能"),
    ],
)
def test_parts_and_inflections_overlap(one, other):
    assert overlap(one, other)
    assert overlap(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("open source", "closed source"), ("car", "card"), ("iran", "iraq"), ("model", "modern")]
)
def test_different_things_do_not_overlap(one, other):
    assert not overlap(one, other)


def test_a_long_line_without_words_is_read_in_linear_time():
    for text in ("-" * 200_000, "a." * 100_000, "." * 200_000, "a" * 200_000):
        assert not set(items_of(text, "en")) - {BREAK, SENTENCE, "a"}


def test_abbreviated_titles_do_not_end_a_sentence():
    assert items_of("In St. Petersburg Dr. Ek met Sen. Falk.", "en") == (
        *("In", "St.", "Petersburg", "Dr.", "Ek", "met", "Sen.", "Falk", SENTENCE),
    )
    assert SENTENCE in items_of("They live on Mill St.", "en")


def test_markup_is_no_text():
    assert words_of('See <a href="x">the bakery</a>, &lt;b&gt;rye&lt;/b&gt; &amp; oats; a < b.') == (
        ["See", "the", "bakery", "rye", "oats", "a", "b"]
    )


def test_a_bracket_that_opens_is_told_apart_from_other_breaks():
    assert items_of("Rye [fresh] (dark)", "en") == ("Rye", ASIDE, "fresh", BREAK, ASIDE, "dark", BREAK)
