"""Student's t, central and noncentral: the few functions of it that the other topics need, for whole arrays.

scipy.special only: importing scipy.stats costs more than a second, and a report needs none of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]

_LARGEST_T = 35.0
"""Beyond this the noncentral distribution function loses its digits; a normal approximation takes over."""
_STEPS = 12


def two_sided_p(t: ArrayLike, df: ArrayLike) -> Floats:
    """P(|T| >= |t|); nan where t or df is nan or df <= 0."""
    t, df = np.broadcast_arrays(np.asarray(t, float), np.asarray(df, float))
    usable = np.isfinite(t) & (df > 0)
    p = np.full(t.shape, np.nan)
    p[usable] = 2 * special.stdtr(df[usable], -np.abs(t[usable]))
    return p


def quantile(share: float, df: ArrayLike) -> Floats:
    """The t value below which `share` of the distribution lies; nan where df is nan or not above 0."""
    df = np.asarray(df, float)
    value = np.full(df.shape, np.nan)
    usable = df > 0
    value[usable] = special.stdtrit(df[usable], share)
    return value


def beyond(limit: ArrayLike, df: ArrayLike, centre: ArrayLike) -> Floats:
    """P(|T| > limit) of the noncentral t, limit above 0; df may be infinite, the normal distribution then.

    Both tails are counted: a test may also reject on the wrong side. nan where something is nan, or
    limit or df is not above 0.
    """
    limit, df, centre = np.broadcast_arrays(*(np.asarray(part, float) for part in (limit, df, centre)))
    share = np.full(limit.shape, np.nan)
    usable = (limit > 0) & (df > 0) & np.isfinite(centre)
    share[usable] = 1 - _below(limit, df, centre, usable) + 1 - _below(limit, df, -centre, usable)
    return share


def _below(t: Floats, df: Floats, centre: Floats, usable: NDArray[np.bool_]) -> Floats:
    t, df, centre = t[usable], df[usable], centre[usable]
    normal = np.isinf(df)
    share = np.where(normal, special.ndtr(t - centre), special.nctdtr(np.where(normal, 1.0, df), centre, t))
    # Far out the function has no digits left; there the share is 0 or 1.
    return np.where(np.isnan(share), np.where(centre > t, 0.0, 1.0), share)


def noncentrality(t: ArrayLike, df: ArrayLike, share: float) -> Floats:
    """The noncentrality at which P(T <= t) = `share`: one end of an interval for an effect size.

    Newton-like secant steps on `nctdtr`, from a normal start (Steiger and Fouladi 1997). SciPy's own inverse is right
    to about six digits only. nan where t or df is nan or df <= 0.
    """
    t, df = np.broadcast_arrays(np.asarray(t, float), np.asarray(df, float))
    root = np.full(t.shape, np.nan)
    usable = np.isfinite(t) & (df > 0)
    start = t[usable] - special.ndtri(share) * np.sqrt(1 + t[usable] ** 2 / (2 * df[usable]))
    root[usable] = np.where(np.abs(t[usable]) > _LARGEST_T, start, _secant(t[usable], df[usable], share, start))
    return root


def _secant(t: Floats, df: Floats, share: float, start: Floats) -> Floats:
    tame = np.clip(t, -_LARGEST_T, _LARGEST_T)
    # On the probit scale the function is nearly a straight line, so few steps are enough.
    wanted = special.ndtri(share)

    def miss(centre: Floats) -> Floats:
        share_below = np.clip(special.nctdtr(df, centre, tame), 1e-300, 1 - 1e-16)
        return np.asarray(special.ndtri(share_below) - wanted, dtype=np.float64)

    older, newer = start, start + 0.01
    miss_older, miss_newer = miss(older), miss(newer)
    for _ in range(_STEPS):
        slope = miss_newer - miss_older
        moving = (np.abs(slope) > 0) & (np.abs(miss_newer) > 1e-14)
        if not moving.any():
            break
        step = np.zeros_like(newer)
        np.divide(miss_newer * (newer - older), slope, out=step, where=moving)
        older, miss_older = newer, miss_newer
        newer = newer - np.clip(step, -2, 2)
        miss_newer = miss(newer)
    return newer
