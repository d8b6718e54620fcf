"""A release can be made of every shape of answers: all alike, none at all, one who differs, everybody another."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from reports.analysis import analyse
from reports.dataset import RoundData
from reports.disclosure import disclose
from tests.reports.example import small_instrument, tree

INSTRUMENT = small_instrument()
ITEMS = [item.id for item in INSTRUMENT.scored_items]
UNITS = ("2301-a", "2309-b", "2309-c", "2326-d")
SHAPES: dict[str, Callable[[int], Mapping[str, object]]] = {
    "alike": lambda _row: dict.fromkeys(ITEMS, 5),
    "nothing": lambda _row: {},
    "one differs": lambda row: dict.fromkeys(ITEMS, 1 if row == 0 else 5),
    "each another step": lambda row: dict.fromkeys(ITEMS, 1 + row % 5),
    "one item each": lambda row: {ITEMS[row % len(ITEMS)]: 3},
}


def round_of(round_id: int, people: int, shape: str) -> RoundData:
    codes = [unit for unit in UNITS for _ in range(people)]
    return RoundData.from_answers(
        round_id=round_id,
        name=str(round_id),
        instrument=INSTRUMENT,
        digest="d",
        answers=[SHAPES[shape](row) for row in range(len(codes))],
        unit_codes=codes,
        link_codes=[bytes([row]) * 16 for row in range(len(codes))],
        invited=dict.fromkeys(UNITS, people),
    )


@pytest.mark.parametrize("before", SHAPES)
@pytest.mark.parametrize("now", SHAPES)
@pytest.mark.parametrize("people", [1, 6, 30])
def test_a_release_can_be_made(now: str, before: str, people: int) -> None:
    rounds = round_of(2, people, now), round_of(1, people, before)
    where = tree(dict.fromkeys(UNITS, people))
    analysed = analyse(*rounds, where, study="s", k=5, seed=1, simulated=True, linked=True)
    findings = disclose(analysed, 5).findings
    assert {group.n for group in findings.groups if group.code in UNITS} == {people if people >= 5 else None}
