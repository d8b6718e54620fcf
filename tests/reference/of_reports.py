"""The adapters of what every report tells: scores, levels, change, effect, shares, comparison."""

from __future__ import annotations

import numpy as np

from bench.attacks.bounds import table_bounds
from instruments.model import MissingRule
from instruments.scoring import score
from reports.statistics import (
    change,
    describe,
    effect,
    multiplicity,
    proportion,
)
from tests.reference.columns import Adapter, Answer, Case, Frame, matches, names, numbers, single


def scoring(case: Case, frame: Frame) -> Answer:
    params = case["params"]
    matrix = np.column_stack([numbers(frame, item) for item in params["items"]])
    reversed_columns = [item in params.get("reverse", ()) for item in params["items"]]
    span = params.get("scale_min", np.nan), params.get("scale_max", np.nan)
    scores = score(matrix, *span, reversed_columns, needed=params.get("min_answered"))
    complete = score(matrix, *span, reversed_columns, missing=MissingRule.COMPLETE)
    level, level_complete = describe.moments(scores[:, None]), describe.moments(complete[:, None])
    total = describe.sums(scores[:, None])
    gaps = np.isnan(matrix).any(axis=1)
    return {
        "n_rows": len(scores),
        "n_scored": level.n[0],
        "n_unscored": np.isnan(scores).sum(),
        "n_incomplete_but_scored": (gaps & ~np.isnan(scores)).sum(),
        "mean": level.mean[0],
        "sd": level.sd[0],
        "sum": total.total[0],
        "sum_sq": total.squares[0],
        "first10": scores[:10],
        "rows_unscored": np.flatnonzero(np.isnan(scores)) + 1,
        "n_complete": level_complete.n[0],
        "mean_complete": level_complete.mean[0],
    }


def _two_groups(case: Case, frame: Frame) -> tuple[describe.Moments, describe.Moments]:
    params = case["params"]
    values = numbers(frame, params["value"])
    one, two = (values[matches(frame, params["group"], params[name]), None] for name in ("group1", "group2"))
    return describe.moments(one), describe.moments(two)


def welch(case: Case, frame: Frame) -> Answer:
    one, two = _two_groups(case, frame)
    answer = {"n1": one.n, "n2": two.n, "mean1": one.mean, "mean2": two.mean, "sd1": one.sd, "sd2": two.sd}
    for name, test in (("welch", change.welch(one, two)), ("student", change.student(one, two))):
        low, high = test.interval(case["params"].get("conf", 0.95))
        answer |= {"diff": test.estimate, f"{name}_t": test.t, f"{name}_df": test.df, f"{name}_p": test.p}
        answer |= {f"{name}_ci_lower": low, f"{name}_ci_upper": high}
    return single(answer)


def hedges_g(case: Case, frame: Frame) -> Answer:
    one, two = _two_groups(case, frame)
    found = _effect(one, two, change.no_overlap((1,)), case)
    answer = single(
        {
            "n1": one.n,
            "n2": two.n,
            "cohen_d": found.d,
            "J": found.correction,
            "hedges_g": found.g,
            "d_ci_lower": found.d_low,
            "d_ci_upper": found.d_high,
            "g_ci_lower": found.g_low,
            "g_ci_upper": found.g_high,
            "var_g_large_sample": effect.large_sample_variance(found, one.n, two.n),
        }
    )
    return answer | {"effectsize_pkg_g_ci": [answer["g_ci_lower"], answer["g_ci_upper"]]}


def _effect(one: describe.Moments, two: describe.Moments, overlap: change.Overlap, case: Case) -> effect.Effect:
    return effect.hedges_g(
        one.mean - two.mean,
        change.pooled_sd(one, two),
        change.overlap_factor(one.n, two.n, overlap),
        change.t_new1_df(one.n, two.n, overlap.pairs),
        case["params"].get("conf", 0.95),
    )


def paired(case: Case, frame: Frame) -> Answer:
    before, after = (numbers(frame, case["params"][name]) for name in ("pre", "post"))
    pairs = change.only_pairs(after, before)
    test = change.t_new2(pairs.first, pairs.second, pairs.overlap)
    confidence = case["params"].get("conf", 0.95)
    low, high = test.interval(confidence)
    standardised = effect.standardised_paired(test, confidence)
    averaged = _effect(pairs.first, pairs.second, pairs.overlap, case)
    return single(
        {
            "n_pairs": pairs.overlap.pairs,
            "mean_pre": pairs.second.mean,
            "mean_post": pairs.first.mean,
            "sd_pre": pairs.second.sd,
            "sd_post": pairs.first.sd,
            "r": pairs.overlap.correlation,
            "mean_diff": test.estimate,
            "sd_diff": describe.moments((after - before)[:, None]).sd,
            "t": test.t,
            "df": test.df,
            "p": test.p,
            "ci_lower": low,
            "ci_upper": high,
            "dz": standardised.dz,
            "dz_ci_lower": standardised.low,
            "dz_ci_upper": standardised.high,
            "g_z": standardised.g,
            "dav": averaged.d,
            "g_av": averaged.g,
            "drm": effect.repeated_measures(standardised, pairs.overlap.correlation).drm,
        }
    )


