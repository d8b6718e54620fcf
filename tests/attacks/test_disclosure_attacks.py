"""D1 to D3, short: random studies through the real gate and ledger. `./run bench --attacks` goes on for thousands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.attacks.bounds import lp_bounds, table_bounds
from bench.attacks.disclosure import Attack, adding_and_subtracting, bounding, listing
from bench.attacks.fitting import Published, pinned, spread_of
from bench.attacks.releasing import one_by_one, through_the_ledger
from bench.attacks.row_space import atoms, fewest_told
from bench.attacks.studies import random_study
from reports.overlap import smallest_told

CASES = range(60)


def test_d1_no_few_people_follow_from_all_releases_together() -> None:
    found = adding_and_subtracting(CASES, through_the_ledger)
    assert found.failures == ()
    assert found.plain_failures > len(CASES) / 2, "the plain threshold fails in most"


def test_d1_where_somebody_has_left_a_place_that_a_cut_had_divided() -> None:
    """Found among 3,000: a group less somebody who objected, beside an earlier group and an earlier cut of it."""
    found = adding_and_subtracting([2081], through_the_ledger)
    assert (found.failures, found.plain_failures) == ((), 1)


def test_d1_sees_what_releases_tell_that_know_nothing_of_each_other() -> None:
    assert _share_lost(adding_and_subtracting(range(20), one_by_one)) > 0.2


def test_d2_bounds_leave_every_small_group_open() -> None:
    found = bounding(range(6), through_the_ledger)
    assert found.failures == ()
    assert found.plain_failures > 0, "the plain threshold fails in some"


def test_d3_nobody_is_pinned_by_what_fits() -> None:
    found = listing(range(25), through_the_ledger)
    assert found.failures == ()
    assert found.plain_failures > 0


def _share_lost(attack: Attack) -> float:
    return len(attack.failures) / attack.cases


def test_the_same_seed_is_the_same_study_and_some_have_late_paper_and_an_earlier_round() -> None:
    studies = [random_study(seed) for seed in range(30)]
    assert studies[7] == random_study(7)
    assert any(person.batch for study in studies for person in study.people)
    assert any(step.before is not None for study in studies for step in study.steps)
    assert any(len({step.tree for step in study.steps}) > 1 for study in studies), "a unit has moved"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=7, max_size=7), min_size=1, max_size=5), st.integers(2, 6))
def test_trying_every_support_agrees_with_the_integer_programme(rows: list[list[bool]], enough: int) -> None:
    sets = np.array(rows)
    merged, weights = atoms(sets)
    told = smallest_told(sets, np.ones(sets.shape[1], dtype=np.int64), enough)
    assert (told is None) == (fewest_told(merged, weights, enough) is None)


def test_bounds_of_a_hidden_pair_and_of_what_margins_fix() -> None:
    counts = np.array([[3.0, 7.0], [4.0, 6.0]])
    bounds = table_bounds(counts, np.array([[True, True], [True, True]]))
    assert bounds[0, 0].tolist() == pytest.approx([0, 7])
    fixed = table_bounds(counts, np.array([[True, False], [False, False]]))
    assert fixed[0, 0].tolist() == pytest.approx([3, 3])


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(ValueError, match="nothing fits"):
        lp_bounds(np.array([[1.0]]), np.array([9.0]), np.array([0.0]), np.array([5.0]))


@pytest.mark.parametrize(
    ("told", "pins"),
    [
        (Published(n=5, total=20, steps=4), True),
        (Published(n=5, total=19, steps=4), True),
        (Published(n=5, total=18, steps=4), False),
        (Published(n=5, total=10, steps=4), False),
        (spread_of((0, 0, 6, 0, 0)), True),
        (spread_of((0, 1, 4, 1, 0)), False),
        (Published(n=6, total=12, steps=4, held=((frozenset({0, 1}), 0), (frozenset({2}), 6))), True),
    ],
    ids=["all at the top", "one step down", "two down", "middle", "no spread", "two differ", "one category"],
)
def test_a_number_pins_an_answer_where_all_but_one_must_have_given_the_same(told: Published, pins: bool) -> None:
    assert pinned(told) is pins
