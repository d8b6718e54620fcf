"""A factor model's parameters: which are free in which group, and what covariances and means they imply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reports.statistics.describe import moments

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Equal(IntEnum):
    """What the groups have in common; each step adds to the one before."""

    CONFIGURAL = 0
    """Which items belong together."""
    METRIC = 1
    """Loadings too."""
    SCALAR = 2
    """Intercepts too: then the factors' means can be compared."""


@dataclass(frozen=True)
class Sample:
    """What is needed of one group's answers."""

    n: int
    mean: Floats
    covariance: Floats
    """(p, p), denominator n."""


@dataclass(frozen=True)
class Parameters:
    """Of one group."""

    loadings: Floats
    """(p,): each item's on its own factor."""
    residuals: Floats
    """(p,) variances."""
    factors: Floats
    """(m, m) covariances."""
    intercepts: Floats
    means: Floats
    """(m,) of the factors."""


def sample(values: Floats) -> Sample:
    """Of (n, p) answers; rows with a gap are left out."""
    complete = values[~np.isnan(values).any(axis=1)]
    centred = complete - moments(complete).mean
    return Sample(len(complete), moments(complete).mean, centred.T @ centred / max(len(complete), 1))


class Shape:
    """Which of a group's parameters are free, and where they stand among the free ones of all groups."""

    def __init__(self, factors: Whole, groups: int, equal: Equal) -> None:
        items, count = len(factors), int(factors.max()) + 1
        self.items, self.count, self.factors, self.equal = items, count, factors, equal
        self.lower = np.tril_indices(count)
        pairs = len(self.lower[0])
        ends = np.cumsum([0, items, items, pairs, items, count])
        self.loadings, self.residuals, self.covariances, self.intercepts, self.means = (
            slice(int(start), int(end)) for start, end in pairwise(ends)
        )
        self.size = int(ends[-1])
        self.fixed = np.zeros(self.size)
        self.fixed[self.covariances] = self.lower[0] == self.lower[1]
        self.place = np.full((groups, self.size), -1)
        self.free = 0
        for group in range(groups):
            self._settle(group)

    def _settle(self, group: int) -> None:
        own = np.zeros(self.size, bool)
        shared = np.zeros(self.size, bool)
        (shared if self.equal >= Equal.METRIC else own)[self.loadings] = True
        own[self.residuals] = True
        scaled = group == 0 or self.equal is Equal.CONFIGURAL
        own[self.covariances] = True if not scaled else self.lower[0] != self.lower[1]
        if self.equal is Equal.SCALAR:
            shared[self.intercepts] = True
            own[self.means] = group > 0
        if group > 0:
            self.place[group, shared] = self.place[0, shared]
        new = own | shared if group == 0 else own
        self.place[group, new] = self.free + np.arange(new.sum())
        self.free += int(new.sum())

    def full(self, values: Floats, group: int) -> Floats:
        place = self.place[group]
        return np.where(place >= 0, values[place], self.fixed)

    def split(self, values: Floats, group: int) -> Parameters:
        full = self.full(values, group)
        covariances = np.zeros((self.count, self.count))
        covariances[self.lower] = full[self.covariances]
        covariances = covariances + np.tril(covariances, -1).T
        return Parameters(
            full[self.loadings], full[self.residuals], covariances, full[self.intercepts], full[self.means]
        )

    def spread(self, loadings: Floats) -> Floats:
        """(p, m) loadings, zero on other factors."""
        matrix = np.zeros((self.items, self.count))
        matrix[np.arange(self.items), self.factors] = loadings
        return matrix

    def slopes(self, part: Parameters) -> tuple[Floats, Floats]:
        """(size, p, p) and (size, p): how Sigma and mu move with each of a group's parameters."""
        every = np.arange(self.items)
        loadings = self.spread(part.loadings)
        toward = (loadings @ part.factors)[:, self.factors].T
        sigma, mu = np.zeros((self.size, self.items, self.items)), np.zeros((self.size, self.items))
        sigma[every, every, :] += toward
        sigma[every, :, every] += toward
        sigma[self.items + every, every, every] = 1
        one, other = loadings[:, self.lower[0]].T, loadings[:, self.lower[1]].T
        outer = one[:, :, None] * other[:, None, :]
        different = (self.lower[0] != self.lower[1])[:, None, None]
        sigma[self.covariances] = outer + different * outer.transpose(0, 2, 1)
        mu[every, every] = part.means[self.factors]
        mu[self.intercepts][every, every] = 1
        mu[self.means] = loadings.T
        return sigma, mu


def implied(part: Parameters, factors: Whole) -> tuple[Floats, Floats]:
    """(p, p) Sigma and (p,) mu of one group."""
    sigma = np.outer(part.loadings, part.loadings) * part.factors[np.ix_(factors, factors)]
    return sigma + np.diag(part.residuals), part.intercepts + part.loadings * part.means[factors]
