"""The deletions are a job of their own: one an hour, however many workers ask, with numbers in and out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from survey.config import settings_from
from survey.jobs.client import start_chores
from survey.jobs.store import client_for, close_clients
from survey.jobs.worker import working
from survey.models import Account, DeletionRecord, LoginCode
from survey.services import Services, services_from

NOW = datetime(2026, 3, 1, 10, 5, tzinfo=UTC)


@pytest.fixture
def services(tmp_path: Path, database_url: str) -> Iterator[Services]:
    environment = {"TERMOMETERN_HOME": str(tmp_path), "TERMOMETERN_DATABASE": database_url}
    services = services_from(settings_from(environment), lambda: NOW)
    yield services
    services.engine.dispose()
    close_clients()


def test_it_is_asked_for_once_an_hour_and_deletes_what_is_due(services: Services) -> None:
    with services.sessions.begin() as session:
        account = Account(email="a@b.se", name="A")
        session.add(account)
        session.flush()
        session.add(LoginCode(code_hash=bytes(32), account_id=account.id, expires_at=NOW))
    job_id = start_chores(services.settings, NOW)
    assert start_chores(services.settings, NOW + timedelta(minutes=54)) == job_id
    with working(services):
        assert client_for(services.settings.jobs_url).retrieve_workflow(job_id).get_result() == {"deleted": 1}
    with services.sessions() as session:
        assert [record.what for record in session.scalars(select(DeletionRecord))] == ["login_codes"]
    assert start_chores(services.settings, NOW + timedelta(hours=1)) != job_id
