"""The end of a study: what its persons could be followed by is destroyed, and the answers stay.

Keys are files and answers are rows, so there are two parts. The rows come first, in one transaction with their deletion
records; the keys after it. Cut off in between, the same call again finishes: an ended study only loses its keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from survey.answering.keys import Keys
from survey.answering.objections import without_link_codes
from survey.answering.round_keys import RoundKeys
from survey.answering.shuffling import SHUFFLE, Shuffle
from survey.errors import Refusal
from survey.keeping.records import write_record
from survey.models import MIXED, Base, Round, RoundState, Study

_CARD = Base.metadata.tables["card"]
_PERSON = Base.metadata.tables["person"]
_INVITATION = Base.metadata.tables["invitation"]
_FIELDED = frozenset({RoundState.OPEN, RoundState.CLOSED})


@dataclass(frozen=True)
class Ended:
    """How much has been deleted; all 0 when an earlier call had done it."""

    link_codes: int
    persons: int
    cards: int


def is_running(study: Study) -> bool:
    """Whether a round of it is open, or closed and not sealed."""
    return any(round_.state in _FIELDED for round_ in study.rounds)


def require_mixed(study: Study) -> None:
    """Raises Refusal `study_running` for a study that is running, with the rounds in question."""
    running = [round_.name for round_ in study.rounds if round_.state in _FIELDED]
    if running:
        message = f"Study {study.slug} has rounds that are not sealed: {', '.join(running)}; close and seal them first"
        raise Refusal("study_running", message, rounds=", ".join(running))


def end_study(
    session: Session, round_keys: RoundKeys, study: Study, now: datetime, *, shuffle: Shuffle = SHUFFLE
) -> Ended:
    """Delete persons, cards and all link codes, and set the study's end. The caller commits, then `destroy_keys`.

    The responses of every round are written anew in a new order, so that none can be told by where it lay. What a draft
    has invited goes too: it can never open. Raises Refusal `study_running`.
    """
    session.flush()
    session.refresh(study, with_for_update=True)
    # No round of it opens or is created meanwhile: each of them reads the study's row first.
    rounds = session.scalars(select(Round).where(Round.study_id == study.id).with_for_update()).all()
    require_mixed(study)
    if study.ended_at is not None:
        return Ended(0, 0, 0)
    study.ended_at = now
    link_codes = sum(without_link_codes(session, round_.id, shuffle) for round_ in rounds if round_.state in MIXED)
    drafts = [round_.id for round_ in rounds if round_.state == RoundState.DRAFT]
    session.execute(delete(_INVITATION).where(_INVITATION.c.round_id.in_(drafts)))
    ended = Ended(
        link_codes=link_codes,
        persons=_deleted(session, delete(_PERSON).where(_PERSON.c.study_id == study.id)),
        cards=_deleted(session, delete(_CARD).where(_CARD.c.study_id == study.id)),
    )
    _record(session, round_keys, study, now, "link_codes", ended.link_codes + ended.persons + ended.cards)
    return ended


def destroy_keys(session: Session, keys: Keys, round_keys: RoundKeys, study: Study, now: datetime) -> int:
    """Destroy the study's pepper and the share that is kept here. Returns how many keys there were; the caller commits.

    Shares that people hold are worth nothing from here on: no person and no link code is left that they could lead to.
    """
    kept = round_keys.share(study.id) is not None
    round_keys.drop_share(study.id)
    destroyed = int(kept) + int(keys.destroy_study_pepper(study.id))
    if destroyed:
        _record(session, round_keys, study, now, "keys", destroyed)
    return destroyed


def _record(session: Session, round_keys: RoundKeys, study: Study, now: datetime, what: str, amount: int) -> None:
    seed, decision = round_keys.signing_key(), study.deletion_decision
    write_record(session, seed, at=now, what=what, subject=study.slug, amount=amount, decision=decision)


def _deleted(session: Session, statement: Any) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
