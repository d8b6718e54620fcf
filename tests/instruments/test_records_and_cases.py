"""The two records and the case of the catalogue: what each asks, of whom, and when."""

from __future__ import annotations

import pytest

from instruments.load import load
from instruments.model import Answer, Instrument, ItemType, Kind
from instruments.path import visible_items
from instruments.scoring import score_all

LOG = load("activity-log").instrument
REPORT = load("county-status-report").instrument
ISU = load("individual-follow-up").instrument


def ids(instrument: Instrument, answers: dict[str, Answer]) -> set[str]:
    return {item.id for item in visible_items(instrument, answers)}


def test_kinds_and_wording() -> None:
    assert (LOG.kind, REPORT.kind, ISU.kind) == (Kind.RECORD, Kind.RECORD, Kind.CASE)
    for instrument in (LOG, REPORT, ISU):
        assert instrument.languages == ("sv", "en")
        assert instrument.provenance.wording == "own"


def test_the_activity_log_counts_times_and_participants() -> None:
    kinds = [option.text["sv"] for option in LOG.options(LOG.items[0])]
    assert kinds == [
        "EBP-cirkel", "Utbildning", "Metodstöd", "Nätverksträff", "Stöd vid införande", "Något annat",
    ]  # fmt: skip
    assert [item.id for item in LOG.items if item.type is ItemType.NUMBER] == ["A02", "A03"]


def test_the_status_report_is_free_text_by_theme() -> None:
    assert 5 <= len(REPORT.sections) <= 8
    texts = [item for item in REPORT.items if item.type is ItemType.LONG_TEXT]
    assert len(texts) == len(REPORT.items) - 1
    assert not REPORT.scales


@pytest.mark.parametrize(
    ("occasion", "asked", "not_asked"),
    [
        (1, {"N01", "G11", "G12", "G31"}, {"S01", "G13", "G04", "E01"}),
        (2, {"N01", "S01", "S02", "G13", "G33", "G04"}, {"G11", "G12", "E01"}),
        (3, {"N01", "S01", "G13", "G04", "E01"}, {"G11", "G32"}),
    ],
)
def test_each_occasion_asks_its_own(occasion: int, asked: set[str], not_asked: set[str]) -> None:
    found = ids(ISU, {"occasion": occasion})
    assert asked <= found
    assert not not_asked & found


def test_needs_are_a_mean_from_0_to_10_and_goals_are_scored_after() -> None:
    before: dict[str, Answer] = {"occasion": 1, "N01": 2, "N02": 4, "N03": 6, "N04": 0}
    after: dict[str, Answer] = {"occasion": 3, "N01": 10, "N02": 10, "N03": 10, "G04": 7}
    scores = score_all(ISU, [before, after])
    assert scores["needs"][0] == 3
    assert str(scores["needs"][1]) == "nan"  # three of seven areas are too few
    assert str(scores["goals"][0]) == "nan"
    assert scores["goals"][1] == 7
