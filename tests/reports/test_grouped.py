"""Many groups at once: the same numbers as group by group, also where a group is empty or all alike."""

from __future__ import annotations

import numpy as np
import pytest

from reports.statistics import intervals, resample
from reports.statistics.describe import moments, moments_from_sums
from reports.statistics.effect import correction
from reports.statistics.grouped import Grouping, complete_cases, steps_of
from reports.statistics.reliability import alpha, alpha_from_variances
from reports.statistics.resample_groups import Sample, resampled_g

GROUPS = 6


def sample(seed: int, n: int = 90) -> Sample:
    """Two scales; groups of about 22, one of one person (4), one of nobody (5), and one all alike (3)."""
    draw = np.random.default_rng(seed)
    of = draw.integers(0, 4, n)
    of[0] = 4
    scores = np.round(draw.normal(3, 1, (n, 2)) * 5) / 5
    scores[draw.random((n, 2)) < 0.05] = np.nan
    scores[of == 3] = 4.0
    return Sample(scores, Grouping(of, GROUPS))


def test_sums_alpha_and_counts_are_those_of_each_group_by_itself() -> None:
    drawn = sample(1)
    answers = np.round(np.random.default_rng(2).normal(3, 1, (90, 3)) + drawn.scores[:, [0]])
    grouping = drawn.grouping
    found = moments_from_sums(grouping.sums(drawn.scores, 3.0), 3.0)
    parts = complete_cases(answers, grouping.add, 3.0)
    alphas = alpha_from_variances(np.full(GROUPS, 3.0), parts.item_variances, parts.total_variance)
    steps = steps_of(drawn.scores[:, 0])
    counts = grouping.counts(drawn.scores[:, 0], steps)
    for group in range(GROUPS):
        own = grouping.of == group
        alone = moments(drawn.scores[own])
        np.testing.assert_allclose(found.mean[group], alone.mean, rtol=1e-12)
        np.testing.assert_allclose(found.variance[group], alone.variance, atol=1e-12)
        with_alpha = alpha(answers[own])
        assert parts.n[group] == with_alpha.n
        np.testing.assert_allclose(alphas[group], with_alpha.alpha, atol=1e-12)
        assert counts[group].tolist() == [np.sum(drawn.scores[own, 0] == step) for step in steps]


def test_resampled_g_equals_resampling_the_rows_with_the_same_draws() -> None:
    first, second = sample(1), sample(2)
    found = resampled_g(first, second, resamples=300, seed=7, centre=3.0)
    for group in range(GROUPS):
        rounds = [one.scores[one.grouping.of == group] for one in (first, second)]
        places = [
            resample.draw(len(scores), 300, np.random.default_rng((7, at, len(scores))))
            for at, scores in enumerate(rounds)
        ]
        drawn = [scores[place] for scores, place in zip(rounds, places, strict=True)]
        for scale in range(2):
            replicates = np.array(
                [g(one[:, scale], two[:, scale]) for one, two in zip(*drawn, strict=True)]
                if min(map(len, rounds))
                else [np.nan] * 300
            )
            seen = resample.Resampled(
                n=min(map(len, rounds)),
                estimate=np.array([g(rounds[0][:, scale], rounds[1][:, scale])]),
                replicates=replicates[:, None],
                left_out=np.zeros((0, 1)),
            )
            by_rows = intervals.percentile(seen)
            told = found.g[group, scale], found.low[group, scale], found.high[group, scale]
            np.testing.assert_allclose(told, (seen.estimate[0], by_rows.low[0], by_rows.high[0]), atol=1e-9)
    assert np.isnan(found.low[3:]).all()
    assert np.isfinite(found.low[:3]).all()


def g(first: np.ndarray, second: np.ndarray) -> float:
    one, two = first[~np.isnan(first)], second[~np.isnan(second)]
    if min(len(one), len(two)) < 2:
        return float("nan")
    df = len(one) + len(two) - 2
    spread = np.sqrt(((len(one) - 1) * one.var(ddof=1) + (len(two) - 1) * two.var(ddof=1)) / df)
    return float((one.mean() - two.mean()) / spread * correction(df)) if spread > 1e-9 else float("nan")


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_workers_and_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = sample(1), sample(2)
    one = resampled_g(first, second, resamples=100, seed=7, centre=3.0, workers=1)
    monkeypatch.setattr("reports.statistics.resample_groups.GROUPS_AT_ONCE", 2)
    two = resampled_g(first, second, resamples=100, seed=7, centre=3.0, workers=2)
    other = resampled_g(first, second, resamples=100, seed=8, centre=3.0)
    assert one.low.tobytes() == two.low.tobytes()
    assert one.error.tobytes() == two.error.tobytes()
    assert not np.array_equal(one.low, other.low, equal_nan=True)


def test_rounds_with_other_groups_are_refused() -> None:
    first = sample(1)
    with pytest.raises(ValueError, match="same groups"):
        resampled_g(first, Sample(first.scores, Grouping(first.grouping.of, 9)), resamples=10, seed=1)
