"""Omega total: the share of a scale's variance that its items' one common factor stands for.

Unlike alpha it does not take for granted that every item says as much about the factor as every other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from reports.statistics import factor
from reports.statistics.factor import Fitted
from reports.statistics.factor_fit import Fit
from reports.statistics.factor_model import implied, sample
from reports.statistics.why import Why

Floats = NDArray[np.float64]

MINIMUM_N = 100
"""Complete answers; below it omega is computed for nobody (Kelley and Pornprasertmanit 2016 tried from 50 upwards)."""


@dataclass(frozen=True)
class Omega:
    """nan in every number where `why` is set."""

    n: int
    """Complete answers."""
    items: int
    omega: float
    low: float
    high: float
    observed: float
    """With the observed variance of the sum below the line, instead of the model's."""
    loadings: Floats
    """(k,), of a factor with variance 1."""
    residuals: Floats
    """(k,) variances."""
    fit: Fit | None
    """How well one factor does; chi2 with denominator n. None where nothing could be fitted."""
    why: Why | None = None


def omega(values: Floats, confidence: float = 0.95, minimum: int = MINIMUM_N) -> Omega:
    """(sum l)^2 / ((sum l)^2 + sum t) of (n, k) values, already reversed, on complete cases (McDonald 1999, ch. 6).

    Loadings l and residual variances t by maximum likelihood. The interval is of the delta method on ln(omega/(1 -
    omega)), with the loadings' errors from the answers' own fourth moments (White 1982), so that five steps and a skew
    do not make it too narrow (Kelley and Pornprasertmanit 2016, Psychol Methods 21:69-92: "MLRL"). Needs three items.
    """
    answers = sample(values)
    one = np.zeros(values.shape[1], np.int64)
    found = factor.why_not([answers], one, minimum) or factor.fit([answers], one)
    if isinstance(found, Why):
        return _nothing(answers.n, values.shape[1], found, None)
    part = found.groups[0]
    common, own = float(part.loadings.sum()), float(part.residuals.sum())
    if found.why is not None or not common > 0:
        return _nothing(answers.n, values.shape[1], found.why or Why.NOT_IDENTIFIED, found.fit)
    share = common**2 / (common**2 + own)
    slope = np.repeat([2 / common, -1 / own], values.shape[1])
    error = float(np.sqrt(slope @ _covariance(values, found) @ slope))
    middle, reach = float(special.logit(share)), float(special.ndtri((1 + confidence) / 2)) * error
    return Omega(
        n=answers.n,
        items=values.shape[1],
        omega=share,
        low=float(special.expit(middle - reach)),
        high=float(special.expit(middle + reach)),
        observed=common**2 / float(answers.covariance.sum()),
        loadings=part.loadings,
        residuals=part.residuals,
        fit=found.fit,
    )


def _covariance(values: Floats, found: Fitted) -> Floats:
    """(2k, 2k) of loadings and residual variances: information^-1 (sum of s s') information^-1, s a person's slope."""
    part = found.groups[0]
    complete = values[~np.isnan(values).any(axis=1)]
    sigma, _ = implied(part, np.zeros(len(part.loadings), np.int64))
    pulled = np.linalg.solve(sigma, (complete - part.intercepts).T).T
    slopes = np.concatenate([pulled * (pulled @ part.loadings)[:, None], pulled**2 / 2], axis=1)
    slopes = slopes - slopes.mean(axis=0)
    bread = np.linalg.inv(found.information)
    around: Floats = bread @ (slopes.T @ slopes) @ bread
    return around


def _nothing(n: int, items: int, why: Why, fit: Fit | None) -> Omega:
    nan, none = float("nan"), np.full(items, np.nan)
    return Omega(n, items, nan, nan, nan, nan, none, none, fit, why)
