"""REML for two rounds and the line through several: limits that have a plain answer, and what must change nothing."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.simulated_people import People
from bench.simulation import rates_of
from reports.changes import overlaps
from reports.statistics import change, mixed, mixed_fit, trend
from reports.statistics.describe import sums
from reports.statistics.trend import Varies

Floats = NDArray[np.float64]

FEW = settings(max_examples=30)


def close(one: object, other: object, within: float = 1e-6) -> bool:
    return bool(np.allclose(one, other, rtol=within, atol=within, equal_nan=True))


def two_rounds(seed: int, pairs: int, only_first: int, only_second: int) -> tuple[Floats, Floats]:
    random = np.random.default_rng(seed)
    people = pairs + only_first + only_second
    person = random.normal(0, 1, people)
    first, second = (np.round(4 * (3 + person + random.normal(0, spread, people))) / 4 for spread in (0.6, 0.9))
    first[pairs + only_first :] = np.nan
    second[pairs : pairs + only_first] = np.nan
    return first[:, None], second[:, None]


@FEW
@given(st.integers(0, 10_000), st.integers(2, 20), st.integers(2, 20))
def test_reml_is_welch_when_nobody_is_the_same(seed: int, one: int, two: int) -> None:
    data = mixed.two_rounds(*two_rounds(seed, 0, one, two))
    found, plain = mixed.mixed_change(data), change.welch(data.first, data.second)
    for name in ("estimate", "error", "df", "p"):
        told = np.where(found.reason == "", getattr(plain, name), np.nan)
        assert close(getattr(found.difference, name), told), name
    assert np.isnan(found.correlation).all()


@FEW
@given(st.integers(0, 10_000), st.integers(4, 20))
def test_reml_is_the_paired_t_when_all_are_the_same(seed: int, pairs: int) -> None:
    data = mixed.two_rounds(*two_rounds(seed, pairs, 0, 0))
    plain = change.t_new2(data.first, data.second, data.overlap)
    for found in (mixed.mixed_change(data), mixed.mixed_change_equal_variances(data)):
        if found.reason == "":
            assert close(found.difference.error, plain.error)
            assert close(found.difference.df, pairs - 1.0)
            assert close(found.plain_error, found.difference.error)


def test_with_one_variance_it_is_student_when_nobody_is_the_same() -> None:
    data = mixed.two_rounds(*two_rounds(1, 0, 8, 13))
    found, plain = mixed.mixed_change_equal_variances(data), change.student(data.first, data.second)
    assert close(found.difference.p, plain.p)
    assert close(found.difference.df, 19.0)


def test_order_constants_and_names_of_the_rounds_change_nothing() -> None:
    first, second = two_rounds(2, 7, 9, 5)
    found = mixed.mixed_change(mixed.two_rounds(first, second))
    order = np.random.default_rng(1).permutation(len(first))
    shuffled = mixed.mixed_change(mixed.two_rounds(first[order], second[order]))
    moved = mixed.mixed_change(mixed.two_rounds(first + 10, second + 10))
    turned = mixed.mixed_change(mixed.two_rounds(second, first))
    wide = mixed.mixed_change(mixed.two_rounds(first * 25, second * 25))
    for other in (shuffled, moved, turned, wide):
        assert close(other.difference.p, found.difference.p)
        assert close(other.correlation, found.correlation)
    assert close(turned.difference.estimate, -found.difference.estimate)
    assert close(wide.difference.error, 25 * found.difference.error)


def test_sums_tell_as_much_as_rows() -> None:
    first, second = two_rounds(3, 7, 9, 5)
    both = ~np.isnan(first) & ~np.isnan(second)
    x, y = np.where(both, first, 0), np.where(both, second, 0)
    pairs = np.stack([part.sum(axis=0) for part in (both, x, y, x * x, y * y, x * y)], axis=-1)
    rows = mixed.mixed_change(mixed.two_rounds(first, second))
    added = mixed.mixed_change(mixed.two_rounds_from_sums(sums(first), sums(second), pairs))
    assert close(rows.difference.p, added.difference.p)


def test_the_maximum_is_one() -> None:
    """No other variances near it have a higher likelihood: found by walking, not by the formulas that led there."""
    data = mixed.two_rounds(*two_rounds(4, 6, 9, 5))
    best = mixed.mixed_change(data).log_likelihood[0]
    blocks = mixed._blocks(data)
    found = mixed.mixed_change(data)
    one, two = found.sd_first[0] ** 2, found.sd_second[0] ** 2
    at = np.array([one, two, found.correlation[0] * math.sqrt(one * two)])
    for step in np.vstack([np.eye(3), -np.eye(3)]):
        near = mixed_fit._likelihood(blocks, mixed_fit.ROUND_SPECIFIC, (at * (1 + 0.01 * step))[None])[0]
        assert near < best


def test_each_way_to_fail_has_its_reason() -> None:
    nothing = np.nan
    rows = {
        mixed.TOO_FEW: ([1.0, nothing], [2.0, 3.0]),
        mixed.TOO_FEW_PAIRS: ([1, 2, 3, nothing], [2.0, nothing, nothing, 3]),
        mixed.NO_VARIATION: ([3.0, 3, 3, 3], [1.0, 2, 3, 4]),
        mixed_fit.AT_BOUND: ([1.0, 2, 3, 4, 2], [2.0, 3, 4, 5, 3]),
    }
    for reason, (first, second) in rows.items():
        found = mixed.mixed_change(mixed.two_rounds(np.array(first)[:, None], np.array(second)[:, None]))
        assert found.reason == [reason]
        assert np.isnan([found.difference.estimate, found.difference.p, found.sd_first]).all()


def test_answers_of_any_kind_give_a_number_or_a_reason() -> None:
    random = np.random.default_rng(5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for people in (0, 1, 2, 4, 7):
            first, second = (random.integers(1, 4, (people, 60)).astype(float) for _ in range(2))
            first[random.random(first.shape) < 0.3] = np.nan
            second[:, :20] = first[:, :20]
            found = mixed.mixed_change(mixed.two_rounds(first, second))
            told = found.reason == ""
            assert np.isfinite(found.difference.p[told]).all()
            assert np.isnan(found.difference.p[~told]).all()


def answers(seed: int = 1) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    person, time = np.nonzero(random.random((60, 5)) < 0.6)
    unit = person % 8
    values = 3 + 0.1 * time + random.normal(0, 0.5, 60)[person] + random.normal(0, 0.2, 8)[unit]
    return values + random.normal(0, 0.4, len(time)), time.astype(float), person, unit


def test_a_line_does_not_depend_on_order_names_or_where_time_begins() -> None:
    values, times, persons, units = answers()
    found = trend.mixed_trend(values, times, persons, units, unit=Varies.START)
    order = np.random.default_rng(2).permutation(len(values))
    shuffled = trend.mixed_trend(values[order], times[order], persons[order], units[order], unit=Varies.START)
    named = trend.mixed_trend(values + 5, times + 2021, 900 - 7 * persons, 50 - units, unit=Varies.START)
    for other in (shuffled, named):
        assert close(
            [other.line.slope, other.line.error, other.line.df],
            [found.line.slope, found.line.error, found.line.df],
            1e-4,
        )
        assert close(other.log_likelihood, found.log_likelihood)
    assert named.line.intercept == pytest.approx(found.line.intercept + 5 - 2021 * found.line.slope, rel=1e-4)


def test_a_line_without_random_parts_is_least_squares() -> None:
    values, times, _, _ = answers()
    found = trend.mixed_trend(values, times, np.full(len(values), -1))
    slope, start = np.polyfit(times, values, 1)
    assert close([found.line.slope, found.line.intercept], [slope, start])
    assert found.line.df == pytest.approx(len(values) - 2, rel=1e-4)
    assert (found.person.varies, found.unit.varies) == (Varies.NOTHING, Varies.NOTHING)


def test_units_that_are_one_person_each_are_not_told_apart_from_persons() -> None:
    values, times, persons, _ = answers()
    found = trend.mixed_trend(values, times, persons, persons)
    assert (found.person.varies, found.unit.varies) == (Varies.START, Varies.NOTHING)


def test_a_line_that_cannot_be_drawn_says_why() -> None:
    assert trend.mixed_trend([], [], []).line.reason == trend.TOO_FEW_ROUNDS
    assert trend.mixed_trend([1, 2, 3.0], [1, 2, 2], [1, 1, 2]).line.reason == trend.TOO_FEW_ROUNDS
    assert trend.mixed_trend([1, 2, 1.0], [1, 2, 3], [1, 1, 1]).line.reason == trend.TOO_FEW
    flat = trend.mixed_trend([3.0] * 12, [1, 2, 3] * 4, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    assert flat.line.reason == trend.NO_VARIATION
    assert math.isnan(flat.line.p)
    # Everybody goes straight up from a start of their own: the slope is certain, and nothing says how certain.
    straight = trend.mixed_trend([1, 2, 3, 2, 3, 4, 0, 1, 2.0], [1, 2, 3] * 3, [0, 0, 0, 1, 1, 1, 2, 2, 2])
    assert straight.line.reason == trend.NO_VARIATION


def test_a_line_through_levels() -> None:
    times, errors = [1.0, 2, 3, 4], [0.1] * 4
    straight = trend.line_through_levels(times, [3.0, 3.1, 3.2, 3.3], errors)
    assert straight.line.slope == pytest.approx(0.1)
    assert straight.between == 0
    assert straight.line.error == pytest.approx(0.1 / math.sqrt(5))
    stray = trend.line_through_levels(times, [3.0, 3.5, 3.1, 3.9], errors)
    off = np.polyfit(times, [3.0, 3.5, 3.1, 3.9], 1, full=True)[1][0]
    # With errors all alike, error and between-round variance together are the plain residual variance.
    assert stray.between**2 + 0.01 == pytest.approx(off / 2)
    with_a_gap = trend.line_through_levels([1, 2, 3, 4], [3.0, math.nan, 3.2, 3.3], [0.1, 0.1, 0.1, math.nan])
    assert (with_a_gap.line.reason, with_a_gap.rounds) == (trend.TOO_FEW_ROUNDS, 2)


def test_the_groups_own_correlation_counts_from_five_pairs_on() -> None:
    own, pooled = overlaps(np.array([0.0, 4.0, 5.0]), np.full(3, 0.8), np.array(0.5))
    assert own.pairs.tolist() == [0.0, 0.0, 5.0]
    assert pooled.pairs.tolist() == [0.0, 4.0, 5.0]


@pytest.mark.parametrize("design", [(5, 20, 20), (10, 10, 10), (20, 5, 5)])
def test_the_deciding_test_keeps_its_promise(design: tuple[int, int, int]) -> None:
    """Short; docs/method/simulation.md has 10,000 studies a row. Four binomial errors beyond the bands."""
    studies = 1500
    found = rates_of(People(0.5), design, studies, seed=7, names=("product",))["product"]
    beyond = 4 * math.sqrt(0.05 * 0.95 / studies)
    assert 0.04 - beyond < found.type_one < 0.06 + beyond
    assert 0.94 - beyond < found.coverage < 0.96 + beyond


def test_a_flat_likelihood_has_its_top_found() -> None:
    """Few people, two very different spreads under one variance: average information alone goes in steps far too short.

    Likelihood and correlation as by trying correlations one after the other on the likelihood written out.
    """
    earlier = np.array([np.nan, -1.6, -0.4, -0.4, -0.2, np.nan, 0.7, -0.5, -0.5, 0.5])
    later = np.array([np.nan, np.nan, np.nan, 0.1, -0.1, 0.1, 0.0, np.nan, np.nan, 0.1])
    found = mixed.mixed_change_equal_variances(mixed.two_rounds(later[:, None], earlier[:, None]))
    assert found.reason[0] == ""
    assert found.log_likelihood[0] == pytest.approx(-11.107234293553278, abs=1e-8)
    assert found.correlation[0] == pytest.approx(-0.148519, abs=1e-4)
