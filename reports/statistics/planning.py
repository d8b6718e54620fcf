"""The next round: how many answers, how many of them from the same people, and what change could be found.

The test is the one that will decide (T_new2, `reports.statistics.change`), with the variances and the correlation that
earlier rounds suggest put in the place of those that will be found. Its power is the noncentral t's: exact when nobody
or everybody is the same and variances are equal (Cohen 1988, Statistical Power Analysis, chapter 2), near it otherwise;
`simulated_power` says how near. Numbers or arrays of one shape; nan = not computable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from reports.statistics.change import Difference, Overlap, no_overlap, overlap_factor, t_new1, t_new2
from reports.statistics.describe import Interval, Moments, divide
from reports.statistics.mixed import TwoRounds
from reports.statistics.proportion import wilson
from reports.statistics.student import beyond, quantile

Floats = NDArray[np.float64]

REPLICATES = 4_000
_HALVINGS = 50
_MOST = 1e7
"""Answers a round: no country asks more."""


@dataclass(frozen=True)
class Plan:
    """Two rounds as planned. Numbers, or arrays that broadcast to one shape."""

    n_first: ArrayLike
    n_second: ArrayLike
    pairs: ArrayLike = 0.0
    """People in both."""
    correlation: ArrayLike = 0.0
    """Between one person's scores in the two rounds."""
    sd_first: ArrayLike = 1.0
    sd_second: ArrayLike = 1.0
    alpha: float = 0.05
    """Two-sided."""
    link_from: int = 0
    """With fewer pairs the test leaves the link out, though the people are the same (`reports.pairs.FEWEST_PAIRS`)."""
    equal_variances: bool = False
    """Tests as if they were: Student's df where nobody is the same."""


def linked_pairs(n_first: ArrayLike, n_second: ArrayLike, share: ArrayLike) -> Floats:
    """How many people are in both rounds when `share` (0-1) of the smaller round is; rounded down."""
    smaller = np.minimum(np.asarray(n_first, float), np.asarray(n_second, float))
    return np.asarray(np.floor(smaller * np.asarray(share, float) + 1e-9), dtype=np.float64)


def power(plan: Plan, change: ArrayLike) -> Floats:
    """The probability that a change of that size (in scale points) is found.

    nan for fewer than 2 answers in a round, more pairs than answers, an SD of 0, or people who follow each other
    exactly.
    """
    test, error = _tests(plan)
    limit = _limit(plan, test) * divide(test.error, error)
    return beyond(limit, test.df, divide(np.abs(np.asarray(change, float)), error))


def smallest_change(plan: Plan, wanted: float = 0.8) -> Floats:
    """The smallest change, in scale points, that is found with the wanted probability. nan where `power` is, and where
    what is wanted is no more than alpha: that is reached without any change."""
    test, error = _tests(plan)
    limit = _limit(plan, test) * divide(test.error, error)
    if not plan.alpha < wanted < 1:
        return np.full(limit.shape, np.nan)
    high = np.maximum(limit, 1.0)
    for _ in range(30):
        short = beyond(limit, test.df, high) < wanted
        if not short.any():
            break
        high = np.where(short, 2 * high, high)
    return error * _root(lambda centre: beyond(limit, test.df, centre), wanted, np.zeros(limit.shape), high)


def answers_needed(plan: Plan, change: ArrayLike, linked_share: ArrayLike = 0.0, wanted: float = 0.8) -> Floats:
    """Answers in each of two rounds of one size (not rounded), `linked_share` (0-1) of them from the same people.

    The plan's own numbers of answers and pairs are not read. At least 2; nan where ten million are too few.
    """
    share, size = np.asarray(linked_share, float), np.abs(np.asarray(change, float))
    shape = np.broadcast_shapes(share.shape, size.shape, np.shape(plan.sd_first), np.shape(plan.correlation))

    def reached(log_n: Floats) -> Floats:
        n = np.exp(log_n)
        # A test that needs pairs to begin with has none at first: below two they give it no df.
        return np.nan_to_num(power(replace(plan, n_first=n, n_second=n, pairs=share * n), size))

    low, high = np.full(shape, np.log(2.0)), np.full(shape, np.log(_MOST))
    if not plan.alpha < wanted < 1:
        return np.full(shape, np.nan)
    found = np.exp(_root(reached, wanted, low, high))
    return np.where(reached(high) >= wanted, found, np.nan)


