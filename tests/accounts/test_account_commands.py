"""`./run accounts`: an account is made, gets a role, and logs in once by an address that is shown once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import run
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.login_codes import redeem
from survey.models import AuditEvent


def test_a_person_is_let_in(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    database_url: str,
    session: Session,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path))
    monkeypatch.setenv("TERMOMETERN_DATABASE", database_url)
    monkeypatch.setenv("TERMOMETERN_URL", "https://t.example.se")
    assert run("accounts", "create", "Eva@Krokom.se", "Eva Berg") == 0
    assert run("accounts", "grant", "eva@krokom.se", "analyst", "2309") == 0
    assert run("accounts", "grant", "eva@krokom.se", "owner", "2309") == 2
    capsys.readouterr()
    assert run("accounts", "list") == 0
    assert capsys.readouterr().out.splitlines()[1].split("  ") == ["eva@krokom.se", "Eva Berg", "analyst in 2309"]
    assert run("accounts", "login-code", "eva@krokom.se") == 0
    address = capsys.readouterr().out.strip()
    assert address.startswith("https://t.example.se/logga-in/")
    assert redeem(session, address.rpartition("/")[2], datetime.now(UTC)).email == "eva@krokom.se"
    actions = [event.action for event in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert actions == ["create_account", "grant_role", "issue_login_code"]
    kept = [str(event.detail) for event in session.scalars(select(AuditEvent))]
    assert not any(address.rpartition("/")[2] in detail for detail in kept)
