"""The bootstrap: both ways give the same, and what it cannot tell has a reason. R's numbers are in tests/reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reports.statistics import intervals, reliability, resample
from reports.statistics.intervals import NoInterval

Floats = NDArray[np.float64]

FEW = settings(max_examples=25)
scores = st.lists(st.integers(4, 20).map(lambda quarters: quarters / 4), min_size=3, max_size=15).map(np.array)
SCORES = np.array([2.5, 3.0, 3.25, 4.0, 1.75, 3.5, 4.75, 2.0, 3.0, 3.75])


def drawn(n: int, resamples: int = 199) -> resample.Places:
    return resample.draw(n, resamples, np.random.default_rng(11))


@FEW
@given(scores, st.sampled_from([0.5, 0.9, 0.95]))
def test_weights_give_what_rows_give_for_the_same_resamples(values: Floats, confidence: float) -> None:
    places = drawn(len(values))
    features, weights = resample.first_two_powers(values, 3.0), resample.weights(places, len(values))
    for of_rows, of_sums in (
        (resample.mean, resample.mean_of_sums(3.0)),
        (resample.standardised_mean, resample.standardised_mean_of_sums(3.0)),
    ):
        rows = resample.by_rows(values, places, of_rows)
        sums = resample.by_weights(features, weights, of_sums)
        np.testing.assert_allclose(sums.replicates, rows.replicates, rtol=1e-9)
        np.testing.assert_allclose(sums.left_out, rows.left_out, rtol=1e-9)
        for interval in (intervals.percentile, intervals.bca):
            one, other = interval(rows, confidence), interval(sums, confidence)
            np.testing.assert_allclose([one.low, one.high], [other.low, other.high], rtol=1e-6)
            assert one.reason == other.reason


def test_alpha_from_weights_is_alpha_of_the_rows() -> None:
    """Many numbers of one scale come from one product: sums of items and of their products."""
    random = np.random.default_rng(5)
    items = np.clip(random.integers(0, 3, (30, 1)) + random.integers(1, 4, (30, 4)), 1, 5).astype(float)
    k = items.shape[1]
    features = np.column_stack([items, (items[:, :, None] * items[:, None, :]).reshape(30, -1)])

    def alpha_of_sums(n: float, sums: Floats) -> Floats:
        mean = sums[:, :k] / n
        covariance = (sums[:, k:].reshape(-1, k, k) / n - mean[:, :, None] * mean[:, None, :]) * n / (n - 1)
        return np.array([reliability.alpha_from_covariance(one) for one in covariance])

    places = drawn(30, 50)
    rows = resample.by_rows(items, places, lambda samples: np.array([reliability.alpha(one).alpha for one in samples]))
    sums = resample.by_weights(features, resample.weights(places, 30), alpha_of_sums)
    np.testing.assert_allclose(sums.replicates, rows.replicates)
    np.testing.assert_allclose(intervals.bca(sums).low, intervals.bca(rows).low)


def test_many_statistics_at_once_are_each_by_itself() -> None:
    values = np.column_stack([SCORES, SCORES[::-1] ** 2, np.full(10, 3.0)])
    places = drawn(10)
    together = intervals.bca(resample.by_rows(values, places, lambda samples: samples.mean(axis=1)))
    for place in range(3):
        alone = intervals.bca(resample.by_rows(values[:, place], places, resample.mean))
        np.testing.assert_allclose([together.low[place], together.high[place]], [alone.low, alone.high])
        assert together.reason[place] == alone.reason
    assert together.reason.tolist() == ["", "", NoInterval.NO_VARIATION]


@FEW
@given(scores, st.floats(-3, 3))
def test_the_interval_follows_the_scale(values: Floats, added: float) -> None:
    """Moved by a constant, or turned round: so are its ends; and wider with more confidence."""
    places = drawn(len(values))
    for interval in (intervals.percentile, intervals.bca):
        here = interval(resample.by_rows(values, places, resample.mean))
        moved = interval(resample.by_rows(values + added, places, resample.mean))
        np.testing.assert_allclose([moved.low, moved.high], [here.low + added, here.high + added], atol=1e-9)
        less = interval(resample.by_rows(values, places, resample.mean), 0.5)
        assert here.reason or here.low <= less.low <= less.high <= here.high
    plain = intervals.percentile(resample.by_rows(values, places, resample.mean))
    turned = intervals.percentile(resample.by_rows(-values, places, resample.mean))
    np.testing.assert_allclose([turned.low, turned.high], [-plain.high, -plain.low], rtol=1e-9)


def test_order_of_people_does_not_change_the_ideal_bootstrap() -> None:
    here, there = (intervals.ideal(values, resample.mean) for values in (SCORES[:6], SCORES[:6][::-1]))
    np.testing.assert_allclose([here.error, here.quantile(0.1)], [there.error, there.quantile(0.1)])
    # Of a mean it has a formula: the sample's SD with denominator n, over the root of n.
    np.testing.assert_allclose(here.error, SCORES[:6].std() / np.sqrt(6))
    np.testing.assert_allclose(here.likely.sum(), 1)


def test_drawn_resamples_come_near_the_ideal() -> None:
    ideal = intervals.ideal(SCORES[:6], resample.mean)
    weights = resample.draw_weights(6, 20_000, np.random.default_rng(11))
    np.testing.assert_equal(weights, resample.weights(drawn(6, 20_000), 6))
    assert (weights.sum(axis=1) == 6).all()
    features = resample.first_two_powers(SCORES[:6], 3.0)
    found = intervals.percentile(resample.by_weights(features, weights, resample.mean_of_sums(3.0)))
    assert found.error == pytest.approx(ideal.error, rel=0.03)
    assert found.low == pytest.approx(ideal.quantile(0.025), abs=0.05)


@pytest.mark.parametrize(
    ("values", "statistic", "reason"),
    [
        (np.array([]), resample.mean, NoInterval.TOO_FEW_ANSWERS),
        (np.array([3.0]), resample.mean, NoInterval.TOO_FEW_ANSWERS),
        (np.full(8, 3.0), resample.mean, NoInterval.NO_VARIATION),
        (np.full(8, 0.1), resample.mean, NoInterval.NO_VARIATION),
        (np.full(8, 3.0), resample.standardised_mean, NoInterval.NO_VALUE),
        (np.array([1.0, 2.0]), resample.standardised_mean, NoInterval.MANY_WITHOUT_VALUE),
    ],
)
def test_no_interval_says_why(values: Floats, statistic: resample.OfRows, reason: str) -> None:
    seen = resample.by_rows(values, drawn(len(values)), statistic)
    for found in (intervals.percentile(seen), intervals.bca(seen)):
        assert found.reason == reason
        assert np.isnan([found.low, found.high, found.error]).all()


def test_an_estimate_beyond_all_resamples_has_no_bca() -> None:
    """Given resamples may leave the highest of all out."""
    seen = resample.by_rows(np.append(SCORES[:9], 99.0), drawn(9), lambda samples: samples.max(axis=-1))
    assert intervals.bca(seen).reason == NoInterval.OUTSIDE
    assert np.isnan(intervals.bca(seen).high)
    assert intervals.percentile(seen).high == 4.75
    none = intervals.percentile(resample.by_rows(SCORES, drawn(10, 0), resample.mean))
    assert none.reason == NoInterval.MANY_WITHOUT_VALUE


def test_no_ideal_says_why() -> None:
    many = intervals.ideal(np.arange(11.0), resample.mean)
    assert (many.reason, many.estimate) == (NoInterval.TOO_MANY, 5)
    assert np.isnan([many.error, many.quantile(0.5)]).all()
    assert intervals.ideal(np.array([2.0]), resample.mean).reason == NoInterval.TOO_FEW_ANSWERS
    assert intervals.ideal(np.full(3, 2.0), resample.mean).reason == NoInterval.NO_VARIATION
    assert intervals.ideal(np.full(3, 2.0), resample.standardised_mean).reason == NoInterval.NO_VALUE
    assert intervals.ideal(np.array([1.0, 2]), resample.standardised_mean).reason == NoInterval.MANY_WITHOUT_VALUE


def test_a_great_acceleration_reads_all_replicates() -> None:
    """Where one person decides everything, far out, the formula turns over; the end is then the outermost replicate."""
    seen = resample.by_rows(np.append(np.zeros(30), 100.0), drawn(31), resample.mean)
    found = intervals.bca(seen, 1 - 1e-10, influence=np.append(np.zeros(30), 99.0))
    assert found.acceleration == pytest.approx(1 / 6)
    assert found.high == seen.replicates.max()
