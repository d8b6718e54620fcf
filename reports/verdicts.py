"""When a difference counts as one (DESIGN section 6): ökning, minskning, oförändrat, kan inte avgöras."""

from __future__ import annotations

import math

from reports.findings import Verdict

SIGNIFICANT = 0.05


def verdict(
    low: float, high: float, p_holm: float, equivalence_low: float, equivalence_high: float, margin: float
) -> tuple[Verdict, bool]:
    """The verdict, and whether Holm overruled the interval.

    `low`, `high`: 95 % interval; `p_holm`: p adjusted over the group's scales; `equivalence_*`: 90 % interval;
    `margin`: the largest difference that counts as none, in scale points. nan in any = cannot tell.

    increase / decrease: the interval leaves 0 out and Holm agrees. unchanged: the 90 % interval lies within the
    margin (two one-sided tests at 5 %, Schuirmann 1987). cannot tell: all else.
    """
    if math.isnan(low) or math.isnan(high):
        return Verdict.CANNOT_TELL, False
    leaves_zero_out = bool(low > 0 or high < 0)
    if leaves_zero_out and p_holm < SIGNIFICANT:
        return (Verdict.INCREASE if low > 0 else Verdict.DECREASE), False
    unchanged = -margin < equivalence_low and equivalence_high < margin
    return (Verdict.UNCHANGED if unchanged else Verdict.CANNOT_TELL), leaves_zero_out
