"""What every administrator's view begins with: the round that the address names, and the right to be there."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from survey.accounts import audit
from survey.accounts.roles import Action
from survey.fieldwork.studies import SLUG_PATTERN
from survey.models import LARGEST_ID, Round, RoundUnit, Study
from survey.web import current_services
from survey.web.office import access
from survey.web.office.database import reading


def find_round(round_id: int, action: Action) -> Round:
    """404 where there is no such round, 403 where the person may not do this in the study's node."""
    if round_id > LARGEST_ID:
        abort(404)
    round_ = reading().scalar(
        select(Round)
        .where(Round.id == round_id)
        .options(
            joinedload(Round.study).joinedload(Study.owner),
            joinedload(Round.before),
            selectinload(Round.units).joinedload(RoundUnit.unit),
        )
    )
    if round_ is None:
        abort(404)
    access.require(action, round_.study.owner_id)
    return round_


def find_study(slug: str, action: Action) -> Study:
    if not SLUG_PATTERN.fullmatch(slug):  # NUL, for one, PostgreSQL cannot be asked about
        abort(404)
    study = reading().scalar(select(Study).where(Study.slug == slug).options(joinedload(Study.owner)))
    if study is None:
        abort(404)
    access.require(action, study.owner_id)
    return study


def record(session: Session, action: str, subject: str, **detail: object) -> None:
    """Leave a trace of what the logged-in person did, in the same transaction."""
    person = access.person()
    audit.record(
        session,
        actor=person.email,
        account_id=person.account.id,
        action=action,
        subject=subject,
        detail=detail,
        now=current_services().clock(),
    )
