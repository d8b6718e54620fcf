"""Everything that is stored about one who logs in, for that person: article 15 of the GDPR.

Secrets are told of, never told: whether there is a password or a second factor, and when a one-time link expires.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.accounts.accounts import tidy_email
from survey.errors import Refusal
from survey.models import Account, AuditEvent, CaseAccess, CaseLog, LoginCode, RecordEntry, SavedView, Study

EXPORTED = "export_account"
"""The event that says that it was done."""


def find_any_account(session: Session, email: str) -> Account:
    """The account of an address, closed ones too. Raises Refusal `unknown_account`."""
    account = session.scalar(select(Account).where(Account.email == tidy_email(email)))
    if account is None:
        message = f"There is no account {tidy_email(email)}; see ./run accounts list"
        raise Refusal("unknown_account", message, email=tidy_email(email))
    return account


def exported(session: Session, account: Account, now: datetime) -> str:
    """What is stored about `account`, as indented JSON with moments in UTC."""
    codes = session.scalars(
        select(LoginCode.expires_at).where(LoginCode.account_id == account.id).order_by(LoginCode.expires_at)
    )
    by_or_about = or_(
        AuditEvent.account_id == account.id, AuditEvent.actor == account.email, AuditEvent.subject == account.email
    )
    events = session.scalars(select(AuditEvent).where(by_or_about).order_by(AuditEvent.id))
    contents = {
        "exported_at": now.isoformat(),
        "account": {
            "id": account.id,
            "email": account.email,
            "name": account.name,
            "active": account.active,
            "has_password": account.password_hash is not None,
            "has_second_factor": account.totp_secret is not None,
            "sessions_ended": account.session_number,
        },
        "roles": [
            {"role": grant.role, "unit": grant.unit.code, "unit_name": grant.unit.name}
            for grant in sorted(account.grants, key=lambda grant: (grant.role, grant.unit.code))
        ],
        "one_time_links": [{"expires_at": moment.isoformat()} for moment in codes],
        "signed_records": [
            {
                "entry": entry.id,
                "instrument": entry.instrument,
                "unit": entry.unit.code,
                "happened_on": entry.happened_on.isoformat(),
                "signed_name": entry.signed_name,
                "signed_at": entry.signed_at.isoformat(),
            }
            for entry in session.scalars(
                select(RecordEntry).where(RecordEntry.account_id == account.id).order_by(RecordEntry.id)
            )
        ],
        "saved_views": [
            {"study": slug, "name": view.name, "view": view.view, "query": view.query}
            for view, slug in session.execute(
                select(SavedView, Study.slug)
                .join(Study, Study.id == SavedView.study_id)
                .where(SavedView.account_id == account.id)
                .order_by(SavedView.id)
            )
        ],
        # Which cases, never what is in them: that is about somebody else.
        "case_access": [
            {
                "case": access.case_id,
                "role": access.role,
                "granted_by": access.granted_by,
                "granted_at": access.granted_at.isoformat(),
                "revoked_at": access.revoked_at.isoformat() if access.revoked_at else None,
            }
            for access in session.scalars(
                select(CaseAccess).where(CaseAccess.account_id == account.id).order_by(CaseAccess.id)
            )
        ],
        "case_log": [
            {
                "case": line.case_id,
                "at": line.at.isoformat(),
                "name": line.name,
                "act": line.act,
                "detail": line.detail,
            }
            for line in session.scalars(select(CaseLog).where(CaseLog.account_id == account.id).order_by(CaseLog.id))
        ],
        "events": [
            {
                "at": event.at.isoformat(),
                "actor": event.actor,
                "action": event.action,
                "subject": event.subject,
                "detail": event.detail,
            }
            for event in events
        ],
    }
    return json.dumps(contents, ensure_ascii=False, indent=2) + "\n"
