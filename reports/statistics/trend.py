"""A straight line through three rounds or more: people answer several times and belong to units.

    y = a + b t + (unit: a random start, and a random slope) + (person: the same) + residual

by restricted maximum likelihood, with Satterthwaite's df for the line (1946, Biometrics Bull 2:110-114): the same
numbers as R's lme4 and lmerTest. People with the same times share a covariance, so the likelihood needs counts, sums
and products only, one set for each pattern of times (`reports.statistics.trend_fit`).

`line_through_levels` needs less and can less: a line through the rounds' means as they are told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.statistics.student import quantile, two_sided_p
from reports.statistics.trend_fit import EFFECTS, Layout, fit, laid_out

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEWEST_ROUNDS = 3
_EXPLAINED = 1e-8
"""Share of the variance below which the residual is rounding: all people go straight, and nothing gives an error."""

TOO_FEW_ROUNDS, TOO_FEW, NO_VARIATION, NOT_CONVERGED = (
    "fewer than three rounds",
    "too few answers",
    "no variation",
    "not converged",
)


class Varies(StrEnum):
    """What differs at random from one to the next, between people or between units."""

    NOTHING = "nothing"
    START = "start"
    START_AND_SLOPE = "start and slope"


@dataclass(frozen=True)
class Line:
    """A slope with its test; nan = not computable, and then `reason` says why ("" = computed)."""

    intercept: float
    """At time 0."""
    slope: float
    """Scale points a unit of time."""
    error: float
    """Of the slope."""
    df: float
    t: float
    p: float
    """Two-sided, of a slope of 0."""
    reason: str

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        reach = float(quantile((1 + confidence) / 2, np.array(self.df))) * self.error
        return self.slope - reach, self.slope + reach


@dataclass(frozen=True)
class RandomPart:
    """Variances of what differs at random, at time 0; 0 where it does not, nan where nothing was computed."""

    varies: Varies
    """What the model held: less than was asked for, where the answers cannot tell it apart (`mixed_trend`)."""
    start: float
    slope: float
    covariance: float


@dataclass(frozen=True)
class MixedTrend:
    line: Line
    person: RandomPart
    unit: RandomPart
    residual: float
    """Variance."""
    log_likelihood: float
    """Restricted, with all constants."""
    answers: int
    people: int
    units: int
    rounds: int


def mixed_trend(
    values: ArrayLike,
    times: ArrayLike,
    persons: ArrayLike,
    units: ArrayLike | None = None,
    *,
    person: Varies = Varies.START,
    unit: Varies = Varies.START_AND_SLOPE,
) -> MixedTrend:
    """One line through all answers: (n,) values (nan left out), their times, and whose they are.

    `persons` and `units` are whole numbers; a person of -1 is known from no other time. One person in two units counts
    as two. Units differ in slope unless said otherwise: were each taken to follow the common slope, the error would be
    too small.

    What the answers cannot tell apart is left out, and `person.varies` and `unit.varies` of the result say what was
    kept: no random person where nobody answered twice, no random slope of persons where nobody answered three times, no
    random unit where there are fewer than two or each is one person.

    Not computed (nan, with a reason): fewer than three different times, no more answers than the model has numbers or
    so few that the df is below 1, nothing left to explain, or no maximum found.
    """
    layout = laid_out(values, times, persons, units)
    kept_person, kept_unit = _identified(layout, person, unit)
    sizes = EFFECTS[kept_person], EFFECTS[kept_unit]
    numbers = 3 + sum(size * (size + 1) // 2 for size in sizes)
    if layout.rounds < FEWEST_ROUNDS:
        return _without(layout, TOO_FEW_ROUNDS)
    if layout.answers <= numbers:
        return _without(layout, TOO_FEW)
    if layout.still:
        return _without(layout, NO_VARIATION)
    found = fit(layout, *sizes)
    if found is None:
        return _without(layout, NOT_CONVERGED)
    if found.residual <= _EXPLAINED * layout.variance:
        return _without(layout, NO_VARIATION)
    if found.slope_df < 1:
        return _without(layout, TOO_FEW)
    error = math.sqrt(found.slope_variance)
    return MixedTrend(
        line=_line(float(found.line[0]), float(found.line[1]), error, found.slope_df),
        person=_part(kept_person, found.person),
        unit=_part(kept_unit, found.unit),
        residual=found.residual,
        log_likelihood=found.log_likelihood,
        answers=layout.answers,
        people=layout.people,
        units=layout.units,
        rounds=layout.rounds,
    )


@dataclass(frozen=True)
class LevelsLine:
    """A line through rounds' means, from the means and their errors alone."""

    line: Line
    between: float
    """SD of the rounds about the line beyond what their errors explain; 0 where the errors explain it all."""
    rounds: int


