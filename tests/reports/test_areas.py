"""Many units side by side: properties of shrinkage, funnel, weighting and control (numbers: tests/reference)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special

from reports.statistics import change, compare, control, describe, funnel, shrinkage, weighting
from reports.statistics.describe import Moments

Floats = NDArray[np.float64]


@pytest.fixture
def random() -> np.random.Generator:
    """Of each test its own, so that none depends on which ran before."""
    return np.random.default_rng(20240311)


def units(*groups: list[float]) -> Moments:
    each = [describe.moments(np.array(group, dtype=float)[:, None]) for group in groups]
    return Moments(*(np.array([getattr(one, name)[0] for one in each]) for name in ("n", "mean", "variance")))


def drawn(random: np.random.Generator, count: int, between: float) -> Moments:
    return units(
        *(list(random.normal(random.normal(3, between), 1, size)) for size in random.integers(1, 30, size=count))
    )


many = drawn(np.random.default_rng(7), 40, 0.5)


def permuted(moments: Moments, order: NDArray[np.int64]) -> Moments:
    return Moments(moments.n[order], moments.mean[order], moments.variance[order])


# Shrinkage


def test_shrinkage_knows_neither_order_nor_origin_nor_unit(random: np.random.Generator) -> None:
    order = random.permutation(40)
    model, other = shrinkage.random_intercept(many), shrinkage.random_intercept(permuted(many, order))
    assert other.between == pytest.approx(model.between, rel=1e-9)
    moved = Moments(many.n, 10 + 2 * many.mean, 4 * many.variance)
    scaled = shrinkage.random_intercept(moved)
    assert scaled.icc == pytest.approx(model.icc, rel=1e-7)
    assert scaled.icc_interval == pytest.approx(model.icc_interval, rel=1e-7)
    one, two = shrinkage.shrink(model, many.mean, many.n), shrinkage.shrink(scaled, moved.mean, moved.n)
    assert two.mean == pytest.approx(10 + 2 * one.mean, rel=1e-7)
    assert two.error == pytest.approx(2 * one.error, rel=1e-6)


def test_reml_is_anova_when_all_units_are_alike_in_size(random: np.random.Generator) -> None:
    even = units(*(list(random.normal(random.normal(0, 1), 1, 6)) for _ in range(12)))
    anova, model = shrinkage.one_way(even), shrinkage.random_intercept(even)
    assert model.within == pytest.approx(anova.within, rel=1e-8)
    assert model.between == pytest.approx((anova.between - anova.within) / 6, rel=1e-8)
    assert model.icc == pytest.approx(anova.icc1, rel=1e-8)
    # Then Wald's interval is the textbook's: (F/F_q - 1) / (F/F_q + n - 1).
    ratio, (low, high) = anova.between / anova.within, model.icc_interval
    for share, end in ((0.975, low), (0.025, high)):
        f = ratio / float(special.fdtri(11, 60, share))
        assert end == pytest.approx((f - 1) / (f + 5), abs=1e-9)


def test_a_shrunk_mean_lies_between_and_small_units_move_most() -> None:
    model = shrinkage.random_intercept(many)
    found = shrinkage.shrink(model, many.mean, many.n)
    assert np.all((found.mean - model.mean) * (many.mean - model.mean) >= 0)
    assert np.all(np.abs(found.mean - model.mean) <= np.abs(many.mean - model.mean))
    order = np.argsort(many.n, kind="stable")
    assert np.all(np.diff(found.weight[order]) >= 0)
    naive = np.sqrt(model.between * (1 - found.weight))
    assert np.all(found.error > naive)


def test_fay_herriot_with_equal_variances_has_a_closed_form(random: np.random.Generator) -> None:
    direct = random.normal(5, 2, 20)
    fit = shrinkage.fay_herriot(direct, np.full(20, 1.5))
    assert fit.between == pytest.approx(direct.var(ddof=1) - 1.5, rel=1e-9)
    assert fit.coefficients[0] == pytest.approx(direct.mean(), rel=1e-12)
    assert fit.between_error == pytest.approx((fit.between + 1.5) * math.sqrt(2 / 20), rel=1e-9)
    weight = fit.between / (fit.between + 1.5)
    mse = 1.5 * weight + (1 - weight) ** 2 * (fit.between + 1.5) / 20 + 2 * 1.5**2 * 2 / 20 / (fit.between + 1.5)
    assert fit.estimates.error == pytest.approx(np.full(20, math.sqrt(mse)), rel=1e-9)


def test_fay_herriot_finds_what_covariates_explain_and_foretells_a_unit_without_answers(
    random: np.random.Generator,
) -> None:
    known = random.normal(0, 1, (60, 1))
    variance = random.uniform(0.05, 0.3, 60)
    direct = 1 + 2 * known[:, 0] + random.normal(0, 0.3, 60) + random.normal(0, np.sqrt(variance))
    direct[7] = np.nan
    fit, without = shrinkage.fay_herriot(direct, variance, known), shrinkage.fay_herriot(direct, variance)
    assert fit.units == 59
    assert np.all(np.abs(fit.coefficients - [1, 2]) < 3 * fit.coefficient_errors)
    assert fit.between < without.between / 5
    assert fit.estimates.weight[7] == 0
    assert fit.estimates.mean[7] == pytest.approx(fit.coefficients @ [1, known[7, 0]])
    assert fit.estimates.error[7] > np.sqrt(fit.between)
    moved = shrinkage.fay_herriot(direct, variance, 5 - 3 * known)
    assert moved.estimates.mean == pytest.approx(fit.estimates.mean, rel=1e-8)
    assert moved.log_likelihood == pytest.approx(fit.log_likelihood - math.log(3), rel=1e-8)


def test_the_restricted_likelihood_is_nowhere_greater() -> None:
    variance = 1 / many.n
    fit = shrinkage.fay_herriot(many.mean, variance)

    def likelihood(between: float) -> float:
        spread = between + variance
        middle = (many.mean / spread).sum() / (1 / spread).sum()
        exponent = ((many.mean - middle) ** 2 / spread).sum()
        constants = (len(variance) - 1) * math.log(2 * math.pi)
        return float(-(np.log(spread).sum() + math.log((1 / spread).sum()) + exponent + constants) / 2)

    assert likelihood(fit.between) == pytest.approx(fit.log_likelihood, rel=1e-12)
    assert max(likelihood(float(between)) for between in np.linspace(0, 3, 500)) <= fit.log_likelihood


def test_the_error_of_a_shrunk_mean_is_as_large_as_the_misses(random: np.random.Generator) -> None:
    """Small units, few of them: the naive error is too small, this one is right."""
    n = np.array([4.0, 6, 8, 10, 12, 15, 20, 30])
    misses, promised, naive = [], [], []
    for _ in range(250):
        truth = random.normal(0, 0.5, 8)
        fit = shrinkage.shrunk_means(random.normal(truth, 1 / np.sqrt(n)), n, 1.0)
        misses.append((fit.estimates.mean - truth) ** 2)
        promised.append(fit.estimates.error**2)
        naive.append(fit.between * (1 - fit.estimates.weight))
    assert np.mean(promised) == pytest.approx(np.mean(misses), rel=0.15)
    assert np.mean(naive) < 0.85 * np.mean(promised)


@pytest.mark.parametrize(
    ("moments", "reason"),
    [
        (units(), shrinkage.Reason.TOO_FEW_UNITS),
        (units([1, 2, 3]), shrinkage.Reason.TOO_FEW_UNITS),
        (units([1, 2, 3], []), shrinkage.Reason.TOO_FEW_UNITS),
        (units([1], [2], [4]), shrinkage.Reason.NO_SPREAD_WITHIN),
        (units([2, 2], [3, 3]), shrinkage.Reason.NO_SPREAD_WITHIN),
        (units([1e9], [2, 2 + 1e-6]), shrinkage.Reason.NO_SPREAD_WITHIN),
    ],
)
def test_no_model_without_units_or_spread(moments: Moments, reason: shrinkage.Reason) -> None:
    model = shrinkage.random_intercept(moments)
    assert model.reason is reason
    assert math.isnan(model.icc)
    assert np.isnan(shrinkage.shrink(model, moments.mean, moments.n).mean).all()


def test_units_that_differ_no_more_than_chance_share_one_mean() -> None:
    same = units([1, 2, 3], [1, 2, 3], [3, 1, 2, 2])
    model = shrinkage.random_intercept(same)
    assert (model.between, model.icc) == (0, 0)
    # Means closer together than chance allows are no evidence for any one share.
    assert np.isnan(model.icc_interval).all()
    found = shrinkage.shrink(model, np.append(same.mean, np.nan), np.append(same.n, 0))
    assert found.mean == pytest.approx(np.full(4, 2.0))
    assert np.all(found.weight == 0)
    assert np.all(found.error >= model.mean_error)


def test_units_with_one_answer_take_part() -> None:
    model = shrinkage.random_intercept(units([1, 2, 3], [4], [6, 7], [9]))
    assert (model.units, model.n) == (4, 7)
    assert 0 < model.icc < 1


def test_fay_herriot_says_what_it_cannot() -> None:
    direct, variance = np.array([1.0, 2, 3, 4]), np.full(4, 0.5)
    dependent = shrinkage.fay_herriot(direct, variance, np.array([[1.0, 2], [2, 4], [3, 6], [4, 8]]))
    assert dependent.reason is shrinkage.Reason.DEPENDENT_COVARIATES
    few = shrinkage.fay_herriot(np.array([1.0, np.nan]), np.array([0.5, 0.5]))
    assert few.reason is shrinkage.Reason.TOO_FEW_UNITS
    rounding = shrinkage.fay_herriot(direct, np.array([0.5, 0.5, 0.5, 1e-300]))
    assert (rounding.units, rounding.estimates.weight[3]) == (3, 0)
    assert shrinkage.fay_herriot(direct, np.zeros(4)).reason is shrinkage.Reason.TOO_FEW_UNITS
    gap = shrinkage.fay_herriot(direct, variance, np.array([[1.0], [2], [np.nan], [5]]))
    assert np.flatnonzero(np.isnan(gap.estimates.mean)).tolist() == [2]
    assert shrinkage.shrunk_means(direct, np.full(4, 9.0), math.nan).reason is shrinkage.Reason.TOO_FEW_UNITS


# Funnel


def test_the_rest_from_sums_is_the_rest_of_the_rows(random: np.random.Generator) -> None:
    groups = [random.normal(0, 1, size) for size in (3, 8, 15)]
    parts = describe.Sums(*(np.array(x) for x in zip(*((len(g), g.sum(), (g**2).sum()) for g in groups), strict=True)))
    test = change.welch(*compare.against_rest(parts).__dict__.values())
    for place, group in enumerate(groups):
        others = np.concatenate([other for at, other in enumerate(groups) if at != place])
        direct = change.welch(describe.moments(group[:, None]), describe.moments(others[:, None]))
        assert test.p[place] == pytest.approx(direct.p[0], rel=1e-9)


def test_a_unit_is_outside_exactly_when_it_crosses_a_limit(random: np.random.Generator) -> None:
    mean, n = random.normal(3, 0.3, 200), random.integers(2, 80, 200).astype(float)
    z = funnel.z_of_means(mean, n, 3.0, 1.0)
    found = funnel.overdispersion(z)
    for confidence in (funnel.WARNING, funnel.ALARM):
        limits = funnel.limits_of_mean(n, 3.0, 1.0, confidence, found.factor)
        crossed = (mean < limits.low) | (mean > limits.high)
        assert crossed.tolist() == funnel.outside(z, confidence, found.factor**2).tolist()


def test_winsorising_keeps_the_strange_from_widening_the_limits() -> None:
    z = np.append(special.ndtri((np.arange(100) + 0.5) / 100), [40.0, -35.0, np.nan])
    found = funnel.overdispersion(z)
    assert found.units == 102
    assert 0.5 < found.phi < 1
    assert (found.beyond_chance, found.factor) == (False, 1)
    wide = funnel.overdispersion(3 * z)
    assert wide.phi == pytest.approx(9 * found.phi)
    assert wide.factor == pytest.approx(3 * math.sqrt(found.phi))


@given(st.integers(1, 150), st.sampled_from([0.02, 0.3, 0.5, 0.83]), st.sampled_from([0.95, 0.998]))
def test_limits_of_a_share_part_the_counts_where_the_exact_tail_does(n: int, centre: float, confidence: float) -> None:
    limits = funnel.limits_of_share(float(n), centre, confidence)
    counts = np.arange(n + 1)
    ways = special.gammaln(n + 1) - special.gammaln(counts + 1) - special.gammaln(n - counts + 1)
    chance = np.exp(ways + counts * math.log(centre) + (n - counts) * math.log1p(-centre))
    below, above = np.cumsum(chance), np.cumsum(chance[::-1])[::-1]
    tail = (1 - confidence) / 2
    assert (counts / n < limits.low).tolist() == (below < tail).tolist()
    assert (counts / n > limits.high).tolist() == (above < tail).tolist()
    opposite = funnel.limits_of_share(float(n), 1 - centre, confidence)
    assert opposite.high == pytest.approx(1 - limits.low, abs=1e-9)


def test_a_funnel_of_nothing_is_empty() -> None:
    assert np.isnan(funnel.z_of_means([1.0, math.nan], [0.0, 5.0], 1.0, 1.0)).all()
    assert np.isnan(funnel.z_of_means(1.0, 5.0, 1.0, 0.0))
    assert np.isnan(funnel.z_of_shares([0.5], [10.0], 1.0)).all()
    assert np.isnan(funnel.z_of_shares([0.5], [10.0], math.nan)).all()
    assert np.isnan(funnel.limits_of_share([0.0, 10.0], 0.0).low).all()
    assert np.isnan(funnel.limits_of_share([0.0], 0.5).high).all()
    assert np.isnan(funnel.limits_of_mean([0.0], 3.0, 1.0).low).all()
    nothing = funnel.overdispersion(np.array([math.nan]))
    assert (nothing.units, nothing.factor) == (0, 1)
    assert math.isnan(nothing.phi)


# Weighting


def margin(name: str, groups: str, **totals: float) -> weighting.Margin:
    return weighting.Margin(name, np.array([{"-": ""}.get(letter, letter) for letter in groups]), totals)


def test_a_stratified_mean_of_all_is_the_mean_without_error() -> None:
    strata = units([1, 2, 3], [5])
    found = weighting.stratified_mean(strata, strata.n)
    assert (found.mean, found.error, found.reason) == (11 / 4, 0, None)


def test_a_stratified_mean_with_shares_as_answered_is_the_plain_mean() -> None:
    strata = units([1, 2, 3, 4], [5, 7])
    found = weighting.stratified_mean(strata, 1e9 * strata.n)
    assert found.mean == pytest.approx(22 / 6)
    by_hand = (4 / 6) ** 2 * (5 / 3) / 4 + (2 / 6) ** 2 * 2 / 2
    assert found.error == pytest.approx(math.sqrt(by_hand), rel=1e-8)
    assert found.df == 4


@pytest.mark.parametrize(
    ("strata", "population", "reason", "at"),
    [
        (units(), [], weighting.Reason.NOBODY, ""),
        (units([], []), [4, 4], weighting.Reason.NOBODY, ""),
        (units([1, 2], [], [3, 4]), [9, 4, 9], weighting.Reason.EMPTY_GROUP, "1"),
        (units([1, 2], [3]), [9, 9], weighting.Reason.SINGLE_ANSWER, "1"),
        (units([2, 2], [3, 3]), [9, 9], weighting.Reason.NO_SPREAD, ""),
    ],
)
def test_a_stratified_mean_says_what_it_cannot(
    strata: Moments, population: list[float], reason: weighting.Reason, at: str
) -> None:
    found = weighting.stratified_mean(strata, np.array(population, dtype=float))
    assert (found.reason, found.at) == (reason, at)
    assert math.isnan(found.error)
    assert np.isnan(found.interval()).all()


def test_raking_meets_the_margins_whatever_the_order(random: np.random.Generator) -> None:
    groups = random.choice(list("abc"), 90), random.choice(list("xy"), 90)
    margins = [
        weighting.Margin("one", groups[0], {"a": 100.0, "b": 50.0, "c": 150.0}),
        weighting.Margin("two", groups[1], {"x": 120.0, "y": 180.0}),
    ]
    raked = weighting.rake(margins, np.ones(90))
    other = weighting.rake(margins[::-1], np.full(90, 7.0))
    assert raked.reason is None
    assert raked.weights == pytest.approx(other.weights, rel=1e-7)
    for one in margins:
        for group, total in one.totals.items():
            assert raked.weights[one.groups == group].sum() == pytest.approx(total, rel=1e-8)
    assert 1 < raked.n / raked.n_effective == pytest.approx(raked.design_effect)


def test_raking_to_one_margin_is_the_stratified_mean() -> None:
    values, letters = np.array([1.0, 2, 3, 5, 7, 9, 9, 8]), np.array(list("aaabbbbb"))
    one = weighting.Margin("one", letters, {"a": 60.0, "b": 40.0})
    level = weighting.weighted_mean(values, weighting.rake([one], np.ones(8)), [one])
    strata = weighting.stratified_mean(units([1, 2, 3], [5, 7, 9, 9, 8]), np.array([60.0, 40.0]))
    assert level.mean == pytest.approx(strata.mean, rel=1e-9)


def test_caps_hold_and_the_margins_too_where_both_can() -> None:
    margins = [margin("one", "aaaaaaaab" * 10, a=45, b=45), margin("two", "xxxyy" * 18, x=50, y=40)]
    free = weighting.rake(margins, np.ones(90))
    assert free.weights.max() > 4
    tight = weighting.rake(margins, np.ones(90), caps=(0.3, 3))
    assert tight.reason is weighting.Reason.CAPS_TOO_TIGHT
    assert tight.weights.max() <= 3 + 1e-9
    assert tight.gap > 0.1
    possible = weighting.rake(margins, np.ones(90), caps=(0.3, 4.6))
    assert (possible.reason, possible.trimmed > 0) == (None, True)
    assert possible.weights.max() <= 4.6 + 1e-9
    assert possible.gap < 1e-9
    assert (free.trimmed, free.left_out) == (0, 0)


@pytest.mark.parametrize(
    ("margins", "reason", "at"),
    [
        ([], weighting.Reason.NOBODY, ""),
        ([margin("one", "----", a=4)], weighting.Reason.NOBODY, ""),
        ([margin("one", "aabb", a=4, b=4, c=2)], weighting.Reason.EMPTY_GROUP, "one: c"),
        ([margin("one", "aabc", a=4, b=4)], weighting.Reason.UNKNOWN_GROUP, "one: c"),
        ([margin("one", "aabb", a=4, b=0)], weighting.Reason.UNKNOWN_GROUP, "one: b"),
        ([margin("one", "aabb", a=4, b=4), margin("two", "xyxy", x=3, y=4)], weighting.Reason.MARGINS_DISAGREE, "two"),
    ],
)
def test_raking_says_what_it_cannot(margins: list[weighting.Margin], reason: weighting.Reason, at: str) -> None:
    raked = weighting.rake(margins, np.ones(4))
    assert (raked.reason, raked.at, raked.usable) == (reason, at, False)
    assert np.isnan(raked.weights).all()
    level = weighting.weighted_mean(np.arange(4.0), raked, margins)
    assert level.reason is reason
    assert math.isnan(level.mean)
    assert math.isnan(raked.n_effective)


def test_a_combination_that_nobody_answered_in_can_leave_the_margins_out_of_reach() -> None:
    margins = [margin("one", "aabb", a=50, b=50), margin("two", "xxyy", x=30, y=70)]
    raked = weighting.rake(margins, np.ones(4))
    assert raked.reason is weighting.Reason.NOT_CONVERGED
    assert raked.gap == pytest.approx(0.2, abs=0.01)


def test_a_person_whose_group_is_not_known_is_left_out() -> None:
    one = margin("one", "aab-", a=4, b=4)
    raked = weighting.rake([one], np.ones(4))
    assert (raked.n, raked.left_out) == (3, 1)
    level = weighting.weighted_mean(np.array([1.0, 3, 5, 99]), raked, [one])
    assert level.mean == pytest.approx(3.5)


# Control


def test_limits_follow_n_and_laney_widens_them() -> None:
    n = np.where(np.arange(24) % 2, 40.0, 160.0)
    share = np.full(24, 0.5) + np.where(np.arange(24) % 4 < 2, 0.01, -0.01)
    chart = control.p_chart(share, n)
    assert (chart.widening, chart.provisional) == (1, False)
    assert chart.high[0] == pytest.approx(chart.centre + 3 * math.sqrt(chart.centre * (1 - chart.centre) / 160))
    restless = control.p_chart(np.where(np.arange(24) % 2, 0.8, 0.4), n)
    assert restless.widening > 3
    assert not restless.outside.any()
    assert control.p_chart(np.where(np.arange(24) % 2, 0.8, 0.4), n, widen=False).outside.sum() > 10


def test_a_shift_after_the_baseline_is_found_by_both_rules() -> None:
    mean = np.append(3 + 0.05 * (-1.0) ** np.arange(16), np.full(9, 3.4))
    chart = control.mean_chart(Moments(np.full(25, 50.0), mean, np.full(25, 0.25)), baseline=16)
    assert chart.centre == pytest.approx(3.0)
    assert np.flatnonzero(chart.outside).tolist() == list(range(16, 25))
    assert np.flatnonzero(chart.run).tolist() == [23, 24]
    assert chart.provisional
    known = control.mean_chart(Moments(np.full(25, 50.0), mean, np.full(25, np.nan)), baseline=16, sd=0.5)
    assert known.high == pytest.approx(chart.high)


def test_a_run_is_broken_by_the_line_but_not_by_silence() -> None:
    mean = np.array([1.0] * 5 + [np.nan] + [1.0] * 3 + [-1.0] * 8)
    counted = Moments(np.where(np.isnan(mean), 0, 9.0), mean, np.ones(17))
    assert np.flatnonzero(control.mean_chart(counted).run).tolist() == [8, 16]
    broken = Moments(np.full(17, 9.0), np.array([1.0] * 5 + [0.0] + [1.0] * 3 + [-1.0] * 8), np.ones(17))
    assert np.flatnonzero(control.mean_chart(broken).run).tolist() == [16]


def test_no_limits_without_periods_or_spread() -> None:
    short = control.p_chart(np.full(11, 0.5), np.full(11, 20.0))
    assert (short.reason, short.periods) == (control.Reason.TOO_FEW_PERIODS, 11)
    assert np.isnan(short.high).all()
    assert not np.any(short.outside | short.run)
    assert control.p_chart(np.zeros(0), np.zeros(0)).reason is control.Reason.TOO_FEW_PERIODS
    assert control.p_chart(np.full(12, np.nan), np.zeros(12)).reason is control.Reason.TOO_FEW_PERIODS
    assert control.p_chart(np.ones(12), np.full(12, 20.0)).reason is control.Reason.NO_SPREAD
    one = control.p_chart(np.array([0.5]), np.array([9.0]), wanted=control.Periods(0, 0))
    assert one.reason is control.Reason.TOO_FEW_PERIODS
    singles = Moments(np.ones(12), np.arange(12.0), np.full(12, np.nan))
    assert control.mean_chart(singles).reason is control.Reason.NO_SPREAD


def test_two_rules_cry_wolf_as_seldom_as_the_page_says() -> None:
    """Mean number of periods between false alarms, exactly, from the chain of run lengths."""
    within = float(special.ndtr(3)) - 0.5
    steps = np.zeros((8, 8))
    steps[0, 1] = 2 * within
    for length in range(1, 8):
        steps[length, 1] += within
        if length < 7:
            steps[length, length + 1] += within
    assert np.linalg.inv(np.eye(8) - steps)[0].sum() == pytest.approx(152.7, abs=0.1)
    assert 1 / (1 - 2 * within) == pytest.approx(370.4, abs=0.1)
