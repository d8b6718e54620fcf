"""What is done to a study in the background, where the round keys are: its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.models import Study
from survey.services import Services

if TYPE_CHECKING:
    from survey.fieldwork.ending import Ended

_EMPTIED = ("response", "person", "card", "invitation")


def end(services: Services, study_id: int) -> Ended:
    """Ends a study: rows first, then keys, then the room that the rows left. May be run again. Raises Refusal."""
    from survey.accounts import audit
    from survey.answering.compact import compact
    from survey.fieldwork.ending import destroy_keys, end_study

    with services.sessions.begin() as session:
        study, now = _study(session, study_id), services.clock()
        running = study.ended_at is None
        ended = end_study(session, services.round_keys, study, now)
        if running:
            audit.record(
                session, actor=audit.JOB, account_id=None, action="end_study", subject=study.slug, detail={}, now=now
            )
    with services.sessions.begin() as session:
        destroy_keys(session, services.keys, services.round_keys, _study(session, study_id), services.clock())
    compact(services.engine, _EMPTIED)
    return ended


def _study(session: Session, study_id: int) -> Study:
    study = session.get(Study, study_id)
    if study is None:
        raise Refusal("unknown_study", f"there is no study {study_id}; see ./run studies list", study=study_id)
    return study
