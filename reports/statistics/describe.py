"""Level and spread of a group: n, mean, variance, and the interval of the mean.

Everything takes and gives arrays of any one shape, one place a group and scale; nan = not computable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.statistics.student import quantile

Floats = NDArray[np.float64]

_NOISE = 1e-12
"""A variance below this share of the mean square is rounding error: everybody answered the same."""


@dataclass(frozen=True)
class Sums:
    """Sufficient statistics: they add up over groups, and subtract when a group is left out."""

    n: Floats
    total: Floats
    squares: Floats
    """Sum of squared values."""

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.n - other.n, self.total - other.total, self.squares - other.squares)


@dataclass(frozen=True)
class Moments:
    n: Floats
    mean: Floats
    """nan for n = 0."""
    variance: Floats
    """Denominator n - 1; nan for n < 2."""

    @property
    def sd(self) -> Floats:
        return np.sqrt(self.variance)


@dataclass(frozen=True)
class Interval:
    low: Floats
    high: Floats


def sums(values: Floats) -> Sums:
    """Column sums of (n, m) values, nan left out. Returns (m,)."""
    return Sums(
        n=np.sum(~np.isnan(values), axis=0).astype(np.float64),
        total=np.nansum(values, axis=0),
        squares=np.nansum(values**2, axis=0),
    )


def moments(values: Floats) -> Moments:
    """Column moments of (n, m) values, nan left out; taken about the column means, so that no digits are lost."""
    n = np.sum(~np.isnan(values), axis=0).astype(np.float64)
    mean = divide(np.nansum(values, axis=0), n)
    squares = np.nansum((values - mean) ** 2, axis=0)
    return Moments(n=n, mean=mean, variance=_quiet(divide(squares, n - 1, n >= 2), mean**2))


def moments_from_sums(part: Sums, centre: Floats | float = 0.0) -> Moments:
    """Moments of values whose sums were taken after subtracting `centre` (a scale's middle keeps the digits)."""
    mean = divide(part.total, part.n)
    squares = divide(part.squares, part.n)
    enough = part.n >= 2
    variance = divide(part.n * (squares - mean**2), part.n - 1, enough)
    return Moments(n=part.n, mean=mean + centre, variance=_quiet(variance, squares + np.asarray(centre) ** 2))


def standard_error(n: ArrayLike, sd: ArrayLike, population: ArrayLike = np.nan) -> Floats:
    """sd / sqrt(n), times sqrt(1 - n / N) where the population N is known (Cochran 1977, section 2.6).

    The correction belongs to levels of a group whose whole staff was invited; never to a change. nan in `population`
    means not known; an n above N (more answers than invited) is left uncorrected. nan for sd 0: no variation, no error.
    """
    n, sd, population = np.broadcast_arrays(np.asarray(n, float), np.asarray(sd, float), np.asarray(population, float))
    left = 1 - divide(n, population, population >= n)
    return divide(sd, np.sqrt(np.maximum(n, 0)), (sd > 0) & (n > 0)) * np.sqrt(np.where(np.isnan(left), 1.0, left))


def mean_interval(mean: Floats, error: Floats, df: Floats, confidence: float = 0.95) -> Interval:
    """mean +- t * standard error. nan where the error is nan or df is not above 0."""
    reach = quantile((1 + confidence) / 2, df) * error
    return Interval(mean - reach, mean + reach)


@dataclass(frozen=True)
class Pooled:
    """A spread that no single small group decides."""

    sd: Floats
    df: Floats


def pooled_within(groups: Moments) -> Pooled:
    """SD within groups, pooled along the first axis: sqrt(sum (n-1) s2 / sum (n-1)), df = sum (n-1).

    Groups with n below 2 have no spread and take no part; nan where none are left.
    """
    usable = groups.n >= 2
    df = np.where(usable, groups.n - 1, 0.0).sum(axis=0)
    squares = np.where(usable, (groups.n - 1) * groups.variance, 0.0).sum(axis=0)
    sd = np.sqrt(divide(squares, df))
    return Pooled(sd=np.where(sd > 0, sd, np.nan), df=np.where(df > 0, df, np.nan))


@dataclass(frozen=True)
class Shape:
    """Floor, ceiling and skewness of each item, on complete cases."""

    floor: Floats
    """Share (0-1) at the lowest step."""
    ceiling: Floats
    skewness: Floats
    """g1 = m3 / m2^1.5, population moments (Joanes and Gill 1998); nan without variation."""


def shape(values: Floats, minimum: float, maximum: float) -> Shape:
    """Of (n, m) values without gaps. nan everywhere for n = 0."""
    n = np.full(values.shape[1], float(values.shape[0]))
    centred = values - divide(values.sum(axis=0), n)
    second = divide((centred**2).sum(axis=0), n)
    third = divide((centred**3).sum(axis=0), n)
    return Shape(
        floor=divide((values == minimum).sum(axis=0), n),
        ceiling=divide((values == maximum).sum(axis=0), n),
        skewness=divide(third, second**1.5, second > 0),
    )


def divide(above: ArrayLike, below: ArrayLike, where: ArrayLike | None = None) -> Floats:
    """above / below, nan where `below` is 0 or nan or `where` is false: no warning, no inf."""
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    allowed = np.isfinite(below) & (below != 0)
    if where is not None:
        allowed = allowed & where
    result = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=allowed)
    return result


def _quiet(variance: Floats, size: Floats) -> Floats:
    """Rounding error is not variation."""
    return np.where(variance <= _NOISE * np.maximum(size, 1e-300), np.where(np.isnan(variance), np.nan, 0.0), variance)
