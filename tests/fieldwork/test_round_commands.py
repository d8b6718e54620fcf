"""`./run studies` and `./run rounds`: from a study to links and cards, each change with its line in the trail."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run
from lawful import OPTIONS
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.fieldwork.rounds import close_round
from survey.jobs import client
from survey.models import AuditEvent, Card, Round


@pytest.fixture(autouse=True)
def installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path))
    monkeypatch.setenv("TERMOMETERN_DATABASE", database_url)


def trail(session: Session) -> list[tuple[str, str]]:
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(event.action, event.subject) for event in events if event.actor == "command line"]


@pytest.fixture
def opened() -> None:
    study = ("studies", "create", "ebp", "EBP i Jämtland", "--instrument", "ebp-thermometer", "--owner", "23")
    assert run(*study, *OPTIONS) == 0
    assert run("rounds", "create", "ebp", "2026", "--municipalities", "23") == 0
    assert run("rounds", "open", "ebp/2026") == 0


@pytest.mark.usefixtures("opened")
def test_a_round_is_opened_and_its_links_handed_out(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rounds", "invited", "ebp/2026", "2309=120", "2380=900") == 0
    capsys.readouterr()
    assert run("rounds", "links", "1", "--csv", "links.csv", "--qr", "codes") == 0
    told = capsys.readouterr().out
    assert told.count("/kiosk") == 8
    assert told.count("/s/") == 8 + 8
    assert Path("links.csv").read_bytes().startswith(b"\xef\xbb\xbfenhetskod;enhet;l")
    assert len(list(Path("codes").glob("*.svg"))) == 8
    assert run("rounds", "show", "1") == 0
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "2309 Krokoms kommun 120 0" in shown
    assert shown[-1] == "All – 0"
    assert trail(session) == [
        ("create_study", "ebp"),
        ("create_round", "ebp/2026"),
        ("ask_open_round", "ebp/2026"),
        ("set_invited", "ebp/2026"),
    ]


@pytest.mark.usefixtures("opened")
def test_cards_are_written_to_a_file_that_only_its_owner_reads(session: Session) -> None:
    assert run("rounds", "cards", "ebp/2026", "2309", "12", "--into", "cards.pdf") == 0
    assert Path("cards.pdf").stat().st_mode & 0o777 == 0o600
    assert len(PdfReader("cards.pdf").pages) == 2
    assert session.scalar(select(func.count()).select_from(Card)) == 12
    assert trail(session)[-1] == ("make_cards", "ebp/2026")


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("2309", "6", "--into", "new.csv"), 1, "Make 7 to 5000"),
        (("2309", "10", "--into", "new.txt"), 2, "write --into cards.pdf"),
        (("2309", "10", "--into", "old.csv"), 2, "is there already"),
    ],
)
def test_cards_that_are_refused_leave_nothing_behind(
    session: Session, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, said: str
) -> None:
    Path("old.csv").write_text("old")
    assert run("rounds", "cards", "1", *words) == status
    assert said in capsys.readouterr().err
    assert not Path("new.csv").exists()
    assert Path("old.csv").read_text() == "old"
    assert session.scalar(select(func.count()).select_from(Card)) == 0


@pytest.mark.usefixtures("opened")
def test_closing_sealing_and_releasing_are_left_to_the_job_engine(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[tuple[str, int]] = []
    monkeypatch.setattr(client, "run", lambda settings, name, round_id, **rest: jobs.append((name, round_id)))
    for name in ("close", "seal", "release"):
        assert run("rounds", name, "ebp/2026") == 0
    round_id = session.scalars(select(Round.id)).one()
    assert jobs == [("close", round_id), ("seal", round_id), ("release", round_id)]
    assert [action for action, _ in trail(session)[-3:]] == ["ask_close_round", "ask_seal_round", "ask_release_round"]


@pytest.mark.usefixtures("opened")
def test_what_has_been_done_is_not_asked_for_again(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    round_ = session.scalars(select(Round)).one()
    close_round(session, round_, round_.opened_at)
    session.commit()
    before = trail(session)
    assert run("rounds", "close", "ebp/2026") == 1
    assert "is closed and cannot become closed; that has been done" in capsys.readouterr().err
    assert trail(session) == before


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("open", "ebp/2026"), 1, "is open and cannot become open; that has been done"),
        (("open", "ebp/2025"), 1, "did you mean 'ebp/2026'?"),
        (("invited", "1", "2309"), 2, "write 2309=120"),
        (("create", "ebp", "2027", "--unit", "2399"), 1, "no unit 2399"),
    ],
)
def test_a_refusal_is_one_line_with_its_remedy(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, said: str
) -> None:
    capsys.readouterr()
    assert run("rounds", *words) == status
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]
