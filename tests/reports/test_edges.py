"""Every public function of the statistics with data that people can have and formulas cannot: an answer, never a crash.

Nobody, one, two, all alike, nothing but gaps, ties, groups wholly apart, numbers of any size; each function with each
of them, warnings as errors. What cannot be computed is nan, never infinite; with ordinary data there is no nan.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest

import reports.statistics
from reports.statistics import (
    change,
    compare,
    control,
    describe,
    dominance,
    effect,
    factor,
    factor_model,
    functioning,
    funnel,
    grouped,
    intervals,
    invariance,
    mixed,
    multiplicity,
    omega,
    placements,
    planning,
    polychoric,
    proportion,
    rank_sums,
    ranks,
    reliability,
    reliable_change,
    resample,
    resample_groups,
    shares_paired,
    shrinkage,
    student,
    trend,
    trend_fit,
    weighting,
)
from reports.statistics.describe import Floats

GAP = np.nan
SAMPLES: dict[str, list[float]] = {
    "nobody": [],
    "one": [3],
    "one and gaps": [GAP, 4, GAP, GAP, GAP, GAP],
    "two": [2, 5],
    "two alike": [4, 4],
    "all alike": [3, 3, 3, 3, 3, 3],
    "all alike, not whole": [0.1] * 7,
    "all missing": [GAP] * 6,
    "yes and no": [0, 1, 1, 0, GAP, 1],
    "lowest only": [0, 0, 0, 0],
    "ties": [1, 2, 2, 2, GAP, 5, 5],
    "apart": [11, 12, 13, 14, 15, 17],
    "shifted": [12, 13, 14, 15, 16, 18],
    "next to alike": [1, 1, 1, 1, 1, 1 + 1e-9],
    "large": [1e9 + 1, 1e9 + 2, 1e9 + 4, 1e9 + 3],
}
ORDINARY = (
    [3, 4, 4, 4, 2, 4, 5, 4, 2, 1, 2, 3, 1, 3, 2, 3, 3, 3],
    [3, 3, 4, 4, 1, 5, 5, 5, 3, 1, 4, 5, 2, 4, 2, 1, 2, 3],
)
PAIRS = list(product(SAMPLES.values(), repeat=2))
EVERY = {
    "factor.fit": 13,
    "functioning.functioning": 17,
    "intervals.bca": 13,
    "invariance.invariance": 11,
    "mixed.mixed_change": 13,
    "mixed.mixed_change_equal_variances": 13,
    "mixed.two_rounds": 13,
    "planning.answers_needed": 23,
    "planning.smallest_change": 13,
    "planning.smallest_shares": 13,
    "planning.power": 13,
    "resample_groups.resampled_g": 13,
    "shrinkage.fay_herriot": 13,
    "shrinkage.shrunk_means": 13,
    "shrinkage.shrink": 13,
    "trend.mixed_trend": 13,
}
"""The slow ones see every so-manieth pair, the others every eighth: with 15 samples all meet as first and second."""
Both = Callable[[Floats, Floats], object]
TIMES = np.arange(3.0)


def _columns(one: Floats, two: Floats) -> Floats:
    """One row a person; who is not in the shorter of the two has a gap there."""
    rows = np.full((max(len(one), len(two)), 2), GAP)
    rows[: len(one), 0], rows[: len(two), 1] = one, two
    return rows


def _items(one: Floats, two: Floats) -> Floats:
    """Four items that have something in common where the two have; two of them alike where all are."""
    rows = _columns(one, two)
    place = np.arange(len(rows))
    middle = np.round(rows.mean(axis=1))
    return np.column_stack([rows, middle + place % 3, middle - place * 2 % 5])


def _level(values: Floats) -> describe.Moments:
    return describe.moments(values[:, None])


def _units(one: Floats, two: Floats) -> describe.Moments:
    each = [_level(part) for part in (one, two, one[:2], one[1:])]
    return describe.Moments(
        *(np.array([getattr(part, name)[0] for part in each]) for name in ("n", "mean", "variance"))
    )


def _sums(one: Floats, two: Floats) -> describe.Sums:
    each = [describe.sums(part[:, None]) for part in (one, two, one[:2])]
    return describe.Sums(*(np.array([getattr(part, name)[0] for part in each]) for name in ("n", "total", "squares")))


def _pairs(one: Floats, two: Floats) -> change.Pairs:
    return change.pair_up(*_columns(one, two).T)


def _test(one: Floats, two: Floats) -> change.Difference:
    pairs = change.only_pairs(*_columns(one, two).T)
    return change.t_new2(pairs.first, pairs.second, pairs.overlap)


def _g(one: Floats, two: Floats) -> effect.Effect:
    first, second, apart = _level(one), _level(two), change.no_overlap((1,))
    sd, factors = change.pooled_sd(first, second), change.overlap_factor(first.n, second.n, apart)
    return effect.hedges_g(first.mean - second.mean, sd, factors, first.n + second.n - 2)


def _yes(values: Floats) -> Floats:
    return np.where(np.isnan(values), GAP, values > 2)


def _share(values: Floats) -> tuple[Floats, Floats]:
    told = describe.moments(_yes(values)[:, None])
    return told.mean, told.n


def _p(one: Floats, two: Floats) -> Floats:
    return np.concatenate([np.clip(np.abs(part) / 20, 0, 1) for part in (one, two)])


def _resampled(one: Floats, two: Floats, statistic: resample.OfRows = resample.mean) -> resample.Resampled:
    values = one[~np.isnan(one)]
    return resample.by_rows(
        values, resample.draw(len(values), 30, np.random.default_rng(1))[:, : len(values)], statistic
    )


def _by_weights(one: Floats, two: Floats) -> resample.Resampled:
    values = one[~np.isnan(one)]
    middle = 3.0
    drawn = resample.draw_weights(len(values), 30, np.random.default_rng(1)) if len(values) else np.zeros((30, 0))
    return resample.by_weights(
        resample.first_two_powers(values, middle), drawn, resample.standardised_mean_of_sums(middle)
    )


def _people(one: Floats, two: Floats) -> tuple[Floats, Floats, np.ndarray]:
    rows = np.column_stack([_columns(one, two), _columns(two, one)[:, 0]])
    return rows.ravel(), np.tile(TIMES, len(rows)), np.repeat(np.arange(len(rows)), 3)


def _trend(one: Floats, two: Floats) -> trend.MixedTrend:
    return trend.mixed_trend(*_people(one, two), person=trend.Varies.START)


def _margin(one: Floats, two: Floats) -> list[weighting.Margin]:
    groups = np.array(["" if np.isnan(value) else "high" if value > 3 else "low" for value in one], dtype=np.str_)
    return [weighting.Margin("level", groups, {"high": 30.0, "low": 70.0})]


def _raked(one: Floats, two: Floats) -> weighting.Raked:
    return weighting.rake(_margin(one, two), np.ones(len(one)))


def _plan(one: Floats, two: Floats) -> planning.Plan:
    first, second, pairs = _level(one), _level(two), _pairs(one, two)
    return planning.Plan(first.n, second.n, pairs.overlap.pairs, pairs.overlap.correlation, first.sd, second.sd)


def _simulated(one: Floats, two: Floats) -> planning.Simulated:
    numbers = {
        name: float(np.nan_to_num(np.asarray(value, dtype=np.float64)).reshape(()))
        for name, value in vars(_plan(one, two)).items()
    }
    plan = planning.Plan(**{**numbers, "alpha": 0.05, "link_from": 0, "equal_variances": False})
    return planning.simulated_power(plan, 0.5, np.random.default_rng(1), 20)


def _grouping(values: Floats) -> grouped.Grouping:
    return grouped.Grouping(np.arange(len(values)) % 2, 2)


def _functioning(one: Floats, two: Floats) -> functioning.Functioning:
    items = _items(one, two)
    return functioning.functioning(items, np.arange(len(items)) % 2, minimum=0)


def _resampled_g(one: Floats, two: Floats) -> resample_groups.ResampledG:
    rounds = [resample_groups.Sample(part[:, None], _grouping(part)) for part in (one, two)]
    return resample_groups.resampled_g(*rounds, resamples=20, seed=1, workers=1)


def _samples(one: Floats, two: Floats) -> list[factor_model.Sample]:
    items = _items(one, two)
    return [factor_model.sample(items), factor_model.sample(items[::-1])]


_ONE_FACTOR = np.zeros(4, dtype=np.int64)

CALLS: dict[str, Both] = {
    "change.no_overlap": lambda one, two: change.no_overlap((len(one),)),
    "change.welch": lambda one, two: change.welch(_level(one), _level(two)),
    "change.welch_df": lambda one, two: change.welch_df(_level(one), _level(two)),
    "change.student": lambda one, two: change.student(_level(one), _level(two)),
    "change.t_new1": lambda one, two: change.t_new1((pairs := _pairs(one, two)).first, pairs.second, pairs.overlap),
    "change.t_new1_df": lambda one, two: change.t_new1_df(
        (pairs := _pairs(one, two)).first.n, pairs.second.n, pairs.overlap.pairs
    ),
    "change.t_new2": lambda one, two: change.t_new2((pairs := _pairs(one, two)).first, pairs.second, pairs.overlap),
    "change.with_pooled": lambda one, two: change.with_pooled(
        _level(one), _level(two), change.no_overlap((1,)), describe.pooled_within(_units(one, two))
    ),
    "change.prefer": lambda one, two: change.prefer(
        _level(one).n > 3, _level(one).n > 1, _test(one, two), change.welch(_level(one), _level(two))
    ),
    "change.overlap_factor": lambda one, two: change.overlap_factor(
        (pairs := _pairs(one, two)).first.n, pairs.second.n, pairs.overlap
    ),
    "change.pooled_sd": lambda one, two: change.pooled_sd(_level(one), _level(two)),
    "change.pair_up": _pairs,
    "change.only_pairs": lambda one, two: change.only_pairs(*_columns(one, two).T),
    "change.looney_jones": lambda one, two: change.looney_jones(_pairs(one, two)),
    "change.correlation_or_zero": lambda one, two: change.correlation_or_zero(
        (pairs := _pairs(one, two)).covariance, pairs.first.variance, pairs.second.variance
    ),
    "compare.against_rest": lambda one, two: compare.against_rest(_sums(one, two)),
    "compare.middle_half_of_others": lambda one, two: compare.middle_half_of_others(
        [None if np.isnan(value) else float(value) for value in one], 2
    ),
    "control.p_chart": lambda one, two: control.p_chart(
        *_share_by_place(one, two), wanted=control.Periods(limits=2, firm=3)
    ),
    "control.mean_chart": lambda one, two: control.mean_chart(
        _units(one, two), wanted=control.Periods(limits=2, firm=3)
    ),
    "describe.sums": lambda one, two: describe.sums(_columns(one, two)),
    "describe.moments": lambda one, two: describe.moments(_columns(one, two)),
    "describe.moments_from_sums": lambda one, two: describe.moments_from_sums(_sums(one, two), 1.0),
    "describe.standard_error": lambda one, two: describe.standard_error(_level(one).n, _level(one).sd, len(two)),
    "describe.mean_interval": lambda one, two: describe.mean_interval(
        _level(one).mean, _level(one).sd, _level(one).n - 1
    ),
    "describe.pooled_within": lambda one, two: describe.pooled_within(_units(one, two)),
    "describe.shape": lambda one, two: describe.shape(one[~np.isnan(one), None], 1, 5),
    "describe.divide": lambda one, two: describe.divide(*_columns(one, two).T),
    "dominance.cliffs_delta": dominance.cliffs_delta,
    "dominance.from_counts": lambda one, two: dominance.from_counts(placements.count(one, two)),
    "effect.correction": lambda one, two: effect.correction(_level(one).n - 1),
    "effect.standardised_paired": lambda one, two: effect.standardised_paired(_test(one, two)),
    "effect.repeated_measures": lambda one, two: effect.repeated_measures(
        effect.standardised_paired(_test(one, two)), _pairs(one, two).overlap.correlation
    ),
    "effect.large_sample_variance": lambda one, two: effect.large_sample_variance(
        _g(one, two), _level(one).n, _level(two).n
    ),
    "effect.hedges_g": _g,
    "factor.why_not": lambda one, two: factor.why_not(_samples(one, two), _ONE_FACTOR),
    "factor.fit": lambda one, two: factor.fit(_samples(one, two), _ONE_FACTOR),
    "factor_model.sample": _samples,
    "functioning.functioning": _functioning,
    "funnel.z_of_means": lambda one, two: funnel.z_of_means(_units(one, two).mean, _units(one, two).n, 3.0, 1.0),
    "funnel.z_of_shares": lambda one, two: funnel.z_of_shares(*_share(one), float(_share(two)[0][0])),
    "funnel.overdispersion": lambda one, two: funnel.overdispersion(one),
    "funnel.outside": lambda one, two: funnel.outside(one),
    "funnel.limits_of_mean": lambda one, two: funnel.limits_of_mean(_units(one, two).n, 3.0, float(_level(one).sd[0])),
    "funnel.limits_of_share": lambda one, two: funnel.limits_of_share(_units(one, two).n, float(_share(two)[0][0])),
    "grouped.complete_cases": lambda one, two: grouped.complete_cases(
        _items(one, two), _grouping(_items(one, two)).add, 3.0
    ),
    "grouped.steps_of": grouped.steps_of,
    "intervals.percentile": lambda one, two: intervals.percentile(_resampled(one, two)),
    "intervals.bca": lambda one, two: [
        intervals.bca(_resampled(one, two)),
        intervals.bca(_by_weights(one, two)),
        intervals.bca(_resampled(one, two, resample.standardised_mean)),
    ],
    "intervals.ideal": lambda one, two: intervals.ideal(one[~np.isnan(one)][:5], resample.mean),
    "invariance.invariance": lambda one, two: invariance.invariance([_items(one, two), _items(two, one)], minimum=0),
    "mixed.two_rounds": lambda one, two: mixed.two_rounds(*np.split(_columns(one, two), 2, axis=1)),
    "mixed.two_rounds_from_sums": lambda one, two: mixed.two_rounds_from_sums(*_pair_sums(one, two)),
    "mixed.mixed_change": lambda one, two: mixed.mixed_change(
        mixed.two_rounds(*np.split(_columns(one, two), 2, axis=1))
    ),
    "mixed.mixed_change_equal_variances": lambda one, two: mixed.mixed_change_equal_variances(
        mixed.two_rounds(*np.split(_columns(one, two), 2, axis=1))
    ),
    "multiplicity.bonferroni": lambda one, two: multiplicity.bonferroni(_p(one, two)),
    "multiplicity.holm": lambda one, two: multiplicity.holm(_p(one, two)),
    "multiplicity.benjamini_hochberg": lambda one, two: multiplicity.benjamini_hochberg(_p(one, two)),
    "multiplicity.hommel": lambda one, two: multiplicity.hommel(_p(one, two)),
    "omega.omega": lambda one, two: omega.omega(_items(one, two), minimum=0),
    "placements.count": placements.count,
    "placements.count_groups": lambda one, two: placements.count_groups(
        one, np.arange(len(one)) % 2, 3, grouped.steps_of(one)
    ),
    "placements.placements": lambda one, two: placements.placements(placements.count(one, two)),
    "planning.linked_pairs": lambda one, two: planning.linked_pairs(len(one), len(two), 0.5),
    "planning.power": lambda one, two: planning.power(_plan(one, two), 0.5),
    "planning.smallest_change": lambda one, two: planning.smallest_change(_plan(one, two)),
    "planning.answers_needed": lambda one, two: planning.answers_needed(_plan(one, two), 0.5, 0.5),
    "planning.power_of_shares": lambda one, two: planning.power_of_shares(
        _share(one)[0], _share(two)[0], len(one), len(two)
    ),
    "planning.smallest_shares": lambda one, two: planning.smallest_shares(_share(one)[0], len(one), len(two)),
    "planning.answers_needed_for_shares": lambda one, two: planning.answers_needed_for_shares(
        _share(one)[0], _share(two)[0] * 0.9, 0.5, _pairs(one, two).overlap.correlation
    ),
    "planning.highest_correlation": lambda one, two: planning.highest_correlation(_share(one)[0], _share(two)[0]),
    "planning.simulated_power": _simulated,
    "polychoric.ordinal_alpha": lambda one, two: polychoric.ordinal_alpha(_items(one, two), minimum=0),
    "polychoric.polychoric": lambda one, two: polychoric.polychoric(_items(one, two)),
    "proportion.wilson": lambda one, two: proportion.wilson(*_share(one)),
    "proportion.newcombe": lambda one, two: proportion.newcombe(*_share(one), *_share(two)),
    "rank_sums.exact_p": lambda one, two: rank_sums.exact_p(placements.count(one, two)),
    "rank_sums.exact_signed_p": lambda one, two: rank_sums.exact_signed_p(
        np.arange(2.0, 2.0 * len(one) + 1, 2), np.arange(2.0, len(one) + 1.0, 2), "less"
    ),
    "rank_sums.tail": lambda one, two: rank_sums.tail(np.full(len(one) + 1, 1 / (len(one) + 1)), len(one), "two-sided"),
    "ranks.mann_whitney": lambda one, two: [
        ranks.mann_whitney(one, two, side) for side in ("two-sided", "greater", "less")
    ],
    "ranks.mann_whitney_from_counts": lambda one, two: ranks.mann_whitney_from_counts(placements.count(one, two)),
    "ranks.normal_p": lambda one, two: ranks.normal_p(one, "two-sided"),
    "ranks.brunner_munzel": lambda one, two: [
        (found := ranks.brunner_munzel(one, two, "greater")),
        found.interval(),
    ],
    "ranks.brunner_munzel_from_counts": lambda one, two: ranks.brunner_munzel_from_counts(placements.count(one, two)),
    "ranks.signed_rank": lambda one, two: [
        ranks.signed_rank(np.subtract(*_columns(one, two).T), zeros=zeros) for zeros in ("dropped", "ranked")
    ],
    "reliability.alpha_from_variances": lambda one, two: reliability.alpha_from_variances(
        2, _level(one).variance, _level(two).variance
    ),
    "reliability.feldt": lambda one, two: reliability.feldt(0.7, len(one), len(two)),
    "reliability.bonett": lambda one, two: reliability.bonett(0.7, len(one), len(two)),
    "reliability.duhachek": lambda one, two: reliability.duhachek(
        reliability.listwise_covariance(_items(one, two)), len(one)
    ),
    "reliability.alpha": lambda one, two: [
        reliability.alpha(_items(one, two)),
        reliability.alpha(_columns(one, two)),
    ],
    "reliability.alpha_from_counts": lambda one, two: reliability.alpha_from_counts(
        _items(one, two), np.ones(len(_items(one, two)))
    ),
    "reliability.alpha_from_covariance": lambda one, two: reliability.alpha_from_covariance(
        reliability.listwise_covariance(_items(one, two))
    ),
    "reliability.pairwise_covariance": lambda one, two: reliability.pairwise_covariance(_items(one, two)),
    "reliability.item_parts": lambda one, two: reliability.item_parts(_items(one, two)),
    "reliability.listwise_covariance": lambda one, two: reliability.listwise_covariance(_items(one, two)),
    "reliability.correlation": lambda one, two: reliability.correlation(
        reliability.listwise_covariance(_items(one, two))
    ),
    "reliable_change.reliable_change": lambda one, two: [
        reliable_change.reliable_change(*_columns(one, two).T, known) for known in (0.8, 0.0)
    ],
    "resample.draw": lambda one, two: resample.draw(len(one), 3, np.random.default_rng(1)),
    "resample.weights": lambda one, two: resample.weights(np.zeros((2, len(one)), dtype=np.int64), len(one)),
    "resample.draw_weights": lambda one, two: resample.draw_weights(max(len(one), 1), 3, np.random.default_rng(1)),
    "resample.by_rows": _resampled,
    "resample.by_weights": _by_weights,
    "resample.mean": lambda one, two: resample.mean(one[~np.isnan(one)]),
    "resample.standardised_mean": lambda one, two: resample.standardised_mean(one[~np.isnan(one)]),
    "resample.first_two_powers": lambda one, two: resample.first_two_powers(one[~np.isnan(one)], 3.0),
    "resample.mean_of_sums": lambda one, two: resample.mean_of_sums(3.0)(float(len(one)), np.ones((2, 2))),
    "resample.standardised_mean_of_sums": lambda one, two: resample.standardised_mean_of_sums(3.0)(
        float(len(one)), np.ones((2, 2)) * [1, 2]
    ),
    "resample_groups.resampled_g": _resampled_g,
    "shares_paired.mcnemar": lambda one, two: shares_paired.mcnemar(len(one), len(two), 0, [0, 1]),
    "shares_paired.mcnemar_of": lambda one, two: shares_paired.mcnemar_of(*_yes(_columns(one, two)).T),
    "shares_paired.z8": lambda one, two: shares_paired.z8(*_yes(_columns(one, two)).T),
    "shrinkage.one_way": lambda one, two: shrinkage.one_way(_units(one, two)),
    "shrinkage.random_intercept": lambda one, two: shrinkage.random_intercept(_units(one, two)),
    "shrinkage.shrink": lambda one, two: shrinkage.shrink(
        shrinkage.random_intercept(_units(one, two)), _units(one, two).mean, _units(one, two).n
    ),
    "shrinkage.fay_herriot": lambda one, two: shrinkage.fay_herriot(
        _units(one, two).mean, describe.divide(_units(one, two).variance, _units(one, two).n)
    ),
    "shrinkage.shrunk_means": lambda one, two: shrinkage.shrunk_means(
        _units(one, two).mean, _units(one, two).n, float(_level(two).sd[0])
    ),
    "student.two_sided_p": lambda one, two: student.two_sided_p(*_columns(one, two).T),
    "student.quantile": lambda one, two: student.quantile(0.975, one),
    "student.beyond": lambda one, two: student.beyond(2.0, *_columns(one, two).T),
    "student.noncentrality": lambda one, two: student.noncentrality(*_columns(one, two).T, 0.975),
    "trend.mixed_trend": _trend,
    "trend.line_through_levels": lambda one, two: trend.line_through_levels(
        np.arange(len(_columns(one, two))), *_columns(one, two).T
    ),
    "trend_fit.laid_out": lambda one, two: trend_fit.laid_out(*_people(one, two), None),
    "weighting.stratified_mean": lambda one, two: weighting.stratified_mean(
        _units(one, two), np.array([4.0, 9.0, 2.0, 0.0])
    ),
    "weighting.rake": _raked,
    "weighting.weighted_mean": lambda one, two: weighting.weighted_mean(
        one, _raked(one, two), _margin(one, two), 100.0
    ),
}
WITHIN = {"factor_fit", "factor_model.implied", "mixed_fit", "trend_fit.fit"}
"""Called with nothing but what `factor`, `mixed` and `trend` have found fit to be fitted."""
INFINITE = {"Difference.df"}
"""The normal distribution's df (Looney and Jones)."""
ORDINARILY_NOT = {
    *("Bootstrap.bias", "Bootstrap.acceleration"),
    *("Step.chi2_change", "Step.p_change", "Step.cfi_change", "Step.rmsea_change", "Step.srmr_change"),
    "MannWhitney.p_exact",
    *("Moments.mean", "Moments.variance", "Moments.sd"),
}
"""BCa's two numbers in a percentile interval; what the first of three models costs beside the one before; no exact p
from counts; nobody in one round only."""


