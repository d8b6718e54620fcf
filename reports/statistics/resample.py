"""The bootstrap: how much a number would vary if other people like these had answered.

Two ways give the same resamples. *By rows* draws persons and works the statistic out anew: any statistic. *By weights*
counts how often each person was drawn and adds up with one matrix product (weights @ features): for everything that
follows from sums (means, variances, alpha, g), for many numbers and some hundred times faster.

Resamples are (resamples, n) places of persons from 0, given or drawn from a generator that comes from outside, so that
the same data and seed give the same bytes. What is read from them stands in `intervals`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.statistics.describe import Floats, Sums, divide, moments_from_sums

Places = NDArray[np.integer[Any]]

OfRows = Callable[[Floats], Floats]
"""From samples (resamples, n, ...) to a statistic of each (resamples, ...). nan where it has no value, never inf."""
OfSums = Callable[[float, Floats], Floats]
"""From how many persons, and the features' sums (resamples, features), to the same."""


@dataclass(frozen=True)
class Resampled:
    """A statistic, or several (...), on the sample, on resamples of it, and with each person left out."""

    n: int
    estimate: Floats
    """(...)"""
    replicates: Floats
    """(resamples, ...); nan = not computable there."""
    left_out: Floats
    """(n, ...): the jackknife."""


def draw(n: int, resamples: int, generator: np.random.Generator) -> Places:
    """(resamples, n) places of persons, with replacement."""
    return generator.integers(0, max(n, 1), size=(resamples, n), dtype=np.int32)


def weights(places: Places, n: int) -> Floats:
    """How often each of n persons stands in each resample: (resamples, n)."""
    row = np.arange(len(places), dtype=np.int64)[:, None]
    return np.bincount((places + row * n).ravel(), minlength=len(places) * n).reshape(len(places), n).astype(np.float64)


def draw_weights(n: int, resamples: int, generator: np.random.Generator) -> Floats:
    """`weights` of `draw`: (resamples, n). A quarter of the time that numpy's own multinomial takes."""
    return weights(draw(n, resamples, generator), n)


def by_rows(values: Floats, places: Places, statistic: OfRows) -> Resampled:
    """Of (n, ...) values, one row a person, without gaps."""
    n = len(values)
    others = np.arange(n - 1) + (np.arange(n - 1) >= np.arange(n)[:, None]) if n else np.zeros((0, 0), dtype=np.int64)
    return Resampled(
        n=n,
        estimate=statistic(values[None])[0],
        replicates=statistic(values[places]),
        left_out=statistic(values[others]),
    )


def by_weights(features: Floats, drawn: Floats, statistic: OfSums) -> Resampled:
    """Of (n, features), one row a person, without gaps; `drawn` (resamples, n) from `weights` or `draw_weights`.

    Take features about a middle value (the scale's, or the sample's mean): sums of squares then keep their digits.
    """
    n = len(features)
    total = features.sum(axis=0)
    return Resampled(
        n=n,
        estimate=statistic(float(n), total[None])[0],
        replicates=statistic(float(n), drawn @ features),
        left_out=statistic(float(max(n - 1, 0)), total - features),
    )


def mean(samples: Floats) -> Floats:
    """(..., n) to (...)."""
    return divide(samples.sum(axis=-1), samples.shape[-1])


def standardised_mean(samples: Floats) -> Floats:
    """Mean / SD, (..., n) to (...): of persons' changes this is dz. nan without variation."""
    centre = mean(samples)
    about = samples - centre[..., None]
    squares = Sums(np.full(centre.shape, float(samples.shape[-1])), about.sum(axis=-1), (about**2).sum(axis=-1))
    return _standardised(centre, squares, samples)


def _standardised(centre: Floats, about: Sums, samples: Floats) -> Floats:
    found = moments_from_sums(about, centre)
    return divide(centre, found.sd, found.sd > 0)


def first_two_powers(values: Floats, middle: float) -> Floats:
    """Features of (n,) values for the two statistics below: (n, 2)."""
    return np.column_stack([values - middle, (values - middle) ** 2])


def mean_of_sums(middle: float) -> OfSums:
    """As `mean`, from `first_two_powers`."""
    return lambda n, sums: divide(sums[:, 0], n) + middle


def standardised_mean_of_sums(middle: float) -> OfSums:
    """As `standardised_mean`, from `first_two_powers`."""

    def statistic(n: float, sums: Floats) -> Floats:
        found = moments_from_sums(Sums(np.full(len(sums), n), sums[:, 0], sums[:, 1]), middle)
        return divide(found.mean, found.sd, found.sd > 0)

    return statistic
