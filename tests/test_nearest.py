import numpy as np
import pytest

from tests.planted import planted
from topics.nearest import nearest


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
