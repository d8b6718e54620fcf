"""Means of many units, each drawn towards what the others say: by how much follows from its own uncertainty.

Two models, each with a normal unit mean theta_j and REML estimates. `random_intercept` knows every unit's n, mean and
variance and estimates both variances; `fay_herriot` knows each unit's mean and its sampling variance, and may have
covariates. Sufficient statistics in, nothing of the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, special

from reports.statistics.describe import Interval, Moments, divide, pooled_within

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_GRID = 48
"""Places between "no difference" and "nothing but difference" where the likelihood's slope is looked at."""


_NOISE = 1e-12
"""Variation below this share of the rest (the largest sampling variance; between units) is rounding error."""


class Reason(StrEnum):
    """Why there is no estimate."""

    TOO_FEW_UNITS = "too_few_units"
    """Fewer than two units with an answer, or no more units than coefficients."""
    NO_SPREAD_WITHIN = "no_spread_within"
    """No unit has two different answers, so chance cannot be told from difference."""
    DEPENDENT_COVARIATES = "dependent_covariates"
    """One covariate follows from the others."""


@dataclass(frozen=True)
class OneWay:
    """Mean squares between and within units, and what they say of the units' share of the variance."""

    units: int
    n: float
    between: float
    """MSB; nan for fewer than two units."""
    within: float
    """MSW; nan where no unit has two answers."""
    icc1: float
    """How alike two answers of one unit are."""
    icc2: float
    """How reliable the mean of a unit of average size is. Both below 0 where units differ less than chance."""


def one_way(units: Moments) -> OneWay:
    """Analysis of variance of (units,) moments; ICC(1) and ICC(2) with k = mean unit size (Bliese 2000).

    ICC1 = (MSB - MSW) / (MSB + (k-1) MSW), ICC2 = (MSB - MSW) / MSB. As R's multilevel::ICC1 and ICC2.
    """
    n, mean = units.n[units.n > 0], units.mean[units.n > 0]
    total = float(n.sum())
    grand = divide((n * mean).sum(), total)
    between = float(divide((n * (mean - grand) ** 2).sum(), len(n) - 1, len(n) >= 2))
    within = _within(units)
    size = float(divide(total, len(n)))
    return OneWay(
        units=len(n),
        n=total,
        between=between,
        within=within,
        icc1=float(divide(between - within, between + (size - 1) * within)),
        icc2=float(divide(between - within, between, between > 0)),
    )


@dataclass(frozen=True)
class RandomIntercept:
    """y_ij = mu + u_j + e_ij, by REML. nan = not computable, and `reason` says why."""

    units: int
    n: float
    mean: float
    mean_error: float
    between: float
    """tau2, the variance of the units' true means; 0 where they differ no more than chance."""
    within: float
    """sigma2."""
    log_likelihood: float
    """Restricted, with all constants, as R's logLik(lmer(...))."""
    icc_interval: tuple[float, float]
    covariance: Floats
    """Of (tau2, sigma2), from the expected information; (2, 2)."""
    reason: Reason | None = None

    @property
    def icc(self) -> float:
        """Share of the variance that lies between units: tau2 / (tau2 + sigma2)."""
        return float(divide(self.between, self.between + self.within))


@dataclass(frozen=True)
class Shrunk:
    """A mean a unit, drawn towards the middle; (units,) each, nan where there is none."""

    mean: Floats
    weight: Floats
    """What the unit's own mean counts, 0-1; the middle counts the rest."""
    error: Floats
    """Root of the mean squared error of prediction: with what is not known of the middle and of the variances."""

    def interval(self, confidence: float = 0.95) -> Interval:
        """By the normal distribution."""
        reach = float(special.ndtri((1 + confidence) / 2)) * self.error
        return Interval(self.mean - reach, self.mean + reach)


