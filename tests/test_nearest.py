import numpy as np
import pytest

from tests.planted import planted
from topics.nearest import check_finite, largest, nearest, sums


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


@pytest.mark.parametrize(("n", "k"), [(1, 1), (7, 7), (40, 5), (1000, 3), (1003, 15)])
def test_largest_are_those_that_sorting_puts_first(n: int, k: int) -> None:
    values = np.random.default_rng(n).integers(0, 50, (20, n)).astype(np.float32)  # many are equal
    columns, found = largest(values, k)
    assert (columns == np.argsort(-values, axis=1, kind="stable")[:, :k]).all()
    assert (found == np.take_along_axis(values, columns, axis=1)).all()


def test_sums_are_the_same_bits_however_they_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, groups = planted(5, 40, noise=1.0)
    groups = np.where(np.arange(len(groups)) % 7 == 0, -1, groups).astype(np.int32)
    plain = sums(vectors, groups, 6)
    monkeypatch.setattr("topics.nearest._FEW", 0)
    monkeypatch.setattr("topics.nearest._SUMMED", 3 * len(vectors))
    assert np.array_equal(sums(vectors, groups, 6), plain)
    assert not plain[5].any()
    assert plain[2] == pytest.approx(vectors[groups == 2].sum(axis=0, dtype=np.float64))
