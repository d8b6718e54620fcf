"""Intervals from resamples: percentile, BCa, and the ideal bootstrap, which leaves nothing to chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray
from scipy import special

from reports.statistics.describe import Floats, divide
from reports.statistics.resample import OfRows, Resampled

MOST_LOST = 0.1
"""Share of resamples in which the statistic may lack a value. Those that are left would tell of another population."""
MOST_ENUMERATED = 10
"""People up to whom every resample is worked out: 92,378 different ones."""
_SAME = 1e-10
"""Two values of a statistic that differ by less than this share of their range differ by rounding only."""


class NoInterval(StrEnum):
    TOO_FEW_ANSWERS = "too_few_answers"
    """Fewer than two people."""
    NO_VALUE = "no_value"
    """The statistic has no value for the sample itself, or (BCa) with somebody left out."""
    MANY_WITHOUT_VALUE = "many_without_value"
    """It has none in more than `MOST_LOST` of the resamples."""
    NO_VARIATION = "no_variation"
    """It is the same in all resamples, or whoever is left out: they cannot tell how sure it is."""
    OUTSIDE = "outside"
    """It lies beyond all its resamples, so that BCa would correct it infinitely far."""
    TOO_MANY = "too_many"
    """More people than can be enumerated."""


@dataclass(frozen=True)
class Bootstrap:
    """Arrays of one shape (...), one place a statistic; nan = not computable."""

    n: int
    estimate: Floats
    error: Floats
    """SD of the replicates."""
    low: Floats
    high: Floats
    bias: Floats
    """z0, BCa only: how far the estimate lies from the middle of its replicates, in normal quantiles."""
    acceleration: Floats
    """a, BCa only: how the error changes with the size of the statistic."""
    reason: NDArray[np.str_]
    """A `NoInterval`, empty where there is an interval."""


def percentile(seen: Resampled, confidence: float = 0.95) -> Bootstrap:
    """From the replicates' own quantiles (Efron and Tibshirani 1993, An Introduction to the Bootstrap, ch. 13)."""
    ends = (1 - confidence) / 2, (1 + confidence) / 2
    shares = tuple(np.full(seen.estimate.shape, end) for end in ends)
    none = np.full(seen.estimate.shape, np.nan)
    return _between(seen, shares[0], shares[1], none, none, _reason(seen))


def bca(seen: Resampled, confidence: float = 0.95, influence: Floats | None = None) -> Bootstrap:
    """Bias-corrected and accelerated (Efron 1987, J Am Stat Assoc 82:171-185). Same as R's boot.ci(type = "bca").

    z0 from the share of replicates below the estimate; a = sum(L^3) / (6 sum(L^2)^1.5). `influence` L (n, ...), else
    from the jackknife: (n - 1)(estimate - estimate without the person).
    """
    lever = (seen.n - 1) * (seen.estimate - seen.left_out) if influence is None else influence
    squares = (lever**2).sum(axis=0)
    scale = _range(seen.replicates)
    acceleration = divide((lever**3).sum(axis=0), 6 * squares**1.5, squares > (_SAME * scale) ** 2)
    known = ~np.isnan(seen.replicates)
    # A replicate that equals the estimate is not below it, however its last digit came out.
    below = (known & (seen.replicates < seen.estimate - _SAME * scale)).sum(axis=0)
    bias = np.asarray(special.ndtri(divide(below, known.sum(axis=0))), dtype=np.float64)
    reason = _reason(seen)
    reason = np.where((reason == "") & np.isnan(squares), NoInterval.NO_VALUE, reason)
    reason = np.where((reason == "") & np.isnan(acceleration), NoInterval.NO_VARIATION, reason)
    reason = np.where((reason == "") & ~np.isfinite(bias), NoInterval.OUTSIDE, reason)
    bias = np.where(np.isfinite(bias), bias, np.nan)
    low, high = (
        _corrected(bias, acceleration, float(special.ndtri(end)))
        for end in ((1 - confidence) / 2, (1 + confidence) / 2)
    )
    return _between(seen, low, high, bias, acceleration, reason)


def _corrected(bias: Floats, acceleration: Floats, z: float) -> Floats:
    """Which share of the replicates to read instead. With a large `a` the formula turns over: then all of them."""
    room = 1 - acceleration * (bias + z)
    share = special.ndtr(bias + divide(bias + z, room, room > 0))
    return np.where(room > 0, share, np.where(np.isnan(room), np.nan, float(z > 0)))


def _reason(seen: Resampled) -> NDArray[np.str_]:
    known = ~np.isnan(seen.replicates)
    lost = 1 - divide(known.sum(axis=0), len(seen.replicates))
    spread = _range(seen.replicates)
    sizes = np.where(np.isnan(seen.estimate), 0.0, np.abs(seen.estimate))
    reason = np.where(spread <= _SAME * np.maximum(sizes, 1e-300), NoInterval.NO_VARIATION, "")
    reason = np.where(~(lost <= MOST_LOST), NoInterval.MANY_WITHOUT_VALUE, reason)
    reason = np.where(np.isnan(seen.estimate), NoInterval.NO_VALUE, reason)
    return np.where(seen.n < 2, NoInterval.TOO_FEW_ANSWERS, reason)


