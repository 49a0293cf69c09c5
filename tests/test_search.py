"""Passages are ranked by words, by meaning and by both, and a text is found again exactly."""

import numpy as np
import pytest

from topics.search import Ranking, TextIndex, WordIndex, ranked
from topics.search.ranking import ALL, NONE, SOME

TEXTS = ["The ferry was late.", "A late bus, and a late ferry.", "Nothing happened.", "The bus left."]
VECTORS = np.array([[1, 0], [0.6, 0.8], [0, 1], [-1, 0]], np.float32)


def answer(query: str, by: str) -> Ranking:
    return ranked(query, by, lambda: WordIndex(TEXTS), VECTORS, lambda: np.array([0, 1], np.float32))  # type: ignore[arg-type]


def test_by_words_and_by_meaning_say_why() -> None:
    words = answer("late bus", "words")
    assert (words.rows.tolist(), words.held.tolist()) == ([1, 3, 0], [ALL, SOME, SOME])
    assert np.isnan(words.cosines).all()
    meaning = answer("late bus", "meaning")
    assert meaning.rows.tolist() == [2, 1, 0, 3]
    assert meaning.cosines.tolist() == pytest.approx([1, 0.8, 0, 0])
    assert not meaning.held.any()


def test_both_join_the_two_and_keep_why() -> None:
    both = answer("late bus", "both")
    assert both.rows[0] == 1
    assert dict(zip(both.rows.tolist(), both.held.tolist(), strict=True)) == {1: ALL, 3: SOME, 0: SOME, 2: NONE}
    assert not np.isnan(both.cosines).any()


def test_by_words_alone_nothing_is_encoded() -> None:
    def never() -> np.ndarray:
        raise AssertionError

    assert ranked("ferry", "words", lambda: WordIndex(TEXTS), VECTORS, never).rows.tolist() == [0, 1]


@pytest.mark.parametrize(("query", "by"), [("?!", "words"), ("", "both"), ("ferry", "magic")])
def test_what_cannot_be_asked_is_refused(query: str, by: str) -> None:
    with pytest.raises(ValueError, match=r"holds no word|by is 'magic'"):
        answer(query, by)


def test_a_text_is_found_again_exactly() -> None:
    texts = [*TEXTS, "broken \ud800", TEXTS[0]]
    index = TextIndex(texts)
    assert index.rows([TEXTS[2], TEXTS[0], "the ferry", texts[4]]).tolist() == [2, 0, -1, 4]
    assert index.rows([]).shape == (0,)
