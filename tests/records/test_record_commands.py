"""`./run records`: what was signed is listed and taken out, with what has been taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from command_line import run
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from instruments.load import load
from survey.accounts.accounts import create_account
from survey.errors import Refusal
from survey.models import Account, AuditEvent, OrganisationUnit, RecordEntry
from survey.organisation.units import add_unit
from survey.records.entries import retract, sign

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def signed(session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Session:
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path))
    monkeypatch.setenv("TERMOMETERN_DATABASE", database_url)
    start = date(2020, 1, 1)
    session.add(OrganisationUnit(kind="nation", code="SE", name="Sverige", short_name="Sverige", valid_from=start))
    session.flush()
    add_unit(session, code="23", name="Jämtlands län", parent_code="SE", kind="county", valid_from=start)
    unit = add_unit(
        session, code="2309", name="Krokoms kommun", parent_code="23", kind="municipality", valid_from=start
    )
    account = create_account(session, email="eva@krokom.se", name="Eva Berg")
    made = [
        sign(
            session,
            instrument=load("activity-log"),
            unit=unit,
            happened_on=date(2026, 2, day),
            answers={"A01": 1, "A02": day},
            account=account,
            now=NOW,
        )
        for day in (1, 2)
    ]
    retract(session, made[1], reason="hölls aldrig", account=account, now=NOW)
    session.commit()
    return session


def test_what_stands_is_listed(signed: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("records", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split("  ")[-6:] == [" 1", "2026-02-01", "2309", "activity-log", "EBP-cirkel", "Eva Berg"]
    assert len(lines) == 2
    assert run("records", "list", "--year", "2025") == 0
    assert "No entries yet" in capsys.readouterr().out


def test_a_text_of_several_lines_is_one_line_of_the_list(signed: Session, capsys: pytest.CaptureFixture[str]) -> None:
    unit = signed.scalars(select(OrganisationUnit).where(OrganisationUnit.code == "23")).one()
    account = signed.scalars(select(Account)).one()
    report, day = load("county-status-report"), date(2026, 3, 1)
    text = "Det går\n\nframåt. \x1b[31m" + "Mer. " * 60
    sign(signed, instrument=report, unit=unit, happened_on=day, answers={"L02": text}, account=account, now=NOW)
    signed.commit()
    assert run("records", "list", "--instrument", "county-status-report") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "Det går framåt." in lines[1]
    assert "\x1b" not in lines[1]
    assert lines[1].endswith("…  Eva Berg")


def test_all_is_written_to_a_file_once(signed: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "log.csv"
    assert run("records", "export", "activity-log", str(file), "--under", "23") == 0
    rows = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 4
    assert rows[1].startswith("3;2026-02-02;2309;Krokoms kommun;2026.1;Eva Berg;2026-03-02 12:00Z;2;1;hölls aldrig;")
    assert run("records", "export", "activity-log", str(file)) == 2
    signed.rollback()
    events = signed.scalars(select(AuditEvent).where(AuditEvent.action == "export_records")).all()
    assert [event.subject for event in events] == ["activity-log"]


def test_an_unknown_instrument_gets_the_nearest(signed: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("records", "list", "--instrument", "activty-log") == 1
    assert "did you mean 'activity-log'" in capsys.readouterr().err
    assert run("records", "export", "ebp-thermometer", "x.csv") == 1


def test_two_corrections_of_one_entry_are_one_too_many(signed: Session) -> None:
    account = signed.scalars(select(Account)).one()
    first = signed.get_one(RecordEntry, 1)
    retract(signed, first, reason="fel", account=account, now=NOW)
    with pytest.raises(Refusal) as refused:
        retract(signed, first, reason="fel igen", account=account, now=NOW)
    assert refused.value.code == "record_replaced"


def test_a_button_pressed_twice_signs_once(signed: Session) -> None:
    account = signed.scalars(select(Account)).one()
    unit = signed.scalars(select(OrganisationUnit).where(OrganisationUnit.code == "2309")).one()

    def again(minutes: int, held: int) -> int:
        return sign(
            signed,
            instrument=load("activity-log"),
            unit=unit,
            happened_on=date(2026, 2, 5),
            answers={"A01": 1, "A02": held, "A04": (1, 2)},
            account=account,
            now=NOW + timedelta(minutes=minutes),
        ).id

    first = again(0, 1)
    assert again(1, 1) == first
    other = again(2, 2)
    later = again(11, 1)
    assert len({first, other, later}) == 3
    retract(signed, signed.get_one(RecordEntry, other), reason="fel", account=account, now=NOW)
    assert again(3, 2) != other


def test_an_entry_whose_version_is_gone_stops_no_list(signed: Session, capsys: pytest.CaptureFixture[str]) -> None:
    signed.execute(update(RecordEntry).values(instrument_digest="0" * 64))
    signed.commit()
    assert run("records", "list") == 0
    assert "(activity-log 2026.1)" in capsys.readouterr().out
