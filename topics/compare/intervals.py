"""How sure a share is that was counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
"""How often such intervals hold the true share, where passages are drawn one by one."""

Values = NDArray[np.float64]


def wilson(counts: NDArray[np.int64], totals: NDArray[np.int64], level: float = LEVEL) -> tuple[Values, Values]:
    """Return the bounds of the score interval of a share (Wilson 1927).

    It stays within 0 and 1, and says something where nothing or everything was counted.

    Parameters
    ----------
    counts, totals
        How many of how many; the shapes go together as numpy's do.
    level
        How often the interval holds the true share.

    Returns
    -------
    tuple
        The lower and the upper bounds; ``nan`` where the total is 0.
    """
    from scipy.special import ndtri

    z2 = float(ndtri(0.5 + level / 2)) ** 2
    counts, n = np.broadcast_arrays(np.asarray(counts, np.float64), np.asarray(totals, np.float64))
    met = np.where(n > 0, n, np.nan)
    share = counts / met
    middle = (share + z2 / (2 * met)) / (1 + z2 / met)
    half = np.sqrt(z2) / (1 + z2 / met) * np.sqrt(share * (1 - share) / met + z2 / (4 * met**2))
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)