def power_of_shares(
    first: ArrayLike,
    second: ArrayLike,
    n_first: ArrayLike,
    n_second: ArrayLike,
    overlap: Overlap | None = None,
    alpha: float = 0.05,
) -> Floats:
    """Of a difference between two shares (0-1), by Cohen's h = 2 asin sqrt p1 - 2 asin sqrt p2 (1988, chapter 6).

    `overlap` for partly the same people; its correlation is that between their two yes or no, and counts as at most
    what two such shares can have (`highest_correlation`). nan without answers, or where nobody could change.
    """
    one, two, p, q = np.broadcast_arrays(*(np.asarray(x, float) for x in (n_first, n_second, first, second)))
    same = overlap or no_overlap(one.shape)
    within = Overlap(same.pairs, np.minimum(same.correlation, highest_correlation(p, q)))
    factor = overlap_factor(one, two, within)
    factor = np.where(factor > 0, factor, np.nan)
    return beyond(_normal_limit(alpha, factor), np.inf, divide(np.abs(_arc(p) - _arc(q)), factor))


def highest_correlation(first: ArrayLike, second: ArrayLike) -> Floats:
    """The most that one person's yes or no can correlate with the other, given the two shares (0-1) of yes.

    sqrt(p1 q2 / (p2 q1)) for p1 <= p2: nobody changes the other way (Ferguson 1941, Psychometrika 6:323-329). 0 where
    everybody or nobody says yes.
    """
    p, q = np.asarray(first, float), np.asarray(second, float)
    low, high = np.minimum(p, q), np.maximum(p, q)
    return np.sqrt(np.nan_to_num(divide(low * (1 - high), high * (1 - low))))


def smallest_shares(
    share: ArrayLike,
    n_first: ArrayLike,
    n_second: ArrayLike,
    overlap: Overlap | None = None,
    wanted: float = 0.8,
    alpha: float = 0.05,
) -> Interval:
    """The nearest shares below and above `share` that can be told apart from it; nan where there is none."""
    shape = np.broadcast_shapes(np.shape(share), np.shape(n_first), np.shape(n_second))
    if overlap is not None:
        shape = np.broadcast_shapes(shape, np.shape(overlap.pairs), np.shape(overlap.correlation))
    here = np.broadcast_to(_arc(share), shape)

    def at(arc: Floats) -> Floats:
        return np.asarray(np.sin(arc / 2) ** 2, dtype=np.float64)

    def nearest(end: float) -> Floats:
        def found(part: Floats) -> Floats:
            return power_of_shares(share, at(here + part * (end - here)), n_first, n_second, overlap, alpha)

        part = _root(lambda one: np.nan_to_num(found(one)), wanted, np.zeros(shape), np.ones(shape))
        return np.where(found(np.ones(shape)) >= wanted, at(here + part * (end - here)), np.nan)

    if not alpha < wanted < 1:
        return Interval(np.full(shape, np.nan), np.full(shape, np.nan))
    return Interval(low=nearest(0.0), high=nearest(np.pi))


def answers_needed_for_shares(
    first: ArrayLike,
    second: ArrayLike,
    linked_share: ArrayLike = 0.0,
    correlation: ArrayLike = 0.0,
    wanted: float = 0.8,
    alpha: float = 0.05,
) -> Floats:
    """Answers in each of two rounds of one size (not rounded) for a change between two shares (0-1) to be found.

    n = 2 (1 - s r) (c / h)^2, c the centre at which the test finds what is wanted, `linked_share` s (0-1) of the
    answers from the same people and `correlation` r of their two yes or no, as in `power_of_shares`. Everybody the
    same: within some per cent of McNemar's test (Miettinen 1968, Biometrics 24:339-352). At least 2; nan without a
    change, and where ten million are too few.
    """
    p, q, share, asked = np.broadcast_arrays(
        *(np.asarray(x, float) for x in (first, second, linked_share, correlation))
    )
    if not alpha < wanted < 1:
        return np.full(p.shape, np.nan)
    limit = _normal_limit(alpha, p)
    centre = _root(lambda one: beyond(limit, np.inf, one), wanted, np.zeros(p.shape), limit + 40.0)
    within = np.minimum(asked, highest_correlation(p, q))
    needed = 2 * (1 - share * within) * divide(centre, np.abs(_arc(p) - _arc(q))) ** 2
    return np.where(needed <= _MOST, np.maximum(needed, 2.0), np.nan)


@dataclass(frozen=True)
class Simulated:
    power: float
    """nan where nothing could be tested."""
    low: float
    """Wilson's interval of what chance in the simulation alone leaves open."""
    high: float
    replicates: int


