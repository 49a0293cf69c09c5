"""Names on the map stand near their topics and never on one another."""

from topics.ui import names
from topics.ui.names import placed, wrapped

EXTENT = 2.24


def boxes(found, first=None):
    unit = names.SHEET[0] / EXTENT, names.SHEET[1] / EXTENT
    for index, name in enumerate(found):
        if name is not None:
            width, height = names._size(name.lines, 1.18 if index == first else 1.0)
            x, y = name.at[0] * unit[0], name.at[1] * unit[1]
            yield (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def test_a_name_with_room_stands_at_its_centre():
    assert placed(["Bus lines"], [(0.3, -0.2)], EXTENT)[0].at == (0.3, -0.2)


def test_names_that_would_meet_move_apart_a_little():
    found = placed(["Partnership tension", "How the partnership began"], [(0.0, 0.0), (0.05, 0.01)], EXTENT)
    assert found[0].at == (0.0, 0.0)
    assert found[1].at[0] == 0.05
    assert 0 < abs(found[1].at[1] - 0.01) < 0.25
    a, b = boxes(found)
    assert not names._meet(a, b)


def test_where_there_is_no_room_the_later_name_is_left_out_and_the_chosen_one_stays():
    crowd = [f"Topic number {number}" for number in range(30)]
    found = placed(crowd, [(0.0, 0.0)] * 30, EXTENT, first=29)
    assert found[29].at == (0.0, 0.0)
    assert found[28] is None
    standing = list(boxes(found, first=29))
    assert len(standing) >= 3
    assert not any(names._meet(a, b) for at, a in enumerate(standing) for b in standing[at + 1 :])


def test_a_long_name_is_broken_into_lines_and_cut():
    assert wrapped("How the partnership between the two began") == "How the partnership\nbetween the two\nbegan"
    long = wrapped("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen")
    assert long.count("\n") == 2
    assert long.endswith("…")
    assert wrapped("") == ""


def test_wide_letters_take_twice_the_room():
    assert names._size("公交", 1.0)[0] == names._size("abcd", 1.0)[0]
