"""Whether what should be gone is gone, whether the records of it hold, and whether anybody carries it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from survey.database import read_session
from survey.doctor.signs import Patient, Sign, fault, number, warning, well
from survey.errors import Refusal
from survey.jobs.executors import living
from survey.keeping.due import Waits, all_due
from survey.keeping.records import verify_key_of, verify_records
from survey.models import Card, DeletionRecord, Draft, Invitation, Person, Response, Round, Study, UrnBox

_PATIENCE = timedelta(hours=2)
"""Chores come once an hour."""


def examine(patient: Patient) -> Iterator[Sign]:
    services = patient.services
    with read_session(services.sessions) as session:
        signs = [
            *_left_behind(session),
            *_overdue(session, patient),
            *_records(session, patient),
            *_studies(session),
        ]
    yield from signs
    if not any(sign.remedy for sign in signs):
        yield well("What should be gone is gone, and the records of deletions hold.")
    if not living(services.sessions, patient.now):
        remedy = "start ./run serve or ./run worker, or run ./run retention run once a day"
        yield warning("No worker is running: nothing is deleted when its time comes.", remedy)


def _left_behind(session: Session) -> Iterator[Sign]:
    """What mixing and a study's end should have taken."""
    sealed = select(Round.id).where(Round.sealed_at.is_not(None))
    kept = or_(Invitation.contact.is_not(None), Invitation.link_code.is_not(None))
    ended = select(Study.id).where(Study.ended_at.is_not(None))
    of_ended = select(Round.id).where(Round.study_id.in_(ended))
    for what, query in (
        ("drafts of sealed rounds", select(func.count()).select_from(Draft).where(Draft.round_id.in_(sealed))),
        ("sealed answers of rounds that are mixed", select(func.count()).where(UrnBox.round_id.in_(sealed))),
        ("addresses or link codes of sealed rounds", select(func.count()).where(Invitation.round_id.in_(sealed), kept)),
        ("cards of ended studies", select(func.count()).where(Card.study_id.in_(ended))),
        ("persons of ended studies", select(func.count()).where(Person.study_id.in_(ended))),
        (
            "link codes of ended studies",
            select(func.count()).where(Response.round_id.in_(of_ended), Response.link_code.is_not(None)),
        ),
    ):
        if count := session.scalar(query):
            remedy = "restore the last backup, and tell whoever keeps the program"
            yield fault(f"Still there: {what} ({count}).", remedy)


def _overdue(session: Session, patient: Patient) -> Iterator[Sign]:
    for due in all_due(session, patient.services.settings, patient.now):
        if due.waits is Waits.DECISION:
            remedy = "write the reference of the gallringsbeslut on the study's page, or with ./run studies change"
            yield warning(f"{due.what} of {due.subject} waits for a decision on deletion.", remedy)
        elif due.waits is Waits.NEXT_RUN and due.at + _PATIENCE < patient.now:
            remedy = "run ./run retention run, and see that a worker is running"
            yield fault(f"{due.what} of {due.subject} should have been deleted {due.at:%Y-%m-%d %H:%M} UTC.", remedy)


def _records(session: Session, patient: Patient) -> Iterator[Sign]:
    if session.scalar(select(func.count()).select_from(DeletionRecord)) == 0:
        return
    try:
        key = verify_key_of(patient.services.round_keys.signing_key())
    except Refusal as refusal:
        yield fault("The records of deletions cannot be checked.", refusal.message)
        return
    faults = verify_records(session, key)
    if faults:
        remedy = "compare with a backup; ./run retention records says which"
        wrong = number(len(faults), "record of a deletion is", "records of deletions are")
        yield fault(f"{wrong} not what was signed.", remedy)


def _studies(session: Session) -> Iterator[Sign]:
    """What the law asks a study to say before anybody is asked anything."""
    asked = select(Round.study_id).where(Round.opened_at.is_not(None))
    for study in session.scalars(select(Study).where(Study.simulated.is_(False), Study.id.in_(asked))):
        missing = [
            word
            for word, given in (
                ("purpose", study.purpose),
                ("legal basis", study.legal_basis),
                ("controller", study.controller),
                ("contact", study.contact),
            )
            if not given
        ]
        if missing:
            remedy = f"./run studies change {study.slug} --help says how"
            yield warning(f"{study.slug} asks people without saying its {', '.join(missing)}.", remedy)
