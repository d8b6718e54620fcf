"""Effect sizes: a difference in units of the SD."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from reports.statistics.change import Difference
from reports.statistics.describe import divide
from reports.statistics.student import noncentrality

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """Arrays of one shape; nan = not computable."""

    d: Floats
    g: Floats
    correction: Floats
    """J."""
    d_low: Floats
    d_high: Floats
    g_low: Floats
    g_high: Floats


def correction(df: ArrayLike) -> Floats:
    """Hedges' exact J = gamma(v/2) / (sqrt(v/2) gamma((v-1)/2)) (1981, J Educ Stat 6:107-128); nan for v <= 1."""
    df = np.asarray(df, float)
    usable = df > 1
    half = np.where(usable, df, 2.0) / 2
    exact = np.exp(special.gammaln(half) - np.log(half) / 2 - special.gammaln(half - 0.5))
    return np.where(usable, exact, np.nan)


@dataclass(frozen=True)
class Paired:
    """A change in units of the SD of the persons' own changes; (m,) each."""

    sd: Floats
    dz: Floats
    low: Floats
    high: Floats
    g: Floats


def standardised_paired(test: Difference, confidence: float = 0.95) -> Paired:
    """dz = mean change / SD of the changes, of a test in which all are pairs (Lakens 2013, Front Psychol 4:863)."""
    root = np.sqrt(test.df + 1)
    dz = divide(test.t, root)
    return Paired(
        sd=test.error * root,
        dz=dz,
        low=noncentrality(test.t, test.df, (1 + confidence) / 2) / root,
        high=noncentrality(test.t, test.df, (1 - confidence) / 2) / root,
        g=dz * correction(test.df),
    )


@dataclass(frozen=True)
class RepeatedMeasures:
    """(m,) each; nan = not computable."""

    drm: Floats
    low: Floats
    high: Floats


def repeated_measures(paired: Paired, correlation: Floats) -> RepeatedMeasures:
    """drm = dz sqrt(2 (1 - r)): the change in units of one round's SD, worked out from the SD of the changes.

    Lakens 2013, Front Psychol 4:863. Equal to dav where both rounds have the same SD. The interval is dz's on the same
    scale, r taken as known. nan where r is 1: then nothing is left of the changes' SD.
    """
    scale = np.sqrt(np.where(correlation < 1, 2 * (1 - correlation), np.nan))
    return RepeatedMeasures(drm=paired.dz * scale, low=paired.low * scale, high=paired.high * scale)


def large_sample_variance(effect: Effect, n_first: Floats, n_second: Floats) -> Floats:
    """Of g between two separate groups: J^2 (1/n1 + 1/n2 + d^2 / (2 (n1 + n2))).

    Borenstein et al. 2009, Introduction to Meta-Analysis, ch. 4: what a meta-analysis weights by. The interval of
    `hedges_g` is exact and does not use it.
    """
    return effect.correction**2 * (
        divide(n_first + n_second, n_first * n_second) + divide(effect.d**2, 2 * (n_first + n_second))
    )


def hedges_g(estimate: Floats, sd: Floats, factor: Floats, df: Floats, confidence: float = 0.95) -> Effect:
    """d = estimate / sd, g = J d, interval from the noncentral t.

    `factor` is the estimate's error in units of the SD: sqrt(1/n1 + 1/n2) for two groups, less where people are the
    same (`change.overlap_factor`); `df` those of the SD. Equal to R's effectsize::hedges_g up to its optimiser.
    """
    d = divide(estimate, sd)
    t = divide(d, factor)
    low = noncentrality(t, df, (1 + confidence) / 2) * factor
    high = noncentrality(t, df, (1 - confidence) / 2) * factor
    shrink = correction(df)
    return Effect(
        d=d, g=d * shrink, correction=shrink, d_low=low, d_high=high, g_low=low * shrink, g_high=high * shrink
    )