def simulated_power(
    plan: Plan, change: float, generator: np.random.Generator, replicates: int = REPLICATES
) -> Simulated:
    """The share of simulated studies in which the test finds the change; the plan's entries are single numbers.

    Draws what decides, not the answers: means are normal and the squares about them Wishart (by Bartlett's
    decomposition; Odell and Feiveson 1966, J Am Stat Assoc 61:199-203), so a large study costs no more than a small
    one. A study in which the test cannot be computed has found nothing. The same state of the generator gives the same
    answer.
    """
    data = _drawn(plan, change, generator, replicates)
    if data is None:
        return Simulated(np.nan, np.nan, np.nan, replicates)
    pairs = data.overlap if _single(plan.pairs) >= plan.link_from else no_overlap(data.pairs.shape)
    found = float(np.mean(_test(plan, data.first, data.second, pairs).p < plan.alpha))
    between = wilson(found, replicates)
    return Simulated(found, float(between.low), float(between.high), replicates)


def _drawn(plan: Plan, change: float, generator: np.random.Generator, replicates: int) -> TwoRounds | None:
    pairs, *n = (int(_single(count)) for count in (plan.pairs, plan.n_first, plan.n_second))
    correlation, *sd = (_single(number) for number in (plan.correlation, plan.sd_first, plan.sd_second))
    if min(n) < max(pairs, 2) or pairs < 0 or not min(sd) > 0 or not abs(correlation) <= 1:
        return None

    def squares(df: int) -> Floats:
        return generator.chisquare(df, replicates) if df > 0 else np.zeros(replicates)

    def alone(count: int, mean: float, spread: float) -> Moments:
        means = mean + spread * generator.standard_normal(replicates) / np.sqrt(max(count, 1))
        variance = divide(spread**2 * squares(count - 1), count - 1.0, count >= 2)
        return Moments(np.full(replicates, float(count)), means if count else np.full(replicates, np.nan), variance)

    apart = np.sqrt(1 - correlation**2)
    shared, own = generator.standard_normal((2, replicates)) / np.sqrt(max(pairs, 1))
    one, other = np.sqrt(squares(pairs - 1)), np.sqrt(squares(pairs - 2))
    across = generator.standard_normal(replicates) if pairs > 1 else np.zeros(replicates)
    turned = correlation * one + apart * across
    none = np.where(pairs > 0, 0.0, np.nan)
    return TwoRounds(
        pairs=np.full(replicates, float(pairs)),
        pair_means=(change + sd[0] * shared + none, sd[1] * (correlation * shared + apart * own) + none),
        pair_squares=(sd[0] ** 2 * one**2, sd[1] ** 2 * (turned**2 + apart**2 * other**2)),
        pair_product=sd[0] * sd[1] * one * turned,
        only_first=alone(n[0] - pairs, change, sd[0]),
        only_second=alone(n[1] - pairs, 0.0, sd[1]),
    )


def _tests(plan: Plan) -> tuple[Difference, Floats]:
    """The test as it will be made, and the true error of the difference, which differs where the link is left out."""
    parts = (plan.n_first, plan.n_second, plan.pairs, plan.correlation, plan.sd_first, plan.sd_second)
    one, two, pairs, correlation, sd_first, sd_second = np.broadcast_arrays(*(np.asarray(p, float) for p in parts))
    possible = (np.minimum(one, two) >= np.maximum(pairs, 2)) & (pairs >= 0) & (np.abs(correlation) <= 1)
    zero = np.zeros(one.shape)
    first = Moments(np.where(possible, one, np.nan), zero, np.where(sd_first > 0, sd_first, np.nan) ** 2)
    second = Moments(np.where(possible, two, np.nan), zero, np.where(sd_second > 0, sd_second, np.nan) ** 2)
    used = np.where(pairs >= plan.link_from, pairs, 0.0)
    test = _test(plan, first, second, Overlap(used, correlation))
    return test, _test(plan, first, second, Overlap(pairs, correlation)).error


def _test(plan: Plan, first: Moments, second: Moments, overlap: Overlap) -> Difference:
    return (t_new1 if plan.equal_variances else t_new2)(first, second, overlap)


def _limit(plan: Plan, test: Difference) -> Floats:
    return quantile(1 - plan.alpha / 2, np.where(np.isnan(test.error), np.nan, test.df))


def _normal_limit(alpha: float, like: Floats) -> Floats:
    return np.full(like.shape, float(special.ndtri(1 - alpha / 2)))


def _single(number: ArrayLike) -> float:
    return float(np.asarray(number, dtype=np.float64).reshape(()))


def _arc(share: ArrayLike) -> Floats:
    return np.asarray(2 * np.arcsin(np.sqrt(np.asarray(share, float))), dtype=np.float64)


def _root(rising: Callable[[Floats], Floats], wanted: float, low: Floats, high: Floats) -> Floats:
    """Where a rising function reaches what is wanted, by halving."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = rising(middle) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
