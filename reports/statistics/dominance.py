"""How often somebody from one group stands higher than somebody from the other: effect sizes that use order only.

They ask nothing of the distance between two steps of an answer set, and do not change if the steps are renumbered in
the same order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from reports.statistics.describe import Floats, Interval, divide
from reports.statistics.placements import Counts, Placements, count, placements


@dataclass(frozen=True)
class Dominance:
    """Cliff's delta with its interval. Arrays of one shape; nan = not computable."""

    n_first: Floats
    n_second: Floats
    delta: Floats
    """-1 to 1: P(first > second) - P(first < second)."""
    error: Floats
    low: Floats
    high: Floats

    @property
    def superiority(self) -> Floats:
        """P(first > second) + P(equal) / 2, from 0 to 1 (Vargha and Delaney 2000, J Educ Behav Stat 25:101-132)."""
        return (self.delta + 1) / 2

    @property
    def superiority_interval(self) -> Interval:
        """The same interval as delta's, on the scale of `superiority`."""
        return Interval((self.low + 1) / 2, (self.high + 1) / 2)


def cliffs_delta(first: Floats, second: Floats, confidence: float = 0.95) -> Dominance:
    """Of two sets of values, (n,) and (m,), nan left out; arrays of shape ()."""
    return from_counts(count(first, second), confidence)


def from_counts(counts: Counts, confidence: float = 0.95) -> Dominance:
    """Of (..., steps) counts, for every group at once. Equal to `cliffs_delta` of the values.

    Consistent variance (Cliff 1993, Psychol Bull 114:494-509), asymmetric interval (Feng and Cliff 2004, J Mod Appl
    Stat Methods 3:322-332). Same as R's effectsize::cliffs_delta. The interval is nan if a group has fewer than two
    people, or if all in both groups are alike: then nothing tells how delta could vary.
    """
    seen = placements(counts)
    delta, error = seen.delta, _error(seen)
    z = float(special.ndtri((1 + confidence) / 2))
    reach = z * error * np.sqrt((1 - delta**2) ** 2 + (z * error) ** 2)
    below = 1 - delta**2 + (z * error) ** 2
    varies = error > 0
    low = divide(delta - delta**3 - reach, below, varies)
    high = divide(delta - delta**3 + reach, below, varies)
    apart_low, apart_high = _all_apart(seen, z)
    return Dominance(
        n_first=seen.n_first,
        n_second=seen.n_second,
        delta=delta,
        error=np.where(varies, error, np.nan),
        low=np.where(varies, np.maximum(low, -1.0), apart_low),
        high=np.where(varies, np.minimum(high, 1.0), apart_high),
    )


def _error(seen: Placements) -> Floats:
    """sqrt(((n2-1) S1 + (n1-1) S2 + S12) / (n1 n2)), S12 the variance of the single pairs' -1, 0 and 1."""
    one, two = seen.n_first, seen.n_second
    squares = seen.higher + seen.lower - seen.pairs * seen.delta**2
    single = divide(np.maximum(squares, 0.0), (one - 1) * (two - 1), (one >= 2) & (two >= 2))
    summed = (two - 1) * seen.variance_first + (one - 1) * seen.variance_second + single
    return np.sqrt(divide(summed, seen.pairs))


def _all_apart(seen: Placements, z: float) -> tuple[Floats, Floats]:
    """The interval where the groups do not overlap at all: delta is -1 or 1 and its error 0.

    The far end is (n - z2) / (n + z2), n the smaller group (Feng and Cliff 2004, eq. 8): no error has been seen, as a
    share of 0 has none, and Wilson's interval of such a share has that very end.
    """
    fewest = np.minimum(seen.n_first, seen.n_second)
    far = divide(fewest - z**2, fewest + z**2, (fewest >= 2) & (np.abs(seen.delta) == 1))
    low = np.where(seen.delta > 0, far, -1.0)
    high = np.where(seen.delta > 0, 1.0, -far)
    none = np.isnan(far)
    return np.where(none, np.nan, low), np.where(none, np.nan, high)
