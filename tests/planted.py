"""Planted groups of unit vectors, and whether levels nest: for tests that need to know what should be found."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def planted(
    groups: int, each: int, *, dimension: int = 32, noise: float = 0.5, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return unit vectors around ``groups`` random directions, shape (groups * each, dimension), and their groups.

    ``noise`` is the length of the random part beside a direction of length 1.
    """
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(groups, dimension))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    labels = np.repeat(np.arange(groups), each)
    beside = rng.normal(size=(len(labels), dimension)) * noise / np.sqrt(dimension)
    vectors = centres[labels] + beside
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), labels.astype(np.int32)


def levels_nest(cuts: Sequence[np.ndarray]) -> bool:
    """Tell whether every topic of a level lies in one topic of the level before it."""
    return all(
        len(np.unique(coarse[fine == topic])) == 1 for coarse, fine in pairwise(cuts) for topic in np.unique(fine)
    )
