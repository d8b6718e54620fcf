"""`./run organisation`: what is printed, what is stored, and what a wrong file gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import AuditEvent


@pytest.fixture(autouse=True)
def installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path))
    monkeypatch.setenv("TERMOMETERN_DATABASE", database_url)


def test_a_unit_that_is_added_is_listed_under_its_municipality(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("organisation", "add", "k-norr", "Hemtjänst norr", "--under", "2309", "--private") == 0
    assert run("organisation", "list", "--under", "2309") == 0
    listed = capsys.readouterr().out.splitlines()[1:]
    assert [" ".join(line.split()) for line in listed] == [
        "CODE NAME KIND",
        "2309 Krokoms kommun municipality",
        "k-norr Hemtjänst norr unit private",
    ]
    event = session.scalars(select(AuditEvent)).one()
    assert (event.actor, event.action, event.subject) == ("command line", "add_unit", "k-norr")


def test_a_file_is_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "units.csv"
    file.write_text("kod;namn;kommunkod\nK1;Norr;2309\nK2;Söder;2309\n")
    assert run("organisation", "import", str(file)) == 0
    assert capsys.readouterr().out == "Added 2 units.\n"


def test_a_wrong_file_gets_a_line_a_fault_and_nothing_is_stored(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "units.csv"
    file.write_text("kod;namn;kommunkod\nK1;Norr;9999\nK2;;2309\nK3;Söder;2309\n")
    assert run("organisation", "import", str(file)) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "line 2 [parent_unknown] parent code",
        "line 3 [name_wrong] name",
        "termometern",
    ]
    assert "2 faults, nothing is stored" in lines[-1]
    assert session.scalars(select(AuditEvent)).all() == []
