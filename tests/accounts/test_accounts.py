"""Passwords are kept as Argon2id, unknown addresses cost the same time, and login codes work once."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts import accounts, audit, login_codes
from survey.errors import Refusal
from survey.models import Account, AuditEvent, LoginCode
from survey.organisation.tree import find_unit, load_register

NOW = datetime(2024, 5, 1, 10, tzinfo=UTC)
PASSWORD = "fyra lugna grå katter"  # noqa: S105 - a made-up one


@pytest.fixture
def account(session: Session) -> Account:
    account = accounts.create_account(session, email=" Eva.Berg@Krokom.se ", name="Eva Berg")
    accounts.set_password(session, account, PASSWORD)
    return account


def test_the_right_password_opens_however_the_address_is_typed(session: Session, account: Account) -> None:
    assert accounts.verify_password(session, "EVA.berg@krokom.SE", PASSWORD) is account
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$")


def test_an_address_with_a_nul_is_asked_about_like_any_other(session: Session, account: Account) -> None:
    """PostgreSQL refuses the question itself: the page of a stranger's log-in would be a server error."""
    assert accounts.verify_password(session, "nobody\0@krokom.se", PASSWORD) is None


@pytest.mark.parametrize("password", ["", PASSWORD + " ", PASSWORD.upper()])
def test_a_wrong_password_does_not_open(session: Session, account: Account, password: str) -> None:
    assert accounts.verify_password(session, account.email, password) is None


def test_an_account_that_is_closed_or_has_no_password_does_not_open(session: Session, account: Account) -> None:
    accounts.create_account(session, email="ny@krokom.se", name="Ny")
    assert accounts.verify_password(session, "ny@krokom.se", "the password of nobody") is None
    account.active = False
    assert accounts.verify_password(session, account.email, PASSWORD) is None


def test_an_unknown_address_is_hashed_like_a_known_one(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock must not tell who has an account: every attempt verifies one hash of the same cost."""
    costs: list[str] = []
    verify = accounts._hasher.verify

    class Watched:
        def verify(self, stored: str, password: str) -> bool:
            costs.append(stored.rpartition("$")[0].rpartition("$")[0])
            return verify(stored, password)

    accounts._nobodys_hash()
    monkeypatch.setattr(accounts, "_hasher", Watched())
    accounts.verify_password(session, account.email, "wrong password")
    accounts.verify_password(session, "nobody@krokom.se", "wrong password")
    assert len(costs) == 2
    assert costs[0] == costs[1]


@pytest.mark.parametrize("password", ["elva tecken", "x" * 1001, "aaaaaaaaaaaaaaa", "Eva.Berg@Krokom.se"])
def test_a_weak_password_is_refused_and_the_old_one_stays(session: Session, account: Account, password: str) -> None:
    with pytest.raises(Refusal) as refused:
        accounts.set_password(session, account, password)
    assert refused.value.code == "weak_password"
    assert accounts.verify_password(session, account.email, PASSWORD) is account


@pytest.mark.parametrize(
    ("email", "name", "code"),
    [
        ("krokom.se", "Eva", "bad_account"),
        ("a@b.se", " ", "bad_account"),
        ("a@b.se", "Eva\0Berg", "bad_account"),
        ("EVA.berg@krokom.se", "", "bad_account"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    session: Session, account: Account, email: str, name: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        accounts.create_account(session, email=email, name=name)
    assert refused.value.code == code


def test_a_role_is_given_once(session: Session, account: Account) -> None:
    load_register(session)
    unit = find_unit(session, "2309")
    assert accounts.grant_role(session, account, "analyst", unit)
    assert not accounts.grant_role(session, account, "analyst", unit)
    assert [(grant.role, grant.unit.code) for grant in account.grants] == [("analyst", "2309")]


def test_a_login_code_works_once_and_is_stored_as_a_hash(session: Session, account: Account) -> None:
    code = login_codes.issue_code(session, account, NOW, 24)
    assert session.scalars(select(LoginCode.code_hash)).all() == [hashlib.sha256(code.encode()).digest()]
    assert login_codes.redeem(session, code, NOW) is account
    with pytest.raises(Refusal, match="used or has run out"):
        login_codes.redeem(session, code, NOW)


@pytest.mark.parametrize(("hours", "works"), [(23.99, True), (24, False)])
def test_a_login_code_runs_out(session: Session, account: Account, hours: float, works: bool) -> None:
    code = login_codes.issue_code(session, account, NOW, 24)
    later = NOW + timedelta(hours=hours)
    if works:
        assert login_codes.redeem(session, code, later) is account
    else:
        with pytest.raises(Refusal) as refused:
            login_codes.redeem(session, code, later)
        assert refused.value.code == "login_code_unknown"


def test_a_closed_accounts_code_does_not_work(session: Session, account: Account) -> None:
    code = login_codes.issue_code(session, account, NOW, 24)
    account.active = False
    with pytest.raises(Refusal):
        login_codes.redeem(session, code, NOW)


def test_codes_that_have_run_out_are_removed(session: Session, account: Account) -> None:
    login_codes.issue_code(session, account, NOW, 1)
    login_codes.issue_code(session, account, NOW + timedelta(hours=2), 1)
    assert len(session.scalars(select(LoginCode)).all()) == 1


def test_an_event_keeps_who_what_and_when(session: Session, account: Account) -> None:
    audit.record(
        session,
        actor=account.email,
        account_id=account.id,
        action="open_round",
        subject="ebp/2024",
        detail={"units": 8},
        now=NOW,
    )
    session.commit()
    session.expire_all()
    event = session.scalars(select(AuditEvent)).one()
    assert (event.at, event.actor, event.action, event.subject) == (NOW, account.email, "open_round", "ebp/2024")
    assert event.detail == {"units": 8}
