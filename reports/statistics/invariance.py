"""Whether a scale measures the same thing in the same way in several groups or rounds.

Three models, each asking more than the one before: the same items belong together (configural), with the same weights
(metric), from the same level (scalar). Only if the last holds does a difference between means say something about
people, and not about how the items are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from reports.statistics import factor
from reports.statistics.factor_fit import Fit
from reports.statistics.factor_model import Equal, sample
from reports.statistics.why import Why

Floats = NDArray[np.float64]

MINIMUM_N = 100
"""Complete answers in each group. Chen tried the limits from 150 upwards; from 100 to 149 lean on them less."""
SMALL_TOTAL = 300
"""Up to so many answers in all, Chen's stricter limits hold."""
ACCEPTABLE_CFI = 0.90
ACCEPTABLE_SRMR = 0.08
"""What a configural model must reach for there to be anything to compare (Hu and Bentler 1999; Bentler 1990)."""


@dataclass(frozen=True)
class Limits:
    """How far a measure may move from one model to the next (Chen 2007, Struct Equ Modeling 14:464-504, p. 501)."""

    cfi: float
    rmsea: float
    srmr_metric: float
    srmr_scalar: float


LIMITS = Limits(cfi=0.010, rmsea=0.015, srmr_metric=0.030, srmr_scalar=0.010)
LIMITS_SMALL = Limits(cfi=0.005, rmsea=0.010, srmr_metric=0.025, srmr_scalar=0.005)


@dataclass(frozen=True)
class Step:
    """One model, and what it costs beside the one before; nan in the differences of the first."""

    name: str
    """`configural`, `metric` or `scalar`."""
    fit: Fit
    chi2_change: float
    df_change: int
    p_change: float
    """Likelihood-ratio test of what the step adds. With many answers it finds differences that matter to nobody."""
    cfi_change: float
    """Negative: worse."""
    rmsea_change: float
    """Positive: worse."""
    srmr_change: float
    holds: bool
    """This step and all before it."""
    why: Why | None
    """Set where the numbers may not be leant on, as HEYWOOD; then the step does not hold."""


@dataclass(frozen=True)
class Invariance:
    n: tuple[int, ...]
    """Complete answers of each group."""
    steps: tuple[Step, ...]
    """Up to the last that could be fitted."""
    level: str | None
    """The last step that holds; None where not even the first does."""
    why: Why | None = None
    """Why there are fewer than three steps."""


def invariance(
    groups: Sequence[Floats],
    factors: Sequence[int] | None = None,
    minimum: int = MINIMUM_N,
    limits: Limits | None = None,
) -> Invariance:
    """Of two groups or more, (n, k) values each, already reversed, on complete cases.

    `factors` gives each item's factor, 0 and up; one factor if not said. chi2, CFI, RMSEA and SRMR are those of R's
    lavaan (`cfa(..., group.equal = c("loadings", "intercepts"))`). A step fails where CFI falls by `limits.cfi` or more
    and RMSEA or SRMR says so too. Groups are taken to be different people: a round that shares people with another has
    somewhat too large a chi2_change or too small, while CFI and RMSEA are hardly touched.
    """
    samples = [sample(values) for values in groups]
    n = tuple(one.n for one in samples)
    items = groups[0].shape[1] if groups else 0
    belongs = np.zeros(items, np.int64) if factors is None else np.asarray(factors, np.int64)
    why = Why.ONE_GROUP if len(samples) < 2 else factor.why_not(samples, belongs, minimum)
    if why is not None:
        return Invariance(n, (), None, why)
    limits = limits or (LIMITS_SMALL if sum(n) <= SMALL_TOTAL else LIMITS)
    steps: list[Step] = []
    for equal in Equal:
        found = factor.fit(samples, belongs, equal, means=True)
        if isinstance(found, Why):
            return Invariance(n, tuple(steps), _level(steps), found)
        steps.append(_step(equal, found.fit, found.why, steps, limits))
    return Invariance(n, tuple(steps), _level(steps))


def _step(equal: Equal, fit: Fit, why: Why | None, steps: Sequence[Step], limits: Limits) -> Step:
    name = equal.name.lower()
    if not steps:
        fine = fit.cfi >= ACCEPTABLE_CFI and fit.srmr <= ACCEPTABLE_SRMR and why is None
        nan = float("nan")
        return Step(name, fit, nan, 0, nan, nan, nan, nan, fine, why)
    before = steps[-1].fit
    chi2, df = fit.chi2 - before.chi2, fit.df - before.df
    cfi, rmsea, srmr = fit.cfi - before.cfi, fit.rmsea - before.rmsea, fit.srmr - before.srmr
    srmr_limit = limits.srmr_metric if equal is Equal.METRIC else limits.srmr_scalar
    worse = cfi <= -limits.cfi and (rmsea >= limits.rmsea or srmr >= srmr_limit)
    return Step(
        name=name,
        fit=fit,
        chi2_change=chi2,
        df_change=df,
        p_change=float(special.chdtrc(df, max(chi2, 0.0))),
        cfi_change=cfi,
        rmsea_change=rmsea,
        srmr_change=srmr,
        holds=steps[-1].holds and not worse and why is None,
        why=why,
    )


def _level(steps: Sequence[Step]) -> str | None:
    return next((step.name for step in reversed(steps) if step.holds), None)
