"""The adapters of models and of planning: a change by REML, a line through several times, power."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from reports.statistics import mixed, planning, trend
from tests.reference.columns import Adapter, Answer, Case, Floats, Frame, names, numbers, single


def partial_overlap(case: Case, frame: Frame) -> Answer:
    before, after = (numbers(frame, case["params"][name])[:, None] for name in ("a", "b"))
    data = mixed.two_rounds(after, before)
    own, equal = mixed.mixed_change(data), mixed.mixed_change_equal_variances(data)
    return single(
        {
            "cs_change": equal.difference.estimate,
            "cs_se": equal.plain_error,
            "cs_rho": equal.correlation,
            "cs_sigma": equal.sd_first,
            "het_change": own.difference.estimate,
            "het_se": own.plain_error,
            "het_rho": own.correlation,
            "het_sigma_round0": own.sd_second,
            "het_sd_ratio": own.sd_first / own.sd_second,
            "het_reml_loglik": own.log_likelihood,
        }
    )


def line(case: Case, frame: Frame) -> Answer:
    params = case["params"]
    values, times = numbers(frame, params["y"]), numbers(frame, params["time"])
    groups = names(frame, params["group"])
    persons = np.where(groups == "", -1, np.unique(groups, return_inverse=True)[1])
    slopes = trend.mixed_trend(values, times, persons, person=trend.Varies.START_AND_SLOPE)
    starts = trend.mixed_trend(values, times, persons, person=trend.Varies.START)
    return {
        "rs_intercept": slopes.line.intercept,
        "rs_slope": slopes.line.slope,
        "rs_slope_se": slopes.line.error,
        "rs_slope_df_satterthwaite": slopes.line.df,
        "rs_slope_p": slopes.line.p,
        "rs_var_intercept": slopes.person.start,
        "rs_var_slope": slopes.person.slope,
        "rs_cov": slopes.person.covariance,
        "rs_var_resid": slopes.residual,
        "rs_reml_loglik": slopes.log_likelihood,
        "ri_intercept": starts.line.intercept,
        "ri_slope": starts.line.slope,
        "ri_slope_se": starts.line.error,
        "ri_slope_df_satterthwaite": starts.line.df,
        "ri_slope_p": starts.line.p,
        "ri_var_intercept": starts.person.start,
        "ri_var_resid": starts.residual,
        "ri_reml_loglik": starts.log_likelihood,
    }


def _unlinked(one: float, two: float, alpha: float) -> planning.Plan:
    return planning.Plan(one, two, alpha=alpha, equal_variances=True)


def _linked(pairs: float, alpha: float) -> planning.Plan:
    # At a correlation of .5 the persons' changes have the SD 1, so that a change is dz.
    return planning.Plan(pairs, pairs, pairs, correlation=0.5, alpha=alpha)


_ASKED: dict[str, Callable[..., Floats]] = {
    "power_t2n_d#_n#_n#": lambda alpha, d, one, two: planning.power(_unlinked(one, two, alpha), d),
    "power_t_d#_n#": lambda alpha, d, n: planning.power(_unlinked(n, n, alpha), d),
    "mde_t2n_n#_n#_power#": lambda alpha, one, two, wanted: planning.smallest_change(
        _unlinked(one, two, alpha), wanted
    ),
    "n_per_group_d#_power#": lambda alpha, d, wanted: planning.answers_needed(_unlinked(2, 2, alpha), d, 0.0, wanted),
    "power_paired_dz#_n#": lambda alpha, dz, n: planning.power(_linked(n, alpha), dz),
    "mde_paired_n#_power#": lambda alpha, n, wanted: planning.smallest_change(_linked(n, alpha), wanted),
    "n_pairs_dz#_power#": lambda alpha, dz, wanted: planning.answers_needed(_linked(2, alpha), dz, 1.0, wanted),
    "n_paired_dz#_power#": lambda alpha, dz, wanted: planning.answers_needed(_linked(2, alpha), dz, 1.0, wanted),
    "mde_t_n#_power#": lambda alpha, n, wanted: planning.smallest_change(_unlinked(n, n, alpha), wanted),
    "n_per_group_p#_#_power#": lambda alpha, p, q, wanted: planning.answers_needed_for_shares(
        p, q, wanted=wanted, alpha=alpha
    ),
    "n_2p_p#_#_power#": lambda alpha, p, q, wanted: planning.answers_needed_for_shares(
        p, q, wanted=wanted, alpha=alpha
    ),
    "power_2p_p#_#_n#": lambda alpha, p, q, n: planning.power_of_shares(p, q, n, n, alpha=alpha),
    "power_2p_p#_#_n#_n#": lambda alpha, p, q, one, two: planning.power_of_shares(p, q, one, two, alpha=alpha),
}
"""What is asked stands in the key itself: each # is a number."""


def power(case: Case, frame: Frame | None) -> Answer:
    answer = {}
    for key in case["expected"]:
        for form, asked in _ASKED.items():
            if match := re.fullmatch(re.escape(form).replace(r"\#", r"(\d*\.?\d+)"), key):
                answer[key] = asked(case["params"].get("alpha", 0.05), *(float(number) for number in match.groups()))
    return single(answer)


ADAPTERS: dict[str, Adapter] = {
    "change.partial_overlap_mixed": partial_overlap,
    "trend.mixed": line,
    "power": power,
}
