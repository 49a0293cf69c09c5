"""The colours of topics can be seen on the page, and told apart by those who see colours differently."""

from itertools import combinations

import numpy as np
import pytest

from topics.ids import COLOURED
from topics.ui import palette
from topics.ui.chart import _PAPER
from topics.values import LOOSE

TOPICS = range(COLOURED)

# Linear-RGB matrices of Machado et al. 2009 for protanopia, deuteranopia and tritanopia, and of full colour vision.
VISIONS = {
    "full": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour):
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) + 0.05 for c in (one, other)), reverse=True)
    return light / dark


def oklab(rgb):
    lms = np.cbrt(
        rgb @ np.array([[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]]).T
    )
    return lms @ np.array([[0.21045, 0.79362, -0.00407], [1.97800, -2.42859, 0.45059], [0.02590, 0.78277, -0.80868]]).T


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("topic", [*TOPICS, LOOSE])
def test_every_mark_has_an_edge_or_a_fill_that_stands_out_from_the_page(topic, dark):
    colour = palette.colour_at(topic, dark=dark)
    assert contrast(colour.edge, _PAPER[dark]) >= 3


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("vision", VISIONS)
def test_the_big_topics_are_told_apart(vision, dark):
    seen = {
        topic: oklab(np.clip(linear(palette.colour_at(topic, dark=dark).fill) @ np.array(VISIONS[vision]).T, 0, 1))
        for topic in TOPICS
    }
    nearest = min(combinations(TOPICS, 2), key=lambda pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]]))
    distance = float(np.linalg.norm(seen[nearest[0]] - seen[nearest[1]]))
    assert distance > 0.05, f"topics {nearest} are {distance:.3f} apart"  # 0.02 is about what can just be told


def test_the_small_topics_and_the_loose_passages_are_grey():
    assert palette.colour_at(COLOURED, dark=False) == palette.colour_at(LOOSE, dark=False)
    assert palette.css_class(COLOURED) == palette.css_class(LOOSE) == "tc-rest"
    assert palette.css_class(0) == "tc-0"


def test_every_class_has_its_rule_for_both_themes():
    rules = palette.css()
    for topic in (*TOPICS, LOOSE):
        assert rules.count(f".{palette.css_class(topic)} {{") == 1
    assert rules.count("light-dark(") == 2 * (COLOURED + 1)
