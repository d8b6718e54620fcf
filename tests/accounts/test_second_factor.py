"""Codes from a telephone: the RFC's own numbers, good once, slowed down, and of no use to who has only the database."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from survey.accounts import accounts, audit, second_factor
from survey.answering.keys import KeyFolder
from survey.cli import main
from survey.errors import Refusal
from survey.models import Account, AuditEvent

NOW = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")


@pytest.fixture
def account(session: Session) -> Account:
    return accounts.create_account(session, email="eva@krokom.se", name="Eva Berg")


def code_at(secret: str, moment: datetime) -> str:
    return pyotp.TOTP(secret).at(moment)


@pytest.fixture
def with_factor(session: Session, keys: KeyFolder, account: Account) -> str:
    """A second factor that was set up an hour ago. Gives its secret."""
    secret = second_factor.new_secret()
    earlier = NOW - timedelta(hours=1)
    second_factor.set_up(session, keys, account, secret, code_at(secret, earlier), earlier)
    return secret


# RFC 6238, appendix B, SHA-1; the last six digits of its eight.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(
    session: Session, keys: KeyFolder, account: Account, seconds: int, code: str
) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    second_factor.set_up(session, keys, account, RFC_SECRET, code, moment)
    assert account.totp_secret is not None


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_wrong(
    session: Session, keys: KeyFolder, account: Account, with_factor: str, steps: int, right: bool
) -> None:
    code = code_at(with_factor, NOW + timedelta(seconds=30 * steps))
    assert second_factor.use_code(session, keys, account, code, NOW) is right


def test_a_code_is_good_once_and_none_before_it_afterwards(
    session: Session, keys: KeyFolder, account: Account, with_factor: str
) -> None:
    code, earlier = code_at(with_factor, NOW), code_at(with_factor, NOW - timedelta(seconds=30))
    assert second_factor.use_code(session, keys, account, f"{code[:3]} {code[3:]}", NOW)
    assert not second_factor.use_code(session, keys, account, code, NOW)
    assert not second_factor.use_code(session, keys, account, earlier, NOW)
    later = NOW + timedelta(seconds=30)
    assert second_factor.use_code(session, keys, account, code_at(with_factor, later), later)


def test_the_code_that_set_it_up_is_used_up(session: Session, keys: KeyFolder, account: Account) -> None:
    secret = second_factor.new_secret()
    code = code_at(secret, NOW)
    second_factor.set_up(session, keys, account, secret, code, NOW)
    assert not second_factor.use_code(session, keys, account, code, NOW)


@pytest.mark.parametrize("typed", ["", "12345", "１２３４５６", "abcdef", "1234567"])
def test_what_is_no_code_is_wrong(
    session: Session, keys: KeyFolder, account: Account, with_factor: str, typed: str
) -> None:
    assert not second_factor.use_code(session, keys, account, typed, NOW)


def test_without_a_right_code_nothing_is_set_up(session: Session, keys: KeyFolder, account: Account) -> None:
    with pytest.raises(Refusal) as refused:
        second_factor.set_up(session, keys, account, RFC_SECRET, "000000", NOW)
    assert refused.value.code == "wrong_code"
    assert account.totp_secret is None
    assert not second_factor.use_code(session, keys, account, code_at(RFC_SECRET, NOW), NOW)


def test_a_second_factor_is_not_replaced_by_another(
    session: Session, keys: KeyFolder, account: Account, with_factor: str
) -> None:
    with pytest.raises(Refusal) as refused:
        second_factor.set_up(session, keys, account, RFC_SECRET, code_at(RFC_SECRET, NOW), NOW)
    assert refused.value.code == "second_factor_exists"
    assert second_factor.use_code(session, keys, account, code_at(with_factor, NOW), NOW)


def test_the_database_alone_makes_no_code(
    session: Session, keys: KeyFolder, account: Account, with_factor: str, tmp_path: Path
) -> None:
    stored = session.execute(text("SELECT totp_secret FROM account")).scalar_one()
    assert with_factor.encode() not in bytes(stored)
    assert base64.b32decode(with_factor) not in bytes(stored)
    with pytest.raises(Refusal) as refused:
        second_factor.use_code(session, KeyFolder(tmp_path / "other"), account, "123456", NOW)
    assert refused.value.code == "second_factor_unreadable"


def test_a_secret_moved_to_another_account_does_not_open(
    session: Session, keys: KeyFolder, account: Account, with_factor: str
) -> None:
    thief = accounts.create_account(session, email="tjuv@krokom.se", name="Tjuv")
    thief.totp_secret = account.totp_secret
    with pytest.raises(Refusal):
        second_factor.use_code(session, keys, thief, code_at(with_factor, NOW), NOW)


def leave(session: Session, account: Account, action: str, times: int, at: datetime) -> None:
    for _ in range(times):
        audit.record(session, actor=account.email, account_id=account.id, action=action, subject="", detail={}, now=at)
    session.flush()


def test_five_wrong_codes_and_one_waits_a_quarter_of_an_hour(session: Session, account: Account) -> None:
    leave(session, account, second_factor.WRONG, 4, NOW)
    assert not second_factor.must_wait(session, account, NOW)
    leave(session, account, second_factor.WRONG, 1, NOW)
    assert second_factor.must_wait(session, account, NOW)
    assert not second_factor.must_wait(session, account, NOW + timedelta(minutes=15))


def test_a_right_code_wipes_the_slate(session: Session, account: Account) -> None:
    leave(session, account, second_factor.WRONG, 5, NOW)
    leave(session, account, second_factor.RIGHT, 1, NOW)
    assert not second_factor.must_wait(session, account, NOW)


def test_after_a_hundred_wrong_ones_waiting_does_not_help(session: Session, account: Account) -> None:
    leave(session, account, second_factor.WRONG, 100, NOW)
    assert second_factor.must_wait(session, account, NOW + timedelta(days=30))


def test_a_new_secret_wipes_the_slate_too(session: Session, account: Account) -> None:
    leave(session, account, second_factor.WRONG, 100, NOW)
    leave(session, account, second_factor.SET_UP, 1, NOW)
    assert not second_factor.must_wait(session, account, NOW)


def test_removed_it_is_asked_for_no_more(session: Session, keys: KeyFolder, account: Account, with_factor: str) -> None:
    assert second_factor.remove(session, account)
    assert not second_factor.use_code(session, keys, account, code_at(with_factor, NOW), NOW)
    assert not second_factor.remove(session, account)


def test_an_administrator_resets_it_and_every_log_in_ends(
    session: Session,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    account: Account,
    with_factor: str,
) -> None:
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path))
    monkeypatch.setenv("TERMOMETERN_DATABASE", database_url)
    session.commit()
    with pytest.raises(SystemExit) as ended:
        main(["accounts", "reset-second-factor", "eva@krokom.se"])
    session.expire_all()
    assert (ended.value.code, account.totp_secret, account.session_number) == (0, None, 1)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.actor, event.action, event.subject) == ("command line", "reset_second_factor", "eva@krokom.se")
