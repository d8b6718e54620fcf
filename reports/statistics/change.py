"""The difference between two means: nobody, some or all of the people the same.

One formula covers the three. Derrick, Russ, Toher and White (2017, J Mod Appl Stat Methods 16(1):137-157) give for
partly the same people T_new2, which equals Welch's t when nobody is the same and the paired t when all are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from reports.statistics.describe import Moments, Pooled, divide, moments
from reports.statistics.student import quantile, two_sided_p

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


_NOISE = 1e-12
"""A squared error below this share of what it is the rest of is rounding."""


@dataclass(frozen=True)
class Difference:
    """first - second, with its test. Arrays of one shape; nan = not computable."""

    estimate: Floats
    error: Floats
    df: Floats
    t: Floats
    p: Floats
    """Two-sided."""

    def interval(self, confidence: float = 0.95) -> tuple[Floats, Floats]:
        reach = quantile((1 + confidence) / 2, self.df) * self.error
        return self.estimate - reach, self.estimate + reach


@dataclass(frozen=True)
class Overlap:
    """What two samples share: number of pairs, and the correlation within them (0 where it has no value)."""

    pairs: Floats
    correlation: Floats


def no_overlap(shape: tuple[int, ...]) -> Overlap:
    return Overlap(np.zeros(shape), np.zeros(shape))


def welch(first: Moments, second: Moments) -> Difference:
    """Welch's t with Satterthwaite's df (Welch 1947, Biometrika 34:28-35). Same as R's t.test(x, y)."""
    part = divide(first.variance, first.n), divide(second.variance, second.n)
    error = np.sqrt(part[0] + part[1])
    return _difference(first.mean - second.mean, error, welch_df(first, second))


def welch_df(first: Moments, second: Moments) -> Floats:
    one, two = divide(first.variance, first.n), divide(second.variance, second.n)
    below = divide(one**2, first.n - 1) + divide(two**2, second.n - 1)
    return divide((one + two) ** 2, below)


def student(first: Moments, second: Moments) -> Difference:
    """Student's t, equal variances. Same as R's t.test(x, y, var.equal=TRUE)."""
    return t_new1(first, second, no_overlap(np.shape(first.mean)))


def t_new1(first: Moments, second: Moments, overlap: Overlap) -> Difference:
    """Partly the same people, equal variances assumed: the effect size's t."""
    sd = pooled_sd(first, second)
    error = sd * overlap_factor(first.n, second.n, overlap)
    return _difference(first.mean - second.mean, error, t_new1_df(first.n, second.n, overlap.pairs))


def t_new1_df(n_first: Floats, n_second: Floats, pairs: Floats) -> Floats:
    """n1 + n2 - 2 without pairs, pairs - 1 when all are pairs."""
    alone = n_first + n_second - 2 * pairs
    return pairs - 1 + divide(n_first + n_second - pairs - 1, n_first + n_second) * alone


def t_new2(first: Moments, second: Moments, overlap: Overlap) -> Difference:
    """Partly the same people, variances free: the test that decides a change.

    se2 = s1^2/n1 + s2^2/n2 - 2 r s1 s2 nc/(n1 n2); df = (nc-1) + ((g-nc+1)/(n1+n2)) (n1+n2-2nc), g = Welch's df.
    nan where a variance is missing or the error is 0: then everybody answered alike, or changed alike, and there is
    nothing to test.
    """
    shared = divide(2 * overlap.correlation * first.sd * second.sd * overlap.pairs, first.n * second.n)
    error = _root(divide(first.variance, first.n) + divide(second.variance, second.n), shared)
    alone = first.n + second.n - 2 * overlap.pairs
    free = welch_df(first, second) - overlap.pairs + 1
    df = overlap.pairs - 1 + divide(free, first.n + second.n) * alone
    return _difference(first.mean - second.mean, error, df)


def with_pooled(first: Moments, second: Moments, overlap: Overlap, spread: Pooled) -> Difference:
    """For groups too small for an SD of their own: the spread (and its df) comes from the whole round."""
    error = spread.sd * overlap_factor(first.n, second.n, overlap)
    return _difference(first.mean - second.mean, error, np.broadcast_to(spread.df, error.shape))


