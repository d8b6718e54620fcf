"""The adapters of what is told of many units side by side: weighting to a population, shrinkage, funnel."""

from __future__ import annotations

import numpy as np

from reports.statistics import change, compare, describe, funnel, multiplicity, shrinkage, weighting
from tests.reference.columns import Adapter, Answer, Case, Floats, Frame, grouped, names, numbers, single


def stratified_mean(case: Case, frame: Frame) -> Answer:
    params = case["params"]
    values, strata = numbers(frame, params["y"]), names(frame, params["stratum"])
    sizes = params["N"]
    if isinstance(sizes, str):
        # Nobody may have answered in a stratum that the file knows of.
        sizes = {name: size for name, size in zip(strata.tolist(), numbers(frame, sizes), strict=True) if name}
    values, strata, _ = grouped(values, strata)
    found = weighting.stratified_mean(
        _moments(values, strata, list(sizes)), np.array(list(sizes.values()), dtype=float)
    )
    low, high = found.interval(params.get("conf", 0.95))
    return {"mean": found.mean, "se": found.error, "df": found.df, "ci_lower": low, "ci_upper": high}


def raking(case: Case, frame: Frame) -> Answer:
    params = case["params"]
    values = numbers(frame, params["y"])
    margins = [weighting.Margin(name, names(frame, name), totals) for name, totals in params["margins"].items()]
    given = params["start_weight"]
    start = numbers(frame, given) if isinstance(given, str) else np.full(len(values), float(given))
    raked = weighting.rake(margins, start, params.get("caps"))
    level = weighting.weighted_mean(values, raked, margins, float(start.sum()))
    cells = ["|".join(cell) for cell in zip(*(margin.groups.tolist() for margin in margins), strict=True)]
    return {
        "cell_weights": dict(zip(cells, raked.weights.tolist(), strict=True)),
        "mean": level.mean,
        "sum_weights": np.nansum(raked.weights),
        "kish_deff": raked.design_effect,
        "n_eff": raked.n_effective,
        "svy_se": level.error,
    }


def shrunk(case: Case, frame: Frame) -> Answer:
    values, groups, units = _grouped(case, frame)
    moments = _moments(values, groups, units)
    model, anova = shrinkage.random_intercept(moments), shrinkage.one_way(moments)
    means = shrinkage.shrink(model, moments.mean, moments.n)
    return {
        "mu": model.mean,
        "mu_se": model.mean_error,
        "tau2": model.between,
        "sigma2": model.within,
        "icc": model.icc,
        "reml_loglik": model.log_likelihood,
        "blup": dict(zip(units, means.mean.tolist(), strict=True)),
        "shrink_B": dict(zip(units, means.weight.tolist(), strict=True)),
        "ICC1_anova": anova.icc1,
        "ICC2_anova": anova.icc2,
    }


def unit_vs_rest(case: Case, frame: Frame) -> Answer:
    values, groups, units = _grouped(case, frame)
    parts = _joined([describe.sums(values[groups == unit, None]) for unit in units])
    beside = compare.against_rest(parts)
    tests = change.welch(beside.own, beside.rest)
    own = _moments(values, groups, units)
    centre, within = describe.moments(values[:, None]).mean[0], float(describe.pooled_within(own).sd)
    z = funnel.z_of_means(own.mean, own.n, centre, within)
    phi = funnel.overdispersion(z).phi
    return {
        "units": {
            unit: single(
                {
                    "n_unit": beside.own.n[place],
                    "n_rest": beside.rest.n[place],
                    "mean_unit": beside.own.mean[place],
                    "mean_rest": beside.rest.mean[place],
                    "diff": tests.estimate[place],
                    "t": tests.t[place],
                    "df": tests.df[place],
                    "p": tests.p[place],
                }
            )
            for place, unit in enumerate(units)
        },
        "n_sig_holm": (multiplicity.holm(tests.p) < 0.05).sum(),
        "n_sig_bh": (multiplicity.benjamini_hochberg(tests.p) < 0.05).sum(),
        "n_sig_unadjusted": (tests.p < 0.05).sum(),
        "min_p": np.fmin.reduce(tests.p, initial=np.nan),
        "funnel_mu": centre,
        "funnel_sw": within,
        "phi_winsor10": phi,
        "n_outside_95": funnel.outside(z).sum(),
        "n_outside_95_overdispersed": funnel.outside(z, phi=phi).sum(),
    }


def _grouped(case: Case, frame: Frame) -> tuple[Floats, np.ndarray, list[str]]:
    """Values, each one's group, and the groups; who is in no group takes no part."""
    params = case["params"]
    values, groups = numbers(frame, params["y"]), names(frame, params["group"])
    there = ~np.isin(groups, ["", "nan"])
    return values[there], groups[there], sorted(set(groups[there].tolist()))


def _moments(values: Floats, groups: np.ndarray, units: list[str]) -> describe.Moments:
    each = [describe.moments(values[groups == unit, None]) for unit in units]
    return describe.Moments(*(np.array([getattr(one, name)[0] for one in each]) for name in ("n", "mean", "variance")))


def _joined(parts: list[describe.Sums]) -> describe.Sums:
    return describe.Sums(*(np.array([getattr(one, name)[0] for one in parts]) for name in ("n", "total", "squares")))


ADAPTERS: dict[str, Adapter] = {
    "design.stratified": stratified_mean,
    "weighting.raking": raking,
    "small_area.eb": shrunk,
    "comparison.unit_vs_rest": unit_vs_rest,
}
