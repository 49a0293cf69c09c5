import re

import numpy as np
import pytest

from tests.models import THEMES, small_model
from topics.ui import strip


@pytest.fixture(scope="module")
def model():
    return small_model()


@pytest.fixture(scope="module")
def axis(model):
    return model.axis(*THEMES[0].poles)


def test_dots_stand_in_order_from_left_to_right(model, axis):
    rows = np.arange(len(model.passages), dtype=np.int32)
    drawn = strip.strip(model, axis, rows, lambda row: f"read?{row}", strip.extent(axis))
    found = [(float(place), int(row)) for row, place in re.findall(r'href="read\?(\d+)" style="left:([\d.]+)%', drawn)]
    assert sorted(row for _, row in found) == np.flatnonzero(axis.relevant).tolist()
    assert [place for place, _ in found] == sorted(place for place, _ in found)
    assert all((place < 50) == (axis.direction[row] < 0) for place, row in found)
    assert min(found)[0] == pytest.approx(3) or max(found)[0] == pytest.approx(97)
    assert all(f"ax-{axis.side[row]}" in drawn for _, row in found)


def test_no_dot_covers_another_where_there_is_room():
    places = sorted([50.0] * 5 + [50.4, 51.0, 60.0])
    lanes = strip.lanes_of(places, 1.0)
    assert lanes[0] == 0
    assert lanes[-1] == 0
    assert sorted(lanes[:5]) == [-2, -1, 0, 1, 2]
    for at, (place, lane) in enumerate(zip(places, lanes, strict=True)):
        for other, own in zip(places[:at], lanes[:at], strict=True):
            assert own != lane or place - other >= 1.0


def test_a_crowd_is_thinned_evenly_and_drawn_all_the_same():
    assert len(strip.lanes_of([50.0] * 3000, 1.0)) == 3000
    rows = np.arange(2500, dtype=np.int32)
    assert len(strip.thinned(rows)) <= strip.MOST
    assert strip.thinned(rows[:10]).tolist() == list(range(10))


def test_an_interval_is_a_bar_around_its_mark(model, axis):
    reach = strip.extent(axis)
    for row in range(len(model.passages.documents)):
        drawn = strip.interval(axis.documents, row, reach)
        if not axis.documents.relevant[row]:
            assert "ax-mark" not in drawn
            continue
        left, width = map(float, re.findall(r"left:([\d.]+)%;width:([\d.]+)%", drawn)[0])
        mark = float(re.findall(r"ax-mark[^>]*left:([\d.]+)%", drawn)[0])
        assert left <= mark <= left + width + 0.01
        assert 0 <= left <= left + width <= 100.01
