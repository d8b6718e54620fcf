"""One-time ways to log in: the first time, before a password is chosen, and in the demo."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.models import Account, LoginCode


def _random_code() -> str:
    return secrets.token_urlsafe(24)


def issue_code(
    session: Session, account: Account, now: datetime, hours: int, make: Callable[[], str] = _random_code
) -> str:
    """A code that logs the account in once within `hours`. Shown once; only its SHA-256 is stored.

    192 random bits need no slow hash and no pepper. Codes that have run out are removed on the way.
    """
    session.execute(delete(LoginCode).where(LoginCode.expires_at <= now))
    code = make()
    session.add(LoginCode(code_hash=_code_hash(code), account_id=account.id, expires_at=now + timedelta(hours=hours)))
    session.flush()
    return code


def redeem(session: Session, code: str, now: datetime) -> Account:
    """The account of a code, which is used up by it. Raises Refusal `login_code_unknown` for any that does not work.

    Deleting and asking in one statement: of two who come at once with the same code, one gets in.
    """
    taken = session.execute(
        delete(LoginCode)
        .where(LoginCode.code_hash == _code_hash(code))
        .returning(LoginCode.account_id, LoginCode.expires_at)
        .execution_options(synchronize_session=False)
    ).first()
    account = session.get(Account, taken.account_id) if taken else None
    if taken is None or account is None or not account.active or taken.expires_at <= now:
        message = "That login code has been used or has run out; make a new one with ./run accounts login-code"
        raise Refusal("login_code_unknown", message)
    return account


def _code_hash(code: str) -> bytes:
    return hashlib.sha256(code.strip().encode()).digest()
