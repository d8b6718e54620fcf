"""Properties that hold for any data; the numbers themselves are in tests/reference."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import special

from reports.statistics import change, compare, describe, effect, multiplicity, proportion, reliability, student
from reports.statistics.change import Overlap

Floats = NDArray[np.float64]

scores = st.integers(4, 20).map(lambda quarters: quarters / 4)
gaps = st.one_of(scores, st.just(math.nan))


def rows(values: list[float]) -> Floats:
    return np.array(values)[:, None]


def close(one: Floats | float, other: Floats | float) -> bool:
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-9, equal_nan=True))


@given(st.lists(scores, min_size=2, max_size=30), st.lists(scores, min_size=2, max_size=30))
def test_t_new2_is_welch_when_nobody_is_the_same(first: list[float], second: list[float]) -> None:
    one, two = describe.moments(rows(first)), describe.moments(rows(second))
    free, derrick = change.welch(one, two), change.t_new2(one, two, change.no_overlap((1,)))
    assert close(free.t, derrick.t)
    assert close(free.p, derrick.p)


@given(st.lists(st.tuples(scores, scores), min_size=3, max_size=30))
def test_t_new2_is_the_paired_t_when_all_are_the_same(both: list[tuple[float, float]]) -> None:
    first, second = np.array(both).T
    pairs = change.pair_up(first, second)
    derrick = change.t_new2(pairs.first, pairs.second, pairs.overlap)
    of_differences = describe.moments((first - second)[:, None])
    if min(pairs.first.variance[0], pairs.second.variance[0], of_differences.variance[0]) > 1e-6:
        error = of_differences.sd / np.sqrt(len(both))
        assert np.allclose(derrick.t, of_differences.mean / error, rtol=1e-6)
        assert close(derrick.df, len(both) - 1.0)


@given(st.lists(st.tuples(gaps, gaps), min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_change_does_not_depend_on_the_order_of_persons(both: list[tuple[float, float]], random: object) -> None:
    shuffled = list(both)
    random.shuffle(shuffled)
    results = []
    for persons in (both, shuffled):
        pairs = change.pair_up(*np.array(persons).T)
        results.append(change.t_new2(pairs.first, pairs.second, pairs.overlap))
    assert close(results[0].estimate, results[1].estimate)
    assert close(results[0].p, results[1].p)


@given(st.lists(st.tuples(gaps, gaps), min_size=1, max_size=25), st.integers(-5, 5))
def test_adding_a_constant_to_both_rounds_changes_nothing(both: list[tuple[float, float]], added: int) -> None:
    first, second = np.array(both).T
    plain, moved = change.pair_up(first, second), change.pair_up(first + added, second + added)
    one = change.t_new2(plain.first, plain.second, plain.overlap)
    other = change.t_new2(moved.first, moved.second, moved.overlap)
    assert np.allclose(one.estimate, other.estimate, rtol=1e-9, atol=1e-9, equal_nan=True)
    assert np.allclose(one.p, other.p, rtol=1e-6, atol=1e-9, equal_nan=True)


@given(st.lists(st.tuples(gaps, gaps), min_size=0, max_size=6))
def test_never_inf_a_warning_or_a_crash(both: list[tuple[float, float]]) -> None:
    first, second = np.array(both, dtype=float).reshape(-1, 2).T
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pairs = change.pair_up(first, second)
        test = change.t_new2(pairs.first, pairs.second, pairs.overlap)
        found = effect.hedges_g(
            test.estimate,
            change.pooled_sd(pairs.first, pairs.second),
            change.overlap_factor(pairs.first.n, pairs.second.n, pairs.overlap),
            change.t_new1_df(pairs.first.n, pairs.second.n, pairs.overlap.pairs),
        )
        alpha = reliability.alpha(np.column_stack([first, second]))
        share = proportion.wilson(pairs.first.n / max(len(both), 1), pairs.first.n)
    numbers = [
        test.estimate,
        test.p,
        test.t,
        *test.interval(),
        found.g,
        found.g_low,
        found.g_high,
        share.low,
        share.high,
    ]
    numbers += [np.array([alpha.alpha, alpha.low, alpha.high])]
    assert not any(np.isinf(number).any() for number in numbers)


def test_overlap_with_pooled_spread_is_plain_arithmetic() -> None:
    one, two = describe.moments(rows([1, 2, 3, 4])), describe.moments(rows([2, 4, 6]))
    spread = describe.Pooled(sd=np.array([2.0]), df=np.array([50.0]))
    test = change.with_pooled(one, two, Overlap(np.array([2.0]), np.array([0.5])), spread)
    assert close(test.error, 2 * math.sqrt(1 / 4 + 1 / 3 - 2 * 0.5 * 2 / 12))
    assert close(test.df, 50.0)


@given(arrays.arrays(np.int64, st.tuples(st.integers(2, 40), st.integers(2, 5)), elements=st.integers(1, 5)))
def test_alpha_from_sums_is_alpha_from_rows(answers: NDArray[np.int64]) -> None:
    values = answers.astype(float)
    with_total = np.column_stack([values, values.sum(axis=1)])
    spread = describe.moments_from_sums(describe.sums(with_total - 3), 3.0).variance
    from_sums = reliability.alpha_from_variances(values.shape[1], spread[:-1].sum(), spread[-1])
    assert np.allclose(reliability.alpha(values).alpha, from_sums, rtol=1e-8, atol=1e-8, equal_nan=True)


@given(st.lists(st.lists(scores, min_size=1, max_size=12), min_size=2, max_size=6))
def test_the_others_from_sums_are_the_others_from_rows(groups: list[list[float]]) -> None:
    everyone = describe.sums(rows([value for group in groups for value in group]))
    others = describe.moments_from_sums(everyone - describe.sums(rows(groups[0])))
    direct = describe.moments(rows([value for group in groups[1:] for value in group]))
    assert close(others.mean, direct.mean)
    assert np.allclose(others.variance, direct.variance, rtol=1e-7, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("share", [0.025, 0.975])
@pytest.mark.parametrize(("t", "df"), [(0.0, 4.0), (2.5, 18.4), (-6.0, 60.0), (12.0, 3.0), (30.0, 1000.0)])
def test_noncentrality_is_a_root(t: float, df: float, share: float) -> None:
    root = student.noncentrality(np.array([t]), np.array([df]), share)
    assert special.nctdtr(df, root[0], t) == pytest.approx(share, abs=1e-9)


def test_g_for_the_same_people_lies_closer_than_for_strangers() -> None:
    linked = effect.hedges_g(*(np.array([x]) for x in (0.4, 1.0, math.sqrt(2 / 40) * math.sqrt(1 - 0.6), 39.0)))
    strangers = effect.hedges_g(*(np.array([x]) for x in (0.4, 1.0, math.sqrt(2 / 40), 78.0)))
    assert linked.g_high[0] - linked.g_low[0] < strangers.g_high[0] - strangers.g_low[0]


@given(st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), min_size=1, max_size=8))
def test_holm_and_bh_keep_the_order_and_never_help(p: list[float]) -> None:
    raw = np.array(p)
    for adjusted in (multiplicity.holm(raw), multiplicity.benjamini_hochberg(raw)):
        tested = ~np.isnan(raw)
        assert (np.isnan(adjusted) == ~tested).all()
        assert (adjusted[tested] >= raw[tested]).all()
        assert (np.diff(adjusted[tested][np.argsort(raw[tested])]) >= 0).all()


def test_pooled_sd_weighs_each_group_by_its_df_and_leaves_single_people_out() -> None:
    groups = [describe.moments(rows(values)) for values in ([1.0, 3.0], [2.0, 4.0, 6.0], [5.0])]
    stacked = describe.Moments(*(np.stack([getattr(g, name) for g in groups]) for name in ("n", "mean", "variance")))
    pooled = describe.pooled_within(stacked)
    assert close(pooled.sd, math.sqrt((1 * 2 + 2 * 4) / 3))
    assert close(pooled.df, 3.0)


def test_finite_population_leaves_no_error_when_all_answered() -> None:
    assert close(describe.standard_error([20.0], [1.0], [20.0]), 0.0)
    assert close(describe.standard_error([20.0], [1.0], [math.nan]), 1 / math.sqrt(20))


@given(st.lists(st.one_of(scores, st.none()), min_size=1, max_size=12), st.integers(2, 5))
def test_middle_half_leaves_the_group_itself_out(means: list[float | None], fewest: int) -> None:
    for place, band in enumerate(compare.middle_half_of_others(means, fewest)):
        others = [mean for other, mean in enumerate(means) if other != place and mean is not None]
        if len(others) < fewest:
            assert band is None
        else:
            assert close([band.low, band.high], np.quantile(others, [0.25, 0.75]))
            assert band.groups == len(others)
