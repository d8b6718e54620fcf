"""What is due to be deleted, by the one rule of each kind. The plan and the job both ask here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, false, func, not_, or_, select, true
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.fieldwork.transitions import reference
from survey.models import AuditEvent, CaseOccasion, ClientCase, FreeText, LiveCount, LoginCode, Round, Study

INSTALLATION = "(installation)"
"""The subject of what belongs to no study; no study can be called so."""


class Waits(StrEnum):
    """Why something has not gone yet."""

    NOT_DUE = "not_due"
    DECISION = "decision"
    """It is due, and waits for a gallringsbeslut."""
    NEXT_RUN = "next_run"
    """It is due and goes with the next round of chores."""


@dataclass(frozen=True)
class Due:
    """One deletion: of what, in which study or round, when, how much, under which decision."""

    what: str
    """A key of `policy.KINDS`."""
    subject: str
    at: datetime
    amount: int
    waits: Waits
    decision: str
    study_id: int | None
    round_id: int | None = None


def all_due(session: Session, settings: Settings, now: datetime) -> list[Due]:
    """Everything that has a moment at which it goes, by subject and kind."""
    found = [
        *_keys(session, settings, now),
        *_texts(session, now),
        *_events(session, settings, now),
        *_login_codes(session, now),
        *_live_counts(session, now),
        *_case_answers(session, settings, now),
    ]
    return sorted(found, key=lambda due: (due.subject, due.what))


def events_of(session: Session, study_id: int | None) -> ColumnElement[bool]:
    """The events of one study and its rounds; None for those that are of no study: log-ins, accounts, units."""
    if study_id is not None:
        return _about(session.get_one(Study, study_id).slug)
    return not_(or_(false(), *map(_about, session.scalars(select(Study.slug)))))


def _about(slug: str) -> ColumnElement[bool]:
    return (AuditEvent.subject == slug) | AuditEvent.subject.startswith(f"{slug}/", autoescape=True)


def _keys(session: Session, settings: Settings, now: datetime) -> Iterator[Due]:
    """The moment at the latest: a verified backup brings it forward (`answering.destroying`)."""
    query = select(Round).where(Round.sealed_at.is_not(None), Round.keys_destroyed_at.is_(None))
    for round_ in session.scalars(query):
        at = _sealed_at(round_) + timedelta(hours=settings.key_hours)
        yield Due("keys", reference(round_), at, 1, _waits(at, now), "", round_.study_id, round_.id)


def _texts(session: Session, now: datetime) -> Iterator[Due]:
    """Texts go a number of days after their round was sealed."""
    amounts = select(FreeText.round_id, func.count()).group_by(FreeText.round_id)
    for round_id, amount in session.execute(amounts):
        round_ = session.get_one(Round, round_id)
        if round_.sealed_at is None:
            continue
        study = round_.study
        at = round_.sealed_at + timedelta(days=study.free_text_days)
        waits = _waits(at, now, decided=_is_decided(study))
        yield Due("free_text", reference(round_), at, amount, waits, study.deletion_decision, study.id, round_id)


def _events(session: Session, settings: Settings, now: datetime) -> Iterator[Due]:
    """Events of a study follow its decision; log-ins and accounts follow the installation's."""
    kept = timedelta(days=settings.audit_days)
    followed = [
        (study.slug, study.deletion_decision, _is_decided(study), study.id)
        for study in session.scalars(select(Study).order_by(Study.slug))
    ]
    followed_by_all = (INSTALLATION, settings.audit_decision, bool(settings.audit_decision), None)
    for subject, decision, decided, study_id in (*followed, followed_by_all):
        about = events_of(session, study_id)
        oldest = session.scalar(select(func.min(AuditEvent.at)).where(about))
        if oldest is not None:
            waits = _waits(oldest + kept, now, decided=decided)
            old = AuditEvent.at <= now - kept if waits is not Waits.NOT_DUE else true()
            amount = session.scalar(select(func.count()).select_from(AuditEvent).where(about, old)) or 0
            yield Due("audit", subject, oldest + kept, amount, waits, decision, study_id)


def _login_codes(session: Session, now: datetime) -> Iterator[Due]:
    moments = session.scalars(select(LoginCode.expires_at).where(LoginCode.expires_at <= now)).all()
    if moments:
        yield Due("login_codes", INSTALLATION, min(moments), len(moments), Waits.NEXT_RUN, "", None)


def _live_counts(session: Session, now: datetime) -> Iterator[Due]:
    """After mixing nobody is shown them, and the ledger has what they told."""
    amounts = select(LiveCount.round_id, func.count()).group_by(LiveCount.round_id)
    for round_id, amount in session.execute(amounts):
        round_ = session.get_one(Round, round_id)
        if round_.sealed_at is not None:
            at = round_.sealed_at
            yield Due("live_counts", reference(round_), at, amount, _waits(at, now), "", round_.study_id, round_id)


def _case_answers(session: Session, settings: Settings, now: datetime) -> Iterator[Due]:
    """Answers of a closed case go a number of days after it was closed; what is due goes together."""
    kept = timedelta(days=settings.case_days)
    oldest = session.scalar(select(func.min(ClientCase.closed_at)).where(ClientCase.occasions.any()))
    if oldest is not None:
        waits = _waits(oldest + kept, now, decided=bool(settings.case_decision))
        old = closed_by(now - kept) if waits is not Waits.NOT_DUE else ClientCase.closed_at.is_not(None)
        amount = session.scalar(select(func.count()).select_from(CaseOccasion).join(ClientCase).where(old)) or 0
        yield Due("case_answers", INSTALLATION, oldest + kept, amount, waits, settings.case_decision, None)


def closed_by(moment: datetime) -> ColumnElement[bool]:
    """Cases that were closed then, or before."""
    return ClientCase.closed_at <= moment


def _sealed_at(round_: Round) -> datetime:
    if round_.sealed_at is None:
        raise ValueError(f"round {round_.id} has not been sealed")
    return round_.sealed_at


def _is_decided(study: Study) -> bool:
    """Made-up answers are nobody's record: they need no decision."""
    return bool(study.deletion_decision) or study.simulated


def _waits(at: datetime, now: datetime, *, decided: bool = True) -> Waits:
    if at > now:
        return Waits.NOT_DUE
    return Waits.NEXT_RUN if decided else Waits.DECISION
