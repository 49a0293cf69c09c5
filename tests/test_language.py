"""The language of a text, with what is known of its document and its corpus; stop words."""

import subprocess
import sys

import pytest

from topics.language import UNKNOWN, detect, languages_of, stop_words

SENTENCES = {
    "ar": "الطقس جميل اليوم والأطفال يلعبون في الحديقة قرب البيت.",
    "bg": "Времето днес е хубаво и децата играят в градината пред къщата.",
    "cs": "Dnes je hezké počasí a děti si hrají na zahradě před domem.",
    "da": "Vejret er smukt i dag, og børnene leger i haven foran huset.",
    "de": "Das Wetter ist heute schön, und die Kinder spielen im Garten vor dem Haus.",
    "el": "Ο καιρός είναι καλός σήμερα και τα παιδιά παίζουν στον κήπο.",
    "en": "The weather is fine today, and the children are playing in the garden.",
    "es": "Hoy hace buen tiempo y los niños juegan en el jardín delante de la casa.",
    "fi": "Sää on tänään kaunis, ja lapset leikkivät puutarhassa talon edessä.",
    "fr": "Il fait beau aujourd'hui et les enfants jouent dans le jardin devant la maison.",
    "he": "מזג האוויר נעים היום והילדים משחקים בגינה ליד הבית.",
    "hi": "आज मौसम अच्छा है और बच्चे घर के सामने बगीचे में खेल रहे हैं।",
    "it": "Oggi il tempo è bello e i bambini giocano nel giardino davanti alla casa.",
    "ja": "今日は天気がいいので、子どもたちは庭で遊んでいます。",
    "ko": "오늘은 날씨가 좋아서 아이들이 마당에서 놀고 있습니다.",
    "nl": "Het weer is vandaag mooi en de kinderen spelen in de tuin voor het huis.",
    "pl": "Pogoda jest dziś ładna, a dzieci bawią się w ogrodzie przed domem.",
    "pt": "Hoje o tempo está bom e as crianças brincam no jardim em frente da casa.",
    "ru": "Сегодня хорошая погода, и дети играют в саду перед домом.",
    "sv": "Vädret är vackert i dag, och barnen leker i trädgården framför huset.",
    "th": "วันนี้อากาศดีและเด็กๆ กำลังเล่นอยู่ในสวนหน้าบ้าน",
    "tr": "Bugün hava güzel ve çocuklar evin önündeki bahçede oynuyor.",
    "uk": "Сьогодні гарна погода, і діти граються в саду перед будинком.",
    "zh": "今天天气很好，孩子们在房子前面的花园里玩。",
}


def test_a_sentence_is_told_on_its_own():
    assert detect(list(SENTENCES.values())) == list(SENTENCES)


@pytest.mark.parametrize("text", ["", " \n", "123 + 4", "...", "🙂", "ᏣᎳᎩ"])
def test_where_nothing_tells_the_language_it_is_unknown(text):
    assert detect([text]) == [UNKNOWN]


def test_a_few_words_take_the_language_of_their_document():
    names = ["Karin Holm", "Databricks", "Azure", "Info", "ok"]
    assert detect(names, expected="sv") == ["sv"] * 5
    assert detect(names, expected="fr", among={"fr": 0.5, "en": 0.5}) == ["fr"] * 5


def test_a_few_words_take_a_language_of_their_corpus():
    assert detect(["In conclusion", "The harbour"], among={"en": 0.8, "sv": 0.2}) == ["en", "en"]
    assert detect(["Till sist kom båten", "Hamnen på ön"], among={"en": 0.8, "sv": 0.2}) == ["sv", "sv"]


@pytest.mark.parametrize("language", ["de", "fr", "fi", "ru", "zh"])
def test_a_plain_sentence_is_told_against_its_document_and_its_corpus(language):
    assert detect([SENTENCES[language]], expected="en", among={"en": 1.0}) == [language]


def test_the_script_decides_before_the_document():
    assert detect(["日本", "Москва", "서울"], expected="sv", among={"sv": 1.0}) == ["zh", "ru", "ko"]
    assert detect(["東京"], expected="ja") == ["ja"]


def test_a_name_in_another_script_does_not_decide():
    assert detect(["微软公司与 OpenAI and Databricks and Azure Cloud 合作开发人工智能服务。"]) == ["zh"]


def test_a_text_does_not_depend_on_its_neighbours():
    texts = [*SENTENCES.values(), "Karin", "ok", ""]
    together = detect(texts, expected="en", among={"en": 0.9, "sv": 0.1})
    assert [detect([text], expected="en", among={"en": 0.9, "sv": 0.1})[0] for text in texts] == together
    assert detect(texts[::-1], expected="en", among={"en": 0.9, "sv": 0.1}) == together[::-1]


def test_the_languages_of_a_corpus_are_found_with_their_shares():
    shares = languages_of([SENTENCES["en"]] * 3 + [SENTENCES["sv"]])
    assert list(shares) == ["en", "sv"]
    assert shares["en"] == pytest.approx(0.75, abs=0.01)
    assert sum(shares.values()) == pytest.approx(1.0)


def test_names_and_stray_words_add_no_language():
    headlines = [
        "Mayor resigns",
        "Karin Holm",
        "In conclusion",
        "Info",
        "The Ferry",
        "O Canada",
        "Ex libris",
        "Storhamn",
    ]
    assert list(languages_of([*[SENTENCES["en"]] * 20, *headlines])) == ["en"]


def test_a_foreign_part_of_a_long_document_is_seen():
    assert set(languages_of([" ".join([SENTENCES["en"]] * 20 + [SENTENCES["de"]] * 10)])) == {"en", "de"}


@pytest.mark.parametrize("texts", [[], [""], ["123", "..."]])
def test_a_corpus_without_letters_has_no_language(texts):
    assert dict(languages_of(texts)) == {}
    assert detect(["Hello there, my friend"], among=languages_of(texts)) == ["en"]


def test_a_long_text_is_told_in_no_time():
    assert detect([SENTENCES["sv"] * 100_000]) == ["sv"]


@pytest.mark.parametrize(
    ("language", "word"), [("en", "the"), ("sv", "och"), ("de", "nicht"), ("fr", "les"), ("zh", "的")]
)
def test_stop_words_are_those_of_the_language(language, word):
    assert word in stop_words(language)
    assert all(entry == entry.casefold() for entry in stop_words(language))


def test_stop_words_have_both_apostrophes():
    assert {"don't", "don’t"} <= stop_words("en")


@pytest.mark.parametrize(("language", "word"), [("sv", "ny"), ("sv", "nya"), ("nl", "nieuwe"), ("fr", "nouvelle")])
def test_forms_of_common_adjectives_are_stop_words_as_in_english(language, word):
    assert "new" in stop_words("en")
    assert word in stop_words(language)


def test_words_that_topics_are_about_are_no_stop_words():
    assert stop_words("en").isdisjoint({"ai", "microsoft", "open", "computer", "research", "information", "uk", "tv"})
    assert {"it", "is", "to", "we", "us"} <= stop_words("en")
    assert "beslut" not in stop_words("sv")


@pytest.mark.parametrize("language", [UNKNOWN, "xx", "", "jv"])
def test_a_language_without_a_list_has_no_stop_words(language):
    assert stop_words(language) == frozenset()


def test_importing_loads_no_model():
    script = "import sys, topics.language; print('py3langid' in sys.modules, 'stopwordsiso' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
