"""The adapter of data that people can have and formulas cannot: a key names what is asked of which columns.

`welch_one_vs_two_p` is p of Welch's test between the columns `one` and `two`, `paired_one_two_t` t of the change from
`one` to `two`, `mean_one` a mean. Cases with other columns need no other adapter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from reports.statistics import change, describe, dominance, effect, mixed, ranks, reliability, shares_paired
from reports.statistics.omega import omega
from tests.reference.columns import Adapter, Answer, Case, Floats, Frame, numbers

Numbers = Mapping[str, object]


def _told(test: change.Difference) -> Numbers:
    low, high = test.interval()
    return {
        "t": test.t,
        "df": test.df,
        "p": test.p,
        "diff": test.estimate,
        "mean_diff": test.estimate,
        "ci_lower": low,
        "ci_upper": high,
    }


def _welch(one: Floats, two: Floats) -> Numbers:
    return _told(change.welch(describe.moments(one[:, None]), describe.moments(two[:, None])))


def _student(one: Floats, two: Floats) -> Numbers:
    return _told(change.student(describe.moments(one[:, None]), describe.moments(two[:, None])))


def _hedges_g(one: Floats, two: Floats) -> Numbers:
    found = _standardised(one, two)
    return {"": found.g, "ci_lower": found.g_low, "ci_upper": found.g_high}


def _cohen_d(one: Floats, two: Floats) -> Numbers:
    found = _standardised(one, two)
    return {"": found.d, "ci_lower": found.d_low, "ci_upper": found.d_high}


def _standardised(one: Floats, two: Floats) -> effect.Effect:
    first, second = describe.moments(one[:, None]), describe.moments(two[:, None])
    factor = change.overlap_factor(first.n, second.n, change.no_overlap((1,)))
    return effect.hedges_g(first.mean - second.mean, change.pooled_sd(first, second), factor, first.n + second.n - 2)


def _paired(before: Floats, after: Floats) -> Numbers:
    pairs = change.only_pairs(after, before)
    test = change.t_new2(pairs.first, pairs.second, pairs.overlap)
    found = effect.standardised_paired(test)
    return {**_told(test), "n": pairs.overlap.pairs, "dz": found.dz, "g_z": found.g}


def _dz(before: Floats, after: Floats) -> Numbers:
    return {"": _paired(before, after)["dz"]}


def _partly(one: Floats, two: Floats) -> change.Pairs:
    return change.pair_up(one, two)


def _t_new1(one: Floats, two: Floats) -> Numbers:
    pairs = _partly(one, two)
    return {"": (told := _told(change.t_new1(pairs.first, pairs.second, pairs.overlap)))["t"], **told}


def _t_new2(one: Floats, two: Floats) -> Numbers:
    pairs = _partly(one, two)
    return {"": (told := _told(change.t_new2(pairs.first, pairs.second, pairs.overlap)))["t"], **told}


def _looney_jones(one: Floats, two: Floats) -> Numbers:
    found = change.looney_jones(_partly(one, two))
    return {"": found.t, "z": found.t, "p": found.p}


def _z8(one: Floats, two: Floats) -> Numbers:
    found = shares_paired.z8(one, two)
    return {"": found.z, "z": found.z, "p": found.p, "p_value": found.p, "phi": found.phi, "diff": found.difference}


def _mixed(before: Floats, after: Floats) -> Numbers:
    found = mixed.mixed_change(mixed.two_rounds(after[:, None], before[:, None]))
    return {**_told(found.difference), "change": found.difference.estimate, "rho": found.correlation}


def _dominance(one: Floats, two: Floats) -> Numbers:
    found = dominance.cliffs_delta(one, two)
    return {"": found.delta, "lower": found.low, "upper": found.high}


def _mann_whitney(one: Floats, two: Floats) -> Numbers:
    found = ranks.mann_whitney(one, two)
    return {"p": found.p, "U": found.u}


def _brunner_munzel(one: Floats, two: Floats) -> Numbers:
    found = ranks.brunner_munzel(one, two)
    return {"p": found.p, "W": found.statistic, "df": found.df}


def _wilcoxon(before: Floats, after: Floats) -> Numbers:
    found = ranks.signed_rank(after - before)
    return {"p": found.p, "V_plus": found.plus}


def _alpha(one: Floats, two: Floats) -> Numbers:
    found = reliability.alpha(np.column_stack([one, two]))
    return {"": found.alpha, "std": found.standardised, "lower": found.low, "upper": found.high}


def _omega(one: Floats, two: Floats) -> Numbers:
    return {"": omega(np.column_stack([one, two]), minimum=0).omega}


def _mean(values: Floats) -> Numbers:
    level = describe.moments(values[:, None])
    found = describe.mean_interval(level.mean, describe.standard_error(level.n, level.sd), level.n - 1)
    return {"": level.mean, "ci_lower": found.low, "ci_upper": found.high}


def _level(values: Floats) -> dict[str, Numbers]:
    level = describe.moments(values[:, None])
    error = describe.standard_error(level.n, level.sd)
    found = describe.mean_interval(level.mean, error, level.n - 1)
    return {
        "n": {"": level.n},
        "sd": {"": level.sd},
        "var": {"": level.variance},
        "se": {"": error},
        "ci": {"lower": found.low, "upper": found.high},
        "skew": {"": describe.shape(values[~np.isnan(values), None], 0, 0).skewness},
    }


TWO_COLUMNS: dict[str, Callable[[Floats, Floats], Numbers]] = {
    "welch": _welch,
    "student": _student,
    "hedges_g": _hedges_g,
    "cohen_d": _cohen_d,
    "paired": _paired,
    "dz": _dz,
    "tnew1": _t_new1,
    "tnew2": _t_new2,
    "looney_jones": _looney_jones,
    "z8": _z8,
    "mixed": _mixed,
    "cliffs_delta": _dominance,
    "mann_whitney": _mann_whitney,
    "brunner_munzel": _brunner_munzel,
    "wilcoxon": _wilcoxon,
    "alpha": _alpha,
    "omega": _omega,
}
ONE_COLUMN: dict[str, Callable[[Floats], Numbers]] = {
    "mean": _mean,
    **{name: lambda values, name=name: _level(values)[name] for name in ("n", "sd", "var", "se", "ci", "skew")},
}


def edge(case: Case, frame: Frame) -> Answer:
    column = "|".join(sorted((re.escape(name) for name in frame), key=len, reverse=True))
    # Between a test and its columns there may be words: alpha_two_items_one_two.
    two = re.compile(rf"({'|'.join(TWO_COLUMNS)})(?:_[a-z0-9_]+?)??_({column})_(?:vs_)?({column})(?:_(\w+))?")
    one = re.compile(rf"({'|'.join(ONE_COLUMN)})_({column})()(?:_(\w+))?")
    answer: Answer = {}
    for key in case["expected"]:
        if not (asked := two.fullmatch(key) or one.fullmatch(key)):
            continue
        name, first, second, part = asked.groups()
        values = [numbers(frame, which) for which in (first, second) if which]
        found = (TWO_COLUMNS if second else ONE_COLUMN)[name](*values)
        if (part or "") in found:
            answer[key] = float(np.asarray(found[part or ""]).reshape(()))
    return answer


ADAPTERS: dict[str, Adapter] = {"edge": edge}
