"""Regions drawn on the map: few corners of many, and which passages lie within."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Floats
from topics.ui.state import Polygon

_ROUND, _CORNERS = 1e-4, 200


def polygon(corners: Sequence[Sequence[float]]) -> Polygon:
    """Return a drawn line as a region of few corners: a lasso has hundreds, and a link should stay short.

    No corner that is left out lies further off than a 300th of the region's size, but for lines so ragged that they
    would keep more than 200; of these the 200 that matter most are kept. A line without an inside is no region.
    """
    line = np.array(corners, np.float64)
    kept = _telling(line, max(_ROUND, float(np.ptp(line, axis=0).max()) / 300), _CORNERS)
    simple = tuple((round(x, 4), round(y, 4)) for x, y in line[kept].tolist())
    return simple if len(set(simple)) > 2 else ()


def _telling(line: NDArray[np.float64], tolerance: float, most: int) -> list[int]:
    """Return which corners of a line tell its shape: from both ends on, always the one that is furthest off next.

    Ramer 1972; Douglas and Peucker 1973.
    """
    ends = (0, len(line) - 1)
    kept, waiting = list(ends), [_furthest(line, *ends)]
    while waiting and len(kept) < most:
        off, at, first, last = heapq.heappop(waiting)
        if -off <= tolerance:
            break
        kept.append(at)
        for part in ((first, at), (at, last)):
            if part[1] - part[0] > 1:
                heapq.heappush(waiting, _furthest(line, *part))
    return sorted(kept)


def _furthest(line: NDArray[np.float64], first: int, last: int) -> tuple[float, int, int, int]:
    """Return how far off the corner between two others is that is furthest off, negative, and which one it is."""
    start, way = line[first], line[last] - line[first]
    off = line[first + 1 : last] - start
    length = float(np.hypot(*way))
    far = np.abs(off[:, 0] * way[1] - off[:, 1] * way[0]) / length if length > _ROUND else np.hypot(*off.T)
    at = int(far.argmax())
    return -float(far[at]), first + 1 + at, first, last


def inside(positions: Floats, polygon: Polygon) -> NDArray[np.bool_]:
    """Tell which points, shape (n, 2), lie in a polygon, by the even-odd rule; shape (n,)."""
    x, y = positions[:, 0].astype(np.float64), positions[:, 1].astype(np.float64)
    odd = np.zeros(len(positions), bool)
    for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if y0 == y1:
            continue
        crosses = (y0 > y) != (y1 > y)
        odd ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return odd
