import numpy as np
import pytest

from tests.planted import planted
from topics.nearest import check_finite, nearest


def test_nearest_finds_the_others_in_order_of_cosine() -> None:
    angles = np.radians([0.0, 10.0, 30.0, 180.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    rows, cosines = nearest(vectors, 2)
    assert rows.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert cosines[0] == pytest.approx(np.cos(np.radians([10.0, 30.0])), abs=1e-6)


def test_nearest_is_exact_whatever_is_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = planted(3, 20, noise=1.0)
    whole = nearest(vectors, 5)
    monkeypatch.setattr("topics.nearest._BLOCK", 7 * len(vectors))
    assert (nearest(vectors, 5)[0] == whole[0]).all()


@pytest.mark.parametrize("k", [0, 4])
def test_nearest_needs_others(k: int) -> None:
    with pytest.raises(ValueError, match="4 vectors have 1 to 3 others"):
        nearest(np.eye(4, dtype=np.float32), k)


def test_rows_that_are_not_finite_are_named() -> None:
    vectors = np.eye(8, dtype=np.float32)
    check_finite(vectors)
    vectors[[1, 4], 0] = np.nan, -np.inf
    with pytest.raises(ValueError, match="of 2 passages are not finite: rows 1, 4, counted from 0"):
        check_finite(vectors)
    with pytest.raises(ValueError, match="of 8 passages are not finite: rows 0, 1, 2, 3, 4 and others"):
        check_finite(np.full_like(vectors, np.inf))
