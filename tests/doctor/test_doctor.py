"""The doctor finds nothing in a sound installation, and each thing that breaks the promise by its own words."""

from __future__ import annotations

import tarfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from survey.answering.codes import new_code, shown
from survey.config import settings_from
from survey.database import session_factory
from survey.doctor import logs
from survey.doctor.privacy import examine
from survey.doctor.signs import Level, Patient
from survey.models import AuditEvent, Backup, Card, Draft, OrganisationUnit, Round, Study
from survey.services import Services, services_from

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FOUND = {"instrument_digest": "d", "public_key": b"p" * 32, "opened_at": NOON - timedelta(days=30)}
SEALED = {"closed_at": NOON - timedelta(days=3), "sealed_at": NOON - timedelta(days=2)}


@pytest.fixture
def services(tmp_path: Path, database_url: str) -> Iterator[Services]:
    """A study with an open round and one that was sealed two days ago, each with the keys of its state."""
    settings = settings_from({"TERMOMETERN_HOME": str(tmp_path / "home"), "TERMOMETERN_DATABASE": database_url})
    services = services_from(settings, lambda: NOON)
    services.keys.pepper()
    with services.sessions.begin() as session:
        nation = OrganisationUnit(kind="nation", code="SE", name="S", short_name="S", valid_from=date(2020, 1, 1))
        study = Study(
            slug="s", title="S", instrument="i", owner=nation, legal_basis="public_interest",
            purpose="p", controller="c", contact="c",
        )  # fmt: skip
        is_open = Round(study=study, name="open", instrument_version="1", state="open", **FOUND)
        sealed = Round(study=study, name="sealed", instrument_version="1", state="sealed", **FOUND, **SEALED)
        sealed.keys_destroyed_at = NOON - timedelta(days=1)
        session.add_all([is_open, sealed])
        session.flush()
        assert (is_open.id, sealed.id) == (1, 2)
    for round_id in (1, 2):
        services.round_keys.make(round_id)
    services.round_keys.destroy(2)
    yield services
    services.engine.dispose()


def said(services: Services, **places: tuple[Path, ...]) -> dict[str, list[str]]:
    """Part -> what is wrong there, faults only."""
    parts = examine(Patient(services, NOON, **places))
    found = {title: [sign.says for sign in signs if sign.level is Level.FAULT] for title, signs in parts}
    return {title: faults for title, faults in found.items() if faults}


def test_a_sound_installation_has_no_fault_and_every_part_says_something(services: Services) -> None:
    parts = dict(examine(Patient(services, NOON)))
    assert [sign.says for signs in parts.values() for sign in signs if sign.level is Level.FAULT] == []
    assert all(signs for signs in parts.values())
    assert all(sign.remedy for signs in parts.values() for sign in signs if sign.level is Level.WARNING)


def run_sql(services: Services, *statements: str) -> None:
    with services.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def keep(services: Services, *rows: object) -> None:
    with services.sessions.begin() as session:
        session.add_all(rows)


def _lose_key(services: Services) -> None:
    for kind in ("key", "copy"):
        (services.settings.round_keys / f"round-1.{kind}").unlink()


def _put_back_key(services: Services) -> None:
    (services.settings.round_keys / "round-2.key").touch(mode=0o600)


def _let_keys_lie(services: Services) -> None:
    run_sql(services, "UPDATE round SET keys_destroyed_at = NULL WHERE id = 2")
    _put_back_key(services)


def _restore_older(services: Services) -> None:
    services.round_keys.destroy(1)