def partial_overlap(case: Case, frame: Frame) -> Answer:
    one, two = (numbers(frame, case["params"][name]) for name in ("a", "b"))
    pairs = change.pair_up(one, two)
    both = pairs.overlap.pairs
    answer = {
        "n_only1": pairs.first.n - both,
        "n_only2": pairs.second.n - both,
        "n_pairs": both,
        "r_pairs": pairs.overlap.correlation,
    }
    tests = {
        "tnew1": change.t_new1(pairs.first, pairs.second, pairs.overlap),
        "tnew2": change.t_new2(pairs.first, pairs.second, pairs.overlap),
    }
    for name, test in tests.items():
        low, high = test.interval(case["params"].get("conf", 0.95))
        answer |= {"diff_mean1_minus_mean2": test.estimate, name: test.t, f"{name}_df": test.df, f"{name}_p": test.p}
        answer |= {f"{name}_ci_lower": low, f"{name}_ci_upper": high}
    looney_jones = change.looney_jones(pairs)
    return single(answer | {"looney_jones_z": looney_jones.t, "looney_jones_p": looney_jones.p})


def adjusted(case: Case, frame: Frame) -> Answer:
    p = numbers(frame, case["params"]["p"])
    holm, bh = multiplicity.holm(p), multiplicity.benjamini_hochberg(p)
    limit = case["params"].get("alpha", 0.05)
    return {
        "holm": holm,
        "bh": bh,
        "bonferroni": multiplicity.bonferroni(p),
        "hommel": multiplicity.hommel(p),
        "n_rejected_holm": (holm <= limit).sum(),
        "n_rejected_bh": (bh <= limit).sum(),
        "n_rejected_bonferroni": (multiplicity.bonferroni(p) <= limit).sum(),
        "n_rejected_hommel": (multiplicity.hommel(p) <= limit).sum(),
    }


def wilson(case: Case, frame: Frame) -> Answer:
    x, n = (numbers(frame, case["params"].get(name, name)) for name in ("x", "n"))
    found = proportion.wilson(describe.divide(x, n), n, case["params"].get("conf", 0.95))
    return {"lower": found.low, "upper": found.high}


def newcombe(case: Case, frame: Frame) -> Answer:
    x1, one, x2, two = (numbers(frame, case["params"].get(name, name)) for name in ("x1", "n1", "x2", "n2"))
    first, second = describe.divide(x1, one), describe.divide(x2, two)
    found = proportion.newcombe(first, one, second, two, case["params"].get("conf", 0.95))
    return {"diff": first - second, "lower": found.low, "upper": found.high}


def fpc_mean(case: Case, frame: Frame) -> Answer:
    level = describe.moments(numbers(frame, case["params"]["y"])[:, None])
    size = case["params"]["N"]
    # A column says the same in every row.
    population = np.nanmax(numbers(frame, size)) if isinstance(size, str) else size
    error = describe.standard_error(level.n, level.sd, population)
    between = describe.mean_interval(level.mean, error, level.n - 1, case["params"].get("conf", 0.95))
    plain = describe.standard_error(level.n, level.sd)
    return single(
        {
            "n": level.n,
            "mean": level.mean,
            "se_fpc": error,
            "se_no_fpc": plain,
            "ci_lower": between.low,
            "ci_upper": between.high,
        }
    )


def attack(case: Case, frame: Frame) -> Answer:
    across, down, suppressed = (names(frame, name).tolist() for name in ("row", "col", "suppressed"))
    rows, columns = sorted(set(across)), sorted(set(down))
    counts, hidden = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)), dtype=bool)
    places = [(rows.index(row), columns.index(col)) for row, col in zip(across, down, strict=True)]
    for place, count, hides in zip(places, numbers(frame, "freq"), suppressed, strict=True):
        counts[place], hidden[place] = count, hides in ("1", "TRUE")
    found = table_bounds(counts, hidden)
    bounds = {f"{rows[row]}|{columns[col]}": found[row, col].tolist() for row, col in np.argwhere(hidden)}
    exact = [cell for cell, (low, high) in bounds.items() if high - low < 1e-6]
    return {"bounds": bounds, "exactly_disclosed": exact}


ADAPTERS: dict[str, Adapter] = {
    "scoring": scoring,
    "test.welch": welch,
    "effect_size.hedges_g": hedges_g,
    "test.paired": paired,
    "change.partial_overlap": partial_overlap,
    "multiplicity": adjusted,
    "proportion.wilson": wilson,
    "proportion.difference": newcombe,
    "design.fpc": fpc_mean,
    "sdc.attack": attack,
}
