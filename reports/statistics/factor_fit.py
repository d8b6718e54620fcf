"""How well a factor model fits: chi-square, CFI, RMSEA and SRMR as R's lavaan defines them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from reports.statistics.factor_model import Equal, Floats, Parameters, Sample, Shape, Whole, implied


@dataclass(frozen=True)
class Fit:
    chi2: float
    df: int
    p: float
    """nan for df 0."""
    cfi: float
    """1 - max(chi2 - df, 0) / max(chi2 - df, chi2_0 - df_0, 0), _0 the model without factors (Bentler 1990)."""
    rmsea: float
    """sqrt(G) sqrt(max(chi2 - df, 0) / (df N)), G groups (Steiger 1998)."""
    rmsea_low: float
    """90 % interval, from the noncentral chi2."""
    rmsea_high: float
    srmr: float
    """Root mean square of what is left of correlations, spreads and (with `means`) means, each over the observed SD."""


def measures(
    samples: Sequence[Sample],
    groups: Sequence[Parameters],
    factors: Whole,
    chi2: float,
    shape: Shape,
    means: bool,
) -> Fit:
    """Of the found parameters of each group. `means` counts the means into SRMR."""
    items, count = len(factors), len(samples)
    total = sum(one.n for one in samples)
    points = count * items * (items + 1) // 2 + (count * items if shape.equal is Equal.SCALAR else 0)
    df = points - shape.free
    chi2 = max(chi2, 0.0)
    nothing = sum(one.n * _without_factors(one.covariance) for one in samples)
    nothing_df = count * items * (items - 1) // 2
    excess, most = max(chi2 - df, 0.0), max(chi2 - df, nothing - nothing_df, 0.0)
    low, high = _noncentrality(chi2, df, 0.95), _noncentrality(chi2, df, 0.05)
    rmsea, rmsea_low, rmsea_high = (
        float(np.sqrt(count * part / (df * total))) if df else 0.0 for part in (excess, low, high)
    )
    return Fit(
        chi2=chi2,
        df=df,
        p=float(special.chdtrc(df, chi2)) if df else float("nan"),
        cfi=1 - excess / most if most > 0 else 1.0,
        rmsea=rmsea,
        rmsea_low=rmsea_low,
        rmsea_high=rmsea_high,
        srmr=sum(s.n / total * _srmr(s, part, factors, means) for s, part in zip(samples, groups, strict=True)),
    )


def _without_factors(covariance: Floats) -> float:
    """F of the model in which no item has anything to do with another."""
    return float(np.log(np.diag(covariance)).sum() - np.linalg.slogdet(covariance)[1])


def _noncentrality(chi2: float, df: int, share: float) -> float:
    """The noncentrality at which `share` of the distribution lies below chi2; 0 where even the central one has less."""
    if df == 0 or special.chdtr(df, chi2) <= share:
        return 0.0
    found = float(special.chndtrinc(chi2, df, share))
    return found if np.isfinite(found) else 0.0


def _srmr(one: Sample, part: Parameters, factors: Whole, means: bool) -> float:
    sigma, mu = implied(part, factors)
    sd = np.sqrt(np.diag(one.covariance))
    lower = np.tril_indices(len(factors))
    left = ((one.covariance - sigma) / np.outer(sd, sd))[lower]
    if means:
        left = np.concatenate([left, (one.mean - mu) / sd])
    return float(np.sqrt((left**2).mean()))
