"""The chances that verdicts rest on, against enumeration and published cases."""

from __future__ import annotations

from collections import Counter
from itertools import permutations, product
from random import Random

import pytest

from bench.attacks.chance import Correlation, Matches, fixed_points, holm
from bench.attacks.verdict import shown


def test_fixed_points_are_those_of_all_permutations() -> None:
    for n in range(1, 7):
        counted = Counter(sum(i == one for i, one in enumerate(order)) for order in permutations(range(n)))
        total = sum(counted.values())
        assert fixed_points(n) == pytest.approx([counted[k] / total for k in range(n + 1)])


def test_matches_of_two_blocks_are_exact() -> None:
    pairs = list(product(permutations(range(3)), permutations(range(4))))
    right = [sum(i == one for order in both for i, one in enumerate(order)) for both in pairs]
    for wanted in range(8):
        matches = Matches(Counter({3: 1, 4: 1}), wanted)
        assert matches.p() == pytest.approx(sum(one >= wanted for one in right) / len(right))


def test_a_perfect_join_is_beyond_chance_and_a_random_one_is_not() -> None:
    perfect, chance = Matches(), Matches()
    random = Random(1)  # noqa: S311 - the same every time
    for _ in range(50):
        things = list(range(20))
        perfect.add(things, things)
        chance.add(random.sample(things, 20), things)
    assert perfect.right == 1_000
    assert perfect.p() < 1e-300 or shown(perfect.p()) == "< 1e-12"
    assert perfect.expected == 50
    assert chance.p() > 0.001


def test_a_correlation_pools_blocks_and_takes_ties() -> None:
    same, none = Correlation(), Correlation()
    random = Random(2)  # noqa: S311 - the same every time
    for _ in range(20):
        same.add([1, 1, 2, 3, 3, 4], [10, 11, 12, 13, 14, 15])
        none.add(random.sample(range(30), 30), range(30))
        none.add([5] * 10, range(10))
    assert same.p() < 1e-12
    assert none.p() > 0.001
    # One block of 30: the classical z = rho * sqrt(n - 1).
    one = Correlation()
    one.add(range(30), range(30))
    assert one.z == pytest.approx(29**0.5)


def test_holm_is_the_published_procedure() -> None:
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})