def random_intercept(units: Moments, confidence: float = 0.95) -> RandomIntercept:
    """REML of the one-way model from (units,) moments (Patterson and Thompson 1971; as R's lme4::lmer).

    With L = tau2 / sigma2 and w_j = n_j / (1 + L n_j) everything else has a closed form: mu is the mean weighted by w,
    sigma2 = (SSW + sum w (mean - mu)^2) / (N - 1); L is where the profile's slope is 0. The interval of the ICC is
    Wald's (1940, Ann Math Stat 11:96-100), exact for units of any size; nan where the units' means lie closer
    together than chance would let them. Units without an answer take no part.
    """
    there = units.n > 0
    n, mean = units.n[there], units.mean[there]
    squares = float(np.where(units.n >= 2, (units.n - 1) * units.variance, 0.0).sum())
    if len(n) < 2:
        return _not_fitted(len(n), float(n.sum()), Reason.TOO_FEW_UNITS)
    if not squares > _NOISE * float((n * (mean - (n * mean).sum() / n.sum()) ** 2).sum()):
        return _not_fitted(len(n), float(n.sum()), Reason.NO_SPREAD_WITHIN)

    profile = _Profile(n, mean, squares)
    ratio = _best(profile.slope, profile.deviance, 1 / float(n.mean()))
    middle, weights, within = profile.at(ratio)
    return RandomIntercept(
        units=len(n),
        n=profile.total,
        mean=middle,
        mean_error=float(np.sqrt(within / weights.sum())),
        between=ratio * within,
        within=within,
        log_likelihood=-0.5 * (profile.deviance(ratio) + (profile.total - 1) * float(np.log(2 * np.pi) + 1)),
        icc_interval=_icc_interval(profile, confidence),
        covariance=_information_inverse(n, ratio * within, within),
    )


def shrink(model: RandomIntercept, mean: Floats, n: Floats) -> Shrunk:
    """mu + B_j (mean_j - mu), B_j = tau2 / (tau2 + sigma2 / n_j): the best linear prediction of each unit's true mean.

    Error^2 = g1 + g2 + 2 g3 (Prasad and Rao 1990, J Am Stat Assoc 85:163-171; Datta and Lahiri 2000 for REML): what is
    left of chance, what is not known of mu, and of tau2 and sigma2. A unit without an answer gets mu, weight 0 and
    the error of a new unit. `mean` and `n` (units,), of the units of the model or of others.
    """
    there = (n > 0) & np.isfinite(mean)
    sampling = divide(model.within, n, there)
    weight = np.where(there, divide(model.between, model.between + sampling), 0.0) + 0 * model.between
    spread = model.between + sampling
    gradient = np.array([model.within, -model.between])
    third = divide(gradient @ model.covariance @ gradient, n**2 * spread**3, there)
    known = np.where(there, weight * sampling, model.between)
    squared = known + (1 - weight) ** 2 * model.mean_error**2 + 2 * np.where(there, third, 0.0)
    return Shrunk(
        mean=model.mean + weight * np.where(there, mean - model.mean, 0.0), weight=weight, error=np.sqrt(squared)
    )


@dataclass(frozen=True)
class FayHerriot:
    """direct_j = x_j'b + u_j + e_j with Var(e_j) known, by REML. nan = not computable, and `reason` says why."""

    units: int
    """With a direct estimate."""
    coefficients: Floats
    """(p,), the intercept first."""
    coefficient_errors: Floats
    between: float
    """Variance of u: what the covariates leave unexplained between units."""
    between_error: float
    log_likelihood: float
    estimates: Shrunk
    """A unit without a direct estimate gets x'b alone, weight 0."""
    reason: Reason | None = None


