"""Live counts move hourly or daily and in steps, and no difference between them shows a small unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.answering.keys import KeyFolder
from survey.fieldwork.counts import RoundCounts, live_counts
from survey.fieldwork.rounds import close_round, mark_sealed, open_round, set_invited
from survey.models import Response, Round, UrnBox, random_id
from survey.organisation.tree import find_unit

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def opened(session: Session, keys: KeyFolder, draft: Round) -> Round:
    open_round(session, keys, draft, NOW)
    return draft


def answer(session: Session, round_: Round, answers: Mapping[str, int]) -> None:
    """Put boxes in the urn: what they hold does not matter here."""
    for code, number in answers.items():
        unit_id = find_unit(session, code).id
        for _ in range(number):
            session.add(UrnBox(round_id=round_.id, unit_id=unit_id, receipt=random_id() * 2, box=b""))
    session.flush()


def by_unit(counts: RoundCounts) -> dict[str, int | None]:
    return {unit.code: unit.answered for unit in counts.units}


def test_a_draft_has_no_counts(session: Session, draft: Round) -> None:
    counts = live_counts(session, draft, NOW)
    assert by_unit(counts) == {"2305": None, "K1": None, "K2": None}
    assert counts.answered is None


def test_large_units_are_counted_hourly_and_small_ones_daily_in_steps(session: Session, opened: Round) -> None:
    set_invited(session, opened, {"2305": 50, "K1": 49})
    answer(session, opened, {"2305": 12, "K1": 12, "K2": 9})
    assert by_unit(live_counts(session, opened, NOW)) == {"2305": 12, "K1": 10, "K2": 5}
    answer(session, opened, {"2305": 1, "K1": 4, "K2": 1})
    assert by_unit(live_counts(session, opened, NOW + HOUR * 0.99)) == {"2305": 12, "K1": 10, "K2": 5}
    assert by_unit(live_counts(session, opened, NOW + HOUR)) == {"2305": 13, "K1": 10, "K2": 5}
    assert by_unit(live_counts(session, opened, NOW + DAY)) == {"2305": 13, "K1": 15, "K2": 10}


def test_looking_often_does_not_move_the_hour(session: Session, opened: Round) -> None:
    set_invited(session, opened, {"2305": 50})
    for minute in range(0, 60, 20):
        answer(session, opened, {"2305": 1})
        assert by_unit(live_counts(session, opened, NOW + timedelta(minutes=minute)))["2305"] == 1


def test_the_total_gives_no_small_unit_away(session: Session, opened: Round) -> None:
    """One unit counted daily: a total counted finer than the sum of what is shown would be that unit's count."""
    set_invited(session, opened, {"2305": 500, "K1": 40, "K2": 9})
    answer(session, opened, {"2305": 100, "K1": 13, "K2": 4})
    counts = live_counts(session, opened, NOW)
    assert counts.answered == sum(number or 0 for number in by_unit(counts).values()) == 110


def test_small_units_that_are_many_together_are_counted_together(session: Session, opened: Round) -> None:
    set_invited(session, opened, {"2305": 500, "K1": 40, "K2": 10})
    answer(session, opened, {"2305": 100, "K1": 13, "K2": 4})
    assert live_counts(session, opened, NOW).answered == 117
    answer(session, opened, {"K1": 1})
    assert live_counts(session, opened, NOW + HOUR * 0.99).answered == 117
    assert live_counts(session, opened, NOW + HOUR).answered == 118


def test_the_invited_are_summed_only_when_all_have_said(session: Session, opened: Round) -> None:
    set_invited(session, opened, {"2305": 500, "K1": 40})
    assert live_counts(session, opened, NOW).invited is None
    set_invited(session, opened, {"K2": 10})
    assert live_counts(session, opened, NOW).invited == 550


@pytest.mark.parametrize(("responses", "told"), [(6, None), (7, 7)])
def test_after_sealing_only_a_total_of_at_least_k_is_told(
    session: Session, opened: Round, responses: int, told: int | None
) -> None:
    live_counts(session, opened, NOW)
    close_round(session, opened, NOW)
    mark_sealed(session, opened, NOW)
    for _ in range(responses):
        session.add(
            Response(
                round_id=opened.id,
                unit_id=find_unit(session, "K1").id,
                instrument_digest="d",
                way="open",
                variant="standard",
                language="sv",
                answers={},
            )
        )
    assert session.scalar(select(func.count()).select_from(Response)) == responses
    counts = live_counts(session, opened, NOW + DAY)
    assert counts.answered == told
    assert set(by_unit(counts).values()) == {None}
