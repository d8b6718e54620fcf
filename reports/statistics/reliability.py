"""How well a scale's items hang together: Cronbach's alpha with its intervals, and each item's part in it.

Each number here takes complete cases and has its minimum n in `MINIMUM_N`; omega and ordinal alpha have modules of
their own, and theirs there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from reports.statistics.describe import Interval, divide, moments

Floats = NDArray[np.float64]

MINIMUM_N = {"alpha": 30, "standardised": 30, "rest_correlation": 30, "alpha_without": 30}
"""Complete answers from which a number is told: with fewer, alpha's interval is wider than all that anyone disputes.
The functions compute below it too; who publishes asks here."""

_NOISE = 1e-12
"""A variance below this share of the mean square is rounding error, as in `describe`."""


def alpha_from_variances(items: ArrayLike, item_variances: ArrayLike, total_variance: ArrayLike) -> Floats:
    """k/(k-1) (1 - sum of item variances / variance of the sum) (Cronbach 1951, Psychometrika 16:297-334).

    `item_variances` is their sum. nan for one item or where the sum does not vary. May be negative: then the items
    pull in different directions.
    """
    items = np.asarray(items, float)
    share = divide(item_variances, total_variance, np.asarray(total_variance) > 0)
    return divide(items, items - 1) * (1 - share)


def feldt(alpha: ArrayLike, n: ArrayLike, items: ArrayLike, confidence: float = 0.95) -> Interval:
    """1 - (1 - alpha) F, F with n-1 and (n-1)(k-1) df (Feldt, Woodruff and Salih 1987, Appl Psychol Meas 11:93-103).

    `n` is the number of complete cases, after listwise deletion. nan for n < 2 or one item.
    """
    alpha, n, items = np.broadcast_arrays(np.asarray(alpha, float), np.asarray(n, float), np.asarray(items, float))
    tail = (1 - confidence) / 2
    usable = ~np.isnan(alpha) & (n >= 2) & (items >= 2)
    low, high = np.full(alpha.shape, np.nan), np.full(alpha.shape, np.nan)
    df = n[usable] - 1, (n[usable] - 1) * (items[usable] - 1)
    low[usable] = 1 - (1 - alpha[usable]) * special.fdtri(*df, 1 - tail)
    high[usable] = 1 - (1 - alpha[usable]) * special.fdtri(*df, tail)
    return Interval(low, high)


def bonett(alpha: ArrayLike, n: ArrayLike, items: ArrayLike, confidence: float = 0.95) -> Interval:
    """1 - exp(ln(1 - alpha) -+ z sqrt(2k / ((k-1)(n-2)))) (Bonett 2002, J Educ Behav Stat 27:335); nan for n < 3."""
    alpha, n, items = np.broadcast_arrays(np.asarray(alpha, float), np.asarray(n, float), np.asarray(items, float))
    z = float(special.ndtri((1 + confidence) / 2))
    reach = z * np.sqrt(divide(2 * items, (items - 1) * (n - 2), (n > 2) & (items > 1)))
    left = np.log(np.where(alpha < 1, 1 - alpha, np.nan))
    return Interval(1 - np.exp(left + reach), 1 - np.exp(left - reach))


def duhachek(covariance: Floats, n: float, confidence: float = 0.95) -> tuple[float, Interval]:
    """Standard error of alpha and alpha -+ z error, for items that are jointly normal; nan where alpha is.

    se^2 = 2k^2 / ((k-1)^2 (j'Vj)^3) [j'Vj (tr V^2 + tr^2 V) - 2 tr V j'V^2 j] / n, V the covariances, j ones (Duhachek
    and Iacobucci 2004, J Appl Psychol 89:792-808, after van Zyl, Neudecker and Nel 2000).
    """
    items = len(covariance)
    total, trace = float(covariance.sum()), float(np.trace(covariance))
    crossed = covariance.sum(axis=0)
    inner = total * (float((covariance**2).sum()) + trace**2) - 2 * trace * float(crossed @ crossed)
    alpha = alpha_from_covariance(covariance)
    squared = divide(2 * items**2 * inner, (items - 1) ** 2 * total**3 * n, not np.isnan(alpha) and n > 0)
    error = float(np.sqrt(np.maximum(squared, 0)))
    reach = float(special.ndtri((1 + confidence) / 2)) * error
    return error, Interval(np.asarray(alpha - reach), np.asarray(alpha + reach))


@dataclass(frozen=True)
class Alpha:
    n: int
    """Complete cases."""
    items: int
    alpha: float
    low: float
    high: float
    standardised: float
    """From correlations instead of covariances; nan where an item does not vary."""
    mean_correlation: float


def alpha(values: Floats, confidence: float = 0.95) -> Alpha:
    """Alpha of (n, k) values, already reversed, on complete cases. Every number is nan where it has no value.

    Same as R's psych::alpha(na.omit(x)) with psychometric::alpha.CI.
    """
    return alpha_from_counts(values, np.ones(len(values)), confidence)


def alpha_from_counts(patterns: Floats, counts: ArrayLike, confidence: float = 0.95) -> Alpha:
    """The same from a joint count of the items: (m, k) patterns of answers, and how many people gave each.

    Equal to alpha of the rows, each pattern written out as often as it was given. A pattern with a gap is left out.
    """
    there = ~np.isnan(patterns).any(axis=1)
    complete, counts = patterns[there], np.asarray(counts, float)[there]
    covariance = _covariance(complete, counts)
    raw = alpha_from_covariance(covariance)
    n, items = float(counts.sum()), patterns.shape[1]
    interval = feldt(raw, n, items, confidence)
    standard = correlation(covariance)
    between = standard[~np.eye(len(standard), dtype=bool)]
    return Alpha(
        n=round(n),
        items=items,
        alpha=raw,
        low=float(interval.low),
        high=float(interval.high),
        standardised=alpha_from_covariance(standard),
        mean_correlation=float(between.mean()) if between.size else float("nan"),
    )


def alpha_from_covariance(covariance: Floats) -> float:
    """Alpha of a (k, k) covariance matrix; of a correlation matrix, standardised alpha."""
    return float(alpha_from_variances(len(covariance), np.trace(covariance), covariance.sum()))


def pairwise_covariance(values: Floats) -> tuple[Floats, int]:
    """(k, k) covariances, each over the rows that have both items, and the smallest number of such rows.

    Means are taken over the pair's own rows, denominator n_ij - 1: psych's default with missing data.
    """
    there = ~np.isnan(values)
    filled = np.where(there, values, 0.0)
    both = there.T.astype(float) @ there
    sums = filled.T @ there
    products = filled.T @ filled
    return divide(products - divide(sums * sums.T, both), both - 1, both >= 2), int(both.min())


@dataclass(frozen=True)
class ItemParts:
    """Each item's part in the scale, on complete cases; (k,) each."""

    mean: Floats
    sd: Floats
    rest_correlation: Floats
    """Corrected item-total r: with the sum of the other items."""
    alpha_without: Floats


def item_parts(values: Floats) -> ItemParts:
    """Of (n, k) values, already reversed. Same as r.drop and alpha.drop of psych::alpha(na.omit(x))."""
    complete = values[~np.isnan(values).any(axis=1)]
    level = moments(complete)
    covariance = _covariance(complete, np.ones(len(complete)))
    variances = np.diag(covariance)
    with_total = covariance.sum(axis=1)
    rest_variance = covariance.sum() - 2 * with_total + variances
    rest = np.sqrt(np.where(rest_variance > 0, rest_variance, np.nan) * variances)
    return ItemParts(
        mean=level.mean,
        sd=level.sd,
        rest_correlation=divide(with_total - variances, rest),
        alpha_without=alpha_from_variances(len(variances) - 1, variances.sum() - variances, rest_variance),
    )


def listwise_covariance(values: Floats) -> Floats:
    """(k, k) covariances of (n, k) values on complete cases, denominator n - 1; nan for n < 2."""
    complete = values[~np.isnan(values).any(axis=1)]
    return _covariance(complete, np.ones(len(complete)))


def _covariance(complete: Floats, counts: Floats) -> Floats:
    n = counts.sum()
    mean = divide(counts @ complete, n)
    centred = complete - mean
    covariance = divide((centred * counts[:, None]).T @ centred, n - 1, n >= 2)
    # What everybody answered alike varies with nothing.
    still = np.diag(covariance) <= _NOISE * mean**2
    return np.where(still[:, None] | still, np.where(np.isnan(covariance), np.nan, 0.0), covariance)


def correlation(covariance: Floats) -> Floats:
    """(k, k) correlations; nan for an item that does not vary."""
    sd = np.sqrt(np.diag(covariance))
    return divide(covariance, np.outer(sd, sd))
