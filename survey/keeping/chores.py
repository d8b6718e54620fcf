"""The scheduled deletions: each in its own transaction, with its signed record, and harmless to run again.

The worker does them once an hour and `./run retention run` at once. What an earlier run was cut off from is still due.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm import Session

from survey.answering.compact import compact
from survey.answering.destroying import destroy_due_keys
from survey.answering.statements import changed_rows
from survey.database import read_session
from survey.errors import Refusal
from survey.keeping.due import Due, Waits, all_due, closed_by, events_of
from survey.keeping.records import write_record
from survey.models import AuditEvent, CaseOccasion, ClientCase, FreeText, LiveCount, LoginCode
from survey.services import Services

EMPTIED = (FreeText.__tablename__, AuditEvent.__tablename__, CaseOccasion.__tablename__)
log = logging.getLogger("termometern.keeping")


def do_chores(services: Services, now: datetime) -> dict[str, int]:
    """Delete everything that is due. Returns how many rows (keys: rounds) went, by kind, where any did.

    One deletion that fails does not hold up the others; then Refusal `chores_unfinished` is raised at the end.
    """
    done: Counter[str] = Counter()
    failed = 0
    for what, chore in _chores(services, now):
        try:
            done[what] += chore()
        except Exception as error:
            # Its message may quote data; a type name cannot.
            log.error("the deletion of %s stopped on %s", what, type(error).__name__)
            failed += 1
    if done["free_text"] or done["audit"] or done["case_answers"]:
        # Else their pages lie in the file and its log until something is written over them.
        for notice in compact(services.engine, EMPTIED):
            log.warning("after the deletions: %s", notice)
    if failed:
        message = f"{failed} deletions stopped; the worker's log says which. They are tried again within the hour"
        raise Refusal("chores_unfinished", message, failed=failed)
    return {what: amount for what, amount in sorted(done.items()) if amount}


def _chores(services: Services, now: datetime) -> list[tuple[str, Callable[[], int]]]:
    with read_session(services.sessions) as session:
        due = [one for one in all_due(session, services.settings, now) if one.waits is Waits.NEXT_RUN]
    deletions = [(one.what, partial(_delete, services, one, now)) for one in due if one.what in DELETIONS]
    return [("keys", lambda: len(destroy_due_keys(services, now))), *deletions]


def _delete(services: Services, due: Due, now: datetime) -> int:
    """One deletion and its record, both or neither."""
    seed = services.round_keys.signing_key()
    with services.sessions.begin() as session:
        amount = changed_rows(session, DELETIONS[due.what](session, services, due, now), {})
        if amount:
            write_record(
                session, seed, at=now, what=due.what, subject=due.subject, amount=amount, decision=due.decision
            )
    return amount


def _texts(session: Session, services: Services, due: Due, now: datetime) -> Delete:
    return delete(FreeText).where(FreeText.round_id == due.round_id)


def _events(session: Session, services: Services, due: Due, now: datetime) -> Delete:
    before = now - timedelta(days=services.settings.audit_days)
    return delete(AuditEvent).where(AuditEvent.at <= before, events_of(session, due.study_id))


def _login_codes(session: Session, services: Services, due: Due, now: datetime) -> Delete:
    return delete(LoginCode).where(LoginCode.expires_at <= now)


def _live_counts(session: Session, services: Services, due: Due, now: datetime) -> Delete:
    return delete(LiveCount).where(LiveCount.round_id == due.round_id)


def _case_answers(session: Session, services: Services, due: Due, now: datetime) -> Delete:
    before = now - timedelta(days=services.settings.case_days)
    return delete(CaseOccasion).where(CaseOccasion.case_id.in_(select(ClientCase.id).where(closed_by(before))))


DELETIONS: Mapping[str, Callable[[Session, Services, Due, datetime], Delete]] = {
    "free_text": _texts,
    "audit": _events,
    "login_codes": _login_codes,
    "live_counts": _live_counts,
    "case_answers": _case_answers,
}
"""What each kind's deletion is. Keys are destroyed by `answering.destroying`; the rest at mixing."""