def _share_by_place(one: Floats, two: Floats) -> tuple[Floats, Floats]:
    each = [_share(part) for part in (one, two, one[:2], two[1:])]
    return np.concatenate([share for share, _ in each]), np.concatenate([n for _, n in each])


def _pair_sums(one: Floats, two: Floats) -> tuple[describe.Sums, describe.Sums, Floats]:
    rows = _columns(one, two)
    x, y = rows[~np.isnan(rows).any(axis=1)].T
    shared = np.array([[len(x), x.sum(), y.sum(), (x**2).sum(), (y**2).sum(), (x * y).sum()]])
    return describe.sums(rows[:, :1]), describe.sums(rows[:, 1:]), shared


def _public() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(reports.statistics.__path__):
        there = importlib.import_module(f"reports.statistics.{module.name}")
        for name, function in inspect.getmembers(there, inspect.isfunction):
            if not name.startswith("_") and function.__module__ == there.__name__:
                found.add(f"{module.name}.{name}")
    return found


def _numbers(result: object, at: str = "") -> Iterator[tuple[str, Floats]]:
    """Every number of a result, however deep, with the name of its field; properties too."""
    if dataclasses.is_dataclass(result):
        kind = type(result)
        names = [field.name for field in dataclasses.fields(result)]
        names += [name for name, value in inspect.getmembers(kind) if isinstance(value, property)]
        for name in names:
            yield from _numbers(getattr(result, name), f"{kind.__name__}.{name}")
    elif isinstance(result, dict):
        for value in result.values():
            yield from _numbers(value, at)
    elif isinstance(result, list | tuple):
        for value in result:
            yield from _numbers(value, at)
    elif isinstance(result, float | np.ndarray | np.floating) and np.asarray(result).dtype.kind == "f":
        yield at, np.asarray(result)


