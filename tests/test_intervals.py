import numpy as np
import pytest

from topics.compare.intervals import wilson


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]))  # the examples of Newcombe (1998)
    assert low.round(4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert high.round(4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


def test_nothing_and_everything_have_an_interval_within_bounds() -> None:
    low, high = wilson(np.array([0, 20]), np.array([20, 20]))
    assert low[0] == 0
    assert 0.1 < high[0] < 0.2
    assert 0.8 < low[1] < 0.9
    assert high[1] == pytest.approx(1)


def test_of_no_passages_nothing_is_known() -> None:
    low, high = wilson(np.array([[0], [0]]), np.array([0]))
    assert np.isnan(low).all()
    assert np.isnan(high).all()
    assert low.shape == (2, 1)


def test_more_passages_or_a_lower_level_make_it_narrower() -> None:
    few = np.subtract(*wilson(np.array([5]), np.array([10])))
    many = np.subtract(*wilson(np.array([50]), np.array([100])))
    lower = np.subtract(*wilson(np.array([5]), np.array([10]), 0.5))
    assert abs(many[0]) < abs(few[0])
    assert abs(lower[0]) < abs(few[0])
