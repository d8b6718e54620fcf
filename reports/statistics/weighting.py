"""Levels that stand for all who were invited, where some groups answered more than others.

A stratified mean where every group's size is known, raking where only the margins are. Weights can make up for who is
missing by what is known of them; not for why they did not answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reports.statistics.describe import Moments, divide
from reports.statistics.student import quantile

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_CLOSE = 1e-10
"""Raking has arrived when no margin is further off than this share of the population."""
_ROUNDS = 1000
_TRIMS = 200
_AGREE = 1e-6
_NOISE = 1e-12
"""An error below this share of the largest value is rounding."""


class Reason(StrEnum):
    """Why there is no weighted figure, or why it is not what was asked for."""

    NOBODY = "nobody"
    EMPTY_GROUP = "empty_group"
    """Somebody was invited in it and nobody answered: no weight can make up for that. Merge it with a like group."""
    SINGLE_ANSWER = "single_answer"
    """A group with one answer has no spread: there is a mean, but no error."""
    NO_SPREAD = "no_spread"
    """All alike, or all alike within what the margins tell."""
    UNKNOWN_GROUP = "unknown_group"
    """Answers in a group that the population does not have."""
    MARGINS_DISAGREE = "margins_disagree"
    """The margins add up to different populations."""
    NOT_CONVERGED = "not_converged"
    """No weights meet all margins; usually a combination that nobody answered in."""
    CAPS_TOO_TIGHT = "caps_too_tight"
    """No weights within the caps meet all margins."""


@dataclass(frozen=True)
class Level:
    """A weighted mean; nan = not computable, and `reason` says why."""

    n: float
    mean: float
    error: float
    df: float
    reason: Reason | None = None
    at: str = ""
    """The group, or margin and group, that the reason is about."""

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """mean +- t * error; nan where there is no error."""
        reach = float(quantile((1 + confidence) / 2, self.df)) * self.error
        return self.mean - reach, self.mean + reach


def stratified_mean(strata: Moments, population: Floats) -> Level:
    """sum N_h m_h / N with SE^2 = sum (N_h/N)^2 (1 - n_h/N_h) s_h^2 / n_h, df = n - H (Cochran 1977, section 5.4).

    `strata` (H,) moments, `population` (H,) their sizes N_h. A stratum of nobody (N_h = 0) takes no part; one in which
    all answered adds no error. More answers than N_h: no correction there. `at` is the stratum's place, as a number.
    """
    part = population > 0
    n, mean, size = strata.n[part], strata.mean[part], population[part]
    place = np.flatnonzero(part)
    if not len(n) or not n.sum() > 0:
        return Level(0.0, np.nan, np.nan, np.nan, Reason.NOBODY)
    if (n == 0).any():
        return Level(float(n.sum()), np.nan, np.nan, np.nan, Reason.EMPTY_GROUP, str(place[np.argmax(n == 0)]))
    share, answered = size / size.sum(), float(n.sum())
    left = np.where(n <= size, 1 - n / size, 1.0)
    squared = np.where(left > 0, share**2 * left * divide(strata.variance[part], n), 0.0)
    level = float((share * mean).sum())
    df = answered - len(n)
    unknown = np.isnan(squared)
    if unknown.any():
        return Level(answered, level, np.nan, df, Reason.SINGLE_ANSWER, str(place[np.argmax(unknown)]))
    if not squared.sum() > 0 and (left > 0).any():
        return Level(answered, level, np.nan, df, Reason.NO_SPREAD)
    return Level(answered, level, float(np.sqrt(squared.sum())), df)


@dataclass(frozen=True)
class Margin:
    """One property whose numbers are known for all who were invited."""

    name: str
    groups: NDArray[np.str_]
    """(n,), each person's group; "" = not known."""
    totals: Mapping[str, float]
    """How many there are in each."""


@dataclass(frozen=True)
class Raked:
    """Weights (n,); nan for a person with a group not known, who takes no part."""

    weights: Floats
    start: Floats
    """(n,), what they were before."""
    n: int
    """With a weight."""
    left_out: int
    rounds: int
    """Of all margins once."""
    trimmed: int
    """Persons whose weight stands at a cap."""
    gap: float
    """The margins' largest miss, as a share of the population; 0 to ten places where all went well."""
    reason: Reason | None = None
    at: str = ""

    @property
    def usable(self) -> bool:
        return self.reason is None

    @property
    def design_effect(self) -> float:
        """n sum w^2 / (sum w)^2: what unequal weights cost (Kish 1965, 1992)."""
        there = self.weights[np.isfinite(self.weights)]
        return float(divide(len(there) * (there**2).sum(), there.sum() ** 2))

    @property
    def n_effective(self) -> float:
        """(sum w)^2 / sum w^2: so many answers of equal weight would be as good."""
        return float(divide(self.n, self.design_effect))


