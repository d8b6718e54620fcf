"""From computed numbers to numbers as findings hold them: nan becomes None with a reason, and digits end somewhere."""

from __future__ import annotations

import math

from reports.findings import Estimate, Reason

_DIGITS = 12
"""Findings keep twelve digits: more than anyone reads, fewer than machines disagree about."""


def estimate(value: float, low: float, high: float, n: int, reason: Reason) -> Estimate:
    """Numbers as findings hold them; `reason` says why where there is no value."""
    told = tidy(value)
    ends = (tidy(low), tidy(high)) if told is not None else (None, None)
    if None in ends:
        ends = (None, None)
    return Estimate(value=told, low=ends[0], high=ends[1], n=n, reason=reason if told is None else None)


def nothing(reason: Reason, n: int | None = None) -> Estimate:
    return Estimate(value=None, low=None, high=None, n=n, reason=reason)


def tidy(value: float) -> float | None:
    """Twelve significant digits, None for nan and inf, no negative zero."""
    if not math.isfinite(value):
        return None
    return float(f"{value:.{_DIGITS}g}") + 0.0
