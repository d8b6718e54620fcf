"""A round's keys go after the next verified backup or the set hours, whichever comes first, and never come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from answering_field import NOON, Field
from sqlalchemy import select

from survey.answering import destroying
from survey.answering.destroying import destroy_due_keys
from survey.answering.mixing import mix
from survey.config import settings_from
from survey.database import session_factory
from survey.keeping.records import verify_key_of, verify_records
from survey.models import Backup, DeletionRecord, Round
from survey.services import Services

HOUR = timedelta(hours=1)


@pytest.fixture
def services(field: Field, tmp_path: Path) -> Services:
    settings = settings_from({"TERMOMETERN_HOME": str(tmp_path), "TERMOMETERN_KEY_HOURS": "24"})
    sessions = session_factory(field.engine)
    return Services(settings, field.engine, sessions, field.engine, field.keys, field.round_keys, lambda: NOON)


@pytest.fixture
def sealed(field: Field) -> Field:
    field.send(next(iter(field.cards)), {"a": 1})
    field.close(NOON - HOUR)
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, NOON)
    return field


def destroyed_at(field: Field) -> datetime | None:
    with field.session() as session:
        return session.get_one(Round, field.round_id).keys_destroyed_at


def back_up(field: Field, made_at: datetime) -> None:
    with field.session() as session:
        session.add(Backup(made_at=made_at, verified_at=made_at, digest="0" * 64))
        session.commit()


def test_nothing_is_due_before_the_hours_have_passed(sealed: Field, services: Services) -> None:
    assert destroy_due_keys(services, NOON + 23 * HOUR) == []
    assert sealed.round_keys.has(sealed.round_id)
    assert destroy_due_keys(services, NOON + 24 * HOUR) == [sealed.round_id]
    assert not sealed.round_keys.has(sealed.round_id)
    assert sealed.round_keys.destroyed(sealed.round_id)
    assert destroyed_at(sealed) == NOON + 24 * HOUR
    assert destroy_due_keys(services, NOON + 25 * HOUR) == []


@pytest.mark.parametrize(("made_at", "due"), [(NOON - HOUR, False), (NOON, False), (NOON + HOUR, True)])
def test_only_a_backup_that_shows_the_round_sealed_counts(
    sealed: Field, services: Services, made_at: datetime, due: bool
) -> None:
    back_up(sealed, made_at)
    assert destroy_due_keys(services, NOON + 2 * HOUR) == ([sealed.round_id] if due else [])


def test_a_round_that_is_not_sealed_keeps_its_keys(field: Field, services: Services) -> None:
    field.close(NOON - HOUR)
    back_up(field, NOON)
    assert destroy_due_keys(services, NOON + 1000 * HOUR) == []
    assert field.round_keys.has(field.round_id)


def test_the_destruction_leaves_one_signed_record(sealed: Field, services: Services) -> None:
    destroy_due_keys(services, NOON + 24 * HOUR)
    with sealed.session() as session:
        records = session.scalars(select(DeletionRecord)).all()
        assert [(one.what, one.subject, one.amount) for one in records][-1] == ("keys", "s/r", 1)
        assert verify_records(session, verify_key_of(sealed.round_keys.signing_key())) == ()


def test_cut_off_between_key_and_note_it_is_finished_the_next_time(sealed: Field, services: Services) -> None:
    sealed.round_keys.destroy(sealed.round_id)
    assert destroyed_at(sealed) is None
    assert destroy_due_keys(services, NOON + 24 * HOUR) == [sealed.round_id]
    assert destroyed_at(sealed) == NOON + 24 * HOUR


def test_two_who_come_to_the_same_key_leave_one_record(
    sealed: Field, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker's hour and the command line's: both have found the round due before either has destroyed its key."""
    monkeypatch.setattr(destroying, "_due", lambda *_: [sealed.round_id])
    for hours in (24, 25):
        destroy_due_keys(services, NOON + hours * HOUR)
    with sealed.session() as session:
        assert [one.what for one in session.scalars(select(DeletionRecord))].count("keys") == 1
    assert destroyed_at(sealed) == NOON + 24 * HOUR


def test_a_key_that_comes_back_is_destroyed_again_and_told(
    sealed: Field, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    copy = (sealed.round_keys.path / f"round-{sealed.round_id}.key").read_bytes()
    destroy_due_keys(services, NOON + 24 * HOUR)
    came_back = sealed.round_keys.path / f"round-{sealed.round_id}.key"
    came_back.write_bytes(copy)
    came_back.chmod(0o600)
    assert destroy_due_keys(services, NOON + 25 * HOUR) == [sealed.round_id]
    assert not came_back.exists()
    assert "had come back" in caplog.text


def test_with_no_hours_the_keys_go_at_once(sealed: Field, services: Services) -> None:
    at_once = replace(services, settings=replace(services.settings, key_hours=0))
    assert destroy_due_keys(at_once, NOON) == [sealed.round_id]
