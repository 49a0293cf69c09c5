import numpy as np
import pytest

from tests.planted import planted
from topics.nearest import unit
from topics.themes.claims import claims
from topics.themes.ruler import Ruler
from topics.themes.scale import Chance, Scale, Told
from topics.words import read


def scale_of(vectors: np.ndarray) -> tuple[Scale, Chance]:
    """Return a scale, with what vague mixtures of passages reach on it: about nothing in particular."""
    scale = Scale(vectors)
    rng = np.random.default_rng(7)
    mixtures = unit(vectors[rng.integers(0, len(vectors), (60, 3))].sum(axis=1))
    return scale, scale.chance(told(scale, unit(mixtures + unit(rng.normal(size=mixtures.shape)))))


def told(scale: Scale, vectors: np.ndarray) -> Told:
    return scale.told(vectors.astype(np.float32), ())


def test_claims_find_the_passages_of_a_theme_and_leave_the_others() -> None:
    vectors, labels = planted(5, 20, noise=0.9)
    scale, chance = scale_of(vectors)
    themes = [told(scale, vectors[labels == group][:3]) for group in (1, 4)]
    for group, found in zip((1, 4), claims(scale, themes, chance), strict=True):
        assert len(found.rows) >= 14
        assert (labels[found.rows] == group).mean() > 0.9
        assert found.stood_out >= len(found.rows)


def test_a_theme_about_nothing_in_the_corpus_claims_nothing_beside_one_that_is() -> None:
    vectors, labels = planted(5, 20, dimension=64)
    rng = np.random.default_rng(9)
    away = rng.normal(size=64)
    away -= vectors.astype(np.float64).T @ np.linalg.lstsq(vectors.astype(np.float64).T, away, rcond=None)[0]
    scale, chance = scale_of(vectors)
    nothing, real = told(scale, (away / np.linalg.norm(away))[None, :]), told(scale, vectors[:2])
    assert [len(found.rows) for found in claims(scale, [nothing], chance)] == [0]
    beside = claims(scale, [nothing, real], chance)
    assert len(beside[0].rows) == beside[0].stood_out == 0
    assert set(labels[beside[1].rows]) == {0}


def test_what_stands_out_for_two_themes_is_claimed_by_the_better_one_and_counted_for_both() -> None:
    vectors, _ = planted(4, 15, noise=0.6)
    scale, chance = scale_of(vectors)
    near = told(scale, vectors[:1] + 0.4 * planted(1, 1, seed=3)[0])
    first, second = claims(scale, [told(scale, vectors[:5]), near], chance)
    assert not set(first.rows.tolist()) & set(second.rows.tolist())
    assert first.stood_out + second.stood_out > len(first.rows) + len(second.rows)


def test_themes_that_are_all_the_same_go_to_the_first() -> None:
    vectors, labels = planted(4, 15)
    scale, chance = scale_of(vectors)
    found = claims(scale, [told(scale, vectors[:2])] * 3, chance)
    assert set(labels[found[0].rows]) == {0}
    assert [len(claim.rows) for claim in found[1:]] == [0, 0]
    assert found[1].stood_out == found[0].stood_out


@pytest.mark.parametrize("n", [1, 2, 5])
def test_claims_hold_for_few_passages(n: int) -> None:
    vectors, _ = planted(n, 1)
    scale = Scale(vectors)
    chance = scale.chance(scale.told_by(np.arange(n, dtype=np.int32)))
    assert 0 in claims(scale, [told(scale, vectors[:1])], chance)[0].rows
    assert claims(scale, [], chance) == ()


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
        *(f"{', '.join(ODDS[(row + step) % 24] for step in (0, 5, 7, 13))}." for row in range(24)),
    ]
    vectors, _ = planted(162, 1, dimension=2048)  # an encoder that is blind: nothing is near anything
    blind, phrases, nothing = vectors[:32], vectors[32:34], vectors[34:]
    words = ["Biodling, bina, honung och kupan", "Tåg, resenärer och en försening på banan"]
    hits = []
    for corpora in (read(texts, ["sv"] * 32, _stops), ()):
        scale = Scale(blind, corpora)
        chance = Ruler(scale, lambda texts, _: nothing[: len(texts)], _stops).chance
        said = [read([word], ["sv"], _stops) if corpora else () for word in words]
        themes = [scale.told(phrases[row : row + 1], said[row]) for row in range(2)]
        hits.append([set(found.rows.tolist()) for found in claims(scale, themes, chance)])
    assert hits[0][0] >= {0, 2, 6}
    assert hits[0][1] >= {5, 7}
    assert not (hits[1][0] >= {0, 2, 6} and hits[1][1] >= {5, 7})


def _stops(language: str) -> frozenset[str]:
    return frozenset({"i", "är", "och", "att", "en", "på"}) if language == "sv" else frozenset()
