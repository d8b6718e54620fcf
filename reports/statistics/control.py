"""A survey that never stops, period by period: is this more than the usual up and down?

Shewhart's p and X-bar charts with limits that follow each period's n, and Laney's widening where periods differ more
than chance alone explains (Laney 2002, Quality Engineering 14:531-537). Two rules only: each further rule finds more,
and cries wolf more often. One point outside gives a false alarm every 370th period, a run of eight besides it every
153rd, all four Western Electric rules every 92nd (Champ and Woodall 1987, Technometrics 29:393-399).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reports.statistics.describe import Moments, divide, pooled_within

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_SIGMAS = 3.0
_RUN = 8
_RANGE_TO_SD = 1.128
"""d2 for ranges of two: mean moving range over this estimates the SD."""


class Reason(StrEnum):
    """Why there are no limits."""

    TOO_FEW_PERIODS = "too_few_periods"
    NO_SPREAD = "no_spread"
    """Everybody answered alike in all periods."""


@dataclass(frozen=True)
class Periods:
    """How many periods with answers a chart asks for."""

    limits: int = 12
    """From here limits are drawn; before, the points only."""
    firm: int = 20
    """From here they may be kept for the periods that follow; before, they are provisional."""


STANDARD = Periods()


@dataclass(frozen=True)
class Control:
    """One chart. Arrays (periods,), nan for a period without answers; centre and limits nan where `reason` is set."""

    value: Floats
    n: Floats
    centre: float
    low: Floats
    high: Floats
    widening: float
    """Laney's sigma_z, not below 1: how much further apart the periods lie than chance alone would have them."""
    outside: Mask
    run: Mask
    """The eighth period in a row on one side of the centre, and those that go on."""
    periods: int
    """With answers, that the centre and the limits rest on."""
    provisional: bool
    reason: Reason | None = None


def p_chart(
    share: Floats, n: Floats, baseline: int | None = None, wanted: Periods = STANDARD, *, widen: bool = True
) -> Control:
    """Shares (0-1) by period: centre = all positive answers over all answers, sigma_i = sqrt(p (1 - p) / n_i).

    `baseline` periods from the first set centre and limits, which then judge those that follow too; None = all.
    `widen` = Laney's p'; without it the plain p chart. Limits stay within 0-1.
    """
    share, n = _there(share, n)
    base = _base(share, baseline)
    centre = float(divide((share[base] * n[base]).sum(), n[base].sum()))
    chart = _chart(share, n, centre, float(np.sqrt(max(centre * (1 - centre), 0.0))), base, wanted, widen=widen)
    return _bounded(chart, 0.0, 1.0)


def mean_chart(
    units: Moments,
    baseline: int | None = None,
    wanted: Periods = STANDARD,
    *,
    sd: float | None = None,
    widen: bool = True,
) -> Control:
    """Means by period (periods,): centre = mean of all answers, sigma_i = s / sqrt(n_i), s pooled within periods.

    `sd`: a known spread within periods, where the periods' own variances are not shown. `widen` as in `p_chart`.
    """
    value, n = _there(units.mean, units.n)
    base = _base(value, baseline)
    centre = float(divide((value[base] * n[base]).sum(), n[base].sum()))
    within = float(pooled_within(Moments(n[base], value[base], units.variance[base])).sd) if sd is None else sd
    return _chart(value, n, centre, within, base, wanted, widen=widen)


def _there(value: Floats, n: Floats) -> tuple[Floats, Floats]:
    there = np.isfinite(value) & (n > 0)
    return np.where(there, value, np.nan), np.where(there, n, 0.0)


def _base(value: Floats, baseline: int | None) -> Mask:
    first = np.arange(len(value)) < (len(value) if baseline is None else baseline)
    return np.asarray(np.isfinite(value) & first, dtype=np.bool_)


def _chart(value: Floats, n: Floats, centre: float, sd: float, base: Mask, wanted: Periods, *, widen: bool) -> Control:
    periods, nothing = int(base.sum()), np.full(len(value), np.nan)
    few = periods < max(wanted.limits, 2)
    if few or not sd > 0:
        reason = Reason.TOO_FEW_PERIODS if few else Reason.NO_SPREAD
        never = np.zeros(len(value), dtype=np.bool_)
        return Control(value, n, np.nan, nothing, nothing, np.nan, never, never, periods, few, reason)
    error = divide(sd, np.sqrt(n), n > 0)
    z = divide(value - centre, error)
    spread = float(np.abs(np.diff(z[base])).mean() / _RANGE_TO_SD) if widen else 1.0
    widening = max(spread, 1.0)
    return Control(
        value=value,
        n=n,
        centre=centre,
        low=centre - _SIGMAS * widening * error,
        high=centre + _SIGMAS * widening * error,
        widening=widening,
        outside=np.abs(np.nan_to_num(z)) > _SIGMAS * widening,
        run=_runs(value - centre),
        periods=periods,
        provisional=periods < wanted.firm,
    )


def _runs(above: Floats) -> Mask:
    """Where at least eight in a row lie on one side. On the line breaks a run; a period without answers does not."""
    long = np.zeros(len(above), dtype=np.bool_)
    length, side = 0, 0.0
    for place, distance in enumerate(above):
        if np.isnan(distance):
            continue
        now = float(np.sign(distance))
        length = length + 1 if now == side and now != 0 else int(now != 0)
        side = now
        long[place] = length >= _RUN
    return long


def _bounded(chart: Control, low: float, high: float) -> Control:
    return replace(chart, low=np.maximum(chart.low, low), high=np.minimum(chart.high, high))
