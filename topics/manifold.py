"""Unit vectors -> a few dimensions, by UMAP over exact neighbours: the one place that imports umap and numba."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import tempfile
import threading
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np
import platformdirs
from numpy.typing import NDArray

from topics.nearest import nearest
from topics.protocols import Floats

_LOG = logging.getLogger(__name__)
_SPECTRAL = 20  # vectors below which UMAP cannot be trusted to start from the graph's eigenvectors
_ONE_AT_A_TIME = threading.Lock()  # numba's simplest threading layer aborts the process on concurrent calls


def unfold(vectors: Floats, dimensions: int, *, neighbours: int, seed: int, min_dist: float = 0.1) -> Floats:
    """Lay unit vectors out in a few dimensions by UMAP (McInnes et al. 2018), reproducibly.

    The neighbours are found exactly rather than by nearest-neighbour descent: below 10,000 vectors that is faster than
    compiling the descent, and it does not depend on chance. One thread, fixed seed: same vectors, same positions.

    Parameters
    ----------
    vectors
        Distinct unit vectors, shape (n, d), n at least ``dimensions`` + 3.
    dimensions
        The width of the result, at least 1 and at most d.
    neighbours
        How many nearest vectors (itself counted, as UMAP does) say where a vector belongs, 2 to n.
    seed
        The seed of every random choice, 0 or more.
    min_dist
        How close two vectors may come, 0 to 1.

    Returns
    -------
    ndarray of float32, shape (n, dimensions)
        Finite positions.

    Raises
    ------
    ValueError
        ``vectors`` are too few for ``dimensions``, or ``neighbours`` is out of range.
    """
    n = len(vectors)
    if n < dimensions + 3:
        raise ValueError(f"{n} vectors are too few for {dimensions} dimensions; give at least {dimensions + 3}")
    if not 2 <= neighbours <= n:
        raise ValueError(f"neighbours is {neighbours}, but must be from 2 to {n}, the number of vectors")
    rows, cosines = nearest(vectors, neighbours - 1)
    indices = np.hstack([np.arange(n, dtype=np.int32)[:, None], rows])
    distances = np.hstack([np.zeros((n, 1), np.float32), np.clip(1.0 - cosines, 0.0, 2.0)])
    random = np.random.RandomState(seed)  # the generator that umap takes
    start: str | Floats = "spectral" if n >= _SPECTRAL else _principal(vectors, dimensions)
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # umap warns of an absent tensorflow, and where its spectral start fails
        umap = _umap()
        graph, *_ = umap.fuzzy_simplicial_set(
            vectors, neighbours, random, "cosine", knn_indices=indices, knn_dists=distances, return_dists=False
        )
        a, b = umap.find_ab_params(1.0, min_dist)
        positions, _ = umap.simplicial_set_embedding(
            vectors,
            graph,
            n_components=dimensions,
            initial_alpha=1.0,
            a=a,
            b=b,
            gamma=1.0,
            negative_sample_rate=5,
            n_epochs=None,
            init=start,
            random_state=random,
            metric="cosine",
            metric_kwds={},
            densmap=False,
            densmap_kwds={},
            output_dens=False,
        )
    placed: Floats = np.nan_to_num(positions).astype(np.float32)
    return placed


def principal(vectors: Floats, dimensions: int) -> NDArray[np.float64]:
    """Return the coordinates of vectors along their directions of largest variance, shape (n, dimensions).

    The sign of each direction is fixed (its largest loading is positive); directions beyond the rank are 0.
    """
    space = vectors.astype(np.float64)
    space -= space.mean(axis=0)
    values, directions = np.linalg.eigh(space.T @ space)
    chosen = directions[:, ::-1][:, :dimensions]
    largest = np.abs(np.round(chosen, 9)).argmax(axis=0)
    chosen = chosen * np.where(chosen[largest, np.arange(chosen.shape[1])] < 0, -1.0, 1.0)
    held = values[::-1][:dimensions] > 1e-12 * max(float(values[-1]), 1e-12)
    placed = np.zeros((len(space), dimensions))
    placed[:, : chosen.shape[1]] = space @ np.where(held, chosen, 0.0)
    return placed


def _principal(vectors: Floats, dimensions: int) -> Floats:
    """Return a start for UMAP, which divides by the range of each dimension: none may be constant."""
    placed = principal(vectors, dimensions)
    apart = np.random.default_rng(0).normal(scale=1e-3, size=placed.shape)
    start: Floats = (10.0 * (placed / max(float(np.abs(placed).max()), 1e-12) + apart)).astype(np.float32)
    return start


def _umap() -> ModuleType:
    """Import umap's functions, with a place for what numba compiles."""
    give_numba_a_cache()
    from umap import umap_

    module: ModuleType = umap_
    return module


def give_numba_a_cache() -> None:
    """Let numba keep compiled code in a temporary folder where it could keep it nowhere else.

    Left alone, numba refuses to import umap where neither the installed package nor the home folder can be written to,
    as in many containers.
    """
    places = [_folder("umap"), _folder("pynndescent")]
    home = platformdirs.user_cache_path("numba", appauthor=False)
    if os.environ.get("NUMBA_CACHE_DIR") or all(_writable(place) for place in places) or _writable(home):
        return
    os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(prefix="topics-numba-")
    importlib.import_module("numba.core.config").reload_config()
    _LOG.warning("numba can write no cache, so UMAP compiles at every start; name a folder in NUMBA_CACHE_DIR")


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None  # a core dependency
    assert spec.origin is not None
    return Path(spec.origin).parent


def _writable(place: Path) -> bool:
    """Tell whether a folder can be written to, or made where it is missing, by trying as numba does."""
    try:
        tempfile.TemporaryFile(dir=next(folder for folder in (place, *place.parents) if folder.exists())).close()
    except OSError:
        return False
    return True