ILLS: list[tuple[Callable[[Services], object], str, str]] = [
    (lambda one: run_sql(one, "ALTER TABLE response ADD COLUMN seen TIMESTAMP"), "Tables", "response.seen"),
    (lambda one: run_sql(one, "ALTER TABLE free_text ADD COLUMN number INTEGER"), "Tables", "free_text.number"),
    (lambda one: (one.settings.keys / "pepper").chmod(0o644), "Keys", "Others may read the key"),
    (lambda one: one.settings.round_keys.chmod(0o755), "Keys", "Others may enter the key folder"),
    (_lose_key, "Keys", "The key of s/open, which is open, is missing."),
    (_put_back_key, "Keys", "A destroyed key of s/sealed has come back."),
    (_let_keys_lie, "Keys", "The keys of s/sealed should have been destroyed by now."),
    (_restore_older, "Keys", "The keys of s/open, which is open, have been destroyed."),
    (
        lambda one: keep(one, Draft(id=b"d" * 32, round_id=2, body=b"b")),
        "Retention",
        "Still there: drafts of sealed rounds (1).",
    ),
    (lambda one: (one.settings.home / "a.log").write_text(f"GET /s/{new_code()} 200"), "Logs", "codes of respond"),
    (lambda one: (one.settings.home / "a.log").write_text("192.0.2.7 - - GET /s"), "Logs", "internet addresses (1)"),
]


@pytest.mark.parametrize(("harm", "part", "words"), ILLS, ids=[words for _, _, words in ILLS])
def test_each_ill_is_found_and_said(
    services: Services, harm: Callable[[Services], object], part: str, words: str
) -> None:
    harm(services)
    faults = said(services)
    assert any(words in sentence for sentence in faults[part]), faults


def test_a_trigger_on_an_answer_table_is_found(services: Services) -> None:
    if services.engine.dialect.name == "sqlite":
        run_sql(services, "CREATE TRIGGER spy AFTER INSERT ON response BEGIN SELECT 1; END")
    else:
        body = "CREATE FUNCTION spying() RETURNS trigger AS 'BEGIN RETURN NEW; END' LANGUAGE plpgsql"
        run_sql(services, body, "CREATE TRIGGER spy AFTER INSERT ON response EXECUTE FUNCTION spying()")
    assert said(services)["Tables"] == ["The trigger spy sees every row of response."]


def test_a_server_that_logs_statements_is_told_off(services: Services) -> None:
    if services.engine.dialect.name == "sqlite":
        services.engine.dispose()
        database = services.settings.home.parent / "termometern.sqlite"
        database.chmod(0o644)
        assert "Others may read termometern.sqlite" in said(services)["Database"][0]
        return
    with services.engine.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
    run_sql(services, f'ALTER DATABASE "{name}" SET log_min_duration_statement = 100')
    services.engine.dispose()
    assert said(services)["Database"] == [
        "PostgreSQL's log_min_duration_statement writes slow statements in the server's log."
    ]


def warned(services: Services, part: str) -> str:
    signs = dict(examine(Patient(services, NOON)))[part]
    return " ".join(f"{sign.says} {sign.remedy}" for sign in signs if sign.level is Level.WARNING)


def on_postgresql(services: Services) -> None:
    if services.engine.dialect.name == "sqlite":
        pytest.skip("of PostgreSQL only")


