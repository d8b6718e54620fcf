"""`./run retention`: the plan in words, the run, and records that can be checked from outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import run
from keeping_field import sealed_round
from sqlalchemy.orm import Session

from survey.models import DeletionRecord, Study
from survey.services import Services


@pytest.fixture(autouse=True)
def installation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str, services: Services, register: None
) -> None:
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path))
    monkeypatch.setenv("TERMOMETERN_DATABASE", database_url)
    with services.sessions.begin() as session:
        round_ = sealed_round(session, "ebp")
        round_.opened_at = round_.closed_at = round_.sealed_at = datetime.now(UTC) - timedelta(days=91)


def test_what_waits_for_a_decision_goes_when_there_is_one(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("retention", "plan") == 0
    assert "waits for a decision: ./run studies change ebp --deletion-decision REFERENCE" in capsys.readouterr().out
    assert run("retention", "run") == 0
    assert "own words" not in capsys.readouterr().out
    assert run("studies", "change", "ebp", "--deletion-decision", "SN 2026/7 § 12") == 0
    capsys.readouterr()
    assert run("retention", "run") == 0
    assert capsys.readouterr().out == "What was written in own words: 3\n"
    assert run("retention", "run") == 0
    assert capsys.readouterr().out == "Nothing was due.\n"
    assert run("studies", "show", "ebp") == 0
    assert "SN 2026/7 § 12" in capsys.readouterr().out
    assert session.query(Study).one().deletion_decision == "SN 2026/7 § 12"


def test_records_are_checked_and_a_noted_digest_is_asked_for(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("retention", "records") == 0
    assert "Nothing has been deleted yet." in capsys.readouterr().out
    assert run("retention", "run") == 0
    capsys.readouterr()
    assert run("retention", "records") == 0
    digest = capsys.readouterr().out.splitlines()[-1].removeprefix("Newest digest: ")
    assert run("retention", "records", "--noted", digest) == 0
    assert run("retention", "records", "--noted", "0" * 64) == 1
    assert "no record has the digest that was noted" in capsys.readouterr().err
    assert run("retention", "records", "--noted", "abc") == 2
    session.query(DeletionRecord).filter_by(id=1).one().amount += 1
    session.commit()
    capsys.readouterr()
    assert run("retention", "records") == 1
    assert "record 1 has been changed" in capsys.readouterr().err
