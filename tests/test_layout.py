import subprocess
import sys

import numpy as np
import pytest

from tests.planted import planted
from topics import layout as module
from topics.layout import among, layout

METHODS = ["pca", "tsne", "umap"]


@pytest.fixture(scope="module", params=METHODS)
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def kinship(places: np.ndarray, labels: np.ndarray, k: int = 5) -> float:
    """The share of the nearest on the map that are of the same group."""
    distances = np.linalg.norm(places[:, None] - places[None], axis=2) + np.diag(np.full(len(places), np.inf))
    near = np.argsort(distances, axis=1)[:, :k]
    return float((labels[near] == labels[:, None]).mean())


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 9, 10, 12])
def test_few_vectors_get_a_map(n: int) -> None:
    places = layout(planted(n, 1)[0])
    assert places.shape == (n, 2)
    assert places.dtype == np.float32
    assert np.isfinite(places).all()
    assert len(np.unique(places, axis=0)) == n
    assert np.abs(places).max() == (1.0 if n > 1 else 0.0)


@pytest.mark.parametrize("n", [1, 3, 5])
def test_every_method_takes_few_vectors(method: str, n: int) -> None:
    places = layout(planted(n, 1)[0], method=method)
    assert places.shape == (n, 2)
    assert np.isfinite(places).all()


def test_alike_vectors_share_a_place(method: str) -> None:
    alike = np.repeat(planted(1, 1)[0], 30, axis=0)
    assert (layout(alike, method=method) == 0).all()
    vectors, _ = planted(12, 1)
    places = layout(np.concatenate([vectors, vectors]), method=method)
    assert (places[:12] == places[12:]).all()
    assert len(np.unique(places, axis=0)) == 12


def test_groups_lie_together_within_the_frame_and_in_any_order(method: str) -> None:
    vectors, labels = planted(4, 20, noise=1.0)
    places = layout(vectors, method=method, seed=1)
    order = np.random.default_rng(2).permutation(len(vectors))
    assert layout(vectors[order], method=method, seed=1).tobytes() == places[order].tobytes()
    assert kinship(places, labels) > (0.6 if method == "pca" else 0.95)
    low, high = places.min(axis=0), places.max(axis=0)
    assert (high + low) == pytest.approx([0.0, 0.0], abs=1e-6)
    assert (high - low).max() == pytest.approx(2.0, abs=1e-6)


def test_a_map_keeps_its_proportions() -> None:
    plane = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 1.0], [4.0, 1.0]], np.float32)
    places = layout(plane, method="pca")
    assert np.ptp(places, axis=0) == pytest.approx([2.0, 0.5], abs=1e-6)


def test_labels_draw_topics_together() -> None:
    vectors, labels = planted(4, 25, noise=2.5)
    apart, together = layout(vectors), layout(vectors, labels=labels)
    assert kinship(together, labels) > kinship(apart, labels) + 0.05
    loose = np.full(len(vectors), -1, np.int32)
    assert layout(vectors, labels=loose) == pytest.approx(apart, abs=0.2)


@pytest.mark.parametrize(("n", "used"), [(9, "principal"), (10, "_tsne"), (40, "_tsne"), (41, "unfold")])
def test_the_number_of_vectors_chooses_the_method(monkeypatch: pytest.MonkeyPatch, n: int, used: str) -> None:
    seen: list[str] = []
    for name in ("principal", "_tsne", "unfold"):
        monkeypatch.setattr(module, name, lambda space, *_, name=name, **__: seen.append(name) or space[:, :2])
    monkeypatch.setattr(module, "_MANY", 41)
    layout(planted(n, 1)[0])
    assert seen == [used]


def test_of_too_many_vectors_the_rest_are_placed_among_their_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, labels = planted(4, 50, noise=0.8)
    monkeypatch.setattr(module, "_MOST", 80)
    places = layout(vectors)
    assert len(np.unique(places, axis=0)) > 190
    assert kinship(places, labels) > 0.95


def test_wrong_arguments_are_refused() -> None:
    vectors = planted(3, 1)[0]
    with pytest.raises(ValueError, match=r"\(0, 32\), but must be \(n, d\) with n at least 1"):
        layout(vectors[:0])
    with pytest.raises(ValueError, match=r"labels have shape \(2,\), but must be \(3,\)"):
        layout(vectors, labels=np.zeros(2, np.int32))
    with pytest.raises(ValueError, match="'mds', but must be one of auto, pca, tsne, umap"):
        layout(vectors, method="mds")  # type: ignore[arg-type]


def test_a_small_map_and_the_engines_names_load_no_compiler() -> None:
    code = (
        "import sys, numpy, topics.cluster, topics.cluster.density, topics.cluster.by_bertopic; "
        "from topics.layout import layout; layout(numpy.eye(60, dtype='f4')); "
        "print(sorted({'umap', 'numba', 'hdbscan', 'bertopic', 'torch'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_new_vectors_are_placed_among_their_neighbours_each_by_itself() -> None:
    vectors, labels = planted(4, 20)
    places = layout(vectors, method="pca")
    near = among(vectors[::7], vectors, places)
    assert np.array_equal(near, places[::7]), "what is on the map stays there"
    fresh, of = planted(4, 3, noise=0.51)
    whole = among(fresh, vectors, places)
    assert np.array_equal(whole, np.concatenate([among(row[None], vectors, places) for row in fresh]))
    for place, group in zip(whole, of, strict=True):
        low, high = places[labels == group].min(axis=0), places[labels == group].max(axis=0)
        assert (low <= place).all()
        assert (place <= high).all()
    assert among(fresh[:0], vectors, places).shape == (0, 2)


def test_a_map_does_not_hang_on_the_list_of_what_computes(monkeypatch, caplog) -> None:
    """On Linux that is /proc/self/maps, which a jail may not have, and a disk that fails can fail it."""

    def failing(_: int):
        raise OSError(5, "Input/output error", "/proc/self/maps")

    vectors = planted(60, 3)[0]
    expected = layout(vectors)
    monkeypatch.setattr(module, "threadpool_limits", failing)
    found = layout(vectors)
    assert found.shape == expected.shape
    assert np.isfinite(found).all()
    assert "cannot look up what computes in threads (Input/output error)" in caplog.text
