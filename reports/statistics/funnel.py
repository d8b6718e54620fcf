"""Who stands apart, given how many answered: units against limits that widen as n falls.

Spiegelhalter 2005 (Stat Med 24:1185-1202). Where units differ more than chance alone explains, the limits may be
widened by the overdispersion phi, so that only units apart from that common variation fall outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from reports.statistics.describe import Interval, divide

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

WARNING, ALARM = 0.95, 0.998
"""The two pairs of limits of a funnel: about two and about three standard errors."""


def z_of_means(mean: ArrayLike, n: ArrayLike, centre: float, sd: float) -> Floats:
    """(mean - centre) / (sd / sqrt(n)); nan where there is no mean, no n or no spread. `sd` is that within units."""
    mean, n = np.broadcast_arrays(np.asarray(mean, float), np.asarray(n, float))
    return divide((mean - centre) * np.sqrt(np.maximum(n, 0)), sd, (n > 0) & (sd > 0))


def z_of_shares(share: ArrayLike, n: ArrayLike, centre: float) -> Floats:
    """(share - centre) / sqrt(centre (1 - centre) / n); nan where there is no share, no n, or the centre is 0 or 1."""
    share, n = np.broadcast_arrays(np.asarray(share, float), np.asarray(n, float))
    sd = np.sqrt(max(centre * (1 - centre), 0.0)) if np.isfinite(centre) else np.nan
    return z_of_means(share, n, centre, float(sd))


@dataclass(frozen=True)
class Overdispersion:
    """How much more the units differ than chance alone would have them."""

    units: int
    phi: float
    """Mean square of the winsorised z; about 1 if only chance is at work. nan for no unit."""
    beyond_chance: bool
    """phi above 1 + 2 sqrt(2 / units): the limits are then widened, else not."""

    @property
    def factor(self) -> float:
        """What a limit's distance from the centre is multiplied by; never below 1."""
        return float(np.sqrt(max(self.phi, 1.0))) if self.beyond_chance else 1.0


def overdispersion(z: Floats, winsor: float = 0.1) -> Overdispersion:
    """phi = mean of z^2, after the outermost `winsor` share at each end is moved in to that quantile (type 7).

    So the units that stand apart do not themselves widen the limits. nan in `z` (units,) takes no part.
    """
    there = z[np.isfinite(z)]
    if not len(there):
        return Overdispersion(0, np.nan, beyond_chance=False)
    low, high = (float(np.quantile(there, share)) for share in (winsor, 1 - winsor))
    phi = float((np.clip(there, low, high) ** 2).mean())
    return Overdispersion(len(there), phi, beyond_chance=phi > 1 + 2 * np.sqrt(2 / len(there)))


def outside(z: Floats, confidence: float = WARNING, phi: float = 1.0) -> Mask:
    """Which units lie outside the limits at `confidence`, widened by sqrt(phi). False where z is nan."""
    reach = float(special.ndtri((1 + confidence) / 2)) * np.sqrt(phi)
    return np.asarray(np.abs(np.where(np.isfinite(z), z, 0.0)) > reach, dtype=np.bool_)


def limits_of_mean(
    n: ArrayLike, centre: float, sd: float, confidence: float = WARNING, factor: float = 1.0
) -> Interval:
    """centre +- z sd / sqrt(n) * factor, for each n. nan where n is 0 or `sd` is not above 0."""
    n = np.asarray(n, float)
    reach = float(special.ndtri((1 + confidence) / 2)) * factor * divide(sd, np.sqrt(np.maximum(n, 0)), sd > 0)
    return Interval(centre - reach, centre + reach)


def limits_of_share(n: ArrayLike, centre: float, confidence: float = WARNING, factor: float = 1.0) -> Interval:
    """Exact binomial limits for each whole n, interpolated between counts so that the curve is smooth.

    With r the least count for which P(R <= r) >= p, the lower limit is (r - a) / n, a = (P(R <= r) - p) / P(R = r)
    (Spiegelhalter 2005, appendix A.1.1); the upper is the lower one of the opposite share, so that it does not matter
    which of the two is counted. `factor` widens about the centre. Within 0-1; nan where n is 0 or the centre is not
    between 0 and 1.
    """
    whole = np.floor(np.asarray(n, float))
    usable = (whole > 0) & (0 < centre < 1)
    asked, middle = np.where(usable, whole, 1.0), centre if 0 < centre < 1 else 0.5
    tail = (1 - confidence) / 2
    low = _binomial(tail, asked, middle) / asked
    high = 1 - _binomial(tail, asked, 1 - middle) / asked
    low, high = (np.clip(middle + factor * (end - middle), 0, 1) for end in (low, high))
    return Interval(np.where(usable, low, np.nan), np.where(usable, high, np.nan))


def _binomial(share: float, n: Floats, centre: float) -> Floats:
    """The count below which `share` of a binomial distribution lies, as if counts were not whole."""
    low, count = np.full(n.shape, -1.0), n.copy()
    # P(R <= low) < share <= P(R <= count): halved until they are neighbours.
    while (count - low > 1).any():
        middle = np.floor((low + count) / 2)
        reached = _at_most(middle, n, centre) >= share
        low, count = np.where(reached, low, middle), np.where(reached, middle, count)
    above, below = _at_most(count, n, centre), _at_most(count - 1, n, centre)
    return np.asarray(count - divide(above - share, above - below), dtype=np.float64)


def _at_most(count: Floats, n: Floats, centre: float) -> Floats:
    """P(R <= count), by the incomplete beta function; 0 for a count of -1."""
    inside = (count >= 0) & (count < n)
    k = np.where(inside, count, 0.0)
    share = special.betainc(np.maximum(n - k, 0.5), k + 1, 1 - centre)
    return np.asarray(np.where(inside, share, np.where(count < 0, 0.0, 1.0)), dtype=np.float64)
