"""Rounds are made with units that exist, and take each step once and in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.load import load
from survey.errors import Refusal
from survey.fieldwork.rounds import (
    TRANSITIONS,
    close_round,
    create_round,
    find_round,
    mark_released,
    mark_sealed,
    open_round,
    set_invited,
)
from survey.fieldwork.studies import create_study
from survey.models import Round, RoundState, Study
from survey.organisation.tree import find_unit

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
PUBLIC_KEY = bytes(32)

Step = Callable[[Session, Round], None]
STEPS: dict[RoundState, Step] = {
    RoundState.OPEN: lambda session, round_: open_round(session, round_, NOW, public_key=PUBLIC_KEY),
    RoundState.CLOSED: lambda session, round_: close_round(session, round_, NOW),
    RoundState.SEALED: lambda session, round_: mark_sealed(session, round_, NOW),
    RoundState.RELEASED: lambda session, round_: mark_released(session, round_, NOW),
}


def brought_to(state: RoundState, session: Session, round_: Round) -> None:
    for target, step in STEPS.items():
        if round_.state == state:
            return
        step(session, round_)
        assert round_.state == target


def test_a_round_is_a_draft_of_the_newest_version_with_its_units(draft: Round) -> None:
    assert (draft.state, draft.instrument_version) == ("draft", load("ebp-thermometer").instrument.version)
    assert sorted(row.unit.code for row in draft.units) == ["2305", "K1", "K2"]


@pytest.mark.parametrize(
    ("wrong", "code", "message"),
    [
        ({"name": " "}, "bad_round", "needs a name"),
        ({"name": "hösten\0"}, "bad_round", "on one line, without control characters"),
        ({"name": "hösten 2026"}, "round_exists", "choose another name"),
        ({"unit_codes": ["K1", "K3", "K4"]}, "unknown_unit", "no unit K3, K4; see ./run organisation list"),
        ({"unit_codes": ["SE"]}, "bad_round", "nation cannot take part"),
        ({"version": "1999.1"}, "unknown_instrument", "1999.1"),
        ({"opens_on": date(2026, 9, 2), "closes_on": date(2026, 9, 1)}, "bad_round", "change one of the days"),
    ],
)
def test_a_round_that_cannot_be_is_refused(
    session: Session, study: Study, draft: Round, wrong: dict[str, object], code: str, message: str
) -> None:
    words: dict[str, object] = {"name": "n", "unit_codes": ["K1"]}
    with pytest.raises(Refusal, match=message) as refused:
        create_round(session, study, **(words | wrong))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_the_round_before_is_of_the_same_study(session: Session, study: Study, draft: Round) -> None:
    later = create_round(session, study, name="2027", unit_codes=["K1"], before=draft)
    assert later.before is draft
    other = create_study(session, slug="other", title="T", instrument="ebp-thermometer", owner_code="23")
    with pytest.raises(Refusal) as refused:
        create_round(session, other, name="2027", unit_codes=["K1"], before=draft)
    assert refused.value.code == "wrong_before"


def test_a_round_is_found_by_id_or_by_name(session: Session, draft: Round) -> None:
    assert find_round(session, draft.id) is draft
    assert find_round(session, str(draft.id)) is draft
    assert find_round(session, "ebp/hösten 2026") is draft
    with pytest.raises(Refusal, match="did you mean 'ebp/hösten 2026'"):
        find_round(session, "ebp/hösten 2025")
    with pytest.raises(Refusal, match="no round '99999999999999999999'"):
        find_round(session, "9" * 20)


def test_opening_fixes_instrument_key_and_links(session: Session, draft: Round) -> None:
    open_round(session, draft, NOW, public_key=PUBLIC_KEY)
    session.commit()
    assert draft.instrument_digest == load("ebp-thermometer").digest
    assert draft.public_key == PUBLIC_KEY
    assert draft.opened_at == NOW
    assert len({row.open_code for row in draft.units}) == 3


def test_a_round_without_units_does_not_open(session: Session, study: Study) -> None:
    empty = create_round(session, study, name="empty", unit_codes=[])
    with pytest.raises(Refusal, match="at least one") as refused:
        open_round(session, empty, NOW, public_key=PUBLIC_KEY)
    assert refused.value.code == "round_without_units"


def test_a_unit_that_has_ended_takes_no_part(session: Session, draft: Round) -> None:
    unit = find_unit(session, "K1")
    unit.valid_to = NOW.date()
    with pytest.raises(Refusal, match="K1") as refused:
        open_round(session, draft, NOW, public_key=PUBLIC_KEY)
    assert refused.value.code == "unit_has_ended"
    unit.valid_to = NOW.date() + timedelta(days=1)
    open_round(session, draft, NOW, public_key=PUBLIC_KEY)


@pytest.mark.parametrize("state", RoundState)
@pytest.mark.parametrize("target", STEPS)
def test_only_the_next_step_may_be_taken(session: Session, draft: Round, state: RoundState, target: RoundState) -> None:
    brought_to(state, session, draft)
    if TRANSITIONS[target] is state:
        STEPS[target](session, draft)
        assert draft.state == target
        return
    with pytest.raises(Refusal, match=f"is {state} and cannot become {target}; ") as refused:
        STEPS[target](session, draft)
    assert refused.value.code == "wrong_round_state"
    assert draft.state == state


def test_a_refused_step_says_what_comes_first(session: Session, draft: Round) -> None:
    with pytest.raises(Refusal, match=r"open it first with \./run rounds open"):
        close_round(session, draft, NOW)


def test_a_step_looks_at_the_database_not_at_memory(session: Session, draft: Round) -> None:
    """Of two who close the same round, the second is refused even if it read the round while it was open."""
    open_round(session, draft, NOW, public_key=PUBLIC_KEY)
    session.commit()
    with Session(session.get_bind()) as other:
        close_round(other, other.get_one(Round, draft.id), NOW)
        other.commit()
    with pytest.raises(Refusal, match="that has been done"):
        close_round(session, draft, NOW)


def test_invited_counts_are_set_for_units_of_the_round(session: Session, draft: Round) -> None:
    set_invited(session, draft, {"K1": 12, "2305": 0})
    session.expire_all()
    invited = {row.unit.code: row.invited for row in session.scalars(select(Round)).one().units}
    assert invited == {"K1": 12, "K2": None, "2305": 0}


@pytest.mark.parametrize(
    ("invited", "code"),
    [
        ({"K1": 1, "2303": 5}, "unit_not_in_round"),
        ({"K1": 1, "K2": -1}, "bad_invited"),
        ({"K1": 10**20}, "bad_invited"),
    ],
)
def test_invited_counts_that_cannot_be_change_nothing(
    session: Session, draft: Round, invited: dict[str, int], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        set_invited(session, draft, invited)
    assert refused.value.code == code
    assert all(row.invited is None for row in draft.units)


def test_invited_counts_freeze_with_the_release(session: Session, draft: Round) -> None:
    brought_to(RoundState.SEALED, session, draft)
    set_invited(session, draft, {"K1": 12})
    mark_released(session, draft, NOW)
    with pytest.raises(Refusal) as refused:
        set_invited(session, draft, {"K1": 13})
    assert refused.value.code == "wrong_round_state"
