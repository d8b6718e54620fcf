"""People who log in: their accounts, passwords and roles."""

from __future__ import annotations

import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.models import Account, OrganisationUnit, Role, RoleGrant
from survey.organisation.names import NAME_RULE, is_name

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
"""Hashing costs time for every character: a limit keeps a stranger from buying much of it."""
LONGEST_TEXT = 200
EMAIL_PATTERN = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

# Argon2id with the library's default cost, which follows RFC 9106 (second recommended option).
_hasher = PasswordHasher()


def tidy_email(email: str) -> str:
    """The address as it is stored, however it was typed. NUL, which PostgreSQL cannot even be asked about, goes."""
    return email.replace("\0", "").strip().lower()


def create_account(session: Session, *, email: str, name: str) -> Account:
    """An account without password or roles. Raises Refusal `bad_account` or `account_exists`."""
    email, name = tidy_email(email), name.strip()
    if not EMAIL_PATTERN.fullmatch(email) or len(email) > LONGEST_TEXT:
        raise Refusal("bad_account", f"{email!r} is not an e-mail address; write one like namn@kommun.se", email=email)
    if not is_name(name, LONGEST_TEXT):
        message = f"{email} needs a name of 1 to {LONGEST_TEXT} characters {NAME_RULE}"
        raise Refusal("bad_account", message, email=email)
    if session.scalar(select(Account.id).where(Account.email == email)) is not None:
        raise Refusal("account_exists", f"{email} has an account already; give it a role instead", email=email)
    account = Account(email=email, name=name)
    session.add(account)
    session.flush()
    return account


def find_account(session: Session, email: str) -> Account:
    """The active account of an address. Raises Refusal `unknown_account`."""
    account = _active(session, email)
    if account is None:
        message = f"There is no active account {tidy_email(email)}; see ./run accounts list"
        raise Refusal("unknown_account", message, email=tidy_email(email))
    return account


def grant_role(session: Session, account: Account, role: Role | str, unit: OrganisationUnit) -> bool:
    """Give an account a role in a unit and everything below it. False if it has that already."""
    role = Role(role)
    if session.get(RoleGrant, (account.id, role, unit.id)) is not None:
        return False
    session.add(RoleGrant(account_id=account.id, role=role, unit_id=unit.id))
    session.flush()
    session.expire(account, ["grants"])
    return True


def set_password(session: Session, account: Account, password: str) -> None:
    """Ends the account's sessions. Raises Refusal `weak_password` for one too short, too long or the address itself."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        message = f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; choose another"
        raise Refusal("weak_password", message, shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
    if tidy_email(password) == account.email or len(set(password)) < 4:
        message = "That password is too easy to guess; a few words in a row are better"
        raise Refusal("weak_password", message, shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
    account.password_hash = _hasher.hash(password)
    end_sessions(session, account)


def end_sessions(session: Session, account: Account) -> None:
    """Everybody who is logged in as this account has to log in again, on every machine."""
    account.session_number += 1
    session.flush()


def verify_password(session: Session, email: str, password: str) -> Account | None:
    """The active account that the password opens, or None. Reads only.

    An address without account or password costs as much time as a wrong password, so that nobody can find out by the
    clock who has an account.
    """
    account = _active(session, email)
    stored = account.password_hash if account else None
    try:
        _hasher.verify(stored or _nobodys_hash(), password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return account if stored else None


def _active(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == tidy_email(email), Account.active))


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("the password of nobody")
