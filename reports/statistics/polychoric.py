"""Ordinal alpha: alpha on polychoric correlations, those of what is taken to lie behind the steps that people choose.

Alpha on the steps themselves is lowered by few and skew steps; this one asks what it would be without them. It says
something about the construct, not about the score that is used (Chalmers 2018, Educ Psychol Meas 78:1056-1071).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from reports.statistics.reliability import alpha_from_covariance
from reports.statistics.why import Why

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

MINIMUM_N = 200
"""Complete answers: with fewer, tables of two items have too many empty cells."""
MOST_STEPS = 15
"""More distinct answers than this are no longer steps."""

_EDGE = 0.9999
"""A correlation that wants to go beyond is on its way to one: an empty cell is all that the data say of it."""
_ROUNDS = 60
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_LEAST = 1e-300
_LEVEL = 1e-3
"""Log-likelihoods closer than this are the same."""
_MOST = 50.0
"""Logarithms beyond this are told as this: an interval that says nothing, and says it with a finite number."""


@dataclass(frozen=True)
class Polychoric:
    n: int
    correlations: Floats
    """(k, k); nan where `why` is set."""
    influence: Floats
    """(n, k(k-1)/2): how far each person pulls each correlation, pairs in the order of `np.triu_indices(k, 1)`."""
    why: Why | None = None


@dataclass(frozen=True)
class OrdinalAlpha:
    n: int
    """Complete answers."""
    items: int
    alpha: float
    """nan where `why` is set, the interval too."""
    low: float
    high: float
    correlations: Floats
    """(k, k) polychoric."""
    why: Why | None = None


def ordinal_alpha(values: Floats, confidence: float = 0.95, minimum: int = MINIMUM_N) -> OrdinalAlpha:
    """Alpha's formula on polychoric correlations of (n, k) values (Zumbo, Gadermann and Zeisser 2007, J Mod Appl Stat
    Methods 6:21-29), already reversed, on complete cases.

    The interval is 1 - exp(ln(1 - alpha) -+ z se/(1 - alpha)), Bonett's form, with se by the delta method from each
    person's influence on every correlation, thresholds included: nothing is taken for granted about the answers.
    """
    items = values.shape[1]
    nan = float("nan")
    complete = int((~np.isnan(values).any(axis=1)).sum())
    if items < 2 or complete < minimum:
        why = Why.TOO_FEW_ITEMS if items < 2 else Why.TOO_FEW_ANSWERS
        return OrdinalAlpha(complete, items, nan, nan, nan, np.full((items, items), nan), why)
    found = polychoric(values)
    if found.why is not None:
        return OrdinalAlpha(found.n, items, nan, nan, nan, found.correlations, found.why)
    value = alpha_from_covariance(found.correlations)
    total = float(found.correlations.sum())
    if np.isnan(value):
        return OrdinalAlpha(found.n, items, nan, nan, nan, found.correlations, Why.NOT_IDENTIFIED)
    pull = found.influence.sum(axis=1) * 2 * items**2 / (items - 1) / total**2
    reach = float(special.ndtri((1 + confidence) / 2)) * float(np.sqrt((pull**2).sum())) / found.n / (1 - value)
    ends = 1 - np.exp(np.log(1 - value) + np.clip([reach, -reach], -_MOST, _MOST))
    return OrdinalAlpha(found.n, items, value, float(ends[0]), float(ends[1]), found.correlations)


def polychoric(values: Floats) -> Polychoric:
    """Polychoric correlations of (n, k) values, in two steps (Olsson 1979, Psychometrika 44:443-460), complete cases.

    Thresholds from each item's own shares; then each pair's correlation by maximum likelihood. No continuity
    correction: an empty cell stays empty, and a step that nobody chose is no step. R's lavaan::lavCor, and
    psych::polychoric(correct = 0).
    """
    complete = values[~np.isnan(values).any(axis=1)]
    n, items = complete.shape
    empty = np.full((items, items), np.nan)
    nothing = np.full((n, items * (items - 1) // 2), np.nan)
    if n < 2:
        return Polychoric(n, empty, nothing, Why.TOO_FEW_ANSWERS)
    codes = np.empty((n, items), np.int64)
    steps = 0
    for item in range(items):
        kinds, codes[:, item] = np.unique(complete[:, item], return_inverse=True)
        if len(kinds) < 2 or len(kinds) > MOST_STEPS:
            return Polychoric(n, empty, nothing, Why.NO_VARIATION if len(kinds) < 2 else Why.TOO_MANY_STEPS)
        steps = max(steps, len(kinds))
    limits = _thresholds(codes, steps)
    first, second = np.triu_indices(items, 1)
    counts = np.zeros((len(first), steps, steps))
    pairs = np.broadcast_to(np.arange(len(first)), (n, len(first)))
    np.add.at(counts, (pairs, codes[:, first], codes[:, second]), 1.0)
    found = _likeliest(counts, limits[first], limits[second])
    if np.isnan(found).any():
        return Polychoric(n, empty, nothing, Why.INFINITE)
    correlations = np.eye(items)
    correlations[first, second] = correlations[second, first] = found
    return Polychoric(n, correlations, _influence(codes, limits, found))


def _thresholds(codes: Whole, steps: int) -> Floats:
    """(k, steps + 1): normal deviates that part the steps; inf from an item's last step on."""
    n, items = codes.shape
    counts = np.zeros((items, steps))
    np.add.at(counts, (np.broadcast_to(np.arange(items), (n, items)), codes), 1.0)
    below = np.concatenate([np.zeros((items, 1)), np.cumsum(counts, axis=1)], axis=1)
    limits: Floats = special.ndtri(below / n)
    return limits


