"""Several tests at once: what a p-value is worth after the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def bonferroni(p: Floats) -> Floats:
    """p times the tests made, along the last axis; nan as in `holm`. Never better than Holm, so never what decides."""
    return np.asarray(np.minimum(p * np.sum(~np.isnan(p), axis=-1, keepdims=True), 1.0))


def holm(p: Floats) -> Floats:
    """Holm's adjusted p-values along the last axis (Holm 1979, Scand J Stat 6:65-70). Same as R's p.adjust(p, "holm").

    nan = no test was made: it stays nan and does not count.
    """
    order, ranked, tests = _ranked(p)
    scaled = ranked * (tests - np.arange(p.shape[-1]))
    # nan sorts last, so it never comes before a number in the running maximum.
    adjusted = np.minimum(np.maximum.accumulate(scaled, axis=-1), 1.0)
    return _unranked(adjusted, order)


def benjamini_hochberg(p: Floats) -> Floats:
    """Benjamini and Hochberg's adjusted p along the last axis (1995, J R Stat Soc B 57:289-300); nan as above."""
    order, ranked, tests = _ranked(p)
    scaled = ranked * (tests / (np.arange(p.shape[-1]) + 1))
    filled = np.where(np.isnan(scaled), np.inf, scaled)
    lowest = np.flip(np.minimum.accumulate(np.flip(filled, axis=-1), axis=-1), axis=-1)
    return _unranked(np.where(np.isnan(scaled), np.nan, np.minimum(lowest, 1.0)), order)


def hommel(p: Floats) -> Floats:
    """Hommel's adjusted p along the last axis (1988, Biometrika 75:383-386). Same as R's p.adjust(p, "hommel").

    A test is rejected if every set of tests that holds it is, by Simes. Finds what Holm finds and sometimes more, but
    only for tests that do not pull against each other (independent or positively dependent). nan as in `holm`.
    """
    order, ranked, _ = _ranked(p)
    rows = ranked.reshape(-1, p.shape[-1]) if p.size else ranked.reshape(0, p.shape[-1])
    adjusted = np.array([_hommel(row) for row in rows], dtype=np.float64).reshape(p.shape)
    return _unranked(adjusted, order)


def _hommel(ranked: Floats) -> Floats:
    """Of one row of sorted values, nan last."""
    found = np.full(ranked.shape, np.nan)
    p = ranked[~np.isnan(ranked)]
    tests = len(p)
    worst = p.copy()
    # Of all sets of one size that hold a test, Simes is hardest on the one whose other members are largest.
    for size in range(2, tests + 1):
        place = np.arange(2, size + 1)
        others = np.min(size * p[tests - size + 1 :] / place)
        alone = np.minimum(size * p[: tests - size + 1], others)
        worst = np.maximum(worst, np.concatenate([alone, np.full(size - 1, alone[-1])]))
    found[:tests] = worst
    return found


def _ranked(p: Floats) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Where each sorted value stood, the sorted values (nan last), and how many tests each row has."""
    order = np.argsort(p, axis=-1, kind="stable")
    return order, np.take_along_axis(p, order, axis=-1), np.sum(~np.isnan(p), axis=-1, keepdims=True)


def _unranked(adjusted: Floats, order: NDArray[np.int64]) -> Floats:
    back = np.empty_like(adjusted)
    np.put_along_axis(back, order, adjusted, axis=-1)
    return back