def rake(margins: list[Margin], start: Floats, caps: tuple[float, float] | None = None) -> Raked:
    """Weights that meet every margin, as near to `start` (n,) as they can be (Deming and Stephan 1940).

    Each margin in turn is scaled to its totals until none is off by more than 1e-10 of the population. `caps`: least
    and largest weight in units of the mean weight, as (0.3, 3); weights beyond are moved to the cap, and the others
    raked on, until both hold. Where that cannot be the last weights are given with their gap and a reason.
    """
    known = np.isfinite(start) & (start > 0)
    for margin in margins:
        known &= margin.groups != ""
    nothing = np.full(len(start), np.nan)
    fault = _fault(margins, known)
    if fault is not None:
        reason, at = fault
        return Raked(nothing, start, 0, int((~known).sum()), 0, 0, np.nan, reason, at)

    tables = [_Table.of(margin, known) for margin in margins]
    population = float(tables[0].totals.sum())
    weights = start[known] * population / start[known].sum()
    free = np.ones(len(weights), dtype=np.bool_)
    rounds = 0
    for _ in range(_TRIMS if caps is not None else 1):
        weights, more = _scaled(weights, free, tables, population)
        rounds += more
        if caps is None:
            break
        mean = population / len(weights)
        low, high = caps[0] * mean, caps[1] * mean
        beyond = (weights < low * (1 - _CLOSE)) | (weights > high * (1 + _CLOSE))
        if not beyond.any():
            break
        weights = np.clip(weights, low, high)
        free &= ~beyond
    missed = max(table.miss(weights) for table in tables) / population
    at_cap = int((~free).sum())
    failed = Reason.CAPS_TOO_TIGHT if at_cap else Reason.NOT_CONVERGED
    everyone = nothing.copy()
    everyone[known] = weights
    return Raked(
        weights=everyone,
        start=start,
        n=len(weights),
        left_out=int((~known).sum()),
        rounds=rounds,
        trimmed=at_cap,
        gap=missed,
        reason=None if missed <= _CLOSE * 10 else failed,
    )


def weighted_mean(values: Floats, raked: Raked, margins: list[Margin], population: float = np.nan) -> Level:
    """sum w y / sum w, with the linearised error after raking (Deville and Sarndal 1992, J Am Stat Assoc 87:376-382).

    What the margins explain of the values adds no error: with e the residuals of the regression on the margins,
    weighted as at the start, z = w e / sum w and SE^2 = (1 - n/N) n / (n-1) sum (z - mean z)^2; df = n - 1. nan in
    `population` = no correction. `values` (n,), nan left out: then the weights meet the margins only nearly.
    """
    there = np.isfinite(values) & np.isfinite(raked.weights)
    n = float(there.sum())
    if not n:
        return Level(0.0, np.nan, np.nan, np.nan, raked.reason or Reason.NOBODY, raked.at)
    w, y = raked.weights[there], values[there]
    mean = float((w * y).sum() / w.sum())
    if n < 2:
        return Level(n, mean, np.nan, 0.0, Reason.SINGLE_ANSWER)
    root = np.sqrt(raked.start[there])
    dummies = np.column_stack(
        [np.ones(len(w))] + [margin.groups[there] == group for margin in margins for group in sorted(margin.totals)]
    )
    residual = (y - mean) - dummies @ np.linalg.lstsq(dummies * root[:, None], (y - mean) * root, rcond=None)[0]
    z = w * residual / w.sum()
    squared = n / (n - 1) * float(((z - z.mean()) ** 2).sum())
    left = 1 - n / population if population >= n else 1.0
    if not squared > (_NOISE * float(np.abs(y).max())) ** 2:
        return Level(n, mean, np.nan, n - 1, Reason.NO_SPREAD)
    return Level(n, mean, float(np.sqrt(left * squared)), n - 1)


@dataclass(frozen=True)
class _Table:
    """One margin as numbers: each person's group, and what each group should add up to."""

    places: NDArray[np.intp]
    totals: Floats

    @classmethod
    def of(cls, margin: Margin, known: Mask) -> _Table:
        order = {group: place for place, group in enumerate(margin.totals)}
        places = np.array([order[str(group)] for group in margin.groups[known]], dtype=np.intp)
        return cls(places, np.array(list(margin.totals.values()), dtype=np.float64))

    def sums(self, weights: Floats) -> Floats:
        return np.bincount(self.places, weights, minlength=len(self.totals)).astype(np.float64)

    def miss(self, weights: Floats) -> float:
        return float(np.abs(self.sums(weights) - self.totals).max())


def _scaled(weights: Floats, free: Mask, tables: list[_Table], population: float) -> tuple[Floats, int]:
    """Iterative proportional fitting of the weights that are free; the others stand."""
    gap, rounds = np.inf, 0
    while rounds < _ROUNDS:
        rounds += 1
        for table in tables:
            fixed = table.sums(np.where(free, 0.0, weights))
            factor = np.nan_to_num(divide(table.totals - fixed, table.sums(np.where(free, weights, 0.0))), nan=1.0)
            weights = np.where(free, weights * np.maximum(factor, 0.0)[table.places], weights)
        before, gap = gap, max(table.miss(weights) for table in tables) / population
        if gap <= _CLOSE or before - gap < 1e-15:
            break
    return weights, rounds


def _fault(margins: list[Margin], known: Mask) -> tuple[Reason, str] | None:
    if not margins or not known.any():
        return Reason.NOBODY, ""
    sizes = [sum(margin.totals.values()) for margin in margins]
    for margin, size in zip(margins, sizes, strict=True):
        there = {str(group) for group in np.unique(margin.groups[known])}
        for group, total in margin.totals.items():
            if total > 0 and group not in there:
                return Reason.EMPTY_GROUP, f"{margin.name}: {group}"
        for group in sorted(there):
            if not margin.totals.get(group, 0) > 0:
                return Reason.UNKNOWN_GROUP, f"{margin.name}: {group}"
        if abs(size - sizes[0]) > _AGREE * sizes[0]:
            return Reason.MARGINS_DISAGREE, margin.name
    return None