def _density(one: Floats, two: Floats, correlation: Floats) -> Floats:
    """Bivariate normal density; 0 at an infinite end."""
    left = 1 - correlation**2
    finite = np.isfinite(one) & np.isfinite(two)
    one, two = np.where(finite, one, 0.0), np.where(finite, two, 0.0)
    power = -(one**2 - 2 * correlation * one * two + two**2) / (2 * left)
    return np.where(finite, np.exp(power) / (2 * np.pi * np.sqrt(left)), 0.0)


def _below(one: Floats, two: Floats, correlation: Floats) -> Floats:
    """P(X < one, Y < two): Plackett's integral over the correlation, as an angle (Drezner and Wesolowsky 1990)."""
    finite = np.isfinite(one) & np.isfinite(two)
    x, y = np.where(finite, one, 0.0)[..., None], np.where(finite, two, 0.0)[..., None]
    half = np.arcsin(correlation)[..., None] / 2
    sine = np.sin(half * (_NODES + 1))
    power = -(x**2 - 2 * sine * x * y + y**2) / (2 * (1 - sine**2))
    extra = (half * _WEIGHTS * np.exp(power)).sum(axis=-1) / (2 * np.pi)
    below: Floats = special.ndtr(one) * special.ndtr(two) + np.where(finite, extra, 0.0)
    return below


def _cells(corners: Floats) -> Floats:
    """From values at the corners to what lies between them."""
    return np.diff(np.diff(corners, axis=-1), axis=-2)


def _likeliest(counts: Floats, one: Floats, two: Floats) -> Floats:
    """(pairs,) correlations at which the slope of the log-likelihood is 0; nan where that is beyond +-0.9999.

    Newton's steps with expected curvature, each held inside the interval in which the slope changes sign.
    """
    total = counts.sum(axis=(1, 2))
    rows, columns = one[:, :, None], two[:, None, :]
    low, high = np.full(len(counts), -_EDGE), np.full(len(counts), _EDGE)
    here = np.zeros(len(counts))
    for turn in range(_ROUNDS):
        at = here[:, None, None]
        shares = np.maximum(_cells(_below(rows, columns, at)), _LEAST)
        slopes = _cells(_density(rows, columns, at))
        slope = (np.where(counts > 0, counts / shares, 0.0) * slopes).sum(axis=(1, 2))
        curvature = total * (slopes**2 / np.maximum(shares, 1e-12)).sum(axis=(1, 2))
        low, high = np.where(slope > 0, here, low), np.where(slope < 0, here, high)
        step = here + slope / np.maximum(curvature, 1e-12)
        after = np.where((step > low) & (step < high), step, (low + high) / 2)
        if turn and np.abs(after - here).max() < 1e-10:
            break
        here = after
    # As likely at the end as here: nothing holds it back from going there.
    found, *ends = (
        _log_likelihood(counts, one, two, at) for at in (here, np.full_like(here, -_EDGE), np.full_like(here, _EDGE))
    )
    return np.where(np.maximum(*ends) > found - _LEVEL, np.nan, here)


def _log_likelihood(counts: Floats, one: Floats, two: Floats, at: Floats) -> Floats:
    shares = np.maximum(_cells(_below(one[:, :, None], two[:, None, :], at[:, None, None])), _LEAST)
    likely: Floats = (counts * np.log(shares)).sum(axis=(1, 2))
    return likely


def _influence(codes: Whole, limits: Floats, found: Floats) -> Floats:
    """(n, pairs): each person's part in each correlation's error, the thresholds' own error taken along.

    r - rho = mean of [slope of ln(share) in rho - sum over both items' thresholds of information(rho, threshold) times
    (below threshold - share below) / density] / information(rho, rho).
    """
    n, items = codes.shape
    first, second = np.triu_indices(items, 1)
    density = np.where(np.isfinite(limits), np.exp(-(limits**2) / 2) / np.sqrt(2 * np.pi), 0.0)[:, 1:-1]
    steps = np.arange(1, limits.shape[1] - 1)
    inside = density > 0
    pull = ((codes[:, :, None] < steps) - special.ndtr(limits)[:, 1:-1]) / np.where(inside, density, 1.0) * inside
    influence = np.empty((n, len(first)))
    for place, (one, two) in enumerate(zip(first, second, strict=True)):
        at = found[place]
        rows, columns = limits[one][:, None], limits[two][None, :]
        shares = np.maximum(_cells(_below(rows, columns, np.full((1, 1), at))), 1e-12)
        slopes = _cells(_density(rows, columns, np.full((1, 1), at)))
        ratio = slopes / shares
        # Information between rho and a threshold of either item: moving it gives one row of cells what the next loses.
        by_row = _across(limits[one], limits[two], at)[1:-1]
        by_column = _across(limits[two], limits[one], at)[1:-1]
        with_rows = (by_row * (ratio[:-1] - ratio[1:])).sum(axis=1)
        with_columns = (by_column * (ratio.T[:-1] - ratio.T[1:])).sum(axis=1)
        own = ratio[codes[:, one], codes[:, two]]
        corrected = own - pull[:, one] @ with_rows - pull[:, two] @ with_columns
        influence[:, place] = corrected / (slopes * ratio).sum()
    return influence


def _across(one: Floats, two: Floats, correlation: float) -> Floats:
    """(thresholds of one, steps of two): density at a threshold of one times each step's share given it."""
    finite = np.isfinite(one)
    at = np.where(finite, one, 0.0)
    density = np.where(finite, np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi), 0.0)
    given = special.ndtr((two[None, :] - correlation * at[:, None]) / np.sqrt(1 - correlation**2))
    moved: Floats = density[:, None] * np.diff(given, axis=1)
    return moved