def _unexplained(result: object) -> Iterator[str]:
    """Fields that are nan in a result that has a reason to give, and gives none."""
    if isinstance(result, list | tuple):
        for value in result:
            yield from _unexplained(value)
    elif dataclasses.is_dataclass(result):
        values = {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
        reason = values.get("reason", values.get("why", "none to give"))
        for name, value in values.items():
            if isinstance(reason, np.ndarray):
                own = isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.shape == reason.shape
                silent = own and bool((np.isnan(value) & (reason == "")).any())
            else:
                silent = isinstance(value, float) and np.isnan(value) and not reason
            if silent:
                yield f"{type(result).__name__}.{name}"
        yield from _unexplained(list(values.values()))


def test_every_public_function_is_walked() -> None:
    """A new one asks for a line in `CALLS`."""
    inner = {name for name in _public() if name in WITHIN or name.partition(".")[0] in WITHIN}
    assert _public() - inner == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_edges(name: str) -> None:
    for one, two in PAIRS[:: EVERY.get(name, 8)]:
        # No longer than the call: a connection of an earlier test, given up just now, is no fault of this one.
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = CALLS[name](np.array(one, dtype=np.float64), np.array(two, dtype=np.float64))
        wrong = [at for at, numbers in _numbers(found) if np.isinf(numbers).any() and at not in INFINITE]
        assert not wrong, f"{one} {two}: infinite {wrong}"
        unexplained = [at for at in _unexplained(found) if at not in ORDINARILY_NOT]
        assert not unexplained, f"{one} {two}: nan without a reason {unexplained}"


def test_ordinary() -> None:
    """With ordinary data everything has a value."""
    one, two = (np.array(values, dtype=np.float64) for values in ORDINARY)
    for name, call in CALLS.items():
        missing = {at for at, numbers in _numbers(call(one, two)) if np.isnan(numbers).any()}
        assert missing <= ORDINARILY_NOT, name
