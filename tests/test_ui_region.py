"""Regions: few corners of many, and what lies within."""

import numpy as np

from topics.ui import region


def test_a_lasso_by_hand_becomes_a_region_of_few_corners():
    angle = np.linspace(0, 2 * np.pi, 2000)
    circle = np.stack([0.8 * np.cos(angle), 0.8 * np.sin(angle)], axis=1)
    assert 8 <= len(region.polygon(circle.tolist())) < 60


def test_a_ragged_lasso_has_two_hundred_corners_at_most():
    rng = np.random.default_rng(0)
    assert 100 < len(region.polygon(rng.uniform(-1, 1, (3000, 2)).tolist())) <= 200


def test_a_small_lasso_drawn_from_nearby_keeps_its_shape():
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.stack([0.02 * np.cos(angle), 0.02 * np.sin(angle)], axis=1)
    assert len(region.polygon(circle.tolist())) >= 8


def test_a_line_without_an_inside_is_no_region():
    assert region.polygon([[0, 0], [0.5, 0.5], [1, 1]]) == ()
    assert region.polygon([[0, 0]] * 9) == ()


def test_inside_follows_the_even_odd_rule():
    star = ((0, 1), (0.588, -0.809), (-0.951, 0.309), (0.951, 0.309), (-0.588, -0.809))
    points = np.array([[0, 0.8], [0, 0], [0, -0.9], [2, 2]], np.float32)
    assert region.inside(points, star).tolist() == [True, False, False, False]
