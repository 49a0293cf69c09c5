import numpy as np
import pytest

from tests.planted import planted
from topics.themes.claims import claims, wording
from topics.words import read


def test_claims_find_the_passages_of_a_theme_and_leave_the_others() -> None:
    vectors, labels = planted(5, 20, noise=0.9)
    themes = np.stack([vectors[labels == group].mean(axis=0) for group in (1, 4)])
    themes /= np.linalg.norm(themes, axis=1, keepdims=True)
    found = claims(vectors, [theme[None, :].astype(np.float32) for theme in themes])
    for group, rows in zip((1, 4), found, strict=True):
        assert len(rows) >= 16
        assert (labels[rows] == group).mean() > 0.9


def test_a_theme_about_nothing_in_the_corpus_claims_nothing() -> None:
    vectors, _ = planted(5, 20, dimension=64)
    rng = np.random.default_rng(9)
    away = rng.normal(size=64)
    away -= vectors.astype(np.float64).T @ np.linalg.lstsq(vectors.astype(np.float64).T, away, rcond=None)[0]
    theme = (away / np.linalg.norm(away))[None, :].astype(np.float32)
    assert [len(rows) for rows in claims(vectors, [theme])] == [0]


@pytest.mark.parametrize("n", [1, 2, 5])
def test_claims_hold_for_few_passages(n: int) -> None:
    vectors, _ = planted(n, 1)
    assert 0 in claims(vectors, [vectors[:1]])[0]
    assert claims(vectors, []) == ()


ODDS = (
    "kattens matta, vattenfärg, jästa bröd, segelbåtar, tvätt, klossar, pianon, snöskor, kartor, lyktor, hattar, "
    "kläder, tulpaner, stenar, dörrar, gitarrer, kaffe, ballonger, speglar, mynt, trappor, fönster, sniglar, flaggor"
).split(", ")


def test_words_tell_what_the_vectors_cannot() -> None:
    texts = [
        "Biodlaren lyfter locket på kupan.",
        "Tåget stod still i Hallsberg.",
        "Honungen slungas i augusti.",
        "En växel hade frusit, sade konduktören.",
        "Drottningen lägger ägg hela sommaren.",
        "Resenärerna fick vänta på perrongen.",
        "Linden blommar, och bina drar ut.",
        "Förseningen kostar banan miljoner.",
        *(f"{thing.capitalize()}." for thing in ODDS),
    ]
    vectors, _ = planted(34, 1, dimension=2048)  # an encoder that is blind: nothing is near anything
    blind, themes = vectors[:32], [vectors[32:33], vectors[33:]]
    codes = ["sv"] * 32
    told = ["Biodling, bina, honung och kupan", "Tåg, resenärer och en försening på banan"]
    phrases = read(told, ["sv"] * 2, _stops)
    found = claims(blind, themes, wording(read(texts, codes, _stops), phrases, [0, 1]))
    assert set(found[0].tolist()) >= {0, 2, 6}
    assert set(found[1].tolist()) >= {1, 5, 7}
    without = [set(rows.tolist()) for rows in claims(blind, themes)]
    assert not ({0, 2, 6} <= without[0] and {1, 5, 7} <= without[1])


def test_texts_of_stop_words_alone_have_a_wording() -> None:
    said = wording(read(["och att"] * 3, ["sv"] * 3, _stops), read(["och"], ["sv"], _stops), [0])
    assert said.passages.shape[0] == 3
    assert said.themes.shape[0] == 1


def _stops(language: str) -> frozenset[str]:
    return frozenset({"i", "är", "och", "att"}) if language == "sv" else frozenset()
