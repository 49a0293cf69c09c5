import warnings

import numpy as np
import pytest

from tests.planted import planted
from topics.themes.axis import Axis, End, axis
from topics.themes.scale import Chance, Scale, Told
from topics.values import Pole

NO_CHANCE = Chance(0.2, -1.0)
ROOM = Chance(0.0, -1.0)


def told(vectors: np.ndarray, rows: list[int] | None = None) -> Told:
    known = np.full(len(vectors), -1) if rows is None else np.array(rows)
    return Told(np.asarray(vectors, np.float64), (), known.astype(np.int32))


def ends(left: Told, right: Told, chance: Chance = NO_CHANCE) -> tuple[End, End]:
    return End(Pole("l"), left, chance), End(Pole("r"), right, chance)


def place(vectors: np.ndarray, left: Told, right: Told, documents: list[int] | None = None) -> Axis:
    rows = np.arange(len(vectors)) if documents is None else np.array(documents)
    return axis(Scale(vectors), *ends(left, right), rows.astype(np.int32))


def basis(dimension: int, *rows: int) -> np.ndarray:
    return np.eye(dimension, dtype=np.float32)[list(rows)]


def mixed(*weights: tuple[float, float, float]) -> np.ndarray:
    vectors = np.array(weights, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_an_axis_orders_passages_between_its_poles() -> None:
    vectors = mixed((1, 0, 0), (0.8, 0.2, 0), (0.4, 0.6, 0), (0, 1, 0))
    placed = place(vectors, told(basis(3, 0)), told(basis(3, 1)))
    assert placed.direction.argsort().tolist() == [0, 1, 2, 3]
    assert placed.side.tolist() == ["left", "left", "right", "right"]


def test_a_passage_about_neither_pole_has_no_side() -> None:
    placed = place(mixed((1, 0, 0), (0, 1, 0), (0.1, 0, 1)), told(basis(3, 0)), told(basis(3, 1)))
    assert placed.side.tolist() == ["left", "right", "neither"]
    assert placed.relevant.tolist() == [True, True, False]
    assert placed.relevance[2] < placed.relevance[0]


def test_equal_likeness_is_the_middle_however_one_sided_the_corpus() -> None:
    vectors = mixed(*[(1, 0.1, 0)] * 20, *[(1, 1, 0)] * 5)
    placed = place(vectors, told(basis(3, 0)), told(basis(3, 1)))
    assert placed.side[:20].tolist() == ["left"] * 20
    assert placed.direction[20:] == pytest.approx(0.0, abs=1e-6)
    assert placed.side[20:].tolist() == ["unclear"] * 5


def test_with_one_phrase_a_pole_the_interval_is_unknown() -> None:
    vectors = mixed((1, 0, 0), (0, 1, 0))
    for phrases in (basis(3, 0), mixed((1, 0, 0), (1, 0, 0.2))):
        placed = place(vectors, told(phrases), told(basis(3, 1)))
        assert np.isnan([placed.low, placed.high, placed.documents.low, placed.documents.high]).all()
        assert placed.side.tolist() == ["left", "right"]


def test_phrases_that_agree_bound_the_direction_closely_and_others_do_not() -> None:
    vectors, _ = planted(2, 20, dimension=64)
    close = [place(vectors, told(vectors[:3] * 0 + vectors[0]), told(vectors[-3:] * 0 + vectors[-1]))]
    apart = [place(vectors, told(vectors[[0, 1, 25]]), told(vectors[[39, 38, 5]]))]
    width = [float((placed.high - placed.low).mean()) for placed in (*close, *apart)]
    assert width[0] < 1e-3 < width[1]
    assert (apart[0].low <= apart[0].direction).all()
    assert (apart[0].direction <= apart[0].high).all()


def test_a_side_that_hangs_on_the_wording_is_unclear() -> None:
    left, right = mixed((1, 0, 0), (0.2, 0, 1)), mixed((0, 1, 0), (0, 0.2, 1))
    placed = place(mixed((1, 0, 0.3), (0.7, 0.7, 0.1), (0, 1, 0.3)), told(left), told(right))
    assert placed.side[1] == "unclear"
    assert placed.low[1] <= 0 <= placed.high[1]


def test_the_interval_holds_where_other_phrases_of_the_kind_would_place_a_passage() -> None:
    """Of what many phrases say, about two thirds lies in the range that three phrases give."""
    rng = np.random.default_rng(0)
    vectors, _ = planted(4, 30, dimension=48, noise=1.0)
    kinds = [planted(4, 30, dimension=48, noise=1.0)[0][start : start + 30] for start in (0, 30)]
    kinds = [kind + rng.normal(0, 0.1, (40, *kind.shape)).mean(axis=0) for kind in kinds]
    every = place(vectors, told(kinds[0]), told(kinds[1]))
    held = []
    for _ in range(40):
        drawn = [kind[rng.permutation(30)[:3]] for kind in kinds]
        few = place(vectors, told(drawn[0]), told(drawn[1]))
        held.append(((few.low <= every.direction) & (every.direction <= few.high)).mean())
    assert 0.5 < np.mean(held) < 0.85


def test_a_document_is_the_weighted_mean_of_its_passages_about_a_pole() -> None:
    vectors = mixed((1, 0, 0), (1, 0.2, 0), (0, 1, 0), (0, 0, 1), (0, 0.1, 1), (0, 1, 0.1), (0.1, 1, 0))
    left, right = told(mixed((1, 0, 0), (1, 0.1, 0))), told(mixed((0, 1, 0), (0.1, 1, 0)))
    placed = place(vectors, left, right, [0, 0, 0, 1, 1, 2, 2])
    documents = placed.documents
    assert documents.side.tolist() == ["unclear", "neither", "right"]
    assert documents.relevance.tolist() == [1.0, 0.0, 1.0]
    assert np.isnan([documents.direction[1], documents.low[1], documents.high[1]]).all()
    weights = placed.relevance[:3]
    assert documents.direction[0] == pytest.approx((weights * placed.direction[:3]).sum() / weights.sum(), abs=1e-6)
    assert documents.high[0] - documents.low[0] > placed.high[0] - placed.low[0]


def test_documents_of_one_passage_stand_where_the_passage_does() -> None:
    vectors = mixed((1, 0, 0), (0, 1, 0), (0, 0, 1))
    placed = place(vectors, told(mixed((1, 0, 0), (1, 0.1, 0))), told(mixed((0, 1, 0), (0.1, 1, 0))))
    assert placed.documents.side.tolist() == placed.side.tolist()
    assert placed.documents.low[:2] == pytest.approx(placed.low[:2], abs=1e-5)


def test_documents_without_a_passage_have_no_side() -> None:
    vectors = mixed((1, 0, 0), (0, 1, 0))
    both = ends(told(mixed((1, 0, 0), (1, 0.1, 0))), told(mixed((0, 1, 0), (0.1, 1, 0))))
    documents = axis(Scale(vectors), *both, np.array([0, 2], np.int32), 4).documents
    assert documents.side.tolist() == ["left", "neither", "right", "neither"]
    assert np.isnan(documents.direction).tolist() == [False, True, False, True]
    assert documents.relevance.tolist() == [1.0, 0.0, 1.0, 0.0]


def test_many_phrases_are_left_out_in_parts() -> None:
    vectors, _ = planted(2, 40, dimension=64)
    placed = place(vectors, told(vectors[:35]), told(vectors[40:75]))
    assert (placed.low < placed.high).all()
    assert set(placed.side[:40]) == {"left"}


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_passages_and_identical_ones_have_an_axis(n: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for vectors in (planted(n, 1)[0], np.tile(planted(1, 1)[0], (n, 1))):
            left, right = planted(4, 1)[0][:2], planted(4, 1)[0][2:]
            placed = axis(Scale(vectors), *ends(told(left), told(right), ROOM), np.zeros(n, np.int32))
            assert len(placed.side) == n
            assert len(placed.documents.side) == 1
            assert np.isfinite(placed.direction).all()


def test_poles_that_mean_the_same_are_refused() -> None:
    vectors, _ = planted(1, 4)
    same = End(Pole("tea"), told(vectors[:1]), ROOM), End(Pole("cup of tea"), told(vectors[:1]), ROOM)
    with pytest.raises(ValueError, match="'tea' and 'cup of tea' mean the same"):
        axis(Scale(vectors), *same, np.zeros(4, np.int32))


def test_poles_that_share_an_example_are_refused() -> None:
    vectors, _ = planted(3, 4)
    with pytest.raises(ValueError, match="'l' and 'r' share 1 of their example passages"):
        place(vectors, told(vectors[[0, 4]], [0, 4]), told(vectors[[4, 8]], [4, 8]))
