"""People who do not exist, answering 7 items of 5 steps in two rounds, so that the true change is known exactly.

A normal trait, seen through items that cut it into steps: alpha is .85, and the trait is placed so that scores follow
each other, differ in spread and change by what is asked. All of that is worked out by quadrature, nothing by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]

ITEMS, ALPHA = 7, 0.85
SHARES = (0.03, 0.09, 0.22, 0.41, 0.25)
"""Of the five steps in the first round: most agree, as people do."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class People:
    """Who answers: a trait of SD `sd_*` in each round, seen through items that cut it into five steps."""

    correlation: float
    """Between one person's scores in the two rounds."""
    sd_ratio: float = 1.0
    """SD of the trait in the second round in units of the first's; in both, if `spread` says so, times that."""
    change: float = 0.0
    """Second mean - first mean, in scale points: exactly, the second trait is moved until it is so."""
    spread: float = 1.0


@dataclass(frozen=True)
class _Drawn:
    loading: float
    trait: float
    """Correlation of the trait."""
    moved: float


def _steps() -> Floats:
    return np.asarray(special.ndtri(np.cumsum(SHARES)[:-1]), dtype=np.float64)


def _expected(loading: float, sd: float, moved: float) -> Floats:
    """(nodes,) an item's mean for a person whose trait stands at each node of the normal distribution."""
    seen = loading * sd * _NODES + moved
    return 1 + special.ndtr((seen[:, None] - _steps()) / np.sqrt(1 - loading**2)).sum(axis=1)


def _mean(loading: float, sd: float, moved: float) -> float:
    return float(_WEIGHTS @ _expected(loading, sd, moved))


def _variance(values: Floats) -> float:
    return float(_WEIGHTS @ (values - _WEIGHTS @ values) ** 2)


def _score_variance(loading: float, sd: float, moved: float) -> float:
    """Of the mean of the items: the persons' part, and the items' own shared over seven."""
    seen = loading * sd * _NODES + moved
    above = special.ndtr((seen[:, None] - _steps()) / np.sqrt(1 - loading**2))
    # The steps are 1 + the cuts that are passed; the square of that count adds up from the shares above each cut.
    squares = (above * (2 * np.arange(1, 5) - 1)).sum(axis=1)
    within = float(_WEIGHTS @ (squares - above.sum(axis=1) ** 2))
    return _variance(_expected(loading, sd, moved)) + within / ITEMS


def _loading() -> float:
    def miss(loading: float) -> float:
        return _variance(_expected(loading, 1.0, 0.0)) / _score_variance(loading, 1.0, 0.0) - ALPHA

    return float(optimize.brentq(miss, 0.3, 0.95))


def calibrated(people: People) -> _Drawn:
    """The trait that gives these people their alpha, correlation and change."""
    loading, first, second = _loading(), people.spread, people.spread * people.sd_ratio
    start = _mean(loading, first, 0.0)
    moved = float(optimize.brentq(lambda x: _mean(loading, second, x) - start - people.change, -3, 3))
    one, two = _expected(loading, first, 0.0), _expected(loading, second, moved)
    wanted = people.correlation * np.sqrt(
        _score_variance(loading, first, 0.0) * _score_variance(loading, second, moved)
    )

    def shared(correlation: float) -> float:
        # The second trait given the first: its mean follows, and what is left is spread over the nodes.
        apart = np.sqrt(1 - correlation**2)
        given = correlation * _NODES[:, None] + apart * _NODES
        seen = np.interp(given, _NODES, two)
        return float(_WEIGHTS @ ((one - _WEIGHTS @ one) * (seen @ _WEIGHTS)) - wanted)

    trait = float(optimize.brentq(shared, 0.0, 1.0)) if people.correlation else 0.0
    return _Drawn(loading, trait, moved)


def drawn(
    people: People, design: tuple[int, int, int], studies: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Scores (people, studies) of the first and of the second round; nan = not in that round."""
    pairs, only_first, only_second = design
    found = calibrated(people)
    everyone = pairs + only_first + only_second
    one = generator.standard_normal((everyone, studies), dtype=np.float32)
    two = np.float32(found.trait) * one + np.float32(np.sqrt(1 - found.trait**2)) * generator.standard_normal(
        (everyone, studies), dtype=np.float32
    )
    first, second = np.full((everyone, studies), np.nan), np.full((everyone, studies), np.nan)
    here, there = slice(0, pairs + only_first), np.r_[0:pairs, pairs + only_first : everyone]
    first[here] = _scores(one[here] * np.float32(people.spread), found.loading, 0.0, generator)
    second[there] = _scores(
        two[there] * np.float32(people.spread * people.sd_ratio), found.loading, found.moved, generator
    )
    return first, second


def _scores(trait: NDArray[np.float32], loading: float, moved: float, generator: np.random.Generator) -> Floats:
    total = np.zeros(trait.shape)
    own = np.float32(np.sqrt(1 - loading**2))
    for _ in range(ITEMS):
        seen = (
            np.float32(loading) * trait + np.float32(moved) + own * generator.standard_normal(trait.shape, np.float32)
        )
        for step in _steps():
            total += seen > step
    return 1 + total / ITEMS
