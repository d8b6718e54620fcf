"""Raising: small units are placed higher up, so that no place holds few answers."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from survey.answering.raising import places, recorded_ways

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


def test_rare_ways_in_are_not_told_apart() -> None:
    assert recorded_ways({(1, "card"): 12}, 5) == {(1, "card"): "card"}
    assert recorded_ways({(1, "card"): 1, (1, "open"): 20}, 5) == {(1, "card"): "open", (1, "open"): "open"}
    assert recorded_ways({(1, "card"): 20, (1, "open"): 1}, 5) == {(1, "card"): "open", (1, "open"): "open"}
    kept = {(1, "card"): 8, (1, "import"): 3, (1, "open"): 3, (2, "invitation"): 2}
    assert recorded_ways(kept, 5) == {
        (1, "card"): "card",
        (1, "import"): "open",
        (1, "open"): "open",
        (2, "invitation"): "open",
    }


@given(
    st.dictionaries(st.tuples(st.just(1), st.sampled_from(["card", "invitation", "open", "import"])), st.integers(1, 9))
)
def test_no_recorded_way_holds_few(arrived) -> None:
    total = sum(arrived.values())
    recorded: Counter[str] = Counter()
    for key, way in recorded_ways(arrived, 5).items():
        recorded[way] += arrived[key]
    assert all(count >= 5 for count in recorded.values()) or (total < 5 and set(recorded) <= {"open"})
