"""What is done to a study in the background, where the round keys are: its end."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.fieldwork.ending import Ended, destroy_keys, end_study
from survey.models import Study
from survey.services import Services

_EMPTIED = ("response", "person", "card", "invitation")


def end(services: Services, study_id: int) -> Ended:
    """Ends a study: rows first, then keys, then the room that the rows left. May be run again. Raises Refusal."""
    from survey.answering.compact import compact

    with services.sessions.begin() as session:
        ended = end_study(session, services.round_keys, _study(session, study_id), services.clock())
    with services.sessions.begin() as session:
        destroy_keys(session, services.keys, services.round_keys, _study(session, study_id), services.clock())
    compact(services.engine, _EMPTIED)
    return ended


def _study(session: Session, study_id: int) -> Study:
    study = session.get(Study, study_id)
    if study is None:
        raise Refusal("unknown_study", f"there is no study {study_id}; see ./run studies list", study=study_id)
    return study
