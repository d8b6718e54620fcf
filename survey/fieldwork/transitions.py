"""A round's steps: draft > open > closed > sealed > released. One table says which may be taken; none goes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey.accounts import audit
from survey.answering.codes import new_code
from survey.errors import Refusal
from survey.fieldwork.cards import invite_cards
from survey.fieldwork.launching import require_link_codes
from survey.fieldwork.law import require_law
from survey.fieldwork.studies import find_instrument, require_running
from survey.models import Round, RoundState

TRANSITIONS: Mapping[RoundState, RoundState] = {
    RoundState.OPEN: RoundState.DRAFT,
    RoundState.CLOSED: RoundState.OPEN,
    RoundState.SEALED: RoundState.CLOSED,
    RoundState.RELEASED: RoundState.SEALED,
}
"""State -> the only state that it follows on."""

FIRST: Mapping[RoundState, str] = {
    RoundState.DRAFT: "open it first with ./run rounds open",
    RoundState.OPEN: "close it first with ./run rounds close",
    RoundState.CLOSED: "seal it first with ./run rounds seal",
    RoundState.SEALED: "release it first with ./run rounds release",
}
"""What a round in each state needs before it can come further."""


def reference(round_: Round) -> str:
    """How a person names the round: `study/name`."""
    return f"{round_.study.slug}/{round_.name}"


def open_round(
    session: Session, round_: Round, now: datetime, *, public_key: bytes, folders: Sequence[Path] = ()
) -> None:
    """Draft > open. From here the instrument version, the round's `public_key` and the units are fixed.

    Every unit gets its open link, and cards of the study's earlier rounds work in this one.
    Raises Refusal: `wrong_round_state`, `study_ended`, `study_without_purpose`, `study_key_needed`,
    `round_without_units`, `unit_has_ended`, `unknown_instrument`.
    """
    _guard(session, round_, RoundState.OPEN)
    require_running(round_.study)
    require_law(round_.study)
    require_link_codes(session, round_)
    if not round_.units:
        message = f"Round {reference(round_)} has no units; create it with at least one"
        raise Refusal("round_without_units", message, round=reference(round_))
    ended = [row.unit.code for row in round_.units if row.unit.valid_to and row.unit.valid_to <= now.date()]
    if ended:
        message = f"No longer part of the organisation: {', '.join(ended)}; create the round without them"
        raise Refusal("unit_has_ended", message, units=", ".join(ended))
    instrument = find_instrument(round_.study.instrument, round_.instrument_version, folders)
    for row in round_.units:
        row.open_code = new_code()
        row.invited_at_opening = row.invited
    round_.instrument_digest = instrument.digest
    # Made outside the database; should this transaction fail, the next attempt gets the same key.
    round_.public_key = public_key
    round_.state, round_.opened_at = RoundState.OPEN, now
    session.flush()
    invite_cards(session, round_)
    _carried_out(session, "open_round", round_, now)


def close_round(session: Session, round_: Round, now: datetime) -> None:
    """Open > closed: no new starts; those who have begun have an hour. Raises Refusal `wrong_round_state`."""
    _guard(session, round_, RoundState.CLOSED)
    round_.state, round_.closed_at = RoundState.CLOSED, now
    _carried_out(session, "close_round", round_, now)


def mark_sealed(session: Session, round_: Round, now: datetime) -> None:
    """Closed > sealed: part of the mixing's transaction. Raises Refusal `wrong_round_state`."""
    _guard(session, round_, RoundState.SEALED)
    round_.state, round_.sealed_at = RoundState.SEALED, now
    _carried_out(session, "seal_round", round_, now)


def mark_released(session: Session, round_: Round, now: datetime) -> None:
    """Sealed > released: when all reports are written. Raises Refusal `wrong_round_state`."""
    _guard(session, round_, RoundState.RELEASED)
    round_.state, round_.released_at = RoundState.RELEASED, now
    _carried_out(session, "release_round", round_, now)


def _carried_out(session: Session, action: str, round_: Round, now: datetime) -> None:
    """The trail says what happened, in the transaction in which it does: these steps are asked for first."""
    audit.record(
        session, actor=audit.JOB, account_id=None, action=action, subject=reference(round_), detail={}, now=now
    )
    session.flush()


def refuse_done(round_: Round, target: RoundState) -> None:
    """Raises Refusal `wrong_round_state` if the round has come as far as `target` already."""
    order = list(RoundState)
    if order.index(RoundState(round_.state)) >= order.index(target):
        raise refuse_state(round_, f"become {target}", "that has been done")


def refuse_state(round_: Round, wish: str, remedy: str) -> Refusal:
    """The refusal of something that the round's state does not allow; `wish` continues "it cannot ..."."""
    message = f"Round {reference(round_)} is {round_.state} and cannot {wish}; {remedy}"
    return Refusal("wrong_round_state", message, round=reference(round_), state=str(round_.state))


def _guard(session: Session, round_: Round, target: RoundState) -> None:
    """Read the state again under a lock, so that of two who take the same step one is refused."""
    session.flush()
    session.refresh(round_, with_for_update=True)
    state = RoundState(round_.state)
    if state is TRANSITIONS[target]:
        return
    refuse_done(round_, target)
    raise refuse_state(round_, f"become {target}", FIRST[state])
