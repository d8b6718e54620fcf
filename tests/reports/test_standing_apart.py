"""Who stands apart when many are looked at: held against the definition, and against what one alone would be."""

from __future__ import annotations

import numpy as np
import pytest

from reports.estimates import Estimate, Reason, nothing
from reports.findings import Comparison, Level, ScaleFinding, Verdict
from reports.standing_apart import standing_apart
from reports.statistics.student import quantile, two_sided_p

N = 40


def finding(t: float, verdict: Verdict) -> ScaleFinding:
    """A group whose difference from the others is `t` standard errors of 0.1."""
    reach = float(quantile(0.975, N - 1)) * 0.1
    difference = Estimate(0.1 * t, 0.1 * t - reach, 0.1 * t + reach, N)
    beside = Comparison("SE", "Sverige", False, nothing(Reason.PROTECTED), difference, verdict)
    level = Level(nothing(Reason.PROTECTED), None, "none", nothing(Reason.PROTECTED))
    return ScaleFinding("s", level, None, None, (beside,), nothing(Reason.TOO_FEW), None)


def test_one_of_many_at_the_edge_stands_apart_only_where_it_would_alone() -> None:
    edge = finding(2.1, Verdict.INCREASE)
    assert float(two_sided_p(2.1, N - 1)) == pytest.approx(0.0422, abs=1e-4)
    assert standing_apart({"edge": edge}) == {"edge": Verdict.INCREASE}
    others = {str(number): finding(number / 50, Verdict.CANNOT_TELL) for number in range(50)}
    assert standing_apart({"edge": edge, **others}) == {}


def test_those_far_off_stand_apart_among_many_and_each_on_its_side() -> None:
    few = {str(number): finding(number / 50, Verdict.CANNOT_TELL) for number in range(50)}
    far = {"high": finding(6.0, Verdict.INCREASE), "low": finding(-6.0, Verdict.DECREASE)}
    assert standing_apart({**few, **far}) == {"high": Verdict.INCREASE, "low": Verdict.DECREASE}
    # What its own scales have overruled is not raised again by being one of few.
    assert standing_apart({"overruled": finding(6.0, Verdict.CANNOT_TELL)}) == {}


def test_a_group_without_a_test_takes_no_part_and_does_not_count() -> None:
    without = ScaleFinding("s", finding(0, Verdict.CANNOT_TELL).level, None, None, (), nothing(Reason.TOO_FEW), None)
    hidden = finding(0, Verdict.CANNOT_TELL)
    bare = Comparison("SE", "Sverige", True, nothing(Reason.PROTECTED), nothing(Reason.PROTECTED), Verdict.CANNOT_TELL)
    untold = ScaleFinding("s", hidden.level, None, None, (bare,), nothing(Reason.TOO_FEW), None)
    found = standing_apart({"edge": finding(2.1, Verdict.INCREASE), "without": without, "untold": untold})
    assert found == {"edge": Verdict.INCREASE}
    assert standing_apart({}) == {}


def test_the_share_of_false_alarms_is_held_down() -> None:
    draw = np.random.default_rng(7)
    wrong = 0
    for _ in range(40):
        drawn = draw.standard_t(N - 1, size=100).tolist()
        groups = {
            str(number): finding(t, Verdict.INCREASE if t > 2.03 else Verdict.CANNOT_TELL)
            for number, t in enumerate(drawn)
        }
        wrong += bool(standing_apart(groups))
    assert wrong <= 5
