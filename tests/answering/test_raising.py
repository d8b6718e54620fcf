"""Raising: small units are placed higher up, so that no place holds few answers."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answering.raising import late_places, places, recorded_ways

# 1 nation > 2 county > municipalities 3 and 4 > units
PARENTS = {1: None, 2: 1, 3: 2, 4: 2, 31: 3, 32: 3, 33: 3, 41: 4, 42: 4}


def _held(answers: dict[int, int], placed: dict[int, int]) -> Counter[int]:
    held: Counter[int] = Counter()
    for unit, count in answers.items():
        held[placed[unit]] += count
    return held


def test_units_with_enough_stay() -> None:
    assert places({31: 5, 41: 9}, PARENTS, 5) == {31: 31, 41: 41}


def test_small_units_meet_in_their_municipality() -> None:
    assert places({31: 20, 32: 3, 33: 2}, PARENTS, 5) == {31: 31, 32: 3, 33: 3}


def test_one_small_unit_takes_the_smallest_neighbour_with_it() -> None:
    assert places({31: 20, 32: 3, 33: 6}, PARENTS, 5) == {31: 31, 32: 3, 33: 3}


def test_a_small_municipality_goes_to_the_county_and_the_smallest_group_there_joins_it() -> None:
    assert places({31: 2, 41: 6, 42: 8}, PARENTS, 5) == {31: 2, 41: 2, 42: 42}


def test_a_round_with_too_few_in_all_ends_at_the_top() -> None:
    assert places({31: 2, 41: 1}, PARENTS, 5) == {31: 1, 41: 1}


trees = st.lists(st.integers(0, 40), min_size=1, max_size=30).map(
    lambda draws: {1: None} | {n: 1 + draw % (n - 1) for n, draw in enumerate(draws, start=2)}
)


@given(trees, st.data(), st.integers(5, 12))
def test_no_place_is_left_with_few(tree, data, k) -> None:
    nodes = sorted(tree)
    answers = data.draw(st.dictionaries(st.sampled_from(nodes), st.integers(1, 20), min_size=1))
    placed = places(answers, tree, k)
    held = _held(answers, placed)
    assert sum(held.values()) == sum(answers.values())
    if sum(answers.values()) >= k:
        assert min(held.values()) >= k
    for unit, place in placed.items():
        line = [unit]
        while tree[line[-1]] is not None:
            line.append(tree[line[-1]])
        assert place in line


def _recorded(ways: dict[str, int], k: int = 5) -> Counter[str]:
    return Counter(recorded_ways([(1, way) for way, count in ways.items() for _ in range(count)], k))


@pytest.mark.parametrize(
    ("arrived", "recorded"),
    [
        ({"card": 12}, {"card": 12}),
        ({"card": 1, "open": 20}, {"open": 21}),
        ({"card": 20, "open": 1}, {"card": 16, "open": 5}),  # four of the twenty cards join the one
        ({"card": 8, "open": 1}, {"open": 9}),  # four cards would be left
        ({"card": 8, "import": 3, "open": 3}, {"card": 8, "open": 6}),
        ({"card": 9, "invitation": 7, "open": 3}, {"card": 7, "invitation": 7, "open": 5}),
        ({"invitation": 2}, {"open": 2}),
    ],
)
def test_rare_ways_in_are_not_told_apart(arrived: dict[str, int], recorded: dict[str, int]) -> None:
    assert _recorded(arrived) == recorded


def test_each_place_is_looked_at_by_itself() -> None:
    assert recorded_ways([(1, "card")] * 5 + [(2, "card")] + [(2, "open")] * 5, 5) == ["card"] * 5 + ["open"] * 6


@given(st.dictionaries(st.sampled_from(["card", "invitation", "open", "import"]), st.integers(1, 12)))
def test_no_recorded_way_holds_few_and_the_open_link_is_never_understated(arrived: dict[str, int]) -> None:
    recorded = _recorded(arrived)
    total = sum(arrived.values())
    assert recorded.total() == total
    assert all(count >= 5 for count in recorded.values()) or (total < 5 and set(recorded) <= {"open"})
    assert recorded["open"] >= arrived.get("open", 0)
    assert all(recorded[way] <= arrived[way] for way in recorded if way != "open")


@pytest.mark.parametrize(
    ("late", "held", "expected"),
    [
        # Its own place, however few; and where a small unit's answers were raised to.
        ({31: 1}, {31: 8, 3: 6}, {31: 31}),
        ({32: 2}, {31: 8, 3: 6}, {32: 3}),
        # k at once are a place of their own, also where earlier ones were raised.
        ({32: 5}, {31: 8, 3: 6}, {32: 32}),
        # Nothing stands above: the nearest ancestor that has k in all.
        ({32: 2}, {31: 8}, {32: 3}),
        ({41: 2, 42: 1}, {31: 8}, {41: 2, 42: 2}),
        # Passes a node that holds nothing itself for one that does.
        ({41: 2}, {31: 8, 2: 5}, {41: 2}),
        ({31: 2}, {}, {31: 1}),
    ],
)
def test_late_answers_go_where_their_units_answers_are(
    late: dict[int, int], held: dict[int, int], expected: dict[int, int]
) -> None:
    assert late_places(late, held, PARENTS, 5) == expected
