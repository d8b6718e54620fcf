"""Differential item functioning: do two kinds of answers use an item alike when they stand alike on its scale?

Two variants of the text, two languages, with a helper and without. Each item is looked at by a cumulative logit

    logit P(step <= j) = a_j - (b1 rest + b2 kind + b3 rest kind)

where `rest` is the mean of the scale's other items (standardised) and `kind` is 0 or 1. b2 alone: uniform difference,
the same along the whole scale; b3: it depends on where one stands (Swaminathan and Rogers 1990, J Educ Meas 27:361-370;
Zumbo 1999, A handbook on the theory and methods of differential item functioning).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from reports.statistics.multiplicity import benjamini_hochberg
from reports.statistics.why import Why

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

MINIMUM_N = 100
"""Answers of each kind. Differences of half a step are found with 200 of each (Scott et al. 2009, J Clin Epidemiol
62:288-295); with fewer, "no difference" says little."""
MOST_STEPS = 15
"""More distinct answers than this are no longer steps."""
LIMIT_P = 0.05
MODERATE = 0.035
LARGE = 0.070
"""Gain in Nagelkerke's R2 from which a difference is moderate, large (Jodoin and Gierl 2001, Appl Meas Educ 14:329).
The limits of Zumbo and Thomas (1997), 0.13 and 0.26, are wider: with them next to nothing is ever found."""

_ROUNDS = 60
_AT_REST = 1e-10
_FLAT = 1e-10
"""An eigenvalue of the curvature (scaled to a diagonal of ones) below this is none."""
_FAR = 15.0
"""Odds of e^15: nobody has seen that; the fit is on its way to infinity."""


@dataclass(frozen=True)
class ItemTest:
    """Of one item; nan in every number where `why` is set."""

    n_first: int
    """People of the first kind with an answer to the item and to at least half of the others."""
    n_second: int
    chi2: float
    """Both differences together, 2 df."""
    p: float
    p_adjusted: float
    """Benjamini and Hochberg, over the items."""
    uniform_chi2: float
    uniform_p: float
    """Of b2, 1 df."""
    nonuniform_chi2: float
    nonuniform_p: float
    """Of b3, 1 df."""
    log_odds: float
    """b2 without b3: how much higher the second kind answers, in log odds, at the same place on the scale."""
    low: float
    high: float
    gain: float
    """In Nagelkerke's R2, from `rest` alone to all three."""
    size: str | None
    """`negligible`, `moderate` or `large`, by `gain`."""
    differs: bool
    """p_adjusted below .05 and not negligible."""
    why: Why | None = None


@dataclass(frozen=True)
class Functioning:
    first: str
    second: str
    items: tuple[ItemTest, ...]
    matched_on: Flags
    """(k,): the items that `rest` was made of, after those that differ had been taken out."""
    why: Why | None = None


def functioning(
    values: Floats, kinds: ArrayLike, confidence: float = 0.95, minimum: int = MINIMUM_N, purify: bool = True
) -> Functioning:
    """Of (n, k) values, already reversed, and (n,) labels of two kinds; the label that sorts first is `first`.

    People are matched on the other items, never on the one that is looked at: it must not vouch for itself. `rest` is
    the mean of those answered, if at least half are. With `purify` the item that differs most is taken out of the
    others' `rest` and all is done again, until no item left in it differs or half of the items are out (Holland and
    Thayer 1988): one at a time, because one item that differs makes its neighbours differ the other way. Needs three
    items. Raises ValueError for more than two labels.
    """
    labels = np.asarray(kinds).astype(str)
    names = np.unique(labels)
    if len(names) > 2:
        raise ValueError(f"two kinds of answers can be held against each other, not {len(names)}: {', '.join(names)}")
    items = values.shape[1]
    if len(names) < 2 or items < 3:
        why = Why.ONE_GROUP if len(names) < 2 else Why.TOO_FEW_ITEMS
        only = str(names[0]) if len(names) else ""
        return Functioning(only, str(names[-1]) if len(names) == 2 else "", (), np.zeros(items, bool), why)
    second = labels == names[1]
    matched = np.ones(items, bool)
    tests = _look(values, second, matched, confidence, minimum)
    while purify and matched.sum() > max(3, items / 2):
        worst = max(range(items), key=lambda item: _distance(tests[item]) * matched[item])
        if not matched[worst] or _distance(tests[worst]) == 0:
            break
        matched[worst] = False
        tests = _look(values, second, matched, confidence, minimum)
    return Functioning(str(names[0]), str(names[1]), tests, matched)