def fay_herriot(direct: Floats, variance: Floats, covariates: Floats | None = None) -> FayHerriot:
    """Area-level model (Fay and Herriot 1979, J Am Stat Assoc 74:269-277), REML, MSE = g1 + g2 + 2 g3 as in `shrink`.

    `direct` (units,), nan where a unit has none; `variance` (units,), the sampling variance of each, taken as known;
    `covariates` (units, p-1), the intercept is added; a unit with a gap in them gets nothing. A direct estimate without
    a variance (above 0 by more than rounding) is not used. As R's sae::mseFH(method = "REML"), iterated to the end.
    """
    design = np.ones((len(direct), 1)) if covariates is None else np.column_stack([np.ones(len(direct)), covariates])
    known = np.where(np.isfinite(variance), variance, 0.0)
    used = np.isfinite(direct) & (known > _NOISE * known.max(initial=0.0)) & np.isfinite(design).all(axis=1)
    # Each column in units of its largest value, so that no digits are lost on a covariate counted in thousands.
    largest = np.abs(design[used]).max(axis=0, initial=0.0)
    size = np.where(largest > 0, largest, 1.0)
    y, x, sampling = direct[used], design[used] / size, variance[used]
    reason = None
    if len(y) <= x.shape[1]:
        reason = Reason.TOO_FEW_UNITS
    elif np.linalg.matrix_rank(x) < x.shape[1]:
        reason = Reason.DEPENDENT_COVARIATES
    if reason is not None:
        nothing, gaps = np.full(x.shape[1], np.nan), np.full(len(direct), np.nan)
        return FayHerriot(len(y), nothing, nothing, np.nan, np.nan, np.nan, Shrunk(gaps, gaps, gaps), reason)

    area = _Areas(y, x, sampling)
    between = _best(area.slope, area.deviance, float(sampling.mean()))
    coefficients, inverse, _ = area.at(between)
    doubt = float(2 / (1 / (between + sampling) ** 2).sum())
    return FayHerriot(
        units=len(y),
        coefficients=coefficients / size,
        coefficient_errors=np.sqrt(np.diag(inverse)) / size,
        between=between,
        between_error=float(np.sqrt(doubt)),
        log_likelihood=-0.5 * (area.deviance(between) + (len(y) - x.shape[1]) * float(np.log(2 * np.pi)))
        - float(np.log(size).sum()),
        estimates=_predicted(np.where(used, direct, np.nan), variance, design / size, area, between, doubt),
    )


def shrunk_means(mean: Floats, n: Floats, sd: float) -> FayHerriot:
    """`fay_herriot` without covariates, sampling variance sd^2 / n: `mean` and `n` (units,), and one pooled SD."""
    return fay_herriot(np.where(n > 0, mean, np.nan), divide(sd**2, n, n > 0))


@dataclass(frozen=True)
class _Profile:
    """The restricted likelihood of the one-way model along L = tau2 / sigma2."""

    n: Floats
    mean: Floats
    squares: float

    @property
    def total(self) -> float:
        return float(self.n.sum())

    def weights(self, ratio: float) -> tuple[Floats, float, float]:
        """w, mu, and the weighted squares of the means about mu."""
        w = self.n / (1 + ratio * self.n)
        middle = float((w * self.mean).sum() / w.sum())
        return w, middle, float((w * (self.mean - middle) ** 2).sum())

    def at(self, ratio: float) -> tuple[float, Floats, float]:
        w, middle, spread = self.weights(ratio)
        return middle, w, (self.squares + spread) / (self.total - 1)

    def deviance(self, ratio: float) -> float:
        """-2 log likelihood, without its constants."""
        _, w, within = self.at(ratio)
        return float((self.total - 1) * np.log(within) + np.log1p(ratio * self.n).sum() + np.log(w.sum()))

    def slope(self, ratio: float) -> float:
        """Of the deviance."""
        middle, w, within = self.at(ratio)
        explained = (w**2 * (self.mean - middle) ** 2).sum() / within
        return float(w.sum() - (w**2).sum() / w.sum() - explained)


@dataclass(frozen=True)
class _Areas:
    """The restricted likelihood of the area-level model along the variance between areas."""

    y: Floats
    x: Floats
    sampling: Floats

    def at(self, between: float) -> tuple[Floats, Floats, Floats]:
        """b, (X'V^-1 X)^-1, and V^-1 (y - X b)."""
        root = 1 / np.sqrt(between + self.sampling)
        directions, triangle = np.linalg.qr(self.x * root[:, None])
        half = linalg.solve_triangular(triangle, np.eye(len(triangle)))
        coefficients = half @ (directions.T @ (root * self.y))
        return coefficients, np.asarray(half @ half.T), root**2 * (self.y - self.x @ coefficients)

    def deviance(self, between: float) -> float:
        _, inverse, left = self.at(between)
        spread = between + self.sampling
        return float(np.log(spread).sum() - np.linalg.slogdet(inverse)[1] + (left**2 * spread).sum())

    def slope(self, between: float) -> float:
        """trace(P) - y'PPy."""
        _, inverse, left = self.at(between)
        w = 1 / (between + self.sampling)
        squared = (self.x * w[:, None] ** 2).T @ self.x
        return float(w.sum() - np.trace(inverse @ squared) - (left**2).sum())