def prefer(own: Mask, enough: Mask, from_own: Difference, from_pooled: Difference) -> Difference:
    """Tests from the groups' own SDs where `own`, else from the pooled SD; the bare difference where not `enough`."""

    def pick(one: Floats, other: Floats) -> Floats:
        return np.where(enough, np.where(own, one, other), np.nan)

    return Difference(
        estimate=from_own.estimate,
        error=pick(from_own.error, from_pooled.error),
        df=pick(from_own.df, from_pooled.df),
        t=pick(from_own.t, from_pooled.t),
        p=pick(from_own.p, from_pooled.p),
    )


def overlap_factor(n_first: Floats, n_second: Floats, overlap: Overlap) -> Floats:
    """sqrt(1/n1 + 1/n2 - 2 r nc/(n1 n2)): the error of a difference in units of the SD."""
    product = n_first * n_second
    return _root(
        divide(n_first + n_second, product, product > 0), divide(2 * overlap.correlation * overlap.pairs, product)
    )


def pooled_sd(first: Moments, second: Moments) -> Floats:
    """sqrt(((n1-1) s1^2 + (n2-1) s2^2) / (n1+n2-2)); nan where a variance is missing."""
    squares = (first.n - 1) * first.variance + (second.n - 1) * second.variance
    return np.sqrt(divide(squares, first.n + second.n - 2))


@dataclass(frozen=True)
class Pairs:
    """Two rounds' values of the same people, and of those in one round only; see `pair_up`."""

    first: Moments
    second: Moments
    overlap: Overlap
    covariance: Floats


def pair_up(first: Floats, second: Floats) -> Pairs:
    """One row a person, (n,) each, nan = not in that round. A person in neither is left out."""
    both = ~np.isnan(first) & ~np.isnan(second)
    pairs = float(np.count_nonzero(both))
    one, two = moments(first[both, None]), moments(second[both, None])
    products = ((first[both] - one.mean) * (second[both] - two.mean)).sum() if pairs >= 2 else np.nan
    covariance = divide([products], [pairs - 1])
    return Pairs(
        first=moments(first[:, None]),
        second=moments(second[:, None]),
        overlap=Overlap(np.array([pairs]), correlation_or_zero(covariance, one.variance, two.variance)),
        covariance=covariance,
    )


def only_pairs(first: Floats, second: Floats) -> Pairs:
    """As `pair_up`, of those in both rounds alone: their T_new2 is the paired t, whoever else answered."""
    both = ~np.isnan(first) & ~np.isnan(second)
    return pair_up(first[both], second[both])


def looney_jones(pairs: Pairs) -> Difference:
    """Partly the same people, by the normal distribution (Looney and Jones 2003, Stat Med 22:1601-1610); df infinite.

    Kept beside T_new2 as a check: too bold for small groups, so it never decides.
    """
    first, second, both = pairs.first, pairs.second, pairs.overlap.pairs
    shared = np.nan_to_num(divide(2 * both * pairs.covariance, first.n * second.n))
    error = _root(divide(first.variance, first.n) + divide(second.variance, second.n), shared)
    z = divide(first.mean - second.mean, error)
    p = np.asarray(2 * special.ndtr(-np.abs(z)), dtype=np.float64)
    return Difference(estimate=first.mean - second.mean, error=error, df=np.full(z.shape, np.inf), t=z, p=p)


def correlation_or_zero(covariance: ArrayLike, first: ArrayLike, second: ArrayLike) -> Floats:
    """Pearson's r from moments; 0 where either variance is 0 or missing, which ignores the link."""
    r = divide(covariance, np.sqrt(np.asarray(first) * np.asarray(second)))
    return np.clip(np.where(np.isnan(r), 0.0, r), -1.0, 1.0)


def _root(apart: Floats, shared: Floats) -> Floats:
    """sqrt(apart - shared); nan where nothing is left but rounding: all have changed by the same amount."""
    squared = apart - shared
    return np.sqrt(np.where(squared > _NOISE * apart, squared, np.nan))


def _difference(estimate: Floats, error: Floats, df: Floats) -> Difference:
    error = np.where(error > 0, error, np.nan)
    t = divide(estimate, error)
    return Difference(estimate=estimate, error=error, df=df, t=t, p=two_sided_p(t, df))
