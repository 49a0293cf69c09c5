import numpy as np

from tests.models import FakeEmbedder, small_model
from topics.language import stop_words
from topics.themes.poles import as_pole
from topics.themes.ruler import Ruler, unrelated_phrases
from topics.themes.scale import Scale
from topics.words import read


def ruler_of(texts: list[str], languages: list[str]) -> tuple[Ruler, list[list[str]]]:
    asked: list[list[str]] = []
    embedder = FakeEmbedder()

    def place(phrases, codes):
        asked.append(list(phrases))
        return embedder.encode(list(phrases))

    scale = Scale(embedder.encode(texts), read(texts, languages, stop_words))
    return Ruler(scale, place, stop_words), asked


def test_unrelated_phrases_are_words_of_the_corpus_in_its_languages() -> None:
    model = small_model()
    corpora = read(model.passages.texts(), model.passages.language_codes(), stop_words)
    nothing = unrelated_phrases(corpora)
    phrases, languages = nothing.phrases, nothing.languages
    assert len(phrases) == len(languages) == len(nothing.sources) == 128
    assert languages.count("sv") == 128 * 6 // 24
    keys = {key for corpus in corpora for key in corpus.keys.values()}
    assert all(len(set(phrase.split())) == 3 for phrase in phrases)
    assert {word for phrase in phrases for word in phrase.split()} <= keys
    for phrase, rows in zip(phrases[:20], nothing.sources, strict=False):
        for word, row in zip(phrase.split(), rows, strict=True):
            assert word in model.passages[row].text.casefold()
    assert nothing == unrelated_phrases(corpora)


def test_chance_is_measured_once() -> None:
    model = small_model()
    ruler, asked = ruler_of(model.passages.texts(), model.passages.language_codes())
    assert ruler.chance is ruler.chance
    assert len(asked) == 1
    assert 0 < ruler.chance.bar < 1


def test_a_corpus_without_words_is_measured_by_its_passages() -> None:
    ruler, asked = ruler_of(["the and", "of", "and", "with", "on the", "at", "by", "for", "to"], ["en"] * 9)
    assert ruler.chance == ruler.chance_of_passages
    assert asked == []


def test_poles_of_passages_are_held_against_passages_and_need_no_encoder() -> None:
    model = small_model()
    ruler, asked = ruler_of(model.passages.texts(), model.passages.language_codes())
    end = ruler.end(as_pole(0, model), [], np.zeros(0, np.int32))
    assert asked == []
    assert end.chance == ruler.chance_of_passages
    assert end.pole.name == model.topics[0].name
    assert (end.told.rows >= 0).all()
    both = ruler.end(as_pole(["bike lanes", 0], model), ["en"], np.array([-1], np.int32))
    assert both.told.rows.tolist() == [-1, *end.told.rows.tolist()]
    assert len(both.told) == len(end.told) + 1
    assert both.chance == ruler.chance
