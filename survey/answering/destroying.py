"""Destroying a round's keys: after the next verified backup that shows it sealed, or a set number of hours later.

Until then a sealing that is lost with its database can be done again from the backup before it; from then on nobody can
open an answer, whatever copies of the database there are.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from survey.database import read_session
from survey.fieldwork.transitions import reference
from survey.keeping.records import write_record
from survey.models import Backup, Round
from survey.services import Services

log = logging.getLogger("termometern.keeping")


def destroy_due_keys(services: Services, now: datetime) -> list[int]:
    """Destroy the keys of every round whose time has come. Returns the rounds' ids.

    May be run again at any moment: first the key goes, then the round says so. A key that is there although its round
    says that it was destroyed has come back with an old copy of the folder: it goes again, and the log tells.
    """
    with read_session(services.sessions) as session:
        due = _due(session, now - timedelta(hours=services.settings.key_hours))
        gone = session.scalars(select(Round.id).where(Round.keys_destroyed_at.is_not(None)).order_by(Round.id)).all()
    back = [round_id for round_id in gone if services.round_keys.has(round_id)]
    for round_id in back:
        log.warning("the destroyed key of round %d had come back into the key folder; it is destroyed again", round_id)
    for round_id in (*due, *back):
        services.round_keys.destroy(round_id)
        _note(services, round_id, now, again=round_id in back)
    return [*due, *back]


def _due(session: Session, sealed_before: datetime) -> list[int]:
    """Sealed rounds that still have keys, and a later verified backup or no hours left."""
    backed_up = exists().where(Backup.made_at > Round.sealed_at)
    query = select(Round.id).where(
        Round.sealed_at.is_not(None),
        Round.keys_destroyed_at.is_(None),
        or_(backed_up, Round.sealed_at <= sealed_before),
    )
    return list(session.scalars(query.order_by(Round.id)))


def _note(services: Services, round_id: int, now: datetime, *, again: bool) -> None:
    seed = services.round_keys.signing_key()
    with services.sessions.begin() as session:
        round_ = session.get_one(Round, round_id, with_for_update=True)
        if round_.keys_destroyed_at is not None and not again:
            # Another process came to the same key meanwhile: it was destroyed once, and is told of once.
            return
        round_.keys_destroyed_at = now
        write_record(session, seed, at=now, what="keys", subject=reference(round_), amount=1)
