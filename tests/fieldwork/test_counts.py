"""Live counts move hourly or daily and in steps, and no difference between them shows a small unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.fieldwork.counts import RoundCounts, live_counts, total_told
from survey.fieldwork.rounds import close_round, mark_sealed, open_round, set_invited
from survey.models import Response, Round, UrnBox, random_id
from survey.organisation.tree import find_unit

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
PUBLIC_KEY = bytes(32)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def opened(session: Session, draft: Round) -> Round:
    return opening(session, draft, {})


def opening(session: Session, draft: Round, invited: Mapping[str, int], k: int = 5) -> Round:
    draft.study.k = k
    set_invited(session, draft, invited)
    open_round(session, draft, NOW, public_key=bytes(32))
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


def test_every_count_is_told_in_steps_hourly_for_large_units_and_daily_for_small(
    session: Session, draft: Round
) -> None:
    opened = opening(session, draft, {"2305": 50, "K1": 49})
    answer(session, opened, {"2305": 14, "K1": 12, "K2": 9})
    assert by_unit(live_counts(session, opened, NOW)) == {"2305": 10, "K1": 10, "K2": 5}
    answer(session, opened, {"2305": 1, "K1": 4, "K2": 1})
    assert by_unit(live_counts(session, opened, NOW + HOUR * 0.99)) == {"2305": 10, "K1": 10, "K2": 5}
    assert by_unit(live_counts(session, opened, NOW + HOUR)) == {"2305": 15, "K1": 10, "K2": 5}
    assert by_unit(live_counts(session, opened, NOW + DAY)) == {"2305": 15, "K1": 15, "K2": 10}


def test_a_study_with_a_larger_k_has_larger_steps(session: Session, draft: Round) -> None:
    opened = opening(session, draft, {"2305": 50}, k=7)
    answer(session, opened, {"2305": 20, "K1": 6})
    counts = live_counts(session, opened, NOW)
    assert (by_unit(counts), counts.step) == ({"2305": 14, "K1": 0, "K2": 0}, 7)


def test_to_write_a_larger_number_after_opening_quickens_nothing(session: Session, draft: Round) -> None:
    opened = opening(session, draft, {"2305": 49})
    live_counts(session, opened, NOW)
    set_invited(session, opened, {"2305": 500})
    answer(session, opened, {"2305": 20})
    counts = live_counts(session, opened, NOW + HOUR * 2)
    assert by_unit(counts)["2305"] == 0
    assert counts.units[0].invited == 500


def test_looking_often_does_not_move_the_hour(session: Session, draft: Round) -> None:
    opened = opening(session, draft, {"2305": 50})
    for minute in range(0, 60, 20):
        answer(session, opened, {"2305": 5})
        assert by_unit(live_counts(session, opened, NOW + timedelta(minutes=minute)))["2305"] == 5


def test_the_total_counts_what_small_units_have_together(session: Session, draft: Round) -> None:
    """4 + 4 + 3 answers are "at least 5", which leaves every one of three units told as 0 anything from 0 to 4."""
    opened = opening(session, draft, {"2305": 30, "K1": 10, "K2": 10})
    answer(session, opened, {"2305": 4, "K1": 4, "K2": 3})
    counts = live_counts(session, opened, NOW)
    assert (set(by_unit(counts).values()), counts.answered) == ({0}, 5)
    answer(session, opened, {"2305": 25})
    assert live_counts(session, opened, NOW + HOUR * 0.99).answered == 5
    later = live_counts(session, opened, NOW + HOUR)
    assert (set(by_unit(later).values()), later.answered) == ({0}, 5)


@pytest.mark.parametrize("k", [5, 7])
def test_no_total_fixes_any_units_count(k: int) -> None:
    """Every number of answers in up to three units: from what is told each may still have any count of its step."""
    for units in (1, 2, 3):
        seen: dict[tuple[tuple[int, ...], int], set[tuple[int, ...]]] = {}
        for counts in product(range(2 * k), repeat=units):
            told = tuple(count - count % k for count in counts)
            total = total_told(told, sum(counts) - sum(counts) % k, k)
            assert total <= sum(counts)
            assert total % k == 0
            seen.setdefault((told, total), set()).add(counts)
        for (told, total), possible in seen.items():
            for place, least in enumerate(told):
                could_be = {counts[place] for counts in possible}
                assert could_be == set(range(least, least + k)), (told, total)


def test_the_invited_are_summed_only_when_all_have_said(session: Session, opened: Round) -> None:
    set_invited(session, opened, {"2305": 500, "K1": 40})
    assert live_counts(session, opened, NOW).invited is None
    set_invited(session, opened, {"K2": 10})
    assert live_counts(session, opened, NOW).invited == 550


@pytest.mark.parametrize(("responses", "told"), [(4, None), (13, 10)])
def test_after_sealing_only_a_total_is_told_and_in_steps(
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
