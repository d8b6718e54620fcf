"""Cuts of a later release beside an earlier one: a cell that grew by a few is withheld, and says because of what."""

from __future__ import annotations

from reports.analysis import About
from reports.dataset import RoundData
from reports.findings import CutFinding, LinkedBy, Reason, Thresholds
from reports.ledger import Entry, from_text, to_text
from reports.release import Released, make
from tests.reports.example import small_instrument, tree, with_backgrounds

K = 5
ROLES = (1, 2, 3)
ABOUT = About("study", 1, True, LinkedBy.NONE, Thresholds.of(K))


def _round(first: tuple[int, ...], late: tuple[int, ...] = ()) -> RoundData:
    """So many people in each role at first, and late."""
    instrument = with_backgrounds(small_instrument(), "ROLE", coarsen=((4, 5),))
    given: list[dict[str, object]] = []
    batches: list[int] = []
    for batch, numbers in enumerate((first, late)):
        for role, number in zip(ROLES, numbers, strict=False):
            for person in range(number):
                answer: dict[str, object] = dict.fromkeys(("K1", "K2", "K3", "A1", "P1", "P2", "P3"), 1 + person % 5)
                given.append(answer | {"A2": 3, "ROLE": role})
                batches.append(batch)
    return RoundData.from_answers(
        round_id=1,
        name="2026",
        instrument=instrument,
        digest="d" * 64,
        answers=given,
        unit_codes=["2301-a"] * len(given),
        batches=batches,
        invited={"2301-a": None},
    )


def _released(data: RoundData, label: str, told: tuple[Entry, ...] = ()) -> Released:
    return make(data, None, tree({"2301-a": 1}), ABOUT, label=label, linked=False, told_now=told)


def _cut(released: Released) -> CutFinding:
    return next(cut for cut in released.disclosed.findings.cuts if cut.group == "2301")


def test_a_cell_that_grew_by_a_few_is_withheld_because_of_the_earlier_release() -> None:
    first = _released(_round((10, 10, 10)), "spring")
    assert [cell.n for cell in _cut(first).cells[:3]] == [10, 10, 10]
    second = _released(_round((10, 10, 10), (2, 6, 0)), "autumn", first.entries)
    cells = _cut(second).cells
    assert second.disclosed.findings.group("2301").n == 38
    assert (cells[0].n, cells[0].reason) == (None, Reason.PROTECTED)
    assert all(mean.value is None for mean in cells[0].means)
    because = {one.because for one in second.disclosed.findings.withheld if one.group == "2301 ROLE=1"}
    assert because
    assert all("spring" in labels for labels in because)


def test_a_cell_that_grew_by_enough_is_shown_again() -> None:
    first = _released(_round((10, 10, 10)), "spring")
    second = _released(_round((10, 10, 10), (5, 6, 7)), "autumn", first.entries)
    assert [cell.n for cell in _cut(second).cells[:3]] == [15, 16, 17]
    assert not [one for one in second.disclosed.findings.withheld if "ROLE" in one.group]


def test_the_ledger_keeps_what_the_cuts_told() -> None:
    (entry,) = _released(_round((10, 10, 4)), "spring").entries
    assert [family.partition for family in entry.families] == ["", "ROLE"]
    assert from_text(to_text(entry)) == entry
