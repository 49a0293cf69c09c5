import numpy as np
import pytest

from tests.planted import planted
from topics.themes.axis import as_pole, axis
from topics.values import Pole


def test_an_axis_orders_passages_between_its_poles() -> None:
    left, right = np.array([1, 0, 0], np.float32), np.array([0, 1, 0], np.float32)
    mixed = np.array([left, left * 0.8 + right * 0.2, right * 0.6 + left * 0.4, right, [0, 0, 1]], np.float32)
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    placed = axis(mixed, Pole("l"), Pole("r"), left[None, :], right[None, :])
    assert placed.direction[:4].argsort().tolist() == [0, 1, 2, 3]
    assert placed.relevance.argmin() == 4
    assert not placed.relevant[4]
    assert (placed.low == placed.direction).all()


def test_several_phrases_bound_the_direction() -> None:
    vectors, _ = planted(2, 10)
    placed = axis(vectors, Pole("l"), Pole("r"), vectors[:3], vectors[-3:])
    assert (placed.low <= placed.direction).all()
    assert (placed.direction <= placed.high).all()
    assert (placed.low < placed.high).any()


def test_poles_that_mean_the_same_are_refused() -> None:
    vectors, _ = planted(1, 4)
    with pytest.raises(ValueError, match="'tea' and 'cup of tea' mean the same"):
        axis(vectors, Pole("tea"), Pole("cup of tea"), vectors[:1], vectors[:1])


def test_poles_from_phrases() -> None:
    assert as_pole("tea") == Pole("tea", ("tea",))
    assert as_pole(["tea", "a cup"]) == Pole("tea", ("tea", "a cup"))
    assert as_pole(Pole("tea")) == Pole("tea", ("tea",))
    with pytest.raises(ValueError, match="at least one phrase"):
        as_pole([" "])
