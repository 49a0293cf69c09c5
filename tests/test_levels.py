import numpy as np
import pytest

from tests.planted import levels_nest
from topics.cluster.levels import by_size, nested_cuts

NO_THEMES = np.full(12, -1, np.int32)
UNTOLD: dict[int, tuple[float, ...]] = {}


def tree_distance() -> np.ndarray:
    """Twelve units: two halves of two quarters of three."""
    units = np.arange(12)
    half, quarter = units // 6, units // 3
    distance = np.where(quarter[:, None] == quarter[None, :], 0.1, 0.3)
    distance = np.where(half[:, None] == half[None, :], distance, 0.9)
    np.fill_diagonal(distance, 0.0)
    return distance


def test_levels_nest_and_find_the_planted_tree() -> None:
    cuts, _ = nested_cuts(tree_distance(), np.full(12, 10), NO_THEMES, UNTOLD, smallest=3)
    assert levels_nest(list(cuts))
    assert [int(cut.max()) + 1 for cut in cuts[:2]] == [3, 4]  # by silhouette, less what few topics leave unsaid


def trust(**steady: float) -> dict[int, tuple[float, ...]]:
    """Numbers of topics that two halves agree on as told, and hardly on any other."""
    return {k: (steady.get(f"k{k}", 0.3),) for k in range(2, 13)}


def test_medium_takes_the_fewest_of_those_that_are_nearly_as_good_and_fine_the_best() -> None:
    told = {k: (0.3, 0.3, 0.3) for k in range(2, 13)}
    told |= {2: (0.9, 0.9, 0.9), 4: (0.60, 0.66, 0.72), 5: (0.64, 0.66, 0.68)}
    told |= {8: (0.60, 0.70, 0.80), 11: (0.60, 0.60, 0.60), 12: (0.4, 0.4, 0.4)}
    cuts, _ = nested_cuts(tree_distance(), np.full(12, 10), NO_THEMES, told, smallest=3)
    assert [int(cut.max()) + 1 for cut in cuts] == [2, 4, 8]
    sure = told | {4: (0.60, 0.60, 0.60), 5: (0.66, 0.66, 0.66), 11: (0.78, 0.78, 0.78)}
    cuts, _ = nested_cuts(tree_distance(), np.full(12, 10), NO_THEMES, sure, smallest=3)
    assert [int(cut.max()) + 1 for cut in cuts] == [2, 5, 11]


def test_levels_are_the_numbers_of_topics_that_halves_agree_on() -> None:
    sizes = np.full(12, 10)
    cuts, best = nested_cuts(tree_distance(), sizes, NO_THEMES, trust(k2=0.9, k4=0.95, k7=0.6), smallest=3)
    assert [int(cut.max()) + 1 for cut in cuts] == [2, 4, 7]
    assert best == 1


def test_the_medium_level_is_shown_where_coarse_and_fine_are_as_good() -> None:
    sizes = np.full(12, 10)
    few, many = trust(k3=0.95, k5=0.7, k8=0.5), trust(k3=0.7, k5=0.7, k8=0.95)
    torn = trust(k3=0.85, k5=0.7, k8=0.75)
    shown = [nested_cuts(tree_distance(), sizes, NO_THEMES, told, smallest=3)[1] for told in (few, torn, many)]
    assert shown == [0, 1, 2]


def test_two_real_topics_are_not_cut_further() -> None:
    sizes = np.full(12, 10)
    assert nested_cuts(tree_distance(), sizes, NO_THEMES, trust(k2=1.0, k4=0.6, k8=0.6), smallest=3)[1] == 0


def test_groups_that_are_too_small_join_the_nearest() -> None:
    sizes = np.full(12, 10)
    sizes[:3] = 0
    sizes[0] = 1  # the first quarter holds one passage
    cuts, _ = nested_cuts(tree_distance(), sizes, NO_THEMES, UNTOLD, smallest=3)
    for cut in cuts:
        assert np.bincount(cut, weights=sizes).min() >= 3
    assert cuts[1][0] == cuts[1][3]


def test_two_named_themes_never_share_a_topic_from_the_medium_level_on() -> None:
    themes = NO_THEMES.copy()
    themes[0], themes[1] = 0, 1  # in one quarter
    distance = tree_distance()
    distance[0, 1] = distance[1, 0] = 3.0
    cuts, _ = nested_cuts(distance, np.full(12, 10), themes, UNTOLD, smallest=3)
    assert cuts[1][0] != cuts[1][1]
    assert cuts[2][0] != cuts[2][1]
    assert levels_nest(list(cuts))


@pytest.mark.parametrize("units", [1, 2, 3])
def test_few_units_give_three_levels_all_the_same(units: int) -> None:
    distance = 1.0 - np.eye(units)
    cuts, _ = nested_cuts(distance, np.ones(units, np.int64), NO_THEMES[:units], UNTOLD, smallest=1)
    assert cuts.shape == (3, units)
    assert levels_nest(list(cuts))


def test_topic_0_is_the_largest() -> None:
    unit_of = np.array([0, 1, 1, 2, 2, 2, 3], np.int32)
    renumbered = by_size(np.array([[0, 0, 1, 2], [3, 2, 1, -1]], np.int32), unit_of)
    assert renumbered.tolist() == [[0, 0, 1, 2], [2, 1, 0, -1]]


def test_crossing_levels_are_seen() -> None:
    assert not levels_nest([np.array([0, 1]), np.array([0, 0])])
