"""Slowing down those who guess passwords: by account, from the trail of events, and with nothing about the sender.

Failed attempts on an account are events of its trail. Five within a quarter of an hour, and passwords are not tried
until the oldest of them has passed out of it: about 480 guesses a day, and it works over several processes. An address
without an account has nothing to guess, so nothing is kept of it; the page says the same in all cases.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.accounts import audit
from survey.accounts.accounts import tidy_email
from survey.models import Account, AuditEvent

MOST_FAILURES = 5
PERIOD = timedelta(minutes=15)

LOGGED_IN = "log_in"
FAILED = "log_in_failed"
NEW_PASSWORD = "set_password"  # noqa: S105


def account_of(session: Session, email: str) -> Account | None:
    """The active account of an address, however it is typed."""
    return session.scalar(select(Account).where(Account.email == tidy_email(email), Account.active))


def must_wait(session: Session, account: Account, now: datetime) -> bool:
    """Whether the account has had its five failures. A log-in that works wipes the slate."""
    latest_success = session.scalar(
        select(func.max(AuditEvent.id)).where(AuditEvent.account_id == account.id, AuditEvent.action == LOGGED_IN)
    )
    failures = session.scalar(
        select(func.count()).where(
            AuditEvent.account_id == account.id,
            AuditEvent.action == FAILED,
            AuditEvent.at > now - PERIOD,
            AuditEvent.id > (latest_success or 0),
        )
    )
    return (failures or 0) >= MOST_FAILURES


def record(session: Session, account: Account, action: str, now: datetime) -> None:
    audit.record(
        session, actor=account.email, account_id=account.id, action=action, subject=account.email, detail={}, now=now
    )
