"""The adapters of tests on ranks, shares of the same people, resampling and change of single persons."""

from __future__ import annotations

import numpy as np

from reports.statistics import dominance, intervals, ranks, reliable_change, resample, shares_paired
from tests.reference.columns import Adapter, Answer, Case, Floats, Frame, beside, matches, numbers, single


def two_groups(case: Case, frame: Frame) -> tuple[Floats, Floats]:
    params = case["params"]
    values = numbers(frame, params["value"])
    one, two = (values[matches(frame, params["group"], params[name])] for name in ("group1", "group2"))
    return one, two


def mann_whitney(case: Case, frame: Frame) -> Answer:
    one, two = two_groups(case, frame)
    found = ranks.mann_whitney(one, two, case["params"].get("alternative", "two-sided"))
    effect = dominance.cliffs_delta(one, two)
    return single(
        {
            "n1": found.n_first,
            "n2": found.n_second,
            "U": found.u,
            "p_asymptotic_cc": found.p_corrected,
            "p_asymptotic": found.p,
            "p_exact_permutation": found.p_exact,
            "prob_superiority": effect.superiority,
            "cliffs_delta": effect.delta,
        }
    )


def cliffs_delta(case: Case, frame: Frame) -> Answer:
    one, two = two_groups(case, frame)
    found = dominance.cliffs_delta(one, two, case["params"].get("conf", 0.95))
    test = ranks.brunner_munzel(one, two, case["params"].get("alternative", "two-sided"))
    return single(
        {
            "n1": found.n_first,
            "n2": found.n_second,
            "cliffs_delta": found.delta,
            "delta_se": found.error,
            "delta_ci_lower": found.low,
            "delta_ci_upper": found.high,
            "prob_superiority": found.superiority,
            "brunner_munzel_W": test.statistic,
            "brunner_munzel_df": test.df,
            "brunner_munzel_p": test.p,
        }
    )


def signed_rank(case: Case, frame: Frame) -> Answer:
    before, after = (numbers(frame, case["params"][name]) for name in ("pre", "post"))
    found = ranks.signed_rank(after - before, case["params"].get("alternative", "two-sided"))
    return {
        "n_pairs": found.pairs,
        "n_nonzero": found.changed,
        "V_plus": found.plus,
        "V_minus": found.minus,
        "p_asymptotic_cc": found.p_corrected,
        "p_asymptotic": found.p,
        "p_exact_permutation": found.p_exact,
        "matched_rank_biserial": found.biserial,
    }


def partly_same_shares(case: Case, frame: Frame) -> Answer:
    one, two = (numbers(frame, case["params"][name]) for name in ("a", "b"))
    found = shares_paired.z8(one, two, case["params"].get("conf", 0.95))
    return single(
        {
            "n1": found.n_first,
            "n2": found.n_second,
            "n_pairs": found.pairs,
            "p1": found.first,
            "p2": found.second,
            "phi": found.phi,
            "diff": found.difference,
            "z8": found.z,
            "p_value": found.p,
        }
    )


def rci(case: Case, frame: Frame) -> Answer:
    params = case["params"]
    before, after = (numbers(frame, params[name]) for name in ("pre", "post"))
    found = reliable_change.reliable_change(before, after, params["reliability"], params.get("conf", 0.95))
    return {
        "sem": found.sem,
        "s_diff": found.s_diff,
        "mdc95": found.mdc,
        "mdc95_group": found.mdc_group,
        "n": found.n,
        "n_reliable_decrease": found.down,
        "n_reliable_increase": found.up,
        "mean_rci": found.mean_index,
    }


def bootstrap(case: Case, frame: Frame) -> Answer:
    params = case["params"]
    people = beside(params["base_csv"])
    change = numbers(people, params["post"]) - numbers(people, params["pre"])
    places = np.column_stack([numbers(frame, column) for column in frame]).astype(np.int64) - 1
    answer: Answer = {}
    for name, statistic in (("mean", resample.mean), ("dz", resample.standardised_mean)):
        seen = resample.by_rows(change, places, statistic)
        plain, corrected = (make(seen, params.get("conf", 0.95)) for make in (intervals.percentile, intervals.bca))
        answer |= {
            f"{name}_t0": corrected.estimate,
            f"{name}_boot_se": corrected.error,
            f"{name}_z0": corrected.bias,
            f"{name}_accel": corrected.acceleration,
            f"{name}_perc": [plain.low, plain.high],
            f"{name}_bca": [corrected.low, corrected.high],
        }
    return answer


def every_resample(case: Case, frame: Frame) -> Answer:
    params = case["params"]
    change = numbers(frame, params["post"]) - numbers(frame, params["pre"])
    found = intervals.ideal(change[: params.get("first_n", len(change))], resample.mean)
    return {
        "mean": found.estimate,
        "ideal_se": found.error,
        "q025": found.quantile(0.025),
        "q975": found.quantile(0.975),
    }


ADAPTERS: dict[str, Adapter] = {
    "test.mann_whitney": mann_whitney,
    "effect_size.cliffs_delta": cliffs_delta,
    "test.wilcoxon_signed": signed_rank,
    "change.partial_overlap_prop": partly_same_shares,
    "change.rci": rci,
    "bootstrap.bca": bootstrap,
    "bootstrap.ideal": every_resample,
}