def line_through_levels(times: ArrayLike, means: ArrayLike, errors: ArrayLike) -> LevelsLine:
    """Generalised least squares through (rounds,) means with known standard errors; nan = that round is not told.

    Each mean has its error's variance plus one between-round variance tau^2, found so that the weighted squares about
    the line equal their df (Paule and Mandel 1982, J Res Natl Bur Stand 87:377-385); the slope's interval is Student's
    t with rounds - 2 df. Where tau^2 is above 0 that is Hartung and Knapp's interval (2001, Stat Med 20:3875-3889), and
    where it is 0 the error is not made smaller. Rounds are taken as independent: where the same people answer, means go
    up and down together, the true error is mostly smaller, and the mixed model is the one to ask.

    Not computed for fewer than three rounds with mean and error. With three the df is 1 and the interval wide: two
    points can tell nothing of how rounds stray, and a third little.
    """
    t, y, e = (np.asarray(part, dtype=np.float64) for part in (times, means, errors))
    told = np.isfinite(t) & np.isfinite(y) & (e > 0)
    t, y, e = t[told], y[told], e[told]
    if len(np.unique(t)) < FEWEST_ROUNDS:
        return LevelsLine(_no_line(TOO_FEW_ROUNDS), math.nan, len(t))
    between = _paule_mandel(t, y, e)
    intercept, slope, error, _ = _weighted(t, y, e, between)
    return LevelsLine(_line(intercept, slope, error, len(t) - 2.0), math.sqrt(between), len(t))


def _paule_mandel(t: Floats, y: Floats, e: Floats) -> float:
    """The tau^2 at which the weighted squares about the line are their df; 0 where they are less without any."""
    wanted = len(t) - 2
    low, high = 0.0, float(np.ptp(y)) ** 2
    if _weighted(t, y, e, low)[3] <= wanted:
        return 0.0
    # The squares fall as tau^2 grows: halve the bracket until it is as narrow as the numbers are exact.
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _weighted(t, y, e, middle)[3] > wanted else (low, middle)
    return (low + high) / 2


def _weighted(t: Floats, y: Floats, e: Floats, between: float) -> tuple[float, float, float, float]:
    """Intercept, slope, the slope's error, and the weighted squares about the line."""
    weight = 1 / (e**2 + between)
    middle_t, middle_y = (float(weight @ part / weight.sum()) for part in (t, y))
    spread = float(weight @ (t - middle_t) ** 2)
    slope = float(weight @ ((t - middle_t) * (y - middle_y))) / spread
    off = y - middle_y - slope * (t - middle_t)
    return middle_y - slope * middle_t, slope, 1 / math.sqrt(spread), float(weight @ off**2)


def _identified(layout: Layout, person: Varies, unit: Varies) -> tuple[Varies, Varies]:
    if layout.longest < 2:
        person = Varies.NOTHING
    elif layout.longest < 3 and person is Varies.START_AND_SLOPE:
        person = Varies.START
    if layout.units < 2 or layout.units == layout.people:
        unit = Varies.NOTHING
    return person, unit


def _line(intercept: float, slope: float, error: float, df: float) -> Line:
    t = slope / error
    return Line(intercept, slope, error, df, t, float(two_sided_p(t, df)), "")


def _no_line(reason: str) -> Line:
    return Line(math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, reason)


def _part(varies: Varies, covariance: Floats) -> RandomPart:
    return RandomPart(varies, float(covariance[0, 0]), float(covariance[1, 1]), float(covariance[0, 1]))


def _without(layout: Layout, reason: str) -> MixedTrend:
    nothing = RandomPart(Varies.NOTHING, math.nan, math.nan, math.nan)
    return MixedTrend(
        line=_no_line(reason),
        person=nothing,
        unit=nothing,
        residual=math.nan,
        log_likelihood=math.nan,
        answers=layout.answers,
        people=layout.people,
        units=layout.units,
        rounds=layout.rounds,
    )
