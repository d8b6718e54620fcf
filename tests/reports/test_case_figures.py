"""Figures over cases: means as by hand, nothing below k, and nothing that can be subtracted from what is shown."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from instruments.load import load
from reports.case_figures import CaseFigures, CasePair, case_figures
from tests.instruments.tiny_instruments import scale_of, tiny

ISU = load("individual-follow-up").instrument
PARENTS: dict[str, str | None] = {"23": None, "2303": "23", "2309": "23", "2380": "23"}
BEFORE = ("occasion", 1)
NEEDS = tuple(f"N{number:02}" for number in range(1, 8))


def pair(node: str, before: int, after: int, goal: int | None = None) -> CasePair:
    end: dict[str, Any] = {"occasion": 3} | dict.fromkeys(NEEDS, after) | ({} if goal is None else {"G04": goal})
    return CasePair(node, {"occasion": 1} | dict.fromkeys(NEEDS, before), end)


def shown(cases: list[CasePair], k: int = 5) -> dict[str, Any]:
    plain = case_figures(ISU, PARENTS, cases, BEFORE, k).plain["groups"]
    assert isinstance(plain, dict)
    return plain


def test_means_and_change_are_of_those_who_have_both() -> None:
    cases = [pair("2309", 2 + place % 3, 5 + place % 4, 4 + place % 5) for place in range(6)]
    # No answers before: in no change, but in the attainment of goals.
    cases.append(CasePair("2309", None, {"occasion": 3, "N01": 9, "G04": 10}))
    cell = shown(cases)["2309"]
    before, after = [2, 3, 4, 2, 3, 4], [5, 6, 7, 8, 5, 6]
    assert cell["cases"] == 7
    assert cell["scales"]["needs"] == {
        "n": 6,
        "before": round(float(np.mean(before)), 2),
        "after": round(float(np.mean(after)), 2),
        "change": round(float(np.mean(after) - np.mean(before)), 2),
    }
    assert cell["scales"]["goals"] == {"n": 7, "after": round((4 + 5 + 6 + 7 + 8 + 4 + 10) / 7, 2)}


def test_nothing_is_shown_of_fewer_than_k() -> None:
    groups = shown([pair("2309", place % 4 + 2, place + 4) for place in range(4)])
    assert all(group["cases"] is None and not any(group["scales"].values()) for group in groups.values())


def test_what_is_left_of_the_whole_is_nobody_or_k() -> None:
    cases = [pair(node, 3 + place % 3, 5 + place % 3, 5) for node, n in (("2303", 4), ("2309", 6), ("2380", 9))
             for place in range(n)]  # fmt: skip
    groups = shown(cases)
    told = {code for code in ("2303", "2309", "2380") if groups[code]["cases"] is not None}
    assert "2303" not in told
    assert groups["23"]["cases"] == 19
    left = 19 - sum(groups[code]["cases"] for code in told)
    assert left == 0 or left >= 5


def test_a_mean_that_is_everybodys_answer_is_not_told() -> None:
    cell = shown([pair("2309", 0, 10, 10) for _ in range(8)])["2309"]
    assert cell["cases"] == 8
    assert cell["scales"] == {"needs": None, "goals": None}


@pytest.mark.parametrize("sizes", [*itertools.product((0, 1, 4, 5, 9), repeat=3)])
def test_no_sum_of_shown_groups_leaves_a_few(sizes: tuple[int, int, int]) -> None:
    """Every signed sum of shown numbers of cases with distinct members is nobody or k."""
    random = np.random.default_rng(sum(sizes))
    cases = [
        pair(node, int(random.integers(1, 6)), int(random.integers(4, 10)), int(random.integers(2, 9)))
        for node, size in zip(("2303", "2309", "2380"), sizes, strict=True)
        for _ in range(size)
    ]
    groups = shown(cases)
    for scale in (None, "needs", "goals"):
        n = {
            code: group["cases"] if scale is None else (group["scales"][scale] or {}).get("n")
            for code, group in groups.items()
        }
        if n["23"] is not None:
            parts = [n[code] for code in ("2303", "2309", "2380") if n[code] is not None]
            assert all(part >= 5 for part in parts)
            assert n["23"] - sum(parts) == 0 or n["23"] - sum(parts) >= 5


@pytest.mark.parametrize(("people", "told"), [(9, False), (10, True)])
def test_a_mean_of_two_values_needs_as_many_as_a_distribution(people: int, told: bool) -> None:
    """A share of one item is 0 or 100: its mean says how many gave each."""
    share = tiny([{"id": "A"}], scales=[scale_of("A", method="positive", positive_from=4)])
    cases = [CasePair("2309", {"A": 1 + place % 5}, {"A": 1 + place % 5}) for place in range(people)]
    groups = case_figures(share, PARENTS, cases, BEFORE, 5).plain["groups"]
    assert isinstance(groups, dict)
    assert groups["2309"]["cases"] == people
    assert (groups["2309"]["scales"]["total"] is not None) == told


def test_k_is_never_below_five_and_the_type_is_the_gates_own() -> None:
    with pytest.raises(ValueError, match="use 5 or more"):
        case_figures(ISU, PARENTS, [], BEFORE, 4)
    with pytest.raises(TypeError):
        CaseFigures({}, token=object())


def test_without_cases_there_are_no_figures() -> None:
    assert all(group["cases"] is None for group in shown([]).values())
