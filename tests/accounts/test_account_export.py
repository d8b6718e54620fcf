"""A person gets everything that is stored about them, and no secret; each column is one or the other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.load import load
from survey.accounts import audit
from survey.accounts.accounts import create_account, grant_role, set_password
from survey.accounts.export import exported
from survey.accounts.login_codes import issue_code
from survey.cases.desk import open_case
from survey.cli import main
from survey.fieldwork.studies import create_study
from survey.models import Account, AuditEvent, CaseAccess, CaseLog, LoginCode, Role, RoleGrant, SavedView
from survey.organisation.tree import find_unit, load_register
from survey.records.entries import sign

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
PASSWORD = "fyra helt vanliga ord"  # noqa: S105

SECRET = {
    (Account, "password_hash"): "has_password",
    (Account, "totp_secret"): "has_second_factor",
    (Account, "totp_step"): "has_second_factor",
    (Account, "session_number"): "sessions_ended",
    (LoginCode, "code_hash"): "one_time_links",
    (LoginCode, "account_id"): "one_time_links",
    (RoleGrant, "account_id"): "roles",
    (RoleGrant, "unit_id"): "unit",
    (AuditEvent, "id"): "events",
    (AuditEvent, "account_id"): "events",
    (SavedView, "id"): "saved_views",
    (SavedView, "account_id"): "saved_views",
    (SavedView, "study_id"): "study",
    (CaseAccess, "id"): "case_access",
    (CaseAccess, "case_id"): "case",
    (CaseAccess, "account_id"): "case_access",
    (CaseLog, "id"): "case_log",
    (CaseLog, "case_id"): "case",
    (CaseLog, "account_id"): "case_log",
}
"""What is not exported under its own name, and the word that tells of it instead."""


@pytest.fixture
def eva(session: Session) -> Account:
    load_register(session)
    account = create_account(session, email="eva@krokom.se", name="Eva Berg")
    other = create_account(session, email="bo@krokom.se", name="Bo")
    grant_role(session, account, Role.ANALYST, find_unit(session, "2309"))
    set_password(session, account, PASSWORD)
    for number, (who, subject) in enumerate([(account, "ebp/1"), (other, "ebp/1"), (other, account.email)]):
        moment = NOW + timedelta(minutes=number)
        audit.record(
            session, actor=who.email, account_id=who.id, action=f"a{number}", subject=subject, detail={}, now=moment
        )
    session.flush()
    return account


def test_it_holds_what_is_by_and_about_the_person_and_nothing_of_others(session: Session, eva: Account) -> None:
    code = issue_code(session, eva, NOW, 8)
    text = exported(session, eva, NOW)
    found = json.loads(text)
    assert found["account"]["name"] == "Eva Berg"
    assert found["account"]["has_password"] is True
    assert found["account"]["has_second_factor"] is False
    assert found["roles"] == [{"role": "analyst", "unit": "2309", "unit_name": "Krokoms kommun"}]
    assert found["one_time_links"] == [{"expires_at": (NOW + timedelta(hours=8)).isoformat()}]
    assert [event["action"] for event in found["events"]] == ["a0", "a2"]
    assert code not in text
    assert (eva.password_hash or "") not in text


def keep_something(session: Session, eva: Account) -> None:
    """A signed entry, a case and a saved view."""
    unit = find_unit(session, "2309")
    sign(
        session,
        instrument=load("activity-log"),
        unit=unit,
        happened_on=NOW.date(),
        answers={"A01": 1, "A02": 1, "A05": "Ett möte"},
        account=eva,
        now=NOW,
    )
    open_case(session, instrument=load("individual-follow-up"), unit=unit, code="B-17", account=eva, now=NOW)
    study = create_study(session, slug="ebp", title="EBP", instrument="ebp-thermometer", owner_code="23")
    session.add(SavedView(account_id=eva.id, study_id=study.id, name="Till mötet", view="over-tid", query=""))
    session.flush()


def test_what_the_person_signed_and_may_read_is_told_without_what_it_says(session: Session, eva: Account) -> None:
    keep_something(session, eva)
    text = exported(session, eva, NOW)
    found = json.loads(text)
    assert [(one["instrument"], one["unit"]) for one in found["signed_records"]] == [("activity-log", "2309")]
    assert [(one["role"], one["revoked_at"]) for one in found["case_access"]] == [("holder", None)]
    assert [one["act"] for one in found["case_log"]] == ["opened"]
    assert found["saved_views"] == [{"study": "ebp", "name": "Till mötet", "view": "over-tid", "query": ""}]
    assert "B-17" not in text
    assert "Ett möte" not in text


def test_every_column_is_told_or_told_of(session: Session, eva: Account) -> None:
    issue_code(session, eva, NOW, 8)
    keep_something(session, eva)
    text = exported(session, eva, NOW)
    for model in (Account, RoleGrant, LoginCode, AuditEvent, CaseAccess, CaseLog, SavedView):
        for column in model.__table__.columns:
            word = SECRET.get((model, column.name), column.name)
            assert f'"{word}":' in text, f"{model.__tablename__}.{column.name} is not in the export"


def test_the_command_writes_it_and_leaves_a_trace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str, session: Session, eva: Account,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    eva.active = False
    session.commit()
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path))
    monkeypatch.setenv("TERMOMETERN_DATABASE", database_url)
    for email, status in (("Eva@krokom.se", 0), ("nobody@krokom.se", 1)):
        with pytest.raises(SystemExit) as ended:
            main(("accounts", "export", email))
        assert (ended.value.code or 0) == status
    found = json.loads(capsys.readouterr().out)
    assert found["account"]["email"] == "eva@krokom.se"
    assert found["events"][-1]["action"] == "export_account"
    assert session.scalar(select(AuditEvent.action).order_by(AuditEvent.id.desc())) == "export_account"