def _distance(test: ItemTest) -> float:
    """How far an item is from working alike: 0 where it does not differ, 1 at infinite odds, which have no size."""
    return 1.0 if test.why is Why.INFINITE else test.gain if test.differs else 0.0


def _nothing(n: tuple[int, int], why: Why) -> ItemTest:
    nan = float("nan")
    return ItemTest(*n, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, None, False, why)


def _look(values: Floats, second: Flags, matched: Flags, confidence: float, minimum: int) -> tuple[ItemTest, ...]:
    tests = [_item(values, second, matched, item, confidence, minimum) for item in range(values.shape[1])]
    adjusted = benjamini_hochberg(np.array([test.p for test in tests]))
    return tuple(_judged(test, float(p)) for test, p in zip(tests, adjusted, strict=True))


def _judged(test: ItemTest, adjusted: float) -> ItemTest:
    if test.why is not None:
        return test
    size = "large" if test.gain >= LARGE else "moderate" if test.gain >= MODERATE else "negligible"
    differs = adjusted < LIMIT_P and size != "negligible"
    return replace(test, p_adjusted=adjusted, size=size, differs=differs)


def _item(values: Floats, second: Flags, matched: Flags, item: int, confidence: float, minimum: int) -> ItemTest:
    others = matched.copy()
    others[item] = False
    there = ~np.isnan(values[:, others])
    enough = (there.sum(axis=1) * 2 >= others.sum()) & ~np.isnan(values[:, item])
    rest = np.where(there, values[:, others], 0.0).sum(axis=1)[enough] / there.sum(axis=1)[enough]
    answers, kind = values[enough, item], second[enough]
    n = int((~kind).sum()), int(kind.sum())
    if min(n) < max(minimum, 2):
        return _nothing(n, Why.TOO_FEW_ANSWERS)
    spread = float(rest.std())
    steps = len(np.unique(answers))
    if steps < 2 or spread <= 1e-9 * float(np.abs(rest).max()):
        return _nothing(n, Why.NO_VARIATION)
    if steps > MOST_STEPS:
        return _nothing(n, Why.TOO_MANY_STEPS)
    table, score, is_second = _table(answers, (rest - rest.mean()) / spread, kind)
    designs = (
        np.empty((len(score), 0)),
        score[:, None],
        np.column_stack([score, is_second]),
        np.column_stack([score, is_second, score * is_second]),
    )
    fits = [_cumulative_logit(table, design) for design in designs]
    why = next((fit for fit in fits if isinstance(fit, Why)), None)
    if why is not None:
        return _nothing(n, why)
    return _compared(n, [fit for fit in fits if isinstance(fit, _Logit)], confidence)


def _compared(n: tuple[int, int], fits: Sequence[_Logit], confidence: float) -> ItemTest:
    empty, alone, uniform, full = fits
    both, one, other = (
        max(2 * (more.log_likelihood - less.log_likelihood), 0.0)
        for more, less in ((full, alone), (uniform, alone), (full, uniform))
    )
    reach = float(special.ndtri((1 + confidence) / 2)) * uniform.errors[-1]
    return ItemTest(
        n_first=n[0],
        n_second=n[1],
        chi2=both,
        p=float(special.chdtrc(2, both)),
        p_adjusted=float("nan"),
        uniform_chi2=one,
        uniform_p=float(special.chdtrc(1, one)),
        nonuniform_chi2=other,
        nonuniform_p=float(special.chdtrc(1, other)),
        log_odds=float(uniform.slopes[-1]),
        low=float(uniform.slopes[-1] - reach),
        high=float(uniform.slopes[-1] + reach),
        gain=_nagelkerke(full, empty, sum(n)) - _nagelkerke(alone, empty, sum(n)),
        size=None,
        differs=False,
    )


def _nagelkerke(fit: _Logit, empty: _Logit, n: int) -> float:
    """(1 - exp(2 (l0 - l)/n)) / (1 - exp(2 l0/n)) (Nagelkerke 1991, Biometrika 78:691-692)."""
    return float(np.expm1(2 * (empty.log_likelihood - fit.log_likelihood) / n) / np.expm1(2 * empty.log_likelihood / n))


