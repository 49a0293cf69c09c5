import numpy as np
import pytest

from tests.planted import planted
from topics.embed.centre import Centring, learn, no_centring


def two_languages(each: int = 20) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Five topics in two languages, the second pushed into a corner of its own."""
    vectors, topics = planted(5, 2 * each, noise=0.4)
    languages = ["en", "sv"] * (len(vectors) // 2)
    corner = np.zeros(vectors.shape[1], np.float32)
    corner[0] = 3.0
    shifted = np.where((np.array(languages) == "sv")[:, None], vectors + corner, vectors)
    return (shifted / np.linalg.norm(shifted, axis=1, keepdims=True)).astype(np.float32), topics, languages


def test_centring_brings_the_languages_of_a_topic_together() -> None:
    vectors, topics, languages = two_languages()
    centred = learn(vectors, languages).apply(vectors, languages)
    for space, crosses in ((vectors, False), (centred, True)):
        similarity = space @ space.T
        other = np.array(languages)[:, None] != np.array(languages)[None, :]
        nearest = np.where(other, similarity, -2).argmax(axis=1)
        own = np.where(other, -2, similarity - 3 * np.eye(len(space))).argmax(axis=1)
        assert (topics[own] == topics).mean() > 0.9
        assert ((topics[nearest] == topics).mean() > 0.9) or not crosses
    assert np.linalg.norm(centred, axis=1) == pytest.approx(1, abs=1e-6)


def test_a_row_depends_on_itself_alone() -> None:
    vectors, _, languages = two_languages()
    centring = learn(vectors, languages)
    whole = centring.apply(vectors, languages)
    single = np.concatenate([centring.apply(vectors[i : i + 1], languages[i : i + 1]) for i in range(len(vectors))])
    assert whole.tobytes() == single.tobytes()


@pytest.mark.parametrize("n", [1, 2, 300])
def test_identical_passages_keep_their_direction(n: int) -> None:
    vectors = np.tile(np.array([[0.6, 0.8, 0.0]], np.float32), (n, 1))
    assert learn(vectors, ["en"] * n).apply(vectors, ["en"] * n) == pytest.approx(vectors, abs=1e-5)


def test_a_single_passage_of_a_language_is_not_wiped_out() -> None:
    vectors, _ = planted(2, 10)
    languages = ["en"] * 19 + ["sv"]
    centred = learn(vectors, languages).apply(vectors, languages)
    assert centred[-1] @ vectors[-1] > 0.9


def test_an_unseen_language_is_centred_by_the_mean_of_the_others() -> None:
    vectors, _, languages = two_languages()
    centring = learn(vectors, languages)
    expected = vectors[:1].astype(np.float64) - centring.fallback
    expected /= np.linalg.norm(expected)
    assert centring.apply(vectors[:1], ["fi"]) == pytest.approx(expected, abs=1e-6)


def test_no_centring_leaves_vectors_where_they_are() -> None:
    vectors, _ = planted(2, 3)
    assert no_centring(vectors.shape[1]).apply(vectors, ["en"] * 6) == pytest.approx(vectors, abs=1e-6)


def test_wrong_shapes_are_refused() -> None:
    centring: Centring = no_centring(4)
    with pytest.raises(ValueError, match="4 wide"):
        centring.apply(np.zeros((1, 3), np.float32), ["en"])
    with pytest.raises(ValueError, match="2 languages for 1 vectors"):
        centring.apply(np.zeros((1, 4), np.float32), ["en", "sv"])


def test_a_vector_that_is_not_finite_is_named_before_it_spoils_the_mean() -> None:
    vectors, _ = planted(2, 3)
    vectors[4, 0] = np.nan
    for centre in (
        lambda: learn(vectors, ["en"] * 6),
        lambda: no_centring(vectors.shape[1]).apply(vectors, ["en"] * 6),
    ):
        with pytest.raises(ValueError, match="rows 4, counted from 0"):
            centre()
    with pytest.raises(ValueError, match="5 languages for 6 vectors"):
        learn(vectors, ["en"] * 5)


def test_centring_can_be_undone() -> None:
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(40, 8)) + 1.5
    raw = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    codes = ["en", "sv"] * 20
    centring = learn(raw, codes)
    others = [*codes[:-1], "fi"]  # one that it has not learnt
    np.testing.assert_allclose(centring.undo(centring.apply(raw, others), others), raw, atol=1e-6)
    none = no_centring(8)
    np.testing.assert_allclose(none.undo(raw, codes), raw, atol=1e-6)
