"""The ways into the demo that a start prints: forms to answer, and a one-time login for each role."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.login_codes import issue_code
from survey.demo.plan import ADMINISTRATOR, ANALYST
from survey.fieldwork.links import open_links
from survey.models import Account, Round, RoundState


def doors(session: Session, now: datetime, public_url: str, hours: int) -> list[tuple[str, str]]:
    """(what it is, address) for each. Empty of logins where the demo's accounts are not there."""
    found = []
    for round_ in session.scalars(select(Round).where(Round.state == RoundState.OPEN).order_by(Round.id)):
        # One form a round is enough to see it; the administrator's page has the rest.
        link = open_links(round_, public_url)[-1]
        found.append((f"Answer: {round_.study.title}, {link.unit_name}", link.url))
    for email, label in ((ADMINISTRATOR, "Administrator"), (ANALYST, "Analyst")):
        account = session.scalar(select(Account).where(Account.email == email, Account.active))
        if account is not None:
            code = issue_code(session, account, now, hours)
            found.append((f"{label} (logs in once)", f"{public_url}/logga-in/{code}"))
    return found
