"""Shares and their intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from reports.statistics.describe import Interval, divide

Floats = NDArray[np.float64]


def wilson(share: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Wilson's score interval without continuity correction (Wilson 1927; Newcombe 1998, Stat Med 17:857-872).

    `share` 0-1 of `n`; nan where n is 0. Works at 0/n and n/n, where the plain interval has no width.
    Same as R's prop.test(x, n, correct=FALSE).
    """
    share, n = np.broadcast_arrays(np.asarray(share, float), np.asarray(n, float))
    z = float(special.ndtri((1 + confidence) / 2))
    centre = divide(2 * n * share + z**2, 2 * (n + z**2), n > 0)
    spread = z * np.sqrt(np.maximum(z**2 + 4 * n * share * (1 - share), 0))
    reach = divide(spread, 2 * (n + z**2), n > 0)
    return Interval(np.maximum(centre - reach, 0), np.minimum(centre + reach, 1))


def newcombe(
    first: ArrayLike, n_first: ArrayLike, second: ArrayLike, n_second: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Interval of first - second, two independent shares: Newcombe's method 10 (1998, Stat Med 17:873-890)."""
    one, two = wilson(first, n_first, confidence), wilson(second, n_second, confidence)
    p, q = np.asarray(first, float), np.asarray(second, float)
    return Interval(
        p - q - np.sqrt((p - one.low) ** 2 + (two.high - q) ** 2),
        p - q + np.sqrt((one.high - p) ** 2 + (q - two.low) ** 2),
    )
