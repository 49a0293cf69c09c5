import numpy as np
import pytest

from tests.models import THEMES, small_model
from topics.contrast import contrasts, parts_of, shown, written
from topics.values import Pole


def test_contrasts_are_the_themes_with_poles():
    assert contrasts(small_model()) == THEMES[:1]
    assert contrasts(small_model(themes=THEMES[1:])) == ()


def test_a_written_pole_gives_the_axis_of_the_pole():
    model = small_model()
    left, right = THEMES[0].poles
    told = model.axis(left, right)
    read = model.axis(parts_of(written(left)), parts_of(written(right)))
    np.testing.assert_array_equal(told.direction, read.direction)
    assert (read.left.name, read.right.name) == (left.name, right.name)
    assert written(Pole("a | b", ("c\n d", "a | b"))) == "a b | c d"


def test_parts_of_a_pole_are_phrases_and_topics():
    assert parts_of(" open source |topic:3|  free ") == ["open source", 3, "free"]
    with pytest.raises(ValueError, match="names no topic"):
        parts_of("topic:three")


def test_ends_and_middle_are_the_furthest_and_the_nearest_with_each_language():
    model = small_model()
    axis = model.axis(*THEMES[0].poles)
    told = shown(model, axis, n=2)
    assert (axis.side[told.left] == "left").all()
    assert (axis.side[told.right] == "right").all()
    assert (axis.side[told.middle] == "unclear").all()
    assert axis.direction[told.left[0]] == axis.direction[axis.side == "left"].min()
    assert axis.direction[told.right[0]] == axis.direction[axis.side == "right"].max()
    assert (np.diff(axis.direction[told.left]) >= 0).all()
    for part, side in ((told.left, "left"), (told.right, "right")):
        spoken = set(model.passages.language[axis.side == side].tolist())
        assert set(model.passages.language[part].tolist()) == spoken
        assert len(spoken) > 1
    assert len(told.left) <= 3
