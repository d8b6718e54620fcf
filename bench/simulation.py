"""How often the test that decides a change is wrong, on answers like ours: 7 items of 5 steps, alpha .85.

Everything is drawn anew for each of many thousand studies in which the true change is known exactly: once where nothing
has changed (how often is a change found all the same?) and once where something has (how often does the 95 % interval
hold it?). The test is the product's own, `reports.changes.deciding_test`; REML stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.simulated_people import People, drawn
from reports.changes import both_rounds, deciding_test, overlaps
from reports.statistics.change import Difference, correlation_or_zero, t_new2, welch
from reports.statistics.describe import Moments, Pooled, pooled_within
from reports.statistics.mixed import TwoRounds, mixed_change, two_rounds

Floats = NDArray[np.float64]
Design = tuple[int, int, int]
"""Pairs, only in the first round, only in the second."""

STUDIES, SEED = 10_000, 1
CHANGE = 0.3
"""Scale points, where something has changed: 0.4 SD."""
DESIGNS: tuple[Design, ...] = ((5, 20, 20), (10, 10, 10), (20, 5, 5))
CORRELATIONS = (0.0, 0.5, 0.8)
SD_RATIOS = (1.0, 1.5)
FEW: tuple[Design, ...] = ((2, 20, 20), (3, 20, 20), (4, 20, 20), (5, 15, 15), (7, 13, 13), (9, 11, 11))
SMALL: Design = (5, 7, 7)
SMALL_CORRELATIONS = (0.0, 0.5, 0.7)
"""Where people are much alike a score holds less of them and more of chance, and cannot follow itself closer."""
UNITS = 20
"""In a simulated round of small units, which borrow its spread."""

TYPE_ONE, COVERAGE = (0.04, 0.06), (0.94, 0.96)

_AT_ONCE = 2_500


@dataclass(frozen=True)
class Rates:
    """Of one test: how often it found a change where there was none, and held the true one where there was."""

    type_one: float
    coverage: float
    width: float
    """Mean width of the 95 % interval, scale points."""
    computed: float
    """Share of the studies in which there was a test at all; the other rates are of those."""
    studies: int

    @property
    def outside(self) -> str:
        """What it does where a rate lies outside its band, by more than chance in the simulation; else ""."""
        bold = self.type_one > TYPE_ONE[1] + self._chance, self.coverage < COVERAGE[0] - self._chance
        careful = self.type_one < TYPE_ONE[0] - self._chance, self.coverage > COVERAGE[1] + self._chance
        return "too bold" if any(bold) else "too careful" if any(careful) else ""

    @property
    def _chance(self) -> float:
        return 1.96 * math.sqrt(0.05 * 0.95 / max(self.studies, 1))


@dataclass(frozen=True)
class Row:
    design: Design
    people: People
    rates: dict[str, Rates]
    """By the name of the test."""


@dataclass(frozen=True)
class Found:
    deciding: list[Row]
    few: list[Row]
    small: list[Row]
    studies: int


def run(studies: int = STUDIES, seed: int = SEED) -> Found:
    """The deciding test with REML beside it; few pairs; small groups. Some minutes."""
    people = [People(correlation, ratio) for ratio in SD_RATIOS for correlation in CORRELATIONS]
    tests = ("product", "reml")
    return Found(
        deciding=[Row(at, one, rates_of(one, at, studies, seed, tests)) for at in DESIGNS for one in people],
        few=[
            Row(at, one, rates_of(one, at, studies, seed, ("left out", "used", "reml")))
            for at in FEW
            for one in people[: len(CORRELATIONS)]
        ],
        small=[row for correlation in SMALL_CORRELATIONS for row in small_rows(correlation, studies, seed)],
        studies=studies,
    )


def rates_of(people: People, design: Design, studies: int, seed: int, names: tuple[str, ...]) -> dict[str, Rates]:
    """Rates of each named test, from as many studies without a change as with one."""
    found: dict[str, list[Difference]] = {name: [] for name in names}
    changed: dict[str, list[Difference]] = {name: [] for name in names}
    for store, change in ((found, 0.0), (changed, CHANGE)):
        generator = np.random.default_rng(
            [seed, *design, *(round(100 * part) for part in (people.correlation, people.sd_ratio, change))]
        )
        left = studies
        while left > 0:
            first, second = drawn(replace(people, change=change), design, min(left, _AT_ONCE), generator)
            data = two_rounds(second, first)
            for name in names:
                store[name].append(TESTS[name](data))
            left -= _AT_ONCE
    return {name: _rates(found[name], changed[name]) for name in names}


def as_product(data: TwoRounds) -> Difference:
    """From 20 answers in both rounds: the group's own SDs, and the link where there are pairs enough."""
    shape = data.pairs.shape
    everywhere = np.ones(shape, dtype=np.bool_)
    shared = overlaps(data.pairs, data.overlap.correlation, np.zeros(shape))
    nothing = Pooled(np.full(shape, np.nan), np.full(shape, np.nan))
    return deciding_test(data.first, data.second, shared, nothing, everywhere, everywhere)