def _best(slope: Callable[[float], float], deviance: Callable[[float], float], unit: float) -> float:
    """Where the deviance is least on [0, infinity): every place where its slope turns from down to up, and 0.

    `unit` is a likely size. The root is found to the last digits, so that two machines agree.
    """
    shares = np.linspace(0, 1, _GRID, endpoint=False)
    places = unit * shares / (1 - shares)
    slopes = np.array([slope(float(place)) for place in places])
    while slopes[-1] < 0 and places[-1] < 1e12 * unit:
        places = np.append(places, places[-1] * 4)
        slopes = np.append(slopes, slope(float(places[-1])))
    turns = np.flatnonzero((slopes[:-1] < 0) & (slopes[1:] >= 0))
    found = [
        float(optimize.brentq(slope, places[turn], places[turn + 1], xtol=1e-14 * unit, rtol=1e-14)) for turn in turns
    ]
    # All the way out without a turn: the units' own errors are nothing beside their differences.
    candidates = [0.0, *found] if found or slopes[-1] >= 0 else [float(places[-1])]
    return min(candidates, key=deviance)


def _icc_interval(profile: _Profile, confidence: float) -> tuple[float, float]:
    """The ratios at which sum w (mean - mu)^2 / (k-1) over MSW equals the F quantiles; it falls as the ratio grows."""
    groups = len(profile.n)
    df = profile.total - groups
    within = profile.squares / df

    def excess(ratio: float, quantile: float) -> float:
        return profile.weights(ratio)[2] / (groups - 1) / within - quantile

    def ratio_at(share: float) -> float:
        quantile = float(special.fdtri(groups - 1, df, share))
        if excess(0.0, quantile) <= 0:
            return 0.0
        top = 1.0
        while excess(top, quantile) > 0:
            top *= 4
        return float(optimize.brentq(excess, 0.0, top, args=(quantile,), xtol=1e-14, rtol=1e-13))

    low, high = ratio_at((1 + confidence) / 2), ratio_at((1 - confidence) / 2)
    return (low / (1 + low), high / (1 + high)) if high > 0 else (np.nan, np.nan)


def _information_inverse(n: Floats, between: float, within: float) -> Floats:
    spread = within + n * between
    cross = (n / spread**2).sum() / 2
    residual = ((n - 1) / within**2 + 1 / spread**2).sum() / 2
    return np.asarray(np.linalg.inv(np.array([[(n**2 / spread**2).sum() / 2, cross], [cross, residual]])))


def _predicted(direct: Floats, variance: Floats, design: Floats, area: _Areas, between: float, doubt: float) -> Shrunk:
    coefficients, inverse, _ = area.at(between)
    there = np.isfinite(direct)
    weight = np.where(there, divide(between, between + variance), 0.0)
    expected = design @ coefficients
    second = np.einsum("ij,jk,ik->i", design, inverse, design)
    third = divide(variance**2 * doubt, (between + variance) ** 3, there)
    known = np.where(there, weight * variance, between)
    squared = known + (1 - weight) ** 2 * second + 2 * np.where(there, third, 0.0)
    mean = expected + weight * np.where(there, direct - expected, 0.0)
    return Shrunk(mean=mean, weight=weight, error=np.sqrt(squared))


def _within(units: Moments) -> float:
    return float(pooled_within(units).sd) ** 2


def _not_fitted(units: int, n: float, reason: Reason) -> RandomIntercept:
    gap = np.nan
    return RandomIntercept(units, n, gap, gap, gap, gap, gap, (gap, gap), np.full((2, 2), gap), reason)
