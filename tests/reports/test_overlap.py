"""Overlapping cuts: `smallest_told` against every support there is, tried one by one with rational numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reports import overlap
from reports.overlap import Told, smallest_told


def _rank(matrix: list[list[Fraction]]) -> int:
    rows, rank = [list(row) for row in matrix], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in range(rank, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for row in range(rank + 1, len(rows)):
            factor = rows[row][column] / rows[rank][column]
            rows[row] = [value - factor * top for value, top in zip(rows[row], rows[rank], strict=True)]
        rank += 1
    return rank


def _tells(sets: NDArray[np.bool_], support: tuple[int, ...]) -> bool:
    """Whether a vector of the row space other than 0 is 0 outside the support (atoms without people aside)."""
    exact = [[Fraction(int(value)) for value in row] for row in sets]
    outside = [[row[atom] for atom in range(len(row)) if atom not in support] for row in exact]
    return _rank(exact) > _rank(outside)


def _every_support(sets: NDArray[np.bool_], weights: NDArray[np.int64], enough: int) -> int | None:
    """People in the smallest support that can be worked out, below `enough`; None if there is none."""
    peopled = np.flatnonzero(weights > 0)
    sets, weights = sets[:, peopled], weights[peopled]
    found = [
        int(weights[list(support)].sum())
        for size in range(1, min(enough, len(weights) + 1))
        for support in combinations(range(len(weights)), size)
        if weights[list(support)].sum() < enough and _tells(sets, support)
    ]
    return min(found, default=None)


def _agrees(sets: NDArray[np.bool_], weights: NDArray[np.int64], enough: int) -> Told | None:
    told, people = smallest_told(sets, weights, enough), _every_support(sets, weights, enough)
    assert (told is None) == (people is None), (sets.astype(int).tolist(), weights.tolist(), enough, told, people)
    if told:
        assert told.people == weights[list(told.atoms)].sum() < enough
        support = (*told.atoms, *np.flatnonzero(weights == 0).tolist())
        assert _tells(sets[list(told.sets)], support), "the named sets alone tell it"
    return told


@st.composite
def _published(draw: st.DrawFn) -> tuple[NDArray[np.bool_], NDArray[np.int64], int]:
    atoms, sets = draw(st.integers(1, 8)), draw(st.integers(1, 7))
    bits = draw(st.lists(st.booleans(), min_size=atoms * sets, max_size=atoms * sets))
    people = draw(st.lists(st.integers(0, 6), min_size=atoms, max_size=atoms))
    return np.array(bits).reshape(sets, atoms), np.array(people, dtype=np.int64), draw(st.integers(2, 9))


@settings(max_examples=200, deadline=None)
@given(_published())
def test_any_small_case_is_judged_as_by_trying_every_support(
    case: tuple[NDArray[np.bool_], NDArray[np.int64], int],
) -> None:
    _agrees(*case)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=9, max_size=9), st.integers(0, 2**9 - 1), st.integers(3, 10))
def test_a_crossing_with_margins_is_judged_as_by_trying_every_support(people: list[int], shown: int, k: int) -> None:
    cells = np.eye(9, dtype=bool)
    margins = [cells[3 * row : 3 * row + 3].any(axis=0) for row in range(3)]
    margins += [cells[column::3].any(axis=0) for column in range(3)]
    published = [cells[cell] for cell in range(9) if shown >> cell & 1]
    _agrees(np.array(margins + published), np.array(people, dtype=np.int64), k)


@settings(max_examples=60, deadline=None)
@given(_published())
def test_where_there_is_too_much_to_try_the_integer_programme_judges_the_same(
    case: tuple[NDArray[np.bool_], NDArray[np.int64], int],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "TRIES", 0)
        _agrees(*case)


@pytest.mark.parametrize("seed", range(3, 9))
def test_trying_and_the_integer_programme_agree_where_there_are_too_many_supports(seed: int) -> None:
    """Each set crosses the others, so nothing follows at once and many columns are left."""
    random = np.random.default_rng(seed)
    sets, weights = random.random((9, 16)) < 0.5, random.integers(1, 5, 16)
    tried = smallest_told(sets, weights, 12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "TRIES", 0)
        programmed = smallest_told(sets, weights, 12)
    assert (tried and tried.people) == (programmed and programmed.people)


def test_nothing_published_and_nobody_there_tell_nothing() -> None:
    assert smallest_told(np.zeros((0, 3), dtype=bool), np.array([1, 2, 3]), 5) is None
    assert smallest_told(np.ones((2, 3), dtype=bool), np.array([0, 0, 0]), 5) is None
    assert smallest_told(np.ones((1, 0), dtype=bool), np.zeros(0, dtype=np.int64), 5) is None


def test_a_group_less_the_group_inside_it() -> None:
    sets = np.array([[True, True], [True, False]])
    assert smallest_told(sets, np.array([20, 4]), 5) == Told(atoms=(1,), people=4, sets=(0, 1))
    assert smallest_told(sets, np.array([20, 5]), 5) is None


def test_what_no_single_row_shows_is_found_by_trying() -> None:
    """A+C and A+B give B-C. Elimination keeps A beside each of them, and A is too large."""
    pairs = np.array([[True, False, True], [True, True, False]])
    assert smallest_told(pairs, np.array([3, 1, 2]), 4) == Told(atoms=(1, 2), people=3, sets=(0, 1))
    assert smallest_told(pairs, np.array([3, 2, 2]), 4) is None


def test_a_ring_of_four_sets_tells_opposite_corners() -> None:
    """A+B, B+C, C+D and D+A give A-C and B-D, never one corner by itself."""
    ring = np.array([[i in (j, (j + 1) % 4) for i in range(4)] for j in range(4)])
    assert smallest_told(ring, np.array([2, 8, 2, 8]), 5) == Told(atoms=(0, 2), people=4, sets=(0, 1))
    assert smallest_told(ring, np.array([3, 8, 3, 8]), 5) is None


def test_coefficients_other_than_one_are_followed() -> None:
    """A+B, B+C and A+C give 2A: a triangle tells each of its corners."""
    triangle = np.array([[True, True, False], [False, True, True], [True, False, True]])
    assert smallest_told(triangle, np.array([4, 30, 30]), 5) == Told(atoms=(0,), people=4, sets=(0, 1, 2))


def test_the_same_case_gives_the_same_answer() -> None:
    random = np.random.default_rng(4)
    sets, weights = random.random((30, 25)) < 0.3, random.integers(0, 4, 25)
    assert len({smallest_told(sets, weights, 7) for _ in range(3)}) == 1


@pytest.mark.parametrize("weights", [np.array([1, 2, 3]), np.array([1, -2])])
def test_what_does_not_fit_together_is_refused(weights: NDArray[np.int64]) -> None:
    with pytest.raises(ValueError, match="weights"):
        smallest_told(np.ones((1, 2), dtype=bool), weights, 5)
