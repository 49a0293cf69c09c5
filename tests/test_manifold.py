import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.planted import planted
from topics import manifold
from topics.manifold import give_numba_a_cache, principal, unfold


def test_principal_coordinates_keep_distances_in_a_plane_and_have_no_chance_sign() -> None:
    plane = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 1.0], [3.0, 1.0]])
    space = np.hstack([plane, np.zeros((4, 3))]).astype(np.float32)
    placed = principal(space, 2)
    assert np.linalg.norm(placed[0] - placed[3]) == pytest.approx(np.sqrt(10.0))
    assert placed[1, 0] > placed[0, 0]
    assert (principal(space, 4)[:, 2:] == 0).all()


@pytest.mark.parametrize(("n", "dimensions"), [(5, 2), (8, 5)])
def test_few_vectors_can_be_unfolded(n: int, dimensions: int) -> None:
    vectors, _ = planted(n, 1)
    placed = unfold(vectors, dimensions, neighbours=n, seed=0)
    assert placed.shape == (n, dimensions)
    assert np.isfinite(placed).all()


def test_unfolding_keeps_groups_together_and_repeats_bit_for_bit() -> None:
    vectors, labels = planted(3, 20)
    placed = unfold(vectors, 2, neighbours=15, seed=3)
    assert placed.tobytes() == unfold(vectors, 2, neighbours=15, seed=3).tobytes()
    assert placed.tobytes() != unfold(vectors, 2, neighbours=15, seed=4).tobytes()
    distances = np.linalg.norm(placed[:, None] - placed[None], axis=2) + np.diag(np.full(60, np.inf))
    assert (labels[distances.argmin(axis=1)] == labels).all()


def test_too_few_vectors_are_refused() -> None:
    with pytest.raises(ValueError, match="4 vectors are too few for 2 dimensions"):
        unfold(np.eye(4, dtype=np.float32), 2, neighbours=3, seed=0)
    with pytest.raises(ValueError, match="neighbours is 9, but must be from 2 to 8"):
        unfold(np.eye(8, dtype=np.float32), 2, neighbours=9, seed=0)


@pytest.mark.parametrize("writable", ["package", "home"])
def test_numba_keeps_its_own_cache_where_it_can_write(monkeypatch: pytest.MonkeyPatch, writable: str) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    in_package = {"package": True, "home": False}[writable]
    monkeypatch.setattr(manifold, "_writable", lambda place: ("site-packages" in str(place)) == in_package)
    give_numba_a_cache()
    assert "NUMBA_CACHE_DIR" not in os.environ


def test_numba_gets_a_cache_where_it_could_write_nowhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    from numba.core import config

    monkeypatch.setenv("NUMBA_CACHE_DIR", "")  # so that it is put back as it was
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(manifold, "_writable", lambda place: False)
    try:
        with caplog.at_level(logging.WARNING):
            give_numba_a_cache()
        assert Path(os.environ["NUMBA_CACHE_DIR"]).parent == tmp_path
        assert os.environ["NUMBA_CACHE_DIR"] == config.CACHE_DIR
        assert "NUMBA_CACHE_DIR" in caplog.text
    finally:
        monkeypatch.undo()
        config.reload_config()


def test_a_folder_that_is_missing_is_as_writable_as_the_one_that_would_hold_it(tmp_path: Path) -> None:
    assert manifold._writable(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    assert not manifold._writable(tmp_path / "file" / "a")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_principal_coordinates_need_no_compiler() -> None:
    code = "import sys, numpy, topics.manifold as m; m.principal(numpy.eye(9, dtype='f4'), 2); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "numba" not in ran.stdout.split()
