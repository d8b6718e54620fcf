"""Numbers as findings hold them: nan becomes None with a reason, and digits end somewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

_DIGITS = 12
"""Findings keep twelve digits: more than anyone reads, fewer than machines disagree about."""
SOUGHT = 6
"""Of what is found by a search, which ends a little sooner on one machine than on another."""


class Reason(StrEnum):
    """Why a number is not there."""

    TOO_FEW = "too_few"
    """Fewer answers than the number needs."""
    PROTECTED = "protected"
    """Taken away by the disclosure gate: shown, it could tell who answered what."""
    NO_VARIATION = "no_variation"
    """Everybody answered the same, so the number has no meaning."""
    NOT_ASKED = "not_asked"
    """The earlier round did not ask this, or there is no earlier round."""
    UNKNOWN_INVITED = "unknown_invited"
    """Nobody has said how many were invited."""
    NO_OTHERS = "no_others"
    """There is no group to compare with."""
    NO_MODEL = "no_model"
    """The method has nothing to say of these items or answers: too few items, or no fit."""


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval. `value` None always has a `reason`; `low`/`high` may be None on their own."""

    value: float | None
    low: float | None
    high: float | None
    n: int | None
    reason: Reason | None = None


def estimate(value: float, low: float, high: float, n: int, reason: Reason, digits: int = _DIGITS) -> Estimate:
    """Numbers as findings hold them; `reason` says why where there is no value."""
    told = tidy(value, digits)
    ends = (tidy(low, digits), tidy(high, digits)) if told is not None else (None, None)
    if None in ends:
        ends = (None, None)
    return Estimate(value=told, low=ends[0], high=ends[1], n=n, reason=reason if told is None else None)


def nothing(reason: Reason, n: int | None = None) -> Estimate:
    return Estimate(value=None, low=None, high=None, n=n, reason=reason)


def tidy(value: float, digits: int = _DIGITS) -> float | None:
    """Twelve significant digits unless said, None for nan and inf, no negative zero."""
    if not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}") + 0.0