def _table(answers: Floats, rest: Floats, kind: Flags) -> tuple[Floats, Floats, Floats]:
    """(cells, steps) counts, and each cell's rest and kind: people alike in both are one row, which makes it fast."""
    steps, chosen = np.unique(answers, return_inverse=True)
    # Sums of the same answers in another order differ in the last digit: they are the same place.
    places, place = np.unique(np.round(rest, 9), return_inverse=True)
    cells, cell = np.unique(place * 2 + kind, return_inverse=True)
    counts = np.bincount(cell * len(steps) + chosen, minlength=len(cells) * len(steps)).astype(float)
    return counts.reshape(len(cells), len(steps)), places[cells // 2], (cells % 2).astype(float)


@dataclass(frozen=True)
class _Logit:
    log_likelihood: float
    slopes: Floats
    errors: Floats


def _cumulative_logit(counts: Floats, design: Floats) -> _Logit | Why:
    """Proportional odds (McCullagh 1980, J R Stat Soc B 42:109-142) of (cells, steps) counts on a (cells, m) design.

    Fisher scoring, halved where it would go down; the log-likelihood has one top only (Pratt 1981). INFINITE where that
    lies at infinite odds: every answer of one kind on one side.
    """
    below = np.cumsum(counts.sum(axis=0))[:-1] / counts.sum()
    limits = len(below)
    values = np.concatenate([special.logit(below), np.zeros(design.shape[1])])
    here, shares = _log_likelihood(counts, design, values, limits)
    for _ in range(_ROUNDS):
        slope, curvature = _slopes(counts, design, values, limits, shares)
        size = np.sqrt(np.diag(curvature))
        if size.min() == 0 or np.linalg.eigvalsh(curvature / np.outer(size, size))[0] < _FLAT:
            # Flat from the start: kind and rest cannot be told apart. Flat on the way: there is no end to it.
            return Why.INFINITE if values[limits:].any() else Why.NOT_IDENTIFIED
        step = np.linalg.solve(curvature, slope)
        gain = float(slope @ step)
        if gain < _AT_REST:
            errors = np.sqrt(np.diag(np.linalg.inv(curvature)))[limits:]
            return _Logit(here, values[limits:], errors)
        there = -np.inf
        for _ in range(30):
            there, shares = _log_likelihood(counts, design, values + step, limits)
            if there >= here - 1e-9:
                break
            step = step / 2
        values, here = values + step, there
        if np.abs(values[limits:]).max(initial=0.0) > _FAR:
            return Why.INFINITE
    return Why.NO_CONVERGENCE


def _log_likelihood(counts: Floats, design: Floats, values: Floats, limits: int) -> tuple[float, Floats]:
    """And (cells, steps) shares; minus infinity where the limits are out of order."""
    if (np.diff(values[:limits]) <= 0).any():
        return -np.inf, np.empty(0)
    shares = np.diff(_cumulated(design, values, limits), axis=1)
    if (shares[counts > 0] <= 0).any():
        return -np.inf, np.empty(0)
    return float((counts * np.log(np.where(counts > 0, shares, 1.0))).sum()), shares


def _cumulated(design: Floats, values: Floats, limits: int) -> Floats:
    """(cells, steps + 1) shares at or below each step, from 0 to 1."""
    ends = np.ones((len(design), 1))
    inner = special.expit(values[:limits] - (design @ values[limits:])[:, None])
    return np.concatenate([0 * ends, inner, ends], axis=1)


def _slopes(counts: Floats, design: Floats, values: Floats, limits: int, shares: Floats) -> tuple[Floats, Floats]:
    """First derivatives of the log-likelihood, and minus the expectation of the second."""
    inner = _cumulated(design, values, limits)
    density = inner * (1 - inner)
    cells, steps = counts.shape
    moves = np.zeros((cells, steps, len(values)))
    for place in range(limits):
        moves[:, place, place] = density[:, place + 1]
        moves[:, place + 1, place] = -density[:, place + 1]
    moves[:, :, limits:] = -np.diff(density, axis=1)[:, :, None] * design[:, None, :]
    seen = counts > 0
    slope = np.einsum("cs,csv->v", np.where(seen, counts, 0.0) / np.where(seen, shares, 1.0), moves)
    weights = counts.sum(axis=1)[:, None] / np.maximum(shares, 1e-12)
    return slope, np.einsum("cs,csv,csw->vw", weights, moves, moves, optimize=True)
