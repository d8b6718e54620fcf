"""Opening and closing a case, and saying who has access to it. What is done is logged in the same transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from instruments.load import LoadedInstrument, newest_of
from instruments.model import Kind
from survey.accounts.roles import Action, may
from survey.errors import Refusal
from survey.models import (
    LARGEST_ID,
    Account,
    CaseAccess,
    CaseAct,
    CaseLog,
    CaseRole,
    ClientCase,
    OrganisationUnit,
)
from survey.organisation.snapshot import OrganisationTree

CODE = re.compile(r"[A-Za-z0-9ÅÄÖåäö-]{2,20}")
CODE_RULE = "2 to 20 letters, digits and hyphens"
MOST_DIGITS = 5
"""A personal number has ten or twelve, a date of birth six."""


def case_instruments(folders: Sequence[Path] = ()) -> dict[str, LoadedInstrument]:
    """The newest version of each instrument of kind `case`, by id."""
    return newest_of(Kind.CASE, folders)


def open_case(
    session: Session,
    *,
    instrument: LoadedInstrument,
    unit: OrganisationUnit,
    code: str,
    account: Account,
    now: datetime,
) -> ClientCase:
    """A case whose holder is the one who opens it. Raises Refusal `bad_case_code`, `case_exists`, `not_a_case`."""
    code = code.strip()
    if instrument.instrument.kind is not Kind.CASE:
        raise Refusal("not_a_case", f"{instrument.instrument.id} is not for cases; choose one of kind case")
    if not CODE.fullmatch(code) or sum(map(str.isdigit, code)) > MOST_DIGITS:
        message = f"{code!r} cannot be a case code; use {CODE_RULE}, at most {MOST_DIGITS} digits, no personal number"
        raise Refusal("bad_case_code", message, digits=MOST_DIGITS)
    case = ClientCase(unit_id=unit.id, instrument=instrument.instrument.id, code=code, opened_at=now)
    try:
        with session.begin_nested():
            session.add(case)
            session.flush()
    except IntegrityError:
        raise Refusal("case_exists", f"{unit.code} has a case {code} already; choose another code", case=code) from None
    session.add(
        CaseAccess(
            case_id=case.id, account_id=account.id, role=CaseRole.HOLDER, granted_by=account.name, granted_at=now
        )
    )
    log(session, case, account, CaseAct.OPENED, now)
    return case


def find_case(session: Session, case_id: int) -> ClientCase:
    """Raises Refusal `unknown_case`."""
    query = (
        select(ClientCase)
        .options(
            joinedload(ClientCase.unit),
            selectinload(ClientCase.access).joinedload(CaseAccess.account),
            selectinload(ClientCase.occasions),
        )
        .where(ClientCase.id == case_id)
    )
    case = session.scalar(query) if case_id <= LARGEST_ID else None
    if case is None:
        raise Refusal("unknown_case", f"there is no case {case_id}")
    return case


def current_access(case: ClientCase, account: Account) -> CaseRole | None:
    """What the account is to the case now; None for nothing."""
    roles = [CaseRole(one.role) for one in case.access if one.account_id == account.id and one.revoked_at is None]
    return roles[0] if roles else None


def grant(
    session: Session,
    case: ClientCase,
    *,
    account: Account,
    role: CaseRole,
    by: Account,
    tree: OrganisationTree,
    now: datetime,
) -> CaseAccess:
    """Give a caseworker of the unit access.

    Raises Refusal `case_not_oneself` (whoever manages access does not open a case for themselves that way),
    `case_needs_role`, `case_has_access`.
    """
    if account.id == by.id:
        raise Refusal("case_not_oneself", "nobody gives themselves access; ask the holder of the case")
    if not account.active or not may(account.grants, Action.KEEP_CASES, case.unit_id, tree):
        raise Refusal("case_needs_role", f"{account.email} is no caseworker there; grant the role caseworker first")
    access = CaseAccess(case_id=case.id, account_id=account.id, role=role, granted_by=by.name, granted_at=now)
    try:
        with session.begin_nested():
            session.add(access)
            session.flush()
    except IntegrityError:
        raise Refusal("case_has_access", f"{account.email} has access already") from None
    log(session, case, by, CaseAct.GRANTED, now, account.name)
    return access


def revoke(session: Session, case: ClientCase, access_id: int, *, by: Account, now: datetime) -> CaseAccess:
    """End an access. Raises Refusal `unknown_case_access`, `case_last_holder`.

    `case` is of this session, and its row is locked: two who revoke the last two holders at once leave one.
    """
    session.execute(select(ClientCase.id).where(ClientCase.id == case.id).with_for_update())
    current = session.scalars(
        select(CaseAccess).where(CaseAccess.case_id == case.id, CaseAccess.revoked_at.is_(None))
    ).all()
    access = next((one for one in current if one.id == access_id), None)
    if access is None:
        raise Refusal("unknown_case_access", "that access has ended already")
    holders = [one for one in current if one.role == CaseRole.HOLDER]
    if case.closed_at is None and holders == [access]:
        raise Refusal("case_last_holder", "an open case has a holder; name another holder first")
    access.revoked_at = now
    log(session, case, by, CaseAct.REVOKED, now, access.account.name)
    return access


def close_case(session: Session, case: ClientCase, *, account: Account, now: datetime) -> None:
    """No more is written. Raises Refusal `case_closed`."""
    require_open(case)
    case.closed_at = now
    log(session, case, account, CaseAct.CLOSED, now)


def require_open(case: ClientCase) -> None:
    if case.closed_at is not None:
        raise Refusal("case_closed", f"case {case.code} is closed; open a new one")


def log(session: Session, case: ClientCase, account: Account, act: CaseAct, now: datetime, detail: str = "") -> None:
    """One line of the case's log, in the caller's transaction."""
    session.add(
        CaseLog(case_id=case.id, at=now, account_id=account.id, name=account.name, act=act, detail=detail[:200])
    )
    session.flush()


def log_of(session: Session, case: ClientCase) -> list[CaseLog]:
    """Newest first."""
    return list(session.scalars(select(CaseLog).where(CaseLog.case_id == case.id).order_by(CaseLog.id.desc())))
