"""What a release says for the analyst, beside what every reader is told; a part of `reports.findings.Findings`.

Nothing in here computes. Each number has its n and interval, or a reason why it is not there, as in `findings`.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.estimates import Estimate, Reason


@dataclass(frozen=True)
class Flow:
    """The linked people of one group on one scale: how many stand higher than in the earlier round, how many lower."""

    group: str
    scale: str
    step: float
    """What counts as having moved, in the scale's unit: half a step of the answers."""
    n: int | None
    lower: int | None
    same: int | None
    higher: int | None
    reason: Reason | None = None


@dataclass(frozen=True)
class Sensitivity:
    """A change looked at by other methods than the one that decides; docs/method/sensitivity.md."""

    group: str
    scale: str
    mixed: Estimate
    """The difference by REML, with a variance of each round's own."""
    cliffs_delta: Estimate
    """Answers now against answers before: share of pairs that are higher less share that are lower."""
    superiority: Estimate
    """Probability that one drawn now stands higher than one drawn before, ties counted half."""
    rank_p: float | None
    """Brunner and Munzel's test, two-sided."""


@dataclass(frozen=True)
class Spread:
    """What all groups together say of the spread of one scale: what plans and funnels are made from."""

    scale: str
    sd: float | None
    """Within units, pooled over those shown."""
    df: float | None
    correlation: float | None
    """Between the rounds, of linked people, pooled within units."""
    pairs: int | None
    icc: float | None
    """Share of the variance that lies between the units."""


@dataclass(frozen=True)
class ItemQuality:
    item: str
    rest_correlation: float | None
    """With the mean of the scale's other items."""
    alpha_without: float | None
    floor: float | None
    """Share (0-1) of all answers that are at the scale's lowest step, turned where the scale turns the item."""
    ceiling: float | None


@dataclass(frozen=True)
class ScaleQuality:
    """How well one scale measures, on all answers of the round together."""

    scale: str
    n: int | None
    """Answers to all of its items."""
    alpha: Estimate
    omega: Estimate
    ordinal_alpha: Estimate
    error: float | None
    """Standard error of one person's score (SEM)."""
    smallest_change: float | None
    """What one person's score must move for it to be more than error (MDC, 95 %)."""
    items: tuple[ItemQuality, ...]


@dataclass(frozen=True)
class InvarianceStep:
    """One model of measurement in both rounds: configural, metric or scalar."""

    step: str
    chi2: float
    df: int
    cfi: float
    rmsea: float
    holds: bool
    """Against the step before, by CFI and one of RMSEA and SRMR (Chen 2007); limits in docs/method/invariance.md."""


@dataclass(frozen=True)
class Invariance:
    """Whether a scale measures the same thing in the same way in both rounds."""

    scale: str
    n: int | None
    n_before: int | None
    steps: tuple[InvarianceStep, ...]
    reason: Reason | None = None


@dataclass(frozen=True)
class ItemFunctioning:
    """Whether two kinds of answer use one item alike when they stand alike on its scale."""

    scale: str
    item: str
    by: str
    """`variant`, `language` or `helped`."""
    first: str
    second: str
    n_first: int | None
    n_second: int | None
    p: float | None
    """Benjamini and Hochberg, over the items asked by the same thing."""
    effect: float | None
    """Gain in Nagelkerke's R2."""
    differs: bool
    reason: Reason | None = None


@dataclass(frozen=True)
class Trend:
    """One line through three rounds or more, for all who answered together."""

    scale: str
    rounds: tuple[str, ...]
    slope: Estimate
    """Scale points a round."""
    df: float | None
    p: float | None
    method: str
    """`mixed` (persons followed), `units` (nobody followed: random unit only)."""


@dataclass(frozen=True)
class AnalystFindings:
    flows: tuple[Flow, ...] = ()
    sensitivities: tuple[Sensitivity, ...] = ()
    spreads: tuple[Spread, ...] = ()
    quality: tuple[ScaleQuality, ...] = ()
    invariance: tuple[Invariance, ...] = ()
    functioning: tuple[ItemFunctioning, ...] = ()
    trends: tuple[Trend, ...] = ()