def left_out(data: TwoRounds) -> Difference:
    return welch(data.first, data.second)


def link_used(data: TwoRounds) -> Difference:
    return t_new2(data.first, data.second, data.overlap)


def by_reml(data: TwoRounds) -> Difference:
    return mixed_change(data).difference


TESTS: dict[str, Callable[[TwoRounds], Difference]] = {
    "product": as_product,
    "left out": left_out,
    "used": link_used,
    "reml": by_reml,
}


def small_rows(correlation: float, studies: int, seed: int) -> list[Row]:
    """Units of 12 answers in each round, of which five come from the same people; 20 of them lend each other their SD.

    Once they are alike, and once every other unit's people differ more among themselves than those of the rest.
    """
    alike = small_rates(correlation, (1.0, 1.0), studies, seed)
    narrow, wide = small_rates(correlation, (0.75, 1.25), studies, seed)
    return [Row(SMALL, People(correlation), {"alike": alike[0], "narrow": narrow, "wide": wide})]


def small_rates(correlation: float, spreads: tuple[float, float], studies: int, seed: int) -> tuple[Rates, Rates]:
    """Of the units with the first and with the second spread; `studies` counts units."""
    rounds = -(-studies // (UNITS // 2))
    store: list[list[Difference]] = []
    for change in (0.0, CHANGE):
        generator = np.random.default_rng([seed, *SMALL, round(100 * correlation), round(100 * change)])
        kinds = [
            drawn(People(correlation, 1.0, change, spread), SMALL, rounds * UNITS // 2, generator) for spread in spreads
        ]
        parts = [two_rounds(second, first) for first, second in kinds]
        store.append(_borrowing(parts, rounds))
    nothing, something = store
    return _rates([nothing[0]], [something[0]]), _rates([nothing[1]], [something[1]])


def _borrowing(kinds: list[TwoRounds], rounds: int) -> list[Difference]:
    """The product's test without an own SD, with (units, rounds) in the place of its (groups, scales)."""

    def laid(parts: list[Floats]) -> Floats:
        return np.concatenate([part.reshape(-1, rounds) for part in parts])

    def moments_of(parts: list[Moments]) -> Moments:
        return Moments(*(laid([getattr(part, name) for part in parts]) for name in ("n", "mean", "variance")))

    first, second = moments_of([kind.first for kind in kinds]), moments_of([kind.second for kind in kinds])
    products = [laid([kind.pair_product for kind in kinds])]
    products += [laid([kind.pair_squares[at] for kind in kinds]) for at in (0, 1)]
    pooled = correlation_or_zero(*(part.sum(axis=0) for part in products))
    pairs = laid([kind.pairs for kind in kinds])
    shared = overlaps(pairs, np.zeros(pairs.shape), pooled)
    spread = both_rounds(pooled_within(first), pooled_within(second), np.arange(rounds))
    everywhere = np.ones(pairs.shape, dtype=np.bool_)
    test = deciding_test(first, second, shared, spread, ~everywhere, everywhere)
    half = UNITS // 2
    return [
        Difference(test.estimate[at], test.error[at], test.df[at], test.t[at], test.p[at])
        for at in (slice(0, half), slice(half, None))
    ]


def _rates(nothing: list[Difference], something: list[Difference]) -> Rates:
    p = np.concatenate([test.p.ravel() for test in nothing])
    between = [test.interval() for test in something]
    low, high = (np.concatenate([one[at].ravel() for one in between]) for at in (0, 1))
    told, held = ~np.isnan(p), ~np.isnan(low)
    if not (told.any() and held.any()):
        return Rates(np.nan, np.nan, np.nan, 0.0, 0)
    return Rates(
        type_one=float((p[told] < 0.05).mean()),
        coverage=float(((low <= CHANGE) & (high >= CHANGE))[held].mean()),
        width=float((high - low)[held].mean()),
        computed=float(told.mean()),
        studies=int(told.sum()),
    )
