import numpy as np
import pytest

from topics.cluster import Guide
from topics.cluster.matching import match_themes

LABELS = np.array([0] * 10 + [1] * 6 + [2] * 4 + [-1] * 2, np.int32)


def guide(name: str, *rows: int) -> Guide:
    return Guide(name, np.ones(2, np.float32), np.array(rows, np.int32))


@pytest.mark.parametrize(
    ("guides", "matched"),
    [
        ([guide("bees", *range(8)), guide("tides", 16, 17)], {0: "bees", 2: "tides"}),
        ([guide("bees", 0, 1, 2)], {0: "bees"}),
        ([guide("bees", 0)], {}),  # a tenth of the topic is too little to name it
        ([guide("bees", 0, 1, 2, 10, 11, 16, 17)], {}),  # no topic holds half of the theme
        ([guide("bees", 0, 1, 2), guide("tides", 3, 4, 5, 6)], {0: "tides"}),  # the topic holds two themes
        ([guide("bees", *range(10, 16)), guide("tides", *range(10))], {0: "tides", 1: "bees"}),
        ([guide("bees")], {}),
        ([guide("bees", 20, 21)], {}),  # loose passages make no topic
        ([], {}),
    ],
)
def test_topics_are_named_after_the_themes_that_they_are_about(guides: list[Guide], matched: dict[int, str]) -> None:
    assert match_themes(LABELS, guides) == matched


def test_without_topics_nothing_matches() -> None:
    assert match_themes(np.full(3, -1, np.int32), [guide("bees", 0)]) == {}
