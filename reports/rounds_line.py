"""A line through a study's rounds from the levels that are shown, and limits for a survey that never stops.

Worked out from numbers that are shown already, so it tells nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.estimates import Estimate, Reason, estimate, nothing
from reports.statistics.control import STANDARD, Control, mean_chart, p_chart
from reports.statistics.describe import Moments
from reports.statistics.trend import FEWEST_ROUNDS, line_through_levels

_NORMAL = 1.959963984540054


@dataclass(frozen=True)
class LevelsTrend:
    """A straight line through the levels of rounds."""

    slope: Estimate
    """A round; n is the number of rounds."""
    heights: tuple[float, ...]
    """Of the line at each round given; empty where there is no line."""


def levels_trend(levels: Sequence[Estimate], sds: Sequence[float | None]) -> LevelsTrend:
    """Through the rounds whose level and error are known, in order, one unit of time apart.

    A level's error is its SD over the root of n; where the SD is not shown, half its interval over 1.96, at worst a
    little too large. No line with fewer than three such rounds.
    """
    values = [math.nan if level.value is None else level.value for level in levels]
    found = line_through_levels(
        np.arange(len(levels)), values, [error_of(level, sd) for level, sd in zip(levels, sds, strict=True)]
    )
    if found.line.reason:
        return LevelsTrend(nothing(Reason.TOO_FEW, found.rounds), ())
    slope = estimate(found.line.slope, *found.line.interval(), found.rounds, Reason.TOO_FEW)
    return LevelsTrend(slope, tuple(found.line.intercept + found.line.slope * at for at in range(len(levels))))


def error_of(level: Estimate, sd: float | None) -> float:
    """The standard error of a level; nan where nothing shown gives it."""
    if level.value is None or not level.n:
        return math.nan
    if sd is not None:
        return sd / math.sqrt(level.n)
    if level.low is None or level.high is None:
        return math.nan
    return (level.high - level.low) / 2 / _NORMAL


def control_of_means(levels: Sequence[Estimate], sds: Sequence[float | None]) -> Control:
    """X-bar chart of the rounds' levels; the spread within rounds pooled over those whose SD is shown."""
    n, value = _columns(levels)
    variance = np.array([math.nan if sd is None else sd**2 for sd in sds], float)
    known = np.isfinite(variance) & (n > 1)
    squares = float(((n - 1) * variance)[known].sum())
    df = float((n - 1)[known].sum())
    sd = math.sqrt(squares / df) if df > 0 else 0.0
    return mean_chart(Moments(n=n, mean=value, variance=variance), sd=sd)


def control_of_shares(shares: Sequence[Estimate]) -> Control:
    """p chart of the rounds' shares (0-1) of positive answers, on the number who answered."""
    n, value = _columns(shares)
    return p_chart(value, n)


FEWEST_FOR_LINE = FEWEST_ROUNDS
FEWEST_FOR_LIMITS, FEWEST_FOR_FIRM = STANDARD.limits, STANDARD.firm


def _columns(levels: Sequence[Estimate]) -> tuple[np.ndarray, np.ndarray]:
    value = np.array([math.nan if level.value is None else level.value for level in levels], float)
    return np.array([level.n or 0 for level in levels], float), value