def _range(replicates: Floats) -> Floats:
    known = ~np.isnan(replicates)
    highest = np.max(np.where(known, replicates, -np.inf), axis=0, initial=-np.inf)
    lowest = np.min(np.where(known, replicates, np.inf), axis=0, initial=np.inf)
    return np.where(known.any(axis=0), highest - np.where(known.any(axis=0), lowest, 0.0), 0.0)


def _between(
    seen: Resampled, low: Floats, high: Floats, bias: Floats, acceleration: Floats, reason: NDArray[np.str_]
) -> Bootstrap:
    there = reason == ""
    usable = (~np.isnan(seen.replicates)).sum(axis=0)
    ranked = np.sort(seen.replicates, axis=0)
    mean = divide(np.nansum(seen.replicates, axis=0), usable)
    squares = np.nansum((seen.replicates - mean) ** 2, axis=0)
    return Bootstrap(
        n=seen.n,
        estimate=seen.estimate,
        error=np.where(there, np.sqrt(divide(squares, usable - 1, usable >= 2)), np.nan),
        low=np.where(there, _quantile(ranked, usable, low), np.nan),
        high=np.where(there, _quantile(ranked, usable, high), np.nan),
        bias=bias,
        acceleration=acceleration,
        reason=reason,
    )


def _quantile(ranked: Floats, usable: NDArray[np.int64], share: Floats) -> Floats:
    """The (R + 1) share-th of the ranked replicates; between two, as normal quantiles lie between theirs.

    Davison and Hinkley 1997, Bootstrap Methods and their Application, equation 5.8. The outermost replicate where the
    rank lies beyond it.
    """
    if len(ranked) < 2:
        return np.full(share.shape, np.nan)
    parts = np.maximum(usable, 2) + 1
    rank = np.where(np.isnan(share), 0.0, share) * parts
    lower = np.clip(np.floor(rank), 1, parts - 2)
    one, two = (
        np.take_along_axis(ranked, np.clip(place, 0, len(ranked) - 1).astype(np.int64)[None], axis=0)[0]
        for place in (lower - 1, lower)
    )
    start, end = special.ndtri(lower / parts), special.ndtri((lower + 1) / parts)
    here = special.ndtri(np.clip(rank, lower, lower + 1) / parts)
    return np.where(np.isnan(share), np.nan, one + divide(here - start, end - start) * (two - one))


@dataclass(frozen=True)
class Ideal:
    """Of one statistic; nan = not computable."""

    n: int
    estimate: float
    error: float
    """SD over all n^n resamples, each as likely as another (denominator n^n)."""
    values: Floats
    """The statistic's values, lowest first."""
    likely: Floats
    """How likely each is."""
    reason: str
    """A `NoInterval`, or empty."""

    def quantile(self, share: float) -> float:
        """The lowest value that at least `share` of the resamples do not pass (Hyndman and Fan 1996, type 1)."""
        if self.reason:
            return float("nan")
        return float(self.values[np.argmax(np.cumsum(self.likely) >= share - 1e-12)])


def ideal(values: Floats, statistic: OfRows) -> Ideal:
    """Every resample of (n, ...) values: n^n of them, but only those that differ are worked out, and weighted.

    What a random bootstrap comes nearer to with more resamples (Fisher and Hall 1991, J Stat Plan Inference
    27:157-169).
    """
    n = len(values)
    estimate = float(statistic(values[None])[0])
    if n < 2 or n > MOST_ENUMERATED:
        reason = NoInterval.TOO_FEW_ANSWERS if n < 2 else NoInterval.TOO_MANY
        return Ideal(n, estimate, float("nan"), np.zeros(0), np.zeros(0), reason)
    places = np.array(list(_all(n)), dtype=np.int64)
    often = (places[:, :, None] == np.arange(n)).sum(axis=1)
    likely = np.exp(special.gammaln(n + 1) - special.gammaln(often + 1).sum(axis=1) - n * np.log(n))
    found = statistic(values[places])
    lost = float(likely[np.isnan(found)].sum())
    if np.isnan(estimate) or lost > MOST_LOST:
        reason = NoInterval.NO_VALUE if np.isnan(estimate) else NoInterval.MANY_WITHOUT_VALUE
        return Ideal(n, estimate, float("nan"), np.zeros(0), np.zeros(0), reason)
    order = np.argsort(found, kind="stable")[: int(np.sum(~np.isnan(found)))]
    ranked, weight = found[order], likely[order] / likely[order].sum()
    error = float(np.sqrt((weight * (ranked - (weight * ranked).sum()) ** 2).sum()))
    if ranked[-1] - ranked[0] <= _SAME * abs(estimate):
        return Ideal(n, estimate, float("nan"), np.zeros(0), np.zeros(0), NoInterval.NO_VARIATION)
    return Ideal(n, estimate, error, ranked, weight, "")


def _all(n: int) -> Iterable[tuple[int, ...]]:
    return combinations_with_replacement(range(n), n)
