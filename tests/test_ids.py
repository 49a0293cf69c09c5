"""Ids with gaps as places in arrays, and the colours of topics."""

from dataclasses import replace

import numpy as np
import pytest

from tests.models import gapped_model, small_model
from topics.ids import COLOURED, coloured, ids_of, known_as, places_of


def of_ids(*ids):
    """Topics with these ids, the largest first."""
    return [replace(small_model().topics[0], id=id, size=100 - at) for at, id in enumerate(ids)]


def test_a_place_is_that_among_the_ids_in_ascending_order() -> None:
    known = ids_of(of_ids(9, 0, 5, 2))
    assert known.tolist() == [0, 2, 5, 9]
    assert places_of(np.array([[9, -1, 0], [2, 5, -1]]), known).tolist() == [[3, -1, 0], [1, 2, -1]]
    assert places_of(np.zeros(0, np.int32), known).tolist() == []
    assert places_of(np.array([-1]), ids_of(())).tolist() == [-1]
    model = gapped_model()
    assert places_of(model.labels, ids_of(model.topics)).tolist() == small_model().labels.tolist()


@pytest.mark.parametrize("id", [1, 3, 10, -2])
def test_an_id_that_no_topic_has_is_not_taken_for_another(id) -> None:
    with pytest.raises(ValueError, match=f"there is no topic {id} among"):
        places_of(np.array([0, id]), ids_of(of_ids(0, 2, 5, 9)))


@pytest.mark.parametrize(
    ("ids", "asked", "told"),
    [
        ([], 0, "none"),
        ([0], 7, "0 to 0"),
        (range(2000), 2000, "0 to 1999"),
        ([0, 2, 5, 9], 3, "0, 2, 5, 9"),
        ([1], 0, "1"),
        ([0, 1, 2, 3, 4, 6], 5, "0, 1, 2, 3, 4, 6"),
        ([0, 1, 2, 3, 4, 6, 9], 5, "7 topics from 0 to 9; next to it: 4 and 6"),
        (range(0, 6000, 3), 7, "2,000 topics from 0 to 5997; next to it: 6 and 9"),
        (range(3, 6000, 3), -1, "1,999 topics from 3 to 5997; next to it: 3"),
        (range(0, 6000, 3), 9000, "2,000 topics from 0 to 5997; next to it: 5997"),
    ],
)
def test_which_ids_there_are_is_one_short_sentence_whatever_their_number(ids, asked, told) -> None:
    assert known_as(list(ids), asked) == told


def test_as_fitted_the_largest_topics_have_the_colours() -> None:
    assert coloured(of_ids(*range(20))) == {topic: topic for topic in range(COLOURED)}
    assert coloured(of_ids(0, 1)) == {0: 0, 1: 1}


def test_an_edit_leaves_the_other_topics_their_colours_and_frees_those_of_topics_that_are_gone() -> None:
    left = coloured(of_ids(9, 0, 12, 2, 3, 8, 4, 5, 7))  # 1 and 6 are gone
    assert {topic: left[topic] for topic in (0, 2, 3, 4, 5, 7)} == {topic: topic for topic in (0, 2, 3, 4, 5, 7)}
    assert (left[9], left[12]) == (1, 6)
    assert 8 not in left


def test_colours_do_not_run_out_and_are_each_of_one_topic() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        ids = rng.choice(60, int(rng.integers(1, 30)), replace=False).tolist()
        found = coloured(of_ids(*ids))
        assert len(set(found.values())) == len(found) == min(COLOURED, len(ids))
        assert set(found.values()) <= set(range(COLOURED))
