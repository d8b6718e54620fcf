"""Planning a round: power that agrees with simulation, and what must be so of any plan."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from reports.statistics.change import Overlap
from reports.statistics.planning import (
    Plan,
    answers_needed,
    answers_needed_for_shares,
    highest_correlation,
    linked_pairs,
    power,
    power_of_shares,
    simulated_power,
    smallest_change,
    smallest_shares,
)

PLANS = [
    Plan(25, 25),
    Plan(40, 20, sd_first=0.7, sd_second=1.2),
    Plan(25, 25, pairs=10, correlation=0.7),
    Plan(25, 25, pairs=4, correlation=0.7, link_from=5),
    Plan(20, 20, pairs=20, correlation=0.5),
]


@pytest.mark.parametrize("plan", PLANS)
def test_simulation_agrees_with_the_formula(plan: Plan) -> None:
    found = simulated_power(plan, 0.5, np.random.default_rng(1), replicates=8_000)
    assert abs(found.power - power(plan, 0.5)) < 4 * math.sqrt(0.25 / 8_000)
    assert found.low < found.power < found.high


def test_the_same_seed_gives_the_same_answer() -> None:
    once, again, other = (simulated_power(PLANS[2], 0.5, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert once == again != other


@pytest.mark.parametrize("plan", PLANS)
def test_the_smallest_change_is_found_as_often_as_wanted(plan: Plan) -> None:
    for wanted in (0.5, 0.8, 0.95):
        assert power(plan, smallest_change(plan, wanted)) == pytest.approx(wanted)


def test_as_many_answers_as_needed_give_the_power_wanted() -> None:
    plan = Plan(2, 2, correlation=0.6, sd_first=0.8, sd_second=0.9)
    needed = answers_needed(plan, 0.3, [0.0, 0.5, 1.0])
    assert (np.diff(needed) < 0).all()
    again = Plan(needed, needed, pairs=np.array([0.0, 0.5, 1.0]) * needed, correlation=0.6, sd_first=0.8, sd_second=0.9)
    assert power(again, 0.3) == pytest.approx(0.8)


def test_the_unit_of_the_scale_changes_nothing() -> None:
    plain, wide = Plan(20, 30, 10, 0.5, 0.8, 0.9), Plan(20, 30, 10, 0.5, 80.0, 90.0)
    assert power(wide, 50.0) == pytest.approx(power(plain, 0.5))
    assert power(plain, -0.5) == power(plain, 0.5)


def test_leaving_out_the_link_of_people_alike_finds_less_and_is_never_wrong_more_often() -> None:
    followed = Plan(25, 25, pairs=8, correlation=0.8)
    left_out = Plan(25, 25, pairs=8, correlation=0.8, link_from=10)
    assert power(left_out, 0.5) < power(followed, 0.5)
    assert power(left_out, 0.0) < 0.05 == pytest.approx(power(followed, 0.0))


def test_what_cannot_be_planned_is_not_computed_and_never_infinite() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        impossible = Plan([0, 1, 5, 5, 5, 5], [5, 5, 5, 5, 5, 5], [0, 0, 6, 5, 0, -1], [0, 0, 0, 1, 2, 0])
        assert np.isnan(power(impossible, 0.5)).all()
        assert np.isnan(smallest_change(impossible)).all()
        assert np.isnan(smallest_change(Plan(10, 10, sd_first=0.0)))
        assert np.isnan(smallest_change(Plan(10, 10), wanted=0.05))
        assert np.isnan(answers_needed(Plan(0, 0), [0.0, 1e-9])).all()
        assert power(Plan(2, 2), [0.0, 1e12]) == pytest.approx([0.05, 1.0])
        assert math.isnan(simulated_power(Plan(1, 5), 0.5, np.random.default_rng(1)).power)
        assert simulated_power(Plan(2, 2, 2, 0.5), 0.5, np.random.default_rng(1)).power >= 0


def test_linked_pairs_are_whole_people_of_the_smaller_round() -> None:
    assert linked_pairs(30, [20, 40], 0.33).tolist() == [6.0, 9.0]
    # 0.29 * 100 is 28.999... in floating point.
    assert linked_pairs(100, 100, 0.29) == 29.0


def test_shares_told_apart() -> None:
    found = smallest_shares([0.0, 0.5, 1.0], 80, 60)
    assert np.isnan(found.low[0])
    assert np.isnan(found.high[2])
    assert power_of_shares(0.5, found.high[1], 80, 60) == pytest.approx(0.8)
    assert power_of_shares(0.5, found.low[1], 80, 60) == pytest.approx(0.8)
    followed = Overlap(np.array(50.0), np.array(0.6))
    assert power_of_shares(0.5, 0.6, 80, 60, followed) > power_of_shares(0.5, 0.6, 80, 60)


def test_as_many_answers_as_a_share_needs_give_the_power_wanted() -> None:
    # R: pwr.2p.test(ES.h(.5, .65), sig.level = .05, power = .8)$n
    assert answers_needed_for_shares(0.5, 0.65) == pytest.approx(169.0879, abs=1e-3)
    followed, correlation = np.array([0.0, 0.5, 1.0]), np.array([0.4, 0.4, 0.4])
    needed = answers_needed_for_shares(0.6, 0.7, followed, correlation)
    assert (np.diff(needed) < 0).all()
    linked = Overlap(followed * needed, correlation)
    assert power_of_shares(0.6, 0.7, needed, needed, linked) == pytest.approx(0.8)
    nearest = smallest_shares(0.6, needed, needed, linked)
    assert nearest.high == pytest.approx(0.7)
    # Miettinen's number for McNemar's test, everybody followed: `apart` of all change.
    apart = 0.6 * 0.3 + 0.7 * 0.4 - 2 * 0.4 * math.sqrt(0.24 * 0.21)
    mcnemar = (1.959964 * math.sqrt(apart) + 0.841621 * math.sqrt(apart - 0.01)) ** 2 / 0.01
    assert needed[2] == pytest.approx(mcnemar, rel=0.03)


def test_two_shares_follow_each_other_no_closer_than_they_can() -> None:
    assert highest_correlation([0.5, 0.2, 0.0, 1.0], [0.8, 0.2, 0.5, 1.0]) == pytest.approx([0.5, 1.0, 0.0, 0.0])
    assert answers_needed_for_shares(0.5, 0.8, 1.0, 0.9) == answers_needed_for_shares(0.5, 0.8, 1.0, 0.5)
    alike = smallest_shares(0.5, 50, 50, Overlap(np.array(50.0), np.array(1.0)))
    assert 0.5 < alike.high < 0.65


def test_shares_that_cannot_be_planned_are_not_computed() -> None:
    assert np.isnan(answers_needed_for_shares([0.5, 0.0, 0.5], [0.5, 0.0, 0.5 + 1e-9])).all()
    assert np.isnan(answers_needed_for_shares(0.5, 0.6, wanted=0.05))
    assert answers_needed_for_shares(0.0, 1.0) == 2.0
    assert np.isnan(power_of_shares(0.5, 0.6, 0, 10))
    assert np.isnan(smallest_shares(0.5, [0, 1], [10, 1]).high).all()
