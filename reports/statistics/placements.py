"""Two groups set against each other pair by pair: who is higher, how often, and how much people differ in that.

Everything that looks at order only (Mann-Whitney, Brunner-Munzel, Cliff's delta) follows from how many of each group
stand on each step. Counts have shape (..., steps): one row a group of people, a scale, or both; results lose the last
axis. With few steps this costs nothing beside sorting the people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.statistics.describe import Floats, divide


@dataclass(frozen=True)
class Counts:
    """How many of each group stand on each step, lowest step first; (..., steps) each."""

    first: Floats
    second: Floats

    @property
    def n_first(self) -> Floats:
        return np.asarray(self.first.sum(axis=-1))

    @property
    def n_second(self) -> Floats:
        return np.asarray(self.second.sum(axis=-1))


def count(first: Floats, second: Floats) -> Counts:
    """Counts of two sets of values, (n,) and (m,); nan left out. Every value that occurs is a step: (steps,)."""
    one, two = first[~np.isnan(first)], second[~np.isnan(second)]
    steps, places = np.unique(np.concatenate([one, two]), return_inverse=True)
    return Counts(
        first=np.bincount(places[: len(one)], minlength=len(steps)).astype(np.float64),
        second=np.bincount(places[len(one) :], minlength=len(steps)).astype(np.float64),
    )


def count_groups(values: Floats, group: NDArray[np.intp], groups: int, steps: Floats) -> Floats:
    """How many of each group stand on each of `steps`: (groups, steps). For `Counts` of many groups at once.

    `values` (n,), nan left out; `group` (n,) from 0 to groups - 1; `steps` sorted, and must hold every value.
    """
    there = ~np.isnan(values)
    place = np.searchsorted(steps, values[there])
    if np.any(place >= len(steps)) or np.any(steps[place] != values[there]):
        raise ValueError("Every value must be one of the steps: add the missing steps, or round the values to them.")
    cells = np.bincount(group[there] * len(steps) + place, minlength=groups * len(steps))
    return cells.reshape(groups, len(steps)).astype(np.float64)


@dataclass(frozen=True)
class Placements:
    """What all pairs of one from the first group and one from the second say. Arrays of one shape."""

    n_first: Floats
    n_second: Floats
    higher: Floats
    """Pairs in which the first is higher."""
    lower: Floats
    delta: Floats
    """(higher - lower) / pairs: Cliff's delta; nan if either group is empty."""
    variance_first: Floats
    """Of each first person's own delta against the second group, denominator n - 1; nan for n < 2."""
    variance_second: Floats
    """Of each second person's; what the first group's people say of that person."""

    @property
    def pairs(self) -> Floats:
        return self.n_first * self.n_second


def placements(counts: Counts) -> Placements:
    """From (..., steps) counts. Every sum is one of whole numbers, so ties and complete separation are exact."""
    one, two = counts.first, counts.second
    n_one, n_two = counts.n_first, counts.n_second
    # For each step: how many of the other group stand below it, less how many above.
    beside_one = 2 * np.cumsum(two, axis=-1) - two - n_two[..., None]
    beside_two = n_one[..., None] - 2 * np.cumsum(one, axis=-1) + one
    higher = (one * (np.cumsum(two, axis=-1) - two)).sum(axis=-1)
    tied = (one * two).sum(axis=-1)
    lower = n_one * n_two - higher - tied
    return Placements(
        n_first=n_one,
        n_second=n_two,
        higher=higher,
        lower=lower,
        delta=divide(higher - lower, n_one * n_two),
        variance_first=_variance(one, beside_one, n_one, n_two),
        variance_second=_variance(two, beside_two, n_two, n_one),
    )


def _variance(people: Floats, beside: Floats, n: Floats, others: Floats) -> Floats:
    """Of `beside` / others over `people`; 0 without rounding error if all are placed alike."""
    mean = divide((people * beside).sum(axis=-1), n)
    squares = (people * (beside - mean[..., None]) ** 2).sum(axis=-1)
    return divide(squares, (n - 1) * others**2, n >= 2)
