"""The trail of what accounts, the command line and background jobs did. Nothing about respondents, ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from survey.models import AuditEvent

COMMAND_LINE = "command line"
"""The actor of everything done with ./run."""

JOB = "background job"
"""The actor of what a job carried out; who asked for it stands in an event of its own."""


def record(
    session: Session,
    *,
    actor: str,
    account_id: int | None,
    action: str,
    subject: str,
    detail: Mapping[str, object],
    now: datetime,
) -> AuditEvent:
    """Write one event in the caller's transaction: what was done and its trace are kept together or not at all.

    `action` is a verb with its object (`open_round`), `subject` names what it was done to (`ebp/2024`).
    """
    event = AuditEvent(
        at=now, account_id=account_id, actor=actor, action=action, subject=subject[:200], detail=dict(detail)
    )
    session.add(event)
    return event
