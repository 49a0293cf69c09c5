import numpy as np
import pytest

from topics import words
from topics.cluster.terms import END, FILLERS, Terms

STOPS = frozenset({"the", "a", "of", "in", "och", "på"})
TEXTS = ["The Bees of Uppsala sing\nin the garden", "A garden of bees", "Bina sjunger på en garden", "The of a"]
CODES = ["en", "en", "sv", "en"]
VECTORS = np.eye(4, dtype=np.float32)


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms(TEXTS, VECTORS, words.read(TEXTS, CODES, lambda _: STOPS))


def test_a_document_gives_its_terms_without_stop_words(terms: Terms) -> None:
    assert terms.of(terms.documents[1]) == ["garden", "bees"]


def test_joined_documents_give_the_terms_of_each_and_none_across(terms: Terms) -> None:
    joined = " ".join(terms.documents[:2])
    assert terms.of(joined) == terms.of(terms.documents[0]) + terms.of(terms.documents[1])
    assert "\n" not in joined
    assert not any("garden bees" in term for term in terms.of(joined))


def test_a_text_without_terms_gets_fillers(terms: Terms) -> None:
    assert terms.of(terms.documents[3]) == list(FILLERS)
    nothing = Terms(["the"], VECTORS[:1], words.read(["the"], ["en"], lambda _: STOPS))
    assert nothing.of(nothing.documents[0]) == list(FILLERS)


def test_a_term_lies_where_the_passages_that_use_it_lie_in_any_language(terms: Terms) -> None:
    assert terms.vector("bees") == pytest.approx([0.7071, 0.7071, 0, 0], abs=1e-3)
    assert terms.vector("garden") == pytest.approx([0.5774, 0.5774, 0.5774, 0], abs=1e-3)
    assert terms.vector("bees garden") == pytest.approx((terms.vector("bees") + terms.vector("garden")) / 2)
    assert (terms.vector("walrus") == 0).all()
    assert (terms.vector("") == 0).all()


def test_a_document_lies_where_it_lies(terms: Terms) -> None:
    assert terms.vector(terms.documents[2]).tolist() == [0, 0, 1, 0]


def test_terms_of_the_same_passages_are_told_apart_the_same_way_each_time() -> None:
    first, again = (Terms(TEXTS, VECTORS, words.read(TEXTS, CODES, lambda _: STOPS)) for _ in range(2))
    assert (first.vector("sjunger") == again.vector("sjunger")).all()
    assert (first.vector("sjunger") != first.vector("bina")).any()


def test_terms_are_written_as_in_the_texts(terms: Terms) -> None:
    assert terms.written(["uppsala", "bees", "walrus"]) == {"uppsala": "Uppsala", "bees": "bees"}


def test_in_many_passages_a_word_has_to_occur_twice_and_a_phrase_stands_for_its_words() -> None:
    texts = [f"Sea eagles number{row} hunt" for row in range(30)] + [f"eels number{row} hide" for row in range(30, 60)]
    terms = Terms(texts, np.eye(60, dtype=np.float32), words.read(texts, ["en"] * 60, lambda _: STOPS))
    assert terms.of(terms.documents[0]) == ["sea eagles", "hunt"]
    assert set(terms.of(terms.documents[-1])) == {"eels", "hide"}


def test_the_end_mark_in_a_text_does_no_harm() -> None:
    texts = [f"bees{END}sing", "tides rise"]
    terms = Terms(texts, VECTORS[:2], words.read(texts, ["en", "en"], lambda _: STOPS))
    assert "bees" in terms.of(terms.documents[0])
