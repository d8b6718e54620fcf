"""Which of many groups stand apart from the others on one scale, when all of them are looked at in one go.

Worked out from comparisons that are shown already, so it tells nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reports.findings import Comparison, ScaleFinding, Verdict
from reports.statistics.multiplicity import benjamini_hochberg
from reports.statistics.student import quantile, two_sided_p

FALSE_ALARMS = 0.05
"""Share of false alarms among the groups found."""


def standing_apart(findings: Mapping[str, ScaleFinding]) -> dict[str, Verdict]:
    """Group -> INCREASE (higher than the others) or DECREASE, of those that do; one finding a group, of one scale.

    A group stands apart where its nearest comparison does by itself and still does beside all other groups' (Benjamini
    and Hochberg 1995; docs/method/several-tests.md): of 290 groups that do not differ some 14 would else be marked.
    """
    nearest = {code: finding.comparisons[0] for code, finding in findings.items() if finding.comparisons}
    adjusted = benjamini_hochberg(np.array([_p(one) for one in nearest.values()], dtype=np.float64))
    return {
        code: one.verdict
        for (code, one), p in zip(nearest.items(), adjusted.tolist(), strict=True)
        if one.verdict in (Verdict.INCREASE, Verdict.DECREASE) and p <= FALSE_ALARMS
    }


def _p(comparison: Comparison) -> float:
    """Read back from the 95 % interval, nan where there is none.

    With one df less than the smaller side has people: its own test had as many or more, so this is never bolder.
    """
    told = comparison.difference
    if told.value is None or told.low is None or told.high is None or not told.n or told.high <= told.low:
        return float("nan")
    df = told.n - 1
    t = told.value / ((told.high - told.low) / 2) * float(quantile(0.975, df))
    return float(two_sided_p(t, df))
