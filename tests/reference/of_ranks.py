"""The adapters of tests on ranks, shares of the same people, resampling and change of single persons."""

from __future__ import annotations

from reports.statistics import dominance, ranks
from tests.reference.columns import Adapter, Answer, Case, Floats, Frame, matches, numbers, single


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


ADAPTERS: dict[str, Adapter] = {
    "test.mann_whitney": mann_whitney,
    "effect_size.cliffs_delta": cliffs_delta,
}