def test_samples_of_what_people_wrote_are_found(services: Services) -> None:
    on_postgresql(services)
    for table, column in (
        ("free_text", "text"),
        ("invitation", "contact"),
        ("response", "answers"),
        ("case_occasion", "answers"),
    ):
        run_sql(services, f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 10")
        assert said(services)["Tables"] == [f"PostgreSQL's statistics keep values of {table}.{column}."]
        run_sql(services, f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
    assert said(services) == {}


def test_a_role_that_cannot_clear_the_log_is_told_which_rights_it_lacks(services: Services) -> None:
    on_postgresql(services)
    assert "GRANT" not in warned(services, "Database")
    role = f"r{uuid.uuid4().hex[:12]}"
    run_sql(services, f"CREATE ROLE {role} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    engine = create_engine(services.engine.url.set(username=role))
    try:
        told = warned(replace(services, engine=engine, sessions=session_factory(engine)), "Database")
    finally:
        engine.dispose()
        run_sql(services, f"DROP OWNED BY {role}", f"DROP ROLE {role}")
    assert "This role may not clear PostgreSQL's log" in told
    for grant in ("pg_switch_wal()", "pg_monitor", "pg_checkpoint"):
        assert grant in told


def test_whoever_else_is_sent_the_log_is_found(services: Services) -> None:
    on_postgresql(services)
    slot = f"s{uuid.uuid4().hex[:12]}"
    run_sql(services, f"SELECT pg_create_physical_replication_slot('{slot}')", "CREATE PUBLICATION all_of_it")
    try:
        told = warned(services, "Database")
    finally:
        run_sql(services, f"SELECT pg_drop_replication_slot('{slot}')")
    assert "replication slot" in told
    assert "1 publication, which sends rows out" in told


def test_round_keys_inside_the_webs_folder_are_told_of_with_what_the_document_says(services: Services) -> None:
    on_postgresql(services)
    assert "TERMOMETERN_ROUND_KEYS, and hide it from the web's service" in warned(services, "Keys")


def test_cards_and_persons_of_an_ended_study_are_found(services: Services) -> None:
    run_sql(services, "UPDATE study SET ended_at = '2026-02-01 00:00:00+00:00'")
    keep(services, Card(study_id=1, unit_id=1, lookup=b"l" * 32))
    assert said(services)["Retention"] == ["Still there: cards of ended studies (1)."]


def test_events_past_their_time_wait_for_a_decision_or_are_a_fault(services: Services) -> None:
    keep(services, AuditEvent(at=NOON - timedelta(days=1000), actor="a", action="x", subject="s", detail={}))
    notices = [sign.says for sign in dict(examine(Patient(services, NOON)))["Retention"] if sign.level is Level.WARNING]
    assert "audit of s waits for a decision on deletion." in notices
    run_sql(services, "UPDATE study SET deletion_decision = 'KS 2026:1'")
    assert any("audit of s should have been deleted" in says for says in said(services)["Retention"])


def test_a_backup_with_keys_or_answers_that_still_open_is_found(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    with tarfile.open(folder / "all.tar.gz", "w:gz") as archive:
        archive.add(services.settings.keys, "home/keys")
    assert "holds" in said(services, backups=(folder,))["Backups"][0]
    assert "keys (" in said(services, backups=(folder,))["Backups"][0]


def test_an_old_backup_is_told_of(services: Services) -> None:
    keep(services, Backup(made_at=NOON - timedelta(days=9), verified_at=NOON, digest="d"))
    signs = dict(examine(Patient(services, NOON)))["Backups"]
    assert [sign.level for sign in signs if "is of 2026-02-21" in sign.says] == [Level.WARNING]


def test_logs_elsewhere_are_searched_when_pointed_at(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "nginx"
    folder.mkdir()
    (folder / "access").write_text('203.0.113.9 "Mozilla/5.0 (X11)"', encoding="ascii")
    told = " ".join(said(services, logs=(folder,))["Logs"])
    assert "internet addresses (1)" in told
    assert "browsers (1)" in told
    assert "203.0.113.9" not in told


@pytest.mark.parametrize(
    "line",
    ["127.0.0.1:8000 started", "version 1.22.3.4444", "2026-03-02T12:00:00.123456Z", "digest 1f3870be274f6c49", ""],
)
def test_ordinary_lines_are_no_trace_of_anybody(line: str) -> None:
    assert logs.what_it_tells(line.encode()) == {}


@pytest.mark.parametrize("write", [str, shown, lambda code: f"/s/{code}/fraga/1"])
def test_a_code_is_seen_however_it_is_written(write: Callable[[str], str]) -> None:
    code = next(code for code in iter(new_code, "") if any(map(str.isdigit, code)) and any(map(str.isalpha, code)))
    assert logs.what_it_tells(f"GET {write(code)} 200".encode()) == {"codes of respondents' links": 1}
