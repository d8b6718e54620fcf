"""The adapter of data that people can have and formulas cannot: a key names what is asked of which columns.

`welch_one_vs_two_p` is p of Welch's test between the columns `one` and `two`, `paired_one_two_t` t of the change from
`one` to `two`, `mean_one` a mean. Cases with other columns need no other adapter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from reports.statistics import change, describe, dominance, effect, ranks, reliability
from tests.reference.columns import Adapter, Answer, Case, Floats, Frame, numbers

Numbers = Mapping[str, object]


def _welch(one: Floats, two: Floats) -> Numbers:
    test = change.welch(describe.moments(one[:, None]), describe.moments(two[:, None]))
    return {"t": test.t, "df": test.df, "p": test.p, "diff": test.estimate}


def _hedges_g(one: Floats, two: Floats) -> Numbers:
    first, second = describe.moments(one[:, None]), describe.moments(two[:, None])
    factor = change.overlap_factor(first.n, second.n, change.no_overlap((1,)))
    found = effect.hedges_g(first.mean - second.mean, change.pooled_sd(first, second), factor, first.n + second.n - 2)
    return {"": found.g}


def _paired(before: Floats, after: Floats) -> Numbers:
    pairs = change.only_pairs(after, before)
    test = change.t_new2(pairs.first, pairs.second, pairs.overlap)
    return {"mean_diff": test.estimate, "t": test.t, "df": test.df, "p": test.p}


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
    return {"": reliability.alpha(np.column_stack([one, two])).alpha}


def _mean(values: Floats) -> Numbers:
    return {"": describe.moments(values[:, None]).mean}


def _sd(values: Floats) -> Numbers:
    return {"": describe.moments(values[:, None]).sd}


TWO_COLUMNS: dict[str, Callable[[Floats, Floats], Numbers]] = {
    "welch": _welch,
    "hedges_g": _hedges_g,
    "paired": _paired,
    "cliffs_delta": _dominance,
    "mann_whitney": _mann_whitney,
    "brunner_munzel": _brunner_munzel,
    "wilcoxon": _wilcoxon,
    "alpha": _alpha,
}
ONE_COLUMN: dict[str, Callable[[Floats], Numbers]] = {"mean": _mean, "sd": _sd}


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
